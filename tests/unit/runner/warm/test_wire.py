import os
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.warm.wire import HEADER, Link, pack, receive_with_files, send_with_files

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_any_message_arrives_as_it_was(value: object) -> None:
    one, other = Link.pair()
    one.send(value=value)
    assert other.receive() == {"value": value}
    one.close()
    other.close()


def test_a_long_message_arrives_whole() -> None:
    one, other = Link.pair()
    text = "客户" * 2_000_000
    sender = threading.Thread(target=lambda: one.send(text=text))
    sender.start()
    assert other.receive() == {"text": text}
    sender.join()
    one.close()
    other.close()


def ends(kind: str) -> tuple[Link, Link]:
    if kind == "socket":
        return Link.pair()
    (one, two), (three, four) = os.pipe(), os.pipe()
    return Link(one, four), Link(three, two)


@pytest.mark.parametrize("kind", ["socket", "pipes"])
def test_two_ends_that_post_much_do_not_wait_for_each_other(kind: str) -> None:
    one, other = ends(kind)
    texts = ["客" * 700_000, "", "b" * 300_000]
    found: dict[Link, list[object]] = {one: [], other: []}
    end = time.monotonic() + 60

    def talk(link: Link) -> None:
        for text in texts:
            link.post(text=text)
        while any(len(mine) < len(texts) for mine in found.values()) and time.monotonic() < end:
            if link.wait(0.02):
                found[link].append(link.receive())

    speakers = [threading.Thread(target=talk, args=(link,), daemon=True) for link in found]
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join(60)
    assert list(found.values()) == [[{"text": text} for text in texts]] * 2
    one.close()
    other.close()


@pytest.mark.parametrize("kind", ["socket", "pipes"])
def test_posting_to_an_end_that_is_gone_ends(kind: str) -> None:
    one, other = ends(kind)
    one.post(text="x" * 1_000_000)
    other.close()
    assert one.wait(20)
    assert one.receive() is None
    with pytest.raises(OSError, match="Broken pipe"):
        one.post(text="more")
    one.close()


def test_waiting_without_a_message_ends_in_time_whatever_is_posted() -> None:
    one, other = Link.pair()
    one.post(text="x" * 1_000_000)
    assert not one.wait(0.05)
    other.send(text="now")
    assert one.wait(20)
    one.close()
    other.close()


@given(st.integers(0, 60))
def test_a_message_cut_anywhere_is_none(at: int) -> None:
    frame = pack({"event": "cell", "index": 3, "more": "x" * 20})
    here, there = socket.socketpair()
    here.sendall(frame[: min(at, len(frame) - 1)])
    here.close()
    link = Link.of_socket(there)
    assert link.receive() is None
    link.close()


@pytest.mark.parametrize("body", [b"not json", b"[1, 2]", b"\xff\xfe"])
def test_nonsense_is_none(body: bytes) -> None:
    here, there = socket.socketpair()
    here.sendall(HEADER.pack(len(body)) + body)
    link = Link.of_socket(there)
    assert link.receive() is None
    link.close()
    here.close()


def test_open_files_travel() -> None:
    reader, writer = os.pipe()
    here, there = socket.socketpair()
    send_with_files(here, {"kind": "x"}, [writer])
    message, files = receive_with_files(there, 1 << 20)
    assert message == {"kind": "x"}
    os.close(writer)
    os.write(files[0], b"hello")
    os.close(files[0])
    assert os.read(reader, 10) == b"hello"
    os.close(reader)
    here.close()
    there.close()


def test_a_first_message_above_the_limit_is_nonsense() -> None:
    here, there = socket.socketpair()
    send_with_files(here, {"text": "x" * 1000})
    assert receive_with_files(there, 100)[0] is None
    here.close()
    there.close()


def test_waiting_tells_whether_something_came() -> None:
    one, other = Link.pair()
    assert not other.wait(0)
    one.send(event="x")
    assert other.wait(5)
    other.close()
    other.close()
    one.close()
