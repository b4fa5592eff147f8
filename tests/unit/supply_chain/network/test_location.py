from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.supply_chain.network import facility_location
from casework.supply_chain.network.location import _notes
from casework.supply_chain.network.program import Solution

COST = pd.DataFrame([[1.0, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])


def transport(cost, demand, capacity):
    """Cheapest flow for open sites as a plain linear program, or infinite."""
    m, n = cost.shape
    inflow = np.tile(np.eye(n), m)
    outflow = np.repeat(np.eye(m), n, axis=1)
    found = linprog(cost.ravel(), A_eq=inflow, b_eq=demand, A_ub=outflow, b_ub=capacity)
    return found.fun if found.status == 0 else np.inf


def assign(cost, demand, capacity):
    """Cheapest assignment of whole customers, by looking at all."""
    best = np.inf
    for sites in product(range(len(cost)), repeat=len(demand)):
        if (np.bincount(sites, weights=demand, minlength=len(cost)) <= capacity + 1e-9).all():
            best = min(best, float((cost[list(sites), range(len(demand))] * demand).sum()))
    return best


def enumerate_designs(cost, demand, fixed, capacity, serve):
    best = np.inf
    for chosen in product([False, True], repeat=len(fixed)):
        opened = np.array(chosen)
        if capacity[opened].sum() >= demand.sum():
            best = min(best, fixed[opened].sum() + serve(cost[opened], demand, capacity[opened]))
    return best


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_optimum_is_that_of_all_designs(seed, single):
    rng = np.random.default_rng(seed)
    m, n = 4, 5
    cost, demand = rng.uniform(1, 20, (m, n)), rng.integers(1, 9, n).astype(float)
    fixed, capacity = rng.uniform(0, 60, m), rng.integers(9, 25, m).astype(float)
    best = enumerate_designs(cost, demand, fixed, capacity, assign if single else transport)
    found = facility_location(
        pd.DataFrame(cost), demand=demand, fixed_cost=fixed, capacity=capacity, single_source=single, gap=0.0
    )
    assert found.cost == pytest.approx(best, rel=1e-9)
    assert found.gap <= 1e-9
    assert (found.sites["served"] <= capacity * found.sites["open"] * (1 + 1e-7)).all()
    if single:
        assert found.flows["customer"].is_unique


def test_costs_and_flows_add_up():
    found = facility_location(COST, demand={"c": 30, "a": 10, "b": 20}, fixed_cost=[20, 30], capacity=[15, 100])
    assert found.open_sites == ("north", "south")
    assert found.costs.to_dict() == {"fixed": 50, "closing": 0, "transport": 140, "total": 190}
    assert found.flows.groupby("customer")["quantity"].sum().to_dict() == {"a": 10, "b": 20, "c": 30}
    assert found.sites["utilization"].tolist() == pytest.approx([10 / 15, 0.5])
    assert "2 of 2 sites are open (north, south); the network costs 190.00." in found.summary()
    assert found.to_frame().equals(found.sites)


def test_closing_an_existing_site_costs():
    free = facility_location(COST, demand=1, fixed_cost=[20, 20])
    assert free.open_sites == ("south",)
    kept = facility_location(COST, demand=1, fixed_cost=[20, 20], existing=["north"], closing_cost=50)
    assert kept.open_sites == ("north",)
    assert kept.cost == 35
    dear = facility_location(COST, demand=1, fixed_cost=[90, 20], existing=["north"], closing_cost=50)
    assert dear.costs["closing"] == 50
    assert dear.cost == 20 + 50 + 11
    assert dear.bound == pytest.approx(dear.cost)


def test_conditions_on_sites():
    given = {"demand": 1, "fixed_cost": 100}
    assert facility_location(COST, min_sites=2, **given).open_sites == ("north", "south")
    assert facility_location(COST, open_sites=["north"], max_sites=1, **given).open_sites == ("north",)
    assert facility_location(COST, closed_sites=["south"], **given).open_sites == ("north",)
    near = facility_location(COST, distance=COST.iloc[::-1], max_distance=5, **given)
    assert near.flows["cost"].max() <= 5


def test_customers_without_demand_are_not_served():
    found = facility_location(COST.assign(c=np.inf), demand=[1, 1, 0])
    assert found.flows["customer"].tolist() == ["a", "b"]
    assert facility_location(COST, demand=0, fixed_cost=5).cost == 0


def test_bad_numbers_are_told_at_once():
    with pytest.raises(DataError, match="fixed_cost: no valid number for south") as error:
        facility_location(COST, demand=[1, np.nan, 2], fixed_cost=[1, -1], existing=["west"])
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="Give distances with max_distance"):
        facility_location(COST, max_distance=3)
    with pytest.raises(DataError, match="not those of unit_cost"):
        facility_location(COST, max_distance=3, distance=COST.rename(index={"north": "west"}))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_sites": 0}, "max_sites: 0. Expected: a whole number from 1 to 2"),
        ({"min_sites": 1.5}, "min_sites: 1.5"),
        ({"min_sites": 2, "max_sites": 1}, "min_sites: 2. Expected: at most 1"),
        ({"open_sites": ["north"], "closed_sites": ["north"]}, "north must be open and closed at once"),
        ({"open_sites": ["north", "south"], "max_sites": 1}, "max_sites: 1. Expected: at least 2"),
        ({"time_limit": 0}, "time_limit"),
        ({"gap": -1}, "gap"),
    ],
)
def test_bad_conditions(given, message):
    with pytest.raises(ParameterError, match=message):
        facility_location(COST, **given)


def test_what_is_not_proven_is_told():
    half = Solution(levels=np.zeros(0), objective=10.0, bound=9.0, seconds=1.0, nodes=5, proven=False)
    assert _notes(half, 0.1) == ("The time limit came first: a design may exist that costs up to 10.00% less.",)


def test_time_limit_warns_with_the_gap(monkeypatch):
    import casework.supply_chain.network.search as module

    solve = module.solve
    monkeypatch.setattr(
        module, "solve", lambda *a, **k: (lambda s: type(s)(**{**s.__dict__, "proven": False}))(solve(*a, **k))
    )
    with pytest.warns(CaseworkWarning, match="The time limit came first"):
        facility_location(COST, demand=10, capacity=25, fixed_cost=3)
