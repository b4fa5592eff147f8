"""From points to a grade: weights of the dimensions, the score, the cuts of A to E, and what people changed."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import GRADES, Floats, at_rows, check_grades
from casework.credit.rating.indicators import weighted_mean
from casework.credit.rating.overrides import OverrideResult, apply_overrides
from casework.stats.ahp import ahp_weights
from casework.stats.weights import WeightsResult, critic_weights, direct_weights, entropy_weights, equal_weights

RatingWeighting = Literal["equal", "direct", "ahp", "entropy", "critic"]
CUTS = (70.0, 55.0, 45.0, 35.0)
HEADINGS = (mark("score"), mark("model grade"), mark("grade"), mark("model"), mark("final"), mark("share"),
            mark("mean score"), mark("scoring"), mark("percentile"), mark("scale"), mark("bands"), mark("mean points"),
            mark("median"), mark("missing"), mark("zone"), mark("cohort"), mark("duration"), mark("direct"),
            mark("critic"), mark("ahp"), mark("equal"), mark("entropy"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RatingResult(Result):
    """Ratings of customers.

    Attributes
    ----------
    table : DataFrame
        On the index of the input: points of each dimension, `score` (0 to 100), `model_grade`, `grade` (after
        overrides).
    weights : WeightsResult
        Weights of the dimensions.
    dimensions, grades : tuple of str
        Grades are best first.
    cuts : tuple of float
        Least score of every grade but the last.
    overrides : OverrideResult or None
        Who was changed by hand, from what to what, and why.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    weights: WeightsResult
    dimensions: tuple[str, ...]
    grades: tuple[str, ...]
    cuts: tuple[float, ...]
    overrides: OverrideResult | None = None
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per customer."""
        return self.table.copy()

    @property
    def distribution(self) -> pd.DataFrame:
        """Customers by grade: `grade`, `model`, `final`, `share` of the final grades, `mean_score`."""
        grades = list(self.grades)
        model = self.table["model_grade"].value_counts().reindex(grades, fill_value=0).to_numpy()
        final = self.table["grade"].value_counts().reindex(grades, fill_value=0).to_numpy()
        mean = self.table.groupby("grade")["score"].mean().reindex(grades).to_numpy()
        share = final / max(1, final.sum())
        return pd.DataFrame({"grade": grades, "model": model, "final": final, "share": share, "mean_score": mean})

    def summary(self) -> str:
        """Say where most customers are, and how many are in the last two grades."""
        found = self.distribution
        last = found.tail(2)
        top = str(found["grade"].iloc[int(found["final"].to_numpy().argmax())])
        return tn(
            "{n} rating; most are {top}, and {share:.0%} are {first} or {last}.",
            "{n:,} ratings; most are {top}, and {share:.0%} are {first} or {last}.",
            int(found["final"].sum()), top=top, share=float(last["share"].sum()),
            first=str(last["grade"].iloc[0]), last=str(last["grade"].iloc[-1]),
        )  # fmt: skip


def dimension_weights(
    points: pd.DataFrame,
    method: RatingWeighting = "equal",
    *,
    weights: Mapping[str, float] | None = None,
    comparisons: Any = None,
) -> WeightsResult:
    """Weigh the dimensions of a rating: equally, as given, by pairwise judgements, or by how they differ in the data.

    Parameters
    ----------
    points : DataFrame, shape (n, k)
        Points of the dimensions, 0 to 100.
    method : {'equal', 'direct', 'ahp', 'entropy', 'critic'}
        Entropy and CRITIC measure how much a dimension tells customers apart, not whether it foretells default.
    weights : mapping of dimension to number, optional
        For 'direct': at least 0, of all dimensions.
    comparisons : table, rows or nested mapping, optional
        For 'ahp': how many times more important the row is than the column.

    Returns
    -------
    WeightsResult
        Weights that add up to 1.

    Raises
    ------
    ParameterError
        The method is unknown, what it needs is missing, or it names a dimension that is not there.

    Examples
    --------
    >>> points = pd.DataFrame({"finance": [20.0, 80.0], "market": [50.0, 60.0]})
    >>> dimension_weights(points, "direct", weights={"finance": 3, "market": 1}).weights.tolist()
    [0.75, 0.25]
    """
    check_option("method", method, RatingWeighting)
    names = [str(name) for name in points.columns]
    if method == "direct":
        given = dict(weights or {})
        problems = [
            Problem("weights", t("there is no weight of {name}", name=repr(n))) for n in names if n not in given
        ]
        problems += [Problem("weights", t("{value} is not known", value=repr(n)), ", ".join(names))
                     for n in given if n not in names]  # fmt: skip
        if problems:
            raise ParameterError(problems)
        return direct_weights({name: given[name] for name in names})
    if method == "ahp":
        if comparisons is None or not len(comparisons):
            raise ParameterError(Problem("comparisons", t("no judgement"), t("pairs of dimensions")))
        return ahp_weights(comparisons, names)
    if method == "equal" or len(names) == 1:
        return equal_weights(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        return entropy_weights(points) if method == "entropy" else critic_weights(points)


def rate_customers(
    points: pd.DataFrame,
    *,
    weights: WeightsResult | Mapping[str, float] | None = None,
    cuts: Sequence[float] = CUTS,
    grades: Sequence[str] = GRADES,
    overrides: pd.Series | None = None,
    reasons: pd.Series | None = None,
    most_notches: int | None = None,
) -> RatingResult:
    """Grade customers by their weighted points, and take over what people changed with a reason.

    Parameters
    ----------
    points : DataFrame, shape (n, k)
        Points of the dimensions, 0 to 100 (`IndicatorScores.by_dimension()`); a missing one is left out of the mean.
    weights : WeightsResult or mapping, optional
        Weights of the dimensions, equal by default.
    cuts : sequence of float
        Least score of every grade but the last, descending: a score on a cut has the better grade.
    grades : sequence of str
        Best first.
    overrides, reasons : Series, optional
        Grade set by hand (empty for none), and why; see `apply_overrides`.
    most_notches : int, optional
        Overrides by more grades than this are not taken over.

    Returns
    -------
    RatingResult

    Raises
    ------
    ParameterError
        Cuts do not descend inside 0 to 100 or are not one fewer than grades; a weight is negative, or of a dimension
        that is not there.
    DataError
        A customer has no points at all; an override is no grade.

    Warns
    -----
    CaseworkWarning
        An override has no reason or goes too far, and was not taken over.

    Examples
    --------
    >>> points = pd.DataFrame({"finance": [90, 40], "market": [70, 50]}, index=["Alder", "Birch"])
    >>> rate_customers(points, cuts=(80, 60, 45, 30)).table["grade"].tolist()
    ['A', 'C']
    """
    names = check_grades(grades)
    limits = check_cuts(cuts, names)
    found = _weights(points, weights)
    score = weighted_mean(points.to_numpy(dtype=float), found.weights.to_numpy(dtype=float))
    if np.isnan(score).any():
        where = at_rows(t("points"), points.index, np.isnan(score))
        raise DataError(Problem(where, t("no points in any dimension"), t("points of 0 to 100")))
    model = pd.Series(np.array(names, dtype=object)[grade_places(score, limits)], points.index)
    changed = None
    if overrides is not None:
        changed = apply_overrides(model, overrides, reasons, grades=names, most_notches=most_notches)
    table = points.assign(score=score, model_grade=model, grade=changed.grades if changed else model)
    return RatingResult(
        table=table, weights=found, dimensions=tuple(map(str, points.columns)), grades=names, cuts=limits,
        overrides=changed, notes=(*found.notes, *(changed.notes if changed else ())),
    )  # fmt: skip


def grade_places(score: Floats, cuts: Sequence[float]) -> Any:
    """Return the place of the grade of each score, 0 for the best.

    Examples
    --------
    >>> grade_places(np.array([70.0, 69.9, 10.0]), (70, 55)).tolist()
    [0, 1, 2]
    """
    return (score[:, None] < np.array(cuts, dtype=float) - 1e-9).sum(axis=1)


def check_cuts(cuts: Sequence[float], grades: Sequence[str]) -> tuple[float, ...]:
    """Return the cuts as numbers.

    Raises
    ------
    ParameterError
        They are not one fewer than grades, or do not descend inside 0 to 100.
    """
    expected = t("{n} numbers that descend between 100 and 0", n=len(grades) - 1)
    try:
        found = tuple(float(cut) for cut in cuts)
    except (TypeError, ValueError):
        raise ParameterError(Problem("cuts", repr(cuts), expected)) from None
    inside = all(0 <= cut <= 100 for cut in found)
    if len(found) != len(grades) - 1 or not inside or (np.diff(found) >= 0).any():
        raise ParameterError(Problem("cuts", repr(list(found)), expected))
    return found


def _weights(points: pd.DataFrame, weights: WeightsResult | Mapping[str, float] | None) -> WeightsResult:
    if weights is None:
        return equal_weights(map(str, points.columns))
    if not isinstance(weights, WeightsResult):
        return dimension_weights(points, "direct", weights=weights)
    if set(weights.weights.index) == set(points.columns):
        return replace(weights, weights=weights.weights.reindex(points.columns))
    given = dict(zip(map(str, weights.weights.index), map(float, weights.weights), strict=True))
    return dimension_weights(points, "direct", weights=given)


def compare_weightings(
    points: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    comparisons: Any = None,
) -> pd.DataFrame:
    """Weights of the dimensions by every method for which there is what it needs.

    Parameters
    ----------
    points : DataFrame, shape (n, k)
        Points of the dimensions.
    weights, comparisons : optional
        As in `dimension_weights`; left out where they are not of these dimensions.

    Returns
    -------
    DataFrame
        One row per dimension: `dimension`, and a column for each method.
    """
    methods: list[RatingWeighting] = ["equal", "entropy", "critic"]
    names = set(map(str, points.columns))
    methods += ["direct"] if weights and set(weights) == names else []
    methods += ["ahp"] if comparisons is not None and _compared(comparisons) == names else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        found = {
            method: dimension_weights(points, method, weights=weights, comparisons=comparisons).weights.to_numpy()
            for method in methods
        }
    table = pd.DataFrame(found)
    table.insert(0, "dimension", list(points.columns))
    return table


def _compared(comparisons: Any) -> set[str]:
    """Names that pairwise judgements mention."""
    if isinstance(comparisons, pd.DataFrame):
        return set(map(str, comparisons.index))
    if isinstance(comparisons, Mapping):
        return {str(name) for row, cells in comparisons.items() for name in (row, *cells)}
    return set()


def explore_rating(
    points: pd.DataFrame,
    *,
    weights: Mapping[str, float],
    cuts: Sequence[float] = CUTS,
    grades: Sequence[str] = GRADES,
    dimension: str = "",
    share: float = 0.5,
    shift: float = 0.0,
) -> RatingResult:
    """Grade again with another weight of one dimension and with all cuts moved: for the explorer.

    Parameters
    ----------
    points : DataFrame
        As in `rate_customers`.
    weights : mapping of dimension to number
        Weights that are changed.
    dimension : str
        Dimension whose weight becomes `share`; the others keep their proportions. The first one by default.
    share : float
        Between 0 and 1.
    shift : float
        Added to all cuts [points]; cuts stay between 0 and 100.

    Raises
    ------
    ParameterError
        As `rate_customers`.
    """
    chosen = dimension or str(points.columns[0])
    names = [str(name) for name in points.columns]
    others = {name: float(weights[name]) for name in names if name != chosen}
    total = sum(others.values())
    rest = {name: (1 - share) * (x / total if total > 0 else 1 / max(1, len(others))) for name, x in others.items()}
    given = {name: share if name == chosen else rest[name] for name in names}
    steps = np.arange(len(cuts))
    moved = np.minimum(np.maximum(np.array(cuts) + shift, 1e-3 * (len(cuts) - steps)), 100 - 1e-3 * steps)
    return rate_customers(points, weights=given, cuts=[float(x) for x in moved], grades=grades)
