"""What holds for any score, any outcome and any costs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.credit.performance import (
    calibrate,
    challenge,
    choose_cutoff,
    decision_bands,
    measure_discrimination,
    psi,
)
from casework.credit.scorecard import ScorecardPlan, fit_logit

BOTH = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=4, max_size=40).filter(
    lambda rows: 0 < sum(bad for bad, _ in rows) < len(rows)
)
COST = st.floats(0.1, 1e6)


def split(rows):
    return np.array([bad for bad, _ in rows], dtype=int), np.array([score for _, score in rows], dtype=float)


@given(BOTH)
def test_the_area_is_a_share_of_pairs_and_turns_with_the_score(rows):
    y, s = split(rows)
    found, turned = measure_discrimination(y, s), measure_discrimination(y, -s)
    pairs = np.sign(s[y == 1][:, None] - s[y == 0][None, :])
    assert found.auc == pytest.approx((pairs.mean() + 1) / 2)
    assert found.auc + turned.auc == pytest.approx(1)
    assert found.se == pytest.approx(turned.se)
    assert found.ks == pytest.approx(turned.ks)
    assert 0 <= found.low <= found.auc <= found.high <= 1
    assert found.ks >= abs(found.gini) / 2 - 1e-12


@given(BOTH)
def test_only_the_order_matters(rows):
    y, s = split(rows)
    assert challenge(y, s, np.exp(s / 3)).difference == 0
    assert measure_discrimination(y, s).auc == measure_discrimination(y, 5 * s - 3).auc


@given(BOTH, st.integers(2, 12))
def test_calibration_counts_every_case_once(rows, groups):
    y, s = split(rows)
    p = s / 12
    found = calibrate(y, p, groups=groups)
    assert found.table["n"].sum() == len(y)
    assert found.table["bad"].sum() == y.sum()
    assert found.table["expected_bad"].sum() == pytest.approx(p.sum())
    assert (np.diff(found.table["mean_probability"]) > 0).all()


@given(BOTH, COST, COST)
def test_no_cut_off_is_cheaper(rows, bad_cost, good_cost):
    y, s = split(rows)
    found = choose_cutoff(y, -s, bad_cost=bad_cost, good_cost=good_cost, resamples=0)
    costs = [
        (bad_cost * y[-s >= cut].sum() + good_cost * (1 - y[-s < cut]).sum()) / len(y)
        for cut in (*np.unique(-s), np.inf)
    ]
    assert found.cost == pytest.approx(min(costs), rel=1e-9)
    assert found.saving >= -1e-9
    assert (np.diff(found.table["accept_rate"]) < 0).all()


@given(BOTH, COST, COST, st.floats(0, 1e5), st.floats(0, 1), st.floats(0, 1))
def test_bands_lie_in_order_and_hold_everybody(rows, bad_cost, good_cost, review, found_share, kept_share):
    y, s = split(rows)
    asked = {"bad_cost": bad_cost, "good_cost": good_cost, "review_cost": review}
    found = decision_bands(y, s / 12, **asked, bad_found=found_share, good_kept=kept_share)
    assert 0 <= found.approve_below <= found.reject_above <= 1
    assert found.table["n"].sum() == len(y)


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8), st.integers(1, 9))
def test_the_index_is_never_negative_and_knows_shares_only(counts, times):
    first = np.array(counts) + 1
    second = first[::-1]
    assert psi(first, times * first) == pytest.approx(0, abs=1e-12)
    assert psi(first, second) == pytest.approx(psi(times * first, second))
    assert psi(first, second) == pytest.approx(psi(second, first))
    assert psi(first, second) >= 0


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1e6), st.floats(-1e3, 1e3))
def test_the_logit_does_not_care_for_units(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(80, 2)), columns=["a", "b"])
    y = (rng.random(80) < 1 / (1 + np.exp(-0.5 * x["a"]))).astype(int)
    first, other = fit_logit(x, y), fit_logit(x.assign(a=scale * x["a"] + shift), y)
    assert other.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-9)
    assert other.coefficients["a"] * scale == pytest.approx(first.coefficients["a"], rel=1e-5)
    assert first.predict(x).sum() == pytest.approx(y.sum())


@given(st.floats(1e-6, 1 - 1e-6), st.floats(1, 1000), st.floats(0.5, 100))
def test_points_and_risk_are_each_others_inverse(p, odds, pdo):
    plan = ScorecardPlan(target="bad", odds=odds, pdo=pdo)
    assert plan.to_risk(plan.to_points([p])) == pytest.approx([p], rel=1e-6)
    assert plan.to_points([p / 2])[0] > plan.to_points([p])[0]
