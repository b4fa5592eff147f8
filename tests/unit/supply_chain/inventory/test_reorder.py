import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import poisson

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory import rq_policy

NORMAL = {"fixed_cost": 8, "holding_cost": 0.225, "demand_mean": 1300, "lead_time": 1 / 12, "demand_sd": 150}
SLOW = {"fixed_cost": 100, "holding_cost": 20, "demand_mean": 1.5, "lead_time": 2, "distribution": "poisson"}


def random_skus(n, seed):
    rng = np.random.default_rng(seed)
    pace = rng.gamma(1, 60, n) + 0.5
    return pd.DataFrame(
        {
            "fixed_cost": rng.uniform(1, 200, n),
            "holding_cost": rng.uniform(0.1, 9, n),
            "demand_mean": pace,
            "stockout_cost": rng.uniform(0.5, 90, n),
            "lead_time": rng.uniform(0.01, 2, n),
        }
    )


def test_normal_optimum_against_a_general_minimizer():
    frame = random_skus(8, 1)
    best = rq_policy(**frame, demand_sd=0.4 * frame["demand_mean"])
    for place, row in frame.iterrows():

        def at(x, row=row):
            spread = 0.4 * row["demand_mean"]
            return rq_policy(**row, demand_sd=spread, reorder_point=x[0], order_quantity=max(x[1], 1e-6)).cost

        start = [best.reorder_point[place] * 1.1 + 1, best.order_quantity[place] * 0.8]
        found = minimize(at, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2000})
        assert best.cost[place] <= found.fun + 1e-9
        assert best.cost[place] == pytest.approx(found.fun, rel=1e-8)


def test_poisson_optimum_against_enumeration():
    frame = random_skus(12, 2).assign(demand_mean=lambda x: x["demand_mean"] / 30)
    best = rq_policy(**frame, distribution="poisson")
    for place, row in frame.iterrows():
        r, q = np.meshgrid(np.arange(-8, 30), np.arange(1, 70))
        all_of = rq_policy(**row, distribution="poisson", reorder_point=r.ravel(), order_quantity=q.ravel())
        assert best.cost[place] == pytest.approx(all_of.cost.min(), rel=1e-10)


def test_poisson_cost_by_summing():
    k, mu = np.arange(300), 3.0
    rate = lambda y: (20 * np.maximum(y - k, 0) + 150 * np.maximum(k - y, 0)) @ poisson(mu).pmf(k)  # noqa: E731
    by_hand = (100 * 1.5 + sum(rate(y) for y in range(4, 9))) / 5
    assert rq_policy(**SLOW, stockout_cost=150, reorder_point=3, order_quantity=5).cost == pytest.approx(by_hand)


def test_best_reorder_point_for_a_quantity():
    for q in (1, 4, 9):
        best = rq_policy(**SLOW, stockout_cost=150, order_quantity=q)
        others = rq_policy(**SLOW, stockout_cost=150, order_quantity=q, reorder_point=np.arange(-9, 20))
        assert best.cost == pytest.approx(others.cost.min())
    best = rq_policy(**NORMAL, stockout_cost=7.5, order_quantity=200)
    others = rq_policy(**NORMAL, stockout_cost=7.5, order_quantity=200, reorder_point=best.r + np.array([-0.5, 0.5]))
    assert (others.cost > best.cost).all()


def test_service_is_that_of_a_simulated_poisson_stock():
    rng = np.random.default_rng(3)
    policy = rq_policy(**SLOW, stockout_cost=150)
    times = np.cumsum(rng.exponential(1 / 1.5, 200_000))
    position = policy.r + 1 + (np.arange(len(times))[::-1] % policy.Q)
    before = np.searchsorted(times, times - 2.0, side="right")
    ordered = np.arange(len(times)) - before
    stock = position[np.maximum(before - 1, 0)] - ordered
    assert (stock[1000:] > 0).mean() == pytest.approx(policy.fill_rate, abs=0.01)


def test_service_targets():
    type_1 = rq_policy(**NORMAL, service_level=0.95)
    type_2 = rq_policy(**NORMAL, fill_rate=0.95)
    assert (type_1.service_level, type_2.fill_rate) == pytest.approx((0.95, 0.95))
    assert type_2.r < type_1.r
    assert rq_policy(**SLOW, fill_rate=0.95).fill_rate >= 0.95
    assert rq_policy(**{**SLOW, "lead_time": 0}, service_level=0.9).r == 0


def test_random_lead_time_needs_more():
    assert rq_policy(**NORMAL, lead_time_sd=0.05, service_level=0.95).r > rq_policy(**NORMAL, service_level=0.95).r


def test_certain_demand_is_the_lot_with_backorders():
    sure = rq_policy(**{**NORMAL, "demand_sd": 0}, stockout_cost=5)
    assert (sure.Q, sure.cost) == pytest.approx((310.81255515896464, 66.92136355097325), rel=1e-5)


def test_no_solution_is_told_and_not_hidden():
    result = rq_policy(
        fixed_cost=1000, holding_cost=9, stockout_cost=0.1, demand_mean=5, demand_sd=1, lead_time=1, method="eil"
    )
    assert np.isnan(result.r)
    assert "1 SKU has no solution" in result.notes[0]


def test_bad_input():
    with pytest.raises(ParameterError, match="exactly one"):
        rq_policy(**NORMAL)
    with pytest.raises(ParameterError, match="demand_sd: not given"):
        rq_policy(**{**NORMAL, "demand_sd": None}, stockout_cost=1)
    with pytest.raises(ParameterError, match="exact, for Poisson demand"):
        rq_policy(**SLOW, stockout_cost=1, method="eil")
    with pytest.raises(ParameterError, match=r"order_quantity: 2.5. Expected: whole"):
        rq_policy(**SLOW, stockout_cost=1, order_quantity=2.5)
    with pytest.raises(ParameterError, match="order_quantity: not given"):
        rq_policy(**NORMAL, stockout_cost=1, reorder_point=5)
    with pytest.raises(DataError, match="demand_mean, row 1: 0"):
        rq_policy(**{**NORMAL, "demand_mean": [5, 0]}, stockout_cost=1)
    with pytest.raises(ParameterError, match="one of normal, poisson"):
        rq_policy(**{**NORMAL, "distribution": "gauss"}, stockout_cost=1)
    with pytest.raises(ParameterError, match="describes whole"):
        rq_policy(**SLOW, stockout_cost=1, demand_sd=3)
    with pytest.raises(ParameterError, match="where a service target"):
        rq_policy(**NORMAL, fill_rate=0.9, method="eoqb")


def test_a_given_policy_needs_no_target():
    """Weekly demand 2500 with sd 500, two weeks, lots of 10,000 from 6,000: CSL 0.92 and fill rate 0.9975 in print."""
    given = {"fixed_cost": 1, "holding_cost": 1, "demand_mean": 2500, "demand_sd": 500, "lead_time": 2}
    judged = rq_policy(**given, order_quantity=10000, reorder_point=6000)
    assert round(judged.service_level, 2) == 0.92
    assert round(judged.fill_rate, 4) == 0.9975
    with pytest.raises(ParameterError, match="exactly one"):
        rq_policy(**given, order_quantity=10000)
