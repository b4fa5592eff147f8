from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from matplotlib.axes import Axes

from casework.core.errors import ParameterError
from casework.runner.sweep.record import SweepRecord, duration


def row(n: int, status: str = "ok") -> dict[str, Any]:
    published = {
        "y": {"value": 2.0 * n, "unit": "EUR", "title": "Y", "kind": "scalar"},
        "kind": {"value": "even", "unit": "", "title": "Kind", "kind": "text"},
    }
    return {
        "run_id": f"own-{n}",
        "status": status,
        "parameters": {"x": n, "name": "a"},
        "results": published if status == "ok" else {},
        "seconds": 1.0,
        "cpu_seconds": 0.5,
        "memory_mb": 10.0,
        "error": "" if status == "ok" else "E: no",
        "folder": f"own/own-{n}",
    }


def record(*rows: dict[str, Any], **content: Any) -> SweepRecord:
    return SweepRecord(folder=Path("sweeps/own-1"), sweep_id="own-1", rows=rows, varied=("x",), **content)


def test_counts_and_whether_all_is_well() -> None:
    assert record(row(1), row(2)).ok
    assert record(row(1), row(2, "failed")).counts == {"ok": 1, "failed": 1}
    assert not record(row(1), row(2, "failed")).ok
    assert not record(row(1), row(2, "missing")).ok
    assert not record(row(1), stopped=True).ok
    assert not record(row(1), problem="disk full").ok


def test_the_frame_has_parameters_and_results() -> None:
    frame = record(row(1), row(2, "failed")).to_frame()
    assert frame["y"].tolist()[0] == 2.0
    assert frame["y"].isna().tolist() == [False, True]
    assert frame["y_unit"].tolist() == ["EUR", "EUR"]
    assert list(frame.columns[:4]) == ["run_id", "status", "x", "name"]


def test_the_summary_says_how_it_went() -> None:
    text = record(row(1), row(2, "failed"), executed=2, taken=0, seconds=61.0).summary()
    assert text == "own-1: failed 1, ok 1; 2 executed, 0 taken as they were; 1 min 1 s"


def test_a_result_against_a_parameter() -> None:
    found = record(row(1), row(2), row(3, "failed"))
    assert isinstance(found.plot("y"), Axes)
    assert isinstance(found.plot("y", parameter="name"), Axes)


def test_a_plot_of_what_is_not_there() -> None:
    found = record(row(1), row(2))
    with pytest.raises(ParameterError, match=r"result.*'z'.*y, kind"):
        found.plot("z")
    with pytest.raises(ParameterError, match=r"parameter.*'nam'.*Did you mean 'name'"):
        found.plot("y", parameter="nam")
    with pytest.raises(ParameterError, match="parameter"):
        SweepRecord(folder=Path(), sweep_id="s", rows=(row(1),)).plot("y")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 s"), (59.6, "1 min 0 s"), (3599.6, "1 h 0 min"), (90061.0, "25 h 1 min")],
)
def test_a_time_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text
