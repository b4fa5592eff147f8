"""Numbers of reliability and validity, from correlations and loadings alone, for any number of resamples at once.

Every function takes stacks with the resamples on the first axis. What does not apply is not a number: nothing of this
is defined for a formative block, whose indicators need not agree. A single item is 1 by convention, not by evidence.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from casework.core.checks import check_option
from casework.satisfaction.pls.consistent import rho_a
from casework.satisfaction.pls.estimation import Flags
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.structure import Structure

HTMTKind = Literal["htmt", "htmt2"]
SINGULAR = 1e-10  # eigenvalue below which indicators repeat one another


def htmt(stack: Floats, structure: Structure, *, kind: str = "htmt", signed: bool = False) -> Floats:
    """Heterotrait-monotrait ratio of correlations of every pair of constructs.

    Parameters
    ----------
    stack : ndarray, shape (B, p, p) or (p, p)
        Correlations of the indicators.
    structure : Structure
        The blocks.
    kind : {'htmt', 'htmt2'}
        Arithmetic or geometric means of the correlations.
    signed : bool
        Take the correlations as they are; otherwise their absolute values, as seminr and cSEM do.

    Returns
    -------
    ndarray, shape (B, k, k)
        Mean correlation between two blocks over the root of the product of the means within them; 1 on the diagonal;
        within a single item the mean is 1. Not a number where a mean has no root (negative), and for the geometric
        mean of a negative correlation.

    Notes
    -----
    Blocks of mode B get numbers too; they mean nothing there, and `measurement_quality` leaves them out.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), Journal of the Academy of Marketing Science 43, eq. (6); Roemer, Schuberth &
    Henseler (2021), Industrial Management & Data Systems 121 (HTMT2).

    Examples
    --------
    >>> four = np.array([[1, 0.6, 0.3, 0.3], [0.6, 1, 0.3, 0.3], [0.3, 0.3, 1, 0.4], [0.3, 0.3, 0.4, 1]])
    >>> blocks = Structure(sizes=(2, 2), modes=("A", "A"), paths=((0, 1),))
    >>> round(float(htmt(four, blocks)[0, 0, 1]), 4)  # 0.3 / sqrt(0.6 x 0.4)
    0.6124
    """
    check_option("kind", kind, HTMTKind)
    values = _stack(stack)
    values = values if signed else np.abs(values)
    with np.errstate(all="ignore"):
        if kind == "htmt2":
            logs = np.exp(_between(np.log(values), structure))
            within = np.where(_single(structure), 1.0, np.exp(_within(np.log(values), structure)))
        else:
            logs = _between(values, structure)
            within = np.where(_single(structure), 1.0, _within(values, structure))
        ratio: Floats = logs / np.sqrt(within[:, :, None] * within[:, None, :])
    own = np.arange(structure.k)
    ratio[:, own, own] = np.where(np.isfinite(values).all(axis=(1, 2)), 1.0, np.nan)[:, None]
    return ratio


def alpha(stack: Floats, structure: Structure) -> Floats:
    """Cronbach's alpha of every block, shape (B, k), of the matrices as they are given (correlations: standardized).

    Parameters
    ----------
    stack : ndarray, shape (B, p, p) or (p, p)
        Correlations, or covariances for the raw alpha.
    structure : Structure
        The blocks.

    References
    ----------
    Cronbach (1951), Psychometrika 16.
    """
    values = _stack(stack)
    own = np.arange(structure.k)
    total = _sums(values, structure)[:, own, own]
    trace = np.add.reduceat(np.einsum("bii->bi", values), structure.starts, axis=1)
    size = np.array(structure.sizes, dtype=np.float64)
    with np.errstate(all="ignore"):
        return _where_reflective(size / (size - 1) * (1 - trace / total), structure)


def reliability_a(stack: Floats, weights: Floats, structure: Structure) -> Floats:
    """rho_A of Dijkstra and Henseler of every block, shape (B, k).

    Parameters
    ----------
    stack : ndarray, shape (B, p, p) or (p, p)
        Correlations of the indicators.
    weights : ndarray, shape (B, p)
        Of standardized indicators.
    structure : Structure
        The blocks.
    """
    last = np.moveaxis(_stack(stack), 0, -1)
    with np.errstate(all="ignore"):
        return _where_reflective(rho_a(last, weights.T, structure).T, structure)


def reliability_c(loadings: Floats, structure: Structure) -> Floats:
    """Composite reliability rho_C (Dillon-Goldstein's rho) of every block, shape (B, k), from loadings (B, p).

    References
    ----------
    Werts, Linn & Joereskog (1974), Educational and Psychological Measurement 34.
    """
    shared = np.add.reduceat(loadings, structure.starts, axis=1) ** 2
    error = np.add.reduceat(1 - loadings**2, structure.starts, axis=1)
    with np.errstate(all="ignore"):
        return _where_reflective(shared / (shared + error), structure)


def extracted(loadings: Floats, structure: Structure) -> Floats:
    """Average variance extracted (AVE) of every block, shape (B, k), from loadings (B, p).

    References
    ----------
    Fornell & Larcker (1981), Journal of Marketing Research 18.
    """
    mean = np.add.reduceat(loadings**2, structure.starts, axis=1) / np.array(structure.sizes)
    return _where_reflective(mean, structure)


def inflation(correlations: Floats) -> Floats:
    """Variance inflation factor of each of m variables against the others, shape (m,).

    Parameters
    ----------
    correlations : ndarray, shape (m, m)
        Finite.

    Returns
    -------
    ndarray, shape (m,)
        At least 1; infinite for variables that repeat others.

    Examples
    --------
    >>> inflation(np.array([[1.0, 0.6], [0.6, 1.0]])).tolist()
    [1.5625, 1.5625]
    """
    if not np.isfinite(correlations).all():
        return np.full(len(correlations), np.nan)
    values, vectors = np.linalg.eigh(correlations)
    gone = values < SINGULAR
    shares = vectors**2
    found: Floats = shares[:, ~gone] @ (1 / values[~gone])
    found[(shares[:, gone] > SINGULAR).any(axis=1)] = np.inf
    return np.round(found, 12)


def block_inflation(correlations: Floats, structure: Structure) -> Floats:
    """Variance inflation factor of each indicator within its block, shape (p,); 1 for single items."""
    ends = structure.starts + np.array(structure.sizes)
    parts = [slice(int(start), int(end)) for start, end in zip(structure.starts, ends, strict=True)]
    return np.concatenate([inflation(correlations[part, part]) for part in parts])


def _stack(values: Floats) -> Floats:
    whole = np.asarray(values, dtype=np.float64)
    return whole[None] if whole.ndim == 2 else whole


def _single(structure: Structure) -> Flags:
    return np.equal(structure.sizes, 1)


def _sums(values: Floats, structure: Structure) -> Floats:
    """Add up over all pairs of blocks, shape (B, k, k)."""
    rows = np.add.reduceat(values, structure.starts, axis=1)
    result: Floats = np.add.reduceat(rows, structure.starts, axis=2)
    return result


def _between(values: Floats, structure: Structure) -> Floats:
    size = np.array(structure.sizes, dtype=np.float64)
    return _sums(values, structure) / np.outer(size, size)


def _within(values: Floats, structure: Structure) -> Floats:
    """Mean of the pairs within each block, shape (B, k); not a number for single items."""
    size, own = np.array(structure.sizes, dtype=np.float64), np.arange(structure.k)
    trace = np.add.reduceat(np.einsum("bii->bi", values), structure.starts, axis=1)
    result: Floats = (_sums(values, structure)[:, own, own] - trace) / (size * (size - 1))
    return result


def _where_reflective(values: Floats, structure: Structure) -> Floats:
    """Keep what is said of reflective blocks; 1 for single items, not a number for formative ones."""
    single = _single(structure)
    formative = np.array([mode == "B" for mode in structure.modes]) & ~single
    return np.where(single, 1.0, np.where(formative, np.nan, values))
