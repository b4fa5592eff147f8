"""What `export` prints."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from casework.cli import exporting
from casework.core.errors import ParameterError
from casework.runner import crate


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Let an archive of two files stand for the crate, and note what was asked for."""
    found: dict[str, Any] = {}

    def export_crate(name: str, **options: Any) -> Path:
        found.update({"name": name, **options})
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("one", "1")
            archive.writestr("two", "2")
        return tmp_path / "a.zip"

    monkeypatch.setattr(crate, "export_crate", export_crate)
    return found


def test_the_place_and_the_size_are_told(
    asked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exporting.export_run("a-1", crate=True, out_folder=tmp_path, agent="Ann", include_data=True)
    assert capsys.readouterr().out == f"written: {tmp_path / 'a.zip'} (2 files, 0.0 MiB)\n"
    assert asked == {
        "name": "a-1",
        "out": tmp_path,
        "to": None,
        "include_data": True,
        "agent": "Ann",
        "licence": "",
    }


def test_for_scripts(asked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exporting.export_run("a-1", crate=True, to=tmp_path / "a.zip", out_folder=tmp_path, as_json=True)
    size = (tmp_path / "a.zip").stat().st_size
    assert json.loads(capsys.readouterr().out) == {"crate": str(tmp_path / "a.zip"), "files": 2, "bytes": size}


def test_a_format_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no format is named"):
        exporting.export_run("a-1", crate=False, out_folder=tmp_path)


def test_a_folder_is_measured(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("abc")
    (tmp_path / "b").write_text("d")
    assert exporting.measure(tmp_path) == (2, 4)
