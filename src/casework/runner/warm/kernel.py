"""A fork that becomes an ordinary Jupyter kernel."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

from ipykernel.kernelapp import IPKernelApp

from casework.runner.warm import child, modules
from casework.runner.warm.wire import Link


class WarmKernelApp(IPKernelApp):
    """ipykernel's application without its watch over the parent: the link to the client takes its place."""

    def init_poller(self) -> None:
        """Start no thread."""

    def init_kernel(self) -> None:
        """Make the kernel; it knows the modules of the template."""
        with modules.listed():
            super().init_kernel()  # type: ignore[no-untyped-call]

    def init_code(self) -> None:
        """Run what a user's profile says; the shell notes which modules are loaded."""
        with modules.listed():
            super().init_code()  # type: ignore[no-untyped-call]


def run_kernel(message: dict[str, Any], link: Link, files: list[int]) -> int:
    """Be the kernel that a command line describes; tell the client when its sockets are bound.

    Parameters
    ----------
    message : dict
        `argv` as `python -m ipykernel_launcher` gets it, `environment`, `cwd`.
    link : Link
        The client's lifeline: the kernel ends when it closes.
    files : list of int
        Where standard output and error go; empty for nowhere.
    """
    child.become(message["environment"], message["cwd"])
    child.keep_memory()
    child.given_streams(files)
    sys.argv = ["ipykernel_launcher.py", *message["argv"]]
    app: Any = WarmKernelApp.instance(parent_handle=os.getppid())
    app.initialize(message["argv"])
    child.adopt_orphans()  # what a cell leaves running belongs to this kernel, and ends with it
    link.send(event="ready", pid=os.getpid())
    threading.Thread(target=_follow, args=(link,), daemon=True, name="casework-lifeline").start()
    app.start()
    return 0


def _follow(link: Link) -> None:
    """End this kernel and what it started when its client is gone."""
    while link.receive() is not None:
        pass
    with suppress(ProcessLookupError):
        os.killpg(os.getpid(), signal.SIGKILL)
