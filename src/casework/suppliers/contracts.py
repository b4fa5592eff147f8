"""Supply contracts with a newsvendor retailer: what each makes the retailer order, and who earns what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_number, check_option, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.suppliers.demand import Floats, SeasonDemand

ContractKind = Literal["wholesale", "buyback", "revenue_sharing", "quantity_flexibility"]
STEPS = 80  # halvings of the bisections
GRID = 2001
HAIR = 1e-9  # of the price: below it the retailer, who would else not care, makes the larger order
NAMES = {
    "wholesale": mark("wholesale price"),
    "buyback": mark("buyback"),
    "revenue_sharing": mark("revenue sharing"),
    "quantity_flexibility": mark("quantity flexibility"),
}
COLUMNS = (
    mark("contract"), mark("wholesale"), mark("buyback price"), mark("revenue share"), mark("flexibility"),
    mark("order quantity"), mark("retailer profit"), mark("supplier profit"), mark("chain profit"), mark("efficiency"),
    mark("retailer share"), mark("expected sales"), mark("expected left over"), mark("service level"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Market:
    """A product, its costs and its demand in one season [currency/unit].

    Attributes
    ----------
    demand : SeasonDemand
        See `season_demand` and `listed_demand`.
    price : float
        What customers pay. Symbol p.
    supplier_cost, retailer_cost : float
        Cost of making a unit, and of selling one that was ordered. Symbols c_s, c_r.
    salvage : float
        What a unit left over brings the retailer. Symbol v.
    retailer_goodwill, supplier_goodwill : float
        Loss with each unit of demand that is not met. Symbols g_r, g_s.
    supplier_fixed_cost : float
        Per season [currency], taken off the supplier's profit.
    """

    demand: SeasonDemand
    price: float
    supplier_cost: float
    retailer_cost: float = 0.0
    salvage: float = 0.0
    retailer_goodwill: float = 0.0
    supplier_goodwill: float = 0.0
    supplier_fixed_cost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a market in which nothing can be earned."""
        names = ("supplier_cost", "retailer_cost", "retailer_goodwill", "supplier_goodwill", "supplier_fixed_cost")
        check_all(
            lambda: check_positive("price", self.price),
            lambda: check_number("salvage", self.salvage),
            *(lambda name=name: check_number(name, getattr(self, name), low=0) for name in names),
        )
        problems = []
        if self.cost >= self.price:
            problems.append(Problem("price", f"{self.price:g}", t("above the cost of a unit, {c:g}", c=self.cost)))
        if self.salvage >= self.cost:
            problems.append(Problem("salvage", f"{self.salvage:g}", t("below the cost of a unit, {c:g}", c=self.cost)))
        if problems:
            raise ParameterError(problems)

    @property
    def cost(self) -> float:
        """Cost of a unit in the whole chain."""
        return self.supplier_cost + self.retailer_cost

    @property
    def goodwill(self) -> float:
        """Loss of the whole chain with a unit of demand that is not met."""
        return self.retailer_goodwill + self.supplier_goodwill

    @property
    def best_order(self) -> float:
        """Quantity that is best for the chain as a whole: F(q) = (p + g - c) / (p + g - v)."""
        margin = self.price + self.goodwill
        return float(self.demand.quantile((margin - self.cost) / (margin - self.salvage)))

    def chain_profit(self, q: npt.ArrayLike) -> Floats:
        """Return the expected profit of supplier and retailer together for an order of q units."""
        order = np.asarray(q, dtype=np.float64)
        sold, mean = self.demand.sold(order), self.demand.mean
        unit = self.price - self.salvage + self.goodwill
        lost = self.goodwill * mean + self.supplier_fixed_cost
        return np.asarray(unit * sold - (self.cost - self.salvage) * order - lost)


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Terms between supplier and retailer.

    Attributes
    ----------
    kind : {'wholesale', 'buyback', 'revenue_sharing', 'quantity_flexibility'}
    wholesale : float
        What the retailer pays for a unit ordered [currency/unit]. Symbol w.
    buyback : float
        What the supplier pays for a unit left over [currency/unit]. Symbol b.
    returned : bool
        Whether units left over go back to the supplier, who then has the salvage value; else the retailer has it on
        top of the buyback price, as in Cachon (2003).
    share : float
        Part of the revenue that the retailer keeps, 0 to 1. Symbol phi.
    salvage_shared : bool
        Whether what units left over bring is shared as well.
    flexibility : float
        Part of the order whose units left over are paid back in full, 0 to 1. Symbol delta.
    """

    kind: ContractKind
    wholesale: float
    buyback: float = 0.0
    returned: bool = False
    share: float = 1.0
    salvage_shared: bool = True
    flexibility: float = 0.0

    def __post_init__(self) -> None:
        """Refuse terms that mean nothing."""
        check_all(
            lambda: check_option("kind", self.kind, ContractKind),
            lambda: check_number("wholesale", self.wholesale),
            lambda: check_number("buyback", self.buyback),
            lambda: check_number("share", self.share, low=0, high=1),
            lambda: check_number("flexibility", self.flexibility, low=0, high=1),
        )


@dataclass(frozen=True, kw_only=True)
class ContractResult(Result):
    """What a contract, or several, make of a market.

    Attributes
    ----------
    table : DataFrame
        A row per contract: its terms (`wholesale`, `buyback_price`, `revenue_share`, `flexibility`),
        `order_quantity` [units], `retailer_profit`, `supplier_profit`, `chain_profit` [currency], `efficiency` (of the
        best that the chain could earn), `retailer_share` (of the profit), `expected_sales`, `expected_left_over`
        [units], `service_level` (probability that demand is met).
    contracts : tuple of Contract
    best_order, best_profit : float
        Of the chain as a whole.
    """

    table: pd.DataFrame
    market: Market
    contracts: tuple[Contract, ...]
    best_order: float
    best_profit: float
    notes: tuple[str, ...] = ()

    def value(self, name: str, row: int = 0) -> float:
        """Return a number of a contract by column name."""
        return float(self.table[name].to_numpy(dtype=np.float64)[row])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the best contract of the table earns."""
        best = int(np.argmax(self.table["chain_profit"]))
        words = {"name": t(str(self.table["contract"].iloc[best])), "e": self.value("efficiency", best)}
        words |= {"q": self.value("order_quantity", best), "r": self.value("retailer_share", best)}
        if len(self.table) == 1:
            return t("{name}: the retailer orders {q:,.0f} units; the chain earns {e:.1%} of what it could, "
                     "{r:.0%} of it for the retailer.", **words)  # fmt: skip
        return t("The chain earns most with {name}: {e:.1%} of what it could, with an order of {q:,.0f} units; "
                 "{r:.0%} of it is for the retailer.", **words)  # fmt: skip


def compare_contracts(market: Market, contracts: Sequence[Contract], *, names: Sequence[str] = ()) -> ContractResult:
    """Say what the retailer orders under each contract, and how profit is made and split.

    Parameters
    ----------
    market : Market
    contracts : sequence of Contract
        At least one.
    names : sequence of str, optional
        What they are called; by default by their kind.

    Returns
    -------
    ContractResult

    Raises
    ------
    ParameterError
        No contract, or another number of names.

    Notes
    -----
    One season, one product, the retailer knows the distribution of demand and maximises expected profit; the supplier
    delivers what is ordered. Quantities are not rounded; listed demand has its optimum at one of its values or, for
    quantity flexibility, where one of them is covered by the part that cannot be returned.

    References
    ----------
    Cachon (2003), Supply chain coordination with contracts, sections 2.1 to 2.6; Simchi-Levi, Kaminsky &
    Simchi-Levi (2008), Designing and managing the supply chain, section 4.2 (swimsuits): the chain earns 910,700
    with a wholesale price of 80, 985,700 with a buyback price of 55.

    Examples
    --------
    >>> from casework.suppliers.demand import listed_demand
    >>> demand = listed_demand({8e3: .11, 10e3: .11, 12e3: .28, 14e3: .22, 16e3: .18, 18e3: .10})
    >>> market = Market(demand=demand, price=125, supplier_cost=35, salvage=20, supplier_fixed_cost=100_000)
    >>> back = Contract(kind="buyback", wholesale=80, buyback=55, returned=True)
    >>> terms = [Contract(kind="wholesale", wholesale=80), back]
    >>> found = compare_contracts(market, terms).table
    >>> found["order_quantity"].tolist(), found["chain_profit"].round().tolist()
    ([12000.0, 14000.0], [910700.0, 985700.0])
    """
    if not contracts:
        raise ParameterError(Problem("contracts", t("none"), t("at least one")))
    if names and len(names) != len(contracts):
        raise ParameterError(Problem("names", str(len(names)), t("as many as contracts, {n}", n=len(contracts))))
    called = names or [NAMES[item.kind] for item in contracts]
    best = market.best_order
    most = float(market.chain_profit(best))
    rows = [_row(market, item, str(name), most) for item, name in zip(contracts, called, strict=True)]
    table = pd.DataFrame(rows)
    return ContractResult(
        table=table,
        market=market,
        contracts=tuple(contracts),
        best_order=best,
        best_profit=most,
        notes=_notes(table, most),
    )


def coordinating_contract(
    market: Market, kind: ContractKind, *, retailer_share: float = 0.5, salvage_shared: bool = True
) -> Contract:
    """Return the terms that make the retailer order what is best for the chain, with the split asked for.

    Parameters
    ----------
    market : Market
    kind : {'buyback', 'revenue_sharing', 'quantity_flexibility'}
        A wholesale price alone coordinates only where the supplier earns nothing.
    retailer_share : float
        The retailer's part of the profit of the chain before the supplier's fixed cost, between 0 and 1.
    salvage_shared : bool
        As in `Contract`, for revenue sharing.

    Returns
    -------
    Contract

    Raises
    ------
    ParameterError
        The share is out of its range or cannot be had, the chain earns nothing, or the kind does not coordinate.

    References
    ----------
    Cachon (2003), sections 2.3 (buyback: p - v + g_r - b = lambda (p - v + g)), 2.4 (revenue sharing) and 2.5
    (quantity flexibility); Pasternack (1985); Cachon & Lariviere (2005); Tsay (1999).

    Examples
    --------
    Without goodwill, a retailer who keeps half of the revenue pays half of the cost:

    >>> from casework.suppliers.demand import season_demand
    >>> market = Market(demand=season_demand(mean=100, sd=30), price=10, supplier_cost=4)
    >>> found = coordinating_contract(market, "revenue_sharing", retailer_share=0.5)
    >>> round(found.wholesale, 9), round(found.share, 9)
    (2.0, 0.5)
    """
    check_all(
        lambda: check_number("retailer_share", retailer_share, low=0, high=1, low_open=True, high_open=True),
        lambda: check_option("kind", kind, ContractKind),
    )
    if kind == "wholesale":
        found = t("a wholesale price alone does not coordinate a chain in which the supplier earns something")
        raise ParameterError(Problem("kind", found, t("another kind of contract")))
    earned = float(market.chain_profit(market.best_order)) + market.supplier_fixed_cost
    if earned <= 0:
        raise ParameterError(Problem("market", t("the chain earns nothing"), t("costs below what customers pay")))
    if kind == "quantity_flexibility":
        return _coordinating_flexibility(market, retailer_share * earned)
    lost = market.goodwill * market.demand.mean
    part = (retailer_share * earned + market.retailer_goodwill * market.demand.mean) / (earned + lost)
    return _coordinating_linear(market, kind, part, salvage_shared)


def best_wholesale_price(market: Market) -> Contract:
    """Return the wholesale price that earns the supplier most when the retailer answers with the best order.

    Parameters
    ----------
    market : Market

    Returns
    -------
    Contract

    Notes
    -----
    The supplier's profit is searched over all orders that the retailer could be brought to; for listed demand the
    price is a hair below the one at which the retailer would not care.

    References
    ----------
    Lariviere & Porteus (2001), Selling to the newsvendor, M&SOM 3(4), 293-305.

    Examples
    --------
    Uniform demand from 0: the order is half of the best one, the chain earns three quarters of what it could.

    >>> from casework.suppliers.demand import season_demand
    >>> market = Market(demand=season_demand(mean=50, sd=50 / 3**0.5, kind="uniform"), price=10, supplier_cost=4)
    >>> terms = best_wholesale_price(market)
    >>> round(terms.wholesale, 6), round(compare_contracts(market, [terms]).value("efficiency"), 6)
    (7.0, 0.75)
    """
    demand = market.demand
    if demand.kind == "listed":
        orders = np.array(demand.values)
        prices = _price_for(market, demand.cdf(orders) - np.array(demand.chances)) - HAIR * market.price
        return Contract(kind="wholesale", wholesale=float(prices[np.argmax(_supplier_income(market, orders, prices))]))
    low, high = 0.0, market.best_order
    for _ in range(4):
        orders = np.linspace(low, high, GRID)
        prices = _price_for(market, demand.cdf(orders))
        best = int(np.argmax(_supplier_income(market, orders, prices)))
        low, high = float(orders[max(best - 1, 0)]), float(orders[min(best + 1, GRID - 1)])
    return Contract(kind="wholesale", wholesale=float(prices[best]))


def _price_for(market: Market, covered: Floats) -> Floats:
    """Wholesale price at which the retailer covers demand with this probability."""
    unit = market.price - market.salvage + market.retailer_goodwill
    return np.asarray(unit * (1 - covered) + market.salvage - market.retailer_cost)


def _supplier_income(market: Market, orders: Floats, prices: Floats) -> Floats:
    lost = market.supplier_goodwill * market.demand.short(orders)
    return np.asarray((prices - market.supplier_cost) * orders - lost)


def _row(market: Market, contract: Contract, name: str, most: float) -> dict[str, object]:
    order = retailer_order(market, contract)
    retailer = float(retailer_profit(market, contract, order))
    chain = float(market.chain_profit(order))
    return {
        "contract": name,
        "wholesale": contract.wholesale,
        "buyback_price": contract.buyback if contract.kind == "buyback" else np.nan,
        "revenue_share": contract.share if contract.kind == "revenue_sharing" else np.nan,
        "flexibility": contract.flexibility if contract.kind == "quantity_flexibility" else np.nan,
        "order_quantity": order,
        "retailer_profit": retailer,
        "supplier_profit": chain - retailer,
        "chain_profit": chain,
        "efficiency": chain / most if most > 0 else np.nan,
        "retailer_share": retailer / chain if chain > 0 else np.nan,
        "expected_sales": float(market.demand.sold(order)),
        "expected_left_over": float(market.demand.over(order)),
        "service_level": float(market.demand.cdf(order)),
    }


def terms_of(market: Market, contract: Contract) -> tuple[float, float, float]:
    """Return what a unit sold adds, what a unit ordered costs, and the part of the order that can be returned."""
    unit = market.price - market.salvage + market.retailer_goodwill
    cost = contract.wholesale + market.retailer_cost - market.salvage
    if contract.kind == "buyback":
        back = contract.buyback - (market.salvage if contract.returned else 0.0)
        return unit - back, cost - back, 0.0
    if contract.kind == "revenue_sharing":
        kept = contract.share * market.salvage if contract.salvage_shared else market.salvage
        return contract.share * market.price - kept + market.retailer_goodwill, cost + market.salvage - kept, 0.0
    return unit, cost, contract.flexibility if contract.kind == "quantity_flexibility" else 0.0


def retailer_profit(market: Market, contract: Contract, q: npt.ArrayLike) -> Floats:
    """Return the retailer's expected profit for orders of q units under a contract."""
    order = np.asarray(q, dtype=np.float64)
    unit, cost, free = terms_of(market, contract)
    demand = market.demand
    returned = demand.over(order) - demand.over((1 - free) * order)
    earned = unit * demand.sold(order) - cost * (order - returned)
    return np.asarray(earned - market.retailer_goodwill * demand.mean)


def retailer_order(market: Market, contract: Contract) -> float:
    """Return the order that earns the retailer most under a contract.

    Raises
    ------
    ParameterError
        A unit left over costs the retailer nothing, so that no order is too large.
    """
    unit, cost, free = terms_of(market, contract)
    if cost <= 0 < unit:
        found = t("units left over cost the retailer nothing: no order is too large")
        raise ParameterError(Problem("contract", found, t("a higher wholesale price, or less that is paid back")))
    if unit <= cost:
        return 0.0
    demand = market.demand
    if demand.kind == "listed":
        values = np.array(demand.values)
        orders = np.concatenate([[0.0], values, values / (1 - free) if free < 1 else values])
        profits = retailer_profit(market, contract, orders)
        return float(orders[profits >= profits.max() - 1e-9 * max(1.0, abs(float(profits.max())))].min())
    if free == 0:
        return float(demand.quantile((unit - cost) / unit))
    return _bisect_order(demand, unit, cost, free)


def _bisect_order(demand: SeasonDemand, unit: float, cost: float, free: float) -> float:
    """Where another unit earns the retailer nothing more; its value falls with the order."""
    low, high = 0.0, float(demand.quantile(1 - 1e-12))
    for _ in range(STEPS):
        middle = (low + high) / 2
        sold = 1 - float(demand.cdf(middle))
        more = (unit - cost) * sold - cost * (1 - free) * float(demand.cdf((1 - free) * middle))
        low, high = (middle, high) if more > 0 else (low, middle)
    return (low + high) / 2


def _coordinating_linear(market: Market, kind: str, part: float, salvage_shared: bool) -> Contract:
    """Buyback and revenue sharing: the retailer has the same part of what a unit earns and of what it costs."""
    unit = market.price - market.salvage + market.goodwill
    if kind == "buyback":
        back = market.price - market.salvage + market.retailer_goodwill - part * unit
        price = part * (market.cost - market.salvage) + back - market.retailer_cost + market.salvage
        return Contract(kind="buyback", wholesale=float(price), buyback=float(back))
    kept = 0.0 if salvage_shared else market.salvage
    base = market.price - market.salvage if salvage_shared else market.price
    share = float((part * unit - market.retailer_goodwill + kept) / base)
    if not 0 <= share <= 1:
        raise ParameterError(Problem("retailer_share", t("a revenue share of {x:.3g} would be needed", x=share),
                                     t("a part that a share from 0 to 1 can give")))  # fmt: skip
    back = share * market.salvage if salvage_shared else market.salvage
    price = part * (market.cost - market.salvage) - market.retailer_cost + back
    return Contract(kind="revenue_sharing", wholesale=float(price), share=share, salvage_shared=salvage_shared)


def _coordinating_flexibility(market: Market, wanted: float) -> Contract:
    """Bisect the part that can be returned: the more of it, the higher the price and the less the retailer earns."""
    if market.demand.kind == "listed":
        found = t("quantity flexibility is coordinated for demand that has a density")
        raise ParameterError(Problem("market.demand", found, t("normal, gamma or uniform demand")))
    low, high = 0.0, 1.0
    order = market.best_order
    ends = [float(retailer_profit(market, _flexible(market, x), order)) for x in (low, high)]
    if not min(ends) <= wanted <= max(ends):
        found = t("a profit of {x:,.6g}", x=wanted)
        raise ParameterError(Problem("retailer_share", found, t("a retailer's profit from {low:,.6g} to {high:,.6g}",
                                                                low=min(ends), high=max(ends))))  # fmt: skip
    for _ in range(STEPS):
        middle = (low + high) / 2
        above = float(retailer_profit(market, _flexible(market, middle), order)) > wanted
        low, high = (middle, high) if above else (low, middle)
    return _flexible(market, (low + high) / 2)


def _flexible(market: Market, free: float) -> Contract:
    """Price at which the best order of the chain is the retailer's for this part that can be returned."""
    order, demand = market.best_order, market.demand
    short = 1 - float(demand.cdf(order))
    unit = market.price - market.salvage + market.retailer_goodwill
    price = unit * short / (short + (1 - free) * float(demand.cdf((1 - free) * order)))
    wholesale = price - market.retailer_cost + market.salvage
    return replace(Contract(kind="quantity_flexibility", wholesale=float(wholesale)), flexibility=float(free))


def _notes(table: pd.DataFrame, most: float) -> tuple[str, ...]:
    notes = []
    if most <= 0:
        notes.append(t("The chain as a whole earns nothing, whatever is ordered: shares and efficiency say nothing."))
    losing = [t(str(name)) for name, x in zip(table["contract"], table["supplier_profit"], strict=True) if x < 0]
    if losing:
        notes.append(t("The supplier loses money with: {names}.", names=t(", ").join(losing)))
    return tuple(notes)
