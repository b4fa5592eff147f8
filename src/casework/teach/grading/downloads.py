"""Read what a learning platform gives: a zip or a folder of hand-ins, without trust; no name in it is ever a path here.

A zip in a zip is looked into once. Notebooks are read, of other files only the names are told.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.teach.grading.submission import LARGEST

MOST_ENTRIES = 50_000
MOST_BYTES = 2 << 30  # of all notebooks and inner zips together, unpacked
LARGEST_INNER = 128 << 20
NOISE = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini", ".ipynb_checkpoints", "variant.json", ".git")
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
LINK_MODE, MODE_MASK = 0o120000, 0o170000
Moment = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file that was handed in.

    Attributes
    ----------
    name : str
        Its place in the download, for people and for matching.
    data : bytes or None
        What a notebook holds; None for other files and where there is a problem.
    moment : tuple of int
        When it was last changed: year, month, day, hour, minute, second.
    problem : str
        Why it cannot be taken; empty where it can.
    """

    name: str
    data: bytes | None = field(default=None, repr=False)
    moment: Moment = ()
    problem: str = ""


class _Room:
    """How much may still be read of one download."""

    def __init__(self, where: str) -> None:
        self.where, self.entries, self.left = where, MOST_ENTRIES, MOST_BYTES

    def count(self) -> None:
        self.entries -= 1
        if self.entries < 0:
            raise DataError(Problem(self.where, t("it holds more than {n} files", n=MOST_ENTRIES)))

    def take(self, file: IO[bytes], most: int) -> bytes | None:
        """Return what a file holds; None where it is more than may be, whatever was said of its size."""
        data = file.read(most + 1)
        self.left -= len(data)
        if self.left < 0:
            raise DataError(
                Problem(self.where, t("it holds more than {n} GiB when it is unpacked", n=MOST_BYTES >> 30))
            )
        return None if len(data) > most else data


def read_downloads(source: str | Path) -> Iterator[Entry]:
    """Yield the files of a download, those that every system leaves behind left out.

    Parameters
    ----------
    source : path
        A zip, or a folder.

    Raises
    ------
    DataError
        It is not there, is neither, or holds more than anybody hands in.
    """
    path = Path(source)
    if path.is_dir():
        return _of_folder(path, _Room(str(path)))
    if not path.is_file():
        raise DataError(Problem(str(path), t("no such file or folder"), t("a zip, or a folder")))
    if not zipfile.is_zipfile(path):
        said = t("this is not a zip; rar, 7z and tar files are to be unpacked first")
        raise DataError(Problem(str(path), said, t("a zip, or a folder")))
    return _of_zip(path, "", _Room(str(path)))


def _of_folder(base: Path, room: _Room) -> Iterator[Entry]:
    for folder, folders, names in os.walk(base):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            inside = path.relative_to(base).as_posix()
            if _is_noise(inside):
                continue
            room.count()
            if path.is_symlink() or not path.is_file():
                yield Entry(name=inside, problem=t("it is a link"))
                continue
            moment = tuple(time.localtime(path.stat().st_mtime)[:6])
            with path.open("rb") as file:
                yield from _entries(inside, file, moment, room, deep=False)


def _of_zip(file: Path | IO[bytes], above: str, room: _Room) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if not info.is_dir() and not _is_noise(name := above + _name(info)):
                    room.count()
                    yield from _of_info(archive, info, name, room, deep=bool(above))
    except DataError:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield Entry(name=above.rstrip("/") or t("the zip"), problem=t("it cannot be unpacked"))


def _of_info(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, room: _Room, *, deep: bool) -> Iterator[Entry]:
    problem = _refused(info, name)
    if problem:
        yield Entry(name=name, problem=problem)
        return
    try:
        with archive.open(info) as file:
            yield from _entries(name, file, info.date_time, room, deep=deep)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        yield Entry(name=name, problem=t("it cannot be unpacked"))


def _refused(info: zipfile.ZipInfo, name: str) -> str:
    """Return why an entry is not even opened."""
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/") or ":" in parts[0]:
        return t("its path leads out of the download")
    if (info.external_attr >> 16) & MODE_MASK == LINK_MODE:
        return t("it is a link")
    return t("it has a password") if info.flag_bits & ENCRYPTED_FLAG else ""


def _entries(name: str, file: IO[bytes], moment: Moment, room: _Room, *, deep: bool) -> Iterator[Entry]:
    """Yield one file, or what is in it where it is a zip of the outer level."""
    ending = PurePosixPath(name).suffix.lower()
    if ending == ".zip" and not deep:
        data = room.take(file, LARGEST_INNER)
        if data is None:
            yield Entry(name=name, problem=t("the file is larger than {n} MiB", n=LARGEST_INNER >> 20))
        else:
            yield from _of_zip(io.BytesIO(data), f"{name}/", room)
    elif ending == ".ipynb":
        data = room.take(file, LARGEST)
        problem = t("the file is larger than {n} MiB", n=LARGEST >> 20) if data is None else ""
        yield Entry(name=name, data=data, moment=moment, problem=problem)
    else:
        yield Entry(name=name, moment=moment)


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry; those that do not say how they are written are UTF-8 or GB18030, if they can be."""
    name = info.orig_filename
    if not info.flag_bits & UTF8_FLAG:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.orig_filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/").partition("\x00")[0]


def _is_noise(name: str) -> bool:
    parts = PurePosixPath(name.casefold()).parts
    return not parts or any(part in NOISE for part in parts) or parts[-1].startswith("._")
