import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.credit.rating import apply_overrides

MODEL = pd.Series(list("BCBAE"))
BY_HAND = pd.Series(["A", "E", "", "E", "D"])
WHY = pd.Series(["guarantee", " ", "", "lawsuit", "guarantee"])


def test_log_and_grades():
    with pytest.warns(CaseworkWarning, match="not taken over"):
        result = apply_overrides(MODEL, BY_HAND, WHY, most_notches=2)
    assert result.grades.tolist() == list("ACBAD")
    assert result.log["outcome"].tolist() == ["taken over", "no reason", "too far", "taken over"]
    assert result.log["notches"].tolist() == [-1, 2, 4, -1]
    assert result.by_reason.to_numpy().tolist() == [["guarantee", 2, 0]]
    assert (result.taken, len(result.notes)) == (2, 2)
    assert result.summary() == "2 grades were changed by hand (40.0% of all): 2 for the better, 0 for the worse."


def test_without_reasons_nothing_is_taken_over():
    with pytest.warns(CaseworkWarning, match=r"4 rows \(0, 1, 3, 4\).*without a reason"):
        result = apply_overrides(MODEL, BY_HAND)
    assert result.grades.tolist() == MODEL.tolist()
    assert result.by_reason.empty


def test_unknown_grades_and_other_rows_are_refused():
    with pytest.raises(DataError, match=r"override, row 0.*'Z'"):
        apply_overrides(MODEL, pd.Series(["Z", "", "", "", ""]), WHY)
    with pytest.raises(DataError, match="same index"):
        apply_overrides(MODEL, BY_HAND.head(3), WHY)
    with pytest.raises(ParameterError, match="most_notches"):
        apply_overrides(MODEL, BY_HAND, WHY, most_notches=-1)


def test_inputs_stay_as_they_were():
    before = MODEL.copy()
    apply_overrides(MODEL, pd.Series([""] * 5), WHY)
    assert MODEL.equals(before)
