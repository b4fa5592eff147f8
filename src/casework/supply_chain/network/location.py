"""Which sites to open: facility location with or without capacities, to a proven optimum."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import CaseworkWarning
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.network.places import Places, read_places
from casework.supply_chain.network.positions import Layers
from casework.supply_chain.network.program import Flags, Floats, InfeasibleError, Solution, relative_gap
from casework.supply_chain.network.reading import Column
from casework.supply_chain.network.reasons import deeper_reason, simple_reasons
from casework.supply_chain.network.search import search

COLUMNS = (
    mark("site"), mark("customer"), mark("open"), mark("existing"), mark("served"), mark("capacity"),
    mark("utilization"),
    mark("fixed cost"), mark("closing cost"), mark("transport cost"), mark("quantity"), mark("share"), mark("cost"),
    mark("fixed"), mark("closing"), mark("transport"), mark("total"),
)  # fmt: skip
WHOLE_SHARE = 1e-7  # shares of a customer's demand below this are rounding of the solver


@dataclass(frozen=True, kw_only=True)
class LocationResult(Result):
    """A network: which sites are open, who is served from where, what it costs and how well that is proven.

    Attributes
    ----------
    sites : DataFrame
        One row per site: `open`, `existing`, `served` [units], `capacity`, `utilization` (missing where capacity has
        no limit), `fixed_cost`, `closing_cost`, `transport_cost` [currency].
    flows : DataFrame
        One row per link in use: `site`, `customer`, `quantity` [units], `share` of the customer's demand,
        `cost` [currency].
    costs : Series
        `fixed`, `closing`, `transport` and `total` [currency].
    bound : float
        No design costs less than this [currency].
    gap : float
        Share of the cost that is not proven to be needed; 0 for a proven optimum.
    seconds : float
        Time of the solver.
    nodes : int
        Branches of the search.
    places : Places
        The inputs.
    notes : tuple of str
        What must be read with care.
    """

    sites: pd.DataFrame
    flows: pd.DataFrame
    costs: pd.Series
    bound: float
    gap: float
    seconds: float
    nodes: int
    places: Places
    notes: tuple[str, ...] = field(default=())

    @property
    def cost(self) -> float:
        """Cost of the network [currency]."""
        return float(self.costs["total"])

    @property
    def open_sites(self) -> tuple[Hashable, ...]:
        """Names of the open sites."""
        return tuple(self.sites.index[self.sites["open"]])

    @property
    def unit_cost(self) -> pd.DataFrame:
        """Unit costs used, sites x customers; infinite where a site may not serve a customer."""
        return pd.DataFrame(self.places.unit_cost, index=self.places.sites, columns=self.places.customers)

    def to_frame(self) -> pd.DataFrame:
        """One row per site."""
        return self.sites.copy()

    def summary(self) -> str:
        """Say what to open, what it costs and how well that is proven."""
        names = ", ".join(str(name) for name in self.open_sites) or "–"
        text = tn("{n} of {all} sites is open ({names}); the network costs {cost:,.2f}.",
                  "{n} of {all} sites are open ({names}); the network costs {cost:,.2f}.",
                  len(self.open_sites), all=len(self.sites), names=names, cost=self.cost)  # fmt: skip
        return "\n".join([text, *self.notes])


def facility_location(
    unit_cost: pd.DataFrame,
    *,
    demand: Column = 1.0,
    fixed_cost: Column = 0.0,
    capacity: Column = np.inf,
    single_source: bool = False,
    min_sites: int = 0,
    max_sites: int | None = None,
    open_sites: Sequence[Hashable] = (),
    closed_sites: Sequence[Hashable] = (),
    existing: Sequence[Hashable] = (),
    closing_cost: Column = 0.0,
    distance: pd.DataFrame | None = None,
    max_distance: float | None = None,
    positions: Layers | None = None,
    time_limit: float = 60.0,
    gap: float = 1e-6,
) -> LocationResult:
    """Choose the sites to open and who serves whom, at the least cost.

    Parameters
    ----------
    unit_cost : DataFrame, sites x customers
        Cost of one unit from the site to the customer [currency/unit], at least 0; infinite where there is no link.
    demand : scalar, column or mapping by customer
        Units wanted, at least 0.
    fixed_cost : scalar, column or mapping by site
        Cost of an open site [currency], at least 0.
    capacity : scalar, column or mapping by site
        Units that a site can handle, at least 0; infinite without a limit.
    single_source : bool
        Whether each customer is served from one site only.
    min_sites, max_sites : int
        How many sites may be open; the same number twice fixes it.
    open_sites, closed_sites : sequence of names
        Sites that must be open, and that must not.
    existing : sequence of names
        Sites that are there now; one that is not kept costs its `closing_cost`.
    closing_cost : scalar, column or mapping by site
        Cost of closing an existing site [currency], at least 0.
    distance : DataFrame, sites x customers
        Distances for the limit of service; same names as `unit_cost`.
    max_distance : float
        Customers are served from no further than this [unit of `distance`].
    positions : two DataFrames
        Where the sites and the customers stand, for a map: names in the index, columns `x` and `y`, or `longitude` and
        `latitude`; the tables of `distance_matrix` do.
    time_limit : float
        Seconds for the solver, above 0; at the limit the best design found is returned with its gap and a warning.
    gap : float
        Relative gap at which the solver may stop, at least 0.

    Returns
    -------
    LocationResult
        The network, its costs and the proof.

    Raises
    ------
    DataError
        A table or column does not fit: missing, negative or not a number, names that are unknown or repeated;
        demand that no capacity can meet (`InfeasibleError`, which names the capacity or the customers).
    ParameterError
        A number out of range, a site both open and closed, or nothing was found within the time limit.

    Warns
    -----
    CaseworkWarning
        The time limit came before the proof.

    Notes
    -----
    Strong formulation: the share x_ij of a customer's demand served by a site is at most y_i for every link, not for
    their sum. Without capacities, links and sites that Lagrangian bounds exclude are left out before HiGHS starts; the
    optimum is the same. Costs are linear in quantity; economies of scale, stock and time are not in this model.

    References
    ----------
    Krarup & Pruzan (1983), The simple plant location problem; Cornuejols, Sridharan & Thizy (1991);
    Beasley (1988), An algorithm for solving large capacitated warehouse location problems (OR-Library cap instances).

    Examples
    --------
    >>> costs = pd.DataFrame([[1, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
    >>> network = facility_location(costs, demand=[10, 10, 10], fixed_cost=[20, 30])
    >>> network.open_sites, network.cost
    (('north', 'south'), 110.0)
    """
    places = read_places(
        unit_cost, demand=demand, fixed_cost=fixed_cost, capacity=capacity, open_sites=open_sites,
        closed_sites=closed_sites, existing=existing, closing_cost=closing_cost, distance=distance,
        max_distance=max_distance, positions=positions, single=single_source, fewest=min_sites, most=max_sites,
    )  # fmt: skip
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    check_number("gap", gap, low=0, high=1)
    result = locate(places, time_limit=float(time_limit), gap=float(gap))
    for note in result.notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def locate(places: Places, *, time_limit: float, gap: float) -> LocationResult:
    """Find the best network for checked inputs."""
    links, usable = np.isfinite(places.unit_cost), ~places.barred
    known = (places.sites, places.customers, places.demand, places.capacity, links, usable, places.most)
    if problems := simple_reasons(*known, places.single):
        raise InfeasibleError(problems)
    try:
        opened, shares, solution = search(places, links & usable[:, None], time_limit, gap)
    except InfeasibleError:
        raise deeper_reason(*known, time_limit=time_limit) from None
    return network_result(places, opened, shares, solution, gap)


def network_result(places: Places, opened: Flags, shares: Floats, solution: Solution, gap: float) -> LocationResult:
    """Return the network of open sites and shares, its costs computed from both."""
    shares = _clean(shares)
    quantity = shares * places.demand
    spent = np.where(quantity > 0, np.where(np.isfinite(places.unit_cost), places.unit_cost, 0.0) * quantity, 0.0)
    closed = places.existing & ~opened
    served = quantity.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        known = opened & (places.capacity > 0) & np.isfinite(places.capacity)
        used = np.where(known, served / places.capacity, np.nan)
    sites = pd.DataFrame(
        {
            "open": opened, "existing": places.existing, "served": served, "capacity": places.capacity,
            "utilization": used, "fixed_cost": np.where(opened, places.fixed, 0.0),
            "closing_cost": np.where(closed, places.closing, 0.0), "transport_cost": spent.sum(axis=1),
        },
        index=places.sites.rename("site"),
    )  # fmt: skip
    i, j = np.nonzero(quantity)
    flows = pd.DataFrame(
        {"site": places.sites[i], "customer": places.customers[j], "quantity": quantity[i, j], "share": shares[i, j],
         "cost": spent[i, j]}
    )  # fmt: skip
    costs = pd.Series({"fixed": float(sites["fixed_cost"].sum()), "closing": float(sites["closing_cost"].sum()),
                       "transport": float(spent.sum())})  # fmt: skip
    costs["total"] = float(costs.sum())
    left = relative_gap(float(costs["total"]), min(solution.bound, float(costs["total"])))
    return LocationResult(
        sites=sites, flows=flows, costs=costs, bound=min(solution.bound, float(costs["total"])), gap=left,
        seconds=solution.seconds, nodes=solution.nodes, places=places, notes=_notes(solution, left),
    )  # fmt: skip


def _clean(shares: Floats) -> Floats:
    """Take rounding of the solver out of shares."""
    shares = np.where(shares < WHOLE_SHARE, 0.0, shares)
    total = shares.sum(axis=0)
    return shares / np.where(total > 0, total, 1.0)


def _notes(solution: Solution, left: float) -> tuple[str, ...]:
    """Say what is not proven."""
    if solution.proven:
        return ()
    return (t("The time limit came first: a design may exist that costs up to {gap:.2%} less.", gap=left),)
