"""How much each indicator counts, by its effect on an outcome: standardised coefficients and relative weights."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import t
from casework.stats.weights import Floats, WeightsResult, complete_rows

NegativeEffects = Literal["relative", "clip", "refuse"]


@dataclass(frozen=True, kw_only=True)
class RegressionWeightsResult(WeightsResult):
    """Weights from the effects on an outcome, with the coefficients behind them."""

    coefficients: pd.Series
    r_squared: float
    n: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator: `indicator`, `weight`, `coefficient` (standardised)."""
        return super().to_frame().assign(coefficient=self.coefficients.to_numpy())


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
    values, left = complete_rows(joint)
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
    correlation : array, shape (k, k) or (m, k, k)
        Correlations of the predictors; m matrices are worked on together.
    toward : array, shape (k,) or (m, k)
        Correlations with the outcome.

    Returns
    -------
    array, shape (k,) or (m, k)
        At least 0; they add up to R squared. Not a number where a matrix is singular.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35(1), 1-19.

    Examples
    --------
    >>> relative_weights(np.eye(2), np.array([0.6, 0.2])).round(2).tolist()
    [0.36, 0.04]
    """
    roots, vectors = np.linalg.eigh(correlation)
    across = np.swapaxes(vectors, -1, -2)
    sizes = np.sqrt(np.where(roots > 1e-12, roots, np.nan))[..., None, :]
    half = (vectors * sizes) @ across
    effects = (vectors / sizes) @ (across @ toward[..., None])
    shares: Floats = (half**2 @ effects**2)[..., 0]
    return shares
