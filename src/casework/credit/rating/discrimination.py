"""Did the grades tell good from bad? Default rates by grade with intervals, and Somers' D."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.rating.columns import GRADES, Floats, at_rows, check_grades, grade_codes
from casework.stats.proportion import wilson_interval

COLUMNS = (mark("customers"), mark("in default"), mark("default rate"), mark("somers d"))


@dataclass(frozen=True, kw_only=True)
class DefaultRates(Result):
    """Default rate of every grade.

    Attributes
    ----------
    table : DataFrame
        `grade`, `customers`, `in_default`, `default_rate`, `low`, `high`; not a number for a grade without customers.
    somers_d, somers_low, somers_high : float
        Somers' D of the grades given default: 1 ranks perfectly, 0 not at all; 2 AUC - 1. Not a number without both
        kinds of customers.
    confidence : float
        Of all intervals.
    reversals : tuple of (str, str)
        Neighbouring grades of which the better one defaulted more often.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    somers_d: float
    somers_low: float
    somers_high: float
    confidence: float
    reversals: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def monotone(self) -> bool:
        """Whether no better grade defaulted more often than the next one."""
        return not self.reversals

    @property
    def auc(self) -> float:
        """Probability that a customer who defaults has the worse grade, ties counted half."""
        return (self.somers_d + 1) / 2

    def to_frame(self) -> pd.DataFrame:
        """One row per grade."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how rates rise, and how well the grades rank."""
        seen = self.table[self.table["customers"] > 0]
        ends = {"first": t(str(seen["grade"].iloc[0])), "last": t(str(seen["grade"].iloc[-1])),
                "a": float(seen["default_rate"].iloc[0]), "b": float(seen["default_rate"].iloc[-1])}  # fmt: skip
        if np.isnan(self.somers_d):
            return t("All customers had the same outcome, so that the grades cannot be tested.")
        if self.monotone:
            return t("Default rates rise from {a:.1%} in {first} to {b:.1%} in {last}; Somers' D is {d:.2f}.",
                     **ends, d=self.somers_d)  # fmt: skip
        return t(
            "Default rates go from {a:.1%} in {first} to {b:.1%} in {last}, but not in order; Somers' D is {d:.2f}.",
            **ends, d=self.somers_d,
        )  # fmt: skip


def default_rates(
    grades: Any, defaulted: Any, *, scale: Sequence[str] = GRADES, confidence: float = 0.95
) -> DefaultRates:
    """Default rate of every grade with its interval, whether they rise, and how well the grades rank.

    Parameters
    ----------
    grades : column
        Grade of every customer at the start of the period.
    defaulted : column of 0 and 1
        Whether he defaulted in it. Rows where it is missing are left out and counted.
    scale : sequence of str
        Grades, best first.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DefaultRates
        Wilson intervals; Somers' D with its asymptotic interval.

    Raises
    ------
    DataError
        A grade is unknown or empty, an outcome is neither 0 nor 1, lengths differ, or no outcome is known.
    ParameterError
        `confidence` is not between 0 and 1, or the scale has fewer than two grades.

    Notes
    -----
    Customers of several years are not independent: the same customer counts each year, and bad years hit all grades.
    The intervals are then too short.

    Examples
    --------
    >>> result = default_rates(list("AABBBC"), [0, 0, 0, 1, 0, 1], scale=list("ABC"))
    >>> result.table["default_rate"].round(3).tolist(), result.monotone, round(result.somers_d, 3)
    ([0.0, 0.333, 1.0], True, 0.75)
    """
    check_fraction("confidence", confidence)
    names = check_grades(scale)
    codes = grade_codes(grades, names, where="grade")
    bad = _outcomes(defaulted, len(codes))
    known = np.isfinite(bad)
    codes, bad = codes[known], bad[known].astype(np.int64)
    customers = np.bincount(codes, minlength=len(names))
    defaults = np.bincount(codes, weights=bad, minlength=len(names))
    low, high = wilson_interval(defaults, customers, confidence=confidence)
    rate = np.divide(defaults, customers, out=np.full(len(names), np.nan), where=customers > 0)
    value, se = somers_d(np.vstack([customers - defaults, defaults]))
    z = float(ndtri((1 + confidence) / 2))
    table = pd.DataFrame({"grade": names, "customers": customers, "in_default": defaults.astype(np.int64),
                          "default_rate": rate, "low": low, "high": high})  # fmt: skip
    return DefaultRates(
        table=table, somers_d=value, somers_low=max(-1.0, value - z * se), somers_high=min(1.0, value + z * se),
        confidence=confidence, reversals=_reversals(names, rate), notes=_notes(int((~known).sum()), names, customers),
    )  # fmt: skip


def rates_by_period(
    grades: pd.Series,
    defaulted: pd.Series,
    period: pd.Series,
    *,
    scale: Sequence[str] = GRADES,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Default rate and Somers' D of every period by itself: whether grades ranked in good years and in bad ones.

    Parameters
    ----------
    grades, defaulted : Series
        As in `default_rates`.
    period : Series, of the same length
        Year of each rating.
    scale : sequence of str
        Grades, best first.
    confidence : float
        Of the intervals of Somers' D.

    Returns
    -------
    DataFrame
        One row per period with a known outcome: `period`, `customers`, `in_default`, `default_rate`, `somers_d`, `low`,
        `high`.

    Raises
    ------
    DataError, ParameterError
        As `default_rates`.

    Examples
    --------
    >>> table = rates_by_period(pd.Series(list("ABAB")), pd.Series([0, 1, 1, 0]), pd.Series([1, 1, 2, 2]))
    >>> table["somers_d"].tolist()
    [1.0, -1.0]
    """
    known = defaulted.notna().to_numpy()
    when = period[known].to_numpy()
    rows = []
    for value in np.unique(when):
        here = known.copy()
        here[known] = when == value
        found = default_rates(grades[here], defaulted[here], scale=scale, confidence=confidence)
        n, bad = int(found.table["customers"].sum()), int(found.table["in_default"].sum())
        rows.append((value, n, bad, bad / n, found.somers_d, found.somers_low, found.somers_high))
    columns = ["period", "customers", "in_default", "default_rate", "somers_d", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def somers_d(table: npt.ArrayLike) -> tuple[float, float]:
    """Somers' D of the column given the row, and its asymptotic standard error.

    Parameters
    ----------
    table : array_like, shape (r, c)
        Counts; both rows and columns in their order.

    Returns
    -------
    d, se : float
        d = (concordant - discordant) / pairs not tied on the row; not a number where all cases are in one row.

    Raises
    ------
    DataError
        A count is negative or no number, or the table is no matrix.

    References
    ----------
    Somers, R. H. (1962). American Sociological Review 27, 799-811. Goodman, L. A. & Kruskal, W. H. (1972). Journal of
    the American Statistical Association 67, 415-421 (standard error).

    Examples
    --------
    The table of SciPy's documentation of `somersd`:

    >>> d, se = somers_d([[27, 25, 14, 7, 0], [7, 14, 18, 35, 12], [1, 3, 2, 7, 17]])
    >>> round(d, 10)
    0.6032766112
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise DataError(Problem(t("table of counts"), t("it is no matrix of counts"), t("numbers of at least 0")))
    total = counts.sum()
    pairs = total**2 - (counts.sum(axis=1) ** 2).sum()
    if pairs <= 0:
        return float("nan"), float("nan")
    agree, against = _quadrants(counts), _quadrants(counts[:, ::-1])[:, ::-1]
    difference = agree - against
    d = float((counts * difference).sum() / pairs)
    spread = pairs * difference - (counts * difference).sum() * (total - counts.sum(axis=1))[:, None]
    return d, float(2 * np.sqrt((counts * spread**2).sum()) / pairs**2)


def _quadrants(counts: Floats) -> Floats:
    """Cases that lie above and left, or below and right, of each cell."""
    before = np.zeros((counts.shape[0] + 1, counts.shape[1] + 1))
    before[1:, 1:] = counts.cumsum(axis=0).cumsum(axis=1)
    after = np.zeros_like(before)
    after[:-1, :-1] = counts[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
    return before[:-1, :-1] + after[1:, 1:]


def _outcomes(defaulted: Any, rows: int) -> Floats:
    series = defaulted if isinstance(defaulted, pd.Series) else pd.Series(list(defaulted), dtype=object)
    if len(series) != rows:
        found = t("{n} outcomes for {rows} grades", n=len(series), rows=rows)
        raise DataError(Problem("defaulted", found, t("as many as grades")))
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = series.notna().to_numpy() & ~np.isin(values, (0.0, 1.0))
    if wrong.any():
        where = at_rows("defaulted", series.index, wrong)
        raise DataError(Problem(where, t("an outcome that is neither 0 nor 1"), t("0 or 1")))
    if not np.isfinite(values).any():
        raise DataError(Problem("defaulted", t("no outcome is known"), t("0 or 1")))
    return values


def _reversals(names: Sequence[str], rate: Floats) -> tuple[tuple[str, str], ...]:
    seen = [(name, value) for name, value in zip(names, rate, strict=True) if np.isfinite(value)]
    return tuple((a, b) for (a, x), (b, y) in pairwise(seen) if x > y)


def _notes(unknown: int, names: Sequence[str], customers: npt.NDArray[Any]) -> tuple[str, ...]:
    notes = []
    if unknown:
        notes.append(t("Ratings without a known outcome: {n}. They are left out of the default rates.", n=unknown))
    empty = [name for name, n in zip(names, customers, strict=True) if not n]
    if empty:
        notes.append(t("Grades without a customer: {names}. Their default rate is unknown.", names=", ".join(empty)))
    return tuple(notes)
