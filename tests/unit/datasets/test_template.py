from __future__ import annotations

import pytest
from openpyxl import load_workbook

from casework.core.errors import DataError, ParameterError
from casework.datasets.contract import Column, Contract
from casework.datasets.loading import read_table
from casework.datasets.template import write_template

CONTRACT = Contract(
    (
        Column(name="id", kind="text", unique=True, meaning="number of the respondent"),
        Column(name="q1", kind="integer", low=1, high=5, unit="points"),
        Column(name="seg", kind="category", codes={"yes": 1, "no": 0}, required=False),
    )
)


def test_a_csv_holds_the_names_only(tmp_path):
    path = write_template(CONTRACT, tmp_path / "t.csv")
    assert path.read_text(encoding="utf-8-sig") == "id,q1,seg\n"
    with pytest.raises(DataError, match="no rows of data"):
        read_table(str(path))


def test_a_workbook_explains_its_columns_and_can_be_filled_and_read(tmp_path):
    path = write_template(CONTRACT, tmp_path / "t.xlsx", rows=2)
    book = load_workbook(path)
    rows = list(book["about the columns"].iter_rows(values_only=True))
    assert rows[0] == ("column", "meaning", "type", "values", "unit", "needed")
    assert rows[2] == ("q1", None, "whole number", "at least 1, at most 5", "points", "yes") or rows[2][1] == ""
    assert rows[3][3:] == ("yes = 1, no = 0", None, "no") or rows[3][3] == "yes = 1, no = 0"
    assert read_table(str(path)).frame["id"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("t.ods", 0, r"a name that ends in \.csv, \.xlsx"),
        ("t.csv", -1, "rows: -1"),
        ("there.csv", 0, "is there already"),
    ],
)
def test_wrong_calls(tmp_path, name, rows, message):
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(ParameterError, match=message):
        write_template(CONTRACT, tmp_path / name, rows)
    assert (tmp_path / "there.csv").read_text() == "mine"


def test_overwriting_on_demand(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")
    assert write_template(CONTRACT, path, overwrite=True).read_text(encoding="utf-8-sig") == "id,q1,seg\n"
