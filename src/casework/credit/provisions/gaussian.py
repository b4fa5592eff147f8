"""Defaults under a Gaussian factor: given the factor, and of two customers at a time."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
NODES = 96


def conditional_pd(pd: npt.ArrayLike, factor: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Probability of default where the factor is known; a low factor is a bad year.

    Parameters
    ----------
    pd : array_like
        Unconditional probabilities of default, 0 to 1.
    factor : array_like
        Values of the standard normal factor; broadcast against `pd`.
    correlation : array_like
        Correlation of two customers' assets, at least 0, below 1.

    Returns
    -------
    ndarray

    References
    ----------
    Vasicek (2002), Risk 15(12), 160-162, equation (2).

    Examples
    --------
    A year as bad as one in a thousand: Hull (2009) prints 12.8%.

    >>> round(float(conditional_pd(0.02, ndtri(0.001), 0.1)), 3)
    0.128
    """
    rho = np.asarray(correlation, dtype=np.float64)
    return np.asarray(ndtr((ndtri(pd) - np.sqrt(rho) * np.asarray(factor)) / np.sqrt(1 - rho)))


def both_default(first: npt.ArrayLike, second: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Probability that two customers default together: the bivariate normal distribution at both thresholds.

    Parameters
    ----------
    first, second : array_like
        Probabilities of default, 0 to 1.
    correlation : array_like
        Correlation of their assets, at least -1, at most 1.

    Returns
    -------
    ndarray

    Notes
    -----
    Integral over the angle from 0 to arcsin of the correlation, Gauss-Legendre with 96 nodes.

    References
    ----------
    Genz (2004), Statistics and Computing 14, 251-260, equation (3).

    Examples
    --------
    >>> round(float(both_default(0.5, 0.5, 0.5)), 6)
    0.333333
    """
    p, q, rho = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in (first, second, correlation)))
    inside = (p > 0) & (p < 1) & (q > 0) & (q < 1)
    h, k = (ndtri(np.where(inside, x, 0.5))[..., None] for x in (p, q))
    nodes, weights = _nodes()
    top = np.arcsin(np.clip(rho, -1, 1))[..., None]
    sine = np.sin(top * (nodes + 1) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.exp(-(h * h + k * k - 2 * h * k * sine) / (2 * (1 - sine * sine)))
    extra = (np.nan_to_num(height) * weights).sum(axis=-1) * top[..., 0] / (4 * np.pi)
    found = np.where(rho >= 1, np.minimum(p, q), p * q + extra)
    return np.asarray(np.where(inside, np.clip(found, 0, np.minimum(p, q)), p * q))


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(NODES)
