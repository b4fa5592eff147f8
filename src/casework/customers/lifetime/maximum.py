"""Maximum likelihood of positive parameters: Newton steps on their logarithms, with what the data do not tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.messages import mark, t

Floats = npt.NDArray[np.float64]
Evaluation = tuple[float, Floats, Floats]
Objective = Callable[[Floats], Evaluation]
ITERATIONS = 200
ENOUGH = 1e-12  # rise of the log likelihood that the next step promises
LONGEST = 2.0  # step of a logarithm
FARTHEST = 18.0  # logarithm of a parameter
FLAT = 6.0  # standard error of a logarithm above which the data say nothing of the parameter
COLUMNS = (mark("parameter"), mark("estimate"), mark("standard error"), mark("low"), mark("high"))


@dataclass(frozen=True, kw_only=True)
class Maximum:
    """Where a log likelihood is largest.

    Attributes
    ----------
    parameters : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        Of the logarithms of the parameters; infinite variances where the likelihood is flat.
    value : float
        The objective there.
    iterations : int
    converged : bool
        Whether the last step promised nothing more.
    """

    parameters: Floats
    covariance: Floats
    value: float
    iterations: int
    converged: bool

    @property
    def flat(self) -> npt.NDArray[np.bool_]:
        """Which parameters the data do not determine."""
        return np.asarray(~(np.sqrt(np.diag(self.covariance)) < FLAT))


def maximise(objective: Objective, starts: Sequence[Floats]) -> Maximum:
    """Climb from the best start to the maximum.

    Parameters
    ----------
    objective : callable
        From the logarithms of the parameters to log likelihood, gradient and Hessian (in the logarithms).
    starts : sequence of ndarray, shape (k,)
        Logarithms to begin with.

    Notes
    -----
    Directions in which the likelihood does not curve downwards are followed by the size of their curvature, steps are
    shortened until the likelihood rises (Nocedal & Wright 2006, sections 3.3 and 3.4).
    """
    place, (value, gradient, hessian) = max(
        ((start, objective(start)) for start in starts), key=lambda item: item[1][0]
    )
    converged, count = False, 0
    while not converged and count < ITERATIONS:
        count += 1
        step, promised = _step(gradient, hessian)
        if promised < ENOUGH * max(1.0, abs(value)) ** 0.5:
            converged = True
            place, (value, gradient, hessian) = _last(objective, place + step, place, (value, gradient, hessian))
            continue
        found = _rise(objective, place, step, value, promised)
        if found is None:  # nothing rises any more: the limit of the arithmetic
            converged = promised < 1e-6 * max(1.0, abs(value)) ** 0.5
            break
        place, (value, gradient, hessian) = found
    return Maximum(parameters=np.exp(place), covariance=covariance(hessian), value=value, iterations=count,
                   converged=converged)  # fmt: skip


def covariance(hessian: Floats) -> Floats:
    """Inverse of the information; directions without any get an infinite variance."""
    size, ways = np.linalg.eigh(-hessian)
    least = 1e-13 * max(float(size.max(initial=0.0)), 1e-300)
    if (size > least).all():
        return np.asarray((ways / size) @ ways.T)
    kept = np.where(size > least, 1 / np.maximum(size, least), 0.0)
    lost = ((ways**2) @ (size <= least)) > 1e-6
    found = (ways * kept) @ ways.T
    found[np.diag_indices_from(found)] = np.where(lost, np.inf, np.diag(found))
    return np.asarray(found)


def parameter_table(names: Sequence[str], best: Maximum, confidence: float) -> pd.DataFrame:
    """One row per parameter, with intervals on the logarithmic scale."""
    error = np.sqrt(np.diag(best.covariance))
    half = float(ndtri((1 + confidence) / 2)) * error
    with np.errstate(over="ignore", invalid="ignore"):
        table = {
            "parameter": list(names),
            "estimate": best.parameters,
            "standard_error": best.parameters * error,
            "low": best.parameters * np.exp(-half),
            "high": best.parameters * np.exp(half),
        }
    return pd.DataFrame(table)


def doubts(names: Sequence[str], best: Maximum) -> tuple[str, ...]:
    """Say where the maximum must be read with care."""
    notes = []
    flat = [name for name, lost in zip(names, best.flat, strict=True) if lost]
    if flat:
        notes.append(t("The data do not determine {names}: very different values fit as well; a penalty above 0 "
                       "settles them.", names=", ".join(flat)))  # fmt: skip
    elif not best.converged:
        notes.append(t("The search for the best parameters did not come to an end: do not trust them."))
    return tuple(notes)


def penalised(objective: Objective, penalty: float) -> Objective:
    """Take `penalty` times the sum of squared logarithms off."""

    def less(place: Floats) -> Evaluation:
        value, gradient, hessian = objective(place)
        return (
            value - penalty * float(place @ place),
            gradient - 2 * penalty * place,
            hessian - 2 * penalty * np.eye(len(place)),
        )

    return less if penalty else objective


def to_logarithms(parameters: Floats, value: float, gradient: Floats, hessian: Floats) -> Evaluation:
    """Return value, gradient and Hessian in the logarithms of the parameters."""
    inner = parameters * gradient
    return value, inner, np.outer(parameters, parameters) * hessian + np.diag(inner)


def _step(gradient: Floats, hessian: Floats) -> tuple[Floats, float]:
    """Newton step by absolute curvatures, and the rise that it promises."""
    size, ways = np.linalg.eigh(-hessian)
    size = np.maximum(np.abs(size), 1e-12 * max(float(np.abs(size).max()), 1e-12))
    along = ways.T @ gradient
    step = ways @ (along / size)
    promised = float(along @ (along / size)) / 2
    return step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300)), promised


def _last(objective: Objective, there: Floats, here: Floats, known: Evaluation) -> tuple[Floats, Evaluation]:
    """Take the last step too, but for what rounding makes of it."""
    found = objective(there)
    better = np.isfinite(found[0]) and found[0] >= known[0] - 1e-12 * abs(known[0])
    return (there, found) if better else (here, known)


def _rise(
    objective: Objective, place: Floats, step: Floats, value: float, promised: float
) -> tuple[Floats, Evaluation] | None:
    """Shorten the step until the likelihood rises by a small part of what it promised."""
    for halved in range(40):
        part = 0.5**halved
        there = np.clip(place + part * step, -FARTHEST, FARTHEST)
        found = objective(there)
        if np.isfinite(found[0]) and found[0] > value + 1e-6 * part * min(promised, abs(value) + 1):
            return there, found
    return None
