"""The store: whole runs in and out, whatever else happens to the cache meanwhile."""

from __future__ import annotations

import json
import multiprocessing
import operator
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import RunError
from casework.runner.cache import files
from casework.runner.cache.clean import clean
from casework.runner.cache.store import Entry, Store, default_root

KEY = "0" * 64
ABOUT: dict[str, Any] = {
    "run_id": "a-1",
    "study": "kano",
    "parts": {"data": None, "parameters": {"seed": 1}},
    "inputs": {},
    "seconds": 2.0,
    "cpu": 1.5,
    "memory": 1000,
}
CONTENT = {"report.html": b"<p>one</p>", "run.json": b"{}", "tables/a.csv": b"x\r\n1\r\n", "log.txt": b""}


def make_run(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    for name, raw in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


def read_run(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def all_files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def must(entry: Entry | None) -> Entry:
    assert entry is not None
    return entry


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def entry(store: Store, tmp_path: Path) -> Entry:
    return must(store.put(KEY, make_run(tmp_path / "run"), **ABOUT))


def damage(path: Path, raw: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(raw)


def test_a_run_comes_back_with_the_same_bytes(store: Store, entry: Entry, tmp_path: Path) -> None:
    found = must(store.find(KEY))
    assert replace(found, used=entry.used) == entry
    assert found.size == sum(map(len, CONTENT.values()))
    assert store.restore(found, tmp_path / "out" / "kano" / "a-1")
    assert read_run(tmp_path / "out" / "kano" / "a-1") == CONTENT
    assert [path.name for path in (tmp_path / "out" / "kano").iterdir()] == ["a-1"]


def test_what_stood_in_the_place_gives_way(store: Store, entry: Entry, tmp_path: Path) -> None:
    place = make_run(tmp_path / "out", {"old.txt": b"1", "report.html": b"old"})
    assert not store.matches(entry, place)
    assert store.restore(entry, place)
    assert read_run(place) == CONTENT
    assert store.matches(entry, place)


def test_an_unknown_or_hostile_key_is_a_miss(store: Store, entry: Entry) -> None:
    assert store.find("1" * 64) is None
    for key in ("", "../" * 4 + "x", KEY.upper() + "A", KEY + "\n", "a\0" * 32):
        assert store.find(key) is None
        store.remove(key)
    assert store.find(KEY)


def test_a_key_that_is_no_hash_is_a_mistake(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.put("../x", make_run(tmp_path / "run"), **ABOUT)


def test_finding_marks_as_used_unless_told_not_to(store: Store, entry: Entry) -> None:
    os.utime(store.place(KEY), (1000, 1000))
    assert must(store.find(KEY, touch=False)).used == 1000
    assert [item.used for item in store.entries()] == [1000]
    assert must(store.find(KEY)).used == 1000
    assert must(store.find(KEY)).used > 1000


def test_finding_reads_no_bytes_of_the_run(store: Store, entry: Entry) -> None:
    for path in store.blobs():
        damage(path, b"damaged")
    assert store.find(KEY)


@pytest.mark.parametrize("raw", [b"damaged!!!", b"", b"<p>one</p>\n"])
def test_damaged_bytes_are_a_miss_and_mend_with_the_next_run(
    store: Store, entry: Entry, tmp_path: Path, raw: bytes
) -> None:
    damage(store.blob(entry.files["report.html"]), raw)
    place = make_run(tmp_path / "out", {"old.txt": b"1"})
    assert not store.restore(entry, place)
    assert read_run(place) == {"old.txt": b"1"}
    assert store.find(KEY) is None
    again = must(store.put(KEY, tmp_path / "run", **ABOUT))
    assert store.restore(again, place)
    assert read_run(place) == CONTENT


def test_bytes_that_have_gone_are_a_miss(store: Store, entry: Entry, tmp_path: Path) -> None:
    store.blob(entry.files["log.txt"]).unlink()
    assert store.find(KEY) is None
    assert not store.restore(entry, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert list(store.entries()) == []


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_file_in_the_place_of_bytes_is_a_miss(store: Store, entry: Entry, tmp_path: Path, kind: str) -> None:
    blob = store.blob(entry.files["report.html"])
    blob.unlink()
    if kind == "link":
        blob.symlink_to(make_run(tmp_path / "run") / "report.html")
    elif kind == "folder":
        blob.mkdir()
    elif hasattr(os, "mkfifo"):
        os.mkfifo(blob)
    assert not store.restore(entry, tmp_path / "out")


@pytest.mark.parametrize("end", [0, 1, 50, -1])
def test_a_truncated_entry_is_a_miss(store: Store, entry: Entry, end: int) -> None:
    raw = store.place(KEY).read_bytes()
    store.place(KEY).write_bytes(raw[:end])
    assert store.find(KEY) is None
    assert list(store.entries()) == []


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "tables\\..\\evil", "C:evil", "", "."])
def test_an_entry_that_reaches_outside_writes_nothing(store: Store, entry: Entry, tmp_path: Path, name: str) -> None:
    content = json.loads(store.place(KEY).read_text(encoding="utf-8"))
    content["files"][name] = entry.files["report.html"]
    store.place(KEY).write_text(json.dumps(content), encoding="utf-8")
    before = all_files(tmp_path)
    assert store.find(KEY) is None
    assert not store.restore(replace(entry, files=content["files"]), tmp_path / "out" / "a-1")
    assert all_files(tmp_path) == before


def test_editing_a_restored_run_does_not_harm_the_cache(store: Store, entry: Entry, tmp_path: Path) -> None:
    for place in (tmp_path / "one", tmp_path / "two"):
        assert store.restore(entry, place)
        (place / "report.html").write_bytes(b"edited")
        with (place / "log.txt").open("ab") as log:
            log.write(b"more")
        shutil.rmtree(place / "tables")
    (tmp_path / "run" / "report.html").write_bytes(b"edited too")
    assert store.restore(must(store.find(KEY)), tmp_path / "three")
    assert read_run(tmp_path / "three") == CONTENT


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_cache_is_private_and_its_bytes_are_read_only(store: Store, entry: Entry, tmp_path: Path) -> None:
    assert store.root.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in store.blobs()} == {0o444}
    assert store.restore(entry, tmp_path / "out")
    assert all(path.stat().st_mode & 0o200 for path in (tmp_path / "out").rglob("*"))
    assert all(path.stat().st_nlink == 1 for path in (tmp_path / "out").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "change",
    [{"report.html": b"other"}, {"report.html": b"<p>two</p>"}, {"extra": b""}, {"tables/b.csv": b""}],
    ids=str,
)
def test_a_folder_matches_only_with_all_its_bytes(
    store: Store, entry: Entry, tmp_path: Path, change: dict[str, bytes]
) -> None:
    place = make_run(tmp_path / "place")
    assert store.matches(entry, place)
    make_run(place, change)
    assert not store.matches(entry, place)


def test_a_folder_that_lacks_a_file_or_is_not_there_does_not_match(store: Store, entry: Entry, tmp_path: Path) -> None:
    assert not store.matches(entry, tmp_path / "nothing")
    place = make_run(tmp_path / "place")
    (place / "log.txt").unlink()
    assert not store.matches(entry, place)
    (place / "log.txt").symlink_to(tmp_path / "run" / "log.txt")
    assert not store.matches(entry, place)


def test_files_that_the_run_had_opened_must_be_what_they_were(store: Store, tmp_path: Path) -> None:
    there, missing = tmp_path / "there.csv", tmp_path / "missing.csv"
    there.write_bytes(b"1")
    inputs = {str(there): files.copy_hashed(there.open("rb"), None)[0], str(missing): None}
    assert store.put(KEY, make_run(tmp_path / "run"), **ABOUT | {"inputs": inputs})
    assert store.find(KEY)
    missing.touch()
    assert store.find(KEY) is None
    missing.unlink()
    there.write_bytes(b"2")
    assert store.find(KEY) is None
    there.write_bytes(b"1")
    assert store.find(KEY)
    there.unlink()
    assert store.find(KEY) is None


def test_a_folder_with_a_link_is_not_kept(store: Store, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    secret = tmp_path / "secret"
    secret.touch()
    (run / "tables" / "link").symlink_to(secret)
    assert store.put(KEY, run, **ABOUT) is None
    (run / "tables" / "link").unlink()
    (run / "folder").symlink_to(tmp_path)
    assert store.put(KEY, run, **ABOUT) is None
    assert not store.root.exists()


@pytest.mark.skipif(os.name != "posix", reason="names that only POSIX allows")
def test_a_name_that_is_a_path_elsewhere_is_not_kept(store: Store, tmp_path: Path) -> None:
    assert store.put(KEY, make_run(tmp_path / "run", {"..\\..\\evil": b"x"}), **ABOUT) is None


def test_what_is_no_folder_of_files_is_not_kept(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert store.put(KEY, tmp_path / "empty", **ABOUT) is None
    assert store.put(KEY, tmp_path / "nothing", **ABOUT) is None


def test_names_in_any_script_come_back(store: Store, tmp_path: Path) -> None:
    content = {"tables/顾客 满意.csv": b"1", "<b>&=cmd|.csv": b"2", "-rf": b"3"}
    entry = must(store.put(KEY, make_run(tmp_path / "run", content), **ABOUT))
    assert store.restore(entry, tmp_path / "out")
    assert read_run(tmp_path / "out") == content


@pytest.mark.parametrize("fails", [1, 2, 3, 4, 5])
def test_a_full_disk_keeps_nothing_and_stops_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    calls = iter(range(1, 100))
    whole = files.move

    def move(path: Path, place: Path, *, mode: int) -> None:
        if next(calls) == fails:
            raise OSError(28, "No space left on device")
        whole(path, place, mode=mode)

    monkeypatch.setattr("casework.runner.cache.store.move", move)
    monkeypatch.setattr("casework.runner.cache.files.move", move)
    assert store.put(KEY, make_run(tmp_path / "run"), **ABOUT) is None
    assert all_files(store.root) == []
    assert store.put(KEY, tmp_path / "run", **ABOUT)


LIMITED = """
import resource, sys
from pathlib import Path
from casework.runner.cache.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
about = {"run_id": "a", "study": "s", "parts": {}, "inputs": {}, "seconds": 1.0, "cpu": 1.0, "memory": 1}
print(Store(Path(sys.argv[1])).put("0" * 64, Path(sys.argv[2]), **about))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_file_that_the_system_does_not_take_keeps_nothing(store: Store, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", {"a-small": b"1", "big": b"x" * 3_000_000})
    command = [sys.executable, "-c", LIMITED, str(store.root), str(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"
    assert all_files(store.root) == []


def test_a_full_disk_at_the_place_is_told_and_leaves_entry_and_place(
    store: Store, entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    place = make_run(tmp_path / "out" / "a-1", {"old.txt": b"1"})
    monkeypatch.setattr("casework.runner.cache.store.copy_hashed", full)
    with pytest.raises(OSError, match="No space left"):
        store.restore(entry, place)
    assert all_files(tmp_path / "out") == ["a-1/old.txt"]
    assert store.find(KEY)


def test_bytes_that_cannot_be_read_are_a_miss(
    store: Store, entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise files.UnreadableError(5, "Input/output error")

    monkeypatch.setattr("casework.runner.cache.store.copy_hashed", broken)
    assert not store.restore(entry, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    store = Store(tmp_path / "cache")
    assert store.put(KEY, make_run(tmp_path / "run"), **ABOUT) is None
    assert store.find(KEY) is None
    assert list(store.entries()) == []


def test_the_same_bytes_are_kept_once(store: Store, entry: Entry, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", CONTENT | {"run.json": b'{"other": 1}', "copy.html": b"<p>one</p>"})
    assert store.put("1" * 64, other, **ABOUT)
    assert len(list(store.blobs())) == len(CONTENT) + 1


def test_a_removed_entry_is_a_miss(store: Store, entry: Entry) -> None:
    store.remove(KEY)
    store.remove(KEY)
    assert store.find(KEY) is None


def test_processes_that_put_and_clean_at_once_lose_at_most_a_hit(store: Store, tmp_path: Path) -> None:
    """Two writers of the same and of other keys, with a cleaner between: what is found comes back whole."""
    runs = [make_run(tmp_path / f"run{n}", CONTENT | {"run.json": b"%d" % n}) for n in range(4)]
    puts = [partial(store.put, f"{n:064x}", run, **ABOUT) for n, run in enumerate(runs)]
    jobs: list[partial[Any]] = []
    for turn in range(12):
        jobs += [*puts, puts[0], partial(clean, store, everything=turn % 2 == 0)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(operator.call, jobs, chunksize=1)
        for n, run in enumerate(runs):
            entry = store.find(f"{n:064x}")
            assert (
                entry is None
                or not store.restore(entry, tmp_path / "out")
                or read_run(tmp_path / "out") == read_run(run)
            )
        assert None not in pool.map(operator.call, puts * 3, chunksize=1)
    for n, run in enumerate(runs):
        assert store.restore(must(store.find(f"{n:064x}")), tmp_path / "out")
        assert read_run(tmp_path / "out") == read_run(run)
    assert all_files(store.root / "tmp") == []


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_CACHE", str(tmp_path / "named"))
    assert default_root() == tmp_path / "named"
    monkeypatch.setenv("CASEWORK_CACHE", " ")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    if os.name == "posix":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        assert default_root() == tmp_path / "xdg" / "casework"
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        assert default_root() == tmp_path / ".cache" / "casework"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_root() == tmp_path / "Library" / "Caches" / "casework"


def test_a_user_without_a_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("CASEWORK_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("LOCALAPPDATA", "")
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(RunError, match="CASEWORK_CACHE"):
        default_root()
