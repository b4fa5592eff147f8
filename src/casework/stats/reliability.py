"""Do the questions of a scale measure one thing? Cronbach's alpha, KMO and Bartlett's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from casework.core.checks import check_fraction
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.core.result import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class AlphaResult(Result):
    """Cronbach's alpha with its interval and one row per item."""

    alpha: float
    low: float
    high: float
    confidence: float
    n: int
    items: pd.DataFrame
    standardized: float
    dropped_rows: int = 0
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per item: `item`, `item_total`, `alpha_if_dropped`."""
        return self.items.copy()

    def summary(self) -> str:
        """Say how well the items hang together."""
        return t(
            "Cronbach's alpha of {k} items is {alpha:.2f} ({low:.2f} to {high:.2f}, {n} respondents).",
            k=len(self.items),
            alpha=self.alpha,
            low=self.low,
            high=self.high,
            n=self.n,
        )


@dataclass(frozen=True, kw_only=True)
class FactorabilityResult(Result):
    """KMO measure of sampling adequacy and Bartlett's test of sphericity."""

    kmo: float
    adequacy: pd.Series
    chi_square: float
    df: int
    p_value: float
    n: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per item: `item`, `adequacy`."""
        return pd.DataFrame({"item": self.adequacy.index, "adequacy": self.adequacy.to_numpy()})

    def summary(self) -> str:
        """Say whether the items share enough."""
        return t(
            "Sampling adequacy (KMO) is {kmo:.2f}; Bartlett's chi-square is {chi:.1f} with {df} degrees of freedom.",
            kmo=self.kmo,
            chi=self.chi_square,
            df=self.df,
        )


def cronbach_alpha(items: pd.DataFrame, *, confidence: float = 0.95) -> AlphaResult:
    """How consistently the items of one scale answer: raw Cronbach's alpha.

    Parameters
    ----------
    items : DataFrame, shape (n, k)
        Answers, k at least 2; rows with a missing answer are left out and counted.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    AlphaResult
        alpha = k / (k - 1) (1 - sum s_j^2 / s_total^2); the interval is Feldt's.

    Raises
    ------
    DataError
        Fewer than 2 items or 3 complete rows, or no variance.

    Notes
    -----
    Alpha rises with the number of items and says nothing on whether they measure the right thing.

    References
    ----------
    Cronbach (1951), Psychometrika 16; Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11, eq. (7).
    """
    values = items.to_numpy(dtype=float)
    whole = ~np.isnan(values).any(axis=1)
    n = int(whole.sum())
    if n < 3 or values.shape[1] < 2:
        found = t("{n} complete rows, {k} items", n=n, k=values.shape[1])
        raise DataError(Problem(t("Cronbach's alpha"), found, t("at least 3 complete rows and 2 items")))
    covariance = np.cov(values[whole], rowvar=False)
    return _alpha(covariance, n, [str(name) for name in items.columns], confidence, int((~whole).sum()))


def cronbach_alpha_from_moments(covariance: pd.DataFrame, *, n: int, confidence: float = 0.95) -> AlphaResult:
    """Cronbach's alpha from a published covariance matrix.

    Parameters
    ----------
    covariance : DataFrame, shape (k, k)
        Covariances of the items (n - 1 in the denominator), k at least 2.
    n : int
        Respondents behind it, at least 3.
    confidence : float
        Of the interval, between 0 and 1.

    Raises
    ------
    DataError
        Not square, fewer than 2 items or 3 respondents, or no variance.

    Examples
    --------
    >>> shared = pd.DataFrame([[1, 0.5], [0.5, 1]], index=["a", "b"], columns=["a", "b"])
    >>> round(cronbach_alpha_from_moments(shared, n=100).alpha, 4)
    0.6667
    """
    values = covariance.to_numpy(dtype=float)
    if values.shape[0] != values.shape[1] or len(values) < 2 or n < 3:
        found = t("{rows} rows, {columns} columns, n {n}", rows=values.shape[0], columns=values.shape[1], n=n)
        raise DataError(Problem(t("covariance"), found, t("a square matrix of 2 or more items, n of 3 or more")))
    return _alpha(values, n, [str(name) for name in covariance.columns], confidence, 0)


def _alpha(covariance: Floats, n: int, names: Sequence[str], confidence: float, dropped: int) -> AlphaResult:
    check_fraction("confidence", confidence)
    flat = [name for name, variance in zip(names, np.diag(covariance), strict=True) if variance <= 1e-12]
    if covariance.sum() <= 1e-12 or len(flat) == len(names):
        raise DataError(Problem(t("Cronbach's alpha"), t("the sum of the items does not vary"), t("items that vary")))
    k = len(names)
    alpha = _raw_alpha(covariance)
    low, high = feldt_interval(alpha, n=n, k=k, confidence=confidence)
    item_total, without = _per_item(covariance)
    notes = _alpha_notes(names, flat, item_total, dropped)
    table = pd.DataFrame({"item": list(names), "item_total": item_total, "alpha_if_dropped": without})
    deviation = np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan))
    mean_r = float(np.nanmean((covariance / np.outer(deviation, deviation))[~np.eye(k, dtype=bool)]))
    return AlphaResult(
        alpha=alpha,
        low=low,
        high=high,
        confidence=confidence,
        n=n,
        items=table,
        standardized=k * mean_r / (1 + (k - 1) * mean_r),
        dropped_rows=dropped,
        notes=notes,
    )


def _raw_alpha(covariance: Floats) -> float:
    k = len(covariance)
    total = float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if k > 1 and total > 1e-12 else float("nan")


def feldt_interval(alpha: float, *, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of Cronbach's alpha for k items and n respondents.

    Examples
    --------
    >>> low, high = feldt_interval(0.8724063714, n=250, k=7)
    >>> round(low, 4), round(high, 5)
    (0.8467, 0.89518)
    """
    tail = (1 - confidence) / 2
    df = (n - 1, (n - 1) * (k - 1))
    return (
        float(1 - (1 - alpha) * stats.f.ppf(1 - tail, *df)),
        float(1 - (1 - alpha) * stats.f.ppf(tail, *df)),
    )


def _per_item(covariance: Floats) -> tuple[Floats, Floats]:
    """Return the corrected item-total correlations, and alpha without each item."""
    variance = np.diag(covariance)
    with_rest = covariance.sum(axis=0) - variance
    rest = covariance.sum() - 2 * covariance.sum(axis=0) + variance
    scale = np.sqrt(np.maximum(variance * rest, 0))
    item_total = np.divide(with_rest, scale, out=np.full(len(variance), np.nan), where=scale > 1e-12)
    kept = [np.delete(np.delete(covariance, i, 0), i, 1) for i in range(len(variance))]
    return item_total, np.array([_raw_alpha(matrix) for matrix in kept])


def _alpha_notes(names: Sequence[str], flat: Sequence[str], item_total: Floats, dropped: int) -> tuple[str, ...]:
    notes = []
    if dropped:
        notes.append(t("{n} rows with a missing answer are left out of alpha.", n=dropped))
    if flat:
        notes.append(t("Every answer is the same in: {names}.", names=", ".join(flat)))
    against = [name for name, value in zip(names, item_total, strict=True) if value < 0]
    if against:
        notes.append(t("Runs against the other items (reverse-coded?): {names}.", names=", ".join(against)))
    return tuple(notes)


def factorability(correlation: pd.DataFrame, *, n: int) -> FactorabilityResult:
    """Do the items share enough for a common factor? KMO measure and Bartlett's test.

    Parameters
    ----------
    correlation : DataFrame, shape (k, k)
        Correlations of the items, k at least 2.
    n : int
        Respondents behind it, more than k.

    Returns
    -------
    FactorabilityResult
        `kmo`, `adequacy` per item, `chi_square` with `df` = k (k - 1) / 2.

    Raises
    ------
    DataError
        Not square, too few respondents, or an item is an exact combination of others.

    References
    ----------
    Kaiser (1974), Psychometrika 39; Bartlett (1951), Biometrika 38.
    """
    values = correlation.to_numpy(dtype=float)
    k = len(values)
    if values.shape != (k, k) or k < 2 or n <= k or np.linalg.eigvalsh(values)[0] < 1e-10:
        found = t("{k} items, n {n}, or items that repeat each other", k=k, n=n)
        raise DataError(
            Problem(t("correlation"), found, t("2 or more items, none a copy of others, n above their number"))
        )
    inverse = np.linalg.inv(values)
    partial = inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(k, dtype=bool)
    shared, rest = (np.where(off, values, 0) ** 2), (np.where(off, partial, 0) ** 2)
    adequacy = shared.sum(axis=0) / (shared.sum(axis=0) + rest.sum(axis=0))
    chi_square = -(n - 1 - (2 * k + 5) / 6) * float(np.linalg.slogdet(values)[1])
    df = k * (k - 1) // 2
    return FactorabilityResult(
        kmo=float(shared.sum()) / float(shared.sum() + rest.sum()),
        adequacy=pd.Series(adequacy, index=correlation.columns),
        chi_square=chi_square,
        df=df,
        p_value=float(stats.chi2.sf(chi_square, df)),
        n=n,
    )
