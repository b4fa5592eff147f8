"""Within a notebook: `begin` gives a student's values, `check` looks at an answer at once."""

from __future__ import annotations

import html
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from casework.core.errors import RunError
from casework.core.journal import best_marks, note
from casework.core.messages import join_sentences, t, tn
from casework.report.course_links import Link, glossary_place, map_link, quiz_link, show_links, study_link
from casework.studies.registry import studies
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Remark, Verdict, judge_task
from casework.teach.exercises.snapshot import answers_of
from casework.teach.exercises.solution import given_values, solve
from casework.teach.exercises.values import Coded
from casework.teach.exercises.variant import PRACTICE, Variant, find_variant

ENOUGH = 1e-9
CHECK_SECONDS = 10.0  # that the functions of an answer may take; grading has limits of its own
COLOURS = {"right": "#0f6b4f", "partly": "#8a4b00", "wrong": "#a32a1b"}


class Marks(float):
    """Points of a task: a number for graders, sentences for the student."""

    verdict: Verdict
    more: str

    def __new__(cls, verdict: Verdict, more: str = "") -> Marks:
        """Make it of a verdict, and of markup that stands below it."""
        made = super().__new__(cls, verdict.earned)
        made.verdict, made.more = verdict, more
        return made

    def __repr__(self) -> str:
        """Return the number alone: nbgrader reads it."""
        return repr(float(self))

    def _repr_html_(self) -> str:
        return verdict_html(self.verdict) + self.more


@dataclass
class _State:
    """What this process knows: the exercise that has begun, or values that somebody else has drawn; best marks."""

    variant: Variant | None = None
    prepared: tuple[str, dict[str, Any], str] | None = None
    best: dict[str, float] = field(default_factory=dict)


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
        _STATE.variant, _STATE.best = find_variant(exercise), best_marks(exercise)
        student = _STATE.variant.student
        values = given_values(get_exercise(exercise), _STATE.variant.seed)
    _show_given(values, student)
    if _STATE.prepared is None:
        _show_background(exercise)
    return tuple(values.values())


def check(task: str, *, hidden: bool = False) -> Marks:
    """Look at your answer to a task: what it earns, and what is not right yet.

    Parameters
    ----------
    task : str
        Name of the task.
    hidden : bool
        Also look at what is otherwise looked at only when graded. Who practises is graded by nobody: then it is
        always looked at.

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

    Notes
    -----
    A function of the answer that has not ended after 10 s is stopped and said to be late, except on Windows and
    outside of the main thread.
    """
    if _STATE.prepared is not None:
        return Marks(Verdict(task=task, points=0.0, earned=0.0))
    if _STATE.variant is None:
        raise RunError(t("run the cell with begin(...) first"))
    variant = _STATE.variant
    practice = variant.student in ("", PRACTICE)
    source = get_exercise(variant.exercise).task(task)
    hidden_seed = (variant.seed if variant.hidden_seed is None else variant.hidden_seed) if hidden or practice else None
    expected = solve(variant.exercise, variant.seed, hidden_seed).expected[task]
    late, answers = _answers(source, expected, sys._getframe(1).f_globals)
    verdict = judge_task(source, expected, answers)
    if not hidden:
        note("task", variant.exercise, part=task, score=verdict.earned, points=verdict.points - verdict.open_points)
        _STATE.best[task] = max(verdict.earned, _STATE.best.get(task, 0.0))
    return Marks(verdict, _more(variant.exercise, verdict, late=late))


class OverTimeError(BaseException):
    """An answer takes too long; no `except Exception` of a student holds it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OverTimeError` in what takes longer; without effect on Windows and outside of the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: Any) -> None:
        raise OverTimeError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _answers(source: Any, expected: Any, names: Mapping[str, Any]) -> tuple[bool, list[list[Coded]]]:
    """Return whether it took too long, and the answers."""
    try:
        with time_limit(CHECK_SECONDS):
            return False, answers_of(source, expected, names)
    except OverTimeError:
        failed: Coded = {"kind": "failed", "reason": TimeoutError.__name__}
        return True, [[] if one is None else [failed for _ in one.values] for one in expected]


def _more(exercise: str, verdict: Verdict, *, late: bool) -> str:
    """Return what stands below a verdict: what took too long, the points so far, where to go when all is right."""
    lines = []
    if late:
        told = t("It did not end within {n:g} seconds: is there a loop that never ends?", n=CHECK_SECONDS)
        lines.append(f'<div style="color:{COLOURS["wrong"]}">{html.escape(told)}</div>')
    source = get_exercise(exercise)
    undone = [one.title for one in source.tasks if _STATE.best.get(one.name, 0.0) < one.points - ENOUGH]
    score = t(
        "So far {earned:g} of {points:g} points in this exercise.",
        earned=_points(sum(_STATE.best.values())),
        points=source.points,
    )
    if verdict.earned >= verdict.points - verdict.open_points - ENOUGH:
        after = t("Next task: {title}.", title=t(undone[0])) if undone else t("All tasks are right.")
        score = join_sentences([score, after])
    lines.append(f"<div>{html.escape(score)}</div>")
    links = [] if undone else [quiz_link(source.module), map_link()]
    lines += [f"<div>→ {link.markup()}</div>" for link in links if link.exists()]
    return "".join(lines)


def _show_background(exercise: str) -> None:
    """Show links to the studies behind an exercise, in a copy of the course."""
    known = studies()
    links: list[Link] = [study_link(known[name]) for name in get_exercise(exercise).studies if name in known]
    show_links([*links, glossary_place()], lead=t("What you need stands in:"))


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
    lines = [_remark_html(remark) for remark in verdict.remarks]
    head = t("{earned:g} of {points:g} points", earned=_points(verdict.earned), points=verdict.points)
    if verdict.open_points:
        lines.append(f"<div>{html.escape(_open_points(verdict.open_points))}</div>")
    colour = COLOURS[_state(verdict.earned, verdict.points - verdict.open_points)]
    return (
        f'<div class="casework-verdict" role="status" style="border-left:4px solid {colour};padding:0.2em 0.9em;'
        f'line-height:1.5"><b style="color:{colour}">{html.escape(head)}</b>{"".join(lines)}</div>'
    )


def _open_points(points: float) -> str:
    if points != int(points):
        return t("{n:g} points more are looked at when it is graded.", n=points)
    return tn(
        "{n} point more is looked at when it is graded.",
        "{n} points more are looked at when it is graded.",
        int(points),
    )


def _remark_html(remark: Remark) -> str:
    state = _state(remark.earned, remark.points)
    sign, text = ("✓", t("right")) if state == "right" else ("✗", remark.text)
    label = html.escape(t("other values")) if remark.hidden else f"<code>{html.escape(remark.label)}</code>"
    share = f"{_points(remark.earned):g}/{remark.points:g}"
    return f'<div><span style="color:{COLOURS[state]}">{sign}</span> {label} {share}: {html.escape(text)}</div>'


def _state(earned: float, points: float) -> str:
    return "right" if earned >= points - ENOUGH else ("partly" if earned > 0 else "wrong")
