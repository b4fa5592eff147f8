from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.network import facility_location, two_echelon_network
from casework.supply_chain.network.program import InfeasibleError

INTO = pd.DataFrame([[1.0, 4]], index=["plant"], columns=["north", "south"])
OUT = pd.DataFrame([[1.0, 6], [5, 1]], index=["north", "south"], columns=["a", "b"])
WANTED = pd.DataFrame({"tea": [10, 20], "rice": [5, 0]}, index=["a", "b"])


def paths(into, out, demand, supply, making, room, house_room, size):
    """Cheapest flows on all paths plant-warehouse-customer-product, as a plain linear program."""
    shape = (*into.shape, out.shape[1], demand.shape[1])
    k, w, c, p = np.indices(shape).reshape(4, -1)
    cost = (into[k, w] + out[w, c]) * size[p] + making[k, p]
    limits, bounds = [], []
    for i, q in product(range(shape[0]), range(shape[3])):
        limits.append((k == i) & (p == q))
        bounds.append(supply[i, q])
    limits = [np.array(row, dtype=float) for row in limits]
    limits += [np.where(k == i, size[p], 0.0) for i in range(shape[0])]
    limits += [np.where(w == j, size[p], 0.0) for j in range(shape[1])]
    needs = [((c == i) & (p == q)).astype(float) for i in range(shape[2]) for q in range(shape[3])]
    found = linprog(cost, A_ub=np.array(limits), b_ub=np.r_[bounds, room, house_room], A_eq=np.array(needs),
                    b_eq=demand.ravel())  # fmt: skip
    return found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize("seed", range(4))
def test_optimum_is_that_of_all_open_sets(seed):
    rng = np.random.default_rng(seed)
    plants, houses, customers, products = 2, 3, 3, 2
    into, out = rng.uniform(1, 9, (plants, houses)), rng.uniform(1, 9, (houses, customers))
    demand, supply = rng.integers(0, 9, (customers, products)) * 1.0, rng.integers(8, 25, (plants, products)) * 1.0
    making, size = rng.uniform(0, 3, (plants, products)), np.array([1.0, 2.0])
    total = float((demand @ size).sum())
    room, house_room = np.full(plants, total * 0.8), rng.uniform(0.4, 0.8, houses) * total
    fixed, house_fixed = rng.uniform(5, 40, plants), rng.uniform(5, 40, houses)
    best = min(
        fixed[a].sum() + house_fixed[b].sum()
        + paths(into, out, demand, supply * a[:, None], making, room * a, house_room * b, size)
        for a in map(np.array, product([False, True], repeat=plants))
        for b in map(np.array, product([False, True], repeat=houses))
    )  # fmt: skip
    found = two_echelon_network(
        pd.DataFrame(into), pd.DataFrame(out), pd.DataFrame(demand), supply=pd.DataFrame(supply),
        production_cost=pd.DataFrame(making), plant_capacity=room, warehouse_capacity=house_room, size=size,
        plant_fixed_cost=fixed, warehouse_fixed_cost=house_fixed, gap=0.0,
    )  # fmt: skip
    assert found.cost == pytest.approx(best, rel=1e-6)
    into_house = found.inbound.groupby(["warehouse", "product"])["quantity"].sum()
    from_house = found.outbound.groupby(["warehouse", "product"])["quantity"].sum()
    pd.testing.assert_series_equal(into_house, from_house, rtol=1e-5)
    assert (found.warehouses["utilization"].dropna() <= 1 + 1e-6).all()


def test_a_free_plant_leaves_a_location_problem():
    rng = np.random.default_rng(3)
    out, fixed, capacity = pd.DataFrame(rng.uniform(1, 9, (5, 8))), rng.uniform(10, 40, 5), rng.uniform(20, 40, 5)
    wanted = rng.integers(1, 9, 8)
    given = {"capacity": capacity, "fixed_cost": fixed, "demand": wanted}
    for single in (False, True):
        plain = facility_location(out, single_source=single, **given)
        both = two_echelon_network(
            pd.DataFrame(np.zeros((1, 5)), index=["plant"]), out, pd.DataFrame({"tea": wanted}), single_source=single,
            warehouse_capacity=capacity, warehouse_fixed_cost=fixed,
        )  # fmt: skip
        assert both.cost == pytest.approx(plain.cost, rel=1e-6)
        assert not single or not both.outbound["customer"].duplicated().any()


def test_costs_by_kind_and_summary():
    cost = pd.DataFrame({"tea": [2.0], "rice": [1.0]}, index=["plant"])
    found = two_echelon_network(
        INTO, OUT, WANTED, production_cost=cost, warehouse_fixed_cost=7, size={"tea": 1, "rice": 2}, max_warehouses=1
    )
    assert found.costs.to_dict() == pytest.approx(
        {"fixed": 7, "production": 65, "inbound": 40, "outbound": 140, "total": 252}
    )
    assert "1 warehouse is open (north); the network costs 252.00." in found.summary()
    assert found.to_frame().equals(found.warehouses)


def test_what_is_short_is_named():
    supply = pd.DataFrame({"tea": [25], "rice": [99]}, index=["plant"])
    with pytest.raises(InfeasibleError, match="make 25 of tea, demand is 30") as error:
        two_echelon_network(INTO, OUT, WANTED, supply=supply, plant_capacity=34, warehouse_capacity=[10, 20])
    assert [problem.where for problem in error.value.problems] == ["supply", "plant_capacity", "warehouse_capacity"]
    with pytest.raises(InfeasibleError, match="cannot be served from any site: b"):
        two_echelon_network(INTO, OUT.assign(b=np.inf), WANTED)


def test_bad_input_is_told_at_once():
    with pytest.raises(DataError, match=r"outbound_cost: its names do not fit: south, west") as error:
        two_echelon_network(INTO, OUT.rename(index={"south": "west"}), WANTED, size=[1, -1], plant_fixed_cost=[1, 2])
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="max_warehouses: 3"):
        two_echelon_network(INTO, OUT, WANTED, max_warehouses=3)


def test_warehouses_that_must_be_open_or_closed():
    given = {"warehouse_fixed_cost": [3, 40]}
    shut = two_echelon_network(INTO, OUT, WANTED, closed_sites=["south"], **given)
    alone = two_echelon_network(INTO[["north"]], OUT.loc[["north"]], WANTED, warehouse_fixed_cost=3)
    assert shut.cost == pytest.approx(alone.cost)
    assert two_echelon_network(INTO, OUT, WANTED, open_sites=["south"], **given).warehouses.loc["south", "open"]
    with pytest.raises(InfeasibleError, match="hold 20, demand is 35"):
        two_echelon_network(INTO, OUT, WANTED, warehouse_capacity=20, closed_sites=["south"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"open_sites": ["north"], "closed_sites": ["north"]}, "open and closed at once"),
        ({"open_sites": ["north", "south"], "max_warehouses": 1}, "max_warehouses: 1"),
    ],
)
def test_warehouses_that_contradict(given, message):
    with pytest.raises(ParameterError, match=message):
        two_echelon_network(INTO, OUT, WANTED, **given)
