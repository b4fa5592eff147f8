"""Confine this process: memory, CPU time, file sizes, files, calls of the kernel. It cannot be undone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casework.runner.confined import landlock, seccomp

SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/sys/devices/system/cpu",
)
DEVICES = ("/dev/null", "/dev/urandom", "/dev/random", "/dev/zero")
STATUS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a confined process may use.

    Attributes
    ----------
    cell_seconds : float
        [s] for one cell; then it is interrupted.
    seconds : float
        [s] for all of it; then it is ended.
    cpu_seconds : int
        [s] of CPU time.
    memory : int
        [bytes] more than it has at its start.
    file_size : int
        [bytes] of the largest file it may write.
    folder_size : int
        [bytes] of all files in its folder.
    output : int
        [bytes] that it may say.
    open_files : int
        How many at once.
    """

    cell_seconds: float = 20.0
    seconds: float = 120.0
    cpu_seconds: int = 90
    memory: int = 1 << 30
    file_size: int = 64 << 20
    folder_size: int = 256 << 20
    output: int = 8 << 20
    open_files: int = 256

    def to_json(self) -> dict[str, Any]:
        """Return them as data."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Confinement:
    """What holds of a confined process: by the kernel, or (elsewhere than on Linux) only by time and memory."""

    files: bool
    calls: bool
    resources: bool

    @property
    def whole(self) -> bool:
        """Whether everything holds."""
        return self.files and self.calls and self.resources


def confine(limits: Limits, *, folder: Path, readable: Iterable[Path] = ()) -> Confinement:
    """Confine this process for good.

    Parameters
    ----------
    limits : Limits
        What it may use.
    folder : Path
        The only folder that it may write to.
    readable : iterable of Path
        What it may read beside Python, its packages and the system's libraries.
    """
    resources = _resources(limits)
    interpreter = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), Path(os.__file__).parent}
    read = [*interpreter, *map(Path, (*SYSTEM, *STATUS)), *readable]
    files = landlock.restrict(read=read, write=[folder, *map(Path, DEVICES)])
    return Confinement(files=files, calls=seccomp.restrict(), resources=resources)


def _resources(limits: Limits) -> bool:
    try:
        import resource
    except ImportError:
        return False
    from casework.runner.warm.child import limit_memory

    limit_memory(limits.memory)
    for name, most in (
        ("RLIMIT_CPU", limits.cpu_seconds),
        ("RLIMIT_FSIZE", limits.file_size),
        ("RLIMIT_NOFILE", limits.open_files),
        ("RLIMIT_CORE", 0),
    ):
        with suppress(ValueError, OSError):
            _, hard = resource.getrlimit(getattr(resource, name))
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, name), (most, most))
    return True
