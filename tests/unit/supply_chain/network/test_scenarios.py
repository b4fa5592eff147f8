from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.supply_chain.network import closures, compare_sourcing, facility_location, scenario_design
from casework.supply_chain.network import scenarios as module
from casework.supply_chain.network.scenarios import _unproven

COST = pd.DataFrame([[1.0, 5], [6, 2]], index=["north", "south"], columns=["a", "b"])


def ship(cost, demand, room, ties, penalty):
    """Cheapest flow with shortage as a plain linear program."""
    m, n = cost.shape
    c = np.r_[np.where(ties, cost, 1e6).ravel(), penalty]
    needs = np.hstack([np.tile(np.eye(n), m), np.eye(n)])
    holds = np.hstack([np.repeat(np.eye(m), n, axis=1), np.zeros((m, n))])
    high = [(0, None) if ok else (0, 0) for ok in ties.ravel()] + [(0, None)] * n
    return linprog(c, A_ub=holds, b_ub=room, A_eq=needs, b_eq=demand, bounds=high).fun


def all_ties(m, n, sources):
    if sources is None:
        yield np.ones((m, n), dtype=bool)
        return
    for sites in product(range(m), repeat=n):
        yield np.arange(m)[:, None] == np.array(sites)


def brute(case, sources, objective):
    cost, demand, fixed, capacity, works, chance, penalty = case
    m, n = cost.shape
    ways = [(np.array(o), k) for o in product([False, True], repeat=m) for k in all_ties(m, n, sources)]
    table = np.array([
        [fixed[o].sum() + ship(cost, demand, capacity * works[:, s] * o, k, penalty) for s in range(len(chance))]
        for o, k in ways
    ])  # fmt: skip
    if objective == "regret":
        return (table - table.min(axis=0)).max(axis=1).min()
    return (table @ chance if objective == "expected" else table.max(axis=1)).min()


@pytest.mark.parametrize("objective", ["expected", "worst", "regret"])
@pytest.mark.parametrize("sources", [1, None])
@pytest.mark.parametrize("seed", [1])
def test_optimum_is_that_of_all_designs(seed, sources, objective):
    rng = np.random.default_rng(seed)
    m, n, count = 3, 2, 3
    cost, demand = rng.uniform(1, 10, (m, n)), rng.integers(3, 9, n).astype(float)
    fixed, capacity = rng.uniform(5, 30, m), rng.integers(6, 15, m).astype(float)
    works = rng.choice([0, 0.5, 1], (m, count))
    chance, penalty = rng.dirichlet(np.ones(count)), rng.uniform(10, 25, n)
    best = brute((cost, demand, fixed, capacity, works, chance, penalty), sources, objective)
    found = scenario_design(
        pd.DataFrame(cost), pd.DataFrame(works), probability=chance, shortage_cost=penalty, demand=demand,
        fixed_cost=fixed, capacity=capacity, sources=sources, objective=objective, gap=0.0,
    )  # fmt: skip
    value = {"expected": found.expected_cost, "worst": found.worst_cost, "regret": found.largest_regret}[objective]
    assert value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.gap <= 1e-6
    if sources:
        assert found.links.groupby("customer").size().max() <= sources


def test_one_certain_scenario_is_plain_location():
    works = pd.DataFrame(1.0, index=COST.index, columns=["sure"])
    plan = scenario_design(COST, works, shortage_cost=99, demand=10, fixed_cost=[20, 30])
    assert plan.expected_cost == pytest.approx(facility_location(COST, demand=10, fixed_cost=[20, 30]).cost)
    assert plan.information_value == pytest.approx(0, abs=1e-6)


def test_more_sources_never_cost_more():
    works, chance = closures(COST.index, probability=0.2)
    table = compare_sourcing(COST, works, probability=chance, shortage_cost=40, demand=10, fixed_cost=15)
    assert table.index.tolist() == [1, 2, 0]
    assert table.loc[1, "expected_cost"] > table.loc[2, "expected_cost"]
    assert table.loc[2, "expected_cost"] == pytest.approx(table.loc[0, "expected_cost"])
    assert table.loc[2, "expected_unserved"] == 0


def test_demand_may_differ_by_scenario():
    factor = pd.DataFrame({"low": [0, 1], "high": [2, 1]}, index=["a", "b"])
    works = pd.DataFrame(1.0, index=COST.index, columns=["low", "high"])
    plan = scenario_design(COST, works, shortage_cost=99, demand=10, demand_factor=factor, open_sites=["north"],
                           max_sites=1)  # fmt: skip
    assert plan.scenarios["cost"].tolist() == pytest.approx([50, 70])
    assert plan.scenarios["best_cost"].tolist() == pytest.approx([50, 70])
    assert "1 site is open (north); expected cost 60.00, at worst (high) 70.00." in plan.summary()
    assert plan.to_frame().equals(plan.scenarios)


def test_bad_input_is_told_at_once():
    works, chance = closures(COST.index, probability=0.1)
    with pytest.raises(DataError, match=r"add up to 0\.7") as error:
        scenario_design(COST, works, probability=chance - 0.1, shortage_cost=-1)
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="a share is above 1"):
        scenario_design(COST, works * 2, shortage_cost=1)
    with pytest.raises(DataError, match=r"its names do not fit: (south, west|west, south)"):
        scenario_design(COST, works.rename(index={"south": "west"}), shortage_cost=1)
    with pytest.raises(ParameterError, match="sources: 0"):
        scenario_design(COST, works, shortage_cost=1, sources=0)
    with pytest.raises(ParameterError, match="one of expected, worst, regret"):
        scenario_design(COST, works, shortage_cost=1, objective="best")
    with pytest.raises(ParameterError, match="probability"):
        closures(COST.index, probability=0.6)
    with pytest.raises(ParameterError, match="twice: A, all open"):
        closures(["A", "A", "all open"], probability=0.1)


@pytest.mark.parametrize("objective", ["expected", "worst", "regret"])
def test_closing_an_existing_site_costs(objective):
    rng = np.random.default_rng(4)
    cost, fixed, closing = rng.uniform(1, 9, (3, 2)), np.array([30.0, 18, 25]), np.array([12.0, 40, 0])
    existing, penalty = np.array([True, True, False]), np.array([14.0, 14])
    works, chance = np.array([[1.0, 0, 1], [1, 1, 0], [1, 1, 1]]), np.array([0.6, 0.3, 0.1])
    demand, whole = np.array([4.0, 7]), np.ones((3, 2), dtype=bool)
    table = np.array([
        [fixed[o].sum() + closing[existing & ~o].sum() + ship(cost, demand, 9 * works[:, s] * o, whole, penalty)
         for s in range(3)] for o in map(np.array, product([False, True], repeat=3))
    ])  # fmt: skip
    best = {"expected": (table @ chance).min(), "worst": table.max(axis=1).min(),
            "regret": (table - table.min(axis=0)).max(axis=1).min()}  # fmt: skip
    plan = scenario_design(
        pd.DataFrame(cost), pd.DataFrame(works), probability=chance, shortage_cost=penalty, demand=demand,
        fixed_cost=fixed, capacity=9, existing=[0, 1], closing_cost=closing, objective=objective,
    )  # fmt: skip
    got = {"expected": plan.expected_cost, "worst": plan.worst_cost, "regret": plan.largest_regret}
    assert got[objective] == pytest.approx(best[objective], abs=1e-5)
    assert plan.bound == pytest.approx(best[objective], abs=1e-4)
    assert plan.scenarios["best_cost"].to_numpy() == pytest.approx(table.min(axis=0))


def test_an_unproven_comparison_is_told():
    assert _unproven(["a", "b"]) == ("The time limit came before the proof for: a, b.",)
    assert _unproven([]) == ()


def test_at_the_time_limit_the_network_of_the_likeliest_scenario_stands_in(monkeypatch):
    true_search = module.search_sites

    def stopped(places, world, *rest):
        opened, ties, proof = true_search(places, world, *rest)
        return opened & False, ties, replace(proof, proven=False, objective=900.0, bound=70.0)

    monkeypatch.setattr(module, "search_sites", stopped)
    works, chance = closures(COST.index, probability=0.1)
    with pytest.warns(CaseworkWarning, match="up to 10.26% less"):  # (78 - 70) / 78
        plan = scenario_design(COST, works, probability=chance, shortage_cost=50, demand=10, fixed_cost=20)
    assert plan.open_sites == ("north", "south")
    assert plan.expected_cost == pytest.approx(78)
