"""Whether forecast probabilities come true: calibration table, Hosmer-Lemeshow, binomial tests, Spiegelhalter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from casework.core.checks import check_fraction, check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.performance.outcomes import Bools, Floats, check_outcomes
from casework.stats.multiple import holm
from casework.stats.proportion import wilson_interval

SMALLEST = 1e-12  # probabilities are kept away from 0 and 1 in tests
LEAST_EXPECTED = 5.0
COLUMNS = (mark("mean probability"), mark("expected bad"), mark("p binomial"), mark("p holm"), mark("bad rate"))


@dataclass(frozen=True, kw_only=True)
class CalibrationResult(Result):
    """Forecast and observed bad rates, group by group.

    Attributes
    ----------
    table : DataFrame
        A row per group, lowest probability first: ends of the group (`above`, `up_to`), `n`, `good`, `bad`,
        `expected_bad`, `mean_probability`, `bad_rate` with Wilson's interval (`low`, `high`), exact two-sided binomial
        test (`p_binomial`), the same against chance in any of the groups (`p_holm`).
    statistic, df, p : float
        Hosmer-Lemeshow: sum of squared standardised differences, its degrees of freedom, its p value.
    z, p_z : float
        Spiegelhalter's test, which needs no groups.
    ratio : float
        Observed over expected bad.
    brier, skill : float
        Mean squared error, and its share below that of the mean rate for all.
    """

    table: pd.DataFrame
    statistic: float
    df: int
    p: float
    z: float
    p_z: float
    ratio: float
    brier: float
    skill: float
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the groups."""
        return self.table.copy()

    def summary(self) -> str:
        """Say whether forecasts and outcomes agree."""
        words: dict[str, object] = {
            "expected": float(self.table["expected_bad"].sum()),
            "bad": int(self.table["bad"].sum()),
        }
        words |= {"p": p_words(self.p)}
        if not np.isfinite(self.p):
            return t(
                "{expected:,.1f} bad were expected and {bad:,} came; there are too few groups for a test.", **words
            )
        if self.p < 1 - self.confidence:
            return t("{expected:,.1f} bad were expected and {bad:,} came; across the groups forecasts and outcomes "
                     "differ by more than chance ({p}).", **words)  # fmt: skip
        return t("{expected:,.1f} bad were expected and {bad:,} came; across the groups the differences may be chance "
                 "({p}).", **words)  # fmt: skip


def calibrate(
    outcome: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    groups: int = 10,
    edges: Sequence[float] | None = None,
    fitted: bool = False,
    confidence: float = 0.95,
) -> CalibrationResult:
    """Hold forecast probabilities against outcomes.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    probability : array_like, shape (n,)
        0 to 1.
    groups : int
        2 to 1000 groups of about equal size; equal probabilities stay together.
    edges : sequence of float, optional
        Inner ends of the groups, ascending; each group reaches up to and with its end.
    fitted : bool
        The probabilities were fitted to these very outcomes: two degrees of freedom less.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    DataError
        Missing or other values, or different lengths.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    With many cases the tests find differences that do not matter; with few they find nothing. The picture says more
    than the p value. Defaults of customers in one year depend on each other, which the tests do not know.

    References
    ----------
    Hosmer & Lemeshow (1980), Communications in Statistics A9, 1043-1069; Spiegelhalter (1986), Statistics in Medicine
    5, 421-433; Tasche (2008), Validation of internal rating systems and PD estimates.

    Examples
    --------
    >>> found = calibrate([0] * 8 + [1] * 2 + [0] * 5 + [1] * 5, [0.2] * 10 + [0.5] * 10)
    >>> found.table[["n", "bad", "expected_bad"]].round(6).to_numpy().tolist(), round(found.statistic, 6)
    ([[10.0, 2.0, 2.0], [10.0, 5.0, 5.0]], 0.0)
    """
    check_fraction("confidence", confidence)
    bad, (p,) = check_outcomes(outcome, probability, probability=True, both=False)
    inner = _inner_edges(p, int(check_number("groups", groups, low=2, high=1000)), edges)
    table = _table(bad, p, inner, confidence)
    statistic, df, value = hosmer_lemeshow(table["n"], table["bad"], table["expected_bad"], fitted=fitted)
    z, p_z = spiegelhalter(bad, p)
    brier, base = float(np.mean((p - bad) ** 2)), float(bad.mean() * (1 - bad.mean()))
    expected = float(p.sum())
    return CalibrationResult(
        table=table,
        statistic=statistic,
        df=df,
        p=value,
        z=z,
        p_z=p_z,
        ratio=float(bad.sum()) / expected if expected > 0 else float("nan"),
        brier=brier,
        skill=1 - brier / base if base > 0 else float("nan"),
        confidence=confidence,
        notes=_notes(table),
    )


def p_words(p: float) -> str:
    """Return a p value as it is written.

    Examples
    --------
    >>> p_words(0.0314), p_words(1e-9)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def hosmer_lemeshow(
    n: npt.ArrayLike, bad: npt.ArrayLike, expected: npt.ArrayLike, *, fitted: bool = False
) -> tuple[float, int, float]:
    """Statistic, degrees of freedom and p value from groups.

    Parameters
    ----------
    n, bad, expected : array_like, shape (g,)
        Cases, observed and expected bad of each group.
    fitted : bool
        g - 2 degrees of freedom instead of g.

    Returns
    -------
    statistic : float
        Not finite where a group that expects no bad (or no good) at all has one.
    df : int
    p : float
        Not a number without a degree of freedom.
    """
    cases, seen, wanted = (np.asarray(x, dtype=np.float64) for x in (n, bad, expected))
    variance, gap = wanted * (1 - wanted / cases), seen - wanted
    certain = variance <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(certain & (np.abs(gap) < SMALLEST), 0.0, gap**2 / variance)
    statistic, df = float(parts.sum()), len(cases) - (2 if fitted else 0)
    return statistic, df, float(stats.chi2.sf(statistic, df)) if df > 0 else float("nan")


def spiegelhalter(bad: Bools, p: Floats) -> tuple[float, float]:
    """Test of the Brier score against what it would be if all probabilities were right: z and two-sided p.

    Returns
    -------
    z, p : float
        Not a number where every probability is 0, 1/2 or 1.
    """
    above = float(((bad - p) * (1 - 2 * p)).sum())
    below = float(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    if below <= 0:
        return float("nan"), float("nan")
    z = above / np.sqrt(below)
    return float(z), float(2 * stats.norm.sf(abs(z)))


def _inner_edges(p: Floats, groups: int, edges: Sequence[float] | None) -> Floats:
    if edges is None:
        ends = np.quantile(p, np.arange(1, groups) / groups, method="inverted_cdf")
        return np.unique(ends[ends < p.max()])
    inner = np.asarray(edges, dtype=np.float64)
    if inner.ndim != 1 or not np.isfinite(inner).all() or (np.diff(inner) <= 0).any():
        raise ParameterError(Problem("edges", repr(list(edges)), t("finite numbers, ascending")))
    return inner


def _table(bad: Bools, p: Floats, inner: Floats, confidence: float) -> pd.DataFrame:
    group = np.searchsorted(inner, p, side="left")
    size = len(inner) + 1
    n, seen, expected = (np.bincount(group, weights=w, minlength=size) for w in (np.ones(len(p)), bad, p))
    table = pd.DataFrame({"above": [0.0, *inner], "up_to": [*inner, 1.0], "n": n.astype(int)})
    table["good"], table["bad"], table["expected_bad"] = (n - seen).astype(int), seen.astype(int), expected
    table = table[table["n"] > 0].reset_index(drop=True)
    table["mean_probability"] = table["expected_bad"] / table["n"]
    table["bad_rate"] = table["bad"] / table["n"]
    table["low"], table["high"] = wilson_interval(table["bad"], table["n"], confidence=confidence)
    chances = table["mean_probability"].clip(0, 1)
    table["p_binomial"] = [
        float(stats.binomtest(x, k, p).pvalue) for x, k, p in zip(table["bad"], table["n"], chances, strict=True)
    ]
    table["p_holm"] = holm(table["p_binomial"])
    return table


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    small = int((np.minimum(table["expected_bad"], table["n"] - table["expected_bad"]) < LEAST_EXPECTED).sum())
    if not small:
        return ()
    return (
        tn("{n} group expects fewer than 5 bad or good cases; its part of the test is rough.",
           "{n} groups expect fewer than 5 bad or good cases; their part of the test is rough.", small),
    )  # fmt: skip
