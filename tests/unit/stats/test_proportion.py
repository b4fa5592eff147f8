import numpy as np
import pytest
from scipy.stats import binomtest

from casework.core.errors import ParameterError
from casework.stats.proportion import wilson_interval


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
