"""One template process for all tests of this folder, at a socket of its own; nothing stays behind."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import casework
from casework.runner import engines
from casework.runner.plan import make_request, request_to
from casework.runner.run import RunRecord, read_record
from casework.runner.warm import client
from casework.runner.warm.child import children
from casework.runner.warm.identity import fixed_environment

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import write_notebook

KERNELSPEC = Path(casework.__file__).parent / "runner" / "warm" / "jupyter" / "kernels" / "python3" / "kernel.json"

Template = Callable[[], dict[str, Any]]
RunCells = Callable[..., RunRecord]


@pytest.fixture(autouse=True, scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all tests share a template that nobody else uses, and end it with the session."""
    if client.why_not():
        pytest.skip("no warm starts here")
    kernels = tmp_path_factory.mktemp("jupyter")
    (kernels / "kernels" / "casework").mkdir(parents=True)
    shutil.copy(KERNELSPEC, kernels / "kernels" / "casework")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        patch.setenv("JUPYTER_PATH", str(kernels))
        patch.setenv(client.IDLE_VARIABLE, "60")
        boot()
        yield
        client.ask("stop", fixed_environment(os.environ))


def boot() -> dict[str, Any]:
    """Start the template where there is none, and ask it how it is."""
    client.connect(fixed_environment(os.environ)).close()
    found = client.ask("ping", fixed_environment(os.environ))
    assert found is not None
    return found


@pytest.fixture
def template() -> Template:
    """Return what asks the template how it is; it is started where there is none."""
    return boot


@pytest.fixture(autouse=True)
def _nothing_left(_template: None) -> Iterator[None]:
    """After every test the template has no child, alive or dead."""
    yield
    pid = boot()["pid"]
    assert wait_for(lambda: not children(pid))


def wait_for(condition: Callable[[], Any], seconds: float = 20.0) -> bool:
    """Wait until something is so; say whether it came."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError):
            if condition():
                return True
        time.sleep(0.05)
    return False


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., bool]:
    """Return what waits until something is so."""
    return wait_for


@pytest.fixture
def run_cells(tmp_path: Path) -> RunCells:
    """Return what runs a notebook of some cells in a fork of the template, whole, with its report."""

    def go(*sources: str, timeout: float | None = None, memory: int | None = None, name: str = "own") -> RunRecord:
        notebook = write_notebook(tmp_path / f"{name}.ipynb", *sources)
        request = request_to(make_request(notebook, timeout=timeout))
        message = {"job": "run", "request": request, "out": str(tmp_path / "out"), "memory": memory}
        answer = engines.follow(engines.WarmEngine(), message)
        record = read_record(Path(answer["folder"]))
        assert record.manifest["engine"] == "warm"
        return record

    return go
