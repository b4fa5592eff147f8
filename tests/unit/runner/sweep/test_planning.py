from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep import planning
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.estimate import BOOT_SECONDS, OVERHEAD_SECONDS, History
from casework.runner.sweep.planning import SweepPlan, plan_sweep

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook

OPTIONS: dict[str, Any] = {"lang": "en", "formats": ("html",), "with_code": False, "timeout": None}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "own.ipynb", PUBLISH)


def plan(own: Path, *words: str, options: Any = None, **more: Any) -> SweepPlan:
    cases = make_cases(own, words=words)
    return plan_sweep(own, cases, out=own.parent / "out", options=OPTIONS | (options or {}), **more)


def test_a_plan(own: Path) -> None:
    found = plan(own, "x=1,2,3", workers=2)
    assert (found.study, found.title, found.workers, len(found.missing)) == ("own", "own", 2, 3)
    assert found.sweep_id.startswith("own-")
    assert found.expected == (None, None, None)
    assert found.seconds is None
    assert found.memory > 0
    assert not (own.parent / "out").exists()


def test_the_summary(own: Path) -> None:
    text = plan(own, "x=1,2,2", workers=1).summary()
    assert "own: 2 runs, 0 done already, 2 to execute" in text
    assert "varied: x" in text
    assert "1 run at a time" in text
    assert "1 repeated case left out" in text
    assert "unknown" in text


def test_what_is_known_gives_the_time(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = History(parameters=({"x": 1}, {"x": 100}), cpu=(1.0, 9.0), memory=(1, 1))
    monkeypatch.setattr(planning.History, "of_study", classmethod(lambda cls, study, root: known))
    found = plan(own, "x=1,100", workers=1)
    assert found.seconds == pytest.approx(10.0 + 2 * OVERHEAD_SECONDS + BOOT_SECONDS, abs=0.1)


def test_nothing_is_left_to_do(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(
        planning, "mark_done", lambda points, out, root, *, resume: [replace(point, done="cached") for point in points]
    )
    found = plan(own, "x=1,2")
    assert (found.missing, found.seconds, found.workers) == ([], 0.0, 1)
    assert plan(own, "x=1,2", fresh=True).missing


@pytest.mark.parametrize(
    ("options", "more", "message"),
    [
        ({}, {"workers": 0}, "--workers"),
        ({"lang": "fr"}, {}, "en, zh"),
        ({"formats": ("rtf",)}, {}, "--format"),
        ({"timeout": 0.0}, {}, "--timeout"),
    ],
)
def test_wrong_options_are_refused(own: Path, options: Any, more: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        plan(own, "x=1,2", options=options, **more)
