"""A fork of the template that does a whole job: it plans, keeps the process of the cells, gathers and reports."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papermill.iorw import write_ipynb

from casework.runner import job, supervise
from casework.runner.cells import LINK_ENGINE
from casework.runner.execution import OUTPUT, STOPS, Cancelled, execute_job, ignore_stops, timed_out
from casework.runner.supervise import Outcome, Progress
from casework.runner.warm import child
from casework.runner.warm.keeper import CellProcess, has_hung_up
from casework.runner.warm.wire import Link

GUARD_SECONDS = 10.0  # after the deadline; a cell that is seen to be late has been interrupted and killed by then


class AbandonedError(BaseException):
    """The client is gone: nothing is to be left behind."""


@dataclass
class ForkedCells:
    """The process of the cells; it was forked first, while nothing of the job had touched this process."""

    process: CellProcess
    link: Link

    @classmethod
    def fork(cls, other: Link) -> ForkedCells:
        """Fork it; it waits for its environment."""
        here, there = Link.pair()
        process = CellProcess.start(there, None, others=(here, other))
        there.close()
        return cls(process, here)

    def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        self.process.signal(signal.SIGINT)

    def end(self, *, asked: bool) -> None:
        """End the process with all it started."""
        if asked:
            self.process.finish()
        else:
            self.process.stop()

    def execute(
        self,
        folder: Path,
        *,
        parameters: Mapping[str, Any],
        cwd: Path,
        environment: Mapping[str, str],
        timeout: float | None,
        total: int,
        kernel: str = "python3",
        memory: int | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Execute a run's notebook here; see `supervise.execute`."""

        def say(**message: Any) -> None:
            if progress:
                progress(message["index"] + 1, total)

        log = str((folder / "log.txt").absolute())
        self.link.send(environment=dict(environment), cwd=str(cwd), memory=memory, log=log)
        held: list[Any] = []
        work = {"parameters": dict(parameters), "kernel": kernel, "cwd": None, "timeout": timeout}
        about: dict[str, Any] = {}
        with _working_in(folder), self._ended_after(timeout) as late:
            found = execute_job(
                work,
                say,
                engine=LINK_ENGINE,
                request_save_on_cell_execute=False,
                host=self,
                partial=OUTPUT,
                about=about,
                held=held,
            )
        if late.is_set():
            found = timed_out(timeout)
        if held and not about.get("plain"):
            write_ipynb(held.pop(), str(folder / OUTPUT))  # reading it again puts it into the form of a file
        used = self.process.used
        return Outcome(
            **found,
            engine="warm",
            opened=about.get("opened", {}),
            cpu=used.get("cpu"),
            memory=int(used["memory"]) if used else None,
            notebook=held[-1] if held else None,
        )

    @contextmanager
    def _ended_after(self, timeout: float | None) -> Iterator[threading.Event]:
        """Kill the process well after its deadline, should what it wrote to the link keep this one from seeing it."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.signal(signal.SIGKILL)

        guard = threading.Timer((timeout or 0) + GUARD_SECONDS, end)
        guard.daemon = True
        if timeout:
            guard.start()
        try:
            yield late
        finally:
            guard.cancel()


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Work in a run's folder, its log taking what is printed."""
    before = os.getcwd()  # noqa: PTH109
    kept = os.dup(1), os.dup(2)
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.chdir(folder)
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        yield
    finally:
        os.chdir(before)
        for number, target in zip(kept, (1, 2), strict=True):
            os.dup2(number, target)
            os.close(number)
        os.close(log)


def run_job(message: dict[str, Any], link: Link, files: list[int]) -> int:
    """Do a job for a client: answers go over the link, the first that it has begun; the job ends when the link does."""
    link.send(event="begun")
    child.given_streams(files)
    cells = ForkedCells.fork(link) if message.get("job") == "run" else None
    child.keep_memory()
    try:
        with _stoppable(link):
            child.become(message["environment"], message["cwd"])
            answer = job.do(message, link.send, cells.execute if cells else supervise.execute)
    except (AbandonedError, Cancelled):
        answer = {"event": "done", "status": "cancelled", "folder": None}
    finally:
        if cells:
            cells.end(asked=False)
    own = child.usage(resource.getrusage(resource.RUSAGE_SELF))
    with suppress(OSError):
        link.send(**answer, own=own)
    return 0


@contextmanager
def _stoppable(link: Link) -> Iterator[None]:
    """Let what is done within be stopped, by a signal or the client; when it is left, nothing is raised any more.

    A signal comes at any moment, also while this begins and ends: the caller's `try` is around all of it.
    """
    abandoned = threading.Event()
    try:
        for number in STOPS:
            signal.signal(number, lambda number, frame: _stop(abandoned, link))
        threading.Thread(target=_follow, args=(link, abandoned), daemon=True).start()
        yield
    finally:
        ignore_stops()


def _stop(abandoned: threading.Event, link: Link) -> None:
    """Stop the job once: a second signal (the template sends one too) must not disturb its cleaning up.

    The template may know of a client's end before the thread that follows the link does.
    """
    ignore_stops()
    raise AbandonedError if abandoned.is_set() or has_hung_up(link.reader) else Cancelled


def _follow(link: Link, abandoned: threading.Event) -> None:
    """Stop the job when its client says so, or is gone."""
    message = link.receive()
    if message is None:
        abandoned.set()
    os.kill(os.getpid(), signal.SIGTERM)
