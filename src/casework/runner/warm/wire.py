"""Messages between processes: JSON with its length in front, over a socket or a pair of pipes."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any

HEADER = struct.Struct("!I")
LIMIT = (1 << 31) - 1
CHUNK = 1 << 20
FILES = 4
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
            _write(self.writer, frame)

    def receive(self, limit: int = LIMIT) -> dict[str, Any] | None:
        """Return the next message; None when the other end is closed, sends nonsense, or more than `limit` bytes."""
        try:
            head = _read(self.reader, HEADER.size)
            size = HEADER.unpack(head)[0] if head else 0
            body = _read(self.reader, size) if head and size <= limit else None
            message = json.loads(body) if body is not None else None
        except (OSError, ValueError, RecursionError):
            return None
        return message if isinstance(message, dict) else None

    def wait(self, seconds: float | None) -> bool:
        """Wait so long for a message, or for the end; return whether one has come."""
        if os.name == "nt":
            return True  # pipes cannot be waited for there; reading waits
        return bool(select.select([self.reader], [], [], seconds)[0])

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


def _read(number: int, count: int) -> bytes | None:
    """Return exactly so many bytes, or None at the end of the stream."""
    parts: list[bytes] = []
    while count > 0:
        part = os.read(number, min(count, CHUNK))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write(number: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(number, view) :]
