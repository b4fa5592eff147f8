import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.performance import measure_discrimination
from casework.credit.scorecard.crossfit import cross_fit, deal
from casework.credit.scorecard.fit import ScorecardPlan, fit_scorecard

PLAN = ScorecardPlan(target="bad")


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(3)
    n = 1200
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc"))
    frame["who"] = rng.integers(0, 400, n)
    frame["bad"] = (rng.random(n) < 1 / (1 + np.exp(1.5 - frame["a"]))).astype(int)
    return frame


@pytest.fixture(scope="module")
def crossed(cases):
    return cross_fit(cases, PLAN, folds=4, group="who")


def test_each_fold_by_hand(cases, crossed):
    place = deal(cases["bad"].to_numpy(), pd.factorize(cases["who"])[0], 4, np.random.default_rng(7))
    test = place == 1
    made = fit_scorecard(cases[~test], PLAN)
    assert crossed.risk[test] == pytest.approx(made.risk(cases[test]))
    ranked = measure_discrimination(cases["bad"][test], made.risk(cases[test]))
    assert crossed.folds["auc"][1] == pytest.approx(ranked.auc)
    assert crossed.auc == pytest.approx(crossed.folds["auc"].mean())
    assert "never seen" in crossed.summary()


def test_interval_is_about_that_of_a_sample_of_this_size(cases, crossed):
    pooled = measure_discrimination(cases["bad"], crossed.risk)
    assert crossed.se == pytest.approx(pooled.se, rel=0.15)
    assert crossed.low < crossed.auc < crossed.high


def test_owners_stay_together_and_bad_are_spread(cases):
    owner = pd.factorize(cases["who"])[0]
    place = deal(cases["bad"].to_numpy(), owner, 5, np.random.default_rng(0))
    assert len(set(zip(place, owner, strict=True))) == owner.max() + 1
    assert np.ptp(np.bincount(place)) < 60
    single = deal(cases["bad"].to_numpy(), np.arange(1200), 5, np.random.default_rng(0))
    assert np.ptp(np.bincount(single, weights=cases["bad"])) <= 1


def test_noise_is_seen_through(cases):
    noise = cases.assign(bad=np.random.default_rng(1).permutation(cases["bad"]))
    found = cross_fit(noise, ScorecardPlan(target="bad", evidence="all", least_iv=0), folds=3)
    assert found.auc < 0.56
    assert found.optimism > 0.02


def test_repeats_and_seed(cases):
    first, again = (cross_fit(cases, PLAN, folds=2, repeats=2, seed=5) for _ in range(2))
    assert first == again
    assert first.folds["repeat"].tolist() == [1, 1, 2, 2]
    assert (first.risk == again.risk).all()


def test_a_constant_model_ranks_nothing(cases):
    found = cross_fit(cases[["b", "bad"]], ScorecardPlan(target="bad", least_iv=5), folds=2)
    assert found.auc == 0.5
    assert found.chosen.empty


def test_values_new_to_a_fold_are_counted(cases):
    names = cases["a"].round(0).astype(int).map(str)
    frame = cases.assign(a=names.where(cases.index != 5, "only here"))
    found = cross_fit(frame[["a", "bad"]], PLAN, folds=3)
    assert found.unseen >= 1
    assert "neutral" in found.notes[0]


def test_refused(cases):
    with pytest.raises(DataError, match="fewer folds"):
        cross_fit(cases.head(40), PLAN, folds=20)
    with pytest.raises(ParameterError, match="folds"):
        cross_fit(cases, PLAN, folds=1)
    with pytest.raises(DataError, match="whom"):
        cross_fit(cases, PLAN, group="whom")
