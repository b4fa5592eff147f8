"""Messages between processes: JSON with its length in front, over a socket or a pair of pipes."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Sequence
from typing import Any

HEADER = struct.Struct("!I")
LIMIT = (1 << 31) - 1
CHUNK = 1 << 20
FILES = 4
CAN_WAIT = os.name != "nt"  # pipes cannot be waited for there; reading and writing wait
NEVER = ".never"  # ending of the note that a template cannot be had


class Link:
    """One end of a connection that carries messages; safe to send from several threads.

    Parameters
    ----------
    reader, writer : int
        File descriptors to read from and to write to; the same one for a socket. The link owns them.

    Examples
    --------
    >>> one, other = Link.pair()
    >>> one.send(event="cell", index=3)
    >>> other.receive()
    {'event': 'cell', 'index': 3}
    >>> one.close()
    >>> other.receive() is None
    True
    >>> other.close()
    """

    def __init__(self, reader: int, writer: int) -> None:
        self.reader, self.writer = reader, writer
        self._lock = threading.Lock()
        self._posted = bytearray()
        self._closed = False

    @classmethod
    def of_socket(cls, connection: socket.socket) -> Link:
        """Take over a socket."""
        number = connection.detach()
        return cls(number, number)

    @classmethod
    def pair(cls) -> tuple[Link, Link]:
        """Return two links that talk to each other."""
        one, other = socket.socketpair()
        return cls.of_socket(one), cls.of_socket(other)

    def send(self, **message: Any) -> None:
        """Send one message.

        Raises
        ------
        OSError
            The other end is gone.
        """
        frame = pack(message)
        with self._lock:
            _write(self.writer, bytes(self._posted) + frame)
            self._posted.clear()

    def post(self, **message: Any) -> None:
        """Send one message without waiting for a reader: what is too much for now goes while this end waits and reads.

        Who both sends and receives much posts: two ends that only send would wait for each other for ever.

        Raises
        ------
        OSError
            The other end is gone.
        """
        if not CAN_WAIT:
            self.send(**message)
            return
        with self._lock:
            self._posted += pack(message)
            self._post_some()

    def _post_some(self) -> None:
        """Write of what is posted as much as the other end has room for."""
        while self._posted and select.select([], [self.writer], [], 0)[1]:
            written = _write_some(self.writer, self._posted, connected=self.writer == self.reader)
            if not written:
                return
            del self._posted[:written]

    def receive(self, limit: int = LIMIT) -> dict[str, Any] | None:
        """Return the next message; None when the other end is closed, sends nonsense, or more than `limit` bytes."""
        try:
            head = self._read(HEADER.size)
            size = HEADER.unpack(head)[0] if head else 0
            body = self._read(size) if head and size <= limit else None
            message = json.loads(body) if body is not None else None
        except (OSError, ValueError, RecursionError):
            return None
        return message if isinstance(message, dict) else None

    def _read(self, count: int) -> bytes | None:
        """Return exactly so many bytes, or None at the end of the stream; what is posted is sent meanwhile."""
        parts: list[bytes] = []
        while count > 0:
            if self._posted:
                self.wait(None)
            part = os.read(self.reader, min(count, CHUNK))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def wait(self, seconds: float | None) -> bool:
        """Wait so long [s] for a message, or for the end; return whether one has come. What is posted is sent."""
        if not CAN_WAIT:
            return True
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            come, room, _ = select.select([self.reader], [self.writer] if self._posted else [], [], left)
            if come or not room:
                return bool(come)
            with self._lock:
                try:
                    self._post_some()
                except OSError:  # the other end is gone: reading will tell
                    self._posted.clear()

    def close(self) -> None:
        """Close both directions; again is no error."""
        if not self._closed:
            self._closed = True
            for number in {self.reader, self.writer}:
                os.close(number)


def readable(number: int, seconds: float | None) -> bool:
    """Wait so long until something can be read from a descriptor, or it has ended."""
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(None if seconds is None else max(0.0, seconds) * 1000))


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as it travels."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "surrogatepass")
    if len(body) > LIMIT:
        raise OSError("a message above 2 GiB cannot be sent")
    return HEADER.pack(len(body)) + body


def send_with_files(connection: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send the first message of a connection, with open files that the receiver may use."""
    frame = pack(message)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
    sent = connection.sendmsg([frame], rights)
    if sent < len(frame):  # sending nothing fails where the other end has answered and left
        connection.sendall(frame[sent:])


def receive_with_files(connection: socket.socket, limit: int) -> tuple[dict[str, Any] | None, list[int]]:
    """Return the first message of a connection and the open files that came with it; the caller closes them.

    Parameters
    ----------
    limit : int
        Longest message that is read [bytes]; a longer one counts as nonsense.
    """
    files = array.array("i")
    head, ancillary, _, _ = connection.recvmsg(HEADER.size, socket.CMSG_SPACE(FILES * files.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            files.frombytes(data[: len(data) - len(data) % files.itemsize])
    try:
        head += _receive(connection, HEADER.size - len(head)) or b""
        size = HEADER.unpack(head)[0]
        body = _receive(connection, size) if size <= limit else None
        message = json.loads(body) if body is not None else None
    except (OSError, ValueError, RecursionError, struct.error):
        message = None
    return (message if isinstance(message, dict) else None), list(files)


def _receive(connection: socket.socket, count: int) -> bytes | None:
    """Return exactly so many bytes of a socket that may have a timeout, or None at its end."""
    parts: list[bytes] = []
    while count > 0:
        part = connection.recv(min(count, CHUNK))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write_some(number: int, data: bytearray, *, connected: bool) -> int:
    """Write what a socket (`connected`) or a pipe with room takes at once; return how many bytes."""
    if not connected:
        return os.write(number, bytes(data[: select.PIPE_BUF]))
    own = socket.socket(fileno=number)
    try:
        return own.send(bytes(data[:CHUNK]), socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 0
    finally:
        own.detach()


def _write(number: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(number, view) :]
