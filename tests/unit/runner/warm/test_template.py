"""A template with bodies of its own, in an interpreter of its own: nothing heavy is loaded here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("forks are for Linux", allow_module_level=True)

from casework.runner import hashing
from casework.runner.warm import preload, template
from casework.runner.warm.child import children
from casework.runner.warm.wire import HEADER, receive_with_files, send_with_files

SERVE = """
import os, signal, socket, subprocess, sys, time
from casework.runner.warm import child, template

def echo(message, link, files):
    open = len(os.listdir("/proc/self/fd"))
    link.send(event="echo", pid=os.getpid(), text=message["text"], sid=os.getsid(0), open=open)
    return 0

def write(message, link, files):
    os.write(files[0], b"from the fork")
    return 0

def end(message, link, files):
    return message["code"]

def stay(message, link, files):
    child.die_with_parent()
    if message.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    link.send(event="there", pid=os.getpid())
    time.sleep(60)

def leave(message, link, files):
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    link.send(event="left", pid=left.pid)
    return 0

path, idle, grace = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
template.GRACE_SECONDS = grace
template.FIRST_MESSAGE_SECONDS = 0.3
child.adopt_orphans()
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
listener.listen(8)
os.chmod(path, 0o666)
print("ready", flush=True)
bodies = {"echo": echo, "write": write, "kernel": end, "job": end, "stay": stay, "leave": leave}
template.Template(listener, bodies, idle).loop()
print("ended", flush=True)
"""
STRANGER = """
import os, socket, sys
os.setgid(65534)
os.setuid(65534)
sys.path[:] = []
connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
connection.connect(sys.argv[1])
body = b'{"kind":"ping"}'
try:
    connection.sendall(len(body).to_bytes(4, "big") + body)
    print(connection.recv(100))
except OSError:
    print(b"")
"""


class Running:
    """A template at work."""

    def __init__(self, path: Path, *, idle: float = 60.0, grace: float = 10.0) -> None:
        self.path = path
        command = [sys.executable, "-c", SERVE, str(path), str(idle), str(grace)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(20.0)
        connection.connect(str(self.path))
        return connection

    def request(self, files: tuple[int, ...] = (), **message: Any) -> socket.socket:
        connection = self.connect()
        send_with_files(connection, message, files)
        return connection

    def ask(self, **message: Any) -> dict[str, Any] | None:
        with self.request(**message) as connection:
            return receive(connection)

    def ended(self) -> bool:
        """Wait for its own end."""
        assert self.process.stdout is not None
        return self.process.stdout.read() == "ended\n" and self.process.wait(20) == 0


def receive(connection: socket.socket) -> dict[str, Any] | None:
    return receive_with_files(connection, 1 << 20)[0]


def wait_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until and not condition():
        time.sleep(0.01)
    return condition()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def go(**options: float) -> Running:
        made.append(Running(tmp_path / "s", **options))
        return made[-1]

    yield go
    for item in made:
        item.process.kill()
        item.process.communicate()


@pytest.fixture
def running(start: Callable[..., Running]) -> Running:
    return start()


def test_it_says_how_it_is(running: Running) -> None:
    answer = running.ask(kind="ping")
    assert answer is not None
    assert answer.pop("seconds") >= 0
    assert answer == {"event": "pong", "pid": running.process.pid, "served": 0, "running": 0}


def test_a_fork_answers_on_the_connection_of_its_client(running: Running) -> None:
    answers = [running.ask(kind="echo", text="客户") for _ in range(3)]
    assert all(answer is not None for answer in answers)
    found = [answer for answer in answers if answer]
    assert {answer["text"] for answer in found} == {"客户"}
    assert all(answer["pid"] == answer["sid"] != running.process.pid for answer in found)
    assert len({answer["pid"] for answer in found}) == 3
    after = running.ask(kind="ping")
    assert after is not None
    assert after["served"] == 3


def test_a_fork_holds_nothing_of_other_clients(running: Running) -> None:
    first = running.ask(kind="echo", text="")
    others = [running.request(kind="stay") for _ in range(3)]
    for other in others:
        receive(other)
    second = running.ask(kind="echo", text="")
    assert first is not None
    assert second is not None
    assert first["open"] == second["open"]
    for other in others:
        other.close()


def test_open_files_come_to_the_fork(running: Running) -> None:
    reader, writer = os.pipe()
    with running.request((writer,), kind="write"):
        os.close(writer)
        assert os.read(reader, 100) == b"from the fork"
        assert os.read(reader, 100) == b""  # the template has closed its own copy
    os.close(reader)


def test_the_client_of_a_kernel_hears_how_it_ended(running: Running) -> None:
    assert running.ask(kind="kernel", code=7) == {"event": "exit", "code": 7}
    assert running.ask(kind="job", code=7) is None


def test_a_fork_ends_when_its_client_is_gone(running: Running) -> None:
    connection = running.request(kind="stay")
    assert receive(connection) is not None
    assert len(children(running.process.pid)) == 1
    connection.close()
    assert wait_for(lambda: not children(running.process.pid))
    answer = running.ask(kind="ping")
    assert answer is not None
    assert answer["running"] == 0


def test_a_fork_that_does_not_listen_is_killed(start: Callable[..., Running]) -> None:
    running = start(grace=0.1)
    connection = running.request(kind="stay", deaf=True)
    assert receive(connection) is not None
    connection.close()
    assert wait_for(lambda: not children(running.process.pid))
    running.ask(kind="stop")
    assert running.ended()


def test_what_a_fork_leaves_behind_is_ended(running: Running) -> None:
    answer = running.ask(kind="leave")
    assert answer is not None
    assert wait_for(lambda: not Path(f"/proc/{answer['pid']}").exists())


def test_an_unknown_request_is_refused(running: Running) -> None:
    assert running.ask(kind="rm -rf") == {"event": "refused", "reason": "unknown request 'rm -rf'"}
    assert running.ask(text="no kind") == {"event": "refused", "reason": "unknown request 'None'"}


@pytest.mark.parametrize(
    "sent",
    [b"", b"\0", b"GET / HTTP/1.1\r\n\r\n", HEADER.pack(2**32 - 1) + b"{}", HEADER.pack(6) + b"[1, 2]", HEADER.pack(9)],
    ids=["nothing", "a part", "another protocol", "too long", "a list", "cut"],
)
def test_nonsense_changes_nothing(running: Running, sent: bytes) -> None:
    with running.connect() as connection:
        connection.sendall(sent)
        with suppress(ConnectionResetError):
            assert connection.recv(10) == b""  # closed, also where the peer says nothing for too long
    answer = running.ask(kind="ping")
    assert answer is not None
    assert answer["served"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_gets_no_answer(running: Running) -> None:
    folder = running.path.parent
    folder.chmod(0o711)  # it can be reached, from a process that is already there
    command = [sys.executable, "-c", STRANGER, running.path.name]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20)
    assert (found.stdout, found.stderr) == ("b''\n", "")
    answer = running.ask(kind="ping")
    assert answer is not None
    assert answer["served"] == 0


def test_peers_of_the_same_user_are_known() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert template._same_user(one)


def test_it_stops_when_told(running: Running) -> None:
    assert running.ask(kind="stop") == {"event": "stopping"}
    assert running.ended()


def test_retiring_it_ends_after_its_last_fork(running: Running) -> None:
    connection = running.request(kind="stay")
    assert receive(connection) is not None
    assert running.ask(kind="retire") == {"event": "stopping"}
    answer = running.ask(kind="ping")
    assert answer is not None
    assert answer["running"] == 1
    connection.close()
    assert running.ended()


def test_it_ends_when_nobody_asks(start: Callable[..., Running]) -> None:
    assert start(idle=0.1).ended()


SERVE_WHOLE = """
import sys
from pathlib import Path
from casework.runner.warm import preload, template
template.bodies = dict
preload.preload = lambda: ["a.library"]
sys.exit(template.serve(Path(sys.argv[1]), idle=60.0))
"""


def test_its_socket_is_there_for_its_user_alone_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    command = [sys.executable, "-c", SERVE_WHOLE, str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert wait_for(path.exists)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    process.send_signal(signal.SIGINT)  # Ctrl-C in a terminal is for the client
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection:
        connection.connect(str(path))
        send_with_files(connection, {"kind": "stop"})
        assert receive(connection) == {"event": "stopping"}
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "casework: not loaded: a.library\n")
    assert not path.exists()


def test_the_socket_of_its_successor_stays(tmp_path: Path) -> None:
    path, other = tmp_path / "x.sock", tmp_path / "y"
    process = subprocess.Popen([sys.executable, "-c", SERVE_WHOLE, str(path)], stderr=subprocess.DEVNULL)
    assert wait_for(path.exists)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection:
        connection.connect(str(path))
        other.write_text("the successor's", encoding="utf-8")
        other.replace(path)
        send_with_files(connection, {"kind": "stop"})
        assert process.wait(20) == 0
    assert path.read_text(encoding="utf-8") == "the successor's"


@pytest.mark.parametrize(
    ("name", "found", "reason"),
    [("threads", lambda: 2, "2 threads"), ("pristine", lambda: False, "configured what belongs to a run")],
)
def test_what_cannot_fork_safely_does_not_serve(
    name: str,
    found: Callable[[], int],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(template, "bodies", dict)
    monkeypatch.setattr(preload, "preload", list)
    monkeypatch.setattr(preload, "threads", lambda: 1)
    monkeypatch.setattr(preload, name, found)
    assert template.serve(tmp_path / "x.sock", idle=1.0) == 3
    assert reason in capsys.readouterr().err
    [note] = tmp_path.iterdir()
    assert reason in note.read_text(encoding="utf-8")


def test_sources_that_change_while_they_are_loaded_are_not_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(template, "bodies", dict)
    monkeypatch.setattr(preload, "preload", list)
    states = iter("ab")
    monkeypatch.setattr(hashing, "package_sha256", lru_cache(lambda: next(states)))
    assert template.serve(tmp_path / "x.sock", idle=1.0) == 3
    assert "sources changed" in capsys.readouterr().err
