"""How well scores order who leaves first: Harrell's concordance, counted without looking at pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def concordance(time: Floats, left: Bools, score: Floats, stratum: Places | None = None) -> float:
    """Share of comparable pairs in which who leaves first has the higher score; equal scores count half.

    Parameters
    ----------
    time : ndarray, shape (n,)
    left : ndarray of bool, shape (n,)
    score : ndarray, shape (n,)
        Higher means sooner.
    stratum : ndarray of int, shape (n,), optional
        At least 0; only pairs within one are compared.

    Returns
    -------
    float
        Not a number where no pair can be compared.

    Notes
    -----
    A pair is comparable where one left before the other's time, or at it while the other was lost from sight.

    References
    ----------
    Harrell, Lee & Mark (1996), Statistics in Medicine 15, 361-387.

    Examples
    --------
    >>> concordance(np.array([1.0, 2, 3]), np.array([True, True, False]), np.array([3.0, 1, 2]))
    0.6666666666666666
    """
    rank = np.unique(score, return_inverse=True)[1].astype(np.int64)
    group = np.zeros(len(rank), dtype=np.int64) if stratum is None else stratum
    order = np.lexsort((-rank, left, -time, group))  # longest first; lost from sight before those who left just then
    gone, groups = left[order], group[order]
    never = (int(group.max(initial=0)) - groups) * (int(rank.max(initial=0)) + 1)  # earlier strata are never lower
    keys = rank[order] + never
    other = np.r_[True, groups[1:] != groups[:-1]]
    fresh = other | np.r_[True, (np.diff(time[order]) != 0) | (gone[1:] != gone[:-1])]
    longer = _last(fresh) - _last(other)
    pairs = float(longer[gone].sum())
    if not pairs:
        return float("nan")
    return float((smaller_before(keys)[gone].sum() + _equal_before(keys, np.cumsum(fresh))[gone].sum() / 2) / pairs)


def _last(marked: Bools) -> Places:
    """Place of the last marked row up to each."""
    return np.asarray(np.maximum.accumulate(np.where(marked, np.arange(len(marked)), 0)))


def _equal_before(keys: Places, block: Places) -> Places:
    """How many of earlier blocks have the same key."""
    order = np.argsort(keys, kind="stable")
    fresh = np.r_[True, np.diff(keys[order]) != 0]
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = _last(fresh | np.r_[True, np.diff(block[order]) != 0]) - _last(fresh)
    return found


def smaller_before(rank: Places) -> Places:
    """How many earlier values are smaller than each, bit by bit from the highest.

    Parameters
    ----------
    rank : ndarray of int, shape (n,)
        At least 0.

    Examples
    --------
    >>> smaller_before(np.array([2, 0, 1, 1, 3])).tolist()
    [0, 0, 1, 1, 4]
    """
    n = len(rank)
    count, place, values = np.zeros(n, dtype=np.int64), np.arange(n), rank.copy()
    start = np.zeros(n, dtype=np.int64)  # of the group with the same higher bits
    for bit in range(int(rank.max(initial=0)).bit_length() - 1, -1, -1):
        one = (values >> bit) & 1
        zeros = np.concatenate([[0], np.cumsum(1 - one)])
        earlier = zeros[:-1] - zeros[start]
        count[place] += one * earlier
        size = np.bincount(start, minlength=n)[start]
        middle = start + zeros[start + size] - zeros[start]
        to = np.where(one == 1, middle + (np.arange(n) - start) - earlier, start + earlier)
        place, values, start = _moved(to, place), _moved(to, values), _moved(to, np.where(one == 1, middle, start))
    return count


def _moved(to: Places, values: Places) -> Places:
    moved = np.empty_like(values)
    moved[to] = values
    return moved
