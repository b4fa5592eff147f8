"""The best levels against their neighbours."""

from __future__ import annotations

import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.multi_echelon import compare_neighbours, serial_cost, serial_optimum

CHAIN = pd.DataFrame({"stage": ["shop", "plant", "mill"], "lead_time": [1, 1, 2], "holding_cost": [7, 4, 2]})
COSTS = {"stockout_cost": 37.12, "demand_mean": 5, "demand_sd": 1}


def test_neighbours_of_the_optimum_are_dearer() -> None:
    found = compare_neighbours(serial_optimum(CHAIN, **COSTS), replications=60, confidence=0.99)
    assert found.agrees
    assert (found.worse, found.better, len(found.table)) == (6, 0, 7)
    assert (found.table["expected_cost"].iloc[1:] > found.table["expected_cost"].iloc[0]).all()
    exact = found.table["expected_cost"] - found.table["expected_cost"].iloc[0]
    assert (exact.between(found.table["difference_low"] - 0.1, found.table["difference_high"] + 0.1)).all()


def test_levels_that_are_not_best_have_a_cheaper_neighbour() -> None:
    poor = serial_cost(CHAIN, levels=[5.0, 12.0, 22.7], **COSTS)
    assert compare_neighbours(poor, replications=30).better >= 1


def test_whole_demand_moves_by_whole_units() -> None:
    best = serial_optimum(CHAIN, stockout_cost=30, demand_mean=4, distribution="poisson")
    assert set(compare_neighbours(best, periods=50, replications=5).table["shift"]) == {0, -2, 2}


@pytest.mark.parametrize(("given", "message"), [({"shift": 0}, "shift: 0"), ({"replications": 1}, "at least 2")])
def test_bad_arguments(given: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ParameterError, match=message):
        compare_neighbours(serial_optimum(CHAIN, **COSTS), **given)
