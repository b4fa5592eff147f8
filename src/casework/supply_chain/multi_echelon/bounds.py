"""Bounds and a rule of thumb for serial chains that need a newsvendor each (Shang and Song)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.recursion import newsvendor_levels, refine
from casework.supply_chain.multi_echelon.serial import HoldingKind, read_chain

Floats = npt.NDArray[np.float64]
Rounding = Literal["nearest", "down", "up"]

COLUMNS = ("stage", "lower_bound", "upper_bound", "heuristic_level")
TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class BoundsResult(Result):
    """Bounds of the best echelon levels of a serial chain and a rule of thumb between them.

    Attributes
    ----------
    stages : DataFrame
        Lower and upper bound and the level of the rule [units] of every stage.
    heuristic_cost, best_cost : float
        Cost of the levels of the rule and of the best ones [currency/period].
    """

    stages: pd.DataFrame
    heuristic_cost: float
    best_cost: float
    notes: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """Relative cost of the rule above the best."""
        return self.heuristic_cost / self.best_cost - 1 if self.best_cost > 0 else 0.0

    def to_frame(self) -> pd.DataFrame:
        """One row per stage, the one that faces customers first."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say how much the rule of thumb costs more."""
        return t("The rule of thumb costs {x:,.2f} per period, {gap:.2%} more than the best levels.",
                 x=self.heuristic_cost, gap=max(self.gap, 0.0))  # fmt: skip


def serial_bounds(
    stages: pd.DataFrame,
    *,
    stockout_cost: float,
    demand_mean: float | None = None,
    demand_sd: float | None = None,
    distribution: str = "normal",
    demand_pmf: Sequence[float] | None = None,
    stage: str = "stage",
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    holding: HoldingKind = "local",
    weight: float = 0.5,
    rounding: Rounding = "down",
) -> BoundsResult:
    """Bounds of the best echelon levels, and the level between them as a rule of thumb.

    Parameters
    ----------
    stages, stockout_cost, demand_mean, demand_sd, distribution, demand_pmf, stage, lead_time, holding_cost, holding
        As in `serial_optimum`.
    weight : float
        Of the lower bound in the rule of thumb, 0 to 1.
    rounding : {'nearest', 'down', 'up'}
        How the rule is rounded where demand is whole.

    Returns
    -------
    BoundsResult

    Raises
    ------
    DataError, ParameterError
        As in `serial_optimum`, or the weight is out of range.

    References
    ----------
    Shang & Song (2003), Management Science 49(5); Snyder & Shen (2019), section 6.2.

    Examples
    --------
    Row 1 of table 1 of Shang & Song, whose best levels are 8, 13, 18 and 22:

    >>> chain = pd.DataFrame({"stage": list("1234"), "lead_time": [0.25] * 4, "holding_cost": [0.25] * 4})
    >>> found = serial_bounds(chain, stockout_cost=9, demand_mean=16, distribution="poisson", holding="echelon")
    >>> found.to_frame()["heuristic_level"].tolist(), round(found.heuristic_cost, 3)
    ([8.0, 13.0, 18.0, 22.0], 12.688)
    """
    check_number("weight", weight, low=0, high=1)
    check_option("rounding", rounding, Rounding)
    names, chain = read_chain(stages, stage=stage, lead_time=lead_time, holding_cost=holding_cost, holding=holding,
                              stockout_cost=stockout_cost, demand_mean=demand_mean, demand_sd=demand_sd,
                              distribution=distribution, demand_pmf=demand_pmf)  # fmt: skip
    low, high = newsvendor_levels(chain)
    between = weight * low + (1 - weight) * high
    level = _rounded(between, rounding) if chain.demand.whole else between
    table = pd.DataFrame(dict(zip(COLUMNS, (names, low, high, level), strict=True)))
    reachable = np.minimum.accumulate(level[::-1])[::-1]
    costs = (refine(chain, reachable, TOLERANCE).cost, refine(chain, None, TOLERANCE).cost)
    return BoundsResult(stages=table, heuristic_cost=costs[0], best_cost=costs[1])


def _rounded(levels: Floats, rounding: str) -> Floats:
    if rounding == "nearest":
        return np.asarray(np.floor(levels + 0.5))
    return np.asarray(np.floor(levels) if rounding == "down" else np.ceil(levels))
