from __future__ import annotations

import errno
import json
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import RunError
from casework.runner.sweep import execution, state
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.execution import execute_sweep
from casework.runner.sweep.planning import SweepPlan, plan_sweep
from casework.runner.sweep.points import Point, place_of
from casework.runner.sweep.record import SweepProgress
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook

OPTIONS: dict[str, Any] = {"lang": "en", "formats": ("html",), "with_code": False, "timeout": None}
Answer = Callable[[int], str]


class Fake:
    """An engine that makes run folders without running anything."""

    name = "fake"
    at_once: int | None = None

    def __init__(self, plan: SweepPlan, out: Path, status: Answer) -> None:
        self.points = {point.plan.shown["x"]: point for point in plan.points}
        self.out, self.status = out, status
        self.ended = 0

    def open(self, message: dict[str, Any]) -> Link:
        here, there = Link.pair()
        threading.Thread(target=self._answer, args=(message, there)).start()
        return here

    def _answer(self, message: dict[str, Any], link: Link) -> None:
        x = message["request"]["parameters"]["x"]
        status = self.status(x)
        if status == "error":
            problems = [["here", "it is odd", "", ""]]
            link.send(event="error", type="DataError", problems=problems)
        elif status == "wait":
            link.receive()
            link.send(event="done", status="cancelled", folder=None)
        elif status != "vanish":
            link.send(event="done", status=status, folder=str(make_run(self.points[x], self.out, status)))
        link.close()

    def close(self, link: Link, *, ended: bool) -> None:
        link.close()

    def shutdown(self) -> None:
        self.ended += 1


def make_run(point: Point, out: Path, status: str = "ok") -> Path:
    place = place_of(point, out)
    place = place if status == "ok" else place.with_name(f"{place.name}.{status}")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    x = point.plan.shown["x"]
    error = None if status == "ok" else {"name": "E", "message": "no"}
    about = {"status": status, "parameters": {"x": x}, "error": error, "cache": {"key": point.key}, "seconds": 1.0}
    (place / "run.json").write_text(json.dumps(about), encoding="utf-8")
    results = {"y": {"value": 2.0 * x, "unit": "", "title": "Y", "kind": "scalar"}}
    (place / "results.json").write_text(json.dumps(results), encoding="utf-8")
    (place / "report.html").touch()
    return place


class Bench:
    """Plans and executes sweeps of a small notebook."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.notebook = write_notebook(folder / "own.ipynb", PUBLISH, parameters="x: int = 3\ndata: str = ''")
        self.out = folder / "out"
        self.written: list[list[dict[str, Any]]] = []
        self.patch = monkeypatch
        monkeypatch.setattr(execution, "_write_elsewhere", self._write)

    def _write(self, folder: Path, rows: Any, lang: str, out: Path) -> None:
        assert "table" not in state.read_definition(folder)
        self.written.append(list(rows))
        for name in ("results.csv", "results.parquet", "index.html"):
            (folder / name).touch()

    def plan(self, *words: str, resume: bool = False, **options: Any) -> SweepPlan:
        cases = make_cases(self.notebook, words=words)
        return plan_sweep(
            self.notebook, cases, out=self.out, options=OPTIONS | options, resume=resume, workers=2, local=False
        )

    def sweep(self, *words: str, status: Answer = lambda x: "ok", resume: bool = False, progress: Any = None) -> Any:
        plan = self.plan(*words, resume=resume)
        self.engine = Fake(plan, self.out, status)
        self.patch.setattr(execution, "_engine", lambda *_: self.engine)
        return execute_sweep(plan, out=self.out, progress=progress)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def test_all_runs_are_executed_and_noted(bench: Bench) -> None:
    seen: list[SweepProgress] = []
    record = bench.sweep("x=1,2,3", progress=seen.append)
    assert (record.ok, record.counts, record.executed, record.taken) == (True, {"ok": 3}, 3, 0)
    assert [row["parameters"]["x"] for row in record.rows] == [1, 2, 3]
    assert all(row["report"] for row in record.rows)
    assert len(state.read_journal(record.folder)) == 3
    assert (seen[0].done, seen[-1].done, seen[-1].total, seen[-1].left) == (0, 3, 3, 0.0)
    assert seen[-1].counts == {"ok": 3}
    assert bench.engine.ended == 1


def test_how_runs_end_is_told(bench: Bench) -> None:
    endings = {1: "ok", 2: "failed", 3: "error", 4: "vanish", 5: "timeout"}
    record = bench.sweep("x=1,2,3,4,5", status=lambda x: endings[x])
    assert [row["status"] for row in record.rows] == ["ok", "failed", "failed", "killed", "timeout"]
    errors = [row["error"] for row in record.rows]
    assert errors[:2] == ["", "E: no"]
    assert errors[2].startswith("DataError: ")
    assert "here: it is odd" in errors[2]
    assert errors[3].startswith("Stopped: ")
    assert [bool(row["results"]) for row in record.rows] == [True, False, False, False, False]


def test_resumed_runs_are_not_executed_and_an_unchanged_table_is_not_written(bench: Bench) -> None:
    bench.sweep("x=1,2")
    definition = state.read_definition(bench.plan("x=1,2") and next((bench.out / "sweeps").iterdir()))
    record = bench.sweep("x=1,2", status=lambda x: "failed", resume=True)
    assert (record.executed, record.taken, record.counts) == (0, 2, {"ok": 2})
    assert len(bench.written) == 1
    assert state.read_definition(record.folder) == definition


def test_a_lost_page_is_written_again(bench: Bench) -> None:
    record = bench.sweep("x=1,2")
    (record.folder / "index.html").unlink()
    bench.sweep("x=1,2", resume=True)
    assert len(bench.written) == 2


def test_only_what_is_not_ok_is_resumed(bench: Bench) -> None:
    bench.sweep("x=1,2,3", status=lambda x: "failed" if x == 2 else "ok")
    record = bench.sweep("x=1,2,3", resume=True)
    assert (record.executed, record.taken, record.ok) == (1, 2, True)


def test_a_failure_counts_though_an_earlier_good_run_stands_there(bench: Bench) -> None:
    bench.sweep("x=1,2")
    record = bench.sweep("x=1,2", status=lambda x: "failed" if x == 2 else "ok")
    assert record.counts == {"ok": 1, "failed": 1}


def test_ctrl_c_keeps_what_is_whole(bench: Bench) -> None:
    def stop(progress: SweepProgress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    record = bench.sweep("x=1,2,3,4", status=lambda x: "ok" if x < 3 else "wait", progress=stop)
    assert record.stopped
    assert not record.ok
    assert record.counts == {"ok": 2, "missing": 2}
    again = bench.sweep("x=1,2,3,4", resume=True)
    assert (again.executed, again.taken, again.ok) == (2, 2, True)


def test_cancelled_runs_are_removed(bench: Bench) -> None:
    plan = bench.plan("x=1,2")
    left = make_run(plan.points[0], bench.out, "cancelled")

    def stop(progress: SweepProgress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    bench.sweep("x=1,2", progress=stop)
    assert not left.exists()


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_does_not_stop_the_runs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "note", full)
    monkeypatch.setattr(execution, "_write_elsewhere", full)
    record = bench.sweep("x=1,2")
    assert record.counts == {"ok": 2}
    assert "No space left" in record.problem
    assert not record.ok


def test_a_disk_that_is_full_from_the_start(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "write_definition", full)
    with pytest.raises(RunError, match="cannot be written"):
        bench.sweep("x=1,2")


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 99, "table": "x"}'])
def test_a_damaged_definition_is_written_again(bench: Bench, text: str) -> None:
    folder = bench.sweep("x=1,2").folder
    (folder / state.DEFINITION).write_text(text, encoding="utf-8")
    assert bench.sweep("x=1,2", resume=True).ok
    assert len(state.read_definition(folder)["cases"]) == 2


def test_ctrl_c_while_the_pages_are_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(execution, "follow", lambda *_: {"event": "done", "status": "cancelled"})
    with pytest.raises(KeyboardInterrupt):
        execution._write_elsewhere(tmp_path, [], "en", tmp_path)


def test_pages_are_written_here_where_there_is_no_template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def gone(*_: Any) -> Any:
        raise UnavailableError("none")

    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(execution, "follow", gone)
    monkeypatch.setattr(execution, "do_sweep", seen.append)
    execution._write_elsewhere(tmp_path, [], "zh", tmp_path)
    assert [message["lang"] for message in seen] == ["zh"]
