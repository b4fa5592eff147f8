"""Small facts that are cheap to keep and dear to find again, first of all the hashes of large files."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from casework.runner.cache.files import is_sha256, place_of, read_json, write_json
from casework.runner.hashing import sha256_file, sha256_text

FACTS = "facts"
INDEXED_FROM = 1 << 20  # [bytes]; hashing less costs no more than looking it up
RACY = 2.0  # [s]; the clocks of some file systems do not tell shorter times apart


def get(root: Path, key: str) -> dict[str, Any] | None:
    """Return what was kept under a key, or None.

    Parameters
    ----------
    root : Path
        Folder of the cache.
    key : str
        Any text.
    """
    found = read_json(_place(root, key))
    return found if isinstance(found, dict) else None


def put(root: Path, key: str, fact: Mapping[str, Any]) -> None:
    """Keep a fact of plain JSON; where the cache cannot be written nothing is kept."""
    with suppress(OSError):
        write_json(root, _place(root, key), dict(fact))


def _place(root: Path, key: str) -> Path:
    return place_of(root, FACTS, sha256_text(ascii(key)), ".json")


def file_sha256(path: Path, root: Path) -> str:
    """Return the SHA-256 of a file; of a large one that did not change, from what is known of it.

    A file counts as unchanged while its path, size, inode and both its times are the same. One that was changed in
    the last two seconds is always read: it could change again without a new time.

    Parameters
    ----------
    path : Path
        The file.
    root : Path
        Folder of the cache.

    Raises
    ------
    OSError
        It is not there, not readable, or no regular file.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "x").write_bytes(b"abc")
    >>> file_sha256(folder / "x", folder / "cache")[:8]
    'ba7816bf'
    """
    before = path.stat()
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if before.st_size <= INDEXED_FROM or time.time() - max(before.st_mtime, before.st_ctime) < RACY:
        return sha256_file(path)
    key = _identity(path, before)
    known = (get(root, key) or {}).get("sha256")
    if is_sha256(known):
        return str(known)
    digest = sha256_file(path)
    if _identity(path, path.stat()) == key:
        put(root, key, {"sha256": digest})
    return digest


def _identity(path: Path, about: os.stat_result) -> str:
    numbers = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    return f"file {numbers} {path.absolute()}"


def current(path: str, root: Path) -> str | None:
    """Return the SHA-256 that a file has now, or None where there is no such file."""
    try:
        return file_sha256(Path(path), root)
    except (OSError, ValueError):
        return None


def changed(inputs: Mapping[str, str | None], root: Path) -> list[str]:
    """Return the paths of those files that are not what they were."""
    return [path for path, then in inputs.items() if current(path, root) != then]
