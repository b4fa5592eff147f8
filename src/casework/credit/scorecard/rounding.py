"""What rounding does to the order of cases: pairs that change places, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import kendalltau

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
COLUMNS = (mark("swapped"), mark("tied"), mark("largest change"), mark("pairs"))
DECIMALS = 9  # exact scores that differ by less are equal


@dataclass(frozen=True, kw_only=True)
class RoundingResult(Result):
    """Rounded against exact scores.

    Attributes
    ----------
    pairs : int
        Pairs of cases whose exact scores differ.
    swapped, tied : float
        Share of these pairs whose order rounding turns round, and that it makes equal.
    largest : float
        Largest change of a score by rounding [points], beyond the change that all cases share.
    """

    pairs: int
    swapped: float
    tied: float
    largest: float

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        names = ("pairs", "swapped", "tied", "largest")
        row = {name: getattr(self, name) for name in names}
        return pd.DataFrame([row]).rename(columns={"largest": "largest_change"})

    def summary(self) -> str:
        """Say whether rounding keeps the order of cases."""
        if not self.swapped:
            return t("Rounding swaps no pair of cases; {tied:.2%} of pairs become equal.", tied=self.tied)
        return t(
            "Rounding swaps {swapped:.2%} of the pairs of cases and makes {tied:.2%} equal; a score moves by up to "
            "{largest:.1f} points.",
            swapped=self.swapped,
            tied=self.tied,
            largest=self.largest,
        )


def compare_order(exact: Floats, rounded: Floats) -> RoundingResult:
    """Count pairs of cases that rounding turns round or makes equal, in O(n log n).

    Parameters
    ----------
    exact, rounded : ndarray, shape (n,)
        Scores of the same cases, n at least 2.

    Raises
    ------
    DataError
        Fewer than two cases.

    Notes
    -----
    Concordant less discordant pairs follow from Kendall's tau-b and the numbers of ties.

    Examples
    --------
    >>> result = compare_order(np.array([1.0, 1.4, 1.6, 3.0]), np.array([1.0, 2.0, 1.0, 3.0]))
    >>> result.pairs, round(result.swapped * 6), round(result.tied * 6)
    (6, 1, 1)
    """
    if len(exact) < 2:
        raise DataError(Problem("frame", t("fewer than two rows"), t("at least two")))
    first, second = np.round(exact, DECIMALS), np.round(rounded, DECIMALS)
    total = len(first) * (len(first) - 1) // 2
    same_first, same_second = _ties(first), _ties(second)
    both = _ties(np.unique(np.column_stack([first, second]), axis=0, return_inverse=True)[1].ravel().astype(float))
    pairs = total - same_first
    if not pairs or total == same_second:
        return RoundingResult(pairs=pairs, swapped=0.0, tied=float(bool(pairs)), largest=_change(exact, rounded))
    tau = float(kendalltau(first, second).statistic)
    surplus = tau * np.sqrt(float(pairs)) * np.sqrt(float(total - same_second))
    ordered = total - same_first - same_second + both
    discordant = max(0, round((ordered - surplus) / 2))
    return RoundingResult(
        pairs=pairs, swapped=discordant / pairs, tied=(same_second - both) / pairs, largest=_change(exact, rounded)
    )


def _ties(values: Floats) -> int:
    counts = np.unique(values, return_counts=True)[1].astype(object)
    return int((counts * (counts - 1) // 2).sum())


def _change(exact: Floats, rounded: Floats) -> float:
    """Half the span of the changes: what remains where everybody's score moves by the same."""
    change = rounded - exact
    return float(change.max() - change.min()) / 2
