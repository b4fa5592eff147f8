"""Amplification in recorded orders, with intervals for series that depend on their own past; demand fitted as AR(1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction, check_names, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.stats.bootstrap import percentile_interval
from casework.supply_chain.bullwhip.demand import Demand
from casework.supply_chain.bullwhip.simulation import check_demand

Floats = npt.NDArray[np.float64]
LEAST = 8  # periods
FEW = 50
TREND = 0.3  # share of the variance of demand that a straight line explains
COLUMNS = (mark("mean orders"), mark("coefficient of variation"), mark("step low"), mark("step high"))


@dataclass(frozen=True, kw_only=True)
class MeasuredResult(Result):
    """Amplification in recorded orders.

    Attributes
    ----------
    stages : DataFrame
        A row per column of orders, downstream first: `stage`, `mean_orders` [units/period],
        `coefficient_of_variation`, `amplification` Var(orders)/Var(demand) with its interval (`low`, `high`),
        `step_amplification` against the stage before with its interval (`step_low`, `step_high`).
    block : int
        Length of the blocks that were resampled [periods].
    """

    stages: pd.DataFrame
    series: pd.DataFrame
    demand: str
    block: int
    resamples: int
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the stages."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say how much the last stage amplifies and whether beyond chance."""
        last = self.stages.iloc[-1]
        values = {"stage": t(str(last["stage"])), "x": last["amplification"], "low": last["low"], "high": last["high"]}
        if last["low"] > 1:
            return t("Orders of the {stage} vary {x:.2f} times as much as demand ({low:.2f} to {high:.2f}): more than "
                     "chance explains.", **values)  # fmt: skip
        if last["high"] < 1:
            return t("Orders of the {stage} vary less than demand: {x:.2f} times ({low:.2f} to {high:.2f}).", **values)
        return t("Orders of the {stage} vary {x:.2f} times as much as demand ({low:.2f} to {high:.2f}), which may be "
                 "chance.", **values)  # fmt: skip


def measure_amplification(
    frame: pd.DataFrame,
    *,
    demand: str,
    orders: Sequence[str],
    block: int | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 7,
) -> MeasuredResult:
    """Measure the variance of recorded orders against that of demand.

    Parameters
    ----------
    frame : DataFrame, a row per period in the order of time
        Holds the columns named below.
    demand : str
        Column of the customers' demand [units].
    orders : sequence of str
        Columns of the orders that each stage placed, downstream first [units].
    block : int, optional
        Periods resampled together, at least 1; by default the cube root of the number of periods, and more where demand
        depends on its past.
    resamples : int
        At least 100.
    confidence : float
        Between 0 and 1.
    seed : int
        At least 0.

    Raises
    ------
    DataError
        A column is missing, fewer than 8 periods, values missing, negative or not numbers, or demand never changes.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Moving blocks of all series together keep how they depend on their past and on each other. A trend or a season in
    demand counts as variance; where it is strong, a note says so.

    References
    ----------
    Künsch (1989), Annals of Statistics 17(3), 1217-1241; Fransoo & Wouters (2000), Supply Chain Management 5(2), 78-89.
    """
    check_fraction("confidence", confidence)
    check_number("resamples", resamples, low=100)
    values = _numbers(frame, [demand, *orders])
    n = len(values)
    size = int(check_number("block", block, low=1, high=n)) if block is not None else usual_block(values[:, 0])
    drawn = block_variances(values, block=size, resamples=int(resamples), rng=np.random.default_rng(seed))
    variance = values.var(axis=0, ddof=1)
    bounds = [percentile_interval(_quotient(drawn, i, 0), confidence=confidence) for i in range(1, values.shape[1])]
    steps = [percentile_interval(_quotient(drawn, i, i - 1), confidence=confidence) for i in range(1, values.shape[1])]
    table = pd.DataFrame(
        {
            "stage": list(orders),
            "mean_orders": values[:, 1:].mean(axis=0),
            "coefficient_of_variation": _over(np.sqrt(variance), values.mean(axis=0))[1:],
            "amplification": variance[1:] / variance[0],
            "low": [float(low) for low, _ in bounds],
            "high": [float(high) for _, high in bounds],
            "step_amplification": _over(variance[1:], variance[:-1]),
            "step_low": [float(low) for low, _ in steps],
            "step_high": [float(high) for _, high in steps],
        }
    )
    return MeasuredResult(
        stages=table,
        series=frame[[demand, *orders]].reset_index(drop=True),
        demand=demand,
        block=size,
        resamples=int(resamples),
        confidence=confidence,
        notes=_notes(values[:, 0], n),
    )


def usual_block(demand: Floats) -> int:
    """Length of blocks: the rule for the variance of an AR(1) mean, at least the cube root of the periods.

    References
    ----------
    Politis & White (2004), Econometric Reviews 23(1), 53-70; rule for AR(1): (2 rho/(1 - rho^2))^(2/3) (1.5 n)^(1/3).

    Examples
    --------
    >>> usual_block(np.tile([1.0, 2.0], 60))
    26
    """
    n = len(demand)
    centred = demand - demand.mean()
    square = float(centred @ centred)
    rho = abs(float(centred[1:] @ centred[:-1]) / square) if square > 0 else 0.0
    rho = min(rho, 0.9)
    wanted = (2 * rho / (1 - rho**2)) ** (2 / 3) * (1.5 * n) ** (1 / 3)
    return int(min(max(np.ceil(n ** (1 / 3)), np.ceil(wanted)), max(1, n // 4), max(n // 2, 1)))


def block_variances(values: Floats, *, block: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Variances of every column in every resample of moving blocks, from sums of blocks.

    Parameters
    ----------
    values : ndarray, shape (n, q)
        Finite numbers.
    block : int
        1 to n.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (resamples, q)
    """
    n = len(values)
    centred = values - values.mean(axis=0)
    both = np.concatenate([centred, centred**2], axis=1)
    running = np.concatenate([np.zeros((1, both.shape[1])), np.cumsum(both, axis=0)])
    whole, rest = divmod(n, block)
    starts = rng.integers(0, n - block + 1, size=(resamples, whole + (rest > 0)))
    sums = (running[block:] - running[:-block])[starts[:, :whole]].sum(axis=1)
    if rest:
        last = starts[:, whole]
        sums += running[last + rest] - running[last]
    first, second = np.split(sums, 2, axis=1)
    return np.asarray((second - first**2 / n) / (n - 1))


def _quotient(drawn: Floats, above: int, below: int) -> Floats:
    return _over(drawn[:, above], drawn[:, below])


def _over(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) > 0)
    return found


def _numbers(frame: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """Columns as numbers, all problems told at once."""
    try:
        check_names("column", columns, [str(name) for name in frame.columns])
    except ParameterError as error:
        raise DataError(error.problems) from None
    problems: list[Problem] = []
    found: list[Floats] = []
    for name in columns:
        try:
            found.append(check_demand(frame[name], where=t("column {name}", name=repr(name)), least=LEAST))
        except DataError as error:
            problems += error.problems
    if not problems and np.ptp(found[0]) == 0:
        problems = [Problem(t("column {name}", name=repr(columns[0])), t("demand is the same in every period"),
                            t("demand that varies"))]  # fmt: skip
    if problems:
        raise DataError(problems)
    return np.column_stack(found)


def _notes(demand: Floats, n: int) -> tuple[str, ...]:
    notes = []
    if n < FEW:
        notes.append(t("Only {n} periods: the intervals are rough.", n=n))
    share = float(np.corrcoef(np.arange(n), demand)[0, 1] ** 2)
    if share > TREND:
        notes.append(
            t("A trend explains {share:.0%} of the variance of demand; the ratios compare trends more than swings.",
              share=share)
        )  # fmt: skip
    return tuple(notes)


@dataclass(frozen=True, kw_only=True)
class DemandFit(Result):
    """An AR(1) process fitted to demand.

    Attributes
    ----------
    demand : Demand
        Mean, standard deviation and correlation; what a simulation takes.
    correlation, low, high : float
        Corrected for the bias of short series, with its interval.
    n : int
        Periods.
    autocorrelation : tuple of float
        Observed, for 1 period apart, 2, and so on.
    """

    demand: Demand
    low: float
    high: float
    raw: float
    n: int
    autocorrelation: tuple[float, ...]
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def correlation(self) -> float:
        """Of one period with the next."""
        return self.demand.correlation

    def to_frame(self) -> pd.DataFrame:
        """Return measure and value."""
        rows = {mark("mean"): self.demand.mean, mark("standard deviation"): self.demand.sd,
                mark("correlation"): self.correlation, mark("low"): self.low, mark("high"): self.high}  # fmt: skip
        return pd.DataFrame({"measure": list(rows), "value": list(rows.values())})

    def summary(self) -> str:
        """Say the three numbers in words."""
        return t(
            "Demand is {mean:,.1f} a period with standard deviation {sd:,.1f}; each period correlates {rho:.2f} with "
            "the one before ({low:.2f} to {high:.2f}).",
            mean=self.demand.mean,
            sd=self.demand.sd,
            rho=self.correlation,
            low=self.low,
            high=self.high,
        )


def fit_demand(demand: pd.Series, *, confidence: float = 0.95) -> DemandFit:
    """Fit an AR(1) process to demand.

    Parameters
    ----------
    demand : Series, a value per period in the order of time
        [units], at least 0.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    DataError
        Fewer than 8 periods, missing, negative, not numbers, or demand never changes.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Correlation by least squares, plus (1 + 3 r)/n against its bias in short series, kept within 0.99.

    References
    ----------
    Kendall (1954), Biometrika 41, 403-404.
    """
    check_fraction("confidence", confidence)
    values = _numbers(pd.DataFrame({"demand": np.asarray(demand)}), ["demand"])[:, 0]
    n = len(values)
    before, after = values[:-1] - values[:-1].mean(), values[1:] - values[1:].mean()
    raw = float(before @ after / (before @ before)) if before @ before > 0 else 0.0
    rho = float(np.clip(raw + (1 + 3 * raw) / n, -0.99, 0.99))
    half = float(ndtri((1 + confidence) / 2)) * np.sqrt(max(1 - rho**2, 1e-9) / n)
    fitted = Demand(mean=float(values.mean()), sd=float(values.std(ddof=1)), correlation=rho)
    return DemandFit(demand=fitted, low=max(rho - half, -1.0), high=min(rho + half, 1.0), raw=raw, n=n,
 autocorrelation=_autocorrelation(values),
                     confidence=confidence)  # fmt: skip


def _autocorrelation(values: Floats, most: int = 10) -> tuple[float, ...]:
    centred = values - values.mean()
    square = float(centred @ centred)
    lags = range(1, min(most, len(values) // 3) + 1)
    return tuple(float(centred[lag:] @ centred[:-lag]) / square for lag in lags)
