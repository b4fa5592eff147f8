"""Maximum likelihood of a logistic regression by Newton steps: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from scipy.special import expit, log_expit

Floats = npt.NDArray[np.float64]
ITERATIONS = 60
ENOUGH = 1e-17  # squared Newton step in units of standard errors
STILL = 1e-13  # standard deviation against the mean below which a column counts as constant
COLLINEAR = 1e-10  # smallest against largest information
SEPARATED = 1e-3  # sum of p (1 - p) below which all probabilities are 0 or 1


class NoFitError(ArithmeticError):
    """The likelihood has no maximum, or no unique one."""


def newton(x: Floats, y: Floats, start: Floats, *, enough: float = ENOUGH) -> tuple[Floats, Floats, float]:
    """Coefficients, covariance and log likelihood by Newton steps, halved where the likelihood would fall.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        First column 1.
    y : ndarray of 0 and 1, shape (n,)
    start : ndarray, shape (k,)
    enough : float
        Squared step in units of standard errors that is small enough to be the last.

    Raises
    ------
    NoFitError
        Columns repeat each other, or the likelihood grows without end.
    """
    mean, scale = x[:, 1:].mean(axis=0), x[:, 1:].std(axis=0)
    if (scale <= STILL * np.maximum(np.abs(mean), 1.0)).any():
        raise NoFitError
    back = np.diag(1 / np.concatenate([[1.0], scale]))
    back[0, 1:] = -mean / scale
    centred = np.column_stack([x[:, 0], (x[:, 1:] - mean) / scale])
    beta = np.asarray(np.linalg.solve(back, start), dtype=np.float64)
    eta = centred @ beta
    current = log_likelihood(eta, y)
    for _ in range(ITERATIONS):
        p = expit(eta)
        factor = _factor(centred, p)
        gradient = centred.T @ (y - p)
        step = _solved(factor, gradient)
        if float(gradient @ step) < enough:
            return back @ (beta + step), back @ _solved(factor, np.eye(len(beta))) @ back.T, current
        beta, eta, current = _advance(centred, y, beta, step, current)
    raise NoFitError


def _factor(x: Floats, p: Floats) -> Floats:
    """Cholesky factor of the information."""
    information = x.T @ (x * (p * (1 - p))[:, None])
    factor, wrong = lapack.dpotrf(information, clean=0)
    if wrong:
        raise NoFitError
    smallest, largest = np.abs(factor.diagonal()).min() ** 2, float(information.diagonal().max())
    if not np.isfinite(largest) or smallest <= COLLINEAR * largest or information[0, 0] < SEPARATED:
        raise NoFitError
    return np.asarray(factor)


def _solved(factor: Floats, right: Floats) -> Floats:
    """Solve the equations whose Cholesky factor is known."""
    return np.asarray(lapack.dpotrs(factor, right)[0], dtype=np.float64)


def _advance(x: Floats, y: Floats, beta: Floats, step: Floats, current: float) -> tuple[Floats, Floats, float]:
    for _ in range(30):
        eta = x @ (beta + step)
        found = log_likelihood(eta, y)
        if found >= current - 1e-12 * abs(current):
            return beta + step, eta, found
        step = step / 2
    raise NoFitError


def log_likelihood(eta: Floats, y: Floats) -> float:
    """Log likelihood of outcomes given their log odds."""
    return float(np.sum(log_expit(np.where(y > 0, eta, -eta))))


def null_log_likelihood(bad: npt.NDArray[np.bool_]) -> float:
    """Log likelihood of the mean rate for all."""
    k, n = int(bad.sum()), len(bad)
    return float(k * np.log(k / n) + (n - k) * np.log(1 - k / n))


def with_intercept(values: Floats) -> Floats:
    """Return the columns behind one of ones."""
    return np.column_stack([np.ones(len(values)), values])


def inflation(values: Floats) -> Floats:
    """Variance inflation factor of each column; infinite where others determine it."""
    if values.shape[1] < 2:
        return np.ones(values.shape[1])
    try:
        return np.asarray(np.diag(np.linalg.inv(np.corrcoef(values.T))))
    except np.linalg.LinAlgError:
        return np.full(values.shape[1], np.inf)
