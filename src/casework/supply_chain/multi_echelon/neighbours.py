"""Check of an optimum: the best levels against their neighbours, with the same simulated demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.levels import local_levels, reachable
from casework.supply_chain.multi_echelon.recursion import refine
from casework.supply_chain.multi_echelon.serial import SerialResult
from casework.supply_chain.multi_echelon.simulation import draw_demand, interval, measure, serial_policy

Floats = npt.NDArray[np.float64]

COLUMNS = (
    "stage", "shift", "echelon_level", "expected_cost", "cost", "low", "high", "difference", "difference_low",
    "difference_high",
)  # fmt: skip
TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class NeighbourResult(Result):
    """Levels and their neighbours, simulated with the same demand.

    Attributes
    ----------
    table : DataFrame
        The levels as they are (stage empty, shift 0), then every stage with its echelon level lower and higher:
        computed cost, simulated cost with interval, and its difference from the first row with interval
        [currency/period].
    confidence : float
        Of the intervals.
    periods, replications : int
        Counted periods and replications of every row.
    """

    table: pd.DataFrame
    confidence: float
    periods: int
    replications: int
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the interval of the levels as they are holds the computed cost."""
        first = self.table.iloc[0]
        return bool(first["low"] <= first["expected_cost"] <= first["high"])

    @property
    def better(self) -> int:
        """Neighbours that are cheaper beyond chance."""
        return int((self.table["difference_high"].iloc[1:] < 0).sum())

    @property
    def worse(self) -> int:
        """Neighbours that are dearer beyond chance."""
        return int((self.table["difference_low"].iloc[1:] > 0).sum())

    def to_frame(self) -> pd.DataFrame:
        """Table of the levels as they are, then their neighbours."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many neighbours are dearer and cheaper."""
        return t("Of {n} neighbours {worse} are dearer and {better} cheaper beyond chance.",
                 n=len(self.table) - 1, worse=self.worse, better=self.better)  # fmt: skip


def compare_neighbours(
    result: SerialResult,
    *,
    shift: float | None = None,
    periods: int = 1000,
    replications: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> NeighbourResult:
    """Simulate echelon levels and those a little lower and higher, with the same demand for all.

    Parameters
    ----------
    result : SerialResult
        From `serial_optimum` or `serial_cost`; its lead times must be whole.
    shift : float, optional
        By how much a level moves [units], above 0; without it one standard deviation of demand per period, and at
        least 1 where demand is whole.
    periods, replications : int
        Counted periods and independent replications, at least 1 and 2.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of the random numbers.

    Returns
    -------
    NeighbourResult

    Raises
    ------
    DataError
        A lead time is not whole.
    ParameterError
        A number is out of range.

    Notes
    -----
    Common random numbers make the differences much more certain than the costs. A level above one further up counts as
    that one, so that a shift may do nothing.
    """
    check_fraction("confidence", confidence)
    if replications == 1:
        raise ParameterError(Problem("replications", "1", t("at least {x}", x=2)))
    step = _shift(result, shift)
    variants = [(-1, 0.0)] + [(place, sign * step) for place in range(len(result.stages)) for sign in (-1, 1)]
    runs = {}
    for place, move in variants:
        levels = result.echelon_levels.copy()
        levels[max(place, 0)] += move
        runs[place, move] = (levels, *_run(result, levels, periods, replications, confidence, seed))
    base = runs[-1, 0.0][2]
    rows = [_row(result, key, *found, base, confidence) for key, found in runs.items()]
    return NeighbourResult(
        table=pd.DataFrame(rows, columns=list(COLUMNS)),
        confidence=confidence,
        periods=periods,
        replications=replications,
    )


def _shift(result: SerialResult, shift: float | None) -> float:
    if shift is not None:
        return check_positive("shift", shift, unit="units")
    sd = result.chain.demand.sd
    return max(1.0, float(round(sd))) if result.chain.demand.whole else sd


def _run(
    result: SerialResult, levels: Floats, periods: int, replications: int, confidence: float, seed: int
) -> tuple[float, Floats, float, float]:
    policy = serial_policy(result, local_levels(levels))
    blocks = draw_demand(
        result.chain.demand, periods=periods, replications=replications, warm_up=policy.reach, seed=seed
    )
    found = measure(policy, blocks, policy.reach, confidence)
    expected = refine(result.chain, reachable(levels), TOLERANCE).cost
    return expected, found.costs, found.low, found.high


def _row(
    result: SerialResult,
    key: tuple[int, float],
    levels: Floats,
    expected: float,
    costs: Floats,
    low: float,
    high: float,
    base: Floats,
    confidence: float,
) -> list[object]:
    place, move = key
    name = result.stages["stage"].iloc[place] if place >= 0 else ""
    level = levels[place] if place >= 0 else np.nan
    difference = interval(costs - base, confidence)
    return [name, move, level, expected, costs.mean(), low, high, (costs - base).mean(), *difference]
