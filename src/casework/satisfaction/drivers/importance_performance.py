"""Importance-performance map: where to concentrate, keep up, and do less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.satisfaction.drivers.importance import affordable, measures
from casework.satisfaction.drivers.naming import NamedResult
from casework.satisfaction.drivers.ratings import complete_ratings, correlations, listed, refuse_repeats
from casework.satisfaction.quadrants import QUADRANTS
from casework.satisfaction.scores import rescale
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_moments

Floats = NDArray[np.float64]
Importance = Literal["lmg", "relative_weight", "beta", "correlation", "stated"]
Cut = Literal["mean", "median", "middle"]
STABLE = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportancePerformanceResult(NamedResult):
    """Importance and performance of each driver, and the quadrant it falls into.

    Attributes
    ----------
    drivers : DataFrame, one row per driver, most important first
        `driver`; `importance` [per cent of the sum] and `performance` [points, 0-100], each with `_low` and `_high`;
        `quadrant`; `same_quadrant`, the share of resamples in which the driver falls into it.
    importance_cut, performance_cut : float
        Where the map is cut.
    """

    drivers: pd.DataFrame
    measure: str
    importance_cut: float
    performance_cut: float
    importance_rule: str
    performance_rule: str
    n: int
    left_out: int
    confidence: float
    resamples: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per driver."""
        return self.drivers.copy()

    def quadrant(self, name: str) -> list[str]:
        """Drivers of a quadrant, most important first."""
        return [str(driver) for driver in self.drivers.loc[self.drivers["quadrant"] == name, "driver"]]

    @property
    def unstable(self) -> list[str]:
        """Drivers that change their quadrant in more than a tenth of the resamples."""
        return [str(name) for name in self.drivers.loc[self.drivers["same_quadrant"] < STABLE, "driver"]]

    def summary(self) -> str:
        """Say where to concentrate, and which places are uncertain."""
        first = self.quadrant(QUADRANTS[0])
        told = [
            t("Concentrate on: {names}.", names=listed(first))
            if first
            else t("No driver is both important and weak.")
        ]  # fmt: skip
        if self.unstable:
            told.append(t("The quadrant is uncertain for: {names}.", names=listed(self.unstable)))
        return join_sentences(told)


def importance_performance(
    ratings: pd.DataFrame,
    outcome: pd.Series,
    *,
    low: float = 1,
    high: float = 10,
    importance: str = "lmg",
    stated: pd.Series | None = None,
    importance_cut: str | float = "mean",
    performance_cut: str | float = "mean",
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 7,
) -> ImportancePerformanceResult:
    """Place every driver on a map of importance against performance.

    Parameters
    ----------
    ratings : DataFrame, shape (n, k)
        Ratings of the drivers between `low` and `high`; rows with a gap are left out and counted.
    outcome : Series, shape (n,)
        Overall satisfaction, on the same index.
    low, high : float
        Ends of the rating scale; performance is the mean rating on 0 to 100.
    importance : {'lmg', 'relative_weight', 'beta', 'correlation', 'stated'}
        Derived from the answers, or as customers stated it.
    stated : Series of driver to float, optional
        Importance for `stated`, at least 0; taken as it is, without an interval.
    importance_cut, performance_cut : {'mean', 'median', 'middle'} or float
        Where the map is cut: mean or median of the drivers, the middle (an equal share; 50 points), or a value of
        your own [per cent; points].
    resamples : int
        Bootstrap resamples of the rows, 0 for no intervals.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the resamples.

    Returns
    -------
    ImportancePerformanceResult
        Importance is in per cent of the sum over drivers, so that the measures can be compared; negative
        coefficients count as they are.

    Raises
    ------
    DataError
        As `driver_importance`; a rating is outside the scale; or the importance adds up to nothing.
    ParameterError
        An argument is out of range; `stated` is absent, does not fit the drivers, or is given for another measure.

    Notes
    -----
    The cut decides as much as the data: with cuts at the mean there is always something to concentrate on. Each
    resample is cut anew where the rule depends on the data. Derived and stated importance may differ widely: people
    state what they take for granted as important although it no longer moves their satisfaction.

    References
    ----------
    Martilla, J. A., & James, J. C. (1977). Importance-performance analysis. Journal of Marketing, 41(1), 77-79.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff": [7, 5, 9, 4, 8, 6], "price": [3, 6, 5, 4, 7, 2]})
    >>> overall = pd.Series([7, 6, 9, 4, 9, 5], name="overall")
    >>> importance_performance(ratings, overall, resamples=0).drivers["quadrant"].tolist()
    ['keep up the good work', 'low priority']
    """
    check_number("resamples", resamples, low=0)
    check_fraction("confidence", confidence)
    check_option("importance", importance, Importance)
    rules = (_rule("importance_cut", importance_cut), _rule("performance_cut", performance_cut))
    points = rescale(ratings, low=low, high=high)
    given = complete_ratings(points, outcome)
    fixed = _stated(stated, importance, given.names)
    correlation = correlations(given.joint)
    if importance in ("lmg", "relative_weight", "beta"):
        refuse_repeats(correlation[:-1, :-1], given.names)
    means = given.ratings.mean(axis=0)[None]
    weight = _shares(correlation[None], importance, fixed)
    if not np.isfinite(weight).all():
        raise DataError(Problem(t("importance"), t("it adds up to nothing"), t("drivers that go with the outcome")))
    cuts = _cuts(weight, means, rules)
    place = _places(weight, means, cuts)
    draws = _draws(given.joint, importance, fixed, int(resamples), np.random.default_rng(seed))
    drawn = bool(np.isfinite(draws[0]).any())
    table = pd.DataFrame(
        {
            "driver": given.names,
            **_interval("importance", weight[0], draws[0], confidence),
            **_interval("performance", means[0], draws[1], confidence),
            "quadrant": [QUADRANTS[i] for i in place[0]],
            "same_quadrant": _agreement(place[0], draws, rules),
        }
    )
    return ImportancePerformanceResult(
        drivers=table.sort_values("importance", ascending=False, kind="stable", ignore_index=True),
        measure=importance,
        importance_cut=float(cuts[0][0, 0]),
        performance_cut=float(cuts[1][0, 0]),
        importance_rule=rules[0] if isinstance(rules[0], str) else "own",
        performance_rule=rules[1] if isinstance(rules[1], str) else "own",
        n=len(given.outcome),
        left_out=given.left_out,
        confidence=confidence,
        resamples=len(draws[0]) if drawn else 0,
        notes=_notes(weight[0], given.names, given.left_out, importance, unsure=resamples > 0 and not drawn),
    )


def _rule(name: str, value: str | float) -> str | float:
    return check_option(name, value, Cut) if isinstance(value, str) else check_number(name, value)


def _stated(stated: pd.Series | None, importance: str, names: tuple[str, ...]) -> Floats | None:
    if importance != "stated":
        if stated is not None:
            raise ParameterError(Problem("stated", t("given"), t("nothing, unless importance is {w}", w="stated")))
        return None
    if stated is None:
        raise ParameterError(Problem("stated", t("missing"), t("the importance of each driver")))
    given = {str(name): value for name, value in stated.items()}
    problems = [
        Problem(t("stated importance of {name}", name=repr(name)), t("missing"), t("a number of at least 0"))
        for name in names
        if name not in given
    ]
    problems += [
        Problem(t("stated importance of {name}", name=repr(name)), repr(value), t("a number of at least 0"))
        for name, value in given.items()
        if not (isinstance(value, (int, float, np.number)) and np.isfinite(value) and value >= 0)
    ]
    if problems:
        raise ParameterError(problems)
    return np.array([float(given[name]) for name in names])


def _shares(matrices: Floats, importance: str, fixed: Floats | None) -> Floats:
    """Return importance (m, k) in per cent of its sum; not a number where it adds up to nothing."""
    if fixed is not None:
        weight = np.repeat(fixed[None], len(matrices), axis=0)
    elif importance == "correlation":
        weight = matrices[:, :-1, -1]
    else:
        weight = measures(matrices, lmg_count=None if importance == "lmg" else 0)[importance]
    total = weight.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = 100 * weight / np.where(total > 1e-12, total, np.nan)
    return shares


def _cuts(weight: Floats, means: Floats, rules: tuple[str | float, str | float]) -> tuple[Floats, Floats]:
    """Cuts (m, 1) of importance and performance."""
    middles = (100 / weight.shape[1], 50.0)
    return _cut(weight, rules[0], middles[0]), _cut(means, rules[1], middles[1])


def _cut(values: Floats, rule: str | float, middle: float) -> Floats:
    if rule == "mean":
        return np.asarray(values.mean(axis=1, keepdims=True))
    if rule == "median":
        return np.asarray(np.median(values, axis=1, keepdims=True))
    return np.full((len(values), 1), middle if isinstance(rule, str) else rule)


def _places(weight: Floats, means: Floats, cuts: tuple[Floats, Floats]) -> NDArray[np.int64]:
    """Position of the quadrant (m, k), as in QUADRANTS; a driver on a cut counts as above it."""
    important, strong = weight >= cuts[0] - 1e-12, means >= cuts[1] - 1e-12
    return np.where(important, strong * 1, 2 + strong).astype(np.int64)


def _draws(
    joint: Floats, importance: str, fixed: Floats | None, resamples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    k = joint.shape[1] - 1
    if importance == "lmg":
        resamples = affordable(resamples, k)
    if not resamples:
        return np.full((1, k), np.nan), np.full((1, k), np.nan)
    means, drawn = resampled_moments(joint, resamples=resamples, rng=rng)
    return _shares(drawn, importance, fixed), means[:, :-1]


def _interval(name: str, value: Floats, draws: Floats, confidence: float) -> dict[str, Floats]:
    low, high = percentile_interval(draws, confidence=confidence)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _agreement(
    place: NDArray[np.int64], draws: tuple[Floats, Floats], rules: tuple[str | float, str | float]
) -> Floats:
    """Share of resamples with the same quadrant (k,)."""
    good = np.isfinite(draws[0]).all(axis=1)
    if not good.any():
        return np.full(len(place), np.nan)
    weight, means = draws[0][good], draws[1][good]
    same: Floats = (_places(weight, means, _cuts(weight, means, rules)) == place).mean(axis=0)
    return same


def _notes(weight: Floats, names: tuple[str, ...], left_out: int, importance: str, *, unsure: bool) -> tuple[str, ...]:
    notes = []
    if unsure:
        notes.append(t("So many drivers have too many subsets for intervals of LMG; choose relative weights for them."))
    if left_out:
        notes.append(
            tn(
                "{n} respondent with a missing answer is left out.",
                "{n} respondents with a missing answer are left out.",
                left_out,
            )
        )
    below = [name for name, value in zip(names, weight, strict=True) if value < 0]
    if below:
        notes.append(t("Importance below 0, which no map can mean: {names}. Choose LMG.", names=listed(below)))
    if importance == "stated":
        notes.append(t("Stated importance is taken as it is, so only performance has an interval."))
    return tuple(notes)
