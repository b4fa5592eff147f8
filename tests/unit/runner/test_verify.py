"""Reproducing a run: nothing changed, one data cell changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.run import run
from casework.runner.verify import verify

pytestmark = pytest.mark.slow
FAST = {"resamples": 200, "fast": True}


def survey(path: Path, cell: int) -> Path:
    rows = [f"{1 + i % 3},{5 - i % 2},{1 + i % 2},{3 + i % 3}" for i in range(40)]
    rows[17] = f"1,{cell},2,5"
    path.write_text("\n".join(["f1,d1,f2,d2", *rows]) + "\n", encoding="utf-8")
    return path


def test_the_same_inputs_give_the_same_outputs_and_a_changed_cell_is_named(tmp_path: Path) -> None:
    data = survey(tmp_path / "own.csv", 5)
    record = run("kano", FAST, data=data, out=tmp_path / "out")
    assert record.status == "ok", record.manifest["error"]
    same = verify(record.folder.name, out=tmp_path / "out")
    assert same.same
    assert same.inputs == ()
    assert "reproduced" in same.summary()
    survey(data, 2)
    changed = verify(record.folder.name, out=tmp_path / "out")
    assert not changed.same
    assert any("d1" in line and "19" in line for line in changed.inputs), changed.inputs
    assert changed.results
    assert "NOT reproduced" in changed.summary()


def test_an_unknown_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run nothing"):
        verify("nothing", out=tmp_path)
