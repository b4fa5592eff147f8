"""Columns of a table of stages, read and checked: all that is wrong is told at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import describe_range, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn

Floats = npt.NDArray[np.float64]
SHOWN = 5
HEADINGS = (
    mark("stage"),
    mark("lead time"),
    mark("local holding cost"),
    mark("echelon holding cost"),
    mark("holding cost"),
    mark("echelon level"),
    mark("local level"),
    mark("lower bound"),
    mark("upper bound"),
    mark("heuristic level"),
    mark("wait"),
    mark("service time"),
    mark("net lead time"),
    mark("demand sd"),
    mark("safety stock"),
    mark("safety cost"),
    mark("base stock level"),
    mark("pipeline stock"),
    mark("on hand"),
    mark("in transit"),
    mark("backorders"),
    mark("no shortage"),
    mark("shift"),
    mark("expected cost"),
    mark("cost"),
    mark("low"),
    mark("high"),
    mark("difference"),
    mark("difference low"),
    mark("difference high"),
)  # of the tables of results


@dataclass(kw_only=True)
class StageColumns:
    """A table of stages and what was found wrong in it so far."""

    frame: pd.DataFrame
    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def headings(self) -> list[str]:
        """Names of the columns as text."""
        return [str(name) for name in self.frame.columns]

    def text(self, argument: str, column: str) -> list[str] | None:
        """Texts of a column, without blanks around them; nothing where a cell is empty."""
        values = self._column(argument, column)
        if values is None:
            return None
        return [
            "" if missing else str(value).strip()
            for value, missing in zip(values.tolist(), values.isna().tolist(), strict=True)
        ]

    def numbers(
        self,
        argument: str,
        column: str,
        *,
        low: float = -np.inf,
        low_open: bool = False,
        whole: bool = False,
        optional: bool = False,
    ) -> Floats:
        """Numbers of a column; cells may be empty (not a number) where the column is optional."""
        values = self._column(argument, column)
        if values is None:
            return np.full(len(self.frame), np.nan)
        numbers = _numbers(values)
        empty = np.isnan(numbers)
        if values.dtype != np.float64 and empty.any():
            empty &= values.isna().to_numpy()
        with np.errstate(invalid="ignore"):
            bad = ~np.isfinite(numbers) | (numbers <= low if low_open else numbers < low)
            bad |= (numbers != np.floor(numbers)) if whole else False
        bad &= ~(empty & optional)
        if bad.any():
            self._tell(column, values, bad, low, low_open, whole)
        return numbers

    def stop(self) -> None:
        """Raise what was found.

        Raises
        ------
        DataError
            Something was found.
        """
        if self.problems:
            raise DataError(self.problems)

    def row(self, place: int) -> str:
        """Name of a row: its stage, or its number where the name is not known yet."""
        name = self.names[place] if self.names else ""
        return t("stage {name}", name=repr(name)) if name else t("row {n}", n=place + 1)

    def _column(self, argument: str, column: str) -> pd.Series | None:
        columns = self.headings
        if columns.count(str(column)) == 1:
            return self.frame[self.frame.columns[columns.index(str(column))]]
        found = t("there is no column {name}", name=repr(column))
        if str(column) in columns:
            found = t("there are several columns {name}", name=repr(column))
        self.problems.append(Problem(argument, found, fix=suggest(str(column), columns)))
        return None

    def _tell(
        self, column: str, values: pd.Series, bad: npt.NDArray[np.bool_], low: float, low_open: bool, whole: bool
    ) -> None:
        expected = describe_range(low, np.inf, low_open)
        expected = t("a whole number {range}", range=expected) if whole else t("a number {range}", range=expected)
        places = np.flatnonzero(bad)
        for place in places[:SHOWN]:
            cell = values.iloc[place]
            found = (
                t("empty")
                if pd.isna(cell)
                else (f"{cell:g}" if isinstance(cell, (float, int, np.number)) else repr(cell))
            )
            where = t("{name}, {rows}", name=column, rows=self.row(int(place)))
            self.problems.append(Problem(where, found, expected))
        if len(places) > SHOWN:
            more = len(places) - SHOWN
            self.problems.append(Problem(column, tn("{n} more stage", "{n} more stages", more), expected))


def _numbers(values: pd.Series) -> Floats:
    """Numbers of cells; not a number where a cell holds none."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "fiu":
        return values.to_numpy(dtype=np.float64, copy=True)
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def stage_columns(frame: pd.DataFrame, *, stage: str) -> StageColumns:
    """Read the names of the stages; the table must have rows and every stage a name of its own.

    Raises
    ------
    DataError
        Not a table, or a table without rows.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(Problem(t("stages"), type(frame).__name__, t("a table with one row per stage")))
    if not len(frame):
        raise DataError(Problem(t("stages"), t("a table without rows"), t("one row per stage")))
    columns = StageColumns(frame=frame)
    names = columns.text("stage", stage)
    if names is None:
        return columns
    for place, name in enumerate(names):
        if not name:
            columns.problems.append(Problem(t("{name}, {rows}", name=stage, rows=t("row {n}", n=place + 1)), t("empty"),
                                            t("the name of the stage")))  # fmt: skip
    for name, count in Counter(names).items():
        if name and count > 1:
            columns.problems.append(
                Problem(stage, t("{name} stands there twice", name=repr(name)), t("one row per stage"))
            )
    columns.names = names
    return columns
