"""Serial chains: the best echelon base-stock levels (Clark and Scarf), and what any levels cost."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.columns import stage_columns
from casework.supply_chain.multi_echelon.demand import MassChain, chain_demand
from casework.supply_chain.multi_echelon.levels import check_levels, local_levels, reachable
from casework.supply_chain.multi_echelon.recursion import (
    MOST_CELLS,
    ChainCosts,
    Refined,
    StageCurve,
    cells,
    first_step,
    newsvendor_levels,
    refine,
    thin,
)

Floats = npt.NDArray[np.float64]
HoldingKind = Literal["local", "echelon"]

COLUMNS = (
    "stage", "lead_time", "local_holding_cost", "echelon_holding_cost", "echelon_level", "local_level",
    "lower_bound", "upper_bound",
)  # fmt: skip
VIEW = 1.5  # width of the drawn curve around the level, in standard deviations of demand below the stage


@dataclass(frozen=True, kw_only=True)
class SerialResult(Result):
    """Echelon base-stock levels of a serial chain and their cost.

    Attributes
    ----------
    stages : DataFrame
        One row per stage, the one that faces customers first: lead time [periods], local and echelon holding cost
        [currency/unit/period], echelon and local level [units], lower and upper bound of the best echelon level.
    cost : float
        Expected stock and shortage cost [currency/period], stock on the way between stages included.
    cost_error, level_error : float
        How far cost and levels still moved when the grid was halved for the last time; 0 where the answer is exact.
    curves : DataFrame
        Expected cost of each stage and all below it (`cost`) by its `echelon_level`, with the best levels below.
    names : tuple of str
        Stages, the one that faces customers first.
    levels : tuple of float
        Echelon levels [units].
    thinned : tuple of StageCurve
        Points of the curves.
    chain : ChainCosts
        What was solved.
    best : bool
        Whether the levels were looked for; else they were given.
    """

    names: tuple[str, ...]
    levels: tuple[float, ...]
    cost: float
    cost_error: float
    level_error: float
    thinned: tuple[StageCurve, ...]
    chain: ChainCosts
    best: bool
    notes: tuple[str, ...] = ()

    @cached_property
    def stages(self) -> pd.DataFrame:
        """One row per stage."""
        chain, levels = self.chain, np.array(self.levels)
        values = (list(self.names), chain.lead_times, self.local_holding, chain.echelon_holding, levels,
                  local_levels(levels), *newsvendor_levels(chain))  # fmt: skip
        return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Cost curves around the levels, a few hundred points each."""
        sizes = [len(curve.levels) for curve in self.thinned]
        return pd.DataFrame(
            {
                "stage": np.repeat(np.array(self.names, dtype=object), sizes),
                "echelon_level": np.concatenate([curve.levels for curve in self.thinned]),
                "cost": np.concatenate([curve.cost for curve in self.thinned]),
            }
        )

    @property
    def echelon_levels(self) -> Floats:
        """Echelon levels, the stage that faces customers first [units]."""
        return np.array(self.levels)

    @property
    def local_levels(self) -> Floats:
        """Local levels of the same policy [units]."""
        return local_levels(self.levels)

    @property
    def local_holding(self) -> Floats:
        """Cost of a unit in stock at each stage [currency/unit/period]."""
        return np.cumsum(self.chain.echelon_holding[::-1])[::-1]

    def to_frame(self) -> pd.DataFrame:
        """One row per stage, the one that faces customers first."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say what the levels cost and how well that is known."""
        if self.best:
            return t("The best levels of {n} stages cost {x:,.2f} per period.", n=len(self.names), x=self.cost)
        return t("The given levels of {n} stages cost {x:,.2f} per period.", n=len(self.names), x=self.cost)


def serial_optimum(
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
    tolerance: float = 1e-6,
) -> SerialResult:
    """Find the best base-stock levels of a chain in which every stage supplies the next.

    Parameters
    ----------
    stages : DataFrame
        One row per stage, the stage that faces customers first.
    stockout_cost : float
        Of a unit of demand that waits for a period [currency/unit/period], above 0.
    demand_mean, demand_sd : float
        Of demand per period [units/period], above 0; Poisson demand needs the mean only.
    distribution : {'normal', 'gamma', 'poisson'}
        Shape of demand.
    demand_pmf : sequence of float
        Probabilities of a demand of 0, 1, 2, ... units per period instead; lead times must be whole then.
    stage, lead_time, holding_cost : str
        Columns with the name of the stage, its lead time [periods], at least 0, and its holding cost
        [currency/unit/period].
    holding : {'local', 'echelon'}
        Whether the cost is of a unit at the stage, which must rise towards the customers, or what the stage adds to it.
    tolerance : float
        Relative change of cost and levels at which the grid is fine enough, 1e-9 to 0.01.

    Returns
    -------
    SerialResult

    Raises
    ------
    DataError
        A column is missing, a cell is empty, not a number or out of range, a name stands twice, or local holding cost
        does not rise towards the customers.
    ParameterError
        An argument is missing, superfluous or out of range, or the grid would need more than two million points.

    Warns
    -----
    CaseworkWarning
        The finest grid did not reach the tolerance; `cost_error` says how far it came.

    Notes
    -----
    Unmet demand waits, orders have no fixed cost, stages review in every period (or all the time) and the last one
    upstream is never short. Demand of different periods is independent; normal demand may fall below 0.

    References
    ----------
    Clark & Scarf (1960), Management Science 6(4); Chen & Zheng (1994), Management Science 40(11); Snyder & Shen (2019),
    Fundamentals of Supply Chain Theory, theorem 6.1.

    Examples
    --------
    Example 6.1 of Snyder & Shen, who print 6.49, 12.02, 22.71 and 47.65:

    >>> chain = pd.DataFrame({"stage": ["3", "2", "1"], "lead_time": [1, 1, 2], "holding_cost": [3, 2, 2]})
    >>> best = serial_optimum(chain, stockout_cost=37.12, demand_mean=5, demand_sd=1, holding="echelon")
    >>> best.echelon_levels.round(2).tolist(), round(best.cost, 3)
    ([6.49, 12.02, 22.71], 47.66)
    """
    names, chain = read_chain(stages, stage=stage, lead_time=lead_time, holding_cost=holding_cost, holding=holding,
                              stockout_cost=stockout_cost, demand_mean=demand_mean, demand_sd=demand_sd,
                              distribution=distribution, demand_pmf=demand_pmf)  # fmt: skip
    check_number("tolerance", tolerance, low=1e-9, high=0.01)
    return _result(names, chain, refine(chain, None, tolerance), tolerance, best=True)


def serial_cost(
    stages: pd.DataFrame,
    *,
    levels: Sequence[float] | Floats,
    stockout_cost: float,
    demand_mean: float | None = None,
    demand_sd: float | None = None,
    distribution: str = "normal",
    demand_pmf: Sequence[float] | None = None,
    stage: str = "stage",
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    holding: HoldingKind = "local",
    tolerance: float = 1e-6,
) -> SerialResult:
    """Compute the expected cost of given echelon base-stock levels of a serial chain.

    Parameters
    ----------
    stages : DataFrame
        One row per stage, the stage that faces customers first.
    levels : sequence of float
        Echelon level of every stage in the same order [units].
    stockout_cost, demand_mean, demand_sd, distribution, demand_pmf, stage, lead_time, holding_cost, holding, tolerance
        As in `serial_optimum`.

    Returns
    -------
    SerialResult

    Raises
    ------
    DataError, ParameterError
        As in `serial_optimum`, or not one finite level per stage.

    Warns
    -----
    CaseworkWarning
        The finest grid did not reach the tolerance.

    References
    ----------
    Chen & Zheng (1994), Management Science 40(11).

    Examples
    --------
    >>> chain = pd.DataFrame({"stage": ["2", "1"], "lead_time": [1, 1], "holding_cost": [1, 1]})
    >>> costs = {"stockout_cost": 15, "demand_mean": 100, "demand_sd": 15, "holding": "echelon"}
    >>> round(serial_cost(chain, levels=[126.2033, 226.0284], **costs).cost, 2)
    166.81
    """
    names, chain = read_chain(stages, stage=stage, lead_time=lead_time, holding_cost=holding_cost, holding=holding,
                              stockout_cost=stockout_cost, demand_mean=demand_mean, demand_sd=demand_sd,
                              distribution=distribution, demand_pmf=demand_pmf)  # fmt: skip
    check_number("tolerance", tolerance, low=1e-9, high=0.01)
    given = reachable(check_levels("levels", levels, len(names)))
    return _result(names, chain, refine(chain, given, tolerance), tolerance, best=False)


def read_chain(
    stages: pd.DataFrame,
    *,
    stage: str,
    lead_time: str,
    holding_cost: str,
    holding: str,
    stockout_cost: float,
    demand_mean: float | None,
    demand_sd: float | None,
    distribution: str,
    demand_pmf: Sequence[float] | None,
) -> tuple[list[str], ChainCosts]:
    """Check a chain and return the names of its stages and its costs.

    Raises
    ------
    DataError, ParameterError
        As in `serial_optimum`.
    """
    check_option("holding", holding, HoldingKind)
    demand = chain_demand(
        demand_mean=demand_mean, demand_sd=demand_sd, distribution=distribution, demand_pmf=demand_pmf
    )
    shortage = check_number("stockout_cost", stockout_cost, low=0, low_open=True)
    columns = stage_columns(stages, stage=stage)
    whole = isinstance(demand, MassChain)
    times = columns.numbers("lead_time", lead_time, low=0, whole=whole)
    costs = columns.numbers("holding_cost", holding_cost, low=0, low_open=True)
    columns.stop()
    added = costs if holding == "echelon" else added_holding(columns.names, costs)
    chain = ChainCosts(times, added, shortage, demand)
    _hold_small(chain)
    return columns.names, chain


def _hold_small(chain: ChainCosts) -> None:
    """Refuse what would need grids that no machine holds."""
    whole = chain.demand.whole
    points = chain.demand.mean * float(chain.lead_times.sum()) if whole else cells(chain, first_step(chain))
    if points <= MOST_CELLS:
        return
    fix = t("Count in a larger unit.") if whole else t("Leave stages with a tiny lead time out.")
    raise ParameterError(Problem(t("demand over the lead times"), t("a grid of {n:,.0f} points", n=points),
                                 t("at most {x}", x=f"{MOST_CELLS:,}"), fix))  # fmt: skip


def added_holding(names: Sequence[str], local: Floats) -> Floats:
    """Cost that each stage adds to holding a unit, from local cost, the stage that faces customers first.

    Raises
    ------
    DataError
        Local holding cost does not rise from a stage to the next one downstream.
    """
    added = local - np.append(local[1:], 0.0)
    problems = [
        Problem(t("stage {name}", name=repr(names[place])),
                t("holding cost {x:g}, {y:g} at its supplier {name}", x=local[place], y=local[place + 1],
                  name=repr(names[place + 1])),
                t("a holding cost that rises towards the customers"),
                t("Merge the two stages, or say what the stage adds."))
        for place in np.flatnonzero(added <= 0).tolist()
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    return np.asarray(added)


def _result(names: list[str], chain: ChainCosts, found: Refined, tolerance: float, *, best: bool) -> SerialResult:
    return SerialResult(
        names=tuple(names),
        levels=tuple(found.levels.tolist()),
        cost=found.cost,
        cost_error=found.cost_error,
        level_error=found.level_error,
        thinned=_thinned(chain, found),
        chain=chain,
        best=best,
        notes=_notes(found, tolerance),
    )


def _notes(found: Refined, tolerance: float) -> tuple[str, ...]:
    if found.cost_error <= tolerance * abs(found.cost):
        return ()
    note = t("The cost moved by {x:.2g} in the last refinement, more than asked for.", x=found.cost_error)
    warnings.warn(note, CaseworkWarning, stacklevel=4)
    return (note,)


def _thinned(chain: ChainCosts, found: Refined) -> tuple[StageCurve, ...]:
    """Cost curves around the levels, a few hundred points each."""
    reach = np.array([max(VIEW * chain.demand.over(float(total)).sd, 1.0) for total in np.cumsum(chain.lead_times)])
    return tuple(thin(found.curves, found.levels - reach, found.levels + reach))
