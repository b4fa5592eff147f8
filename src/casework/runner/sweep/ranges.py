"""Read from what range a parameter is drawn, within its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casework.core.checks import check_option, describe_range
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.inputs import check_keys, is_number, shown
from casework.runner.sweep.spans import Options, Scale, Span


def read_range(name: str, own: Span | Options | None, given: Any = None) -> Span | Options:
    """Read from what range a parameter is drawn.

    Parameters
    ----------
    name : str
        The parameter, for messages.
    own : Span, Options or None
        Its own range.
    given : None, list or mapping
        None for its own range; `[low, high]` for a number; another list for values to choose from; or a mapping
        of `low`, `high`, `scale` (`linear`, `log`), or of `options`.

    Raises
    ------
    ParameterError
        An end is missing, not a number or outside the parameter's own range; the low end is not below the high
        one; a log scale that does not begin above 0.

    Examples
    --------
    >>> read_range("threshold", Span(low=0, high=1), [0.02, 0.1])
    Span(low=0.02, high=0.1, low_open=False, high_open=False, whole=False, log=False)
    """
    where = t("range of {name}", name=name)
    given = _by_name(where, own, given)
    if "options" in given:
        return _options(where, given)
    if isinstance(own, Options) and not given:
        return own
    if not isinstance(own, Span):
        raise ParameterError(Problem(where, t("it has no range of numbers"), t("a list of values")))
    return _span(where, own, given)


def _by_name(where: str, own: Span | Options | None, given: Any) -> Mapping[str, Any]:
    """Return a range as a mapping: a list is its ends, or values to choose from."""
    if isinstance(given, (list, tuple)):
        pair = isinstance(own, Span) and len(given) == 2 and all(map(is_number, given))
        return {"low": given[0], "high": given[1]} if pair else {"options": given}
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise ParameterError(Problem(where, shown(given), t("low and high, or a list of values")))
    check_keys(where, given, ("low", "high", "scale", "options"))
    return given


def _options(where: str, given: Mapping[str, Any]) -> Options:
    values = given["options"]
    if not isinstance(values, (list, tuple)) or not values or len(given) > 1:
        raise ParameterError(Problem(where, shown(dict(given)), t("at least one value, and nothing else")))
    return Options(tuple(values))


def _span(where: str, own: Span, given: Mapping[str, Any]) -> Span:
    log = check_option(where, given.get("scale", "linear"), Scale) == "log"
    low, high = given.get("low", own.low), given.get("high", own.high)
    if problems := _span_problems(where, own, low, high, log=log):
        raise ParameterError(problems)
    if own.whole:
        low, high = int(low), int(high)
    low_open, high_open = own.low_open and low == own.low, own.high_open and high == own.high
    return replace(own, low=low, high=high, low_open=low_open, high_open=high_open, log=log)


def _span_problems(where: str, own: Span, low: Any, high: Any, *, log: bool) -> list[Problem]:
    if problems := [*_end_problems(where, "low", low, own), *_end_problems(where, "high", high, own)]:
        return problems
    if not low < high:
        return [Problem(where, t("low is {low}, high is {high}", low=low, high=high), t("low below high"))]
    if log and low <= 0:
        return [Problem(where, t("low is {low}", low=low), t("above 0, for a log scale"))]
    return []


def _end_problems(where: str, end: str, value: Any, own: Span) -> list[Problem]:
    found = t("{end} is {value}", end=end, value=shown(value))
    if isinstance(value, float) and math.isinf(value) and value in (own.low, own.high):
        return [Problem(where, t("the parameter has no {end} of its own", end=end), t("low and high"))]
    if not is_number(value):
        return [Problem(where, found, t("a number"))]
    if own.whole and value != int(value):
        return [Problem(where, found, t("a whole number"))]
    if not own.low <= value <= own.high:
        known = describe_range(own.low, own.high, own.low_open, own.high_open)
        return [Problem(where, found, t("within the parameter's own range, {range}", range=known))]
    return []
