import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import multinomial, norm

from casework.core.errors import ParameterError
from casework.stats.share_difference import share_difference_interval


def test_wald_by_hand():
    low, high = share_difference_interval(45, 25, 100, method="wald")
    half = norm.ppf(0.975) * np.sqrt((0.7 - 0.04) / 100)
    assert (float(low), float(high)) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-12)


def likelihood_score(x, y, n, difference):
    """Score statistic with the second share found by maximising the likelihood numerically."""

    def loss(share):
        shares = np.maximum([share + difference, share, 1 - 2 * share - difference], 1e-300)
        return -(x * np.log(shares[0]) + y * np.log(shares[1]) + (n - x - y) * np.log(shares[2]))

    bounds = (max(0.0, -difference), (1 - difference) / 2)
    share = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
    return (x - y - n * difference) / np.sqrt(n * (2 * share + difference - difference**2))


@pytest.mark.parametrize(("x", "y", "n"), [(40, 20, 160), (45, 25, 100), (3, 1, 9), (5, 30, 50)])
def test_score_interval_inverts_the_score_test(x, y, n):
    z, middle = norm.ppf(0.95), (x - y) / n
    low = brentq(lambda d: likelihood_score(x, y, n, d) - z, -0.999, middle)
    high = brentq(lambda d: likelihood_score(x, y, n, d) + z, middle, 0.999)
    found = share_difference_interval(x, y, n, confidence=0.9)
    np.testing.assert_allclose(np.array(found), [low, high], atol=1e-6)


@pytest.mark.parametrize("method", ["score", "adjusted", "wald"])
def test_swapping_the_kinds_turns_the_interval(method):
    x, y, n = np.array([0, 3, 10, 10]), np.array([0, 7, 0, 0]), np.array([10, 20, 10, 30])
    low, high = share_difference_interval(x, y, n, method=method)
    back_low, back_high = share_difference_interval(y, x, n, method=method)
    np.testing.assert_allclose(low, -back_high, atol=1e-12)
    np.testing.assert_allclose(high, -back_low, atol=1e-12)
    assert (low <= high).all()
    assert (low >= -1).all()
    assert (high <= 1).all()


def test_score_interval_does_not_collapse_where_wald_does():
    low, high = share_difference_interval(10, 0, 10, method="wald")
    assert float(high - low) == 0
    low, high = share_difference_interval(10, 0, 10)
    assert float(low) < 0.8
    assert float(high) == pytest.approx(1)


def test_coverage_of_the_score_interval_in_a_small_sample():
    n, shares = 20, np.array([0.5, 0.3, 0.2])
    x, y = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
    inside = x + y <= n
    x, y = x[inside], y[inside]
    chance = multinomial.pmf(np.column_stack([x, y, n - x - y]), n, shares)
    low, high = share_difference_interval(x, y, n)
    covered = chance[(low <= 0.2) & (high >= 0.2)].sum()
    assert covered == pytest.approx(0.95, abs=0.015)


def test_no_trials_is_not_a_number():
    assert np.isnan(share_difference_interval(0, 0, 0)).all()


def test_wrong_arguments():
    with pytest.raises(ParameterError, match="one of wald, adjusted, score"):
        share_difference_interval(1, 1, 3, method="exact")
    with pytest.raises(ParameterError, match="confidence"):
        share_difference_interval(1, 1, 3, confidence=1)
