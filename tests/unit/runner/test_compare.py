"""Two or more runs beside each other."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casework.core.errors import ParameterError, RunError
from casework.runner.compare import compare
from casework.studies.notebook import notebook_text

EVIL = "<script>alert(1)</script>"


def make_run(out: Path, name: str, *, status: str = "ok", table: list[Any] | None = None, **parameters: Any) -> Path:
    """Write the folder of a run of `kano`, as a run would leave it."""
    folder = out / "kano" / name
    (folder / "tables").mkdir(parents=True)
    given = {"data": "kano_phone_plan", "resamples": 300, "seed": 7} | parameters
    manifest = {
        "study": "kano",
        "title": "Kano: what customers require, and what delights them",
        "run_id": name,
        "status": status,
        "error": None if status == "ok" else {"name": "ValueError", "message": EVIL, "cell": 3},
        "parameters": given,
        "lang": "en",
        "data": {"name": "kano_phone_plan", "sha256": "d" * 64},
        "hashes": {"notebook": "n", "package": "p", "lock": None, "outputs": name, "results": name},
        "environment": {"casework": "0.1.0"},
        "started": "2026-05-04T10:15:00+00:00",
        "seconds": 2.5,
    }
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    results = {
        "n_stable": {"value": 6 - (given["seed"] - 7), "unit": "attributes", "title": "Stable", "kind": "scalar"},
        "penalty_reward_r2": {"value": 0.5, "unit": "", "title": "Explained", "kind": "scalar"},
        "must_be": {"value": "=cmd()", "unit": "", "title": "Must-be attributes", "kind": "text"},
    }
    if status == "ok":
        (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
        (folder / "report.html").write_text("report", encoding="utf-8")
        pd.DataFrame({"a": table or [1, 2]}).to_parquet(folder / "tables" / "stability.parquet")
    (folder / "notebook.ipynb").write_text(notebook(name), encoding="utf-8")
    return folder


def notebook(name: str) -> str:
    about = {"kind": "figure", "caption": "The map.", "alt": f"Map of {name}"}
    png = base64.b64encode(f"\x89PNG {name}".encode()).decode()
    shown = new_output("display_data", data={"image/png": png}, metadata={"casework": about})
    return notebook_text(new_notebook(cells=[new_code_cell(outputs=[shown])]))


def change(folder: Path, file: str, **fields: Any) -> None:
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    (folder / file).write_text(json.dumps(content | fields), encoding="utf-8")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    make_run(tmp_path, "plan-a")
    make_run(tmp_path, "plan-b", seed=9, table=[1, 3])
    return tmp_path


def test_parameters_and_results_with_their_differences(two: Path) -> None:
    found = compare(["plan-a", "kano/plan-b"], out=two)
    assert [run.name for run in found.runs] == ["kano/plan-a", "kano/plan-b"]
    parameters = found.parameters.set_index("parameter")
    assert parameters.loc["seed", ["differs", "A", "B"]].tolist() == [True, 7, 9]
    assert not parameters.loc["resamples", "differs"]
    results = found.results.set_index("result")
    assert results.loc["n_stable", ["A", "B", "difference B"]].tolist() == [6, 4, -2]
    assert results.loc["n_stable", "relative B"] == pytest.approx(-1 / 3)
    assert results.loc["must_be", ["differs", "difference B"]].tolist() == [False, None]
    assert found.tables.to_dict("records") == [{"table": "stability", "run": "B", "cells": 2, "differing": 1}]


def test_says_what_differs(two: Path) -> None:
    assert compare(["plan-a", "plan-b"], out=two).summary().splitlines() == [
        "All 2 runs are complete.",
        "Parameters that differ: seed.",
        "1 of 3 results differ.",
        "Stable: 6 in A, 4 in B (-33.3%).",
        "Published tables that differ: stability.",
    ]


def test_writes_one_page_and_a_table(two: Path) -> None:
    page = compare(["plan-a", "plan-b"], out=two).write()
    assert page.parent.parent == two / "comparisons"
    assert sorted(path.name for path in page.parent.iterdir()) == ["comparison.csv", "comparison.html"]
    markup = page.read_text(encoding="utf-8")
    for text in ('href="../../kano/plan-a/report.html"', "-2 (-33.3%)", "The map.", "Map of plan-b", "1 of 2"):
        assert text in markup
    assert "<script" not in markup
    table = pd.read_csv(page.parent / "comparison.csv", dtype=str, keep_default_na=False)
    assert list(table) == ["kind", "name", "unit", "run", "value", "difference", "relative"]
    row = table[(table["name"] == "n_stable") & (table["run"] == "kano/plan-b")].iloc[0]
    assert (row["value"], float(row["difference"])) == ("4", -2)
    assert table.loc[table["name"] == "must_be", "value"].tolist() == ["'=cmd()"] * 2


def test_the_same_runs_have_the_same_place(two: Path) -> None:
    first, again = (compare(["plan-a", "plan-b"], out=two).place for _ in range(2))
    assert first == again
    assert compare(["plan-b", "plan-a"], out=two).place != first
    elsewhere = compare(["plan-a", "plan-b"], out=two, place=two / "x")
    assert elsewhere.write() == two / "x" / "comparison.html"
    assert elsewhere.write(two / "y") == two / "y" / "comparison.html"


def test_a_run_that_is_not_ok_is_marked(two: Path) -> None:
    make_run(two, "plan-c.failed", status="failed")
    found = compare(["plan-a", "plan-c.failed"], out=two)
    assert found.summary().startswith("Not complete: B (Failed).")
    assert found.results["differs"].all()
    markup = found.write().read_text(encoding="utf-8")
    assert "Failed" in markup
    assert "<script" not in markup


def test_runs_of_different_studies(two: Path) -> None:
    other = make_run(two, "index-a")
    change(other, "run.json", study="satisfaction_index", parameters={"seed": 7, "scale_low": 1})
    change(other, "results.json", index={"value": 64.0, "unit": "points", "title": "Index", "kind": "scalar"})
    found = compare(["plan-a", "index-a"], out=two)
    assert not found.parameters["differs"].any()
    assert not found.results["differs"].any()
    assert found.results["result"].tolist()[-1] == "index"
    assert "different studies" in found.summary()


def test_other_data_and_code_are_named(two: Path) -> None:
    changed = {"data": {"sha256": "e"}, "hashes": {"notebook": "m", "package": "p", "lock": None}, "lang": "zh"}
    change(two / "kano" / "plan-b", "run.json", **changed)
    found = compare(["plan-a", "plan-b"], out=two)
    assert "Also not the same: language, content of the data, notebook." in found.summary()
    assert compare(["plan-a", "plan-b"], out=two, lang="zh").summary()


def test_twelve_runs(two: Path) -> None:
    names = [make_run(two, f"many-{place:02}", seed=7 + place).name for place in range(13)]
    assert compare(names[:12], out=two).write().is_file()
    with pytest.raises(ParameterError, match=r"13 runs.*2 to 12 runs.*casework sweep"):
        compare(names, out=two)


@pytest.mark.parametrize(
    ("names", "message"),
    [([], "0 runs"), (["plan-a"], "Name one more run"), (["plan-a", "kano/plan-a"], "kano/plan-a is named twice")],
)
def test_wrong_calls(two: Path, names: list[str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        compare(names, out=two)


def test_all_runs_that_cannot_be_read_are_named(two: Path) -> None:
    bad = make_run(two / "elsewhere", "plan-x")
    (bad / "run.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(RunError, match=r"there is no run nothing(.|\n)*plan-x: its run.json cannot be read"):
        compare(["nothing", str(bad), "plan-a"], out=two)
    (bad / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match=r"run.json cannot be read"):
        compare([str(bad), "plan-a"], out=two)


def test_a_damaged_notebook_or_results_file_loses_only_itself(two: Path) -> None:
    (two / "kano" / "plan-b" / "notebook.ipynb").write_text("{", encoding="utf-8")
    (two / "kano" / "plan-b" / "results.json").write_text("[", encoding="utf-8")
    markup = compare(["plan-a", "plan-b"], out=two).write().read_text(encoding="utf-8")
    assert "Not in B." in markup


def test_the_folder_must_be_one(two: Path) -> None:
    (two / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RunError, match="it is a file"):
        compare(["plan-a", "plan-b"], out=two).write(two / "file")
