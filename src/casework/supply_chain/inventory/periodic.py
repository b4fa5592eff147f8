"""Periodic review with a fixed order cost: order up to S when the position is at s or below. Exact, and by formula."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln, ndtri

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    AT_LEAST_0,
    POSITIVE,
    WHOLE,
    Floats,
    Items,
    Rule,
    Values,
    read_items,
    require,
)
from casework.supply_chain.inventory.demand import Demand, DiscreteDemand, NegativeBinomialDemand, PoissonDemand
from casework.supply_chain.inventory.newsvendor import Pmf, read_pmf
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

PeriodicMethod = Literal["exact", "power"]

RULES = {
    "fixed_cost": AT_LEAST_0,
    "holding_cost": POSITIVE,
    "stockout_cost": POSITIVE,
    "demand_mean": POSITIVE,
    "demand_sd": AT_LEAST_0,
    "lead_time": WHOLE,
    "reorder_point": Rule(whole=True),
    "order_up_to": Rule(whole=True),
    "base": AT_LEAST_0,
}
POWER_RULES = {**RULES, "lead_time": AT_LEAST_0, "fixed_cost": POSITIVE, "demand_sd": POSITIVE}
CELLS = 4_000_000  # of a table (SKUs, positions) worked on at once
ROUNDS = 100  # at most; a handful is enough
LONGEST = 200_000  # positions between s and S that the exact method takes on


@dataclass(frozen=True, kw_only=True)
class PeriodicResult(ItemResult):
    """Reorder and order-up-to level of each SKU, and what follows from them per period.

    Measures: `reorder_point` (s), `order_up_to` (S) [units], `cost` [currency/period], `ordering_cost`,
    `stock_cost` (holding and shortage), `orders_per_period`, `service_level` (type 1: a period ends without shortage),
    `fill_rate` (type 2: share of demand met at once). The power approximation has s and S only.
    """

    method: PeriodicMethod
    probabilities: npt.NDArray[np.float64] | None = field(default=None, repr=False)

    reorder_point = Measure("units")
    order_up_to = Measure("units")
    cost = Measure("currency/period")
    ordering_cost = Measure("currency/period")
    stock_cost = Measure("currency/period")
    orders_per_period = Measure("orders/period")
    service_level = Measure()
    fill_rate = Measure()

    @property
    def s(self) -> Any:
        """Reorder point."""
        return self.reorder_point

    @property
    def S(self) -> Any:  # noqa: N802
        """Order-up-to level."""
        return self.order_up_to

    def summary(self) -> str:
        """Say when to order up to where."""
        if self.single:
            return t("When stock and orders under way are at {s:,.1f} or below, order up to {S:,.1f}.",
                     s=self.reorder_point, S=self.order_up_to)  # fmt: skip
        if "cost" not in self.values:
            return tn(
                "{n} SKU: reorder and order-up-to level by formula.",
                "{n} SKUs: reorder and order-up-to levels by formula.",
                len(self.index),
            )
        return tn("{n} SKU: cost {c:,.2f} per period.", "{n} SKUs: cost {c:,.2f} per period.",
                  len(self.index), c=self.total("cost"))  # fmt: skip


def ss_policy(
    frame: pd.DataFrame | None = None,
    *,
    fixed_cost: Values,
    holding_cost: Values,
    stockout_cost: Values,
    demand_mean: Values | None = None,
    demand_sd: Values | None = None,
    pmf: Pmf | None = None,
    lead_time: Values = 0,
    method: PeriodicMethod = "exact",
    cap_small_lots: bool = False,
    reorder_point: Values | None = None,
    order_up_to: Values | None = None,
) -> PeriodicResult:
    """Best s and S where stock is looked at once a period and each order has a fixed cost.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    fixed_cost : scalar or column
        Cost of an order, at least 0 (above 0 for `power`) [currency/order].
    holding_cost, stockout_cost : scalar or column
        Of a unit in stock and of a unit that waits, at the end of a period [currency/unit/period], above 0.
    demand_mean, demand_sd : scalar or column
        Of demand per period [units]. Exact: Poisson without the standard deviation, negative binomial with it (its
        square above the mean). `power` needs both.
    pmf : mapping, Series or DataFrame
        Instead of them, for the exact method: probabilities of whole demands, as in `newsvendor_discrete`.
    lead_time : scalar or column
        Periods until an order comes, a whole number for the exact method; an order of lead time 0 is there for the
        demand of its period.
    method : {'exact', 'power'}
        Exact optimum, or the revised power approximation.
    cap_small_lots : bool
        For `power`: keep levels at or below the single-period level where a lot lasts at most 1.5 periods, as
        Ehrhardt and Mosier do; Snyder and Shen leave that out.
    reorder_point, order_up_to : scalar or column, optional
        A policy to be judged instead, both whole, s below S.

    Returns
    -------
    PeriodicResult
        An order is placed when the position is at `reorder_point` or below.

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; lead time or demand not whole; probabilities that do not add up
        to 1; demand less spread than Poisson without a `pmf`; s not below S.

    Notes
    -----
    The exact method finds the least mean cost by Dinkelbach's method on the renewal equation of Zheng and Federgruen;
    the result is the optimum of their algorithm, for all SKUs at once.

    References
    ----------
    Zheng & Federgruen (1991), Operations Research 39(4), table 1; Ehrhardt & Mosier (1984), Management Science 30(5);
    Snyder & Shen (2019), section 4.4.

    Examples
    --------
    Example 4.7 of Snyder & Shen, and the first row of the table of Zheng and Federgruen:

    >>> policy = ss_policy(fixed_cost=5, holding_cost=1, stockout_cost=4, demand_mean=6)
    >>> policy.s, policy.S, round(policy.cost, 6)
    (4.0, 10.0, 8.034112)
    >>> row = ss_policy(fixed_cost=64, holding_cost=1, stockout_cost=9, demand_mean=10)
    >>> row.s, row.S, round(row.cost, 3)
    (6.0, 40.0, 35.022)
    """
    check_option("method", method, PeriodicMethod)
    _fit(method, demand_mean, demand_sd, pmf, reorder_point, order_up_to)
    values, mass, index = read_pmf(pmf) if pmf is not None else (None, None, None)
    base = pd.Series(0.0, index=index) if index is not None else None
    items = read_items(
        frame, POWER_RULES if method == "power" else RULES, fixed_cost=fixed_cost, holding_cost=holding_cost,
        stockout_cost=stockout_cost, demand_mean=demand_mean, demand_sd=demand_sd, lead_time=lead_time,
        reorder_point=reorder_point, order_up_to=order_up_to, base=base,
    )  # fmt: skip
    if method == "power":
        return PeriodicResult(method=method, **results_of(items, **_power(items, cap_small_lots)))
    if "demand_sd" in items:
        even = items["demand_sd"] ** 2 <= items["demand_mean"]
        items.refuse("demand_sd", even, t("demand is spread no more than Poisson demand"),
                     t("a square above the mean"), t("Leave the standard deviation out, or give a pmf."))  # fmt: skip
    if "order_up_to" in items:
        items.refuse("order_up_to", items["order_up_to"] <= items["reorder_point"], t("not above the reorder point"))
    table = None if mass is None or values is None else _whole_demand(values[0], mass, len(items))
    return PeriodicResult(method=method, probabilities=mass, **results_of(items, **_exact(items, table)))


def _fit(method: str, mean: Any, sd: Any, pmf: Any, low: Any, high: Any) -> None:
    """Refuse options that do not go together."""
    if pmf is None:
        require({"demand_mean": mean}, "demand_mean")
    elif mean is not None or sd is not None:
        raise ParameterError(Problem("pmf", t("given together with a mean or standard deviation"), t("one of them")))
    if method == "power":
        require({"demand_mean": mean, "demand_sd": sd}, "demand_mean", "demand_sd")
        if low is not None or high is not None:
            raise ParameterError(Problem("method", repr(method), t("exact, where a policy is judged")))
    if (low is None) != (high is None):
        require({"reorder_point": low, "order_up_to": high}, "reorder_point", "order_up_to")


def _whole_demand(values: Floats, mass: Floats, size: int) -> Floats:
    """Probabilities of demand 0, 1, 2, ... from listed whole demands."""
    if (values != np.floor(values)).any():
        raise ParameterError(Problem("pmf", t("a demand is not a whole number"), t("whole demands")))
    table = np.zeros((len(mass), int(values[-1]) + 1))
    table[:, values.astype(int)] = mass
    return np.broadcast_to(table, (size, table.shape[1]))


def _power(items: Items, cap: bool) -> dict[str, Floats]:
    """Ehrhardt and Mosier's fit to many optimal policies; stock covers the demand of lead time + 1 periods."""
    mean, periods = items["demand_mean"], items["lead_time"] + 1
    holding, penalty = items["holding_cost"], items["stockout_cost"]
    over, spread = mean * periods, items["demand_sd"] * np.sqrt(periods)
    lot = 1.30 * mean**0.494 * (items["fixed_cost"] / holding) ** 0.506 * (1 + (spread / mean) ** 2) ** 0.116
    z = np.sqrt(lot * holding / (spread * penalty))
    low = 0.973 * over + spread * (0.183 / z + 1.063 - 2.192 * z)
    simple = over + spread * ndtri(penalty / (penalty + holding))
    small = cap & (lot / mean <= 1.5)
    return {
        "reorder_point": np.where(small, np.minimum(low, simple), low),
        "order_up_to": np.where(small, np.minimum(low + lot, simple), low + lot),
    }


def _exact(items: Items, table: Floats | None) -> dict[str, Floats]:
    """Exact policy and measures of all SKUs, those with like ranges together."""
    names = ("reorder_point", "order_up_to", "cost", "ordering_cost", "orders_per_period", "service_level", "fill_rate")
    found = {name: np.empty(len(items)) for name in names}
    for rows in _batches(items, table):
        batch = _Batch(
            {name: array[rows] for name, array in items.arrays.items()}, None if table is None else table[rows]
        )
        for name, part in batch.solve().items():
            found[name][rows] = part
    found["stock_cost"] = found["cost"] - found["ordering_cost"]
    return found


def _batches(items: Items, table: Floats | None) -> list[npt.NDArray[np.int64]]:
    """SKUs in groups whose positions are about as many."""
    mean = items["demand_mean"] if table is None else table @ np.arange(table.shape[1])
    lot = np.sqrt(2 * items["fixed_cost"] * np.maximum(mean, 1e-9) / items["holding_cost"])
    width = 3 * lot + 12 * np.sqrt(mean * (items["lead_time"] + 1)) + 30
    order = np.argsort(width, kind="stable")
    groups, start = [], 0
    while start < len(order):
        size = max(1, int(CELLS / width[order[start]] / 8))
        size = max(1, min(size, int(CELLS / width[order[min(start + size, len(order)) - 1]])))
        groups.append(order[start : start + size])
        start += size
    return groups


class _Batch:
    """Some SKUs, their demand and the cost of each position."""

    def __init__(self, given: dict[str, Floats], table: Floats | None) -> None:
        self.given = given
        self.fixed, self.holding, self.penalty = (given[k] for k in ("fixed_cost", "holding_cost", "stockout_cost"))
        self.table = table
        self.period = _demand_of(given, table, np.zeros_like(self.fixed))
        self.over = _demand_of(given, table, given["lead_time"])
        self.best = self.over.quantile(self.penalty / (self.penalty + self.holding))

    def rate(self, position: Floats) -> Floats:
        """Return the expected cost at the end of the period that an order of now decides."""
        return self.holding * (position - self.over.mean) + (self.holding + self.penalty) * self.over.loss(position)

    def solve(self) -> dict[str, Floats]:
        """Best policy, or the measures of the one that is given."""
        if "order_up_to" in self.given:
            low, high = self.given["reorder_point"], self.given["order_up_to"]
        else:
            low, high = self._optimise()
        return self._measures(low, high)

    def _optimise(self) -> tuple[Floats, Floats]:
        """Dinkelbach's method: positions that cost less than the mean cost, and the best place to begin from."""
        none = self.period.cover(np.zeros_like(self.fixed))
        low, high = self._first_guess()
        each = self.fixed * (1 - none) + self.rate(self.best)
        cost = np.minimum(self._mean_cost(low, high)[0], each)
        start, end = self._edge(cost, down=True), self._edge(cost, down=False)
        width = int((end - start).max())
        _limit(width)
        visits, rates = self._renewals(width), self._positions(start, width)
        for _ in range(ROUNDS):
            inside = rates <= cost[:, None]
            first = np.argmax(inside, axis=1)
            low, top = start + first, start + width - np.argmax(inside[:, ::-1], axis=1)
            new, high = self._best_start(low, top, cost, visits, _shifted(rates, first))
            settled = new >= cost - 1e-12 * np.abs(cost)
            cost = np.minimum(cost, new)
            if settled.all():
                break
        return low, high

    def _first_guess(self) -> tuple[Floats, Floats]:
        mean = np.maximum(self.period.mean, 1e-9)
        lot = np.maximum(np.rint(np.sqrt(2 * self.fixed * mean / self.holding)), 1)
        low = self.best - np.ceil(lot * self.holding / (self.holding + self.penalty)) - 1
        return low, low + lot

    def _edge(self, cost: Floats, *, down: bool) -> Floats:
        """Last position below the best that costs more than the mean; or the last above it that does not."""
        sign = -1.0 if down else 1.0
        step = np.ones_like(cost)
        inside, outside = self.best, self.best + sign * step
        while True:
            more = self.rate(outside) <= cost
            if not more.any():
                break
            inside = np.where(more, outside, inside)
            step = np.where(more, 2 * step, step)
            outside = np.where(more, outside + sign * step, outside)
        while np.any(np.abs(outside - inside) > 1):
            middle = np.trunc((inside + outside) / 2) if not down else np.ceil((inside + outside) / 2)
            middle = np.where(middle == inside, outside, middle) if np.all(np.abs(outside - inside) <= 1) else middle
            more = self.rate(middle) <= cost
            wide = np.abs(outside - inside) > 1
            inside, outside = np.where(wide & more, middle, inside), np.where(wide & ~more, middle, outside)
        return outside if down else inside

    def _positions(self, low: Floats, width: int) -> Floats:
        """Cost of the positions above the reorder point, (SKUs, width)."""
        return np.stack([self.rate(low + 1 + place) for place in range(width)], axis=1)

    def _renewals(self, width: int) -> Floats:
        """Return the expected visits to each distance below the upper level between orders, (SKUs, width)."""
        mass = _mass(self.period, width, self.table)
        visits = np.empty((len(self.fixed), width))
        visits[:, 0] = stay = 1 / (1 - mass[:, 0])
        for place in range(1, width):
            visits[:, place] = stay * np.einsum("ij,ij->i", mass[:, 1 : place + 1], visits[:, place - 1 :: -1])
        return visits

    def _mean_cost(self, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean cost per period of a policy, its length in periods between orders, and its renewals."""
        width = int((high - low).max())
        _limit(width)
        visits, rates = self._renewals(width), self._positions(low, width)
        place = (high - low)[:, None] - 1 - np.arange(width)
        kept = np.where(place >= 0, np.take_along_axis(visits, np.maximum(place, 0).astype(int), axis=1), 0.0)
        length = kept.sum(axis=1)
        return (self.fixed + (kept * rates).sum(axis=1)) / length, length, kept

    def _best_start(
        self, low: Floats, top: Floats, cost: Floats, visits: Floats, rates: Floats
    ) -> tuple[Floats, Floats]:
        """Mean cost and order-up-to level that gain most against the present mean cost."""
        width = rates.shape[1]
        gain = _convolve(visits, rates - cost[:, None])
        outside = np.arange(width) >= (top - low)[:, None]
        place = np.argmin(np.where(outside, np.inf, gain), axis=1)
        length = np.take_along_axis(np.cumsum(visits, axis=1), place[:, None], axis=1)[:, 0]
        least = np.take_along_axis(gain, place[:, None], axis=1)[:, 0]
        return cost + (self.fixed + least) / length, low + 1 + place

    def _measures(self, low: Floats, high: Floats) -> dict[str, Floats]:
        cost, length, kept = self._mean_cost(low, high)
        share = kept / length[:, None]
        before = _demand_of(self.given, self.table, self.given["lead_time"] - 1)
        covered, short = np.zeros_like(low), np.zeros_like(low)
        for place in range(share.shape[1]):
            position = low + 1 + place
            covered += share[:, place] * self.over.cover(position)
            short += share[:, place] * (self.over.loss(position) - before.loss(position))
        return {
            "reorder_point": low,
            "order_up_to": high,
            "cost": cost,
            "ordering_cost": self.fixed / length,
            "orders_per_period": 1 / length,
            "service_level": np.clip(covered, 0, 1),
            "fill_rate": np.clip(1 - short / np.maximum(self.period.mean, 1e-300), 0, 1),
        }


def _shifted(table: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """Return each row moved to the left by its places; what is moved in from the right repeats the last column."""
    columns = np.minimum(np.arange(table.shape[1]) + places[:, None], table.shape[1] - 1)
    return np.take_along_axis(table, columns, axis=1)


class _None:
    """No demand: the demand of no periods."""

    discrete = True

    def __init__(self, mean: Floats) -> None:
        self.mean = mean * 0

    def quantile(self, probability: Floats) -> Floats:
        return probability * 0.0

    def cover(self, level: Floats) -> Floats:
        found: Floats = (level >= 0).astype(np.float64)
        return found

    def loss(self, level: Floats) -> Floats:
        return np.maximum(-level, 0.0)


def _demand_of(given: dict[str, Floats], table: Floats | None, lead_time: Floats) -> Demand:
    """Demand of lead time + 1 periods."""
    periods = lead_time + 1
    if table is not None:
        return _convolved(table, periods)
    mean = given["demand_mean"] * periods
    if "demand_sd" not in given:
        return PoissonDemand(mean)
    if not periods.any():
        return _None(mean)
    safe = np.where(periods > 0, periods, 1e-12)
    return NegativeBinomialDemand(given["demand_mean"] * safe, given["demand_sd"] * np.sqrt(safe))


def _convolved(table: Floats, periods: Floats) -> Demand:
    """Return listed demand of several periods, SKUs with the same number of periods together."""
    longest = int(periods.max()) if periods.size else 0
    if longest == 0:
        return _None(np.zeros(len(table)))
    width = longest * (table.shape[1] - 1) + 1
    mass = np.zeros((len(table), width))
    for count in np.unique(periods):
        rows = periods == count
        part = np.zeros((int(rows.sum()), width))
        part[:, 0] = 1.0
        for _ in range(int(count)):
            part = _convolve(part, np.pad(table[rows], ((0, 0), (0, width - table.shape[1]))))
        mass[rows] = np.where(part < 1e-18, 0.0, part)
    mass /= mass.sum(axis=1, keepdims=True)
    return DiscreteDemand(np.broadcast_to(np.arange(width, dtype=float), mass.shape), mass)


def _convolve(first: Floats, second: Floats) -> Floats:
    """Row by row convolution, as many columns as the first has."""
    width = first.shape[1]
    if width <= 32:
        found = np.zeros_like(first)
        for place in range(width):
            found[:, place:] += first[:, place, None] * second[:, : width - place]
        return found
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(2 * width, real=True)
    return np.asarray(irfft(rfft(first, size) * rfft(second, size), size)[:, :width], dtype=np.float64)


def _mass(demand: Demand, width: int, table: Floats | None) -> Floats:
    """Probabilities of demand 0 to width - 1."""
    if table is not None:
        kept = table[:, :width]
        return np.asarray(np.pad(kept, ((0, 0), (0, width - kept.shape[1]))), dtype=np.float64)
    whole = np.arange(width)[None, :]
    if isinstance(demand, NegativeBinomialDemand):
        size, success = demand.size[:, None], demand.success[:, None]
        log = (
            gammaln(whole + size)
            - gammaln(size)
            - gammaln(whole + 1)
            + size * np.log(success)
            + whole * np.log1p(-success)
        )
        return np.asarray(np.exp(log))
    mean = demand.mean[:, None]
    return np.asarray(np.exp(whole * np.log(mean) - mean - gammaln(whole + 1)))


def _limit(width: int) -> None:
    if width > LONGEST:
        raise ParameterError(
            Problem(
                "fixed_cost",
                t("{n} positions lie between the two levels", n=f"{width:,}"),
                t("at most {n}", n=f"{LONGEST:,}"),
                t("Count demand in larger units, such as cartons, or use method power."),
            )
        )
