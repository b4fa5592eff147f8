import os
import platform
import signal
import socket
import subprocess
import threading

import pytest
from tests.unit.runner.confined.test_landlock import in_a_fork

from casework.runner.confined import seccomp
from casework.runner.confined.seccomp import ALLOW, ARCHITECTURE, ERROR, KILL, TABLES, X32, program

needed = pytest.mark.skipif(not seccomp.available(), reason="no seccomp filter for this system")


def run_filter(steps, number, first=0, mark=None):
    """Interpret the filter as the kernel does: an independent reading of what was written."""
    seen = {0: number, ARCHITECTURE: mark, 16: first}
    held, place = 0, 0
    while True:
        code, yes, no, value = steps[place]
        place += 1
        if code == 0x20:
            held = seen[value]
        elif code == 0x15:
            place += yes if held == value else no
        elif code == 0x35:
            place += yes if held >= value else no
        elif code == 0x45:
            place += yes if held & value else no
        else:
            assert code == 0x06
            return value


@pytest.mark.parametrize("name", TABLES)
def test_filter_decides_as_the_table_says(name):
    table = TABLES[name]
    steps = program(table, own=77)

    def decide(number, first=0):
        return run_filter(steps, number, first, table.mark)

    assert len(steps) < 4096
    assert all(decide(number) == ERROR | 1 for number in table.refused)
    assert all(decide(number) == ERROR for number in table.ignored)
    assert all((decide(number, 77), decide(number, 78)) == (ALLOW, ERROR | 1) for number in table.signals)
    assert decide(table.clone, 0x10000) == ALLOW
    assert decide(table.clone, 17) == ERROR | 1
    assert decide(table.clone3) == ERROR | 38
    assert decide(0) == ALLOW
    assert run_filter(steps, 0, 0, 1) == KILL
    if name == "x86_64":
        assert decide(X32 + 1) == ERROR | 1


def test_no_call_is_in_two_lists():
    for table in TABLES.values():
        listed = [*table.refused, *table.ignored, *table.signals, table.clone, table.clone3]
        assert len(set(listed)) == len(listed)


@needed
@pytest.mark.parametrize(
    "body",
    [
        os.fork,
        lambda: subprocess.run(["true"], check=True),
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
        socket.socket,
        lambda: os.kill(os.getppid(), 0),
        lambda: os.kill(-1, 0),
        lambda: os.chown("/", 0, 0),
        lambda: os.pidfd_open(1) and signal.pidfd_send_signal(os.pidfd_open(1), 0),
    ],
)
def test_calls_are_refused(body):
    def run():
        assert seccomp.restrict()
        return body()

    assert in_a_fork(run) in ("PermissionError", "BlockingIOError")


@needed
def test_threads_pairs_of_sockets_and_copies_stay_possible(tmp_path):
    import shutil

    (tmp_path / "a").write_text("x")

    def run():
        assert seccomp.restrict()
        found = []
        thread = threading.Thread(target=lambda: found.append(1))
        thread.start()
        thread.join()
        for one in socket.socketpair():
            one.close()
        shutil.copy2(tmp_path / "a", tmp_path / "b")
        os.kill(os.getpid(), 0)
        return f"{found} {platform.machine() in TABLES}"

    assert in_a_fork(run) == "[1] True"
