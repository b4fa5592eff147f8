"""Take the answers out of a notebook's names: what runs beside the student's code, and all that leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.teach.exercises.values import Coded, decode, encode


def answers_of(task: Any, expected: Sequence[Any], names: Mapping[str, Any]) -> list[list[Coded]]:
    """Return what a notebook's names hold for each check of a task, encoded.

    Parameters
    ----------
    task : Task
        The task.
    expected : sequence of Expected or None
        Gives the arguments of calls; None leaves a check out.
    names : mapping
        The names of the notebook.
    """
    return [
        [] if wanted is None else snapshot(check.value, check.call, wanted.arguments, names)
        for check, wanted in zip(task.checks, expected, strict=True)
    ]


def snapshot(value: str, call: str, arguments: Sequence[Coded], names: Mapping[str, Any]) -> list[Coded]:
    """Return one encoded value, or the encoded result of each call; what fails is told, not raised."""
    if value:
        return [_value(value, names)]
    if call not in names:
        return [{"kind": "missing"} for _ in arguments]
    return [_call(names[call], items) for items in arguments]


def _value(expression: str, names: Mapping[str, Any]) -> Coded:
    if expression.isidentifier():
        return encode(names[expression]) if expression in names else {"kind": "missing"}
    try:
        return encode(eval(expression, dict(names)))  # noqa: S307 - the author's expression, in the student's process
    except Exception as error:
        return _failed(error)


def _call(function: Any, items: Coded) -> Coded:
    try:
        return encode(function(*decode(items)))
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> Coded:
    """Return the kind of the error alone: its text may repeat hidden arguments."""
    return {"kind": "failed", "reason": type(error).__name__}
