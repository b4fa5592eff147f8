"""What a contract would add to how two sides stand now, and what would make that gain vanish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_all, check_number
from casework.core.errors import ParameterError
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.suppliers.contracts import Contract, Market, retailer_profit
from casework.suppliers.demand import SeasonDemand

COLUMNS = (
    mark("mean"), mark("sd"), mark("best profit"), mark("profit now"), mark("efficiency"), mark("retailer now"),
    mark("supplier now"), mark("gain"), mark("input"), mark("gain at low"), mark("gain at high"), mark("turns"),
    mark("swing"), mark("low"), mark("high"),
)  # fmt: skip
WORDS = {
    "demand mean": mark("demand mean"),
    "demand spread": mark("demand spread"),
    "price": mark("price to customers"),
    "supplier_cost": mark("cost of making"),
    "retailer_cost": mark("cost of handling"),
    "salvage": mark("clearance value"),
    "order": mark("order quantity"),
    "retailer_elsewhere": mark("what the retailer could earn elsewhere"),
    "supplier_elsewhere": mark("what the supplier could earn elsewhere"),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Two sides as they are now.

    Attributes
    ----------
    market : Market
    contract : Contract
        Terms under which money flows.
    order : float
        What the retailer orders [units].
    retailer_elsewhere, supplier_elsewhere : float
        What each could earn without the other [currency/season].
    """

    market: Market
    contract: Contract
    order: float
    retailer_elsewhere: float
    supplier_elsewhere: float

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        check_all(
            lambda: check_number("order", self.order, low=0),
            lambda: check_number("retailer_elsewhere", self.retailer_elsewhere),
            lambda: check_number("supplier_elsewhere", self.supplier_elsewhere),
        )

    @property
    def chain_now(self) -> float:
        """Return what both earn together with the order as it is."""
        return float(self.market.chain_profit(self.order))

    @property
    def best(self) -> float:
        """Return the most that both could earn together."""
        return float(self.market.chain_profit(self.market.best_order))

    @property
    def efficiency(self) -> float:
        """Return the part of the best profit that is earned now; not a number where there is none to earn."""
        return self.chain_now / self.best if self.best > 0 else float("nan")

    @property
    def retailer_now(self) -> float:
        """Return what the retailer earns now."""
        return float(retailer_profit(self.market, self.contract, self.order))

    @property
    def supplier_now(self) -> float:
        """Return what the supplier earns now."""
        return self.chain_now - self.retailer_now

    @property
    def retailer_floor(self) -> float:
        """Return the least that the retailer would accept: the better of now and elsewhere."""
        return max(self.retailer_now, self.retailer_elsewhere)

    @property
    def supplier_floor(self) -> float:
        """Return the least that the supplier would accept."""
        return max(self.supplier_now, self.supplier_elsewhere)

    @property
    def gain(self) -> float:
        """Return what a coordinating contract would add above both floors; below 0 it cannot keep both."""
        return self.best - self.retailer_floor - self.supplier_floor


@dataclass(frozen=True, kw_only=True)
class GainLeverageResult(Result):
    """Gain of a coordinating contract with one input changed at a time, the largest swing first.

    Attributes
    ----------
    table : DataFrame
        `input`, `low`, `high`, `gain_at_low`, `gain_at_high` [currency/season], `swing`, `turns` (the sign changes).
    gain : float
        With nothing changed.
    """

    table: pd.DataFrame
    gain: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what matters most, and what turns the answer."""
        first = self.table.iloc[0]
        turning = [t(WORDS[str(name)]) for name in self.table.loc[self.table["turns"], "input"]]
        words = {"name": t(WORDS[str(first["input"])]), "x": first["swing"]}
        if not turning:
            return t("What moves the gain most is: {name}, by {x:,.0f} a season. No change of one input turns its "
                     "sign.", **words)  # fmt: skip
        return t("What moves the gain most is: {name}, by {x:,.0f} a season. Its sign turns with: {names}.",
                 names=t(", ").join(turning[:3]), **words)  # fmt: skip


def contract_with_credits(*, wholesale: float, per_unit_sold: float, per_unit_left: float) -> Contract:
    """Return a wholesale price with credits of the supplier as a buyback contract.

    Parameters
    ----------
    wholesale : float
        What the retailer pays for a unit ordered [currency/unit].
    per_unit_sold, per_unit_left : float
        What the supplier credits for a unit sold, and for a unit left over.

    Returns
    -------
    Contract

    Raises
    ------
    ParameterError
        A number that is not finite.

    Notes
    -----
    A credit s for each unit sold and b for each unit left over is a credit of s for each unit ordered and of b - s for
    each left over: a wholesale price of w - s with a buyback price of b - s, which may be negative.

    Examples
    --------
    >>> found = contract_with_credits(wholesale=70, per_unit_sold=4, per_unit_left=10)
    >>> found.wholesale, found.buyback
    (66.0, 6.0)
    """
    check_all(
        lambda: check_number("wholesale", wholesale),
        lambda: check_number("per_unit_sold", per_unit_sold),
        lambda: check_number("per_unit_left", per_unit_left),
    )
    return Contract(
        kind="buyback", wholesale=float(wholesale - per_unit_sold), buyback=float(per_unit_left - per_unit_sold)
    )


def with_demands(standing: Standing, demands: Sequence[SeasonDemand]) -> pd.DataFrame:
    """Say how the two would stand with other demand, such as resampled estimates.

    Parameters
    ----------
    standing : Standing
    demands : sequence of SeasonDemand

    Returns
    -------
    DataFrame
        A row per demand: `mean`, `sd`, `best_profit`, `profit_now`, `efficiency`, `retailer_now`, `supplier_now`,
        `gain`.
    """
    rows = []
    for demand in demands:
        other = replace(standing, market=replace(standing.market, demand=demand))
        rows.append(
            {
                "mean": demand.mean,
                "sd": demand.sd,
                "best_profit": other.best,
                "profit_now": other.chain_now,
                "efficiency": other.efficiency,
                "retailer_now": other.retailer_now,
                "supplier_now": other.supplier_now,
                "gain": other.gain,
            }
        )
    return pd.DataFrame(rows)


def gain_leverage(standing: Standing, *, swing: float = 0.2) -> GainLeverageResult:
    """Change one input at a time, and see what a coordinating contract would still add.

    Parameters
    ----------
    standing : Standing
    swing : float
        Part by which inputs go down and up, above 0, below 1.

    Returns
    -------
    GainLeverageResult
        Changes that leave nothing to earn (a price below the cost of a unit) are left out.

    Raises
    ------
    ParameterError
        The swing is out of its range.
    """
    part = check_number("swing", swing, low=0, high=1, low_open=True, high_open=True)
    rows = []
    for name, value, change in _inputs(standing):
        ends = [_gain(change, value * x) for x in (1 - part, 1 + part)]
        if value != 0 and np.isfinite(ends).all():
            low, high = ends
            turns = bool((low < 0) != (standing.gain < 0) or (high < 0) != (standing.gain < 0))
            rows.append({"input": name, "low": value * (1 - part), "high": value * (1 + part), "gain_at_low": low,
                         "gain_at_high": high, "swing": abs(high - low), "turns": turns})  # fmt: skip
    table = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return GainLeverageResult(table=table, gain=standing.gain)


def _inputs(standing: Standing) -> list[tuple[str, float, Callable[[float], Standing]]]:
    """Return inputs with their value, and how a standing with another value is made."""
    market, demand = standing.market, standing.market.demand
    found: list[tuple[str, float, Callable[[float], Standing]]] = []
    if demand.kind != "listed":
        spread = demand.sd / demand.mean

        def with_demand(**changed: float) -> Standing:
            return replace(standing, market=replace(market, demand=replace(demand, **changed)))  # type: ignore[arg-type]

        found.append(("demand mean", demand.mean, lambda x: with_demand(mean=x, sd=spread * x)))
        found.append(("demand spread", demand.sd, lambda x: with_demand(sd=x)))
    prices = ("price", "supplier_cost", "retailer_cost", "salvage")
    found += [(name, float(getattr(market, name)), _with_market(standing, name)) for name in prices]
    rest = ("order", "retailer_elsewhere", "supplier_elsewhere")
    found += [(name, float(getattr(standing, name)), _with_own(standing, name)) for name in rest]
    return found


def _with_market(standing: Standing, name: str) -> Callable[[float], Standing]:
    def changed(value: float) -> Standing:
        own: dict[str, Any] = {name: value}
        return replace(standing, market=replace(standing.market, **own))

    return changed


def _with_own(standing: Standing, name: str) -> Callable[[float], Standing]:
    def changed(value: float) -> Standing:
        own: dict[str, Any] = {name: value}
        return replace(standing, **own)

    return changed


def _gain(change: Callable[[float], Standing], value: float) -> float:
    try:
        return change(value).gain
    except ParameterError:
        return float("nan")
