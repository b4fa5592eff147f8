"""Jobs are done by forks of an interpreter of its own: the one that runs the tests has threads."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("forks are for Linux", allow_module_level=True)

from tests.helpers import write_notebook

from casework.runner.execution import INPUT, OUTPUT
from casework.runner.supervise import Outcome
from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.jobs import ForkedCells, _working_in
from casework.runner.warm.wire import Link, receive_with_files, send_with_files

SERVER = """
import os, signal, socket, sys, time
from types import ModuleType
from casework.core.errors import RunError
from casework.runner import job
from casework.runner.warm import child, keeper
from casework.runner.warm.jobs import run_job
from casework.runner.warm.wire import Link, pack, receive_with_files

def run_shell(link, setup):  # stands for the real one, which takes a second to load
    time.sleep(60)

def look(message, say, run_cells):
    print("hello")
    os.system("echo from a program >&2")
    return {"cwd": os.getcwd(), "x": os.environ.get("X"), "own_group": os.getpid() == os.getpgid(0)}

def broken(message, say, run_cells):
    raise RunError("no place")

def wait(message, say, run_cells):
    cells = getattr(run_cells, "__self__", None)
    try:
        say(event="there", pid=os.getpid(), cells=cells and cells.process.pid)
        time.sleep(60)
    except BaseException as error:
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), number)  # nothing of this may disturb the cleaning up
        time.sleep(0.01)
        with open("cleaned.txt", "w") as file:
            file.write(type(error).__name__)
        raise

def run(message, say, run_cells):
    if message.get("waits"):
        return wait(message, say, run_cells)
    return {"cells": run_cells.__self__.process.pid}

shell = sys.modules["casework.runner.warm.shell"] = ModuleType("shell")
shell.run_shell = run_shell
keeper.INTERRUPT_SECONDS = 0.5
job.JOBS.update(look=look, broken=broken, wait=wait, run=run)
control = socket.socket(fileno=int(sys.argv[1]))
while (received := receive_with_files(control, 1 << 20))[0] is not None:
    message, files = received

    def body():
        control.detach()
        child.own_group()
        return run_job(message, Link(files[0], files[0]), files[1:])

    pid = child.fork(body)
    for number in files:
        os.close(number)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    control.sendall(pack({"code": code}))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    """Start a process that forks for one job after another."""
    here, there = socket.socketpair()
    command = [sys.executable, "-c", SERVER, str(there.fileno())]
    with subprocess.Popen(command, pass_fds=[there.fileno()], env=fixed_environment(os.environ)) as process:
        there.close()
        here.settimeout(60)
        yield here
        here.close()
        assert process.wait(30) == 0


@dataclass
class Job:
    """A job in a fork, seen by its client."""

    server: socket.socket
    link: Link
    ended: int | None = None

    def code(self) -> int:
        """Leave, and wait for the fork's end."""
        self.link.close()
        if self.ended is None:
            message, _ = receive_with_files(self.server, 1 << 20)
            assert message is not None
            self.ended = int(message["code"])
        return self.ended


Start = Callable[..., Job]


@pytest.fixture
def start(server: socket.socket, tmp_path: Path) -> Iterator[Start]:
    """Begin a job in the test's folder."""
    jobs: list[Job] = []

    def begin(kind: str, files: list[int] | None = None, **more: Any) -> Job:
        here, there = Link.pair()
        message = {"job": kind, "environment": {**os.environ, "X": "1"}, "cwd": str(tmp_path), **more}
        send_with_files(server, message, [there.reader, *(files or [])])
        there.close()
        jobs.append(Job(server, here))
        assert here.receive() == {"event": "begun"}
        return jobs[-1]

    yield begin
    for made in jobs:
        made.code()


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_job_answers_with_what_it_used(start: Start, tmp_path: Path) -> None:
    made = start("look")
    answer = made.link.receive()
    assert answer is not None
    own = answer.pop("own")
    assert answer == {"event": "done", "cwd": str(tmp_path), "x": "1", "own_group": True}
    assert own["cpu"] >= 0
    assert own["memory"] > 1 << 20
    assert made.code() == 0


def test_what_a_job_prints_goes_to_its_files(start: Start, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        made = start("look", [out.fileno(), err.fileno()])
    made.link.receive()
    made.code()
    assert (tmp_path / "out").read_text(encoding="utf-8") == "hello\n"
    assert (tmp_path / "err").read_text(encoding="utf-8") == "from a program\n"


def test_an_error_is_an_answer(start: Start) -> None:
    made = start("broken")
    answer = made.link.receive()
    assert answer is not None
    assert (answer["event"], answer["type"], answer["message"]) == ("error", "RunError", "no place")
    assert made.code() == 0


@pytest.mark.parametrize("how", ["the client says so", "SIGTERM", "SIGINT"])
def test_a_job_that_is_stopped_cleans_up_and_says_so(start: Start, tmp_path: Path, how: str) -> None:
    made = start("wait")
    there = made.link.receive()
    assert there is not None
    if how == "the client says so":
        made.link.send(kind="cancel")
    else:
        os.kill(there["pid"], getattr(signal, how))
    answer = made.link.receive()
    assert answer is not None
    assert (answer["event"], answer["status"], answer["folder"]) == ("done", "cancelled", None)
    assert (tmp_path / "cleaned.txt").read_text(encoding="utf-8") == "Cancelled"
    assert made.code() == 0


@pytest.mark.parametrize("kind", ["look", "run"])
def test_a_job_may_be_stopped_at_any_moment(start: Start, tmp_path: Path, kind: str) -> None:
    with (tmp_path / "err").open("wb") as err:
        for number in range(60):  # it is soon over: some are stopped as they begin, some as they end
            made = start(kind, [err.fileno(), err.fileno()])
            time.sleep(number * 0.0001)
            with suppress(OSError):  # it may have ended
                made.link.send(kind="cancel")
            answer = made.link.receive()
            assert answer is not None
            assert answer["event"] == "done"
            assert made.code() == 0
    assert "Traceback" not in (tmp_path / "err").read_text(encoding="utf-8")


def test_a_job_whose_client_is_gone_is_abandoned_and_cleans_up(start: Start, tmp_path: Path) -> None:
    made = start("wait")
    made.link.receive()
    assert made.code() == 0
    assert (tmp_path / "cleaned.txt").read_text(encoding="utf-8") == "AbandonedError"


def test_the_process_of_the_cells_ends_with_its_job(start: Start) -> None:
    made = start("run")
    answer = made.link.receive()
    assert answer is not None
    assert has_ended(answer["cells"])
    assert made.code() == 0


def test_the_process_of_the_cells_ends_with_an_abandoned_job(start: Start) -> None:
    made = start("run", waits=True)
    there = made.link.receive()
    assert there is not None
    assert not has_ended(there["cells"])
    assert made.code() == 0
    assert has_ended(there["cells"])


def test_only_a_run_has_a_process_of_cells(start: Start) -> None:
    made = start("wait")
    there = made.link.receive()
    assert there is not None
    assert there["cells"] is None
    made.code()


def test_in_a_folder_its_log_takes_what_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = Path.cwd()
    os.write(1, b"before\n")
    with _working_in(tmp_path):
        assert Path.cwd() == tmp_path
        os.write(1, b"out\n")
        os.write(2, b"err\n")
    os.write(2, b"after\n")
    assert Path.cwd() == before
    assert (tmp_path / "log.txt").read_text(encoding="utf-8") == "out\nerr\n"
    assert capfd.readouterr() == ("before\n", "after\n")


def test_a_log_grows_and_an_error_leaves_everything_as_it_was(tmp_path: Path) -> None:
    before, count = Path.cwd(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    (tmp_path / "log.txt").write_text("first\n", encoding="utf-8")
    with pytest.raises(OSError, match="Bad file"), _working_in(tmp_path):
        os.write(2, b"second\n") + os.write(-1, b"third\n")
    assert (tmp_path / "log.txt").read_text(encoding="utf-8") == "first\nsecond\n"
    assert Path.cwd() == before
    assert len(os.listdir("/proc/self/fd")) == count  # noqa: PTH208


@dataclass
class FakeProcess:
    """Stands for the process of the cells; a thread at the other end of the link answers for it."""

    dies: bool = False
    used: dict[str, float] = field(default_factory=dict)
    calls: list[Any] = field(default_factory=list)
    setup: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.here, self.there = Link.pair()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            self.setup = self.there.receive()
            self.there.send(event="ready", language_info={"name": "python"})
            while not self.dies and (request := self.there.receive()) is not None:
                if request["kind"] == "finish":
                    self.there.send(event="finished", opened=["/data/a.csv"], written=[])
                else:
                    self.there.send(event="reply", content={"status": "ok"})
        self.there.close()

    def signal(self, number: int) -> None:
        self.calls.append(number)

    def finish(self) -> None:
        self.calls.append("finish")
        self.used = {"cpu": 1.5, "memory": 4096}

    def stop(self) -> None:
        self.calls.append("stop")


def executed(process: FakeProcess, folder: Path, **more: Any) -> Outcome:
    write_notebook(folder / INPUT, "y = 1")
    cells: Any = ForkedCells(process, process.here)  # type: ignore[arg-type]
    found = cells.execute(
        folder, parameters={"x": 5}, cwd=folder.parent, environment={"X": "1"}, timeout=None, total=3, **more
    )
    process.here.close()
    return found


def test_a_notebook_is_executed_by_the_process_of_the_cells(tmp_path: Path) -> None:
    process, told = FakeProcess(), []
    found = executed(process, tmp_path, memory=9, progress=lambda done, total: told.append((done, total)))
    opened = {"read": ["/data/a.csv"], "written": []}
    assert found.notebook.metadata.papermill.parameters == {"x": 5}
    assert not (tmp_path / OUTPUT).exists()  # who gathers its results writes it
    assert found == Outcome("ok", engine="warm", opened=opened, cpu=1.5, memory=4096, notebook=found.notebook)
    assert process.calls == ["finish"]
    log = str(tmp_path / "log.txt")
    assert process.setup == {"environment": {"X": "1"}, "cwd": str(tmp_path.parent), "memory": 9, "log": log}
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert "x = 5" in found.notebook.cells[1].source


def test_a_process_of_cells_that_dies_is_a_killed_run(tmp_path: Path) -> None:
    process = FakeProcess(dies=True)
    assert executed(process, tmp_path) == Outcome("killed", "DeadKernel", "the kernel died", engine="warm")
    assert process.calls == ["stop"]
    assert (tmp_path / OUTPUT).is_file()


def test_the_cells_are_interrupted_by_a_signal_to_their_process() -> None:
    process = FakeProcess()
    ForkedCells(process, process.here).interrupt()  # type: ignore[arg-type]
    assert process.calls == [signal.SIGINT]
    process.here.close()
