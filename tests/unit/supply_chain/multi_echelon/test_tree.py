"""The programme on trees against all combinations of service times."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from casework.supply_chain.multi_echelon.network import StageNetwork
from casework.supply_chain.multi_echelon.tree import TreeProblem, best_times, incoming, replenishment_times


def random_problem(seed: int) -> TreeProblem:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 7))
    links = []
    for place in range(1, n):
        other = int(rng.integers(0, place))
        links.append((place, other) if rng.random() < 0.5 else (other, place))
    network = StageNetwork(tuple(map(str, range(n))), tuple(links))
    ends = np.array([not own for own in network.customers])
    promise = np.where(ends | (rng.random(n) < 0.1), rng.integers(0, 3, n), -1)
    inbound = np.where(rng.random(n) < 0.2, rng.integers(0, 3, n), 0)
    return TreeProblem(network, rng.integers(0, 3, n), inbound, promise, rng.random(n) * 5)


def brute_force(problem: TreeProblem) -> float:
    longest = replenishment_times(problem)
    best = np.inf
    for promised in product(*(range(top + 1) for top in longest)):
        times = np.array(promised)
        net = incoming(problem, times) + problem.lead_times - times
        limited = (problem.longest_promise < 0) | (times <= problem.longest_promise)
        if (net >= 0).all() and limited.all():
            best = min(best, float(problem.rates @ np.sqrt(net)))
    return best


@pytest.mark.parametrize("seed", range(60))
def test_least_cost_of_all_combinations(seed: int) -> None:
    problem = random_problem(seed)
    promised = best_times(problem)
    net = incoming(problem, promised) + problem.lead_times - promised
    assert (net >= 0).all()
    assert ((problem.longest_promise < 0) | (promised <= problem.longest_promise)).all()
    assert problem.rates @ np.sqrt(net) == pytest.approx(brute_force(problem), abs=1e-10)
