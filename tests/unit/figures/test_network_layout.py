"""Places of the stages of a supply tree."""

from __future__ import annotations

import numpy as np
import pytest

from casework.figures.network_layout import layout
from casework.supply_chain.multi_echelon import StageNetwork


@pytest.mark.parametrize("seed", range(12))
def test_links_run_right_and_nothing_overlaps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    links = tuple(
        (place, other) if rng.random() < 0.5 else (other, place)
        for place, other in ((i, int(rng.integers(0, i))) for i in range(1, n))
    )
    columns, heights = layout(StageNetwork(tuple(map(str, range(n))), links))
    assert all(columns[up] < columns[down] for up, down in links)
    assert heights.min() == 0
    for column in np.unique(columns):
        own = np.sort(heights[columns == column])
        assert (np.diff(own) >= 1 - 1e-9).all()


def test_a_chain_is_a_line() -> None:
    columns, heights = layout(StageNetwork(("a", "b", "c"), ((0, 1), (1, 2))))
    assert columns.tolist() == [0, 1, 2]
    assert heights == pytest.approx([0, 0, 0], abs=1e-3)
