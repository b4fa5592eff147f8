"""Reason codes: where a case loses most points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def reason_table(
    codes: Mapping[str, npt.NDArray[Any]],
    points: Mapping[str, Floats],
    best: Mapping[str, float],
    labels: Mapping[str, Sequence[str]],
    n: int,
) -> dict[str, npt.NDArray[Any]]:
    """Find the n variables of each case that fall furthest short of the best.

    Parameters
    ----------
    codes : dict of ndarray of int, shape (rows,)
        Slot of each case, by variable.
    points, best, labels : dict
        Points of each slot, most points of the variable, and names of the slots.
    n : int
        Number of reasons.

    Returns
    -------
    dict of ndarray, shape (rows,)
        `reason_1`, `bin_1`, `lost_1`, ...; None and 0 where nothing is lost.

    Examples
    --------
    >>> codes = {"a": np.array([0, 1]), "b": np.array([0, 0])}
    >>> points = {"a": np.array([10.0, 30.0]), "b": np.array([5.0, 9.0])}
    >>> names = {"a": ["low", "high"], "b": ["no", "yes"]}
    >>> table = reason_table(codes, points, {"a": 30.0, "b": 9.0}, names, 1)
    >>> table["reason_1"].tolist(), table["lost_1"].tolist()
    (['a', 'b'], [20.0, 4.0])
    """
    names = np.array([*codes, None], dtype=object)
    lost = np.column_stack([best[name] - points[name][code] for name, code in codes.items()])
    width = max(len(labels[name]) for name in codes)
    grid = np.full((len(names), width), None, dtype=object)
    for row, name in enumerate(codes):
        grid[row, : len(labels[name])] = labels[name]
    slots = np.column_stack([*codes.values()])
    rows = np.arange(len(lost))
    found: dict[str, npt.NDArray[Any]] = {}
    for k in range(1, n + 1):
        place = lost.argmax(axis=1)
        loss = lost[rows, place]
        real = loss > 0
        found[f"reason_{k}"] = names[np.where(real, place, -1)]
        found[f"bin_{k}"] = grid[np.where(real, place, -1), slots[rows, place]]
        found[f"lost_{k}"] = np.where(real, loss, 0.0)
        lost[rows, place] = -np.inf
    return found
