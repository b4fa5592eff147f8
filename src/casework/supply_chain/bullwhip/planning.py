"""Build chains from plain facts, and the changes whose effect is worth knowing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_number, check_option
from casework.core.messages import mark
from casework.supply_chain.bullwhip.chain import ROLES, Chain, Unmet, serial_chain
from casework.supply_chain.bullwhip.closed_forms import exact_amplification
from casework.supply_chain.bullwhip.demand import Demand
from casework.supply_chain.bullwhip.policies import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    Forecast,
    MovingAverage,
    OrderUpTo,
    Policy,
    PolicyName,
    Smoothing,
)
from casework.supply_chain.bullwhip.simulation import ChainResult, simulate_chain

Floats = npt.NDArray[np.float64]
EVERY = 4  # periods between orders, where ordering less often is tried


def planned_chain(
    demand: Demand,
    *,
    names: Sequence[str] = ROLES,
    policy: str = "moving_average",
    window: int = 5,
    smoothing_weight: float = 0.3,
    order_lead_times: Sequence[int] = (0,),
    shipment_lead_times: Sequence[int] = (2,),
    safety_factor: float = 0.0,
    capacity: float = 0.0,
    shared: bool = False,
    unmet: Unmet = "backorder",
    returns: bool = False,
    **facts: Any,
) -> Chain:
    """Build a chain whose levels fit a demand.

    Parameters
    ----------
    demand : Demand
        Of the customers.
    names : list of str
        Stages, downstream first.
    policy : {'moving_average', 'smoothing', 'ar1', 'base_stock', 'anchoring'}
        Of every stage.
    window, smoothing_weight
        Of the forecasts that have them.
    order_lead_times, shipment_lead_times : sequence of int
        One for all stages, or one for each [periods].
    safety_factor : float
        Safety stock in standard deviations of the orders that a stage gets, times the root of the periods that its
        level covers. Symbol z.
    capacity : float
        Most that a stage can order in a period [units]; 0 for no limit.
    shared, unmet, returns
        As of `Chain`.
    **facts
        Of `serial_chain`: costs, batch, review.

    Raises
    ------
    ParameterError
        As for `serial_chain`, or the policy is not known.

    Notes
    -----
    The deviations behind the safety stocks are those of orders that may be negative and come in any size.

    Examples
    --------
    >>> chain = planned_chain(Demand(mean=100, sd=10), policy="base_stock", safety_factor=2, shipment_lead_times=[4])
    >>> chain.stages[0].policy.level
    440.0
    """
    check_option("policy", policy, PolicyName)
    check_number("safety_factor", safety_factor)
    k = len(names)
    leads = {"order_lead_time": _each(order_lead_times, k), "shipment_lead_time": _each(shipment_lead_times, k)}
    shape: dict[str, Any] = {"names": names, **leads, "shared": shared, "returns": returns}
    forecasts: dict[str, Forecast] = {
        "moving_average": MovingAverage(window=window),
        "smoothing": Smoothing(weight=smoothing_weight),
        "ar1": AutoRegressive(correlation=demand.correlation, mean=demand.mean),
    }
    forecast = forecasts.get(policy)
    free: Policy = OrderUpTo(forecast=forecast) if forecast else BaseStock(level=0.0)
    plain = serial_chain(free, **shape)
    total = [stage.lead_time + int(facts.get("review", 1)) - 1 for stage in plain.stages]
    safety = safety_factor * _deviations(plain, demand, total)
    policies = [_policy(policy, forecast, demand.mean, lead, float(s)) for lead, s in zip(total, safety, strict=True)]
    limit = capacity if capacity > 0 else math.inf
    return serial_chain(policies, **shape, unmet=unmet, capacity=limit, **facts)


def calming_chains(demand: Demand, **facts: Any) -> dict[str, Chain]:
    """Return the chain as it is and with what should calm it, each change alone and all together.

    Parameters
    ----------
    demand : Demand
        Of the customers.
    **facts
        Of `planned_chain`.
    """
    given: dict[str, Any] = {"window": 5, "smoothing_weight": 0.3, "shipment_lead_times": (2,), **facts}
    shorter = {"shipment_lead_times": [max(1, int(lead) - 1) for lead in given["shipment_lead_times"]]}
    calmer = {"window": 2 * given["window"], "smoothing_weight": given["smoothing_weight"] / 2}
    changes: dict[str, dict[str, Any]] = {
        mark("as it is"): {},
        mark("shared demand"): {"shared": True},
        mark("lead times one period shorter"): shorter,
        mark("forecast from a longer past"): calmer,
        mark("all three together"): {"shared": True, **shorter, **calmer},
    }
    return {name: planned_chain(demand, **{**given, **change}) for name, change in changes.items()}


def rule_chains(demand: Demand, **facts: Any) -> dict[str, Chain]:
    """Return the chain as it is, and with customers who do not wait, batches, rare orders, and the rule of players.

    Parameters
    ----------
    demand : Demand
        Of the customers.
    **facts
        Of `planned_chain`.
    """
    changes: dict[str, dict[str, Any]] = {
        mark("as it is"): {},
        mark("customers do not wait"): {"unmet": "lost"},
        mark("batches of two periods' demand"): {"batch": 2 * demand.mean},
        mark("orders every fourth period"): {"review": EVERY},
        mark("players of the beer game"): {"policy": "anchoring"},
        mark("level that never changes"): {"policy": "base_stock"},
    }
    return {name: planned_chain(demand, **{**facts, **change}) for name, change in changes.items()}


def _each(values: Sequence[int], k: int) -> list[int]:
    return list(values) * k if len(values) == 1 else list(values)


def _deviations(chain: Chain, demand: Demand, cover: Sequence[int]) -> Floats:
    """Return deviations of the orders that each stage gets, times the root of the periods covered."""
    orders = exact_amplification(chain, correlation=demand.correlation)
    incoming = np.concatenate([[1.0], orders[:-1]])
    return np.asarray(demand.sd * np.sqrt(incoming * np.asarray(cover)))


def _policy(name: str, forecast: Any, mean: float, lead: int, safety: float) -> Policy:
    if forecast is not None:
        return OrderUpTo(forecast=forecast, safety_stock=safety)
    if name == "base_stock":
        return BaseStock(level=mean * lead + safety)
    share = Anchoring().beta
    return Anchoring(target=max(0.0, share * mean * (lead - 1) + safety))


def explore_chain(
    demand: Demand,
    *,
    policy: str = "moving_average",
    window: int = 5,
    lead_time: int = 2,
    shared: bool = False,
    periods: int = 300,
    replications: int = 40,
    seed: int = 7,
    **facts: Any,
) -> ChainResult:
    """Plan a chain with one lead time for all stages and simulate it: what an explorer calls.

    Parameters
    ----------
    demand : Demand
        Of the customers.
    policy, window, shared, **facts
        Of `planned_chain`.
    lead_time : int
        Of every stage [periods], at least 1.
    periods, replications, seed
        Of `simulate_chain`.
    """
    rule = {"policy": policy, "window": window, "shared": shared, "shipment_lead_times": (lead_time,)}
    chain = planned_chain(demand, **{**facts, **rule})
    return simulate_chain(chain, demand, periods=periods, replications=replications, seed=seed)
