"""Small linear algebra on stacks of matrices, the stack on the last axis.

Every operation works elementwise along the last axis: no loop over resamples, and a singular one harms only itself.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SMALLEST_PIVOT = 1e-11  # of a matrix whose diagonal is 1: below it, a variable repeats others


def solve(matrix: Floats, right: Floats) -> Floats:
    """Solve symmetric positive definite systems by elimination; where a matrix is singular, not a number.

    Parameters
    ----------
    matrix : ndarray, shape (..., m, m, B)
        With 1 on the diagonal, or nearly.
    right : ndarray, shape (..., m, r, B)
        Right sides.

    Returns
    -------
    ndarray, shape (..., m, r, B)

    Examples
    --------
    >>> solve(np.array([[1.0, 0.5], [0.5, 1.0]])[:, :, None], np.array([[1.0], [0.5]])[:, :, None])[:, 0, 0].tolist()
    [1.0, 0.0]
    """
    m = matrix.shape[-3]
    if matrix.shape[-1] == 1:  # LAPACK is faster than the elimination; where it gives up, that says which
        with suppress(np.linalg.LinAlgError):
            alone = np.linalg.solve(matrix[..., 0], right[..., 0])[..., None]
            return np.asarray(alone, dtype=np.float64)
    work = np.concatenate([matrix, right], axis=-2)
    for i in range(m):
        pivot = work[..., i, i, :]
        row = work[..., i, :, :] / np.where(pivot > SMALLEST_PIVOT, pivot, np.nan)[..., None, :]
        work -= work[..., :, i, None, :] * row[..., None, :, :]
        work[..., i, :, :] = row
    result: Floats = work[..., m:, :]
    return result


@dataclass(frozen=True, eq=False)
class Regressions:
    """Which variables are regressed on which, as arrays made once.

    Parameters
    ----------
    predictors : sequence of sequences of int
        Predictors of each target, at least one each.
    targets : sequence of int
        The targets, length T.
    k : int
        Number of variables.
    """

    predictors: tuple[tuple[int, ...], ...]
    targets: tuple[int, ...]
    k: int

    @cached_property
    def places(self) -> Ints:
        """Predictors of each target, filled up with k, shape (T, m)."""
        width = max((len(item) for item in self.predictors), default=0)
        rows = [[*item, *[self.k] * (width - len(item))] for item in self.predictors]
        return np.array(rows, dtype=np.int64).reshape(len(rows), width)

    @cached_property
    def slots(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Row and column in `places`, predictor and target of each coefficient."""
        row, column = np.nonzero(self.places < self.k)
        return row, column, self.places[row, column], np.array(self.targets, dtype=np.int64)[row]

    @cached_property
    def gather(self) -> tuple[Ints, Ints, Ints]:
        """Places in the flat square of k + 2 variables: of the matrices, of the right sides, and of k by k."""
        wide, places = self.k + 2, self.places
        first, second = places[:, :, None], places[:, None, :]
        both_empty = (first == self.k) & (second == self.k)
        apart = both_empty & ~np.eye(places.shape[1], dtype=bool)
        matrix = first * wide + np.where(apart, self.k + 1, second)
        right = places * wide + np.array(self.targets, dtype=np.int64)[:, None]
        inside = (np.arange(self.k)[:, None] * wide + np.arange(self.k)).astype(np.int64)
        return matrix, right, inside

    def __len__(self) -> int:
        """Return the number of targets."""
        return len(self.targets)

    def into(self, correlations: Floats, out: Floats) -> None:
        """Write the standardized coefficients into `out` (k, k, B), at (predictor, target).

        Two more variables correlate with nothing: one with variance 1 stands for no predictor, the other for the
        covariance of two of those.
        """
        k, _, size = correlations.shape
        matrix, right, inside = self.gather
        wide = np.zeros(((k + 2) ** 2, size))
        wide[inside] = correlations
        wide[k * (k + 2) + k] = 1.0
        row, column, start, end = self.slots
        out[start, end] = solve(wide[matrix], wide[right][:, :, None])[row, column, 0]
