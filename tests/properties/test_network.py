import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.supply_chain.network import closures, facility_location, scenario_design, site_curve

quick = settings(deadline=None, max_examples=25)
seeds = st.integers(0, 10_000)


def world(seed, sites=5, customers=7):
    rng = np.random.default_rng(seed)
    cost = pd.DataFrame(rng.uniform(1, 20, (sites, customers)).round(2))
    demand, fixed = rng.integers(1, 9, customers), rng.uniform(5, 60, sites).round(1)
    return cost, {"demand": demand, "fixed_cost": fixed, "capacity": float(demand.sum()) * rng.uniform(0.4, 1.2)}


@quick
@given(seed=seeds, money=st.floats(1e-6, 1e6), units=st.floats(1e-3, 1e3))
def test_units_do_not_matter(seed, money, units):
    cost, given_numbers = world(seed)
    scaled = {"demand": given_numbers["demand"] * units, "fixed_cost": given_numbers["fixed_cost"] * money,
              "capacity": given_numbers["capacity"] * units}  # fmt: skip
    plain, other = facility_location(cost, **given_numbers), facility_location(cost * money / units, **scaled)
    assert other.cost == pytest.approx(plain.cost * money, rel=1e-5)


@quick
@given(seed=seeds, order=st.integers(0, 99))
def test_order_of_places_does_not_matter(seed, order):
    cost, numbers = world(seed)
    rows = np.random.default_rng(order).permutation(len(cost))
    moved = facility_location(
        cost.iloc[rows], demand=numbers["demand"], capacity=numbers["capacity"], fixed_cost=numbers["fixed_cost"][rows]
    )
    assert moved.cost == pytest.approx(facility_location(cost, **numbers).cost, rel=1e-5)


@quick
@given(seed=seeds)
def test_a_condition_more_never_costs_less(seed):
    cost, numbers = world(seed)
    best = facility_location(cost, **numbers)
    curve = site_curve(best).table["cost"].dropna()
    assert curve.min() == pytest.approx(best.cost, rel=1e-5)
    free = facility_location(cost, **{**numbers, "capacity": np.inf})
    assert free.cost <= best.cost * (1 + 1e-5)
    assert best.bound <= best.cost
    assert best.flows.groupby("customer")["quantity"].sum().to_numpy() == pytest.approx(numbers["demand"])


@settings(deadline=None, max_examples=10)
@given(seed=seeds, chance=st.floats(0.01, 0.15))
def test_each_objective_is_best_at_what_it_makes_small(seed, chance):
    cost, numbers = world(seed, sites=4, customers=4)
    works, probability = closures(cost.index, probability=chance)
    plans = {
        goal: scenario_design(cost, works, probability=probability, shortage_cost=30, objective=goal, **numbers)
        for goal in ("expected", "worst", "regret")
    }
    for other in plans.values():
        assert plans["expected"].expected_cost <= other.expected_cost * (1 + 1e-5)
        assert plans["worst"].worst_cost <= other.worst_cost * (1 + 1e-5)
        assert plans["regret"].largest_regret <= other.largest_regret + 1e-4 * other.worst_cost
    assert plans["expected"].information_value >= -1e-6
