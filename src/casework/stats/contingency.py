"""Tables of two characteristics: whether they are related, how strongly, and after how many looks.

Many tables of the same size are tested at once: arrays have the shape (tables, rows, columns).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_DRAWS = 2_000_000  # table cells held at once
RELATIVE_TIE = 1e-9  # permuted statistics this close to the observed one count as equal


def independence_test(counts: Counts) -> tuple[Floats, Counts, Floats, Floats]:
    """Pearson's chi-square test of independence for many tables, without continuity correction.

    Parameters
    ----------
    counts : ndarray of int, shape (tables, rows, columns)
        Rows and columns without any count are left out of the degrees of freedom.

    Returns
    -------
    statistic, freedom, p, smallest : ndarray, shape (tables,)
        Not a number where fewer than two rows or two columns have counts; `smallest` is the smallest expected count.

    References
    ----------
    Agresti (2013), Categorical data analysis, section 3.2.1.

    Examples
    --------
    >>> statistic, freedom, p, _ = independence_test(np.array([[[6, 0, 1, 1, 3], [10, 1, 1, 2, 2]]]))
    >>> round(float(statistic[0]), 4), int(freedom[0]), round(float(p[0]), 4)
    (1.6645, 4, 0.7972)
    """
    expected = _expected(counts)
    freedom = _freedom(counts)
    statistic = np.where(freedom > 0, _statistic(counts, expected), np.nan)
    smallest = np.where(expected > 0, expected, np.inf).min(axis=(1, 2))
    smallest = np.where(freedom > 0, smallest, np.nan)
    return statistic, freedom, np.asarray(chdtrc(freedom, statistic), dtype=np.float64), smallest


def permutation_p(counts: Counts, *, permutations: int, rng: np.random.Generator) -> Floats:
    """Monte-Carlo p value of independence: random tables with the same margins.

    Returns
    -------
    ndarray, shape (tables,)
        (1 + tables at least as far from independence) / (permutations + 1); not a number where nothing varies.

    References
    ----------
    Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in
    Genetics and Molecular Biology, 9(1), article 39.
    """
    observed, freedom, _, _ = independence_test(counts)
    step = max(1, MOST_DRAWS // (permutations * counts.shape[1] * counts.shape[2]))
    parts = []
    for start in range(0, len(counts), step):
        block = counts[start : start + step]
        drawn = _same_margins(block, permutations, rng)
        statistic = _statistic(drawn, _expected(block)[:, None])
        reached = statistic >= observed[start : start + step, None] * (1 - RELATIVE_TIE)
        parts.append((1 + reached.sum(axis=1)) / (permutations + 1))
    return np.where(freedom > 0, np.concatenate(parts), np.nan) if parts else np.empty(0)


def cramers_v(counts: Counts) -> Floats:
    """Strength of the relation, 0 (none) to 1 (complete): Cramer's V of many tables."""
    statistic, freedom, _, _ = independence_test(counts)
    smaller = np.minimum(*_dimensions(counts)) - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(freedom > 0, np.sqrt(statistic / (counts.sum(axis=(1, 2)) * smaller)), np.nan)


def _expected(counts: Counts) -> Floats:
    total = counts.sum(axis=(-2, -1), keepdims=True)
    product = counts.sum(axis=-1, keepdims=True) * counts.sum(axis=-2, keepdims=True).astype(np.float64)
    expected: Floats = product / np.maximum(total, 1)
    return expected


def _statistic(counts: Counts, expected: Floats) -> Floats:
    """Sum of (O - E)^2 / E over the last two axes; cells that expect nothing add nothing."""
    squares = np.divide((counts - expected) ** 2, expected, out=np.zeros(counts.shape), where=expected > 0)
    statistic: Floats = squares.sum(axis=(-2, -1))
    return statistic


def _dimensions(counts: Counts) -> tuple[Counts, Counts]:
    return (counts.sum(axis=-1) > 0).sum(axis=-1), (counts.sum(axis=-2) > 0).sum(axis=-1)


def _freedom(counts: Counts) -> Counts:
    rows, columns = _dimensions(counts)
    freedom: Counts = np.maximum(rows - 1, 0) * np.maximum(columns - 1, 0)
    return freedom


def _same_margins(counts: Counts, size: int, rng: np.random.Generator) -> Counts:
    """Draw random tables with the margins of each table, shape (tables, size, rows, columns).

    Row by row, cell by cell: a cell is hypergeometric given what is left of its row and of the columns.
    """
    tables, rows, columns = counts.shape
    drawn = np.zeros((tables, size, rows, columns), dtype=np.int64)
    left = np.repeat(counts.sum(axis=1)[:, None, :], size, axis=1)  # of the columns
    for row in range(rows):
        open_ = np.repeat(counts[:, row].sum(axis=-1)[:, None], size, axis=1)  # still to place in this row
        for column in range(columns):
            rest = left[..., column + 1 :].sum(axis=-1)
            cell = rng.hypergeometric(left[..., column], rest, open_)
            drawn[..., row, column] = cell
            left[..., column] -= cell
            open_ = open_ - cell
    return drawn
