"""Lot sizes for demand that is known and changes from period to period: the exact answer beside four rules of thumb."""

from __future__ import annotations

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

LotMethod = Literal["wagner_whitin", "silver_meal", "part_period", "least_unit_cost", "lot_for_lot", "eoq"]
Table = npt.ArrayLike | pd.DataFrame | pd.Series

RULES = {"fixed_cost": AT_LEAST_0, "holding_cost": POSITIVE, "purchase_cost": AT_LEAST_0, "base": AT_LEAST_0}
CHUNK = 2_000_000  # cells of (SKUs, periods, periods) worked on at once


@dataclass(frozen=True, kw_only=True)
class LotSizeResult(ItemResult):
    """When to order how much of each SKU, and what it costs over the horizon.

    Measures: `cost`, `ordering_cost`, `holding_cost`, `purchase_cost` [currency], `orders` (how many),
    `mean_inventory` [units at the end of a period]. `plan` (SKUs, periods) holds what is ordered for each period.
    """

    method: LotMethod
    plan: Floats = field(repr=False)
    demand: Floats = field(repr=False)
    periods: pd.Index = field(repr=False)

    cost = Measure("currency")
    ordering_cost = Measure("currency")
    holding_cost = Measure("currency")
    purchase_cost = Measure("currency")
    orders = Measure("orders")
    mean_inventory = Measure("units")

    @property
    def order_quantities(self) -> Any:
        """What to order in each period: a list for one SKU, else a DataFrame (SKUs, periods)."""
        return self.plan[0].tolist() if self.single else pd.DataFrame(self.plan, index=self.index, columns=self.periods)

    def at(self, place: int) -> LotSizeResult:
        """Return the result of the SKU in this place."""
        from dataclasses import replace

        own = slice(place, place + 1)
        return replace(super().at(place), plan=self.plan[own], demand=self.demand[own])

    def summary(self) -> str:
        """Say how many orders there are and what they cost."""
        if self.single:
            return tn(
                "{n} order for {p} periods costs {c:,.2f} in all.",
                "{n} orders for {p} periods cost {c:,.2f} in all.",
                int(self.orders),
                p=self.plan.shape[1],
                c=self.cost,
            )
        return tn("{n} SKU: {orders:,.0f} orders, cost {c:,.2f} in all.",
                  "{n} SKUs: {orders:,.0f} orders, cost {c:,.2f} in all.",
                  len(self.index), orders=self.total("orders"), c=self.total("cost"))  # fmt: skip


def lot_sizes(
    demand: Table,
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values | pd.DataFrame,
    holding_cost: Values | pd.DataFrame,
    purchase_cost: Values | pd.DataFrame = 0.0,
    method: LotMethod = "wagner_whitin",
) -> LotSizeResult:
    """Plan orders for demand that is known period by period.

    Parameters
    ----------
    demand : sequence, Series or DataFrame (SKUs, periods)
        Demand of each period [units], at least 0; of a DataFrame a row is a SKU.
    frame : DataFrame, optional
        One row per SKU; a cost that is text names one of its columns.
    fixed_cost, holding_cost, purchase_cost : scalar, column, or DataFrame (SKUs, periods)
        Cost of an order, of a unit kept to the next period, and of a unit bought; a DataFrame gives costs that change
        from period to period, as does a sequence of one cost a period where demand is that of one SKU.
    method : {'wagner_whitin', 'silver_meal', 'part_period', 'least_unit_cost', 'lot_for_lot', 'eoq'}
        `wagner_whitin` costs least; the others are rules of thumb: least cost per period, holding cost near the fixed
        cost, least cost per unit, an order for each period with demand, whole periods near the economic lot.

    Returns
    -------
    LotSizeResult

    Raises
    ------
    ParameterError, DataError
        A demand or cost is missing, negative or infinite; holding cost not above 0; the rules of thumb with costs that
        change; tables of different size. SKUs are named.

    Notes
    -----
    A period without demand needs no order. No stock at the beginning; no shortage; lots come in time for their period.

    References
    ----------
    Wagner & Whitin (1958), Management Science 5(1); Silver & Meal (1973); DeMatteis (1968); Snyder & Shen (2019),
    section 3.7.

    Examples
    --------
    Example 3.9 of Snyder & Shen:

    >>> plan = lot_sizes([90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> plan.cost, plan.order_quantities
    (1380.0, [210.0, 0.0, 150.0, 0.0])
    """
    check_option("method", method, LotMethod)
    table, index, periods = _demand(demand)
    items, costs = _read_costs(table, index, frame, fixed_cost, holding_cost, purchase_cost)
    if method not in ("wagner_whitin", "lot_for_lot") and any(cost.shape[1] > 1 for cost in costs.values()):
        raise ParameterError(
            Problem("method", repr(method), t("wagner_whitin, where costs change from period to period"))
        )
    plan = np.empty_like(table)
    step = max(1, CHUNK // max(1, table.shape[1] ** 2))
    for start in range(0, len(table), step):
        rows = slice(start, start + step)
        plan[rows] = _plan(table[rows], {name: cost[rows] for name, cost in costs.items()}, method)
    return LotSizeResult(method=method, plan=plan, demand=table, periods=periods,
                         **results_of(items, **_price(table, plan, costs)))  # fmt: skip


def _demand(demand: Table) -> tuple[Floats, pd.Index | None, pd.Index]:
    index = demand.index if isinstance(demand, pd.DataFrame) else None
    kind = ParameterError if index is None else DataError
    try:
        values = (demand.to_numpy(dtype=float, na_value=np.nan) if isinstance(demand, (pd.DataFrame, pd.Series))
                  else np.asarray(demand, dtype=float))  # fmt: skip
    except (TypeError, ValueError):
        raise kind(Problem("demand", t("demand must be numbers"))) from None
    if index is None and values.ndim == 2:
        index = pd.RangeIndex(len(values))
    table = np.atleast_2d(values)
    if table.ndim != 2 or not table.size:
        raise kind(Problem("demand", t("empty"), t("a demand for each period")))
    bad: npt.NDArray[np.bool_] = np.asarray(~(np.isfinite(table) & (table >= 0)).all(axis=1), dtype=bool)
    if bad.any():
        where = "demand" if index is None else t("{name}, {rows}", name="demand", rows=name_rows(index, bad))
        raise kind(
            Problem(
                where,
                t("a demand is missing, negative or infinite"),
                t("numbers {range}", range=t("at least {x}", x=0)),
            )
        )
    periods: pd.Index = pd.RangeIndex(1, table.shape[1] + 1)
    if isinstance(demand, (pd.DataFrame, pd.Series)):
        periods = demand.columns if isinstance(demand, pd.DataFrame) else demand.index
    return np.array(table), index, periods


def _read_costs(
    table: Floats, index: pd.Index | None, frame: pd.DataFrame | None, *given: Any
) -> tuple[Items, dict[str, Floats]]:
    """Costs as tables (SKUs, 1 or periods)."""
    named = dict(zip(("fixed_cost", "holding_cost", "purchase_cost"), given, strict=True))
    if index is None and frame is None:
        named = {name: _one_row(name, value, table.shape[1]) for name, value in named.items()}
    changing = {name: value for name, value in named.items() if isinstance(value, pd.DataFrame)}
    base = {} if index is None else {"base": pd.Series(0.0, index=index)}
    items = read_items(frame, RULES, **base, **{name: value for name, value in named.items() if name not in changing})
    items = Items(index=items.index, single=items.single, arrays={k: v for k, v in items.arrays.items() if k != "base"})
    if len(items) != len(table):
        raise DataError(Problem("frame", tn("{n} row", "{n} rows", len(items)), tn("{n} row", "{n} rows", len(table))))
    costs = {name: items[name][:, None] for name in items.arrays}
    for name, value in changing.items():
        costs[name] = _cost_table(name, value, table.shape)
    return items, costs


def _one_row(name: str, value: Any, periods: int) -> Any:
    """Costs of one SKU period by period as a table of one row; anything else as it is."""
    if isinstance(value, (str, pd.DataFrame)) or np.ndim(value) != 1 or len(value) == 1:
        return value
    if len(value) != periods:
        found, expected = (tn("{n} value", "{n} values", n) for n in (len(value), periods))
        raise ParameterError(Problem(name, found, expected))
    return pd.DataFrame([list(value)])


def _cost_table(name: str, value: pd.DataFrame, shape: tuple[int, ...]) -> Floats:
    numbers = value.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if numbers.shape not in (shape, (1, shape[1])):
        found = t("a table of {a} rows and {b} columns", a=numbers.shape[0], b=numbers.shape[1])
        raise DataError(Problem(name, found, t("a table of {a} rows and {b} columns", a=shape[0], b=shape[1])))
    bad: npt.NDArray[np.bool_] = np.asarray(RULES[name].bad(numbers).any(axis=1))
    if bad.any():
        where = t("{name}, {rows}", name=name, rows=name_rows(value.index, bad))
        raise DataError(Problem(where, t("a cost is missing or out of range"), RULES[name].describe()))
    return np.broadcast_to(numbers, shape)


def _plan(demand: Floats, costs: dict[str, Floats], method: LotMethod) -> Floats:
    """Return what to order for each period."""
    if method == "lot_for_lot":
        return demand.copy()
    if method == "wagner_whitin":
        starts = _wagner_whitin(demand, costs)
    elif method == "eoq":
        starts = _by_periods(demand, costs)
    else:
        starts = _by_rule(demand, costs["fixed_cost"][:, 0], costs["holding_cost"][:, 0], method)
    return _gather(demand, starts)


def _gather(demand: Floats, starts: npt.NDArray[np.bool_]) -> Floats:
    """Demand of each period added to the last order at or before it."""
    periods = demand.shape[1]
    last = np.maximum.accumulate(np.where(starts, np.arange(periods), 0), axis=1)
    flat = (np.arange(len(demand))[:, None] * periods + last).ravel()
    sums: Floats = np.bincount(flat, weights=demand.ravel(), minlength=demand.size).astype(float)
    return sums.reshape(demand.shape)


def _wagner_whitin(demand: Floats, costs: dict[str, Floats]) -> npt.NDArray[np.bool_]:
    """Order periods of the cheapest plan, by forward dynamic programming over the period of the last order."""
    n, periods = demand.shape
    fixed, holding, price = (np.broadcast_to(costs[name], (n, periods))
                             for name in ("fixed_cost", "holding_cost", "purchase_cost"))  # fmt: skip
    carried = np.concatenate([np.zeros((n, 1)), np.cumsum(holding[:, :-1], axis=1)], axis=1)
    least = np.zeros((n, periods + 1))
    source = np.zeros((n, periods), dtype=np.int64)
    open_cost = np.empty((n, periods))
    for end in range(periods):
        open_cost[:, end] = least[:, end] + fixed[:, end]
        unit = price[:, : end + 1] + carried[:, end, None] - carried[:, : end + 1]
        open_cost[:, : end + 1] += unit * demand[:, end, None]
        source[:, end] = np.argmin(open_cost[:, : end + 1], axis=1)
        least[:, end + 1] = np.take_along_axis(open_cost, source[:, end, None], axis=1)[:, 0]
        idle = (demand[:, end] == 0) & (least[:, end] <= least[:, end + 1])
        source[idle, end] = -1
        least[idle, end + 1] = least[idle, end]
    return _trace(source)


def _trace(source: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Order periods, from the end of the horizon back."""
    n, periods = source.shape
    starts = np.zeros((n, periods), dtype=bool)
    due = np.full(n, periods - 1)
    for end in range(periods - 1, -1, -1):
        here = due == end
        begin = source[:, end]
        ordered = here & (begin >= 0)
        starts[ordered, begin[ordered]] = True
        due = np.where(here, np.where(begin >= 0, begin, end) - 1, due)
    return starts


def _by_rule(demand: Floats, fixed: Floats, holding: Floats, method: LotMethod) -> npt.NDArray[np.bool_]:
    """Order periods of a rule that lengthens a lot while it gets better, all SKUs period by period."""
    n, periods = demand.shape
    starts = np.zeros((n, periods), dtype=bool)
    begin, kept, units = np.zeros(n), np.zeros(n), np.zeros(n)
    score = np.full(n, -np.inf)
    for period in range(periods):
        need = demand[:, period]
        more = kept + holding * (period - begin) * need
        total = units + need
        new = _score(method, fixed, more, period - begin + 1, total)
        stop = (new > score) & (need > 0)
        starts[:, period] = stop
        begin = np.where(stop, period, begin)
        kept = np.where(stop, 0.0, more)
        units = np.where(stop, need, total)
        fresh = _score(method, fixed, np.zeros(n), np.ones(n), need)
        score = np.where(stop, fresh, np.where(units > 0, new, -np.inf))
    return starts


def _score(method: LotMethod, fixed: Floats, kept: Floats, length: Floats, units: Floats) -> Floats:
    """Return what the rule watches; a lot ends before the period in which it would grow."""
    if method == "silver_meal":
        return (fixed + kept) / length
    if method == "part_period":
        return np.where(kept > fixed, np.inf, -1e300)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(units > 0, (fixed + kept) / units, np.inf)


def _by_periods(demand: Floats, costs: dict[str, Floats]) -> npt.NDArray[np.bool_]:
    """Order for as many whole periods as the economic lot lasts at the mean demand."""
    mean = demand.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lasting = np.sqrt(2 * costs["fixed_cost"][:, 0] / (costs["holding_cost"][:, 0] * mean))
    length = np.clip(np.nan_to_num(np.rint(lasting), nan=1.0, posinf=demand.shape[1]), 1, demand.shape[1]).astype(int)
    first = np.argmax(demand > 0, axis=1)
    place = np.arange(demand.shape[1]) - first[:, None]
    starts: npt.NDArray[np.bool_] = (place >= 0) & (place % length[:, None] == 0)
    return starts


def _price(demand: Floats, plan: Floats, costs: dict[str, Floats]) -> dict[str, npt.NDArray[Any]]:
    stock = np.maximum(np.cumsum(plan - demand, axis=1), 0)
    ordering = ((plan > 0) * costs["fixed_cost"]).sum(axis=1)
    holding = (stock * costs["holding_cost"]).sum(axis=1)
    bought = (plan * costs["purchase_cost"]).sum(axis=1)
    return {
        "cost": ordering + holding + bought,
        "ordering_cost": ordering,
        "holding_cost": holding,
        "purchase_cost": bought,
        "orders": (plan > 0).sum(axis=1),
        "mean_inventory": stock.mean(axis=1),
    }
