"""Where jobs are done: in a fork of the template process, or in normal processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from casework.core.messages import t
from casework.runner import job as jobs
from casework.runner.supervise import Progress
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.wire import Link

if TYPE_CHECKING:
    from casework.runner.plan import Request

STOP_SECONDS = 15.0
OPENINGS = 5  # a template that was killed takes calls until the system has taken it down
PAUSE_SECONDS = 0.2
BEGIN_SECONDS = 60.0


class Engine(Protocol):
    """What does jobs.

    Attributes
    ----------
    name : str
        Its name.
    at_once : int or None
        Jobs that it wants to have at once; None where that is for the caller to say.
    """

    name: str
    at_once: int | None

    def open(self, message: dict[str, Any]) -> Link:
        """Begin a job and return the link on which it answers."""
        ...

    def close(self, link: Link, *, ended: bool) -> None:
        """Take back the link of a job that has answered (`ended`) or is given up."""
        ...

    def shutdown(self) -> None:
        """End everything that it keeps for further jobs."""
        ...


class WarmEngine:
    """Jobs in forks of the template process."""

    name = "warm"
    at_once: int | None = None

    def open(self, message: dict[str, Any]) -> Link:
        """Begin a job; who answers nothing has done nothing, and another is asked.

        Raises
        ------
        UnavailableError
            There is no template process, or none that begins.
        """
        for _ in range(OPENINGS):
            link = self._call(message)
            if _has_begun(link):
                return link
            link.close()
            time.sleep(PAUSE_SECONDS)
        raise UnavailableError(t("the process that ran it vanished"))

    @staticmethod
    def _call(message: dict[str, Any]) -> Link:
        from casework.runner.warm import client

        environment = dict(os.environ)
        full = {"kind": "job", "environment": environment, "cwd": os.getcwd(), **message}  # noqa: PTH109
        with suppress(OSError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            files = [nowhere.fileno(), 2 if _has_stderr() else nowhere.fileno()]
            return client.request(full, fixed_environment(environment), files)
        raise UnavailableError("")

    def close(self, link: Link, *, ended: bool) -> None:
        """Close the link; the fork ends with it."""
        link.close()

    def shutdown(self) -> None:
        """Keep nothing: the template is there for everybody."""


class NormalEngine:
    """Jobs in processes of their own, each with a normal kernel; a process serves one job after another."""

    name = "normal"
    at_once: int | None = None

    def __init__(self) -> None:
        self.idle: list[tuple[Link, subprocess.Popen[bytes]]] = []
        self.busy: dict[Link, subprocess.Popen[bytes]] = {}

    def open(self, message: dict[str, Any]) -> Link:
        """Begin a job, in a process that waits for one or in a new one."""
        try:
            link, process = self.idle.pop()
        except IndexError:
            link, process = self._start()
        self.busy[link] = process
        link.send(**message)
        return link

    def _start(self) -> tuple[Link, subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "casework.runner.job"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name != "nt",
        )
        assert process.stdin is not None
        assert process.stdout is not None
        return Link(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())), process

    def close(self, link: Link, *, ended: bool) -> None:
        """Keep the process for the next job, or end it."""
        process = self.busy.pop(link)
        if ended and process.poll() is None:
            self.idle.append((link, process))
        else:
            self._end(link, process)

    def _end(self, link: Link, process: subprocess.Popen[bytes]) -> None:
        link.close()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def shutdown(self) -> None:
        """End the processes that wait."""
        while self.idle:
            self._end(*self.idle.pop())


def _has_begun(link: Link) -> bool:
    """Return whether a fork says that it has begun."""
    try:
        message = link.receive() if link.wait(BEGIN_SECONDS) else None
    except OSError:
        return False
    return message is not None and message["event"] == "begun"


def _has_stderr() -> bool:
    try:
        os.fstat(2)
    except OSError:
        return False
    return True


def needs_normal_kernel(request: Request) -> str:
    """Return why a notebook cannot run in a fork of the template; empty where it can."""
    from casework.core.messages import t
    from casework.studies.notebook import read_cells

    if (request.notebook.parent / "matplotlibrc").is_file():
        return t("a file matplotlibrc beside the notebook is read when a kernel starts")
    if request.study is not None:
        return ""
    about = read_cells(request.notebook).metadata
    if about.get("kernelspec", {}).get("language", "python") != "python":
        return t("the notebook is not written in Python")
    if about.get("casework", {}).get("engine") == "normal":
        return t("the notebook asks for it")
    return ""


def run_warm(
    request: Request,
    out: Path,
    progress: Progress | None,
    cache: Path | None,
    *,
    index: bool = False,
    fresh: bool = False,
) -> dict[str, Any] | None:
    """Run a request in a fork of the template; None where it must run normally.

    Raises
    ------
    CaseworkError
        What the run raised before it began.
    """
    from casework.runner.plan import request_to
    from casework.runner.warm.client import tell_once

    if reason := needs_normal_kernel(request):
        tell_once(reason)
        return None
    message = {
        "job": "run",
        "request": request_to(request),
        "out": str(out),
        "cache": str(cache) if cache else None,
        "fresh": fresh,
        "index": index,
    }
    try:
        return follow(WarmEngine(), message, progress)
    except UnavailableError as error:
        tell_once(str(error))
        return None


def follow(engine: Engine, message: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
    """Do a job and return its answer; Ctrl-C stops it, and its answer then says so.

    Raises
    ------
    CaseworkError
        What the job raised.
    UnavailableError
        The process that did it vanished.
    """
    link = engine.open(message)
    answer: dict[str, Any] | None = None
    try:
        answer = _answer(link, progress)
    except KeyboardInterrupt:
        with suppress(OSError):
            link.send(kind="cancel")
        answer = _answer(link, None)
    finally:
        engine.close(link, ended=answer is not None)
    if answer is None:
        raise UnavailableError(t("the process that ran it vanished"))
    if answer["event"] == "error":
        raise jobs.unpack_error(answer)
    return answer


def _answer(link: Link, progress: Progress | None) -> dict[str, Any] | None:
    while (message := link.receive()) is not None:
        if message["event"] == "cell":
            if progress:
                progress(message["done"], message["total"])
        elif message["event"] in ("done", "error"):
            return message
    return None
