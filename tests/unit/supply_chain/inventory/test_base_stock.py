import numpy as np
import pytest
from scipy.stats import norm

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import base_stock, safety_stock

DEMAND = {"demand_mean": 50, "demand_sd": 8, "lead_time": 4}


def test_fill_rate_is_that_of_a_simulation():
    stock = base_stock(demand_mean=6, lead_time=2, fill_rate=0.93, distribution="poisson")
    asked = np.random.default_rng(1).poisson(6, 400_000)
    total = np.convolve(asked, np.ones(3))[2:-2]
    short = np.maximum(total - stock.base_stock_level, 0)
    before = np.maximum(np.convolve(asked, np.ones(2))[1:-1] - stock.base_stock_level, 0)[: len(total)]
    assert 1 - (short.mean() - before.mean()) / 6 == pytest.approx(stock.fill_rate, abs=2e-3)
    assert stock.fill_rate >= 0.93
    assert (
        base_stock(
            demand_mean=6, lead_time=2, base_stock_level=stock.base_stock_level - 1, distribution="poisson"
        ).fill_rate
        < 0.93
    )


@pytest.mark.parametrize("distribution", ["normal", "gamma"])
def test_targets_are_met(distribution):
    assert base_stock(**DEMAND, fill_rate=0.97, distribution=distribution).fill_rate == pytest.approx(0.97)
    assert base_stock(**DEMAND, service_level=0.97, distribution=distribution).service_level == pytest.approx(0.97)
    watched = base_stock(**DEMAND, review_period=0, fill_rate=0.9, distribution=distribution)
    assert watched.fill_rate == watched.service_level == pytest.approx(0.9)


def test_best_level_by_search():
    costs = {"holding_cost": 1, "stockout_cost": 9}
    best = base_stock(**DEMAND, **costs, lead_time_sd=0.7, distribution="gamma")
    others = base_stock(
        **DEMAND, **costs, lead_time_sd=0.7, distribution="gamma", base_stock_level=np.linspace(150, 500, 400)
    )
    assert best.cost <= others.cost.min()


def test_safety_stock_with_random_lead_time():
    stock = safety_stock(
        demand_mean=100, demand_sd=20, lead_time=4, lead_time_sd=0.5, review_period=1, service_level=0.95
    )
    assert stock.safety_stock == pytest.approx(norm.ppf(0.95) * (5 * 400 + 100**2 * 0.25) ** 0.5)
    assert np.isnan(stock.fill_rate)


def test_printer_exercise_of_chopra():
    """Weekly demand 2500, sd 500, lead time 2, lot 10000, reorder point 6000: level 0.92, fill rate 0.9975."""
    stock = safety_stock(
        demand_mean=2500,
        demand_sd=500,
        lead_time=2,
        order_quantity=10_000,
        service_level=norm.cdf(1000 / (500 * 2**0.5)),
    )
    assert stock.safety_stock == pytest.approx(1000)
    assert stock.service_level == pytest.approx(0.92, abs=0.005)
    assert stock.expected_short == pytest.approx(25, abs=0.5)
    assert stock.fill_rate == pytest.approx(0.9975, abs=0.00005)


def test_fill_rate_target_with_lots():
    stock = safety_stock(**DEMAND, order_quantity=[50, 5000], fill_rate=0.95)
    assert stock.fill_rate.tolist() == pytest.approx([0.95, 0.95])
    assert stock.safety_stock.iloc[1] < 0


def test_bad_input():
    with pytest.raises(ParameterError, match="exactly one"):
        base_stock(**DEMAND)
    with pytest.raises(ParameterError, match="stockout_cost: not given"):
        base_stock(**DEMAND, holding_cost=1)
    with pytest.raises(ParameterError, match="order_quantity: not given"):
        safety_stock(**DEMAND, fill_rate=0.9)
    with pytest.raises(ParameterError, match="service_level: 1"):
        safety_stock(**DEMAND, service_level=1)
    with pytest.raises(ParameterError, match="describes whole"):
        base_stock(**DEMAND, service_level=0.9, distribution="poisson")
    assert "safety stock" in base_stock(**DEMAND, service_level=0.9).summary()
