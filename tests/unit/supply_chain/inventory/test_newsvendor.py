import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain import inventory as inv

COSTS = {"holding_cost": 1, "stockout_cost": 4}


def test_cost_and_profit_are_those_of_draws():
    money = {"revenue": 10, "purchase_cost": 6, "salvage_value": 2, "stockout_cost": 1}
    result = inv.newsvendor_normal(demand_mean=100, demand_sd=20, **money)
    drawn = np.random.default_rng(1).normal(100, 20, 1_000_000)
    q = result.base_stock_level
    sold = np.minimum(drawn, q)
    profit = (10 * sold + 2 * (q - sold) - 1 * (drawn - sold) - 6 * q).mean()
    assert result.profit == pytest.approx(profit, rel=2e-3)
    assert result.critical_ratio == pytest.approx(5 / 9)
    assert result.fill_rate == pytest.approx(sold.mean() / 100, rel=1e-3)


def test_columns_equal_the_scalars():
    frame = pd.DataFrame({"m": [50.0, 80], "s": [8.0, 0]}, index=["a", "b"])
    many = inv.newsvendor_normal(frame, demand_mean="m", demand_sd="s", **COSTS)
    for label, row in frame.iterrows():
        alone = inv.newsvendor_normal(demand_mean=row["m"], demand_sd=row["s"], **COSTS)
        assert many.cost[label] == pytest.approx(alone.cost, rel=1e-12)


def test_discrete_level_is_the_best_of_all():
    pmf = {0: 0.1, 3: 0.4, 7: 0.3, 8: 0.2}
    best = inv.newsvendor_discrete(pmf, **COSTS)
    costs = [sum(p * (max(q - d, 0) + 4 * max(d - q, 0)) for d, p in pmf.items()) for q in range(10)]
    assert best.cost == pytest.approx(min(costs))
    assert inv.newsvendor_discrete(pmf, **COSTS, base_stock_level=5).cost == pytest.approx(costs[5])


def test_tables_of_probabilities_and_samples():
    table = pd.DataFrame([[0.5, 0.5], [0.1, 0.9]], columns=[2, 6], index=["a", "b"])
    assert inv.newsvendor_discrete(table, holding_cost=4, stockout_cost=1).base_stock_level.tolist() == [2, 6]
    sample = pd.DataFrame([[3, 9, 4, 6, 5], [1, 2, None, None, None]], index=["a", "b"])
    assert inv.newsvendor_empirical(sample, holding_cost=1, stockout_cost=3).base_stock_level.tolist() == [6, 2]


def test_lognormal_by_moments():
    result = inv.newsvendor_lognormal(demand_mean=100, demand_sd=40, **COSTS)
    assert float(result.demand.mean[0]) == pytest.approx(100)
    continuous = inv.newsvendor_gamma(demand_mean=100, demand_sd=40, lead_time=1, **COSTS)
    assert float(continuous.demand.mean[0]) == pytest.approx(200)


def test_bad_probabilities_name_the_sku():
    with pytest.raises(ParameterError, match=r"add up to 0.9"):
        inv.newsvendor_discrete({1: 0.4, 2: 0.5}, **COSTS)
    with pytest.raises(DataError, match="pmf, row 'b': a probability is below 0"):
        inv.newsvendor_discrete(pd.DataFrame([[0.5, 0.5], [-0.1, 1.1]], columns=[1, 2], index=["a", "b"]), **COSTS)
    with pytest.raises(ParameterError, match="a probability is missing"):
        inv.newsvendor_discrete({1: 0.4, 2: float("nan")}, **COSTS)
    with pytest.raises(ParameterError, match="at least 0"):
        inv.newsvendor_discrete({-1: 0.4, 2: 0.6}, **COSTS)


def test_bad_samples():
    with pytest.raises(ParameterError, match="below 0"):
        inv.newsvendor_empirical([1, -2], **COSTS)
    with pytest.raises(DataError, match="row 1: no demand"):
        inv.newsvendor_empirical(pd.DataFrame([[1.0], [None]], dtype=float), **COSTS)


def test_bad_costs():
    given = {"demand_mean": 50, "demand_sd": 8}
    with pytest.raises(ParameterError, match="stockout_cost: not given"):
        inv.newsvendor_normal(**given, holding_cost=1)
    with pytest.raises(ParameterError, match="a unit short costs nothing"):
        inv.newsvendor_normal(**given, revenue=5, purchase_cost=6, salvage_value=1)
    with pytest.raises(ParameterError, match="a unit left over costs nothing"):
        inv.newsvendor_normal(**given, revenue=8, purchase_cost=6, salvage_value=6)
    with pytest.raises(ParameterError, match="demand_mean: nan"):
        inv.newsvendor_normal(demand_mean=float("nan"), demand_sd=8, holding_cost=0.18, stockout_cost=0.7)
    with pytest.raises(ParameterError, match=r"scipy.stats"):
        inv.newsvendor_continuous(3, **COSTS)
    with pytest.raises(ParameterError, match="revenue: not given"):
        inv.newsvendor_normal(**given, **COSTS, purchase_cost=3)
