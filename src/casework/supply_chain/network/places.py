"""Inputs of a location problem, checked and as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.supply_chain.network.positions import Layers, Positions, read_positions
from casework.supply_chain.network.program import Flags, Floats
from casework.supply_chain.network.reading import Column, Reader


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
    positions : Positions or None
        Where sites and customers stand.
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
    positions: Positions | None = None

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
    positions: Layers | None = None,
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
        positions=read_positions(reader, positions, (sites, customers)),
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
