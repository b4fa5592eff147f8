"""Run one submission in a confined process and bring back its answers and what it showed."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.confined.limits import Limits
from casework.teach.exercises.solution import Expected
from casework.teach.exercises.values import Coded
from casework.teach.exercises.variant import VARIANT_FILE, Variant, variant_text
from casework.teach.grading.process import ConfinedProcess, Shown, Stopped
from casework.teach.grading.submission import Step, Submission

MOST_RESTARTS = 3

Place = tuple[str, str]  # which step, or a hidden check; the name of its cell
Expectations = Mapping[str, Sequence[Expected | None]]


@dataclass
class Executed:
    """What came of running a submission.

    Attributes
    ----------
    answers : dict
        Task to the encoded answers of each of its checks; a task that was not reached is missing.
    shown : list of Shown
        What the student's cells showed.
    reasons : list of str
        Named reasons why something was ended or left out.
    held : dict
        Which parts of the confinement held.
    seconds, own_seconds : float
        [s] that it took, and without what its processes waited for a busy machine; limits are on the latter.
    """

    answers: dict[str, list[list[Coded]]] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    held: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0
    own_seconds: float = 0.0


def execute(
    submission: Submission,
    variant: Variant,
    expected: Expectations,
    checks: Mapping[str, Sequence[Any]],
    *,
    limits: Limits,
    stop: threading.Event | None = None,
) -> Executed:
    """Run a submission.

    Parameters
    ----------
    submission : Submission
        What to run.
    variant : Variant
        Whose values it gets.
    expected : mapping
        Task to what is expected; only the arguments of calls leave this process.
    checks : mapping
        Task to its checks.
    limits : Limits
        What it may use. A cell, or an answer, that ends the process is left out and the rest is run again, three
        times at most.
    stop : threading.Event, optional
        When it is set the process is ended at once, and what came of it is worth nothing.
    """
    stop = stop or threading.Event()
    started, left_out = time.monotonic(), set[Place]()
    result = Executed()
    for _ in range(MOST_RESTARTS + 1):
        result = Executed(reasons=result.reasons, own_seconds=result.own_seconds)
        with tempfile.TemporaryDirectory(prefix="casework-grade-", ignore_cleanup_errors=True) as folder:
            at = _once(submission, variant, expected, checks, limits, Path(folder), left_out, result, stop)
        if at is None or result.own_seconds > limits.seconds or stop.is_set():
            break
        left_out.add(at)
    result.seconds = time.monotonic() - started
    return result


def _once(
    submission: Submission,
    variant: Variant,
    expected: Expectations,
    checks: Mapping[str, Sequence[Any]],
    limits: Limits,
    folder: Path,
    left_out: set[Place],
    result: Executed,
    stop: threading.Event,
) -> Place | None:
    """Run it once; return the place of what is to be left out when it starts again, or None."""
    (folder / VARIANT_FILE).write_text(variant_text(variant), encoding="utf-8")
    process = ConfinedProcess.start(variant, folder, limits, stop)
    at: Place = ("", "")
    try:
        result.held = process.ready()
        for at, todo in _todo(submission, process, expected, checks, result):
            if at not in left_out:
                todo()
    except Stopped as ended:
        result.reasons.append(t("{cell}: {reason}", cell=at[1] or t("a cell of your own"), reason=ended.reason))
        return at if at[0] else None
    finally:
        result.own_seconds += process.clock.now()
        process.end()
    return None


def _todo(
    submission: Submission,
    process: ConfinedProcess,
    expected: Expectations,
    checks: Mapping[str, Sequence[Any]],
    result: Executed,
) -> Iterator[tuple[Place, Callable[[], None]]]:
    """Yield what is to be done, each with its place: cells, answers where they stand, hidden checks at the end.

    Hidden checks come after the last cell: no cell can show their arguments any more.
    """
    for number, step in enumerate(submission.steps):
        if step.task:
            yield (str(number), step.task), partial(_ask, process, step.task, checks, expected, result)
        else:
            yield (str(number), step.name), partial(_run, process, step, str(number), result)
    for task in list(result.answers):
        if any(check.hidden for check in checks[task]):
            yield ("hidden", task), partial(_ask_hidden, process, task, checks, expected, result)


def _run(process: ConfinedProcess, step: Step, number: str, result: Executed) -> None:
    shown = Shown(step.name, step.code)
    if step.own:
        result.shown.append(shown)
    late = process.run(step, number, shown)
    if late:
        result.reasons.append(t("{cell}: {reason}", cell=step.name or t("a cell of your own"), reason=late))


def _ask(
    process: ConfinedProcess, task: str, checks: Mapping[str, Sequence[Any]], expected: Expectations, result: Executed
) -> None:
    result.answers[task] = process.ask(checks[task], visible(checks[task], expected[task]))


def visible(checks: Sequence[Any], expected: Sequence[Expected | None]) -> list[Expected | None]:
    """Return what is asked where the task stands: hidden checks are asked when nothing more is shown."""
    return [None if check.hidden else wanted for check, wanted in zip(checks, expected, strict=True)]


def _ask_hidden(
    process: ConfinedProcess, task: str, checks: Mapping[str, Sequence[Any]], expected: Expectations, result: Executed
) -> None:
    wanted = [one if check.hidden else None for check, one in zip(checks[task], expected[task], strict=True)]
    late = process.ask(checks[task], wanted)
    for place, check in enumerate(checks[task]):
        if check.hidden:
            result.answers[task][place] = late[place]
