"""A chain of stages under local base-stock levels, all periods and replications at once.

Nothing is stepped through: what a stage has left is its level, less demand over its lead time, less what its slowest
supplier owed a lead time ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from casework.supply_chain.multi_echelon.network import StageNetwork

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ChainPolicy:
    """Stages that join towards one end, in the order of the network.

    Parameters
    ----------
    network : StageNetwork
    lead_times : ndarray of int
        From the moment that all parts are there [periods].
    holding : ndarray
        Cost of a unit in stock [currency/unit/period].
    levels : ndarray
        Local base-stock levels [units].
    stockout : float
        Cost of a unit of demand that waits [currency/unit/period].
    """

    network: StageNetwork
    lead_times: npt.NDArray[np.int64]
    holding: Floats
    levels: Floats
    stockout: float

    @property
    def end(self) -> int:
        """Place of the stage that faces customers."""
        return self.network.downstream[-1]

    @property
    def reach(self) -> int:
        """Periods after which the start is forgotten: the longest sum of lead times."""
        total: dict[int, int] = {}
        for place in self.network.downstream:
            total[place] = int(self.lead_times[place])
            total[place] += max((total[up] for up in self.network.suppliers[place]), default=0)
        return total[self.end]


@dataclass(frozen=True)
class StageRun:
    """One stage in all periods and replications (replications, periods) [units]."""

    place: int
    net: Floats
    in_transit: Floats
    reserved: dict[int, Floats]


def run(policy: ChainPolicy, demand: Floats) -> Iterator[StageRun]:
    """Run every stage, suppliers before customers; the start is full stock and nothing on order.

    `reserved` holds, for each supplier, parts that are there and wait for the others of their kit.
    """
    total = np.zeros((demand.shape[0], demand.shape[1] + 1))
    np.cumsum(demand, axis=1, out=total[:, 1:])
    owed: dict[int, Floats] = {}
    for place in policy.network.downstream:
        net = _net(policy, place, total)
        suppliers = policy.network.suppliers[place]
        late = reduce(np.maximum, [owed[up] for up in suppliers]) if suppliers else None
        lead = int(policy.lead_times[place])
        if late is not None and lead < late.shape[1]:
            net[:, lead:] -= late[:, : late.shape[1] - lead]
        moving = policy.levels[place] - net
        if late is not None:
            moving -= late
        reserved = {up: late - owed[up] for up in suppliers} if late is not None and len(suppliers) > 1 else {}
        owed[place] = np.maximum(-net, 0)
        yield StageRun(place, net, moving, reserved)


def _net(policy: ChainPolicy, place: int, total: Floats) -> Floats:
    """Level less demand over the lead time."""
    lead = int(policy.lead_times[place])
    net: Floats = policy.levels[place] - total[:, 1:]
    if lead < net.shape[1]:
        net[:, lead:] += total[:, 1 : net.shape[1] + 1 - lead] if lead else total[:, 1:]
    return net


def period_cost(policy: ChainPolicy, stage: StageRun) -> Floats:
    """Cost of a stage in every period: stock, stock on the way to it, kits that wait, and shortage at the end."""
    cost: Floats = policy.holding[stage.place] * np.maximum(stage.net, 0)
    suppliers = list(policy.network.suppliers[stage.place])
    if suppliers:
        cost += policy.holding[suppliers].sum() * stage.in_transit
    for up, units in stage.reserved.items():
        cost += policy.holding[up] * units
    if stage.place == policy.end:
        cost += policy.stockout * np.maximum(-stage.net, 0)
    return cost
