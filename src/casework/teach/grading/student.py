"""What runs beside a student's code when it is graded: it gives values, takes answers, and knows no solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.teach.exercises import live
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.snapshot import snapshot
from casework.teach.exercises.solution import given_values, solve


def prepare(*, exercise: str, seed: int, student: str) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]:
    """Draw a student's values while the exercise can be read, forget its solution, return who answers questions.

    Parameters
    ----------
    exercise : str
        Name of the exercise.
    seed : int
        Seed of the student's values.
    student : str
        Whose they are.
    """
    values = given_values(get_exercise(exercise), seed)
    get_exercise.cache_clear()
    solve.cache_clear()
    live.prepare(exercise, values, student=student)
    return answer


def answer(question: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """Return what the notebook's names hold for each check that is asked about."""
    found = [snapshot(item["value"], item["call"], item["arguments"], names) for item in question["checks"]]
    return {"answers": found}
