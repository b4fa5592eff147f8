import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.structure.tables import (
    choose,
    dates,
    listing,
    name_rows,
    numbers,
    parts,
    require,
    texts,
    yes_no,
)


def test_missing_columns_are_told_with_the_nearest_spelling():
    with pytest.raises(DataError, match=r"column 'stage': there is no such column. Did you mean 'stages'"):
        require(pd.DataFrame({"stages": [1]}), ["stage"], table="processes")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ([1, 2], "not a table"),
        (pd.DataFrame({"a": []}), "no row"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "stands there twice"),
    ],
)
def test_tables_that_are_none(frame, message):
    with pytest.raises(DataError, match=message):
        require(frame, ["a"], table="table")


def test_texts_of_whole_floats_and_of_nothing():
    assert texts(pd.Series([3.0, np.nan])).tolist() == ["3", ""]
    assert texts(pd.Series([1.5])).tolist() == ["1.5"]
    assert texts(pd.Series([], dtype=object)).tolist() == []


def test_parts_take_semicolons_of_both_kinds():
    assert parts("a;b；c|d") == ["a", "b", "c", "d"]


def test_numbers_tell_what_is_wrong_and_what_is_missing():
    problems = []
    found = numbers(pd.Series([1, -2, None, "x", True, np.inf]), where="days", problems=problems, low=0)
    assert found[0] == 1
    assert [str(item) for item in problems] == [
        "days, rows 2, 4, 5, 6: '-2', 'x', 'True', 'inf'. Expected: a number at least 0.",
        "days, row 3: is missing.",
    ]


def test_numbers_of_a_column_of_truths_are_refused():
    problems = []
    numbers(pd.Series([True, False]), where="days", problems=problems)
    assert problems


def test_dates_from_text_and_bad_ones():
    problems = []
    found = dates(pd.Series(["2026-03-31", "soon", None]), where="day", problems=problems, empty=True)
    assert found[0] == pd.Timestamp("2026-03-31")
    assert "row 2: 'soon'" in str(problems[0])
    problems = []
    dates(pd.Series([20260331]), where="day", problems=problems)
    assert "a date such as" in str(problems[0])


def test_dates_with_zones_lose_them():
    problems = []
    found = dates(pd.Series(pd.to_datetime(["2026-03-31T00:00Z"])), where="day", problems=problems)
    assert found.dt.tz is None
    assert not problems


def test_yes_no_in_two_languages():
    problems = []
    assert yes_no(pd.Series(["Yes", "否", None, "是"]), where="damaged", problems=problems).tolist() == [
        True,
        False,
        False,
        True,
    ]
    assert not problems
    yes_no(pd.Series(["perhaps"]), where="damaged", problems=problems)
    assert "row 1: 'perhaps'" in str(problems[0])


def test_choose_in_any_case():
    problems = []
    found = choose(pd.Series(["Retailer", "", "retaler"]), ["retailer"] * 1, where="stage", problems=problems)
    assert found.tolist() == ["retailer", "", ""]
    assert "'retaler' is not known. Expected: one of retailer" in str(problems[0])


def test_rows_and_listings_are_cut():
    assert name_rows(np.ones(7, dtype=bool)) == "rows 1, 2, 3, 4, 5 and 2 more"
    assert name_rows(np.array([True])) == "row 1"
    assert listing("abc", most=2) == "a, b and 1 more"


@pytest.mark.parametrize(
    "column",
    [pd.Series([1j, 2]), pd.Series(pd.to_timedelta([1, 2], unit="D")), pd.Series(pd.to_datetime(["2026-01-01"] * 2))],
)
def test_complex_numbers_and_times_are_no_numbers(column):
    problems = []
    numbers(column, where="days", problems=problems)
    assert "rows 1, 2" in str(problems[0])


def test_dates_of_several_zones_stay_those_of_their_place():
    problems = []
    found = dates(
        pd.Series(["2026-01-01T23:00+08:00", "2026-01-02", "2026-01-03 01:00:00Z"]), where="d", problems=problems
    )
    assert found.dt.day.tolist() == [1, 2, 3]
    assert not problems
