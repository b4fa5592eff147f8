"""Lot size and stock where the supplier fails at times, or delivers more or less than was ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    ANY,
    AT_LEAST_0,
    POSITIVE,
    SHARE,
    Floats,
    Values,
    read_items,
    require,
)
from casework.supply_chain.inventory.demand import ContinuousDemand, NormalDemand
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

YieldKind = Literal["additive", "multiplicative"]

RULES = {
    "fixed_cost": AT_LEAST_0,
    "holding_cost": POSITIVE,
    "stockout_cost": POSITIVE,
    "demand_rate": AT_LEAST_0,
    "demand": POSITIVE,
    "disruption_rate": POSITIVE,
    "recovery_rate": POSITIVE,
    "disruption_prob": SHARE,
    "recovery_prob": SHARE,
    "yield_mean": ANY,
    "yield_sd": AT_LEAST_0,
    "order_quantity": POSITIVE,
    "base_stock_level": ANY,
}
STEPS = 200  # at most; each halves the interval of the logarithm of the quantity


@dataclass(frozen=True, kw_only=True)
class UnreliableResult(ItemResult):
    """Quantity or stock level of each SKU with an unreliable supplier, and its cost.

    Measures: `order_quantity` or `base_stock_level` [units], `cost` [currency/time]; `cycle_time` [time] and
    `down_probability` (an order finds the supplier down) where there are lots and disruptions.
    """

    order_quantity = Measure("units")
    base_stock_level = Measure("units")
    cost = Measure("currency/time")
    cycle_time = Measure("time")
    down_probability = Measure()

    def summary(self) -> str:
        """Say what to order and what it costs."""
        if not self.single:
            return tn("{n} SKU with an unreliable supplier: cost {c:,.2f} per unit of time.",
                      "{n} SKUs with an unreliable supplier: cost {c:,.2f} per unit of time.",
                      len(self.index), c=self.total("cost"))  # fmt: skip
        if "order_quantity" in self.values:
            return t("With this supplier order {q:,.1f} units at a time; that costs {c:,.2f} per unit of time.",
                     q=self.order_quantity, c=self.cost)  # fmt: skip
        return t("With this supplier keep {q:,.1f} units; that costs {c:,.2f} per unit of time.",
                 q=self.base_stock_level, c=self.cost)  # fmt: skip


def eoq_disruptions(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    holding_cost: Values,
    stockout_cost: Values,
    demand_rate: Values,
    disruption_rate: Values,
    recovery_rate: Values,
    approximate: bool = False,
    order_quantity: Values | None = None,
) -> UnreliableResult:
    """Lot size where the supplier is down at random times, and demand in the meantime is lost.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost, demand_rate : scalar or column
        Cost of an order [currency/order] and demand [units/time], at least 0.
    holding_cost, stockout_cost : scalar or column
        Of a unit kept [currency/unit/time] and of a unit of demand lost [currency/unit], above 0.
    disruption_rate, recovery_rate : scalar or column
        Rates at which the supplier fails and recovers [1/time], above 0 (exponential times).
    approximate : bool
        Use the closed form that takes the supplier's state as if it were in balance.
    order_quantity : scalar or column, optional
        Quantity to be judged instead of the best one.

    Returns
    -------
    UnreliableResult

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range.

    References
    ----------
    Parlar & Berkin (1991); Berk & Arreola-Risa (1994); Snyder (2014); Snyder & Shen (2019), equation (9.5).

    Examples
    --------
    Example 9.1 of Snyder & Shen:

    >>> given = dict(fixed_cost=8, holding_cost=0.225, stockout_cost=5, demand_rate=1300)
    >>> lot = eoq_disruptions(**given, disruption_rate=1.5, recovery_rate=14)
    >>> round(lot.order_quantity, 3), round(lot.cost, 4)
    (772.811, 173.95)
    >>> round(eoq_disruptions(**given, disruption_rate=1.5, recovery_rate=14, approximate=True).order_quantity, 3)
    773.143
    """
    items = read_items(frame, RULES, fixed_cost=fixed_cost, holding_cost=holding_cost, stockout_cost=stockout_cost,
                       demand_rate=demand_rate, disruption_rate=disruption_rate, recovery_rate=recovery_rate,
                       order_quantity=order_quantity)  # fmt: skip
    fixed, holding, penalty, demand, fail, recover = (items[name] for name in list(items.arrays)[:6])
    none = demand == 0
    pace = np.where(none, 1.0, demand)
    chosen = items.arrays.get("order_quantity")
    if chosen is None:
        chosen = _balanced_lot(fixed, holding, penalty, pace, fail, recover)
        if not approximate:
            chosen = _exact_lot(chosen, fixed, holding, penalty, pace, fail, recover)
    down = _down(chosen, pace, fail, recover, approximate)
    time = chosen / pace + down / recover
    cost = (fixed + holding * chosen**2 / (2 * pace) + penalty * pace * down / recover) / time
    parts = {"order_quantity": chosen, "cost": cost, "cycle_time": time, "down_probability": down}
    empty = {"order_quantity": 0.0, "cost": 0.0, "cycle_time": np.nan, "down_probability": np.nan}
    return UnreliableResult(**results_of(items, **{k: np.where(none, empty[k], v) for k, v in parts.items()}))


def newsvendor_disruptions(
    frame: pd.DataFrame | None = None,
    *,
    holding_cost: Values,
    stockout_cost: Values,
    demand: Values,
    disruption_prob: Values,
    recovery_prob: Values,
    base_stock_level: Values | None = None,
) -> UnreliableResult:
    """Stock level for even demand where the supplier is down in some periods.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    holding_cost, stockout_cost : scalar or column
        Of a unit kept and of a unit short, per period, above 0.
    demand : scalar or column
        Demand of each period [units], above 0.
    disruption_prob, recovery_prob : scalar or column
        Probability that a supplier that is up fails, and that one that is down recovers, in the next period; 0 to 1.
    base_stock_level : scalar or column, optional
        Level to be judged instead of the best one.

    Returns
    -------
    UnreliableResult

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range.

    References
    ----------
    Snyder & Shen (2019), equations (9.14)-(9.18) and Lemma 9.2.

    Examples
    --------
    Example 9.3 of Snyder & Shen:

    >>> given = dict(holding_cost=0.25, stockout_cost=3, demand=2000, disruption_prob=0.04, recovery_prob=0.25)
    >>> level = newsvendor_disruptions(**given)
    >>> level.base_stock_level, round(level.cost, 3)
    (8000.0, 2737.069)
    """
    items = read_items(frame, RULES, holding_cost=holding_cost, stockout_cost=stockout_cost, demand=demand,
                       disruption_prob=disruption_prob, recovery_prob=recovery_prob,
                       base_stock_level=base_stock_level)  # fmt: skip
    holding, penalty, pace, fail, recover = (items[name] for name in list(items.arrays)[:5])
    down, stay = fail / (fail + recover), 1 - recover
    level = items.arrays.get("base_stock_level")
    if level is None:
        left = holding / (holding + penalty)
        exact = np.log(left / down) / np.log(stay)
        periods = np.maximum(np.ceil(exact - 1e-9), 0)
        level = pace * (1 + periods)
    short = pace * _periods_short(level / pace - 1, down, stay)
    mean = pace * (1 + down / recover)
    cost = penalty * short + holding * (level - mean + short)
    return UnreliableResult(**results_of(items, base_stock_level=level, cost=cost))


def eoq_yield(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    holding_cost: Values,
    demand_rate: Values,
    yield_mean: Values,
    yield_sd: Values,
    kind: YieldKind = "additive",
    order_quantity: Values | None = None,
) -> UnreliableResult:
    """Lot size where what comes differs from what was ordered.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost, demand_rate : scalar or column
        Cost of an order [currency/order] and demand [units/time], at least 0.
    holding_cost : scalar or column
        Of a unit kept [currency/unit/time], above 0.
    yield_mean, yield_sd : scalar or column
        Mean and standard deviation of what comes beyond the order (`additive`, units, may be negative), or of the share
        of the order that comes (`multiplicative`, mean above 0).
    kind : {'additive', 'multiplicative'}
        Order + Y comes, or order x Z.
    order_quantity : scalar or column, optional
        Quantity to be judged instead of the best one.

    Returns
    -------
    UnreliableResult

    Raises
    ------
    ParameterError, DataError
        A value is missing or out of range; the mean share is not above 0; nothing is to be expected of an order.

    References
    ----------
    Snyder & Shen (2019), equations (9.22), (9.23) (additive) and section 9.3.2 (multiplicative).

    Examples
    --------
    Example 9.4 of Snyder & Shen:

    >>> lot = eoq_yield(fixed_cost=18500, holding_cost=0.06, demand_rate=75000, yield_mean=-15000, yield_sd=9000)
    >>> round(lot.order_quantity, 2), round(lot.cost, 2)
    (230246.37, 12914.78)
    """
    check_option("kind", kind, YieldKind)
    rules = RULES if kind == "additive" else {**RULES, "yield_mean": POSITIVE}
    items = read_items(frame, rules, fixed_cost=fixed_cost, holding_cost=holding_cost, demand_rate=demand_rate,
                       yield_mean=yield_mean, yield_sd=yield_sd, order_quantity=order_quantity)  # fmt: skip
    fixed, holding, demand, mean, sd = (items[name] for name in list(items.arrays)[:5])
    spread = 2 * fixed * demand / holding
    chosen = items.arrays.get("order_quantity")
    if kind == "additive":
        ordered = demand > 0 if chosen is None else np.ones(len(items), dtype=bool)
        chosen = np.where(ordered, np.sqrt(spread + sd**2) - mean, 0.0) if chosen is None else chosen
        received, variance = np.where(ordered, chosen + mean, 0.0), sd**2
        items.refuse("order_quantity", received < 0, t("less than nothing is to be expected of this order"))
    else:
        chosen = np.sqrt(spread / (mean**2 + sd**2)) if chosen is None else chosen
        received, variance = chosen * mean, (chosen * sd) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.where(received > 0, holding * (spread + variance + received**2) / (2 * received), 0.0)
        cycle = np.where(demand > 0, received / demand, np.nan)
    return UnreliableResult(**results_of(items, order_quantity=chosen, cost=cost, cycle_time=cycle))


def newsvendor_yield(
    frame: pd.DataFrame | None = None,
    *,
    holding_cost: Values,
    stockout_cost: Values,
    demand: Values,
    yield_mean: Values | None = None,
    yield_sd: Values | None = None,
    yield_distribution: Any = None,
    base_stock_level: Values | None = None,
) -> UnreliableResult:
    """Order-up-to level for even demand where order + Y comes.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    holding_cost, stockout_cost : scalar or column
        Of a unit left and of a unit short, above 0.
    demand : scalar or column
        Demand of the period [units], above 0.
    yield_mean, yield_sd : scalar or column
        Mean and standard deviation of normal Y [units]; instead of them:
    yield_distribution : frozen scipy.stats distribution
        Distribution of Y, whose parameters may be arrays, one value per SKU.
    base_stock_level : scalar or column, optional
        Level to be judged instead of the best one.

    Returns
    -------
    UnreliableResult
        `base_stock_level` = d - the h/(h + p) quantile of Y.

    Raises
    ------
    ParameterError, DataError
        A value is missing or out of range.

    References
    ----------
    Snyder & Shen (2019), section 9.3.3 and Example 9.6.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> order = newsvendor_yield(holding_cost=15e6, stockout_cost=75e6, demand=1.5, yield_distribution=uniform(-0.5, 1))
    >>> round(order.base_stock_level, 4), round(order.cost)
    (1.8333, 6250000)
    """
    if yield_distribution is None:
        require({"yield_mean": yield_mean, "yield_sd": yield_sd}, "yield_mean", "yield_sd")
    items = read_items(frame, RULES, holding_cost=holding_cost, stockout_cost=stockout_cost, demand=demand,
                       yield_mean=yield_mean, yield_sd=yield_sd, base_stock_level=base_stock_level)  # fmt: skip
    holding, penalty = items["holding_cost"], items["stockout_cost"]
    made = NormalDemand(items["yield_mean"], items["yield_sd"]) if yield_distribution is None else ContinuousDemand(
        yield_distribution, len(items))  # fmt: skip
    level = items.arrays.get("base_stock_level")
    if level is None:
        level = items["demand"] - made.quantile(holding / (holding + penalty))
    gap = items["demand"] - level
    over = made.loss(gap)
    cost = holding * over + penalty * (over + gap - made.mean)
    return UnreliableResult(**results_of(items, base_stock_level=level, cost=cost))


def _down(lot: Floats, pace: Floats, fail: Floats, recover: Floats, approximate: bool) -> Floats:
    """Probability that an order finds the supplier down."""
    balance = fail / (fail + recover)
    return balance if approximate else -balance * np.expm1(-(fail + recover) * lot / pace)


def _balanced_lot(
    fixed: Floats, holding: Floats, penalty: Floats, pace: Floats, fail: Floats, recover: Floats
) -> Floats:
    """Snyder's (2014) closed form."""
    down = fail / (fail + recover)
    part = down * pace * holding
    root = np.sqrt(part**2 + 2 * holding * recover * (fixed * pace * recover + pace**2 * penalty * down))
    return (root - part) / (holding * recover)


def _exact_lot(
    near: Floats, fixed: Floats, holding: Floats, penalty: Floats, pace: Floats, fail: Floats, recover: Floats
) -> Floats:
    """Where the slope of the exact cost changes its sign, by halving between a tenth and ten times the closed form."""
    low, high = np.log(near / 10), np.log(near * 10)
    rate = (fail + recover) / pace
    for _ in range(STEPS):
        middle = (low + high) / 2
        lot = np.exp(middle)
        down = _down(lot, pace, fail, recover, False)
        steeper = fail / (fail + recover) * rate * np.exp(-rate * lot) / recover
        time = lot / pace + down / recover
        money = fixed + holding * lot**2 / (2 * pace) + penalty * pace * down / recover
        rises = (holding * lot / pace + penalty * pace * steeper) * time > money * (1 / pace + steeper)
        low, high = np.where(rises, low, middle), np.where(rises, middle, high)
        if np.all(high - low < 1e-15):
            break
    return np.exp((low + high) / 2)


def _periods_short(cover: Floats, down: Floats, stay: Floats) -> Floats:
    """Mean number of periods by which a disruption outlasts the cover, P(longer than n) = down * stay**n."""
    whole = np.floor(np.maximum(cover, 0))
    tail = down * stay**whole
    inside = (whole + 1 - np.maximum(cover, 0)) * tail + tail * stay / (1 - stay)
    return np.where(cover < 0, -cover + down / (1 - stay), inside)
