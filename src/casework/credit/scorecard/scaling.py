"""From log odds to points and back: so many points at given odds, and so many to double them."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

MOST_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """How points follow from odds.

    Parameters
    ----------
    points : float
        Score at the odds.
    odds : float
        Non-events per event at this score, above 0.
    pdo : float
        Points that double the odds, above 0.
    digits : int or None
        Decimals of the points of a bin; None: not rounded.

    Examples
    --------
    >>> scaling = Scaling(points=600, odds=50, pdo=20)
    >>> round(scaling.factor, 6), round(scaling.offset, 6)
    (28.853901, 487.122876)
    """

    points: float = 600.0
    odds: float = 50.0
    pdo: float = 20.0
    digits: int | None = 0

    @property
    def factor(self) -> float:
        """Points per unit of log odds: pdo / ln 2."""
        return self.pdo / log(2)

    @property
    def offset(self) -> float:
        """Score at even odds: points - factor ln(odds)."""
        return self.points - self.factor * log(self.odds)

    def probability(self, score: npt.ArrayLike) -> Any:
        """Probability of the event at a score.

        Examples
        --------
        >>> round(float(Scaling().probability(600)), 6)
        0.019608
        """
        return expit((self.offset - np.asarray(score, dtype=np.float64)) / self.factor)

    def score(self, probability: npt.ArrayLike) -> Any:
        """Score at which the event has this probability (strictly between 0 and 1), such as a cut-off.

        Raises
        ------
        ParameterError
            A probability is not between 0 and 1.
        """
        p = np.asarray(probability, dtype=np.float64)
        if not ((p > 0) & (p < 1)).all():
            raise ParameterError(Problem("probability", f"{probability!r}", t("above 0, below 1")))
        return self.offset + self.factor * (np.log1p(-p) - np.log(p))

    def rounded(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Round points to the digits of the scorecard."""
        return points if self.digits is None else np.round(points, self.digits) + 0.0


def check_scaling(*, points: float, odds: float, pdo: float, digits: int | None) -> Scaling:
    """Check how points are scaled.

    Raises
    ------
    ParameterError
        Not a number, odds or pdo not above 0, digits not whole or outside 0 to 6: all problems at once.
    """
    problems: list[Problem] = []
    for name, value, low in (("points", points, -np.inf), ("odds", odds, 0.0), ("pdo", pdo, 0.0)):
        try:
            check_number(name, value, low=low, low_open=True)
        except ParameterError as error:
            problems += error.problems
    if digits is not None and (isinstance(digits, bool) or digits not in range(MOST_DIGITS + 1)):
        problems.append(Problem("digits", repr(digits), t("a whole number from 0 to {n}, or None", n=MOST_DIGITS)))
    if problems:
        raise ParameterError(problems)
    return Scaling(points=float(points), odds=float(odds), pdo=float(pdo), digits=digits)
