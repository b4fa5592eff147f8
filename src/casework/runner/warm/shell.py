"""Execute cells in this process as a kernel does, without a kernel's sockets and threads.

The shell is ipykernel's own; only the session that would put messages on a socket is replaced by one that sends
them over a link. So formats, tracebacks, magics, figures, widgets and top-level await are those of a kernel.
"""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import os
import sys
import threading
from types import SimpleNamespace
from typing import Any, cast

from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from traitlets.config import Config

from casework.runner.opened import Watch
from casework.runner.warm import child
from casework.runner.warm.wire import Link

PIPE_CHUNK = 1 << 16
FLUSH_AT = 1 << 16


class LinkSession(Session):
    """A kernel's session whose messages go over a link instead of a socket."""

    def __init__(self, link: Link, **traits: Any) -> None:
        super().__init__(key=b"", **traits)
        self.link = link

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message, or make one and send it."""
        made = msg_or_type if isinstance(msg_or_type, dict) else None
        self.link.send(
            event="message",
            msg_type=made["msg_type"] if made else msg_or_type,
            content=json_clean(made["content"] if made else content or {}),
            metadata=json_clean((made.get("metadata") if made else metadata) or {}),
            buffers=[base64.b64encode(bytes(item)).decode("ascii") for item in buffers or ()],
        )
        return made


class Stream(io.TextIOBase):
    """A standard stream of the cells: text is sent when the stream is flushed, or when much has come."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, session: LinkSession, name: str, number: int) -> None:
        self._session, self._name, self._number = session, name, number
        self._parts: list[str] = []
        self._size = 0
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """Name as kernels give it."""
        return f"<{self._name}>"

    def writable(self) -> bool:
        """Text may be written."""
        return True

    def fileno(self) -> int:
        """Descriptor that programs started from a cell write to."""
        return self._number

    def isatty(self) -> bool:
        """Nobody watches."""
        return False

    def write(self, text: str) -> int:
        """Take text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
            full = self._size >= FLUSH_AT
        if full:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what has come."""
        with self._lock:
            text, self._parts, self._size = "".join(self._parts), [], 0
            if text:
                self._session.send(None, "stream", {"name": self._name, "text": text})


class Descriptor:
    """Collect what C code and child processes write to a standard descriptor, and pass it on as a stream."""

    def __init__(self, number: int, stream: Stream) -> None:
        self.reader, writer = os.pipe()
        os.dup2(writer, number)
        os.close(writer)
        self._stream = stream
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def _pump(self) -> None:
        import codecs

        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        while data := os.read(self.reader, PIPE_CHUNK):
            self._stream.write(decode(data))
            self._stream.flush()


class CellRunner:
    """An IPython shell, made as a kernel makes it, whose messages go over a link."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.session = LinkSession(link)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
        InteractiveShellApp.init_path(cast(Any, SimpleNamespace(ignore_cwd=False)))
        self.out = Stream(self.session, "stdout", 1)
        self.err = Stream(self.session, "stderr", 2)
        self.kernel: Any = self._make_kernel()
        self.pumps = [Descriptor(1, self.out), Descriptor(2, self.err)]
        sys.stdout, sys.stderr = self.out, self.err

    def _make_kernel(self) -> IPythonKernel:
        options = Config()
        options.HistoryManager.hist_file = ":memory:"
        return IPythonKernel.instance(
            session=self.session,
            user_ns={},
            config=options,
            log=logging.getLogger("casework.kernel"),
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        )

    def execute(self, request: dict[str, Any]) -> None:
        """Execute one cell and send what a kernel sends: messages, then the reply."""
        code = str(request["code"])
        count = self.kernel.shell.execution_count
        self.session.send(None, "execute_input", {"code": code, "execution_count": count})
        try:
            reply = self.loop.run_until_complete(
                self.kernel.do_execute(code, False, bool(request.get("store_history", True)))
            )
        except KeyboardInterrupt:
            self.kernel.shell.showtraceback()
            reply = _interrupted()
        self.flush()
        kept = {name: reply.get(name) for name in ("status", "execution_count", "ename", "evalue", "traceback")}
        self.link.send(event="reply", content=kept)

    def flush(self) -> None:
        """Send what the streams hold; what a child process wrote last may still be in its pipe."""
        import select

        for stream, pump in zip((self.out, self.err), self.pumps, strict=True):
            stream.flush()
            while select.select([pump.reader], [], [], 0)[0]:
                threading.Event().wait(0.001)
            stream.flush()


def _interrupted() -> dict[str, Any]:
    return {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": [], "execution_count": None}


def run_shell(link: Link, setup: dict[str, Any]) -> int:
    """Serve cells over a link until it closes or says so.

    Parameters
    ----------
    link : Link
        Where `{"kind": "execute", "code": ...}` come from and messages go to.
    setup : dict
        `environment`, `cwd`, and `memory` [bytes] that the cells may take, or None.
    """
    child.become(setup["environment"], setup["cwd"])
    child.limit_memory(setup.get("memory"))
    runner = CellRunner(link)
    watch = Watch.start()
    link.send(event="ready", language_info=dict(runner.kernel.language_info))
    while (request := link.receive()) is not None:
        if request.get("kind") != "execute":
            break
        runner.execute(request)
    try:
        link.send(event="finished", opened=watch.read, written=watch.written)
    except OSError:
        return 1
    return 0
