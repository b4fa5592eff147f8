"""Continuous Kano: means of scored answers instead of counted categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from casework.core.checks import check_fraction
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.voice.kano_pairs import answer_levels, pair_codes
from casework.voice.kano_table import INCOMPLETE, EvaluationTable
from casework.voice.wording import category_name, listing

# DuMouchel in Berger et al. (1993): the positive ends weigh double, since questionable and reverse answers are
# weaker evidence than must-be and attractive ones. 1 like ... 5 dislike.
FUNCTIONAL_SCALE = (4.0, 2.0, 0.0, -1.0, -2.0)
DYSFUNCTIONAL_SCALE = (-2.0, -1.0, 0.0, 2.0, 4.0)
QUADRANTS = ("M", "O", "A", "I", "R")
HEADINGS = (
    mark("satisfaction"),
    mark("satisfaction low"),
    mark("satisfaction high"),
    mark("dissatisfaction"),
    mark("dissatisfaction low"),
    mark("dissatisfaction high"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class ContinuousKano(Result):
    """Position of each attribute on the map of DuMouchel.

    Attributes
    ----------
    frame : DataFrame, one row per attribute
        `n` complete pairs; `satisfaction`, mean functional score (Y), and `dissatisfaction`, mean dysfunctional score
        (X), each with the ends of its interval; `quadrant` M, O, A, I, or R where both means are negative.
    cut : tuple of float
        Where the quadrants meet: (X, Y).
    limits : tuple of float
        Smallest and largest score of both scales.
    """

    frame: pd.DataFrame
    cut: tuple[float, float]
    limits: tuple[float, float]
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per attribute."""
        return self.frame.copy()

    def summary(self) -> str:
        """Say which attributes lie in which quadrant."""
        groups = [(letter, self.frame.index[self.frame["quadrant"] == letter]) for letter in QUADRANTS]
        told = [
            t("{category} ({names})", category=category_name(letter), names=listing(names))
            for letter, names in groups
            if len(names)
        ]
        return t("Mean scores place the attributes as follows: {groups}.", groups=t("; ").join(told))


def continuous(
    functional: pd.DataFrame,
    dysfunctional: pd.DataFrame,
    *,
    functional_scale: Sequence[float] = FUNCTIONAL_SCALE,
    dysfunctional_scale: Sequence[float] = DYSFUNCTIONAL_SCALE,
    confidence: float = 0.95,
) -> ContinuousKano:
    """Score the answers and average them, so that "rather" counts less than "very".

    Parameters
    ----------
    functional, dysfunctional : DataFrame, shape (n, k)
        As for `kano.classify`, answers from 1 to the length of the scales.
    functional_scale, dysfunctional_scale : sequence of float, both of one length
        Score of each answer, from like to dislike.
    confidence : float
        Of the t intervals of the means, between 0 and 1.

    Returns
    -------
    ContinuousKano
        Only complete pairs count. Quadrants meet halfway between 0 and the largest score.

    Raises
    ------
    DataError
        As for `kano.classify`.
    ParameterError
        The scales differ in length, are shorter than 2, or hold something that is no number.

    Notes
    -----
    Means use the strength of answers, but treat a scale of words as numbers; a group that loves and a group that
    hates an attribute cancel out. Look at the counts too.

    References
    ----------
    DuMouchel, W., in Berger et al. (1993), Center for Quality of Management Journal, 2(4), 18-19.
    """
    check_fraction("confidence", confidence)
    scales = _scales(functional_scale, dysfunctional_scale)
    scored = _scores(functional, dysfunctional, scales)
    rows = {name: _means(scores, confidence) for name, scores in scored.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("attribute")
    frame["n"] = frame["n"].astype(int)
    cut = (float(scales[1].max()) / 2, float(scales[0].max()) / 2)
    frame["quadrant"] = _quadrants(frame, cut)
    empty = frame.index[frame["n"] == 0]
    note = t("No complete pair of answers: {names}.", names=listing(empty)) if len(empty) else ""
    return ContinuousKano(
        frame=frame,
        cut=cut,
        limits=(float(np.min(scales)), float(np.max(scales))),
        confidence=confidence,
        notes=(note,) if note else (),
    )


COLUMNS = [
    "n",
    "satisfaction",
    "satisfaction_low",
    "satisfaction_high",
    "dissatisfaction",
    "dissatisfaction_low",
    "dissatisfaction_high",
]


def _scales(functional: Sequence[float], dysfunctional: Sequence[float]) -> npt.NDArray[np.float64]:
    try:
        scales = np.array([list(functional), list(dysfunctional)], dtype=np.float64)
    except (TypeError, ValueError):
        scales = np.empty((0, 0))
    if scales.shape[1:] < (2,) or not np.isfinite(scales).all():
        expected = t("two scales of numbers of the same length, at least 2")
        found = f"{functional!r}, {dysfunctional!r}"
        raise ParameterError(Problem("functional_scale, dysfunctional_scale", found, expected))
    return scales


def _scores(
    functional: pd.DataFrame, dysfunctional: pd.DataFrame, scales: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[np.float64]]:
    """Scores of complete pairs of each attribute, shape (2, pairs): functional and dysfunctional."""
    levels = scales.shape[1]
    any_table = EvaluationTable("any", np.zeros((levels, levels), dtype=np.int8))
    complete = {name: codes != INCOMPLETE for name, codes in pair_codes(functional, dysfunctional, any_table)}
    scored = {}
    for position, (name, kept) in enumerate(complete.items()):
        first, _ = answer_levels(functional.iloc[:, position], levels)
        second, _ = answer_levels(dysfunctional.iloc[:, position], levels)
        scored[name] = np.stack([scales[0][first[kept] - 1], scales[1][second[kept] - 1]])
    return scored


def _means(scores: npt.NDArray[np.float64], confidence: float) -> list[float]:
    n = scores.shape[1]
    if n == 0:
        return [0, *[np.nan] * 6]
    means = scores.mean(axis=1)
    half = np.full(2, np.nan)
    if n > 1:
        half = float(stdtrit(n - 1, (1 + confidence) / 2)) * scores.std(axis=1, ddof=1) / np.sqrt(n)
    return [n, means[0], means[0] - half[0], means[0] + half[0], means[1], means[1] - half[1], means[1] + half[1]]


def _quadrants(frame: pd.DataFrame, cut: tuple[float, float]) -> list[str | None]:
    x, y = frame["dissatisfaction"].to_numpy(), frame["satisfaction"].to_numpy()
    reverse = (x < 0) & (y < 0)
    letters = np.select(
        [np.isnan(x), reverse, (x >= cut[0]) & (y >= cut[1]), x >= cut[0], y >= cut[1]],
        ["", "R", "O", "M", "A"],
        "I",
    )
    return [str(letter) or None for letter in letters]
