"""Whole paths of a linear chain at once: no loop over periods, where levels follow demand and customers wait.

All follows from running totals. With I(t) the units asked for so far, C(t) those ordered and R(t) those received, an
order-up-to stage has C(t) = max(C(t-1), level(t) - position(0) + I(t)), a running maximum; its net stock is
net(0) + R(t) - I(t); and what it has dispatched is I(t) less what it owes. The engine gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from casework.supply_chain.bullwhip.chain import Chain, Stage
from casework.supply_chain.bullwhip.engine import Start, lead_time_reach
from casework.supply_chain.bullwhip.policies import BaseStock, MovingAverage, OrderUpTo, Smoothing

Floats = npt.NDArray[np.float64]


class StagePaths(NamedTuple):
    """Series of one stage, arrays of shape (replications, periods) [units]."""

    incoming: Floats
    orders: Floats
    net: Floats
    unmet: Floats
    transit: Floats


def paths(chain: Chain, demand: Floats, start: Start) -> Iterator[tuple[int, StagePaths]]:
    """Yield the series of every stage, upstream first.

    Parameters
    ----------
    chain : Chain
        One to which `is_linear` applies; orders are cut at 0 unless it allows returns.
    demand : ndarray, shape (replications, periods)
        Of the customers [units].
    start : Start
        Where the chain starts.

    Yields
    ------
    place : int
        Of the stage, 0 for the one that sells to customers.
    series : StagePaths
    """
    asked, orders = _orders(chain, demand, start)
    last = chain.stages[-1]
    sent = np.cumsum(_later(orders[-1], int(last.order_lead_time), start.flow), axis=1)
    for place in range(len(chain.stages) - 1, -1, -1):
        lead, stock = int(chain.stages[place].shipment_lead_time), float(start.inventory[place])
        total = np.cumsum(asked[place], axis=1)
        received = _received(sent, lead, start.flow)
        net = stock + received - total
        short = np.maximum(-net, 0.0)
        unmet = np.minimum(short, np.maximum(asked[place], 0.0))
        transit = start.flow * lead + sent - received
        yield place, StagePaths(asked[place], orders[place], net, unmet, transit)
        sent = max(-stock, 0.0) + total - short


def _orders(chain: Chain, demand: Floats, start: Start) -> tuple[list[Floats], list[Floats]]:
    """Orders that reach each stage and that it places, downstream first."""
    asked, placed = [demand], []
    for place, stage in enumerate(chain.stages):
        incoming = asked[place]
        level = _level(stage, demand if chain.shared else incoming, start.flow)
        position = float(start.inventory[place]) + start.flow * stage.lead_time
        if chain.returns:
            before = np.concatenate([np.full((len(level), 1), position), level[:, :-1]], axis=1)
            orders = incoming + level - before
        else:
            wanted = level - position + np.cumsum(incoming, axis=1)
            total = np.maximum.accumulate(np.maximum(wanted, 0.0), axis=1)
            orders = np.diff(total, axis=1, prepend=0.0)
        placed.append(orders)
        asked.append(_later(orders, int(stage.order_lead_time), start.flow))
    return asked[:-1], placed


def _level(stage: Stage, seen: Floats, mean: float) -> Floats:
    """Order-up-to level of every period; before the first one demand was at its mean."""
    policy, lead = stage.policy, stage.lead_time
    if isinstance(policy, BaseStock) or not isinstance(policy, OrderUpTo):
        return np.full_like(seen, policy.level if isinstance(policy, BaseStock) else 0.0)
    forecast = policy.forecast
    if isinstance(forecast, MovingAverage):
        ahead = lead * (mean + _moving_mean(seen - mean, int(forecast.window)))
    elif isinstance(forecast, Smoothing):
        keep = 1.0 - forecast.weight
        ahead = (
            lead * lfilter([forecast.weight], [1.0, -keep], seen, axis=1, zi=np.full((len(seen), 1), keep * mean))[0]
        )
    else:
        ahead = lead * forecast.mean + lead_time_reach(forecast.correlation, lead) * (seen - forecast.mean)
    return np.asarray(ahead + policy.safety_stock)


def _moving_mean(deviations: Floats, window: int) -> Floats:
    total = np.cumsum(deviations, axis=1)
    before = np.zeros_like(total)
    before[:, window:] = total[:, :-window]
    return np.asarray((total - before) / window)


def _later(values: Floats, lag: int, flow: float) -> Floats:
    """Series that arrives `lag` periods later; what was on its way at the start arrives first."""
    if lag == 0:
        return values
    first = np.full((len(values), min(lag, values.shape[1])), float(flow))
    return np.concatenate([first, values[:, : max(values.shape[1] - lag, 0)]], axis=1)


def _received(sent: Floats, lead: int, flow: float) -> Floats:
    """Return the running total of units received, from that of units sent."""
    periods = np.arange(1, sent.shape[1] + 1)
    received = np.broadcast_to(float(flow) * np.minimum(periods, lead), sent.shape).copy()
    received[:, lead:] += sent[:, :-lead]
    return received
