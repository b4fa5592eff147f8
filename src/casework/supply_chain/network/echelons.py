"""Two echelons and several products: plants ship to warehouses, warehouses to customers."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.network.positions import Layers, Positions, read_positions
from casework.supply_chain.network.program import (
    Flags,
    Floats,
    InfeasibleError,
    Program,
    Solution,
    relative_gap,
    solve,
)
from casework.supply_chain.network.reading import Column, Names, Reader, show

Indices = npt.NDArray[np.int64]
ROUNDING = 1e-7
COLUMNS = (
    mark("plant"), mark("warehouse"), mark("product"), mark("shipped"), mark("inbound cost"), mark("outbound cost"),
    mark("production cost"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Echelons:
    """Checked inputs; arrays in the order of the names.

    Attributes
    ----------
    plants, warehouses, customers, products : Index
        Names.
    inbound : ndarray, plants x warehouses
        Cost of a unit of size [currency]; infinite where there is no link.
    outbound : ndarray, warehouses x customers
        The same.
    demand : ndarray, customers x products
        Units wanted.
    supply, making : ndarray, plants x products
        Units that a plant can make of a product, and cost of a unit.
    plant_room, warehouse_room : ndarray
        Units of size that each can handle.
    plant_fixed, warehouse_fixed : ndarray
        Cost of having each open.
    size : ndarray
        Size of a unit of each product.
    most : int
        How many warehouses may be open.
    single : bool
        Whether each customer has one warehouse for all products.
    forced, barred : ndarray of bool
        Warehouses that must be open, and that must not.
    positions : Positions or None
        Where plants, warehouses and customers stand.
    """

    plants: pd.Index
    warehouses: pd.Index
    customers: pd.Index
    products: pd.Index
    inbound: Floats
    outbound: Floats
    demand: Floats
    supply: Floats
    making: Floats
    plant_room: Floats
    warehouse_room: Floats
    plant_fixed: Floats
    warehouse_fixed: Floats
    size: Floats
    most: int
    single: bool
    forced: Flags
    barred: Flags
    positions: Positions | None = None


@dataclass(frozen=True, kw_only=True)
class EchelonResult(Result):
    """A network of two echelons.

    Attributes
    ----------
    plants, warehouses : DataFrame
        One row per place: `open`, `shipped` (units of size), `capacity`, `utilization`, `fixed_cost`.
    inbound, outbound : DataFrame
        One row per link and product in use: from, to, `product`, `quantity` [units], `cost` [currency].
    costs : Series
        `fixed`, `production`, `inbound`, `outbound`, `total` [currency].
    bound, gap : float
        No network costs less than this [currency], and the share of the cost that is not proven.
    seconds : float
        Time of the solver.
    positions : Positions or None
        Where the places stand.
    notes : tuple of str
        What must be read with care.
    """

    plants: pd.DataFrame
    warehouses: pd.DataFrame
    inbound: pd.DataFrame
    outbound: pd.DataFrame
    costs: pd.Series
    bound: float
    gap: float
    seconds: float
    positions: Positions | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def cost(self) -> float:
        """Cost of the network [currency]."""
        return float(self.costs["total"])

    @property
    def open_warehouses(self) -> tuple[Hashable, ...]:
        """Names of the open warehouses."""
        return tuple(self.warehouses.index[self.warehouses["open"]])

    def to_frame(self) -> pd.DataFrame:
        """One row per warehouse."""
        return self.warehouses.copy()

    def summary(self) -> str:
        """Say what is open and what it costs."""
        names = ", ".join(str(name) for name in self.open_warehouses)
        text = tn("{n} warehouse is open ({names}); the network costs {cost:,.2f}.",
                  "{n} warehouses are open ({names}); the network costs {cost:,.2f}.",
                  len(self.open_warehouses), names=names, cost=self.cost)  # fmt: skip
        return "\n".join([text, *self.notes])


def two_echelon_network(
    inbound_cost: pd.DataFrame,
    outbound_cost: pd.DataFrame,
    demand: pd.DataFrame,
    *,
    supply: pd.DataFrame | None = None,
    production_cost: pd.DataFrame | None = None,
    plant_capacity: Column = np.inf,
    plant_fixed_cost: Column = 0.0,
    warehouse_capacity: Column = np.inf,
    warehouse_fixed_cost: Column = 0.0,
    size: Column = 1.0,
    single_source: bool = False,
    max_warehouses: int | None = None,
    open_sites: Sequence[Hashable] = (),
    closed_sites: Sequence[Hashable] = (),
    positions: Layers | None = None,
    time_limit: float = 60.0,
    gap: float = 1e-6,
) -> EchelonResult:
    """Choose plants, warehouses and flows of several products at the least cost.

    Parameters
    ----------
    inbound_cost : DataFrame, plants x warehouses
        Cost of a unit of size from plant to warehouse [currency], at least 0; infinite where there is no link.
    outbound_cost : DataFrame, warehouses x customers
        The same from warehouse to customer.
    demand : DataFrame, customers x products
        Units wanted, at least 0.
    supply : DataFrame, plants x products
        Units that a plant can make of each product, at least 0, infinite without limit; unlimited by default.
    production_cost : DataFrame, plants x products
        Cost of making a unit [currency/unit], at least 0; 0 by default.
    plant_capacity, warehouse_capacity : scalar, column or mapping
        Units of size that each can handle, at least 0; infinite without a limit.
    plant_fixed_cost, warehouse_fixed_cost : scalar, column or mapping
        Cost of having each open [currency], at least 0.
    size : scalar, column or mapping by product
        Size (weight, volume) of a unit in transport and capacity, at least 0.
    single_source : bool
        Whether each customer gets all products from one warehouse.
    max_warehouses : int
        How many warehouses may be open.
    open_sites, closed_sites : sequence of names
        Warehouses that must be open, and that must not.
    positions : three DataFrames
        Where plants, warehouses and customers stand, for a map, as in `facility_location`.
    time_limit, gap : float
        As in `facility_location`.

    Returns
    -------
    EchelonResult
        Open places, flows, costs and the proof.

    Raises
    ------
    DataError
        Tables do not fit, numbers are missing or negative, names unknown or repeated; supply or capacity below demand
        (`InfeasibleError`, which names the product or the echelon).
    ParameterError
        A number is out of range, or nothing was found within the time limit.

    Warns
    -----
    CaseworkWarning
        The time limit came before the proof.

    Notes
    -----
    What goes into a warehouse goes out of it; stock and time are not in this model. Each flow is at most what its plant
    and warehouse can give (strong formulation).

    References
    ----------
    Geoffrion & Graves (1974), Multicommodity distribution system design by Benders decomposition.

    Examples
    --------
    >>> into = pd.DataFrame([[1, 4]], index=["plant"], columns=["north", "south"])
    >>> out = pd.DataFrame([[1, 6], [5, 1]], index=["north", "south"], columns=["a", "b"])
    >>> wanted = pd.DataFrame({"tea": [10, 20]}, index=["a", "b"])
    >>> network = two_echelon_network(into, out, wanted, warehouse_fixed_cost=30)
    >>> network.open_warehouses, network.cost
    (('north', 'south'), 180.0)
    """
    chain = _read(inbound_cost, outbound_cost, demand, supply, production_cost, plant_capacity, plant_fixed_cost,
                  warehouse_capacity, warehouse_fixed_cost, size, bool(single_source), max_warehouses,
                  (open_sites, closed_sites), positions)  # fmt: skip
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    check_number("gap", gap, low=0, high=1)
    if problems := _shortages(chain):
        raise InfeasibleError(problems)
    result = _solved(chain, float(time_limit), float(gap))
    for note in result.notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def _read(
    inbound: pd.DataFrame, outbound: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame | None,
    making: pd.DataFrame | None, plant_room: Column, plant_fixed: Column, room: Column, fixed: Column, size: Column,
    single: bool, most: int | None, fixed_names: tuple[Names, Names], positions: Layers | None,
) -> Echelons:  # fmt: skip
    """Check all inputs."""
    reader = Reader()
    into = reader.table("inbound_cost", inbound, holes=True)
    out = reader.table("outbound_cost", outbound, holes=True)
    wanted = reader.table("demand", demand)
    reader.finish()
    plants, warehouses, customers, products = into.index, into.columns, out.columns, wanted.columns
    shape = pd.DataFrame(0.0, index=plants, columns=products)
    table = reader.table("supply", shape + np.inf if supply is None else supply, holes=True)
    cost = reader.table("production_cost", shape if making is None else making)
    chain = Echelons(
        plants=plants, warehouses=warehouses, customers=customers, products=products,
        inbound=into.to_numpy(dtype=float),
        outbound=reader.fitted("outbound_cost", out, warehouses, customers),
        demand=reader.fitted("demand", wanted, customers, products),
        supply=reader.fitted("supply", table, plants, products),
        making=reader.fitted("production_cost", cost, plants, products),
        plant_room=reader.column("plant_capacity", plant_room, plants, infinite=True),
        warehouse_room=reader.column("warehouse_capacity", room, warehouses, infinite=True),
        plant_fixed=reader.column("plant_fixed_cost", plant_fixed, plants),
        warehouse_fixed=reader.column("warehouse_fixed_cost", fixed, warehouses),
        size=reader.column("size", size, products), most=len(warehouses) if most is None else most, single=single,
        forced=reader.members("open_sites", fixed_names[0], warehouses),
        barred=reader.members("closed_sites", fixed_names[1], warehouses),
        positions=read_positions(reader, positions, (plants, warehouses, customers)),
    )  # fmt: skip
    reader.finish()
    if isinstance(chain.most, bool) or chain.most != int(chain.most) or not 1 <= chain.most <= len(warehouses):
        expected = t("a whole number from {low} to {high}", low=1, high=len(warehouses))
        raise ParameterError(Problem("max_warehouses", str(chain.most), expected))
    both = warehouses[chain.forced & chain.barred]
    if len(both):
        found = t("{names} must be open and closed at once", names=", ".join(map(str, both)))
        raise ParameterError(Problem("closed_sites", found))
    if chain.forced.sum() > chain.most:
        raise ParameterError(Problem("max_warehouses", str(chain.most), t("at least {x}", x=int(chain.forced.sum()))))
    return chain


def _shortages(chain: Echelons) -> list[Problem]:
    """Return which product, echelon or customer cannot be served."""
    problems = []
    wanted = chain.demand.sum(axis=0)
    for p in np.flatnonzero(wanted > chain.supply.sum(axis=0) * (1 + 1e-9)).tolist():
        found = t("the plants can make {room:,.6g} of {product}, demand is {total:,.6g}",
                  room=float(chain.supply[:, p].sum()), product=chain.products[p], total=float(wanted[p]))  # fmt: skip
        problems.append(Problem("supply", found, t("at least {total:,.6g}", total=float(wanted[p]))))
    total = float(wanted @ chain.size)
    largest = np.sort(np.where(chain.barred, 0.0, chain.warehouse_room))[::-1][: chain.most]
    rooms = {"plant_capacity": chain.plant_room, "warehouse_capacity": largest}
    for name, room in rooms.items():
        if total > room.sum() * (1 + 1e-9):
            found = t("together they hold {room:,.6g}, demand is {total:,.6g}", room=float(room.sum()), total=total)
            problems.append(Problem(name, found, t("at least {total:,.6g}", total=total)))
    fed = np.asarray(np.isfinite(chain.inbound).any(axis=0)) & ~chain.barred
    reached = (np.isfinite(chain.outbound) & fed[:, None]).any(axis=0)
    lost = np.asarray(~reached & (chain.demand.sum(axis=1) > 0))
    if lost.any():
        found = tn("{n} customer cannot be served from any site: {names}",
                   "{n} customers cannot be served from any site: {names}", int(lost.sum()),
                   names=show(chain.customers[lost]))  # fmt: skip
        problems.append(Problem("customers", found))
    return problems


def _solved(chain: Echelons, time_limit: float, gap: float) -> EchelonResult:
    """Build the program, solve it and read the answer."""
    program = Program()
    plants = program.variables(chain.plant_fixed, high=1.0, integer=True)
    houses = program.variables(chain.warehouse_fixed, low=chain.forced.astype(float),
                               high=(~chain.barred).astype(float), integer=True)  # fmt: skip
    w, c, p = np.nonzero(np.isfinite(chain.outbound)[:, :, None] & (chain.demand > 0)[None])
    k, v, q = np.nonzero(np.isfinite(chain.inbound)[:, :, None] & (chain.supply > 0)[:, None, :])
    amount = chain.demand[c, p]
    share = program.variables(chain.outbound[w, c] * chain.size[p] * amount, high=1.0)
    total = chain.demand.sum(axis=0)
    flow = program.variables((chain.inbound[k, v] * chain.size[q] + chain.making[k, q]) * total[q], high=1.0)
    _outbound_rows(program, chain, houses, share, (w, c, p))
    _inbound_rows(program, chain, plants, houses, flow, (k, v, q))
    count = len(chain.products)
    safe = np.where(total > 0, total, 1.0)
    program.rows(len(houses) * count, (v * count + q, flow, 1.0), (w * count + p, share, -amount / safe[p]),
                 low=0.0, high=0.0)  # fmt: skip
    found = solve(program, time_limit=time_limit, gap=gap)
    levels = found.levels
    shares, flows = np.zeros((*chain.outbound.shape, count)), np.zeros((*chain.inbound.shape, count))
    shares[w, c, p], flows[k, v, q] = levels[share], levels[flow] * total[q]
    return _tables(chain, levels[plants] > 0.5, levels[houses] > 0.5, shares, flows, found)


def _outbound_rows(
    program: Program, chain: Echelons, houses: Indices, share: Indices, at: tuple[Indices, Indices, Indices]
) -> None:
    """Every demand is met, from open warehouses, within what they hold."""
    w, c, p = at
    count = len(chain.products)
    needs = (chain.demand > 0).astype(float).ravel()
    program.rows(len(needs), (c * count + p, share, 1.0), low=needs, high=needs)
    above = houses[w]
    if chain.single:
        i, j = np.nonzero(np.isfinite(chain.outbound) & (chain.demand.sum(axis=1) > 0))
        tied = program.variables(np.zeros(len(i)), high=1.0, integer=True)
        place = np.full(chain.outbound.shape, -1)
        place[i, j] = tied
        program.rows(len(i), (np.arange(len(i)), tied, 1.0), (np.arange(len(i)), houses[i], -1.0), high=0.0)
        program.rows(len(chain.customers), (j, tied, 1.0), high=1.0)
        above = place[w, c]
    program.rows(len(w), (np.arange(len(w)), share, 1.0), (np.arange(len(w)), above, -1.0), high=0.0)
    total = float((chain.demand @ chain.size).sum()) or 1.0
    room = np.minimum(chain.warehouse_room, total) / total
    load = chain.size[p] * chain.demand[c, p] / total
    program.rows(len(room), (w, share, load), (np.arange(len(room)), houses, -room), high=0.0)
    program.rows(1, (np.zeros(len(room), dtype=int), houses, 1.0), high=float(chain.most))


def _inbound_rows(
    program: Program, chain: Echelons, plants: Indices, houses: Indices, flow: Indices,
    at: tuple[Indices, Indices, Indices],
) -> None:  # fmt: skip
    """Plants make what they can, while they are open, for warehouses that are open."""
    k, v, q = at
    count = len(chain.products)
    total = np.where(chain.demand.sum(axis=0) > 0, chain.demand.sum(axis=0), 1.0)
    each = np.minimum(chain.supply / total, 1.0)
    rows = np.arange(len(k))
    program.rows(len(k), (rows, flow, 1.0), (rows, plants[k], -each[k, q]), high=0.0)
    program.rows(len(k), (rows, flow, 1.0), (rows, houses[v], -1.0), high=0.0)
    makers, kinds = np.divmod(np.arange(each.size), count)
    program.rows(each.size, (k * count + q, flow, 1.0), (np.arange(each.size), plants[makers], -each[makers, kinds]),
                 high=0.0)  # fmt: skip
    whole = float((total * chain.size).sum()) or 1.0
    room = np.minimum(chain.plant_room, whole) / whole
    program.rows(
        len(room), (k, flow, chain.size[q] * total[q] / whole), (np.arange(len(room)), plants, -room), high=0.0
    )


def _tables(
    chain: Echelons, makes: Flags, stores: Flags, shares: Floats, flows: Floats, found: Solution
) -> EchelonResult:
    """Return the tables of an answer."""
    out = np.where(shares > ROUNDING, shares, 0.0) * chain.demand[None]
    into = np.where(flows > ROUNDING * chain.demand.sum(axis=0), flows, 0.0)
    there, here = (np.where(np.isfinite(way), way, 0.0)[:, :, None] for way in (chain.outbound, chain.inbound))
    spent_out, spent_in = there * chain.size * out, here * chain.size * into
    costs = pd.Series({
        "fixed": float(chain.plant_fixed[makes].sum() + chain.warehouse_fixed[stores].sum()),
        "production": float((chain.making * into.sum(axis=1)).sum()),
        "inbound": float(spent_in.sum()), "outbound": float(spent_out.sum()),
    })  # fmt: skip
    costs["total"] = float(costs.sum())
    left = relative_gap(found.objective, found.bound)
    late = t("The time limit came first: a design may exist that costs up to {gap:.2%} less.", gap=left)
    names = chain.plants.rename("plant"), chain.warehouses.rename("warehouse")
    return EchelonResult(
        plants=_used(names[0], makes, (into @ chain.size).sum(axis=1), chain.plant_room, chain.plant_fixed),
        warehouses=_used(names[1], stores, (out @ chain.size).sum(axis=1), chain.warehouse_room, chain.warehouse_fixed),
        inbound=_links(into, spent_in, {"plant": chain.plants, "warehouse": chain.warehouses}, chain.products),
        outbound=_links(out, spent_out, {"warehouse": chain.warehouses, "customer": chain.customers}, chain.products),
        costs=costs, bound=min(found.bound, float(costs["total"])), gap=left, seconds=found.seconds,
        positions=chain.positions, notes=() if found.proven else (late,),
    )  # fmt: skip


def _used(names: pd.Index, opened: Flags, shipped: Floats, room: Floats, fixed: Floats) -> pd.DataFrame:
    """Table of the places of one echelon."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(opened & (room > 0), shipped / room, np.nan)
    return pd.DataFrame({"open": opened, "shipped": shipped, "capacity": room, "utilization": share,
                         "fixed_cost": np.where(opened, fixed, 0.0)}, index=names)  # fmt: skip


def _links(quantity: Floats, spent: Floats, ends: dict[str, pd.Index], products: pd.Index) -> pd.DataFrame:
    """Table of flows in use."""
    i, j, p = np.nonzero(quantity)
    (first, starts), (second, stops) = ends.items()
    return pd.DataFrame({first: starts[i], second: stops[j], "product": products[p], "quantity": quantity[i, j, p],
                         "cost": spent[i, j, p]})  # fmt: skip
