from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook

from casework.core.errors import DataError
from casework.datasets.workbooks import DESCRIPTION_SHEET, read_workbook


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


ROWS = [["id", "q1", "day"], ["007", 5, dt.datetime(2024, 5, 1)], ["008", 3.5, None], [None, None, None]]


def test_cells_keep_what_they_are():
    frame, sheet = read_workbook(book(Answers=ROWS), "t.xlsx")
    assert sheet == "Answers"
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["q1"].tolist() == [5.0, 3.5]
    assert frame["day"].tolist()[0] == "2024-05-01T00:00:00"


def test_numbers_stored_as_text_are_numbers():
    frame, _ = read_workbook(book(A=[["q"], ["5"], [4]]), "t.xlsx")
    assert frame["q"].tolist() == [5, 4]


def test_several_sheets_must_be_chosen_from():
    raw = book(North=ROWS, South=ROWS)
    with pytest.raises(DataError, match=r"several sheets: 'North', 'South'.*Write t\.xlsx#North"):
        read_workbook(raw, "t.xlsx")
    assert read_workbook(raw, "t.xlsx", "South")[1] == "South"
    with pytest.raises(DataError, match=r"no sheet 'Suoth'\. Did you mean 'South'"):
        read_workbook(raw, "t.xlsx", "Suoth")


def test_empty_sheets_and_our_own_description_do_not_count():
    raw = book(**{"Answers": ROWS, "Empty": [], DESCRIPTION_SHEET: [["column"], ["id"]]})
    assert read_workbook(raw, "t.xlsx")[1] == "Answers"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "is empty"),
        ([["a", "b"]], "no rows of data"),
        ([["a", None, "c"], [1, 2, 3]], "column B: the column has no name"),
        ([["a"], [1, 2]], "column B: the column has no name"),
        ([["a", "a"], [1, 2]], "'a' stands there 2 times"),
        ([[None], [1]], "row 1: the row is empty"),
    ],
)
def test_broken_sheets(rows, message):
    with pytest.raises(DataError, match=message):
        read_workbook(book(A=rows), "t.xlsx")


def test_bytes_that_are_no_workbook():
    with pytest.raises(DataError, match=r"t\.xlsx: the workbook is broken"):
        read_workbook(b"PK\x03\x04 no", "t.xlsx")
