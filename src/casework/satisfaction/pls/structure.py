"""What the numerical core needs to know of a model: blocks, modes and paths as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from casework.core.checks import check_option
from casework.satisfaction.pls.linear import Ints, Regressions

Scheme = Literal["path", "centroid", "factorial"]
Mode = Literal["A", "B"]


@dataclass(frozen=True, eq=False)
class Structure:
    """Blocks of indicators that follow one another, their modes, and the paths between their constructs.

    Parameters
    ----------
    sizes : tuple of int, length k
        Indicators of each construct; the p indicators stand in this order.
    modes : tuple of {'A', 'B'}, length k
        A: correlation weights (reflective); B: regression weights (formative).
    paths : tuple of (int, int)
        (from, to), numbers of constructs.
    scheme : {'path', 'centroid', 'factorial'}
        How neighbours in the inner model are weighed.
    """

    sizes: tuple[int, ...]
    modes: tuple[str, ...]
    paths: tuple[tuple[int, int], ...]
    scheme: str = "path"

    def __post_init__(self) -> None:
        """Check the scheme."""
        check_option("scheme", self.scheme, Scheme)

    @property
    def k(self) -> int:
        """Number of constructs."""
        return len(self.sizes)

    @property
    def p(self) -> int:
        """Number of indicators."""
        return sum(self.sizes)

    @cached_property
    def starts(self) -> Ints:
        """First indicator of each construct, shape (k,)."""
        return np.cumsum([0, *self.sizes[:-1]]).astype(np.int64)

    @cached_property
    def block(self) -> Ints:
        """Construct of each indicator, shape (p,)."""
        return np.repeat(np.arange(self.k), self.sizes).astype(np.int64)

    @cached_property
    def own(self) -> tuple[Ints, Ints]:
        """Place of each indicator's own construct in an array (k, p)."""
        return self.block, np.arange(self.p, dtype=np.int64)

    @cached_property
    def adjacency(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """1 where a path leads from the row's construct to the column's, shape (k, k)."""
        result = np.zeros((self.k, self.k))
        for start, end in self.paths:
            result[start, end] = 1.0
        return result

    @cached_property
    def neighbours(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """1 where a path joins two constructs, whatever its direction, shape (k, k)."""
        return np.maximum(self.adjacency, self.adjacency.T)

    @cached_property
    def targets(self) -> Ints:
        """Constructs that paths lead to, shape (T,)."""
        return np.flatnonzero(self.adjacency.any(axis=0)).astype(np.int64)

    @cached_property
    def regressions(self) -> Regressions:
        """Every target on the constructs that lead to it."""
        return self._regressions(1)

    @cached_property
    def multiple_regressions(self) -> Regressions:
        """Targets with two predictors or more; one alone has the correlation as its coefficient."""
        return self._regressions(2)

    def _regressions(self, least: int) -> Regressions:
        lists = {int(end): tuple(np.flatnonzero(self.adjacency[:, end]).tolist()) for end in self.targets}
        kept = {end: starts for end, starts in lists.items() if len(starts) >= least}
        return Regressions(tuple(kept.values()), tuple(kept), self.k)

    @cached_property
    def regression_blocks(self) -> tuple[slice, ...]:
        """Where the blocks of mode B with more than one indicator lie."""
        return tuple(
            slice(int(start), int(start) + size)
            for start, size, mode in zip(self.starts, self.sizes, self.modes, strict=True)
            if mode == "B" and size > 1
        )

    @cached_property
    def factors(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Constructs that consistent PLS corrects: mode A with more than one indicator, shape (k,)."""
        return np.array([mode == "A" and size > 1 for size, mode in zip(self.sizes, self.modes, strict=True)])
