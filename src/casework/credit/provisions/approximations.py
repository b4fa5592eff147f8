"""One bad year by several ways: formulas, exact distribution, simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.concentration import granularity_adjustment
from casework.credit.provisions.exact import exact_losses
from casework.credit.provisions.portfolio import Portfolio, sector_values
from casework.credit.provisions.simulation import simulate_losses
from casework.credit.provisions.vasicek import check_levels, vasicek_quantile

Row = tuple[str, float, float, float]
EXACT, FREE, EQUAL, FINE, GRAIN, ONE, SECTORS = (
    mark("independent defaults, exact"),
    mark("independent defaults, simulated"),
    mark("one factor, many small equal customers"),
    mark("one factor, own risks, each infinitely finely split"),
    mark("the same with the granularity adjustment"),
    mark("one factor, simulated"),
    mark("a factor for each sector, simulated"),
)
COLUMNS = (mark("way"), mark("loss"), mark("low"), mark("high"))


@dataclass(frozen=True, kw_only=True)
class ApproximationResult(Result):
    """Loss of a bad year, by way of computing it.

    Attributes
    ----------
    table : DataFrame
        A row per `way`: `loss` [currency] and, for simulations, its interval (`low`, `high`).
    level : float
        Share of years in which the loss is not exceeded.
    """

    table: pd.DataFrame
    level: float
    notes: tuple[str, ...] = ()

    def loss(self, way: str) -> float:
        """Loss by one of the ways; not a number where it does not apply."""
        found = self.table.loc[self.table["way"] == way, "loss"]
        return float(found.iloc[0]) if len(found) else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Compare independence with sectors and with one factor."""
        return t(
            "A bad year ({level:.1%}) costs {a:,.0f} if customers default independently, {b:,.0f} with a factor for "
            "each sector, and {c:,.0f} with one factor for all.",
            level=self.level,
            a=self.loss(EXACT),
            b=self.loss(SECTORS),
            c=self.loss(ONE),
        )


def approximations(
    customers: Portfolio,
    *,
    correlation: float | Mapping[str, float] = 0.15,
    sector_correlation: float = 0.5,
    level: float = 0.99,
    scenarios: int = 50_000,
    confidence: float = 0.95,
    seed: int = 7,
) -> ApproximationResult:
    """Compute the loss of a bad year by formulas, exactly where possible, and by simulation.

    Parameters
    ----------
    customers : Portfolio
        The customers.
    correlation, sector_correlation, scenarios, confidence, seed
        As in `simulate_losses`.
    level : float
        Between 0 and 1.

    Returns
    -------
    ApproximationResult
        Formulas of one factor are left out where a correlation is 0.

    Raises
    ------
    ParameterError
        A number out of its range.
    """
    quantile = float(check_levels([level])[0])
    base: dict[str, Any] = {"scenarios": scenarios, "levels": [quantile], "confidence": confidence, "seed": seed}
    rows: list[Row] = [(EXACT, exact_losses(customers).quantile(quantile), np.nan, np.nan)]
    cases = ((FREE, 0.0, 1.0), (ONE, correlation, 1.0), (SECTORS, correlation, sector_correlation))
    runs = {way: simulate_losses(customers, correlation=r, sector_correlation=w, **base) for way, r, w in cases}
    found: dict[str, Row] = {way: (way, *run.table[["loss", "low", "high"]].iloc[0]) for way, run in runs.items()}
    rows.append(found[FREE])
    rows += _formulas(customers, correlation, quantile)
    rows += [found[ONE], found[SECTORS]]
    return ApproximationResult(table=pd.DataFrame(rows, columns=["way", "loss", "low", "high"]), level=quantile)


def _formulas(customers: Portfolio, correlation: float | Mapping[str, float], level: float) -> list[Row]:
    """Ways that need a factor and someone at risk."""
    rho = sector_values("correlation", correlation, customers.sectors)
    risk = customers.loss * customers.pd
    if not (rho.min() > 0 and risk.sum() > 0 and customers.loss.sum() > 0):
        return []
    mean = float(np.average(rho[customers.sector], weights=risk))
    rate = customers.expected_loss / float(customers.loss.sum())
    equal = float(customers.loss.sum()) * float(vasicek_quantile(level, rate, mean)) if 0 < rate < 1 else np.nan
    limit, more = granularity_adjustment(customers, correlation=correlation, level=level)
    return [(EQUAL, equal, np.nan, np.nan), (FINE, limit, np.nan, np.nan), (GRAIN, limit + more, np.nan, np.nan)]
