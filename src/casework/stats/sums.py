"""Sums of products over many rows that start no threads: the same to the last digit however many cores there are.

Libraries of linear algebra share long products among threads; where other work keeps the cores busy, these threads wait
for each other much longer than the product takes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BLOCK = 150_000  # products of a block, which the libraries compute without threads


def dot(first: Floats, second: Floats) -> float:
    """Sum of the products of two vectors.

    Examples
    --------
    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float(np.einsum("i,i->", first, second))


def cross(first: Floats, second: Floats) -> Floats:
    """Sum the products of columns over rows, as `first.T @ second`, by blocks of rows.

    Parameters
    ----------
    first : ndarray, shape (n, k)
    second : ndarray, shape (n, m)

    Returns
    -------
    ndarray, shape (k, m)

    Examples
    --------
    >>> x = np.arange(6.0).reshape(3, 2)
    >>> cross(x, x).tolist()
    [[20.0, 26.0], [26.0, 35.0]]
    """
    n, k = first.shape
    m = second.shape[1]
    size = max(1, min(BLOCK // max(1, k * m), n))
    whole = n // size * size
    if size < 8:  # so many columns that each block would be a few rows: threads are worth it
        return np.asarray(first.T @ second)
    blocks = np.matmul(first[:whole].reshape(-1, size, k).transpose(0, 2, 1), second[:whole].reshape(-1, size, m))
    return np.asarray(blocks.sum(axis=0) + first[whole:].T @ second[whole:])
