import os
import time
from pathlib import Path

import pytest

from casework.core.errors import ParameterError
from casework.runner.cache import facts
from casework.runner.cache.clean import DAY, GRACE, Cleaned, clean, parse_age, parse_size
from casework.runner.cache.pictures import DRAWN
from casework.runner.cache.store import Store


def key(n: int) -> str:
    return f"{n:064x}"


def keep(store: Store, folder: Path, n: int, *, days: float = 0, shared: bytes = b"") -> None:
    """Put in a run of 1000 bytes of its own that was last used some days ago."""
    run = folder / f"run{n}"
    run.mkdir()
    (run / "own").write_bytes(f"{n:01000}".encode())
    if shared:
        (run / "shared").write_bytes(shared)
    cost = {"seconds": 1.0, "cpu": 1.0, "memory": 1}
    assert store.put(key(n), run, run_id=f"r-{n}", study="kano", parts={}, inputs={}, **cost)
    age(store.place(key(n)), days * DAY)


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def left(store: Store) -> set[str]:
    return {entry.run_id for entry in store.entries()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    for n, days in enumerate((40, 20, 5, 0)):
        keep(store, tmp_path, n, days=days)
    return store


def test_runs_unused_for_long_go(store: Store) -> None:
    assert clean(store, older_than_days=30) == Cleaned(entries=1, bytes=1000, kept_entries=3, kept_bytes=3000)
    assert left(store) == {"r-1", "r-2", "r-3"}
    assert len(list(store.blobs())) == 3


def test_a_run_that_was_used_stays(store: Store) -> None:
    assert store.find(key(0))
    assert clean(store, older_than_days=30).entries == 0


def test_the_least_recently_used_go_until_the_rest_fits(store: Store) -> None:
    assert clean(store, keep_bytes=2500).kept_bytes == 2000
    assert left(store) == {"r-2", "r-3"}
    assert clean(store, keep_bytes=0) == Cleaned(entries=2, bytes=2000, kept_entries=0, kept_bytes=0)


def test_a_file_that_several_runs_share_counts_once_and_stays_for_the_last(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    for n, days in enumerate((3, 2, 1)):
        keep(store, tmp_path, n, days=days, shared=b"s" * 5000)
    assert clean(store, keep_bytes=8000).entries == 0
    assert clean(store, keep_bytes=6000) == Cleaned(entries=2, bytes=2000, kept_entries=1, kept_bytes=6000)
    entry = store.find(key(2))
    assert entry
    assert store.restore(entry, tmp_path / "copy")


def test_a_dry_run_tells_the_same_and_removes_nothing(store: Store) -> None:
    told = clean(store, older_than_days=10, keep_bytes=1000, dry_run=True)
    assert len(left(store)) == len(list(store.blobs())) == 4
    assert clean(store, older_than_days=10, keep_bytes=1000) == told


def test_without_limits_only_rubbish_goes(store: Store, tmp_path: Path) -> None:
    lost, fresh, foreign = store.blob("a" * 64), store.blob("b" * 64), store.root / "tmp" / "mine.txt"
    half, running = (store.root / "tmp" / f"casework-1-{name}.part" for name in ("0a", "0b"))
    for path in (lost, fresh, foreign, half, running):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"x")
    for path in (lost, foreign, half):
        age(path, GRACE + 60)
    store.place(key(0)).write_text("{", encoding="utf-8")
    (store.root / "entries" / "notes.txt").touch()
    clean(store)
    assert not lost.exists()
    assert not half.exists()
    assert fresh.exists()
    assert foreign.exists()
    assert running.exists()
    assert not store.place(key(0)).exists()
    assert (store.root / "entries" / "notes.txt").exists()
    assert left(store) == {"r-1", "r-2", "r-3"}


def test_everything_goes_but_what_is_not_ours(store: Store) -> None:
    facts.put(store.root, "x", {"a": 1})
    (store.root / "objects" / "mine").touch()
    done = clean(store, everything=True)
    assert done == Cleaned(entries=4, bytes=4000, kept_entries=0, kept_bytes=0)
    assert facts.get(store.root, "x") is None
    assert [path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file()] == [
        "objects/mine"
    ]


def picture(store: Store, name: str, *, size: int, days: float) -> Path:
    path = store.root / DRAWN / "state" / name[:2] / f"{name}.drawn"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    age(path, days * DAY)
    return path


def test_pictures_go_by_age_and_before_the_runs_by_size(store: Store) -> None:
    runs = clean(store, dry_run=True).kept_bytes
    old, middle, new = (
        picture(store, f"{name}0", size=100, days=days) for name, days in zip("abc", (9, 2, 1), strict=True)
    )
    assert clean(store, older_than_days=5, dry_run=True).bytes >= 100
    assert clean(store, keep_bytes=runs + 250, dry_run=True) == Cleaned(
        entries=0, bytes=100, kept_entries=len(left(store)), kept_bytes=runs + 200
    )
    assert old.exists()
    clean(store, keep_bytes=runs + 100)
    assert [path.exists() for path in (old, middle, new)] == [False, False, True]
    clean(store, everything=True)
    assert not new.exists()


def test_a_cache_that_is_not_there_is_clean(tmp_path: Path) -> None:
    nothing = Cleaned(entries=0, bytes=0, kept_entries=0, kept_bytes=0)
    assert clean(Store(tmp_path / "none"), everything=True) == nothing
    assert not (tmp_path / "none").exists()


def test_a_negative_limit_is_refused(store: Store) -> None:
    with pytest.raises(ParameterError, match="older_than_days"):
        clean(store, older_than_days=-1)
    assert len(left(store)) == 4


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500MB", 500 * 10**6),
        ("2gb", 2 * 10**9),
        ("1 KiB", 1024),
        ("1.5k", 1500),
        ("7", 7),
        ("0 B", 0),
        ("1TiB", 2**40),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("12h", 0.5), ("2w", 14), ("7", 7), (" 1.5 D ", 1.5)])
def test_ages(text: str, days: float) -> None:
    assert parse_age(text) == days


@pytest.mark.parametrize("text", ["", "MB", "-5MB", "nan", "1e9", "5 5", "5y", "5XB", "٣d", "1_000", "9" * 40])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r"--keep.*such as 500MB"):
        parse_size(text, where="--keep")
    with pytest.raises(ParameterError, match=r"--older.*such as 30d"):
        parse_age(text, where="--older")
