"""Serial chains: published optima, the same answer for local and echelon cost, refusals, the accuracy that is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.supply_chain.multi_echelon import recursion, serial_cost, serial_optimum

CHAIN = pd.DataFrame({"stage": ["shop", "plant", "mill"], "lead_time": [1, 1, 2], "holding_cost": [7, 4, 2]})
COIN = {"demand_mean": None, "demand_sd": None, "demand_pmf": [0.5, 0.5]}
COSTS = {"stockout_cost": 37.12, "demand_mean": 5, "demand_sd": 1}


def test_example_6_1() -> None:
    best = serial_optimum(CHAIN, **COSTS)
    assert best.echelon_levels == pytest.approx([6.490881, 12.017606, 22.705498], abs=2e-5)
    assert best.cost == pytest.approx(47.660150, abs=2e-5)
    assert best.cost_error < 1e-4
    assert best.local_levels.sum() == pytest.approx(best.echelon_levels[-1])
    assert "47.66" in best.summary()


def test_local_and_echelon_cost_say_the_same() -> None:
    added = CHAIN.assign(holding_cost=[3, 2, 2])
    assert serial_optimum(added, holding="echelon", **COSTS) == serial_optimum(CHAIN, **COSTS)


def test_the_best_levels_cost_what_was_said() -> None:
    best = serial_optimum(CHAIN, **COSTS)
    assert serial_cost(CHAIN, levels=best.echelon_levels, **COSTS).cost == pytest.approx(best.cost, abs=1e-4)
    assert serial_cost(CHAIN, levels=[6.0, 12, 23], **COSTS).cost > best.cost


def test_curves_have_their_lowest_point_at_the_level() -> None:
    best = serial_optimum(CHAIN, **COSTS)
    for name, level in zip(best.stages["stage"], best.echelon_levels, strict=True):
        own = best.curves[best.curves["stage"] == name]
        assert own["echelon_level"].iloc[own["cost"].argmin()] == pytest.approx(level, abs=0.05)


def test_a_grid_that_is_too_coarse_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recursion, "MOST_CELLS", 1000)
    with pytest.warns(CaseworkWarning, match="moved by"):
        rough = serial_optimum(CHAIN, tolerance=1e-9, **COSTS)
    assert rough.notes
    assert abs(rough.cost - 47.660150) <= rough.cost_error + 1e-6


def test_inputs_stay_as_they_are() -> None:
    before = CHAIN.copy()
    best = serial_optimum(CHAIN, **COSTS)
    pd.testing.assert_frame_equal(CHAIN, before)
    table = best.to_frame()
    table["lead_time"] = 0
    assert best.stages["lead_time"].sum() == 4


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        ({"holding_cost": [7, 4, 4]}, {}, "stage 'plant': holding cost 4, 4 at its supplier 'mill'"),
        ({"lead_time": [1, -1, 2]}, {}, "lead_time, stage 'plant'"),
        ({"lead_time": [1, 1.5, 2]}, COIN, "a whole number"),
        ({}, {"stockout_cost": 0}, "stockout_cost: 0"),
        ({}, {"holding": "lokal"}, "Did you mean 'local'"),
        ({}, {"tolerance": 1}, "tolerance: 1"),
        ({}, {"lead_time": "time"}, "lead_time: there is no column 'time'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(change: dict, given: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises((DataError, ParameterError), match=message):
        serial_optimum(CHAIN.assign(**change), **{**COSTS, **given})


@pytest.mark.parametrize(
    ("change", "given"),
    [
        ({"lead_time": [1e-9, 1, 2]}, {}),
        ({}, {"demand_mean": 1e12, "demand_sd": None, "distribution": "poisson"}),
    ],
)
def test_a_grid_that_no_machine_holds_is_refused(change: dict, given: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(ParameterError, match=r"a grid of .* points"):
        serial_optimum(CHAIN.assign(**change), **{**COSTS, **given})


def test_levels_must_fit_the_stages() -> None:
    with pytest.raises(ParameterError, match="3 levels, one per stage"):
        serial_cost(CHAIN, levels=[1.0, 2.0], **COSTS)


def test_levels_that_cannot_be_reached_cost_what_the_reachable_ones_cost() -> None:
    low = serial_cost(CHAIN, levels=[9.0, 9.0, 20.0], **COSTS).cost
    assert serial_cost(CHAIN, levels=[np.float64(12), 9, 20], **COSTS).cost == pytest.approx(low, abs=1e-6)
