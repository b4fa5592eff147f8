"""Places of the stages of a supply tree on a picture: suppliers left, customers right, nothing on top of another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from casework.supply_chain.multi_echelon.network import StageNetwork

Floats = npt.NDArray[np.float64]

SWEEPS = 24


def layout(network: StageNetwork) -> tuple[Floats, Floats]:
    """Return columns (0, 1, ... from left to right) and heights (1 apart at least within a column).

    Parameters
    ----------
    network : StageNetwork
        A tree.
    """
    columns = _columns(network)
    near = [[*up, *down] for up, down in zip(network.suppliers, network.customers, strict=True)]
    heights = _apart(_slots(near, network.downstream[-1]), columns)
    for _ in range(SWEEPS):
        wanted = np.array([heights[own].mean() if own else 0.0 for own in near])
        heights = _apart((heights + wanted) / 2, columns)
    return columns, heights - heights.min()


def _columns(network: StageNetwork) -> Floats:
    """Longest way to an end, counted from the left."""
    left = np.zeros(len(network.names))
    for place in network.downstream[::-1]:
        for up in network.suppliers[place]:
            left[up] = max(left[up], left[place] + 1)
    for place in network.downstream:
        if not network.suppliers[place] and network.customers[place]:
            left[place] = 1 + max(left[down] for down in network.customers[place])
    return np.asarray(left.max() - left)


def _slots(near: list[list[int]], root: int) -> Floats:
    """Heights in the order of a walk through the tree."""
    heights, waiting, seen = np.zeros(len(near)), [root], {root}
    for height in range(len(near)):
        place = waiting.pop()
        heights[place] = height
        for other in near[place]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return heights


def _apart(heights: Floats, columns: Floats) -> Floats:
    """Push the stages of a column apart, keeping their order and their middle."""
    found = heights.copy()
    for column in np.unique(columns):
        own = np.flatnonzero(columns == column)
        own = own[np.argsort(heights[own], kind="stable")]
        steps = np.arange(len(own))
        pushed = np.maximum.accumulate(heights[own] - steps) + steps
        found[own] = pushed - pushed.mean() + heights[own].mean()
    return found
