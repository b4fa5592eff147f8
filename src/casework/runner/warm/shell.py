"""Execute cells in this process as a kernel does, without a kernel's sockets and threads.

The shell is ipykernel's own; only the session that would put messages on a socket is replaced by one that sends
them over a link. So formats, tracebacks, magics, figures, widgets and top-level await are those of a kernel.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from ipykernel.ipkernel import IPythonKernel
from IPython.core.error import UsageError
from IPython.core.shellapp import InteractiveShellApp
from traitlets.config import Config

from casework.runner.opened import Watch
from casework.runner.warm import child, modules
from casework.runner.warm.streams import LinkSession, Pump, Stream
from casework.runner.warm.wire import Link


@dataclass
class KernelLoop:
    """What the shell needs of the loop that a kernel runs in: here there is one only while a cell runs."""

    loop: asyncio.AbstractEventLoop

    def add_callback(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call a function soon; signal handlers use it."""
        self.loop.call_soon_threadsafe(function, *arguments)

    def call_later(self, seconds: float, function: Callable[..., Any]) -> None:
        """Do nothing: `exit()` would stop the loop so; here it ends the process after its cell."""

    def stop(self) -> None:
        """Do nothing; see `call_later`."""


class CellRunner:
    """An IPython shell, made as a kernel makes it, whose messages go over a link."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.session = LinkSession(link)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
        InteractiveShellApp.init_path(cast(Any, SimpleNamespace(ignore_cwd=False)))
        self.out = Stream(self.session, "stdout", os.dup(1))
        self.err = Stream(self.session, "stderr", os.dup(2))
        self.kernel: Any = self._make_kernel()
        self.pumps = [Pump.of_descriptor(number, stream) for number, stream in ((1, self.out), (2, self.err))]
        sys.stdout, sys.stderr = self.out, self.err

    def _make_kernel(self) -> IPythonKernel:
        options = Config()
        options.HistoryManager.hist_file = ":memory:"
        with modules.listed():
            kernel: Any = IPythonKernel.instance(
                session=self.session,
                user_ns={},
                config=options,
                log=_logger(os.dup(2)),
                shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            )
        kernel.io_loop = KernelLoop(self.loop)
        kernel.shell.enable_gui = partial(_enable_gui, kernel)  # libraries look at the shell's class: no subclass
        return cast(IPythonKernel, kernel)

    @property
    def leaving(self) -> bool:
        """Whether a cell called `exit()`."""
        return bool(self.kernel.shell.exit_now)

    def execute(self, request: dict[str, Any]) -> None:
        """Execute one cell and send what a kernel sends: messages, then the reply."""
        code = str(request["code"])
        parent = {"header": {"msg_id": str(request.get("id", "")), "msg_type": "execute_request"}}
        self.kernel.set_parent(b"", parent)
        count = self.kernel.shell.execution_count
        self.session.send(None, "execute_input", {"code": code, "execution_count": count}, parent)
        try:
            reply = self.loop.run_until_complete(
                self.kernel.do_execute(code, False, bool(request.get("store_history", True)))
            )
        except KeyboardInterrupt:
            self.kernel.shell.showtraceback()
            reply = _interrupted()
        if os.getpid() != self.session.home:
            os._exit(0)  # the cell forked, and its child came out of the cell too
        self.flush()
        kept = {name: reply.get(name) for name in ("status", "execution_count", "ename", "evalue", "traceback")}
        self.link.send(event="reply", content=kept)

    def tell_widget(self, message: dict[str, Any]) -> None:
        """Give a widget what its other half says; what it answers belongs to no cell."""
        self.kernel.set_parent(b"", message)
        handler = self.kernel.shell_handlers.get(message["header"]["msg_type"])
        try:
            if handler:
                handler(None, None, message)
        except Exception:
            self.kernel.log.exception("a widget could not take a message")
        self.flush()

    def flush(self) -> None:
        """Send what the streams hold, and what is in their pipes."""
        for stream, pump in zip((self.out, self.err), self.pumps, strict=True):
            pump.drain()
            stream.flush()


def _enable_gui(kernel: Any, gui: Any = None) -> None:
    """Choose the event loop that `%matplotlib` names; the shell's own way looks for an application around it."""
    from ipykernel.eventloops import enable_gui  # loads what must be loaded after the fork

    try:
        enable_gui(gui, kernel=kernel)
    except ValueError as error:
        raise UsageError(str(error)) from None
    kernel.shell.active_eventloop = gui


def _logger(number: int) -> logging.Logger:
    """Return what the kernel itself logs to: a descriptor, never the outputs of a cell that configures logging."""
    logger = logging.getLogger("casework.kernel")
    handler = logging.StreamHandler(os.fdopen(number, "w", encoding="utf-8", errors="replace"))
    handler.setLevel(logging.WARNING)
    logger.handlers, logger.propagate = [handler], False
    return logger


def _interrupted() -> dict[str, Any]:
    return {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": [], "execution_count": None}


def run_shell(link: Link, setup: dict[str, Any]) -> int:
    """Serve cells over a link until it closes or says so.

    Parameters
    ----------
    link : Link
        Where `{"kind": "execute", "code": ...}` come from and messages go to.
    setup : dict
        `environment`, `cwd`, `memory` [bytes] that the cells may take, or None, and `log`, the file that takes
        what is not output, or None.
    """
    if setup.get("log"):
        _log_to(setup["log"])
    child.become(setup["environment"], setup["cwd"])
    child.limit_memory(setup.get("memory"))
    child.keep_memory()
    runner = CellRunner(link)
    watch = Watch.start()
    link.send(event="ready", language_info=dict(runner.kernel.language_info))
    while (request := link.receive()) is not None:
        if not _do(runner, request):
            break
    if runner.leaving:
        return 0
    runner.session.ended = True  # the client reads no more: what a thread goes on writing would fill the link
    try:
        found = watch.found()
        link.send(event="finished", opened=found["read"], written=found["written"])
    except OSError:
        return 1
    return 0


def _do(runner: CellRunner, request: dict[str, Any]) -> bool:
    """Do what the client asks for; return whether there may be more."""
    kind = request.get("kind")
    if kind == "execute":
        runner.execute(request)
    elif kind == "comm":
        runner.tell_widget(request["message"])
    return kind in ("execute", "comm") and not runner.leaving


def _log_to(path: str) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(number, 1)
    os.dup2(number, 2)
    os.close(number)
