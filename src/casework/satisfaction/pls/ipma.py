"""Importance-performance map of a causal model: what moves a target, and how well it is done already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_names, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import join_sentences, t
from casework.core.result import Result
from casework.satisfaction.pls.effects import total_effects
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.needs import need_fit
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.scores import to_points
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.quadrants import QUADRANTS
from casework.stats.bootstrap import percentile_interval

Effects = Literal["unstandardized", "standardized"]


@dataclass(frozen=True, kw_only=True)
class ImportanceMap(Result):
    """Importance and performance of everything that leads to a target.

    Parameters
    ----------
    constructs : DataFrame
        Most important first: `construct`, `importance`, `importance_low`, `importance_high`, `performance`,
        `performance_low`, `performance_high`, `quadrant`.
    indicators : DataFrame
        `construct`, `indicator`, `importance`, `performance`, `quadrant`.
    target : str
        The construct to be moved.
    target_performance : float
        Its own performance.
    effects : {'unstandardized', 'standardized'}
        What importance means.
    importance_cut, performance_cut : float
        Means, where the map is cut.
    low, high : float or None
        Ends of the answer scale, where performance is in points from 0 to 100.
    confidence : float
        Of the intervals.
    """

    constructs: pd.DataFrame
    indicators: pd.DataFrame
    target: str
    target_performance: float
    effects: str
    importance_cut: float
    performance_cut: float
    low: float | None
    high: float | None
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct."""
        return self.constructs.copy()

    def summary(self) -> str:
        """Say what moves the target most, and where to concentrate."""
        strongest = self.constructs.iloc[0]
        if not np.isfinite(strongest["importance"]):
            return t("The total effects could not be computed.")
        if self.effects == "unstandardized":
            said = t(
                "One point more of {driver} goes with {effect:.2f} points of {target}, the largest total effect.",
                driver=t(strongest["construct"]),
                effect=float(strongest["importance"]),
                target=t(self.target),
            )
        else:
            said = t(
                "{driver} has the largest total effect on {target} ({effect:.2f}, standardized).",
                driver=t(strongest["construct"]),
                effect=float(strongest["importance"]),
                target=t(self.target),
            )
        first = self.constructs.loc[self.constructs["quadrant"] == QUADRANTS[0], "construct"]
        names = ", ".join(t(name) for name in first)
        where = t("Concentrate on: {names}.", names=names) if names else t("No driver is both important and weak.")
        return join_sentences([said, where])


def importance_map(
    result: PLSResult,
    target: str,
    *,
    low: float | None = None,
    high: float | None = None,
    effects: str = "unstandardized",
    importance_draws: Floats | None = None,
    performance_draws: Floats | None = None,
    confidence: float = 0.95,
    allow_negative: bool = False,
) -> ImportanceMap:
    """Set the importance (total effect on a target) of constructs and indicators beside their performance (mean).

    Parameters
    ----------
    result : PLSResult
        A fit with means and deviations.
    target : str
        A construct that paths lead to.
    low, high : float, optional
        Ends of the answer scale, for performance in points from 0 to 100; left out: on the scale of the answers.
    effects : {'unstandardized', 'standardized'}
        Unstandardized: by how many points the target moves with one point of the driver, all on the scale of the
        answers (the usual choice). Standardized: in standard deviations.
    importance_draws, performance_draws : ndarray, shape (B, k), optional
        Of bootstrap resamples (`importances`, and mean scores), for percentile intervals.
    confidence : float
        Of the intervals, between 0 and 1.
    allow_negative : bool
        Go on where a weight is negative, although performance may then leave the scale.

    Returns
    -------
    ImportanceMap
        Importance of an indicator: its weight in the score times the total effect of its construct.

    Raises
    ------
    DataError
        Means or deviations are not known, or a weight is negative.
    ParameterError
        No path leads to the target, draws of another shape, or the scale is wrong.

    Notes
    -----
    Importance is causal only if the model is. All indicators must have the same direction and the same scale.

    References
    ----------
    Ringle & Sarstedt (2016), Industrial Management & Data Systems 116(9), 1865-1886; Martilla & James (1977), Journal
    of Marketing 41 (the quadrants).
    """
    fit = need_fit(result)
    check_option("effects", effects, Effects)
    check_fraction("confidence", confidence)
    check_names("target", [target], fit.model.targets)
    structure, place = fit.structure, fit.model.names.index(target)
    performance = fit.performance(low=low, high=high, allow_negative=allow_negative).to_numpy()
    found = importances(
        fit.standard_weights[None], fit.estimate.paths, fit.moments.deviations, structure, place, effects=effects
    )
    ways = total_effects(structure.adjacency[None])[0][:, place] > 0
    drivers = np.flatnonzero(ways)
    by_item = fit.moments.means if low is None or high is None else to_points(fit.moments.means, low, high)
    constructs = _constructs(fit, drivers, found[0][0], performance)
    for name, draws in (("importance", importance_draws), ("performance", performance_draws)):
        ends = _interval(draws, f"{name}_draws", structure.k, confidence)
        constructs[f"{name}_low"], constructs[f"{name}_high"] = ends[0][drivers], ends[1][drivers]
    cuts = float(constructs["importance"].mean()), float(constructs["performance"].mean())
    items = np.flatnonzero(np.isin(structure.block, drivers))
    indicators = pd.DataFrame(
        {
            "construct": [fit.model.names[i] for i in structure.block[items]],
            "indicator": [fit.model.indicators[i] for i in items],
            "importance": found[1][0][items],
            "performance": by_item[items],
        }
    )
    order = ["construct", "importance", "importance_low", "importance_high",
             "performance", "performance_low", "performance_high", "quadrant"]  # fmt: skip
    return ImportanceMap(
        constructs=_sorted(constructs.assign(quadrant=_quadrants(constructs)))[order],
        indicators=_sorted(indicators.assign(quadrant=_quadrants(indicators))),
        target=target,
        target_performance=float(performance[place]),
        effects=effects,
        importance_cut=cuts[0],
        performance_cut=cuts[1],
        low=low,
        high=high,
        confidence=confidence,
        notes=tuple(_notes(fit, constructs)),
    )


def importances(
    weights: Floats,
    paths: Floats,
    deviations: Floats,
    structure: Structure,
    target: int,
    *,
    effects: str = "unstandardized",
) -> tuple[Floats, Floats]:
    """Total effects of constructs and indicators on a target, for any number of resamples at once.

    Parameters
    ----------
    weights : ndarray, shape (B, p)
        Of standardized indicators, for scores of variance 1.
    paths : ndarray, shape (B, k, k)
        Standardized path coefficients.
    deviations : ndarray, shape (p,) or (B, p)
        Standard deviations of the indicators.
    structure : Structure
        The model.
    target : int
        Number of the construct to be moved.
    effects : {'unstandardized', 'standardized'}
        As in `importance_map`.

    Returns
    -------
    by_construct : ndarray, shape (B, k)
        0 where no way leads to the target.
    by_indicator : ndarray, shape (B, p)

    Notes
    -----
    The score on the scale of the answers is the standardized one divided by the sum of its weights over deviations;
    so an unstandardized effect is the standardized one times the ratio of those sums.
    """
    total = total_effects(paths)[:, :, target]
    if effects == "standardized":
        return total, weights * total[:, structure.block]
    raw = weights / deviations
    sums = np.add.reduceat(raw, structure.starts, axis=1)
    with np.errstate(all="ignore"):
        effect = total * sums / sums[:, target, None]
        return effect, raw / sums[:, structure.block] * effect[:, structure.block]


def _constructs(fit: PLSResult, drivers: Ints, importance: Floats, performance: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "construct": [fit.model.names[int(i)] for i in drivers],
            "importance": importance[drivers],
            "performance": performance[drivers],
        }
    )


def _interval(draws: Floats | None, name: str, k: int, confidence: float) -> tuple[Floats, Floats]:
    if draws is None:
        return np.full(k, np.nan), np.full(k, np.nan)
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != k or not len(values):
        raise ParameterError(
            Problem(name, t("shape {shape}", shape=values.shape), t("resamples by {k} constructs", k=k))
        )
    return percentile_interval(values, confidence=confidence)


def _quadrants(table: pd.DataFrame) -> list[str]:
    """Quadrant of each row, cut at the means; on the cut counts as above it."""
    important = table["importance"] >= table["importance"].mean() - 1e-12
    strong = table["performance"] >= table["performance"].mean() - 1e-12
    return [QUADRANTS[int(b) if a else 2 + int(b)] for a, b in zip(important, strong, strict=True)]


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _notes(fit: PLSResult, constructs: pd.DataFrame) -> Iterable[str]:
    if not fit.admissible:
        yield t("The fit is not admissible; the map means little.")
    if len(against := constructs.loc[constructs["importance"] < 0, "construct"]):
        yield t("Works against the target: {names}.", names=", ".join(against))
    if len(constructs) < 3:
        yield t("With fewer than three drivers the quadrants, cut at the means, say little.")
    if fit.consistent:
        yield t("Effects are corrected for unreliability, scores are not; the unstandardized effects mix the two.")
