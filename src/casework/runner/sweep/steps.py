"""Values in even steps from one number to another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.inputs import MOST, check_keys, check_numbers, check_whole, shown, too_many
from casework.runner.sweep.spans import DIGITS, Scale


def spaced(name: str, given: Mapping[str, Any], *, whole: bool = False) -> list[float]:
    """Return the values of a range that is written as `from`, `to` and either `step` or `count`.

    Parameters
    ----------
    name : str
        The parameter, for messages.
    given : mapping
        `from`, `to`, and `step`, or `count` (at least 2) with `scale` (`linear`, `log`).
    whole : bool
        Round to whole numbers where `count` is given.

    Raises
    ------
    ParameterError
        Something is missing, unknown or no number; a step that does not lead there; too many values.

    Examples
    --------
    >>> spaced("x", {"from": 0.1, "to": 0.3, "step": 0.1})
    [0.1, 0.2, 0.3]
    >>> spaced("x", {"from": 1, "to": 100, "count": 3, "scale": "log"})
    [1.0, 10.0, 100.0]
    """
    where = t("parameter {name}", name=name)
    check_keys(where, given, ("from", "to", "step", "count", "scale"))
    if not {"from", "to"} <= set(given) or len({"step", "count"} & set(given)) != 1:
        raise ParameterError(Problem(where, shown(dict(given)), t("from, to, and either step or count")))
    if "count" in given:
        return _counted(where, given, whole=whole)
    if "scale" in given:
        raise ParameterError(Problem(where, t("a scale beside a step"), t("count, where scale is given")))
    return steps(name, given["from"], given["to"], given["step"])


def _counted(where: str, given: Mapping[str, Any], *, whole: bool) -> list[float]:
    scale = check_option(where, given.get("scale", "linear"), Scale)
    check_whole(where, given["count"], 2, MOST)
    check_numbers(where, (given["from"], given["to"]))
    values = _log_spread(where, given) if scale == "log" else _spread(given)
    return [int(value.to_integral_value(ROUND_HALF_UP)) if whole else float(value) for value in values]


def _spread(given: Mapping[str, Any]) -> list[Decimal]:
    first, last, gaps = _decimal(given["from"]), _decimal(given["to"]), given["count"] - 1
    return [first + (last - first) * i / gaps for i in range(gaps + 1)]


def _log_spread(where: str, given: Mapping[str, Any]) -> list[Decimal]:
    if min(given["from"], given["to"]) <= 0:
        raise ParameterError(Problem(where, shown(dict(given)), t("above 0, for a log scale")))
    first, last, gaps = math.log(given["from"]), math.log(given["to"]), given["count"] - 1
    inner = [Decimal(f"{math.exp(first + (last - first) * i / gaps):.{DIGITS}g}") for i in range(1, gaps)]
    return [_decimal(given["from"]), *inner, _decimal(given["to"])]


def steps(name: str, start: Any, stop: Any, step: Any) -> list[float]:
    """Return numbers from `start` up or down to `stop`, which counts where a step meets it.

    Decimal numbers stay what they are written as: the third value from 0.1 by 0.1 is 0.3.

    Raises
    ------
    ParameterError
        Not numbers, a step that does not lead from start to stop, or more than 100,000 values.

    Examples
    --------
    >>> steps("x", 10, 50, 20), steps("x", 0.1, 0.3, 0.1)
    ([10, 30, 50], [0.1, 0.2, 0.3])
    """
    where = t("parameter {name}", name=name)
    check_numbers(where, (start, stop, step))
    if step == 0 or (stop - start) * math.copysign(1, step) < 0:
        found = t("steps of {step} from {start} to {stop}", step=step, start=start, stop=stop)
        raise ParameterError(Problem(where, found, t("a step that leads from the first value to the last")))
    first, gap = _decimal(start), _decimal(step)
    count = int((_decimal(stop) - first) / gap) + 1
    if count > MOST:
        raise ParameterError(too_many(where, count))
    kind = int if isinstance(start, int) and isinstance(step, int) else float
    return [kind(first + i * gap) for i in range(count)]


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, int) else Decimal(repr(float(number)))
