from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casework.cli import sweeping
from casework.core.errors import ParameterError
from casework.runner.sweep.record import SweepProgress, SweepRecord


def row(n: int, status: str = "ok", error: str = "") -> dict[str, Any]:
    about = {"run_id": f"own-{n}", "status": status, "error": error, "seconds": 1.0, "folder": f"own/own-{n}"}
    return about | {"parameters": {"x": n}, "results": {}}


def record(*rows: dict[str, Any], folder: Path = Path("x"), **content: Any) -> SweepRecord:
    return SweepRecord(folder=folder, sweep_id="own-1", rows=rows, varied=("x",), **content)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put a record in the place of a sweep, and note how it was asked for."""
    known: dict[str, Any] = {"record": record(row(1))}

    def prepare(study: str, **options: Any) -> Any:
        known["study"], known["options"] = study, options
        plan = {"study": "own", "sweep_id": "own-1", "points": [SimpleNamespace(given={"x": Path("p")})], "missing": []}
        return SimpleNamespace(
            **plan, workers=2, seconds=None, cases=SimpleNamespace(varied=("x",)), summary=lambda: "own: 1 run"
        )

    def execute(plan: Any, **options: Any) -> SweepRecord:
        known["execution"] = options
        return known["record"]

    monkeypatch.setattr("casework.runner.sweep.sweep.prepare_sweep", prepare)
    monkeypatch.setattr("casework.runner.sweep.execution.execute_sweep", execute)
    return known


def call(study: str = "own", *, dry_run: bool = False, as_json: bool = False, **options: Any) -> int:
    given = {"engine": "local", "out": Path("reports"), "cache": None} | options
    scheduler = given.pop("scheduler", None)
    return sweeping.run_sweep(study, given, scheduler=scheduler, dry_run=dry_run, as_json=as_json)


def test_ranges_are_read() -> None:
    assert sweeping.parse_ranges(None) is None
    assert sweeping.parse_ranges([]) is None
    assert sweeping.parse_ranges([" a = 1:2", "b", "c="]) == {"a": " 1:2", "b": None, "c": ""}
    with pytest.raises(ParameterError, match="'a' is given twice"):
        sweeping.parse_ranges(["a=1:2", "b", "a"])


def test_a_sweep_that_went_well(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 0
    found = capsys.readouterr()
    assert "ok 1" in found.out
    assert "own: 1 run" in found.err
    assert ran["execution"]["cache"] is None
    assert ran["execution"]["out"] == Path("reports").resolve()


def test_failures_are_told_but_not_all(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    ran["record"] = record(row(0), *(row(n, "failed", f"E\x1b{n}: " + "m" * 500) for n in range(1, 9)))
    assert call() == 1
    err = capsys.readouterr().err
    assert err.count("failed: E") == sweeping.SHOWN_FAILURES
    assert "and 3 more" in err
    assert "\x1b" not in err
    assert "m" * 301 not in err


def test_a_stopped_sweep_says_how_to_go_on(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    ran["record"] = record(row(1), row(2, "missing"), stopped=True)
    assert call() == 1
    assert "Go on with: casework sweep own --resume\n" in capsys.readouterr().err
    assert call("a b.ipynb", out=Path("o p"), as_json=True) == 1
    found = capsys.readouterr()
    assert "Go on with: casework sweep 'a b.ipynb' --out 'o p' --resume\n" in found.err
    assert json.loads(found.out)["stopped"] is True


def test_what_could_not_be_written_is_told(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    ran["record"] = record(row(1), problem="the disk is full")
    assert call() == 1
    assert "casework: the disk is full" in capsys.readouterr().err


def test_files_that_are_there_are_named(
    ran: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.csv").touch()
    ran["record"] = record(row(1), folder=tmp_path)
    call()
    out = capsys.readouterr().out
    assert "results.csv" in out
    assert "index.html" not in out


def test_a_dry_run(ran: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(dry_run=True) == 0
    assert capsys.readouterr().out == "own: 1 run\n"
    assert call(dry_run=True, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["runs"], found["missing"], found["seconds"], found["cases"]) == (1, 0, None, [{"x": "p"}])
    assert "execution" not in ran


def test_engines_are_checked_first(ran: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="local or dask"):
        call(engine="nonsense")
    with pytest.raises(ParameterError, match="--engine dask"):
        call(scheduler="tcp://a:1")
    assert "study" not in ran


def test_no_bar_where_nobody_watches() -> None:
    with sweeping.sweep_bar("own") as progress:
        assert progress is None


def test_the_bar_shows_true_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from rich.console import Console

    console = Console(file=io.StringIO(), force_terminal=True, width=120, record=True)
    monkeypatch.setattr(sweeping, "watched", lambda: True)
    monkeypatch.setattr(sweeping, "bar_console", lambda: console)
    with sweeping.sweep_bar("own") as progress:
        assert progress
        progress(SweepProgress(done=3, total=8, counts={"ok": 2, "failed": 1}, left=65.0))
    text = console.export_text()
    assert "3/8" in text
    assert "ok 2, failed 1" in text
    assert "left 1 min 5 s" in text


def test_cleaning_needs_a_rule() -> None:
    with pytest.raises(ParameterError, match="--older-than"):
        sweeping.clean_up(None, None, everything=False, dry_run=False, as_json=False)


def test_cleaning_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CASEWORK_CACHE", str(tmp_path))
    sweeping.clean_up("30d", "1MB", everything=False, dry_run=True, as_json=False)
    assert "would remove 0 runs" in capsys.readouterr().out
    sweeping.clean_up(None, None, everything=True, dry_run=False, as_json=True)
    assert json.loads(capsys.readouterr().out)["entries"] == 0
