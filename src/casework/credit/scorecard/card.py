"""A scorecard: points for each bin, the score of one case or a million, and the reasons for it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import CaseworkWarning
from casework.core.messages import mark, tn
from casework.core.result import Result
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.portable import card_frame, read_card_frame
from casework.credit.scorecard.reading import count_unseen, holds_unseen, read_columns, unseen_warning
from casework.credit.scorecard.reasons import reason_table
from casework.credit.scorecard.rounding import RoundingResult, compare_order
from casework.credit.scorecard.scaling import Scaling

Floats = npt.NDArray[np.float64]
COLUMNS = (mark("points"), mark("role"), mark("rule"), mark("exact points"), mark("coefficient"))


@dataclass(frozen=True, kw_only=True)
class Scorecard(Result):
    """Points for each bin of each variable.

    Attributes
    ----------
    rules : dict of str to VariableBins
        Which value belongs to which bin.
    points : dict of str to ndarray, shape (slots,)
        Points of each slot: regular bins, special values, missing, never seen.
    exact : dict of str to ndarray, shape (slots,)
        The same before rounding.
    rows : dict of str to ndarray, shape (slots,)
        Training rows in each slot.
    base : float
        Points that everybody gets; 0 where they are spread over the variables.
    exact_base : float
        The same before rounding.
    scaling : Scaling
        Points, odds, points to double the odds, digits.
    coefficients : dict of str to float
        Coefficient of each variable on its weight of evidence; empty where the card was read from a file without them.
    notes : tuple of str
        What must be read with care.
    """

    rules: dict[str, VariableBins]
    points: dict[str, Floats]
    exact: dict[str, Floats]
    rows: dict[str, npt.NDArray[np.int64]]
    base: float
    exact_base: float
    scaling: Scaling
    coefficients: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return tuple(self.rules)

    @property
    def table(self) -> pd.DataFrame:
        """One row per bin with training rows: `variable`, `bin`, `count`, `points`; a base of its own stands first."""
        frame = self.to_frame()
        kept = (frame["count"] > 0) | (frame["role"] == "base")
        if not self.base:
            kept &= frame["role"] != "base"
        return frame.loc[kept, ["variable", "bin", "count", "points"]].reset_index(drop=True)

    @property
    def best(self) -> dict[str, float]:
        """Most points that a case can get for each variable."""
        return {name: float(points[self._attainable(name)].max()) for name, points in self.points.items()}

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest score that a case can have."""
        low = sum(float(points[self._attainable(name)].min()) for name, points in self.points.items())
        return self.base + low, self.base + sum(self.best.values())

    def _attainable(self, name: str) -> npt.NDArray[np.bool_]:
        """Which slots held training rows; all where that is not known."""
        filled = self.rows[name] > 0
        return filled if filled.any() else np.ones(len(filled), dtype=bool)

    def to_frame(self) -> pd.DataFrame:
        """Return the whole card: one row per slot, with the rule that says which values belong to it.

        Returns
        -------
        DataFrame
            `variable`, `bin`, `role`, `count`, `points`, `exact_points`, `rule`. `Scorecard.from_frame` reads `rule`
            (JSON) and `points` and gives the same card, so that points may be changed by hand.
        """
        return card_frame(self.rules, self.points, self.exact, self.rows, self.base, self.exact_base, self.scaling,
                          self.coefficients)  # fmt: skip

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Scorecard:
        """Read a card from the table that `to_frame` gave, also after points were changed by hand.

        Raises
        ------
        DataError
            Columns `rule` and `points` are missing, a rule cannot be read, points are no numbers, ranges leave a gap or
            overlap, a category stands twice: all problems at once.

        Examples
        --------
        >>> from casework.credit.scorecard import bin_variables, scorecard_points
        >>> data = pd.DataFrame({"x": [1, 1, 1, 2, 2, 2], "bad": [0, 0, 1, 1, 1, 0]})
        >>> binning = bin_variables(data, target="bad", cuts={"x": [2]})
        >>> card = scorecard_points(binning, {"x": -1.0}, 0.0)
        >>> Scorecard.from_frame(card.to_frame()).score(data).tolist() == card.score(data).tolist()
        True
        """
        return cls(**read_card_frame(frame))

    def summary(self) -> str:
        """Say how many variables give points, and between which scores cases can lie."""
        low, high = self.range
        return tn(
            "{n} variable gives between {low:,.0f} and {high:,.0f} points; {points:g} points stand for {odds:g} good "
            "cases to a bad one, and {pdo:g} points more double these odds.",
            "{n} variables give between {low:,.0f} and {high:,.0f} points; {points:g} points stand for {odds:g} good "
            "cases to a bad one, and {pdo:g} points more double these odds.",
            len(self.rules),
            low=low,
            high=high,
            points=self.scaling.points,
            odds=self.scaling.odds,
            pdo=self.scaling.pdo,
        )

    def score(self, frame: pd.DataFrame) -> pd.Series[float]:
        """Score of each row, one or a million.

        Returns
        -------
        Series, name "score"
            On the frame's index; higher is safer.

        Raises
        ------
        DataError
            A column is missing, or holds text where numbers were: all problems at once.

        Warns
        -----
        CaseworkWarning
            Values that were never seen in training; `unseen` counts them.
        """
        codes = self._codes(frame)
        total = np.full(len(frame), self.base)
        for name, code in codes.items():
            total += self.points[name][code]
        return pd.Series(total, index=frame.index, name="score")

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Points of each row for each variable; with the base they add up to the score.

        Raises
        ------
        DataError
            As in `score`.

        Warns
        -----
        CaseworkWarning
            As in `score`.
        """
        codes = self._codes(frame)
        return pd.DataFrame({name: self.points[name][code] for name, code in codes.items()}, index=frame.index)

    def reasons(self, frame: pd.DataFrame, *, n: int = 3) -> pd.DataFrame:
        """Say why each row scores no higher: the variables that lose most points against the best that can be had.

        Parameters
        ----------
        frame : DataFrame
            The cases.
        n : int
            At most so many reasons, at least 1.

        Returns
        -------
        DataFrame
            `score`, then for each reason `reason_1` (variable), `bin_1` and `lost_1` (points), largest loss first,
            equal ones in the order of the card; empty where no more points are lost.

        Raises
        ------
        ParameterError
            `n` is below 1.
        DataError
            As in `score`.

        Warns
        -----
        CaseworkWarning
            As in `score`.

        References
        ----------
        Siddiqi (2006), Credit risk scorecards, chapter 6 (adverse codes).
        """
        wanted = min(int(check_number("n", n, low=1)), len(self.rules))
        codes = self._codes(frame)
        scores = np.full(len(frame), self.base)
        for name, code in codes.items():
            scores += self.points[name][code]
        table = reason_table(codes, self.points, self.best, {name: rule.labels for name, rule in self.rules.items()},
                             wanted)  # fmt: skip
        return pd.DataFrame({"score": scores, **table}, index=frame.index)

    def rounding(self, frame: pd.DataFrame) -> RoundingResult:
        """Compare rounded with exact scores: which share of pairs of cases changes places.

        Raises
        ------
        DataError
            As in `score`, or there are fewer than two rows.
        """
        codes = read_columns(frame, self.rules)
        rounded, exact = np.full(len(frame), self.base), np.full(len(frame), self.exact_base)
        for name, code in codes.items():
            rounded += self.points[name][code]
            exact += self.exact[name][code]
        return compare_order(exact, rounded)

    def probability(self, frame: pd.DataFrame) -> pd.Series[float]:
        """Probability of the event that the score of each row stands for.

        Raises
        ------
        DataError
            As in `score`.

        Warns
        -----
        CaseworkWarning
            As in `score`.
        """
        scores = self.score(frame)
        found = pd.Series(self.scaling.probability(scores), index=frame.index, name="probability")
        return cast("pd.Series[float]", found)

    def unseen(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Count values that nobody has seen in training: `variable`, `value`, `count`."""
        return count_unseen(frame, read_columns(frame, self.rules), self.rules, self.rows)

    def _codes(self, frame: pd.DataFrame) -> Mapping[str, npt.NDArray[Any]]:
        codes = read_columns(frame, self.rules)
        if holds_unseen(codes, self.rows):
            found = unseen_warning(count_unseen(frame, codes, self.rules, self.rows))
            warnings.warn(found, CaseworkWarning, stacklevel=3)
        return codes
