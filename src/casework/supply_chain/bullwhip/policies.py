"""How a stage decides what to order: forecasts, order-up-to, base-stock, and the rule of the beer game's players."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.core.messages import mark

PolicyName = Literal["moving_average", "smoothing", "ar1", "base_stock", "anchoring"]
POLICY_WORDS: dict[str, str] = {
    "moving_average": mark("order-up-to with a moving average"),
    "smoothing": mark("order-up-to with exponential smoothing"),
    "ar1": mark("order-up-to with the best forecast of an AR(1) demand"),
    "base_stock": mark("base-stock level that never changes"),
    "anchoring": mark("rule of the beer game's players"),
}


@dataclass(frozen=True, kw_only=True)
class MovingAverage:
    """Forecast each coming period by the mean of the last `window` periods, a whole number of at least 1."""

    window: int = 5


@dataclass(frozen=True, kw_only=True)
class Smoothing:
    """Forecast by exponential smoothing: `weight` of the newest period, above 0 and at most 1. Symbol alpha."""

    weight: float = 0.3


@dataclass(frozen=True, kw_only=True)
class AutoRegressive:
    """Forecast with least mean squared error where demand is AR(1).

    Parameters
    ----------
    correlation : float
        Of one period with the next, between -1 and 1. Symbol rho.
    mean : float
        Long-run mean of demand [units/period].
    """

    correlation: float
    mean: float


Forecast = MovingAverage | Smoothing | AutoRegressive


@dataclass(frozen=True, kw_only=True)
class OrderUpTo:
    """Order what is missing to the forecast of demand over the lead time plus a safety stock.

    Parameters
    ----------
    forecast : MovingAverage, Smoothing or AutoRegressive
        Updated in every period, which is what moves the level.
    safety_stock : float
        [units], the same in every period.
    """

    forecast: Forecast
    safety_stock: float = 0.0


@dataclass(frozen=True, kw_only=True)
class BaseStock:
    """Order what is missing to a level [units] that never changes, so that every order repeats the last demand."""

    level: float


@dataclass(frozen=True, kw_only=True)
class Anchoring:
    """Order as players of the beer game do: expected demand, corrected for stock and, too little, for the supply line.

    The order is max(0, E + alpha (target - S - beta SL)): E expected demand, smoothed with `theta`; S stock less
    backlog; SL units ordered and not yet received. A `beta` of 1 is a player who remembers all that is on its way,
    0 one who forgets it.

    Parameters
    ----------
    theta : float
        Weight of the newest demand in the expectation, 0 to 1.
    alpha : float
        Share of the missing stock that is ordered each period, 0 to 1.
    beta : float
        Share of the supply line that is taken into account, 0 to 1.
    target : float
        Desired stock with the supply line counted by `beta` [units], at least 0.

    References
    ----------
    Sterman (1989), Modeling managerial behavior, Management Science 35(3), 321-339; the defaults are
    the means that he estimated from 44 players: 0.36, 0.26, 0.34, 17.
    """

    theta: float = 0.36
    alpha: float = 0.26
    beta: float = 0.34
    target: float = 17.0


Policy = OrderUpTo | BaseStock | Anchoring
