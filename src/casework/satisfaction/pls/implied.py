"""Correlations that a fitted model implies, and how far they lie from those observed, for any number of resamples.

Stacks have the resamples on the first axis.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from casework.satisfaction.pls.effects import total_effects
from casework.satisfaction.pls.estimation import Batch
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.structure import Structure

Measurement = Literal["composite", "factor"]
Inner = Literal["estimated", "saturated"]
SMALLEST = 1e-10  # eigenvalue of a correlation matrix below which indicators repeat one another


def implied_constructs(batch: Batch, structure: Structure, inner: str) -> Floats:
    """Correlations of the constructs that the inner model implies, shape (B, k, k).

    Parameters
    ----------
    batch : Batch
        Estimates.
    structure : Structure
        The model.
    inner : {'estimated', 'saturated'}
        Those that follow from the paths; or those estimated, as if every construct were joined to every other.

    Notes
    -----
    V = (I - P')^-1 Psi (I - P)^-1, with the correlations of the exogenous constructs and 1 - R2 of the others in Psi;
    the diagonal is then set to 1, as cSEM does.
    """
    if inner == "saturated":
        return batch.correlations
    outer = structure.adjacency.sum(axis=0) == 0
    noise = np.where(np.outer(outer, outer), batch.correlations, 0.0)
    own = np.arange(structure.k)
    noise[:, own, own] = np.where(outer, 1.0, 1 - batch.r2)
    ways = total_effects(batch.paths) + np.eye(structure.k)
    result: Floats = ways.transpose(0, 2, 1) @ noise @ ways
    result[:, own, own] = np.where(np.isfinite(result[:, own, own]), 1.0, np.nan)
    return result


def implied_correlations(
    stack: Floats, batch: Batch, structure: Structure, *, measurement: str = "composite", inner: str = "estimated"
) -> Floats:
    """Correlations of the indicators that the model implies, shape (B, p, p).

    Parameters
    ----------
    stack : ndarray, shape (B, p, p)
        Observed correlations.
    batch : Batch
        Estimates from them.
    structure : Structure
        The model.
    measurement : {'composite', 'factor'}
        Composite: indicators of one construct may correlate as they do. Factor: only through their construct, but for
        blocks of mode B.
    inner : {'estimated', 'saturated'}
        As in `implied_constructs`.
    """
    block = structure.block
    constructs = implied_constructs(batch, structure, inner)[:, block[:, None], block]
    implied: Floats = batch.loadings[:, :, None] * constructs * batch.loadings[:, None, :]
    free = block[:, None] == block[None]
    if measurement == "factor":
        free = free & ~structure.factors[block][:, None]
    found: Floats = np.where(free, stack, implied)
    own = np.arange(structure.p)
    found[:, own, own] = stack[:, own, own]
    return found


def distances(stack: Floats, implied: Floats) -> dict[str, Floats]:
    """How far observed and implied correlations lie apart: `srmr`, `d_l`, `d_g`, `f_ml`, `f_null`, each of shape (B,).

    Parameters
    ----------
    stack, implied : ndarray, shape (B, p, p)
        Observed and implied correlations.

    Returns
    -------
    dict of str to ndarray
        SRMR over the lower triangle with its diagonal; squared Euclidean distance d_L = 1/2 sum (s - sigma)^2; geodesic
        distance d_G = 1/2 sum ln(phi)^2, phi the eigenvalues of S^-1 Sigma; maximum likelihood discrepancy of the
        model and of uncorrelated indicators. Not a number where a matrix is singular.

    References
    ----------
    Dijkstra & Henseler (2015), Computational Statistics & Data Analysis 81, section 3.
    """
    p = stack.shape[-1]
    squares = ((stack - implied) ** 2).sum(axis=(1, 2))
    diagonal = (np.einsum("bii->bi", stack - implied) ** 2).sum(axis=1)
    with np.errstate(all="ignore"):
        ratios, f_null = _ratios(stack, implied)
        logs = np.log(np.where(ratios > 0, ratios, np.nan))
        return {
            "srmr": np.sqrt((squares + diagonal) / (p * (p + 1))),
            "d_l": squares / 2,
            "d_g": (logs**2).sum(axis=1) / 2,
            "f_ml": (logs + 1 / ratios).sum(axis=1) - p,
            "f_null": f_null,
        }


def _ratios(stack: Floats, implied: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (B, p) of S^-1 Sigma, and -ln|S| (B,); not a number for a singular S."""
    good = np.isfinite(stack + implied).reshape(len(stack), -1).min(axis=1)
    ratios, f_null = np.full(stack.shape[:2], np.nan), np.full(len(stack), np.nan)
    values, vectors = np.linalg.eigh(stack[good])
    positive = values[:, 0] > SMALLEST
    good[good] = positive
    values, vectors = values[positive], vectors[positive]
    scaled = vectors / np.sqrt(values)[:, None, :]
    ratios[good] = np.linalg.eigvalsh(scaled.transpose(0, 2, 1) @ implied[good] @ scaled)
    f_null[good] = -np.log(values).sum(axis=1)
    return ratios, f_null


def outer_residual(stack: Floats, batch: Batch, structure: Structure) -> Floats:
    """RMS theta: root of the mean squared covariance of residuals of reflective indicators, shape (B,).

    The residual is the indicator less its loading times the score; the diagonal, single items and blocks of mode B are
    left out. Not a number with fewer than two such indicators.

    References
    ----------
    Lohmoeller (1989), Latent Variable Path Modeling with Partial Least Squares, p. 55; Henseler et al. (2014),
    Organizational Research Methods 17(2).
    """
    kept = np.flatnonzero(structure.factors[structure.block])
    if len(kept) < 2:
        return np.full(len(stack), np.nan)
    block = structure.block[kept]
    own = batch.cross[:, kept, block]
    with_scores = batch.cross[:, kept[:, None], block[None]]
    between = batch.composites[:, block[:, None], block[None]]
    theta = (
        stack[:, kept[:, None], kept[None]]
        - own[:, :, None] * with_scores.transpose(0, 2, 1)
        - with_scores * own[:, None, :]
        + own[:, :, None] * between * own[:, None, :]
    )
    off = ~np.eye(len(kept), dtype=bool)
    result: Floats = np.sqrt((theta[:, off] ** 2).mean(axis=1))
    return result
