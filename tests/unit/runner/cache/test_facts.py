import os
import time
from pathlib import Path

import pytest

from casework.runner.cache import facts
from casework.runner.hashing import sha256_file

LARGE = facts.INDEXED_FROM + 1


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of the files that are really read from now on."""
    seen: list[Path] = []

    def spy(path: Path) -> str:
        seen.append(path)
        return sha256_file(path)

    monkeypatch.setattr(facts, "sha256_file", spy)
    return seen


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all files that are written now be long unchanged."""
    real = time.time
    monkeypatch.setattr(facts.time, "time", lambda: real() + 60)


@pytest.mark.parametrize("key", ["x", "../../x", "a\0b", "\ud800", "k" * 5000, ""])
def test_facts_of_any_name_come_back(tmp_path: Path, key: str) -> None:
    assert facts.get(tmp_path / "cache", key) is None
    facts.put(tmp_path / "cache", key, {"a": [1, None]})
    assert facts.get(tmp_path / "cache", key) == {"a": [1, None]}
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    facts.put(tmp_path / "cache", "x", {"a": 1})
    assert facts.get(tmp_path / "cache", "x") is None


def test_a_large_file_is_read_once(tmp_path: Path, read: list[Path], later: None) -> None:
    path, root = tmp_path / "x", tmp_path / "cache"
    path.write_bytes(b"a" * LARGE)
    first = facts.file_sha256(path, root)
    assert facts.file_sha256(path, root) == first == sha256_file(path)
    assert read == [path]


def test_a_change_of_the_same_size_and_time_is_seen(tmp_path: Path, read: list[Path], later: None) -> None:
    path, root = tmp_path / "x", tmp_path / "cache"
    path.write_bytes(b"a" * LARGE)
    about = path.stat()
    first = facts.file_sha256(path, root)
    other = tmp_path / "y"
    other.write_bytes(b"b" * LARGE)
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    other.replace(path)
    assert path.stat().st_mtime_ns == about.st_mtime_ns
    assert facts.file_sha256(path, root) == sha256_file(path) != first


def test_a_file_changed_just_now_is_always_read(tmp_path: Path, read: list[Path]) -> None:
    path, root = tmp_path / "x", tmp_path / "cache"
    path.write_bytes(b"a" * LARGE)
    facts.file_sha256(path, root)
    path.write_bytes(b"b" * LARGE)
    assert facts.file_sha256(path, root) == sha256_file(path)
    assert len(read) == 2
    assert not (root / "facts").exists()


def test_a_small_file_is_not_indexed(tmp_path: Path, read: list[Path], later: None) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    facts.file_sha256(tmp_path / "x", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_fact_that_is_no_hash_is_not_believed(tmp_path: Path, read: list[Path], later: None) -> None:
    path, root = tmp_path / "x", tmp_path / "cache"
    path.write_bytes(b"a" * LARGE)
    facts.put(root, facts._identity(path, path.stat()), {"sha256": "../x"})
    assert facts.file_sha256(path, root) == sha256_file(path)


def test_what_is_no_file_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        facts.file_sha256(tmp_path, tmp_path)
    assert facts.current(str(tmp_path / "nothing"), tmp_path) is None
    assert facts.current("a\0b", tmp_path) is None


def test_changed_inputs_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"1")
    then = {str(path): sha256_file(path), str(tmp_path / "y"): None}
    assert facts.changed(then, tmp_path) == []
    path.write_bytes(b"2")
    (tmp_path / "y").touch()
    assert facts.changed(then, tmp_path) == list(then)
