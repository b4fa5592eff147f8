"""Order-up-to levels without a fixed cost, and safety stock for a service target, with lead times that vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    ANY,
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
from casework.supply_chain.inventory.demand import Demand, GammaDemand, NormalDemand, PoissonDemand, settle
from casework.supply_chain.inventory.lead_time import NormalLeadTime, halve
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

StockDistribution = Literal["normal", "gamma", "poisson"]

RULES = {
    "demand_mean": POSITIVE,
    "demand_sd": AT_LEAST_0,
    "lead_time": AT_LEAST_0,
    "lead_time_sd": AT_LEAST_0,
    "review_period": AT_LEAST_0,
    "holding_cost": POSITIVE,
    "stockout_cost": POSITIVE,
    "service_level": SHARE,
    "fill_rate": SHARE,
    "base_stock_level": ANY,
    "order_quantity": POSITIVE,
}


@dataclass(frozen=True, kw_only=True)
class BaseStockResult(ItemResult):
    """Order-up-to level of each SKU and its service.

    Measures: `base_stock_level`, `safety_stock` [units], `risk_mean`, `risk_sd` (demand over lead time and review),
    `service_level` (type 1), `fill_rate` (type 2), `expected_short`, `expected_left_over` [units at the end of a review
    interval], `cost` [currency/period] (where costs are given).
    """

    base_stock_level = Measure("units")
    safety_stock = Measure("units")
    risk_mean = Measure("units")
    risk_sd = Measure("units")
    service_level = Measure()
    fill_rate = Measure()
    expected_short = Measure("units")
    expected_left_over = Measure("units")
    cost = Measure("currency/period")

    def summary(self) -> str:
        """Say up to where to order, and what of it is safety stock."""
        if self.single:
            return t(
                "Order up to {x:,.1f} units, of which {ss:,.1f} are safety stock; {f:.1%} of demand is met at once.",
                x=self.base_stock_level,
                ss=self.safety_stock,
                f=self.fill_rate,
            )
        return tn("{n} SKU: safety stock {ss:,.1f} units.", "{n} SKUs: safety stock {ss:,.1f} units.",
                  len(self.index), ss=self.total("safety_stock"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SafetyStockResult(ItemResult):
    """Safety stock and reorder point of each SKU for a service target.

    Measures: `safety_stock`, `reorder_point`, `risk_mean`, `risk_sd` [units], `safety_factor` (standard deviations),
    `service_level` (type 1), `fill_rate` (type 2, where the order quantity is known), `expected_short` [units/cycle].
    """

    safety_stock = Measure("units")
    reorder_point = Measure("units")
    risk_mean = Measure("units")
    risk_sd = Measure("units")
    safety_factor = Measure()
    service_level = Measure()
    fill_rate = Measure()
    expected_short = Measure("units")

    def summary(self) -> str:
        """Say how much safety stock there is."""
        if self.single:
            return t(
                "Keep {ss:,.1f} units of safety stock and reorder at {r:,.1f}: no shortage in {s:.1%} of the cycles.",
                ss=self.safety_stock,
                r=self.reorder_point,
                s=self.service_level,
            )
        return tn("{n} SKU: safety stock {ss:,.1f} units.", "{n} SKUs: safety stock {ss:,.1f} units.",
                  len(self.index), ss=self.total("safety_stock"))  # fmt: skip


def base_stock(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    demand_sd: Values | None = None,
    lead_time: Values = 0.0,
    lead_time_sd: Values | None = None,
    review_period: Values = 1.0,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    service_level: Values | None = None,
    fill_rate: Values | None = None,
    base_stock_level: Values | None = None,
    distribution: StockDistribution = "normal",
) -> BaseStockResult:
    """Order-up-to level: best for the costs, smallest for a service target, or judged as it is.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    demand_mean, demand_sd : scalar or column
        Mean (above 0) and standard deviation of demand [units/period]; Poisson demand needs the mean only.
    lead_time, lead_time_sd : scalar or column
        Mean and standard deviation of the lead time [periods], at least 0; a random one needs normal or gamma demand.
    review_period : scalar or column
        Periods between orders [periods]; 0 for continuous review.
    holding_cost, stockout_cost : scalar or column
        Of a unit left and of a unit short at the end of a review interval [currency/unit], above 0; together, or:
    service_level, fill_rate, base_stock_level : scalar or column
        Probability that lead time and review pass without shortage (type 1); share of demand met at once (type 2);
        level.
    distribution : {'normal', 'gamma', 'poisson'}
        Of demand over lead time and review.

    Returns
    -------
    BaseStockResult

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; not exactly one of costs, service level, fill rate, level; a
        standard deviation of demand or lead time with Poisson demand, or none without.

    References
    ----------
    Snyder & Shen (2019), section 4.3.4; Zipkin (2000), Foundations of Inventory Management, section 6.

    Examples
    --------
    Example 4.4 of Snyder & Shen has a lead time of 4 periods; the level covers 5:

    >>> stock = base_stock(demand_mean=50, demand_sd=8, lead_time=4, holding_cost=0.18, stockout_cost=0.70)
    >>> round(stock.base_stock_level, 3), round(stock.cost, 4)
    (264.767, 4.4668)
    """
    check_option("distribution", distribution, StockDistribution)
    costs = None if holding_cost is None and stockout_cost is None else (holding_cost, stockout_cost)
    targets = {"service_level": service_level, "fill_rate": fill_rate, "base_stock_level": base_stock_level}
    aim = exactly_one({"stockout_cost": None if base_stock_level is not None else costs, **targets})
    if costs is not None:
        require({"holding_cost": holding_cost, "stockout_cost": stockout_cost}, "holding_cost", "stockout_cost")
    _fit(distribution, demand_sd, lead_time_sd)
    items = read_items(frame, RULES, demand_mean=demand_mean, demand_sd=demand_sd, lead_time=lead_time,
                       lead_time_sd=lead_time_sd, review_period=review_period, holding_cost=holding_cost,
                       stockout_cost=stockout_cost, **targets)  # fmt: skip
    risk = _demand(items, distribution, items["lead_time"] + items["review_period"])
    before = _demand(items, distribution, items["lead_time"])
    level = _level(items, risk, before, aim)
    return BaseStockResult(**results_of(items, **_measures(items, risk, before, level)))


def safety_stock(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    demand_sd: Values,
    lead_time: Values,
    lead_time_sd: Values = 0.0,
    review_period: Values = 0.0,
    service_level: Values | None = None,
    fill_rate: Values | None = None,
    order_quantity: Values | None = None,
) -> SafetyStockResult:
    """Safety stock for a service target, where demand and lead time vary.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    demand_mean, demand_sd : scalar or column
        Mean (above 0) and standard deviation of demand [units/period].
    lead_time, lead_time_sd : scalar or column
        Mean and standard deviation of the lead time [periods], at least 0.
    review_period : scalar or column
        Periods between looks at the stock; 0 for continuous review.
    service_level, fill_rate : scalar or column, exactly one
        Probability that a cycle has no shortage (type 1); or share of demand met at once (type 2), for which:
    order_quantity : scalar or column
        Units per order, above 0, are needed.

    Returns
    -------
    SafetyStockResult
        `risk_sd` = sqrt((L + R) sd^2 + mean^2 sd_L^2), `safety_stock` = z risk_sd.

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; not exactly one target; a fill rate without an order quantity.

    Notes
    -----
    Demand over the time at risk is taken as normal. A fill rate may need a negative safety stock where lots are large.

    References
    ----------
    Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed., sections 6.7-6.10;
    Chopra & Meindl (2016), chapter 12.

    Examples
    --------
    >>> stock = safety_stock(demand_mean=100, demand_sd=20, lead_time=4, lead_time_sd=0.5, service_level=0.95)
    >>> round(stock.risk_sd, 3), round(stock.safety_stock, 2), round(stock.reorder_point, 2)
    (64.031, 105.32, 505.32)
    """
    aim = exactly_one({"service_level": service_level, "fill_rate": fill_rate})
    if aim == "fill_rate":
        require({"order_quantity": order_quantity}, "order_quantity")
    items = read_items(frame, RULES, demand_mean=demand_mean, demand_sd=demand_sd, lead_time=lead_time,
                       lead_time_sd=lead_time_sd, review_period=review_period, service_level=service_level,
                       fill_rate=fill_rate, order_quantity=order_quantity)  # fmt: skip
    mean, sd = risk_moments(items, items["lead_time"] + items["review_period"])
    risk = NormalLeadTime(mean, sd)
    point = (
        risk.quantile(items[aim])
        if aim == "service_level"
        else risk.reorder_for_fill(items["order_quantity"], items[aim])
    )
    return SafetyStockResult(**results_of(items, **_safety(items, risk, point)))


def risk_moments(items: Items, periods: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of demand over these periods, of which the lead time may vary."""
    mean = items["demand_mean"] * periods
    variance = items.get("demand_sd", 0.0) ** 2 * periods + (items["demand_mean"] * items.get("lead_time_sd", 0.0)) ** 2
    return mean, np.sqrt(variance)


def _safety(items: Items, risk: NormalLeadTime, point: Floats) -> dict[str, Floats]:
    short = risk.loss(point)
    fill = np.full(len(items), np.nan)
    if "order_quantity" in items:
        lot = items["order_quantity"]
        short = short - risk.loss(point + lot)
        fill = np.clip(1 - short / lot, 0, 1)
    return {
        "safety_stock": point - risk.mean,
        "reorder_point": point,
        "risk_mean": risk.mean,
        "risk_sd": risk.sd,
        "safety_factor": np.where(risk.sd > 0, risk.standard(point), np.nan),
        "service_level": risk.cover(point),
        "fill_rate": fill,
        "expected_short": short,
    }


def _fit(distribution: str, demand_sd: Any, lead_time_sd: Any) -> None:
    if distribution != "poisson":
        require({"demand_sd": demand_sd}, "demand_sd")
    elif demand_sd is not None or lead_time_sd is not None:
        name = "demand_sd" if demand_sd is not None else "lead_time_sd"
        raise ParameterError(Problem(name, t("given for Poisson demand, which its mean describes whole"),
                                     fix=t("Leave it out, or use normal demand.")))  # fmt: skip


def _demand(items: Items, distribution: str, periods: Floats) -> Demand:
    """Demand over these periods."""
    mean, sd = risk_moments(items, periods)
    if distribution == "poisson":
        return PoissonDemand(mean)
    if distribution == "normal":
        return NormalDemand(mean, sd)
    tiny = 1e-9 * np.maximum(items["demand_mean"], 1e-9)
    return GammaDemand(np.maximum(mean, tiny), np.maximum(sd, tiny))


def _level(items: Items, risk: Demand, before: Demand, aim: str) -> Floats:
    if aim == "base_stock_level":
        return items[aim]
    if aim == "service_level":
        return risk.quantile(items[aim])
    if aim == "stockout_cost":
        return risk.quantile(items[aim] / (items[aim] + items["holding_cost"]))
    return _level_for_fill(items, risk, before)


def _level_for_fill(items: Items, risk: Demand, before: Demand) -> Floats:
    """Smallest level whose fill rate is the target; it rises with the level."""
    enough = lambda level: _fill(items, risk, before, level) >= items["fill_rate"] - 1e-12  # noqa: E731
    _, sd = risk_moments(items, items["lead_time"] + items["review_period"])
    if risk.discrete:
        return settle(risk.quantile(items["fill_rate"]), enough)
    reach = risk.mean + 40 * np.maximum(sd, 1e-9)
    return halve(enough, np.minimum(np.zeros_like(reach), risk.mean - 40 * sd), reach + 1)


def _fill(items: Items, risk: Demand, before: Demand, level: Floats) -> Floats:
    """Share of demand met at once: 1 less the shortage that a review interval adds."""
    length = items["review_period"]
    added = risk.loss(level) - before.loss(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        reviewed = 1 - added / (items["demand_mean"] * length)
    watched = risk.cover(level - 1) if risk.discrete else risk.cover(level)
    return np.clip(np.where(length > 0, reviewed, watched), 0, 1)


def _measures(items: Items, risk: Demand, before: Demand, level: Floats) -> dict[str, Floats]:
    short = risk.loss(level)
    left = np.maximum(level - risk.mean + short, 0)
    cost = np.full(len(items), np.nan)
    if "stockout_cost" in items:
        cost = items["holding_cost"] * left + items["stockout_cost"] * short
    _, sd = risk_moments(items, items["lead_time"] + items["review_period"])
    return {
        "base_stock_level": level,
        "safety_stock": level - risk.mean,
        "risk_mean": risk.mean,
        "risk_sd": np.sqrt(risk.mean) if isinstance(risk, PoissonDemand) else sd,
        "service_level": risk.cover(level),
        "fill_rate": _fill(items, risk, before, level),
        "expected_short": short,
        "expected_left_over": left,
        "cost": cost,
    }
