"""Values as texts: numbers beside each other with as many digits as it takes to tell them apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from casework.core.messages import t

EXACT = 17  # significant digits of a number
MOST_DECIMALS = 12
WHOLE = 1e9


def number_texts(numbers: Sequence[float], *, digits: int = 6) -> list[str]:
    """Return numbers as short texts; different numbers get different texts.

    Parameters
    ----------
    numbers : sequence of float
        Finite numbers.
    digits : int
        Significant digits to begin with, at least 1.

    Examples
    --------
    >>> number_texts([100, 0.5, 12345678]), number_texts([0.951, 0.952], digits=2)
    (['100', '0.5', '12,345,678'], ['0.951', '0.952'])
    """
    kinds = len(set(numbers))
    for significant in range(digits, EXACT):
        texts = [_general(number, significant) for number in numbers]
        if len(set(texts)) >= kinds:
            return texts
    return [_general(number, EXACT) for number in numbers]


def _general(number: float, digits: int) -> str:
    if float(number).is_integer() and abs(number) < WHOLE:
        return f"{int(number):,}"
    return f"{number:.{digits}g}"


def result_texts(values: Sequence[float], digits: int) -> list[str]:
    """Return values of one result with its decimals, or with more where that would hide a difference.

    Parameters
    ----------
    values : sequence of float or int
        Values of one result.
    digits : int
        Decimals that the study declares for it, at least 0.

    Examples
    --------
    >>> result_texts([0.7481, 0.7484], 2), result_texts([600, 599], 2), result_texts([0.00035], 2)
    (['0.74810', '0.74840'], ['600', '599'], ['0.00035'])
    """
    texts = [_fixed(value, digits) for value in values]
    hidden = any(value and not float(text.replace(",", "")) for value, text in zip(values, texts, strict=True))
    if len(set(texts)) >= len(set(values)) and not hidden:
        return texts
    ordered = sorted({*map(float, values), *([0.0] if hidden else [])})
    gap = min(after - before for before, after in pairwise(ordered))
    decimals = math.ceil(-math.log10(gap)) + 1
    if decimals > MOST_DECIMALS:
        return number_texts(values)
    return [_fixed(value, max(decimals, digits)) for value in values]


def _fixed(value: float, digits: int) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.{digits}f}"


def change_text(difference: float | None, relative: float | None) -> str:
    """Return a difference with its sign, and what it is of the first value.

    Examples
    --------
    >>> change_text(0.5, 0.25), change_text(-3, None), change_text(0, 0), change_text(None, None)
    ('+0.5 (+25.0%)', '-3', '', '')
    """
    if not difference or math.isnan(difference):
        return ""
    text = f"+{_general(difference, 3)}" if difference > 0 else _general(difference, 3)
    if relative is None or math.isnan(relative):
        return text
    return t("{difference} ({relative})", difference=text, relative=percent_text(relative))


def percent_text(share: float) -> str:
    """Return a relative difference as a signed percentage, never as a zero that is none.

    Examples
    --------
    >>> percent_text(0.25), percent_text(-0.00002), percent_text(30.0)
    ('+25.0%', '-0.002%', '+3,000.0%')
    """
    return f"{share:+,.1%}" if abs(share) >= 0.001 or share == 0 else f"{share * 100:+.1g}%"


def level_text(value: Any) -> str:
    """Return a value of a parameter as text.

    Examples
    --------
    >>> level_text(None), level_text(True), level_text(""), level_text(["a", 1])
    ('–', 'yes', '""', "['a', 1]")
    """
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if is_number(value):
        return number_texts([value])[0]
    return str(value) if value != "" else '""'


def plain(value: Any) -> Any:
    """Return a value of a table as Python knows it: no scalar of an array, None for what is missing.

    Examples
    --------
    >>> plain(3), plain(float("nan")), plain("a")
    (3, None, 'a')
    """
    value = value.item() if hasattr(value, "item") else value
    missing = isinstance(value, float) and math.isnan(value)
    return None if missing or type(value).__name__ in ("NAType", "NaTType") else value


def is_number(value: Any) -> bool:
    """Return whether a plain value is a finite number; yes and no are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
