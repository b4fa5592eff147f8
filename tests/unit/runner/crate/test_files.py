"""Copies without what belongs to one machine; archives that depend on their files only."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.paths import course_root
from casework.runner.crate import files
from casework.runner.hashing import PACKAGE


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("x = '/home/ann/sales.csv'", "x = '[home]/sales.csv'"),
        ("path=/Users/ann.lee/x", "path=[home]/x"),
        (r"C:\Users\ann\x.csv", r"[home]\x.csv"),
        ("file:///home/ann/x.html", "file://[home]/x.html"),
        ("sqlite:////home/ann/x.db", "sqlite:///[home]/x.db"),
        (r"\u001b[32m/home/ann/a.py:5", r"\u001b[32m[home]/a.py:5"),
        (r"line\n/home/ann/a", r"line\n[home]/a"),
        ('File "/srv/ann/helper.py", line 3', 'File "[folder]/helper.py", line 3'),
        (r"File \u001b[39m\u001b[32m/srv/ann/helper.py:105", r"File \u001b[39m\u001b[32m[folder]/helper.py:105"),
        ("postgresql://ann:secret@db/sales", "postgresql://ann:***@db/sales"),
        ("https://example.org/home/ann", "https://example.org/home/ann"),
        ("and/or 3/4 ./home/x", "and/or 3/4 ./home/x"),
    ],
)
def test_texts_are_cleaned(text: str, clean: str) -> None:
    assert files.clean_text(text) == clean


def test_folders_of_this_machine_are_masked() -> None:
    assert files.clean_text(f"{PACKAGE}/studies/kano.py:3") == "[casework]/studies/kano.py:3"
    assert files.clean_text(f"in {course_root()}/notebooks") == "in [course]/notebooks"


@pytest.mark.parametrize("path", ["/srv/ann/x.csv", r"D:\data\x.csv", r"\\server\share\x.csv"])
def test_a_value_that_is_a_path_keeps_its_name(path: str) -> None:
    assert files.clean_value({"a": [path, 3, None]}) == {"a": ["[folder]/x.csv", 3, None]}


@given(st.text(max_size=120))
def test_a_safe_name_is_one_part_of_a_path(text: str) -> None:
    name = files.safe_name(text)
    assert name
    assert len(name) <= 80
    assert re.fullmatch(r"[\w.-]+", name)
    assert not name.startswith(".")
    assert not name.endswith(".")
    assert files.safe_name(name) == name


def test_the_manifest_loses_where_the_data_are(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"data": {"location": "../../ann/x.csv", "name": "x.csv"}}))
    files.stage(tmp_path / "run.json", tmp_path / "new" / "run.json")
    found = json.loads((tmp_path / "new" / "run.json").read_text(encoding="utf-8"))
    assert found == {"data": {"location": None, "name": "x.csv"}}


def test_tables_and_texts_that_need_no_cleaning_are_the_same_bytes(tmp_path: Path) -> None:
    for name, raw in {"a.csv": b"/home/ann/x\r\n", "b.html": b"<p>\r\n\xff\xfe</p>", "c.txt": b""}.items():
        (tmp_path / name).write_bytes(raw)
        assert files.stage(tmp_path / name, tmp_path / "new" / name).read_bytes() == raw


def test_links_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "tables").mkdir(parents=True)
    for name in ("b.txt", "a.txt", ".hidden", "tables/t.csv", "ro-crate-metadata.json"):
        (run / name).write_text("x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.txt").write_text("secret")
    (run / "link.txt").symlink_to(tmp_path / "secret" / "s.txt")
    (run / "folder").symlink_to(tmp_path / "secret")
    assert [path.relative_to(run).as_posix() for path in files.regular_files(run)] == ["a.txt", "b.txt", "tables/t.csv"]


def test_an_archive_depends_on_its_files_only(tmp_path: Path) -> None:
    for place, order in (("one", ("b.txt", "ro-crate-metadata.json")), ("two", ("ro-crate-metadata.json", "b.txt"))):
        (tmp_path / place).mkdir()
        for name in order:
            (tmp_path / place / name).write_text("x" * 1000)
        os.utime(tmp_path / place / "b.txt", (1, 1 + len(place)))
        (tmp_path / place / "b.txt").chmod(0o600 if place == "one" else 0o644)
        files.pack(tmp_path / place, tmp_path / f"{place}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["ro-crate-metadata.json", "b.txt"]
        assert archive.testzip() is None


def test_media_types() -> None:
    assert files.encoding_of("a/B.HTML") == "text/html"
    assert files.encoding_of("a") == "application/octet-stream"
