from __future__ import annotations

import pandas as pd
import pytest

from casework.datasets.contract import Column
from casework.datasets.reading import read_cells

NUMBER = Column(name="q", kind="number")


@pytest.mark.parametrize(
    ("series", "values"),
    [
        (pd.Series([1, 2]), [1.0, 2.0]),
        (pd.Series([1, None], dtype="Int64"), [1.0, None]),
        (pd.Series(["1", " 2 ", "x", None]), [1.0, 2.0, None, None]),
        (pd.Series([1, "2", None, 3.5], dtype=object), [1.0, 2.0, None, 3.5]),
        (pd.Categorical(["3", "4"]), [3.0, 4.0]),
    ],
)
def test_numbers_from_whatever_a_column_holds(series, values):
    read = pd.Series(read_cells(pd.Series(series), NUMBER).data)
    assert [None if pd.isna(value) else value for value in read] == values


def test_missing_and_unread_cells_are_told_apart():
    cells = read_cells(pd.Series(["1", "x", None, "NA"]), NUMBER)
    assert cells.missing.tolist() == [False, False, True, True]
    assert cells.unread.tolist() == [False, True, False, False]
    assert cells.answers == 2


def test_categories_are_trimmed_and_texts_are_not():
    series = pd.Series(["A ", "A", "  "])
    assert read_cells(series, Column(name="q", kind="category")).data.tolist()[:2] == ["A", "A"]
    assert read_cells(series, Column(name="q", kind="text")).data.tolist()[:2] == ["A ", "A"]
    assert read_cells(series, Column(name="q", kind="text")).missing.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("series", "values", "unread"),
    [
        (pd.Series(["A11", "A12", None]), ["A11", "A12", None], 0),
        (pd.Series(["1", "2", "", "NA"]), [1.0, 2.0, None, None], 0),
        (pd.Series([3, 4]), [3.0, 4.0], 0),
        (pd.Series(["x", *["7"] * 39]), [None, *[7.0] * 39], 1),
        (pd.Series([True, False]), ["True", "False"], 0),
    ],
)
def test_a_column_of_any_kind_is_numbers_or_categories(series, values, unread):
    cells = read_cells(series, Column(name="q", kind="any"))
    assert [None if pd.isna(value) else value for value in pd.Series(cells.data)] == values
    assert cells.unread.sum() == unread
    assert not cells.fault("range", Column(name="q", kind="any")).any()
