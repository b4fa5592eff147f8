"""Within a notebook: `begin` gives a student's values, `check` looks at an answer at once."""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.core.errors import RunError
from casework.core.journal import note
from casework.core.messages import t
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict, judge_task
from casework.teach.exercises.snapshot import answers_of
from casework.teach.exercises.solution import given_values, solve
from casework.teach.exercises.variant import PRACTICE, Variant, find_variant


class Marks(float):
    """Points of a task: a number for graders, sentences for the student."""

    verdict: Verdict

    def __new__(cls, verdict: Verdict) -> Marks:
        """Make it of a verdict."""
        made = super().__new__(cls, verdict.earned)
        made.verdict = verdict
        return made

    def __repr__(self) -> str:
        """Return the number alone: nbgrader reads it."""
        return repr(float(self))

    def _repr_html_(self) -> str:
        return verdict_html(self.verdict)


@dataclass
class _State:
    """What this process knows: the exercise that has begun, or values that somebody else has drawn."""

    variant: Variant | None = None
    prepared: tuple[str, dict[str, Any], str] | None = None


_STATE = _State()


def prepare(exercise: str, values: dict[str, Any], *, student: str) -> None:
    """Let `begin` give these values, without a look at the exercise; `check` then says nothing."""
    _STATE.prepared = (exercise, values, student)


def begin(exercise: str) -> tuple[Any, ...]:
    """Start an exercise: show the values that are yours and return them in their order.

    Parameters
    ----------
    exercise : str
        Name of the exercise.

    Raises
    ------
    ParameterError
        No such exercise.
    """
    if _STATE.prepared is not None and _STATE.prepared[0] == exercise:
        _, values, student = _STATE.prepared
    else:
        _STATE.variant = find_variant(exercise)
        student = _STATE.variant.student
        values = given_values(get_exercise(exercise), _STATE.variant.seed)
    _show_given(values, student)
    return tuple(values.values())


def check(task: str, *, hidden: bool = False) -> Marks:
    """Look at your answer to a task: what it earns, and what is not right yet.

    Parameters
    ----------
    task : str
        Name of the task.
    hidden : bool
        Also look at what is otherwise looked at only when graded.

    Returns
    -------
    Marks
        The points, with what is to be said.

    Raises
    ------
    RunError
        The exercise has not begun in this notebook.
    ParameterError
        No such task.
    """
    if _STATE.prepared is not None:
        return Marks(Verdict(task=task, points=0.0, earned=0.0))
    if _STATE.variant is None:
        raise RunError(t("run the cell with begin(...) first"))
    variant = _STATE.variant
    source = get_exercise(variant.exercise).task(task)
    hidden_seed = (variant.seed if variant.hidden_seed is None else variant.hidden_seed) if hidden else None
    expected = solve(variant.exercise, variant.seed, hidden_seed).expected[task]
    frame = sys._getframe(1)
    answers = answers_of(source, expected, frame.f_globals)
    verdict = judge_task(source, expected, answers)
    if not hidden:
        note("task", variant.exercise, part=task, score=verdict.earned, points=verdict.points - verdict.open_points)
    return Marks(verdict)


def _show_given(values: Mapping[str, Any], student: str) -> None:
    import pandas as pd

    from casework.report.display import show, tell

    plain = {name: value for name, value in values.items() if not hasattr(value, "shape")}
    if student in ("", PRACTICE):
        tell("These are the values of the practice edition.", role="note")
    else:
        tell("These are your own values, {student}.", student=student, role="note")
    if plain:
        frame = pd.DataFrame({"name": list(plain), "value": [_plain(value) for value in plain.values()]})
        show(frame, caption="Values of this exercise.", verbatim=True)
    for name, value in values.items():
        if hasattr(value, "shape"):
            show(_readable(value), caption=t("The table {name}.", name=name), verbatim=True)


def _readable(table: Any) -> Any:
    """Return a table with all digits of its numbers, and with the names of its rows where they have names."""
    import pandas as pd

    frame = pd.DataFrame(table)
    shown = frame.astype(object).map(_plain)
    return shown if isinstance(frame.index, pd.RangeIndex) else shown.reset_index(names="name")


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _points(value: float) -> float:
    """Return points as they are shown: a third of a point has two decimals."""
    return round(value, 2)


def verdict_html(verdict: Verdict) -> str:
    """Return what a student reads of a verdict; every text is inert."""
    rows = []
    for remark in verdict.remarks:
        sign, text = ("✓", t("right")) if remark.earned == remark.points else ("✗", remark.text)
        label = t("other values") if remark.hidden else remark.label
        share = f"{_points(remark.earned):g}/{remark.points:g}"
        rows.append(f"<li>{sign} <b>{html.escape(label)}</b> {share}: {html.escape(text)}</li>")
    head = t("{earned:g} of {points:g} points", earned=_points(verdict.earned), points=verdict.points)
    if verdict.open_points:
        rest = t("{points:g} more are looked at when it is graded", points=verdict.open_points)
        rows.append(f"<li>{html.escape(rest)}</li>")
    return f"<div class='casework-verdict'><b>{html.escape(head)}</b><ul>{''.join(rows)}</ul></div>"
