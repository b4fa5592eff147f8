"""The template process: loads everything once, then forks for whoever asks.

`python -m casework.runner.warm.template SOCKET IDLE` listens on a Unix socket that only its user can reach. It has one
thread, handles no run itself, and ends when nobody has asked for a while. Each fork owns the connection of its
client; the template keeps a second handle only to notice when the client is gone.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.runner.warm import child
from casework.runner.warm.wire import NEVER, Link, pack, receive_with_files, send_with_files

FIRST_MESSAGE_SECONDS = 2.0
FIRST_MESSAGE_LIMIT = 64 << 20
GRACE_SECONDS = 10.0
GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)

Body = Callable[[dict[str, Any], Link, list[int]], int]


@dataclass
class Child:
    """One fork: its number, the handle that tells its end, the handle that tells its client's end."""

    pid: int
    end: int
    client: int
    tell: bool = False  # send the exit code to the client
    kill_at: float = float("inf")


@dataclass
class Template:
    """The state of the loop."""

    listener: socket.socket
    bodies: dict[str, Body]
    idle: float
    started: float = field(default_factory=time.time)
    served: int = 0
    children: dict[int, Child] = field(default_factory=dict)
    clients: dict[int, Child] = field(default_factory=dict)
    last: float = field(default_factory=time.monotonic)
    stopping: bool = False

    def loop(self) -> None:
        """Serve until told to stop, or idle for too long."""
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        while not self.stopping:
            events = poll.poll(self._wait())
            for number, event in events:
                if number in self.children:
                    self._reap(poll, self.children[number])
                elif number in self.clients and event & GONE:
                    self._lose(poll, self.clients[number])
            self._kill_late()
            if any(number == self.listener.fileno() for number, _ in events):
                self._accept(poll)  # last: a new fork may get descriptors that other events were about
            if not self.children and time.monotonic() - self.last > self.idle:
                return

    def _wait(self) -> float:
        now = time.monotonic()
        times = [child.kill_at - now for child in self.children.values()]
        times.append(self.last + self.idle - now if not self.children else 60.0)
        return max(1.0, min(times) * 1000)

    def _accept(self, poll: select.poll) -> None:
        connection, _ = self.listener.accept()
        self.last = time.monotonic()
        connection.settimeout(FIRST_MESSAGE_SECONDS)
        files: list[int] = []
        try:
            if not _same_user(connection):
                return
            message, files = receive_with_files(connection, FIRST_MESSAGE_LIMIT)
            if message is not None:
                self._answer(poll, connection, message, files)
        except OSError:
            pass
        finally:
            connection.close()
            for number in files:
                os.close(number)

    def _answer(self, poll: select.poll, connection: socket.socket, message: dict[str, Any], files: list[int]) -> None:
        kind = str(message.get("kind"))
        if kind == "ping":
            send_with_files(connection, {"event": "pong", **self.stats()})
        elif kind in ("stop", "retire"):
            self.stopping = kind == "stop"
            self.idle = 0.0
            send_with_files(connection, {"event": "stopping"})
        elif kind in self.bodies:
            self._fork(poll, connection, message, files, self.bodies[kind])
        else:
            send_with_files(connection, {"event": "refused", "reason": f"unknown request {kind!r}"})

    def _fork(
        self, poll: select.poll, connection: socket.socket, message: dict[str, Any], files: list[int], body: Body
    ) -> None:
        connection.settimeout(None)
        inherited = [self.listener.fileno(), *self.children, *self.clients]

        def run() -> int:
            for number in inherited:
                os.close(number)
            self.listener.detach()
            child.own_group()
            child.reseed()
            return body(message, Link.of_socket(connection), files)

        pid = child.fork(run)
        self.served += 1
        made = Child(pid, os.pidfd_open(pid), os.dup(connection.fileno()), message["kind"] == "kernel")
        self.children[made.end] = self.clients[made.client] = made
        poll.register(made.end, select.POLLIN)
        poll.register(made.client, getattr(select, "POLLRDHUP", 0))

    def _reap(self, poll: select.poll, ended: Child) -> None:
        with suppress(ChildProcessError, OSError):
            code = os.waitstatus_to_exitcode(os.waitpid(ended.pid, 0)[1])
            if ended.tell:
                os.write(ended.client, pack({"event": "exit", "code": code}))
        poll.unregister(ended.end)
        with suppress(KeyError):
            poll.unregister(ended.client)
        del self.children[ended.end], self.clients[ended.client]
        os.close(ended.end)
        os.close(ended.client)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(ended.pid, signal.SIGKILL)
        self._end_orphans()
        self.last = time.monotonic()

    def _end_orphans(self) -> None:
        """End what an ended fork left behind: it became a child of the template."""
        child.end_orphans(but={item.pid for item in self.children.values()})

    def _lose(self, poll: select.poll, left: Child) -> None:
        """Ask a fork whose client is gone to end; a little later it is ended."""
        poll.unregister(left.client)
        left.kill_at = min(left.kill_at, time.monotonic() + GRACE_SECONDS)
        with suppress(ProcessLookupError):
            os.kill(left.pid, signal.SIGTERM)

    def _kill_late(self) -> None:
        now = time.monotonic()
        for late in [item for item in self.children.values() if item.kill_at <= now]:
            late.kill_at = float("inf")
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(late.pid, signal.SIGKILL)

    def stats(self) -> dict[str, Any]:
        """Return what is known of this template."""
        return {
            "pid": os.getpid(),
            "served": self.served,
            "running": len(self.children),
            "seconds": round(time.time() - self.started, 1),
        }


def _same_user(connection: socket.socket) -> bool:
    """Return whether the peer runs as the same user."""
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return bool(user == os.getuid())


def bodies() -> dict[str, Body]:
    """Return what the template can fork for."""
    from casework.core.grammar import load_jsonschema

    load_jsonschema()  # before anything that checks notebooks loads it with a grammar that takes seconds
    from casework.runner.confined.process import run_confined
    from casework.runner.warm.jobs import run_job
    from casework.runner.warm.keeper import run_cells
    from casework.runner.warm.kernel import run_kernel

    return {"job": run_job, "cells": run_cells, "kernel": run_kernel, "confined": run_confined}


def serve(path: Path, *, idle: float) -> int:
    """Load everything and serve requests at a socket until idle for too long.

    Parameters
    ----------
    path : Path
        Where the socket appears once everything is loaded.
    idle : float
        [s] without a request and without a fork at work, after which the template ends; above 0.

    Returns
    -------
    int
        0, or 3 where this process cannot be a template: a library started threads or configured itself for a run.
    """
    from casework.runner.hashing import package_sha256
    from casework.runner.warm.preload import preload, pristine, threads

    sources = package_sha256()
    gc.disable()  # nothing that is loaded here is garbage
    known = bodies()
    missing = preload()
    gc.enable()
    package_sha256.cache_clear()
    if package_sha256() != sources:
        sys.stderr.write("casework: its sources changed while they were loaded\n")
        return 3
    if threads() != 1:
        return _refuse(path, f"{threads()} threads after the imports")
    if not pristine():
        return _refuse(path, "the imports configured what belongs to a run")
    if missing:
        sys.stderr.write(f"casework: not loaded: {', '.join(missing)}\n")
    child.adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    beside = path.with_suffix(f".{os.getpid()}")
    listener.bind(str(beside))
    beside.chmod(0o600)
    listener.listen(64)
    beside.replace(path)
    inode = path.stat().st_ino
    try:
        Template(listener, known, idle).loop()
    finally:
        with suppress(OSError):
            if path.stat().st_ino == inode:
                path.unlink()
    return 0


def _refuse(path: Path, reason: str) -> int:
    """Leave a note that this environment has no template, so that not every run waits to learn it."""
    sys.stderr.write(f"casework: no warm starts: {reason}\n")
    with suppress(OSError):
        path.with_suffix(NEVER).write_text(reason, encoding="utf-8")
    return 3


def main() -> int:
    """Start from the command line."""
    if sys.path and sys.path[0] == os.getcwd():  # noqa: PTH109
        del sys.path[0]
    path, idle = Path(sys.argv[1]), float(sys.argv[2])
    sys.argv = ["ipykernel_launcher.py"]
    return serve(path, idle=idle)


if __name__ == "__main__":
    sys.exit(main())
