"""Demand of a season from past seasons: mean and spread with intervals, and which distribution fits best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.checks import check_all, check_fraction, check_option, check_whole
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.suppliers.demand import SeasonDemand

Floats = npt.NDArray[np.float64]
FitKind = Literal["best", "normal", "gamma"]
KIND_WORDS = {"normal": mark("normal"), "gamma": mark("gamma")}
LEAST = 3
COLUMNS = (mark("kind"), mark("log-likelihood"), mark("mean"), mark("sd"), mark("chosen"))


@dataclass(frozen=True, kw_only=True)
class SeasonFitResult(Result):
    """Demand of a season, estimated from past ones.

    Attributes
    ----------
    table : DataFrame
        A row per distribution: `kind`, `log_likelihood` (with the mean and the spread of the seasons), `mean`, `sd`,
        `chosen`.
    demand : SeasonDemand
        The distribution chosen.
    values : ndarray, shape (seasons,)
        Demand of each season [units].
    mean_low, mean_high, sd_low, sd_high : float
        Ends of the bootstrap intervals.
    confidence : float
    draws : ndarray, shape (resamples, 2)
        Mean and standard deviation of each resample.
    """

    table: pd.DataFrame
    demand: SeasonDemand
    values: Floats
    mean_low: float
    mean_high: float
    sd_low: float
    sd_high: float
    confidence: float
    draws: Floats
    notes: tuple[str, ...] = ()

    def resampled(self, most: int = 400) -> list[SeasonDemand]:
        """Return the demand as estimated from each of the first resamples."""
        return [SeasonDemand(kind=self.demand.kind, mean=float(m), sd=float(s)) for m, s in self.draws[:most] if s > 0]

    def to_frame(self) -> pd.DataFrame:
        """Return the distributions that were compared."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what a season's demand is like."""
        return t(
            "A season's demand is {mean:,.0f} units on average ({a:,.0f} to {b:,.0f}) and varies by {sd:,.0f} "
            "({c:,.0f} to {d:,.0f}), estimated from {n} seasons.",
            mean=self.demand.mean,
            a=self.mean_low,
            b=self.mean_high,
            sd=self.demand.sd,
            c=self.sd_low,
            d=self.sd_high,
            n=len(self.values),
        )


def fit_seasons(
    demand: pd.Series, *, kind: FitKind = "best", resamples: int = 2000, confidence: float = 0.95, seed: int = 7
) -> SeasonFitResult:
    """Estimate mean and standard deviation of a season's demand, and choose a distribution.

    Parameters
    ----------
    demand : Series
        Demand of each season [units], at least 0, at least 3 seasons; demand, not sales: what customers asked for.
    kind : {'best', 'normal', 'gamma'}
        Distribution; `best` takes the one of the higher likelihood.
    resamples : int
        100 to 100,000.
    confidence : float
        Between 0 and 1.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    SeasonFitResult

    Raises
    ------
    DataError
        Fewer than 3 seasons, a cell that is no number or negative, or seasons that are all alike: all at once.
    ParameterError
        A number out of its range, or an unknown kind.

    Notes
    -----
    Mean and standard deviation are those of the seasons (moments), so that the newsvendor's quantities depend on the
    kind only through its shape. The intervals come from resampled seasons: they take seasons for independent, without
    trend. Recorded sales hide what customers did not find: a season that sold out understates demand.

    Examples
    --------
    >>> found = fit_seasons(pd.Series([80.0, 100, 120]))
    >>> found.demand.mean, found.demand.sd
    (100.0, 20.0)
    """
    check_all(
        lambda: check_option("kind", kind, FitKind),
        lambda: check_whole("resamples", resamples, low=100, high=100_000),
        lambda: check_fraction("confidence", confidence),
    )
    values = _values(demand)
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    fits = {"normal": _normal(values, mean, sd), "gamma": _gamma(values, mean, sd)}
    chosen = max(fits, key=lambda name: fits[name]) if kind == "best" else kind
    rows = [(name, fits[name], mean, sd, name == chosen) for name in fits]
    picked = np.random.default_rng(seed).choice(values, size=(int(resamples), len(values)))
    draws = np.column_stack([picked.mean(axis=1), picked.std(axis=1, ddof=1)])
    ends = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return SeasonFitResult(
        table=pd.DataFrame(rows, columns=["kind", "log_likelihood", "mean", "sd", "chosen"]),
        demand=SeasonDemand(kind=chosen, mean=mean, sd=sd),
        values=values,
        mean_low=float(ends[0, 0]),
        mean_high=float(ends[1, 0]),
        sd_low=float(ends[0, 1]),
        sd_high=float(ends[1, 1]),
        confidence=float(confidence),
        draws=draws,
    )


def _values(demand: pd.Series) -> Floats:
    values = pd.to_numeric(demand, errors="coerce").to_numpy(dtype=np.float64)
    problems = []
    if len(values) < LEAST:
        problems.append(Problem("demand", t("{n} seasons", n=len(values)), t("at least {n}", n=LEAST)))
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        shown = ", ".join(repr(x) for x in demand[wrong].head(3))
        problems.append(Problem("demand", shown, t("numbers of at least 0")))
    elif len(values) >= LEAST and values.std() == 0:
        problems.append(Problem("demand", t("all seasons are alike"), t("seasons that differ")))
    if problems:
        raise DataError(problems)
    return values


def _normal(values: Floats, mean: float, sd: float) -> float:
    return float(-np.sum(((values - mean) / sd) ** 2) / 2 - len(values) * np.log(sd * np.sqrt(2 * np.pi)))


def _gamma(values: Floats, mean: float, sd: float) -> float:
    if (values <= 0).any():
        return -np.inf
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    log = (shape - 1) * np.log(values) - values / scale - shape * np.log(scale) - special.gammaln(shape)
    return float(np.sum(log))
