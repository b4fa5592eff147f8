"""Forks are made in interpreters of their own: the one that runs the tests has threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("forks are for Linux", allow_module_level=True)

from casework.runner.warm.child import children, usage

START = "import os, signal, sys, time\nfrom casework.runner.warm import child\n"
WAIT = "def code(pid): return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\n"
GRANDCHILD = """
def leave_one():
    # in a session of its own, out of reach for a signal to a group; its parent ends at once
    if os.fork() == 0:
        if os.fork() == 0:
            os.setsid()
            os.write(writer, b"x")
            time.sleep(60)
        os._exit(0)
    os.wait()
reader, writer = os.pipe()
child.adopt_orphans()
leave_one()
os.read(reader, 1)
"""


def run(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START + WAIT + code, *map(str, arguments)]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, env=buffered, capture_output=True, text=True, timeout=60)


def said(code: str, *arguments: str | Path) -> str:
    found = run(code, *arguments)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 3", 3),
        ("return 257", 1),
        ("sys.exit(4)", 4),
        ("sys.exit()", 0),
        ("sys.exit('no')", 1),
    ],
)
def test_a_fork_ends_with_the_code_of_its_function(body: str, expected: int) -> None:
    assert said(f"def body():\n    {body}\nprint(code(child.fork(body)))") == f"{expected}\n"


@pytest.mark.parametrize("error", ["ValueError", "KeyboardInterrupt"])
def test_a_fork_that_raises_says_so_and_ends(error: str) -> None:
    found = run(f"def body(): raise {error}('why')\nprint(code(child.fork(body)))")
    assert found.stdout == "70\n"
    assert found.stderr.startswith("Traceback")
    assert found.stderr.endswith(f"{error}: why\n")


def test_nothing_is_printed_twice_and_nothing_after_the_fork_runs_twice() -> None:
    code = "print('before', end=' ')\ncode(child.fork(lambda: print('in', end=' ') or 0))\nprint('after', end='')"
    assert said(code) == "before in after"


def test_a_fork_does_what_was_registered_for_its_end() -> None:
    code = "import atexit\ndef body():\n    atexit.register(print, 'end')\n    return 0\nprint(code(child.fork(body)))"
    assert said(code) == "end\n0\n"


def test_a_fork_ends_though_its_streams_are_closed() -> None:
    assert said("def body():\n    sys.stdout.close()\n    return 5\nprint(code(child.fork(body)))") == "5\n"


def test_environment_and_folder_are_taken_over(tmp_path: Path) -> None:
    code = (
        "import tempfile\nfrom casework.core import messages\n"
        "messages.set_language('zh')\ntempfile.gettempdir()\nos.environ['OLD'] = '1'\n"
        "place = sys.argv[1]\n"
        "child.become({'NEW': '2', 'TZ': 'Etc/GMT-5', 'TMPDIR': place, 'CASEWORK_LANG': 'en'}, place)\n"
        "print(sorted(os.environ), os.getcwd() == place, tempfile.gettempdir() == place)\n"
        "print(time.localtime(0).tm_hour, messages.language())"
    )
    assert said(code, tmp_path) == "['CASEWORK_LANG', 'NEW', 'TMPDIR', 'TZ'] True True\n5 en\n"


def test_a_fork_leads_a_session_with_the_signals_of_a_new_python() -> None:
    code = (
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def body():\n"
        "    child.own_group()\n"
        "    print(os.getsid(0) == os.getpgid(0) == os.getpid())\n"
        "    print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n"
        "    print([signal.getsignal(n).name for n in (signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)])\n"
        "    return 0\n"
        "code(child.fork(body))"
    )
    assert said(code) == "True\nTrue\n['SIG_DFL', 'SIG_DFL', 'SIG_IGN']\n"


def test_forks_draw_random_numbers_of_their_own() -> None:
    code = (
        "import random, numpy\nnumpy.random.random()\n"
        "def body():\n"
        "    child.reseed()\n"
        "    print(random.random(), numpy.random.random())\n"
        "    return 0\n"
        "for _ in range(2): code(child.fork(body))"
    )
    numbers = said(code).split()
    assert len(set(numbers)) == len(numbers) == 4


def test_standard_streams_go_to_files_in_python_and_below(tmp_path: Path) -> None:
    code = (
        "flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND\n"
        "child.standard_streams(*(os.open(path, flags) for path in sys.argv[1:]))\n"
        "print('客户 \\udc80', [sys.stdin.read()], flush=True)\n"
        "os.system('echo from a program; echo wrong >&2')\n"
        "print('oh \\udc80', file=sys.stderr)\n"
        "sys.__stdout__.write('end')"
    )
    out, err = tmp_path / "out", tmp_path / "err"
    assert said(code, out, err) == ""
    assert out.read_text(encoding="utf-8") == "客户 ? ['']\nfrom a program\nend"
    assert err.read_text(encoding="utf-8") == "wrong\noh \\udc80\n"


def test_memory_beyond_the_limit_is_an_error_of_python() -> None:
    code = (
        "before = b'x' * (96 << 20)\n"
        "child.limit_memory(64 << 20)\n"
        "small = bytes(16 << 20)\n"
        "try:\n    bytes(256 << 20)\nexcept MemoryError:\n    print('too much')\n"
        "print(len(bytes(16 << 20)) >> 20)"
    )
    assert said(code) == "too much\n16\n"


def test_without_a_limit_memory_stays_as_it_is() -> None:
    code = (
        "import resource\nbefore = resource.getrlimit(resource.RLIMIT_DATA)\n"
        "child.limit_memory(None)\nprint(before == resource.getrlimit(resource.RLIMIT_DATA))"
    )
    assert said(code) == "True\n"


def test_a_limit_of_the_system_is_not_raised() -> None:
    code = (
        "import resource\nresource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))\n"
        "child.limit_memory(4 << 30)\nprint(resource.getrlimit(resource.RLIMIT_DATA)[0] >> 20)"
    )
    assert said(code) == "1024\n"


def test_memory_that_was_used_is_used_again() -> None:
    code = (
        "import resource\nchild.keep_memory()\ncount = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "before = count()\nfor _ in range(40):\n    large = bytearray(8 << 20)\n    del large\n"
        "print((count() - before) * resource.getpagesize() >> 20)"
    )
    assert int(said(code)) < 3 * 8  # MiB that the system gave, instead of 320


def test_garbage_is_looked_for_less_often() -> None:
    code = "import gc\nbefore = gc.get_threshold()[0]\nchild.keep_memory()\nprint(gc.get_threshold()[0] // before)"
    assert said(code).strip() == "10"


def test_a_fork_dies_with_its_parent() -> None:
    code = (
        "reader, writer = os.pipe()\n"
        "def inner():\n"
        "    child.own_group()\n"
        "    child.die_with_parent()\n"
        "    os.write(writer, b'x')\n"
        "    time.sleep(60)\n"
        "def outer():\n"
        "    child.fork(inner)\n"
        "    os.read(reader, 1)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "print(code(child.fork(outer)))\n"
        "os.close(writer)\n"
        "print(os.read(reader, 1))"  # at its end once nobody holds the other side
    )
    assert said(code) == "-9\nb''\n"


def test_what_left_its_session_is_adopted_and_ended() -> None:
    code = (
        "print(len(child.children(os.getpid())))\n"
        "child.end_orphans()\n"
        "os.close(writer)\n"
        "print(child.children(os.getpid()), os.read(reader, 1))"
    )
    assert said(GRANDCHILD + code) == "1\n[] b''\n"


def test_the_living_are_not_taken_for_orphans() -> None:
    code = (
        "kept = child.fork(lambda: time.sleep(60) or 0)\n"
        "child.end_orphans(but={kept})\n"
        "print(child.children(os.getpid()) == [kept])\n"
        "child.end_orphans()\n"
        "print(child.children(os.getpid()))"
    )
    assert said(GRANDCHILD + code) == "True\n[]\n"


def test_a_child_is_found_whatever_its_name() -> None:
    code = (
        "reader, writer = os.pipe()\n"
        "def body():\n"
        "    open('/proc/self/comm', 'w').write('a) S 1 (b')\n"
        "    os.write(writer, b'x')\n"
        "    time.sleep(60)\n"
        "pid = child.fork(body)\n"
        "os.read(reader, 1)\n"
        "print(child.children(os.getpid()) == [pid])\n"
        "child.end_orphans()"
    )
    assert said(code) == "True\n"


def test_the_children_of_nobody_are_none() -> None:
    assert children(2**22 + 1) == []


def test_usage_is_in_seconds_and_bytes() -> None:
    used = usage(SimpleNamespace(ru_utime=1.25, ru_stime=0.5, ru_maxrss=2048))
    assert used == {"cpu": 1.75, "memory": 2 << 20}
