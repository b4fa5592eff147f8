"""Bootstrap intervals that are corrected for bias, and for a spread that changes with the value (BCa)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from casework.core.checks import check_fraction

Floats = npt.NDArray[np.float64]


def bias_corrected_interval(
    draws: npt.ArrayLike, estimate: npt.ArrayLike, *, confidence: float = 0.95, acceleration: npt.ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Interval of bootstrap draws whose ends are moved where the draws lie to one side of the estimate.

    Parameters
    ----------
    draws : array_like, shape (resamples, ...)
        Values of the resamples; what is not a number is left out.
    estimate : array_like, shape (...)
        Values of the whole sample.
    confidence : float
        Between 0 and 1.
    acceleration : array_like, shape (...)
        See `jackknife_acceleration`; 0 corrects for bias alone (BC).

    Returns
    -------
    low, high : ndarray, shape (...)
        Not a number where there are no draws, or all lie on one side of the estimate.

    Raises
    ------
    ParameterError
        `confidence` is not between 0 and 1.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical Association 82,
    171-185, eqs. (2.3) and (4.1).

    Examples
    --------
    >>> low, high = bias_corrected_interval(np.arange(101.0), 50.0, confidence=0.9)
    >>> round(float(low), 3), round(float(high), 3)
    (5.0, 95.0)
    """
    check_fraction("confidence", confidence)
    values = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    centre, speed = np.asarray(estimate, dtype=np.float64), np.asarray(acceleration, dtype=np.float64)
    count = np.isfinite(values).sum(axis=0)
    with np.errstate(all="ignore"):
        below = ((values < centre).sum(axis=0) + 0.5 * (values == centre).sum(axis=0)) / count
        bias = ndtri(below)
        tail = ndtri((1 - confidence) / 2)
        ends = [_quantile(values, count, _level(bias, side, speed)) for side in (tail, -tail)]
    return ends[0], ends[1]


def _level(bias: Floats, side: float, speed: Floats) -> Floats:
    moved = bias + side
    level: Floats = ndtr(bias + moved / (1 - speed * moved))
    return level


def _quantile(ordered: Floats, count: npt.NDArray[np.int64], share: Floats) -> Floats:
    """Quantile with linear interpolation, at another share in each column; not a number goes last."""
    usable = np.isfinite(share) & (count > 0)
    place = np.where(usable, share, 0.0) * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, below[None, ...], axis=0)[0]
    high = np.take_along_axis(ordered, above[None, ...], axis=0)[0]
    result: Floats = np.where(usable, low + (high - low) * (place - below), np.nan)
    return result


def jackknife_acceleration(left_out: npt.ArrayLike) -> Floats:
    """How fast the spread of an estimate changes with its value, from the values with one part left out.

    Parameters
    ----------
    left_out : array_like, shape (parts, ...)
        Values of the sample with one respondent (or one part of equal size) left out at a time.

    Returns
    -------
    ndarray, shape (...)
        Skewness of these values over 6 and the root of their number; 0 where they do not vary.

    References
    ----------
    Efron, B., & Tibshirani, R. J. (1993). An Introduction to the Bootstrap, eq. (14.15).

    Examples
    --------
    >>> float(jackknife_acceleration([1.0, 2.0, 3.0]))
    0.0
    """
    values = np.asarray(left_out, dtype=np.float64)
    with np.errstate(all="ignore"):
        away = np.nanmean(values, axis=0) - values
        square = np.nansum(away**2, axis=0)
        result: Floats = np.where(square > 0, np.nansum(away**3, axis=0) / (6 * square**1.5), 0.0)
    return result
