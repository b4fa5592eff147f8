"""Bins of one variable: fine classes, merged under the trend that is asked for, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.messages import mark
from casework.credit.scorecard.bins import Categories, VariableBins, text_of
from casework.credit.scorecard.optimal import Merged, merge_bins, trend_of
from casework.credit.scorecard.prebins import Ladder, counted_ladder, cut_points, gini_splits, join_thin, numeric_ladder
from casework.credit.scorecard.request import EACH, Request
from casework.credit.scorecard.trees import SHORT, gini_splits_of
from casework.credit.scorecard.woe import bin_values, lone_smoothing, woe_of

Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ORDERED = "ordered"  # categories stand in the order of their event rate; there is no trend to choose
TOO_FEW, TREND, LIMIT, ALIKE = (
    mark("too few events"),
    mark("trend of the event rate"),
    mark("limit of bins"),
    mark("similar event rate"),
)


@dataclass(frozen=True)
class Fitted:
    """Bins of one variable with what was counted in them.

    Parameters
    ----------
    bins : VariableBins
        The rule.
    rows, events : ndarray of int, shape (slots,)
        Counts of each slot.
    asked, trend : str
        The trend asked for, and what the event rate of the regular bins does.
    merges : tuple of (int, int, str)
        Slot, number of fine classes (or categories) in it, and why they were merged.
    """

    bins: VariableBins
    rows: Counts
    events: Counts
    asked: str
    trend: str
    merges: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Totals:
    """Which rows are events, and how many there are of both kinds."""

    events: Bools
    goods: int
    bads: int


def weigh(
    fits: Mapping[str, Fitted], totals: Totals, smoothing: float, unseen: str
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, Bools]]:
    """Weight of evidence and information value of each slot, and which slots needed a constant of their own.

    Parameters
    ----------
    fits : mapping of str to Fitted
        All variables; they are weighed in one go.
    totals : Totals
        Events and non-events of the table.
    smoothing : float
        Added to both counts of each bin.
    unseen : {"neutral", "worst"}
        Weight of slots without training rows: 0, or the lowest of the variable.
    """
    rows = np.concatenate([fit.rows for fit in fits.values()])
    bad = np.concatenate([fit.events for fit in fits.values()])
    good, filled = rows - bad, rows > 0
    added = lone_smoothing(good, bad, smoothing)
    woe = np.where(filled, woe_of(good, bad, totals.goods, totals.bads, added), 0.0)
    value = np.where(filled, bin_values(good, bad, woe, totals.goods, totals.bads, added), 0.0)
    ends = np.cumsum([len(fit.rows) for fit in fits.values()])[:-1]
    parts = [dict(zip(fits, np.split(found, ends), strict=True)) for found in (woe, value, filled)]
    if unseen == "worst":
        for name, known in parts[2].items():
            if known.any():
                parts[0][name][~known] = parts[0][name][known].min()
    return parts[0], parts[1], dict(zip(fits, np.split(filled & (added != smoothing), ends), strict=True))


@dataclass(frozen=True)
class _Draft:
    """One variable on its way: counts in order, and what is known of its fine classes.

    Parameters
    ----------
    ladder : Ladder
        Cumulated counts of values, of categories in order, or of fine classes.
    splits : ndarray of int or None
        Where fine classes end; None: the tree shall find them.
    cuts : ndarray of float or None
        Where the fine classes of numbers end; None: between the values of the ladder.
    names : list of str or None
        Categories in order; None for numbers.
    other : pair of ndarray or None
        Counts of special and missing values, in the slots of a rule without regular bins.
    """

    ladder: Ladder
    splits: Counts | None
    cuts: Floats | None = None
    names: list[str] | None = None
    other: tuple[Counts, Counts] | None = None


def fit_variable(read: Floats | Categories, name: str, totals: Totals, request: Request) -> Fitted:
    """Find the bins of one variable; see `fit_variables`."""
    return fit_variables({name: read}, totals, request)[name]


def fit_variables(columns: Mapping[str, Floats | Categories], totals: Totals, request: Request) -> dict[str, Fitted]:
    """Find the bins of variables.

    Parameters
    ----------
    columns : mapping of str to array of float, or (codes, values)
        Numbers, missing as nan, or the place of each cell in the list of different values (`bins.read_column`).
    totals : Totals
        Which rows are events.
    request : Request
        What is asked.
    """
    drafts = {
        name: _categories(read, name, totals, request)
        if isinstance(read, tuple)
        else _numbers(read, name, totals, request)
        for name, read in columns.items()
    }
    unsplit = [draft.ladder for draft in drafts.values() if draft.splits is None]
    least = [_least(ladder, request) for ladder in unsplit]
    found = iter(gini_splits_of(unsplit, max_leaves=request.max_prebins, min_leaf=least))
    return {
        name: _finished(draft, next(found) if draft.splits is None else draft.splits, name, totals, request)
        for name, draft in drafts.items()
    }


def _finished(draft: _Draft, splits: Counts, name: str, totals: Totals, request: Request) -> Fitted:
    """Merge the fine classes and count what is in the bins."""
    rows, events = _between(draft.ladder, splits)
    merged = _merge(rows, events, name, totals, request, numeric=draft.names is None)
    specials = request.special.get(name, ())
    if draft.names is None:
        cuts = cut_points(draft.ladder, splits) if draft.cuts is None else draft.cuts
        kept = cuts if len(merged.starts) == len(rows) else cuts[np.array(merged.starts[1:], dtype=int) - 1]
        bins = VariableBins(name, True, cuts=tuple(kept.tolist()), specials=specials)
    else:
        ends = [0, *splits.tolist(), len(draft.names)]
        edges = [ends[start] for start in (*merged.starts, len(rows))]
        groups = tuple(tuple(draft.names[low:high]) for low, high in pairwise(edges)) if draft.names else ()
        bins = VariableBins(name, False, groups=groups, specials=specials)
    return _fitted(bins, rows, events, merged, draft.other, name, request)


def _numbers(values: Floats, name: str, totals: Totals, request: Request) -> _Draft:
    specials = request.special.get(name, ())
    apart = np.isnan(values)
    for _, found in specials:
        for value in found:
            apart |= values == value
    if not apart.any():
        return _fine_numbers(values, totals.events, name, request)
    rest = VariableBins(name, True, specials=specials)
    other = _count(rest.codes(pd.Series(values[apart])), totals.events[apart], rest.slots)
    return replace(_fine_numbers(values[~apart], totals.events[~apart], name, request), other=other)


def _fine_numbers(values: Floats, events: Bools, name: str, request: Request) -> _Draft:
    """Count numbers; those of many different values are put into fine classes at once, to spare memory."""
    if name in request.cuts:
        cuts = np.array(request.cuts[name], dtype=np.float64)
        return _counted(*_count(np.searchsorted(cuts, values, side="right"), events, len(cuts) + 1), cuts)
    ladder = numeric_ladder(values, events)
    if len(ladder.values) <= SHORT:
        return _Draft(ladder, None)
    splits = gini_splits(ladder, max_leaves=request.max_prebins, min_leaf=_least(ladder, request))
    return _counted(*_between(ladder, splits), cut_points(ladder, splits))


def _counted(rows: Counts, events: Counts, cuts: Floats) -> _Draft:
    return _Draft(counted_ladder(rows, events), np.arange(1, len(rows)), cuts=cuts)


def _least(ladder: Ladder, request: Request) -> int:
    """Rows that a fine class needs."""
    return max(1, int(np.ceil(request.min_share * int(ladder.rows[-1]) - 1e-9)))


def _between(ladder: Ladder, splits: Counts) -> tuple[Counts, Counts]:
    edges = np.concatenate([[0], splits, [len(ladder.rows) - 1]])
    rows, events = ladder.rows[edges], ladder.events[edges]
    return rows[1:] - rows[:-1], events[1:] - events[:-1]


def _merge(rows: Counts, events: Counts, name: str, totals: Totals, request: Request, *, numeric: bool) -> Merged:
    """Join fine classes with too few events, then merge under the trend."""
    if request.thin == "search" or _enough(rows, events, request):
        return _best(rows, events, name, totals, request, numeric=numeric)
    joined = join_thin(rows, events, least=request.min_events)
    coarse = np.add.reduceat(rows, joined), np.add.reduceat(events, joined)
    found = _best(*coarse, name, totals, request, numeric=numeric)
    return replace(found, starts=tuple(int(joined[start]) for start in found.starts))


def _enough(rows: Counts, events: Counts, request: Request) -> bool:
    return bool(np.minimum(events, rows - events).min(initial=request.min_events) >= request.min_events)


def _best(rows: Counts, events: Counts, name: str, totals: Totals, request: Request, *, numeric: bool) -> Merged:
    asked = request.trend_of(name)
    trend = asked if asked == "given" or numeric else "monotone"
    every = tuple(range(len(rows)))
    enough = _enough(rows, events, request)
    if enough and trend == "given":
        return Merged(every, trend_of(rows, events, every))
    if enough and (kept := _stands(rows, events, trend, request)):
        return Merged(every, kept)
    return merge_bins(
        rows,
        events,
        total_goods=totals.goods,
        total_bads=totals.bads,
        trend="none" if trend == "given" else trend,
        max_bins=None if trend == "given" else request.max_bins,
        min_events=request.min_events,
        smoothing=request.smoothing,
    )


def _stands(rows: Counts, events: Counts, trend: str, request: Request) -> str:
    """Trend of the fine classes where it is one asked for: finer bins never hold less information; else nothing."""
    if (
        len(rows) > (request.max_bins or len(rows))
        or request.smoothing
        or trend not in ("auto", "monotone", "up", "down")
    ):
        return ""
    rate = events / np.maximum(rows, 1)
    rises, falls = bool((rate[1:] > rate[:-1]).all()), bool((rate[1:] < rate[:-1]).all())
    if rises and falls:
        return "flat"
    if rises and trend != "down":
        return "up"
    return "down" if falls and trend != "up" else ""


def _categories(read: Categories, name: str, totals: Totals, request: Request) -> _Draft:
    codes, values = read
    rows, events = _count(codes + 1, totals.events, len(values) + 1)
    names, rows, events, lost = _by_name([text_of(value) for value in values], rows, events)
    rest = VariableBins(name, False, specials=request.special.get(name, ()))
    slot = rest.slot_of_text()
    own = [i for i, text in enumerate(names) if text not in slot]
    order, splits = _ordered(names, rows, events, own, name, request)
    return _Draft(
        counted_ladder(rows[order], events[order]),
        splits,
        names=[names[i] for i in order],
        other=_other_counts(rest, names, rows, events, slot, lost) if slot or lost[0] else None,
    )


def _by_name(names: list[str], rows: Counts, events: Counts) -> tuple[list[str], Counts, Counts, tuple[int, int]]:
    """Count by name (1 and "1" are one category), and those of missing values, which stand first."""
    lost = (int(rows[0]), int(events[0]))
    if len(set(names)) == len(names):
        return names, rows[1:], events[1:], lost
    place, found = pd.factorize(pd.Series(names, dtype=object))
    total = (
        np.bincount(place, weights=rows[1:], minlength=len(found)).astype(np.int64),
        np.bincount(place, weights=events[1:], minlength=len(found)).astype(np.int64),
    )
    return [str(text) for text in found], *total, lost


def _ordered(
    names: list[str], rows: Counts, events: Counts, own: list[int], name: str, request: Request
) -> tuple[list[int], Counts | None]:
    """Order categories by event rate, or as groups were given; and say where a new group begins, if that is known."""
    cuts = request.cuts.get(name)
    rate = (events / np.maximum(rows, 1)).tolist()
    by_rate = sorted(own, key=lambda i: (rate[i], names[i]))
    if cuts is None or cuts == EACH:
        return by_rate, np.arange(1, len(by_rate)) if cuts == EACH else None
    at = {text: k for k, group in enumerate(cuts) for text in group} if _is_groups(cuts) else {}
    group_of = {i: at.get(names[i], len(cuts)) for i in by_rate}
    order = sorted(by_rate, key=lambda i: group_of[i])
    return order, np.flatnonzero(np.diff([group_of[i] for i in order])) + 1


def _is_groups(cuts: Any) -> bool:
    return all(isinstance(group, tuple) for group in cuts)


def _other_counts(
    rest: VariableBins,
    names: list[str],
    rows: Counts,
    events: Counts,
    slot: dict[str, int],
    lost: tuple[int, int],
) -> tuple[Counts, Counts]:
    """Count special and missing values, in the slots of a rule without regular bins."""
    found = np.zeros((2, rest.slots), dtype=np.int64)
    for i, text in enumerate(names):
        if text in slot:
            found[:, slot[text]] += (rows[i], events[i])
    found[:, rest.missing] = lost
    return found[0], found[1]


def _fitted(
    bins: VariableBins,
    rows: Counts,
    events: Counts,
    merged: Merged,
    other: tuple[Counts, Counts] | None,
    name: str,
    request: Request,
) -> Fitted:
    """Put the counts of regular bins before those of special and missing values."""
    tail = bins.slots - bins.regular
    counts = []
    for k, fine in enumerate((rows, events)):
        regular = fine if len(merged.starts) == len(fine) else np.add.reduceat(fine, merged.starts)
        rest = np.zeros(tail, dtype=np.int64) if other is None else other[k][-tail:]
        counts.append(np.concatenate([regular[: bins.regular], rest]))
    asked, trend = request.trend_of(name), merged.trend
    if not bins.numeric and len(merged.starts) > 1:
        asked, trend = (asked if asked == "given" else ORDERED), ORDERED
    return Fitted(bins, counts[0], counts[1], asked, trend, _merges(bins, rows, events, merged, request))


def _merges(
    bins: VariableBins, rows: Counts, events: Counts, merged: Merged, request: Request
) -> tuple[tuple[int, int, str], ...]:
    """Slot, number of fine classes (or categories) and reason of each bin that holds more than one."""
    if len(merged.starts) == len(rows) and all(len(group) == 1 for group in bins.groups):
        return ()
    thin = np.minimum(events, rows - events) < request.min_events
    ends = (*merged.starts[1:], len(rows))
    found = []
    for slot, (low, high) in enumerate(zip(merged.starts, ends, strict=True)):
        parts = high - low if bins.numeric else len(bins.groups[slot]) if bins.groups else 0
        if parts > 1:
            reason = TREND if bins.numeric else ALIKE
            if high - low > 1:
                reason = TOO_FEW if thin[low:high].any() else LIMIT if merged.limited else reason
            found.append((slot, parts, reason))
    return tuple(found)


def _count(codes: npt.NDArray[Any], events: Bools, slots: int) -> tuple[Counts, Counts]:
    """Rows and events of each code."""
    cells = np.bincount(codes.astype(np.int64) * 2 + events, minlength=2 * slots).reshape(-1, 2)
    return cells.sum(axis=1), cells[:, 1]
