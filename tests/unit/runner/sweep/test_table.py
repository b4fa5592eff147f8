from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.sweep import table

OWN = {"run_id", "status", "seconds", "cpu_seconds", "memory_mb", "error", "report"}


def point(name: str = "own-1", study: str = "own", **shown: Any) -> Any:
    return SimpleNamespace(run_id=name, plan=SimpleNamespace(shown=shown, request=SimpleNamespace(name=study)))


def write_run(folder: Path, results: Any = None, **content: Any) -> None:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "results.json").write_text(json.dumps(results or {}), encoding="utf-8")


def result(value: Any, unit: str = "") -> dict[str, Any]:
    return {"value": value, "unit": unit, "title": "T", "kind": "scalar"}


def row(name: str = "own-1", status: str = "ok", folder: str = "own/own-1", **content: Any) -> dict[str, Any]:
    about = {"seconds": 1.5, "cpu_seconds": 1.0, "memory_mb": 80.5, "error": "", "folder": folder}
    return {"run_id": name, "status": status, "parameters": {}, "results": {}, **about, **content}


def test_a_row_of_a_run_that_is_ok(tmp_path: Path) -> None:
    about = {"status": "ok", "parameters": {"x": 1}, "seconds": 2.0, "cpu_seconds": 1.5, "memory_bytes": 3 << 19}
    write_run(tmp_path / "own" / "own-1", {"y": result(2.0)}, **about, data={"kind": "synthetic"})
    found = table.make_row(point(), tmp_path, None)
    assert (found["status"], found["parameters"], found["folder"]) == ("ok", {"x": 1}, "own/own-1")
    assert found["results"]["y"]["value"] == 2.0
    assert (found["seconds"], found["memory_mb"], found["error"]) == (2.0, 1.5, "")
    assert found["data_kind"] == "synthetic"


def test_a_row_of_a_run_that_failed(tmp_path: Path) -> None:
    error = {"name": "ValueError", "message": "no", "cell": 1}
    write_run(tmp_path / "own" / "own-1.failed", {"y": result(2.0)}, status="failed", parameters={}, error=error)
    found = table.make_row(point(x=1), tmp_path, {"status": "failed", "folder": "own/own-1.failed"})
    assert (found["status"], found["error"], found["results"]) == ("failed", "ValueError: no", {})
    assert found["folder"] == "own/own-1.failed"
    assert found["parameters"] == {"x": 1}


def test_a_row_of_a_run_without_a_folder(tmp_path: Path) -> None:
    line = {"status": "killed", "folder": "", "error": {"name": "Stopped", "message": "gone"}}
    found = table.make_row(point(x=1), tmp_path, line)
    assert (found["status"], found["error"], found["folder"]) == ("killed", "Stopped: gone", "")
    assert table.make_row(point(x=1), tmp_path, None)["status"] == "missing"


def test_a_run_that_is_no_longer_there_is_missing(tmp_path: Path) -> None:
    line = {"status": "ok", "folder": "own/own-1"}
    assert table.make_row(point(), tmp_path, line)["status"] == "missing"


def test_a_good_run_in_its_place_goes_before_an_old_failure_but_not_before_a_new_one(tmp_path: Path) -> None:
    write_run(tmp_path / "own" / "own-1", status="ok")
    write_run(tmp_path / "own" / "own-1.failed", status="failed")
    line = {"status": "failed", "folder": "own/own-1.failed"}
    assert table.make_row(point(), tmp_path, line)["status"] == "ok"
    assert table.make_row(point(), tmp_path, line, now=True)["status"] == "failed"
    gone = {"status": "killed", "folder": ""}
    assert table.make_row(point(), tmp_path, gone, now=True)["status"] == "killed"


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_damaged_files_of_a_run_do_not_stop_the_table(tmp_path: Path, text: str) -> None:
    write_run(tmp_path / "own" / "own-1", status="ok")
    (tmp_path / "own" / "own-1" / "run.json").write_text(text, encoding="utf-8")
    (tmp_path / "own" / "own-1" / "results.json").write_text(text, encoding="utf-8")
    assert table.make_row(point(), tmp_path, None)["status"] == "missing"


def test_varied_parameters_come_first_and_units_have_columns() -> None:
    rows = [
        row(parameters={"a": 1, "b": 2}, results={"y": result(2.5, "EUR"), "z": result("even")}),
        row("own-2", "failed", "", parameters={"a": 1, "b": 3}, error="E: no"),
    ]
    found = table.records(rows, ["b"])
    expected = ["run_id", "status", "b", "a", "y", "y_unit", "z"]
    assert list(found[0]) == [*expected, "seconds", "cpu_seconds", "memory_mb", "error", "report"]
    assert (found[0]["y"], found[0]["y_unit"], found[0]["z"]) == (2.5, "EUR", "even")
    assert (found[1]["y"], found[1]["error"], found[1]["report"]) == (None, "E: no", "")
    assert found[0]["report"] == "../../own/own-1/report.html"


def test_a_run_without_a_page_has_no_link() -> None:
    assert table.records([row(report=False)], [])[0]["report"] == ""


def test_names_that_are_taken() -> None:
    parameters = {"status": "p", "y": 1, "w_unit": 2}
    results = {"status": result("r"), "y": result(5.0), "w": result(6.0, "EUR"), "seconds": result(9.0, "s")}
    found = table.records([row(parameters=parameters, results=results)], [])[0]
    assert (found["status"], found["parameter_status"], found["result_status"]) == ("ok", "p", "r")
    assert (found["y"], found["result_y"]) == (1, 5.0)
    assert (found["w_unit"], found["result_w"], found["result_w_unit"]) == (2, 6.0, "EUR")
    assert (found["seconds"], found["result_seconds"], found["result_seconds_unit"]) == (1.5, 9.0, "s")


NAMES = st.sampled_from(
    ["status", "x", "x_unit", "result_x", "result_x_unit", "parameter_status", "result_status", "error", "report"]
)


@given(
    parameters=st.dictionaries(NAMES, st.integers(0, 9)),
    results=st.dictionaries(NAMES, st.tuples(st.integers(10, 19), st.sampled_from(["", "u"]))),
)
def test_no_value_is_lost_whatever_the_names(parameters: dict[str, int], results: dict[str, tuple[int, str]]) -> None:
    published = {name: result(value, unit) for name, (value, unit) in results.items()}
    found = table.records([row(parameters=parameters, results=published)], [])[0]
    units = [unit for _, unit in results.values() if unit]
    assert found["status"] == "ok"
    assert len(found) == len(OWN) + len(parameters) + len(results) + len(units)
    values = [*parameters.values(), *(value for value, _ in results.values()), *units]
    assert sorted(map(str, values)) == sorted(str(value) for name, value in found.items() if name not in OWN)


def test_lists_are_json() -> None:
    found = table.records([row(parameters={"a": [1, "é"], "b": {"k": None}, "c": Path("p")})], [])[0]
    assert (found["a"], found["b"], found["c"]) == ('[1, "é"]', '{"k": null}', '"p"')


def test_a_column_has_one_type() -> None:
    values = [
        {"i": 1, "f": 1.0, "m": 1, "t": "1", "b": True, "x": 1, "n": None, "big": 1 << 70},
        {"i": None, "f": 2.0, "m": 2.5, "t": None, "b": None, "x": "a", "n": None, "big": 1},
    ]
    frame = table.to_frame([row(parameters=given) for given in values], [])
    types = {name: str(frame[name].dtype) for name in values[0]}
    expected = {"i": "Int64", "f": "Float64", "m": "Float64", "t": "string", "b": "boolean", "x": "object"}
    assert types == expected | {"n": "object", "big": "object"}
    assert frame["i"].isna().tolist() == [False, True]


def test_no_runs() -> None:
    assert table.to_frame([], []).empty


HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "<script>", 'a,b\n"c"', "满意", "{x}", "x" * 5000, ""]


def test_the_csv_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    rows = [row(str(n), parameters={"p": text}, results={"r": result(text)}) for n, text in enumerate(HOSTILE)]
    table.write_tables(tmp_path, rows, ["p"])
    found = pd.read_csv(tmp_path / table.CSV, dtype=str, keep_default_na=False)
    for column in ("p", "r"):
        assert not found[column].str.match(r"[=+\-@\t\r]").any()
        assert [text.removeprefix("'") for text in found[column]] == HOSTILE
    exact = pd.read_parquet(tmp_path / table.PARQUET)
    assert exact["p"].tolist() == exact["r"].tolist() == HOSTILE


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    rows = [
        row("a", parameters={"x": 1, "y": 0.1, "z": "t", "w": True, "v": 1}, results={"r": result(1 / 3, "EUR")}),
        row("b", "failed", "", parameters={"x": 1 << 60, "y": 1e300, "z": "", "w": False, "v": "b"}, seconds=None),
    ]
    table.write_tables(tmp_path, rows, [])
    exact = pd.read_parquet(tmp_path / table.PARQUET)
    types = {name: dtype for name, dtype in exact.dtypes.items() if str(dtype) in ("Int64", "Float64", "boolean")}
    found = pd.read_csv(
        tmp_path / table.CSV, dtype=types, keep_default_na=False, na_values={**{n: [""] for n in types}}
    )
    pd.testing.assert_frame_equal(found, exact, check_dtype=False)
    assert found["x"].tolist() == [1, 1 << 60]
    assert {path.name for path in tmp_path.iterdir()} == {table.CSV, table.PARQUET}


def test_the_fingerprint_is_of_the_content() -> None:
    rows = [row(parameters={"x": 1})]
    assert table.fingerprint(rows, ["x"]) == table.fingerprint([dict(rows[0])], ["x"])
    assert table.fingerprint(rows, ["x"]) != table.fingerprint(rows, [])
    assert table.fingerprint(rows, ["x"]) != table.fingerprint([row(parameters={"x": 1.0})], ["x"])
