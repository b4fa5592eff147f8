from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import ParameterError, RunError
from casework.runner.sweep import state
from casework.runner.sweep.definition import definition_of
from casework.runner.sweep.planning import SweepPlan
from casework.runner.sweep.sweep import prepare_sweep, sweep

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "own.ipynb", PUBLISH, parameters="x: int = 3\nname: str = 'a'\ndata: str = ''")


@pytest.fixture(autouse=True)
def _no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_WARM", "0")


def prepare(own: Path, *words: str, **options: Any) -> SweepPlan:
    return prepare_sweep(own, words=words, out=own.parent / "out", cache=None, **options)


def define(own: Path, plan: SweepPlan) -> None:
    state.write_definition(own.parent / "out" / state.FOLDER / plan.sweep_id, definition_of(plan))


def test_parameters_of_all_runs(own: Path) -> None:
    file = own.parent / "p.json"
    file.write_text(json.dumps({"name": "file", "x": 9}), encoding="utf-8")
    found = prepare(own, parameters={"name": "call"}, params_file=file)
    assert [point.plan.shown for point in found.points] == [{"x": 9, "name": "call", "data": ""}]


def test_a_sweep_goes_on_as_it_was(own: Path) -> None:
    plan = prepare(own, "x=1,2", "name=z", lang="zh", formats=("html", "notebook"), timeout=7.0)
    define(own, plan)
    again = prepare(own, resume=True)
    assert again.sweep_id == plan.sweep_id
    assert [point.key for point in again.points] == [point.key for point in plan.points]
    assert again.cases.varied == ("x",)
    assert again.points[0].plan.request.timeout == 7.0


def test_a_resumed_sweep_takes_another_deadline(own: Path) -> None:
    define(own, prepare(own, "x=1,2", timeout=1.0))
    assert prepare(own, resume=True, timeout=60.0).points[0].plan.request.timeout == 60.0


def test_varied_data_are_resumed(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (own.parent / f"{name}.csv").write_text(f"n\n{name}\n", encoding="utf-8")
    monkeypatch.chdir(own.parent)
    plan = prepare(own, "data=a.csv,b.csv")
    define(own, plan)
    (own.parent / "elsewhere").mkdir()
    monkeypatch.chdir(own.parent / "elsewhere")
    assert prepare(own, resume=True).sweep_id == plan.sweep_id


def test_nothing_to_resume(own: Path) -> None:
    with pytest.raises(RunError, match=r"no sweep of .*own\.ipynb"):
        prepare(own, resume=True)


def test_given_cases_go_before_the_last_sweep(own: Path) -> None:
    define(own, prepare(own, "x=1,2"))
    assert len(prepare(own, "x=1,2,3", resume=True).points) == 3


def test_wrong_calls(own: Path) -> None:
    with pytest.raises(ParameterError, match="engine"):
        sweep(own, words=["x=1,2"], out=own.parent / "out", engine="odd")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no values are given"):
        prepare(own)
    (own.parent / "file").touch()
    with pytest.raises(RunError, match="it is a file"):
        prepare_sweep(own, words=["x=1,2"], out=own.parent / "file")
