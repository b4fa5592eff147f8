"""Sites, customers and plants in one table: what the location models need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.messages import mark, t, tn
from casework.supply_chain.network.distance import COLUMNS as COORDINATES
from casework.supply_chain.network.distance import Metric, distance_matrix
from casework.supply_chain.network.echelons import EchelonResult, two_echelon_network
from casework.supply_chain.network.location import LocationResult, facility_location
from casework.supply_chain.network.reading import Reader, show

COLUMNS = (mark("kind"), mark("name"), mark("x"), mark("y"), mark("longitude"), mark("latitude"))
KINDS = ("site", "customer", "plant")
TRUE, FALSE = {"yes", "y", "true", "1", "1.0", "是", "有"}, {"no", "n", "false", "0", "0.0", "", "nan", "否", "无"}


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkTable:
    """Places read from one table; names in the indexes, in the order of the rows.

    Attributes
    ----------
    sites : DataFrame
        `fixed_cost`, `closing_cost` [currency], `capacity` [units], `existing`, and coordinates where there are.
    customers : DataFrame
        Demand by product [units], and coordinates.
    plants : DataFrame
        What each can make of every product [units] (infinite where the cell is empty), and coordinates.
    products : tuple of str
        Names of the products.
    unit_cost : DataFrame, sites x customers
        Cost of a unit delivered [currency/unit]; infinite where there is no link.
    distance : DataFrame or None
        Sites x customers, with the detour.
    inbound_cost : DataFrame or None
        Plants x sites [currency/unit].
    """

    sites: pd.DataFrame
    customers: pd.DataFrame
    plants: pd.DataFrame
    products: tuple[str, ...]
    unit_cost: pd.DataFrame
    distance: pd.DataFrame | None = None
    inbound_cost: pd.DataFrame | None = None

    @property
    def demand(self) -> pd.Series:
        """Units of all products that each customer wants."""
        return self.customers[list(self.products)].sum(axis=1)

    @property
    def existing(self) -> list[Any]:
        """Names of the sites that are there now."""
        return list(self.sites.index[self.sites["existing"]])

    @property
    def positions(self) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """Where sites and customers stand, for `facility_location`; None without coordinates."""
        return None if self.distance is None else (self.sites, self.customers)

    @property
    def inputs(self) -> dict[str, Any]:
        """Arguments that `facility_location` and `scenario_design` share, beside the unit costs."""
        return {"existing": self.existing, "closing_cost": self.sites["closing_cost"], "demand": self.demand,
                "fixed_cost": self.sites["fixed_cost"], "capacity": self.sites["capacity"],
                "positions": self.positions}  # fmt: skip

    def mean_distance(self, network: LocationResult) -> float:
        """Return the mean road of a unit from site to customer; missing without distances.

        Parameters
        ----------
        network : LocationResult
            A network of these places.
        """
        if self.distance is None or network.flows.empty:
            return float("nan")
        rows = self.distance.index.get_indexer(pd.Index(network.flows["site"]))
        columns = self.distance.columns.get_indexer(pd.Index(network.flows["customer"]))
        return float(np.average(self.distance.to_numpy()[rows, columns], weights=network.flows["quantity"]))

    def locate(self, **given: Any) -> LocationResult:
        """Call `facility_location` with these places.

        Parameters
        ----------
        **given
            Further arguments of `facility_location`.

        Raises
        ------
        DataError, ParameterError
            As in `facility_location`.
        """
        return facility_location(self.unit_cost, **self.inputs, distance=self.distance, **given)

    def two_echelons(self, *, outbound_cost: pd.DataFrame | None = None, **given: Any) -> EchelonResult:
        """Call `two_echelon_network` with these places; sites are the warehouses.

        Parameters
        ----------
        outbound_cost : DataFrame, sites x customers
            Cost of a unit from site to customer; `unit_cost` by default.
        **given
            Further arguments of `two_echelon_network`.

        Raises
        ------
        DataError
            There is no plant or there are no coordinates, and as in `two_echelon_network`.
        ParameterError
            As in `two_echelon_network`.
        """
        if self.inbound_cost is None:
            reader = Reader()
            reader.add("plants", t("there is no plant with coordinates"))
            reader.finish()
        products = list(self.products)
        return two_echelon_network(
            self.inbound_cost, demand=self.customers[products], supply=self.plants[products],  # type: ignore[arg-type]
            plant_fixed_cost=self.plants["fixed_cost"], plant_capacity=self.plants["capacity"],
            warehouse_capacity=self.sites["capacity"], warehouse_fixed_cost=self.sites["fixed_cost"],
            outbound_cost=self.unit_cost if outbound_cost is None else outbound_cost,
            positions=(self.plants, self.sites, self.customers), **given,
        )  # fmt: skip


def read_network(
    places: pd.DataFrame,
    *,
    products: Sequence[str] = ("demand",),
    kind: str = "kind",
    name: str = "name",
    fixed_cost: str = "fixed_cost",
    capacity: str = "capacity",
    existing: str = "existing",
    closing_cost: str = "closing_cost",
    coordinates: tuple[str, str] | None = None,
    metric: Metric = "euclidean",
    rate: float = 1.0,
    inbound_rate: float | None = None,
    detour: float = 1.0,
    matrix: bool = False,
) -> NetworkTable:
    """Read sites, customers and plants from one table.

    Parameters
    ----------
    places : DataFrame
        One row per place. A name may occur once per kind.
    products : sequence of str
        Columns of quantities, at least 0: what customers want, and what plants can make (empty for no limit).
    kind, name : str
        Columns of the kind of place (site, customer or plant) and of its name.
    fixed_cost, capacity, existing, closing_cost : str
        Columns for sites (and for plants the first two); a column that the table does not have means no cost, no
        limit, nothing there. An empty cell means the same. `existing` holds yes or no.
    coordinates : (str, str)
        Columns of x and y, or of longitude and latitude; those names by default.
    metric : {"great_circle", "euclidean", "manhattan"}
        As in `distance_matrix`.
    rate, inbound_rate : float
        Cost of a unit and a distance of 1 from site to customer and from plant to site [currency], at least 0;
        the same by default.
    detour : float
        Length of the road over the distance, at least 1.
    matrix : bool
        Whether unit costs stand in the table instead: in each customer's row, in columns that have the names of the
        sites (empty where a site does not serve the customer).

    Raises
    ------
    DataError
        A column is missing; a kind is unknown; there is no site or no customer; a name is empty or stands there twice;
        a number is missing, negative or none; a coordinate is missing or out of range. All are told together.
    ParameterError
        A rate is below 0, or the detour below 1.

    Examples
    --------
    >>> rows = [("site", "north", 0, 0, None, 20), ("site", "south", 9, 0, None, 30), ("customer", "a", 1, 0, 10, None),
    ...         ("customer", "b", 7, 0, 5, None)]
    >>> places = pd.DataFrame(rows, columns=["kind", "name", "x", "y", "demand", "fixed_cost"])
    >>> table = read_network(places, rate=2)
    >>> table.unit_cost.loc["south"].tolist(), table.locate().cost
    ([16.0, 4.0], 90.0)
    """
    check_number("rate", rate, low=0)
    check_number("inbound_rate", rate if inbound_rate is None else inbound_rate, low=0)
    check_number("detour", detour, low=1)
    reader = Reader()
    parts = _by_kind(reader, places, kind, name)
    names = {"fixed_cost": fixed_cost, "capacity": capacity, "existing": existing, "closing_cost": closing_cost}
    axes = () if matrix else _axes(places, coordinates, metric)
    _have(reader, places, [*products, *axes])
    reader.finish()
    sites = _sites(reader, parts["site"], names, closing=True)
    plants = _sites(reader, parts["plant"], names, closing=False)
    customers = _quantities(reader, parts["customer"], products, 0.0, needed=len(products) == 1)
    if not reader.problems and not (customers.to_numpy() > 0).any():
        reader.add(", ".join(products), t("no customer wants anything"))
    plants = plants.join(_quantities(reader, parts["plant"], products, np.inf))
    costs = _matrix(reader, parts["customer"], sites.index) if matrix else None
    reader.finish()
    if costs is not None:
        return NetworkTable(sites=sites, customers=customers, plants=plants, products=tuple(products), unit_cost=costs)
    standard = dict(zip(axes, _standard(metric), strict=True))
    sites, customers, plants = (
        table.join(part[list(axes)].rename(columns=standard)) for table, part in
        ((sites, parts["site"]), (customers, parts["customer"]), (plants, parts["plant"]))
    )  # fmt: skip
    ways = detour * distance_matrix(sites, customers, metric=metric)
    into = None if plants.empty else detour * distance_matrix(plants, sites, metric=metric)
    inbound = None if into is None else into * (rate if inbound_rate is None else inbound_rate)
    return NetworkTable(sites=sites, customers=customers, plants=plants, products=tuple(products), distance=ways,
                        unit_cost=rate * ways, inbound_cost=inbound)  # fmt: skip


def _standard(metric: Metric) -> tuple[str, str]:
    """Names of the coordinates, across first."""
    up, across = COORDINATES[metric]
    return (across, up) if metric == "great_circle" else (up, across)


def _axes(places: pd.DataFrame, given: tuple[str, str] | None, metric: Metric) -> tuple[str, str]:
    """Columns of the coordinates, across first."""
    return given if given is not None else _standard(metric)


def _have(reader: Reader, places: pd.DataFrame, names: Sequence[str]) -> None:
    """Tell columns that the table lacks."""
    for column in dict.fromkeys(names):
        if column not in places:
            found = t("column {name} is missing", name=repr(column))
            reader.add("places", found, fix=suggest(column, map(str, places.columns)))


def _by_kind(reader: Reader, places: pd.DataFrame, kind: str, name: str) -> dict[str, pd.DataFrame]:
    """Split the table by kind, names in the index."""
    _have(reader, places, [kind, name])
    reader.finish()
    kinds = places[kind].astype("string").str.strip().str.casefold().fillna("")
    wrong = places.index[~kinds.isin(KINDS)]
    if len(wrong):
        told = show(f"{row}: {places.loc[row, kind]!s}" for row in wrong)
        found = tn(
            "{n} row is of no known kind: {rows}", "{n} rows are of no known kind: {rows}", len(wrong), rows=told
        )
        reader.add(kind, found, ", ".join(KINDS))
    names = places[name].astype("string").str.strip()
    empty = places.index[(names.isna() | (names == "")).to_numpy()]
    if len(empty):
        reader.add(name, tn("{n} row has no name: {rows}", "{n} rows have no name: {rows}", len(empty),
                            rows=show(empty)))  # fmt: skip
    parts = {}
    for what in KINDS:
        mask = (kinds == what).to_numpy()
        parts[what] = places[mask].set_axis(pd.Index(names[mask].astype(object), name=what), axis=0)
        twice = parts[what].index[parts[what].index.duplicated()].dropna()
        if len(twice):
            reader.add(name, t("names of one kind stand there twice: {names}", names=show(dict.fromkeys(twice))))
        if what != "plant" and not mask.any():
            reader.add(kind, t("there is no row of the kind {kind}", kind=what))
    return parts


def _sites(reader: Reader, part: pd.DataFrame, names: dict[str, str], *, closing: bool) -> pd.DataFrame:
    """Costs and capacity of sites or plants."""
    found = {
        "fixed_cost": _numbers(reader, part, names["fixed_cost"], 0.0),
        "capacity": _numbers(reader, part, names["capacity"], np.inf),
    }
    if closing:
        found["closing_cost"] = _numbers(reader, part, names["closing_cost"], 0.0)
        found["existing"] = _flags(reader, part, names["existing"])
    return pd.DataFrame(found, index=part.index)


def _quantities(
    reader: Reader, part: pd.DataFrame, products: Sequence[str], empty: float, *, needed: bool = False
) -> pd.DataFrame:
    """Quantities by product."""
    values = {name: _numbers(reader, part, name, empty, needed=needed) for name in products}
    return pd.DataFrame(values, index=part.index, columns=list(products))


def _numbers(reader: Reader, part: pd.DataFrame, column: str, empty: float, *, needed: bool = False) -> Any:
    """Numbers of a column, at least 0, with a value for empty cells."""
    if column not in part:
        return np.full(len(part), empty)
    cells = part[column]
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    blank = cells.isna().to_numpy() | (cells.astype("string").str.strip() == "").fillna(True).to_numpy(dtype=bool)
    bad = (np.isnan(values) & ~blank) | (values < 0) | (blank & needed) | (np.isinf(values) & np.isfinite(empty))
    if bad.any():
        reader.add(column, t("no valid number for {names}", names=show(part.index[bad])), t("at least {x}", x=0))
    return np.where(blank, empty, values)


def _flags(reader: Reader, part: pd.DataFrame, column: str) -> Any:
    """Return which cells say yes."""
    if column not in part:
        return np.zeros(len(part), dtype=bool)
    words = part[column].astype("string").fillna("").str.strip().str.casefold()
    wrong = ~words.isin(TRUE | FALSE).to_numpy(dtype=bool)
    if wrong.any():
        reader.add(column, t("neither yes nor no for {names}", names=show(part.index[wrong])), "yes, no")
    return words.isin(TRUE).to_numpy(dtype=bool)


def _matrix(reader: Reader, part: pd.DataFrame, sites: pd.Index) -> pd.DataFrame:
    """Return unit costs that stand in the customers' rows."""
    if lacking := [str(site) for site in sites if site not in part]:
        found = t("there is no column of unit costs for {names}", names=show(lacking))
        reader.add("places", found, t("one column for each site, with its name"))
        return pd.DataFrame(index=sites, columns=part.index, dtype=float)
    values = {site: _numbers(reader, part, str(site), np.inf) for site in sites}
    return pd.DataFrame(values, index=part.index).T.rename_axis(index="site")
