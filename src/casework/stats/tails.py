"""Quantiles and expected shortfall of simulated losses, with the error of the simulation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def tail_table(losses: Floats, levels: Floats, confidence: float) -> pd.DataFrame:
    """Quantiles with intervals and expected shortfalls with standard errors.

    Parameters
    ----------
    losses : ndarray, shape (n,)
        Independent losses [currency].
    levels : ndarray, shape (k,)
        Between 0 and 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        `level`, `loss`, `low`, `high`, `expected_shortfall`, `shortfall_error`.

    Notes
    -----
    The quantile is the order statistic of rank ceil(n level); its interval lies between two order statistics whose
    ranks follow the binomial distribution. The shortfall is the mean beyond, with the part of the quantile's own atom
    that fills up the tail, so that it is coherent (Acerbi & Tasche, 2002).

    References
    ----------
    Acerbi & Tasche (2002), Journal of Banking & Finance 26, 1487-1503, definition 2.6; Manistre & Hancock (2005),
    North American Actuarial Journal 9(2), 129-156 for the error.

    Examples
    --------
    >>> found = tail_table(np.arange(1.0, 101.0), np.array([0.9]), 0.95).iloc[0]
    >>> float(found["loss"]), float(found["expected_shortfall"])
    (90.0, 95.5)
    """
    ordered = np.sort(losses)
    n = len(ordered)
    ranks = _ranks(n, levels)
    quantile = ordered[ranks]
    half = ndtri((1 + confidence) / 2) * np.sqrt(n * levels * (1 - levels))
    low = ordered[np.clip(np.floor(n * levels - half).astype(int) - 1, 0, n - 1)]
    high = ordered[np.clip(np.ceil(n * levels + half).astype(int), 0, n - 1)]
    sums, squares = (np.concatenate([np.cumsum(x[::-1])[::-1], [0.0]]) for x in (ordered, ordered**2))
    above = ranks + 1
    filling = n * (1 - levels) - (n - above)
    shortfall = (sums[above] + filling * quantile) / (n * (1 - levels))
    second = (squares[above] + filling * quantile**2) / (n * (1 - levels))
    spread = np.maximum(second - shortfall**2, 0) + levels * (shortfall - quantile) ** 2
    error = np.sqrt(spread / (n * (1 - levels)))
    columns = {"level": levels, "loss": quantile, "low": low, "high": high}
    return pd.DataFrame({**columns, "expected_shortfall": shortfall, "shortfall_error": error})


def _ranks(n: int, levels: Floats) -> npt.NDArray[np.intp]:
    """Positions of the quantiles in the sorted losses; 1e-9 forgives the rounding of n times level."""
    return np.clip(np.ceil(n * levels - 1e-9).astype(np.intp) - 1, 0, n - 1)
