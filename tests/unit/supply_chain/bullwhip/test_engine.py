"""The recursion against a plain program that keeps lists of parcels, and against paths computed by hand."""

import math

import numpy as np
import pytest

from casework.supply_chain.bullwhip import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    serial_chain,
)
from casework.supply_chain.bullwhip.engine import Engine, Start, lead_time_reach, usual_start

MEAN = 10.0


def plain(chain, demand, start):
    """One replication, stage by stage, with dictionaries of what arrives when; written apart from the engine."""
    k = len(chain.stages)
    stock, backlog = list(start.inventory), [0.0] * k
    road = [dict.fromkeys(range(s.shipment_lead_time), start.flow) for s in chain.stages]
    mail = [dict.fromkeys(range(s.order_lead_time), start.flow) for s in chain.stages]
    on_order = [start.flow * s.lead_time for s in chain.stages]
    past = [[MEAN] * 500 for _ in range(k)]
    smooth = [MEAN] * k
    orders_all, net_all = [], []
    for t, d in enumerate(demand):
        for i in range(k):
            got = road[i].pop(t, 0.0)
            stock[i] += got
            on_order[i] -= got
        placed = []
        for i, stage in enumerate(chain.stages):
            asked = d if i == 0 else mail[i - 1].pop(t, 0.0)
            sent = min(stock[i], backlog[i] + asked)
            stock[i] -= sent
            backlog[i] = backlog[i] + asked - sent
            if i == 0 and chain.unmet == "lost":
                backlog[i] = 0.0
            if i > 0:
                when = t + chain.stages[i - 1].shipment_lead_time
                road[i - 1][when] = road[i - 1].get(when, 0.0) + sent
            seen = d if chain.shared else asked
            past[i].append(seen)
            order = decide(stage, seen, past[i], smooth, i, stock[i] - backlog[i], on_order[i])
            order = max(order, 0.0)
            if stage.batch:
                order = stage.batch * math.ceil(order / stage.batch - 1e-9)
            order = min(order, stage.capacity) if t % stage.review == 0 else 0.0
            on_order[i] += order
            mail[i][t + stage.order_lead_time] = order
            placed.append(order)
        last = chain.stages[-1]
        road[-1][t + last.shipment_lead_time] = mail[-1].pop(t, 0.0)
        orders_all.append(placed)
        net_all.append([s - b for s, b in zip(stock, backlog, strict=True)])
    return np.array(orders_all), np.array(net_all)


def decide(stage, seen, past, smooth, i, net, on_order):
    p = stage.policy
    if isinstance(p, BaseStock):
        return p.level - net - on_order
    if isinstance(p, Anchoring):
        smooth[i] = p.theta * seen + (1 - p.theta) * smooth[i]
        return smooth[i] + p.alpha * (p.target - net - p.beta * on_order)
    f = p.forecast
    if isinstance(f, MovingAverage):
        ahead = stage.cover * sum(past[-f.window :]) / f.window
    elif isinstance(f, Smoothing):
        smooth[i] = f.weight * seen + (1 - f.weight) * smooth[i]
        ahead = stage.cover * smooth[i]
    else:
        ahead = sum(f.mean + f.correlation**n * (seen - f.mean) for n in range(1, stage.cover + 1))
    return ahead + p.safety_stock - net - on_order


POLICIES = {
    "average": OrderUpTo(forecast=MovingAverage(window=4), safety_stock=3),
    "smoothing": OrderUpTo(forecast=Smoothing(weight=0.3), safety_stock=-2),
    "ar1": OrderUpTo(forecast=AutoRegressive(correlation=0.6, mean=MEAN)),
    "base": BaseStock(level=33),
    "people": Anchoring(target=25),
    "mixed": [Anchoring(target=20), OrderUpTo(forecast=MovingAverage(window=2)), BaseStock(level=44)],
}
FACTS = {
    "plain": {},
    "lost": {"unmet": "lost"},
    "shared": {"shared": True},
    "mail": {"order_lead_time": [1, 2, 1]},
    "mail to supplier": {"order_lead_time": [0, 0, 2], "shipment_lead_time": [1, 3, 2]},
    "batches": {"batch": [7, 0, 25]},
    "rare": {"review": [1, 3, 2], "order_lead_time": 1},
    "limited": {"capacity": [12, 11, 14]},
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("facts", FACTS)
def test_engine_does_what_a_plain_program_does(policy, facts):
    chain = serial_chain(POLICIES[policy], names=["a", "b", "c"], **FACTS[facts])
    rng = np.random.default_rng(5)
    demand = rng.integers(4, 17, size=(80, 2)).astype(float)
    start = Start(flow=MEAN, inventory=np.array([6.0, 4.0, 8.0]))
    engine = Engine(chain, start, 2)
    steps = [engine.step(row) for row in demand]
    assert steps[0].net is steps[-1].net
    engine = Engine(chain, start, 2)
    found = [(step.orders.copy(), step.net.copy()) for step in map(engine.step, demand)]
    for r in range(2):
        orders, net = plain(chain, demand[:, r], start)
        np.testing.assert_allclose([o[:, r] for o, _ in found], orders, atol=1e-9)
        np.testing.assert_allclose([n[:, r] for _, n in found], net, atol=1e-9)


def test_path_by_hand():
    """Level 10, lead time 2: demand 4, 6, 3 is ordered again; units ordered in period 1 arrive in period 3."""
    chain = serial_chain(BaseStock(level=10), names=["shop"], shipment_lead_time=2)
    engine = Engine(chain, Start(flow=0, inventory=np.array([10.0])), 1)
    seen = []
    for d in (4, 6, 3, 8):
        step = engine.step(np.array([float(d)]))
        seen.append((step.received[0, 0], step.net[0, 0], step.orders[0, 0], engine.transit()[0, 0]))
    assert seen == [(0, 6, 4, 4), (0, 0, 6, 10), (4, 1, 3, 9), (6, -1, 8, 11)]


def test_units_are_kept():
    """What went in is in stock, on the road, or delivered."""
    chain = serial_chain(Anchoring(target=30), names=["a", "b"], order_lead_time=1)
    engine = Engine(chain, Start(flow=4, inventory=np.array([12.0, 12.0])), 1)
    before = 24 + engine.transit().sum()
    for d in np.random.default_rng(1).integers(0, 15, 60):
        last_mail = engine.mail[engine.time % len(engine.mail), 1, 0]
        step = engine.step(np.array([float(d)]))
        before += last_mail - step.shipped[0, 0]
        held = np.maximum(step.net, 0).sum() + engine.transit().sum()
        assert held == pytest.approx(before)


def test_returns_are_orders_below_nothing():
    chain = serial_chain(BaseStock(level=5), names=["a"], returns=True)
    engine = Engine(chain, Start(flow=0, inventory=np.array([9.0])), 1)
    assert engine.step(np.array([1.0])).orders[0, 0] == -3


def test_players_never_order_below_nothing():
    chain = serial_chain(Anchoring(target=0), names=["a"], returns=True)
    engine = Engine(chain, Start(flow=1, inventory=np.array([90.0])), 1)
    assert engine.step(np.array([1.0])).orders[0, 0] == 0


def test_given_orders_take_the_place_of_the_policy():
    chain = serial_chain(BaseStock(level=5), names=["a", "b"])
    step = Engine(chain, Start(flow=0, inventory=np.array([5.0, 5.0])), 1).step(np.array([1.0]), {0: 2.5})
    assert step.orders[:, 0].tolist() == [2.5, 2.5]


@pytest.mark.parametrize(
    ("policy", "review"), [("average", 1), ("smoothing", 3), ("ar1", 1), ("average", 3), ("people", 1)]
)
def test_usual_start_is_in_balance(policy, review):
    chain = serial_chain(POLICIES[policy], names=["a"], review=review)
    engine = Engine(chain, usual_start(chain, MEAN), 1)
    total = sum(engine.step(np.array([MEAN])).orders[0, 0] for _ in range(30))
    assert total == pytest.approx(30 * MEAN, abs=3 * MEAN if review > 1 else 8)


def test_reach_is_the_sum_of_powers():
    assert lead_time_reach(0.5, 3) == pytest.approx(0.5 + 0.25 + 0.125)
