"""How many reports of illness a contamination causes, beyond what is reported anyway."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_fraction
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]


def excess_rate(
    reports: npt.ArrayLike, exposure: npt.ArrayLike, *, usual: npt.ArrayLike, confidence: float = 0.95
) -> dict[str, float]:
    """Estimate reports per unit of exposure beyond what is usual.

    Parameters
    ----------
    reports : array_like of counts, shape (n,)
        Reports of each lot.
    exposure : array_like, shape (n,)
        Exposure of each lot (units eaten times share of the source), at least 0; of lots that are clean 0.
    usual : array_like, shape (n,)
        Base of what is reported anyway (units eaten), above 0.
    confidence : float
        Of the interval.

    Returns
    -------
    dict
        `rate` [reports per exposure], `low`, `high`, `usual` [reports per base of clean lots].

    Raises
    ------
    DataError
        Values that cannot be, shapes that differ, or no lot with an exposure.
    ParameterError
        Confidence out of its range.

    Notes
    -----
    Counts are Poisson with mean usual x base + rate x exposure. The usual rate comes from the clean lots; the rate is
    the most likely one given it, and the interval holds the values that a likelihood ratio does not reject.

    Examples
    --------
    >>> found = excess_rate([0, 1, 12], [0, 0, 100], usual=[500, 500, 400])
    >>> round(found["rate"], 3), found["usual"]
    (0.116, 0.001)
    """
    from scipy.optimize import brentq
    from scipy.special import chdtri

    counts, dose, base = _rates(reports, exposure, usual)
    alpha = 1 - check_fraction("confidence", confidence)
    clean = dose == 0
    normal = float(counts[clean].sum() / base[clean].sum()) if clean.any() else 0.0
    y, x, mean = counts[~clean], dose[~clean], normal * base[~clean]

    def slope(rate: float) -> float:
        return float(np.sum(x * y / np.maximum(mean + rate * x, 1e-300)) - x.sum())

    def lost(rate: float) -> float:
        return float(np.sum(y * np.log(np.maximum(mean + rate * x, 1e-300))) - rate * x.sum())

    top = (y.sum() + 1) / x.sum()
    rate = float(brentq(slope, 1e-12 * top, top)) if slope(1e-12 * top) > 0 else 0.0
    limit = lost(rate) - float(chdtri(1, alpha)) / 2
    high = top
    while lost(high) > limit:
        high *= 2
    below = 1e-12 * top
    low = float(brentq(lambda r: lost(r) - limit, below, rate)) if rate > 0 and lost(below) < limit else 0.0
    return {"rate": rate, "low": low, "high": float(brentq(lambda r: lost(r) - limit, max(rate, below), high)),
            "usual": normal}  # fmt: skip


def _rates(reports: npt.ArrayLike, exposure: npt.ArrayLike, usual: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    arrays = [np.asarray(values, dtype=np.float64).ravel() for values in (reports, exposure, usual)]
    problems = []
    if len({len(values) for values in arrays}) > 1:
        sizes = t(", ").join(str(len(values)) for values in arrays)
        raise DataError(Problem("reports, exposure, usual", sizes, t("as many values of each")))
    for name, values, good, expected in (
        ("reports", arrays[0], arrays[0] >= 0, t("numbers of at least 0")),
        ("exposure", arrays[1], arrays[1] >= 0, t("numbers of at least 0")),
        ("usual", arrays[2], arrays[2] > 0, t("numbers above 0")),
    ):
        bad = int((~(good & np.isfinite(values))).sum())
        if bad:
            words = tn("{n} value that cannot be used", "{n} values that cannot be used", bad)
            problems.append(Problem(name, words, expected))
    if not problems and not (arrays[1] > 0).any():
        problems.append(Problem("exposure", t("0 throughout"), t("at least one exposed lot")))
    if problems:
        raise DataError(problems)
    return arrays[0], arrays[1], arrays[2]
