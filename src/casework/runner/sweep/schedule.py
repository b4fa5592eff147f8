"""Do many jobs at once: a bounded number of workers, longest first, a deadline for each, none stops the others."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from casework.runner.engines import Engine, NormalEngine
from casework.runner.warm.client import UnavailableError, tell_once
from casework.runner.warm.wire import Link

ATTEMPTS = 2
GRACE_SECONDS = 60.0
CANCEL_SECONDS = 20.0
TICK_SECONDS = 0.2


@dataclass
class Task:
    """One job of a sweep.

    Attributes
    ----------
    index : int
        Place in the order of the cases.
    message : dict
        The job.
    expected : float, optional
        Expected time [s].
    timeout : float, optional
        Deadline of the run itself [s].
    """

    index: int
    message: dict[str, Any]
    expected: float | None = None
    timeout: float | None = None
    attempts: int = 0


Done = Callable[[Task, dict[str, Any] | None], None]
Tick = Callable[[], None]


@dataclass
class Scheduler:
    """Workers that take tasks from one list; the thread that calls `run` hears of each that is done."""

    engine: Engine
    workers: int
    waiting: list[Task] = field(default_factory=list)
    running: dict[int, tuple[Engine, Link]] = field(default_factory=dict)
    answers: queue.Queue[tuple[Task, dict[str, Any] | None, str]] = field(default_factory=queue.Queue)
    stopping: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fallback: NormalEngine | None = None

    def run(self, tasks: Sequence[Task], done: Done, tick: Tick) -> None:
        """Do all tasks; `done` hears each answer (None where a process vanished twice).

        Raises
        ------
        KeyboardInterrupt
            The user stopped it: what ran was cancelled, and everything has ended.
        """
        self.waiting = sorted(tasks, key=lambda task: -(task.expected or 0.0))
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(min(self.workers, len(tasks)))]
        for thread in threads:
            thread.start()
        try:
            self._listen(len(tasks), done, tick)
        except BaseException:
            self._cancel(threads)
            raise
        finally:
            for engine in (self.engine, self._fallback):
                if isinstance(engine, NormalEngine):
                    engine.shutdown()

    def _listen(self, count: int, done: Done, tick: Tick) -> None:
        while count:
            try:
                task, answer, problem = self.answers.get(timeout=TICK_SECONDS)
            except queue.Empty:
                tick()
                continue
            count -= 1
            done(task, answer if answer is not None or not problem else _failure(problem))

    def _cancel(self, threads: Sequence[threading.Thread]) -> None:
        """Stop what runs, and wait until it has ended."""
        with self._lock:
            self.stopping = True
            self.waiting.clear()
            for engine, link in self.running.values():
                _stop(engine, link)
        until = time.monotonic() + CANCEL_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _next(self) -> Task | None:
        with self._lock:
            return self.waiting.pop(0) if self.waiting and not self.stopping else None

    def _work(self) -> None:
        while (task := self._next()) is not None:
            task.attempts += 1
            answer, problem = None, ""
            try:
                answer = self._do(task)
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
            if answer is None and not problem and task.attempts < ATTEMPTS and not self.stopping:
                with self._lock:
                    self.waiting.insert(0, task)
                continue
            self.answers.put((task, answer, problem))

    def _do(self, task: Task) -> dict[str, Any] | None:
        engine, link = self._open(task)
        ended = False
        with self._lock:
            self.running[id(task)] = engine, link
            if self.stopping:
                _stop(engine, link)
        try:
            answer = self._await(link, task)
            ended = answer is not None and answer["event"] != "late"
            return answer
        finally:
            with self._lock:
                del self.running[id(task)]
            engine.close(link, ended=ended)

    def _open(self, task: Task) -> tuple[Engine, Link]:
        if self._fallback is None:
            try:
                return self.engine, self.engine.open(task.message)
            except UnavailableError as error:
                tell_once(str(error))
                with self._lock:
                    self._fallback = self._fallback or NormalEngine()
        return self._fallback, self._fallback.open(task.message)

    def _await(self, link: Link, task: Task) -> dict[str, Any] | None:
        until = time.monotonic() + task.timeout + GRACE_SECONDS if task.timeout else None
        while True:
            if not link.wait(None if until is None else max(0.0, until - time.monotonic())):
                return {"event": "late", "status": "timeout", "folder": None}
            message = link.receive()
            if message is None or message["event"] in ("done", "error"):
                return message


def _stop(engine: Engine, link: Link) -> None:
    """Ask a job to stop; it answers when it has. One in a process of its own hears signals only."""
    with suppress(OSError, KeyError):
        if isinstance(engine, NormalEngine):
            engine.busy[link].terminate()
        else:
            link.send(kind="cancel")


def _failure(problem: str) -> dict[str, Any]:
    return {"event": "error", "type": "RunError", "message": problem}
