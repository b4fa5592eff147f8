"""Whole paths against the engine, which goes period by period."""

import numpy as np
import pytest

from casework.supply_chain.bullwhip import (
    AutoRegressive,
    BaseStock,
    Demand,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    Start,
    serial_chain,
    simulate_chain,
    simulation,
)
from casework.supply_chain.bullwhip.direct import paths
from casework.supply_chain.bullwhip.engine import Engine

POLICIES = [
    OrderUpTo(forecast=MovingAverage(window=4), safety_stock=3),
    OrderUpTo(forecast=MovingAverage(window=200)),
    OrderUpTo(forecast=Smoothing(weight=0.3), safety_stock=-2),
    OrderUpTo(forecast=AutoRegressive(correlation=0.6, mean=10)),
    BaseStock(level=33),
    [BaseStock(level=20), OrderUpTo(forecast=MovingAverage(window=2)), OrderUpTo(forecast=Smoothing(weight=1))],
]
FACTS = [
    {},
    {"returns": True},
    {"shared": True},
    {"order_lead_time": [1, 2, 1], "shipment_lead_time": [1, 3, 2]},
    {"order_lead_time": [0, 0, 60], "shipment_lead_time": [90, 1, 1], "returns": True, "shared": True},
]


@pytest.mark.parametrize("policy", range(len(POLICIES)))
@pytest.mark.parametrize("facts", range(len(FACTS)))
def test_whole_paths_are_those_of_the_engine(policy, facts):
    chain = serial_chain(POLICIES[policy], names=["a", "b", "c"], **FACTS[facts])
    demand = np.random.default_rng(5).integers(2, 19, size=(2, 80)).astype(float)
    start = Start(flow=10, inventory=np.array([6.0, -4.0, 18.0]))
    engine, steps = Engine(chain, start, 2), []
    for column in demand.T:
        step = engine.step(column)
        steps.append([part.copy() for part in (step.incoming, step.orders, step.net, step.unmet, engine.transit())])
    found = dict(paths(chain, demand, start))
    assert sorted(found) == [0, 1, 2]
    for place, series in found.items():
        for i, part in enumerate(series):
            np.testing.assert_allclose(part, np.array([step[i][place] for step in steps]).T, atol=1e-8)


@pytest.mark.parametrize("returns", [False, True])
def test_both_ways_give_one_result(monkeypatch, returns):
    chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=3), safety_stock=15), order_cost=2, transit_cost=0.1,
                         returns=returns)  # fmt: skip
    demand = Demand(mean=60, sd=25, correlation=0.4)
    given = {"periods": 70, "replications": 7, "warm_up": 9}
    fast = simulate_chain(chain, demand, **given)
    monkeypatch.setattr(simulation, "LONGEST", 0)
    slow = simulate_chain(chain, demand, **given)
    for name in fast.stages.columns[1:]:
        np.testing.assert_allclose(fast.stages[name], slow.stages[name], rtol=1e-9, err_msg=name)
    np.testing.assert_allclose(fast.path[["units", "net"]], slow.path[["units", "net"]], atol=1e-8)


def test_same_numbers_for_any_chunks(monkeypatch):
    chain = serial_chain(OrderUpTo(forecast=Smoothing(weight=0.2)), order_lead_time=1)
    given = {"periods": 300, "replications": 9, "warm_up": 5}
    whole = simulate_chain(chain, Demand(), **given)
    assert whole == simulate_chain(chain, Demand(), chunk=2, **given)
    monkeypatch.setattr(simulation, "DIRECT_CELLS", 1)
    assert whole == simulate_chain(chain, Demand(), **given)
