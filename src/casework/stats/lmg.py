"""The explained variance shared among predictors: the average gain over all orders in which they can enter (LMG)."""

from __future__ import annotations

from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
MOST_PREDICTORS = 30  # 2**30 subsets take minutes
MOST_CELLS = 2**17  # subsets held at once, over all matrices of a block
TABLED = 12  # predictors up to which membership in all sets is kept as a table
SINGULAR = 1e-12  # variance of a predictor that the others leave open, below which it is their copy


def lmg_shares(correlation: Floats, toward: Floats) -> Floats:
    """Share R squared among predictors: what each adds, averaged over all orders of entry.

    This is the Shapley value of the game in which a set of predictors earns its R squared.

    Parameters
    ----------
    correlation : array, shape (k, k) or (m, k, k)
        Correlations of the predictors, positive definite; m matrices are worked on together.
    toward : array, shape (k,) or (m, k)
        Correlations with the outcome.

    Returns
    -------
    array, shape (k,) or (m, k)
        At least 0; they add up to R squared. Not a number where a matrix is singular.

    Raises
    ------
    ParameterError
        More than 30 predictors.

    Notes
    -----
    All 2**k subsets are gone through exactly. Each predictor is either left out or swept out of the matrices that the
    predictors before it left behind, so a subset costs a few operations whatever its size: time grows as 2**k (20
    predictors some hundredths of a second, 25 some seconds), memory stays at some ten megabytes because subsets are
    summed up block by block.

    References
    ----------
    Lindeman, R. H., Merenda, P. F., & Gold, R. Z. (1980). Introduction to bivariate and multivariate analysis, 119 ff.
    Gromping, U. (2006). Relative importance for linear regression in R: the package relaimpo. Journal of Statistical
    Software, 17(1), section 2.2.

    Examples
    --------
    >>> lmg_shares(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4])).round(4).tolist()
    [0.2867, 0.0867]
    """
    inner, outer = np.asarray(correlation, dtype=np.float64), np.asarray(toward, dtype=np.float64)
    if inner.shape[-1] > MOST_PREDICTORS:
        found = t("{n} predictors", n=inner.shape[-1])
        raise ParameterError(Problem("correlation", found, t("at most {n}", n=MOST_PREDICTORS)))
    matrices = inner.reshape(-1, *inner.shape[-2:])
    effects = outer.reshape(len(matrices), -1)
    step = max(1, MOST_CELLS >> matrices.shape[-1])
    parts = [_shares(_joint(matrices[i : i + step], effects[i : i + step])) for i in range(0, len(matrices), step)]
    shares: Floats = np.concatenate(parts).reshape(outer.shape)
    return shares


def _joint(matrices: Floats, effects: Floats) -> Floats:
    """Matrices of the predictors and the outcome, shape (k + 1, k + 1, m): those of the empty set."""
    m, k = effects.shape
    joint = np.ones((k + 1, k + 1, m))
    joint[:k, :k] = matrices.transpose(1, 2, 0)
    joint[:k, k] = joint[k, :k] = effects.T
    return joint


def _shares(joint: Floats) -> Floats:
    """Shares (m, k) of the predictors of the joint matrices."""
    k = len(joint) - 1
    gain = np.array(
        [1 / (k * comb(k - 1, size)) for size in range(k)] + [0.0]
    )  # share of the orders in which these come first
    given_back = np.concatenate([[0.0], gain[:-1]])
    held, _, total = _sums(joint, 0, gain + given_back, gain)
    shares: Floats = (held - total).T
    return shares


def _sums(joint: Floats, size: int, inside: Floats, anywhere: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted R squared, summed over all subsets of the predictors of `joint`; `size` others are in already.

    With the weights `inside` (by size) over the sets that hold each predictor (k, m) and over all sets (m,), and
    with the weights `anywhere` over all sets (m,). Many subsets are split by whether they hold the first predictor.
    """
    k, m = len(joint) - 1, joint.shape[2]
    if k == 0 or m << k <= MOST_CELLS:
        return _block_sums(joint, size, inside, anywhere)
    without = _sums(joint[1:, 1:], size, inside, anywhere)
    within = _sums(_swept(joint), size + 1, inside, anywhere)
    held = np.vstack([within[1], without[0] + within[0]])
    return held, without[1] + within[1], without[2] + within[2]


def _block_sums(joint: Floats, size: int, inside: Floats, anywhere: Floats) -> tuple[Floats, Floats, Floats]:
    k, m = len(joint) - 1, joint.shape[2]
    for _ in range(k):
        joint = _halves(joint)
    explained = 1 - joint.reshape(-1, m)  # (2**k, m), bit j of the position tells whether predictor j is in
    sizes = _sizes(k) + size
    weighted = explained * inside[sizes][:, None]
    return _held(weighted, k), weighted.sum(axis=0), anywhere[sizes] @ explained


def _held(weighted: Floats, k: int) -> Floats:
    """Sum over the sets that hold each predictor (k, m)."""
    m = weighted.shape[1]
    held = np.empty((k, m))
    for j in range(TABLED, k)[::-1]:
        halves = weighted.reshape(2, -1, m)
        held[j] = halves[1].sum(axis=0)
        weighted = halves[0] + halves[1]
    low = min(k, TABLED)
    held[:low] = _members(low) @ weighted
    return held


@lru_cache(maxsize=TABLED + 1)
def _members(k: int) -> Floats:
    """Which sets (2**k) hold which predictor, shape (k, 2**k)."""
    table = ((np.arange(2**k) >> np.arange(k)[:, None]) & 1).astype(np.float64)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=MOST_PREDICTORS)
def _sizes(k: int) -> npt.NDArray[np.int64]:
    """How many predictors each of the sets (2**k) holds."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(k):
        sizes = np.concatenate([sizes, sizes + 1])
    sizes.flags.writeable = False
    return sizes


def _halves(joint: Floats) -> Floats:
    """Matrices of the other predictors: first with the first predictor left out, then with it swept out."""
    k, many = len(joint) - 1, joint.shape[2]
    both = np.empty((k, k, 2 * many))
    both[:, :, :many] = joint[1:, 1:]
    both[:, :, many:] = _swept(joint)
    return both


def _swept(joint: Floats) -> Floats:
    """Return what remains of the others once the first predictor is taken out of them."""
    pivot, row = joint[0, 0], joint[0, 1:]
    open_left = pivot if pivot.min() > SINGULAR else np.where(pivot > SINGULAR, pivot, np.nan)
    remains: Floats = row[:, None] * (row / open_left)
    np.subtract(joint[1:, 1:], remains, out=remains)
    return remains
