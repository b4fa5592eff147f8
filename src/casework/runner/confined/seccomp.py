"""Which calls of the kernel a process may make from now on: a seccomp filter, written by hand for two architectures.

Refused are new processes (threads stay possible), sockets, signals to others, looking into other processes, and what
only an administrator needs. Modes and times of files stay as they are without a word. A refused call fails with
"not permitted"; nothing is killed.

References
----------
Linux manual pages seccomp(2), bpf(4) (classic BPF), syscalls(2); numbers from the kernel's tables of system calls.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from dataclasses import dataclass

SECCOMP_MODE_FILTER, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 2, 22, 38
LOAD, JUMP_EQUAL, JUMP_SET, JUMP_AT_LEAST, GIVE = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM, ENOSYS = 1, 38
NUMBER, ARCHITECTURE, FIRST_LOW = 0, 4, 16  # offsets in what the filter sees
CLONE_THREAD = 0x00010000
X32 = 0x40000000


@dataclass(frozen=True)
class Table:
    """An architecture's mark and the numbers of its calls."""

    mark: int
    clone: int
    clone3: int
    signals: tuple[int, ...]  # to one process: allowed to oneself
    refused: tuple[int, ...]
    ignored: tuple[int, ...]  # modes and times of files: nothing is done, and the caller goes on


TABLES = {
    "x86_64": Table(
        mark=0xC000003E,
        clone=56,
        clone3=435,
        signals=(62, 234),  # kill, tgkill
        ignored=(90, 91, 268, 452, 132, 235, 261, 280),  # chmod and kin, utime and kin
        refused=(
            # socket, fork, vfork, ptrace, tkill; chown, fchown, lchown, fchownat
            41, 57, 58, 101, 200, 92, 93, 94, 260,
            # setxattr, removexattr and kin
            188, 189, 190, 197, 198, 199,
            # syslog, acct, settings of the clock, mount, umount2, swapon, swapoff, reboot
            103, 163, 164, 227, 159, 305, 165, 166, 167, 168, 169,
            # sethostname, setdomainname, iopl, ioperm, modules, kexec, quotactl, chroot, pivot_root
            170, 171, 172, 173, 175, 176, 313, 246, 320, 179, 161, 155,
            # keys, unshare, setns, perf_event_open, process_vm_readv and writev, kcmp, bpf, userfaultfd
            248, 249, 250, 272, 308, 298, 310, 311, 312, 321, 323,
            # signals by queue and by handle, io_uring, new ways to mount, setpriority, setrlimit, prlimit
            129, 297, 424, 438, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 141, 160, 302,
        ),
    ),
    "aarch64": Table(
        mark=0xC00000B7,
        clone=220,
        clone3=435,
        signals=(129, 131),
        ignored=(52, 53, 452, 88),
        refused=(
            198, 117, 130, 54, 55,
            5, 6, 7, 14, 15, 16,
            116, 89, 170, 112, 171, 266, 40, 39, 224, 225, 142,
            161, 162, 105, 106, 273, 104, 294, 60, 51, 41,
            217, 218, 219, 97, 268, 241, 270, 271, 272, 280, 282,
            138, 240, 424, 438, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 140, 164, 261,
        ),
    ),
}  # fmt: skip


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def available() -> bool:
    """Return whether this system has the filter and its numbers are known here."""
    return sys.platform.startswith("linux") and platform.machine() in TABLES


def program(table: Table, own: int) -> list[tuple[int, int, int, int]]:
    """Return the filter as classic BPF: operation, jump if so, jump if not, value.

    Parameters
    ----------
    table : Table
        The architecture.
    own : int
        Number of this process, which may signal itself.
    """
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, table.mark),
        (GIVE, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    if table.mark == TABLES["x86_64"].mark:
        steps += [(JUMP_AT_LEAST, 0, 1, X32), (GIVE, 0, 0, ERROR | EPERM)]
    steps += [(JUMP_EQUAL, 0, 1, table.clone3), (GIVE, 0, 0, ERROR | ENOSYS)]  # the C library then uses clone
    steps += [
        (JUMP_EQUAL, 0, 4, table.clone),
        (LOAD, 0, 0, FIRST_LOW),
        (JUMP_SET, 0, 1, CLONE_THREAD),
        (GIVE, 0, 0, ALLOW),
        (GIVE, 0, 0, ERROR | EPERM),
    ]
    for number in table.signals:
        steps += [
            (JUMP_EQUAL, 0, 4, number),
            (LOAD, 0, 0, FIRST_LOW),
            (JUMP_EQUAL, 0, 1, own),
            (GIVE, 0, 0, ALLOW),
            (GIVE, 0, 0, ERROR | EPERM),
        ]
    for number in table.ignored:
        steps += [(JUMP_EQUAL, 0, 1, number), (GIVE, 0, 0, ERROR)]
    for number in table.refused:
        steps += [(JUMP_EQUAL, 0, 1, number), (GIVE, 0, 0, ERROR | EPERM)]
    return [*steps, (GIVE, 0, 0, ALLOW)]


def restrict() -> bool:
    """Put the filter on this process, for good.

    Returns
    -------
    bool
        Whether it holds: False where it is not available.

    Raises
    ------
    OSError
        The kernel refuses it.
    """
    if not available():
        return False
    steps = program(TABLES[platform.machine()], os.getpid())
    made = (_Step * len(steps))(*(_Step(*step) for step in steps))
    whole = _Program(len(steps), made)
    library = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(whole), 0, 0),
    ):
        if library.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")
    return True
