"""Scores of respondents on the constructs: standardized, or on the scale of the answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.structure import Structure


def answer_weights(weights: Floats, deviations: Floats, structure: Structure) -> Floats:
    """Weights of the answers as given, adding up to 1 in each construct.

    Parameters
    ----------
    weights : ndarray, shape (..., p)
        Weights of standardized indicators.
    deviations : ndarray, shape (..., p)
        Standard deviations of the answers.
    structure : Structure
        The blocks.

    Returns
    -------
    ndarray, shape (..., p)
        w_j / s_j, divided by their sum in the block.

    References
    ----------
    Fornell, Johnson, Anderson, Cha & Bryant (1996), Journal of Marketing 60(4), appendix.

    Examples
    --------
    >>> block = Structure(sizes=(2,), modes=("A",), paths=())
    >>> answer_weights(np.array([0.6, 0.4]), np.array([2.0, 1.0]), block).round(4).tolist()
    [0.4286, 0.5714]
    """
    raw = weights / deviations
    result: Floats = raw / np.add.reduceat(raw, structure.starts, axis=-1)[..., structure.block]
    return result


def combine(values: Floats, weights: Floats, structure: Structure) -> Floats:
    """Weighted sums of the indicators of each construct: values (..., p) with weights (p,) give (..., k)."""
    matrix = np.zeros((structure.p, structure.k))
    matrix[np.arange(structure.p), structure.block] = weights
    result: Floats = values @ matrix
    return result


def refuse_negative(weights: Floats, names: Sequence[str]) -> None:
    """Refuse weights below 0: a score on the scale of the answers would leave the scale.

    Raises
    ------
    DataError
        A weight is negative; all are told.
    """
    if len(below := np.flatnonzero(weights < 0)):
        expected = t("weights of 0 or more, for scores on the scale of the answers")
        fix = t("Turn the indicator round if it is reverse-coded, or leave it out; allow_negative=True goes on")
        raise DataError(
            [
                Problem(
                    t("indicator {name}", name=repr(names[i])),
                    t("weight {weight}", weight=f"{weights[i]:.3f}"),
                    expected,
                    fix,
                )
                for i in below.tolist()
            ]
        )


def to_points(values: Floats, low: float, high: float) -> Floats:
    """Answers between low and high as points from 0 to 100.

    Examples
    --------
    >>> to_points(np.array([1.0, 5.5, 10.0]), 1, 10).tolist()
    [0.0, 50.0, 100.0]
    """
    result: Floats = (values - low) / (high - low) * 100
    return result
