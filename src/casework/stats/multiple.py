"""Several tests at once: p values adjusted for their number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def holm(p_values: npt.ArrayLike) -> Floats:
    """Holm's adjustment of p values for the number of tests; what is not a number is no test.

    Parameters
    ----------
    p_values : array, shape (k,)
        p values, 0 to 1, or not a number.

    Returns
    -------
    array, shape (k,)
        Adjusted p values, in the order given.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005]).round(4).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    values = np.asarray(p_values, dtype=np.float64)
    place = np.flatnonzero(np.isfinite(values))
    ordered = place[np.argsort(values[place], kind="stable")]
    factors = np.arange(len(ordered), 0, -1)
    adjusted = np.full(values.shape, np.nan)
    adjusted[ordered] = np.minimum(np.maximum.accumulate(values[ordered] * factors), 1.0)
    return adjusted
