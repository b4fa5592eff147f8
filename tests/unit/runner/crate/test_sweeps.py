"""The tables and pages of a sweep in its crate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casework.runner.crate import export_crate
from casework.runner.crate.sources import find_source
from casework.runner.crate.sweeps import counts


def test_the_table_is_made_from_the_results_of_the_runs(
    tmp_path: Path, make_sweep: Callable[..., Path], read_crate: Callable[[Path], Any]
) -> None:
    crate = read_crate(export_crate(str(make_sweep("a-1", "b-2", "c-3", c_3="failed"))))
    action = crate.entities["#sweep/sweep-7"]
    assert [item["name"] for item in crate.follow(action, "instrument")] == ["casework"]
    assert {ref["@id"] for ref in action["object"]} == {"runs/a-1/results.json", "runs/b-2/results.json"}
    assert {ref["@id"] for ref in action["result"]} == {
        "comparison.html",
        "index.html",
        "results.csv",
        "results.parquet",
    }
    assert action["description"] == "2 runs; not whole and left out: 1"


def test_links_lead_into_the_crate(
    tmp_path: Path, make_sweep: Callable[..., Path], read_crate: Callable[[Path], Any]
) -> None:
    crate = read_crate(export_crate(str(make_sweep("a-1", "a-12"))))
    text = (crate.folder / "index.html").read_text(encoding="utf-8")
    assert 'href="runs/a-1/report.html"' in text
    assert 'href="runs/a-12/report.html"' in text
    assert (crate.folder / "runs" / "a-12" / "report.html").is_file()
    sweep = json.loads((crate.folder / "sweep.json").read_text(encoding="utf-8"))
    assert [item["folder"] for item in sweep["runs"]] == ["runs/a-1", "runs/a-12"]
    assert sweep["parameters"] == {"x": [0, 1]}


def test_counts(tmp_path: Path, make_sweep: Callable[..., Path]) -> None:
    assert counts(find_source(str(make_sweep("a-1")), tmp_path)) == "1 run"
