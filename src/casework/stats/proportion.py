"""Intervals of a share, and of the difference of the shares of two groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from casework.core.checks import check_fraction

Floats = npt.NDArray[np.float64]


def wilson_interval(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval of a share that stays inside 0 and 1, also for few answers.

    Parameters
    ----------
    successes, trials : array_like of int, any common shape
        How many of how many; 0 <= successes <= trials. Symbols x, n.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray of float
        Ends of the interval; not a number where there is no trial.

    Raises
    ------
    ParameterError
        `confidence` is not between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association, 22, 209-212. Newcombe, R. G. (1998). Statistics in Medicine, 17, 857-872,
    table I: 81 of 263 gives 0.2553 to 0.3662.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    check_fraction("confidence", confidence)
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        centre = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = np.where(x == 0, np.where(n > 0, 0.0, np.nan), centre - half)
    high = np.where((x == n) & (n > 0), 1.0, centre + half)
    return low, high


def two_share_interval(
    first: npt.ArrayLike,
    first_trials: npt.ArrayLike,
    second: npt.ArrayLike,
    second_trials: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Interval of the difference of the shares of two groups, such as customers with and without an offer.

    Parameters
    ----------
    first, first_trials, second, second_trials : array_like of int, any common shape
        How many of how many in either group; 0 <= successes <= trials.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray of float
        Ends of the interval of the first share less the second, inside -1 to 1, put together from the Wilson
        intervals of both; not a number where a group is empty.

    Raises
    ------
    ParameterError
        `confidence` is not between 0 and 1.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine, 17, 873-890, method 10; table II: 56 of 70 against 48 of 80 gives 0.0524 to
    0.3339.

    Examples
    --------
    >>> low, high = two_share_interval(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    x, n, y, m = (np.asarray(value, dtype=np.float64) for value in (first, first_trials, second, second_trials))
    below, above = wilson_interval(x, n, confidence=confidence)
    under, over = wilson_interval(y, m, confidence=confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = x / n, y / m
    return p - q - np.hypot(p - below, over - q), p - q + np.hypot(above - p, q - under)
