from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from casework.cli import app
from casework.cli import runs as _runs  # noqa: F401
from casework.core.errors import RunError


def invoke(*words: str) -> Any:
    return CliRunner().invoke(app, list(words), prog_name="casework")


@pytest.mark.parametrize("name", ["sweep", "compare", "explain", "export", "clean"])
def test_each_command_has_help(name: str) -> None:
    done = invoke(name, "--help")
    assert done.exit_code == 0
    assert "Usage: casework" in done.output


def test_options_of_a_sweep_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run_sweep(study: str, options: dict[str, Any], **rest: Any) -> int:
        seen.update(options, study=study, **rest)
        return 1

    monkeypatch.setattr("casework.cli.sweeping.run_sweep", run_sweep)
    words = shlex.split(
        "sweep kano -p a=1,2 -p b=3 --grid g.yaml --cases c.csv --draws 5 --range x --range y=1:2 --seed 7"
    )
    more = shlex.split(
        "--method random --timeout 9 --workers 3 --engine dask --scheduler t --no-cache --format html,pdf"
    )
    done = invoke(*words, *more, "--resume", "--dry-run", "--json")
    assert done.exit_code == 1
    assert (seen["study"], seen["words"], seen["ranges"]) == ("kano", ["a=1,2", "b=3"], {"x": None, "y": "1:2"})
    assert (seen["grid"], seen["cases"], seen["draws"], seen["seed"]) == (Path("g.yaml"), Path("c.csv"), 5, 7)
    assert (seen["method"], seen["timeout"], seen["workers"]) == ("random", 9.0, 3)
    assert (seen["engine"], seen["scheduler"], seen["cache"]) == ("dask", "t", None)
    assert (seen["formats"], seen["resume"], seen["fresh"]) == (["html", "pdf"], True, False)
    assert seen["dry_run"]
    assert seen["as_json"]


def test_defaults_of_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr("casework.cli.sweeping.run_sweep", lambda study, options, **rest: seen.update(options) or 0)
    assert invoke("sweep", "kano").exit_code == 0
    assert (seen["words"], seen["draws"], seen["ranges"], seen["method"], seen["cache"]) == (
        [],
        None,
        None,
        "latin",
        "",
    )
    assert (seen["out"], seen["formats"], seen["timeout"], seen["engine"]) == (Path("reports"), ["html"], None, "local")


def test_runs_that_are_not_there(tmp_path: Path) -> None:
    for words in (["compare", "a", "b"], ["explain", "a"], ["export", "a", "--crate"]):
        done = invoke(*words, "--out", str(tmp_path))
        assert isinstance(done.exception, RunError), words
    assert list(tmp_path.iterdir()) == []


def test_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_CACHE", str(tmp_path))
    done = invoke("clean", "--all", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output)["entries"] == 0
