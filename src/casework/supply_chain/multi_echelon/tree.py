"""The dynamic programme of Graves and Willems on a tree: service times that make safety stock cheapest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    found, lead = problem.inbound.tolist(), problem.lead_times.tolist()
    for place in problem.network.downstream:
        found[place] = lead[place] + max([found[place], *(found[up] for up in problem.network.suppliers[place])])
    return np.array(found, dtype=np.int64)


def best_times(problem: TreeProblem) -> Times:
    """Outgoing service times with the least cost of safety stock [periods]."""
    order, parents = _peel(problem.network)
    longest = replenishment_times(problem)
    times, roots = longest.tolist(), np.sqrt(np.arange(longest.max() + 1))
    tables: dict[int, Table] = {}
    for place in order:
        tables[place] = _table(problem, place, int(parents[place]), times, roots, tables)
    return _trace(problem, order, parents, tables)


def incoming(problem: TreeProblem, promised: Times) -> Times:
    """Time that each stage waits for its slowest supplier [periods]."""
    found = problem.inbound.copy()
    for up, down in problem.network.links:
        found[down] = max(found[down], promised[up])
    return found


def tighten(problem: TreeProblem, promised: Times) -> Times:
    """Shorten promises that a stage can beat without any stock."""
    found, lead, inbound = promised.tolist(), problem.lead_times.tolist(), problem.inbound.tolist()
    for place in problem.network.downstream:
        wait = max([inbound[place], *(found[up] for up in problem.network.suppliers[place])])
        found[place] = min(found[place], wait + lead[place])
    return np.array(found, dtype=np.int64)


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


def _table(
    problem: TreeProblem, place: int, parent: int, longest: list[int], roots: Floats, tables: dict[int, Table]
) -> Table:
    """Least cost of a stage and all peeled before it by its promise (or wait), and the other time that gives it."""
    own, lead = longest[place], int(problem.lead_times[place])
    waits, promises = own - lead + 1, own + 1
    by_wait, by_promise = np.zeros(waits), np.zeros(promises)
    suppliers = problem.network.suppliers[place]
    for up in suppliers:
        if up != parent:
            by_wait += _stretch(np.minimum.accumulate(tables[up][0]), waits)
    for down in problem.network.customers[place]:
        if down != parent:
            by_promise += np.minimum.accumulate(tables[down][0][::-1])[::-1][:promises]
    by_wait[: problem.inbound[place]] = np.inf
    limit = int(problem.longest_promise[place])
    if limit >= 0:
        by_promise[limit + 1 :] = np.inf
    cost = _own_cost(float(problem.rates[place]) * roots[: own + 1], promises, waits)
    cost = cost + by_wait + by_promise[:, None]
    if parent in suppliers:
        other = cost.argmin(axis=0)
        return cost[other, np.arange(waits)], other
    other = cost.argmin(axis=1)
    return cost[np.arange(promises), other], other


def _own_cost(by_net: Floats, promises: int, waits: int) -> Floats:
    """Cost of safety stock by promise (rows) and wait (columns); infinite where the promise is longer than needed.

    A view of one line of cost by net lead time: a row starts one place further left than the row above it.
    """
    line = np.empty(promises - 1 + len(by_net))
    line[: promises - 1] = np.inf
    line[promises - 1 :] = by_net
    size, start = line.itemsize, len(line) - waits
    return np.ndarray((promises, waits), line.dtype, line.data, start * size, (-size, size))


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
