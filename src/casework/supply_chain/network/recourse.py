"""The extensive form of a network under scenarios: sites and ties first, flows in each scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.supply_chain.network.places import Places
from casework.supply_chain.network.program import Flags, Floats, Program, Solution, solve

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Scenarios:
    """Checked scenarios: share of each site's capacity that works, demand of each customer, in order of the columns."""

    names: pd.Index
    probability: Floats
    works: Floats
    demand: Floats
    shortage: Floats

    def only(self, place: int) -> Scenarios:
        """Return one scenario as if it were certain."""
        own = slice(place, place + 1)
        return Scenarios(names=self.names[own], probability=np.ones(1), works=self.works[:, own],
                         demand=self.demand[:, own], shortage=self.shortage)  # fmt: skip


def best_alone(
    places: Places, world: Scenarios, sources: int | None, time_limit: float, gap: float
) -> tuple[Flags, Flags, Solution]:
    """Return the network made for one scenario: open sites, ties of customers, and the proof."""
    return search_sites(places, world, sources, "expected", np.zeros(1), time_limit, gap)


def search_sites(
    places: Places, world: Scenarios, sources: int | None, objective: str, base: Floats, time_limit: float, gap: float
) -> tuple[Flags, Flags, Solution]:
    """Return open sites, ties of customers to sites, and the proof."""
    program = Program()
    count = len(places.sites)
    links = np.isfinite(places.unit_cost) & ~places.barred[:, None]
    keeping = places.site_cost
    opened = program.variables(keeping, low=places.forced.astype(float), high=(~places.barred).astype(float),
                               integer=True)  # fmt: skip
    program.rows(1, (np.zeros(count, dtype=int), opened, 1.0), low=float(places.fewest), high=float(places.most))
    ties = np.full(links.shape, -1)
    if sources is not None:
        i, j = np.nonzero(links)
        tied = program.variables(np.zeros(len(i)), high=1.0, integer=True)
        ties[i, j] = tied
        program.rows(len(i), (np.arange(len(i)), tied, 1.0), (np.arange(len(i)), opened[i], -1.0), high=0.0)
        program.rows(len(places.customers), (j, tied, 1.0), high=float(sources))
    weight = world.probability if objective == "expected" else np.zeros(len(world.names))
    at, cost, scenario = _flows(program, places, world, links, opened, ties, weight)
    if objective != "expected":
        after = places.base_cost if objective == "regret" else 0.0
        unit = max(float(cost.max(initial=0.0)), float(np.abs(keeping).max()), 1e-300)
        top = program.variables(np.array([unit]), low=-np.inf)
        everywhere = np.arange(len(world.names))
        fixed = keeping if objective == "regret" else np.zeros(count)
        program.cost[0] = keeping - fixed
        rows, columns = np.repeat(everywhere, count), np.tile(opened, len(everywhere))
        steady = np.tile(fixed / unit, len(everywhere))
        program.rows(len(everywhere), (scenario, at, cost / unit), (rows, columns, steady),
                     (everywhere, np.repeat(top, len(everywhere)), -1.0), high=(base - after) / unit)  # fmt: skip
    proof = solve(program, time_limit=time_limit, gap=gap)
    chosen = proof.levels[opened] > 0.5
    held = np.ones(links.shape, dtype=bool) if sources is None else (ties >= 0) & (proof.levels[ties] > 0.5)
    if objective != "regret":
        more = places.base_cost
        proof = replace(proof, objective=proof.objective + more, bound=proof.bound + more)
    return chosen, held, proof


def _flows(
    program: Program, places: Places, world: Scenarios, links: Flags, opened: Indices, ties: Indices, weight: Floats
) -> tuple[Indices, Floats, Indices]:
    """Add what is shipped and short in every scenario; return places, costs and scenarios of the variables."""
    wide = links[:, :, None] & (world.works > 0)[:, None, :] & (world.demand > 0)[None, :, :]
    i, j, s = np.nonzero(wide)
    n, total = len(world.names), max(float(world.demand.max(initial=0.0)), 1e-300)
    cost = places.unit_cost[i, j] * world.demand[j, s]
    share = program.variables(cost * weight[s], high=1.0)
    short_j, short_s = np.nonzero(world.demand > 0)
    lost = world.shortage[short_j] * world.demand[short_j, short_s]
    short = program.variables(lost * weight[short_s], high=1.0)
    needs = (world.demand > 0).astype(float).ravel()
    program.rows(len(needs), (j * n + s, share, 1.0), (short_j * n + short_s, short, 1.0), low=needs, high=needs)
    above = np.where(ties[i, j] >= 0, ties[i, j], opened[i])
    program.rows(len(i), (np.arange(len(i)), share, 1.0), (np.arange(len(i)), above, -1.0), high=0.0)
    room = _room(places.capacity, world)
    site, where = np.nonzero(room < world.demand.sum(axis=0))
    number = np.full(room.shape, -1)
    number[site, where] = np.arange(len(site))
    held = number[i, s] >= 0
    program.rows(len(site), (number[i, s][held], share[held], (world.demand[j, s] / total)[held]),
                 (np.arange(len(site)), opened[site], -room[site, where] / total), high=0.0)  # fmt: skip
    return np.r_[share, short], np.r_[cost, lost], np.r_[s, short_s]


def _room(capacity: Floats, world: Scenarios) -> Floats:
    """Units that each site can handle in each scenario, at most what all customers want."""
    total = world.demand.sum(axis=0)
    limited = np.where(np.isfinite(capacity), capacity, 0.0)[:, None] * world.works
    room: Floats = np.where(np.isinf(capacity)[:, None], total, np.minimum(limited, total))
    return room


def recourse(places: Places, world: Scenarios, use: Flags, time_limit: float) -> tuple[Floats, Floats]:
    """Return the cheapest shares shipped (site, customer, scenario) and short (customer, scenario) on these links."""
    program = Program()
    opened = program.variables(np.zeros(len(places.sites)), low=1.0, high=1.0)
    ties = np.full(use.shape, -1)
    _flows(program, places, world, use, opened, ties, np.ones(len(world.names)))
    levels = solve(program, time_limit=time_limit, gap=0.0).levels[len(opened) :]
    wide = use[:, :, None] & (world.works > 0)[:, None, :] & (world.demand > 0)[None, :, :]
    shares, short = np.zeros(wide.shape), np.zeros(world.demand.shape)
    shares[wide] = np.where(levels[: wide.sum()] > 1e-7, levels[: wide.sum()], 0.0)
    short[world.demand > 0] = np.clip(levels[wide.sum() :], 0, 1)
    return shares, np.where(short > 1e-7, short, 0.0)
