"""What is asked of a binning, checked: all problems of the arguments at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.credit.scorecard.optimal import Trend

Unseen = Literal["neutral", "worst"]
Thin = Literal["join", "search"]
EACH = "each"
Specials = tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Request:
    """The checked arguments of `bin_variables` that hold for the rules of each variable.

    Parameters
    ----------
    trend : str
        Trend of the variables that `trends` does not name.
    trends, special, cuts : dict
        Per variable.
    """

    trend: str = "auto"
    trends: dict[str, str] = field(default_factory=dict)
    max_bins: int | None = None
    max_prebins: int = 20
    min_share: float = 0.05
    min_events: int = 1
    special: dict[str, Specials] = field(default_factory=dict)
    cuts: dict[str, Any] = field(default_factory=dict)
    categorical: frozenset[str] = frozenset()
    smoothing: float = 0.0
    unseen: str = "neutral"
    thin: str = "join"

    def trend_of(self, name: str) -> str:
        """Trend that is asked of a variable; given cuts stay as they are unless the variable's own trend is named."""
        return self.trends.get(name, "given" if name in self.cuts else self.trend)


def check_request(
    names: Sequence[str],
    *,
    trend: str | Mapping[str, str],
    max_bins: int | None,
    max_prebins: int,
    min_share: float,
    min_events: int | None,
    special: Mapping[str, Any] | None,
    cuts: Mapping[str, Any] | None,
    categorical: Iterable[str],
    smoothing: float,
    unseen: str,
    thin: str = "join",
) -> Request:
    """Check the arguments of `bin_variables`.

    Raises
    ------
    ParameterError
        A number out of range, a trend that does not exist, a variable that is not there, cuts that do not ascend, a
        category in two groups: all problems at once.
    """
    problems: list[Problem] = []

    def number(name: str, value: Any, low: float, high: float) -> float:
        try:
            return check_number(name, value, low=low, high=high)
        except ParameterError as error:
            problems.extend(error.problems)
            return low

    named = dict(trend) if isinstance(trend, Mapping) else {}
    for where, value in [("trend", trend)] if not isinstance(trend, Mapping) else named.items():
        problems += _option_problems(where, value, Trend)
    problems += _option_problems("unseen", unseen, Unseen) + _option_problems("thin", thin, Thin)
    for argument, given in (("trend", named), ("special", special or {}), ("cuts", cuts or {})):
        problems += _unknown(argument, given, names)
    problems += _unknown("categorical", categorical, names)
    constant = number("smoothing", smoothing, 0, 1000)
    request = Request(
        trend="auto" if isinstance(trend, Mapping) else trend,
        trends={str(name): str(value) for name, value in named.items()},
        max_bins=None if max_bins is None else int(number("max_bins", max_bins, 2, 1000)),
        max_prebins=int(number("max_prebins", max_prebins, 2, 200)),
        min_share=number("min_share", min_share, 0, 0.5),
        min_events=int(number("min_events", int(constant == 0) if min_events is None else min_events, 0, np.inf)),
        special={name: _specials(name, values, problems) for name, values in (special or {}).items()},
        cuts={name: _cuts(name, values, problems) for name, values in (cuts or {}).items()},
        categorical=frozenset(categorical),
        smoothing=constant,
        unseen=unseen,
        thin=thin,
    )
    if problems:
        raise ParameterError(problems)
    return request


def _option_problems(where: str, value: object, literal: Any) -> list[Problem]:
    try:
        check_option(where, value, literal)
    except ParameterError as error:
        return list(error.problems)
    return []


def _unknown(argument: str, given: Iterable[str], names: Sequence[str]) -> list[Problem]:
    return [
        Problem(argument, t("there is no variable {name}", name=repr(name)), fix=suggest(str(name), names))
        for name in given
        if name not in names
    ]


def _specials(name: str, values: Any, problems: list[Problem]) -> Specials:
    """Label and values of each special bin: from a list of values, or from labels with one or several values."""
    if isinstance(values, Mapping):
        pairs = [(str(label), _values(found)) for label, found in values.items()]
    else:
        pairs = [(str(value), (value,)) for value in _values(values)]
    flat = [value for _, found in pairs for value in found]
    if len(set(map(str, flat))) != len(flat) or any(pd.isna(value) for value in flat):
        found = t("a special value is missing or named twice: {values}", values=repr(flat))
        problems.append(Problem(f"special[{name!r}]", found, t("different values")))
    return tuple(pairs)


def _values(values: Any) -> tuple[Any, ...]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return (values,)
    return tuple(values)


def _cuts(name: str, values: Any, problems: list[Problem]) -> Any:
    """Ascending numbers, groups of categories, or "each" for a bin per category."""
    where = f"cuts[{name!r}]"
    if isinstance(values, str):
        problems += _option_problems(where, values, Literal["each"])
        return values
    found = list(values) if isinstance(values, Iterable) else [values]
    if found and all(isinstance(value, Iterable) for value in found):
        groups = tuple(tuple(str(item) for item in _values(group)) for group in found)
        flat = [item for group in groups for item in group]
        if len(set(flat)) != len(flat) or not all(groups):
            problems.append(Problem(where, t("a category stands in two groups, or a group is empty"), repr(found)))
        return groups
    try:
        limits = np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError):
        limits = np.array([np.nan])
    if not np.isfinite(limits).all() or (np.diff(limits) <= 0).any():
        problems.append(Problem(where, repr(found), t("numbers that ascend, or groups of categories")))
    return tuple(float(limit) for limit in limits)
