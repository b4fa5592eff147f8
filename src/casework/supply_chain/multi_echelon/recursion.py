"""The recursion of Chen and Zheng on grids: expected cost of a serial chain, stage by stage.

Cost passed between stages is taken as linear between the points of a grid, for which the expectation is exact; for
whole demand it is exact altogether. Grids are anchored where the cost has a corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft

from casework.supply_chain.multi_echelon.demand import ChainDemand, LeadTimeDemand

Floats = npt.NDArray[np.float64]

CELLS = 16  # of the coarsest grid, per standard deviation of the least demand over a lead time
MOST_CELLS = 2**21
CORNER = 3.0  # ratio of second differences from which the cost has a corner at a point
MARGIN = 8  # points beyond the bounds of a level


@dataclass(frozen=True)
class ChainCosts:
    """What a serial chain is, the stage that faces customers first."""

    lead_times: Floats
    echelon_holding: Floats
    stockout: float
    demand: ChainDemand

    @property
    def penalty(self) -> float:
        """Cost of a unit short in echelon terms."""
        return float(self.stockout + self.echelon_holding.sum())

    def over(self, stage: int) -> LeadTimeDemand:
        """Demand over the lead time of a stage."""
        return self.demand.over(float(self.lead_times[stage]))


@dataclass(frozen=True)
class StageCurve:
    """Expected cost of a stage and all below it by its echelon level."""

    levels: Floats
    cost: Floats


@dataclass(frozen=True)
class Solution:
    """Levels, cost and curves from one grid."""

    levels: Floats
    cost: float
    curves: tuple[StageCurve, ...]


@dataclass(frozen=True)
class Refined:
    """Levels and cost with how far they still moved in the last refinement."""

    levels: Floats
    cost: float
    level_error: float
    cost_error: float
    step: float
    curves: tuple[StageCurve, ...]


def newsvendor_levels(chain: ChainCosts) -> tuple[Floats, Floats]:
    """Lower and upper bound of every echelon level (Shang and Song 2003)."""
    above = chain.penalty - np.cumsum(chain.echelon_holding)
    sums = np.cumsum(chain.lead_times)
    demands = [chain.demand.over(float(total)) for total in sums]
    low = [demand.quantile(share) for demand, share in zip(demands, above / chain.penalty, strict=True)]
    high = [demand.quantile(share)
            for demand, share in zip(demands, above / (above + chain.echelon_holding), strict=True)]  # fmt: skip
    return np.array(low), np.array(high)


def first_step(chain: ChainCosts) -> float:
    """Step of the coarsest grid: 1 for whole demand."""
    if chain.demand.whole:
        return 1.0
    spread = [chain.over(i).sd for i in range(len(chain.lead_times)) if chain.lead_times[i] > 0]
    return float(min(spread)) / CELLS if spread else 1.0


def refine(chain: ChainCosts, given: Floats | None, tolerance: float) -> Refined:
    """Halve the step until the extrapolated cost stands still."""
    step, bounds = first_step(chain), newsvendor_levels(chain) if given is None else (given, given)
    last = solve(chain, given, step, bounds)
    if chain.demand.whole and (given is None or np.array_equal(given, np.floor(given))):
        return Refined(last.levels, last.cost, 0.0, 0.0, step, last.curves)
    best: tuple[Floats, float] | None = None
    while True:
        step /= 2
        new = solve(chain, given, step, bounds)
        levels, cost = (4 * new.levels - last.levels) / 3, (4 * new.cost - last.cost) / 3
        before = best or (last.levels, last.cost)
        level_error, cost_error = float(np.abs(levels - before[0]).max()), abs(cost - before[1])
        close = cost_error <= tolerance * abs(cost) and level_error <= tolerance * max(float(np.abs(levels).max()), 1)
        if best and (close or cells(chain, step / 2) > MOST_CELLS):
            return Refined(levels if given is None else given, cost, level_error, cost_error, step, new.curves)
        best, last = (levels, cost), new


def cells(chain: ChainCosts, step: float) -> float:
    """Points that the largest grid needs, about."""
    return sum(float(np.ptp(chain.over(i).ends())) for i in range(len(chain.lead_times))) / step


def solve(
    chain: ChainCosts, given: Floats | None, step: float, bounds: tuple[Floats, Floats] | None = None
) -> Solution:
    """Cost of given levels, or the best levels and their cost, on grids of one step."""
    if bounds is None:
        bounds = newsvendor_levels(chain) if given is None else (given, given)
    starts, ends = _ranges(chain, *bounds, step)
    points, passed = _first(chain, starts[0], ends[0], step)
    levels, curves, cost = [], [], 0.0
    for stage, holding in enumerate(chain.echelon_holding):
        anchor = 0.0 if given is None else float(given[stage])
        own = _grid(anchor, starts[stage + 1], ends[stage + 1], step)
        values = _expect(chain.over(stage), points, holding * points + passed, own, step)
        place = int(np.argmin(values)) if given is None else round((anchor - own[0]) / step)
        level, cost = (
            _lowest(own, values, place, chain.demand.whole) if given is None else (anchor, float(values[place]))
        )
        levels.append(level)
        curves.append(StageCurve(own, values))
        points = own
        passed = np.where(own > level, cost, values)
    return Solution(np.array(levels), max(cost, 0.0), tuple(curves))


def _ranges(chain: ChainCosts, low: Floats, high: Floats, step: float) -> tuple[list[float], list[float]]:
    """Return the ends of the grids: of stage 1's stock after the lead time, then of the levels of stage 1, 2, ..."""
    demands = [chain.over(i).ends() for i in range(len(chain.lead_times))]
    start = float(low[-1]) - MARGIN * step
    starts, ends = [start], [float(high[-1]) + MARGIN * step]
    for stage in range(len(chain.lead_times) - 1, -1, -1):
        least, most = demands[stage]
        start = starts[0] - most - 2 * step
        end = ends[0] - least + 2 * step
        if stage:
            start = min(start, float(low[stage - 1]) - MARGIN * step)
            end = max(end, float(high[stage - 1]) + MARGIN * step)
        starts.insert(0, start)
        ends.insert(0, end)
    return starts, ends


def _grid(anchor: float, start: float, end: float, step: float) -> Floats:
    first, last = np.floor((start - anchor) / step), np.ceil((end - anchor) / step)
    return anchor + step * np.arange(first, last + 1)


def _first(chain: ChainCosts, start: float, end: float, step: float) -> tuple[Floats, Floats]:
    """Grid of net stock and the cost of what is short."""
    points = _grid(0.0, min(start, -step), max(end, step), step)
    return points, chain.penalty * np.maximum(-points, 0)


def _expect(demand: LeadTimeDemand, points: Floats, values: Floats, own: Floats, step: float) -> Floats:
    """Return the expected value after demand, for every own point; beyond the grid values go on as straight lines."""
    least, most = demand.ends()
    shift = own[0] - points[0]
    first = int(np.floor((least - shift) / step)) - 1
    last = int(np.ceil((most - shift) / step)) + 1
    weights = demand.weights(shift + step * np.arange(first, last + 1), step)
    before, after = max(last, 0), max(len(own) - 1 - first - (len(values) - 1), 0)
    sums = _wrapped(_extend(values, before, after), weights)
    begin = before - first
    return np.asarray(sums[begin : begin + len(own)])


def _wrapped(values: Floats, weights: Floats) -> Floats:
    """Circular convolution: right wherever all weights lie on values, which is where it is read."""
    room = next_fast_len(len(values), real=True)
    return np.asarray(irfft(rfft(values, room) * rfft(weights, room), room))


def _extend(values: Floats, before: int, after: int) -> Floats:
    """Go on as straight lines on either side."""
    left = values[0] - (values[1] - values[0]) * np.arange(before, 0, -1)
    right = values[-1] + (values[-1] - values[-2]) * np.arange(1, after + 1)
    return np.concatenate([left, values, right])


def _lowest(points: Floats, values: Floats, place: int, whole: bool) -> tuple[float, float]:
    """Lowest point of a curve: a point of the grid for whole demand or at a corner, else of a parabola."""
    if whole or not 2 <= place <= len(points) - 3:
        return float(points[place]), float(values[place])
    bends = np.diff(values[place - 2 : place + 3], 2)
    if bends[1] <= 0 or bends[1] > CORNER * max(bends[0], bends[2]):
        return float(points[place]), float(values[place])
    slope = (values[place + 1] - values[place - 1]) / 2
    step = points[1] - points[0]
    return float(points[place] - slope / bends[1] * step), float(values[place] - slope**2 / (2 * bends[1]))


def thin(curves: Sequence[StageCurve], low: Floats, high: Floats, points: int = 241) -> list[StageCurve]:
    """Part of each curve between two levels, at no more than so many points."""
    found = []
    for curve, start, end in zip(curves, low, high, strict=True):
        inside = np.flatnonzero((curve.levels >= start) & (curve.levels <= end))
        inside = inside[:: max(1, len(inside) // points)]
        found.append(StageCurve(curve.levels[inside], curve.cost[inside]))
    return found
