import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import DataError, ParameterError, Problem, RunError
from casework.runner import engines, job
from casework.runner.engines import NormalEngine, WarmEngine, follow, needs_normal_kernel, run_warm
from casework.runner.plan import Request, make_request
from casework.runner.warm import client
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

DONE = {"event": "done", "status": "ok", "folder": "runs/x"}


def own(folder: Path, **metadata: Any) -> Request:
    path = folder / "own.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": [], "metadata": metadata}), encoding="utf-8")
    return Request(study=None, notebook=path, parameters={}, data=None)


class FakeEngine:
    """Answers a job with what the test says; `there` is the other end of its link."""

    name = "fake"
    at_once = None

    def __init__(self, *answers: dict[str, Any], vanishes: bool = False) -> None:
        self.here, self.there = Link.pair()
        self.closed: list[bool] = []
        for answer in answers:
            self.there.send(**answer)
        if vanishes:
            self.there.close()

    def open(self, message: dict[str, Any]) -> Link:
        return self.here

    def close(self, link: Link, *, ended: bool) -> None:
        self.closed.append(ended)
        link.close()

    def shutdown(self) -> None:
        pass


def test_a_plain_notebook_runs_in_a_fork(tmp_path: Path) -> None:
    assert needs_normal_kernel(own(tmp_path)) == ""
    assert needs_normal_kernel(own(tmp_path, kernelspec={"name": "python3", "language": "python"})) == ""
    assert needs_normal_kernel(make_request("kano")) == ""


def test_another_language_needs_a_normal_kernel(tmp_path: Path) -> None:
    assert "not written in Python" in needs_normal_kernel(own(tmp_path, kernelspec={"name": "ir", "language": "R"}))


def test_a_notebook_may_ask_for_a_normal_kernel(tmp_path: Path) -> None:
    assert "asks for it" in needs_normal_kernel(own(tmp_path, casework={"engine": "normal"}))
    assert needs_normal_kernel(own(tmp_path, casework={"engine": "warm"})) == ""


def test_settings_of_matplotlib_beside_a_notebook_need_a_normal_kernel(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").touch()
    assert "matplotlibrc" in needs_normal_kernel(own(tmp_path))


def test_a_job_is_followed_to_its_answer() -> None:
    told: list[tuple[int, int]] = []
    cells = [{"event": "cell", "done": 1, "total": 2}, {"event": "new kind"}, {"event": "cell", "done": 2, "total": 2}]
    engine = FakeEngine(*cells, DONE)
    assert follow(engine, {}, lambda done, total: told.append((done, total))) == DONE
    assert told == [(1, 2), (2, 2)]
    assert engine.closed == [True]


def test_nobody_needs_to_listen_to_the_progress() -> None:
    assert follow(FakeEngine({"event": "cell", "done": 1, "total": 2}, DONE), {}) == DONE


@pytest.mark.parametrize(
    "error",
    [DataError([Problem("row 3", "x", "1 to 5")]), ParameterError(Problem("seed", "-1")), RunError("no place")],
)
def test_what_a_job_raised_is_raised_here(error: Any) -> None:
    engine = FakeEngine(job.pack_error(error))
    with pytest.raises(type(error), match=str(error)):
        follow(engine, {})
    assert engine.closed == [True]


def test_a_process_that_vanishes_is_said_to_have() -> None:
    engine = FakeEngine({"event": "cell", "done": 1, "total": 2}, vanishes=True)
    with pytest.raises(UnavailableError, match="vanished"):
        follow(engine, {})
    assert engine.closed == [False]


@pytest.mark.parametrize("vanishes", [False, True])
def test_an_interrupt_cancels_the_job_and_waits_for_its_answer(vanishes: bool) -> None:
    engine = FakeEngine({"event": "cell", "done": 1, "total": 2})
    cancelled = {"event": "done", "status": "cancelled", "folder": None}

    def interrupt(done: int, total: int) -> None:
        if vanishes:
            engine.there.close()
        else:
            engine.there.send(**cancelled)
        raise KeyboardInterrupt

    if vanishes:
        with pytest.raises(UnavailableError, match="vanished"):
            follow(engine, {}, interrupt)
    else:
        assert follow(engine, {}, interrupt) == cancelled
        assert engine.there.receive() == {"kind": "cancel"}
    assert engine.closed == [not vanishes]


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Take the place of the template; what it was asked for, and its end of the link."""
    seen: dict[str, Any] = {}

    def request(message: dict[str, Any], environment: dict[str, str], files: list[int]) -> Link:
        here, there = Link.pair()
        seen.update(message=message, environment=environment, files=[os.dup(number) for number in files], link=there)
        there.send(event="begun")
        there.send(**DONE)
        return here

    monkeypatch.setattr(client, "request", request)
    yield seen
    for number in seen.get("files", ()):
        os.close(number)


def test_a_fork_is_asked_for_with_the_surroundings(
    template: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    engine = WarmEngine()
    link = engine.open({"job": "run", "out": "x"})
    assert link.receive() == DONE
    message = template["message"]
    assert (message["kind"], message["job"], message["out"], message["cwd"]) == ("job", "run", "x", str(tmp_path))
    assert message["environment"]["OMP_NUM_THREADS"] == "8"
    assert template["environment"]["OMP_NUM_THREADS"] == "1"
    assert len(template["files"]) == 2
    engine.close(link, ended=True)
    assert template["link"].receive() is None
    engine.shutdown()


def test_a_run_in_a_fork_gets_what_was_asked_for(template: dict[str, Any], tmp_path: Path) -> None:
    request = make_request("kano", parameters={"seed": 7}, lang="zh", timeout=9)
    assert run_warm(request, tmp_path / "out", None, tmp_path / "cache", index=True) == DONE
    message = template["message"]
    assert message["request"]["study"] == "kano"
    assert message["request"]["parameters"]["seed"] == 7
    assert (message["out"], message["cache"], message["index"]) == (
        str(tmp_path / "out"),
        str(tmp_path / "cache"),
        True,
    )
    json.dumps(message)


@pytest.mark.parametrize("silent", [1, engines.OPENINGS])
def test_a_template_that_dies_as_it_is_asked_is_asked_again(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Link] = []

    def request(*_: Any) -> Link:
        here, there = Link.pair()
        ends.append(there)
        if len(ends) <= silent:
            there.close()
        else:
            there.send(event="begun")
        return here

    monkeypatch.setattr(client, "request", request)
    monkeypatch.setattr(engines, "PAUSE_SECONDS", 0.001)
    if silent < engines.OPENINGS:
        link = WarmEngine().open({"job": "run"})
        assert len(ends) == silent + 1
        link.close()
        ends[-1].close()
    else:
        with pytest.raises(UnavailableError, match="vanished"):
            WarmEngine().open({"job": "run"})
        assert len(ends) == engines.OPENINGS


def test_without_a_template_a_run_is_left_to_a_normal_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> Link:
        raise UnavailableError("no template here")

    told: list[str] = []
    monkeypatch.setattr(client, "request", gone)
    monkeypatch.setattr(client, "tell_once", told.append)
    assert run_warm(make_request("kano"), tmp_path, None, None) is None
    assert told == ["no template here"]


def test_a_notebook_that_needs_a_normal_kernel_asks_no_template(
    template: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(client, "tell_once", told.append)
    assert run_warm(own(tmp_path, casework={"engine": "normal"}), tmp_path, None, None) is None
    assert told == ["the notebook asks for it"]
    assert template == {}


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[NormalEngine]:
    """An engine whose processes send back what they get."""
    start = subprocess.Popen
    code = "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer.raw, sys.stdout.buffer.raw)"

    def popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-I", "-S", "-c", code], **options)

    monkeypatch.setattr(engines.subprocess, "Popen", popen)
    engine = NormalEngine()
    yield engine
    engine.shutdown()


def test_a_process_serves_one_job_after_another(echo: NormalEngine) -> None:
    numbers = []
    for count in range(3):
        link = echo.open({"job": count})
        assert link.receive() == {"job": count}
        numbers.append(echo.busy[link].pid)
        echo.close(link, ended=True)
    assert len(set(numbers)) == 1
    assert not echo.busy


def test_jobs_at_once_have_processes_of_their_own(echo: NormalEngine) -> None:
    links = [echo.open({"job": count}) for count in range(2)]
    assert [link.receive() for link in links] == [{"job": 0}, {"job": 1}]
    processes = [echo.busy[link] for link in links]
    assert processes[0].pid != processes[1].pid
    for link in links:
        echo.close(link, ended=True)
    echo.shutdown()
    assert [process.poll() is not None for process in processes] == [True, True]


def test_a_process_whose_job_was_given_up_is_ended(echo: NormalEngine) -> None:
    link = echo.open({"job": 1})
    process = echo.busy[link]
    echo.close(link, ended=False)
    assert process.returncode is not None
    assert not echo.idle


def test_a_process_that_died_after_its_answer_is_not_kept(echo: NormalEngine) -> None:
    link = echo.open({"job": 1})
    process = echo.busy[link]
    process.kill()
    process.wait(10)
    echo.close(link, ended=True)
    assert not echo.idle


@pytest.mark.slow
def test_real_jobs_share_a_process() -> None:
    engine = NormalEngine()
    numbers = set()
    for _ in range(2):
        link = engine.open({"job": "facts", "requests": [{"study": "orientation"}]})
        answer = link.receive()
        assert answer is not None
        assert answer["found"][0]["facts"]["data"] is None
        numbers.add(engine.busy[link].pid)
        engine.close(link, ended=True)
    engine.shutdown()
    assert len(numbers) == 1
