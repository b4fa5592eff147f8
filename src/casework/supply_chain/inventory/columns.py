"""Arguments of all inventory functions: a scalar, an array, a Series or the name of a column; one row per SKU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import describe_range, suggest
from casework.core.errors import DataError, InputError, ParameterError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]
Values = float | Sequence[float] | npt.NDArray[Any] | pd.Series | str
SHOWN = 5  # rows that a message names


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the values of one argument may be."""

    low: float = -np.inf
    high: float = np.inf
    low_open: bool = False
    high_open: bool = False
    whole: bool = False
    unit: str = ""

    def bad(self, values: Floats) -> npt.NDArray[np.bool_]:
        """Return which values break the rule; missing and infinite ones always do."""
        good = np.isfinite(values)
        good &= values > self.low if self.low_open else values >= self.low
        good &= values < self.high if self.high_open else values <= self.high
        if self.whole:
            good &= values == np.floor(values)
        return ~good

    def describe(self) -> str:
        """Say what is expected."""
        text = describe_range(self.low, self.high, self.low_open, self.high_open)
        if np.isinf(self.low) and np.isinf(self.high):
            message = t("finite numbers")
        else:
            message = t("whole numbers {range}", range=text) if self.whole else t("numbers {range}", range=text)
        return f"{message} [{t(self.unit)}]" if self.unit else message


POSITIVE = Rule(low=0, low_open=True)
AT_LEAST_0 = Rule(low=0)
ANY = Rule()
SHARE = Rule(low=0, high=1, low_open=True, high_open=True)
WHOLE = Rule(low=0, whole=True)


@dataclass(frozen=True, kw_only=True)
class Items:
    """Checked arguments, broadcast to one length; arguments that were not given are absent."""

    index: pd.Index
    single: bool
    arrays: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        """Return the values of an argument, one per SKU."""
        return self.arrays[name]

    def __contains__(self, name: str) -> bool:
        """Return whether an argument was given."""
        return name in self.arrays

    def __len__(self) -> int:
        """Return how many SKUs there are."""
        return len(self.index)

    def get(self, name: str, default: float) -> Floats:
        """Return the values of an argument, or the default for every SKU."""
        return self.arrays[name] if name in self.arrays else np.full(len(self), float(default))

    def refuse(self, name: str, bad: npt.NDArray[np.bool_], found: str, expected: str = "", fix: str = "") -> None:
        """Refuse the SKUs that are bad for a reason that takes several arguments to see.

        Raises
        ------
        DataError, ParameterError
            Some are; the message names them.
        """
        if bad.any():
            where = name if self.single else t("{name}, {rows}", name=name, rows=name_rows(self.index, bad))
            raise (ParameterError if self.single else DataError)(Problem(where, found, expected, fix))


def read_items(frame: pd.DataFrame | None, rules: Mapping[str, Rule], **given: Values | None) -> Items:
    """Check arguments against their rules and broadcast them to one row per SKU.

    Parameters
    ----------
    frame : DataFrame, optional
        Table in which arguments that are text name columns.
    rules : mapping of argument to Rule
        What each argument may be.
    **given : scalar, array, Series, column name or None
        The arguments; None is one that was not given.

    Raises
    ------
    DataError, ParameterError
        All problems at once: unknown columns, values out of range, lengths or indexes that differ.
    """
    problems: list[Problem] = []
    raw = {name: _look_up(frame, name, value, problems) for name, value in given.items() if value is not None}
    index = _index(frame, raw, problems)
    _stop(problems, column=index is not None)
    arrays = {name: _numbers(name, value, problems) for name, value in raw.items()}
    _stop(problems, column=index is not None)
    size = 1 if index is None else len(index)
    labels = pd.RangeIndex(1) if index is None else index
    for name, values in arrays.items():
        _hold(name, values, rules[name], labels, index is None, problems)
    _stop(problems, column=index is not None)
    broadcast = {name: np.broadcast_to(values, (size,)) for name, values in arrays.items()}
    return Items(index=labels, single=index is None, arrays=broadcast)


def name_rows(index: pd.Index, bad: npt.NDArray[np.bool_]) -> str:
    """Name the rows that are bad, the first few of them by their label."""
    places = np.flatnonzero(bad)
    names = t(", ").join(repr(label) if isinstance(label, str) else str(label) for label in index[places[:SHOWN]])
    if len(places) > SHOWN:
        return tn("{names} and {n} more row", "{names} and {n} more rows", len(places) - SHOWN, names=names)
    return tn("row {names}", "rows {names}", len(places), names=names)


def require(items: Mapping[str, object], *names: str) -> None:
    """Refuse a call that leaves out arguments that belong together.

    Raises
    ------
    ParameterError
        One of the names is None; all of them are told.
    """
    missing = [Problem(name, t("not given"), t("a number, a column of numbers or the name of a column"))
               for name in names if items.get(name) is None]  # fmt: skip
    if missing:
        raise ParameterError(missing)


def exactly_one(given: Mapping[str, object]) -> str:
    """Return the one argument that was given out of several that exclude each other.

    Raises
    ------
    ParameterError
        None or more than one was given.
    """
    there = [name for name, value in given.items() if value is not None]
    if len(there) != 1:
        found = t("none of them is given") if not there else t("given together: {names}", names=", ".join(there))
        raise ParameterError(Problem(", ".join(given), found, t("exactly one of them")))
    return there[0]


def _look_up(frame: pd.DataFrame | None, name: str, value: Any, problems: list[Problem]) -> Any:
    if not isinstance(value, str):
        return value
    if frame is None:
        problems.append(Problem(name, repr(value), t("a number, or a table as first argument whose column this is")))
        return np.nan
    columns = [str(column) for column in frame.columns]
    if value not in columns:
        problems.append(Problem(name, t("there is no column {name}", name=repr(value)), fix=suggest(value, columns)))
        return np.nan
    return frame.iloc[:, columns.index(value)]


def _index(frame: pd.DataFrame | None, raw: Mapping[str, Any], problems: list[Problem]) -> pd.Index | None:
    """Index shared by the table, the Series and the arrays; None where all is scalar."""
    found: pd.Index | None = None if frame is None else frame.index
    sizes = {name: len(value) for name, value in raw.items() if np.ndim(value) == 1}
    for name, value in raw.items():
        if np.ndim(value) > 1:
            problems.append(Problem(name, t("an array of {n} dimensions", n=np.ndim(value)), t("one value per SKU")))
        elif isinstance(value, pd.Series):
            if found is None:
                found = value.index
            elif found is not value.index and not found.equals(value.index):
                problems.append(
                    Problem(
                        name,
                        t("its rows are labelled differently from the others"),
                        t("one index for all columns"),
                        t("Put the columns into one table first."),
                    )
                )
    if found is None and sizes:
        found = pd.RangeIndex(next(iter(sizes.values())))
    problems += [
        Problem(name, tn("{n} value", "{n} values", size), tn("{n} value", "{n} values", len(found)))
        for name, size in sizes.items()
        if found is not None and size != len(found)
    ]
    return found


def _numbers(name: str, value: Any, problems: list[Problem]) -> Floats:
    wrong = isinstance(value, (bool, np.bool_)) or getattr(getattr(value, "dtype", None), "kind", "") in ("b", "M", "m")
    try:
        if not wrong:
            return np.asarray(value, dtype=np.float64) if not isinstance(value, pd.Series) else _of_series(value)
    except (TypeError, ValueError):
        pass
    problems.append(Problem(name, t("{value} is not a number", value=_excerpt(value)), t("numbers")))
    return np.array(np.nan)


def _of_series(value: pd.Series) -> Floats:
    return value.to_numpy(dtype=np.float64, na_value=np.nan)


def _excerpt(value: Any) -> str:
    text = repr(value.tolist()[:SHOWN]) if hasattr(value, "tolist") else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _hold(name: str, values: Floats, rule: Rule, index: pd.Index, single: bool, problems: list[Problem]) -> None:
    bad = np.broadcast_to(rule.bad(values), (len(index),))
    if not bad.any():
        return
    if single or values.ndim == 0:
        problems.append(Problem(name, f"{float(values.ravel()[0]):g}", rule.describe()))
        return
    examples = t(", ").join(f"{x:g}" for x in values[bad][:SHOWN])
    where = t("{name}, {rows}", name=name, rows=name_rows(index, bad))
    problems.append(Problem(where, examples, rule.describe()))


def _stop(problems: list[Problem], *, column: bool) -> None:
    kind: type[InputError] = DataError if column else ParameterError
    if problems:
        raise kind(problems)
