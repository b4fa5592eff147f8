"""Which constructs a prediction starts from: the direct antecedents of a construct, or the earliest ones."""

from __future__ import annotations

from typing import Literal

import numpy as np

from casework.satisfaction.pls.effects import total_effects
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.structure import Structure

Antecedents = Literal["direct", "earliest"]


def antecedent_effects(paths: Floats, structure: Structure, antecedents: str) -> Floats:
    """Coefficients (B, k, k) that predict the column's construct from the scores of the rows' constructs.

    Parameters
    ----------
    paths : ndarray, shape (B, k, k)
        Path coefficients.
    structure : Structure
        The model.
    antecedents : {'direct', 'earliest'}
        Direct: the paths. Earliest: total effects of the constructs that no path leads to.
    """
    if antecedents == "direct":
        return paths
    earliest = structure.adjacency.sum(axis=0) == 0
    return np.where(earliest[:, None], total_effects(paths), 0.0)


def antecedents_of(structure: Structure, target: int, antecedents: str) -> Ints:
    """Numbers of the constructs that predict a target."""
    column = antecedent_effects(structure.adjacency[None], structure, antecedents)[0, :, target]
    return np.flatnonzero(column > 0).astype(np.int64)
