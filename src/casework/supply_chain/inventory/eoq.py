"""Economic order quantity: plain, with planned backorders, with a finite production rate; cost of a wrong one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    AT_LEAST_0,
    POSITIVE,
    SHARE,
    Floats,
    Items,
    Values,
    exactly_one,
    read_items,
    require,
)
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

RULES = {
    "fixed_cost": AT_LEAST_0,
    "demand_rate": AT_LEAST_0,
    "holding_cost": POSITIVE,
    "holding_cost_rate": POSITIVE,
    "unit_cost": POSITIVE,
    "stockout_cost": POSITIVE,
    "production_rate": POSITIVE,
    "order_quantity": POSITIVE,
    "share": SHARE,
}


@dataclass(frozen=True, kw_only=True)
class EoqResult(ItemResult):
    """Lot size of each SKU and what it costs per unit of time, without the purchase price.

    Measures: `order_quantity` [units], `cost`, `ordering_cost`, `holding_cost`, `backorder_cost` [currency/time],
    `cycle_time` [time], `orders_per_time`, `stockout_fraction` (share of demand that waits), `max_inventory`,
    `max_backorders` [units], `best_quantity`, `best_cost` (where `order_quantity` was given: the optimum beside it).
    """

    order_quantity = Measure("units")
    cost = Measure("currency/time")
    ordering_cost = Measure("currency/time")
    holding_cost = Measure("currency/time")
    backorder_cost = Measure("currency/time")
    cycle_time = Measure("time")
    cycle_years = Measure("time")
    orders_per_time = Measure("orders/time")
    stockout_fraction = Measure()
    max_inventory = Measure("units")
    max_backorders = Measure("units")
    best_quantity = Measure("units")
    best_cost = Measure("currency/time")

    def value(self, name: str) -> object:
        """Return a measure by name; `cycle_years` is another name of `cycle_time`."""
        return super().value("cycle_time" if name == "cycle_years" else name)

    def summary(self) -> str:
        """Say what to order and what it costs."""
        if self.single:
            return t("Order {q:,.1f} units at a time; ordering and holding then cost {c:,.2f} per unit of time.",
                     q=self.order_quantity, c=self.cost)  # fmt: skip
        return tn("{n} SKU: ordering and holding cost {c:,.2f} per unit of time.",
                  "{n} SKUs: ordering and holding cost {c:,.2f} per unit of time.",
                  len(self.index), c=self.total("cost"))  # fmt: skip


def eoq(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    demand_rate: Values,
    holding_cost: Values | None = None,
    holding_cost_rate: Values | None = None,
    unit_cost: Values | None = None,
    stockout_cost: Values | None = None,
    production_rate: Values | None = None,
    order_quantity: Values | None = None,
) -> EoqResult:
    """Lot size at which ordering and holding cost least together.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost : scalar or column
        Cost of placing one order or setting up once [currency/order], at least 0. Symbol K.
    demand_rate : scalar or column
        Demand [units/time], at least 0; a SKU without demand is never ordered. Symbol lambda.
    holding_cost : scalar or column
        Cost of keeping a unit [currency/unit/time], above 0. Symbol h. Instead of it:
    holding_cost_rate, unit_cost : scalar or column
        Holding cost as a share of the unit cost [1/time], and the unit cost [currency/unit]; both above 0.
    stockout_cost : scalar or column, optional
        Cost of a unit that waits [currency/unit/time], above 0; given, backorders are planned. Symbol p.
    production_rate : scalar or column, optional
        Rate at which a lot comes in [units/time], above the demand rate; without it a lot comes at once.
    order_quantity : scalar or column, optional
        Quantity to be judged instead of the best one [units], above 0.

    Returns
    -------
    EoqResult
        `order_quantity` = sqrt(2 K lambda (h + p) / (h p (1 - rho))), with p infinite and rho = 0 where not given.

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; neither or both forms of the holding cost are given; production
        is not faster than demand; columns of different rows. All SKUs concerned are named.

    Notes
    -----
    Demand is known and even, lots arrive when wanted. The cost is flat around the optimum (`eoq_sensitivity`).

    References
    ----------
    Harris (1913); Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., sections 3.2, 3.5, 3.6.

    Examples
    --------
    Example 3.8 of Snyder & Shen:

    >>> lot = eoq(fixed_cost=8, demand_rate=1300, holding_cost=0.225, stockout_cost=5)
    >>> round(lot.order_quantity, 4), round(lot.stockout_fraction, 4), round(lot.cost, 4)
    (310.8126, 0.0431, 66.9214)
    >>> eoq(fixed_cost=8, demand_rate=[1300, 100], holding_cost=0.225).order_quantity.round(2).tolist()
    [304.05, 84.33]
    """
    items = read_items(
        frame, RULES, fixed_cost=fixed_cost, demand_rate=demand_rate, stockout_cost=stockout_cost,
        production_rate=production_rate, order_quantity=order_quantity,
        **holding_arguments(holding_cost, holding_cost_rate, unit_cost),
    )  # fmt: skip
    holding = holding_of(items)
    load = _load(items)
    penalty = items["stockout_cost"] if "stockout_cost" in items else np.full(len(items), np.inf)
    return EoqResult(**results_of(items, **lot_costs(
        items["fixed_cost"], items["demand_rate"], holding, penalty, load, items.arrays.get("order_quantity")
    )))  # fmt: skip


def epq(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    demand_rate: Values,
    production_rate: Values,
    holding_cost: Values | None = None,
    holding_cost_rate: Values | None = None,
    unit_cost: Values | None = None,
    stockout_cost: Values | None = None,
    order_quantity: Values | None = None,
) -> EoqResult:
    """Economic production quantity: the lot size where a lot is made at a finite rate.

    Parameters and errors are those of `eoq`; `production_rate` is required.

    References
    ----------
    Taft (1918); Snyder & Shen (2019), section 3.6, equation (3.31).

    Examples
    --------
    >>> round(epq(fixed_cost=8, demand_rate=1300, production_rate=1700, holding_cost=0.225).order_quantity, 4)
    626.8085
    """
    return eoq(
        frame, fixed_cost=fixed_cost, demand_rate=demand_rate, production_rate=production_rate,
        holding_cost=holding_cost, holding_cost_rate=holding_cost_rate, unit_cost=unit_cost,
        stockout_cost=stockout_cost, order_quantity=order_quantity,
    )  # fmt: skip


def eoq_sensitivity(ratio: Values) -> float | pd.Series:
    """Cost of a lot as a multiple of the least cost, where the lot is `ratio` times the best one.

    Parameters
    ----------
    ratio : scalar or column
        Quantity ordered over the best quantity, above 0.

    Raises
    ------
    ParameterError, DataError
        A ratio is missing or not above 0.

    References
    ----------
    Snyder & Shen (2019), Theorem 3.2: (ratio + 1/ratio) / 2.

    Examples
    --------
    >>> eoq_sensitivity(2.0)
    1.25
    """
    items = read_items(None, {"ratio": POSITIVE}, ratio=ratio)
    values = (items["ratio"] + 1 / items["ratio"]) / 2
    return float(values[0]) if items.single else pd.Series(values, index=items.index, name="cost_ratio")


def holding_arguments(
    holding_cost: Values | None, holding_cost_rate: Values | None, unit_cost: Values | None
) -> dict[str, Values | None]:
    """Return the arguments of one of the two forms of the holding cost.

    Raises
    ------
    ParameterError
        Neither or both forms are given, or a rate without a unit cost.
    """
    exactly_one({"holding_cost": holding_cost, "holding_cost_rate": holding_cost_rate})
    if holding_cost is None:
        require({"unit_cost": unit_cost}, "unit_cost")
    return {"holding_cost": holding_cost, "holding_cost_rate": holding_cost_rate, "unit_cost": unit_cost}


def holding_of(items: Items) -> Floats:
    """Return the holding cost of a unit per unit of time, in whichever form it was given."""
    return items["holding_cost"] if "holding_cost" in items else items["holding_cost_rate"] * items["unit_cost"]


def _load(items: Items) -> Floats:
    """Share of the time in which production runs; 0 where a lot comes at once."""
    if "production_rate" not in items:
        return np.zeros(len(items))
    slow = items["production_rate"] <= items["demand_rate"]
    items.refuse("production_rate", slow, t("production is not faster than demand"), t("above the demand rate"))
    return items["demand_rate"] / items["production_rate"]


def lot_costs(
    fixed: Floats, demand: Floats, holding: Floats, penalty: Floats, load: Floats, quantity: Floats | None = None
) -> dict[str, Floats]:
    """Quantity, costs and times of lots; an infinite penalty forbids backorders."""
    waiting = np.where(np.isinf(penalty), 0.0, holding / (holding + penalty))
    slope = holding * (1 - waiting) * (1 - load)
    best = np.sqrt(2 * fixed * demand / slope)
    chosen = best if quantity is None else np.where(demand > 0, quantity, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ordering = np.where(chosen > 0, fixed * demand / chosen, 0.0)
        cycle = np.where(demand > 0, chosen / demand, np.nan)
        frequency = np.where(chosen > 0, demand / chosen, 0.0)
        backlog = np.where(np.isinf(penalty), 0.0, penalty * chosen * (1 - load) * waiting**2 / 2)
    stock = holding * chosen * (1 - load) * (1 - waiting) ** 2 / 2
    return {
        "order_quantity": chosen,
        "cost": ordering + stock + backlog,
        "ordering_cost": ordering,
        "holding_cost": stock,
        "backorder_cost": backlog,
        "cycle_time": cycle,
        "orders_per_time": frequency,
        "stockout_fraction": waiting,
        "max_inventory": chosen * (1 - load) * (1 - waiting),
        "max_backorders": chosen * (1 - load) * waiting,
        "best_quantity": best,
        "best_cost": np.sqrt(2 * fixed * demand * slope),
    }
