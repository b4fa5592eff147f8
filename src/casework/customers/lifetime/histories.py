"""Purchase histories (how often, last when, since when): read, checked and with equal ones put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
SHOWN = 5
SLACK = 1e-9  # share of the tenure by which rounding may put a last purchase behind the end


@dataclass(frozen=True, kw_only=True)
class Distinct:
    """Different histories, how many customers have each, and where each customer's is."""

    columns: tuple[Floats, ...]
    weight: Floats
    place: Places


def read_histories(frame: pd.DataFrame, *, frequency: str, recency: str, tenure: str) -> tuple[Floats, Floats, Floats]:
    """Return repeat purchases, time of the last and time observed.

    Raises
    ------
    DataError
        Columns are missing, values are missing or no numbers, or rows say what cannot be; all problems at once.
    """
    x, last, whole = read_columns(frame, [frequency, recency, tenure])
    checks = [
        (frequency, (x < 0) | (x != np.floor(x)), t("whole numbers of at least 0")),
        (tenure, whole < 0, t("numbers of at least 0")),
        (recency, last < 0, t("numbers of at least 0")),
        (recency, last > whole * (1 + SLACK), t("at most the tenure, column {name}", name=repr(tenure))),
        (recency, (x == 0) & (last > 0), t("0 for who never bought again")),
        (recency, (x > 0) & (last == 0), t("above 0 for who bought again")),
    ]
    problems = [problem for name, bad, expected in checks for problem in bad_rows(frame, name, bad, expected)]
    if not len(frame):
        problems.append(Problem(t("customers"), t("none"), t("at least one")))
    if problems:
        raise DataError(problems)
    return x, np.minimum(last, whole), whole


def read_columns(frame: pd.DataFrame, names: Sequence[str]) -> list[Floats]:
    """Return columns as finite numbers, or tell everything that is wrong."""
    known = [str(name) for name in frame.columns]
    lost = [name for name in names if name not in frame.columns]
    several = [name for name in names if known.count(str(name)) > 1]
    if lost or several:
        raise DataError(
            [Problem(column_name(name), t("missing"), fix=suggest(str(name), known)) for name in lost]
            + [Problem(column_name(name), t("several columns of this name"), t("one")) for name in several]
        )
    problems, columns = [], []
    for name in names:
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        problems += bad_rows(frame, name, ~np.isfinite(values), t("finite numbers"))
        columns.append(values)
    if problems:
        raise DataError(problems)
    return columns


def bad_rows(frame: pd.DataFrame, name: str, bad: Bools, expected: str) -> list[Problem]:
    """Return the problem of rows that cannot be used, or nothing."""
    count = int(bad.sum())
    if not count:
        return []
    labels = ", ".join(str(label) for label in frame.index[bad][:SHOWN]) + (", ..." if count > SHOWN else "")
    found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}",
               count, rows=labels)  # fmt: skip
    return [Problem(column_name(name), found, expected)]


def column_name(name: str) -> str:
    """Return how a column is named in messages."""
    return t("column {name}", name=repr(name))


def distinct(*columns: Floats) -> Distinct:
    """Put equal rows together, by hashing each column.

    Examples
    --------
    >>> found = distinct(np.array([1.0, 2, 1]), np.array([5.0, 5, 5]))
    >>> found.columns[0].tolist(), found.weight.tolist(), found.place.tolist()
    ([1.0, 2.0], [2.0, 1.0], [0, 1, 0])
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, values = pd.factorize(column)
        code, _ = pd.factorize(code * len(values) + own)
    weight = np.bincount(code).astype(np.float64)
    first = np.empty(len(weight), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return Distinct(columns=tuple(column[first] for column in columns), weight=weight, place=code.astype(np.int64))
