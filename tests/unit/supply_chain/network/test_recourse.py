import numpy as np
import pandas as pd
import pytest

from casework.supply_chain.network.places import read_places
from casework.supply_chain.network.recourse import Scenarios, best_alone, recourse

COST = pd.DataFrame([[1.0, 5], [6, 2]], index=["north", "south"], columns=["a", "b"])


def world(works, demand, shortage=50.0):
    works, demand = np.array(works, dtype=float), np.array(demand, dtype=float)
    n = works.shape[1]
    return Scenarios(names=pd.RangeIndex(n), probability=np.full(n, 1 / n), works=works, demand=demand,
                     shortage=np.full(2, shortage))  # fmt: skip


def test_flows_go_where_sites_work_and_capacity_is():
    places = read_places(COST, demand=10, fixed_cost=20, capacity=[12, np.inf])
    both = world([[1, 0.5], [1, 0]], [[10, 10], [10, 10]])
    shares, short = recourse(places, both, np.ones((2, 2), dtype=bool), 10)
    quantity = shares * both.demand
    assert quantity[:, :, 0].tolist() == [[10, 0], [0, 10]]
    assert quantity[:, :, 1].sum() == pytest.approx(6)
    assert (short * both.demand)[:, 1].tolist() == pytest.approx([4, 10])


def test_one_scenario_alone_is_a_location_problem():
    places = read_places(COST, demand=10, fixed_cost=20, capacity=np.inf)
    sure = world([[1], [1]], [[10], [10]])
    assert best_alone(places, sure, None, 10, 0.0)[2].objective == pytest.approx(70)
    assert best_alone(places, sure, 1, 10, 0.0)[2].objective == pytest.approx(70)
    assert best_alone(places, world([[1], [1]], [[10], [10]], shortage=0.5), None, 10, 0.0)[
        2
    ].objective == pytest.approx(10)


def test_a_scenario_can_be_looked_at_alone():
    both = world([[1, 0], [1, 1]], [[10, 20], [10, 10]])
    assert both.only(1).works.tolist() == [[0], [1]]
    assert both.only(1).probability.tolist() == [1]
