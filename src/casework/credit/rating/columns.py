"""Columns that the rating methods read: numbers, grades, customers; everything that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.core.options import InvalidAnswers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
GRADES = ("A", "B", "C", "D", "E")
SHOWN = 5


def table_of(data: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame as it is, or a mapping of numbers or columns as a frame (one row for plain numbers)."""
    if isinstance(data, pd.DataFrame):
        return data
    lists = {name: value for name, value in data.items() if np.ndim(value)}
    if lists:
        return pd.DataFrame(dict(data))
    return pd.DataFrame({name: [value] for name, value in data.items()})


def missing_columns(frame: pd.DataFrame, names: Iterable[str]) -> list[Problem]:
    """Return a problem for each column that the table does not have."""
    known = [str(name) for name in frame.columns]
    return [
        Problem(name, t("there is no column {name}", name=repr(name)), fix=suggest(name, known))
        for name in dict.fromkeys(names)
        if name not in frame.columns
    ]


def numbers_in(frame: pd.DataFrame, names: Sequence[str], *, low: float = -np.inf) -> dict[str, Floats]:
    """Return columns as floats; empty cells are not-a-number.

    Raises
    ------
    DataError
        A column is missing, holds text or infinite values, or values below `low`: all problems at once.
    """
    problems = missing_columns(frame, names)
    found: dict[str, Floats] = {}
    for name in dict.fromkeys(name for name in names if name in frame.columns):
        column = frame[name]
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        wrong = (np.isnan(values) & column.notna().to_numpy()) | np.isinf(values)
        if wrong.any():
            problems.append(Problem(at_rows(name, frame.index, wrong), t("cells that are no numbers"), t("numbers")))
        if (values < low).any():
            expected = t("numbers of at least {low:g}", low=low)
            problems.append(Problem(at_rows(name, frame.index, values < low), t("a value is too low"), expected))
        found[name] = values
    if problems:
        raise DataError(problems)
    return found


def at_rows(name: str, index: pd.Index, bad: Mask) -> str:
    """Say in which rows of a column something is."""
    labels = [str(label) for label in index[bad][:SHOWN]]
    more = int(bad.sum()) - len(labels)
    shown = ", ".join(labels) + (", ..." if more > 0 else "")
    return tn("{name}, row {rows}", "{name}, {n} rows ({rows})", int(bad.sum()), name=name, rows=shown)


def check_grades(grades: Sequence[str], *, least: int = 2) -> tuple[str, ...]:
    """Return grades, best first, as text.

    Raises
    ------
    ParameterError
        Fewer than `least`, an empty one, or one that stands there twice.
    """
    names = tuple(str(grade) for grade in grades)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    expected = t("at least {n} grades, best first, each once", n=least)
    if len(names) < least or twice or any(not name.strip() for name in names):
        raise ParameterError(Problem("grades", ", ".join(map(repr, names)) or t("no grade"), expected))
    return names


def grade_codes(column: Any, grades: Sequence[str], *, where: str, missing: bool = False) -> Ints:
    """Return the place of each grade in the scale, -1 for an empty cell.

    Raises
    ------
    DataError
        A grade that the scale does not have; an empty cell, unless `missing` allows it.
    """
    series = column if isinstance(column, pd.Series) else pd.Series(list(column), dtype=object)
    empty = series.isna().to_numpy() | (series.astype(str).str.strip() == "").to_numpy()
    codes = pd.Index(list(grades)).get_indexer(pd.Index(series.astype(str).str.strip()))
    codes = np.where(empty, -1, codes).astype(np.int64)
    unknown = (codes < 0) & ~empty
    problems = []
    if unknown.any():
        names = ", ".join(dict.fromkeys(repr(str(x)) for x in series[unknown][:SHOWN]))
        found = t("unknown grades: {names}", names=names)
        problems.append(Problem(at_rows(where, series.index, unknown), found, ", ".join(grades)))
    if empty.any() and not missing:
        problems.append(Problem(at_rows(where, series.index, empty), t("an empty cell"), ", ".join(grades)))
    if problems:
        raise DataError(problems)
    return codes


def one_row_each(
    frame: pd.DataFrame, keys: Sequence[str], *, invalid: InvalidAnswers = "refuse"
) -> tuple[pd.DataFrame, str]:
    """Return the table with one row for each customer (and period), and a sentence on what was left out.

    Parameters
    ----------
    frame : DataFrame
        Ratings.
    keys : sequence of str
        Columns that name a row.
    invalid : {'refuse', 'exclude'}
        More rows of the same customer are an error, or the first is kept and the others are counted.

    Raises
    ------
    DataError
        As `check_once`, with 'refuse'; an empty name in either.
    ParameterError
        `invalid` is neither of the two.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer": ["a", "a", "b"], "year": [1, 1, 1]})
    >>> one_row_each(rows, ["customer", "year"], invalid="exclude")[1]
    '1 row of a customer who was there already was left out.'
    """
    check_option("invalid", invalid, InvalidAnswers)
    problems = missing_columns(frame, keys)
    if problems:
        raise DataError(problems)
    again = frame.duplicated(list(keys)).to_numpy() if invalid == "exclude" else np.zeros(len(frame), dtype=bool)
    kept = frame[~again]
    check_once(kept, keys)
    if not again.any():
        return kept, ""
    return kept, tn("{n} row of a customer who was there already was left out.",
                    "{n} rows of customers who were there already were left out.", int(again.sum()))  # fmt: skip


def check_once(frame: pd.DataFrame, keys: Sequence[str]) -> None:
    """Check that a customer stands there once (for each period).

    Raises
    ------
    DataError
        An empty name, or a customer (and period) that stands there twice: all of them are counted, the first named.
    """
    problems = missing_columns(frame, keys)
    if problems:
        raise DataError(problems)
    for key in keys:
        empty = frame[key].isna().to_numpy()
        if empty.any():
            problems.append(Problem(at_rows(key, frame.index, empty), t("an empty cell")))
    twice = frame.duplicated(list(keys), keep=False).to_numpy()
    if twice.any():
        row = frame[list(keys)].to_numpy(dtype=object)[twice][0]
        first = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in row)
        found = t("the same {keys} more than once, first: {first}", keys=t(", ").join(keys), first=first)
        fix = t("Keep one row of each.")
        problems.append(Problem(at_rows(keys[0], frame.index, twice), found, t("one row for each"), fix))
    if problems:
        raise DataError(problems)
