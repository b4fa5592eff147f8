"""Bootstrap: intervals from resamples, and resamples of counts without touching a row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_fraction

Floats = npt.NDArray[np.float64]
MOST_DRAWS = 2_000_000  # table cells held at once


def percentile_interval(draws: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Percentile interval of bootstrap draws; draws that are not a number are left out.

    Parameters
    ----------
    draws : array_like, shape (resamples, ...)
        Values of the resamples along the first axis.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray, shape (...)
        Quantiles with linear interpolation; not a number where no draw is a number.

    Raises
    ------
    ParameterError
        `confidence` is not between 0 and 1.

    References
    ----------
    Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap, section 13.3.

    Examples
    --------
    >>> low, high = percentile_interval([3, 1, 2, 5, 4], confidence=0.5)
    >>> float(low), float(high)
    (2.0, 4.0)
    """
    check_fraction("confidence", confidence)
    values = np.sort(np.asarray(draws, dtype=np.float64), axis=0)  # not-a-number goes last
    count = np.isfinite(values).sum(axis=0)
    tail = (1 - confidence) / 2
    return _quantile(values, count, tail), _quantile(values, count, 1 - tail)


def _quantile(ordered: Floats, count: npt.NDArray[np.int64], share: float) -> Floats:
    place = share * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low = np.take_along_axis(ordered, below[None, ...], axis=0)[0]
    high = np.take_along_axis(ordered, above[None, ...], axis=0)[0]
    result: Floats = np.where(count > 0, low + (high - low) * (place - below), np.nan)
    return result


def resampled_counts(
    counts: npt.NDArray[np.int64], *, resamples: int, rng: np.random.Generator
) -> Iterator[tuple[slice, npt.NDArray[np.int64]]]:
    """Yield the counts that resampling the rows would give, a block of tables at a time.

    Drawing n rows with replacement and counting their categories is the same as one multinomial draw of n with
    the observed shares. So the time does not grow with the number of rows, and the blocks bound the memory.

    Parameters
    ----------
    counts : ndarray of int, shape (tables, cells)
        Observed counts; each table is resampled with the total of its row.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness; the draws do not depend on the size of the blocks.

    Yields
    ------
    block : slice
        Which tables.
    draws : ndarray of int, shape (tables of the block, resamples, cells)
    """
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    shares[totals == 0, -1] = 1.0
    step = max(1, MOST_DRAWS // (resamples * counts.shape[1]))
    for start in range(0, len(counts), step):
        block = slice(start, min(start + step, len(counts)))
        size = (block.stop - start, resamples)
        yield block, rng.multinomial(totals[block, None], shares[block, None, :], size=size)
