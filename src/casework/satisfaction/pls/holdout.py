"""Estimate a model without each fold of the respondents, all folds at once, and predict those left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from casework.satisfaction.pls.antecedents import antecedent_effects, antecedents_of
from casework.satisfaction.pls.estimation import CHUNK, estimate
from casework.satisfaction.pls.linear import Floats, Ints, solve
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.structure import Structure

MODELS = ("pls", "lm", "mean")
MOST_CELLS = 4_000_000  # held at once
SPREAD = 1e-9  # standard deviation of a training fold, against that of the sample, below which a column is constant


def predictions(
    result: PLSResult, rows: Floats, order: Ints, folds: int, targets: Ints, antecedents: str
) -> tuple[Floats, int]:
    """Predict every respondent from a model estimated without the fold it is in.

    Parameters
    ----------
    result : PLSResult
        Model and settings.
    rows : ndarray, shape (n, p)
        Answers.
    order : ndarray of int, shape (n,)
        Respondents in random order; dealt to the folds one by one.
    folds : int
        Number of folds.
    targets : ndarray of int, shape (q,)
        Indicators to predict.
    antecedents : {'direct', 'earliest'}
        What they are predicted from.

    Returns
    -------
    ndarray, shape (3, n, q)
        By the model, by regression and by the mean of the training respondents, in the units of the answers; not a
        number where a fold could not be estimated.
    failed : int
        Folds that could not be.
    """
    structure, moments = result.structure, result.moments
    n, p = rows.shape
    standard = np.vstack([(rows - moments.means) / moments.deviations, np.zeros((1, p))])
    whole = standard.T @ standard
    found, failed = np.full((3, n + 1, len(targets)), np.nan), 0
    for members in _dealt(order, folds, p):
        left_out = standard[members]
        mean, spread, correlations = _training(left_out, (members < n).sum(axis=1), whole, n)
        units = spread if result.standardized else spread * moments.deviations
        batch = estimate(
            correlations if result.standardized else correlations * units[:, :, None] * units[:, None, :],
            structure,
            consistent=result.consistent,
            tolerance=result.tolerance,
            max_iterations=result.max_iterations,
        )
        weights = batch.weights if result.standardized else batch.weights * units
        effects = antecedent_effects(batch.paths, structure, antecedents)
        by_model = model_coefficients(weights, batch.loadings, effects, structure, targets)
        by_model[~batch.usable] = np.nan
        failed += int((~batch.usable).sum())
        by_regression = regression_coefficients(correlations, structure, targets, antecedents)
        given = (left_out - mean[:, None]) / spread[:, None]
        for row, coefficients in enumerate((by_model, by_regression, np.zeros_like(by_model))):
            values = mean[:, None, targets] + spread[:, None, targets] * (given @ coefficients)
            found[row, members] = values
    return found[:, :n] * moments.deviations[targets] + moments.means[targets], failed


def _dealt(order: Ints, folds: int, p: int) -> Iterator[Ints]:
    """Members of the folds, shape (folds of the block, most), filled up with n; a block of folds at a time."""
    n = len(order)
    most = -(-n // folds)
    filled = np.concatenate([order, np.full(most * folds - n, n)]).astype(np.int64)
    members = filled.reshape(most, folds).T
    step = max(1, min(CHUNK, MOST_CELLS // (most * p + p * p)))
    for start in range(0, folds, step):
        yield members[start : start + step]


def _training(left_out: Floats, sizes: Ints, whole: Floats, n: int) -> tuple[Floats, Floats, Floats]:
    """Means, deviations (F, p) and correlations (F, p, p) of the respondents that are not left out (F, m, p)."""
    kept = (n - sizes)[:, None]
    mean = -left_out.sum(axis=1) / kept
    products = whole - left_out.transpose(0, 2, 1) @ left_out
    covariance = (products - kept[:, :, None] * mean[:, :, None] * mean[:, None, :]) / (kept[:, :, None] - 1)
    variance = np.einsum("bii->bi", covariance)
    spread = np.sqrt(np.where(variance > SPREAD, variance, np.nan))
    correlations = covariance / (spread[:, :, None] * spread[:, None, :])
    own = np.arange(whole.shape[0])
    correlations[:, own, own] = np.where(np.isfinite(spread), 1.0, np.nan)
    return mean, spread, correlations


def model_coefficients(
    weights: Floats, loadings: Floats, effects: Floats, structure: Structure, targets: Ints
) -> Floats:
    """Coefficients (F, p, q) by which a model predicts standardized indicators from standardized indicators."""
    block = structure.block
    inner = effects[:, block[:, None], block[targets]]
    result: Floats = weights[:, :, None] * inner * loadings[:, None, targets]
    return result


def regression_coefficients(correlations: Floats, structure: Structure, targets: Ints, antecedents: str) -> Floats:
    """Coefficients (F, p, q) of each target regressed on all indicators of the antecedents of its construct."""
    result = np.zeros((len(correlations), structure.p, len(targets)))
    last = np.ascontiguousarray(np.moveaxis(correlations, 0, -1))
    for construct in np.unique(structure.block[targets]):
        before = antecedents_of(structure, int(construct), antecedents)
        given = np.flatnonzero(np.isin(structure.block, before))
        places = np.flatnonzero(structure.block[targets] == construct)
        with np.errstate(all="ignore"):
            found = solve(last[np.ix_(given, given)], last[np.ix_(given, targets[places])])
        result[:, given[:, None], places] = np.moveaxis(found, -1, 0)
    return result
