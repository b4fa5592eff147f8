"""Which run or sweep is meant, and whether it can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.crate.sources import find_source, read_run


def test_a_run_by_folder_and_by_the_beginning_of_its_name(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    folder = make_run("abc-1")
    make_run("xyz-1")
    for name in (str(folder), "abc-1", "own/abc-1", "abc"):
        source = find_source(name, tmp_path / "reports")
        assert (source.folder, source.sweep, source.left_out) == (folder, None, 0)
        assert source.runs[0].results["y"]["value"] == 6.0
        assert source.runs[0].study is None


def test_a_sweep_has_its_whole_runs(tmp_path: Path, make_sweep: Callable[..., Path]) -> None:
    folder = make_sweep("a-1", "b-2", "c-3", c_3="failed")
    for name in (str(folder), "sweep-7", "own/sweep-7"):
        source = find_source(name, tmp_path / "reports")
        assert [run.prefix for run in source.runs] == ["runs/a-1/", "runs/b-2/"]
        assert source.left_out == 1
        assert source.sweep is not None
        assert [item["folder"] for item in source.sweep["runs"]] == ["runs/a-1", "runs/b-2", ""]


def test_no_such_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run nothing"):
        find_source("nothing", tmp_path)


def test_a_sweep_without_a_whole_run(tmp_path: Path, make_sweep: Callable[..., Path]) -> None:
    make_sweep("a-1", a_1="failed")
    with pytest.raises(RunError, match="no run of this sweep is whole"):
        find_source("sweep-7", tmp_path / "reports")


def test_a_sweep_cannot_reach_beyond_its_reports(tmp_path: Path, make_sweep: Callable[..., Path]) -> None:
    folder = make_sweep("a-1")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "run.json").write_bytes((folder.parent / "a-1" / "run.json").read_bytes())
    for named in ("../../../secret", str(secret)):
        (folder / "sweep.json").write_text(json.dumps({"runs": [{"run_id": "a", "folder": named, "status": "ok"}]}))
        with pytest.raises(RunError, match="lies outside the reports"):
            find_source(str(folder), tmp_path / "reports")


@pytest.mark.parametrize("text", ["{", "[]", '{"runs": 3}', '{"runs": [3]}'])
def test_a_sweep_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "sweep.json").write_text(text)
    with pytest.raises(RunError, match=r"sweep\.json: it cannot be read"):
        find_source(str(tmp_path), tmp_path)


@pytest.mark.parametrize(
    "change",
    [{"study": 3}, {"parameters": None}, {"started": "yesterday"}, {"seconds": "long"}, {"environment": {}}],
    ids=str,
)
def test_a_manifest_that_is_none(make_run: Callable[..., Path], change: dict[str, object]) -> None:
    with pytest.raises(RunError, match=r"run\.json: it cannot be read"):
        read_run(make_run("a-1", **change))


def test_a_manifest_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(RunError, match=r"run\.json: it cannot be read"):
        find_source(str(tmp_path), tmp_path)


def test_results_that_are_none_are_left_out(make_run: Callable[..., Path]) -> None:
    assert list(read_run(make_run("a-1", results={"y": {"value": 1}, "z": 3, "w": {}})).results) == ["y"]
