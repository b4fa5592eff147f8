"""Interval of the difference of two shares of one sample, such as promoters less detractors."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from casework.core.checks import check_fraction, check_option

Floats = npt.NDArray[np.float64]
DifferenceInterval = Literal["wald", "adjusted", "score"]
HALVINGS = 60


def share_difference_interval(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    method: str = "score",
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Interval of the difference of two shares that exclude each other.

    Parameters
    ----------
    first, second, trials : array_like of int, any common shape
        How many of the first and of the second kind among how many; first + second <= trials.
    method : {'score', 'adjusted', 'wald'}
        Score interval (inverts a test; keeps its level also in small samples and near the ends), Wald interval of
        the data with one added to each kind, or plain Wald interval (too narrow in small samples).
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray of float
        Ends of the interval of first/trials - second/trials, inside -1 to 1; not a number without trials.

    Raises
    ------
    ParameterError
        `method` is not known, or `confidence` is not between 0 and 1.

    References
    ----------
    Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design. Statistics in Medicine, 17, 891-908, for the score interval. Bonett, D. G., & Price, R. M.
    (2012). Adjusted Wald confidence interval for a difference of binomial proportions based on paired data. Journal
    of Educational and Behavioral Statistics, 37(4), 479-488. Agresti, A., & Min, Y. (2005). Simple improved
    confidence intervals for comparing matched proportions. Statistics in Medicine, 24(5), 729-740.

    Examples
    --------
    >>> low, high = share_difference_interval(40, 20, 160)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0309, 0.2181)
    """
    check_option("method", method, DifferenceInterval)
    check_fraction("confidence", confidence)
    x, y, n = (np.asarray(value, dtype=np.float64) for value in (first, second, trials))
    z = float(ndtri((1 + confidence) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "score":
            return np.asarray(-_upper(y, x, n, z)), _upper(x, y, n, z)
        added = 1.0 if method == "adjusted" else 0.0
        return _wald(x + added, y + added, n + 2 * added, z)


def _wald(x: Floats, y: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    difference = (x - y) / n
    half = z * np.sqrt(((x + y) / n - difference**2) / n)
    return np.maximum(difference - half, -1.0), np.minimum(difference + half, 1.0)


def _upper(x: Floats, y: Floats, n: Floats, z: float) -> Floats:
    """Largest difference that the score test does not reject, by bisection."""
    low, high = np.broadcast_arrays((x - y) / n, np.ones_like(x - y))
    low, high = low.copy(), high.copy()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        inside = n * middle - (x - y) <= z * np.sqrt(n * _variance(x, y, n, middle))
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.where(n > 0, (low + high) / 2, np.nan)


def _variance(x: Floats, y: Floats, n: Floats, difference: Floats) -> Floats:
    """Variance of one answer under a given difference, the second share being the likeliest then."""
    linear = -x - y + (2 * n - x + y) * difference
    constant = -y * difference * (1 - difference)
    root = np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0.0))
    share = (root - linear) / (4 * n)
    variance: Floats = np.maximum(2 * share + difference * (1 - difference), 0.0)
    return variance
