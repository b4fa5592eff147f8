import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from casework.runner.warm import client, identity
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link, receive_with_files, send_with_files

HERE = {"PATH": "/bin", "HOME": "/home/x"}
Serve = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of sockets for this test alone; its path is short, as those of sockets must be."""
    folder = Path()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(identity, "private_folder", lambda: folder)
    monkeypatch.delenv(client.SWITCH_VARIABLE, raising=False)
    monkeypatch.setattr(client, "_told", set())
    return folder


@pytest.fixture
def never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def spawn(*_: Any) -> None:
        pytest.fail("a template was started")

    monkeypatch.setattr(client, "_spawn", spawn)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Listen at a path and answer each request alike; return the list of requests."""
    listeners: list[tuple[socket.socket, threading.Thread]] = []

    def start(path: Path, answer: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_listen, args=(listener, seen, answer))
        thread.start()
        listeners.append((listener, thread))
        return seen

    yield start
    for listener, thread in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        listener.close()


def _listen(listener: socket.socket, seen: list[dict[str, Any]], answer: dict[str, Any] | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                message, files = receive_with_files(connection, 1 << 20)
                if message is None:
                    continue
                seen.append(message)
                for number in files:
                    os.write(number, b"hello")
                    os.close(number)
                if answer:
                    send_with_files(connection, answer)


def template(monkeypatch: pytest.MonkeyPatch, code: str) -> list[subprocess.Popen[bytes]]:
    """Let a template be a small program instead; it gets the path of its socket."""
    started: list[subprocess.Popen[bytes]] = []

    def spawn(path: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with path.with_suffix(".log").open("wb") as log:
            started.append(subprocess.Popen([sys.executable, "-I", "-S", "-c", code, str(path)], stderr=log))
        return started[-1]

    monkeypatch.setattr(client, "_spawn", spawn)
    return started


LISTEN = """
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
listener.accept()[0].recv(1)
"""


@pytest.mark.parametrize("value", ["0", "no", "OFF", "False"])
def test_warm_starts_can_be_switched_off(sockets: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(client.SWITCH_VARIABLE, value)
    assert "CASEWORK_WARM" in client.why_not()
    with pytest.raises(UnavailableError, match="switched off by the environment variable CASEWORK_WARM"):
        client.connect(HERE)
    assert client.ask("ping", HERE) is None
    client.warm_up()
    assert not list(sockets.iterdir())


def test_another_system_has_no_warm_starts(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.why_not() == ""
    monkeypatch.setattr(client.sys, "platform", "darwin")
    assert "cannot fork safely" in client.why_not()


def test_an_old_python_has_no_warm_starts(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(client.os, "pidfd_open")
    assert "too old" in client.why_not()


@pytest.mark.usefixtures("never_started")
def test_a_template_that_listens_is_used(sockets: Path, serve: Serve) -> None:
    serve(identity.socket_path(HERE))
    client.connect(HERE).close()
    client.connect(HERE, start=False).close()


@pytest.mark.usefixtures("never_started")
def test_without_a_template_and_not_allowed_to_start_one(sockets: Path) -> None:
    with pytest.raises(UnavailableError, match="not there yet"):
        client.connect(HERE, start=False)
    assert client.ask("ping", HERE) is None


@pytest.mark.usefixtures("never_started")
def test_a_folder_that_cannot_be_used_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> Path:
        raise OSError("read-only")

    monkeypatch.setattr(identity, "private_folder", refused)
    with pytest.raises(UnavailableError, match="read-only"):
        client.connect(HERE)
    assert client.ask("ping", HERE) is None


def test_a_template_is_started_where_there_is_none(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = template(monkeypatch, LISTEN)
    client.connect(HERE).close()
    assert len(started) == 1
    os.waitpid(started[0].pid, 0)


def test_a_socket_that_nobody_listens_at_counts_as_none(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = template(monkeypatch, "import os, sys; os.unlink(sys.argv[1])\n" + LISTEN)
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(identity.socket_path(HERE)))
    left.close()
    client.connect(HERE).close()
    os.waitpid(started[0].pid, 0)


def test_who_does_not_wait_gets_none_but_a_template_is_on_its_way(
    sockets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = template(monkeypatch, "pass")
    with pytest.raises(UnavailableError, match="not there yet"):
        client.connect(HERE, wait=False)
    assert len(started) == 1
    started[0].wait(10)


def test_a_template_that_is_being_started_is_not_started_twice(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = template(monkeypatch, "pass")
    with client._lock(identity.socket_path(HERE).with_suffix(".lock"), True) as mine:
        assert mine
        with pytest.raises(UnavailableError, match="not there yet"):
            client.connect(HERE, wait=False)
    assert not started


def test_a_template_that_dies_is_an_error_with_its_last_words(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template(monkeypatch, "import sys; sys.exit('x' * 500 + 'a library started threads')")
    with pytest.raises(UnavailableError, match=r"did not start .*a library started threads") as caught:
        client.connect(HERE)
    assert len(str(caught.value)) < 500


def test_what_a_template_has_found_impossible_is_not_tried_again_for_a_while(
    sockets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = template(monkeypatch, "import sys; sys.exit(3)")
    note = identity.socket_path(HERE).with_suffix(client.NEVER)
    note.write_text("2 threads", encoding="utf-8")
    with pytest.raises(UnavailableError, match=r"did not start \(2 threads"):
        client.connect(HERE)
    assert not started
    os.utime(note, (0, 0))
    with pytest.raises(UnavailableError, match="did not start"):
        client.connect(HERE)
    assert len(started) == 1


def test_a_template_that_takes_too_long_is_ended(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = template(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(client, "BOOT_SECONDS", 0.1)
    with pytest.raises(UnavailableError, match=r"did not start in 0\.1 s"):
        client.connect(HERE)
    assert started[0].returncode is not None


def test_a_template_gets_no_secrets_and_its_idle_time(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(client.subprocess, "Popen", lambda command, **options: seen.update(command=command, **options))
    monkeypatch.setenv("MY_TOKEN", "s3cret")
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setenv(client.IDLE_VARIABLE, "7")
    client._spawn(sockets / "x.sock", {**HERE, "OTHER_TOKEN": "s3cret"})
    assert seen["command"][-2:] == [str(sockets / "x.sock"), "7"]
    assert "s3cret" not in seen["env"].values()
    assert seen["env"]["HOME"] == "/home/x"
    assert seen["env"]["PATH"] == "/bin"
    assert seen["env"].items() >= identity.FIXED.items()


@pytest.mark.usefixtures("never_started")
def test_a_request_arrives_with_its_open_files(sockets: Path, serve: Serve) -> None:
    seen = serve(identity.socket_path(HERE), {"event": "ready"})
    reader, writer = os.pipe()
    link = client.request({"kind": "kernel"}, HERE, [writer])
    assert link.receive() == {"event": "ready"}
    assert seen == [{"kind": "kernel"}]
    assert os.read(reader, 10) == b"hello"
    link.close()
    os.close(reader)
    os.close(writer)


def test_a_template_that_leaves_before_the_request_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = socket.socketpair()
    there.close()
    monkeypatch.setattr(client, "connect", lambda *_, **__: here)
    with pytest.raises(UnavailableError, match="went away"):
        client.request({"kind": "kernel"}, HERE)
    assert here.fileno() == -1


@pytest.mark.usefixtures("never_started")
def test_a_template_answers_questions(sockets: Path, serve: Serve) -> None:
    seen = serve(identity.socket_path(HERE), {"event": "pong", "pid": 3})
    assert client.ask("ping", HERE) == {"event": "pong", "pid": 3}
    assert seen == [{"kind": "ping"}]


@pytest.mark.usefixtures("never_started")
def test_a_template_that_answers_nonsense_is_as_none(sockets: Path, serve: Serve) -> None:
    serve(identity.socket_path(HERE))
    assert client.ask("ping", HERE) is None


def test_templates_of_older_sources_are_retired_and_others_are_left(sockets: Path, serve: Serve) -> None:
    path, older, another = (sockets / f"{name}.sock" for name in ("here-new", "here-old", "there-old"))
    retired, kept = serve(older), serve(another)
    (sockets / "here-dead.sock").touch()
    for name in ("here-old.lock", "here-old.log", "there-old.log", "here-new.log"):
        (sockets / name).touch()
    client._retire_older(path)
    assert retired == [{"kind": "retire"}]
    assert kept == []
    assert sorted(item.name for item in sockets.iterdir()) == ["here-new.log", "there-old.log", "there-old.sock"]


def test_a_reason_is_told_once(sockets: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="casework"):
        for reason in ("no place", "no place", "no time", "no place"):
            client.tell_once(reason)
    assert [item.getMessage() for item in caplog.records] == [
        "normal start instead of a warm one: no place",
        "normal start instead of a warm one: no time",
    ]


def test_the_end_of_a_process_is_seen_by_its_handle() -> None:
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE)
    handle = os.pidfd_open(process.pid)
    assert not client.has_ended(handle)
    process.communicate(b"\n")
    assert client.has_ended(handle, 10)
    os.close(handle)


def test_warming_up_asks_nobody_to_wait(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = template(monkeypatch, "pass")
    client.warm_up()
    assert len(started) == 1
    started[0].wait(10)


def test_a_link_of_a_request_is_a_link(sockets: Path, serve: Serve) -> None:
    serve(identity.socket_path(HERE))
    link = client.request({"kind": "job"}, HERE)
    assert isinstance(link, Link)
    assert link.receive() is None
    link.close()
