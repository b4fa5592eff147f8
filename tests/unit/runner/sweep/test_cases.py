"""Which runs a sweep makes: complete, in order, each once, all checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from openpyxl import Workbook

from casework.core.errors import DataError, ParameterError
from casework.runner.sweep.cases import Cases, make_cases

FEW = settings(max_examples=40)


def points(**given: Any) -> list[dict[str, Any]]:
    return list(make_cases("kano", **given).points)


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def own_notebook(folder: Path, source: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    cell: Any = new_code_cell(source, metadata={"tags": list(tags)})
    nbformat.write(new_notebook(cells=[cell]), folder / "own.ipynb")
    return folder / "own.ipynb"


def test_words_are_combined_in_their_order_the_last_fastest() -> None:
    found = make_cases("kano", words=["table=berger,pouliot", "seed=3", "resamples=100:300:100"])
    assert found.varied == ("table", "resamples")
    assert found.origin == "grid"
    assert found.repeated == 0
    assert [(point["table"], point["resamples"]) for point in found.points] == [
        (table, resamples) for table in ("berger", "pouliot") for resamples in (100, 200, 300)
    ]
    assert all(point["seed"] == 3 for point in found.points)
    assert all(set(point) == {"table", "seed", "resamples"} for point in found.points)


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ('segment="a,b",c', ["a,b", "c"]),
        ("segment=,x", ["", "x"]),
        ("segment=", [""]),
        ("segment=no,1,007,1.0", ["no", "1", "007", "1.0"]),
        ("data=a:b:c", ["a:b:c"]),
        ("fast=true,false", [True, False]),
        ("threshold=0.1:0.3:0.1,1e-2", [0.1, 0.2, 0.3, 0.01]),
        ("seed=30:10:-10, 5", [30, 20, 10, 5]),
        ("seed=010", [10]),
        ('attributes={"a": ["f1", "d1"]};{"b,c": ["f2", "d2"]}', [{"a": ["f1", "d1"]}, {"b,c": ["f2", "d2"]}]),
        ("answers={yes: 1, no: 2}", None),
    ],
)
def test_words_are_read_by_the_type_of_the_parameter(word: str, values: list[Any] | None) -> None:
    name = word.partition("=")[0]
    if values is None:  # YAML takes yes and no for true and false, which are no texts
        assert len(refused(words=[word])) >= 1
        return
    found = [point[name] for point in points(words=[word])]
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_values_take_the_type_of_the_study_and_cases_that_become_equal_are_left_out() -> None:
    found = make_cases("kano", grid={"low": [1, 1.0, "1", 2]})
    assert found.points == ({"low": 1.0}, {"low": 2.0})
    assert all(type(point["low"]) is float for point in found.points)
    assert found.repeated == 2


def test_a_default_that_is_given_is_the_same_run_as_one_that_is_not() -> None:
    found = make_cases("kano", cases=[{}, {"threshold": 0.06}, {"threshold": 0.1}])
    assert found.points == ({}, {"threshold": 0.1})
    assert found.repeated == 1
    assert found.varied == ("threshold",)


def test_every_problem_of_the_words_is_told_at_once() -> None:
    told = refused(words=["treshold=1,2", "table=berger,puliot", "resamples=1:3", "low", "table=x", 'segment="a'])
    text = "\n".join(told)
    assert len(told) == 6
    assert "parameter treshold: kano has no such parameter. Did you mean 'threshold'?" in text
    assert "case 2, parameter table: 'puliot'. Expected: one of berger, pouliot, 3-level. Did you mean" in text
    assert "from:to:step" in text
    assert "name=value" in text
    assert "given twice" in text
    assert "quotation marks around a whole text" in text


@pytest.mark.parametrize("word", ["answers=" + "9" * 5000, "answers=" + "[" * 400, "answers=2024-13-45", "answers={a"])
def test_values_that_yaml_cannot_hold_are_refused(word: str) -> None:
    assert "parameter answers" in refused(words=[word])[0]


def test_a_file_has_sections(tmp_path: Path) -> None:
    path = write(
        tmp_path / "grid.yaml",
        """
        fixed: {seed: 3, invalid: exclude}
        grid:
          threshold: {from: 0.02, to: 0.06, step: 0.02}
          fast: true
        zip: [{low: [5, 6], high: [8, 9]}]
        cases: [{table: berger}, {table: pouliot, order: MOAIRQ}]
        draws: {count: 2, method: random, seed: 1, ranges: {confidence: [0.8, 0.9]}}
        """,
    )
    found = make_cases("kano", grid=path, words=["invalid=refuse"])
    assert len(found.points) == 3 * 2 * 2 * 2
    assert found.origin == "random"
    assert found.varied == ("threshold", "low", "high", "table", "confidence")
    assert {(point["low"], point["high"]) for point in found.points} == {(5, 8), (6, 9)}
    assert all(0.8 <= point["confidence"] <= 0.9 for point in found.points)
    assert {point["invalid"] for point in found.points} == {"refuse"}
    assert {point["fast"] for point in found.points} == {True}


def test_json_and_flat_files_are_grids(tmp_path: Path) -> None:
    path = write(tmp_path / "grid.json", json.dumps({"threshold": [0.1, 0.2], "answers": [{}, {"yes": 1}], "seed": 4}))
    assert len(points(grid=path)) == 4
    assert points(grid=path) == points(grid={"grid": {"threshold": [0.1, 0.2], "answers": [{}, {"yes": 1}], "seed": 4}})


def test_a_mapping_is_one_value_of_a_mapping() -> None:
    assert points(grid={"answers": {"yes": 1}}) == [{"answers": {"yes": 1}}]


def test_arrays_and_ranges_are_lists() -> None:
    import numpy as np

    assert [point["seed"] for point in points(grid={"seed": range(3)})] == [0, 1, 2]
    assert [point["low"] for point in points(grid={"low": np.arange(3) / 2})] == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"gird": {"threshold": [1]}}, "Did you mean 'grid'"),
        ({"grid": {"threshold": [0.1]}, "zipp": []}, "Did you mean 'zip'"),
        ({"grid": {"threshold": [0.1]}, "low": 3}, "below 'grid' or 'fixed'"),
        ({"grid": [1]}, "names with their values"),
        ({"zip": "abc"}, "a list of names with their values"),
        ({"zip": [{"low": [1, 2], "high": [8]}]}, "low: 2 values, high: 1 values"),
        ({"zip": [{"low": [], "high": []}]}, "lists of one length"),
        ({"cases": []}, "there is no case"),
        ({"cases": "cases.csv"}, "a list of names"),
        ({"cases": [3]}, "names with their values"),
        ({"threshold": []}, "it has no values"),
        ({"threshold": {"from": 1}}, "either step or count"),
        ({"fixed": {"low": 1}, "grid": {"low": [1, 2]}}, "given twice: fixed, grid"),
        ({"grid": {"low": [1]}, "zip": [{"low": [1, 2]}]}, "given twice: grid, zip"),
        ({"fixed": {1: 2}}, "parameter 1: kano has no such parameter"),
        ({"fixed": {"thresold": 2}}, "Did you mean 'threshold'"),
        ({"draws": {"count": 3}}, "no parameter is named"),
        ({"draws": {"cuont": 3, "ranges": {"threshold": None}}}, "Did you mean 'count'"),
        ({"draws": {"count": 3, "ranges": {"low": None}}}, "no low of its own"),
        ({"draws": {"count": 3, "ranges": ["low"]}}, "names with their values"),
        ({}, "no values are given"),
    ],
)
def test_files_that_say_something_else_are_refused(grid: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make_cases("kano", grid=grid)


def test_a_missing_file_and_study_are_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="there is no such file"):
        make_cases("kano", grid=tmp_path / "no.yaml")
    with pytest.raises(DataError, match="there is no such file"):
        make_cases("kano", cases=tmp_path / "no.csv")
    with pytest.raises(ParameterError, match="Did you mean 'kano'"):
        make_cases("kanoo", words=["seed=1,2"])


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


def test_cases_of_a_table_meet_every_value_of_a_grid(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv", "seed\n1\nx\n")
    assert len(points(cases=[{"seed": 1}, {"seed": 2}], words=["low=1,2,3"])) == 6
    told = refused(cases=path, words=["low=1,2,3,4,5"])
    assert [line.partition(" Expected")[0] for line in told] == [
        "cases 2, 4, 6 and 2 more, cases.csv, row 3, column 'seed': 'x'."
    ]


def test_twenty_problems_are_shown_and_the_others_counted() -> None:
    told = refused(words=["low=1:50:1"], grid={"high": [20]})
    assert len(told) == 21
    assert told[0].startswith("case 20, parameter kano: ")
    assert told[-1] == "and 11 more problems."


def test_too_many_cases_are_refused_with_their_number() -> None:
    assert refused(words=["seed=1:1000:1"], grid={"resamples": range(100, 201)}) == [
        "101,000 cases. Expected: at most 100,000 cases. Give fewer values, or draw some of them."
    ]
    with pytest.raises(ParameterError, match="draws: 100001"):
        make_cases("kano", draws=100_001, ranges={"threshold": None})


def test_draws_take_ranges_as_the_command_line_writes_them() -> None:
    ranges = {"threshold": None, "confidence": "0.6:0.9:log", "order": "MOAIRQ,OMAIRQ", "low": [1, 5], "table": None}
    found = make_cases("kano", draws=30, ranges=ranges, seed=5)
    assert found.origin == "latin"
    assert len(found.points) == 30
    assert all(0 <= point["threshold"] <= 1 and 0.6 <= point["confidence"] <= 0.9 for point in found.points)
    assert {point["order"] for point in found.points} == {"MOAIRQ", "OMAIRQ"}
    assert {point["table"] for point in found.points} == {"berger", "pouliot", "3-level"}
    assert found == make_cases("kano", draws=30, ranges=ranges, seed=5)


def test_draws_are_given_once() -> None:
    ranges = {"threshold": None}
    told = refused(draws=3, ranges=ranges, grid={"draws": {"count": 2, "ranges": ranges}})
    assert "given twice: draws, grid" in told[0]
    assert "given twice: -p, draws" in refused(draws=3, ranges=ranges, words=["threshold=0.1,0.2"])[0]
    assert "draws: None" in refused(ranges=ranges)[0]
    assert "Did you mean 'latin'" in refused(draws=3, ranges=ranges, method="latim")[0]


OWN = 'x: int = 3\nname: str = "a"\nshare = 0.5\nmany: list[int] = [1]\nanything = None\n'


def test_a_notebook_of_the_users_own_is_swept_by_its_plain_types(tmp_path: Path) -> None:
    path = own_notebook(tmp_path, OWN)
    found = make_cases(path, words=["x=1:3:1", "name=no,a", "many=[1,2];[3]", "anything=[1];[2]"], fixed={"share": 1})
    assert len(found.points) == 24
    assert found.points[0] == {"share": 1, "x": 1, "name": "no", "many": [1, 2], "anything": [1]}
    assert make_cases(path, words=["x=3,4"]).points == ({"x": 3}, {"x": 4})
    drawn = make_cases(str(path), draws=4, ranges={"x": "1:4", "share": [0, 1]})
    assert sorted(point["x"] for point in drawn.points) == [1, 2, 3, 4]


def test_problems_of_a_notebook_of_the_users_own_are_told_at_once(tmp_path: Path) -> None:
    path = own_notebook(tmp_path, OWN)
    with pytest.raises(ParameterError, match="Did you mean 'name'") as caught:
        make_cases(path, words=["nane=1,2", "x=1,2.5,b", "share=1,true"], draws=2, ranges={"x": None})
    assert [str(problem).partition(". ")[0] for problem in caught.value.problems] == [
        "parameter nane: own.ipynb has no such parameter",
        "parameter x: it is given twice: -p, draws",
        "cases 2, 4, 6, parameter share: True",
        "cases 3, 4, parameter x: 2.5",
        "cases 5, 6, parameter x: 'b'",
    ]
    with pytest.raises(ParameterError, match="no cell tagged"):
        make_cases(own_notebook(tmp_path, OWN, ()), words=["x=1,2"])
    with pytest.raises(ParameterError, match=r"Did you mean 'own\.ipynb'"):
        make_cases(tmp_path / "owm.ipynb", words=["x=1,2"])


def test_cases_become_a_frame() -> None:
    frame = Cases(
        points=({"seed": 1, "answers": {}}, {"seed": 2, "low": 5.0, "answers": {"a": 1}}),
        varied=("seed", "low", "answers"),
        repeated=0,
        origin="cases",
    ).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame.index.name == "case"
    assert list(frame.columns) == ["seed", "answers", "low"]
    assert frame["seed"].dtype == "int64"
    assert frame["low"].tolist() == [None, 5.0]
    assert frame["answers"].tolist() == [{}, {"a": 1}]


NUMBERS = st.lists(st.integers(0, 50), min_size=1, max_size=6)
SHARES = st.lists(st.integers(0, 100).map(lambda number: number / 100), min_size=1, max_size=6)
NAMES = st.sampled_from(["low", "answers", "count", "ranges", "grid"]) | st.text(max_size=4)
WORDS = st.lists(st.text(st.sampled_from('ab,"; =:[{#名'), max_size=5), min_size=1, max_size=5)


@FEW
@given(NUMBERS, SHARES)
def test_a_grid_holds_every_combination_once(seeds: list[int], shares: list[float]) -> None:
    found = make_cases("kano", grid={"seed": seeds, "threshold": shares})
    seen = [(point["seed"], point["threshold"]) for point in found.points]
    assert seen == list(dict.fromkeys((seed, share) for seed in seeds for share in shares))
    assert len(found.points) + found.repeated == len(seeds) * len(shares)
    assert set(found.varied) == {
        name for name, values in (("seed", seeds), ("threshold", shares)) if len(set(values)) > 1
    }


@FEW
@given(WORDS)
def test_any_text_can_be_written_as_a_word(texts: list[str]) -> None:
    quoted = ",".join('"' + text.replace('"', '""') + '"' for text in texts)
    found = make_cases("kano", words=[f"segment={quoted}"])
    assert [point["segment"] for point in found.points] == list(dict.fromkeys(texts))


@settings(max_examples=15)
@given(st.dictionaries(NAMES, st.recursive(st.none() | st.integers() | st.text(max_size=4), st.lists)))
def test_whatever_stands_in_a_file_is_used_or_refused(content: dict[str, Any]) -> None:
    for grid in (content, {"fixed": content}, {"zip": content}, {"cases": [content]}, {"draws": content}):
        told: tuple[Any, ...] = ()
        try:
            told = make_cases("kano", grid=grid).points
        except ParameterError as error:
            told = tuple(error.problems)
        assert told
