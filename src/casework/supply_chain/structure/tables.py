"""Columns of the tables of this package: text, numbers, dates, yes and no; problems are gathered, not raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import describe_range, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]
SHOWN = 5  # rows that a message names
YES = ("yes", "y", "true", "1", "1.0", "是")
NO = ("no", "n", "false", "0", "0.0", "否")
ZONE = r"(:\d{2}(?:\.\d+)?) ?(?:Z|[+-]\d{2}:?\d{2})$"  # dates are those of the place where they were written
SEPARATORS = re.compile(r"[;；|]")


def require(frame: pd.DataFrame, columns: Iterable[str], *, table: str) -> None:
    """Check that a table is one, has rows and has its columns.

    Raises
    ------
    DataError
        No table, no row, a column that is missing (with the nearest spelling) or stands there twice: all of it.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(Problem(table, t("not a table"), t("a table with columns")))
    names = [str(name) for name in frame.columns]
    wanted = list(columns)
    problems = [
        Problem(
            t("{table}, column {name}", table=table, name=repr(name)),
            t("there is no such column"),
            fix=suggest(name, names),
        )
        for name in wanted
        if name not in names
    ]
    problems += [
        Problem(t("{table}, column {name}", table=table, name=repr(name)), t("stands there twice"), t("each name once"))
        for name in wanted
        if names.count(name) > 1
    ]
    if not len(frame) and not problems:
        problems.append(Problem(table, t("no row"), t("at least one row")))
    if problems:
        raise DataError(problems)


def texts(column: pd.Series) -> pd.Series:
    """Cells as trimmed text; missing ones are empty; whole numbers read as floats keep no decimal point.

    Examples
    --------
    >>> texts(pd.Series([" a ", None])).tolist(), texts(pd.Series([3.0, None])).tolist()
    (['a', ''], ['3', ''])
    """
    if not len(column):
        return pd.Series([], dtype=str)
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").str.strip()
    if pd.api.types.is_float_dtype(column):
        whole = column.dropna()
        if len(whole) and (whole == whole.round()).all():
            column = column.astype("Int64")
    found = column.astype("string").fillna("").str.strip()
    return pd.Series(found.to_numpy(dtype=object), index=column.index, dtype=str)


def parts(cell: str) -> list[str]:
    """Names in a cell, separated by semicolons or bars.

    Examples
    --------
    >>> parts("cut; sew ;")
    ['cut', 'sew']
    """
    return [part.strip() for part in SEPARATORS.split(cell) if part.strip()]


def numbers(
    column: pd.Series,
    *,
    where: str,
    problems: list[Problem],
    low: float = -np.inf,
    high: float = np.inf,
    empty: bool = False,
) -> Floats:
    """Cells as numbers inside a range; `empty` lets missing ones through as not a number."""
    missing = _empty(column)
    strange = np.full(len(column), column.dtype.kind in "bcmM")  # truths, complex numbers, times
    if column.dtype == object:
        strange |= column.map(lambda cell: isinstance(cell, bool)).to_numpy(dtype=bool)
    plain = column.astype(str) if strange.all() else column
    found = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    fine = np.isfinite(found) & (found >= low) & (found <= high) & ~strange
    tell_rows(
        column,
        ~(fine | missing),
        where=where,
        expected=t("a number {range}", range=describe_range(low, high)),
        problems=problems,
    )
    if not empty:
        tell_missing(missing, where=where, problems=problems)
    return np.where(missing, np.nan, found)


def dates(column: pd.Series, *, where: str, problems: list[Problem], empty: bool = False) -> pd.Series:
    """Cells as dates; `empty` lets missing ones through."""
    missing = _empty(column)
    if pd.api.types.is_datetime64_any_dtype(column):
        found = column.dt.tz_localize(None) if column.dt.tz is not None else column
    elif pd.api.types.is_numeric_dtype(column):
        found = pd.Series(pd.NaT, index=column.index, dtype="datetime64[ns]")
    else:
        local = texts(column).str.replace(ZONE, r"\1", regex=True)
        found = pd.to_datetime(local.where(~missing), errors="coerce", format="ISO8601")
    bad = found.isna().to_numpy() & ~missing
    tell_rows(column, bad, where=where, expected=t("a date such as 2026-03-31"), problems=problems)
    if not empty:
        tell_missing(missing, where=where, problems=problems)
    return found


def _empty(column: pd.Series) -> npt.NDArray[np.bool_]:
    """Which cells hold nothing; numbers and dates are not read as text for it."""
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return missing
    return missing | (texts(column) == "").to_numpy(dtype=bool)


def yes_no(column: pd.Series, *, where: str, problems: list[Problem]) -> npt.NDArray[np.bool_]:
    """Cells as true and false; empty ones are false."""
    if pd.api.types.is_bool_dtype(column) and not column.isna().any():
        return column.to_numpy(dtype=bool)
    text = texts(column).str.casefold()
    yes, no = text.isin(YES).to_numpy(), text.isin(("", *NO)).to_numpy()
    tell_rows(column, ~(yes | no), where=where, expected=t("yes or no"), problems=problems)
    return yes


def choose(
    column: pd.Series, known: Sequence[str], *, where: str, problems: list[Problem], empty: bool = True
) -> pd.Series:
    """Cells that are among known words, told with the nearest spelling where they are not."""
    found = texts(column)
    lower = {word.casefold(): word for word in known}
    chosen = found.str.casefold().map(lower)
    problems += [
        Problem(
            where,
            t("{value} is not known", value=repr(str(value))),
            t("one of {values}", values=t(", ").join(known)),
            suggest(str(value), known) if len(known) > SHOWN else "",
        )
        for value in found[chosen.isna() & (found != "")].unique()[:20]
    ]
    if not empty:
        tell_missing((found == "").to_numpy(), where=where, problems=problems)
    return chosen.fillna("").astype(str)


def tell_rows(
    column: pd.Series, bad: npt.NDArray[np.bool_], *, where: str, expected: str, problems: list[Problem]
) -> None:
    """Tell which rows are wrong, the first few by number and value."""
    if bad.any():
        shown = t(", ").join(repr(str(cell)) for cell in column[bad].head(SHOWN))
        problems.append(Problem(t("{where}, {rows}", where=where, rows=name_rows(bad)), shown, expected))


def tell_missing(bad: npt.NDArray[np.bool_], *, where: str, problems: list[Problem]) -> None:
    """Tell in which rows a value is missing."""
    if bad.any():
        problems.append(Problem(t("{where}, {rows}", where=where, rows=name_rows(bad)), t("is missing")))


def name_rows(bad: npt.NDArray[np.bool_]) -> str:
    """Name rows by number, counted from 1 below the head.

    Examples
    --------
    >>> name_rows(np.array([False, True, True]))
    'rows 2, 3'
    """
    places = np.flatnonzero(bad)
    first = t(", ").join(str(place + 1) for place in places[:SHOWN])
    left = len(places) - SHOWN
    if left > 0:
        return tn("rows {rows} and {n} more", "rows {rows} and {n} more", left, rows=first)
    return tn("row {rows}", "rows {rows}", len(places), rows=first)


def listing(names: Iterable[object], most: int = 8) -> str:
    """Names as a list for a sentence; of a long one the first, and how many more.

    Examples
    --------
    >>> listing("abc", most=2)
    'a, b and 1 more'
    """
    every = [str(name) for name in names]
    first = t(", ").join(every[:most])
    left = len(every) - most
    return tn("{names} and {n} more", "{names} and {n} more", left, names=first) if left > 0 else first
