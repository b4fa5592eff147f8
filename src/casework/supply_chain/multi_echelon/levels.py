"""Echelon and local base-stock levels of a serial chain: two ways to say the same policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]


def local_levels(echelon: Sequence[float] | Floats) -> Floats:
    """Local levels that give the same policy as echelon levels.

    Parameters
    ----------
    echelon : sequence of float
        Echelon base-stock levels, the stage that faces customers first [units].

    Returns
    -------
    ndarray
        Local levels in the same order [units]. An echelon level above one further up cannot be filled and counts as
        that one.

    Raises
    ------
    ParameterError
        No level, or one that is not a finite number.

    References
    ----------
    Axsäter & Rosling (1993), Installation vs. echelon stock policies for multilevel inventory control.

    Examples
    --------
    Levels of example 6.1 of Snyder & Shen (2019):

    >>> local_levels([6.49, 12.02, 22.71]).round(2).tolist()
    [6.49, 5.53, 10.69]
    """
    return np.diff(reachable(check_levels("echelon", echelon)), prepend=0.0)


def echelon_levels(local: Sequence[float] | Floats) -> Floats:
    """Echelon levels of local ones: sums from the customers upstream.

    Parameters
    ----------
    local : sequence of float
        Local base-stock levels, the stage that faces customers first [units].

    Raises
    ------
    ParameterError
        No level, or one that is not a finite number.

    Examples
    --------
    >>> echelon_levels([6.49, 5.53, 10.69]).round(2).tolist()
    [6.49, 12.02, 22.71]
    """
    return np.cumsum(check_levels("local", local))


def reachable(echelon: Floats) -> Floats:
    """Smallest level from each stage upstream."""
    return np.minimum.accumulate(echelon[::-1])[::-1]


def check_levels(name: str, values: Sequence[float] | Floats, stages: int | None = None) -> Floats:
    """Check that there is a finite level for each stage.

    Raises
    ------
    ParameterError
        There is none, one is not a finite number, or their number is wrong.
    """
    if np.ndim(values) != 1 or not len(values) or (stages is not None and len(values) != stages):
        expected = t("one level per stage") if stages is None else t("{n} levels, one per stage", n=stages)
        raise ParameterError(Problem(name, repr(values)[:60], expected))
    return np.array([check_number(f"{name}[{i}]", value) for i, value in enumerate(values)])
