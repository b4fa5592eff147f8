"""Inputs of the location models: tables by name, checked together, with every problem told at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import describe_range, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.network.program import Flags, Floats

Column = float | Sequence[float] | npt.NDArray[Any] | Mapping[Any, float] | pd.Series
Names = Sequence[Hashable]
SHOWN = 5


@dataclass(kw_only=True)
class Reader:
    """Reads tables and columns; problems are gathered until `finish`."""

    problems: list[Problem] = field(default_factory=list)

    def table(self, name: str, frame: pd.DataFrame, *, holes: bool = False, negative: bool = False) -> pd.DataFrame:
        """Return a table of numbers with names that are not repeated; `holes`: infinite means none."""
        if not isinstance(frame, pd.DataFrame) or frame.empty:
            self.add(name, t("there is no table with rows and columns"))
            self.finish()
        for labels, what in ((frame.index, t("row")), (frame.columns, t("column"))):
            if labels.has_duplicates:
                twice = show(dict.fromkeys(labels[labels.duplicated()]))
                self.add(name, t("{what} names stand there twice: {names}", what=what, names=twice))
        values = frame.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
        bad = np.isnan(values) | np.isneginf(values) | (~np.isfinite(values) if not holes else False)
        bad |= False if negative else values < 0
        if bad.any():
            rows, columns = np.nonzero(bad)
            cells = show(
                f"{frame.index[i]} - {frame.columns[j]}" for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
            )
            found = tn("{n} cell is no valid number: {names}", "{n} cells are no valid numbers: {names}", len(rows),
                       names=cells)  # fmt: skip
            self.add(
                name, found, t("finite numbers") if negative else t("numbers {range}", range=describe_range(0, np.inf))
            )
        return pd.DataFrame(values, index=frame.index, columns=frame.columns)

    def fitted(self, name: str, table: pd.DataFrame, rows: pd.Index, columns: pd.Index) -> Floats:
        """Return a table in the order of rows and columns."""
        for found, wanted in ((table.index, rows), (table.columns, columns)):
            if set(found) != set(wanted) or len(found) != len(wanted):
                odd = sorted(set(found) ^ set(wanted), key=str)
                self.add(name, t("its names do not fit: {names}", names=show(odd)))
                return np.zeros((len(rows), len(columns)))
        return table.reindex(index=rows, columns=columns).to_numpy(dtype=float)

    def column(self, name: str, given: Column, labels: pd.Index, *, low: float = 0.0, infinite: bool = False) -> Floats:
        """Return one number per name: the same for all, in order, or by name."""
        if isinstance(given, (pd.Series, Mapping)):
            values = self._by_name(name, pd.Series(given), labels)
        else:
            values = self._in_order(name, given, labels)
        bad = np.isnan(values) | (values < low) | (False if infinite else np.isinf(values))
        if bad.any():
            found = t("no valid number for {names}", names=show(labels[bad]))
            self.add(name, found, t("numbers {range}", range=describe_range(low, np.inf)))
        return values

    def _by_name(self, name: str, given: pd.Series, labels: pd.Index) -> Floats:
        given = pd.to_numeric(given, errors="coerce")
        if given.index.has_duplicates:
            self.add(name, t("names stand there twice: {names}", names=show(given.index[given.index.duplicated()])))
            return np.zeros(len(labels))
        if len(unknown := given.index.difference(labels, sort=False)):
            self.add(
                name, t("there is no {names}", names=show(unknown)), fix=suggest(str(unknown[0]), map(str, labels))
            )
        return given.reindex(labels).to_numpy(dtype=float)

    def _in_order(self, name: str, given: Any, labels: pd.Index) -> Floats:
        try:
            values = np.asarray(given, dtype=float)
        except (TypeError, ValueError):
            self.add(name, t("these are no numbers"))
            return np.zeros(len(labels))
        if values.ndim and values.shape != (len(labels),):
            self.add(name, tn("there is {n} number", "there are {n} numbers", values.size), str(len(labels)))
            return np.zeros(len(labels))
        return np.broadcast_to(values, len(labels)).astype(float)

    def members(self, name: str, given: Iterable[Hashable], labels: pd.Index) -> Flags:
        """Return which names are given."""
        chosen = [given] if isinstance(given, str) else list(given)
        for item in chosen:
            if item not in labels:
                self.add(name, t("{value} is not known", value=repr(item)), fix=suggest(str(item), map(str, labels)))
        return np.asarray(labels.isin(chosen))

    def add(self, where: str, found: str, expected: str = "", fix: str = "") -> None:
        """Keep a problem."""
        self.problems.append(Problem(where, found, expected, fix))

    def finish(self) -> None:
        """Tell all problems.

        Raises
        ------
        DataError
            There are any.
        """
        if self.problems:
            raise DataError(self.problems)


def show(names: Iterable[Any]) -> str:
    """Return the first names, and that there are more.

    Examples
    --------
    >>> show("abcdefg")
    'a, b, c, d, e, ...'
    """
    listed = [str(name) for name in names]
    return ", ".join(listed[:SHOWN]) + (", ..." if len(listed) > SHOWN else "")
