"""A portfolio of customers as arrays: exposure, probability of default, loss given default, sector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_names, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Customers who owe money, one entry each.

    Attributes
    ----------
    names : ndarray of object, shape (n,)
    exposure : ndarray, shape (n,)
        Exposure at default [currency], at least 0.
    pd, lgd : ndarray, shape (n,)
        Probability of default within the horizon and loss given default, 0 to 1.
    sector : ndarray of int, shape (n,)
        Position of the sector in `sectors`.
    sectors : tuple of str
    """

    names: npt.NDArray[np.object_]
    exposure: Floats
    pd: Floats
    lgd: Floats
    sector: npt.NDArray[np.intp]
    sectors: tuple[str, ...]

    @property
    def loss(self) -> Floats:
        """Loss of every customer if he defaults [currency]."""
        return self.exposure * self.lgd

    @property
    def expected_loss(self) -> float:
        """Expected loss of the portfolio [currency]."""
        return float(self.loss @ self.pd)

    @property
    def total(self) -> float:
        """Exposure of all customers [currency]."""
        return float(self.exposure.sum())


def portfolio(
    frame: pd.DataFrame,
    *,
    exposure: str = "exposure",
    pd: str = "pd",
    lgd: str | float = "lgd",
    sector: str | None = None,
    name: str | None = None,
) -> Portfolio:
    """Read a portfolio from a table with a row per customer.

    Parameters
    ----------
    frame : DataFrame
        A row per customer; not changed.
    exposure, pd : str
        Columns of the exposure at default [currency], at least 0, and of the probability of default, 0 to 1.
    lgd : str or float
        Column of the loss given default, or one for all, 0 to 1.
    sector, name : str, optional
        Columns; by default one sector and the index.

    Returns
    -------
    Portfolio

    Raises
    ------
    ParameterError
        A column that is not there.
    DataError
        No row, a cell that is no number or out of range, a customer twice, a sector missing; all at once.

    Examples
    --------
    >>> table = pd.DataFrame({"exposure": [100.0, 50.0], "pd": [0.01, 0.1]})
    >>> float(round(portfolio(table, lgd=0.6).expected_loss, 10))
    3.6
    """
    columns = [exposure, pd, *([lgd] if isinstance(lgd, str) else []), *(x for x in (sector, name) if x is not None)]
    check_names("columns", columns, [str(column) for column in frame.columns])
    problems: list[Problem] = []
    if frame.empty:
        raise DataError(Problem(t("table"), t("no customer"), t("at least one row")))
    owed = _numbers(frame, exposure, np.inf, problems)
    chance = _numbers(frame, pd, 1.0, problems)
    if isinstance(lgd, str):
        share = _numbers(frame, lgd, 1.0, problems)
    else:
        share = np.full(len(frame), check_number("lgd", lgd, low=0, high=1))
    names = np.asarray(frame[name] if name is not None else frame.index, dtype=object)
    problems += _twice(names, name or "index")
    codes, sectors = _sectors(frame, sector, problems)
    if problems:
        raise DataError(problems)
    return Portfolio(names=names, exposure=owed, pd=chance, lgd=share, sector=codes, sectors=sectors)


def _numbers(frame: pd.DataFrame, column: str, high: float, problems: list[Problem]) -> Floats:
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~((values >= 0) & (values <= high) & np.isfinite(values))
    if bad.any():
        shown = ", ".join(repr(x) for x in frame.loc[bad, column].head(SHOWN).tolist())
        expected = t("numbers from 0 to 1") if high == 1 else t("numbers of at least 0")
        problems.append(
            Problem(
                t("column {name}", name=repr(column)), t("{n} cells: {shown}", n=int(bad.sum()), shown=shown), expected
            )
        )
    return values


def _twice(names: npt.NDArray[np.object_], where: str) -> list[Problem]:
    series = pd.Series(names, dtype=object)
    again = series[series.duplicated()].unique().tolist()
    empty = int(series.isna().sum())
    found = []
    if again:
        shown = ", ".join(repr(x) for x in again[:SHOWN])
        found.append(Problem(t("column {name}", name=repr(where)), t("more than once: {names}", names=shown),
                             t("every customer once"), t("add up the exposures of a customer first")))  # fmt: skip
    if empty:
        found.append(
            Problem(t("column {name}", name=repr(where)), t("{n} empty cells", n=empty), t("a name in every row"))
        )
    return found


def _sectors(
    frame: pd.DataFrame, sector: str | None, problems: list[Problem]
) -> tuple[npt.NDArray[np.intp], tuple[str, ...]]:
    if sector is None:
        return np.zeros(len(frame), dtype=np.intp), ("",)
    codes, found = pd.factorize(frame[sector], sort=False)
    if (codes < 0).any():
        missing = t("{n} empty cells", n=int((codes < 0).sum()))
        problems.append(Problem(t("column {name}", name=repr(sector)), missing, t("a sector in every row")))
    return codes.astype(np.intp), tuple(str(x) for x in found)


def sector_values(name: str, given: float | Mapping[str, float], sectors: tuple[str, ...]) -> Floats:
    """Return a correlation for every sector: one for all, or one each by name.

    Raises
    ------
    ParameterError
        A number not from 0 to below 1, or a sector without one; all at once.
    """
    if not isinstance(given, Mapping):
        return np.full(len(sectors), check_number(name, given, low=0, high=1, high_open=True))
    missing = [s for s in sectors if s not in given]
    if missing:
        shown = ", ".join(repr(s) for s in missing[:SHOWN])
        raise ParameterError(Problem(name, t("nothing for {names}", names=shown), t("a number for every sector")))
    return np.array([check_number(f"{name}[{s!r}]", given[s], low=0, high=1, high_open=True) for s in sectors])
