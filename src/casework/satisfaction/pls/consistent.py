"""Consistent PLS: correlations of constructs, corrected for the unreliability of their indicators."""

from __future__ import annotations

import numpy as np

from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.structure import Structure


def rho_a(matrices: Floats, weights: Floats, structure: Structure) -> Floats:
    """Reliability rho_A of Dijkstra and Henseler, for scores of variance 1.

    Parameters
    ----------
    matrices : ndarray, shape (p, p, B)
        Correlations of the indicators, or their covariances.
    weights : ndarray, shape (p, B)
        Weights in the same metric, for scores of variance 1.
    structure : Structure
        Blocks and modes.

    Returns
    -------
    ndarray, shape (k, B)
        1 for single items and mode B. It may exceed 1 or be negative: then the block does not fit a common factor.

    References
    ----------
    Dijkstra & Henseler (2015), MIS Quarterly 39(2), 297-316, eq. (3).
    """
    result = np.ones((structure.k, weights.shape[-1]))
    for construct in np.flatnonzero(structure.factors):
        start = structure.starts[construct]
        part = slice(start, start + structure.sizes[construct])
        w, within = weights[part], matrices[part, part]
        off = ~np.eye(len(w), dtype=bool)[:, :, None]
        outer = w[:, None] * w[None]
        square = (w * w).sum(axis=0)
        result[construct] = square**2 * (outer * within * off).sum(axis=(0, 1)) / (outer**2 * off).sum(axis=(0, 1))
    return result


def correct(
    matrices: Floats, weights: Floats, loadings: Floats, composites: Floats, structure: Structure
) -> tuple[Floats, Floats, Floats]:
    """Return loadings (p, B), correlations of the constructs (k, k, B) and rho_A (k, B) of consistent PLS.

    A negative rho_A has no root: what depends on it is not a number.
    """
    deviation = np.sqrt(np.einsum("iib->ib", matrices))
    reliability = rho_a(matrices, weights, structure)
    root = np.sqrt(reliability)
    square = np.add.reduceat(weights * weights, structure.starts, axis=0)
    factor = structure.factors[structure.block]
    consistent = weights * (root / square)[structure.block] / deviation
    correlations = composites / (root[:, None] * root[None])
    diagonal = np.arange(structure.k)
    correlations[diagonal, diagonal] = composites[diagonal, diagonal]
    return np.where(factor[:, None], consistent, loadings), correlations, reliability
