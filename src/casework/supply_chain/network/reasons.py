"""Why a location problem has no answer: which capacity is short, which customer cannot be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casework.core.errors import Problem
from casework.core.messages import t, tn
from casework.supply_chain.network.program import Flags, Floats, InfeasibleError, Program, solve
from casework.supply_chain.network.reading import show

ROUNDING = 1e-9


def simple_reasons(
    sites: pd.Index, customers: pd.Index, demand: Floats, capacity: Floats, links: Flags, usable: Flags, most: int,
    single: bool,
) -> list[Problem]:  # fmt: skip
    """Return what can be seen without solving: demand out of reach, or above the capacity there is."""
    reach = links & usable[:, None]
    lost = (~reach.any(axis=0)) & (demand > 0)
    problems = []
    if lost.any():
        found = tn("{n} customer cannot be served from any site: {names}",
                   "{n} customers cannot be served from any site: {names}", int(lost.sum()),
                   names=show(customers[lost]))  # fmt: skip
        problems.append(Problem("customers", found, fix=t("Allow longer ways, or more sites.")))
    total, room = float(demand.sum()), float(np.sort(capacity[usable])[::-1][:most].sum())
    if total > room * (1 + ROUNDING):
        found = t("the sites that may be open hold {room:,.6g}, demand is {total:,.6g}", room=room, total=total)
        fix = t("Capacity is short by {short:,.6g}.", short=total - room)
        problems.append(Problem("capacity", found, t("at least {total:,.6g}", total=total), fix))
    held = (
        np.where(reach, capacity[:, None], -np.inf).max(axis=0)
        if single
        else (reach * _finite(capacity, total)).sum(axis=0)
    )
    large = (demand > held * (1 + ROUNDING)) & ~lost
    for place in np.flatnonzero(large)[:5]:
        found = t("{name} wants {demand:,.6g}, the sites in reach can give {room:,.6g}", name=customers[place],
                  demand=demand[place], room=held[place])  # fmt: skip
        fix = t("One site alone has to serve each customer.") if single else ""
        problems.append(Problem("demand", found, fix=fix))
    return problems


def _finite(capacity: Floats, total: float) -> Floats:
    """Capacities, an unlimited one as a column that holds all demand."""
    return np.where(np.isfinite(capacity), capacity, total)[:, None]


def deeper_reason(
    sites: pd.Index, customers: pd.Index, demand: Floats, capacity: Floats, links: Flags, usable: Flags, most: int,
    *, time_limit: float,
) -> InfeasibleError:  # fmt: skip
    """Return why nothing was found though no single condition fails: shared capacity, or too few sites."""
    reach = links & usable[:, None]
    short = deficient(demand, capacity, reach)
    if short.any():
        near = np.asarray(reach[:, short].any(axis=1))
        found = t("{customers} want {demand:,.6g} together; the sites in their reach ({sites}) hold {room:,.6g}",
                  customers=show(customers[short]), demand=float(demand[short].sum()), sites=show(sites[near]),
                  room=float(capacity[near].sum()))  # fmt: skip
        return InfeasibleError(Problem("capacity", found, fix=t("Add capacity there, or allow longer ways.")))
    needed = fewest_sites(demand, capacity, reach, time_limit=time_limit)
    if needed > most:
        found = tn("at most {n} site may be open", "at most {n} sites may be open", most)
        return InfeasibleError(Problem("max_sites", found, t("at least {n}", n=needed)))
    found = t("no design keeps all conditions together")
    fix = t("Allow several sites per customer, more sites, or more capacity.")
    return InfeasibleError(Problem("", found, fix=fix))


def deficient(demand: Floats, capacity: Floats, reach: Flags) -> Flags:
    """Return the customers of a set that wants more than its sites hold together; none where there is no such set.

    With every site open, as much demand as possible is served; the cut of that flow names the set (Ford & Fulkerson,
    1956).
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    i, j = np.nonzero(reach)
    rows = np.r_[j, len(demand) + i]
    matrix = csr_matrix((np.ones(2 * len(i)), (rows, np.tile(np.arange(len(i)), 2))))
    matrix.resize((len(demand) + len(capacity), len(i)))
    limits = np.r_[demand, np.where(np.isfinite(capacity), capacity, demand.sum())]
    found = linprog(-np.ones(len(i)), A_ub=matrix, b_ub=limits, method="highs")
    if found.status != 0 or -found.fun >= demand.sum() * (1 - ROUNDING):
        return np.zeros(len(demand), dtype=bool)
    return _closed_set(demand, found.x, i, j, limits[len(demand) :])


def _closed_set(demand: Floats, flow: Floats, i: np.ndarray, j: np.ndarray, capacity: Floats) -> Flags:
    """Return the customers from which an unserved one can be reached by moving flows."""
    slack = 1e-7 * float(demand.max())
    inside = demand - np.bincount(j, weights=flow, minlength=len(demand)) > slack
    while True:
        near = np.zeros(len(capacity), dtype=bool)
        near[i[inside[j]]] = True
        grown = inside.copy()
        grown[j[near[i] & (flow > slack)]] = True
        if (grown == inside).all():
            return inside
        inside = grown


def fewest_sites(demand: Floats, capacity: Floats, reach: Flags, *, time_limit: float) -> int:
    """Return how many sites are needed to serve every customer."""
    program = Program()
    count, total = len(capacity), float(demand.sum())
    opened = program.variables(np.ones(count), high=1.0, integer=True)
    i, j = np.nonzero(reach & (demand > 0))
    share = program.variables(np.zeros(len(i)), high=1.0)
    program.rows(len(demand), (j, share, 1.0), low=np.where(demand > 0, 1.0, 0.0))
    program.rows(len(i), (np.arange(len(i)), share, 1.0), (np.arange(len(i)), opened[i], -1.0), high=0.0)
    room = np.where(np.isfinite(capacity), capacity, total)
    program.rows(count, (i, share, demand[j] / total), (np.arange(count), opened, -room / total), high=0.0)
    return int(np.ceil(solve(program, time_limit=time_limit, gap=0.0).bound - 1e-6))
