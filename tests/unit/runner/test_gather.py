from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casework.datasets.export import write_csv
from casework.report.display import RESULT_MIME
from casework.report.formats import table_payload
from casework.runner.gather import csv_text, gather, to_frame, write_tables
from casework.studies.base import PublishedResult
from casework.studies.registry import get_study

FRAME = pd.DataFrame({"name": ["a", "=1+1"], "n": [1, 2], "x": [0.5, None], "ok": [True, False]})


def notebook(*payloads: dict[str, object]) -> object:
    outputs = [new_output("display_data", data={RESULT_MIME: payload}) for payload in payloads]
    return new_notebook(cells=[new_code_cell("", outputs=outputs)])


def test_scalars_tables_and_disagreements() -> None:
    study = get_study("orientation")
    book = notebook(
        {"name": "n_studies", "kind": "scalar", "value": 3},
        {"name": "other", "kind": "table", "table": table_payload(FRAME)},
    )
    scalars, tables, problems = gather(book, study)
    assert scalars["n_studies"] == {
        "value": 3,
        "unit": "studies",
        "title": "Studies that can be run",
        "kind": "scalar",
    }
    assert list(tables) == ["other"]
    assert any("published but not declared: other" in line for line in problems)
    assert any("declared but not published: course_map" in line for line in problems)


def test_tables_keep_their_types_and_disarm_formulas(tmp_path: Path) -> None:
    table = table_payload(FRAME)
    assert list(map(str, to_frame(table).dtypes)) == ["str", "Int64", "float64", "boolean"]
    write_tables({"t": table}, tmp_path)
    assert "'=1+1" in (tmp_path / "tables" / "t.csv").read_text(encoding="utf-8")
    assert pd.read_parquet(tmp_path / "tables" / "t.parquet")["n"].tolist() == [1, 2]


VALUES = {
    "integer": st.integers(-(2**62), 2**62),
    "number": st.floats(allow_nan=False) | st.integers(-1000, 1000),
    "boolean": st.booleans(),
    "text": st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["=1+1", "-2", 'a,"b"\n', "\r", "@x"]),
}


@st.composite
def published_tables(draw: st.DrawFn) -> dict[str, object]:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4))
    columns = [f"{sign}c{at}" for at, sign in enumerate(draw(st.lists(st.sampled_from(["", "="]), min_size=4)))]
    rows = draw(st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in kinds)).map(list), max_size=5))
    return {"columns": columns[: len(kinds)], "kinds": kinds, "rows": rows}


@given(table=published_tables())
def test_csv_is_that_of_the_frame(tmp_path_factory: pytest.TempPathFactory, table: dict[str, object]) -> None:
    path = write_csv(to_frame(table), tmp_path_factory.mktemp("csv") / "t.csv")
    assert csv_text(table).encode() == path.read_bytes()


def test_a_table_without_rows_keeps_its_columns_and_types() -> None:
    table = table_payload(FRAME.iloc[:0])
    assert list(map(str, to_frame(table).dtypes)) == ["str", "Int64", "float64", "boolean"]
    assert csv_text(table) == "name,n,x,ok\n"


def test_half_a_character_does_not_stop_a_table(tmp_path: Path) -> None:
    write_tables({"t": {"columns": ["a"], "kinds": ["text"], "rows": [["x"]]}}, tmp_path)
    assert csv_text({"columns": ["a"], "kinds": ["text"], "rows": [["\ud800"]]}).encode("utf-8", "replace") == b"a\n?\n"


def test_answers_are_not_expected_of_the_version_for_students() -> None:
    declared = PublishedResult(name="answer_key", kind="table", title="Key", answers=True)
    study = replace(get_study("kano"), results=(declared,))
    assert gather(new_notebook(), study)[2] == ["declared but not published: answer_key"]
    assert gather(new_notebook(), study, without_answers=True)[2] == []
