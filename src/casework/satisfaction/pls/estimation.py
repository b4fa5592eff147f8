"""The weights of PLS path modelling, from correlations alone, for any number of resamples at once.

Lohmoeller's iteration needs the data only through the correlations of the indicators. So a bootstrap is a stack of
correlation matrices, and the whole stack is iterated together; who has converged stops changing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.consistent import correct
from casework.satisfaction.pls.given import check_count
from casework.satisfaction.pls.linear import Floats, Ints, solve
from casework.satisfaction.pls.structure import Structure

CHUNK = 256  # resamples iterated together: about 1 MB for 24 indicators, so that they stay in the cache
MOST_NUMBERS = 4_000_000  # in a chunk: 32 MB
DEFAULT_TOLERANCE = 1e-10
DEFAULT_ITERATIONS = 300
WIDE = 8  # resamples from which a loop over constructs beats one call for all of them

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """Estimates of B resamples (B = 1 for one fit); what could not be computed is not a number.

    Parameters
    ----------
    weights : ndarray, shape (B, p)
        Of the indicators in the metric of the matrix given; the scores have variance 1.
    loadings : ndarray, shape (B, p)
        Correlation of each indicator with its construct (corrected by consistent PLS).
    cross : ndarray, shape (B, p, k)
        Correlation of each indicator with each score (never corrected).
    composites : ndarray, shape (B, k, k)
        Correlations of the scores.
    correlations : ndarray, shape (B, k, k)
        Correlations of the constructs: those of the scores, or corrected for unreliability by consistent PLS.
    paths : ndarray, shape (B, k, k)
        Standardized coefficient from the row's construct to the column's.
    r2 : ndarray, shape (B, k)
        Explained variance; not a number for constructs that no path leads to.
    reliability : ndarray, shape (B, k)
        rho_A of Dijkstra and Henseler; 1 for single items and mode B.
    iterations : ndarray of int, shape (B,)
        Iterations used.
    change : ndarray, shape (B,)
        Largest change of a standardized weight in the last iteration.
    converged : ndarray of bool, shape (B,)
        Whether that change came below the tolerance.
    """

    weights: Floats
    loadings: Floats
    cross: Floats
    composites: Floats
    correlations: Floats
    paths: Floats
    r2: Floats
    reliability: Floats
    iterations: npt.NDArray[np.int64]
    change: Floats
    converged: Flags

    @property
    def size(self) -> int:
        """Number of resamples."""
        return len(self.iterations)

    @property
    def usable(self) -> Flags:
        """Resamples that converged and whose paths are all numbers, shape (B,)."""
        found: Flags = self.converged & np.isfinite(self.paths).all(axis=(1, 2)) & np.isfinite(self.weights).all(axis=1)
        return found

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Batch:
        """Return some of the resamples."""
        return Batch(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


def estimate(
    correlations: Floats,
    structure: Structure,
    *,
    consistent: bool = False,
    tolerance: float = DEFAULT_TOLERANCE,
    max_iterations: int = DEFAULT_ITERATIONS,
    dominant: npt.NDArray[np.int64] | None = None,
) -> Batch:
    """Weights, loadings, paths and R2 of a stack of correlation matrices.

    Parameters
    ----------
    correlations : ndarray, shape (B, p, p) or (p, p)
        Correlations of the indicators in the order of `structure` (or covariances, to fit in that metric). A matrix
        with missing numbers, as of a resample in which an indicator is constant, gives missing results.
    structure : Structure
        Blocks, modes, paths and inner scheme; see `PLSModel.structure`.
    consistent : bool
        Correct for the unreliability of the blocks of mode A (PLSc).
    tolerance : float
        Largest change of a standardized weight that counts as none, above 0.
    max_iterations : int
        At least 1.
    dominant : ndarray of int, shape (k,), optional
        Indicator of each construct whose loading is made positive, -1 for none; see Notes.

    Returns
    -------
    Batch
        One row per matrix; `usable` tells the good ones.

    Raises
    ------
    ParameterError
        A number is out of its range, or there is no matrix.

    Notes
    -----
    Sign: a construct and its mirror image fit alike. Each is turned so that its loadings sum to a positive number
    (or the dominant indicator's is positive). Start: equal weights on standardized indicators. No sign can flip from
    one iteration to the next, since every scheme keeps a new score on the side of the old one.

    Chunks of `chunk_size(p)` matrices are iterated together, so memory is bounded; other chunks would change the last
    digit at most, and work shared out in whole chunks of `CHUNK` gives the same bits for any number of workers.

    References
    ----------
    Lohmoeller (1989), Latent Variable Path Modeling with Partial Least Squares, chapter 2; Tenenhaus, Esposito
    Vinzi, Chatelin & Lauro (2005), Computational Statistics & Data Analysis 48, section 3; Dijkstra & Henseler
    (2015), MIS Quarterly 39(2), eqs. (3)-(6).

    Examples
    --------
    >>> two = np.array([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]])
    >>> batch = estimate(two, Structure(sizes=(2, 1), modes=("A", "A"), paths=((0, 1),)))
    >>> round(float(batch.paths[0, 0, 1]), 4), int(batch.iterations[0])
    (0.3354, 1)
    """
    if tolerance != DEFAULT_TOLERANCE or max_iterations != DEFAULT_ITERATIONS:
        check_positive("tolerance", tolerance)
        max_iterations = check_count("max_iterations", max_iterations, low=1)
    stack = np.asarray(correlations, dtype=np.float64)
    stack = stack[None] if stack.ndim == 2 else stack
    if not len(stack):
        raise ParameterError(Problem("correlations", t("no matrix"), t("at least 1")))
    size = chunk_size(structure.p)
    with np.errstate(all="ignore"):
        parts = [
            _estimate(stack[start : start + size], structure, consistent, tolerance, max_iterations, dominant)
            for start in range(0, len(stack), size)
        ]
    if len(parts) == 1:
        return parts[0]
    return Batch(**{item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Batch)})


def chunk_size(p: int) -> int:
    """Return how many matrices of p indicators are iterated together: `CHUNK`, halved until they take little memory.

    Examples
    --------
    >>> chunk_size(24), chunk_size(200)
    (256, 64)
    """
    size = CHUNK
    while size > 1 and size * p * p > MOST_NUMBERS:
        size //= 2
    return size


def _estimate(
    stack: Floats,
    structure: Structure,
    consistent: bool,
    tolerance: float,
    max_iterations: int,
    dominant: Ints | None,
) -> Batch:
    """Estimate one chunk, resamples on the last axis."""
    matrices = np.ascontiguousarray(np.moveaxis(stack, 0, -1))
    weights, covariance, iterations, change = iterate(
        matrices, structure, tolerance=tolerance, max_iterations=max_iterations
    )
    cross = covariance / np.sqrt(np.einsum("iib->ib", matrices))[None]
    turn = _turn(_own(cross, structure), structure, dominant)
    weights, cross, covariance = weights * turn[structure.block], cross * turn[:, None], covariance * turn[:, None]
    composites = _by_construct(weights[None] * covariance, structure, axis=1)
    loadings, correlations = _own(cross, structure), composites
    reliability = np.where(np.isfinite(composites[0, 0]), np.ones((structure.k, 1)), np.nan)
    if consistent:
        loadings, correlations, reliability = correct(matrices, weights, loadings, composites, structure)
    paths, r2 = structural(correlations, structure)
    return Batch(
        weights=weights.T,
        loadings=loadings.T,
        cross=cross.transpose(2, 1, 0),
        composites=composites.transpose(2, 0, 1),
        correlations=correlations.transpose(2, 0, 1),
        paths=paths.transpose(2, 0, 1),
        r2=r2.T,
        reliability=reliability.T,
        iterations=iterations,
        change=change,
        converged=change < tolerance,
    )


def iterate(
    matrices: Floats, structure: Structure, *, tolerance: float, max_iterations: int
) -> tuple[Floats, Floats, Ints, Floats]:
    """Iterate until no weight of a resample changes any more.

    Parameters
    ----------
    matrices : ndarray, shape (p, p, B)
        Correlations.

    Returns
    -------
    weights : ndarray, shape (p, B)
    covariance : ndarray, shape (k, p, B)
        Of each score with each indicator.
    iterations : ndarray of int, shape (B,)
    change : ndarray, shape (B,)
        Last largest change of a weight.
    """
    whole, size = matrices, matrices.shape[-1]
    deviation = np.sqrt(np.einsum("iib->ib", matrices))
    inverses = [_inverse(matrices[part, part]) for part in structure.regression_blocks]
    weights, covariance = _normalized(matrices, 1 / deviation, structure)
    kept, iterations, change = np.empty_like(weights), np.zeros(size, dtype=np.int64), np.full(size, np.nan)
    active = np.arange(size)
    for step in range(1, max_iterations + 1):
        proxies = _proxy_covariance(weights, covariance, structure)
        for part, inverse in zip(structure.regression_blocks, inverses, strict=True):
            proxies[part] = (inverse * proxies[part][None]).sum(axis=1)
        new, covariance = _normalized(matrices, proxies, structure)
        moved = np.abs((new - weights) * deviation).max(axis=0)
        weights, moving = new, (moved >= tolerance) & (step < max_iterations)
        if moving.all():
            continue
        kept[:, active[~moving]], iterations[active[~moving]] = new[:, ~moving], step
        change[active[~moving]] = moved[~moving]
        if not moving.any():
            break
        left = np.flatnonzero(moving)
        active, weights, deviation = active[left], weights[:, left], deviation[:, left]
        matrices, covariance = matrices[:, :, left], covariance[:, :, left]
        inverses = [inverse[:, :, left] for inverse in inverses]
    return kept, _covariance(whole, kept, structure), iterations, change


def _inverse(matrices: Floats) -> Floats:
    return solve(matrices, np.broadcast_to(np.eye(len(matrices))[:, :, None], matrices.shape))


def _covariance(matrices: Floats, weights: Floats, structure: Structure) -> Floats:
    """Covariance (k, p, B) of each weighted sum with each indicator."""
    if matrices.shape[-1] < WIDE:
        products: Floats = np.add.reduceat(weights[:, None] * matrices, structure.starts, axis=0)
        return products
    result = np.empty((structure.k, *weights.shape))
    for construct, start in enumerate(structure.starts):
        part = slice(start, start + structure.sizes[construct])
        np.sum(weights[part, None] * matrices[part], axis=0, out=result[construct])
    return result


def _by_construct(values: Floats, structure: Structure, axis: int = 0) -> Floats:
    sums: Floats = np.add.reduceat(values, structure.starts, axis=axis)
    return sums


def _own(covariance: Floats, structure: Structure) -> Floats:
    """Covariance (p, B) of each indicator with the score of its own construct."""
    own: Floats = covariance[structure.own]
    return own


def _normalized(matrices: Floats, raw: Floats, structure: Structure) -> tuple[Floats, Floats]:
    """Weights for scores of variance 1, and their covariance with the indicators."""
    covariance = _covariance(matrices, raw, structure)
    scale = 1 / np.sqrt(_by_construct(raw * _own(covariance, structure), structure))
    return raw * scale[structure.block], covariance * scale[:, None]


def _proxy_covariance(weights: Floats, covariance: Floats, structure: Structure) -> Floats:
    """Covariance (p, B) of each indicator with the inner proxy of its construct."""
    composites = _by_construct(weights[None] * covariance, structure, axis=1)
    inner = inner_weights(composites, structure)
    proxies: Floats = (covariance * inner[:, structure.block]).sum(axis=0)
    return proxies


def _sign(values: Floats) -> Floats:
    return np.where(values < 0, -1.0, 1.0)


def inner_weights(composites: Floats, structure: Structure) -> Floats:
    """Inner weights (k, k, B) of the scheme: column c holds the weights of the neighbours of construct c.

    Centroid: signs of correlations. Factorial: correlations. Path: correlations with those it leads to,
    coefficients of a regression on those that lead to it.
    """
    near = structure.neighbours[:, :, None]
    if structure.scheme == "centroid":
        return np.sign(composites) * near
    inner: Floats = composites * near
    if structure.scheme == "path" and len(structure.multiple_regressions):
        structure.multiple_regressions.into(composites, inner)
    return inner


def structural(correlations: Floats, structure: Structure) -> tuple[Floats, Floats]:
    """Paths (k, k, B) and R2 (k, B) from correlations (k, k, B) of the constructs."""
    paths, r2 = np.zeros_like(correlations), np.full(correlations.shape[1:], np.nan)
    structure.regressions.into(correlations, paths)
    r2[structure.targets] = (paths * correlations).sum(axis=0)[structure.targets]
    return paths, r2


def _turn(loadings: Floats, structure: Structure, dominant: Ints | None) -> Floats:
    """Sign (k, B) that makes the sum of the loadings, or the loading of the dominant indicator, positive."""
    signs = _sign(_by_construct(loadings, structure))
    if dominant is not None:
        named = np.flatnonzero(dominant >= 0)
        signs[named] = _sign(loadings[dominant[named]])
    return signs
