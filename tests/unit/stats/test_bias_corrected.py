import numpy as np
import pytest
from scipy import stats

from casework.core.errors import ParameterError
from casework.stats.bias_corrected import bias_corrected_interval, jackknife_acceleration


def test_bca_agrees_with_scipy_on_the_same_draws():
    rng = np.random.default_rng(3)
    sample = rng.exponential(size=40)
    found = stats.bootstrap(
        (sample,), np.mean, n_resamples=4000, method="BCa", confidence_level=0.9, rng=np.random.default_rng(1)
    )
    left_out = np.array([np.delete(sample, i).mean() for i in range(len(sample))])
    low, high = bias_corrected_interval(
        found.bootstrap_distribution, sample.mean(), confidence=0.9, acceleration=jackknife_acceleration(left_out)
    )
    assert (low, high) == pytest.approx(tuple(found.confidence_interval), abs=2e-3)


def test_acceleration_by_hand():
    left_out = np.array([1.0, 2.0, 6.0])
    away = 3.0 - left_out
    assert jackknife_acceleration(left_out) == pytest.approx((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    assert jackknife_acceleration(np.ones((5, 2))).tolist() == [0.0, 0.0]


def test_columns_apart_and_gaps_left_out():
    draws = np.column_stack([np.arange(101.0), np.full(101, np.nan), np.arange(101.0)])
    draws[:10, 2] = np.nan
    low, high = bias_corrected_interval(draws, [50.0, 1.0, 55.0], confidence=0.9)
    assert low[0] == pytest.approx(5.0)
    assert high[0] == pytest.approx(95.0)
    assert np.isnan(low[1])
    assert np.isnan(high[1])
    assert low[2] == pytest.approx(14.5)
    assert high[2] == pytest.approx(95.5)


def test_draws_on_one_side_have_no_corrected_interval():
    assert np.isnan(bias_corrected_interval(np.arange(10.0), -1.0)[0])


def test_confidence_is_checked():
    with pytest.raises(ParameterError, match="confidence"):
        bias_corrected_interval(np.arange(10.0), 5.0, confidence=1.0)
