import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.suppliers.season_fit import fit_seasons

DRAWN = pd.Series(np.random.default_rng(3).gamma(6.25, 160, size=80))


def test_likelihoods_are_those_of_scipy():
    found = fit_seasons(DRAWN)
    mean, sd = DRAWN.mean(), DRAWN.std()
    table = found.table.set_index("kind")["log_likelihood"]
    assert table["normal"] == pytest.approx(stats.norm(mean, sd).logpdf(DRAWN).sum())
    assert table["gamma"] == pytest.approx(stats.gamma((mean / sd) ** 2, scale=sd**2 / mean).logpdf(DRAWN).sum())
    assert found.demand.kind == "gamma"
    assert found.table.loc[found.table["chosen"], "kind"].tolist() == ["gamma"]
    assert fit_seasons(DRAWN, kind="normal").demand.kind == "normal"


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(5)
    runs = [fit_seasons(pd.Series(rng.normal(100, 20, 40)), resamples=400, confidence=0.9) for _ in range(150)]
    held = np.mean([run.mean_low <= 100 <= run.mean_high for run in runs])
    assert 0.82 < held < 0.96


def test_resampled_demand():
    found = fit_seasons(DRAWN, resamples=500)
    drawn = found.resampled(200)
    assert len(drawn) == 200
    assert {item.kind for item in drawn} == {"gamma"}
    assert np.mean([item.mean for item in drawn]) == pytest.approx(DRAWN.mean(), rel=0.02)
    assert found == fit_seasons(DRAWN, resamples=500)


def test_a_season_without_demand_rules_gamma_out():
    found = fit_seasons(pd.Series([0.0, 5, 9, 12]))
    assert found.demand.kind == "normal"
    assert found.summary().startswith("A season's demand is 6 units on average")


def test_bad_input():
    with pytest.raises(DataError, match="at least 3") as caught:
        fit_seasons(pd.Series(["a", -1.0]))
    assert len(caught.value.problems) == 2
    with pytest.raises(DataError, match="seasons that differ"):
        fit_seasons(pd.Series([4.0, 4, 4]))
    with pytest.raises(ParameterError, match="at least 100") as refused:
        fit_seasons(DRAWN, kind="gama", resamples=1, confidence=1)
    assert len(refused.value.problems) == 3
