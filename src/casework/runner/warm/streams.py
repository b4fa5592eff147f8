"""What cells say, on its way to the client: messages of the kernel, standard streams, and their descriptors."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

from casework.runner.execution import STREAM_LIMIT
from casework.runner.warm.wire import Link, readable

PIPE_CHUNK = 1 << 16
FLUSH_AT = 1 << 16
YIELD_SECONDS = 0.001


class LinkSession(Session):
    """A kernel's session whose messages go over a link instead of a socket."""

    def __init__(self, link: Link, **traits: Any) -> None:
        super().__init__(key=b"", **traits)
        self.link = link
        self.home = os.getpid()
        self.ended = False

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
        """Send a message, or make one and send it; what a cell forked has no say, and nobody has after the end."""
        if self.ended or os.getpid() != self.home:
            return None
        made = msg_or_type if isinstance(msg_or_type, dict) else None
        self.link.send(
            event="message",
            msg_type=made["msg_type"] if made else msg_or_type,
            parent=message_id(made.get("parent_header") if made else parent),
            content=self._as_received(made["content"] if made else content or {}),
            metadata=self._as_received((made.get("metadata") if made else metadata) or {}),
            buffers=[base64.b64encode(bytes(item)).decode("ascii") for item in buffers or ()],
        )
        return made

    def _as_received(self, content: Any) -> Any:
        """Return what a kernel's client would receive: bytes as base64, numbers of libraries as numbers."""
        try:
            packed = self.pack(content)
        except UnicodeEncodeError:  # half of a pair of surrogates
            packed = json.dumps(content, default=json_default, ensure_ascii=False).encode("utf-8", "replace")
        return json.loads(packed.decode("utf-8", "replace"))


def message_id(parent: Mapping[str, Any] | None) -> str:
    """Return the identifier of a message or of its header.

    Examples
    --------
    >>> message_id({"header": {"msg_id": "3"}}), message_id({"msg_id": "3"}), message_id(None)
    ('3', '3', '')
    """
    about = parent or {}
    return str((about.get("header") or about).get("msg_id", ""))


class Stream(io.TextIOBase):
    """A standard stream of the cells: text is sent when the stream is flushed, or when much has come.

    What a forked child prints comes through a pipe of its own, line by line, and goes on its way at once.

    Parameters
    ----------
    session : LinkSession
        Where text goes.
    name : {'stdout', 'stderr'}
        Which stream it is.
    original : int
        Descriptor of the log, which programs get that are started with this stream.
    """

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, session: LinkSession, name: str, original: int) -> None:
        self._session, self._name, self._original = session, name, original
        self._parent: Mapping[str, Any] = {}
        self._sent = 0
        self._begin()
        reader, self._from_child = os.pipe()
        self._children = Pump(reader, self._send)

    def _begin(self) -> None:
        """Begin with nothing: also in a forked child, which must not repeat what its parent was about to say."""
        self._pid, self._lock = os.getpid(), threading.RLock()
        self._parts: list[str] = []
        self._size = 0

    @property
    def name(self) -> str:
        """Name as kernels give it."""
        return f"<{self._name}>"

    def set_parent(self, parent: Mapping[str, Any]) -> None:
        """Say which request text belongs to from now on."""
        if message_id(parent) != message_id(self._parent):
            self._sent = 0
        self._parent = parent

    def writable(self) -> bool:
        """Text may be written."""
        return True

    def fileno(self) -> int:
        """Descriptor that a program gets which is started with this stream: as in a kernel, the log."""
        return self._original

    def isatty(self) -> bool:
        """Nobody watches."""
        return False

    def write(self, text: str) -> int:
        """Take text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._pid:
            self._begin()
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
        if self._size >= FLUSH_AT or ("\n" in text and self._is_child):
            self.flush()
        return len(text)

    @property
    def _is_child(self) -> bool:
        return self._pid != self._session.home

    def flush(self) -> None:
        """Send what has come; what forked children said before goes first."""
        if os.getpid() != self._pid:
            self._begin()
        if not self._is_child:
            self._children.drain()
        with self._lock:
            text, self._parts, self._size = "".join(self._parts), [], 0
            if text and self._is_child:
                _write_all(self._from_child, text.encode("utf-8", "replace"))
            elif text:
                self._send(text)

    def _send(self, text: str) -> None:
        """Send text; what is far beyond what the client keeps of a cell is not worth its way."""
        if self._sent > STREAM_LIMIT:
            return
        self._sent += len(text)
        self._session.send(None, "stream", {"name": self._name, "text": text}, self._parent)


def _write_all(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]


class Pump:
    """Take what is written to a pipe and pass it on as text, in a thread.

    Parameters
    ----------
    reader : int
        The end of the pipe to read from.
    take : callable
        Gets the text.
    """

    def __init__(self, reader: int, take: Callable[[str], Any]) -> None:
        import codecs

        self.reader = reader
        self._pass_on = take
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._lock = threading.Lock()
        self._wanted = False
        threading.Thread(target=self._run, daemon=True).start()

    @classmethod
    def of_descriptor(cls, number: int, stream: Stream) -> Pump:
        """Collect what C code and programs write to a standard descriptor, between what Python prints."""
        reader, writer = os.pipe()
        os.dup2(writer, number)
        os.close(writer)
        return cls(reader, stream.write)

    def _run(self) -> None:
        while readable(self.reader, None):
            if self._wanted:
                time.sleep(YIELD_SECONDS)  # a lock is not fair: who drains would wait while a program floods
            with self._lock:
                if self.waiting():
                    self._take(PIPE_CHUNK)
                elif readable(self.reader, 0):
                    return  # readable and empty: nobody can write any more

    def waiting(self) -> int:
        """Return how many bytes were written and not yet read."""
        return int(struct.unpack("i", fcntl.ioctl(self.reader, termios.FIONREAD, bytes(4)))[0])

    def _take(self, most: int) -> int:
        data = os.read(self.reader, most)
        self._pass_on(self._decode(data))
        return len(data)

    def drain(self) -> None:
        """Pass on what has been written until now, however much a program goes on writing."""
        self._wanted = True
        with self._lock:
            self._wanted = False
            left = self.waiting()
            while left > 0:
                left -= self._take(min(left, PIPE_CHUNK))
