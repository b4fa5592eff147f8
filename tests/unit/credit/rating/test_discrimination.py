import numpy as np
import pandas as pd
import pytest
from scipy.stats import somersd

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import default_rates, rates_by_period, somers_d

GRADES = list("AABBBBCCDD")
BAD = [0, 0, 0, 0, 1, 0, 1, 0, 1, 0]


def test_rates_and_their_intervals():
    result = default_rates(GRADES, BAD)
    assert result.table["default_rate"].tolist() == pytest.approx([0, 0.25, 0.5, 0.5, np.nan], nan_ok=True)
    assert result.monotone
    assert "Grades without a customer: E" in result.notes[0]


def test_somers_d_is_that_of_scipy_and_twice_auc_less_one():
    result = default_rates(GRADES, BAD)
    codes = ["ABCDE".index(x) for x in GRADES]
    assert result.somers_d == pytest.approx(somersd(BAD, codes).statistic)
    pairs = [(b > a) + 0.5 * (a == b) for a, x in zip(codes, BAD, strict=True) if not x
             for b, y in zip(codes, BAD, strict=True) if y]  # fmt: skip
    assert result.auc == pytest.approx(np.mean(pairs))


def test_the_standard_error_is_near_that_of_the_bootstrap():
    rng = np.random.default_rng(5)
    table = np.array([[80, 60, 40, 20], [5, 10, 15, 20]])
    draws = [somers_d(x.reshape(2, 4))[0] for x in rng.multinomial(250, table.ravel() / 250, size=3000)]
    assert somers_d(table)[1] == pytest.approx(np.std(draws), rel=0.06)


def test_reversals_are_named():
    result = default_rates(list("AABB"), [1, 1, 0, 1], scale=["A", "B"])
    assert result.reversals == (("A", "B"),)
    assert "but not in order" in result.summary()


def test_unknown_outcomes_are_left_out_and_counted():
    result = default_rates(["A", "B", "B"], [0, 1, None], scale=["A", "B"])
    assert result.table["customers"].tolist() == [1, 1]
    assert "without a known outcome: 1" in result.notes[0]


def test_every_period_by_itself():
    grades, bad = pd.Series(list("ABABAB")), pd.Series([0, 1, 0, 0, 1, np.nan])
    table = rates_by_period(grades, bad, pd.Series([1, 1, 2, 2, 3, 4]))
    assert table["period"].tolist() == [1, 2, 3]
    assert table["default_rate"].tolist() == [0.5, 0.0, 1.0]
    assert table["somers_d"].tolist() == pytest.approx([1.0, np.nan, np.nan], nan_ok=True)


def test_one_outcome_only_cannot_be_tested():
    result = default_rates(["A", "B"], [0, 0], scale=["A", "B"])
    assert np.isnan(result.somers_d)
    assert "cannot be tested" in result.summary()


def test_bad_outcomes_are_refused():
    with pytest.raises(DataError, match="neither 0 nor 1"):
        default_rates(["A", "B"], [0, 2])
    with pytest.raises(DataError, match="no outcome is known"):
        default_rates(["A"], [None])
    with pytest.raises(DataError, match="1 outcomes for 2 grades"):
        default_rates(["A", "B"], [0])
    with pytest.raises(DataError, match="'F'"):
        default_rates(pd.Series(["F", "B"]), [0, 1])
    with pytest.raises(ParameterError, match="confidence"):
        default_rates(["A", "B"], [0, 1], confidence=1.5)
    with pytest.raises(DataError, match="matrix of counts"):
        somers_d([[1, -1], [2, 3]])
