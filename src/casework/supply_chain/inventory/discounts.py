"""Lot size under quantity discounts: all units at the price of their tier, or each tier at its own price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    AT_LEAST_0,
    POSITIVE,
    Floats,
    Items,
    Values,
    name_rows,
    read_items,
)
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

DiscountKind = Literal["all_units", "incremental"]
Tiers = Sequence[float] | npt.NDArray[Any] | pd.DataFrame

RULES = {"fixed_cost": AT_LEAST_0, "demand_rate": AT_LEAST_0, "holding_cost_rate": POSITIVE, "order_quantity": POSITIVE}


@dataclass(frozen=True, kw_only=True)
class DiscountResult(ItemResult):
    """Lot size of each SKU under a price list, and what it costs per unit of time with the purchase price.

    Measures: `order_quantity` [units], `region` (place of the price tier, from 0), `unit_price` (mean price of a unit
    in the lot), `cost`, `purchase_cost`, `ordering_cost`, `holding_cost` [currency/time], `cycle_time` [time].
    """

    kind: DiscountKind
    breakpoints: Floats = field(repr=False)
    unit_costs: Floats = field(repr=False)

    order_quantity = Measure("units")
    region = Measure()
    unit_price = Measure("currency/unit")
    cost = Measure("currency/time")
    purchase_cost = Measure("currency/time")
    ordering_cost = Measure("currency/time")
    holding_cost = Measure("currency/time")
    cycle_time = Measure("time")

    def at(self, place: int) -> DiscountResult:
        """Return the result of the SKU in this place, with its own price list."""
        from dataclasses import replace

        own = slice(place, place + 1)
        return replace(super().at(place), breakpoints=self.breakpoints[own], unit_costs=self.unit_costs[own])

    def costs_at(self, quantity: npt.ArrayLike) -> Floats:
        """Return the cost per unit of time of these quantities, for the first SKU."""
        lots = np.asarray(quantity, dtype=float)
        inputs = {name: np.broadcast_to(array[0], lots.shape) for name, array in self.inputs.items()}
        prices = [
            np.broadcast_to(table[0], (lots.size, table.shape[1])) for table in (self.breakpoints, self.unit_costs)
        ]
        return _parts(inputs, prices[0], prices[1], lots, self.kind)["cost"]

    def summary(self) -> str:
        """Say what to order, in which tier, at what cost."""
        if self.single:
            return t("Order {q:,.1f} units at a time, in price tier {r}; that costs {c:,.2f} per unit of time.",
                     q=self.order_quantity, r=self.region + 1, c=self.cost)  # fmt: skip
        used = int((self.values["region"] > 0).sum())
        return tn("{n} SKU: {used} with a discount; cost {c:,.2f} per unit of time.",
                  "{n} SKUs: {used} with a discount; cost {c:,.2f} per unit of time.",
                  len(self.index), used=used, c=self.total("cost"))  # fmt: skip


def eoq_discounts(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    demand_rate: Values,
    holding_cost_rate: Values,
    breakpoints: Tiers,
    unit_costs: Tiers,
    kind: DiscountKind = "all_units",
    order_quantity: Values | None = None,
) -> DiscountResult:
    """Lot size that costs least where the price falls with the quantity.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost, demand_rate : scalar or column
        Cost of an order [currency/order] and demand [units/time], at least 0.
    holding_cost_rate : scalar or column
        Holding cost as a share of the price [1/time], above 0.
    breakpoints : sequence of k numbers, or table (SKUs, k)
        Least quantity of each price tier [units]; the first is 0, each above the one before.
    unit_costs : sequence of k numbers, or table (SKUs, k)
        Price of each tier [currency/unit], above 0, each below the one before.
    kind : {'all_units', 'incremental'}
        All units get the price of the tier, or only those within it.
    order_quantity : scalar or column, optional
        Quantity to be judged instead of the best one.

    Returns
    -------
    DiscountResult

    Raises
    ------
    ParameterError, DataError
        A value is missing or out of range, tiers do not begin at 0 or do not ascend, prices do not fall.

    References
    ----------
    Snyder & Shen (2019), section 3.4; Hadley & Whitin (1963), chapter 2.

    Examples
    --------
    Example 3.7 of Snyder & Shen (incremental):

    >>> prices = {"breakpoints": [0, 400, 800], "unit_costs": [0.75, 0.72, 0.68], "kind": "incremental"}
    >>> lot = eoq_discounts(fixed_cost=8, demand_rate=1300, holding_cost_rate=0.3, **prices)
    >>> round(lot.order_quantity, 4), lot.region, round(lot.cost, 4)
    (304.0468, 0, 1043.4105)
    """
    check_option("kind", kind, DiscountKind)
    items = read_items(frame, RULES, fixed_cost=fixed_cost, demand_rate=demand_rate,
                       holding_cost_rate=holding_cost_rate, order_quantity=order_quantity)  # fmt: skip
    starts, prices = _tiers(breakpoints, unit_costs, items)
    lots = items.arrays.get("order_quantity")
    if lots is None:
        lots = _best(items, starts, prices, kind)
    parts = _parts(items.arrays, starts, prices, lots, kind)
    return DiscountResult(kind=kind, breakpoints=starts, unit_costs=prices, **results_of(items, **parts))


def _tiers(breakpoints: Tiers, unit_costs: Tiers, items: Items) -> tuple[Floats, Floats]:
    """Price lists as tables (SKUs, tiers), checked."""
    tables = {"breakpoints": _table("breakpoints", breakpoints), "unit_costs": _table("unit_costs", unit_costs)}
    starts, prices = tables["breakpoints"], tables["unit_costs"]
    if starts.shape[1] != prices.shape[1]:
        found = t("{a} breakpoints and {b} prices", a=starts.shape[1], b=prices.shape[1])
        raise ParameterError(Problem("unit_costs", found, t("one price for each tier")))
    problems = [
        Problem(name, tn("{n} row", "{n} rows", len(table)), t("one row for all SKUs, or one for each"))
        for name, table in tables.items()
        if len(table) not in (1, len(items))
    ]
    rules = {
        "breakpoints": ((starts[:, 0] != 0) | (np.diff(starts, axis=1) <= 0).any(axis=1),
                        t("quantities that begin at 0 and rise")),
        "unit_costs": ((prices <= 0).any(axis=1) | (np.diff(prices, axis=1) >= 0).any(axis=1),
                       t("prices above 0 that fall from tier to tier")),
    }  # fmt: skip
    for name, (bad, expected) in rules.items():
        bad = bad | ~np.isfinite(tables[name]).all(axis=1)
        if bad.any():
            row = tables[name][np.flatnonzero(bad)[0]]
            many = len(bad) > 1 and len(bad) == len(items)
            where = t("{name}, {rows}", name=name, rows=name_rows(items.index, bad)) if many else name
            problems.append(Problem(where, ", ".join(f"{x:g}" for x in row), expected))
    if problems:
        raise (ParameterError if items.single else DataError)(problems)
    shape = (len(items), starts.shape[1])
    return np.broadcast_to(starts, shape), np.broadcast_to(prices, shape)


def _table(name: str, values: Tiers) -> Floats:
    try:
        table = np.atleast_2d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise ParameterError(Problem(name, repr(values)[:60], t("numbers"))) from None
    if table.ndim != 2 or table.shape[1] == 0:
        raise ParameterError(Problem(name, t("empty"), t("one number for each price tier")))
    return table


def _premium(starts: Floats, prices: Floats) -> Floats:
    """Return what the units below a tier cost more than its price: the fixed part of an incremental price list."""
    steps = np.diff(starts, axis=1) * prices[:, :-1]
    paid = np.concatenate([np.zeros((len(starts), 1)), np.cumsum(steps, axis=1)], axis=1)
    return paid - prices * starts


def _best(items: Items, starts: Floats, prices: Floats, kind: DiscountKind) -> Floats:
    """Best quantity: the cheapest of each tier's own best quantity, kept inside the tier."""
    demand, rate = items["demand_rate"][:, None], items["holding_cost_rate"][:, None]
    fixed = items["fixed_cost"][:, None] + (_premium(starts, prices) if kind == "incremental" else 0.0)
    lots = np.sqrt(2 * fixed * demand / (rate * prices))
    ends = np.concatenate([starts[:, 1:], np.full((len(starts), 1), np.inf)], axis=1)
    if kind == "all_units":
        lots = np.maximum(lots, starts)
    within = (lots >= starts) & (lots < ends)
    holding = rate * prices * lots / 2
    if kind == "incremental":
        holding = holding + rate * _premium(starts, prices) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ordering = np.where(lots > 0, fixed * demand / lots, 0.0)
    cost = np.where(within, prices * demand + ordering + holding, np.inf)
    chosen = np.argmin(cost, axis=1)
    best = np.take_along_axis(lots, chosen[:, None], axis=1)[:, 0]
    return np.where(items["demand_rate"] > 0, best, 0.0)


def _parts(
    inputs: Any, starts: Floats, prices: Floats, lots: Floats, kind: DiscountKind
) -> dict[str, npt.NDArray[Any]]:
    """Tier, price and costs of given quantities."""
    region = (lots[:, None] >= starts).sum(axis=1) - 1
    price = np.take_along_axis(prices, region[:, None], axis=1)[:, 0]
    if kind == "incremental":
        premium = np.take_along_axis(_premium(starts, prices), region[:, None], axis=1)[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            price = np.where(lots > 0, price + premium / lots, price)
    demand = inputs["demand_rate"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ordering = np.where(lots > 0, inputs["fixed_cost"] * demand / lots, 0.0)
        cycle = np.where(demand > 0, lots / demand, np.nan)
    holding = inputs["holding_cost_rate"] * price * lots / 2
    return {
        "order_quantity": lots,
        "region": region,
        "unit_price": price,
        "cost": price * demand + ordering + holding,
        "purchase_cost": price * demand,
        "ordering_cost": ordering,
        "holding_cost": holding,
        "cycle_time": cycle,
    }
