"""What is right: the author's own solution, run on a student's values; only trusted texts are run here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.model import Check, Exercise, Task
from casework.teach.exercises.values import Coded, decode, encode


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a check expects, and what known mistakes would give.

    Attributes
    ----------
    values : tuple of dict
        Encoded: one for `value`, one for each list of arguments of `call`.
    arguments : tuple of dict
        Encoded argument lists of `call`.
    mistakes : tuple of (dict, str)
        Encoded wrong value and what to say to it.
    """

    values: tuple[Coded, ...] = field(repr=False)
    arguments: tuple[Coded, ...] = field(default=(), repr=False)
    mistakes: tuple[tuple[Coded, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Solved:
    """The values given to a student, and what each check of each task expects."""

    given: Mapping[str, Any] = field(repr=False)
    expected: Mapping[str, tuple[Expected | None, ...]] = field(repr=False)


def given_values(exercise: Exercise, seed: int) -> dict[str, Any]:
    """Return the values that a seed gives: name to value, in the order of the text.

    Raises
    ------
    DataError
        The author's code fails.
    """
    space = _draw(exercise, exercise.parameters, seed, {})
    return {name: space[name] for name in exercise.given_names()}


@lru_cache(maxsize=256)
def solve(name: str, seed: int, hidden_seed: int | None) -> Solved:
    """Run the solution of a bundled exercise on the values of a seed; kept for the same call.

    Parameters
    ----------
    name : str
        Name of the exercise.
    seed, hidden_seed : int
        From a `Variant`; without a hidden seed hidden checks are left out.
    """
    return solve_exercise(get_exercise(name), seed, hidden_seed)


def solve_exercise(exercise: Exercise, seed: int, hidden_seed: int | None) -> Solved:
    """Run an exercise's solution on the values of a seed.

    Raises
    ------
    DataError
        The author's code fails; where and why.
    """
    space = _draw(exercise, exercise.parameters, seed, {})
    given = {name: space[name] for name in exercise.given_names()}
    hidden = dict(space)
    if hidden_seed is not None and exercise.hidden:
        hidden = _draw(exercise, exercise.hidden, hidden_seed, hidden)
    expected = {}
    for task in exercise.tasks:
        _run(exercise, task.name, "\n".join([*task.code, task.answer]), space)
        expected[task.name] = tuple(
            None if check.hidden and hidden_seed is None else _expect(exercise, task, check, space, hidden)
            for check in task.checks
        )
    return Solved(given=given, expected=expected)


def _draw(exercise: Exercise, code: str, seed: int, start: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    space = dict(start) | {"rng": np.random.default_rng(seed)}
    _run(exercise, "parameters", code, space)
    return space


def _run(exercise: Exercise, where: str, code: str, space: dict[str, Any]) -> None:
    try:
        exec(compile(code, f"{exercise.name}:{where}", "exec"), space)  # noqa: S102 - the author's text, not a student's
    except Exception as error:
        found = t("the author's code fails: {reason}", reason=f"{type(error).__name__}: {error}")
        raise DataError(Problem(f"{exercise.name}: {where}", found)) from error


def _value(exercise: Exercise, where: str, expression: str, space: Mapping[str, Any]) -> Any:
    try:
        return eval(compile(expression, f"{exercise.name}:{where}", "eval"), dict(space))  # noqa: S307 - as above
    except Exception as error:
        found = t("the author's code fails: {reason}", reason=f"{expression}: {type(error).__name__}: {error}")
        raise DataError(Problem(f"{exercise.name}: {where}", found)) from error


def _expect(
    exercise: Exercise, task: Task, check: Check, space: Mapping[str, Any], hidden: Mapping[str, Any]
) -> Expected:
    def value(expression: str, names: Mapping[str, Any]) -> Any:
        return _value(exercise, task.name, expression, names)

    wrong = tuple((encode(value(item.value, space)), item.say) for item in check.mistakes)
    if check.value:
        return Expected(values=(encode(value(check.value, space)),), mistakes=wrong)
    arguments = [list(value(expression, dict(space) | dict(hidden))) for expression in check.arguments or ("[]",)]
    coded = tuple(encode(items) for items in arguments)
    results = tuple(encode(space[check.call](*decode(items))) for items in coded)
    return Expected(values=results, arguments=coded, mistakes=wrong)
