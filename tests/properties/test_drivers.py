"""Properties of the methods about drivers: shares add up, names and order do not matter, intervals hold their value."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.satisfaction.drivers import net_promoter_score, reach_noise_shapley
from casework.stats.lmg import lmg_shares
from casework.stats.regression_weights import relative_weights
from casework.stats.share_difference import share_difference_interval

seeds = st.integers(0, 2**32 - 1)


def correlations(k, seed):
    rng = np.random.default_rng(seed)
    return np.corrcoef(rng.normal(size=(3 * k + 5, k + 1)) + rng.normal(size=(3 * k + 5, 1)), rowvar=False)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), seeds)
def test_both_shares_add_up_to_what_is_explained(k, seed):
    matrix = correlations(k, seed)
    inner, toward = matrix[:k, :k], matrix[:k, k]
    explained = toward @ np.linalg.solve(inner, toward)
    for share in (lmg_shares(inner, toward), relative_weights(inner, toward)):
        np.testing.assert_allclose(share.sum(), explained, atol=1e-9)
        assert (share > -1e-10).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 7), seeds)
def test_order_and_signs_of_drivers_do_not_matter(k, seed):
    matrix = correlations(k, seed)
    rng = np.random.default_rng(seed)
    order, signs = rng.permutation(k), rng.choice([-1.0, 1.0], k)
    inner, toward = matrix[:k, :k], matrix[:k, k]
    turned = (inner * np.outer(signs, signs))[np.ix_(order, order)], (toward * signs)[order]
    np.testing.assert_allclose(lmg_shares(*turned), lmg_shares(inner, toward)[order], atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), seeds)
def test_drivers_that_do_not_hang_together_earn_their_squared_correlation(k, seed):
    toward = np.random.default_rng(seed).uniform(-1, 1, k) / k
    np.testing.assert_allclose(lmg_shares(np.eye(k), toward), toward**2, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(4, 60), seeds)
def test_votes_add_up_to_reach_less_noise(k, n, seed):
    rng = np.random.default_rng(seed)
    ratings = pd.DataFrame(rng.integers(1, 11, (n, k)).astype(float), columns=[f"d{j}" for j in range(k)])
    ratings = ratings.mask(rng.random((n, k)) < 0.1)
    outcome = pd.Series([1, 10, *rng.integers(1, 11, n - 2)], name="y")
    result = reach_noise_shapley(ratings, outcome, resamples=0)
    low, group = (ratings <= 6).any(axis=1), outcome <= 6
    expected = low[group].mean() - low[~group].mean()
    np.testing.assert_allclose([result.total, result.drivers["value"].sum()], expected, atol=1e-12)
    np.testing.assert_allclose(result.drivers["cumulative"].iloc[-1], expected, atol=1e-12)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.sampled_from(["score", "adjusted", "wald"]))
def test_interval_is_ordered_and_inside(first, second, rest, method):
    n = first + second + rest
    low, high = share_difference_interval(first, second, n, method=method)
    if n == 0:
        assert method == "adjusted" or np.isnan([low, high]).all()
        return
    assert -1 <= low <= high <= 1
    if method != "adjusted":
        assert low - 1e-9 <= (first - second) / n <= high + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=80).filter(any))
def test_score_counts_every_answer_once(given_answers):
    result = net_promoter_score(pd.Series(given_answers, dtype="Int64"))
    row = result.groups.iloc[0]
    told = [value for value in given_answers if value is not None]
    assert row["n"] + row["missing"] == len(given_answers)
    assert row["promoters"] == sum(value >= 9 for value in told)
    assert row["detractors"] == sum(value <= 6 for value in told)
    assert -100 <= row["low"] <= row["nps"] + 1e-9
    assert row["nps"] - 1e-9 <= row["high"] <= 100
