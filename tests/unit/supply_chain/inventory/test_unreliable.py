import numpy as np
import pytest
from scipy.stats import norm

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import eoq, eoq_disruptions, eoq_yield, newsvendor_disruptions, newsvendor_yield

FAILING = {"fixed_cost": 8, "holding_cost": 0.225, "stockout_cost": 5, "demand_rate": 1300}
RATES = {"disruption_rate": 1.5, "recovery_rate": 14}


def test_exact_lot_is_the_best_of_a_fine_search():
    best = eoq_disruptions(**FAILING, **RATES)
    others = eoq_disruptions(**FAILING, **RATES, order_quantity=np.linspace(100, 3000, 20001))
    assert best.cost <= others.cost.min() + 1e-10


def test_cost_is_that_of_simulated_cycles():
    rng = np.random.default_rng(1)
    n, q = 400_000, 700.0
    up = rng.random(n)
    balance = 1.5 / 15.5 * (1 - np.exp(-15.5 * q / 1300))
    wait = np.where(up < balance, rng.exponential(1 / 14, n), 0.0)
    cost = (8 + 0.225 * q**2 / 2600 + 5 * 1300 * wait).sum() / (q / 1300 + wait).sum()
    assert eoq_disruptions(**FAILING, **RATES, order_quantity=q).cost == pytest.approx(cost, rel=5e-3)


def test_rare_disruptions_are_the_plain_lot():
    result = eoq_disruptions(**FAILING, disruption_rate=1e-9, recovery_rate=1e3)
    assert result.order_quantity == pytest.approx(
        eoq(fixed_cost=8, demand_rate=1300, holding_cost=0.225).order_quantity, rel=1e-5
    )
    assert eoq_disruptions(**{**FAILING, "demand_rate": 0}, **RATES).order_quantity == 0


def test_level_under_disruptions_by_summing():
    a, b, d, h, p = 0.04, 0.25, 2000.0, 0.25, 3.0
    given = {"holding_cost": h, "stockout_cost": p, "demand": d, "disruption_prob": a, "recovery_prob": b}
    n = np.arange(400)
    pi = np.r_[b / (a + b), a * b / (a + b) * (1 - b) ** (n[1:] - 1)]
    for level in (1500.0, 5000.0, 8000.0, 12345.0):
        by_hand = (pi * (h * np.maximum(level - (n + 1) * d, 0) + p * np.maximum((n + 1) * d - level, 0))).sum()
        assert newsvendor_disruptions(**given, base_stock_level=level).cost == pytest.approx(by_hand, rel=1e-10)
    best = newsvendor_disruptions(**given)
    others = newsvendor_disruptions(**given, base_stock_level=np.arange(0, 30001, 500.0))
    assert best.cost <= others.cost.min() + 1e-9


@pytest.mark.parametrize(("kind", "mean", "sd"), [("additive", -50, 30), ("multiplicative", 0.8, 0.2)])
def test_yield_lot_is_best_and_its_cost_that_of_draws(kind, mean, sd):
    given = {
        "fixed_cost": 50,
        "holding_cost": 0.5,
        "demand_rate": 400,
        "yield_mean": mean,
        "yield_sd": sd,
        "kind": kind,
    }
    best = eoq_yield(**given)
    others = eoq_yield(**given, order_quantity=np.linspace(100, 900, 5000))
    assert best.cost <= others.cost.min() + 1e-9
    drawn = np.random.default_rng(2).normal(mean, sd, 400_000)
    lots = best.order_quantity + drawn if kind == "additive" else best.order_quantity * drawn
    cost = (50 + 0.5 * lots**2 / 800).mean() / (lots / 400).mean()
    assert best.cost == pytest.approx(cost, rel=2e-3)


def test_normal_yield_level():
    given = {"holding_cost": 1, "stockout_cost": 4, "demand": 20, "yield_mean": -2, "yield_sd": 3}
    assert newsvendor_yield(**given).base_stock_level == pytest.approx(20 - norm(-2, 3).ppf(0.2))
    drawn = np.random.default_rng(3).normal(-2, 3, 400_000) + 25 - 20
    cost = np.maximum(drawn, 0).mean() + 4 * np.maximum(-drawn, 0).mean()
    assert newsvendor_yield(**given, base_stock_level=25).cost == pytest.approx(cost, rel=5e-3)


def test_bad_input():
    with pytest.raises(ParameterError, match="recovery_prob: 1"):
        newsvendor_disruptions(holding_cost=1, stockout_cost=1, demand=1, disruption_prob=0.1, recovery_prob=1)
    with pytest.raises(ParameterError, match="less than nothing"):
        eoq_yield(fixed_cost=1, holding_cost=1, demand_rate=1, yield_mean=-9, yield_sd=1, order_quantity=5)
    with pytest.raises(ParameterError, match="yield_mean: -1"):
        eoq_yield(fixed_cost=1, holding_cost=1, demand_rate=1, yield_mean=-1, yield_sd=1, kind="multiplicative")
    with pytest.raises(ParameterError, match="yield_sd: not given"):
        newsvendor_yield(holding_cost=1, stockout_cost=1, demand=1, yield_mean=0)
    assert "With this supplier" in eoq_disruptions(**FAILING, **RATES).summary()


@pytest.mark.parametrize("mean", [-10, 0, 10])
def test_without_demand_nothing_is_ordered(mean):
    found = eoq_yield(fixed_cost=5, holding_cost=1, demand_rate=[0, 9], yield_mean=mean, yield_sd=3)
    assert found.order_quantity[0] == 0
    assert found.cost[0] == 0
    assert found.cost[1] > 0
