"""How much each indicator counts: equal, direct, or data-driven by spread (entropy, CRITIC, standard deviation).

Every function returns weights that add up to 1. What was done to get there (a sum that was not 1, a constant
indicator) is kept in the notes. Weights by regression are in `regression_weights`, judged ones in `ahp`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result

WeightMethod = Literal["equal", "direct", "entropy", "critic", "deviation", "regression", "ahp"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class WeightsResult(Result):
    """Weights that add up to 1, on the names of the indicators; `left_out` rows had a missing value."""

    weights: pd.Series
    method: str
    given_sum: float = 1.0
    left_out: int = 0
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator: `indicator`, `weight`."""
        return pd.DataFrame({"indicator": self.weights.index, "weight": self.weights.to_numpy()})

    def summary(self) -> str:
        """Name the heaviest indicator."""
        top = str(self.weights.idxmax())
        return t("{name} weighs most: {share:.0%} of the total.", name=t(top), share=float(self.weights.max()))


def equal_weights(names: Iterable[str]) -> WeightsResult:
    """Give every indicator the same weight.

    Parameters
    ----------
    names : iterable of str
        Indicators, at least one.

    Raises
    ------
    ParameterError
        There is no indicator.

    Examples
    --------
    >>> equal_weights(["price", "supply"]).weights.tolist()
    [0.5, 0.5]
    """
    index = pd.Index(list(names), dtype=object)
    if index.empty:
        raise ParameterError(Problem("names", t("no indicator"), t("at least one indicator")))
    return WeightsResult(weights=pd.Series(1 / len(index), index), method="equal")


def direct_weights(
    weights: Mapping[str, float] | pd.Series, *, strict: bool = False, allow_negative: bool = False
) -> WeightsResult:
    """Take weights as they are given and scale them to the sum 1.

    Parameters
    ----------
    weights : mapping of str to float, or Series, shape (k,)
        Weight of each indicator, at least 0.
    strict : bool
        Refuse weights that do not add up to 1 (to 1e-6) instead of scaling them.
    allow_negative : bool
        Let a negative weight pass: the index can then leave 0-100.

    Returns
    -------
    WeightsResult
        `given_sum` is the sum before scaling; a note tells it where it was not 1.

    Raises
    ------
    ParameterError
        A weight is no finite number, or negative (all of them are named); the sum is not above 0; with
        `strict`, the sum is not 1.

    Examples
    --------
    >>> direct_weights({"a": 2, "b": 1, "c": 1}).weights.tolist()
    [0.5, 0.25, 0.25]
    """
    given = pd.Series(dict(weights), dtype=object)
    values = pd.Series(pd.to_numeric(given, errors="coerce").astype(float))
    _check_direct(given, values, allow_negative)
    total = float(values.sum())
    if total <= 0:
        raise ParameterError(Problem("weights", t("they add up to {total:g}", total=total), t("a sum above 0")))
    off = abs(total - 1) > 1e-6
    if strict and off:
        fix = t("Divide each by the sum, or leave out strict.")
        raise ParameterError(Problem("weights", t("they add up to {total:g}", total=total), t("a sum of 1"), fix))
    note = (t("The weights added up to {total:g} and were scaled to 1.", total=total),) if off else ()
    return WeightsResult(weights=values / total, method="direct", given_sum=total, notes=note)


def _check_direct(given: pd.Series, values: pd.Series, allow_negative: bool) -> None:
    wanted = t("a number of at least 0")
    bad = ~np.isfinite(values.to_numpy())
    if not allow_negative:
        bad |= values.to_numpy() < 0
    problems = [
        Problem(t("weight of {name}", name=repr(name)), repr(value), wanted) for name, value in given[bad].items()
    ]
    if problems:
        raise ParameterError(problems)


def entropy_weights(matrix: pd.DataFrame) -> WeightsResult:
    """Weight indicators by how unevenly their values are spread over the cases (Shannon entropy).

    Parameters
    ----------
    matrix : DataFrame, shape (n, k)
        Cases by indicators, values at least 0; rows with missing values are left out.

    Returns
    -------
    WeightsResult
        With p_ij = x_ij / sum_i x_ij and e_j = -sum_i p_ij ln p_ij / ln n, weight_j = (1 - e_j) / sum (1 - e).

    Raises
    ------
    DataError
        A value is negative or no number, fewer than 2 complete rows, or every indicator is constant.

    Warns
    -----
    CaseworkWarning
        An indicator is constant; it gets weight 0.

    Notes
    -----
    The weights say which indicators tell the cases apart, not which matter to customers; they change when
    the zero of the scale is moved.

    References
    ----------
    Shannon (1948); Zeleny (1982), Multiple Criteria Decision Making, McGraw-Hill, chapter 7.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [7.2, 6.5, 8.8, 5.9], "b": [6.8, 7.9, 7.1, 6.4], "c": [8.1, 8.0, 7.9, 8.2]})
    >>> entropy_weights(scores).weights.round(4).tolist()
    [0.7857, 0.2077, 0.0067]
    """
    values, left = complete_rows(matrix)
    if (values < 0).any():
        columns = [name for name, low in zip(matrix.columns, values.min(axis=0), strict=True) if low < 0]
        raise DataError(
            [
                Problem(t("column {name}", name=repr(str(name))), t("negative"), t("values of at least 0"))
                for name in columns
            ]
        )
    total = values.sum(axis=0)
    shares = values / np.where(total > 0, total, 1.0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    spread = 1 + (shares * logs).sum(axis=0) / np.log(len(values))
    return _from_spread(matrix, values, spread, "entropy", left)


def critic_weights(matrix: pd.DataFrame) -> WeightsResult:
    """Weight indicators by spread and by how little they repeat the others (CRITIC).

    Parameters
    ----------
    matrix : DataFrame, shape (n, k)
        Cases by indicators; rows with missing values are left out.

    Returns
    -------
    WeightsResult
        On min-max scaled columns: weight_j proportional to s_j * sum_l (1 - r_jl).

    Raises
    ------
    DataError
        A value is no number, fewer than 2 complete rows, or every indicator is constant.

    Warns
    -----
    CaseworkWarning
        An indicator is constant; it gets weight 0.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22(7), eq. (4)-(6).
    """
    values, left = complete_rows(matrix)
    width = np.ptp(values, axis=0)
    varies = width > 0
    notes: tuple[str, ...] = ()
    scaled = (values - values.min(axis=0)) / np.where(varies, width, 1.0)
    spread = np.zeros(values.shape[1])
    if varies.sum() == 1:
        spread[varies] = 1.0
    elif varies.any():
        correlation = np.corrcoef(scaled[:, varies], rowvar=False)
        spread[varies] = scaled[:, varies].std(axis=0, ddof=1) * np.sum(1 - np.atleast_2d(correlation), axis=0)
    if spread.sum() <= 1e-12 and varies.any():
        spread = varies.astype(float)
        notes = (t("All indicators repeat each other exactly; they weigh the same."),)
    return _from_spread(matrix, values, spread, "critic", left, notes)


def deviation_weights(matrix: pd.DataFrame) -> WeightsResult:
    """Weight indicators by their standard deviation.

    Parameters
    ----------
    matrix : DataFrame, shape (n, k)
        Cases by indicators in one unit; rows with missing values are left out.

    Returns
    -------
    WeightsResult
        weight_j = s_j / sum s.

    Raises
    ------
    DataError
        A value is no number, fewer than 2 complete rows, or every indicator is constant.

    Warns
    -----
    CaseworkWarning
        An indicator is constant; it gets weight 0.
    """
    values, left = complete_rows(matrix)
    return _from_spread(matrix, values, values.std(axis=0, ddof=1), "deviation", left)


def complete_rows(matrix: pd.DataFrame) -> tuple[Floats, int]:
    """Return the complete rows as floats, and how many rows were left out."""
    values = numbers(matrix)
    text = (np.isnan(values) & matrix.notna().to_numpy()).any(axis=0)
    if text.any():
        problems = [
            Problem(t("column {name}", name=repr(str(name))), t("cells that are no numbers"), t("numbers"))
            for name in matrix.columns[text]
        ]
        raise DataError(problems)
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2 or values.shape[1] == 0:
        found = t("{n} complete rows", n=int(whole.sum()))
        raise DataError(Problem(t("weights from data"), found, t("at least 2 complete rows and 1 indicator")))
    return values[whole], int((~whole).sum())


def numbers(frame: pd.DataFrame) -> Floats:
    """Return a frame as floats, column after column in memory: not-a-number where a cell is no number.

    Examples
    --------
    >>> numbers(pd.DataFrame({"q": [1, 2], "r": ["3", "?"]})).tolist()
    [[1.0, 3.0], [2.0, nan]]
    """
    if not all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in frame.dtypes):
        frame = frame.apply(pd.to_numeric, errors="coerce")
    return np.asfortranarray(frame.to_numpy(dtype=float))


def _from_spread(
    matrix: pd.DataFrame, values: Floats, spread: Floats, method: str, left: int, notes: tuple[str, ...] = ()
) -> WeightsResult:
    constant = np.ptp(values, axis=0) == 0
    spread = np.where(constant, 0.0, np.maximum(spread, 0.0))
    if spread.sum() <= 0:
        raise DataError(
            Problem(t("weights from data"), t("every indicator is constant"), t("an indicator that varies"))
        )
    for name in matrix.columns[constant]:
        note = t("constant indicator has weight 0: {name}", name=str(name))
        warnings.warn(note, CaseworkWarning, stacklevel=3)
        notes = (*notes, note)
    weights = pd.Series(spread / spread.sum(), index=matrix.columns)
    return WeightsResult(weights=weights, method=method, left_out=left, notes=notes)
