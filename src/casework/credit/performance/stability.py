"""Whether customers are still those that the scorecard was made for: population and characteristic stability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from casework.core.checks import check_fraction, check_names, check_positive
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
WATCH, SHIFT = 0.1, 0.25  # the usual rule of thumb
VERDICTS = {"stable": mark("stable"), "watch": mark("watch"), "shifted": mark("shifted")}
COLUMNS = (mark("period"), mark("psi"), mark("chance limit"), mark("beyond chance"), mark("verdict"))


@dataclass(frozen=True, kw_only=True)
class StabilityResult(Result):
    """Population stability index of one or more groupings, period by period.

    Attributes
    ----------
    table : DataFrame
        A row per variable and period after the base: `variable`, `period`, `n`, `psi`, `chance_limit` (what `psi` stays
        under by chance), `beyond_chance`, `verdict` (stable, watch, shifted).
    shares : DataFrame
        `variable`, `bin`, `period`, `share`.
    base : tuple of str
        Periods that the others are held against.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    base: tuple[str, ...]
    confidence: float
    limits: tuple[float, float]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table by variable and period."""
        return self.table.copy()

    @property
    def largest(self) -> float:
        """Largest index of all; not a number where there is none."""
        return float(self.table["psi"].max()) if len(self.table) else float("nan")

    def summary(self) -> str:
        """Name the largest shift and what the usual rule says of it."""
        if not len(self.table):
            return t("There is no period to hold against the base.")
        worst = self.table.iloc[int(self.table["psi"].to_numpy().argmax())]
        words = {"name": t(str(worst["variable"])), "period": worst["period"], "psi": worst["psi"]}
        if worst["verdict"] == "shifted":
            return t("The largest shift is that of {name} in {period}, with a PSI of {psi:.3f}: a different "
                     "population.", **words)  # fmt: skip
        if worst["verdict"] == "watch":
            return t(
                "The largest shift is that of {name} in {period}, with a PSI of {psi:.3f}: to be watched.", **words
            )
        return t("The largest shift is that of {name} in {period}, with a PSI of {psi:.3f}: the population is stable.",
                 **words)  # fmt: skip


def psi(expected: npt.ArrayLike, actual: npt.ArrayLike, *, smoothing: float = 0.5) -> float:
    """Return the population stability index of two rows of counts.

    Parameters
    ----------
    expected, actual : array_like, shape (k,)
        Counts of the same bins, at least 0, sums above 0.
    smoothing : float
        Added to every bin of both rows where a bin of either is empty; above 0.

    Raises
    ------
    DataError
        Different lengths, counts below 0 or not finite, or no case at all.
    ParameterError
        `smoothing` is not above 0.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards; Kullback & Leibler (1951): the sum of both divergences.

    Examples
    --------
    >>> round(psi([100, 200, 300], [100, 200, 300]), 6), round(psi([50, 50], [60, 40]), 6)
    (0.0, 0.040547)
    """
    check_positive("smoothing", smoothing)
    try:
        counts = np.array([np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)])
    except (TypeError, ValueError):
        raise DataError(Problem(t("counts"), t("two rows that do not fit"), t("numbers for the same bins"))) from None
    fits = counts.ndim == 2 and np.isfinite(counts).all() and (counts >= 0).all() and (counts.sum(axis=1) > 0).all()
    if not fits:
        raise DataError(Problem(t("counts"), t("counts that cannot be used"), t("at least 0, with a sum above 0")))
    return float(psi_rows(counts[:1], counts[1:], smoothing=smoothing)[0])


def psi_rows(expected: Floats, actual: Floats, *, smoothing: float = 0.5) -> Floats:
    """Index of each pair of rows; bins that are empty in both rows add nothing.

    Parameters
    ----------
    expected, actual : ndarray, shape (m, k)
        Counts; `expected` may have one row for all.
    """
    expected, actual = np.broadcast_arrays(expected, actual)
    used = (expected + actual) > 0
    empty = (used & ((expected == 0) | (actual == 0))).any(axis=1, keepdims=True)
    first, second = (np.where(used, x + smoothing * empty, 0.0) for x in (expected, actual))
    p, q = (x / x.sum(axis=1, keepdims=True) for x in (first, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(used, (q - p) * np.log(q / p), 0.0)
    return np.asarray(parts.sum(axis=1))


def stability_over_time(
    bins: pd.DataFrame,
    period: pd.Series,
    *,
    base: Sequence[object] | None = None,
    confidence: float = 0.95,
    limits: tuple[float, float] = (WATCH, SHIFT),
    smoothing: float = 0.5,
) -> StabilityResult:
    """Hold the shares of bins in each period against those in the base.

    Parameters
    ----------
    bins : DataFrame, shape (n, q)
        Bin of each case in each variable (the bands of the score are one of them): labels or codes.
    period : Series, shape (n,)
        Period of each case.
    base : sequence, optional
        Periods that the scorecard was made with; the first by default.
    confidence : float
        Between 0 and 1, for the limit of chance.
    limits : tuple of float
        From where the index is to be watched, and from where the population counts as shifted.
    smoothing : float
        See `psi`.

    Raises
    ------
    DataError
        Different lengths, a missing period, or no case.
    ParameterError
        A base period is not in the data, or an argument is out of its range.

    Notes
    -----
    The rule of thumb (0.1 and 0.25) does not know how many cases there are. If nothing changed, the index is about
    (1/n + 1/m) times a chi-squared with as many degrees of freedom as bins less one: the limit of chance.

    References
    ----------
    Yurdakul & Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
    Validation 14(4).
    """
    check_fraction("confidence", confidence)
    check_positive("smoothing", smoothing)
    if not 0 < limits[0] < limits[1]:
        raise ParameterError(Problem("limits", repr(limits), t("two numbers above 0, ascending")))
    _check(bins, period)
    names, order = pd.factorize(period, sort=True)[0], sorted(period.unique())
    chosen = [order[0]] if base is None else list(base)
    check_names("base", [period_name(x) for x in chosen], [period_name(x) for x in order])
    wanted = {period_name(x) for x in chosen}
    in_base = np.array([period_name(x) in wanted for x in order])
    tables, shares = [], []
    for variable in bins.columns:
        labels, counts = _counts(bins[variable], names, len(order))
        tables.append(_compare(str(variable), counts, order, in_base, confidence, limits, smoothing))
        shares.append(_shares(str(variable), labels, counts, order))
    return StabilityResult(
        table=pd.concat(tables, ignore_index=True),
        shares=pd.concat(shares, ignore_index=True),
        base=tuple(period_name(x) for x in chosen),
        confidence=confidence,
        limits=limits,
    )


def period_name(period: object) -> str:
    """Return a period as people write it: 2024, not 2024.0.

    Examples
    --------
    >>> period_name(2024.0), period_name("2024-Q1")
    ('2024', '2024-Q1')
    """
    return str(int(period)) if isinstance(period, float) and period.is_integer() else str(period)


def _check(bins: pd.DataFrame, period: pd.Series) -> None:
    problems = []
    if len(bins) != len(period) or not len(bins) or not bins.shape[1]:
        problems.append(
            Problem(t("bins"), t("{n} rows", n=len(bins)), t("as many as periods, {n}, at least 1", n=len(period)))
        )
    missing = int(period.isna().sum())
    if missing:
        problems.append(Problem(t("period"), t("{n} cells are empty", n=missing), t("a period for every case")))
    if problems:
        raise DataError(problems)


def _counts(column: pd.Series, period: npt.NDArray[np.int64], periods: int) -> tuple[list[str], Floats]:
    """Return the labels of the bins and the counts, shape (periods, bins); missing is a bin of its own."""
    codes, found = pd.factorize(column, sort=True)
    missing = codes < 0
    labels = [str(x) for x in found] + ([mark("missing")] if missing.any() else [])
    codes = np.where(missing, len(found), codes)
    flat = np.bincount(period * len(labels) + codes, minlength=periods * len(labels))
    return labels, flat.reshape(periods, len(labels)).astype(np.float64)


def _compare(
    variable: str,
    counts: Floats,
    order: list[object],
    in_base: npt.NDArray[np.bool_],
    confidence: float,
    limits: tuple[float, float],
    smoothing: float,
) -> pd.DataFrame:
    reference, later = counts[in_base].sum(axis=0, keepdims=True), counts[~in_base]
    values, n = psi_rows(reference, later, smoothing=smoothing), later.sum(axis=1)
    df = ((reference + later) > 0).sum(axis=1) - 1
    limit = (1 / n + 1 / reference.sum()) * stats.chi2.ppf(confidence, np.maximum(df, 1))
    return pd.DataFrame(
        {
            "variable": variable,
            "period": [period_name(x) for x, skip in zip(order, in_base, strict=True) if not skip],
            "n": n.astype(int),
            "psi": values,
            "chance_limit": limit,
            "beyond_chance": values > limit,
            "verdict": np.select([values >= limits[1], values >= limits[0]], ["shifted", "watch"], "stable"),
        }
    )


def _shares(variable: str, labels: list[str], counts: Floats, order: list[object]) -> pd.DataFrame:
    share = counts / counts.sum(axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "variable": variable,
            "bin": np.tile(labels, len(order)),
            "period": np.repeat([period_name(x) for x in order], len(labels)),
            "share": share.ravel(),
        }
    )
