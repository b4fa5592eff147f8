"""The store: keeps whole runs under their cache key, each file once by its content, and gives back copies.

    objects/ab/<sha256>      bytes of a file, read-only
    entries/ab/<key>.json    one run: its files, the parts of its key, what it cost; its time is when it was used
    facts/ab/<sha256>.json   see `facts`
    tmp/                     what is being written

Nothing is locked. Every file takes its place whole, and files before the entry that names them, so that writers and
cleaners at the same time lose at most a hit.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.cache import facts
from casework.runner.cache.entry import Entry, entry_from, is_sound
from casework.runner.cache.files import (
    SHA256,
    UnreadableError,
    copy_hashed,
    files_below,
    is_sha256,
    move,
    open_regular,
    place_of,
    read_json,
    remove,
    safe_names,
    scratch,
    write_json,
)
from casework.runner.folders import building, settle

__all__ = ["Entry", "Store", "default_root"]

ROOT_VARIABLE = "CASEWORK_CACHE"
OBJECTS, ENTRIES = "objects", "entries"
READ_ONLY = 0o444


def default_root() -> Path:
    """Return the folder of this user's cache; the environment variable `CASEWORK_CACHE` names another.

    Raises
    ------
    RunError
        The user has no home folder.
    """
    try:
        if named := os.environ.get(ROOT_VARIABLE, "").strip():
            return Path(named).expanduser().absolute()
        return _user_caches() / "casework"
    except RuntimeError:
        raise RunError(t("there is no place for a cache; name a folder with {name}", name=ROOT_VARIABLE)) from None


def _user_caches() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named
    return Path.home() / "AppData" / "Local" if os.name == "nt" else Path.home() / ".cache"


class Store:
    """Runs by their cache key.

    Parameters
    ----------
    root : Path
        Folder of the cache; made on the first `put`, for this user only.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "run").mkdir()
    >>> _ = (folder / "run" / "report.html").write_text("<p>")
    >>> store, about = Store(folder / "cache"), {"run_id": "a-1", "study": "kano", "parts": {}, "inputs": {}}
    >>> entry = store.put("0" * 64, folder / "run", **about, seconds=1.0, cpu=1.0, memory=0)
    >>> store.restore(store.find("0" * 64), folder / "copy"), (folder / "copy" / "report.html").read_text()
    (True, '<p>')
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def blob(self, digest: str) -> Path:
        """Return where the bytes with this SHA-256 lie."""
        return place_of(self.root, OBJECTS, digest)

    def place(self, key: str) -> Path:
        """Return where the entry with this key lies."""
        return place_of(self.root, ENTRIES, key, ".json")

    def read(self, key: str) -> Entry | None:
        """Return the entry as it was written, whatever became of its files and inputs; None where it is damaged."""
        if not is_sha256(key):
            return None
        path = self.place(key)
        content = read_json(path)
        try:
            return entry_from(content, key=key, used=path.stat().st_mtime)
        except OSError:
            return None

    def find(self, key: str, *, touch: bool = True) -> Entry | None:
        """Return the run with this key, if it can still be used.

        Parameters
        ----------
        key : str
            Cache key.
        touch : bool
            Mark it as used now.

        Returns
        -------
        Entry or None
            None too where the entry is damaged, one of its files has gone, or a further file that the run had opened
            is not what it was. The bytes of its files are checked by `restore`.
        """
        entry = self.read(key)
        if entry is None or not all(self.blob(digest).is_file() for digest in entry.blobs):
            return None
        if facts.changed(entry.inputs, self.root):
            return None
        if touch:
            with suppress(OSError):
                os.utime(self.place(key))
        return entry

    def put(
        self,
        key: str,
        folder: Path,
        *,
        run_id: str,
        study: str,
        parts: Mapping[str, Any],
        inputs: Mapping[str, str | None],
        seconds: float,
        cpu: float,
        memory: int,
    ) -> Entry | None:
        """Keep a run's folder.

        Parameters
        ----------
        key : str
            Cache key, a SHA-256 in hexadecimal.
        folder : Path
            The folder of a run that ended well; it is only read.
        run_id, study, parts, inputs, seconds, cpu, memory
            As in `Entry`.

        Returns
        -------
        Entry or None
            None where the run cannot be kept: the disk is full, the cache cannot be written, the folder holds a link
            or a name that could reach outside it elsewhere. Nothing half is left.

        Raises
        ------
        ValueError
            The key is no SHA-256.
        """
        if not is_sha256(key):
            raise ValueError("a cache key is a SHA-256 in hexadecimal")
        about = {"run_id": run_id, "study": study, "parts": dict(parts), "inputs": dict(inputs)}
        cost = {"seconds": seconds, "cpu": cpu, "memory": memory}
        added: list[Path] = []
        try:
            return self._put(key, folder, about | cost, added)
        except OSError:
            for path in added:
                remove(path)
            return None

    def _put(self, key: str, folder: Path, about: dict[str, Any], added: list[Path]) -> Entry | None:
        found = files_below(folder)
        if not found or not safe_names(found):
            return None
        kept = {name: self._keep(path, added) for name, path in sorted(found.items())}
        files = {name: digest for name, (digest, _) in kept.items()}
        size = sum(size for _, size in kept.values())
        entry = Entry(key=key, files=files, size=size, created=time.time(), used=time.time(), **about)
        write_json(self.root, self.place(key), entry.to_json())
        return entry

    def _keep(self, path: Path, added: list[Path]) -> tuple[str, int]:
        """Keep one file, and return its SHA-256 and size; what this adds is noted in `added`."""
        with open_regular(path) as source, scratch(self.root) as (new, target):
            digest, size = copy_hashed(source, target)
            target.close()
            place = self.blob(digest)
            if not _refresh(place, size):
                move(new, place, mode=READ_ONLY)
                added.append(place)
        return digest, size

    def restore(self, entry: Entry, place: Path) -> bool:
        """Copy a run to its place, whole or not at all; what stood there gives way.

        Parameters
        ----------
        entry : Entry
            What `find` gave.
        place : Path
            The run's folder to be. Its files can be changed without harm to the cache.

        Returns
        -------
        bool
            False where a file of the entry is missing or damaged; then the entry is dropped and `place` left alone.

        Raises
        ------
        OSError
            The place cannot be written or its disk is full; the entry is kept.
        """
        if not is_sound(entry):
            return False
        with building(place.parent, place.name) as folder:
            for name, digest in entry.files.items():
                if not self._copy(digest, folder / name):
                    self.remove(entry.key)
                    return False
            settle(folder, place)
        return True

    def _copy(self, digest: str, target: Path) -> bool:
        """Copy one file out, and say whether its bytes are the ones that were kept; damaged ones are removed."""
        try:
            source = open_regular(self.blob(digest))
        except OSError:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("xb") as file:
            try:
                found, _ = copy_hashed(source, file)
            except UnreadableError:
                found = ""
        if found != digest:
            remove(self.blob(digest))  # else the next `put` would take it for kept
        return found == digest

    def matches(self, entry: Entry, place: Path) -> bool:
        """Say whether a folder holds just the files of an entry, each with the same bytes."""
        try:
            files = files_below(place)
            return (
                files is not None
                and files.keys() == entry.files.keys()
                and all(_sha256(path) == entry.files[name] for name, path in files.items())
            )
        except OSError:
            return False

    def keys(self) -> Iterator[str]:
        """Give the keys of all entries, readable or not."""
        for path in (self.root / ENTRIES).glob("??/*.json"):
            if is_sha256(path.stem) and path == self.place(path.stem):
                yield path.stem

    def entries(self) -> Iterator[Entry]:
        """Give all entries that can be read, in no order, as they were written."""
        for key in self.keys():
            if entry := self.read(key):
                yield entry

    def blobs(self) -> Iterator[Path]:
        """Give the places of all bytes that are kept."""
        for path in (self.root / OBJECTS).glob("??/*"):
            if SHA256.fullmatch(path.name) and path == self.blob(path.name):
                yield path

    def remove(self, key: str) -> None:
        """Remove an entry; its bytes go when the cache is cleaned."""
        if is_sha256(key):
            remove(self.place(key))


def _refresh(place: Path, size: int) -> bool:
    """Say whether these bytes are kept already, and keep the cleaner from them."""
    try:
        if place.lstat().st_size != size or place.is_symlink():
            return False
        os.utime(place)
    except OSError:
        return False
    return True


def _sha256(path: Path) -> str:
    with open_regular(path) as file:
        return copy_hashed(file, None)[0]
