"""Order a lot of Q when the inventory position falls to r: the exact optimum, four approximations, service targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
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
from casework.supply_chain.inventory.demand import ndtr, ndtri, normal_loss, normal_loss_2
from casework.supply_chain.inventory.lead_time import (
    LeadTimeDemand,
    NormalLeadTime,
    PoissonLeadTime,
    halve,
)
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

ReorderMethod = Literal["exact", "eil", "eoqb", "eoq_ss", "loss"]
LeadTimeDistribution = Literal["normal", "poisson"]

RULES = {
    "fixed_cost": POSITIVE,
    "demand_mean": POSITIVE,
    "demand_sd": AT_LEAST_0,
    "lead_time": AT_LEAST_0,
    "lead_time_sd": AT_LEAST_0,
    "holding_cost": POSITIVE,
    "stockout_cost": POSITIVE,
    "service_level": SHARE,
    "fill_rate": SHARE,
    "order_quantity": POSITIVE,
    "reorder_point": ANY,
}
STEPS = 200  # at most; Newton's method needs about ten
CHUNK = 250_000  # SKUs worked on at once


@dataclass(frozen=True, kw_only=True)
class ReorderResult(ItemResult):
    """When to reorder each SKU and how much, and what follows from it per unit of time.

    Measures: `reorder_point` (r), `order_quantity` (Q), `safety_stock` (r less mean demand over the lead time) [units];
    `cost` [currency/time] by the formula of the method, `exact_cost` by the exact one; `service_level` (type 1: no
    shortage in a cycle), `fill_rate` (type 2: share of demand met at once), `mean_inventory`, `mean_backorders`
    [units], `orders_per_time`.
    """

    method: ReorderMethod
    distribution: LeadTimeDistribution

    reorder_point = Measure("units")
    order_quantity = Measure("units")
    safety_stock = Measure("units")
    cost = Measure("currency/time")
    exact_cost = Measure("currency/time")
    service_level = Measure()
    fill_rate = Measure()
    mean_inventory = Measure("units")
    mean_backorders = Measure("units")
    orders_per_time = Measure("orders/time")

    def value(self, name: str) -> Any:
        """Return a measure by name; `r` and `Q` are other names."""
        return super().value({"r": "reorder_point", "Q": "order_quantity"}.get(name, name))

    @property
    def r(self) -> Any:
        """Reorder point."""
        return self.reorder_point

    @property
    def Q(self) -> Any:  # noqa: N802
        """Order quantity."""
        return self.order_quantity

    def summary(self) -> str:
        """Say when to order how much, and what service that gives."""
        if self.single:
            return t(
                "When stock and orders under way fall to {r:,.1f}, order {q:,.1f}: {f:.1%} of demand is met at once.",
                q=self.order_quantity,
                r=self.reorder_point,
                f=self.fill_rate,
            )
        return tn(
            "{n} SKU: cost {c:,.2f} per unit of time.",
            "{n} SKUs: cost {c:,.2f} per unit of time.",
            len(self.index),
            c=self.total("cost"),
        )


def rq_policy(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    demand_mean: Values,
    lead_time: Values,
    holding_cost: Values,
    stockout_cost: Values | None = None,
    service_level: Values | None = None,
    fill_rate: Values | None = None,
    demand_sd: Values | None = None,
    lead_time_sd: Values | None = None,
    distribution: LeadTimeDistribution = "normal",
    method: ReorderMethod = "exact",
    order_quantity: Values | None = None,
    reorder_point: Values | None = None,
) -> ReorderResult:
    """Reorder point and order quantity under continuous review.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost : scalar or column
        Cost of an order [currency/order], above 0.
    demand_mean, demand_sd : scalar or column
        Mean (above 0) and standard deviation (at least 0) of demand per unit of time; Poisson demand needs the mean
        only.
    lead_time, lead_time_sd : scalar or column
        Mean and standard deviation of the time until an order comes, at least 0; a lead time that varies needs normal
        demand.
    holding_cost : scalar or column
        Of a unit kept [currency/unit/time], above 0.
    stockout_cost, service_level, fill_rate : scalar or column, exactly one
        Cost of a unit that waits [currency/unit/time; for `eil` currency/unit]; or the probability that a cycle has no
        shortage (type 1); or the share of demand met at once (type 2). None is needed where the policy is given: its
        cost is then without shortage.
    distribution : {'normal', 'poisson'}
        Of demand over the lead time.
    method : {'exact', 'eil', 'eoqb', 'eoq_ss', 'loss'}
        With a stockout cost: the exact optimum, or the approximations expected inventory level (Hadley-Whitin), EOQ
        with backorders (Zheng), EOQ and safety stock, loss function.
    order_quantity, reorder_point : scalar or column, optional
        A quantity for which the best reorder point is sought; with both the policy is judged as it is.

    Returns
    -------
    ReorderResult

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; not exactly one of stockout cost and service targets, unless
        quantity and reorder point are given; an
        approximation or a random lead time with Poisson demand; a quantity or reorder point that is not whole there.

    Warns
    -----
    Not by warning but in `notes`: SKUs for which `eil` has no solution (their results are missing).

    Notes
    -----
    Demand that is not met waits. At most one SKU per order. Normal demand can be negative: with a standard deviation
    above half the mean over the lead time, prefer Poisson or the exact (s, S) policy.

    References
    ----------
    Zheng (1992), Management Science 38(1); Federgruen & Zheng (1992), Operations Research 40(4); Hadley & Whitin
    (1963); Snyder & Shen (2019), chapter 5, equations (5.7)-(5.29).

    Examples
    --------
    Example 5.6 and 5.8 of Snyder & Shen:

    >>> given = dict(fixed_cost=8, holding_cost=0.225, stockout_cost=7.5, demand_mean=1300, lead_time=1 / 12)
    >>> best = rq_policy(**given, demand_sd=150)
    >>> round(best.reorder_point, 2), round(best.order_quantity, 2), round(best.cost, 4)
    (126.87, 328.45, 78.0711)
    >>> slow = rq_policy(fixed_cost=100, holding_cost=20, stockout_cost=150, demand_mean=1.5, lead_time=2,
    ...                  distribution="poisson")
    >>> slow.reorder_point, slow.order_quantity, round(slow.cost, 4)
    (3.0, 5.0, 107.9236)
    """
    targets = {"stockout_cost": stockout_cost, "service_level": service_level, "fill_rate": fill_rate}
    judged = order_quantity is not None and reorder_point is not None
    free = judged and all(value is None for value in targets.values())
    target = "" if free else exactly_one(targets)
    check_option("method", method, ReorderMethod)
    check_option("distribution", distribution, LeadTimeDistribution)
    _fit(distribution, method, target, demand_sd, lead_time_sd)
    if reorder_point is not None:
        require({"order_quantity": order_quantity}, "order_quantity")
    whole = distribution == "poisson"
    rules = {**RULES, **{name: _whole(RULES[name]) for name in ("order_quantity", "reorder_point") if whole}}
    items = read_items(frame, rules, fixed_cost=fixed_cost, demand_mean=demand_mean, lead_time=lead_time,
                       holding_cost=holding_cost, stockout_cost=stockout_cost, service_level=service_level,
                       fill_rate=fill_rate, demand_sd=demand_sd, lead_time_sd=lead_time_sd,
                       order_quantity=order_quantity, reorder_point=reorder_point)  # fmt: skip
    parts = [_part(items, slice(start, start + CHUNK), distribution, method)
             for start in range(0, len(items), CHUNK)]  # fmt: skip
    values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    return ReorderResult(
        method=method, distribution=distribution, **{**results_of(items, **values), "notes": _notes(values)}
    )


def _whole(rule: Any) -> Any:
    from dataclasses import replace

    return replace(rule, whole=True)


def _fit(distribution: str, method: str, target: str, demand_sd: Values | None, lead_time_sd: Values | None) -> None:
    """Refuse options that do not go together."""
    if distribution == "normal":
        require({"demand_sd": demand_sd}, "demand_sd")
    elif method != "exact":
        raise ParameterError(Problem("method", repr(method), t("exact, for Poisson demand")))
    elif lead_time_sd is not None or demand_sd is not None:
        name = "lead_time_sd" if lead_time_sd is not None else "demand_sd"
        raise ParameterError(Problem(name, t("given for Poisson demand, which its mean describes whole"),
                                     fix=t("Leave it out, or use normal demand.")))  # fmt: skip
    if target != "stockout_cost" and method != "exact":
        raise ParameterError(Problem("method", repr(method), t("exact, where a service target is given")))


def _part(items: Items, rows: slice, distribution: str, method: ReorderMethod) -> dict[str, Floats]:
    """Policy and measures of some of the SKUs."""
    given = {name: array[rows] for name, array in items.arrays.items()}
    demand = lead_time_demand(given, distribution)
    own_cost = None
    if "reorder_point" in given:
        r, q = given["reorder_point"], given["order_quantity"]
    elif "stockout_cost" not in given:
        r, q = _for_service(given, demand, distribution)
    elif isinstance(demand, PoissonLeadTime):
        r, q = _poisson_best(given, demand)
    else:
        r, q, own_cost = _normal_best(given, demand, method)  # type: ignore[arg-type]
    return _measures(given, demand, r, q, own_cost)


def lead_time_demand(given: dict[str, Floats], distribution: str) -> LeadTimeDemand:
    """Demand over the lead time: the variance of demand, and that of the lead time times the mean squared."""
    mean = given["demand_mean"] * given["lead_time"]
    if distribution == "poisson":
        return PoissonLeadTime(mean)
    variance = given["demand_sd"] ** 2 * given["lead_time"]
    if "lead_time_sd" in given:
        variance = variance + (given["demand_mean"] * given["lead_time_sd"]) ** 2
    return NormalLeadTime(mean, np.sqrt(variance))


def _measures(
    given: dict[str, Floats], demand: LeadTimeDemand, r: Floats, q: Floats, own_cost: Floats | None
) -> dict[str, Floats]:
    backlog = demand.backlog(r, q)
    position = r + (q + 1) / 2 if isinstance(demand, PoissonLeadTime) else r + q / 2
    stock = np.maximum(position - demand.mean + backlog, 0)
    frequency = given["demand_mean"] / q
    cost = given["fixed_cost"] * frequency + given["holding_cost"] * stock
    if "stockout_cost" in given:
        cost = cost + given["stockout_cost"] * backlog
    return {
        "reorder_point": r,
        "order_quantity": q,
        "safety_stock": r - demand.mean,
        "cost": cost if own_cost is None else own_cost,
        "exact_cost": cost,
        "service_level": demand.cover(r),
        "fill_rate": np.clip(1 - (demand.loss(r) - demand.loss(r + q)) / q, 0, 1),
        "mean_inventory": stock,
        "mean_backorders": backlog,
        "orders_per_time": frequency,
    }


def _for_service(given: dict[str, Floats], demand: LeadTimeDemand, distribution: str) -> tuple[Floats, Floats]:
    """Smallest reorder point for a service target; the quantity given, or the economic one."""
    q = given.get("order_quantity")
    if q is None:
        q = np.sqrt(2 * given["fixed_cost"] * given["demand_mean"] / given["holding_cost"])
        q = np.maximum(np.rint(q), 1) if distribution == "poisson" else q
    if "service_level" in given:
        return demand.quantile(given["service_level"]), q
    return demand.reorder_for_fill(q, given["fill_rate"]), q


def _normal_best(
    given: dict[str, Floats], demand: NormalLeadTime, method: ReorderMethod
) -> tuple[Floats, Floats, Floats | None]:
    """Reorder point, quantity and, where the method has a formula of its own, cost; normal demand."""
    holding, penalty, fixed = given["holding_cost"], given["stockout_cost"], given["fixed_cost"]
    share = holding / (holding + penalty)
    lot = given.get("order_quantity")
    if method == "eil" and lot is None:
        return _expected_inventory(given, demand)
    if method == "eoq_ss":
        lot = np.sqrt(2 * fixed * given["demand_mean"] / holding) if lot is None else lot
        return demand.quantile(1 - share), lot, None
    if method == "eoqb" and lot is None:
        lot = np.sqrt(2 * fixed * given["demand_mean"] * (holding + penalty) / (holding * penalty))
    if lot is not None:
        return demand.mean + demand.scale * best_reorder(lot / demand.scale, share), lot, None
    effort = fixed * given["demand_mean"] / (demand.scale**2 * (holding + penalty))
    z, width = (best_lot if method == "exact" else loss_lot)(share, effort)
    return demand.mean + demand.scale * z, demand.scale * width, None


def best_reorder(width: Floats, share: Floats) -> Floats:
    """Standardized reorder point for a given lot: where the cost is the same at both ends of the lot."""
    best = ndtri(1 - share)
    return halve(lambda z: share * width + normal_loss(z + width) - normal_loss(z) > 0, best - width, best)


def best_lot(share: Floats, effort: Floats) -> tuple[Floats, Floats]:
    """Standardized reorder point and lot of least cost, by Newton's method on the reorder point.

    The cost rate at a position z is g(z) = share z + L(z). At the optimum g is the same at both ends of the lot, and
    the area between that height and g is the effort of ordering. That area is convex and falling in the lower end, so
    Newton's steps cannot cycle.
    """
    level = np.sqrt(2 * effort * share * (1 - share))
    z = np.minimum(-level / (1 - share), ndtri(1 - share) - 0.5)
    upper = z
    for _ in range(STEPS):
        height = share * z + normal_loss(z)
        upper = _upper_end(height, share)
        width = upper - z
        area = width * height - share * (upper**2 - z**2) / 2 - normal_loss_2(z) + normal_loss_2(upper)
        step = (area - effort) / (width * (share - ndtr(-z)))
        z = z - step
        if np.all(np.abs(step) <= 1e-13 * (1 + np.abs(z))):
            break
    return z, _upper_end(share * z + normal_loss(z), share) - z


def _upper_end(height: Floats, share: Floats) -> Floats:
    """Position above the best one at which the cost rate has this height."""
    upper = height / share
    for _ in range(STEPS):
        slope = share - ndtr(-upper)
        step = (share * upper + normal_loss(upper) - height) / slope
        step = np.where(np.isfinite(step), step, 0.0)
        upper = upper - step
        if np.all(np.abs(step) <= 1e-14 * (1 + np.abs(upper))):
            break
    return upper


def loss_lot(share: Floats, effort: Floats) -> tuple[Floats, Floats]:
    """Standardized reorder point and lot where shortages at the upper end of the lot are left out."""
    best = ndtri(1 - share)
    low = np.minimum(best, 0) - np.sqrt(2 * effort * share) / (1 - share) - 40.0
    z = halve(lambda x: normal_loss(x) ** 2 / (2 * share) - normal_loss_2(x) < effort, low, best)
    return z, normal_loss(z) / share


def _expected_inventory(given: dict[str, Floats], demand: NormalLeadTime) -> tuple[Floats, Floats, Floats]:
    """Hadley and Whitin's iteration; not a number where the lot costs more to hold than demand costs to lose."""
    holding, penalty, fixed, pace = (given[k] for k in ("holding_cost", "stockout_cost", "fixed_cost", "demand_mean"))
    q = np.sqrt(2 * fixed * pace / holding)
    r = demand.mean
    with np.errstate(invalid="ignore"):
        for _ in range(5000):
            before, r = r, demand.mean + demand.sd * ndtri(1 - q * holding / (penalty * pace))
            q = np.sqrt(2 * pace * (fixed + penalty * demand.loss(r)) / holding)
            if not np.any(np.abs(r - before) > 1e-11 * (1 + np.abs(r))):
                break
    q = np.where(np.isnan(r), np.nan, q)
    short = demand.loss(r)
    return r, q, holding * (r - demand.mean + q / 2) + fixed * pace / q + penalty * pace * short / q


def _poisson_best(given: dict[str, Floats], demand: PoissonLeadTime) -> tuple[Floats, Floats]:
    """Best whole reorder point and lot: all positions that cost less than the mean, which falls until it settles.

    The cost rate g is convex in the position, so the positions below a level are neighbours; taking exactly these never
    raises the mean (Dinkelbach's method, which ends after a few rounds).
    """
    holding, penalty = given["holding_cost"], given["stockout_cost"]
    share = holding / (holding + penalty)
    lot = given.get("order_quantity")
    rate = lambda y: holding * (y - demand.mean) + (holding + penalty) * demand.loss(y)  # noqa: E731
    if lot is not None:
        return _poisson_reorder(demand, share, lot, rate), lot
    start = NormalLeadTime(demand.mean, np.sqrt(demand.mean))
    effort = given["fixed_cost"] * given["demand_mean"]
    z, width = best_lot(share, effort / (start.scale**2 * (holding + penalty)))
    best = demand.quantile(1 - share)
    low = np.minimum(np.floor(start.mean + start.scale * z) + 1, best)
    high = np.maximum(np.rint(low + start.scale * width) - 1, best)
    cost = _poisson_mean(effort, holding, penalty, demand, low, high)
    for _ in range(STEPS):
        low, high = walk(low, high, best, _below(rate, cost))
        new = _poisson_mean(effort, holding, penalty, demand, low, high)
        if np.all(new >= cost - 1e-12 * np.abs(cost)):
            break
        cost = np.minimum(cost, new)
    return low - 1, high - low + 1


def _below(rate: Callable[[Floats], Floats], cost: Floats) -> Callable[[Floats], npt.NDArray[np.bool_]]:
    return lambda position: rate(position) < cost


def _poisson_mean(
    effort: Floats, holding: Floats, penalty: Floats, demand: PoissonLeadTime, low: Floats, high: Floats
) -> Floats:
    """Cost per unit of time where the position is evenly one of low to high."""
    size = high - low + 1
    kept = holding * ((low + high) / 2 - demand.mean) * size
    short = (holding + penalty) * (demand.shortages(low) - demand.shortages(high + 1))
    return (effort + kept + short) / size


def _poisson_reorder(demand: PoissonLeadTime, share: Floats, lot: Floats, rate: Any) -> Floats:
    """Best whole reorder point for a lot: the lowest whose next position costs no more than the one a lot above."""
    best = demand.quantile(1 - share)
    low, high = best - lot - 1, best.copy()
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        there = rate(middle + 1) <= rate(middle + 1 + lot)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return high


def walk(low: Floats, high: Floats, best: Floats, inside: Any) -> tuple[Floats, Floats]:
    """Return the ends of the neighbouring whole positions that are inside, from a guess; `best` always stays."""
    ends: list[npt.NDArray[np.float64]] = []
    for end, outward in ((low, -1.0), (high, 1.0)):
        grown = inside(end + outward)
        stride = np.where(grown, outward, 0.0)
        while stride.any():
            end = end + stride
            stride = np.where((stride != 0) & inside(end + outward), outward, 0.0)
        stride = np.where(~grown & (end != best) & ~inside(end), -outward, 0.0)
        while stride.any():
            end = end + stride
            stride = np.where((stride != 0) & (end != best) & ~inside(end), -outward, 0.0)
        ends.append(end)
    return ends[0], ends[1]


def _notes(values: dict[str, Floats]) -> tuple[str, ...]:
    n = int(np.isnan(values.get("reorder_point", np.zeros(0))).sum())
    if not n:
        return ()
    return (tn("{n} SKU has no solution: keeping its lot costs more than losing its demand.",
               "{n} SKUs have no solution: keeping their lots costs more than losing their demand.", n),)  # fmt: skip
