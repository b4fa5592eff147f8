import numpy as np
import pytest
from scipy import stats

from casework.accounts.losses import draw_losses, lognormal_terms, loss_mean, loss_quantile, loss_variance

LOW, LIKELY, HIGH = np.array([4.0, 0.0, 10.0]), np.array([5.0, 0.0, 10.0]), np.array([10.0, 8.0, 10.0])


def reference(shape, place):
    a, m, b = LOW[place], LIKELY[place], HIGH[place]
    if shape == "triangular":
        return stats.triang((m - a) / (b - a), loc=a, scale=b - a)
    return stats.beta(1 + 4 * (m - a) / (b - a), 1 + 4 * (b - m) / (b - a), loc=a, scale=b - a)


@pytest.mark.parametrize("shape", ["pert", "triangular"])
@pytest.mark.parametrize("place", [0, 1])
def test_moments_and_quantiles_are_those_of_scipy(shape, place):
    ends = (LOW, LIKELY, HIGH)
    known = reference(shape, place)
    assert loss_mean(*ends, shape)[place] == pytest.approx(known.mean())
    assert loss_variance(*ends, shape)[place] == pytest.approx(known.var())
    for u in (0.01, 0.3, 0.9):
        assert loss_quantile(u, *ends, shape)[place] == pytest.approx(known.ppf(u))


def test_lognormal_holds_nine_tenths_between_its_ends():
    low, high = np.array([20.0]), np.array([500.0])
    centre, width = lognormal_terms(low, high)
    known = stats.lognorm(width[0], scale=np.exp(centre[0]))
    assert known.cdf(500) - known.cdf(20) == pytest.approx(0.9)
    assert loss_mean(low, low, high, "lognormal")[0] == pytest.approx(known.mean())
    assert loss_variance(low, low, high, "lognormal")[0] == pytest.approx(known.var())
    assert loss_quantile(0.95, low, low, high, "lognormal")[0] == pytest.approx(500)


@pytest.mark.parametrize("shape", ["pert", "triangular", "lognormal"])
def test_draws_have_the_mean_and_the_spread(shape):
    low, likely, high = np.array([4.0, 7.0]), np.array([5.0, 7.0]), np.array([10.0, 7.0])
    which = np.repeat([0, 1], 20_000)
    drawn = draw_losses(np.random.default_rng(5), low, likely, high, which, shape)
    assert (drawn[which == 1] == pytest.approx(7)) is True
    mean, variance = loss_mean(low, likely, high, shape)[0], loss_variance(low, likely, high, shape)[0]
    assert drawn[:20_000].mean() == pytest.approx(mean, abs=5 * (variance / 20_000) ** 0.5)
    assert drawn[:20_000].std() == pytest.approx(variance**0.5, rel=0.05)


def test_a_range_without_width_has_no_spread():
    assert loss_variance(LOW, LIKELY, HIGH, "pert")[2] == 0
    assert loss_quantile(0.3, LOW, LIKELY, HIGH, "pert")[2] == 10
    assert loss_quantile(0.3, LOW, LIKELY, HIGH, "triangular")[2] == 10
