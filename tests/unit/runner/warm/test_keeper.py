"""Cell processes are kept by an interpreter of its own: the one that runs the tests has threads."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("forks are for Linux", allow_module_level=True)

from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.keeper import has_hung_up
from casework.runner.warm.wire import Link

SHELL = """
import os, signal, subprocess, sys, time
from types import ModuleType
from casework.runner.warm import child, keeper
from casework.runner.warm.wire import Link

def run_shell(link, setup):
    # stands for the real one, which takes a second to load
    if setup.get("deaf"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    left = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        link.send(event="there", pid=os.getpid(), left=left.pid, sid=os.getsid(0), setup=setup)
        message = link.receive()
    except KeyboardInterrupt:
        return 9
    if message is None and setup.get("deaf"):
        time.sleep(60)  # busy in C, say
    return message["code"] if message else 4

sys.modules["casework.runner.warm.shell"] = shell = ModuleType("shell")
shell.run_shell = run_shell
keeper.INTERRUPT_SECONDS, keeper.FINISH_SECONDS, keeper.POLL_SECONDS = 0.3, 0.3, 0.05
"""
KEEP = """
here, there = Link.pair()
process = keeper.CellProcess.start(there, SETUP, others=(here,))
there.close()
first = here.receive() if SETUP else None
def gone(): print(process.code, child.children(os.getpid()))
"""


def keep(code: str, setup: dict[str, Any] | None) -> str:
    command = [sys.executable, "-c", SHELL + f"SETUP = {setup!r}\n" + KEEP + code]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


def test_a_process_that_was_asked_to_end_ends_with_what_it_left() -> None:
    code = (
        "print(first['setup'], first['sid'] == first['pid'] == process.pid)\n"
        "here.send(code=0)\nprocess.finish()\ngone()\n"
        "print(sorted(process.used), process.used['cpu'] >= 0, process.used['memory'] > 1 << 20)"
    )
    assert keep(code, {"cwd": "x"}) == "{'cwd': 'x'} True\n0 []\n['cpu', 'memory'] True True\n"


def test_a_process_that_does_not_end_in_time_is_killed() -> None:
    assert keep("process.finish()\ngone()", {"deaf": True}) == "-9 []\n"


def test_stopping_interrupts_first() -> None:
    assert keep("process.stop()\ngone()", {"deaf": False}) == "9 []\n"


def test_what_does_not_take_an_interrupt_is_killed() -> None:
    assert keep("process.stop()\ngone()", {"deaf": True}) == "-9 []\n"


def test_stopping_twice_is_no_error() -> None:
    assert keep("process.stop()\nprocess.stop()\nprocess.finish()\ngone()", {"x": 1}) == "9 []\n"


def test_looking_says_whether_it_has_ended() -> None:
    code = "print(process.poll())\nhere.send(code=3)\nprint(process.poll(20))\nprocess.clear()\ngone()"
    assert keep(code, {"x": 1}) == "False\nTrue\n3 []\n"


def test_without_a_setup_it_waits_for_one() -> None:
    code = "here.send(cwd='later')\nprint(here.receive()['setup'])\nprocess.stop()\ngone()"
    assert keep(code, None) == "{'cwd': 'later'}\n9 []\n"


def test_a_process_that_waits_ends_when_nobody_is_there_to_tell_it() -> None:
    assert keep("here.close()\nprint(process.poll(20))\ngone()", None) == "True\n1 []\n"


def test_it_dies_with_the_process_that_keeps_it() -> None:
    code = "print(first['pid'], first['left'], flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    command = [sys.executable, "-c", SHELL + "SETUP = {'deaf': True}\n" + KEEP + code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid, left = map(int, process.stdout.readline().split())
        assert process.wait(20) == -signal.SIGKILL
    os.kill(left, signal.SIGKILL)  # in earnest the template ends it
    assert any(has_ended(pid) or time.sleep(0.05) for _ in range(100))


def has_ended(pid: int) -> bool:
    """Return whether a process is gone; its new parent may not have looked yet."""
    try:
        about = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return about.rpartition(")")[2].split()[0] in "ZX"


class Remote:
    """A process that runs `run_cells` for a client here."""

    def __init__(self, **message: Any) -> None:
        here, there = socket.socketpair()
        code = f"child.adopt_orphans()\nlink = Link({there.fileno()}, {there.fileno()})\n"
        code += (
            f"code = keeper.run_cells({message!r}, link, [])\nassert child.children(os.getpid()) == []\nos._exit(code)"
        )
        self.process = subprocess.Popen([sys.executable, "-c", SHELL + code], pass_fds=[there.fileno()])
        there.close()
        self.link = Link.of_socket(here)
        found = [self.link.receive(), self.link.receive()]
        self.told = {item["event"]: item for item in found if item}


def test_a_client_elsewhere_hears_of_start_and_end() -> None:
    remote = Remote(environment={"A": "1"}, cwd="x", memory=5, more="is not for the cells")
    assert remote.told["started"]["pid"] == remote.told["there"]["pid"]
    assert remote.told["there"]["setup"] == {"environment": {"A": "1"}, "cwd": "x", "memory": 5}
    remote.link.send(code=6)
    last = remote.link.receive()
    assert last is not None
    assert (last["event"], last["code"]) == ("exit", 6)
    assert last["memory"] > 0
    assert remote.process.wait(20) == 0
    remote.link.close()


def test_the_cells_end_when_their_client_hangs_up() -> None:
    remote = Remote(deaf=True)
    remote.link.close()
    assert remote.process.wait(20) == 0
    assert has_ended(remote.told["there"]["pid"])
    assert has_ended(remote.told["there"]["left"])


def test_the_cells_end_when_their_keeper_is_told_to() -> None:
    remote = Remote()
    remote.process.terminate()
    last = remote.link.receive()
    assert last is not None
    assert (last["event"], last["code"]) == ("exit", 9)
    assert remote.process.wait(20) == 0
    remote.link.close()


def test_a_closed_end_is_noticed_though_something_is_left_to_read() -> None:
    here, there = socket.socketpair()
    assert not has_hung_up(here.fileno())
    there.sendall(b"x")
    assert not has_hung_up(here.fileno())
    there.close()
    assert has_hung_up(here.fileno())
    assert here.recv(1) == b"x"
    here.close()


def test_the_real_process_of_cells_answers(tmp_path: Path) -> None:
    code = (
        "import os\nfrom casework.runner.warm import keeper\nfrom casework.runner.warm.wire import Link\n"
        f"setup = {{'environment': dict(os.environ), 'cwd': {str(tmp_path)!r}}}\n"
        "here, there = Link.pair()\nprocess = keeper.CellProcess.start(there, setup)\n"
        "print(here.receive()['event'])\nhere.send(kind='finish')\nprocess.finish()\nprint(process.code)"
    )
    quiet = fixed_environment(os.environ)
    found = subprocess.run([sys.executable, "-c", code], env=quiet, capture_output=True, text=True, timeout=60)
    assert (found.stdout, found.stderr) == ("ready\n0\n", "")
