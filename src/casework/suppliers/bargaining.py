"""Which terms of a coordinating contract leave both sides better off than what they have or could have elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_all, check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.suppliers.contracts import (
    NAMES,
    Contract,
    ContractKind,
    ContractResult,
    Market,
    compare_contracts,
    coordinating_contract,
    retailer_profit,
)

EDGE = 1e-6  # shares stay so far from 0 and 1
STEPS = 60  # halvings in the search for a part of the range that can be had
POINTS = (mark("least for the retailer"), mark("agreed"), mark("most for the retailer"))
COLUMNS = (
    mark("point"), mark("share"), mark("retailer gain"), mark("supplier gain"), mark("retailer floor"),
    mark("supplier floor"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class BargainResult(Result):
    """Range of a coordinating contract in which neither side would rather leave.

    Attributes
    ----------
    table : DataFrame
        Three rows (least for the retailer, agreed, most for the retailer), or none where there is no range: `share` (of
        the chain's profit for the retailer), terms as in `compare_contracts`, `retailer_profit`, `supplier_profit`,
        `retailer_gain`, `supplier_gain` (above the floors) [currency].
    low, high : float
        Ends of the range of the retailer's share; `low` above `high` where there is none.
    retailer_floor, supplier_floor : float
        What each has without the contract [currency].
    best_profit : float
        Of the chain.
    kind : str
    agreed : Contract or None
        Terms that split the gain as asked for.
    """

    table: pd.DataFrame
    low: float
    high: float
    retailer_floor: float
    supplier_floor: float
    best_profit: float
    kind: str
    agreed: Contract | None
    notes: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether there are such terms."""
        return self.agreed is not None

    @property
    def gain(self) -> float:
        """What the chain earns above both floors; below 0 where leaving is better for both together."""
        return self.best_profit - self.retailer_floor - self.supplier_floor

    def value(self, name: str) -> float:
        """Return a number of the agreed terms.

        Raises
        ------
        ParameterError
            There are none.
        """
        if self.table.empty:
            raise ParameterError(Problem("value", t("there are no terms"), t("a range of terms")))
        return float(self.table[name].iloc[1])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say for which shares both gain."""
        words = {"name": t(NAMES[self.kind]), "low": self.low, "high": self.high, "gain": self.gain}
        if self.exists:
            return t("With {name}, both sides gain if the retailer gets {low:.0%} to {high:.0%} of the profit; there "
                     "are {gain:,.0f} a season to share.", **words)  # fmt: skip
        if self.gain < 0:
            return t("No contract keeps both sides: what they could have without it is {x:,.0f} a season more than the "
                     "chain can earn.", x=-self.gain)  # fmt: skip
        return t("There are {gain:,.0f} a season to share, but {name} cannot give the retailer the part that is "
                 "needed.", **words)  # fmt: skip


def bargain(
    market: Market,
    kind: ContractKind,
    *,
    retailer_floor: float,
    supplier_floor: float,
    gain_share: float = 0.5,
) -> BargainResult:
    """Find the terms of a coordinating contract that neither side refuses.

    Parameters
    ----------
    market : Market
    kind : {'buyback', 'revenue_sharing', 'quantity_flexibility'}
    retailer_floor, supplier_floor : float
        What each side has without the contract [currency per season]: profit as it is, or elsewhere.
    gain_share : float
        Part of the gain above both floors that goes to the retailer, 0 to 1.

    Returns
    -------
    BargainResult

    Raises
    ------
    ParameterError
        A number out of its range, or a kind that does not coordinate.

    Notes
    -----
    A coordinating contract makes the chain earn the most, and one number moves its profit from one side to the other
    (Cachon, 2003). The range is what is left between the floors; 0.5 is the Nash bargaining solution. Quantity
    flexibility cannot give every part, so that its range may be narrower.

    References
    ----------
    Cachon (2003), Supply chain coordination with contracts, section 2; Nash (1950), The bargaining problem,
    Econometrica 18(2), 155-162.

    Examples
    --------
    >>> from casework.suppliers.demand import season_demand
    >>> market = Market(demand=season_demand(mean=50, sd=50 / 3**0.5, kind="uniform"), price=10, supplier_cost=4)
    >>> found = bargain(market, "revenue_sharing", retailer_floor=45, supplier_floor=90)
    >>> round(found.low, 6), round(found.high, 6), round(found.gain, 6), round(found.value("retailer_profit"), 6)
    (0.25, 0.5, 45.0, 67.5)
    """
    check_all(
        lambda: check_option("kind", kind, ContractKind),
        lambda: check_number("retailer_floor", retailer_floor),
        lambda: check_number("supplier_floor", supplier_floor),
        lambda: check_number("gain_share", gain_share, low=0, high=1),
    )
    if kind == "wholesale":
        coordinating_contract(market, kind)
    most = float(market.chain_profit(market.best_order))
    low, high = _range(market, kind, most, retailer_floor, supplier_floor)
    exists = most > 0 and low <= high
    shares = [low, low + gain_share * (high - low), high] if exists else []
    terms = [coordinating_contract(market, kind, retailer_share=_part(market, most, share)) for share in shares]
    table = _table(market, terms, shares, retailer_floor, supplier_floor) if exists else pd.DataFrame()
    return BargainResult(
        table=table,
        low=low,
        high=high,
        retailer_floor=float(retailer_floor),
        supplier_floor=float(supplier_floor),
        best_profit=most,
        kind=kind,
        agreed=terms[1] if exists else None,
    )


def try_terms(
    market: Market, *, wholesale: float = 70.0, buyback: float = 0.0, revenue_share: float = 1.0
) -> ContractResult:
    """Compare a wholesale price with the same price and a buyback, and with a shared revenue.

    Parameters
    ----------
    market : Market
    wholesale, buyback : float
        As in `Contract`.
    revenue_share : float
        Part of the revenue that the retailer keeps, 0 to 1.

    Returns
    -------
    ContractResult

    Raises
    ------
    ParameterError
        Terms that mean nothing, or units left over that cost the retailer nothing.

    Examples
    --------
    >>> from casework.suppliers.demand import season_demand
    >>> market = Market(demand=season_demand(mean=100, sd=30), price=100, supplier_cost=40)
    >>> try_terms(market, wholesale=70, buyback=50).table["contract"].tolist()
    ['wholesale price', 'buyback', 'revenue sharing']
    """
    terms = (
        Contract(kind="wholesale", wholesale=wholesale),
        Contract(kind="buyback", wholesale=wholesale, buyback=buyback),
        Contract(kind="revenue_sharing", wholesale=wholesale, share=revenue_share),
    )
    return compare_contracts(market, terms)


def _range(
    market: Market, kind: ContractKind, most: float, retailer_floor: float, supplier_floor: float
) -> tuple[float, float]:
    """Share of the profit that is left to the retailer by the floors, and by what the kind can give."""
    if most <= 0:
        return 1.0, 0.0
    low = max(retailer_floor / most, EDGE)
    high = min(1 - supplier_floor / most, 1 - EDGE)
    if low > high:
        return low, high
    inside = next((x for x in np.linspace(low, high, 9) if _can(market, kind, most, float(x))), None)
    if inside is None:
        return max(low, EDGE), min(high, low) - EDGE
    return _edge(market, kind, most, float(inside), low), _edge(market, kind, most, float(inside), high)


def _edge(market: Market, kind: ContractKind, most: float, good: float, end: float) -> float:
    """Share nearest to the end that the kind can give."""
    if _can(market, kind, most, end):
        return end
    for _ in range(STEPS):
        middle = (good + end) / 2
        good, end = (middle, end) if _can(market, kind, most, middle) else (good, middle)
    return good


def _can(market: Market, kind: ContractKind, most: float, share: float) -> bool:
    try:
        coordinating_contract(market, kind, retailer_share=_part(market, most, share))
    except ParameterError:
        return False
    return True


def _part(market: Market, most: float, share: float) -> float:
    """Retailer's part before the supplier's fixed cost, for a share of the profit after it."""
    return float(np.clip(share * most / (most + market.supplier_fixed_cost), EDGE / 2, 1 - EDGE / 2))


def _table(
    market: Market, terms: list[Contract], shares: list[float], retailer_floor: float, supplier_floor: float
) -> pd.DataFrame:
    table = compare_contracts(market, terms, names=POINTS).table.rename(columns={"contract": "point"})
    earned = np.array([float(retailer_profit(market, item, market.best_order)) for item in terms])
    chain = float(market.chain_profit(market.best_order))
    table["share"], table["retailer_profit"], table["supplier_profit"] = shares, earned, chain - earned
    table["retailer_gain"] = earned - retailer_floor
    table["supplier_gain"] = chain - earned - supplier_floor
    columns = ["point", "share", "wholesale", "buyback_price", "revenue_share", "flexibility", "order_quantity",
               "retailer_profit", "supplier_profit", "retailer_gain", "supplier_gain"]  # fmt: skip
    return table[columns]
