"""The table behind a binning: which columns, which rows are events, and all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_timedelta64_dtype

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.credit.scorecard.bins import Categories, VariableBins, read_column
from casework.credit.scorecard.target import read_target

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NAMELIKE = 0.5  # texts that differ in more than this share of rows are names
FEW = 50  # so many different texts are no names yet


@dataclass(frozen=True)
class Training:
    """What a binning learns from.

    Parameters
    ----------
    columns : dict
        The variables: numbers (missing as nan), or the place of each cell in the list of different values.
    events : ndarray of bool, shape (n,)
        Which rows are events.
    left_out : tuple of str
        Columns that were not taken because they hold names or dates.
    """

    columns: dict[str, Floats | Categories]
    events: Bools
    left_out: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return tuple(self.columns)


def read_training(
    frame: pd.DataFrame,
    *,
    target: str,
    event: object,
    variables: Sequence[str] | None,
    categorical: Collection[str] = (),
) -> Training:
    """Check the table and find its variables.

    Raises
    ------
    DataError
        See `bin_variables`: all problems at once.
    """
    problems = _columns_missing(frame, target, variables)
    if problems:
        raise DataError(problems)
    events, problems = read_target(frame[target], event=event, where=str(target))
    given = [name for name in frame.columns if name != target] if variables is None else list(dict.fromkeys(variables))
    left_out: list[str] = []
    columns: dict[str, Floats | Categories] = {}
    for name in given:
        column = frame[name]
        if _is_date(column):
            if variables is None:
                left_out.append(name)
            else:
                problems.append(
                    Problem(name, t("holds dates"), t("numbers or categories"), t("Compute an age in days first"))
                )
            continue
        read = read_column(column, name, categorical=name in categorical)
        if variables is None and isinstance(read, tuple) and len(read[1]) > max(FEW, NAMELIKE * len(column)):
            left_out.append(name)
            continue
        columns[name] = read
        problems += column_problems(read, name)
    if not columns and not problems:
        problems.append(Problem("variables", t("no column is left to bin"), t("at least one")))
    if problems:
        raise DataError(problems)
    return Training(columns, events, tuple(left_out))


def _columns_missing(frame: pd.DataFrame, target: str, variables: Sequence[str] | None) -> list[Problem]:
    if not len(frame):
        return [Problem("frame", t("no rows"), t("one row per case"))]
    if isinstance(variables, str):
        return [Problem("variables", repr(variables), t("a list of columns"))]
    unnamed = [name for name in frame.columns if not isinstance(name, str)]
    if unnamed:
        return [Problem(repr(unnamed[0]), t("the name of a column is no text"), fix=t("Name the columns with texts"))]
    wanted = [target, *(variables or ())]
    problems = [
        Problem(
            str(name), t("there is no column {name}", name=repr(name)), fix=suggest(str(name), map(str, frame.columns))
        )
        for name in wanted
        if name not in frame.columns
    ]
    if variables is not None and target in variables:
        problems.append(Problem(str(target), t("is the target and cannot be a variable")))
    used = [name for name in frame.columns if variables is None or name in wanted]
    twice = sorted({str(name) for name in used if used.count(name) > 1}) if len(set(used)) < len(used) else []
    return problems + [Problem(name, t("this column is there twice"), t("one column of each name")) for name in twice]


def column_problems(read: Floats | Categories, name: str) -> list[Problem]:
    """Say what keeps a column from being binned: no values, or infinite ones."""
    if read[1] if isinstance(read, tuple) else isfinite(read.sum()):
        return []
    if isinstance(read, tuple) or np.isnan(read).all():
        return [Problem(name, t("all values are missing"), t("some values"), t("Leave the column out"))]
    endless = int(np.isinf(read).sum())
    if endless:
        found = tn("{n} value is infinite", "{n} values are infinite", endless)
        return [Problem(name, found, t("finite numbers"), t("Leave the cells empty, or give them a special value"))]
    return []


def _is_date(column: pd.Series[Any]) -> bool:
    if isinstance(column.dtype, np.dtype):
        return column.dtype.kind in "mM"
    if isinstance(column.dtype, pd.StringDtype):
        return False
    return is_datetime64_any_dtype(column.dtype) or is_timedelta64_dtype(column.dtype)


def read_columns(frame: pd.DataFrame, rules: Mapping[str, VariableBins]) -> dict[str, npt.NDArray[np.int16]]:
    """Slot of each value of each variable.

    Raises
    ------
    DataError
        A column is missing or twice there, or holds text where numbers were: all problems at once.
    """
    problems: list[Problem] = []
    found: dict[str, npt.NDArray[np.int16]] = {}
    columns = list(frame.columns)
    for name, rule in rules.items():
        if columns.count(name) != 1:
            said = (
                t("this column is there twice") if name in columns else t("there is no column {name}", name=repr(name))
            )
            problems.append(
                Problem(str(name), said, fix="" if name in columns else suggest(str(name), map(str, columns)))
            )
            continue
        try:
            found[name] = rule.codes(frame[name])
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return found


def holds_unseen(codes: Mapping[str, npt.NDArray[np.int16]], rows: Mapping[str, npt.NDArray[np.int64]]) -> bool:
    """Say whether any value fell into a slot that held no training rows."""
    return any(_unseen(code, rows[name]).any() for name, code in codes.items())


def _unseen(code: npt.NDArray[np.int16], rows: npt.NDArray[np.int64]) -> Bools:
    """Which values fell into a slot without training rows; none where those rows are not known."""
    return np.take((rows == 0) & rows.any(), code)


def count_unseen(
    frame: pd.DataFrame,
    codes: Mapping[str, npt.NDArray[np.int16]],
    rules: Mapping[str, VariableBins],
    rows: Mapping[str, npt.NDArray[np.int64]],
) -> pd.DataFrame:
    """Count values in slots that held no training rows: `variable`, `value`, `count`."""
    parts = []
    for name, code in codes.items():
        empty = _unseen(code, rows[name])
        if not empty.any():
            continue
        rule = rules[name]
        values, slots = frame[name].to_numpy(dtype=object)[empty], code[empty]
        shown = np.where(slots == rule.unseen, values, np.array(rule.labels, dtype=object)[slots])
        counts = pd.Series(shown).map(str).value_counts()
        parts.append(pd.DataFrame({"variable": name, "value": counts.index, "count": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["variable", "value", "count"])


def unseen_warning(found: pd.DataFrame) -> str:
    """Say which values training has not seen; nothing where there are none."""
    if not len(found):
        return ""
    listed = ", ".join(f"{row['variable']}: {row['value']!r} ({row['count']:,})" for _, row in found.head(5).iterrows())
    return tn(
        "{n} value was never seen in training: {list}",
        "{n} values were never seen in training: {list}",
        int(found["count"].sum()),
        list=listed + (", ..." if len(found) > 5 else ""),
    )
