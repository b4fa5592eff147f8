"""Variance of orders without simulation: closed forms, bounds, and the exact answer for any chain that is linear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.signal import lfilter

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.bullwhip.chain import Chain, Stage
from casework.supply_chain.bullwhip.engine import lead_time_reach
from casework.supply_chain.bullwhip.policies import AutoRegressive, BaseStock, MovingAverage, OrderUpTo, Smoothing

Floats = npt.NDArray[np.float64]
SHORTEST_CURVE = 6  # lead times in a table whose length is not given
SMALL = 1e-17  # weight of an old period that no longer counts
COLUMNS = (
    mark("lead time"),
    mark("exact"),
    mark("lower bound"),
    mark("formula"),
    mark("simulated"),
    mark("forecast"),
    mark("without sharing"),
    mark("with sharing"),
)


def moving_average_amplification(*, lead_time: Any, window: Any, correlation: Any = 0.0) -> Any:
    """Var(orders)/Var(demand) of order-up-to with a moving average.

    Parameters
    ----------
    lead_time : int or array
        Periods from an order to the period that it can first serve, at least 1; review included. Symbol L.
    window : int or array
        Periods averaged, at least 1. Symbol p.
    correlation : float or array
        Of AR(1) demand, above -1 and below 1. Symbol rho.

    Returns
    -------
    float or ndarray
        1 + (2 L/p + 2 L^2/p^2)(1 - rho^p).

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Exact where demand is AR(1), the safety stock is constant and orders may be negative. Where the safety stock is
    estimated anew each period, it is a lower bound.

    References
    ----------
    Chen, Drezner, Ryan & Simchi-Levi (2000), Management Science 46(3), 436-443, section 2.

    Examples
    --------
    >>> moving_average_amplification(lead_time=2, window=5)
    2.12
    """
    _check(lead_time, correlation, window=window)
    share = np.asarray(lead_time) / np.asarray(window)
    return _plain(1 + 2 * (share + share**2) * (1 - np.asarray(correlation) ** np.asarray(window)))


def smoothing_amplification(*, lead_time: Any, weight: Any, correlation: Any = 0.0) -> Any:
    """Var(orders)/Var(demand) of order-up-to with exponential smoothing.

    Parameters
    ----------
    lead_time : int or array
        As above. Symbol L.
    weight : float or array
        Of the newest period, above 0 and at most 1. Symbol alpha.
    correlation : float or array
        Of AR(1) demand. Symbol rho.

    Returns
    -------
    float or ndarray
        1 + (2 L alpha + 2 L^2 alpha^2/(2 - alpha)) (1 - rho)/(1 - (1 - alpha) rho).

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Derived in the notebook. The R package SCperf 1.1.1 prints 1.9375 for the example below; putting 2(1 - alpha) where
    2 - alpha belongs gives its number.

    References
    ----------
    Chen, Ryan & Simchi-Levi (2000), Naval Research Logistics 47(4), 269-286.

    Examples
    --------
    >>> round(smoothing_amplification(lead_time=2, weight=0.6, correlation=0.9), 4)
    1.6964
    """
    _check(lead_time, correlation, weight=weight)
    a, rho, pull = np.asarray(weight), np.asarray(correlation), np.asarray(lead_time) * np.asarray(weight)
    return _plain(1 + (2 * pull + 2 * pull**2 / (2 - a)) * (1 - rho) / (1 - (1 - a) * rho))


def ar1_amplification(*, lead_time: Any, correlation: Any) -> Any:
    """Var(orders)/Var(demand) of order-up-to with the best forecast of AR(1) demand.

    Parameters
    ----------
    lead_time : int or array
        As above. Symbol L.
    correlation : float or array
        Above -1 and below 1. Symbol rho.

    Returns
    -------
    float or ndarray
        1 + 2 rho (1 - rho^L)(1 - rho^(L+1))/(1 - rho); below 1 for a negative correlation.

    Raises
    ------
    ParameterError
        An argument is out of its range.

    References
    ----------
    Lee, Padmanabhan & Whang (1997), Management Science 43(4), 546-558; Zhang (2004), IJPE 88, 15-27.

    Examples
    --------
    >>> round(ar1_amplification(lead_time=2, correlation=0.9), 4)
    1.9268
    """
    _check(lead_time, correlation)
    rho, lead = np.asarray(correlation), np.asarray(lead_time)
    return _plain(1 + 2 * rho * (1 - rho**lead) * (1 - rho ** (lead + 1)) / (1 - rho))


def shared_information_amplification(
    *, lead_times: Sequence[int], window: int, correlation: float = 0.0
) -> npt.NDArray[np.float64]:
    """Var(orders)/Var(demand) of each stage when all forecast from the customers' demand.

    Parameters
    ----------
    lead_times : sequence of int
        Downstream first. Symbol L_i.
    window : int
        Periods averaged by every stage. Symbol p.
    correlation : float
        Of AR(1) demand.

    Returns
    -------
    ndarray, shape (stages,)
        1 + (2 S/p + 2 S^2/p^2)(1 - rho^p) with S the sum of the lead times up to the stage: additive.

    Notes
    -----
    Exact where orders reach the supplier in the period in which they are placed, otherwise as above.

    References
    ----------
    Chen et al. (2000), section 3.

    Examples
    --------
    >>> shared_information_amplification(lead_times=[2, 2], window=5).round(4).tolist()
    [2.12, 3.88]
    """
    sums = np.cumsum(lead_times)
    found: Floats = np.asarray(moving_average_amplification(lead_time=sums, window=window, correlation=correlation))
    return found


def decentralised_bound(*, lead_times: Sequence[int], window: int) -> npt.NDArray[np.float64]:
    """Lower bound of Var(orders)/Var(demand) of each stage when each forecasts from the orders it gets.

    Parameters
    ----------
    lead_times : sequence of int
        Downstream first. Symbol L_i.
    window : int
        Periods averaged by every stage. Symbol p.

    Returns
    -------
    ndarray, shape (stages,)
        Product of 1 + 2 L_i/p + 2 L_i^2/p^2: multiplicative. Exact for the first stage, for independent demand.

    References
    ----------
    Chen et al. (2000), section 3.

    Examples
    --------
    >>> decentralised_bound(lead_times=[2, 2], window=5).round(4).tolist()
    [2.12, 4.4944]
    """
    found: Floats = np.cumprod(moving_average_amplification(lead_time=np.asarray(lead_times), window=window))
    return found


def exact_amplification(chain: Chain, *, correlation: float = 0.0) -> npt.NDArray[np.float64]:
    """Var(orders)/Var(demand) of every stage, exact, for any chain whose orders are linear in demand.

    Parameters
    ----------
    chain : Chain
        Order-up-to or base-stock policies, customers who wait, any size of order in every period, no limit.
    correlation : float
        Of AR(1) demand, above -1 and below 1.

    Returns
    -------
    ndarray, shape (stages,)

    Raises
    ------
    ParameterError
        A stage makes the chain non-linear (told which and why), or `correlation` is out of range.

    Notes
    -----
    Orders are a weighted sum of past demand; the weights follow from the policies stage by stage, and the variance of
    the sum from the correlations of an AR(1) process. Orders that are cut at 0 vary less than this.

    Examples
    --------
    Two stages without shared information: above the bound of 4.4944.

    >>> from casework.supply_chain.bullwhip import MovingAverage, OrderUpTo, serial_chain
    >>> chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), names=["shop", "depot"], returns=True)
    >>> exact_amplification(chain).round(4).tolist()
    [2.12, 5.1216]
    """
    check_number("correlation", correlation, low=-1, high=1, low_open=True, high_open=True)
    if problems := [problem for stage in chain.stages for problem in _not_linear(stage)] + _chain_not_linear(chain):
        raise ParameterError(problems)
    return _variances(order_weights(chain), correlation)


def order_weights(chain: Chain) -> Floats:
    """Weights of past demand in the orders of each stage, shape (stages, periods back)."""
    horizon = sum(_memory(stage) + int(stage.order_lead_time) for stage in chain.stages) + 2
    demand = np.zeros(horizon)
    demand[0] = 1.0
    incoming, found = demand, []
    for stage in chain.stages:
        seen = demand if chain.shared else incoming
        level = _level(stage, seen)
        orders = incoming + level - np.concatenate([[0.0], level[:-1]])
        found.append(orders)
        lag = int(stage.order_lead_time)
        incoming = np.concatenate([np.zeros(lag), orders[: horizon - lag]])
    return np.stack(found)


def is_linear(chain: Chain) -> bool:
    """Whether `exact_amplification` applies, but for orders cut at 0."""
    return not any(list(_not_linear(stage)) for stage in chain.stages) and chain.unmet == "backorder"


def _variances(weights: Floats, correlation: float) -> Floats:
    """Variance of weighted sums of an AR(1) process of variance 1."""
    before = lfilter([0.0, correlation], [1.0, -correlation], weights, axis=1)
    total: Floats = (weights * weights + 2 * weights * before).sum(axis=1)
    return total


def _level(stage: Stage, seen: Floats) -> Floats:
    """Order-up-to level as weights of past demand."""
    if isinstance(stage.policy, BaseStock) or not isinstance(stage.policy, OrderUpTo):
        return np.zeros_like(seen)
    forecast, lead = stage.policy.forecast, stage.lead_time
    if isinstance(forecast, MovingAverage):
        total = np.cumsum(seen)
        window = int(forecast.window)
        return np.asarray(lead / window * (total - np.concatenate([np.zeros(window), total])[: len(total)]))
    if isinstance(forecast, Smoothing):
        return np.asarray(lfilter([lead * forecast.weight], [1.0, forecast.weight - 1.0], seen))
    return np.asarray(lead_time_reach(forecast.correlation, lead) * seen)


def _memory(stage: Stage) -> int:
    """How many periods back a stage looks."""
    forecast = stage.policy.forecast if isinstance(stage.policy, OrderUpTo) else None
    if isinstance(forecast, MovingAverage):
        return int(forecast.window) + 1
    if isinstance(forecast, Smoothing) and forecast.weight < 1:
        return min(200_000, int(np.log(SMALL) / np.log1p(-forecast.weight)) + 2)
    return 2


def _not_linear(stage: Stage) -> list[Problem]:
    where = t("stage {name}", name=repr(stage.name))
    reasons = []
    if not isinstance(stage.policy, (OrderUpTo, BaseStock)):
        reasons.append(t("the rule of the players is not linear"))
    if stage.batch > 0:
        reasons.append(t("orders come in batches"))
    if stage.review > 1:
        reasons.append(t("orders are not placed in every period"))
    if np.isfinite(stage.capacity):
        reasons.append(t("orders are limited by a capacity"))
    return [Problem(where, reason, fix=t("Simulate this chain instead")) for reason in reasons]


def _chain_not_linear(chain: Chain) -> list[Problem]:
    if chain.unmet == "backorder":
        return []
    return [Problem("unmet", repr(chain.unmet), "'backorder'", t("Simulate this chain instead"))]


def _check(lead_time: Any, correlation: Any, *, window: Any = 1, weight: Any = 1.0) -> None:
    problems = []
    limits = (("lead_time", lead_time, 1, np.inf, True), ("window", window, 1, np.inf, True),
              ("weight", weight, 1e-300, 1.0, False), ("correlation", correlation, -1.0, 1.0, False))  # fmt: skip
    for name, values, low, high, whole in limits:
        try:
            array = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            problems.append(Problem(name, t("{value} is not a number", value=repr(values)), t("numbers")))
            continue
        fine = np.isfinite(array) & (array >= low) & (array <= high)
        fine &= (array == np.round(array)) if whole else (np.abs(array) < 1) | (name != "correlation")
        if not fine.all():
            found = ", ".join(f"{x:g}" for x in np.unique(array[~fine])[:5])
            expected = {
                "weight": t("above 0, at most 1"),
                "correlation": t("above -1, below 1"),
            }.get(name, t("a whole number of at least {low}", low=1))
            problems.append(Problem(name, found, expected))
    if problems:
        raise ParameterError(problems)


def _plain(value: Any) -> Any:
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array


@dataclass(frozen=True, kw_only=True)
class AmplificationCurve(Result):
    """Amplification of every stage by lead time, with and without shared demand information.

    Attributes
    ----------
    table : DataFrame
        `lead_time`, `stage`, `without_sharing`, `with_sharing`.
    """

    table: pd.DataFrame
    lead_time: int
    forecast: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what a shorter lead time and sharing would each do for the last stage."""
        last = self.table[self.table["stage"] == self.table["stage"].iloc[-1]].set_index("lead_time")
        now = last.loc[self.lead_time]
        return t(
            "With a lead time of {n} the last stage amplifies {x:.2f} times; with shared demand {y:.2f} times.",
            n=self.lead_time,
            x=float(now["without_sharing"]),
            y=float(now["with_sharing"]),
        )


def amplification_by_lead_time(
    forecast: MovingAverage | Smoothing | AutoRegressive,
    *,
    names: Sequence[str],
    lead_time: int,
    longest: int | None = None,
    correlation: float = 0.0,
) -> AmplificationCurve:
    """Exact amplification of each stage for lead times from 1, with and without shared information.

    Parameters
    ----------
    forecast : MovingAverage, Smoothing or AutoRegressive
        Used by every stage.
    names : sequence of str
        Stages, downstream first.
    lead_time : int
        Of every stage today, at least 1.
    longest : int, optional
        Last lead time of the table; by default twice `lead_time`, at least 6.
    correlation : float
        Of AR(1) demand.

    Raises
    ------
    ParameterError
        As for `exact_amplification`.
    """
    from casework.supply_chain.bullwhip.chain import serial_chain

    last = max(longest or max(2 * lead_time, SHORTEST_CURVE), lead_time)
    rows = []
    for lead in range(1, int(last) + 1):
        both = [
            exact_amplification(
                serial_chain(OrderUpTo(forecast=forecast), names=names, shipment_lead_time=lead, shared=shared,
                             returns=True), correlation=correlation)
            for shared in (False, True)
        ]  # fmt: skip
        rows += [
            {"lead_time": lead, "stage": name, "without_sharing": both[0][i], "with_sharing": both[1][i]}
            for i, name in enumerate(names)
        ]
    return AmplificationCurve(table=pd.DataFrame(rows), lead_time=lead_time, forecast=type(forecast).__name__)
