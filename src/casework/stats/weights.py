"""How much each indicator counts: equal, direct, data-driven (entropy, CRITIC, spread, regression) and judged (AHP).

Every function returns weights that add up to 1. What was done to get there (a sum that was not 1, a
constant indicator, a negative coefficient, an inconsistent judgement) is kept in the notes.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_names, check_option
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result

WeightMethod = Literal["equal", "direct", "entropy", "critic", "deviation", "regression", "ahp"]
NegativeEffects = Literal["relative", "clip", "refuse"]
Floats = NDArray[np.float64]

# Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill, p. 21: mean consistency index at random.
SAATY_RANDOM_INDEX: Mapping[int, float] = {
    1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49,
    11: 1.51, 12: 1.48, 13: 1.56, 14: 1.57, 15: 1.59,
}  # fmt: skip
CONSISTENCY_LIMIT = 0.10


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


@dataclass(frozen=True, kw_only=True)
class AHPResult(WeightsResult):
    """Weights from pairwise judgements, with their consistency."""

    eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    def summary(self) -> str:
        """Name the heaviest indicator and say whether the judgements agree with each other."""
        verdict = (
            t("The judgements are consistent (ratio {ratio:.2f}).", ratio=self.consistency_ratio)
            if self.consistency_ratio <= CONSISTENCY_LIMIT
            else t("The judgements contradict each other (ratio {ratio:.2f}).", ratio=self.consistency_ratio)
        )
        return t("{first} {second}", first=super().summary(), second=verdict)


@dataclass(frozen=True, kw_only=True)
class RegressionWeightsResult(WeightsResult):
    """Weights from the effects on an outcome, with the coefficients behind them."""

    coefficients: pd.Series
    r_squared: float
    n: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator: `indicator`, `weight`, `coefficient` (standardised)."""
        return super().to_frame().assign(coefficient=self.coefficients.to_numpy())


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
    values, left = _complete(matrix)
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
    values, left = _complete(matrix)
    width = np.ptp(values, axis=0)
    varies = width > 0
    notes: tuple[str, ...] = ()
    scaled = (values - values.min(axis=0)) / np.where(varies, width, 1.0)
    spread = np.zeros(values.shape[1])
    if varies.sum() == 1:
        spread[varies] = 1.0
    elif varies.any():
        correlation = np.corrcoef(scaled[:, varies], rowvar=False)
        spread[varies] = scaled[:, varies].std(axis=0, ddof=1) * (1 - correlation).sum(axis=0)
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
    values, left = _complete(matrix)
    return _from_spread(matrix, values, values.std(axis=0, ddof=1), "deviation", left)


def _complete(matrix: pd.DataFrame) -> tuple[Floats, int]:
    """Return the complete rows as floats, and how many rows were left out."""
    numeric = matrix.apply(pd.to_numeric, errors="coerce")
    text = (numeric.isna() & matrix.notna()).any()
    if text.any():
        problems = [
            Problem(t("column {name}", name=repr(str(name))), t("cells that are no numbers"), t("numbers"))
            for name in matrix.columns[text]
        ]
        raise DataError(problems)
    values = numeric.to_numpy(dtype=float)
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2 or values.shape[1] == 0:
        found = t("{n} complete rows", n=int(whole.sum()))
        raise DataError(Problem(t("weights from data"), found, t("at least 2 complete rows and 1 indicator")))
    return values[whole], int((~whole).sum())


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


def regression_weights(
    predictors: pd.DataFrame,
    outcome: pd.Series,
    *,
    case_weights: pd.Series | None = None,
    negative: NegativeEffects = "relative",
) -> RegressionWeightsResult:
    """Weight indicators by their effect on an outcome such as overall satisfaction.

    Parameters
    ----------
    predictors : DataFrame, shape (n, k)
        Indicators; rows with a missing value are left out.
    outcome : Series, shape (n,)
        On the same index.
    case_weights : Series, shape (n,), optional
        Design weight of each case, above 0.
    negative : {'relative', 'clip', 'refuse'}
        What to do when a standardised coefficient is negative: use relative weights (shares of the explained
        variance, never negative), set the coefficient to 0, or refuse.

    Returns
    -------
    RegressionWeightsResult
        Without negative ones, the standardised least-squares coefficients over their sum.

    Raises
    ------
    DataError
        Too few complete rows, a constant indicator or outcome, indicators that are exact combinations of
        each other, a negative coefficient with `refuse`, or no positive coefficient with `clip`.

    Warns
    -----
    CaseworkWarning
        A coefficient was negative and was handled.

    Notes
    -----
    Indicators of a survey are correlated, so single coefficients are unstable in small samples; they are
    associations, not proof that raising an indicator raises the outcome.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35(1), eq. (1)-(8), for the relative weights.
    """
    check_option("negative", negative, NegativeEffects)
    joint = predictors.assign(**{"\0outcome": outcome}) if predictors.index.equals(outcome.index) else None
    if joint is None:
        raise DataError(
            Problem("outcome", t("another index than the predictors"), t("the same rows in the same order"))
        )
    values, left = _complete(joint)
    if case_weights is None:
        cases = np.ones(len(values))
    else:
        cases = case_weights.to_numpy(dtype=float)[joint.notna().all(axis=1).to_numpy()]
    correlation = _weighted_correlation(values, cases, [*map(str, predictors.columns), str(outcome.name)])
    inner, toward = correlation[:-1, :-1], correlation[:-1, -1]
    if len(values) <= len(inner) + 1 or np.linalg.eigvalsh(inner)[0] < 1e-10:
        found = t(
            "{n} complete rows for {k} indicators, or indicators that repeat each other", n=len(values), k=len(inner)
        )
        raise DataError(Problem(t("regression weights"), found, t("more rows than indicators, none a copy of others")))
    beta = np.asarray(np.linalg.solve(inner, toward), dtype=np.float64)
    weights, notes = _effects_to_weights(beta, inner, toward, predictors.columns, negative)
    return RegressionWeightsResult(
        weights=pd.Series(weights, index=predictors.columns),
        method="regression",
        given_sum=float(beta.sum()),
        left_out=left,
        notes=notes,
        coefficients=pd.Series(beta, index=predictors.columns),
        r_squared=float(beta @ toward),
        n=len(values),
    )


def _weighted_correlation(values: Floats, cases: Floats, names: Sequence[str]) -> Floats:
    centred = values - np.average(values, axis=0, weights=cases)
    covariance = (centred * cases[:, None]).T @ centred / cases.sum()
    deviation = np.sqrt(np.diag(covariance))
    problems = [
        Problem(t("column {name}", name=repr(name)), t("all values are equal"), t("values that vary"))
        for name, constant in zip(names, deviation <= 1e-12, strict=True)
        if constant
    ]
    if problems:
        raise DataError(problems)
    correlation: Floats = covariance / np.outer(deviation, deviation)
    return correlation


def _effects_to_weights(
    beta: Floats, inner: Floats, toward: Floats, names: pd.Index, negative: str
) -> tuple[Floats, tuple[str, ...]]:
    below = beta < 0
    if not below.any():
        return beta / beta.sum(), ()
    listed = ", ".join(str(name) for name in names[below])
    if negative == "refuse":
        raise DataError(
            Problem(t("regression weights"), t("negative effect of {names}", names=listed), t("effects of at least 0"))
        )
    if negative == "relative":
        weights = relative_weights(inner, toward)
        note = t(
            "The effect of {names} was negative; relative weights (shares of the explained variance) are used.",
            names=listed,
        )
    else:
        weights = np.maximum(beta, 0)
        note = t("The effect of {names} was negative and was set to 0.", names=listed)
    if weights.sum() <= 0:
        raise DataError(Problem(t("regression weights"), t("no positive effect"), t("at least one effect above 0")))
    warnings.warn(note, CaseworkWarning, stacklevel=4)
    return weights / weights.sum(), (note,)


def relative_weights(correlation: Floats, toward: Floats) -> Floats:
    """Share the explained variance among correlated predictors (Johnson's relative weights).

    Parameters
    ----------
    correlation : array, shape (k, k)
        Correlations of the predictors.
    toward : array, shape (k,)
        Correlations with the outcome.

    Returns
    -------
    array, shape (k,)
        At least 0; they add up to R squared.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35(1), 1-19.

    Examples
    --------
    >>> relative_weights(np.eye(2), np.array([0.6, 0.2])).round(2).tolist()
    [0.36, 0.04]
    """
    roots, vectors = np.linalg.eigh(correlation)
    half = (vectors * np.sqrt(np.maximum(roots, 0))) @ vectors.T
    effects = np.linalg.solve(half, toward)
    shares: Floats = half**2 @ effects**2
    return shares


def ahp_weights(
    comparisons: pd.DataFrame | Mapping[str, Mapping[str, float]] | Sequence[Sequence[float]],
    names: Sequence[str] | None = None,
    *,
    limit: float = CONSISTENCY_LIMIT,
    random_index: Mapping[int, float] = SAATY_RANDOM_INDEX,
) -> AHPResult:
    """Weights from pairwise judgements of how many times more important one indicator is than another.

    Parameters
    ----------
    comparisons : DataFrame, nested mapping or rows, shape (k, k)
        a_ij = importance of i over j, above 0 (Saaty's scale: 1/9 to 9). A mapping may leave out the other
        half: a_ji = 1 / a_ij.
    names : sequence of str, optional
        Indicators, where `comparisons` carries none.
    limit : float
        Consistency ratio above which the judgements are called contradictory.
    random_index : mapping of int to float
        Mean consistency index of random matrices by size.

    Returns
    -------
    AHPResult
        `weights` (principal eigenvector), `eigenvalue` (lambda max), `consistency_index`
        (lambda max - k) / (k - 1), `consistency_ratio` (over the random index).

    Raises
    ------
    ParameterError
        A judgement is missing, not above 0, or not the reciprocal of its counterpart; the table is not square.

    Warns
    -----
    CaseworkWarning
        The consistency ratio is above the limit.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; Saaty (1990), European Journal of Operational Research 48, 9-26.

    Examples
    --------
    >>> ahp_weights([[1, 3], [1 / 3, 1]], ["price", "supply"]).weights.tolist()
    [0.75, 0.25]
    """
    matrix = _judgements(comparisons, names)
    values = matrix.to_numpy()
    size = len(values)
    roots, vectors = np.linalg.eig(values)
    first = int(np.argmax(roots.real))
    weights = np.abs(vectors[:, first].real)
    eigenvalue = float(roots[first].real)
    index = max(0.0, (eigenvalue - size) / (size - 1)) if size > 1 else 0.0
    chance = random_index.get(size, max(random_index.values()))
    ratio = index / chance if chance > 0 else 0.0
    notes = _consistency_note(ratio, limit)
    if notes:
        warnings.warn(notes[0], CaseworkWarning, stacklevel=2)
    return AHPResult(
        weights=pd.Series(weights / weights.sum(), index=matrix.index),
        method="ahp",
        notes=notes,
        eigenvalue=eigenvalue,
        consistency_index=index,
        consistency_ratio=ratio,
    )


def _consistency_note(ratio: float, limit: float) -> tuple[str, ...]:
    if ratio <= limit:
        return ()
    text = t(
        "The pairwise judgements contradict each other: consistency ratio {ratio:.2f}, above {limit:.2f}. Review them.",
        ratio=ratio,
        limit=limit,
    )
    return (text,)


def _judgements(
    comparisons: pd.DataFrame | Mapping[str, Mapping[str, float]] | Sequence[Sequence[float]],
    names: Sequence[str] | None,
) -> pd.DataFrame:
    """Return the square table of judgements, checked and filled."""
    if isinstance(comparisons, pd.DataFrame):
        matrix = comparisons.astype(float)
    elif isinstance(comparisons, Mapping):
        matrix = _from_mapping(comparisons, names)
    else:
        rows = [list(row) for row in comparisons]
        labels = list(names) if names is not None else [str(i + 1) for i in range(len(rows))]
        if any(len(row) != len(labels) for row in rows) or len(rows) != len(labels):
            wanted = t("{k} rows of {k} judgements", k=len(labels))
            raise ParameterError(Problem(t("pairwise comparisons"), t("{n} rows", n=len(rows)), wanted))
        matrix = pd.DataFrame(rows, index=labels, columns=labels, dtype=float)
    _check_judgements(matrix)
    return matrix


def _from_mapping(comparisons: Mapping[str, Mapping[str, float]], names: Sequence[str] | None) -> pd.DataFrame:
    mentioned = [name for row, cells in comparisons.items() for name in (row, *cells)]
    labels = list(names) if names is not None else list(dict.fromkeys(mentioned))
    check_names(t("pairwise comparisons"), dict.fromkeys(mentioned), labels)
    matrix = pd.DataFrame(np.nan, index=labels, columns=labels)
    for row, cells in comparisons.items():
        for column, value in cells.items():
            matrix.loc[row, column] = float(value)
    values = matrix.to_numpy(copy=True)
    np.fill_diagonal(values, 1.0)
    mirrored = 1 / np.where(values.T > 0, values.T, np.nan)
    return pd.DataFrame(np.where(np.isnan(values), mirrored, values), index=labels, columns=labels)


def _check_judgements(matrix: pd.DataFrame) -> None:
    values = matrix.to_numpy()
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not len(values):
        shape = t("{rows} rows and {columns} columns", rows=values.shape[0], columns=values.shape[1])
        raise ParameterError(Problem(t("pairwise comparisons"), shape, t("as many rows as columns")))
    wrong = ~(values > 0) | ~np.isfinite(values)
    mirror = np.where(wrong, 1.0, values)
    uneven = ~wrong & ~wrong.T & (np.abs(mirror * mirror.T - 1) > 0.02)
    wanted = t("above 0, and 1 over the judgement of the reverse pair")
    problems = [
        Problem(
            t("{first} against {second}", first=repr(str(matrix.index[i])), second=repr(str(matrix.columns[j]))),
            t("no judgement") if np.isnan(values[i, j]) else f"{values[i, j]:g}",
            wanted,
        )
        for i, j in np.argwhere(wrong | (uneven & (np.arange(len(values))[:, None] <= np.arange(len(values)))))
    ]
    if problems:
        raise ParameterError(problems)
