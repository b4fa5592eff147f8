from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.sweep import state


def define(out: Path, name: str, age: float, **content: object) -> Path:
    folder = out / state.FOLDER / name
    state.write_definition(folder, content)
    os.utime(folder / state.DEFINITION, (1e9 - age, 1e9 - age))
    return folder


def test_a_sweep_is_named_by_its_runs_in_any_order() -> None:
    assert state.sweep_id("kano", ["a", "b"]) == state.sweep_id("kano", ["b", "a"])
    assert state.sweep_id("kano", ["a", "b"]) != state.sweep_id("kano", ["a", "c"])
    assert state.sweep_id("kano", ["a"]).startswith("kano-")


def test_a_definition_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "sweep"
    state.write_definition(folder, {"study": "满意", "cases": [{"x": 1.5}]})
    assert state.read_definition(folder) == {"schema": 1, "study": "满意", "cases": [{"x": 1.5}]}
    assert [path.name for path in folder.iterdir()] == [state.DEFINITION]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 99}'])
def test_a_definition_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    (tmp_path / state.DEFINITION).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"no sweep here|another version"):
        state.read_definition(tmp_path)


def test_no_definition(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no sweep here"):
        state.read_definition(tmp_path)


def test_the_newest_sweep_of_a_study(tmp_path: Path) -> None:
    define(tmp_path, "a", 20, study="kano")
    wanted = define(tmp_path, "b", 10, study="kano")
    define(tmp_path, "c", 0, study="other")
    (define(tmp_path, "d", 0) / state.DEFINITION).write_text("[damaged", encoding="utf-8")
    assert state.newest(tmp_path, "kano") == wanted
    assert state.newest(tmp_path, "nothing") is None
    assert state.newest(tmp_path / "nowhere", "kano") is None


def test_the_newest_sweep_of_an_own_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "own.ipynb"
    wanted = define(tmp_path, "a", 5, study="own", source=str(source.resolve()))
    define(tmp_path, "b", 0, study="own", source=str(tmp_path / "elsewhere" / "own.ipynb"))
    monkeypatch.chdir(tmp_path)
    assert state.newest(tmp_path, "own.ipynb") == wanted
    assert state.newest(tmp_path, str(source)) == wanted


def test_the_journal_comes_back(tmp_path: Path) -> None:
    assert state.read_journal(tmp_path) == []
    lines = [{"run_id": "a", "status": "ok"}, {"run_id": "b", "error": {"message": "x\n\ud800 é"}}]
    for line in lines:
        state.note(tmp_path, line)
    assert state.read_journal(tmp_path) == lines


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    state.note(tmp_path, {"run_id": "a"})
    with (tmp_path / state.JOURNAL).open("a", encoding="utf-8") as file:
        file.write('{"run_id": "b", "sta')
    state.note(tmp_path, {"run_id": "c"})
    assert [line["run_id"] for line in state.read_journal(tmp_path)] == ["a", "c"]


def test_lines_that_are_no_lines_do_not_count(tmp_path: Path) -> None:
    text = "\n".join(["[1]", "nonsense", json.dumps({"status": "ok"}), json.dumps({"run_id": "a"}), "\x00"])
    (tmp_path / state.JOURNAL).write_text(text, encoding="utf-8")
    assert state.read_journal(tmp_path) == [{"run_id": "a"}]
