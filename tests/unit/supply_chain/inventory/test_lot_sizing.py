from itertools import product

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory import lot_sizes


def least_by_enumeration(demand, fixed, holding, price):
    """Cost of the best of all sets of order periods."""
    best, n = np.inf, len(demand)
    for starts in product([False, True], repeat=n):
        stock_from, cost, possible = None, 0.0, True
        for t in range(n):
            if starts[t]:
                stock_from = t
            if demand[t] > 0 and stock_from is None:
                possible = False
                break
            if stock_from is not None:
                cost += demand[t] * (price[stock_from] + sum(holding[stock_from:t]))
        cost += sum(fixed[t] for t in range(n) if starts[t])
        best = min(best, cost) if possible else best
    return best


def test_equals_enumeration_with_costs_that_change():
    rng = np.random.default_rng(1)
    n, periods = 40, 7
    demand = rng.integers(0, 40, (n, periods)) * (rng.random((n, periods)) < 0.7)
    fixed, holding, price = (
        rng.uniform(5, 60, (n, periods)),
        rng.uniform(0.2, 2, (n, periods)),
        rng.uniform(1, 3, (n, periods)),
    )
    result = lot_sizes(
        pd.DataFrame(demand),
        fixed_cost=pd.DataFrame(fixed),
        holding_cost=pd.DataFrame(holding),
        purchase_cost=pd.DataFrame(price),
    )
    expected = [least_by_enumeration(*row) for row in zip(demand, fixed, holding, price, strict=True)]
    assert result.cost.tolist() == pytest.approx(expected)
    assert (np.cumsum(result.plan - demand, axis=1) > -1e-9).all()


@pytest.mark.parametrize("method", ["silver_meal", "part_period", "least_unit_cost", "lot_for_lot", "eoq"])
def test_rules_meet_demand_and_cost_no_less(method):
    rng = np.random.default_rng(2)
    demand = pd.DataFrame(rng.integers(0, 40, (60, 12)) * (rng.random((60, 12)) < 0.7))
    costs = {"fixed_cost": 50, "holding_cost": 1}
    result = lot_sizes(demand, **costs, method=method)
    assert (np.cumsum(result.plan - demand.to_numpy(), axis=1) > -1e-9).all()
    assert result.plan.sum() == demand.to_numpy().sum()
    assert (result.cost >= lot_sizes(demand, **costs).cost - 1e-9).all()


def test_silver_meal_by_hand():
    # costs per period 100, 75, 56.7, then 80; again 100, 75, 56.7, then 57.5
    plan = lot_sizes([20, 50, 10, 50, 50, 10, 20], fixed_cost=100, holding_cost=1, method="silver_meal")
    assert plan.order_quantities == [80, 0, 0, 110, 0, 0, 20]
    assert plan.cost == 300 + 50 + 20 + 50 + 20


def test_wagner_whitin_1958():
    """The example of the paper: order costs that change, holding 1, cost 864."""
    demand = [69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56]
    orders = [85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114]
    plan = lot_sizes(demand, fixed_cost=orders, holding_cost=1)
    assert plan.cost == 864
    assert lot_sizes(demand, fixed_cost=pd.DataFrame([orders]), holding_cost=1).cost == 864
    with pytest.raises(ParameterError, match=r"fixed_cost: 2 values. Expected: 12 values"):
        lot_sizes(demand, fixed_cost=[85, 102], holding_cost=1)


def test_no_demand_costs_nothing():
    assert lot_sizes([0, 0, 0], fixed_cost=5, holding_cost=1).cost == 0


def test_bad_input():
    with pytest.raises(ParameterError, match="missing, negative or infinite"):
        lot_sizes([1, -2], fixed_cost=1, holding_cost=1)
    with pytest.raises(DataError, match="demand, row 1"):
        lot_sizes(pd.DataFrame([[1.0, 2], [np.nan, 1]]), fixed_cost=1, holding_cost=1)
    with pytest.raises(ParameterError, match="holding_cost: 0"):
        lot_sizes([1, 2], fixed_cost=1, holding_cost=0)
    with pytest.raises(ParameterError, match="wagner_whitin, where costs change"):
        lot_sizes([1, 2], fixed_cost=pd.DataFrame([[1, 2]]), holding_cost=1, method="eoq")
    with pytest.raises(DataError, match="2 rows and 1 columns"):
        lot_sizes([1, 2], fixed_cost=pd.DataFrame([[1], [2]]), holding_cost=1)
    assert lot_sizes([1, 2], fixed_cost=1, holding_cost=1).summary().startswith("2 orders for 2 periods cost")
