"""What a parameter is drawn from: numbers between two ends, or a list of values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Scale = Literal["linear", "log"]
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
    """Return the range of a parameter as its study declares it, or None where it has none.

    Examples
    --------
    >>> from casework.studies.registry import get_study
    >>> own_range(get_study("kano").parameters.model_fields["table"])
    Options(values=('berger', 'pouliot', '3-level'))
    """
    from casework.studies.parameters import bounds, field_options, type_name

    if field_options(field):
        return Options(get_args(field.annotation))
    plain = plain_range(type_name(field))
    return _bounded(plain, bounds(field)) if isinstance(plain, Span) else plain


def _bounded(plain: Span, edge: dict[str, Any]) -> Span:
    low, high = edge.get("ge", edge.get("gt", -math.inf)), edge.get("le", edge.get("lt", math.inf))
    low_open, high_open = "ge" not in edge and "gt" in edge, "le" not in edge and "lt" in edge
    if plain.whole:
        return replace(plain, low=low + low_open, high=high - high_open)
    return replace(plain, low=low, high=high, low_open=low_open, high_open=high_open)
