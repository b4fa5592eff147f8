"""The search for the best sites: bounds that exclude most links first, then the strong formulation on HiGHS."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from casework.supply_chain.network.lagrange import bounds
from casework.supply_chain.network.places import Places
from casework.supply_chain.network.program import Flags, Floats, Program, Solution, solve

MANY_LINKS = 400_000  # above it the relaxation that leaves links out costs more than it saves


def search(places: Places, links: Flags, time_limit: float, gap: float) -> tuple[Flags, Floats, Solution]:
    """Return open sites, shares of demand and the solver's proof."""
    must, may, fewest, base = places.forced, ~places.barred, places.fewest, places.base_cost
    links = links & (places.demand > 0)
    if not places.limited and links.any() and links.size <= MANY_LINKS:
        fixed = np.where(may, places.site_cost, np.inf)[may]
        cost = np.where(links, places.link_cost, np.inf)[may][:, places.demand > 0]
        found = bounds(cost, fixed, forced=must[may], fewest=fewest, most=places.most)
        if found.bound >= found.cost - gap * abs(found.cost) and _serves_all(cost, found.open):
            opened = np.zeros(len(may), dtype=bool)
            opened[np.flatnonzero(may)[found.open]] = True
            proof = Solution(levels=np.zeros(0), objective=found.cost + base, bound=found.bound + base, seconds=0.0,
                             nodes=0, proven=True)  # fmt: skip
            return opened, _nearest(places, links, opened), proof
        links, may, must = _narrowed(links, may, must, found.links, found.may_open, found.must_open, places.demand > 0)
    program, opened_at, share_at, (i, j) = location_program(places, links, must=must, may=may)
    solution = solve(program, time_limit=time_limit, gap=gap)
    opened = solution.levels[opened_at] > 0.5
    shares = np.zeros(links.shape)
    shares[i, j] = solution.levels[share_at]
    if not places.limited:
        shares = _nearest(places, np.isfinite(places.unit_cost) & (places.demand > 0), opened)
    moved = replace(solution, objective=solution.objective + base, bound=solution.bound + base)
    return opened, shares, moved


def _serves_all(cost: Floats, opened: Flags) -> bool:
    """Return whether every customer has a link to an open site."""
    return bool(np.isfinite(cost[opened].min(axis=0)).all())


def _narrowed(
    links: Flags, may: Flags, must: Flags, kept: Flags, may_open: Flags, must_open: Flags, wanted: Flags
) -> tuple[Flags, Flags, Flags]:
    """Put what remains of the usable part into the whole."""
    links, may_all, must_all = links.copy(), may.copy(), must.copy()
    rows = np.flatnonzero(may)
    links[np.ix_(rows, wanted)] &= kept
    may_all[rows] &= may_open
    must_all[rows] |= must_open
    return links, may_all, must_all


def _nearest(places: Places, links: Flags, opened: Flags) -> Floats:
    """Serve every customer from the cheapest open site."""
    cost = np.where(links & opened[:, None], places.unit_cost, np.inf)
    shares = np.zeros(cost.shape)
    columns = np.flatnonzero(places.demand > 0)
    shares[cost[:, columns].argmin(axis=0), columns] = 1.0
    return shares


def location_program(
    places: Places, links: Flags, *, must: Flags, may: Flags
) -> tuple[Program, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return the strong formulation, where its variables stand, and the links they are for."""
    program = Program()
    count = len(places.sites)
    i, j = np.nonzero(links)
    opened = program.variables(places.site_cost, low=must.astype(float), high=may.astype(float), integer=True)
    amount = (places.unit_cost[i, j] * places.demand[j]) if len(i) else np.zeros(0)
    share = program.variables(amount, high=1.0, integer=places.single and places.limited)
    wanted = (places.demand > 0).astype(float)
    program.rows(len(places.customers), (j, share, 1.0), low=wanted, high=wanted)
    program.rows(len(i), (np.arange(len(i)), share, 1.0), (np.arange(len(i)), opened[i], -1.0), high=0.0)
    program.rows(1, (np.zeros(count, dtype=int), opened, 1.0), low=float(places.fewest), high=float(places.most))
    if places.limited:
        _capacity_rows(program, places, opened, share, (i, j))
    return program, opened, share, (i, j)


def _capacity_rows(
    program: Program, places: Places, opened: np.ndarray, share: np.ndarray, links: tuple[np.ndarray, np.ndarray]
) -> None:
    """No site serves more than it holds, and the open ones together hold all demand."""
    i, j = links
    total = float(places.demand.sum())
    room = np.minimum(places.capacity, total)
    sites = np.arange(len(room))
    program.rows(len(room), (i, share, places.demand[j] / total), (sites, opened, -room / total), high=0.0)
    program.rows(1, (np.zeros(len(room), dtype=int), opened, room / total), low=1.0 - 1e-9)
