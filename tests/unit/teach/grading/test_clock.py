import os
import subprocess
import sys
import time

import pytest

from casework.teach.grading.clock import PATIENCE, OwnTime


def test_a_process_that_sleeps_is_charged_for_it():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"]) as sleeper:
        clock = OwnTime(sleeper.pid)
        first = clock.now()
        time.sleep(0.3)
        assert first >= 0
        assert clock.now() - first > 0.05  # less than 0.3 where the machine is busy with its start
        sleeper.kill()


def test_waiting_for_a_core_is_not_charged(monkeypatch):
    clock = OwnTime(os.getpid())
    monkeypatch.setattr(clock, "_waiting", lambda: clock._before + 1e6)
    time.sleep(0.03)
    assert 0 < clock.now() < 0.03 + 1e6 / PATIENCE
    assert clock.now() == pytest.approx((time.monotonic() - clock._begun) / PATIENCE, rel=0.2)


def test_of_a_process_that_ended_the_time_goes_on():
    clock = OwnTime(2**22 + 1)
    time.sleep(0.02)
    one, two = clock.now(), clock.now()
    assert 0.02 <= one <= two
