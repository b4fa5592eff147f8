"""The closed form against a plain step-by-step simulation of serial chains and assembly trees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.supply_chain.multi_echelon.engine import ChainPolicy, period_cost, run
from casework.supply_chain.multi_echelon.network import StageNetwork

Floats = np.ndarray


def step_by_step(policy: ChainPolicy, demand: Floats, echelon: bool = False) -> tuple[Floats, Floats]:
    """Net stock and cost per period of one replication, unit by unit of time, with kits sent from stock."""
    n = len(policy.levels)
    stock, short = policy.levels.copy(), np.zeros(n)
    way: list[dict[int, float]] = [{} for _ in range(n)]
    nets, costs = [], []
    for time, wanted in enumerate(demand):
        for place in range(n):
            stock[place] += way[place].pop(time, 0.0)
        for place in policy.network.downstream[::-1]:
            if place == policy.end:
                short[place] += wanted
        cost = 0.0
        asked = np.full(n, wanted)
        for place in policy.network.downstream:
            if place != policy.end:
                short[place] += asked[place]
            suppliers = policy.network.suppliers[place]
            if not suppliers:
                way[place][time + int(policy.lead_times[place])] = asked[place]
                if policy.lead_times[place] == 0:
                    stock[place] += way[place].pop(time)
        for place in policy.network.downstream:
            suppliers = policy.network.suppliers[place]
            if suppliers:
                kits = min(min(stock[up], short[up]) for up in suppliers)
                for up in suppliers:
                    stock[up] -= kits
                    short[up] -= kits
                way[place][time + int(policy.lead_times[place])] = kits
                if policy.lead_times[place] == 0:
                    stock[place] += way[place].pop(time)
            if place == policy.end:
                met = min(stock[place], short[place])
                stock[place] -= met
                short[place] -= met
        for place in range(n):
            cost += policy.holding[place] * stock[place]
            cost += policy.holding[list(policy.network.suppliers[place])].sum() * sum(way[place].values())
        cost += policy.stockout * short[policy.end]
        costs.append(cost)
        nets.append(stock[policy.end] - short[policy.end])
    return np.array(nets), np.array(costs)


NETWORKS = {
    "serial": (("c", "b", "a"), ((2, 1), (1, 0))),
    "assembly": (("end", "sub", "x", "y", "z"), ((1, 0), (2, 1), (3, 1), (4, 0))),
    "one": (("only",), ()),
}


@pytest.mark.parametrize("name", list(NETWORKS))
@pytest.mark.parametrize("seed", range(5))
def test_same_as_step_by_step(name: str, seed: int) -> None:
    names, links = NETWORKS[name]
    rng = np.random.default_rng(seed)
    network = StageNetwork(names, links)
    lead = rng.integers(0 if seed else 1, 4, len(names))
    policy = ChainPolicy(network, lead, rng.random(len(names)) + 0.5, rng.uniform(2, 12, len(names)), 11.0)
    demand = rng.poisson(4, (1, 60)).astype(float)
    nets, costs = step_by_step(policy, demand[0])
    runs = list(run(policy, demand))
    assert runs[-1].net[0] == pytest.approx(nets, abs=1e-9)
    assert sum(period_cost(policy, stage)[0] for stage in runs) == pytest.approx(costs, abs=1e-8)


def test_the_start_is_forgotten_after_the_reach() -> None:
    policy = ChainPolicy(StageNetwork(("b", "a"), ((1, 0),)), np.array([2, 3]), np.ones(2), np.array([9.0, 12.0]), 5.0)
    assert policy.reach == 5
    rng = np.random.default_rng(0)
    demand = rng.poisson(4, (1, 40)).astype(float)
    other = np.concatenate([rng.poisson(9, (1, 10)), demand[:, 10:]], axis=1)
    first, second = (list(run(policy, d))[-1].net[0] for d in (demand, other))
    pd.testing.assert_series_equal(pd.Series(first[15:]), pd.Series(second[15:]))
