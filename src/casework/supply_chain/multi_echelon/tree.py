"""The dynamic programme of Graves and Willems on a tree: service times that make safety stock cheapest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from casework.supply_chain.multi_echelon.network import StageNetwork

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

Table = tuple[Floats, Times]


@dataclass(frozen=True)
class TreeProblem:
    """Times and costs of the stages of a tree, in the order of the network.

    Parameters
    ----------
    network : StageNetwork
    lead_times : ndarray of int
        Processing time [periods].
    inbound : ndarray of int
        Service time of outside suppliers [periods].
    longest_promise : ndarray of int
        Longest service time that outside customers accept; -1 where there is no limit.
    rates : ndarray
        Cost of safety stock for a net lead time of 1 [currency/period].
    """

    network: StageNetwork
    lead_times: Times
    inbound: Times
    longest_promise: Times
    rates: Floats


def replenishment_times(problem: TreeProblem) -> Times:
    """Longest time that a stage takes where nobody upstream keeps stock [periods]."""
    found = problem.inbound + problem.lead_times
    for place in problem.network.downstream:
        for up in problem.network.suppliers[place]:
            found[place] = max(found[place], found[up] + problem.lead_times[place])
    return found


def best_times(problem: TreeProblem) -> Times:
    """Outgoing service times with the least cost of safety stock [periods]."""
    order, parents = _peel(problem.network)
    longest = replenishment_times(problem)
    tables: dict[int, Table] = {}
    for place in order:
        tables[place] = _table(problem, place, int(parents[place]), longest, tables)
    return _trace(problem, order, parents, tables)


def incoming(problem: TreeProblem, promised: Times) -> Times:
    """Time that each stage waits for its slowest supplier [periods]."""
    found = problem.inbound.copy()
    for up, down in problem.network.links:
        found[down] = max(found[down], promised[up])
    return found


def tighten(problem: TreeProblem, promised: Times) -> Times:
    """Shorten promises that a stage can beat without any stock."""
    found = promised.copy()
    for place in problem.network.downstream:
        waits = [int(found[up]) for up in problem.network.suppliers[place]]
        least = max(waits, default=0)
        found[place] = min(found[place], max(least, problem.inbound[place]) + problem.lead_times[place])
    return found


def _peel(network: StageNetwork) -> tuple[list[int], Times]:
    """Leaves first, with the one neighbour of each that comes later; -1 for the last stage."""
    near = [{*up, *down} for up, down in zip(network.suppliers, network.customers, strict=True)]
    order = [place for place, own in enumerate(near) if len(own) <= 1]
    parents = np.full(len(near), -1)
    for place in order:
        for parent in near[place]:
            parents[place] = parent
            near[parent].discard(place)
            if len(near[parent]) == 1:
                order.append(parent)
    return order[: len(near)], parents


def _table(problem: TreeProblem, place: int, parent: int, longest: Times, tables: dict[int, Table]) -> Table:
    """Least cost of a stage and all peeled before it by its promise (or wait), and the other time that gives it."""
    own, lead = int(longest[place]), int(problem.lead_times[place])
    waits, promises = own - lead + 1, own + 1
    by_wait, by_promise = np.zeros(waits), np.zeros(promises)
    for up in problem.network.suppliers[place]:
        if up != parent:
            by_wait += _stretch(np.minimum.accumulate(tables[up][0]), waits)
    for down in problem.network.customers[place]:
        if down != parent:
            by_promise += np.minimum.accumulate(tables[down][0][::-1])[::-1][:promises]
    by_wait[: problem.inbound[place]] = np.inf
    if problem.longest_promise[place] >= 0:
        by_promise[problem.longest_promise[place] + 1 :] = np.inf
    cost = _own_cost(float(problem.rates[place]), lead, waits, promises) + by_wait + by_promise[:, None]
    axis = 0 if parent in problem.network.suppliers[place] else 1
    other = cost.argmin(axis=axis)
    return np.take_along_axis(cost, np.expand_dims(other, axis), axis).squeeze(axis), other


def _own_cost(rate: float, lead: int, waits: int, promises: int) -> Floats:
    """Cost of safety stock by promise (rows) and wait (columns); infinite where the promise is longer than needed."""
    line = np.full(promises - 1 + lead + waits, np.inf)
    line[promises - 1 :] = rate * np.sqrt(np.arange(lead + waits))
    return sliding_window_view(line[lead:], waits)[::-1]


def _stretch(values: Floats, size: int) -> Floats:
    """Go on with the last value up to a size."""
    return values[:size] if len(values) >= size else np.append(values, np.full(size - len(values), values[-1]))


def _trace(problem: TreeProblem, order: list[int], parents: Times, tables: dict[int, Table]) -> Times:
    """Read the promises from the tables, from the last peeled stage outwards."""
    waits, promised = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=np.int64)
    for place in order[::-1]:
        costs, other = tables[place]
        parent = parents[place]
        if parent in problem.network.suppliers[place]:
            start = promised[parent]
            waits[place] = start + int(np.argmin(costs[start:]))
            promised[place] = other[waits[place]]
            continue
        end = waits[parent] + 1 if parent >= 0 else len(costs)
        promised[place] = int(np.argmin(costs[:end]))
        waits[place] = other[promised[place]]
    return tighten(problem, promised)
