"""Invented weekly demand and orders of a four-stage chain whose policies, and so whose amplification, are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number

Floats = npt.NDArray[np.float64]

STAGES = ("retailer", "wholesaler", "distributor", "factory")
MEAN, SD, CORRELATION = 420.0, 38.0, 0.35  # units a week
LEAD_TIMES = (2, 2, 2, 3)  # weeks
WINDOW = 8  # weeks averaged by every stage
BEFORE = 60  # weeks that run before the file begins


@dataclass(frozen=True, kw_only=True)
class ChainTruth:
    """What a method should find.

    `mean`, `sd`, `correlation` of demand; `lead_times` and `window` of the stages, which forecast from the orders they
    get; `amplification` Var(orders)/Var(demand) of each stage in a very long series.
    """

    mean: float
    sd: float
    correlation: float
    lead_times: tuple[int, ...]
    window: int
    amplification: tuple[float, ...]


def chain_orders(*, weeks: int = 156, seed: int = 41) -> tuple[pd.DataFrame, ChainTruth]:
    """Draw weekly demand for instant noodles and the orders that four stages place because of it.

    Parameters
    ----------
    weeks : int
        At least 12.
    seed : int
        The same seed gives the same series.

    Returns
    -------
    orders : DataFrame
        `week` from 1, `demand` of the customers, `orders_retailer` to `orders_factory` [cartons], whole numbers.
    truth : ChainTruth

    Raises
    ------
    ParameterError
        Fewer than 12 weeks.

    Examples
    --------
    >>> orders, truth = chain_orders(weeks=12, seed=1)
    >>> orders.shape, truth.window
    ((12, 6), 8)
    """
    check_number("weeks", weeks, low=12)
    rng = np.random.default_rng(seed)
    series = np.rint(_demand(int(weeks) + BEFORE, rng))
    columns = {"demand": series}
    for stage, lead in zip(STAGES, LEAD_TIMES, strict=True):
        series = _orders(series, lead)
        columns[f"orders_{stage}"] = series
    frame = pd.DataFrame(columns).iloc[BEFORE:].astype(int).reset_index(drop=True)
    frame.insert(0, "week", np.arange(1, int(weeks) + 1))
    return frame, ChainTruth(mean=MEAN, sd=SD, correlation=CORRELATION, lead_times=LEAD_TIMES, window=WINDOW,
                             amplification=tuple(_amplification()))  # fmt: skip


def _demand(n: int, rng: np.random.Generator) -> Floats:
    noise = SD * np.sqrt(1 - CORRELATION**2) * rng.standard_normal(n)
    found = np.empty(n)
    value = SD * rng.standard_normal()
    for i, shock in enumerate(noise):
        value = CORRELATION * value + shock
        found[i] = max(MEAN + value, 0.0)
    return found


def _orders(incoming: Floats, lead: int) -> Floats:
    """Whole orders of order-up-to with a moving average: the position never falls, so orders are never negative."""
    padded = np.concatenate([np.full(WINDOW, MEAN), incoming])
    mean = np.convolve(padded, np.full(WINDOW, 1 / WINDOW), mode="valid")[1:]
    wanted = np.rint(lead * mean + np.cumsum(incoming))
    placed = np.maximum.accumulate(np.concatenate([[np.rint(lead * MEAN)], wanted]))
    return np.diff(placed)


def _amplification(length: int = 400) -> list[float]:
    """Variance of each stage's orders, from how far one unit of demand is passed on."""
    weights = np.zeros(length)
    weights[0] = 1.0
    found = []
    together = CORRELATION ** np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    for lead in LEAD_TIMES:
        later = np.concatenate([np.zeros(WINDOW), weights[:-WINDOW]])
        weights = weights + lead / WINDOW * (weights - later)
        found.append(float(weights @ together @ weights))
    return found
