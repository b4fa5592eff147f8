"""One period of a serial chain, for all stages and replications at once; the recursion that everything else uses.

Order of events in a period: units arrive; demand or orders arrive; what is in stock is dispatched; forecasts are
updated; orders are placed. Stages whose orders take at least one period are computed together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from casework.supply_chain.bullwhip.chain import Chain, Stage
from casework.supply_chain.bullwhip.policies import (
    Anchoring,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Smoothing,
)

Floats = npt.NDArray[np.float64]


class Period(NamedTuple):
    """What happened in one period, arrays of shape (stages, replications) [units]."""

    incoming: Floats
    received: Floats
    shipped: Floats
    net: Floats
    orders: Floats
    unmet: Floats


@dataclass(kw_only=True)
class Start:
    """Where a chain starts.

    `flow` units [units/period] are in every slot of every pipeline; `inventory`, shape (stages,), is in stock.
    """

    flow: float
    inventory: Floats


def usual_start(chain: Chain, mean: float) -> Start:
    """Return a start in balance: pipelines carry the mean demand, stocks fill the position up to the level."""
    return Start(flow=mean, inventory=np.array([_usual_stock(stage, mean) for stage in chain.stages]))


def _usual_stock(stage: Stage, mean: float) -> float:
    policy = stage.policy
    if isinstance(policy, OrderUpTo):
        return policy.safety_stock + mean * (stage.review - 1)
    if isinstance(policy, BaseStock):
        return policy.level - mean * stage.lead_time
    return max(0.0, policy.target - policy.beta * mean * (stage.lead_time - 1))


class Engine:
    """State of a chain for `n` replications; `step` moves it on by one period."""

    def __init__(self, chain: Chain, start: Start, n: int) -> None:
        stages, k = chain.stages, len(chain.stages)
        self.chain, self.k, self.n, self.time = chain, k, n, 0
        self.order_lead = np.array([int(stage.order_lead_time) for stage in stages])
        self.ship_lead = np.array([int(stage.shipment_lead_time) for stage in stages])
        self.mail = np.full((int(self.order_lead.max()) + 1, k, n), float(start.flow))
        self.road = np.full((int(self.ship_lead.max()) + 1, k, n), float(start.flow))
        self.net = np.repeat(start.inventory.astype(float)[:, None], n, axis=1)
        self.position = self.net + start.flow * (self.order_lead + self.ship_lead)[:, None]
        self.groups = [_Group(chain, rows, start.flow, n) for rows in _together(chain)]
        self.orders, self.incoming = np.zeros((k, n)), np.zeros((k, n))
        self.shipped, self.unmet = np.zeros((k, n)), np.zeros((k, n))

    def step(self, demand: Floats, given: dict[int, float] | None = None) -> Period:
        """Move on by one period.

        Parameters
        ----------
        demand : ndarray, shape (n,)
            What customers ask for in this period [units].
        given : mapping of place to order, optional
            Orders decided outside, in place of the stage's own policy.

        Returns
        -------
        Period
            Arrays that the next step writes anew: copy what is to be kept.
        """
        received = self.road[self.time % len(self.road)].copy()
        self.owed = np.maximum(-self.net, 0.0)
        self.net += received
        for group in self.groups:
            self._serve(group.rows, demand)
            self._order(group, demand, given or {})
        self._supply()
        self.time += 1
        return Period(self.incoming, received, self.shipped, self.net, self.orders, self.unmet)

    def _serve(self, rows: slice, demand: Floats) -> None:
        """Take demand in and dispatch what there is; what is owed waits, or is lost where customers walk away."""
        incoming = self.incoming[rows]
        mail = self.mail[self.time % len(self.mail)]
        if rows.start == 0:
            incoming[0] = demand
            incoming[1:] = mail[: rows.stop - 1]
        else:
            incoming[:] = mail[rows.start - 1 : rows.stop - 1]
        net, owed = self.net[rows], self.owed[rows]
        net -= incoming
        self.position[rows] -= incoming
        short = np.maximum(-net, 0.0)
        np.subtract(owed + incoming, short, out=self.shipped[rows])
        np.minimum(short, np.maximum(incoming, 0.0), out=self.unmet[rows])
        if rows.start == 0 and self.chain.unmet == "lost":
            net[0] += short[0]
            self.position[0] += short[0]
        self._dispatch(rows)

    def _dispatch(self, rows: slice) -> None:
        """Put what was shipped on the road to the stage below."""
        first = max(rows.start, 1)
        below = np.arange(first - 1, rows.stop - 1)
        self.road[(self.time + self.ship_lead[below]) % len(self.road), below] = self.shipped[first : rows.stop]

    def _order(self, group: _Group, demand: Floats, given: dict[int, float]) -> None:
        rows = group.rows
        seen = np.broadcast_to(demand, (rows.stop - rows.start, self.n)) if self.chain.shared else self.incoming[rows]
        wanted = group.wanted(seen, self.net[rows], self.position[rows])
        orders = group.placed(wanted, self.time)
        for place, value in given.items():
            if rows.start <= place < rows.stop:
                orders[place - rows.start] = value
        self.orders[rows] = orders
        self.position[rows] += orders
        own = np.arange(rows.start, rows.stop)
        self.mail[(self.time + self.order_lead[own]) % len(self.mail), own] = orders

    def _supply(self) -> None:
        """Send all that the last stage ordered: its supplier always has stock."""
        last = self.k - 1
        arrived = self.mail[self.time % len(self.mail), last]
        self.road[(self.time + self.ship_lead[last]) % len(self.road), last] = arrived

    def transit(self) -> Floats:
        """Units on the road to each stage after this period, shape (stages, replications)."""
        slots = [
            self.road[(self.time + np.arange(lead)) % len(self.road), i].sum(axis=0)
            for i, lead in enumerate(self.ship_lead)
        ]
        return np.stack(slots)


class _Group:
    """Stages that order together: their forecasts and levels as columns."""

    def __init__(self, chain: Chain, rows: slice, mean: float, n: int) -> None:
        self.rows, stages = rows, chain.stages[rows]
        self.rule = _rule(stages, mean, n)
        self.batch, self.review, self.capacity = (
            _column(getattr(stage, name) for stage in stages) for name in ("batch", "review", "capacity")
        )
        self.batched, self.reviewed = bool((self.batch > 0).any()), bool((self.review > 1).any())
        self.limited = bool(np.isfinite(self.capacity).any())
        self.returns = chain.returns and not isinstance(stages[0].policy, Anchoring)

    def wanted(self, seen: Floats, net: Floats, position: Floats) -> Floats:
        """Order that the policy wants, before batches and limits."""
        wanted: Floats = self.rule(seen, net, position)
        return wanted

    def placed(self, wanted: Floats, time: int) -> Floats:
        """Order that is placed: at a review, at least nothing, in whole batches, within capacity."""
        orders = wanted if self.returns else np.maximum(wanted, 0.0)
        if self.batched:
            size = np.where(self.batch > 0, self.batch, 1.0)
            orders = np.where(self.batch > 0, size * np.ceil(orders / size - 1e-9), orders)
        if self.limited:
            orders = np.minimum(orders, self.capacity)
        if self.reviewed:
            orders = np.where(time % self.review == 0, orders, 0.0)
        return orders


def _together(chain: Chain) -> list[slice]:
    """Group the stages: all at once where no order is seen in its own period and all have one kind of policy."""
    kinds = {_kind(stage) for stage in chain.stages}
    k = len(chain.stages)
    if len(kinds) == 1 and all(stage.order_lead_time >= 1 for stage in chain.stages[:-1]):
        return [slice(0, k)]
    return [slice(i, i + 1) for i in range(k)]


def _kind(stage: Stage) -> tuple[Any, ...]:
    policy = stage.policy
    if not isinstance(policy, OrderUpTo):
        return (type(policy),)
    forecast = policy.forecast
    return (type(forecast), forecast.window) if isinstance(forecast, MovingAverage) else (type(forecast),)


def _column(values: Iterable[Any]) -> Floats:
    return np.array([[float(value)] for value in values])


def _rule(stages: tuple[Stage, ...], mean: float, n: int) -> Any:
    policies: list[Any] = [stage.policy for stage in stages]
    if isinstance(policies[0], BaseStock):
        level = _column(policy.level for policy in policies)
        return lambda seen, net, position: level - position
    if isinstance(policies[0], Anchoring):
        return _AnchoringRule(policies, mean, n)
    lead = _column(stage.cover for stage in stages)
    safety = _column(policy.safety_stock for policy in policies)
    forecast = _forecast([policy.forecast for policy in policies], lead, mean, n)
    return lambda seen, net, position: forecast(seen) + safety - position


def _forecast(forecasts: list[Any], lead: Floats, mean: float, n: int) -> Any:
    """Return a function that takes what was seen and gives the forecast over the lead time."""
    if isinstance(forecasts[0], MovingAverage):
        return _MovingAverageRule(int(forecasts[0].window), lead, mean, n)
    if isinstance(forecasts[0], Smoothing):
        return _SmoothingRule(_column(f.weight for f in forecasts), lead, mean, n)
    reach = lead_time_reach(_column(f.correlation for f in forecasts), lead)
    centre = _column(f.mean for f in forecasts)
    return lambda seen: lead * centre + reach * (seen - centre)


def lead_time_reach(correlation: Any, lead: Any) -> Any:
    """How far the demand of the next L periods follows the last one: rho + rho^2 + ... + rho^L."""
    return correlation * (1 - correlation**lead) / (1 - correlation)


class _MovingAverageRule:
    """Mean of the last periods, from a ring of them."""

    def __init__(self, window: int, lead: Floats, mean: float, n: int) -> None:
        self.ring = np.full((window, len(lead), n), float(mean))
        self.total, self.share, self.time = window * self.ring[0], lead / window, 0

    def __call__(self, seen: Floats) -> Floats:
        slot = self.ring[self.time % len(self.ring)]
        self.total += seen
        self.total -= slot
        slot[:] = seen
        self.time += 1
        return np.asarray(self.share * self.total)


class _SmoothingRule:
    def __init__(self, weight: Floats, lead: Floats, mean: float, n: int) -> None:
        self.weight, self.lead, self.level = weight, lead, np.full((len(lead), n), float(mean))

    def __call__(self, seen: Floats) -> Floats:
        self.level += self.weight * (seen - self.level)
        return np.asarray(self.lead * self.level)


class _AnchoringRule:
    """Expected demand plus corrections for stock and supply line (Sterman 1989)."""

    def __init__(self, policies: list[Any], mean: float, n: int) -> None:
        self.theta, self.alpha, self.beta, self.target = (
            _column(getattr(policy, name) for policy in policies) for name in ("theta", "alpha", "beta", "target")
        )
        self.expected = np.full((len(policies), n), float(mean))

    def __call__(self, seen: Floats, net: Floats, position: Floats) -> Floats:
        self.expected += self.theta * (seen - self.expected)
        return np.asarray(self.expected + self.alpha * (self.target - net - self.beta * (position - net)))
