import math

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.bullwhip import (
    Anchoring,
    Demand,
    calming_chains,
    explore_chain,
    planned_chain,
    rule_chains,
    simulate_chain,
)

DEMAND = Demand(mean=100, sd=10, correlation=0.5)


def test_safety_stock_grows_with_what_a_stage_is_asked_for():
    chain = planned_chain(DEMAND, window=4, safety_factor=2, shipment_lead_times=[4, 1], names=["a", "b"])
    first = 1 + 2 * (4 / 4 + (4 / 4) ** 2) * (1 - 0.5**4)
    safety = [stage.policy.safety_stock for stage in chain.stages]
    assert safety == pytest.approx([2 * 10 * math.sqrt(4), 2 * 10 * math.sqrt(first)])


def test_base_stock_covers_lead_time_and_review():
    chain = planned_chain(DEMAND, policy="base_stock", shipment_lead_times=[2], review=3, names=["a"])
    assert chain.stages[0].policy.level == pytest.approx(400)


def test_players_end_up_with_their_safety_stock():
    chain = planned_chain(DEMAND, policy="anchoring", safety_factor=1, names=["a"], shipment_lead_times=[3])
    policy = chain.stages[0].policy
    assert isinstance(policy, Anchoring)
    assert policy.target == pytest.approx(0.34 * 200 + 10 * math.sqrt(3))


def test_no_capacity_is_no_limit():
    assert planned_chain(DEMAND).stages[0].capacity == math.inf
    assert planned_chain(DEMAND, capacity=120).stages[0].capacity == 120


def test_unknown_policy():
    with pytest.raises(ParameterError, match=r"'smothing'.*Did you mean 'smoothing'"):
        planned_chain(DEMAND, policy="smothing")


def test_each_change_changes_only_its_own():
    chains = calming_chains(DEMAND, window=6, shipment_lead_times=[1, 3], names=["a", "b"])
    assert next(iter(chains)) == "as it is"
    assert [s.shipment_lead_time for s in chains["lead times one period shorter"].stages] == [1, 2]
    assert chains["forecast from a longer past"].stages[0].policy.forecast.window == 12
    assert chains["shared demand"].shared
    assert not chains["as it is"].shared
    last = chains["all three together"]
    assert last.shared
    assert last.stages[1].shipment_lead_time == 2


def test_rules():
    chains = rule_chains(DEMAND, names=["a", "b"])
    assert chains["customers do not wait"].unmet == "lost"
    assert chains["batches of two periods' demand"].stages[1].batch == 200
    assert chains["orders every fourth period"].stages[1].review == 4
    assert isinstance(chains["players of the beer game"].stages[0].policy, Anchoring)


def test_rare_orders_still_serve_customers():
    chain = planned_chain(DEMAND, names=["a"], review=4, safety_factor=2)
    assert simulate_chain(chain, DEMAND, periods=400, replications=5).stages["fill_rate"].iloc[0] > 0.95


def test_explorer_takes_one_lead_time():
    found = explore_chain(DEMAND, lead_time=3, names=["a", "b"], periods=50, replications=2)
    assert [s.lead_time for s in found.chain.stages] == [3, 3]
    assert np.isfinite(found.amplification)
