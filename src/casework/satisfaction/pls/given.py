"""Checks of what callers give besides the data."""

from __future__ import annotations

from collections.abc import Mapping

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t


def check_count(name: str, value: float, *, low: int) -> int:
    """Check that a number is whole and at least `low`, and return it.

    Raises
    ------
    ParameterError
        Not a number, not whole, or too small.

    Examples
    --------
    >>> check_count("max_iterations", 300, low=1)
    300
    """
    number = check_number(name, value, low=low)
    if not number.is_integer():
        raise ParameterError(Problem(name, f"{number:g}", t("a whole number of at least {low}", low=low)))
    return int(number)


def check_kind(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Check that an argument is of a kind; `expected` says in translated words what it should be.

    Raises
    ------
    ParameterError
        It is not.
    """
    if not isinstance(value, kind):
        raise ParameterError(Problem(name, t("of type {kind}", kind=type(value).__name__), expected))


def check_dominant(value: object) -> None:
    """Check that the dominant indicators are a mapping.

    Raises
    ------
    ParameterError
        They are not.
    """
    if value is not None:
        check_kind("dominant", value, Mapping, t("a mapping from constructs to indicators"))
