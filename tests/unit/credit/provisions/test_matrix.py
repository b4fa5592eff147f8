import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.matrix import provision_matrix, scenario_factors

NAMES = ["current", "1-30", "90+"]
OWED = pd.Series([1000.0, 500, 100], index=NAMES)
RATES = pd.Series([0.01, 0.1, 0.8], index=NAMES)


def test_futures_are_weighed_and_rates_cut():
    found = provision_matrix(OWED, RATES, factors={"good": 0.5, "bad": 2.0}, weights={"good": 3, "bad": 1})
    good, bad = 5 + 25 + 40, 20 + 100 + 100
    assert found.scenarios["allowance"].tolist() == [good, bad]
    assert found.total == pytest.approx(0.75 * good + 0.25 * bad)
    assert found.table["adjusted_rate"].iloc[2] == pytest.approx(0.75 * 0.4 + 0.25)
    assert "1 of the rates are cut" in found.notes[0]
    assert found.coverage == pytest.approx(found.total / 1600)
    assert "90+" in found.summary()


def test_segments_with_their_own_rates():
    grid = pd.DataFrame([OWED, 2 * OWED], index=["a", "b"])
    own = pd.DataFrame([RATES, RATES / 2], index=["b", "a"])
    found = provision_matrix(grid, own).by_segment().set_index("segment")
    assert found["allowance"].tolist() == pytest.approx([70, 280])
    assert provision_matrix(grid, RATES).total == pytest.approx(3 * 140)
    assert provision_matrix(grid, RATES).by_bucket()["allowance"].tolist() == pytest.approx([30, 150, 240])


def test_a_rate_that_nobody_needs_may_be_missing():
    found = provision_matrix(pd.Series([10.0, 0.0], index=["a", "b"]), pd.Series([0.1, np.nan], index=["a", "b"]))
    assert found.total == pytest.approx(1)


def test_nothing_open():
    found = provision_matrix(OWED * 0, RATES)
    assert found.coverage == 0
    assert "No allowance" in found.summary()


def test_problems():
    with pytest.raises(DataError, match=r"(?s)bucket 'current'.*-5.*credits.*bucket '90\+'"):
        provision_matrix(pd.Series([-5, 1, np.nan], index=NAMES), RATES)
    with pytest.raises(DataError, match=r"none for the bucket '90\+'"):
        provision_matrix(OWED, RATES.iloc[:2])
    with pytest.raises(DataError, match=r"0 to 1|from 0"):
        provision_matrix(OWED, RATES + 0.5)
    with pytest.raises(DataError, match="none for 'a'"):
        provision_matrix(pd.DataFrame([OWED], index=["a"]), pd.DataFrame([RATES], index=["b"]))
    with pytest.raises(ParameterError, match="factors"):
        provision_matrix(OWED, RATES, factors={"x": -1})
    with pytest.raises(ParameterError, match="none for 'y'"):
        provision_matrix(OWED, RATES, factors={"x": 1, "y": 1}, weights={"x": 1})
    with pytest.raises(ParameterError, match="weights"):
        provision_matrix(OWED, RATES, factors={"x": 1}, weights={"x": 0})
    with pytest.raises(ParameterError, match="2 names, 1 factors, 2 weights"):
        scenario_factors(["a", "b"], [1], [1, 1])


def test_inputs_stay():
    before = OWED.copy()
    provision_matrix(OWED, RATES)
    pd.testing.assert_series_equal(OWED, before)
