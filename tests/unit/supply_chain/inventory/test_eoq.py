import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory import eoq, eoq_sensitivity, epq

BASE = {"fixed_cost": 8, "demand_rate": 1300, "holding_cost": 0.225}


def test_best_lot_costs_less_than_its_neighbours():
    lots = np.linspace(50, 900, 400)
    for extra in ({}, {"stockout_cost": 5}, {"production_rate": 2000}, {"stockout_cost": 5, "production_rate": 2000}):
        best = eoq(**BASE, **extra)
        others = eoq(**BASE, **extra, order_quantity=lots)
        assert best.cost <= others.cost.min() + 1e-9
        assert best.cost == pytest.approx(others.best_cost.iloc[0])


def test_backorder_cost_is_that_of_a_saw_tooth():
    result = eoq(**BASE, stockout_cost=5, production_rate=2000)
    low, high = -result.max_backorders, result.max_inventory
    level = np.linspace(low, high, 200_001)
    holding = 0.225 * np.maximum(level, 0).mean()
    waiting = 5 * np.maximum(-level, 0).mean()
    assert (result.holding_cost, result.backorder_cost) == pytest.approx((holding, waiting), rel=1e-3)


def test_a_frame_keeps_its_index():
    frame = pd.DataFrame({"K": [8.0, 8], "D": [1300.0, 100]}, index=["a", "b"])
    assert eoq(frame, fixed_cost="K", demand_rate="D", holding_cost=0.225).cost.index.tolist() == ["a", "b"]


def test_no_demand_is_never_ordered():
    result = eoq(fixed_cost=8, demand_rate=0, holding_cost=0.225)
    assert (result.order_quantity, result.cost) == (0, 0)
    assert np.isnan(result.cycle_time)


def test_bad_input():
    with pytest.raises(ValueError, match="demand_rate: nan"):
        eoq(fixed_cost=8, demand_rate=float("nan"), holding_cost=0.225)
    with pytest.raises(ParameterError, match="holding_cost: 0"):
        eoq(fixed_cost=8, demand_rate=1, holding_cost=0)
    with pytest.raises(ParameterError, match="exactly one"):
        eoq(fixed_cost=8, demand_rate=1)
    with pytest.raises(ParameterError, match="unit_cost: not given"):
        eoq(fixed_cost=8, demand_rate=1, holding_cost_rate=0.2)
    with pytest.raises(DataError, match="row 1: production is not faster"):
        epq(fixed_cost=8, demand_rate=[1, 3], production_rate=2, holding_cost=1)


def test_sensitivity():
    assert eoq_sensitivity([0.5, 1, 2]).tolist() == [1.25, 1, 1.25]
    assert "Order 304.0" in eoq(**BASE).summary()
    assert eoq(fixed_cost=8, demand_rate=[1, 2], holding_cost=1).summary().startswith("2 SKUs")
