"""Size of a loss from three estimates: triangular, PERT, lognormal; moments and quantiles."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

Floats = npt.NDArray[np.float64]
Shape = Literal["pert", "triangular", "lognormal"]
PEAK = 4.0  # weight of the likely value in the PERT distribution
INSIDE = 0.9  # part of a lognormal loss between low and high


def loss_mean(low: Floats, likely: Floats, high: Floats, shape: str) -> Floats:
    """Mean of losses [currency]."""
    if shape == "triangular":
        return np.asarray((low + likely + high) / 3)
    if shape == "pert":
        return np.asarray((low + PEAK * likely + high) / (PEAK + 2))
    centre, width = lognormal_terms(low, high)
    return np.asarray(np.exp(centre + width**2 / 2))


def loss_variance(low: Floats, likely: Floats, high: Floats, shape: str) -> Floats:
    """Variance of losses: exact, not the (high - low)^2 / 36 of the rule of thumb."""
    if shape == "triangular":
        squares = low**2 + likely**2 + high**2 - low * likely - low * high - likely * high
        return np.asarray(np.maximum(squares, 0) / 18)
    if shape == "pert":
        mean = loss_mean(low, likely, high, shape)
        return np.asarray((mean - low) * (high - mean) / (PEAK + 3))
    centre, width = lognormal_terms(low, high)
    return np.asarray(np.expm1(width**2) * np.exp(2 * centre + width**2))


def loss_quantile(u: npt.ArrayLike, low: Floats, likely: Floats, high: Floats, shape: str) -> Floats:
    """Losses at probabilities u, by element; a range without width is the value itself."""
    part = np.asarray(u, dtype=np.float64)
    if shape == "lognormal":
        centre, width = lognormal_terms(low, high)
        return np.asarray(np.exp(centre + width * ndtri(part)))
    span = high - low
    safe = np.where(span > 0, span, 1.0)
    place = np.where(span > 0, (likely - low) / safe, 0.5)
    if shape == "triangular":
        left = np.sqrt(part * place)
        right = 1 - np.sqrt((1 - part) * (1 - place))
        return np.asarray(low + span * np.where(part < place, left, right))
    return np.asarray(low + span * betaincinv(1 + PEAK * place, 1 + PEAK * (1 - place), part))


def draw_losses(
    rng: np.random.Generator, low: Floats, likely: Floats, high: Floats, which: npt.NDArray[np.intp], shape: str
) -> Floats:
    """One loss for each entry of `which`, of the risk that it names."""
    a, m, b = low[which], likely[which], high[which]
    if shape == "lognormal":
        centre, width = lognormal_terms(low, high)
        return np.asarray(rng.lognormal(centre[which], width[which]))
    span = b - a
    if shape == "triangular":
        return loss_quantile(rng.random(len(which)), a, m, b, shape)
    safe = np.where(span > 0, span, 1.0)
    place = np.where(span > 0, (m - a) / safe, 0.5)
    return np.asarray(a + span * rng.beta(1 + PEAK * place, 1 + PEAK * (1 - place)))


def lognormal_terms(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the logarithm, so that 90% of the losses lie between low and high."""
    first, last = np.log(low), np.log(high)
    return (first + last) / 2, (last - first) / (2 * ndtri((1 + INSIDE) / 2))
