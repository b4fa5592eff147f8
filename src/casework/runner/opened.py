"""Which files a notebook opens beyond those it declares: they are not part of a run's identity unless found.

Python tells what it opens itself, databases of SQLite among it, also in forks of the process; `arrow_files` tells what
pyarrow opens. What other libraries open in C and what other programs open is not seen.
"""

from __future__ import annotations

import atexit
import os
import sys
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from casework.core.paths import DRAWN_VARIABLE
from casework.runner import arrow_files

LIST_VARIABLE = "CASEWORK_OPENED"
OPENED = "opened.txt"
MOST = 10_000  # files that are told; a run that opens so many is not kept, as there may be more
WRITING = os.O_WRONLY | os.O_RDWR
SYSTEM = (
    "/proc/",
    "/sys/",
    "/dev/",
    "/etc/",
    "/usr/",
    "/lib/",
    "/lib64/",
    "/bin/",
    "/sbin/",
    "/run/",
    "/var/lib/",
    "/var/cache/",
)
HIDDEN = ("/.cache/", "/.config/", "/.ipython/", "/.jupyter/", "/.local/", "/fonts/", "/.matplotlib/", "/.fonts/")


@dataclass
class Watch:
    """Files that were opened, by an audit hook: absolute paths, each once.

    An audit hook cannot be removed: start one in processes that run one notebook only.
    """

    ignored: tuple[str, ...]
    temporary: str
    read: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    list_file: int | None = None
    _seen: set[tuple[str, bool]] = field(default_factory=set)
    _before: dict[str, list[tuple[int, int] | None]] = field(default_factory=dict)

    @classmethod
    def start(cls, list_file: str | None = None) -> Watch:
        """Watch this process and its forks from now on; each path is also written to a list, a file if it is named."""
        watch = cls(ignored_places(), f"{tempfile.gettempdir()}/", list_file=_list(list_file))
        sys.addaudithook(watch.audit)
        arrow_files.watch(watch.note)
        return watch

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of the interpreter; whatever goes wrong here is no affair of who opens a file."""
        if event in ("open", "sqlite3.connect"):
            with suppress(Exception):
                path, *how = arguments
                if isinstance(path, str | bytes | os.PathLike):
                    name = os.fsdecode(path)
                    self.note(name, _writes(*how)) if event == "open" else self.note_database(name)

    def note_database(self, name: str) -> None:
        """Note a file of SQLite by what it is opened with; one that is not there yet is made by this."""
        path, only_read = _database(name)
        if path:
            full = _full(path)
            self.note(full, not (only_read or os.path.isfile(full)))  # noqa: PTH113

    def settle(self) -> None:
        """Note as written what was changed since it was read, by this process or another: a database, or a file."""
        for path, before in list(self._before.items()):
            if _state(path) != before:
                self.note(path, True)

    def found(self) -> dict[str, list[str]]:
        """Return what was read and what was written, here and in forks of this process."""
        self.settle()
        listed = b""
        if self.list_file is not None:
            with suppress(OSError):  # a cell may have closed it
                listed = os.pread(self.list_file, os.fstat(self.list_file).st_size, 0)
        read, written = _split(listed)
        return {"read": _once([*self.read, *read]), "written": _once([*self.written, *written])}

    @property
    def is_full(self) -> bool:
        """Whether no more files are told."""
        return len(self.read) + len(self.written) >= MOST

    def note(self, path: str, writes: bool) -> None:
        """Note one opened path."""
        full = _full(path)
        full, writes = _source_of(full), writes and "/__pycache__/" not in full
        if (full, writes) in self._seen or (full, True) in self._seen or self.is_full:
            return
        if full.startswith(self.ignored) or full.endswith("/card.toml") or any(part in full for part in HIDDEN):
            return
        if os.path.isdir(full) or not (writes or os.path.isfile(full)):  # noqa: PTH112, PTH113
            return
        self._seen.add((full, writes))
        if writes and full.startswith(self.temporary):
            return
        if not writes:
            self._before[full] = _state(full)
        (self.written if writes else self.read).append(full)
        if self.list_file is not None:
            os.write(self.list_file, f"{'w' if writes else 'r'} {full}\0".encode("utf-8", "surrogateescape"))


def ignored_places() -> tuple[str, ...]:
    """Return where files are opened that belong to the system, to Python or to casework itself."""
    package = str(Path(__file__).resolve().parents[1])
    libraries = {path for path in sysconfig.get_paths().values() if path}
    roots = {sys.prefix, sys.base_prefix} - {"/usr", "/"}
    named = {os.environ[name] for name in (DRAWN_VARIABLE, "IPYTHONDIR") if os.environ.get(name)}
    return (*SYSTEM, *sorted(f"{path.rstrip('/')}/" for path in libraries | {package} | roots | named))


def read_list(path: Path) -> tuple[list[str], list[str]]:
    """Return the read and the written paths of a list file; nothing where there is none."""
    return _split(path.read_bytes()) if path.is_file() else ([], [])


def _split(listed: bytes) -> tuple[list[str], list[str]]:
    lines = listed.decode("utf-8", "surrogateescape").split("\0")
    read, written = ([line[2:] for line in lines if line[:2] == kind] for kind in ("r ", "w "))
    return _once(read), _once(written)


def _once(paths: list[str]) -> list[str]:
    return list(dict.fromkeys(paths))


def _list(path: str | None) -> int | None:
    """Open the list, to which forks write as well: a file, or memory where none is named and the system has it."""
    if path:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.memfd_create("opened") if hasattr(os, "memfd_create") else None


def load_ipython_extension(shell: Any) -> None:
    """Watch a kernel; the environment names the list file."""
    list_file = os.environ.pop(LIST_VARIABLE, None)
    if list_file:
        atexit.register(Watch.start(list_file).settle)


def _writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITING)


def _full(path: str) -> str:
    return os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118


def _database(name: str) -> tuple[str, bool]:
    """Return the file that SQLite opens by a name or an address, if any, and whether it is only read."""
    if not name.startswith("file:"):
        return ("" if name == ":memory:" else name), False
    path, _, query = name.removeprefix("file:").partition("#")[0].partition("?")
    asked = parse_qs(query)
    if "memory" in asked.get("mode", ()) or path == ":memory:":
        return "", False
    _, slash, rest = path.removeprefix("//").partition("/") if path.startswith("//") else ("", "", path)
    return unquote(slash + rest), "ro" in asked.get("mode", ()) or "1" in asked.get("immutable", ())


def _state(path: str) -> list[tuple[int, int] | None]:
    """Return time and size of a file and, for a database, of the log beside it; to read it may make an empty log."""
    file, log = _stamp(path), _stamp(f"{path}-wal")
    return [file, log if log and log[1] else None]


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        about = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def _source_of(path: str) -> str:
    """Return the source of a compiled module, any other path as it is."""
    if "/__pycache__/" not in path:
        return path
    folder, _, name = path.rpartition("/__pycache__/")
    return f"{folder}/{name.split('.')[0]}.py"
