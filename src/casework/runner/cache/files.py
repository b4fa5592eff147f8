"""Single steps on the files of the cache: whole writes, reads that follow no link, names that stay inside."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

CHUNK = 1 << 20
JSON_LIMIT = 16 << 20  # [bytes]; a larger one is none of ours
SHA256 = re.compile(r"[0-9a-f]{64}")
SCRATCH = "tmp"
SCRATCH_PATTERN = "casework-*.part"
READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def is_sha256(text: object) -> bool:
    """Say whether this is a SHA-256 in lower-case hexadecimal."""
    return isinstance(text, str) and SHA256.fullmatch(text) is not None


def safe_names(names: Iterable[str]) -> bool:
    """Say whether names of files stay inside the folder they are written to, on any system.

    Parameters
    ----------
    names : iterable of str
        Relative paths with `/` between their parts.

    Examples
    --------
    >>> safe_names(["report.html", "tables/a.csv"]), safe_names(["../a"]), safe_names(["a", "a/b"])
    (True, False, False)
    """
    split = [tuple(name.split("/")) for name in names]
    whole = set(split)
    if any(parts[:n] in whole for parts in split for n in range(1, len(parts))):
        return False
    return all(_safe(part) for parts in split for part in parts)


def _safe(part: str) -> bool:
    return part not in ("", ".", "..") and not any(sign in "\\:" or sign < " " for sign in part)


def place_of(root: Path, kind: str, digest: str, ending: str = "") -> Path:
    """Return where something lies in the cache: `kind/ab/abcd...`."""
    return root / kind / digest[:2] / f"{digest}{ending}"


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; a link, pipe or device is refused.

    Raises
    ------
    OSError
        It is not there, not readable, or no regular file.
    """
    descriptor = os.open(path, READ_FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb")


class UnreadableError(OSError):
    """Reading failed, not writing."""


def copy_hashed(source: BinaryIO, target: BinaryIO | None) -> tuple[str, int]:
    """Copy a file (or only read it), and return its SHA-256 and size [bytes].

    Raises
    ------
    UnreadableError
        The source cannot be read to its end.
    OSError
        The target cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    while chunk := _read(source):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(CHUNK)
    except OSError as error:
        raise UnreadableError(error.errno, error.strerror) from error


@contextmanager
def scratch(root: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a new private file in the cache to write to; whoever moves it away keeps it."""
    folder = root / SCRATCH
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    path = folder / SCRATCH_PATTERN.replace("*", f"{os.getpid()}-{os.urandom(8).hex()}")
    try:
        with os.fdopen(os.open(path, WRITE_FLAGS, 0o600), "wb") as file:
            yield path, file
    finally:
        remove(path)


def move(path: Path, place: Path, *, mode: int) -> None:
    """Move a finished file to its place, which it takes whole."""
    path.chmod(mode)
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)


def read_json(path: Path) -> Any:
    """Return the content of a JSON file, or None where there is none that can be read."""
    try:
        with open_regular(path) as file:
            raw = file.read(JSON_LIMIT + 1)
        return json.loads(raw) if len(raw) <= JSON_LIMIT else None
    except (OSError, ValueError, RecursionError):
        return None


def write_json(root: Path, place: Path, value: Any) -> None:
    """Write a JSON file whole.

    Raises
    ------
    OSError
        The disk is full or the cache cannot be written.
    """
    with scratch(root) as (path, file):
        file.write(json.dumps(value, ensure_ascii=True).encode("ascii"))
        file.close()
        move(path, place, mode=0o600)


def remove(path: Path) -> bool:
    """Remove a file, and say whether it is gone by this."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except PermissionError:
        return os.name == "nt" and _remove_read_only(path)
    except OSError:
        return False
    return True


def _remove_read_only(path: Path) -> bool:
    try:
        path.chmod(0o600)
        path.unlink()
    except OSError:
        return False
    return True


def files_below(folder: Path) -> dict[str, Path] | None:
    """Return all files of a folder by their relative names; None where one is a link or no regular file.

    Raises
    ------
    OSError
        The folder is not there or cannot be read.
    """
    found: dict[str, Path] = {}
    waiting = [(folder, "")]
    while waiting:
        current, prefix = waiting.pop()
        with os.scandir(current) as items:
            for item in items:
                name = prefix + item.name
                if item.is_dir(follow_symlinks=False):
                    waiting.append((Path(item.path), f"{name}/"))
                elif item.is_file(follow_symlinks=False):
                    found[name] = Path(item.path)
                else:
                    return None
    return found
