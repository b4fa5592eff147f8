from pathlib import Path

import pytest

from casework.cli.app import app, data_app, sync_notebooks
from casework.core.errors import ParameterError
from casework.studies.registry import get_study

WANTED = {
    "sweep",
    "compare",
    "explain",
    "export",
    "clean",
    "list",
    "show",
    "run",
    "report",
    "runs",
    "verify",
    "validate",
    "start",
    "lab",
    "sync",
    "doctor",
    "progress",
    "glossary",
    "app",
}


def test_every_command_is_there_and_says_what_it_does() -> None:
    commands = [*app.registered_commands, *data_app.registered_commands]
    assert {command.name for command in app.registered_commands} == WANTED
    assert {command.name for command in data_app.registered_commands} == {"list", "show", "check", "template"}
    assert all(command.callback is not None and command.callback.__doc__ for command in commands)


def test_sync_goes_on_where_a_notebook_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {"kano": get_study("kano"), "bullwhip": get_study("bullwhip")}
    source = known["bullwhip"].notebook.read_text(encoding="utf-8")
    monkeypatch.setattr("casework.studies.registry.studies", lambda: known)
    monkeypatch.setattr("casework.studies.base.notebooks_folder", lambda: tmp_path)
    known["bullwhip"].notebook.parent.mkdir()
    known["bullwhip"].notebook.write_text(source.replace("seed: int = 7", "seed: int = 8"), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"voice/kano.ipynb is not there"):
        sync_notebooks(check=False)
    assert capsys.readouterr().out == "written: bullwhip\n"
    assert "seed: int = 7" in known["bullwhip"].notebook.read_text(encoding="utf-8")
