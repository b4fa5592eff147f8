import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom, poisson

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import ss_policy
from casework.supply_chain.inventory.simulation import simulate_policy

BASE = {"fixed_cost": 5, "holding_cost": 1, "stockout_cost": 4}


def by_markov_chain(pmf, s, S, fixed, rate):  # noqa: N803
    """Mean cost from the stationary distribution of the position after ordering."""
    states = np.arange(s + 1, S + 1)
    P = np.zeros((len(states), len(states)))  # noqa: N806
    for i, x in enumerate(states):
        for d, p in enumerate(pmf):
            y = x - d
            P[i, (y if y > s else S) - s - 1] += p
    pi = np.linalg.lstsq(
        np.vstack([P.T - np.eye(len(states)), np.ones(len(states))]), np.r_[np.zeros(len(states)), 1], rcond=None
    )[0]
    orders = sum(pi[i] * sum(p for d, p in enumerate(pmf) if x - d <= s) for i, x in enumerate(states))
    return fixed * orders + sum(pi[i] * rate(x) for i, x in enumerate(states))


def test_cost_of_a_policy_by_markov_chain():
    pmf, k = poisson(6).pmf(np.arange(60)), np.arange(300)
    rate = lambda y: (np.maximum(y - k, 0) + 4 * np.maximum(k - y, 0)) @ poisson(18).pmf(k)  # noqa: E731
    own = ss_policy(**BASE, demand_mean=6, lead_time=2, reorder_point=14, order_up_to=24).cost
    assert own == pytest.approx(by_markov_chain(pmf, 14, 24, 5, rate), rel=1e-9)


def test_optimum_against_enumeration_with_listed_demand():
    rng = np.random.default_rng(5)
    pairs = pd.DataFrame([(s, S) for s in range(-2, 12) for S in range(s + 1, 24)], columns=["s", "S"])
    for _ in range(3):
        mass = rng.dirichlet(np.ones(7))
        best = ss_policy(**BASE, pmf=dict(enumerate(mass)), lead_time=1)
        table = pd.DataFrame(np.tile(mass, (len(pairs), 1)))
        every = ss_policy(pairs, **BASE, pmf=table, lead_time=1, reorder_point="s", order_up_to="S")
        assert best.cost == pytest.approx(every.cost.min(), rel=1e-10)


def test_negative_binomial_against_its_pmf():
    mean, sd = 4.0, 3.0
    p = mean / sd**2
    mass = nbinom(mean * p / (1 - p), p).pmf(np.arange(150))
    listed = ss_policy(**BASE, pmf=dict(enumerate(mass / mass.sum())), lead_time=2)
    own = ss_policy(**BASE, demand_mean=mean, demand_sd=sd, lead_time=2)
    assert (own.s, own.S, own.cost, own.fill_rate) == pytest.approx(
        (listed.s, listed.S, listed.cost, listed.fill_rate), rel=1e-7
    )


@pytest.mark.parametrize("lead_time", [0, 3])
def test_service_and_cost_are_those_of_a_simulation(lead_time):
    policy = ss_policy(**BASE, demand_mean=6, lead_time=lead_time)
    asked = np.random.default_rng(1).poisson(6, (100, 3000))
    run = simulate_policy(asked, reorder_point=policy.s, order_up_to=policy.S, lead_time=lead_time, warm_up=100, **BASE)
    assert abs(run.mean("cost") - policy.cost) < 4 * run.error("cost")
    assert abs(run.mean("fill_rate") - policy.fill_rate) < 4 * run.error("fill_rate")
    assert abs(run.mean("service_level") - policy.service_level) < 4 * run.error("service_level")
    assert abs(run.mean("orders_per_period") - policy.orders_per_period) < 4 * run.error("orders_per_period")


def test_columns_equal_scalars_and_keep_order():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "demand_mean": rng.gamma(1, 8, 30) + 0.1,
            "lead_time": rng.integers(0, 3, 30),
            "fixed_cost": rng.uniform(0, 90, 30),
        }
    )
    many = ss_policy(
        frame,
        demand_mean="demand_mean",
        lead_time="lead_time",
        fixed_cost="fixed_cost",
        holding_cost=1,
        stockout_cost=9,
    )
    for place in (0, 11, 29):
        alone = ss_policy(**frame.loc[place], holding_cost=1, stockout_cost=9)
        assert (many.s[place], many.S[place], many.cost[place]) == pytest.approx((alone.s, alone.S, alone.cost))


def test_without_fixed_cost_it_is_a_base_stock():
    policy = ss_policy(fixed_cost=0, holding_cost=1, stockout_cost=4, demand_mean=6)
    assert (policy.S, policy.cost) == pytest.approx((8, 3.570106945770946))


def test_cap_of_the_power_approximation():
    given = {
        "holding_cost": 0.18,
        "stockout_cost": 0.7,
        "fixed_cost": 2.5,
        "demand_mean": 50,
        "demand_sd": 8,
        "method": "power",
    }
    assert pytest.approx(56.60395592743389) == ss_policy(**given, cap_small_lots=True).S
    assert ss_policy(**given).summary().startswith("When stock")


def test_bad_input():
    with pytest.raises(ParameterError, match=r"lead_time: 1.5. Expected: whole"):
        ss_policy(**BASE, demand_mean=6, lead_time=1.5)
    with pytest.raises(ParameterError, match=r"add up to 0.9"):
        ss_policy(**BASE, pmf={0: 0.4, 1: 0.5})
    with pytest.raises(ParameterError, match="not a whole number"):
        ss_policy(**BASE, pmf={0: 0.5, 1.5: 0.5})
    with pytest.raises(ParameterError, match="no more than Poisson"):
        ss_policy(**BASE, demand_mean=6, demand_sd=1)
    with pytest.raises(ParameterError, match="not above the reorder point"):
        ss_policy(**BASE, demand_mean=6, reorder_point=5, order_up_to=5)
    with pytest.raises(ParameterError, match="demand_mean: not given"):
        ss_policy(**BASE)
    with pytest.raises(ParameterError, match="one of them"):
        ss_policy(**BASE, demand_mean=6, pmf={0: 1.0})
    with pytest.raises(ParameterError, match="order_up_to: not given"):
        ss_policy(**BASE, demand_mean=6, reorder_point=5)
    with pytest.raises(ParameterError, match="where a policy is judged"):
        ss_policy(**BASE, demand_mean=6, demand_sd=9, method="power", reorder_point=1, order_up_to=4)
