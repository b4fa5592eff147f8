"""Which files a notebook opens beyond those it declares: they are not part of a run's identity unless found."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.paths import DRAWN_VARIABLE

LIST_VARIABLE = "CASEWORK_OPENED"
OPENED = "opened.txt"
MOST = 1000
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

    @classmethod
    def start(cls, list_file: str | None = None) -> Watch:
        """Watch this process from now on; each path is also written to a file, where one is named."""
        number = os.open(list_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if list_file else None
        watch = cls(ignored=ignored_places(), temporary=f"{tempfile.gettempdir()}/", list_file=number)
        sys.addaudithook(watch.audit)
        return watch

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of the interpreter; whatever goes wrong here is no affair of who opens a file."""
        if event == "open":
            with suppress(Exception):
                path, mode, flags = arguments
                if isinstance(path, str | bytes | os.PathLike):
                    self.note(os.fsdecode(path), _writes(mode, flags))

    def note(self, path: str, writes: bool) -> None:
        """Note one opened path."""
        full = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118
        full, writes = _source_of(full), writes and "/__pycache__/" not in full
        if (full, writes) in self._seen or (full, True) in self._seen or len(self._seen) >= MOST:
            return
        if full.startswith(self.ignored) or full.endswith("/card.toml") or any(part in full for part in HIDDEN):
            return
        if os.path.isdir(full) or not (writes or os.path.isfile(full)):  # noqa: PTH112, PTH113
            return
        self._seen.add((full, writes))
        if writes and full.startswith(self.temporary):
            return
        (self.written if writes else self.read).append(full)
        if self.list_file is not None:
            os.write(self.list_file, f"{'w' if writes else 'r'} {full}\n".encode("utf-8", "surrogateescape"))


def ignored_places() -> tuple[str, ...]:
    """Return where files are opened that belong to the system, to Python or to casework itself."""
    package = str(Path(__file__).resolve().parents[1])
    libraries = {path for path in sysconfig.get_paths().values() if path}
    roots = {sys.prefix, sys.base_prefix} - {"/usr", "/"}
    drawn = {os.environ[DRAWN_VARIABLE]} if os.environ.get(DRAWN_VARIABLE) else set()
    return (*SYSTEM, *sorted(f"{path.rstrip('/')}/" for path in libraries | {package} | roots | drawn))


def read_list(path: Path) -> tuple[list[str], list[str]]:
    """Return the read and the written paths of a list file; nothing where there is none."""
    if not path.is_file():
        return [], []
    lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    return [line[2:] for line in lines if line[:2] == "r "], [line[2:] for line in lines if line[:2] == "w "]


def load_ipython_extension(shell: Any) -> None:
    """Watch a kernel; the environment names the list file."""
    list_file = os.environ.pop(LIST_VARIABLE, None)
    if list_file:
        Watch.start(list_file)


def _writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITING)


def _source_of(path: str) -> str:
    """Return the source of a compiled module, any other path as it is."""
    if "/__pycache__/" not in path:
        return path
    folder, _, name = path.rpartition("/__pycache__/")
    return f"{folder}/{name.split('.')[0]}.py"
