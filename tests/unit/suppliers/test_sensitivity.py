from dataclasses import replace

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.disruption import Plant, Source, compare_sourcing
from casework.suppliers.sensitivity import Lever, sourcing_sensitivity
from casework.suppliers.strategies import sourcing_strategies

A = Source(name="A", price=10, failures_per_year=2, days_down=10, capacity=1.3)
B = Source(name="B", price=10.5, failures_per_year=1, days_down=10, ramp_days=2)
PLANT = Plant(daily_need=100, stoppage_cost=20_000, holding_cost=3, days=120)
PLANS = sourcing_strategies(A, B, second_share=0.4, reserve_days=4, fixed_cost=20_000)
RUNS = {"replications": 100, "seed": 4}


def levers():
    return [
        Lever(kind="stoppage_cost", low=1_000, high=60_000),
        Lever(kind="fixed_cost", low=0, high=200_000),
        Lever(kind="holding_cost", low=0.5, high=9),
        Lever(kind="failures_per_year", of="A", low=0.1, high=4),
        Lever(kind="price", of="B", low=10, high=14, name="price of B"),
        Lever(kind="cover_days", low=1, high=9),
        Lever(kind="ramp_days", of="B", low=0, high=6),
    ]


def test_ends_are_those_of_whole_simulations():
    found = sourcing_sensitivity([A, B], PLANS, PLANT, levers=levers(), **RUNS)
    rows = found.table.set_index("lever")
    worlds = {
        ("stoppage cost", "low"): ([A, B], PLANS, replace(PLANT, stoppage_cost=1_000)),
        ("holding cost", "high"): ([A, B], PLANS, replace(PLANT, holding_cost=9)),
        ("fixed cost", "high"): ([A, B], [replace(x, fixed_cost=200_000 * (x.fixed_cost > 0)) for x in PLANS], PLANT),
        ("failures per year", "low"): ([replace(A, failures_per_year=0.1), B], PLANS, PLANT),
        ("price of B", "high"): ([A, replace(B, price=14)], PLANS, PLANT),
        ("cover days", "high"): ([A, B], [replace(x, cover_days=9 * (x.cover_days > 0)) for x in PLANS], PLANT),
    }
    for (lever, end), world in worlds.items():
        costs = compare_sourcing(*world, **RUNS).table.set_index("strategy")["expected_cost"]
        advantage = costs.drop(found.decision).min() - costs[found.decision]
        assert rows.loc[lever, f"advantage_at_{end}"] == pytest.approx(advantage), lever
        assert rows.loc[lever, f"cheapest_at_{end}"] == costs.idxmin(), lever
    assert rows.loc["price of B", "base"] == 10.5
    assert found.table["swing"].is_monotonic_decreasing


@pytest.mark.parametrize("kind", ["stoppage_cost", "fixed_cost", "holding_cost", "price"])
def test_at_the_break_even_two_strategies_cost_the_same(kind):
    lever = next(item for item in levers() if item.kind == kind)
    found = sourcing_sensitivity([A, B], PLANS, PLANT, levers=[lever], **RUNS)
    value = float(found.table["break_even"].iloc[0])
    if np.isnan(value):
        pytest.skip("this lever never turns the decision")
    there = sourcing_sensitivity([A, B], PLANS, PLANT, levers=[replace(lever, low=value, high=value + 1)], **RUNS)
    assert there.table["advantage_at_low"].iloc[0] == pytest.approx(
        0, abs=1e-6 * found.base.table["expected_cost"].max()
    )


def test_a_lever_that_turns_the_decision_is_named():
    found = sourcing_sensitivity([A, B], PLANS, PLANT, levers=levers(), **RUNS)
    assert found.turning
    assert found.turning[0] in found.summary()
    assert found.advantage > 0
    assert found.runner_up != found.decision
    steady = sourcing_sensitivity([A, B], PLANS, PLANT, levers=[Lever(kind="holding_cost", low=2.9, high=3.1)], **RUNS)
    assert steady.turning == []
    assert "stays the cheapest" in steady.summary()


def test_everything_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match=r"(?s)kind: 'colour'.*low: nan"):
        Lever(kind="colour", low=float("nan"), high=1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="low: 3"):
        Lever(kind="price", low=3, high=3, of="A")
    bad = [Lever(kind="price", of="Z", low=1, high=2), Lever(kind="days_down", of="A", low=0, high=2)]
    with pytest.raises(ParameterError, match=r"(?s)price: 'Z' is not known.*A: days down: 0"):
        sourcing_sensitivity([A, B], PLANS, PLANT, levers=bad)
    with pytest.raises(ParameterError, match="names that repeat: price"):
        sourcing_sensitivity([A, B], PLANS, PLANT, levers=[Lever(kind="price", of="A", low=1, high=2)] * 2)
    with pytest.raises(ParameterError, match="levers: none"):
        sourcing_sensitivity([A, B], PLANS, PLANT, levers=[])
    with pytest.raises(ParameterError, match="strategies: 1"):
        sourcing_sensitivity([A, B], PLANS[:1], PLANT, levers=levers())
