"""What every fork of the template does first and last."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES, LARGE_BYTES = 128 << 20, 32 << 20
SELDOM = 7_000  # new objects between two looks for garbage; usually 700
FAILED = 70


def fork(body: Callable[[], int], *, quiet: bool = False) -> int:
    """Fork; the child runs a function and ends with its code, whatever happens. Return the child's number."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = FAILED
    try:
        code = body()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException as error:
        import traceback

        with suppress(Exception):
            if not (quiet and isinstance(error, KeyboardInterrupt)):  # told to end while it waits
                traceback.print_exc()
    finally:
        leave(code)
    return 0


def leave(code: int) -> None:
    """End this process: what was registered for its end is done, then nothing else, quickly."""
    with suppress(BaseException):
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with suppress(BaseException):
            stream.flush()  # type: ignore[union-attr]
    os._exit(code & 0xFF)


def become(environment: Mapping[str, str], cwd: str) -> None:
    """Take over environment and working directory; the template's own language and caches of both are dropped."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    os.chdir(cwd)
    from casework.core import messages

    messages.set_language(None)


def own_group() -> None:
    """Lead a session of its own, with ordinary signals."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as Python starts


def reseed() -> None:
    """Give this fork random numbers of its own, as a fresh interpreter has."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def standard_streams(out: int, err: int) -> None:
    """Point the standard streams, in C and in Python, to open files; nothing can be read from the first."""
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((empty, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    os.close(empty)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="replace", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc] # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1
    )


def given_streams(files: Sequence[int]) -> None:
    """Point the standard streams to the two files that came with a request; without them, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    standard_streams(*(files if len(files) == 2 else (nowhere, nowhere)))
    os.close(nowhere)


def limit_memory(extra: int | None) -> None:
    """Let this process take so much more memory [bytes]; beyond it allocations fail instead of the machine."""
    if extra:
        most = _data_size() + extra
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _data_size() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[5]) * resource.getpagesize()


def keep_memory() -> None:
    """Let this process use memory again that it has used, instead of asking the system for each picture and array.

    What refers to itself is looked for less often: what was there before the fork does not count any more, so that the
    usual rule would look through everything else again and again.
    """
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def die_with_parent() -> None:
    """Be killed when the process that forked this one dies."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of what the children of this process leave behind, so that it can be ended."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Return the direct children of a process."""
    found: list[int] = []
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with suppress(OSError, IndexError, ValueError), open(f"/proc/{name}/stat", encoding="utf-8") as file:  # noqa: PTH123
                if int(file.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(name))
    return found


def end_orphans(but: Set[int] = frozenset()) -> None:
    """Kill and reap all children of this process but some, and theirs, until none is left."""
    while offspring := set(children(os.getpid())) - but:
        for pid in offspring:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in offspring:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def usage(used: Any) -> dict[str, float]:
    """Return CPU time [s] and peak memory [bytes] from a resource usage record."""
    scale = 1 if sys.platform == "darwin" else 1024
    return {"cpu": round(used.ru_utime + used.ru_stime, 3), "memory": int(used.ru_maxrss) * scale}
