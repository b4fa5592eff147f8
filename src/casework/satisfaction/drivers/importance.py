"""What moves satisfaction: the explained variance shared among correlated drivers, with intervals."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.satisfaction.drivers.naming import NamedResult
from casework.satisfaction.drivers.ratings import complete_ratings, correlations, listed, refuse_repeats, whole
from casework.stats.bootstrap import percentile_interval
from casework.stats.lmg import MOST_PREDICTORS, lmg_shares
from casework.stats.regression_weights import relative_weights
from casework.stats.resampling import resampled_moments

Floats = NDArray[np.float64]
HIGH_VIF = 10.0
MOST_SUBSETS = 2**27  # subsets over all resamples: some seconds
LEAST_RESAMPLES = 100  # with fewer there is no interval
MEASURES = ("beta", "lmg", "relative_weight")


@dataclass(frozen=True, kw_only=True, eq=False)
class DriverImportanceResult(NamedResult):
    """How much of the outcome each driver explains.

    Attributes
    ----------
    drivers : DataFrame, one row per driver, most important first
        `driver`; `correlation` with the outcome; `beta`, the standardised coefficient, and `vif`; `lmg`, the share
        of variance by LMG, `lmg_share` of R squared; `relative_weight` (Johnson); `beta`, `lmg` and
        `relative_weight` with `_low` and `_high`; `rank` by LMG with its interval.
    outcome : str
        What is explained.
    r_squared, r_squared_low, r_squared_high : float
        Share of the outcome's variance that all drivers explain together.
    n, left_out : int
        Complete rows, and rows with a gap.
    resamples, lmg_resamples, failed : int
        Resamples behind the intervals, those of LMG, and how many could not be computed.
    """

    drivers: pd.DataFrame
    outcome: str
    r_squared: float
    r_squared_low: float
    r_squared_high: float
    n: int | None
    left_out: int
    confidence: float
    resamples: int
    lmg_resamples: int
    failed: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per driver."""
        return self.drivers.copy()

    @property
    def top(self) -> str:
        """Name of the driver that explains most."""
        return str(self.drivers["driver"].iloc[0])

    @property
    def leaders(self) -> list[str]:
        """Drivers that could be first: the interval of their rank reaches it."""
        return [str(name) for name in self.drivers.loc[~(self.drivers["rank_low"] > 1), "driver"]]

    def summary(self) -> str:
        """Say how much is explained, and by what most."""
        first = t(
            "The drivers explain {share:.0%} of {outcome}; {name} explains most: {part:.0%} of that.",
            share=self.r_squared,
            outcome=t(self.outcome) if self.outcome else "",
            name=t(self.top),
            part=self.drivers["lmg_share"].iloc[0],
        )
        if not self.resamples or len(self.drivers) == 1:
            return first
        lead = self.leaders
        if len(lead) == 1:
            return join_sentences([first, t("It is first beyond chance.")])
        return join_sentences([first, t("Within chance any of these could be first: {names}.", names=listed(lead))])


def driver_importance(
    ratings: pd.DataFrame,
    outcome: pd.Series,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 7,
) -> DriverImportanceResult:
    """Share the explained variance of an outcome among its drivers.

    Parameters
    ----------
    ratings : DataFrame, shape (n, k)
        Ratings of the drivers on any number scale; rows with a gap are left out and counted. 1 to 30 drivers.
    outcome : Series, shape (n,)
        Overall satisfaction or another outcome, on the same index.
    resamples : int
        Bootstrap resamples of the rows, 0 for no intervals.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the resamples.

    Returns
    -------
    DriverImportanceResult

    Raises
    ------
    DataError
        The rows differ, a column holds text or one value only, too few rows are complete, or drivers are exact
        combinations of each other (named).
    ParameterError
        An argument is out of range.

    Warns
    -----
    CaseworkWarning
        Drivers hang together so much (variance inflation above 10) that their coefficients mean little, or
        resamples could not be computed.

    Notes
    -----
    Correlated drivers cannot be told apart by their coefficients. LMG gives each driver what it adds to R squared,
    averaged over all orders in which drivers can enter: a Shapley value, never negative, adding up to R squared.
    Johnson's relative weights come close to it at a fraction of the cost. Both describe; they do not prove that
    raising a driver raises the outcome, and a driver that is left out gives its share to those that go with it.

    The exact LMG of one resample goes through 2**k subsets. So that a report ends, at most 2**27 subsets are gone
    through for intervals: up to 16 drivers 2,000 resamples, with 20 drivers 128; a note tells it. With more than 20
    drivers LMG has no interval; relative weights keep theirs.

    References
    ----------
    Gromping, U. (2006). Relative importance for linear regression in R: the package relaimpo. Journal of Statistical
    Software, 17(1). Johnson, J. W. (2000). Multivariate Behavioral Research, 35(1), 1-19.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff": [7, 5, 9, 4, 8, 6], "price": [3, 6, 5, 4, 7, 2]})
    >>> result = driver_importance(ratings, pd.Series([7, 6, 9, 4, 9, 5], name="overall"), resamples=0)
    >>> result.top, bool(abs(result.drivers["lmg"].sum() - result.r_squared) < 1e-12)
    ('staff', True)
    """
    check_number("resamples", resamples, low=0)
    check_fraction("confidence", confidence)
    _check_size(ratings.shape[1])
    given = complete_ratings(ratings, outcome)
    correlation = correlations(given.joint)
    refuse_repeats(correlation[:-1, :-1], given.names)
    draws = _draws(given.joint, int(resamples), np.random.default_rng(seed))
    result = _result(
        correlation, given.all_names, draws, n=len(given.outcome), left_out=given.left_out, confidence=confidence
    )
    _warn(result)
    return result


def importance_from_correlations(
    correlation: pd.DataFrame, *, outcome: str, n: int | None = None
) -> DriverImportanceResult:
    """Share the explained variance where only correlations are at hand, as in a paper.

    Parameters
    ----------
    correlation : DataFrame, shape (k + 1, k + 1)
        Correlations of the drivers and the outcome, names on both sides.
    outcome : str
        Which of the names is the outcome.
    n : int, optional
        Rows behind the correlations, for the record.

    Returns
    -------
    DriverImportanceResult
        Without intervals.

    Raises
    ------
    DataError
        The matrix is not square, symmetric and positive definite with ones on its diagonal, or the names differ.
    ParameterError
        The outcome is not in it, or there are more than 30 drivers.

    Notes
    -----
    Correlations that were computed pair by pair, each from other rows, may belong to no data at all; they are refused.

    References
    ----------
    Gromping (2006), Journal of Statistical Software 17(1), section 4: data `swiss`, LMG of education 0.26013468.

    Examples
    --------
    >>> names = ["staff", "price", "overall"]
    >>> table = pd.DataFrame([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]], index=names, columns=names)
    >>> importance_from_correlations(table, outcome="overall").drivers["lmg"].round(4).tolist()
    [0.2867, 0.0867]
    """
    names = [str(name) for name in correlation.columns]
    if outcome not in names:
        raise ParameterError(Problem("outcome", repr(outcome), t("one of {values}", values=", ".join(names))))
    _check_size(len(names) - 1)
    values = _checked_matrix(correlation, names)
    order = [i for i, name in enumerate(names) if name != outcome] + [names.index(outcome)]
    values, names = values[np.ix_(order, order)], [names[i] for i in order]
    refuse_repeats(values[:-1, :-1], names)
    result = _result(values, tuple(names), None, n=n, left_out=0, confidence=0.95)
    _warn(result)
    return result


def _check_size(k: int) -> None:
    if not 1 <= k <= MOST_PREDICTORS:
        found = tn("{n} driver", "{n} drivers", k)
        raise ParameterError(Problem("ratings", found, t("1 to {n} drivers", n=MOST_PREDICTORS)))


def _checked_matrix(correlation: pd.DataFrame, names: list[str]) -> Floats:
    values = correlation.to_numpy(dtype=np.float64, na_value=np.nan)
    where = t("correlations")
    if values.shape[0] != values.shape[1] or [str(name) for name in correlation.index] != names:
        raise DataError(Problem(where, t("rows and columns with different names"), t("the same names on both sides")))
    if not (np.isfinite(values).all() and np.allclose(values, values.T, atol=1e-8) and np.allclose(np.diag(values), 1)):
        raise DataError(Problem(where, t("no table of correlations"), t("a symmetric table with ones on its diagonal")))
    if np.linalg.eigvalsh(values)[0] < -1e-10:
        raise DataError(
            Problem(where, t("they fit no data"), t("a positive definite table"), t("Compute all from the same rows."))
        )
    return values


@dataclass(frozen=True)
class _Draws:
    """Values of the resamples: `beta`, `lmg`, `relative_weight` (b, k) and R squared (b,)."""

    measures: dict[str, Floats]
    r_squared: Floats
    lmg_count: int
    failed: int


def _draws(joint: Floats, resamples: int, rng: np.random.Generator) -> _Draws | None:
    if not resamples:
        return None
    _, drawn = resampled_moments(joint, resamples=resamples, rng=rng)
    k = joint.shape[1] - 1
    count = affordable(resamples, k)
    values = measures(drawn, lmg_count=count)
    r_squared = values.pop("r_squared")
    return _Draws(values, r_squared, count, int(np.isnan(r_squared).sum()))


def affordable(resamples: int, k: int) -> int:
    """Return how many of the resamples LMG of k drivers can be computed for; 0 where these are too few to be of use."""
    count = min(resamples, MOST_SUBSETS >> k)
    return count if count >= min(LEAST_RESAMPLES, resamples) else 0


def measures(matrices: Floats, *, lmg_count: int | None = None) -> dict[str, Floats]:
    """Beta, LMG and relative weights (m, k) and R squared (m,) of correlation matrices (m, k + 1, k + 1).

    LMG of the first `lmg_count` matrices, the others are not a number; so is everything of a singular matrix.
    """
    good, unit = whole(matrices), np.eye(matrices.shape[1])
    safe = np.where(good[:, None, None], matrices, unit)
    roots = np.linalg.eigvalsh(safe[:, :-1, :-1])[:, 0]
    good &= roots > 1e-10
    safe = np.where(good[:, None, None], safe, unit)
    inner, toward = safe[:, :-1, :-1], safe[:, :-1, -1]
    beta = np.linalg.solve(inner, toward[..., None])[..., 0]
    limit = len(safe) if lmg_count is None else lmg_count
    lmg = np.full_like(beta, np.nan)
    if limit:
        lmg[:limit] = lmg_shares(inner[:limit], toward[:limit])
    found = {"beta": beta, "lmg": lmg, "relative_weight": relative_weights(inner, toward)}
    bad = ~good[:, None]
    return {
        **{name: np.where(bad, np.nan, value) for name, value in found.items()},
        "r_squared": np.where(good, (beta * toward).sum(axis=1), np.nan),
    }


def _result(
    correlation: Floats,
    names: tuple[str, ...],
    draws: _Draws | None,
    *,
    n: int | None,
    left_out: int,
    confidence: float,
) -> DriverImportanceResult:
    point = measures(correlation[None])
    r_squared = float(point["r_squared"][0])
    table = pd.DataFrame(
        {
            "driver": names[:-1],
            "correlation": correlation[:-1, -1],
            "vif": np.diag(np.linalg.inv(correlation[:-1, :-1])),
            **{name: point[name][0] for name in MEASURES},
        }
    )
    table["lmg_share"] = table["lmg"] / r_squared if r_squared > 0 else np.nan
    table["rank"] = table["lmg"].rank(ascending=False, method="first").astype(int)
    table = _with_intervals(table, draws, confidence)
    low, high = percentile_interval(draws.r_squared, confidence=confidence) if draws else (np.nan, np.nan)
    return DriverImportanceResult(
        drivers=table.sort_values("rank", kind="stable", ignore_index=True)[COLUMNS],
        outcome=names[-1],
        r_squared=r_squared,
        r_squared_low=float(low),
        r_squared_high=float(high),
        n=n,
        left_out=left_out,
        confidence=confidence,
        resamples=len(draws.r_squared) if draws else 0,
        lmg_resamples=draws.lmg_count if draws else 0,
        failed=draws.failed if draws else 0,
        notes=_notes(table, draws, left_out),
    )


COLUMNS = [
    "driver",
    "correlation",
    "beta",
    "beta_low",
    "beta_high",
    "vif",
    "lmg",
    "lmg_low",
    "lmg_high",
    "lmg_share",
    "relative_weight",
    "relative_weight_low",
    "relative_weight_high",
    "rank",
    "rank_low",
    "rank_high",
]


def _with_intervals(table: pd.DataFrame, draws: _Draws | None, confidence: float) -> pd.DataFrame:
    k = len(table)
    for name in MEASURES:
        empty = np.full((1, k), np.nan)
        low, high = percentile_interval(draws.measures[name] if draws else empty, confidence=confidence)
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    shares = draws.measures["lmg" if draws.lmg_count else "relative_weight"] if draws else np.full((1, k), np.nan)
    low, high = percentile_interval(ranks(shares), confidence=confidence)
    table["rank_low"], table["rank_high"] = np.floor(low), np.ceil(high)
    return table


def ranks(values: Floats) -> Floats:
    """Rank of each column in its row, 1 for the largest; rows with a gap are not a number.

    Examples
    --------
    >>> ranks(np.array([[0.2, 0.5, 0.1]])).tolist()
    [[2.0, 1.0, 3.0]]
    """
    place = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1) + 1.0
    ranked: Floats = np.where(whole(values)[:, None], place, np.nan)
    return ranked


def _notes(table: pd.DataFrame, draws: _Draws | None, left_out: int) -> tuple[str, ...]:
    notes = []
    if left_out:
        notes.append(
            tn(
                "{n} respondent with a missing answer is left out.",
                "{n} respondents with a missing answer are left out.",
                left_out,
            )
        )
    tangled = table.loc[table["vif"] > HIGH_VIF, "driver"].tolist()
    if tangled:
        notes.append(
            t(
                "Variance inflation is above {limit:g}, so coefficients mean little: {names}.",
                limit=HIGH_VIF,
                names=listed(tangled),
            )
        )
    against = table.loc[(table["beta"] < 0) & (table["correlation"] > 0), "driver"].tolist()
    if against:
        notes.append(
            t("Negative coefficient in spite of a positive correlation: {names}.", names=listed(against))
        )  # fmt: skip
    return (*notes, *_draw_notes(draws))


def _draw_notes(draws: _Draws | None) -> list[str]:
    if draws is None:
        return []
    notes, asked = [], len(draws.r_squared)
    if not draws.lmg_count:
        notes.append(t("So many drivers have too many subsets for intervals of LMG; ranks are by relative weights."))
    elif draws.lmg_count < asked:
        notes.append(
            t("Intervals of LMG rest on {n} of {asked} resamples, to bound the time.", n=draws.lmg_count, asked=asked)
        )
    if draws.failed:
        notes.append(t("{n} of {asked} resamples could not be computed and are left out.", n=draws.failed, asked=asked))
    return notes


def _warn(result: DriverImportanceResult) -> None:
    tangled = result.drivers.loc[result.drivers["vif"] > HIGH_VIF, "driver"].tolist()
    if tangled:
        message = t("drivers hang together too much to tell their effects apart: {names}", names=listed(tangled))
        warnings.warn(message, CaseworkWarning, stacklevel=3)
    if result.failed:
        message = tn("{n} resample failed", "{n} resamples failed", result.failed)
        warnings.warn(message, CaseworkWarning, stacklevel=3)
