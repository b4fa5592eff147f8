"""Echelon and local levels."""

from __future__ import annotations

import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.multi_echelon import echelon_levels, local_levels


def test_there_and_back() -> None:
    assert local_levels(echelon_levels([3, 0, 4])).tolist() == [3, 0, 4]


def test_a_level_above_one_upstream_counts_as_that_one() -> None:
    assert local_levels([9, 7, 12]).tolist() == [7, 0, 5]


@pytest.mark.parametrize("levels", [[], [[1, 2]], [1, float("inf")], ["a"]])
def test_bad_levels(levels: list[float]) -> None:
    with pytest.raises(ParameterError, match="echelon"):
        local_levels(levels)
