"""The time that a process has had for itself: what it waits for a busy machine does not count."""

from __future__ import annotations

import time
from pathlib import Path

PATIENCE = 15.0  # times as long by the clock on the wall, whatever it waited for


class OwnTime:
    """Seconds that a process ran or slept since it is watched, without those in which it was ready and had no core.

    A limit on this time means the same on a quiet machine and on one that grades four at once. Where the system does
    not tell (elsewhere than on Linux) it is the time on the wall.

    Parameters
    ----------
    pid : int
        The process; the time is that of its main thread.

    References
    ----------
    Linux kernel documentation, *Scheduler statistics*: `/proc/<pid>/schedstat`, second field [ns].
    """

    def __init__(self, pid: int) -> None:
        self._path = Path("/proc") / str(pid) / "schedstat"
        self._begun = time.monotonic()
        self._before = self._waiting()
        self._waited = 0.0

    def now(self) -> float:
        """Return the seconds; never less than before."""
        passed = time.monotonic() - self._begun
        self._waited = max(self._waited, self._waiting() - self._before)
        return max(passed - self._waited, passed / PATIENCE)

    def _waiting(self) -> float:
        """Return how long the process had to wait for a core [s]; of a process that ended, nothing more."""
        try:
            return int(self._path.read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0
