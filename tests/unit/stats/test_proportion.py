import numpy as np
import pytest
from scipy.stats import binomtest

from casework.core.errors import ParameterError
from casework.stats.proportion import two_share_interval, wilson_interval


@pytest.mark.published
def test_newcombe_1998_table_1():
    low, high = wilson_interval([81, 15, 0, 1], [263, 148, 20, 29])
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_agrees_with_scipy(confidence):
    interval = binomtest(7, 31).proportion_ci(confidence, method="wilson")
    low, high = wilson_interval(7, 31, confidence=confidence)
    assert (float(low), float(high)) == pytest.approx((interval.low, interval.high))


def test_ends_are_exact_where_all_or_none_agree():
    low, high = wilson_interval([0, 9], [9, 9])
    assert low[0] == 0
    assert high[1] == 1


def test_no_trials_no_interval():
    assert np.isnan(wilson_interval(0, 0)).all()


def test_confidence_is_checked():
    with pytest.raises(ParameterError, match="confidence: 2"):
        wilson_interval(1, 2, confidence=2)


@pytest.mark.published
def test_newcombe_1998_table_2_method_10():
    first, first_trials = [56, 9, 6, 5, 0, 0, 10, 10], [70, 10, 7, 56, 10, 10, 10, 10]
    second, second_trials = [48, 3, 2, 0, 0, 0, 0, 0], [80, 10, 7, 29, 20, 10, 20, 10]
    low, high = two_share_interval(first, first_trials, second, second_trials)
    printed_low = [0.0524, 0.1705, 0.0582, -0.0381, -0.1611, -0.2775, 0.6791, 0.6075]
    printed_high = [0.3339, 0.8090, 0.8062, 0.1926, 0.2775, 0.2775, 1.0, 1.0]
    assert low == pytest.approx(printed_low, abs=5e-5)
    assert high == pytest.approx(printed_high, abs=5e-5)


def test_two_shares_turned_round():
    low, high = two_share_interval(7, 30, 12, 25, confidence=0.9)
    assert two_share_interval(12, 25, 7, 30, confidence=0.9) == pytest.approx((-high, -low))
    assert np.isnan(two_share_interval(0, 0, 1, 2)).all()
    with pytest.raises(ParameterError, match="confidence: 0"):
        two_share_interval(1, 2, 1, 2, confidence=0)
