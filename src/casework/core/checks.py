"""Checks at the public edge of a method: one clear error, before any work."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from casework.core.errors import InputError, ParameterError, Problem
from casework.core.messages import t
from casework.core.options import allowed


def check_number(
    name: str,
    value: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    low_open: bool = False,
    high_open: bool = False,
    unit: str = "",
) -> float:
    """Check that a number is finite and inside its range, and return it as a float.

    Parameters
    ----------
    name : str
        The argument as the caller wrote it.
    value : float
        What was given.
    low, high : float
        Ends of the valid range; `low_open`, `high_open` leave the end itself out.
    unit : str
        Shown in the message.

    Raises
    ------
    ParameterError
        Not a number, not finite, or out of range.

    Examples
    --------
    >>> check_number("threshold", 0.06, low=0, high=1)
    0.06
    """
    if isinstance(value, bool) or (not isinstance(value, (int, float)) and not hasattr(value, "__float__")):
        found = t("{value} is not a number", value=repr(value))
    else:
        number = float(value)
        too_low = number <= low if low_open else number < low
        too_high = number >= high if high_open else number > high
        if math.isfinite(number) and not too_low and not too_high:
            return number
        found = f"{number:g}"
    expected = t("a number {range}", range=describe_range(low, high, low_open, high_open))
    raise ParameterError(Problem(name, found, f"{expected} [{unit}]" if unit else expected))


def check_positive(name: str, value: float, *, unit: str = "") -> float:
    """Check that a number is above 0.

    Raises
    ------
    ParameterError
        Not a number, not finite, or not above 0.
    """
    return check_number(name, value, low=0, low_open=True, unit=unit)


def check_fraction(name: str, value: float) -> float:
    """Check that a number lies strictly between 0 and 1.

    Raises
    ------
    ParameterError
        Not a number, or not between 0 and 1.
    """
    return check_number(name, value, low=0, high=1, low_open=True, high_open=True)


def check_option(name: str, value: object, literal: Any) -> str:
    """Check that a value is one of a `Literal`'s.

    Raises
    ------
    ParameterError
        It is not; the message lists what is allowed and the nearest spelling.
    """
    values = allowed(literal)
    if value in values:
        return str(value)
    fix = nearest(str(value), values)
    raise ParameterError(Problem(name, repr(value), t("one of {values}", values=", ".join(values)), fix))


def check_names(name: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Check that every name is known.

    Raises
    ------
    ParameterError
        Some are not; all of them are told at once.
    """
    problems = [
        Problem(name, t("{value} is not known", value=repr(item)), fix=suggest(item, known))
        for item in given
        if item not in known
    ]
    if problems:
        raise ParameterError(problems)


def check_all(*checks: Callable[[], Any]) -> tuple[Any, ...]:
    """Make several checks, and tell what all of them found at once.

    Parameters
    ----------
    checks : callable
        Functions without arguments that return the checked value or raise.

    Raises
    ------
    ParameterError
        One or more of them refused; it carries the problems of all.

    Examples
    --------
    >>> check_all(lambda: check_fraction("alpha", 0.05), lambda: check_positive("n", 3))
    (0.05, 3.0)
    """
    values: list[Any] = []
    problems: list[Problem] = []
    for check in checks:
        try:
            values.append(check())
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise ParameterError(problems)
    return tuple(values)


def check_whole(name: str, value: float, *, low: int = 0, high: int | None = None) -> int:
    """Check that a number is whole and inside its range, and return it as an int.

    Raises
    ------
    ParameterError
        Not a number, not whole, or out of range.

    Examples
    --------
    >>> check_whole("n", 80.0, low=1)
    80
    """
    number = check_number(name, value, low=low, high=math.inf if high is None else high)
    if number != int(number):
        raise ParameterError(Problem(name, f"{number:g}", t("a whole number")))
    return int(number)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the nearest spelling as a question, or nothing.

    Examples
    --------
    >>> nearest("sed", ["seed", "data"]), nearest("x", ["seed"])
    ("Did you mean 'seed'?", '')
    """
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return t("Did you mean {name}?", name=repr(near[0])) if near else ""


def suggest(name: str, known: Iterable[str]) -> str:
    """Return the nearest spelling as a question, or the list of what there is.

    Examples
    --------
    >>> suggest("sed", ["seed", "data"])
    "Did you mean 'seed'?"
    """
    names = list(known)
    if near := nearest(name, names):
        return near
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return t("There are: {names}", names=shown) if names else ""


def describe_range(low: float, high: float, low_open: bool = False, high_open: bool = False) -> str:
    """Describe a range in words.

    Examples
    --------
    >>> describe_range(0, 1, low_open=True)
    'above 0, at most 1'
    """
    parts = []
    if math.isfinite(low):
        parts.append(t("above {x}", x=_plain(low)) if low_open else t("at least {x}", x=_plain(low)))
    if math.isfinite(high):
        parts.append(t("below {x}", x=_plain(high)) if high_open else t("at most {x}", x=_plain(high)))
    return t(", ").join(parts) if parts else t("that is finite")


def _plain(number: float) -> str:
    """Return a number as a person would write it."""
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"
