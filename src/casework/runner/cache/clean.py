"""Cleaning the cache: by age, by size, and of what nobody names any more."""

from __future__ import annotations

import re
import stat
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.cache.entry import Entry
from casework.runner.cache.facts import FACTS
from casework.runner.cache.files import SCRATCH, SCRATCH_PATTERN, is_sha256, place_of, remove
from casework.runner.cache.pictures import DRAWN
from casework.runner.cache.store import Store

DAY = 86_400.0  # [s]
GRACE = 3_600.0  # [s]; younger bytes may belong to a run that is just being put in
QUANTITY = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)\s*")
SIZES = {"": 1, "b": 1} | {
    unit: base**power
    for power, letter in enumerate("kmgt", start=1)
    for unit, base in ((letter, 1000), (f"{letter}b", 1000), (f"{letter}ib", 1024))
}
AGES = {"": 1.0, "d": 1.0, "h": 1 / 24, "w": 7.0}


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What a cleaning removed, and what is left.

    Attributes
    ----------
    entries, kept_entries : int
        Runs removed and left.
    bytes, kept_bytes : int
        Size of the files of runs removed and left; a file that several runs share counts once [bytes].
    """

    entries: int
    bytes: int
    kept_entries: int
    kept_bytes: int


def clean(
    store: Store,
    *,
    older_than_days: float | None = None,
    keep_bytes: int | None = None,
    everything: bool = False,
    dry_run: bool = False,
) -> Cleaned:
    """Remove runs that were not used for long, then the least recently used until the rest is small enough.

    What is damaged, left behind by processes that are gone, or named by no run goes always. Other processes may
    use the cache meanwhile: they lose at most a hit.

    Parameters
    ----------
    store : Store
        The cache.
    older_than_days : float, optional
        Remove runs unused for longer [d], 0 or more.
    keep_bytes : int, optional
        Size that may be left [bytes], 0 or more.
    everything : bool
        Remove all runs and facts.
    dry_run : bool
        Only say what would be removed.

    Raises
    ------
    ParameterError
        A limit is negative.
    """
    for name, value in (("older_than_days", older_than_days), ("keep_bytes", keep_bytes)):
        if value is not None:
            check_number(name, value, low=0)
    sizes = dict(_sizes(store))
    entries = sorted(store.entries(), key=lambda entry: (entry.used, entry.key))
    limit = float("-inf") if older_than_days is None else time.time() - older_than_days * DAY
    kept = [entry for entry in entries if not everything and entry.used >= limit]
    kept = kept if keep_bytes is None else _fitting(kept, sizes, keep_bytes)
    going = {entry.key for entry in entries} - {entry.key for entry in kept}
    if not dry_run:
        _remove_entries(store, going)
        _remove_old(_small_files(store.root), float("inf") if everything else limit)
        _remove_old(_scratch_files(store.root), float("inf") if everything else time.time() - GRACE)
        named = set().union(*(entry.blobs for entry in store.entries()))
    else:
        named = set().union(*(entry.blobs for entry in kept))
    freed = {entry_blob for entry in entries if entry.key in going for entry_blob in entry.blobs}
    lost = _unnamed(store, named, freed=freed, everything=everything)
    gone = sum(sizes.get(path.name, 0) for path in lost if dry_run or remove(path))
    left = max(sum(sizes.values()) - gone, 0)
    room = float("inf") if keep_bytes is None else keep_bytes - left
    pictures = _pictures(store.root)
    old = _old_pictures(pictures, float("inf") if everything else limit, room)
    gone += sum(pictures[path][1] for path in old if dry_run or remove(path))
    left += sum(size for path, (_, size) in pictures.items() if path not in old)
    return Cleaned(entries=len(going), bytes=gone, kept_entries=len(kept), kept_bytes=left)


def _sizes(store: Store) -> Iterator[tuple[str, int]]:
    for path in store.blobs():
        try:
            yield path.name, path.lstat().st_size
        except OSError:
            continue


def _fitting(entries: list[Entry], sizes: dict[str, int], keep_bytes: int) -> list[Entry]:
    """Return the most recently used entries that together fit; given and returned oldest first."""
    users = Counter(digest for entry in entries for digest in entry.blobs)
    total = sum(sizes.get(digest, 0) for digest in users)
    for n, entry in enumerate(entries):
        if total <= keep_bytes:
            return entries[n:]
        users.subtract(entry.blobs)
        total -= sum(sizes.get(digest, 0) for digest in entry.blobs if not users[digest])
    return []


def _remove_entries(store: Store, going: set[str]) -> None:
    for key in list(store.keys()):
        if key in going or store.read(key) is None:
            store.remove(key)


def _unnamed(store: Store, named: set[str], *, freed: set[str], everything: bool) -> list[Path]:
    """Return the bytes that no entry names: those just freed, and others once no `put` can be about to name them."""
    limit = float("inf") if everything else time.time() - GRACE
    return [path for path in store.blobs() if path.name not in named and (path.name in freed or _older(path, limit))]


def _remove_old(paths: list[Path], limit: float) -> None:
    for path in paths:
        if _older(path, limit):
            remove(path)


def _older(path: Path, limit: float) -> bool:
    try:
        return path.lstat().st_mtime < limit
    except OSError:
        return False


def _pictures(root: Path) -> dict[Path, tuple[float, int]]:
    """Return the pictures that were kept: when each was used, and its size [bytes]."""
    found = {}
    for path in (root / DRAWN).glob("*/??/*"):
        try:
            about = path.lstat()
        except OSError:
            continue
        if stat.S_ISREG(about.st_mode):
            found[path] = (about.st_mtime, about.st_size)
    return found


def _old_pictures(pictures: Mapping[Path, tuple[float, int]], limit: float, room: float) -> set[Path]:
    """Return the pictures that were not used since `limit`, and the least recently used that do not fit in `room`."""
    going = {path for path, (used, _) in pictures.items() if used < limit}
    newest = sorted(pictures.keys() - going, key=lambda path: (-pictures[path][0], path))
    for path, total in zip(newest, accumulate(pictures[path][1] for path in newest), strict=True):
        if total > room:
            going.add(path)
    return going


def _small_files(root: Path) -> list[Path]:
    return [
        path
        for path in (root / FACTS).glob("??/*.json")
        if is_sha256(path.stem) and path == place_of(root, FACTS, path.stem, ".json")
    ]


def _scratch_files(root: Path) -> list[Path]:
    return list((root / SCRATCH).glob(SCRATCH_PATTERN))


def parse_size(text: str, *, where: str = "size") -> int:
    """Return a size in bytes: KB, MB, GB, TB count by 1000, KiB, MiB, GiB, TiB by 1024.

    Parameters
    ----------
    text : str
        A number, 0 or more, and a unit; without one, bytes.
    where : str
        Name of the option, for the message.

    Raises
    ------
    ParameterError
        It is no size.

    Examples
    --------
    >>> parse_size("500MB"), parse_size("1.5 GiB"), parse_size("0")
    (500000000, 1610612736, 0)
    """
    number, factor = _parse(text, SIZES, where, t("a size such as 500MB or 2GB"))
    return round(number * factor)


def parse_age(text: str, *, where: str = "age") -> float:
    """Return an age in days, from hours (h), days (d) or weeks (w).

    Parameters
    ----------
    text : str
        A number, 0 or more, and a unit; without one, days.
    where : str
        Name of the option, for the message.

    Raises
    ------
    ParameterError
        It is no age.

    Examples
    --------
    >>> parse_age("30d"), parse_age("12h"), parse_age("2w")
    (30.0, 0.5, 14.0)
    """
    number, factor = _parse(text, AGES, where, t("an age such as 30d, 12h or 2w"))
    return number * factor


def _parse(text: str, units: Mapping[str, float], where: str, expected: str) -> tuple[float, float]:
    found = QUANTITY.fullmatch(text)
    if found is None or found[2].lower() not in units:
        raise ParameterError(Problem(where, repr(text), expected))
    return float(found[1]), units[found[2].lower()]
