from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from casework.runner.engines import NormalEngine
from casework.runner.sweep import schedule
from casework.runner.sweep.schedule import Scheduler, Task
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

Serve = Callable[[dict[str, Any], Link, int], None]


def ok(message: dict[str, Any], link: Link, attempt: int) -> None:
    link.send(event="cell", done=1, total=1)
    link.send(event="done", status="ok", folder=str(message["n"]))


class Fake:
    """An engine whose jobs are threads."""

    name = "fake"

    def __init__(self, serve: Serve = ok) -> None:
        self.serve = serve
        self.opened: list[int] = []
        self.closed: list[bool] = []
        self.threads: list[threading.Thread] = []

    def open(self, message: dict[str, Any]) -> Link:
        here, there = Link.pair()
        self.opened.append(message["n"])
        attempt = Counter(self.opened)[message["n"]]

        def work() -> None:
            try:
                self.serve(message, there, attempt)
            finally:
                there.close()

        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()
        return here

    def close(self, link: Link, *, ended: bool) -> None:
        self.closed.append(ended)
        link.close()


def tasks(count: int, **options: Any) -> list[Task]:
    return [Task(n, {"n": n}, **options) for n in range(count)]


def work_through(scheduler: Scheduler, todo: list[Task]) -> dict[int, dict[str, Any] | None]:
    found: dict[int, dict[str, Any] | None] = {}
    scheduler.run(todo, lambda task, answer: found.update({task.index: answer}), lambda: None)
    if isinstance(scheduler.engine, Fake):
        for thread in scheduler.engine.threads:
            thread.join(10)
            assert not thread.is_alive()
    return found


def test_every_task_is_done_once() -> None:
    engine = Fake()
    found = work_through(Scheduler(engine, 3), tasks(20))
    assert sorted(found) == list(range(20))
    assert all(answer and answer["folder"] == str(n) for n, answer in found.items())
    assert engine.closed == [True] * 20


def test_the_longest_goes_first_and_the_unknown_last() -> None:
    engine = Fake()
    todo = [Task(n, {"n": n}, expected) for n, expected in enumerate([1.0, None, 5.0, 3.0, 5.0])]
    work_through(Scheduler(engine, 1), todo)
    assert engine.opened == [2, 4, 3, 0, 1]


def test_never_more_at_once_than_workers() -> None:
    now, most, lock = [0], [0], threading.Lock()
    both = threading.Barrier(2, timeout=10)

    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait()
        with lock:
            now[0] -= 1
        ok(message, link, attempt)

    work_through(Scheduler(Fake(serve), 2), tasks(8))
    assert most[0] == 2


def test_a_process_that_vanishes_is_tried_once_more() -> None:
    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        if message["n"] != 1 or attempt > 1:
            ok(message, link, attempt)

    engine = Fake(serve)
    found = work_through(Scheduler(engine, 2), tasks(3))
    assert Counter(engine.opened) == {0: 1, 1: 2, 2: 1}
    assert found[1] == {"event": "done", "status": "ok", "folder": "1"}


def test_a_process_that_vanishes_twice_is_given_up() -> None:
    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        if message["n"] != 1:
            ok(message, link, attempt)

    engine = Fake(serve)
    found = work_through(Scheduler(engine, 1), tasks(3))
    assert Counter(engine.opened)[1] == schedule.ATTEMPTS
    assert found[1] is None
    assert found[2]


def test_a_failure_stops_no_other() -> None:
    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        if message["n"] % 2:
            link.send(event="error", type="RunError", message="no")
        else:
            link.send(event="done", status="failed", folder="x")

    engine = Fake(serve)
    found = work_through(Scheduler(engine, 2), tasks(6))
    assert {answer["event"] for answer in found.values() if answer} == {"error", "done"}
    assert len(engine.opened) == len(found) == 6


def test_an_engine_that_breaks_is_told_for_each_run() -> None:
    class Broken(Fake):
        def open(self, message: dict[str, Any]) -> Link:
            if message["n"] == 1:
                raise OSError("no room")
            return super().open(message)

    found = work_through(Scheduler(Broken(), 2), tasks(3))
    assert found[1] == {"event": "error", "type": "RunError", "message": "OSError: no room"}
    assert found[2]


def test_a_run_that_hears_no_deadline_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "GRACE_SECONDS", 0.1)

    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        if message["n"] == 0:
            assert link.receive() is None  # until it is closed
        else:
            ok(message, link, attempt)

    engine = Fake(serve)
    found = work_through(Scheduler(engine, 2), tasks(3, timeout=0.1))
    assert found[0] == {"event": "late", "status": "timeout", "folder": None}
    assert sorted(engine.closed) == [False, True, True]


def hear_cancel(message: dict[str, Any], link: Link, attempt: int) -> None:
    assert link.receive() == {"kind": "cancel"}
    link.send(event="done", status="cancelled", folder=None)


def test_ctrl_c_cancels_what_runs_and_waits_for_it() -> None:
    engine = Fake(hear_cancel)
    scheduler = Scheduler(engine, 2)
    done: list[int] = []

    def interrupt() -> None:
        if len(scheduler.running) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scheduler.run(tasks(10), lambda task, answer: done.append(task.index), interrupt)
    assert sorted(engine.opened) == [0, 1]
    assert engine.closed == [True, True]
    assert not scheduler.running
    assert not done


def test_ctrl_c_while_a_run_begins_cancels_it_too() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Fake):
        def open(self, message: dict[str, Any]) -> Link:
            inside.set()
            assert go_on.wait(10)
            return super().open(message)

    class Stopped(Scheduler):
        def _cancel(self, threads: Any) -> None:
            threading.Timer(0.05, go_on.set).start()
            super()._cancel(threads)

    def interrupt() -> None:
        if inside.is_set():
            raise KeyboardInterrupt

    engine = Slow(hear_cancel)
    with pytest.raises(KeyboardInterrupt):
        Stopped(engine, 1).run(tasks(2), lambda task, answer: None, interrupt)
    assert engine.opened == [0]
    assert engine.closed == [True]


def test_an_error_of_the_listener_cancels_too() -> None:
    def listen(task: Task, answer: Any) -> None:
        raise ValueError("of the listener")

    def serve(message: dict[str, Any], link: Link, attempt: int) -> None:
        (hear_cancel if message["n"] else ok)(message, link, attempt)

    engine = Fake(serve)
    with pytest.raises(ValueError, match="of the listener"):
        Scheduler(engine, 2).run(tasks(2), listen, lambda: None)
    assert engine.closed == [True, True]


def test_without_a_template_normal_processes_take_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Gone(Fake):
        def open(self, message: dict[str, Any]) -> Link:
            raise UnavailableError("no template of this test")

    made: list[Any] = []

    class Normal(Fake, NormalEngine):
        def __init__(self) -> None:
            super().__init__()
            self.ended = 0
            made.append(self)

        def shutdown(self) -> None:
            self.ended += 1

    monkeypatch.setattr(schedule, "NormalEngine", Normal)
    found = work_through(Scheduler(Gone(), 2), tasks(4))
    assert all(found.values())
    assert [sorted(normal.opened) for normal in made] == [[0, 1, 2, 3]]
    assert [normal.ended for normal in made] == [1]
    assert caplog.text.count("no template of this test") == 1


SLEEPER = "import sys, time; sys.stdin.buffer.read(1); time.sleep(60)"


def test_a_normal_process_is_stopped_by_a_signal() -> None:
    class Sleeping(NormalEngine):
        def _start(self) -> tuple[Link, subprocess.Popen[bytes]]:
            process = subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert process.stdin
            assert process.stdout
            started.append(process)
            return Link(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())), process

    started: list[subprocess.Popen[bytes]] = []
    scheduler = Scheduler(Sleeping(), 1)

    def interrupt() -> None:
        if scheduler.running:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scheduler.run(tasks(1), lambda task, answer: None, interrupt)
    assert [process.returncode for process in started] == [-signal.SIGTERM]
