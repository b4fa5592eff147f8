"""What is special of a warm kernel; kernels at work are in tests/engine."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest
from ipykernel.kernelapp import IPKernelApp

if not sys.platform.startswith("linux"):
    pytest.skip("warm starts are for Linux", allow_module_level=True)

from casework.runner.warm import kernel
from casework.runner.warm.wire import Link


def test_nothing_watches_the_parent() -> None:
    app = kernel.WarmKernelApp(parent_handle=os.getppid())
    before = threading.enumerate()
    app.init_poller()
    assert threading.enumerate() == before
    assert app.poller is None


def test_it_is_otherwise_the_application_of_a_kernel() -> None:
    own = {name for name in vars(kernel.WarmKernelApp) if not name.startswith("_")}
    assert issubclass(kernel.WarmKernelApp, IPKernelApp)
    assert own & set(dir(IPKernelApp)) == {"init_code", "init_kernel", "init_poller"}


def test_it_ends_with_its_group_when_its_client_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(kernel.os, "killpg", lambda *arguments: killed.append(arguments))
    here, there = Link.pair()
    follower = threading.Thread(target=kernel._follow, args=(there,))
    follower.start()
    here.send(event="whatever a client says")
    follower.join(0.1)
    assert follower.is_alive()
    assert not killed
    here.close()
    follower.join(20)
    assert killed == [(os.getpid(), signal.SIGKILL)]
    there.close()


def test_a_group_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(kernel.os, "killpg", gone)
    here, there = Link.pair()
    here.close()
    kernel._follow(there)
    there.close()
