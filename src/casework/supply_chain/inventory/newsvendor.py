"""The newsvendor: one order before demand is known, for normal, lognormal, gamma, Poisson, listed or any demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.inventory.columns import (
    ANY,
    AT_LEAST_0,
    POSITIVE,
    Floats,
    Items,
    Values,
    exactly_one,
    name_rows,
    read_items,
    require,
)
from casework.supply_chain.inventory.demand import (
    ContinuousDemand,
    Demand,
    DiscreteDemand,
    GammaDemand,
    LognormalDemand,
    NormalDemand,
    PoissonDemand,
    at_quantile,
)
from casework.supply_chain.inventory.result import ItemResult, Measure, results_of

COSTS = ("holding_cost", "stockout_cost", "revenue", "purchase_cost", "salvage_value", "base_stock_level")
RULES = {
    "holding_cost": AT_LEAST_0,
    "stockout_cost": AT_LEAST_0,
    "revenue": POSITIVE,
    "purchase_cost": AT_LEAST_0,
    "salvage_value": ANY,
    "base_stock_level": ANY,
    "demand_mean": AT_LEAST_0,
    "demand_sd": AT_LEAST_0,
    "mu": ANY,
    "sigma": POSITIVE,
    "lead_time": AT_LEAST_0,
}
SUM_ERROR = 1e-6  # by which probabilities may miss 1 (rounding in a file)

Pmf = Mapping[float, float] | pd.Series | pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class NewsvendorResult(ItemResult):
    """How much to have of each SKU before demand is known, and what to expect.

    Measures: `base_stock_level` [units] (also `order_quantity`), `critical_ratio`, `cost` [currency/period], `profit`
    (where a revenue is given), `expected_short`, `expected_left_over`, `expected_sales` [units], `service_level`
    (type 1:
    probability that demand is met), `fill_rate` (type 2: share of demand that is met).
    """

    demand: Demand

    base_stock_level = Measure("units")
    order_quantity = Measure("units")
    critical_ratio = Measure()
    cost = Measure("currency/period")
    profit = Measure("currency/period")
    expected_short = Measure("units")
    expected_units_short = Measure("units")
    expected_left_over = Measure("units")
    expected_sales = Measure("units")
    service_level = Measure()
    fill_rate = Measure()

    def value(self, name: str) -> Any:
        """Return a measure by name; `order_quantity` and `expected_units_short` are other names."""
        other = {"order_quantity": "base_stock_level", "expected_units_short": "expected_short"}
        return super().value(other.get(name, name))

    def costs_at(self, level: npt.ArrayLike) -> Floats:
        """Return the expected cost of these levels, for a scalar call."""
        levels = np.asarray(level, dtype=float)
        over, under = (self.inputs[name][0] for name in ("overage", "underage"))
        short = np.array([self.demand.loss(np.array([x]))[0] for x in levels])
        cost: Floats = under * short + over * (levels - self.demand.mean[0] + short)
        return cost

    def summary(self) -> str:
        """Say how much to have, and how often that will do."""
        if self.single:
            return t("Have {q:,.1f} units: that is enough with probability {s:.1%} and meets {f:.1%} of demand.",
                     q=self.base_stock_level, s=self.service_level, f=self.fill_rate)  # fmt: skip
        return tn("{n} SKU: expected cost {c:,.2f} per period.", "{n} SKUs: expected cost {c:,.2f} per period.",
                  len(self.index), c=self.total("cost"))  # fmt: skip


def newsvendor_normal(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    demand_sd: Values,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    lead_time: Values = 0.0,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have for normal demand.

    Parameters
    ----------
    frame : DataFrame, optional
        One row per SKU; an argument that is text names one of its columns.
    demand_mean, demand_sd : scalar or column
        Mean and standard deviation of demand [units/period], at least 0.
    holding_cost, stockout_cost : scalar or column
        Cost of a unit left over and of a unit short [currency/unit], together above 0 each. Symbols h, p. Or:
    revenue, purchase_cost, salvage_value : scalar or column
        Price, cost and what a unit left over brings (0 where not given) [currency/unit]; revenue above cost above
        salvage. `holding_cost` and `stockout_cost` (loss of goodwill) then come on top and are 0 where not given.
    lead_time : scalar or column
        Periods until an order comes, where stock is kept for more than one period; the level covers lead time + 1.
    base_stock_level : scalar or column, optional
        Level to be judged instead of the best one [units].

    Returns
    -------
    NewsvendorResult
        `base_stock_level` = mean + sd * z(critical ratio), critical ratio = p / (p + h).

    Raises
    ------
    ParameterError, DataError
        A value is missing, not finite or out of range; no cost of a unit left over, or none of a unit short.

    References
    ----------
    Arrow, Harris & Marschak (1951); Snyder & Shen (2019), section 4.3.

    Examples
    --------
    Example 4.3 of Snyder & Shen:

    >>> paper = newsvendor_normal(holding_cost=0.18, stockout_cost=0.70, demand_mean=50, demand_sd=8)
    >>> round(paper.base_stock_level, 4), round(paper.cost, 4)
    (56.604, 1.9976)
    """
    items = read_items(
        frame,
        RULES,
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time=lead_time,
        **_costs(holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level),
    )
    periods = items["lead_time"] + 1
    return _solve(items, NormalDemand(items["demand_mean"] * periods, items["demand_sd"] * np.sqrt(periods)))


def newsvendor_lognormal(
    frame: pd.DataFrame | None = None,
    *,
    mu: Values | None = None,
    sigma: Values | None = None,
    demand_mean: Values | None = None,
    demand_sd: Values | None = None,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have for lognormal demand, which is never negative and has a long tail.

    Parameters
    ----------
    mu, sigma : scalar or column
        Mean and standard deviation of the logarithm of demand (`sigma` above 0); or instead of them:
    demand_mean, demand_sd : scalar or column
        Mean and standard deviation of demand itself [units/period], both above 0.
    frame, holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level
        As in `newsvendor_normal`; errors too.

    References
    ----------
    Snyder & Shen (2019), Problem 4.8(b).

    Examples
    --------
    >>> level = newsvendor_lognormal(mu=6, sigma=0.3, holding_cost=1, stockout_cost=0.1765)
    >>> round(level.base_stock_level, 3), round(level.cost, 3)
    (295.627, 29.443)
    """
    if exactly_one({"mu": mu, "demand_mean": demand_mean}) == "mu":
        require({"sigma": sigma}, "sigma")
    else:
        require({"demand_sd": demand_sd}, "demand_sd")
    rules = {**RULES, "demand_mean": POSITIVE, "demand_sd": POSITIVE}
    items = read_items(
        frame,
        rules,
        mu=mu,
        sigma=sigma,
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        **_costs(holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level),
    )
    if "mu" in items:
        return _solve(items, LognormalDemand(items["mu"], items["sigma"]))
    variance = np.log1p((items["demand_sd"] / items["demand_mean"]) ** 2)
    return _solve(items, LognormalDemand(np.log(items["demand_mean"]) - variance / 2, np.sqrt(variance)))


def newsvendor_gamma(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    demand_sd: Values,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    lead_time: Values = 0.0,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have for gamma demand: never negative, skewed; the choice where the normal would go below 0.

    Parameters and errors are those of `newsvendor_normal`; mean and standard deviation are above 0.

    References
    ----------
    Burgin (1975), The gamma distribution and inventory control, Operational Research Quarterly 26(3).

    Examples
    --------
    Gamma demand with sd = mean is exponential: the level is -mean * log(1 - critical ratio).

    >>> level = newsvendor_gamma(demand_mean=10, demand_sd=10, holding_cost=1, stockout_cost=4)
    >>> round(level.base_stock_level, 6), round(-10 * float(np.log(0.2)), 6)
    (16.094379, 16.094379)
    """
    rules = {**RULES, "demand_mean": POSITIVE, "demand_sd": POSITIVE}
    items = read_items(
        frame,
        rules,
        demand_mean=demand_mean,
        demand_sd=demand_sd,
        lead_time=lead_time,
        **_costs(holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level),
    )
    periods = items["lead_time"] + 1
    return _solve(items, GammaDemand(items["demand_mean"] * periods, items["demand_sd"] * np.sqrt(periods)))


def newsvendor_poisson(
    frame: pd.DataFrame | None = None,
    *,
    demand_mean: Values,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    lead_time: Values = 0.0,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have for Poisson demand: whole units, slow movers.

    Parameters and errors are those of `newsvendor_normal`; the level is the smallest whole one that covers demand
    with the critical ratio.

    References
    ----------
    Snyder & Shen (2019), section 4.3.2.7 and Example 4.7.

    Examples
    --------
    >>> level = newsvendor_poisson(demand_mean=6, holding_cost=1, stockout_cost=4)
    >>> level.base_stock_level, round(level.cost, 6)
    (8.0, 3.570107)
    """
    items = read_items(
        frame,
        RULES,
        demand_mean=demand_mean,
        lead_time=lead_time,
        **_costs(holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level),
    )
    return _solve(items, PoissonDemand(items["demand_mean"] * (items["lead_time"] + 1)))


def newsvendor_discrete(
    pmf: Pmf,
    frame: pd.DataFrame | None = None,
    *,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have where demand has listed values with known probabilities.

    Parameters
    ----------
    pmf : mapping of value to probability, Series, or DataFrame
        Demand [units, at least 0] and its probability; of a DataFrame, columns are the values and rows the SKUs.
        Probabilities of a SKU are at least 0 and add up to 1.
    frame, holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level
        As in `newsvendor_normal`.

    Returns
    -------
    NewsvendorResult

    Raises
    ------
    ParameterError, DataError
        As in `newsvendor_normal`; a probability is negative or missing, they do not add up to 1, or a value is not a
        number or below 0.

    References
    ----------
    Snyder & Shen (2019), section 4.3.2.8.

    Examples
    --------
    >>> level = newsvendor_discrete({0: 0.2, 1: 0.5, 2: 0.3}, holding_cost=1, stockout_cost=3)
    >>> level.base_stock_level, round(level.cost, 6)
    (2.0, 0.9)
    """
    values, mass, index = read_pmf(pmf)
    items = read_items(frame, RULES, **_with_index(index), **_costs(
        holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level))  # fmt: skip
    return _solve(_drop(items), DiscreteDemand(*_spread(values, mass, len(items))))


def newsvendor_empirical(
    sample: npt.ArrayLike | pd.Series | pd.DataFrame,
    frame: pd.DataFrame | None = None,
    *,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have, straight from past demand: the order statistic at the critical ratio.

    Parameters
    ----------
    sample : array, Series, or DataFrame (SKUs, periods)
        Demand that was seen [units], at least 0; empty cells of a DataFrame are left out, a row needs one value.
    frame, holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level
        As in `newsvendor_normal`.

    Returns
    -------
    NewsvendorResult

    Raises
    ------
    ParameterError, DataError
        As in `newsvendor_normal`; a demand is negative or not a number, or a SKU has none.

    Notes
    -----
    With few periods and a high critical ratio the level is the largest demand seen: it cannot go beyond what happened.

    References
    ----------
    Levi, Perakis & Uichanco (2015), The data-driven newsvendor problem, Operations Research 63(6).

    Examples
    --------
    >>> newsvendor_empirical([3, 9, 4, 6, 5], holding_cost=1, stockout_cost=3).base_stock_level
    6.0
    """
    values, index = read_sample(sample)
    items = read_items(frame, RULES, **_with_index(index), **_costs(
        holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level))  # fmt: skip
    order = np.sort(values, axis=1)
    seen = ~np.isnan(order)
    mass = seen / seen.sum(axis=1, keepdims=True)
    return _solve(_drop(items), DiscreteDemand(*_spread(np.nan_to_num(order), mass, len(items))))


def newsvendor_continuous(
    distribution: Any,
    frame: pd.DataFrame | None = None,
    *,
    holding_cost: Values | None = None,
    stockout_cost: Values | None = None,
    revenue: Values | None = None,
    purchase_cost: Values | None = None,
    salvage_value: Values | None = None,
    base_stock_level: Values | None = None,
) -> NewsvendorResult:
    """How much to have for any continuous demand.

    Parameters
    ----------
    distribution : frozen scipy.stats distribution, or function
        Its parameters may be arrays, one value per SKU. A function takes probabilities (one per SKU) and returns the
        demand at them (the quantile function).
    frame, holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level
        As in `newsvendor_normal`; errors too.

    References
    ----------
    Snyder & Shen (2019), section 4.3.2.1.

    Examples
    --------
    >>> from scipy.stats import lognorm
    >>> level = newsvendor_continuous(lognorm(0.3, scale=np.exp(6)), holding_cost=1, stockout_cost=0.1765)
    >>> round(level.base_stock_level, 3), round(level.cost, 3)
    (295.627, 29.443)
    """
    if not callable(distribution) and not hasattr(distribution, "ppf"):
        raise ParameterError(
            Problem(
                "distribution",
                repr(distribution)[:60],
                t("a frozen scipy.stats distribution, or a function that gives quantiles"),
            )
        )
    items = read_items(frame, RULES, **_costs(
        holding_cost, stockout_cost, revenue, purchase_cost, salvage_value, base_stock_level))  # fmt: skip
    return _solve(items, ContinuousDemand(distribution, len(items)))


def read_pmf(pmf: Pmf) -> tuple[Floats, Floats, pd.Index | None]:
    """Values, probabilities (SKUs, values) and index of a table of probabilities, checked.

    Raises
    ------
    ParameterError, DataError
        A value or probability is missing or negative, or probabilities do not add up to 1; SKUs are named.
    """
    table = pmf if isinstance(pmf, pd.DataFrame) else pd.Series(pmf, dtype=object).to_frame().T
    index = pmf.index if isinstance(pmf, pd.DataFrame) else None
    kind = ParameterError if index is None else DataError
    try:
        values, mass = table.columns.to_numpy(dtype=float), table.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise kind(Problem("pmf", t("demands and probabilities must be numbers"))) from None
    if not mass.size:
        raise kind(Problem("pmf", t("empty")))
    sums = np.abs(mass.sum(axis=1) - 1) > SUM_ERROR
    negative, missing = (mass < 0).any(axis=1), ~np.isfinite(mass).all(axis=1)
    faults = [
        (negative, t("a probability is below 0"), t("probabilities of at least 0")),
        (missing, t("a probability is missing"), t("a probability for each demand")),
        (
            sums & ~missing & ~negative,
            t("probabilities add up to {sum:.6g}", sum=_first(mass.sum(axis=1), sums)),
            t("a sum of 1"),
        ),
    ]
    problems = [Problem(_where("pmf", index, bad), found, expected) for bad, found, expected in faults if bad.any()]
    if not np.isfinite(values).all() or (values < 0).any() or len(np.unique(values)) < len(values):
        problems.append(Problem("pmf", t("demands must be numbers of at least 0, each once")))
    if problems:
        raise kind(problems)
    order = np.argsort(values)
    mass = mass[:, order]
    return values[order][None, :], mass / mass.sum(axis=1, keepdims=True), index


def read_sample(sample: npt.ArrayLike | pd.Series | pd.DataFrame) -> tuple[Floats, pd.Index | None]:
    """Past demand as a table (SKUs, periods) and its index, checked.

    Raises
    ------
    ParameterError, DataError
        A demand is negative or not a number, or a SKU has none; SKUs are named.
    """
    index = sample.index if isinstance(sample, pd.DataFrame) else None
    kind = ParameterError if index is None else DataError
    try:
        values = (sample.to_numpy(dtype=float, na_value=np.nan) if isinstance(sample, (pd.DataFrame, pd.Series))
                  else np.asarray(sample, dtype=float))  # fmt: skip
    except (TypeError, ValueError):
        raise kind(Problem("sample", t("demand must be numbers"))) from None
    values = np.atleast_2d(values)
    negative, empty = (values < 0).any(axis=1) | np.isinf(values).any(axis=1), np.isnan(values).all(axis=1)
    if index is None and np.isnan(values).any():
        empty = np.array([True])
    faults = [(negative, t("a demand is below 0 or infinite")), (empty, t("no demand is given, or some is missing"))]
    problems = [
        Problem(_where("sample", index, bad), found, t("demands of at least 0")) for bad, found in faults if bad.any()
    ]
    if problems:
        raise kind(problems)
    return values, index


def _where(name: str, index: pd.Index | None, bad: npt.NDArray[np.bool_]) -> str:
    return name if index is None else t("{name}, {rows}", name=name, rows=name_rows(index, bad))


def _first(values: Floats, bad: npt.NDArray[np.bool_]) -> float:
    return float(values[np.argmax(bad)])


def _with_index(index: pd.Index | None) -> dict[str, Any]:
    """Return an argument that carries the rows of a table of demand to those of the costs."""
    return {} if index is None else {"base": pd.Series(0.0, index=index)}


def _drop(items: Items) -> Items:
    return Items(index=items.index, single=items.single,
                 arrays={name: array for name, array in items.arrays.items() if name != "base"})  # fmt: skip


def _spread(values: Floats, mass: Floats, size: int) -> tuple[Floats, Floats]:
    shape = (size, mass.shape[1])
    return np.broadcast_to(values, shape), np.broadcast_to(mass, shape)


def _costs(*given: Values | None) -> dict[str, Values | None]:
    costs = dict(zip(COSTS, given, strict=True))
    needed = ("holding_cost", "stockout_cost") if costs["revenue"] is None else ("purchase_cost",)
    require(costs, *needed)
    if costs["revenue"] is None:
        extra = [name for name in ("purchase_cost", "salvage_value") if costs[name] is not None]
        require({"revenue": None} if extra else {}, *(["revenue"] if extra else []))
    return costs


RULES["base"] = ANY


def _solve(items: Items, demand: Demand) -> NewsvendorResult:
    """Level, costs and service, given the distribution."""
    over, under = _overage(items), _underage(items)
    ratio = under / (under + over)
    if "base_stock_level" in items:
        level = items["base_stock_level"]
        covered, short = demand.cover(level), demand.loss(level)
    else:
        level, covered, short = at_quantile(demand, ratio)
    mean = demand.mean
    left = np.maximum(level - mean + short, 0)
    cost = under * short + over * left
    with np.errstate(divide="ignore", invalid="ignore"):
        fill = np.where(mean > 0, 1 - short / mean, 1.0)
    profit = np.full(len(items), np.nan)
    if "revenue" in items:
        profit = (items["revenue"] - items["purchase_cost"]) * mean - cost
    fields = results_of(
        items, base_stock_level=level, critical_ratio=ratio, cost=cost, profit=profit, expected_short=short,
        expected_left_over=left, expected_sales=mean - short, service_level=covered, fill_rate=fill,
    )  # fmt: skip
    fields["inputs"] = {**items.arrays, "overage": over, "underage": under}
    return NewsvendorResult(demand=demand, **fields)


def _overage(items: Items) -> Floats:
    """Cost of a unit left over."""
    over = items["holding_cost"] if "holding_cost" in items else np.zeros(len(items))
    if "revenue" in items:
        over = over + items["purchase_cost"] - items.get("salvage_value", 0.0)
    found = t("a unit left over costs nothing")
    items.refuse("holding_cost", over <= 0, found, t("above 0; with a revenue: purchase cost above salvage value"))
    return over


def _underage(items: Items) -> Floats:
    """Cost of a unit short."""
    under = items["stockout_cost"] if "stockout_cost" in items else np.zeros(len(items))
    if "revenue" in items:
        under = under + items["revenue"] - items["purchase_cost"]
    found = t("a unit short costs nothing")
    items.refuse("stockout_cost", under <= 0, found, t("above 0; with a revenue: revenue above purchase cost"))
    return under
