"""Service-quality pyramid: levels of expectations, each of which counts once the levels below it are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.satisfaction.drivers.naming import NamedResult
from casework.satisfaction.drivers.ratings import complete_ratings
from casework.satisfaction.scores import rescale
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_sums

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST_SIDE = 20  # respondents on each side for an effect


@dataclass(frozen=True, kw_only=True, eq=False)
class PyramidResult(NamedResult):
    """Levels of the pyramid, from the bottom up.

    Attributes
    ----------
    levels : DataFrame, one row per level, bottom first
        `level`, `drivers` (how many), `performance` [points], `met`, the share of respondents for whom the level is
        met, `reached`, the share for whom it and all levels below are met; `effect_met` and `effect_unmet`, what ten
        points more on this level go with in the outcome [units of the outcome], the scores of the levels below held
        fixed, among respondents whose levels below are all met and among the others; `difference` of the two. All
        with `_low` and `_high`.
    threshold : float
        A level is met from this mean rating on [points].
    """

    levels: pd.DataFrame
    outcome: str
    threshold: float
    n: int
    left_out: int
    confidence: float
    resamples: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per level, bottom first."""
        return self.levels.copy()

    @property
    def supported(self) -> list[str]:
        """Levels that count more, beyond chance, where the levels below are met."""
        return [str(name) for name in self.levels.loc[self.levels["difference_low"] > 0, "level"]]

    def summary(self) -> str:
        """Say where respondents get stuck, and how many reach the top."""
        table = self.levels
        lost = table["reached"].shift(fill_value=1.0) - table["reached"]
        step = table.iloc[int(np.argmax(lost.to_numpy()))]
        return join_sentences(
            [
                t("All levels are met for {share:.0%} of the respondents.", share=table["reached"].iloc[-1]),
                t("Most are lost at {level}: {share:.0%}.", level=t(str(step["level"])), share=lost.max()),
            ]
        )


def quality_pyramid(
    ratings: pd.DataFrame,
    outcome: pd.Series,
    levels: Mapping[str, Sequence[str]],
    *,
    low: float = 1,
    high: float = 10,
    threshold: float = 60,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 7,
) -> PyramidResult:
    """Build the pyramid of service quality, and test whether upper levels wait for the lower ones.

    Parameters
    ----------
    ratings : DataFrame, shape (n, k)
        Ratings between `low` and `high`; rows with a gap are left out and counted.
    outcome : Series, shape (n,)
        Overall satisfaction, on the same index.
    levels : mapping of level to columns
        From the bottom up; each column in one level.
    low, high : float
        Ends of the rating scale.
    threshold : float
        A level is met from this mean rating on [points, 0-100].
    resamples : int
        Bootstrap resamples of the respondents, 0 for no intervals.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the resamples.

    Returns
    -------
    PyramidResult

    Raises
    ------
    DataError
        A column of a level is missing, a rating is outside the scale, or too few rows are complete.
    ParameterError
        No level, a level without columns, a column in two levels, or an argument out of range.

    Notes
    -----
    There is no single pyramid of service quality. The definition used: customers' expectations form levels, and those
    of a lower level must be met before the next one can win anybody; Buckingham and Coffman name accuracy,
    availability, partnership and advice. That claim is tested by the slope of the outcome on the level's score, with
    the scores of the levels below held fixed, among those whose lower levels are met against the others. It is an
    association, and the threshold is a convention: try others.

    References
    ----------
    Buckingham, M., & Coffman, C. (1999). First, break all the rules. Simon & Schuster, chapter 4.

    Examples
    --------
    >>> ratings = pd.DataFrame({"right": [9, 9, 4, 8, 3, 9], "friendly": [9, 5, 8, 7, 4, 8]})
    >>> overall = pd.Series([9, 7, 4, 8, 3, 9], name="overall")
    >>> result = quality_pyramid(ratings, overall, {"basics": ["right"], "extras": ["friendly"]}, resamples=0)
    >>> result.levels["reached"].round(4).tolist()
    [0.6667, 0.5]
    """
    check_number("resamples", resamples, low=0)
    check_fraction("confidence", confidence)
    check_number("threshold", threshold, low=0, high=100)
    groups = _checked_levels(levels, [str(name) for name in ratings.columns])
    columns = [name for names in groups.values() for name in names]
    given = complete_ratings(rescale(ratings[columns], low=low, high=high), outcome, least=3)
    scores = np.column_stack([given.ratings[:, [columns.index(name) for name in names]].mean(axis=1)
                              for names in groups.values()])  # fmt: skip
    parts = _parts(scores, given.outcome, threshold)
    flat = np.column_stack([part.reshape(len(scores), -1) for part in parts])
    sums = (
        resampled_sums(flat, resamples=int(resamples), rng=np.random.default_rng(seed))
        if resamples
        else np.full((1, flat.shape[1]), np.nan)
    )
    point = _measures(flat.sum(axis=0)[None], parts)
    draws = _measures(sums, parts)
    table = pd.DataFrame({"level": list(groups), "drivers": [len(names) for names in groups.values()]})
    for name, value in point.items():
        ends = percentile_interval(draws[name], confidence=confidence)
        table[name], table[f"{name}_low"], table[f"{name}_high"] = value[0], ends[0], ends[1]
    return PyramidResult(
        levels=table,
        outcome=str(outcome.name),
        threshold=threshold,
        n=len(scores),
        left_out=given.left_out,
        confidence=confidence,
        resamples=int(resamples),
        notes=_notes(table, given.left_out),
    )


def _checked_levels(levels: Mapping[str, Sequence[str]], known: list[str]) -> dict[str, list[str]]:
    groups = {str(level): [names] if isinstance(names, str) else list(names) for level, names in levels.items()}
    problems = [
        Problem(t("level {name}", name=repr(level)), t("no column"), t("at least one column"))
        for level, names in groups.items()
        if not names
    ]
    everything = [name for names in groups.values() for name in names]
    problems += [
        Problem(t("column {name}", name=repr(name)), t("stands in two levels"), t("each column in one level"))
        for name in dict.fromkeys(everything)
        if everything.count(name) > 1
    ]
    if problems or not groups:
        raise ParameterError(problems or Problem("levels", t("no level"), t("at least one level")))
    missing = [name for name in everything if name not in known]
    if missing:
        raise DataError(
            [Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known)) for name in missing]
        )
    return groups


def _parts(scores: Floats, outcome: Floats, threshold: float) -> list[Floats]:
    """Return what is summed over respondents, each (n, ...): scores, met, reached, and the products of each level.

    The products (n, 2, d, d) of a level are those of 1, the scores up to this level and the outcome, apart for
    respondents whose levels below are all met and for the others.
    """
    met = scores >= threshold
    reached = np.logical_and.accumulate(met, axis=1)
    x, y = (scores - scores.mean(axis=0)) / 10, (outcome - outcome.mean())[:, None]
    parts = [scores, met.astype(np.float64), reached.astype(np.float64)]
    for level in range(scores.shape[1]):
        terms = np.column_stack([np.ones(len(x)), x[:, : level + 1], y])
        below = reached[:, level - 1] if level else np.ones(len(x), dtype=bool)
        products = terms[:, :, None] * terms[:, None, :]
        parts.append(np.stack([products * below[:, None, None], products * ~below[:, None, None]], axis=1))
    return parts


def _measures(sums: Floats, parts: list[Floats]) -> dict[str, Floats]:
    """Measures (m, levels) from the sums (m, all columns of the parts)."""
    edges = np.cumsum([part[0].size for part in parts])[:-1]
    cut = [value.reshape(len(sums), *part.shape[1:]) for value, part in zip(np.split(sums, edges, axis=1), parts,
                                                                            strict=True)]  # fmt: skip
    n = cut[3][:, :, 0, 0].sum(axis=1, keepdims=True)
    met, unmet = (np.column_stack([_slope(products[:, side]) for products in cut[3:]]) for side in (0, 1))
    return {
        "performance": cut[0] / n,
        "met": cut[1] / n,
        "reached": cut[2] / n,
        "effect_met": met,
        "effect_unmet": unmet,
        "difference": met - unmet,
    }


def _slope(products: Floats) -> Floats:
    """Slope of the outcome on the highest level, those below held fixed (m,); not a number for few respondents."""
    inner, toward = products[:, :-1, :-1], products[:, :-1, -1:]
    n = products[:, 0, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = inner / n[:, None, None]
    whole = (n >= LEAST_SIDE + inner.shape[1]) & np.isfinite(scaled).all(axis=(1, 2))
    safe = np.where(whole[:, None, None], scaled, np.eye(inner.shape[1]))
    whole &= np.linalg.eigvalsh(safe)[:, 0] > 1e-9
    safe = np.where(whole[:, None, None], safe, np.eye(inner.shape[1]))
    right = np.where(whole[:, None, None], toward / np.maximum(n, 1)[:, None, None], 0.0)
    slope: Floats = np.where(whole, np.linalg.solve(safe, right)[:, -1, 0], np.nan)
    return slope


def _notes(table: pd.DataFrame, left_out: int) -> tuple[str, ...]:
    notes = []
    if left_out:
        notes.append(
            tn(
                "{n} respondent with a missing answer is left out.",
                "{n} respondents with a missing answer are left out.",
                left_out,
            )
        )
    unknown = table["level"].iloc[1:][table["difference"].iloc[1:].isna()].tolist()
    if unknown:
        names = t(", ").join(t(str(name)) for name in unknown)
        notes.append(t("Too few respondents on one side to compare effects: {names}.", names=names))
    return tuple(notes)
