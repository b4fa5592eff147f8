import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from casework.runner.warm import streams
from casework.runner.warm.streams import LinkSession, Pump, Stream, message_id
from casework.runner.warm.wire import Link

Said = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def link() -> Iterator[tuple[Link, Link]]:
    here, there = Link.pair()
    yield here, there
    here.close()
    there.close()


@pytest.fixture
def session(link: tuple[Link, Link]) -> LinkSession:
    return LinkSession(link[0])


@pytest.fixture
def said(link: tuple[Link, Link]) -> Said:
    """Return what reads all text that has come: stream, text, and the request that it belongs to."""

    def read() -> list[tuple[str, str, str]]:
        found = []
        while link[1].wait(0):
            message = link[1].receive()
            assert message is not None
            found.append((message["content"]["name"], message["content"]["text"], message["parent"]))
        return found

    return read


def test_a_message_says_whom_it_answers(link: tuple[Link, Link], session: LinkSession) -> None:
    made = session.msg("execute_result", {"data": {}}, parent={"header": {"msg_id": "7"}})
    session.send(None, made)
    session.send(None, "display_data", {"data": {"a": b"ab"}}, {"msg_id": "8"}, buffers=[memoryview(b"ab")])
    first, second = link[1].receive(), link[1].receive()
    assert first is not None
    assert second is not None
    assert (first["msg_type"], first["parent"]) == ("execute_result", "7")
    assert (second["parent"], second["buffers"], second["content"]) == ("8", ["YWI="], {"data": {"a": "YWI="}})


def test_a_message_without_a_request_belongs_to_none() -> None:
    assert message_id({}) == message_id(None) == message_id({"header": {}}) == ""


@pytest.mark.parametrize(("text", "shown"), [("a\udcffb", "a\ufffdb"), ("a\ud800b", "a?b"), ("客户", "客户")])
def test_text_that_cannot_be_written_is_replaced(session: LinkSession, said: Said, text: str, shown: str) -> None:
    print(text, end="", flush=True, file=Stream(session, "stdout", 1))
    assert said() == [("stdout", shown, "")]


def test_text_is_sent_when_it_is_flushed(session: LinkSession, said: Said) -> None:
    stream = Stream(session, "stdout", 1)
    stream.set_parent({"header": {"msg_id": "3"}})
    assert stream.write("a") == 1
    print("b", 1, file=stream)
    assert said() == []
    stream.flush()
    stream.flush()
    assert said() == [("stdout", "ab 1\n", "3")]


def test_much_text_does_not_wait(session: LinkSession, said: Said) -> None:
    stream = Stream(session, "stderr", 2)
    stream.write("x" * streams.FLUSH_AT)
    assert len(said()) == 1


def test_what_nobody_keeps_is_not_sent(session: LinkSession, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STREAM_LIMIT", 10)
    stream = Stream(session, "stdout", 1)
    for parent in ("1", "1", "2"):
        stream.set_parent({"msg_id": parent})
        for text in ("a" * 8, "b" * 8, "c" * 8):
            print(text, end="", flush=True, file=stream)
    assert [(text[0], parent) for _, text, parent in said()] == [("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")]


def test_a_stream_takes_text_only(session: LinkSession) -> None:
    stream = Stream(session, "stdout", 1)
    with pytest.raises(TypeError, match="must be str"):
        stream.write(b"bytes")  # type: ignore[arg-type]
    assert (stream.name, stream.isatty(), stream.writable(), stream.encoding) == ("<stdout>", False, True, "UTF-8")


def test_a_program_gets_the_log(session: LinkSession) -> None:
    reader, writer = os.pipe()
    subprocess.run([sys.executable, "-c", "print('to the log')"], stdout=Stream(session, "stdout", writer), check=True)
    assert os.read(reader, 100) == b"to the log\n"
    os.close(reader)
    os.close(writer)


def test_what_a_fork_prints_comes_first_and_once(session: LinkSession, said: Said) -> None:
    stream = Stream(session, "stdout", 1)
    stream.write("of the parent\n")
    pid = os.fork()
    if not pid:
        print("of the child", file=stream)
        stream.write("no line")
        session.send(None, "stream", {"name": "stdout", "text": "never"})
        stream.flush()
        os._exit(0)
    os.waitpid(pid, 0)
    stream.flush()
    assert "".join(text for _, text, _ in said()) == "of the child\nno lineof the parent\n"


def test_a_descriptor_is_part_of_its_stream(session: LinkSession, said: Said) -> None:
    stream = Stream(session, "stdout", 1)
    spare = os.open(os.devnull, os.O_WRONLY)
    pump = Pump.of_descriptor(spare, stream)
    stream.write("1 ")
    os.write(spare, "二 ".encode())
    pump.drain()
    stream.write("3")
    stream.flush()
    assert said() == [("stdout", "1 二 3", "")]
    os.close(spare)


def test_draining_ends_though_a_program_goes_on_writing() -> None:
    reader, writer = os.pipe()
    taken: list[str] = []
    pump = Pump(reader, taken.append)
    program = subprocess.Popen(["yes"], stdout=writer)
    os.close(writer)
    for _ in range(5):
        pump.drain()
    program.kill()
    program.wait()
    pump.drain()
    assert set("".join(taken)) <= {"y", "\n"}


def test_a_closed_descriptor_ends_its_thread_and_nothing_else() -> None:
    reader, writer = os.pipe()
    taken: list[str] = []
    pump = Pump(reader, taken.append)
    os.write(writer, b"last\xe4")
    os.close(writer)
    pump.drain()
    pump.drain()
    assert "".join(taken) == "last"
    assert pump.waiting() == 0
