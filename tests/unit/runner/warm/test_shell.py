"""One interpreter executes cells over a link; here is its client. The whole stays in tests/engine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("warm starts are for Linux", allow_module_level=True)

from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.wire import Link

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SERVE = """
import os, sys
from casework.runner.warm.shell import run_shell
from casework.runner.warm.wire import Link
link = Link(int(sys.argv[1]), int(sys.argv[1]))
os._exit(run_shell(link, link.receive()))
"""


class Shell:
    """The client of one process of cells."""

    def __init__(self, folder: Path, **setup: Any) -> None:
        here, there = socket.socketpair()
        number = there.fileno()
        quiet = fixed_environment(os.environ) | {"IPYTHONDIR": str(folder / "ipython")}
        command = [sys.executable, "-c", SERVE, str(number)]
        self.process = subprocess.Popen(command, pass_fds=[number], env=quiet, stderr=subprocess.PIPE, text=True)
        there.close()
        self.link = Link.of_socket(here)
        self.link.send(environment=quiet | {"GREETING": "hello"}, cwd=str(folder), **setup)
        self.ready = self.link.receive()

    def execute(self, code: str, name: str = "1", **more: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return the messages of a cell, but the echo of its code, and its reply."""
        self.link.send(kind="execute", code=code, id=name, **more)
        messages: list[dict[str, Any]] = []
        while (message := self.link.receive()) is not None and message["event"] == "message":
            assert message["parent"] == name
            messages.append(message)
        assert message is not None
        assert message["event"] == "reply"
        assert messages.pop(0)["msg_type"] == "execute_input"
        return messages, message["content"]

    def end(self) -> None:
        self.link.close()
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    made = Shell(tmp_path_factory.mktemp("cells"))
    yield made
    made.end()


def text_of(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["content"]["name"], item["content"]["text"]) for item in messages]


def test_it_is_ready_as_python(shell: Shell) -> None:
    assert shell.ready is not None
    assert shell.ready["event"] == "ready"
    assert shell.ready["language_info"]["name"] == "python"
    assert shell.ready["language_info"]["version"] == sys.version.split()[0]


def test_a_result_and_its_count(shell: Shell) -> None:
    (result,), reply = shell.execute("1 + 1")
    assert (result["msg_type"], result["content"]["data"]) == ("execute_result", {"text/plain": "2"})
    assert reply["status"] == "ok"
    assert result["content"]["execution_count"] == reply["execution_count"]
    _, after = shell.execute("_ + 1")
    assert after["execution_count"] == reply["execution_count"] + 1


def test_what_is_not_stored_does_not_count(shell: Shell) -> None:
    _, reply = shell.execute("1")
    _, hidden = shell.execute("2", store_history=False)
    _, after = shell.execute("3")
    assert hidden["status"] == "ok"
    assert after["execution_count"] == reply["execution_count"] + 1


def test_an_error_has_its_traceback_and_the_shell_goes_on(shell: Shell) -> None:
    (error,), reply = shell.execute("def f(): return 1 / 0\nf()")
    assert error["msg_type"] == "error"
    for found in (error["content"], reply):
        assert (found["ename"], found["evalue"]) == ("ZeroDivisionError", "division by zero")
        assert "in f()" in COLOUR.sub("", "".join(found["traceback"]))
    assert reply["status"] == "error"
    assert shell.execute("2")[1]["status"] == "ok"


def test_code_that_cannot_be_read_is_an_error(shell: Shell) -> None:
    _, reply = shell.execute("1 +")
    assert (reply["status"], reply["ename"]) == ("error", "SyntaxError")


def test_something_is_displayed(shell: Shell) -> None:
    code = "from IPython.display import HTML, display\nhandle = display(HTML('<b>x</b>'), display_id='it')"
    (shown,), _ = shell.execute(code)
    assert (shown["msg_type"], shown["content"]["data"]["text/html"]) == ("display_data", "<b>x</b>")
    (changed,), _ = shell.execute("handle.update(HTML('<i>y</i>'))")
    assert (changed["msg_type"], changed["content"]["transient"]) == ("update_display_data", {"display_id": "it"})


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("class Picture:\n    def _repr_png_(self): return b'\\x89PNG'\nPicture()", "image/png", "iVBORw=="),
        ("import numpy\ndisplay({'application/json': numpy.int64(3)}, raw=True)", "application/json", 3),
    ],
    ids=["picture", "number"],
)
def test_what_is_shown_travels_as_a_kernel_sends_it(shell: Shell, code: str, kind: str, expected: object) -> None:
    (shown,), _ = shell.execute(code)
    assert shown["content"]["data"][kind] == expected


def test_text_comes_in_order_with_what_is_displayed(shell: Shell) -> None:
    messages, _ = shell.execute("print('one')\ndisplay(1)\nprint('two')\n3")
    kinds = [item["msg_type"] for item in messages]
    assert kinds == ["stream", "display_data", "stream", "execute_result"]
    assert text_of([messages[0], messages[2]]) == [("stdout", "one\n"), ("stdout", "two\n")]


def test_python_programs_and_descriptors_share_a_stream(shell: Shell) -> None:
    code = "import os\nprint('python', flush=True)\nos.system('echo program')\nos.write(2, b'below\\n');"
    messages, _ = shell.execute(code)
    found = text_of(messages)
    assert "".join(text for name, text in found if name == "stdout") == "python\nprogram\n"
    assert "".join(text for name, text in found if name == "stderr") == "below\n"


def test_a_cell_awaits(shell: Shell) -> None:
    (result,), _ = shell.execute("import asyncio\nawait asyncio.sleep(0, 'later')")
    assert result["content"]["data"] == {"text/plain": "'later'"}


def test_a_forked_cell_goes_on_once(shell: Shell) -> None:
    messages, reply = shell.execute("pid = os.fork()\nif pid: os.wait()\nprint('parent' if pid else 'child')")
    assert reply["status"] == "ok"
    assert "".join(text for _, text in text_of(messages)).split() == ["child", "parent"]


def test_environment_and_folder_are_those_of_the_setup(shell: Shell) -> None:
    messages, _ = shell.execute("import os, sys\nprint(os.environ['GREETING'], sys.path[0] == '', os.getcwd())")
    assert text_of(messages)[0][1].startswith("hello True ")


def test_nothing_can_be_asked_of_the_user(shell: Shell) -> None:
    _, reply = shell.execute("input('name?')")
    assert reply["ename"] == "StdinNotImplementedError"


def test_an_interrupt_ends_the_cell_and_nothing_else(shell: Shell) -> None:
    _, reply = shell.execute("import signal\nx = 7\nos.kill(os.getpid(), signal.SIGINT)\nx = 8")
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    (result,), _ = shell.execute("x")
    assert result["content"]["data"] == {"text/plain": "7"}


def test_a_widget_hears_its_other_half(shell: Shell) -> None:
    shell.execute(
        "from comm import get_comm_manager, create_comm\n"
        "heard = []\nmade = create_comm(target_name='t', comm_id='c')\n"
        "made.on_msg(lambda message: heard.append(message['content']['data']))"
    )
    header = {"msg_id": "w", "msg_type": "comm_msg"}
    shell.link.send(
        kind="comm", message={"header": header, "content": {"comm_id": "c", "data": {"v": 3}}, "buffers": []}
    )
    nonsense = {"header": {"msg_id": "w", "msg_type": "no_such"}, "content": {}, "buffers": []}
    shell.link.send(kind="comm", message=nonsense)
    (result,), _ = shell.execute("heard")
    assert result["content"]["data"] == {"text/plain": "[{'v': 3}]"}


def test_it_ends_when_told_and_says_what_was_opened(tmp_path: Path) -> None:
    (tmp_path / "read.txt").write_text("x", encoding="utf-8")
    shell = Shell(tmp_path, log=str(tmp_path / "log.txt"))
    shell.execute(
        "open('read.txt').close()\nimport sys, os\nsys.__stderr__.write('to the log')\nsys.__stderr__.flush()"
    )
    shell.link.send(kind="finish")
    last = shell.link.receive()
    assert last is not None
    assert last["event"] == "finished"
    assert str(tmp_path / "read.txt") in last["opened"]
    assert shell.process.wait(20) == 0
    assert (tmp_path / "log.txt").is_file()
    shell.end()


def test_it_ends_after_a_cell_that_leaves(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    _, reply = shell.execute("exit()")
    assert reply["status"] == "ok"
    assert shell.link.receive() is None
    assert shell.process.wait(20) == 0
    shell.end()


def test_it_ends_when_nobody_is_there(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.link.close()
    assert shell.process.wait(20) == 1
    shell.process.communicate()
