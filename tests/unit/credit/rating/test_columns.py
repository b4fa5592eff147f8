import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating.columns import check_grades, grade_codes, numbers_in, one_row_each, table_of


def test_plain_numbers_are_one_row_and_columns_stay():
    assert table_of({"a": 1, "b": 2}).shape == (1, 2)
    assert table_of({"a": [1, 2], "b": 3})["b"].tolist() == [3, 3]
    frame = pd.DataFrame({"a": [1]})
    assert table_of(frame) is frame


def test_all_wrong_columns_are_told_at_once():
    frame = pd.DataFrame({"a": ["1", "x"], "b": [np.inf, 1], "c": [-1, 2]})
    with pytest.raises(DataError, match="no column 'd'") as caught:
        numbers_in(frame, ["a", "b", "c", "d"], low=0)
    assert len(caught.value.problems) == 4


def test_numbers_keep_empty_cells():
    assert np.isnan(numbers_in(pd.DataFrame({"a": ["1", None]}), ["a"])["a"][1])


@pytest.mark.parametrize("grades", [["A"], ["A", "A"], ["A", " "]])
def test_scales_that_are_none(grades):
    with pytest.raises(ParameterError, match="at least 2 grades"):
        check_grades(grades)


def test_grades_are_found_and_unknown_ones_refused():
    assert grade_codes(["B", " A", ""], ("A", "B"), where="grade", missing=True).tolist() == [1, 0, -1]
    with pytest.raises(DataError, match=r"grade, 2 rows.*'X', 'Y'.*") as caught:
        grade_codes(["X", "A", "Y", None], ("A", "B"), where="grade")
    assert "empty cell" in str(caught.value)


def test_customers_twice_are_refused_or_counted():
    rows = pd.DataFrame({"customer": ["a", "a", "a", "b"], "year": [1, 1, 2, 1]})
    with pytest.raises(DataError, match=r"more than once, first: a, 1"):
        one_row_each(rows, ["customer", "year"])
    kept, note = one_row_each(rows, ["customer", "year"], invalid="exclude")
    assert (len(kept), note[:5]) == (3, "1 row")
    assert one_row_each(kept, ["customer", "year"])[1] == ""
    with pytest.raises(DataError, match="no column 'who'"):
        one_row_each(rows, ["who"])
    with pytest.raises(DataError, match="empty cell"):
        one_row_each(pd.DataFrame({"customer": [None, "a"]}), ["customer"])
