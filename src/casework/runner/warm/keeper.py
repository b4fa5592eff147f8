"""Keep one cell process: start it, end it with all it started, and say how it ended."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from casework.runner.warm import child
from casework.runner.warm.wire import Link, readable

INTERRUPT_SECONDS = 2.0
FINISH_SECONDS = 10.0
POLL_SECONDS = 0.5


@dataclass
class CellProcess:
    """A forked process that executes cells, seen from the process that forked it."""

    pid: int
    code: int | None = None
    used: dict[str, float] = field(default_factory=dict)

    @classmethod
    def start(cls, link: Link, setup: dict[str, Any] | None, others: tuple[Link, ...] = ()) -> CellProcess:
        """Fork it; without a setup it waits for one as its first message."""

        def body() -> int:
            child.own_group()
            child.die_with_parent()
            child.reseed()
            for other in others:
                other.close()
            from casework.runner.warm.shell import run_shell

            first = setup or link.receive()
            return run_shell(link, first) if first else 1

        child.adopt_orphans()
        return cls(child.fork(body, quiet=True))

    def poll(self, seconds: float = 0.0) -> bool:
        """Wait so long for its end; return whether it has ended, and reap it."""
        if self.code is None:
            handle = os.pidfd_open(self.pid)
            try:
                if readable(handle, seconds):
                    self._reap()
            finally:
                os.close(handle)
        return self.code is not None

    def _reap(self) -> None:
        _, status, used = os.wait4(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        self.used = child.usage(used)

    def stop(self, *, interrupt: bool = True) -> None:
        """End it: an interrupt first, then its whole group is killed, and what it left behind."""
        if interrupt and not self.poll():
            self.signal(signal.SIGINT)
            self.poll(INTERRUPT_SECONDS)
        if not self.poll():
            self.signal(signal.SIGKILL)
            self.poll(FINISH_SECONDS)
        self.clear()

    def finish(self) -> None:
        """Wait for an end that was asked for; what does not end in time is killed."""
        if not self.poll(FINISH_SECONDS):
            self.stop(interrupt=False)
        self.clear()

    def clear(self) -> None:
        """End what it left behind."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        child.end_orphans()

    def signal(self, number: int) -> None:
        """Send a signal to its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def run_cells(message: dict[str, Any], link: Link, files: list[int]) -> int:
    """Serve cells to a client elsewhere: the client talks to the cell process itself, this process keeps it."""
    child.given_streams(files)
    setup = {name: message.get(name) for name in ("environment", "cwd", "memory")}
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    process = CellProcess.start(link, setup)
    link.send(event="started", pid=process.pid)
    while not process.poll(POLL_SECONDS):
        if stopped or has_hung_up(link.reader):
            process.stop()
    process.clear()
    with suppress(OSError):
        link.send(event="exit", code=process.code, **process.used)
    return 0


def has_hung_up(number: int) -> bool:
    """Return whether the other end of a socket is closed; what it sent before is left to read."""
    poll = select.poll()
    poll.register(number, getattr(select, "POLLRDHUP", 0))
    return bool(poll.poll(0))
