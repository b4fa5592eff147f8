"""Simulation: a known path to the last digit, the optimum within its interval, seeds, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.multi_echelon import serial_optimum, simulate_chain, simulate_serial, simulation

TABLE = pd.DataFrame({
    "stage": ["1", "2", "3"], "successor": ["", "1", "2"], "lead_time": [1, 1, 2], "holding_cost": [7, 4, 2],
    "local_level": [6.49, 5.53, 10.69],
})  # fmt: skip
PATH = [5, 4, 6, 5, 7, 3, 5, 6, 8, 2, 5, 5, 4, 6, 9, 5, 5, 3, 4, 6]
NORMAL = {"stockout_cost": 37.12, "demand_mean": 5, "demand_sd": 1}


def test_a_path_to_the_last_digit() -> None:
    found = simulate_chain(TABLE, stockout_cost=37.12, demand=PATH)
    assert found.total_cost == pytest.approx(1219.6088, rel=1e-12)
    assert (found.replications, found.periods, found.warm_up) == (1, 20, 0)
    assert np.isnan(found.low)


def test_the_optimum_lies_in_its_interval() -> None:
    best = serial_optimum(TABLE, **NORMAL)
    found = simulate_serial(best, replications=200, confidence=0.999, seed=5)
    assert found.low < best.cost < found.high
    assert found.warm_up == 4
    same = simulate_chain(
        TABLE.assign(local_level=best.local_levels), replications=200, confidence=0.999, seed=5, **NORMAL
    )
    assert same.cost == pytest.approx(found.cost)


def test_blocks_do_not_change_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulate_chain(TABLE, periods=50, replications=40, **NORMAL)
    monkeypatch.setattr(simulation, "CHUNK", 54 * 7)
    parts = simulate_chain(TABLE, periods=50, replications=40, **NORMAL)
    assert np.array_equal(whole.costs, parts.costs)
    pd.testing.assert_frame_equal(whole.to_frame(), parts.to_frame())
    assert whole.fill_rate == pytest.approx(parts.fill_rate)


def test_one_stage_fill_rate() -> None:
    table = pd.DataFrame({"stage": ["x"], "successor": [""], "lead_time": [1], "holding_cost": [1], "local_level": [5]})
    found = simulate_chain(table, stockout_cost=10, demand=[4, 6, 5, 8])
    assert found.fill_rate == pytest.approx(19 / 23)
    assert found.to_frame()["no_shortage"].iloc[0] == 0.5
    assert found.total_cost == 1 + 10 * (1 + 3)


def test_negative_demand_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"negative in 1 of 3 periods \(first: 2\)"):
        simulate_chain(TABLE, stockout_cost=1, demand=[[1, -2, 3], [0, -1, 0]])


def test_seed_decides() -> None:
    one, two, other = (simulate_chain(TABLE, periods=20, replications=5, seed=seed, **NORMAL) for seed in (1, 1, 2))
    assert one == two
    assert one.cost != other.cost


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        ({"successor": ["", "1", "1;2"]}, {}, "a ring"),
        ({"successor": ["", "", "1;2"]}, {}, "3 supplies several stages"),
        ({"lead_time": [1, 1.5, 2]}, {}, "lead_time, stage '2': 1.5"),
        ({"local_level": [1, None, 2]}, {}, "local_level, stage '2': empty"),
        ({}, {"periods": 0}, "periods: 0"),
        ({}, {"replications": 2.5}, "a whole number"),
        ({}, {"demand": [[[1]]]}, "demand: not a table"),
        ({}, {"demand": ["a"]}, "demand: not a table"),
        ({}, {"demand": [1, 2], "warm_up": 2}, "warm_up: 2"),
        ({}, {"confidence": 1}, "confidence: 1"),
    ],
)
def test_what_is_wrong_is_told(change: dict, given: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises((DataError, ParameterError), match=message):
        simulate_chain(TABLE.assign(**change), **{**NORMAL, **given})


def test_serial_lead_times_must_be_whole() -> None:
    best = serial_optimum(TABLE.assign(lead_time=[1, 0.5, 2]), **NORMAL)
    with pytest.raises(DataError, match=r"stage '2': a lead time of 0\.5"):
        simulate_serial(best)
