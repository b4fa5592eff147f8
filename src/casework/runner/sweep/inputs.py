"""What may stand in any input of a sweep: numbers, known keys, not too many cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from casework.core.checks import nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

MOST = 100_000  # cases of one sweep
LARGEST = 1e300  # the width of a range stays finite


def shown(value: object) -> str:
    """Return a value as a message shows it: short.

    Examples
    --------
    >>> shown([1, "a"])
    "[1, 'a']"
    """
    from casework.studies.parameters import short_repr

    return short_repr(value)


def is_number(value: object) -> bool:
    """Tell whether a value is a number from -1e300 to 1e300; true and false are none.

    Examples
    --------
    >>> is_number(0.5), is_number(True), is_number("1"), is_number(float("nan"))
    (True, False, False, False)
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST


def check_numbers(where: str, values: Iterable[Any]) -> None:
    """Raise a ParameterError with all values that are no numbers.

    Examples
    --------
    >>> check_numbers("x", (1, 2.5))
    """
    problems = [Problem(where, shown(value), t("a number")) for value in values if not is_number(value)]
    if problems:
        raise ParameterError(problems)


def check_whole(where: str, value: object, low: int, high: int) -> None:
    """Raise a ParameterError unless a value is a whole number from `low` to `high`.

    Examples
    --------
    >>> check_whole("seed", 3, 0, 9)
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        expected = t("a whole number from {low:,} to {high:,}", low=low, high=high)
        raise ParameterError(Problem(where, shown(value), expected))


def key_problems(where: str, given: Mapping[Any, Any], known: tuple[str, ...]) -> list[Problem]:
    """Return a problem for each key that is not known.

    Examples
    --------
    >>> print(*key_problems("draws", {"cuont": 3}, ("count", "seed")))
    draws: 'cuont' is not known. Expected: one of count, seed. Did you mean 'count'?
    """
    expected = t("one of {values}", values=", ".join(known))
    return [
        Problem(where, t("{value} is not known", value=repr(key)), expected, nearest(str(key), known))
        for key in given
        if key not in known
    ]


def check_keys(where: str, given: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    """Raise a ParameterError with all keys that are not known.

    Examples
    --------
    >>> check_keys("draws", {"count": 3}, ("count", "seed"))
    """
    if problems := key_problems(where, given, known):
        raise ParameterError(problems)


def too_many(where: str, count: int) -> Problem:
    """Return the problem of a sweep or range that is too large.

    Examples
    --------
    >>> print(too_many("grid", 200_000))
    grid: 200,000 cases. Expected: at most 100,000 cases. Give fewer values, or draw some of them.
    """
    number = f"{count:,}" if count < 10**15 else f"{Decimal(count):.1e}"
    return Problem(
        where,
        t("{count} cases", count=number),
        t("at most {most:,} cases", most=MOST),
        t("Give fewer values, or draw some of them"),
    )
