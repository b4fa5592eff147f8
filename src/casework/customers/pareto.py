"""Which customers bring the value: ABC classes, Pareto curve, Gini coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
LETTERS = "ABCDE"
CUTS = (0.80, 0.95)
SLACK = 1e-12
COLUMNS = (mark("value"), mark("share"), mark("cumulative share"), mark("class"))


@dataclass(frozen=True, kw_only=True)
class ParetoResult(Result):
    """Customers by value, largest first.

    Attributes
    ----------
    table : DataFrame
        `value`, `share`, `cumulative_share`, `class`; largest first.
    gini : float
        0 where all bring the same, towards 1 where one brings all.
    """

    table: pd.DataFrame
    cuts: tuple[float, ...]
    gini: float
    notes: tuple[str, ...] = ()

    def top(self, share: float = 0.2) -> float:
        """Return the share of the value that this share of the customers brings, straight between customers.

        Raises
        ------
        ParameterError
            The share is not between 0 and 1.
        """
        part = check_number("share", share, low=0, high=1)
        ends = np.concatenate([[0.0], self.table["cumulative_share"]])
        return float(np.interp(part, np.linspace(0, 1, len(ends)), ends))

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how much the first fifth brings."""
        return tn("The best 20% of {n:,} customer bring {share:.0%} of the value (Gini {g:.2f}).",
                  "The best 20% of {n:,} customers bring {share:.0%} of the value (Gini {g:.2f}).",
                  len(self.table), share=self.top(), g=self.gini)  # fmt: skip


def pareto(value: pd.Series, *, cuts: Sequence[float] = CUTS) -> ParetoResult:
    """Order customers by value and class them by cumulative share.

    Parameters
    ----------
    value : Series
        Value of each customer, at least 0 [currency].
    cuts : sequence of 1 to 4 numbers
        Cumulative shares at which classes end, ascending between 0 and 1.

    Returns
    -------
    ParetoResult
        Whoever crosses a line stays in the higher class; equal values keep the order of the input.

    Raises
    ------
    DataError
        A value is missing, negative or no number, or all are 0.
    ParameterError
        The cuts do not ascend between 0 and 1.

    References
    ----------
    Juran (1954); Gini (1912); Lorenz (1905), Publications of the American Statistical Association 9, 209-219.

    Examples
    --------
    >>> found = pareto(pd.Series([50, 25, 15, 7, 3]))
    >>> found.table["class"].tolist(), round(found.gini, 3)
    (['A', 'A', 'A', 'B', 'C'], 0.448)
    """
    limits = tuple(float(x) for x in cuts)
    inside = all(0 < x < 1 for x in limits)
    if not 1 <= len(limits) < len(LETTERS) or not inside or not all(a < b for a, b in pairwise(limits)):
        found = ", ".join(f"{x:g}" for x in limits)
        raise ParameterError(Problem("cuts", found or t("none"), t("1 to 4 numbers between 0 and 1, ascending")))
    values = _read(pd.Series(value))
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    share = ranked / ranked.sum()
    total = np.cumsum(share)
    place = ((total - share)[:, None] >= np.array(limits) - SLACK).sum(axis=1)
    table = pd.DataFrame(
        {"value": ranked, "share": share, "cumulative_share": total, "class": np.array(list(LETTERS))[place]},
        index=pd.Series(value).index[order],
    )
    return ParetoResult(table=table, cuts=limits, gini=gini(values))


def gini(values: npt.ArrayLike) -> float:
    """Return the Gini coefficient of checked values: mean difference over twice the mean.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def _read(value: pd.Series) -> Floats:
    values = pd.to_numeric(value, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = int((~np.isfinite(values) | (values < 0)).sum())
    if bad:
        found = tn("{n} value is missing, negative or no number", "{n} values are missing, negative or no numbers", bad)
        raise DataError(Problem("value", found, t("numbers of at least 0"), t("Net returns against sales first")))
    if not values.sum() > 0:
        raise DataError(Problem("value", t("all values are 0"), t("at least one above 0")))
    return values
