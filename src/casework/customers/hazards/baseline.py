"""Hazard and survival over time of a customer of average covariates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.customers.hazards.partial_likelihood import Fit, RiskSets, at_risk
from casework.customers.hazards.reading import Lives

Floats = npt.NDArray[np.float64]


def baseline(lives: Lives, sets: RiskSets, fit: Fit, there: Floats, inner: Floats, confidence: float) -> pd.DataFrame:
    """Estimate the cumulated hazard and survival of a customer of average covariates.

    Parameters
    ----------
    lives, sets, fit :
        What is known of each row, their risk sets, and the fit to standardised covariates.
    there : ndarray, shape (m, k)
        Means of the covariates of those at risk, at each event.
    inner : ndarray, shape (k, k)
        Covariance of the coefficients.
    confidence : float

    Returns
    -------
    DataFrame
        As `CoxResult.baseline`.

    References
    ----------
    Breslow (1974), Biometrics 30, 89-99, with Efron's weights for ties; Tsiatis (1981), Annals of Statistics 9, 93-108,
    for the variance: that of the hazard and what the coefficients add.
    """
    groups = len(sets.starts)
    where, risk = sets.group[sets.events], fit.end.risk * np.exp(fit.end.top)
    jump = np.bincount(where, 1 / risk, minlength=groups)
    square = np.bincount(where, risk**-2.0, minlength=groups)
    drift = np.stack([np.bincount(where, column / risk, minlength=groups) for column in there.T], axis=1)
    stratum = lives.stratum[sets.order][sets.starts]
    hazard, own, drifted = (_within(np.asarray(values, dtype=np.float64), stratum) for values in (jump, square, drift))
    variance = own + np.einsum("ij,jk,ik->i", drifted, inner, drifted)
    survival = np.exp(-hazard)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = float(ndtri((1 + confidence) / 2)) * np.sqrt(variance) / hazard
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    names = np.array([*lives.strata, None], dtype=object)[:-1]
    times = lives.time[sets.order][sets.starts]
    table = pd.DataFrame(
        {
            "stratum": names[stratum],
            "time": times,
            "at_risk": at_risk(np.ones(len(sets.order)), sets).astype(np.int64),
            "events": np.bincount(where, minlength=groups),
            "hazard": jump,
            "cumulative_hazard": hazard,
            "survival": survival,
            "low": low,
            "high": high,
            "until": times[sets.last],
        }
    )
    return table[table["events"] > 0].reset_index(drop=True)


def _within(values: Floats, stratum: npt.NDArray[np.int64]) -> Floats:
    """Cumulate within strata, which stand one behind the other."""
    total = np.cumsum(values, axis=0)
    first = np.searchsorted(stratum, stratum, side="left")
    before = np.concatenate([np.zeros((1, *values.shape[1:])), total])[first]
    return np.asarray(total - before)
