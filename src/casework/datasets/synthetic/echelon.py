"""An invented supply network of electric bicycles whose demand is measured over days that are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number

# stage, successors, lead time [days], holding cost [currency/unit/day], longest service time customers accept [days]
STAGES: tuple[tuple[str, str, int, float, int | None], ...] = (
    ("cell plant", "battery pack", 20, 0.45, None),
    ("housing", "battery pack", 6, 0.10, None),
    ("battery pack", "assembly", 5, 0.95, None),
    ("tube mill", "frame", 15, 0.15, None),
    ("frame", "assembly", 7, 0.40, None),
    ("motor", "assembly", 12, 0.55, None),
    ("assembly", "central warehouse", 3, 2.30, None),
    ("central warehouse", "north warehouse; south warehouse; export", 2, 2.45, None),
    ("north warehouse", "", 4, 2.60, 0),
    ("south warehouse", "", 6, 2.65, 0),
    ("export", "", 14, 2.80, 7),
)
DEMAND = {"north warehouse": (30.0, 12.0), "south warehouse": (22.0, 9.0), "export": (11.0, 6.0)}  # units a day


@dataclass(frozen=True, kw_only=True)
class NetworkTruth:
    """What the days were drawn from.

    `demand_mean` and `demand_sd` of every stage that faces customers [units/day]; `total_mean` and `total_sd` of all of
    them together, who are independent.
    """

    demand_mean: dict[str, float]
    demand_sd: dict[str, float]
    total_mean: float
    total_sd: float


def ebike_network(*, days: int = 250, seed: int = 23) -> tuple[pd.DataFrame, NetworkTruth]:
    """Draw daily demand at three markets and return the network with its mean and deviation.

    Parameters
    ----------
    days : int
        Days over which demand is measured, at least 10.
    seed : int
        The same seed gives the same table.

    Returns
    -------
    stages : DataFrame
        `stage`, `successor` (several with `;`), `lead_time` [days], `holding_cost` [currency/unit/day], `demand_mean`
        and `demand_sd` [units/day] of outside customers, `max_service_time` that they accept [days].
    truth : NetworkTruth

    Raises
    ------
    ParameterError
        Fewer than 10 days.

    Examples
    --------
    >>> stages, truth = ebike_network()
    >>> stages.shape, round(truth.total_mean), round(truth.total_sd, 1)
    ((11, 7), 63, 16.2)
    """
    check_number("days", days, low=10)
    rng = np.random.default_rng(seed)
    measured = {name: _measured(rng, int(days), *facts) for name, facts in DEMAND.items()}
    rows = [
        (name, successor, lead, cost, *measured.get(name, (None, None)), limit)
        for name, successor, lead, cost, limit in STAGES
    ]
    columns = ["stage", "successor", "lead_time", "holding_cost", "demand_mean", "demand_sd", "max_service_time"]
    frame = pd.DataFrame(rows, columns=columns).astype({"max_service_time": "Int64"})
    means, deviations = np.array(list(DEMAND.values())).T
    return frame, NetworkTruth(
        demand_mean={name: mean for name, (mean, _) in DEMAND.items()},
        demand_sd={name: sd for name, (_, sd) in DEMAND.items()},
        total_mean=float(means.sum()),
        total_sd=float(np.sqrt((deviations**2).sum())),
    )


def _measured(rng: np.random.Generator, days: int, mean: float, sd: float) -> tuple[float, float]:
    """Mean and deviation of whole, gamma distributed demand over some days, with one digit."""
    drawn = np.rint(rng.gamma((mean / sd) ** 2, sd**2 / mean, days))
    return round(float(drawn.mean()), 1), round(float(drawn.std(ddof=1)), 1)
