"""An invented wholesaler of bicycle parts: demand, lead time and cost of each item, drawn from known distributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number

# family: share of the items, median price [EUR], median demand [units/week], variation, lead time [weeks]
FAMILIES: Mapping[str, tuple[float, float, float, float, float]] = {
    "brakes": (0.20, 14.0, 22.0, 0.45, 3.0),
    "chains": (0.15, 19.0, 40.0, 0.30, 2.0),
    "frames": (0.10, 180.0, 3.0, 0.90, 9.0),
    "lights": (0.20, 11.0, 18.0, 0.70, 5.0),
    "saddles": (0.15, 27.0, 9.0, 0.60, 6.0),
    "tyres": (0.20, 16.0, 55.0, 0.35, 2.0),
}
PRICE_SPREAD, DEMAND_SPREAD, VARIATION_SPREAD = 0.45, 1.0, 0.30  # of the logarithms
ORDER_COSTS = (35.0, 90.0)  # [EUR/order]
LATE = (0.05, 0.45)  # standard deviation of the lead time, as a share of its mean
HABIT = (1.0, 4.0, 8.0, 13.0)  # weeks of demand that buyers order by habit


@dataclass(frozen=True, kw_only=True)
class StockTruth:
    """What is true of the items: their families' medians, and the weeks of demand that buyers order by habit."""

    families: Mapping[str, tuple[float, float, float, float, float]]
    habit: tuple[float, ...]


def bicycle_parts(*, items: int = 160, seed: int = 23) -> tuple[pd.DataFrame, StockTruth]:
    """Draw the items of a wholesaler.

    Parameters
    ----------
    items : int
        Rows, at least 12.
    seed : int
        The same seed gives the same items.

    Returns
    -------
    items : DataFrame
        `sku`, `family`, `demand_mean` and `demand_sd` [units/week], `lead_time` and `lead_time_sd` [weeks], `unit_cost`
        [EUR], `order_cost` [EUR/order], `order_quantity` (the lot that buyers order now) [units].
    truth : StockTruth

    Raises
    ------
    ParameterError
        Fewer than 12 items.

    Examples
    --------
    >>> frame, truth = bicycle_parts(items=12, seed=1)
    >>> frame.shape, len(truth.families)
    ((12, 9), 6)
    """
    check_number("items", items, low=12)
    rng = np.random.default_rng(seed)
    shares = np.array([values[0] for values in FAMILIES.values()])
    edges = np.round(np.cumsum(shares) / shares.sum() * items).astype(int)
    family = np.repeat(list(FAMILIES), np.diff(edges, prepend=0))
    price, demand, variation, lead = (np.array([FAMILIES[name][k] for name in family]) for k in range(1, 5))
    mean = demand * rng.lognormal(0, DEMAND_SPREAD, items)
    spread = variation * rng.lognormal(0, VARIATION_SPREAD, items) * (1 + 1.5 / np.sqrt(mean + 1))
    lead_time = np.maximum(1, np.round(lead * rng.uniform(0.6, 1.5, items)))
    frame = pd.DataFrame(
        {
            "sku": [f"{name[:2].upper()}-{place:03d}" for place, name in enumerate(family, start=1)],
            "family": family,
            "demand_mean": np.maximum(np.round(mean, 2), 0.05),
            "demand_sd": np.round(np.maximum(mean, 0.05) * spread, 2) + 0.01,
            "lead_time": lead_time,
            "lead_time_sd": np.round(lead_time * rng.uniform(*LATE, items), 2),
            "unit_cost": np.round(price * rng.lognormal(0, PRICE_SPREAD, items), 2),
            "order_cost": np.round(rng.uniform(*ORDER_COSTS, items), 0),
        }
    )
    weeks = rng.choice(HABIT, items)
    frame["order_quantity"] = np.maximum(np.ceil(frame["demand_mean"] * weeks), 1).astype(int)
    frame["demand_sd"] = frame["demand_sd"].round(2)
    return frame, StockTruth(families=FAMILIES, habit=HABIT)
