import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.cache import files

HOSTILE = ["", "/etc/x", "../x", "a/../x", "a//b", "a/", "./a", "a\\b", "C:x", "a\0b", "a\nb", ".."]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_could_leave_the_folder_are_refused(name: str) -> None:
    assert not files.safe_names(["report.html", name])


def test_a_file_cannot_be_a_folder_too() -> None:
    assert not files.safe_names(["a/b", "a"])
    assert files.safe_names(["a/b", "a/c", "ab"])


@given(st.text(max_size=20))
def test_a_safe_name_stays_inside(name: str) -> None:
    if files.safe_names([name]):
        inside = Path(os.path.normpath(Path("/root/place") / name))
        assert inside.is_relative_to("/root/place")
        assert inside != Path("/root/place")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    with files.open_regular(tmp_path / "x") as file:
        assert file.read() == b"abc"
    with pytest.raises(OSError, match=r"not a regular file|Is a directory|ermission"):
        files.open_regular(tmp_path)
    with pytest.raises(OSError, match="symbolic links"):
        files.open_regular(tmp_path / "link")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        files.open_regular(tmp_path / "pipe")
    assert files.read_json(tmp_path / "pipe") is None
    assert files.files_below(tmp_path) is None


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": "\\ud8'])
def test_what_is_no_json_is_nothing(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x").write_bytes(raw)
    assert files.read_json(tmp_path / "x") is None


def test_a_huge_json_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "JSON_LIMIT", 10)
    (tmp_path / "x").write_text(f'"{"a" * 20}"', encoding="utf-8")
    assert files.read_json(tmp_path / "x") is None


def test_json_is_written_whole_and_alone(tmp_path: Path) -> None:
    place = tmp_path / "cache" / "facts" / "x.json"
    files.write_json(tmp_path / "cache", place, {"name": "\u0645\u062b\u0627\u0644 \ud800"})
    assert files.read_json(place) == {"name": "\u0645\u062b\u0627\u0644 \ud800"}
    assert list((tmp_path / "cache" / "tmp").iterdir()) == []
    if os.name == "posix":
        assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_a_broken_write_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with files.scratch(tmp_path) as (path, file):
            file.write(b"half")
            assert path.exists()
            raise OSError(28, "the disk is full")

    with pytest.raises(OSError, match="full"):
        write()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_files_below_are_found_by_relative_names(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("", encoding="utf-8")
    (tmp_path / "x").write_text("", encoding="utf-8")
    assert files.files_below(tmp_path) == {"x": tmp_path / "x", "tables/a.csv": tmp_path / "tables" / "a.csv"}
    (tmp_path / "tables" / "out").symlink_to(tmp_path.parent)
    assert files.files_below(tmp_path) is None


def test_removing_says_whether_it_did(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    assert files.remove(tmp_path / "x")
    assert not files.remove(tmp_path / "x")
    assert not files.remove(tmp_path)
