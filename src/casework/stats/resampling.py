"""Bootstrap of rows by how often each is drawn: means and correlations of all resamples by matrix products."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST_COUNTS = 2_000_000  # counts held at once
MOST_ROWS = 16_384  # rows whose products are held at once
CONSTANT = 1e-12  # variance of a resample, against that of the sample, below which a column counts as constant


def resample_counts(n: int, *, resamples: int, rng: np.random.Generator) -> Iterator[tuple[slice, Floats]]:
    """Draw n of n rows with replacement, again and again, and yield how often each row was drawn.

    Parameters
    ----------
    n : int
        Rows, at least 1.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness.

    Yields
    ------
    block : slice
        Which resamples.
    counts : ndarray, shape (resamples of the block, n)
        They add up to n in each resample. Blocks bound the memory; their size depends on n alone.
    """
    step = max(1, MOST_COUNTS // n)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = rng.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield slice(start, start + size), counts.astype(np.float64)


def resampled_sums(values: Floats, *, resamples: int, rng: np.random.Generator) -> Floats:
    """Column sums of every resample of the rows.

    Parameters
    ----------
    values : ndarray, shape (n, q)
        Finite numbers.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (resamples, q)
    """
    sums = np.empty((resamples, values.shape[1]))
    for block, counts in resample_counts(len(values), resamples=resamples, rng=rng):
        sums[block] = counts @ values
    return sums


def resampled_products(values: Floats, *, resamples: int, rng: np.random.Generator) -> Floats:
    """Mean products of every two columns in every resample of the rows.

    Parameters
    ----------
    values : ndarray, shape (n, q)
        Finite numbers.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (resamples, q, q)

    Notes
    -----
    Those of a block of resamples are one matrix product of counts and products of columns. Memory stays bounded:
    neither all counts nor all products are held at once.
    """
    n, q = values.shape
    rows, columns = np.triu_indices(q)
    moments = np.empty((resamples, q, q))
    for block, counts in resample_counts(n, resamples=resamples, rng=rng):
        products = np.zeros((len(counts), len(rows)))
        for start in range(0, n, MOST_ROWS):
            part = values[start : start + MOST_ROWS]
            products += counts[:, start : start + MOST_ROWS] @ (part[:, rows] * part[:, columns])
        moments[block, rows, columns] = moments[block, columns, rows] = products / n
    return moments


def resampled_moments(values: Floats, *, resamples: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Means and correlations of every resample of the rows.

    Parameters
    ----------
    values : ndarray, shape (n, q)
        Finite numbers.
    resamples : int
        At least 1.
    rng : Generator
        Source of randomness.

    Returns
    -------
    means : ndarray, shape (resamples, q)
    correlations : ndarray, shape (resamples, q, q)
        Not a number for a column that is constant in a resample.
    """
    centre, scale = values.mean(axis=0), values.std(axis=0)
    scores = (values - centre) / np.where(scale > 0, scale, 1.0)
    joint = np.column_stack([np.ones(len(scores)), scores])
    moments = resampled_products(joint, resamples=resamples, rng=rng)
    means = moments[:, 0, 1:]
    return centre + means * scale, _correlations(means, moments[:, 1:, 1:])


def _correlations(means: Floats, moments: Floats) -> Floats:
    covariance = moments - means[:, :, None] * means[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    deviation = np.sqrt(np.where(variance > CONSTANT, variance, np.nan))
    correlation: Floats = covariance / (deviation[:, :, None] * deviation[:, None, :])
    return correlation
