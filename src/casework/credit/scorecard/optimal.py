"""The best way to merge fine classes into bins: most information under a trend, exactly, by dynamic programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from casework.credit.scorecard.woe import bin_values, woe_of

Trend = Literal["auto", "monotone", "up", "down", "peak", "valley", "none"]
Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
NEVER = -np.inf
STRAIGHT = ("up", "down")
TRENDS = (*STRAIGHT, "peak", "valley")  # a peak follows from a way up by a turn, a valley from a way down


@dataclass(frozen=True)
class Merged:
    """How fine classes are merged.

    Parameters
    ----------
    starts : tuple of int
        First fine class of each bin, ascending, beginning with 0.
    trend : str
        What the event rate of the bins does: "up", "down", "peak", "valley", "flat" (one bin) or "none".
    limited : bool
        Fewer bins than the trend would allow, because of `max_bins`.
    """

    starts: tuple[int, ...]
    trend: str
    limited: bool = False


@dataclass(frozen=True)
class _Segments:
    """All runs of neighbouring fine classes: [i, j] holds classes i to j."""

    rate: Floats
    value: Floats


@dataclass(frozen=True)
class _Way:
    """The bins that are best under one trend, and their information value."""

    starts: tuple[int, ...]
    value: float


def merge_bins(
    rows: Counts,
    events: Counts,
    *,
    total_goods: float,
    total_bads: float,
    trend: str = "auto",
    max_bins: int | None = None,
    min_events: int = 1,
    smoothing: float = 0.0,
) -> Merged:
    """Merge fine classes so that the information value is largest and the event rate keeps its trend.

    Parameters
    ----------
    rows, events : ndarray of int, shape (m,)
        Counts of the fine classes, in order.
    total_goods, total_bads : float
        All non-events and events of the table (missing and special values too).
    trend : {"auto", "monotone", "up", "down", "peak", "valley", "none"}
        What the event rate may do from bin to bin. "auto": up or down, whichever holds more information, or a peak or
        valley where the likelihood earns the turn.
    max_bins : int, optional
        At most so many bins.
    min_events : int
        Events, and non-events, that each bin needs.
    smoothing : float
        Added to both counts of each bin.

    Returns
    -------
    Merged
        One bin where nothing else is possible.

    Notes
    -----
    Every run of neighbours is a state; the best way to end in a run is the best way to end before it among the runs
    whose event rate lies on the right side of its own: O(m^3) with m at most 20 or so. Runs of equal event rate are one
    bin. A peak is a way up and a way down; it is taken by "auto" where twice the gain in log-likelihood exceeds ln(n)
    for each bin more and for the turn itself (Schwarz, 1978).

    References
    ----------
    Navas-Palencia (2020), Optimal binning: mathematical programming formulation, arXiv:2001.08025 (the problem).

    Examples
    --------
    >>> merge_bins(np.array([20, 20, 20]), np.array([4, 2, 8]), total_goods=46, total_bads=14, trend="up").starts
    (0, 2)
    """
    if not len(rows):
        return Merged((0,), "flat")
    runs = _segments(rows, events, total_goods, total_bads, min_events, smoothing)
    best = _choose(_asked(_solve(runs, trend, None), trend), rows, events, trend)
    limited = max_bins is not None and len(best) > max_bins
    if limited:
        best = _choose(_asked(_solve(runs, trend, max_bins), trend), rows, events, trend)
    return Merged(best, trend_of(rows, events, best), limited)


def trend_of(rows: Counts, events: Counts, starts: tuple[int, ...]) -> str:
    """Say what the event rate of bins does: up, down, peak, valley, flat (one bin) or none.

    Examples
    --------
    >>> trend_of(np.array([10, 10, 10]), np.array([1, 4, 2]), (0, 1, 2))
    'peak'
    """
    e, n = np.add.reduceat(events, starts), np.add.reduceat(rows, starts)
    with np.errstate(invalid="ignore"):
        signs = np.sign(np.diff(e / n))
    signs = signs[signs != 0]
    turns = int((np.diff(signs) != 0).sum())
    if not len(signs):
        return "flat"
    if turns > 1 or np.isnan(signs).any():
        return "none"
    return {(0, True): "up", (0, False): "down", (1, True): "peak", (1, False): "valley"}[turns, bool(signs[0] > 0)]


def _segments(rows: Counts, events: Counts, goods: float, bads: float, min_events: int, smoothing: float) -> _Segments:
    n, e = np.append(0, np.cumsum(rows)), np.append(0, np.cumsum(events))
    m = len(rows)
    upper = np.arange(m)[:, None] <= np.arange(m)[None, :]
    count = np.where(upper, n[None, 1:] - n[:-1, None], 1)
    hits = np.where(upper, e[None, 1:] - e[:-1, None], 0)
    woe = woe_of(count - hits, hits, goods, bads, smoothing)
    value = bin_values(count - hits, hits, woe, goods, bads, smoothing)
    enough = upper & (hits >= min_events) & (count - hits >= min_events) & np.isfinite(value)
    return _Segments(hits / np.maximum(count, 1), np.where(enough, value, NEVER))


def _asked(found: dict[str, _Way], trend: str) -> dict[str, _Way]:
    names = {"auto": TRENDS, "monotone": ("up", "down")}.get(trend, (trend,))
    return {name: way for name, way in found.items() if name in names}


def _choose(options: dict[str, _Way], rows: Counts, events: Counts, trend: str) -> tuple[int, ...]:
    """Bins with the most information; for "auto" a turn has to be earned."""
    straight = [name for name in ("up", "down") if name in options]
    if not options:
        return (0,)
    best = max(straight if trend == "auto" and straight else options, key=lambda name: options[name].value)
    if trend == "auto" and straight:
        best = _turn(best, options, rows, events)
    return options[best].starts


def _turn(best: str, options: dict[str, _Way], rows: Counts, events: Counts) -> str:
    """Take a peak or a valley where the gain in likelihood pays for its bins and its turn."""
    price = np.log(max(2, int(rows.sum())))
    base = 2 * _likelihood(rows, events, options[best].starts) - price * len(options[best].starts)
    earned: dict[str, float] = {
        name: 2 * _likelihood(rows, events, options[name].starts) - price * (len(options[name].starts) + 1)
        for name in ("peak", "valley")
        if name in options and options[name].value > options[best].value
    }
    turned = max(earned, key=lambda name: earned[name], default="")
    return turned if turned and earned[turned] > base else best


def _likelihood(rows: Counts, events: Counts, starts: tuple[int, ...]) -> float:
    n, e = np.add.reduceat(rows, starts).astype(float), np.add.reduceat(events, starts).astype(float)
    return float((xlogy(e, e) + xlogy(n - e, n - e) - xlogy(n, n)).sum())


def _solve(runs: _Segments, trend: str, most: int | None) -> dict[str, _Way]:
    """Best bins for each trend, by dynamic programming over runs; a trend without any way is left out.

    `best[s, k, i, j]` is the largest value of bins under trend s that end with the run i to j, k + 1 bins so far (k is
    always 0 where their number is not limited), and `came` the first class of the run before.
    """
    names = {"none": ("none",), "up": STRAIGHT, "down": STRAIGHT, "monotone": STRAIGHT}.get(trend, TRENDS)
    m, depth, step = len(runs.rate), most or 1, 0 if most is None else 1
    best = np.full((len(names), depth, m, m), NEVER)
    came = np.zeros((len(names), depth, m, m), dtype=np.int64)
    best[:2, 0, 0] = runs.value[0]
    for i in range(1, m):
        allowed = _allowed(runs.rate[:i, i - 1, None], runs.rate[i, None, i:], len(names))
        held = np.where(allowed[:, None], _joined(best[:, :, :i, i - 1])[..., None], NEVER)
        source = held.argmax(axis=2)
        gain = held.max(axis=2)
        best[:, step:, i, i:] = gain[:, : depth - step] + runs.value[i, i:]
        came[:, step:, i, i:] = source[:, : depth - step]
    return {name: way for s, name in enumerate(names) if (way := _way_back(best, came, s, step))}


def _allowed(before: Floats, after: Floats, trends: int) -> npt.NDArray[np.bool_]:
    """Which runs (rows) may stand before which (columns), for each trend; equal event rates never."""
    if trends == 1:
        return np.asarray(before != after)[None]
    way = np.empty((trends, before.shape[0], after.shape[1]), dtype=bool)
    np.less(before, after, out=way[0])
    np.greater(before, after, out=way[1])
    way[2:] = way[1::-1][: trends - 2]
    return way


def _joined(before: Floats) -> Floats:
    """Value of what stands before: a peak may still be on its way up, a valley on its way down."""
    if len(before) < len(TRENDS):
        return before
    joined = before.copy()
    np.maximum(before[:2], before[2:], out=joined[2:])
    return joined


def _way_back(best: Floats, came: npt.NDArray[np.int64], s: int, step: int) -> _Way | None:
    last = best.shape[-1] - 1
    ends = _joined(best[:, :, :, last])[s]
    if not np.isfinite(ends).any():
        return None
    value = float(ends.max())
    depth, first = (int(x) for x in np.unravel_index(int(ends.argmax()), ends.shape))
    starts = [first]
    while True:
        s = s - 2 if s > 1 and best[s, depth, first, last] < best[s - 2, depth, first, last] else s
        if first == 0:
            return _Way(tuple(reversed(starts)), value)
        first, last, depth = int(came[s, depth, first, last]), first - 1, depth - step
        starts.append(first)
