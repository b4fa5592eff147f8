from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casework.core.errors import RunError
from casework.runner.sweep import pages, state


def row(n: int, status: str = "ok", **content: Any) -> dict[str, Any]:
    published = {"y": {"value": 2.0 * n, "unit": "EUR", "title": "Why", "kind": "scalar"}}
    about = {"seconds": 1.0, "cpu_seconds": 0.5, "memory_mb": 10.0, "error": "", "data_kind": "", "report": True}
    own = {"run_id": f"own-{n}", "status": status, "parameters": {"x": n, "name": "a"}, "folder": f"own/own-{n}"}
    return own | about | {"results": published if status == "ok" else {}} | content


def definition(study: str = "own", **content: Any) -> dict[str, Any]:
    about = {"study": study, "title": "Own", "sweep_id": "own-1", "created": "2026-11-21T10:00:00", "varied": ["x"]}
    return about | content


def test_what_the_pages_show() -> None:
    page = pages.page_of(definition(), [row(1), row(2, "failed", error="E: no", report=False)])
    assert (page.title, page.sweep_id, page.counts) == ("Own", "own-1", {"ok": 1, "failed": 1})
    assert page.fixed == {"name": "a"}
    assert [item.href for item in page.rows] == ["../../own/own-1/report.html", ""]
    assert [item.error for item in page.rows] == ["", "E: no"]
    assert [(item.name, item.title, item.unit, item.key) for item in page.results] == [("y", "Why", "EUR", True)]
    assert [path for _, path in page.downloads] == ["results.csv", "results.parquet"]


def test_a_study_says_units_and_digits() -> None:
    from casework.studies.registry import studies

    study = studies()["kano"]
    published = {
        item.name: {"value": 1.0, "unit": item.unit, "title": item.title, "kind": "scalar"} for item in study.results
    }
    page = pages.page_of(definition("kano", varied=["threshold"]), [row(1, results=published)])
    assert {item.name for item in page.results} == set(published)
    keys = [item.key for item in page.results]
    assert keys == sorted(keys, reverse=True)


def test_synthetic_data_are_told() -> None:
    assert pages.page_of(definition(), [row(1, data_kind="synthetic"), row(2, data_kind="synthetic")]).notes
    assert pages.page_of(definition(), [row(1)]).notes == []


def test_no_rows() -> None:
    page = pages.page_of(definition(), [])
    assert (page.rows, page.fixed, page.results) == ([], {}, [])


def test_table_and_pages_are_written(tmp_path: Path) -> None:
    state.write_definition(tmp_path, definition())
    pages.write_all(tmp_path, [row(1), row(2), row(3, "failed", error="E: <b>")], "en")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"sweep.json", "results.csv", "results.parquet", "index.html", "comparison.html"}
    assert len(pd.read_csv(tmp_path / "results.csv")) == 3
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "own-1/report.html" in text
    assert "E: <b>" not in text


def test_without_a_definition(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no sweep here"):
        pages.write_all(tmp_path, [], "en")
