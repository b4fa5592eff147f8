from typing import get_args

import numpy as np
import pandas as pd

from casework.satisfaction import compare_suppliers, dimension_reliability, expectation_gap, satisfaction_index
from casework.satisfaction.gap import CLASSES
from casework.satisfaction.weighting import IndexWeighting
from casework.satisfaction.wording import HEADINGS, OPTIONS


def test_every_option_is_marked():
    assert {*get_args(IndexWeighting), *CLASSES} <= set(OPTIONS)


def test_every_heading_is_marked():
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.integers(1, 11, (40, 4)), columns=list("abcd"))
    index = satisfaction_index(answers, {"X": ["a", "b"], "Y": ["c", "d"]})
    market = compare_suppliers(index.scores[["index", "X"]], pd.Series(["p", "q"] * 20), own="p", resamples=100)
    gap = expectation_gap(answers, answers, index.hierarchy)
    tables = [
        index.nodes,
        index.losses,
        market.suppliers,
        market.differences,
        market.dimensions,
        gap.nodes,
        gap.classes,
        dimension_reliability(answers, index.hierarchy).table,
    ]
    shown = {str(name).replace("_", " ") for table in tables for name in table.columns}
    assert shown <= set(HEADINGS)
