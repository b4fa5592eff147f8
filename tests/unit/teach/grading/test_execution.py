import sys
import threading
import time
from dataclasses import dataclass

import pytest
from tests.unit.teach.grading.conftest import EXERCISE, answered

from casework.runner.confined.limits import Limits
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.solution import Expected
from casework.teach.grading.batch import grade_file
from casework.teach.grading.execution import visible


@dataclass(frozen=True)
class Check:
    hidden: bool


def test_hidden_checks_are_left_for_the_end():
    one = Expected(values=())
    assert visible([Check(False), Check(True)], [one, one]) == [one, None]


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here")
CALLED = next(task for task in get_exercise(EXERCISE).tasks if any(check.call for check in task.checks))
OPEN = sum(check.points for check in CALLED.checks if not check.hidden)


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("when", ["open", "hidden"])
def test_an_answer_that_never_ends_costs_its_own_points_only(when, submit):
    name = next(check.call for check in CALLED.checks if check.call)
    seen = "len(CALLS) > 2" if when == "hidden" else "CALLS"
    loop = f"CALLS, _real = [], {name}\ndef {name}(*given):\n    CALLS.append(1)\n    while {seen}: pass\n"
    code = f"{CALLED.answer}\n{loop}    return _real(*given)"
    limits = Limits(cell_seconds=3.0, seconds=60.0)
    one = grade_file(submit("ann", answered(**{CALLED.name: code})), EXERCISE, "ann", salt="x", limits=limits)
    lost = CALLED.points if when == "open" else CALLED.points - OPEN
    assert one.score == get_exercise(EXERCISE).points - lost
    assert any("longer than 3 s" in reason for reason in one.reasons)


@LINUX
@pytest.mark.slow
def test_grading_that_is_stopped_ends_at_once(submit):
    stop = threading.Event()
    path = submit("ann", answered(**{CALLED.name: "while True: pass"}))
    threading.Timer(3.0, stop.set).start()
    began = time.monotonic()
    one = grade_file(path, EXERCISE, "ann", salt="x", limits=Limits(cell_seconds=300, seconds=600), stop=stop)
    assert time.monotonic() - began < 120
    assert any("grading was stopped" in reason for reason in one.reasons)
