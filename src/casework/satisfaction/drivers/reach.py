"""Key dissatisfiers and key enhancers: which failures the dissatisfied share, less those that others have too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import join_sentences, mark, t, tn
from casework.satisfaction.drivers.naming import NamedResult
from casework.satisfaction.drivers.ratings import as_numbers, listed, same_rows
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_sums

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
KeyKind = Literal["dissatisfiers", "enhancers"]
DEFAULT_CUTS = {"dissatisfiers": 6.0, "enhancers": 9.0}
KIND_NAMES = {"dissatisfiers": mark("dissatisfiers"), "enhancers": mark("enhancers")}


@dataclass(frozen=True, kw_only=True, eq=False)
class ReachNoiseResult(NamedResult):
    """Shapley value of each driver in telling the dissatisfied (or the delighted) from the others.

    Attributes
    ----------
    drivers : DataFrame, one row per driver, largest value first
        `driver`; `reach`, the share of the group with this driver low (high, for enhancers); `noise`, the same share
        of the others; `value`, the Shapley value of reach less noise, with `low` and `high`; `cumulative`, reach less
        noise of this driver and all above it together; `key`, whether it belongs to the set with the most of it.
    total, total_low, total_high : float
        Reach less noise of all drivers; the values add up to it.
    group, others : int
        Respondents in the group and outside it.
    gaps : int
        Missing ratings; they count as not low (not high).
    """

    drivers: pd.DataFrame
    kind: str
    outcome: str
    outcome_cut: float
    rating_cut: float
    total: float
    total_low: float
    total_high: float
    group: int
    others: int
    left_out: int
    gaps: int
    confidence: float
    resamples: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per driver."""
        return self.drivers.copy()

    @property
    def key(self) -> list[str]:
        """Drivers of the set that tells the group best from the others."""
        return [str(name) for name in self.drivers.loc[self.drivers["key"], "driver"]]

    @property
    def negative(self) -> list[str]:
        """Drivers whose value is below 0 beyond chance: more noise than reach."""
        return [str(name) for name in self.drivers.loc[self.drivers["high"] < 0, "driver"]]

    def summary(self) -> str:
        """Say which drivers tell the group best from the others."""
        top = self.drivers.iloc[0]
        if self.total <= 0 or top["value"] <= 0:
            return t("These ratings do not tell the two groups apart.")
        first = t(SENTENCES[self.kind], name=t(str(top["driver"])), value=100 * top["value"], total=100 * self.total)
        if not self.key:
            return first
        return join_sentences([first, t("The set that tells the two apart best: {names}.", names=listed(self.key))])


SENTENCES = {
    "dissatisfiers": mark(
        "A low rating of anything is {total:.1f} points more common among the dissatisfied than among the others; "
        "the largest part of that, {value:.1f} points, falls to {name}."
    ),
    "enhancers": mark(
        "A high rating of anything is {total:.1f} points more common among the delighted than among the others; "
        "the largest part of that, {value:.1f} points, falls to {name}."
    ),
}


def reach_noise_shapley(
    ratings: pd.DataFrame,
    outcome: pd.Series,
    *,
    kind: str = "dissatisfiers",
    outcome_cut: float | None = None,
    rating_cut: float | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 7,
) -> ReachNoiseResult:
    """Find the drivers whose failure goes with dissatisfaction (or whose excellence goes with delight).

    Parameters
    ----------
    ratings : DataFrame, shape (n, k)
        Ratings of the drivers; a missing one counts as not low (not high).
    outcome : Series, shape (n,)
        Overall satisfaction, on the same index; respondents without it are left out and counted.
    kind : {'dissatisfiers', 'enhancers'}
        Low ratings among the dissatisfied, or high ratings among the delighted.
    outcome_cut : float, optional
        Up to this outcome (from it on, for enhancers) a respondent is in the group; by default 6 (9).
    rating_cut : float, optional
        Up to this rating (from it on) a driver is low (high); by default 6 (9).
    resamples : int
        Bootstrap resamples of the respondents, 0 for no intervals.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the resamples.

    Returns
    -------
    ReachNoiseResult
        Values may be negative: a driver that is low more often among the others. They are never cut to 0, so they
        add up to the reach less noise of all drivers.

    Raises
    ------
    DataError
        The rows differ, a column holds text, or nobody (or everybody) is in the group.
    ParameterError
        An argument is out of range.

    Notes
    -----
    A set of drivers reaches a respondent when at least one of them is low; the worth of a set is the share of the
    group that it reaches less the share of the others (noise). The Shapley value of this game has a closed form:
    each respondent's one vote is shared equally among the drivers that are low for this respondent. So it takes one
    pass over the answers, whatever the number of drivers, where going through all sets takes 2**k of them.

    References
    ----------
    Conklin, M., Powaga, K., & Lipovetsky, S. (2004). Customer satisfaction analysis: identification of key drivers.
    European Journal of Operational Research, 154(3), 819-827.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff": [3, 4, 9, 8], "price": [2, 9, 5, 9]})
    >>> result = reach_noise_shapley(ratings, pd.Series([4, 5, 9, 8], name="overall"), resamples=0)
    >>> result.drivers[["driver", "value"]].to_numpy().tolist(), result.total
    ([['staff', 0.75], ['price', -0.25]], 0.5)
    """
    check_option("kind", kind, KeyKind)
    check_number("resamples", resamples, low=0)
    check_fraction("confidence", confidence)
    default = DEFAULT_CUTS[kind]
    outcome_cut = check_number("outcome_cut", default if outcome_cut is None else outcome_cut)
    rating_cut = check_number("rating_cut", default if rating_cut is None else rating_cut)
    joint = same_rows(ratings, outcome)
    values = as_numbers(joint)
    asked = np.isfinite(values[:, -1])
    given, judged = values[asked, :-1], values[asked, -1]
    group = judged <= outcome_cut if kind == "dissatisfiers" else judged >= outcome_cut
    _check_groups(group, str(outcome.name), outcome_cut)
    with np.errstate(invalid="ignore"):
        hit = given <= rating_cut if kind == "dissatisfiers" else given >= rating_cut
    votes = _votes(hit, group)
    sums = resampled_sums(votes, resamples=int(resamples), rng=np.random.default_rng(seed)) if resamples else None
    table, total = _table(hit, group, votes, [str(name) for name in ratings.columns])
    table, ends = _with_intervals(table, sums, confidence)
    gaps = int(np.isnan(given).sum())
    return ReachNoiseResult(
        drivers=_ordered(table, hit, group),
        kind=kind,
        outcome=str(outcome.name),
        outcome_cut=outcome_cut,
        rating_cut=rating_cut,
        total=total,
        total_low=ends[0],
        total_high=ends[1],
        group=int(group.sum()),
        others=int((~group).sum()),
        left_out=int((~asked).sum()),
        gaps=gaps,
        confidence=confidence,
        resamples=int(resamples),
        notes=_notes(table, int((~asked).sum()), gaps),
    )


def _check_groups(group: Bools, name: str, cut: float) -> None:
    if not group.any() or group.all():
        found = t("{inside} respondents inside the group and {outside} outside", inside=int(group.sum()),
                  outside=int((~group).sum()))  # fmt: skip
        expected = t("some on both sides of the cut {cut:g}", cut=cut)
        raise DataError(Problem(t("column {name}", name=repr(name)), found, expected, t("Choose another cut.")))


def _votes(hit: Bools, group: Bools) -> Floats:
    """Vote of each respondent for each driver, those of the group and of the others apart, and who is in which."""
    number = hit.sum(axis=1, keepdims=True)
    share = hit / np.maximum(number, 1)
    inside = group[:, None]
    return np.column_stack([share * inside, share * ~inside, inside, ~inside]).astype(np.float64)


def _values(sums: Floats) -> Floats:
    """Shapley values (..., k) from the sums of the votes; not a number where a group is empty."""
    k = sums.shape[-1] // 2 - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Floats = sums[..., :k] / sums[..., -2:-1] - sums[..., k : 2 * k] / sums[..., -1:]
    return values


def _table(hit: Bools, group: Bools, votes: Floats, names: list[str]) -> tuple[pd.DataFrame, float]:
    value = _values(votes.sum(axis=0))
    table = pd.DataFrame(
        {"driver": names, "reach": hit[group].mean(axis=0), "noise": hit[~group].mean(axis=0), "value": value}
    )
    return table, float(value.sum())


def _with_intervals(
    table: pd.DataFrame, sums: Floats | None, confidence: float
) -> tuple[pd.DataFrame, tuple[float, float]]:
    draws = np.full((1, len(table)), np.nan) if sums is None else _values(sums)
    low, high = percentile_interval(draws, confidence=confidence)
    ends = percentile_interval(draws.sum(axis=1), confidence=confidence)
    return table.assign(low=low, high=high), (float(ends[0]), float(ends[1]))


def _ordered(table: pd.DataFrame, hit: Bools, group: Bools) -> pd.DataFrame:
    """Largest value first, with the worth of the first drivers together and the set that is worth most."""
    order = np.argsort(-table["value"].to_numpy(), kind="stable")
    reached = np.logical_or.accumulate(hit[:, order], axis=1)
    worth = reached[group].mean(axis=0) - reached[~group].mean(axis=0)
    key = np.arange(len(order)) <= int(worth.argmax()) if worth.max() > 0 else np.zeros(len(order), dtype=bool)
    return table.iloc[order].assign(cumulative=worth, key=key).reset_index(drop=True)


def _notes(table: pd.DataFrame, left_out: int, gaps: int) -> tuple[str, ...]:
    notes = []
    if left_out:
        notes.append(
            tn(
                "{n} respondent without an overall answer belongs to neither group.",
                "{n} respondents without an overall answer belong to neither group.",
                left_out,
            )
        )
    if gaps:
        notes.append(
            tn("{n} missing rating counts as unremarkable.", "{n} missing ratings count as unremarkable.", gaps)
        )
    negative = table.loc[table["value"] < 0, "driver"].tolist()
    if negative:
        notes.append(t("More noise than reach, so negative: {names}.", names=listed(negative)))
    return tuple(notes)
