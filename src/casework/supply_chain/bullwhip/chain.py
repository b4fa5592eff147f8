"""A serial chain: its stages, downstream first, with lead times, rules of ordering and costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from casework.core.checks import check_names, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.supply_chain.bullwhip.policies import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Policy,
    Smoothing,
)

Unmet = Literal["backorder", "lost"]
ROLES = (mark("retailer"), mark("wholesaler"), mark("distributor"), mark("factory"))


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a serial chain.

    Parameters
    ----------
    name : str
        Any text, once in the chain.
    policy : OrderUpTo, BaseStock or Anchoring
        How it orders.
    order_lead_time : int
        Periods until an order reaches the supplier, at least 0 (0: the same period).
    shipment_lead_time : int
        Periods from the supplier's dispatch until the units can be used, at least 1.
    holding_cost, backlog_cost : float
        [currency/unit/period] of stock at the end of a period, and of demand that waits, or
        once per unit where customers do not wait; at least 0.
    transit_cost : float
        [currency/unit/period] of units on their way to this stage, at least 0.
    order_cost : float
        [currency/order] whatever its size, at least 0.
    batch : float
        Orders are whole multiples of it [units]; 0 for any size.
    review : int
        Orders are placed every so many periods, at least 1.
    capacity : float
        Most that can be ordered in a period [units], above 0; infinite by default.
    """

    name: str
    policy: Policy
    order_lead_time: int = 0
    shipment_lead_time: int = 2
    holding_cost: float = 0.5
    backlog_cost: float = 1.0
    transit_cost: float = 0.0
    order_cost: float = 0.0
    batch: float = 0.0
    review: int = 1
    capacity: float = math.inf

    @property
    def lead_time(self) -> int:
        """Periods of demand that an order must last for: order and shipment lead time. Symbol L."""
        return self.order_lead_time + self.shipment_lead_time

    @property
    def cover(self) -> int:
        """Periods of demand that the level must cover: lead time and, with rare orders, the wait for the next one."""
        return self.lead_time + self.review - 1


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Stages in a row, the one that sells to customers first, and the rules they share.

    Parameters
    ----------
    stages : tuple of Stage
        At least one; the supplier of the last one always has stock.
    shared : bool
        Every stage forecasts from the customers' demand rather than from the orders it gets.
    unmet : {'backorder', 'lost'}
        Whether customers wait for what is not in stock. Orders between stages always wait.
    returns : bool
        Negative orders are allowed, as the closed forms of the bullwhip effect assume; `Anchoring` never places one.

    Raises
    ------
    ParameterError
        Any value is outside its range, a lead time, review or window is not whole, or two stages have one name.
    """

    stages: tuple[Stage, ...]
    shared: bool = False
    unmet: Unmet = "backorder"
    returns: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated, all problems at once."""
        check_option("unmet", self.unmet, Unmet)
        if problems := list(_problems(self)):
            raise ParameterError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages, downstream first."""
        return tuple(stage.name for stage in self.stages)

    def place(self, name: str) -> int:
        """Return the place of a stage, 0 for the one that sells to customers.

        Raises
        ------
        ParameterError
            There is no stage of that name; the message gives the nearest spelling.
        """
        check_names("stage", [name], self.names)
        return self.names.index(name)


def serial_chain(
    policy: Policy | Sequence[Policy],
    *,
    names: Sequence[str] = ROLES,
    order_lead_time: int | Sequence[int] = 0,
    shipment_lead_time: int | Sequence[int] = 2,
    shared: bool = False,
    unmet: Unmet = "backorder",
    returns: bool = False,
    **facts: Any,
) -> Chain:
    """Build a serial chain; every argument is one value for all stages, or a list with one for each.

    Parameters
    ----------
    policy : Policy or list of Policy
        How the stages order.
    names : list of str
        Downstream first; the roles of the beer game by default.
    order_lead_time, shipment_lead_time : int or list of int
        As of `Stage`.
    shared, unmet, returns
        As of `Chain`.
    **facts
        Other fields of `Stage`: costs, batch, review, capacity.

    Raises
    ------
    ParameterError
        A list has another length than `names`, a fact is not known, or as for `Chain`.

    Examples
    --------
    >>> chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), shipment_lead_time=[2, 2, 1, 3])
    >>> [stage.lead_time for stage in chain.stages]
    [2, 2, 1, 3]
    """
    known = tuple(name for name in Stage.__dataclass_fields__ if name not in ("name", "policy"))
    check_names("stage", facts, known)
    given = {"policy": policy, "order_lead_time": order_lead_time, "shipment_lead_time": shipment_lead_time, **facts}
    columns = {name: _spread(value, len(names)) for name, value in given.items()}
    problems = [
        Problem(name, t("{n} values", n=len(column)), t("one value, or {k}: one for each stage", k=len(names)))
        for name, column in columns.items()
        if len(column) != len(names)
    ]
    if problems:
        raise ParameterError(problems)
    stages = [
        Stage(name=str(name), **{key: column[i] for key, column in columns.items()}) for i, name in enumerate(names)
    ]
    return Chain(stages=tuple(stages), shared=shared, unmet=unmet, returns=returns)


def beer_game_chain(policy: Policy | Sequence[Policy] | None = None) -> Chain:
    """Return the chain of the beer game as it is played on the board.

    An order is two weeks on its way, a shipment two more; the factory's own request takes one week, brewing two.
    Stock costs 0.50 and backlog 1.00 per unit and week.

    Parameters
    ----------
    policy : Policy or list of Policy, optional
        By default the rule estimated from players, `Anchoring()`.

    References
    ----------
    Sterman (1989), Management Science 35(3), section 2; System Dynamics Society, instructions for the game.
    """
    return serial_chain(policy or Anchoring(), order_lead_time=[2, 2, 2, 1], shipment_lead_time=2)


def _spread(value: Any, n: int) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value] * n


def _problems(chain: Chain) -> Iterator[Problem]:
    if not chain.stages:
        yield Problem("stages", t("there is none"), t("at least one stage"))
    for name in dict.fromkeys(chain.names):
        if chain.names.count(name) > 1:
            yield Problem("stages", t("{name} occurs twice", name=repr(name)), t("each name once"))
    for stage in chain.stages:
        yield from _stage_problems(stage)


def _stage_problems(stage: Stage) -> Iterator[Problem]:
    """Yield what is wrong with the numbers of a stage and of its policy."""
    where = t("stage {name}", name=repr(stage.name))
    for name, low in (("order_lead_time", 0), ("shipment_lead_time", 1), ("review", 1)):
        yield from _whole(where, name, getattr(stage, name), low)
    for name in ("holding_cost", "backlog_cost", "transit_cost", "order_cost", "batch"):
        yield from _ranged(where, name, getattr(stage, name), 0.0)
    if not _is_number(stage.capacity) or not stage.capacity > 0:
        yield Problem(f"{where}, capacity", repr(stage.capacity), t("a number above 0"))
    yield from _policy_problems(where, stage.policy)


def _policy_problems(where: str, policy: Any) -> Iterator[Problem]:
    if isinstance(policy, OrderUpTo):
        yield from _ranged(where, "safety_stock", policy.safety_stock, -math.inf)
        yield from _forecast_problems(where, policy.forecast)
    elif isinstance(policy, BaseStock):
        yield from _ranged(where, "level", policy.level, -math.inf)
    elif isinstance(policy, Anchoring):
        for name in ("theta", "alpha", "beta"):
            yield from _ranged(where, name, getattr(policy, name), 0.0, 1.0)
        yield from _ranged(where, "target", policy.target, 0.0)
    else:
        yield Problem(f"{where}, policy", repr(policy), "OrderUpTo, BaseStock, Anchoring")


def _forecast_problems(where: str, forecast: Any) -> Iterator[Problem]:
    if isinstance(forecast, MovingAverage):
        yield from _whole(where, "window", forecast.window, 1)
    elif isinstance(forecast, Smoothing):
        yield from _ranged(where, "weight", forecast.weight, 1e-6, 1.0)
    elif isinstance(forecast, AutoRegressive):
        yield from _ranged(where, "correlation", forecast.correlation, -0.9999, 0.9999)
        yield from _ranged(where, "mean", forecast.mean, 0.0)
    else:
        yield Problem(f"{where}, forecast", repr(forecast), "MovingAverage, Smoothing, AutoRegressive")


def _whole(where: str, name: str, value: Any, low: int) -> Iterator[Problem]:
    if not _is_number(value) or not float(value).is_integer() or value < low:
        yield Problem(f"{where}, {name}", repr(value), t("a whole number of at least {low}", low=low))


def _ranged(where: str, name: str, value: Any, low: float, high: float = math.inf) -> Iterator[Problem]:
    if not _is_number(value) or not math.isfinite(value) or not low <= value <= high:
        from casework.core.checks import describe_range

        yield Problem(f"{where}, {name}", repr(value), t("a number {range}", range=describe_range(low, high)))


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and hasattr(value, "__float__") and not math.isnan(float(value))
