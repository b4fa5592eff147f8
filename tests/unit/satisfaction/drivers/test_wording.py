from typing import get_args

import numpy as np
import pandas as pd

from casework.report.formats import heading
from casework.satisfaction.drivers import (
    compare_nps,
    driver_importance,
    importance_performance,
    nps_from_counts,
    quality_pyramid,
    reach_noise_shapley,
    service_profit_chain,
)
from casework.satisfaction.drivers.importance_performance import Cut, Importance
from casework.satisfaction.drivers.nps import KINDS
from casework.satisfaction.drivers.wording import HEADINGS, OPTIONS
from casework.satisfaction.wording import HEADINGS as SHARED


def test_every_option_is_marked():
    assert {*get_args(Importance), *get_args(Cut)} <= set(OPTIONS)


def test_every_heading_is_marked():
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(rng.integers(1, 11, (60, 3)), columns=list("abc"))
    overall = pd.Series(rng.integers(1, 11, 60), name="y")
    score = nps_from_counts({"p": (40, 30, 30), "q": (50, 30, 30)})
    chain = service_profit_chain(ratings, "b ~ a\nc ~ b", resamples=0)
    tables = [
        driver_importance(ratings, overall, resamples=0).drivers,
        reach_noise_shapley(ratings, overall, resamples=0).drivers,
        importance_performance(ratings, overall, resamples=0).drivers,
        quality_pyramid(ratings, overall, {"u": ["a"], "v": ["b", "c"]}, resamples=0).levels,
        score.groups,
        compare_nps(score).pairs,
        chain.links,
        chain.equations,
        chain.effects,
    ]
    columns = {column.replace("_", " ") for table in tables for column in table.columns}
    assert columns <= {*HEADINGS, *SHARED, *KINDS}
    assert heading("lmg_low")
