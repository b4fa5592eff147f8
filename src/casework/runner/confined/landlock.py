"""Which files a process may touch from now on: Landlock, the Linux kernel's own sandbox, which needs no privileges.

References
----------
Linux kernel documentation, "Landlock: unprivileged access control"; numbers from `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
ALL_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15  # truncate and device control too
READ = EXECUTE | READ_FILE | READ_DIR
NET_BIND, NET_CONNECT = 1 << 0, 1 << 1
SCOPE_SOCKETS, SCOPE_SIGNALS = 1 << 0, 1 << 1


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that the kernel has; 0 for none."""
    try:
        return max(0, _call(CREATE_RULESET, None, 0, VERSION))
    except (OSError, AttributeError):
        return 0


def restrict(*, read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Let this process, for good, read only beneath some paths and write only beneath others.

    Connections by TCP, and signals to processes outside, are refused too where the kernel can.

    Parameters
    ----------
    read, write : iterable of Path
        Folders or files; what is not there is left out. Beneath `write` everything is allowed.

    Returns
    -------
    bool
        Whether it holds: False where the kernel has no Landlock.

    Raises
    ------
    OSError
        The kernel refuses the rules.
    """
    found = version()
    if not found:
        return False
    handled = ALL_BY_VERSION[min(found, 5)]
    rules = _Ruleset(
        handled, NET_BIND | NET_CONNECT if found >= 4 else 0, SCOPE_SOCKETS | SCOPE_SIGNALS if found >= 6 else 0
    )
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    number = _call(CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        for paths, access in ((read, READ), (write, handled)):
            for path in paths:
                with suppress(FileNotFoundError, NotADirectoryError):
                    _allow(number, path, access & handled)
        _forbid_new_privileges()
        _call(RESTRICT_SELF, number, 0)
    finally:
        os.close(number)
    return True


def _allow(ruleset: int, path: Path, access: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            access &= ON_FILES
        _call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(_Beneath(access, handle)), 0)
    finally:
        os.close(handle)


def _forbid_new_privileges() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(38, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    result = int(library.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
