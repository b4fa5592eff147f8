"""Matrices of transition: rows that add up to 1, their powers, and the default curve that follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import Floats

CURVE_COLUMNS = (mark("year"), mark("cumulative"), mark("marginal"), mark("conditional"))
SLACK = 0.01  # printed percentages of a row may miss 100 by so much of it


def normalise_rows(matrix: npt.ArrayLike, *, slack: float = SLACK) -> Floats:
    """Scale the rows of a printed matrix (shares or percentages) to the sum 1.

    Parameters
    ----------
    matrix : array_like, shape (k, k)
        Transition shares, at least 0; rows that add up to 1 or to 100. A row of not-a-number stays.
    slack : float
        How far a sum may be from 1 (or 100), relatively.

    Raises
    ------
    DataError
        Not square, a negative or partly missing row, or a row whose sum is too far from 1 or 100: all rows at once.

    Examples
    --------
    >>> normalise_rows([[94.0, 6.01], [0, 100]]).round(4).tolist()
    [[0.9399, 0.0601], [0.0, 1.0]]
    """
    values = np.asarray(matrix, dtype=float)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not len(values):
        found = t("shape {shape}", shape=" x ".join(map(str, values.shape)))
        raise DataError(Problem(t("transition matrix"), found, t("as many rows as columns")))
    unknown = np.isnan(values).all(axis=1)
    total = values.sum(axis=1)
    known = total[~unknown]
    scale = 100.0 if known.size and np.nanmedian(known) > 10 else 1.0
    wrong = ~unknown & ~((np.abs(total / scale - 1) <= slack) & (values >= 0).all(axis=1))
    if wrong.any():
        expected = t("shares of at least 0 that add up to {total:g}", total=scale)
        raise DataError([
            Problem(t("transition matrix, row {n}", n=int(row) + 1), t("sum {total:g}", total=total[row]), expected)
            for row in np.flatnonzero(wrong)
        ])  # fmt: skip
    return values / np.where(unknown, np.nan, total)[:, None]


def transition_power(matrix: npt.ArrayLike, years: int) -> Floats:
    """Transition matrix over several years, where rating moves have no memory.

    Parameters
    ----------
    matrix : array_like, shape (k, k)
        One-year matrix; rows add up to 1, rows of not-a-number are grades that were never seen.
    years : int
        At least 0.

    Returns
    -------
    ndarray, shape (k, k)
        The matrix to the power; a row is not a number where some path leads through a grade that was never seen.

    Raises
    ------
    ParameterError
        `years` is no whole number of at least 0.
    DataError
        As `normalise_rows`.

    Examples
    --------
    >>> transition_power([[0.9, 0.1], [0.0, 1.0]], 2).round(10).tolist()
    [[0.81, 0.19], [0.0, 1.0]]
    """
    steps = whole_years(years)
    values = normalise_rows(matrix, slack=1e-6)
    return power_with_gaps(values, steps)


def power_with_gaps(values: Floats, steps: int) -> Floats:
    """Power of one or of many matrices; mass that enters an unknown row is lost, and its row becomes unknown."""
    known = np.where(np.isnan(values), 0.0, values)
    found: Floats = np.linalg.matrix_power(known, steps)
    lost = found.sum(axis=-1, keepdims=True) < 1 - 1e-9
    return np.where(lost, np.nan, found)


def whole_years(years: float, *, least: int = 0) -> int:
    """Return a number of years as a whole number.

    Raises
    ------
    ParameterError
        It is not whole, below `least` or above 1,000.
    """
    number = check_number("years", years, low=least, high=1000)
    if number != int(number):
        raise ParameterError(Problem("years", f"{number:g}", t("a whole number")))
    return int(number)


@dataclass(frozen=True, kw_only=True)
class DefaultCurve(Result):
    """Probability of default over the years, for each grade.

    Attributes
    ----------
    cumulative : DataFrame
        One row per year from 1, one column per grade: probability of having defaulted by then.
    low, high : DataFrame or None
        Ends of the intervals.
    confidence : float
    notes : tuple of str
    """

    cumulative: pd.DataFrame
    low: pd.DataFrame | None = None
    high: pd.DataFrame | None = None
    confidence: float = 0.95
    notes: tuple[str, ...] = field(default=())

    @property
    def marginal(self) -> pd.DataFrame:
        """Probability of default in each year, seen from the start."""
        return self.cumulative.diff().fillna(self.cumulative.iloc[[0]])

    @property
    def conditional(self) -> pd.DataFrame:
        """Probability of default in each year for customers that survived until then."""
        before = 1 - self.cumulative.shift(1, fill_value=0.0)
        return self.marginal / before.where(before > 0)

    def to_frame(self) -> pd.DataFrame:
        """One row per grade and year: `cumulative`, `marginal`, `conditional`, and with intervals `low`, `high`."""
        parts = {"cumulative": self.cumulative, "marginal": self.marginal, "conditional": self.conditional}
        if self.low is not None and self.high is not None:
            parts |= {"low": self.low, "high": self.high}
        years, grades = self.cumulative.index, list(self.cumulative.columns)
        table = pd.DataFrame({"grade": np.repeat(grades, len(years)), "year": np.tile(years, len(grades))})
        return table.assign(**{name: part.to_numpy().T.ravel() for name, part in parts.items()})

    def summary(self) -> str:
        """Compare the best and the worst known grade at the end."""
        last = self.cumulative.iloc[-1].dropna()
        if last.empty:
            return t("No default probability can be computed.")
        n = int(self.cumulative.index[-1])
        return tn(
            "Within {n} year, {a:.1%} of grade {first} and {b:.1%} of grade {last} default.",
            "Within {n} years, {a:.1%} of grade {first} and {b:.1%} of grade {last} default.",
            n, a=float(last.iloc[0]), first=str(last.index[0]), b=float(last.iloc[-1]), last=str(last.index[-1]),
        )  # fmt: skip


def default_curve(matrix: pd.DataFrame, *, years: int = 10, default: str = "defaulted") -> DefaultCurve:
    """Cumulative default probabilities from a one-year matrix.

    Parameters
    ----------
    matrix : DataFrame, shape (k, k)
        Grades by grades, the default state among them; rows add up to 1 or 100 (printed matrices are scaled).
    years : int
        From 1.
    default : str
        Name of the default state; whoever is there stays there.

    Raises
    ------
    ParameterError
        There is no such state, or `years` is not whole or below 1.
    DataError
        Index and columns differ, or as `normalise_rows`.

    Examples
    --------
    >>> scale = ["good", "bad", "defaulted"]
    >>> moves = pd.DataFrame([[0.9, 0.08, 0.02], [0.1, 0.7, 0.2], [0, 0, 1]], scale, scale)
    >>> default_curve(moves, years=2).cumulative.round(4).loc[2].tolist()
    [0.054, 0.342]
    """
    steps = whole_years(years, least=1)
    names = [str(name) for name in matrix.columns]
    if names != [str(name) for name in matrix.index]:
        raise DataError(Problem(t("transition matrix"), t("its rows are not its columns"), ", ".join(names)))
    if default not in names:
        raise ParameterError(Problem("default", repr(default), ", ".join(names), suggest(default, names)))
    values = normalise_rows(absorbing(matrix.to_numpy(dtype=float), names.index(default)))
    found = cumulative_default(values, names.index(default), steps)
    others = [name for name in names if name != default]
    table = pd.DataFrame(found, index=pd.RangeIndex(1, steps + 1, name="year"), columns=names)[others]
    return DefaultCurve(cumulative=table)


def absorbing(values: Floats, place: int) -> Floats:
    """Return the matrix with a state that nobody leaves."""
    found = values.copy()
    scale = 100.0 if np.nansum(values) / max(1, len(values)) > 10 else 1.0
    found[..., place, :] = 0.0
    found[..., place, place] = scale
    return found


def cumulative_default(values: Floats, place: int, steps: int) -> Floats:
    """Probability of being in a state that nobody leaves after 1, 2, ... steps: shape (..., steps, k)."""
    known = np.where(np.isnan(values), 0.0, values)
    state = np.broadcast_to(np.eye(values.shape[-1]), values.shape)
    found = []
    for _ in range(steps):
        state = state @ known
        lost = state.sum(axis=-1) < 1 - 1e-9
        found.append(np.where(lost, np.nan, state[..., place]))
    return np.stack(found, axis=-2)
