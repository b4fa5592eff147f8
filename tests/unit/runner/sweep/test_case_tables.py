"""A row of a table is a run, and text stays as it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from casework.core.errors import DataError, ParameterError
from casework.runner.sweep.case_tables import add_cases, add_table
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target


def points(**given: Any) -> list[dict[str, Any]]:
    return list(make_cases("kano", **given).points)


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


TABLE = 'case,threshold,segment,seed,answers\nfirst,0.05,1.10,3,\n,,,,\nb,,"a, b",,{"yes": 1}\nc,1e-2,NA,010,\nd,,,,\n'


def test_a_row_is_a_run_and_text_stays_as_it_is_written(tmp_path: Path) -> None:
    found = make_cases("kano", cases=write(tmp_path / "cases.csv", TABLE))
    assert found.origin == "cases"
    assert found.points == (
        {"threshold": 0.05, "segment": "1.10", "seed": 3},
        {"segment": "a, b", "answers": {"yes": 1}},
        {"threshold": 0.01, "segment": "NA", "seed": 10},
        {},
    )


def test_a_table_may_write_decimals_with_a_comma(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv", "threshold;low;segment\n0,05;1,5;1,5\n0,06;2,5;x\n")
    assert points(cases=path)[0] == {"threshold": 0.05, "low": 1.5, "segment": "1,5"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_and_a_line_that_names_the_separator_are_understood(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes("sep=;\r\nsegment;seed\r\n客户满意度;1\r\n北京上海;x\r\n".encode(encoding))
    assert "case 2, cases.csv, row 4, column 'seed': 'x'" in refused(cases=path)[0]
    path.write_bytes("segment\tseed\n客户满意度\t1\n北京上海\t2\n".encode(encoding))
    assert points(cases=path) == [{"segment": "客户满意度", "seed": 1}, {"segment": "北京上海", "seed": 2}]


def test_a_workbook_is_read_with_its_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["threshold", "segment", "seed", "fast"],
        [0.05, "1.10", 3, True],
        [None] * 4,
        [None, "007", None, None],
    ):
        sheet.append(row)
    book.create_sheet("Other").append(["seed"])
    book.save(tmp_path / "cases.xlsx")
    expected = [{"threshold": 0.05, "segment": "1.10", "seed": 3, "fast": True}, {"segment": "007"}]
    assert points(cases=f"{tmp_path / 'cases.xlsx'}#{sheet.title}") == expected
    book.remove(book["Other"])
    sheet["C4"] = "x"
    book.save(tmp_path / "cases.xlsx")
    assert "cases.xlsx, row 4, column 'seed': 'x'" in refused(cases=tmp_path / "cases.xlsx")[0]


def test_problems_of_a_table_name_case_row_and_column(tmp_path: Path) -> None:
    text = "treshold,low,high,answers,seed\n,5,9,,1\n,,,,\n,9,3,,2\n,,,{a,3\n,,,,1:30\n"
    told = refused(cases=write(tmp_path / "cases.csv", text))
    assert told[0] == "cases.csv, column 'treshold': kano has no such parameter. Did you mean 'threshold'?"
    assert told[1].startswith("cases.csv, row 5, column 'answers': '{a'. Expected: a value in YAML")
    assert told[2].startswith("case 2, cases.csv, row 4: ")
    assert "low must be below high, not 9 and 3" in told[2]
    assert told[3].startswith("case 4, cases.csv, row 6, column 'seed': '1:30'. Expected: a whole number")
    assert len(told) == 4


def test_a_label_is_only_the_first_column(tmp_path: Path) -> None:
    told = refused(cases=write(tmp_path / "cases.csv", "seed,case\n1,a\n"))
    assert "column 'case'" in told[0]


def test_other_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows of data"):
        make_cases("kano", cases=write(tmp_path / "cases.csv", "seed\n"))
    with pytest.raises(ParameterError, match="a CSV or Excel file"):
        make_cases("kano", cases="kano_phone_plan")


def test_each_row_knows_its_place(tmp_path: Path) -> None:
    design = Design(find_target("kano"))
    add_table(design, str(write(tmp_path / "cases.csv", "case,seed\na,1\n,\nb,2\n")))
    assert [(piece.given, piece.place) for piece in design.axes[0]] == [
        ({"seed": 1}, "cases.csv, row 2"),
        ({"seed": 2}, "cases.csv, row 4"),
    ]


def test_cases_are_mappings() -> None:
    design = Design(find_target("kano"))
    add_cases(design, [{"seed": 1}, {"sed": 2, "low": 3}, 4])
    assert [piece.given for piece in design.axes[0]] == [{"seed": 1}, {"low": 3}, {}]
    assert [problem.where for problem in design.problems] == ["cases", "parameter sed"]
    assert design.origin == "cases"
