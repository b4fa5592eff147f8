"""The exchange curve: what safety stock buys how much service, for a whole assortment, spread in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.inventory.base_stock import risk_moments
from casework.supply_chain.inventory.columns import AT_LEAST_0, POSITIVE, Floats, Items, Values, read_items
from casework.supply_chain.inventory.demand import normal_loss
from casework.supply_chain.inventory.lead_time import NormalLeadTime, halve

SERVICE_LEVELS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999)
EQUAL, WEIGHTED = mark("same service for every SKU"), mark("spread by value")
RULES = {
    "demand_mean": POSITIVE,
    "demand_sd": AT_LEAST_0,
    "lead_time": AT_LEAST_0,
    "lead_time_sd": AT_LEAST_0,
    "review_period": AT_LEAST_0,
    "unit_cost": POSITIVE,
    "order_quantity": POSITIVE,
}


@dataclass(frozen=True, kw_only=True)
class ExchangeResult(Result):
    """What service an amount of safety stock buys.

    Attributes
    ----------
    curves : DataFrame
        One row per rule and point: `rule`, `service_level` (of the rule with the same service), `safety_stock_value`
        [currency], `short_value` [currency of demand per period that is not met at once], `fill_rate` (share of
        demand, by value, met at once).
    level : float
        Service level that is marked.
    saving : float
        Safety stock that spreading it by value saves at the fill rate of the marked level [currency].
    stock : float
        Safety stock of the same service for every SKU at that level [currency].
    """

    curves: pd.DataFrame
    level: float
    saving: float
    stock: float
    fill_rate: float
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per rule and point."""
        return self.curves.copy()

    def summary(self) -> str:
        """Say what spreading the stock by value saves."""
        return t(
            "Spread by value, a safety stock of {less:,.0f} meets the same {fill:.1%} of demand as {stock:,.0f}.",
            less=self.stock - self.saving,
            stock=self.stock,
            fill=self.fill_rate,
        )


def exchange_curve(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    demand_sd: Values,
    lead_time: Values,
    unit_cost: Values,
    order_quantity: Values,
    lead_time_sd: Values = 0.0,
    review_period: Values = 0.0,
    level: float = 0.95,
    levels: Sequence[float] = SERVICE_LEVELS,
) -> ExchangeResult:
    """Safety stock of an assortment against the demand that it meets at once.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    demand_mean, demand_sd, lead_time, lead_time_sd, review_period : scalar or column
        As in `safety_stock`.
    unit_cost : scalar or column
        Value of a unit [currency/unit], above 0.
    order_quantity : scalar or column
        Units per order, above 0.
    level : float
        Service level to be marked, between 0 and 1.
    levels : sequence of float
        Service levels of the curve, between 0 and 1.

    Returns
    -------
    ExchangeResult
        Two curves: the same probability of no shortage in a cycle for every SKU, and the safety stock spread so that a
        unit of money brings every SKU the same reduction of shortage by value.

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range.

    Notes
    -----
    Shortage of a cycle is sd * L(k). Minimizing the value of all shortages for a given value of safety stock gives
    P(Z > k) proportional to the order quantity over the mean demand, cut off at k = 0.

    References
    ----------
    Silver, Pyke & Thomas (2017), sections 6.8 and 6.11 (exchange curves).

    Examples
    --------
    >>> given = dict(demand_mean=[100, 10], demand_sd=[20, 8], unit_cost=[5, 40], order_quantity=[300, 20])
    >>> curve = exchange_curve(lead_time=2, **given)
    >>> bool(curve.saving >= 0), round(curve.stock, 2)
    (True, 976.99)
    """
    check_number("level", level, low=0, high=1, low_open=True, high_open=True)
    grid = np.asarray(levels, dtype=float)
    if grid.ndim != 1 or not grid.size or not ((grid > 0) & (grid < 1)).all():
        raise ParameterError(Problem("levels", repr(list(levels))[:60], t("numbers between 0 and 1")))
    items = read_items(frame, RULES, demand_mean=demand_mean, demand_sd=demand_sd, lead_time=lead_time,
                       unit_cost=unit_cost, order_quantity=order_quantity, lead_time_sd=lead_time_sd,
                       review_period=review_period)  # fmt: skip
    _, sd = risk_moments(items, items["lead_time"] + items["review_period"])
    points = np.unique(np.r_[grid, level])
    equal = pd.DataFrame([_equal(items, sd, x) for x in points])
    weighted = pd.DataFrame([_weighted(items, sd, stock) for stock in equal["safety_stock_value"]])
    curves = pd.concat(
        [equal.assign(rule=EQUAL), weighted.assign(rule=WEIGHTED, service_level=np.nan)], ignore_index=True
    )
    marked = equal[equal["service_level"] == level].iloc[0]
    less = _stock_for(items, sd, float(marked["short_value"]))
    columns = ["rule", "service_level", "safety_stock_value", "short_value", "fill_rate"]
    return ExchangeResult(
        curves=curves[columns],
        level=level,
        stock=float(marked["safety_stock_value"]),
        saving=float(marked["safety_stock_value"]) - less,
        fill_rate=float(marked["fill_rate"]),
    )


def _point(items: Items, sd: Floats, factor: Floats) -> dict[str, float]:
    """Value of safety stock and of demand that is short per period, for safety factors."""
    cost, pace = items["unit_cost"], items["demand_mean"]
    width = np.where(sd > 0, items["order_quantity"] / np.where(sd > 0, sd, 1.0), np.inf)
    short = sd * (normal_loss(factor) - normal_loss(factor + np.minimum(width, 1e6))) * pace / items["order_quantity"]
    value = float((cost * short).sum())
    return {
        "safety_stock_value": float((cost * sd * factor).sum()),
        "short_value": value,
        "fill_rate": 1 - value / float((cost * pace).sum()),
    }


def _equal(items: Items, sd: Floats, level: float) -> dict[str, float]:
    factor = NormalLeadTime(np.zeros(len(items)), np.ones(len(items))).quantile(np.full(len(items), level))
    return {"service_level": level, **_point(items, sd, factor)}


def _factors(items: Items, log_price: float) -> Floats:
    """Safety factors at which a unit of money in safety stock is worth its price, at least 0."""
    from scipy.special import ndtri

    tail = np.exp(log_price) * items["order_quantity"] / items["demand_mean"]
    return np.asarray(ndtri(1 - np.clip(tail, 1e-12, 0.5)), dtype=np.float64)


def _search(items: Items, sd: Floats, measure: str, target: float, *, rising: bool) -> Floats:
    """Safety factors at which a measure reaches its target."""

    def beyond(log_price: Floats) -> npt.NDArray[np.bool_]:
        found = _point(items, sd, _factors(items, float(log_price[0])))[measure]
        return np.array([found >= target if rising else found <= target])

    price = halve(beyond, np.array([-60.0]), np.array([60.0]))
    return _factors(items, float(price[0]))


def _weighted(items: Items, sd: Floats, stock: float) -> dict[str, float]:
    """Point of the curve with this much safety stock (a price that rises lowers it)."""
    return _point(items, sd, _search(items, sd, "safety_stock_value", max(stock, 0.0), rising=False))


def _stock_for(items: Items, sd: Floats, short: float) -> float:
    """Safety stock, spread by value, with this much shortage."""
    point = _point(items, sd, _search(items, sd, "short_value", short, rising=True))
    return point["safety_stock_value"]
