"""The recursion against direct integration and full enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import integrate, stats

from casework.supply_chain.multi_echelon.demand import MassChain, NormalChain, PoissonChain
from casework.supply_chain.multi_echelon.recursion import ChainCosts, newsvendor_levels, refine


def test_one_stage_is_a_newsvendor() -> None:
    chain = ChainCosts(np.array([4.0]), np.array([0.18]), 0.7, NormalChain(50, 8))
    found = refine(chain, None, 1e-8)
    assert found.levels[0] == pytest.approx(stats.norm(200, 16).ppf(0.7 / 0.88), abs=1e-5)
    assert found.cost == pytest.approx(0.88 * 16 * stats.norm.pdf(stats.norm.ppf(0.7 / 0.88)), abs=1e-6)


def test_two_stages_against_integration() -> None:
    chain = ChainCosts(np.array([1.0, 1.0]), np.array([1.0, 1.0]), 15.0, NormalChain(100, 15))
    levels = np.array([120.3, 231.7])

    def first(level: float) -> float:
        z = (level - 100) / 15
        short = 15 * (stats.norm.pdf(z) - z * stats.norm.sf(z))
        return float(level - 100 + 17 * short)

    density = stats.norm(100, 15).pdf
    inner = integrate.quad(lambda d: first(min(levels[0], levels[1] - d)) * density(d), 0, 200, points=[111.4],
                           epsabs=1e-10, limit=200)[0]  # fmt: skip
    assert refine(chain, levels, 1e-8).cost == pytest.approx(levels[1] - 100 + inner, abs=1e-5)


def test_whole_demand_against_enumeration() -> None:
    pmf = (0.3, 0.5, 0.2)
    chain = ChainCosts(np.array([1.0, 1.0]), np.array([2.0, 1.0]), 9.0, MassChain(pmf))

    def cost(first: int, second: int) -> float:
        total = 0.0
        for up, down in product(range(3), repeat=2):
            at_first = min(first, second - up)
            net = at_first - down
            total += pmf[up] * pmf[down] * (second - up + 2 * net + 12 * max(-net, 0))
        return total

    best = min((cost(a, b), a, b) for a in range(5) for b in range(8))
    found = refine(chain, None, 1e-8)
    assert found.cost == pytest.approx(best[0], abs=1e-12)
    assert (found.levels.tolist(), found.cost_error) == ([best[1], best[2]], 0.0)
    assert refine(chain, np.array([2.0, 2.0]), 1e-8).cost == pytest.approx(cost(2, 2), abs=1e-12)


@pytest.mark.parametrize("lead_times", [[0, 1, 2], [1, 0, 2], [1, 2, 0], [0, 0, 0]])
def test_lead_times_of_0(lead_times: list[int]) -> None:
    chain = ChainCosts(np.array(lead_times, float), np.array([3.0, 2.0, 2.0]), 37.12, NormalChain(5, 1))
    found = refine(chain, None, 1e-6)
    low, high = newsvendor_levels(chain)
    assert (found.levels >= low - 1e-5).all()
    assert (found.levels <= high + 1e-5).all()
    assert found.cost == pytest.approx(refine(chain, found.levels, 1e-7).cost, abs=1e-4)


def test_the_error_that_is_told_holds() -> None:
    chain = ChainCosts(np.array([1.0, 1, 2]), np.array([3.0, 2, 2]), 37.12, NormalChain(5, 1))
    rough, fine = refine(chain, None, 1e-4), refine(chain, None, 1e-9)
    assert abs(rough.cost - fine.cost) <= rough.cost_error
    assert fine.cost_error < 1e-7


def test_large_mean_demand() -> None:
    chain = ChainCosts(np.array([2.0, 3.0]), np.array([1.0, 1.0]), 20.0, PoissonChain(20_000))
    normal = ChainCosts(chain.lead_times, chain.echelon_holding, 20.0, NormalChain(20_000, np.sqrt(20_000)))
    assert refine(chain, None, 1e-6).cost == pytest.approx(refine(normal, None, 1e-6).cost, rel=2e-3)
