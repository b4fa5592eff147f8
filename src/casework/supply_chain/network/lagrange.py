"""Bounds for location without capacities: what cannot be in a best design is left out before the solver starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casework.supply_chain.network.program import Flags, Floats, Places

ITERATIONS = 300
PATIENCE = 12
CLOSE = 1e-10  # relative gap at which the bound proves the design
SLACK = 1e-7  # of the cost, for rounding: nothing this close to the bound is left out


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Best design found, the bound below it, and what may still be in a better one.

    Attributes
    ----------
    open : ndarray of bool
        Sites of the best design found.
    cost, bound : float
        Its cost, and the cost below which no design can be.
    may_open, must_open : ndarray of bool
        Sites that a better design may have, and those that it must have.
    links : ndarray of bool, sites x customers
        Links that a better design may use.
    """

    open: Flags
    cost: float
    bound: float
    may_open: Flags
    must_open: Flags
    links: Flags


def bounds(cost: Floats, fixed: Floats, *, forced: Flags, fewest: int, most: int) -> Bounds:
    """Bound the cost of serving every customer from one open site.

    Parameters
    ----------
    cost : ndarray, sites x customers
        Cost of serving a customer's demand; infinite where there is no link.
    fixed : ndarray
        Cost of opening each site.
    forced : ndarray of bool
        Sites that must be open.
    fewest, most : int
        How many sites may be open.

    Notes
    -----
    Lagrangian relaxation of "each customer is served" by subgradients, with add, drop and swap for designs
    (Cornuejols, Fisher & Nemhauser, 1977; Beasley, 1993). A link or site whose bound is above the best design's cost
    cannot be in a better one.
    """
    cost = _without_holes(cost, fixed)
    chosen = _improve(_greedy(cost, fixed, forced, fewest), cost, fixed, forced, fewest, most)
    best = _total(chosen, cost, fixed)
    prices = np.partition(cost, min(1, len(cost) - 1), axis=0)[min(1, len(cost) - 1)]
    low, at, theta, idle = -np.inf, prices, 2.0, 0
    for _ in range(ITERATIONS):
        value, opened, savings = _relaxed(prices, cost, fixed, forced, fewest, most)
        if value > low + 1e-12 * abs(low if np.isfinite(low) else 1.0):
            low, at, idle = value, prices, 0
            if (total := _total(opened, cost, fixed)) < best:
                chosen, best = opened, total
        else:
            idle += 1
        slope = 1.0 - (savings[opened] < 0).sum(axis=0)
        length = float(slope @ slope)
        if best - low <= CLOSE * abs(best) or length == 0 or theta < 1e-5:
            break
        if idle >= PATIENCE:
            theta, idle, prices = theta / 2, 0, at
            continue
        prices = prices + theta * (best - value) / length * slope
    chosen = _improve(chosen, cost, fixed, forced, fewest, most)
    return _what_remains(chosen, at, cost, fixed, forced, fewest, most)


def _without_holes(cost: Floats, fixed: Floats) -> Floats:
    """Give links that do not exist a cost above that of any design."""
    finite = np.where(np.isfinite(cost), cost, 0.0)
    large = 2 * (np.abs(finite).max(axis=0).sum() + np.abs(fixed).sum()) + 1
    return np.where(np.isfinite(cost), cost, large)


def _total(chosen: Flags, cost: Floats, fixed: Floats) -> float:
    """Cost of a set of sites, every customer served by the cheapest."""
    return float(fixed[chosen].sum() + cost[chosen].min(axis=0).sum()) if chosen.any() else np.inf


def _greedy(cost: Floats, fixed: Floats, forced: Flags, fewest: int) -> Flags:
    """Start from the forced sites, or the best single one, and add to the fewest."""
    chosen = forced.copy()
    if not chosen.any():
        chosen[int(np.argmin(fixed + cost.sum(axis=1)))] = True
    while chosen.sum() < fewest:
        gain = np.maximum(0, cost[chosen].min(axis=0) - cost).sum(axis=1) - fixed
        chosen[int(np.argmax(np.where(chosen, -np.inf, gain)))] = True
    return chosen


def _improve(chosen: Flags, cost: Floats, fixed: Floats, forced: Flags, fewest: int, most: int) -> Flags:
    """Add, drop or swap sites while that costs less."""
    chosen = chosen.copy()
    total = _total(chosen, cost, fixed)
    while True:
        trial = _best_move(chosen, cost, fixed, forced, fewest, most)
        value = _total(trial, cost, fixed)
        if not value < total - 1e-12 * abs(total):
            return chosen
        chosen, total = trial, value


def _best_move(chosen: Flags, cost: Floats, fixed: Floats, forced: Flags, fewest: int, most: int) -> Flags:
    """Return the best of one site more, one less, and one swapped for another."""
    trials = []
    gain = np.where(chosen, -np.inf, np.maximum(0, cost[chosen].min(axis=0) - cost).sum(axis=1) - fixed)
    best = int(np.argmax(gain))
    if np.isfinite(gain[best]):
        more = chosen.copy()
        more[best] = True
        trials += [more] if chosen.sum() < most else []
        trials += [_drop(more, cost, fixed, forced | (np.arange(len(more)) == best))]
    if chosen.sum() > max(fewest, 1):
        trials.append(_drop(chosen, cost, fixed, forced))
    trials = [trial for trial in trials if trial.sum() <= most]
    return min(trials, key=lambda trial: _total(trial, cost, fixed), default=chosen)


def _drop(chosen: Flags, cost: Floats, fixed: Floats, kept: Flags) -> Flags:
    """Close the open site that is missed least."""
    places = np.flatnonzero(chosen)
    free = ~kept[places]
    if len(places) < 2 or not free.any():
        return chosen
    own = cost[places]
    order = np.argsort(own, axis=0, kind="stable")
    reach = np.arange(own.shape[1])
    loss = own[order[1], reach] - own[order[0], reach]
    missed = np.bincount(order[0], weights=loss, minlength=len(places)) - fixed[places]
    rest = chosen.copy()
    rest[places[int(np.argmin(np.where(free, missed, np.inf)))]] = False
    return rest


def _relaxed(
    prices: Floats, cost: Floats, fixed: Floats, forced: Flags, fewest: int, most: int
) -> tuple[float, Flags, Floats]:
    """Value of the relaxed problem at these prices, the sites it opens, and cost minus price of every link."""
    savings = cost - prices
    worth = fixed + np.minimum(savings, 0).sum(axis=1)
    order, count = _ranked(worth, forced, fewest, most)
    opened = np.zeros(len(worth), dtype=bool)
    opened[order[:count]] = True
    return float(prices.sum() + worth[opened].sum()), opened, savings


def _ranked(worth: Floats, forced: Flags, fewest: int, most: int) -> tuple[Places, int]:
    """Sites from the most to the least wanted, and how many of them are opened."""
    order = np.lexsort((worth, ~forced))
    count = int(np.clip(((worth < 0) | forced).sum(), max(fewest, 1), most))
    return order, count


def _what_remains(
    chosen: Flags, prices: Floats, cost: Floats, fixed: Floats, forced: Flags, fewest: int, most: int
) -> Bounds:
    """Leave out sites and links that no better design can have."""
    value, opened, savings = _relaxed(prices, cost, fixed, forced, fewest, most)
    worth = fixed + np.minimum(savings, 0).sum(axis=1)
    order, count = _ranked(worth, forced, fewest, most)
    last, following = worth[order[count - 1]], worth[order[count]] if count < len(worth) else np.inf
    swapped_out = last if (count == most or last > 0) and not forced[order[count - 1]] else 0.0
    replaced = following if count <= max(fewest, 1) or following < 0 else 0.0
    if_open = value + np.where(opened, 0.0, worth - swapped_out)
    if_closed = value + np.where(opened, replaced - worth, 0.0)
    best = _total(chosen, cost, fixed)
    limit = best + SLACK * abs(best)
    may = (if_open <= limit) | chosen
    links = (if_open[:, None] + np.maximum(savings, 0) <= limit) & may[:, None]
    served = cost[chosen].argmin(axis=0)
    links[np.flatnonzero(chosen)[served], np.arange(cost.shape[1])] = True
    return Bounds(
        open=chosen,
        cost=best,
        bound=min(value, best),
        may_open=may,
        must_open=(if_closed > limit) & chosen,
        links=links,
    )
