"""Probabilities of accepting a lot: binomial, hypergeometric and Poisson, for arrays of quality levels."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from casework.core.checks import check_all, check_option, check_whole
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
SamplingModel = Literal["binomial", "hypergeometric", "poisson"]


def acceptance_probability(
    quality: npt.ArrayLike, *, n: int, c: int, lot: int | None = None, model: SamplingModel = "binomial"
) -> Floats:
    """Probability that a lot passes when `n` units are inspected and at most `c` nonconforming ones are allowed.

    Parameters
    ----------
    quality : array_like, any shape
        Share of nonconforming units in the lot or process, 0 to 1. Symbol p.
    n, c : int
        Sample size (at least 1) and acceptance number (0 to n - 1).
    lot : int, optional
        Units in the lot, at least n; needed for the hypergeometric model.
    model : {'binomial', 'hypergeometric', 'poisson'}
        Units from a process that goes on; units from this very lot without return (the number of nonconforming units
        is p times the lot, rounded); or nonconformities counted on units.

    Returns
    -------
    ndarray of float, shape of `quality`

    Raises
    ------
    ParameterError
        A number is out of its range, or the hypergeometric model has no lot.

    References
    ----------
    Schilling & Neubauer (2009), Acceptance sampling in quality control, chapter 5; JASP acceptance-sampling module:
    lot 100, n 50, c 2 accepts 5 % with probability 0.5.

    Examples
    --------
    >>> acceptance_probability([0.01, 0.05], n=89, c=2).round(4).tolist()
    [0.9397, 0.1721]
    >>> round(float(acceptance_probability(0.05, n=50, c=2, lot=100, model="hypergeometric")), 3)
    0.5
    """
    check_all(lambda: check_plan(n, c, lot, model), lambda: check_quality("quality", quality))
    return accepted(np.asarray(quality, dtype=np.float64), n, c, lot, model)


def accepted(p: Floats, n: npt.ArrayLike, c: npt.ArrayLike, lot: int | None, model: str) -> Floats:
    """Probability of acceptance of checked values; n and c may be arrays."""
    if model == "poisson":
        return np.asarray(special.pdtr(c, np.asarray(n) * p), dtype=np.float64)
    if model == "binomial":
        return np.asarray(special.bdtr(c, n, p), dtype=np.float64)
    return np.asarray(stats.hypergeom.cdf(c, lot, nonconforming(p, lot), n), dtype=np.float64)


def nonconforming(p: Floats, lot: int | None) -> npt.NDArray[np.int64]:
    """Whole number of nonconforming units of a lot."""
    return np.rint(p * float(lot or 0)).astype(np.int64)


def quality_accepted(probability: npt.ArrayLike, *, n: int, c: int, lot: int | None, model: str) -> Floats:
    """Worst share nonconforming that is still accepted with these probabilities (checked values).

    The exact inverse: of the beta distribution for the binomial, of the gamma distribution for the Poisson; for a lot,
    the largest number of nonconforming units.
    """
    wanted = np.asarray(probability, dtype=np.float64)
    if model == "binomial":
        return np.asarray(special.betaincinv(c + 1, n - c, 1 - wanted), dtype=np.float64)
    if model == "poisson":
        return np.asarray(special.gammaincinv(c + 1, 1 - wanted) / n, dtype=np.float64)
    return _most_accepted(wanted, n, c, int(lot or 0)) / float(lot or 1)


def _most_accepted(wanted: Floats, n: int, c: int, lot: int) -> Floats:
    """Largest number of nonconforming units that is accepted with each probability, by bisection."""
    low, high = np.zeros(wanted.shape), np.full(wanted.shape, float(lot + 1))
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        passes = stats.hypergeom.cdf(c, lot, middle, n) >= wanted * (1 - 1e-12)
        low, high = np.where(passes, middle, low), np.where(passes, high, middle)
    return low


def check_plan(n: int, c: int, lot: int | None, model: str) -> None:
    """Refuse a plan that cannot be, all reasons at once.

    Raises
    ------
    ParameterError
        See `acceptance_probability`.
    """
    check_all(
        lambda: check_option("model", model, SamplingModel),
        lambda: check_whole("n", n, low=1),
        lambda: check_whole("c", c, low=0),
        lambda: None if lot is None else check_whole("lot", lot, low=1),
    )
    problems = []
    if c >= n:
        problems.append(Problem("c", f"{c}", t("fewer than the {n} units of the sample", n=n)))
    if lot is not None and n > lot:
        problems.append(Problem("n", f"{n}", t("at most the {lot} units of the lot", lot=lot)))
    if lot is None and model == "hypergeometric":
        problems.append(Problem("lot", t("missing"), t("the number of units of the lot, for the hypergeometric model")))
    if problems:
        raise ParameterError(problems)


def check_quality(name: str, values: npt.ArrayLike) -> Floats:
    """Return shares as an array.

    Raises
    ------
    ParameterError
        A value is missing, no number, or not between 0 and 1.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(Problem(name, t("values that are not numbers"), t("shares from 0 to 1"))) from None
    bad = ~((found >= 0) & (found <= 1))
    if bad.any():
        first = float(found[bad].ravel()[0])
        raise ParameterError(Problem(name, f"{first:g}", t("shares from 0 to 1 (1 % is 0.01)")))
    return found
