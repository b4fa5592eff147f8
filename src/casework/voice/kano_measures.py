"""The measures of a Kano survey as functions of category counts (columns M, O, A, I, R, Q along the last axis)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from casework.voice.kano_table import CATEGORIES

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Letters = npt.NDArray[np.int64]  # positions in CATEGORIES, -1 for none

M, O, A, I, R, Q = range(6)  # noqa: E741 - the letters of the method
NONE = -1
FONG_Z = 1.65  # Fong (1996): one-sided 5 %
TOLERANCE = 1e-9  # [answers] so that 69 against 81 of 200 is exactly 6 %, whatever floating point says


@dataclass(frozen=True)
class Ranking:
    """The two most frequent categories; equal counts in the order of preference."""

    first: Letters
    second: Letters
    first_count: Counts
    second_count: Counts


def rank(counts: Counts, order: str = "MOAIRQ") -> Ranking:
    """Find the two most frequent categories of each attribute.

    Parameters
    ----------
    counts : ndarray of int, shape (..., 6)
    order : str
        All six letters; of equally frequent categories the one named earlier comes first.
    """
    positions = np.array([CATEGORIES.index(letter) for letter in order])
    ordered = counts[..., positions]
    first = ordered.argmax(axis=-1)
    top = np.take_along_axis(ordered, first[..., None], axis=-1)
    rest = ordered.copy()
    np.put_along_axis(rest, first[..., None], -1, axis=-1)
    second = rest.argmax(axis=-1)
    return Ranking(positions[first], positions[second], top[..., 0], rest.max(axis=-1))


def rule_category(ranking: Ranking, n: Counts, *, threshold: float, order: str = "MOAIRQ") -> Letters:
    """Category by the rule: the most frequent, or, where the second is close, the one earlier in `order`.

    Only the two most frequent categories compete, and a category that nobody named never wins.
    """
    rank_of = np.array([order.index(letter) for letter in CATEGORIES])
    close = is_close(ranking, n, threshold=threshold) & (ranking.second_count > 0)
    swap = close & (rank_of[ranking.second] < rank_of[ranking.first])
    return np.where(n == 0, NONE, np.where(swap, ranking.second, ranking.first))


def is_close(ranking: Ranking, n: Counts, *, threshold: float) -> npt.NDArray[np.bool_]:
    """Whether largest and second share differ by at most `threshold`; decided on whole answers."""
    close: npt.NDArray[np.bool_] = ranking.first_count - ranking.second_count <= threshold * n + TOLERANCE
    return close & (n > 0)


def category_strength(ranking: Ranking, n: Counts) -> Floats:
    """Largest minus second share of all complete pairs (Lee & Newcomb 1997)."""
    return ratio(ranking.first_count - ranking.second_count, n)


def total_strength(counts: Counts) -> Floats:
    """Share of must-be, one-dimensional and attractive answers (Lee & Newcomb 1997)."""
    return ratio(counts[..., M] + counts[..., O] + counts[..., A], counts.sum(axis=-1))


def better(counts: Counts) -> Floats:
    """Return how far the attribute can satisfy, (A + O) / (A + O + M + I), 0 to 1 (Timko in Berger et al. 1993)."""
    return ratio(counts[..., A] + counts[..., O], decided(counts))


def worse(counts: Counts) -> Floats:
    """Return how far its absence dissatisfies, -(O + M) / (A + O + M + I), -1 to 0 (Timko, as above)."""
    return 0.0 - ratio(counts[..., O] + counts[..., M], decided(counts))


def decided(counts: Counts) -> Counts:
    """Answers M, O, A and I: those that neither reverse the question nor contradict themselves."""
    total: Counts = counts[..., [M, O, A, I]].sum(axis=-1)
    return total


def fong(counts: Counts, *, z: float = FONG_Z) -> tuple[Counts, Floats, npt.NDArray[np.bool_]]:
    """Fong's test of whether the most frequent category is ahead of the second.

    Returns
    -------
    difference : ndarray of int
        |a - b|, the two largest of M, O, A, I, R.
    bound : ndarray of float
        z sqrt((a + b)(2 n - a - b) / (2 n)), n with questionable answers; not rounded.
    significant : ndarray of bool
        The difference reaches the bound; never where all answers are questionable.

    References
    ----------
    Fong, D. (1996). Using the self-stated importance questionnaire to interpret Kano questionnaire results.
    Center for Quality of Management Journal, 5(3), 21-24.
    """
    n = counts.sum(axis=-1)
    two = np.sort(counts[..., [M, O, A, I, R]], axis=-1)[..., -2:]
    both, difference = two.sum(axis=-1), two[..., 1] - two[..., 0]
    bound = z * np.sqrt(ratio(both * (2 * n - both), 2 * n))
    with np.errstate(invalid="ignore"):
        return difference, bound, (difference >= bound) & (both > 0)


def equal_counts_test(counts: Counts) -> tuple[Floats, Floats]:
    """Chi-square statistic and p value of equal M, O, A and I counts (3 degrees of freedom)."""
    observed = counts[..., [M, O, A, I]].astype(np.float64)
    expected = observed.mean(axis=-1, keepdims=True)
    statistic = ratio(((observed - expected) ** 2).sum(axis=-1), expected[..., 0])
    return statistic, np.asarray(chdtrc(3, statistic), dtype=np.float64)


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """Quotient; not a number where the whole is 0."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    quotient = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def letters(positions: Letters) -> list[str | None]:
    """Letters of category positions, None where there is no category."""
    return [CATEGORIES[int(position)] if position >= 0 else None for position in positions]
