"""Which sites to open: facility location with or without capacities, to a proven optimum."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.network.lagrange import bounds
from casework.supply_chain.network.program import (
    Flags,
    Floats,
    InfeasibleError,
    Program,
    Solution,
    relative_gap,
    solve,
)
from casework.supply_chain.network.reading import Column, Reader
from casework.supply_chain.network.reasons import deeper_reason, simple_reasons

COLUMNS = (
    mark("site"), mark("customer"), mark("open"), mark("existing"), mark("served"), mark("capacity"),
    mark("utilization"),
    mark("fixed cost"), mark("closing cost"), mark("transport cost"), mark("quantity"), mark("share"), mark("cost"),
)  # fmt: skip
WHOLE_SHARE = 1e-7  # shares of a customer's demand below this are rounding of the solver
MANY_LINKS = 400_000  # above it the relaxation that leaves links out costs more than it saves


@dataclass(frozen=True, kw_only=True)
class Places:
    """Checked inputs of a location problem, arrays in the order of sites and customers.

    Attributes
    ----------
    sites, customers : Index
        Names.
    unit_cost : ndarray, sites x customers
        Cost of a unit delivered [currency/unit]; infinite where a site does not serve a customer.
    demand : ndarray
        Units wanted by each customer.
    fixed, closing, capacity : ndarray
        Cost of an open site, cost of closing an existing one [currency], units that it can handle.
    existing, forced, barred : ndarray of bool
        Sites that are there, that must be open, that must not.
    fewest, most : int
        How many sites may be open.
    single : bool
        Whether each customer is served by one site only.
    """

    sites: pd.Index
    customers: pd.Index
    unit_cost: Floats
    demand: Floats
    fixed: Floats
    closing: Floats
    capacity: Floats
    existing: Flags
    forced: Flags
    barred: Flags
    fewest: int
    most: int
    single: bool

    @property
    def site_cost(self) -> Floats:
        """Cost of opening each site instead of not: what closing an existing one costs is saved."""
        return self.fixed - np.where(self.existing, self.closing, 0.0)

    @property
    def base_cost(self) -> float:
        """Cost of closing all existing sites."""
        return float(self.closing[self.existing].sum())

    @property
    def link_cost(self) -> Floats:
        """Cost of serving a customer's whole demand from each site; 0 where there is no link."""
        return np.where(np.isfinite(self.unit_cost), self.unit_cost, 0.0) * self.demand

    @property
    def limited(self) -> bool:
        """Whether any capacity can bind."""
        return bool((self.capacity[~self.barred] < self.demand.sum()).any())


@dataclass(frozen=True, kw_only=True)
class LocationResult(Result):
    """A network: which sites are open, who is served from where, what it costs and how well that is proven.

    Attributes
    ----------
    sites : DataFrame
        One row per site: `open`, `existing`, `served` [units], `capacity`, `utilization`, `fixed_cost`, `closing_cost`,
        `transport_cost` [currency].
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

    def to_frame(self) -> pd.DataFrame:
        """One row per site."""
        return self.sites.copy()

    def summary(self) -> str:
        """Say what to open, what it costs and how well that is proven."""
        names = ", ".join(str(name) for name in self.open_sites)
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
        max_distance=max_distance, single=single_source, fewest=min_sites, most=max_sites,
    )  # fmt: skip
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    check_number("gap", gap, low=0, high=1)
    result = locate(places, time_limit=float(time_limit), gap=float(gap))
    for note in result.notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def read_places(
    unit_cost: pd.DataFrame,
    *,
    demand: Column,
    fixed_cost: Column,
    capacity: Column,
    single: bool = False,
    fewest: int = 0,
    most: int | None = None,
    open_sites: Sequence[Hashable] = (),
    closed_sites: Sequence[Hashable] = (),
    existing: Sequence[Hashable] = (),
    closing_cost: Column = 0.0,
    distance: pd.DataFrame | None = None,
    max_distance: float | None = None,
) -> Places:
    """Check the inputs of a location problem; arguments and errors are those of `facility_location`."""
    reader = Reader()
    table = reader.table("unit_cost", unit_cost, holes=True)
    sites, customers = table.index, table.columns
    reader.finish()
    places = Places(
        sites=sites,
        customers=customers,
        unit_cost=table.to_numpy(dtype=float),
        demand=reader.column("demand", demand, customers),
        fixed=reader.column("fixed_cost", fixed_cost, sites),
        closing=reader.column("closing_cost", closing_cost, sites),
        capacity=reader.column("capacity", capacity, sites, infinite=True),
        existing=reader.members("existing", existing, sites),
        forced=reader.members("open_sites", open_sites, sites),
        barred=reader.members("closed_sites", closed_sites, sites),
        fewest=0,
        most=len(sites),
        single=bool(single),
    )
    far = _too_far(reader, table, distance, max_distance)
    reader.finish()
    places = _within(places, fewest, most)
    return replace(places, unit_cost=np.where(far, np.inf, places.unit_cost))


def _too_far(reader: Reader, table: pd.DataFrame, distance: pd.DataFrame | None, limit: float | None) -> Flags:
    """Return which links are longer than allowed."""
    none = np.zeros(table.shape, dtype=bool)
    if limit is None:
        return none
    check_number("max_distance", limit, low=0)
    if distance is None:
        reader.add("distance", t("there is no table of distances"), fix=t("Give distances with max_distance."))
        return none
    ways = reader.table("distance", distance, holes=True)
    same = ways.index.isin(table.index).all() and ways.columns.isin(table.columns).all() and ways.shape == table.shape
    if not same:
        reader.add("distance", t("its sites and customers are not those of unit_cost"))
        return none
    return ways.reindex(index=table.index, columns=table.columns).to_numpy() > limit


def _within(places: Places, fewest: int, most: int | None) -> Places:
    """Check how many sites may be open.

    Raises
    ------
    ParameterError
        The numbers do not fit with each other or with the sites.
    """
    count, usable = len(places.sites), int((~places.barred).sum())
    most = count if most is None else most
    problems = []
    for name, value in (("min_sites", fewest), ("max_sites", most)):
        low = 1 if name == "max_sites" else 0
        if isinstance(value, bool) or not float(value).is_integer() or not low <= value <= count:
            problems.append(Problem(name, str(value), t("a whole number from {low} to {high}", low=low, high=count)))
    both = places.sites[places.forced & places.barred]
    if len(both):
        names = ", ".join(map(str, both))
        problems.append(Problem("closed_sites", t("{names} must be open and closed at once", names=names)))
    if not problems and fewest > min(most, usable):
        problems.append(Problem("min_sites", str(fewest), t("at most {x}", x=min(most, usable))))
    if not problems and places.forced.sum() > most:
        problems.append(Problem("max_sites", str(most), t("at least {x}", x=int(places.forced.sum()))))
    if problems:
        raise ParameterError(problems)
    return replace(places, fewest=int(fewest), most=int(min(most, usable)))


def locate(places: Places, *, time_limit: float, gap: float) -> LocationResult:
    """Find the best network for checked inputs."""
    links, usable = np.isfinite(places.unit_cost), ~places.barred
    known = (places.sites, places.customers, places.demand, places.capacity, links, usable, places.most)
    if problems := simple_reasons(*known, places.single):
        raise InfeasibleError(problems)
    try:
        opened, shares, solution = _search(places, links & usable[:, None], time_limit, gap)
    except InfeasibleError:
        raise deeper_reason(*known, time_limit=time_limit) from None
    return network_result(places, opened, shares, solution, gap)


def _search(places: Places, links: Flags, time_limit: float, gap: float) -> tuple[Flags, Floats, Solution]:
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


def network_result(places: Places, opened: Flags, shares: Floats, solution: Solution, gap: float) -> LocationResult:
    """Return the network of open sites and shares, its costs computed from both."""
    shares = _clean(shares)
    quantity = shares * places.demand
    spent = np.where(quantity > 0, np.where(np.isfinite(places.unit_cost), places.unit_cost, 0.0) * quantity, 0.0)
    closed = places.existing & ~opened
    served = quantity.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(opened & (places.capacity > 0), served / places.capacity, np.nan)
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
