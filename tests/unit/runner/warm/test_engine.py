import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from casework.runner.cache.pictures import with_pictures
from casework.runner.cells import LinkEngine
from casework.runner.warm import client, engine
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.engine import PROVISIONER, CaseworkEngine, RemoteCells, WarmKernelEngine
from casework.runner.warm.prompt import WarmClient
from casework.runner.warm.saving import Saver
from casework.runner.warm.wire import Link

REPLY = {"event": "reply", "content": {"status": "ok", "execution_count": 1}}


def manager() -> NotebookExecutionManager:
    made = NotebookExecutionManager(
        new_notebook(cells=[new_code_cell("1")], metadata={"papermill": {}}), progress_bar=False
    )
    made.notebook_start()
    return made


@pytest.fixture(autouse=True)
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of kernelspecs that jupyter looks at; no other kernel is known."""
    for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    folder = tmp_path / "jupyter" / "kernels"
    add(folder, "plain", sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    add(folder, "ir", "R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}")
    return folder


def add(folder: Path, name: str, *argv: str) -> None:
    (folder / name).mkdir(parents=True)
    about = {"argv": argv, "display_name": name, "language": "any"}
    (folder / name / "kernel.json").write_text(json.dumps(about), encoding="utf-8")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []
    monkeypatch.setattr(engine, "tell_once", reasons.append)
    return reasons


@pytest.fixture
def normal(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Take the place of papermill's own engine; the kernels and options it was called with."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def execute(nb_man: Any, kernel_name: str, **options: Any) -> str:
        calls.append((kernel_name, options))
        return "normal"

    monkeypatch.setattr(NBClientEngine, "execute_managed_notebook", execute)
    return calls


def answers(monkeypatch: pytest.MonkeyPatch, *messages: dict[str, Any]) -> dict[str, Any]:
    """Let a fork answer so; return what it was asked, its client's link and its own end of it."""
    seen: dict[str, Any] = {}

    def request(message: dict[str, Any], environment: dict[str, str], files: list[int]) -> Link:
        here, there = Link.pair()
        seen.update(message=message, environment=environment, files=files, here=here, there=there)
        for item in messages:
            there.send(**item)
        if not messages:
            there.close()
        return here

    monkeypatch.setattr(client, "request", request)
    return seen


def test_cells_run_in_a_fork(
    monkeypatch: pytest.MonkeyPatch, normal: list[Any], told: list[str], tmp_path: Path
) -> None:
    ready = {"event": "ready", "language_info": {"name": "python"}}
    finished = {"event": "finished", "opened": [], "written": []}
    started = {"event": "started", "pid": 2**22}
    seen = answers(monkeypatch, started, ready, REPLY, finished, {"event": "exit", "code": 0})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    made = manager()
    CaseworkEngine.execute_managed_notebook(made, "plain")
    assert made.nb.metadata.language_info.name == "python"
    assert (normal, told) == ([], [])
    environment = with_pictures(os.environ)
    assert seen["message"] == {"kind": "cells", "environment": environment, "cwd": str(tmp_path), "memory": None}
    assert seen["environment"]["OMP_NUM_THREADS"] == "1"
    assert seen["files"] == [1, 2]
    assert seen["there"].receive() == {"kind": "execute", "code": "1", "id": "0"}
    assert seen["there"].receive() == {"kind": "finish"}
    assert seen["there"].receive() is None
    seen["there"].close()


def test_without_a_template_papermills_own_engine_runs_them(
    monkeypatch: pytest.MonkeyPatch, normal: list[Any], told: list[str]
) -> None:
    def refuse(*_: Any) -> Link:
        raise UnavailableError("not there yet")

    monkeypatch.setattr(client, "request", refuse)
    assert CaseworkEngine.execute_managed_notebook(manager(), "plain", start_timeout=9) == "normal"
    assert normal == [("plain", {"start_timeout": 9})]
    assert told == ["not there yet"]


def test_a_fork_that_does_not_start_leads_to_the_normal_way(
    monkeypatch: pytest.MonkeyPatch, normal: list[Any], told: list[str]
) -> None:
    seen = answers(monkeypatch)
    assert CaseworkEngine.execute_managed_notebook(manager(), "plain") == "normal"
    assert told == ["the process of the cells did not start"]
    with pytest.raises(OSError, match="Bad file descriptor"):
        seen["here"].send(event="x")


@pytest.mark.parametrize("name", ["ir", "not installed"])
def test_another_kernel_is_never_run_as_python(
    monkeypatch: pytest.MonkeyPatch, normal: list[Any], told: list[str], name: str
) -> None:
    monkeypatch.setattr(client, "request", lambda *_: pytest.fail("a fork was asked for"))
    assert CaseworkEngine.execute_managed_notebook(manager(), name) == "normal"
    assert normal == [(name, {})]
    assert name in told[0]
    assert "is not a plain Python kernel" in told[0]


def test_an_error_of_a_warm_run_is_not_run_again(monkeypatch: pytest.MonkeyPatch, normal: list[Any]) -> None:
    def broken(*_: Any, **options: Any) -> None:
        options["host"].end(asked=False)
        raise UnicodeError("from the cells")

    seen = answers(monkeypatch, {"event": "started", "pid": 1})
    monkeypatch.setattr(LinkEngine, "execute_managed_notebook", broken)
    with pytest.raises(UnicodeError, match="from the cells"):
        CaseworkEngine.execute_managed_notebook(manager(), "plain")
    assert normal == []
    seen["there"].close()


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-I", "-S", "-c", "import time; print('on', flush=True); time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        started.stdout.readline()
        yield started
        started.kill()


def test_the_process_of_the_cells_is_interrupted_by_its_number(process: "subprocess.Popen[bytes]") -> None:
    here, there = Link.pair()
    RemoteCells(here, process.pid).interrupt()
    assert process.wait(10) == -signal.SIGINT
    RemoteCells(here, 2**22).interrupt()  # there is no such process
    here.close()
    there.close()


def test_an_end_that_was_asked_for_is_waited_for() -> None:
    here, there = Link.pair()
    there.send(event="message")
    there.send(event="exit", code=0)
    there.send(event="never read")
    RemoteCells(here, 1).end(asked=True)
    with pytest.raises(OSError, match="Broken pipe"):
        there.send(event="x")
    there.close()


@pytest.mark.parametrize("asked", [True, False])
def test_a_silent_process_is_left_by_closing_the_link(monkeypatch: pytest.MonkeyPatch, asked: bool) -> None:
    monkeypatch.setattr(engine, "END_SECONDS", 0.01)
    here, there = Link.pair()
    RemoteCells(here, 1).end(asked=asked)
    assert there.receive() is None
    there.close()


def test_a_link_that_is_closed_is_an_end() -> None:
    here, there = Link.pair()
    there.close()
    RemoteCells(here, 1).end(asked=True)


@pytest.mark.parametrize(("kernel", "seldom"), [("plain", False), ("warm", True), ("none", False), ("other", False)])
def test_notebooks_on_warm_kernels_are_written_less_often(
    kernels: Path, monkeypatch: pytest.MonkeyPatch, kernel: str, seldom: bool
) -> None:
    for name, metadata in {"warm": {"kernel_provisioner": {"provisioner_name": PROVISIONER}}, "other": [1]}.items():
        add(kernels, name, "python", "-m", "ipykernel_launcher", "-f", "{connection_file}")
        about = json.loads((kernels / name / "kernel.json").read_text(encoding="utf-8"))
        (kernels / name / "kernel.json").write_text(json.dumps(about | {"metadata": metadata}), encoding="utf-8")
    found: list[Any] = []

    def own(cls: Any, nb_man: Any, kernel_name: str, **options: Any) -> str:
        found.append((isinstance(nb_man.save, Saver), options))
        return kernel_name

    def warm(self: WarmClient) -> str:
        found.append((isinstance(self.nb_man.save, Saver), {"start_timeout": self.startup_timeout}))
        return str(self.kernel_name)

    monkeypatch.setattr(NBClientEngine, "execute_managed_notebook", classmethod(own))
    monkeypatch.setattr(WarmClient, "execute", warm)
    made = manager()
    assert WarmKernelEngine.execute_managed_notebook(made, kernel, start_timeout=9) == kernel
    assert found == [(seldom, {"start_timeout": 9})]
    assert not isinstance(made.save, Saver)


def test_papermill_s_own_name_for_its_engine_is_left_alone() -> None:
    assert papermill_engines.get_engine() is WarmKernelEngine
    assert papermill_engines.get_engine("nbclient") is NBClientEngine
    assert papermill_engines.get_engine("casework") is CaseworkEngine
