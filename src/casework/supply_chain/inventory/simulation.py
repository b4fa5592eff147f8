"""Run a policy period by period against random or given demand: what really happens to stock, service and cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.inventory.columns import Floats

PolicyKind = Literal["ss", "rq"]
Unmet = Literal["backorder", "lost"]


@dataclass(frozen=True, kw_only=True)
class StockPathResult(Result):
    """What happened to one SKU under a policy, period by period.

    Attributes
    ----------
    path : DataFrame
        First replication: `period`, `demand`, `order`, `arrival`, `on_hand` and `backorders` at the end, `position`.
    replications : DataFrame
        One row per replication: `cost` per period, `fill_rate`, `service_level` (share of periods without shortage),
        `mean_inventory`, `orders_per_period`.
    """

    path: pd.DataFrame
    replications: pd.DataFrame
    reorder_point: float
    order_up_to: float | None
    order_quantity: float | None
    notes: tuple[str, ...] = field(default=())

    def mean(self, measure: str) -> float:
        """Mean of a measure over the replications."""
        return float(self.replications[measure].mean())

    def error(self, measure: str) -> float:
        """Return the standard error of that mean; not a number for one replication."""
        return float(self.replications[measure].std(ddof=1) / np.sqrt(len(self.replications)))

    def to_frame(self) -> pd.DataFrame:
        """One row per replication."""
        return self.replications.copy()

    def summary(self) -> str:
        """Say what the policy cost and how much demand it met."""
        return t("Over the simulated periods {f:.1%} of demand was met at once, at a cost of {c:,.2f} per period.",
                 f=self.mean("fill_rate"), c=self.mean("cost"))  # fmt: skip


def simulate_policy(
    demand: npt.ArrayLike,
    *,
    reorder_point: float,
    order_up_to: float | None = None,
    order_quantity: float | None = None,
    lead_time: int = 0,
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float = 0.0,
    unmet: Unmet = "backorder",
    warm_up: int = 0,
    start: float | None = None,
) -> StockPathResult:
    """Run an (s, S) or (r, Q) policy against demand, looking at the stock once a period.

    Parameters
    ----------
    demand : array (periods,) or (replications, periods)
        Demand [units/period], at least 0.
    reorder_point : float
        An order is placed when stock and orders under way are at this level or below.
    order_up_to, order_quantity : float, exactly one
        Level to order up to, or fixed lot (as many lots as bring the position above the reorder point).
    lead_time : int
        Whole periods until an order comes; with 0 it is there for the demand of its period.
    holding_cost, stockout_cost, fixed_cost : float
        Per unit in stock and per unit short at the end of a period (lost: per unit lost), and per order; at least 0.
    unmet : {'backorder', 'lost'}
        What happens to demand that finds no stock.
    warm_up : int
        Periods at the beginning that do not count.
    start : float, optional
        Stock at the beginning; by default the level to order up to, or reorder point and a lot.

    Returns
    -------
    StockPathResult

    Raises
    ------
    ParameterError
        A demand is missing or negative, an argument is out of range, or not exactly one of level and lot is given.

    Examples
    --------
    >>> costs = dict(holding_cost=1, stockout_cost=4, fixed_cost=5)
    >>> run = simulate_policy([3, 4, 2, 6], reorder_point=4, order_up_to=10, **costs)
    >>> run.path["order"].tolist()
    [0.0, 0.0, 7.0, 0.0]
    """
    table = _demand(demand)
    check_option("unmet", unmet, Unmet)
    if (order_up_to is None) == (order_quantity is None):
        raise ParameterError(
            Problem("order_up_to, order_quantity", t("none or both are given"), t("exactly one of them"))
        )
    r = check_number("reorder_point", reorder_point)
    lot = None if order_quantity is None else check_number("order_quantity", order_quantity, low=0, low_open=True)
    top = None if order_up_to is None else check_number("order_up_to", order_up_to, low=r, low_open=True)
    costs = {
        name: check_number(name, value, low=0)
        for name, value in (
            ("holding_cost", holding_cost),
            ("stockout_cost", stockout_cost),
            ("fixed_cost", fixed_cost),
        )
    }
    wait, skip = _whole("lead_time", lead_time), _whole("warm_up", warm_up)
    if skip >= table.shape[1]:
        raise ParameterError(Problem("warm_up", str(skip), t("fewer periods than the demand has")))
    first = r + lot if lot is not None else float(top or 0.0)
    begin = check_number("start", first if start is None else start)
    tracks = _run(table, r, top, lot, wait, begin, unmet)
    return StockPathResult(path=_path(table, tracks), replications=_measures(table, tracks, costs, skip),
                           reorder_point=r, order_up_to=top, order_quantity=lot)  # fmt: skip


def _demand(demand: npt.ArrayLike) -> Floats:
    try:
        table = np.atleast_2d(np.asarray(demand, dtype=float))
    except (TypeError, ValueError):
        raise ParameterError(Problem("demand", t("demand must be numbers"))) from None
    if table.ndim != 2 or not table.size or not (np.isfinite(table) & (table >= 0)).all():
        raise ParameterError(
            Problem("demand", t("a demand is missing, negative or infinite"), t("demands of at least 0"))
        )
    return table


def _whole(name: str, value: float) -> int:
    number = check_number(name, value, low=0)
    if number != int(number):
        raise ParameterError(Problem(name, f"{number:g}", t("a whole number of periods")))
    return int(number)


def _run(
    demand: Floats, r: float, top: float | None, lot: float | None, wait: int, begin: float, unmet: str
) -> dict[str, Floats]:
    """Walk through the periods, all replications at once."""
    tracks = {
        name: np.zeros_like(demand) for name in ("order", "arrival", "on_hand", "backorders", "short", "position")
    }
    stock = np.full(len(demand), begin)
    position = stock.copy()
    due = np.zeros((len(demand), demand.shape[1] + wait + 1))
    for period in range(demand.shape[1]):
        need = position <= r
        missing = (np.ceil((r - position) / lot + 1e-12) * lot) if lot is not None else float(top or 0.0) - position
        if lot is not None:
            missing = np.where(position + missing <= r, missing + lot, missing)
        order = np.where(need, missing, 0.0)
        due[:, period + wait] += order
        came = due[:, period]
        ready = np.maximum(stock, 0) + came if unmet == "lost" else stock + came
        asked = demand[:, period]
        served = np.minimum(np.maximum(ready, 0), asked)
        met = served if unmet == "lost" else asked
        before = np.maximum(-ready, 0)
        stock = ready - met
        position = position + order - met
        tracks["order"][:, period], tracks["arrival"][:, period] = order, came
        tracks["on_hand"][:, period], tracks["backorders"][:, period] = np.maximum(stock, 0), np.maximum(-stock, 0)
        tracks["short"][:, period] = asked - served if unmet == "lost" else np.maximum(-stock, 0) - before
        tracks["position"][:, period] = position
    tracks["short"] = np.maximum(tracks["short"], 0)
    tracks["unmet"] = tracks["short"] if unmet == "lost" else tracks["backorders"]
    return tracks


def _path(demand: Floats, tracks: dict[str, Floats]) -> pd.DataFrame:
    names = ("order", "arrival", "on_hand", "backorders", "position")
    return pd.DataFrame({"period": np.arange(1, demand.shape[1] + 1), "demand": demand[0],
                         **{name: tracks[name][0] for name in names}})  # fmt: skip


def _measures(demand: Floats, tracks: dict[str, Floats], costs: dict[str, float], skip: int) -> pd.DataFrame:
    counted = {name: track[:, skip:] for name, track in tracks.items()}
    ordered = (counted["order"] > 0).mean(axis=1)
    cost = (costs["holding_cost"] * counted["on_hand"].mean(axis=1) + costs["fixed_cost"] * ordered
            + costs["stockout_cost"] * counted["unmet"].mean(axis=1))  # fmt: skip
    asked = demand[:, skip:].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        fill = np.where(asked > 0, 1 - counted["short"].sum(axis=1) / asked, 1.0)
    return pd.DataFrame(
        {
            "cost": cost,
            "fill_rate": fill,
            "service_level": (counted["unmet"] <= 0).mean(axis=1),
            "mean_inventory": counted["on_hand"].mean(axis=1),
            "orders_per_period": ordered,
        }
    )
