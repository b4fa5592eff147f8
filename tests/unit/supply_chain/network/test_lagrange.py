from itertools import product

import numpy as np
import pytest

from casework.supply_chain.network.lagrange import bounds


def every_design(cost, fixed, forced, fewest, most):
    for chosen in product([False, True], repeat=len(fixed)):
        opened = np.array(chosen)
        if opened.any() and fewest <= opened.sum() <= most and (opened | ~forced).all():
            yield opened, fixed[opened].sum() + cost[opened].min(axis=0).sum()


@pytest.mark.parametrize("seed", range(40))
def test_bounds_hold_and_nothing_better_is_left_out(seed):
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 8), rng.integers(1, 10)
    cost, fixed = rng.uniform(1, 20, (m, n)), rng.uniform(-5, 40, m)
    forced = rng.random(m) < 0.15
    fewest = int(rng.integers(0, m + 1))
    most = int(max(rng.integers(max(fewest, 1), m + 1), forced.sum()))
    found = bounds(cost, fixed, forced=forced, fewest=fewest, most=most)
    designs = list(every_design(cost, fixed, forced, fewest, most))
    best, total = min(designs, key=lambda item: item[1])
    assert found.bound <= total + 1e-9 <= found.cost + 2e-9
    assert fewest <= found.open.sum() <= most
    if total < found.cost - 1e-6:
        assert (found.may_open | ~best).all()
        assert (best | ~found.must_open).all()
        served = np.flatnonzero(best)[cost[best].argmin(axis=0)]
        assert found.links[served, np.arange(n)].all()


def test_a_link_that_is_missing_is_not_used():
    cost = np.array([[1.0, np.inf], [5.0, 5.0]])
    found = bounds(cost, np.array([1.0, 3.0]), forced=np.zeros(2, dtype=bool), fewest=0, most=2)
    assert found.cost == pytest.approx(10)
    assert found.open.tolist() == [True, True]
