"""Who leaves sooner, and why: Cox's proportional hazards, with ties, strata, survival and predictions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from casework.core.checks import check_all, check_fraction, check_option
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.hazards.baseline import baseline
from casework.customers.hazards.concordance import concordance
from casework.customers.hazards.partial_likelihood import (
    Fit,
    NoMaximumError,
    RiskSets,
    climb,
    covariance,
    event_means,
    risk_sets,
)
from casework.customers.hazards.reading import (
    Lives,
    read_covariates,
    read_lives,
    refuse_endless,
    refuse_repeated,
)

Floats = npt.NDArray[np.float64]
Ties = Literal["efron", "breslow"]
FEWEST = 10  # who left, for each variable
USED_UP = 1e-4  # information at the end against that at 0 below which a coefficient runs away
FAR = 6.0  # coefficient of a standardised variable that may be running away
COLUMNS = (mark("variable"), mark("coefficient"), mark("standard error"), mark("hazard ratio"), mark("low"),
           mark("high"), mark("z"), mark("p"), mark("stratum"), mark("hazard"), mark("cumulative hazard"),
           mark("at risk"), mark("events"), mark("survival"), mark("time"), mark("until"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CoxResult(Result):
    """A fitted proportional hazards model.

    Attributes
    ----------
    table : DataFrame
        A row per variable: `variable`, `coefficient`, `standard_error`, `hazard_ratio` with `low` and `high`, `z`, `p`.
    baseline : DataFrame
        A row per stratum and time at which someone left, for a customer of average covariates: `stratum`, `time`,
        `at_risk`, `events`, `hazard` (jump), `cumulative_hazard`, `survival` with `low` and `high`; `until` is the last
        time observed in the stratum.
    means : Series
        Average of each covariate.
    covariance : DataFrame
        Of the coefficients.
    residuals : DataFrame
        Schoenfeld residuals: a row per event with its `time`, the share who left before it (`left_before`), and the
        covariates less their mean among those at risk.
    log_likelihood, null_log_likelihood : float
        Partial, at the coefficients and at 0.
    wald, score : float
        Statistics of the test that all coefficients are 0; see `likelihood_ratio`.
    concordance : float
        Share of comparable pairs in which who left first has the higher forecast hazard.
    n, events : int
    """

    table: pd.DataFrame
    baseline: pd.DataFrame
    means: pd.Series
    covariance: pd.DataFrame
    residuals: pd.DataFrame
    log_likelihood: float
    null_log_likelihood: float
    wald: float
    score: float
    concordance: float
    n: int
    events: int
    ties: str
    strata: str | None
    confidence: float
    iterations: int
    converged: bool
    notes: tuple[str, ...] = ()

    @property
    def df(self) -> int:
        """Degrees of freedom of the three tests."""
        return len(self.table)

    @property
    def likelihood_ratio(self) -> float:
        """Statistic of the likelihood ratio test that all coefficients are 0."""
        return 2 * (self.log_likelihood - self.null_log_likelihood)

    def tests(self) -> pd.DataFrame:
        """Return the three tests that all coefficients are 0.

        Returns
        -------
        DataFrame
            `test`, `chi2`, `df`, `p`.
        """
        chi2 = np.array([self.likelihood_ratio, self.wald, self.score])
        names = [mark("likelihood ratio"), mark("Wald"), mark("score (log-rank)")]
        return pd.DataFrame({"test": names, "chi2": chi2, "df": self.df, "p": chdtrc(self.df, chi2)})

    def hazard_ratio(self, customers: pd.DataFrame) -> pd.Series:
        """Return the hazard of customers over that of one of average covariates.

        Raises
        ------
        DataError
            A covariate is missing or holds gaps or text.
        """
        return pd.Series(np.exp(self._score(customers)), index=customers.index, name="hazard_ratio")

    def survival(self, customers: pd.DataFrame, time: Sequence[float] | npt.ArrayLike | None = None) -> pd.DataFrame:
        """Return the probability that customers stay beyond these times.

        Parameters
        ----------
        customers : DataFrame
            The covariates, and the stratum where the model has strata.
        time : array_like, optional
            Times of at least 0; by default those at which someone left.

        Returns
        -------
        DataFrame
            A row per customer, a column per time; not a number behind the last time observed in a stratum.

        Raises
        ------
        DataError
            A covariate or stratum is missing or unknown, or a time is negative or no number.
        """
        times = np.unique(self.baseline["time"]) if time is None else np.atleast_1d(np.asarray(time, dtype=np.float64))
        if not (times >= 0).all():
            raise DataError(Problem("time", t("values that are negative or no numbers"), t("numbers of at least 0")))
        ratio, hazard = np.exp(self._score(customers)), np.empty((len(customers), len(times)))
        place = self._stratum(customers)
        for i, (_, rows) in enumerate(self.baseline.groupby("stratum", sort=False, dropna=False)):
            steps = np.concatenate([[0.0], rows["cumulative_hazard"]])
            found = steps[np.searchsorted(rows["time"].to_numpy(), times, side="right")]
            hazard[place == i] = np.where(times <= rows["until"].iloc[0], found, np.nan)
        return pd.DataFrame(
            np.exp(-hazard * ratio[:, None]), index=customers.index, columns=pd.Index(times, name="time")
        )

    def median(self, customers: pd.DataFrame) -> pd.Series:
        """Return the time by which half of customers such as these have left; not a number where more stay.

        Raises
        ------
        DataError
            A covariate or stratum is missing or unknown.
        """
        curves = self.survival(customers)
        below = curves.to_numpy() <= 0.5 + 1e-12
        times = curves.columns.to_numpy(dtype=np.float64)
        return pd.Series(np.where(below.any(axis=1), times[below.argmax(axis=1)], np.nan), index=customers.index,
                         name="median")  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the coefficients."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which variable is surest to matter, and how well the model orders customers."""
        first = self.table.iloc[int(np.argmin(self.table["p"].fillna(1).to_numpy()))]
        if first["p"] >= 1 - self.confidence:
            return t("No variable is clearly related to leaving (concordance {c:.2f}).", c=self.concordance)
        words = {"name": first["variable"], "ratio": first["hazard_ratio"], "c": self.concordance}
        if first["coefficient"] > 0:
            return t("Customers leave sooner with more of {name}: each unit multiplies the hazard by {ratio:.3g} "
                     "(concordance {c:.2f}).", **words)  # fmt: skip
        return t("Customers leave later with more of {name}: each unit multiplies the hazard by {ratio:.3g} "
                 "(concordance {c:.2f}).", **words)  # fmt: skip

    def _score(self, customers: pd.DataFrame) -> Floats:
        values = read_covariates(customers, self.table["variable"].tolist())
        return np.asarray((values - self.means.to_numpy()) @ self.table["coefficient"].to_numpy(dtype=np.float64))

    def _stratum(self, customers: pd.DataFrame) -> npt.NDArray[np.int64]:
        if self.strata is None:
            return np.zeros(len(customers), dtype=np.int64)
        where = t("column {name}", name=repr(self.strata))
        if self.strata not in customers.columns:
            raise DataError(Problem(where, t("missing")))
        place = pd.Index(self.baseline["stratum"].unique()).get_indexer(pd.Index(customers[self.strata]))
        if (place < 0).any():
            raise DataError(Problem(where, t("strata that the model does not know, or in which nobody left")))
        return np.asarray(place, dtype=np.int64)


def cox(
    frame: pd.DataFrame,
    *,
    duration: str,
    event: str,
    covariates: Sequence[str],
    strata: str | None = None,
    ties: Ties = "efron",
    confidence: float = 0.95,
) -> CoxResult:
    """Estimate how covariates multiply the hazard of leaving, without saying how the hazard changes over time.

    Parameters
    ----------
    frame : DataFrame
        One row per customer.
    duration, event : str
        Columns: how long each was observed, at least 0; 1 left at that time, 0 still here (censored).
    covariates : sequence of str
        Columns of what was known at the start: finite numbers.
    strata : str, optional
        Column of groups that each have a hazard of their own.
    ties : {'efron', 'breslow'}
        How several who leave at one time are treated.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    CoxResult

    Raises
    ------
    DataError
        Columns are missing or hold gaps, text or other values, nobody left, covariates repeat each other or separate
        who left; all problems at once.
    ParameterError
        A column plays two parts, there is no covariate, or an option is unknown.

    Warns
    -----
    CaseworkWarning
        The search did not come to an end.

    Notes
    -----
    The ratio of two hazards is taken to stay the same over time: see `proportional_hazards`. Being lost from sight must
    say nothing about leaving. Covariates that change, late entries and weights are not covered. The baseline uses the
    same treatment of ties as the coefficients; its intervals are on the log-log scale.

    References
    ----------
    Cox (1972), Regression models and life tables, JRSS B 34, 187-220; Efron (1977), JASA 72, 557-565; Therneau &
    Grambsch (2000), Modeling survival data, chapter 3.

    Examples
    --------
    Remission under 6-MP against placebo (Freireich et al. 1963); Kleinbaum & Klein (2012) print a hazard ratio of 4.523
    and a coefficient of 1.509 (0.410):

    >>> drug = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    >>> none = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> trial = pd.DataFrame({"weeks": drug + none, "relapse": [1] * 9 + [0] * 12 + [1] * 21})
    >>> trial["placebo"] = [0] * 21 + [1] * 21
    >>> found = cox(trial, duration="weeks", event="relapse", covariates=["placebo"], ties="breslow")
    >>> found.table[["coefficient", "standard_error", "hazard_ratio"]].round(3).to_numpy().tolist()
    [[1.509, 0.41, 4.523]]
    """
    check_all(lambda: check_option("ties", ties, Ties), lambda: check_fraction("confidence", confidence))
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    lives = read_lives(frame, duration=duration, event=event, covariates=names, strata=strata)
    sets = risk_sets(lives.time, lives.left, lives.stratum, efron=ties == "efron")
    x, means, scale = _standardised(lives.x, names)
    fit, inner = _fit(x, sets, names)
    ordered = x[sets.order]
    means_there = event_means(ordered, sets, fit.coefficients)
    with np.errstate(over="ignore"):
        spread = inner / scale / scale[:, None]
    score = x @ fit.coefficients
    notes = _notes(fit, int(lives.left.sum()), len(names))
    if not fit.converged:
        warnings.warn(notes[0], CaseworkWarning, stacklevel=2)
    return CoxResult(
        table=_table(names, fit.coefficients / scale, np.sqrt(np.diag(inner)) / scale, confidence),
        baseline=baseline(lives, sets, fit, means_there, inner, confidence),
        means=pd.Series(means, index=names),
        covariance=pd.DataFrame(spread, index=names, columns=names),
        residuals=_residuals(lives, sets, (ordered[sets.events] - means_there) * scale, names),
        log_likelihood=fit.end.value,
        null_log_likelihood=fit.null.value,
        wald=float(fit.coefficients @ np.linalg.solve(inner, fit.coefficients)),
        score=float(fit.null.gradient @ covariance(fit.null.information) @ fit.null.gradient),
        concordance=_concordance(lives, score),
        n=len(frame),
        events=int(lives.left.sum()),
        ties=ties,
        strata=strata,
        confidence=confidence,
        iterations=fit.iterations,
        converged=fit.converged,
        notes=notes,
    )


def _standardised(x: Floats, names: list[str]) -> tuple[Floats, Floats, Floats]:
    """Covariates with mean 0 and variance 1, and what was taken off and divided by; or tell which do not change."""
    size = np.maximum(np.abs(x).max(axis=0), np.finfo(float).tiny)
    part = x / size
    means = part.mean(axis=0)
    part -= means
    scale = np.sqrt(np.einsum("ij,ij->j", part, part) / len(part))
    if (scale <= 1e-13).any():
        refuse_repeated(x, names)
    part /= scale
    return part, means * size, scale * size


def _fit(x: Floats, sets: RiskSets, names: list[str]) -> tuple[Fit, Floats]:
    """Coefficients of standardised covariates with their covariance, or tell why there are none."""
    try:
        fit = climb(x[sets.order], sets)
    except NoMaximumError:
        refuse_repeated(x, names)
        raise
    used = np.diag(fit.end.information) <= USED_UP * np.diag(fit.null.information)
    runaway = used & (np.abs(fit.coefficients) > FAR)
    if runaway.any():
        refuse_endless([name for name, out in zip(names, runaway, strict=True) if out])
    try:
        return fit, covariance(fit.end.information)
    except NoMaximumError:
        refuse_endless(
            [name for name, size in zip(names, np.abs(fit.coefficients), strict=True) if size > FAR] or names
        )
        raise


def _table(names: list[str], beta: Floats, error: Floats, confidence: float) -> pd.DataFrame:
    half = float(ndtri((1 + confidence) / 2)) * error
    with np.errstate(over="ignore"):
        return pd.DataFrame(
            {
                "variable": names,
                "coefficient": beta,
                "standard_error": error,
                "hazard_ratio": np.exp(beta),
                "low": np.exp(beta - half),
                "high": np.exp(beta + half),
                "z": beta / error,
                "p": 2 * ndtr(-np.abs(beta / error)),
            }
        )


def _residuals(lives: Lives, sets: RiskSets, values: Floats, names: list[str]) -> pd.DataFrame:
    time = lives.time[sets.order[sets.events]]
    table = pd.DataFrame(values, columns=names)
    table.insert(0, "left_before", _left_before(lives, time), allow_duplicates=True)
    table.insert(0, "time", time, allow_duplicates=True)
    return table.iloc[np.argsort(time, kind="stable")].reset_index(drop=True)


def _left_before(lives: Lives, time: Floats) -> Floats:
    """Share of all who left before each time, by their Kaplan-Meier curve."""
    ends, place = np.unique(lives.time, return_inverse=True)
    gone = np.bincount(place, lives.left)
    there = np.bincount(place)[::-1].cumsum()[::-1]
    steps = np.concatenate([[1.0], np.cumprod(1 - gone / there)])
    return np.asarray(1 - steps[np.searchsorted(ends, time, side="left")])


def _concordance(lives: Lives, score: Floats) -> float:
    """Concordance within strata; scores that differ by rounding are equal."""
    rounded = np.round(score / (float(score.std()) or 1.0), 9)
    return concordance(lives.time, lives.left, rounded, lives.stratum)


def _notes(fit: Fit, gone: int, k: int) -> tuple[str, ...]:
    notes = []
    if not fit.converged:
        notes.append(t("The search for the best coefficients did not come to an end: do not trust them."))
    if gone < FEWEST * k:
        notes.append(tn("Only {n} who left for {k} variables: fewer than 10 for each, so coefficients are shaky.",
                        "Only {n} who left for {k} variables: fewer than 10 for each, so coefficients are shaky.",
                        gone, k=k))  # fmt: skip
    return tuple(notes)
