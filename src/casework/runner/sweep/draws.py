"""Values within a range: in even steps, or drawn at random or as a latin hypercube."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from casework.core.checks import check_option, nearest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Method = Literal["latin", "random"]
Scale = Literal["linear", "log"]
MOST = 100_000  # cases of one sweep
LARGEST = 1e300  # the width of a range stays finite
DIGITS = 12  # of values on a log scale: exp and log differ in the last digits between machines
BITS = 53  # of a share


@dataclass(frozen=True, kw_only=True)
class Span:
    """Numbers between two ends; an open end is not drawn itself.

    Parameters
    ----------
    low, high : float
        Ends; infinite where there is none.
    low_open, high_open : bool
        Leave the end itself out.
    whole : bool
        Whole numbers only; both ends count.
    log : bool
        Equal shares of the logarithm; the low end is above 0.
    """

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False
    log: bool = False

    def pick(self, share: float) -> float:
        """Return the number at a share of the range, 0 up to below 1.

        Examples
        --------
        >>> Span(low=10, high=20).pick(0.25), Span(low=1, high=3, whole=True).pick(0.99)
        (12.5, 3)
        """
        if self.log:
            return self._pick_log(share)
        if self.whole:
            return self.low + _bin(share, int(self.high - self.low) + 1)
        return self._inside(self.low + share * (self.high - self.low))

    def _pick_log(self, share: float) -> float:
        bottom, top = math.log(self.low), math.log(self.high + self.whole)
        number = float(f"{math.exp(bottom + share * (top - bottom)):.{DIGITS}g}")
        return min(max(int(number), self.low), self.high) if self.whole else self._inside(number)

    def _inside(self, number: float) -> float:
        low = math.nextafter(self.low, math.inf) if self.low_open else self.low
        high = math.nextafter(self.high, -math.inf) if self.high_open else self.high
        return float(min(max(number, low), high))


@dataclass(frozen=True)
class Options:
    """A list of values, all of them equally likely."""

    values: tuple[Any, ...]

    def pick(self, share: float) -> Any:
        """Return the value at a share of the list, 0 up to below 1.

        Examples
        --------
        >>> Options(("a", "b")).pick(0.5)
        'b'
        """
        return self.values[_bin(share, len(self.values))]


def _bin(share: float, count: int) -> int:
    """Return which of some equal bins a share falls into, exactly."""
    return int(share * 2**BITS) * count >> BITS


def plain_range(kind: str) -> Span | Options | None:
    """Return the range that a plain type has by itself, or None where it has none.

    Examples
    --------
    >>> plain_range("bool"), plain_range("str")
    (Options(values=(False, True)), None)
    """
    if kind == "bool":
        return Options((False, True))
    return Span(whole=kind == "int") if kind in ("int", "float") else None


def own_range(field: FieldInfo) -> Span | Options | None:
    """Return the range of a parameter as its study declares it, or None where it has none."""
    from casework.studies.parameters import bounds, field_options, type_name

    if field_options(field):
        return Options(get_args(field.annotation))
    plain = plain_range(type_name(field))
    if not isinstance(plain, Span):
        return plain
    edge = bounds(field)
    low, high = edge.get("ge", edge.get("gt", -math.inf)), edge.get("le", edge.get("lt", math.inf))
    low_open, high_open = "ge" not in edge and "gt" in edge, "le" not in edge and "lt" in edge
    if plain.whole:
        return replace(plain, low=low + low_open, high=high - high_open)
    return replace(plain, low=low, high=high, low_open=low_open, high_open=high_open)


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
    if isinstance(given, (list, tuple)):
        pair = isinstance(own, Span) and len(given) == 2 and all(map(_is_number, given))
        given = {"low": given[0], "high": given[1]} if pair else {"options": given}
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise ParameterError(Problem(where, _shown(given), t("low and high, or a list of values")))
    _check_keys(where, given, ("low", "high", "scale", "options"))
    if "options" in given:
        return _options(where, given)
    if isinstance(own, Options) and not given:
        return own
    if not isinstance(own, Span):
        raise ParameterError(Problem(where, t("it has no range of numbers"), t("a list of values")))
    return _span(where, own, given)


def _check_keys(where: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    problems = [
        Problem(
            where,
            t("{value} is not known", value=repr(key)),
            t("one of {values}", values=", ".join(known)),
            nearest(str(key), known),
        )
        for key in given
        if key not in known
    ]
    if problems:
        raise ParameterError(problems)


def _options(where: str, given: Mapping[str, Any]) -> Options:
    values = given["options"]
    if not isinstance(values, (list, tuple)) or not values or len(given) > 1:
        raise ParameterError(Problem(where, _shown(dict(given)), t("at least one value, and nothing else")))
    return Options(tuple(values))


def _span(where: str, own: Span, given: Mapping[str, Any]) -> Span:
    scale = check_option(where, given.get("scale", "linear"), Scale)
    low, high = given.get("low", own.low), given.get("high", own.high)
    problems = [
        *_end_problems(where, "low", low, own),
        *_end_problems(where, "high", high, own),
    ]
    if not problems and not low < high:
        found = t("low is {low}, high is {high}", low=low, high=high)
        problems.append(Problem(where, found, t("low below high")))
    if not problems and scale == "log" and low <= 0:
        problems.append(Problem(where, t("low is {low}", low=low), t("above 0, for a log scale")))
    if problems:
        raise ParameterError(problems)
    if own.whole:
        low, high = int(low), int(high)
    low_open, high_open = own.low_open and low == own.low, own.high_open and high == own.high
    return replace(own, low=low, high=high, low_open=low_open, high_open=high_open, log=scale == "log")


def _end_problems(where: str, end: str, value: Any, own: Span) -> list[Problem]:
    found = t("{end} is {value}", end=end, value=_shown(value))
    if isinstance(value, float) and math.isinf(value) and value in (own.low, own.high):
        return [Problem(where, t("the parameter has no {end} of its own", end=end), t("low and high"))]
    if not _is_number(value):
        return [Problem(where, found, t("a number"))]
    if own.whole and value != int(value):
        return [Problem(where, found, t("a whole number"))]
    if not own.low <= value <= own.high:
        return [Problem(where, found, t("within the parameter's own range, {range}", range=_range_words(own)))]
    return []


def _range_words(own: Span) -> str:
    from casework.core.checks import describe_range

    return describe_range(own.low, own.high, own.low_open, own.high_open)


def _shown(value: object) -> str:
    from casework.studies.parameters import short_repr

    return short_repr(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST


def draw(
    ranges: Mapping[str, Span | Options], count: int, *, method: str = "latin", seed: int = 0
) -> list[dict[str, Any]]:
    """Draw values of several parameters.

    Parameters
    ----------
    ranges : mapping
        Range of each parameter.
    count : int
        How many draws, 1 to 100,000.
    method : {'latin', 'random'}
        Latin hypercube: each of `count` equal parts of every range is met once; or independent draws.
    seed : int
        At least 0; the same seed gives the same draws on every machine.

    Raises
    ------
    ParameterError
        Another method, a count or seed out of range, or no range.

    Examples
    --------
    >>> parts = draw({"x": Span(low=0, high=3)}, 3, seed=1)
    >>> sorted(int(part["x"]) for part in parts)
    [0, 1, 2]
    """
    check_option("method", method, Method)
    _check_whole("draws", count, 1, MOST)
    _check_whole("seed", seed, 0, 2**64)
    if not ranges:
        raise ParameterError(Problem("draws", t("no parameter is named"), t("a range for at least one parameter")))
    shares = _shares(count, len(ranges), method, seed)
    return [{name: span.pick(share) for (name, span), share in zip(ranges.items(), row, strict=True)} for row in shares]


def _shares(count: int, width: int, method: str, seed: int) -> list[list[float]]:
    import numpy as np

    rng = np.random.default_rng(seed)
    if method == "random":
        return cast("list[list[float]]", rng.random((count, width)).tolist())
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(d=width, rng=rng).random(count)
    return cast("list[list[float]]", np.minimum(shares, np.nextafter(1, 0)).tolist())


def _check_whole(where: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        expected = t("a whole number from {low:,} to {high:,}", low=low, high=high)
        raise ParameterError(Problem(where, _shown(value), expected))


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
    _check_keys(where, given, ("from", "to", "step", "count", "scale"))
    if not {"from", "to"} <= set(given) or len({"step", "count"} & set(given)) != 1:
        raise ParameterError(Problem(where, _shown(dict(given)), t("from, to, and either step or count")))
    if "step" in given:
        if "scale" in given:
            raise ParameterError(Problem(where, t("a scale beside a step"), t("count, where scale is given")))
        return steps(name, given["from"], given["to"], given["step"])
    scale = check_option(where, given.get("scale", "linear"), Scale)
    _check_whole(where, given["count"], 2, MOST)
    _check_numbers(where, (given["from"], given["to"]))
    values = _log_spread(where, given) if scale == "log" else _spread(given)
    return [int(value.to_integral_value(ROUND_HALF_UP)) if whole else float(value) for value in values]


def _spread(given: Mapping[str, Any]) -> list[Decimal]:
    first, last, gaps = _decimal(given["from"]), _decimal(given["to"]), given["count"] - 1
    return [first + (last - first) * i / gaps for i in range(gaps + 1)]


def _log_spread(where: str, given: Mapping[str, Any]) -> list[Decimal]:
    if min(given["from"], given["to"]) <= 0:
        raise ParameterError(Problem(where, _shown(dict(given)), t("above 0, for a log scale")))
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
    _check_numbers(where, (start, stop, step))
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


def _check_numbers(where: str, values: Iterable[Any]) -> None:
    problems = [Problem(where, _shown(value), t("a number")) for value in values if not _is_number(value)]
    if problems:
        raise ParameterError(problems)


def too_many(where: str, count: int) -> Problem:
    """Return the problem of a sweep or range that is too large.

    Examples
    --------
    >>> print(too_many("grid", 200_000))
    grid: 200,000 cases. Expected: at most 100,000 cases. Give fewer values, or draw some of them.
    """
    shown = f"{count:,}" if count < 10**15 else f"{Decimal(count):.1e}"
    return Problem(
        where,
        t("{count} cases", count=shown),
        t("at most {most:,} cases", most=MOST),
        t("Give fewer values, or draw some of them"),
    )
