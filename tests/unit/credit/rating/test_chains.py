import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import default_curve, normalise_rows, transition_power

SCALE = ["good", "bad", "defaulted"]
MOVES = pd.DataFrame([[0.9, 0.08, 0.02], [0.1, 0.7, 0.2], [0, 0, 1]], SCALE, SCALE)


def test_percentages_and_shares_are_scaled():
    assert normalise_rows([[50, 50], [0, 100.4]]).tolist() == [[0.5, 0.5], [0, 1]]
    assert normalise_rows([[0.5, 0.5], [np.nan, np.nan]])[0].tolist() == [0.5, 0.5]


def test_all_bad_rows_are_named():
    with pytest.raises(DataError, match="row 1") as caught:
        normalise_rows([[0.5, 0.3, 0], [0.5, 0.6, -0.1], [0, 0, 1]])
    assert "row 2" in str(caught.value)
    with pytest.raises(DataError, match="as many rows as columns"):
        normalise_rows([[1, 0]])


def test_a_grade_that_was_never_seen_makes_unknown_what_leads_through_it():
    matrix = [[0.9, 0.1, 0.0], [np.nan] * 3, [0.0, 0.0, 1.0]]
    assert transition_power(matrix, 1)[0].tolist() == [0.9, 0.1, 0.0]
    found = transition_power(matrix, 2)
    assert np.isnan(found[0]).all()
    assert found[2].tolist() == [0, 0, 1]
    assert transition_power(matrix, 0).tolist() == np.eye(3).tolist()


@pytest.mark.parametrize("years", [-1, 1.5, 1e9])
def test_years_are_whole(years):
    with pytest.raises(ParameterError, match="years"):
        transition_power(MOVES, years)


def test_the_curve_by_hand_and_its_parts():
    curve = default_curve(MOVES, years=3)
    two = 0.02 + 0.9 * 0.02 + 0.08 * 0.2
    assert curve.cumulative.loc[2, "good"] == pytest.approx(two)
    assert curve.marginal["good"].cumsum().tolist() == pytest.approx(curve.cumulative["good"].tolist())
    assert curve.conditional.loc[2, "good"] == pytest.approx((two - 0.02) / 0.98)
    assert len(curve.to_frame()) == 6
    assert curve.summary() == "Within 3 years, 9.6% of grade good and 44.5% of grade bad default."


def test_whoever_is_in_default_stays_there():
    leaking = MOVES.copy()
    leaking.loc["defaulted"] = [0.5, 0.5, 0.0]
    assert default_curve(leaking, years=3).cumulative.equals(default_curve(MOVES, years=3).cumulative)


def test_wrong_names_are_refused():
    with pytest.raises(ParameterError, match="defaulted"):
        default_curve(MOVES, default="D")
    with pytest.raises(DataError, match="its rows are not its columns"):
        default_curve(MOVES.rename(index={"good": "fine"}))
    with pytest.raises(ParameterError, match="years"):
        default_curve(MOVES, years=0)
