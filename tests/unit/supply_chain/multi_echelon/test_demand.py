"""Demand over a lead time: moments, weights of a grid, draws, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from casework.core.errors import ParameterError
from casework.supply_chain.multi_echelon.demand import Nothing, chain_demand


def test_weights_give_moments_of_normal_demand() -> None:
    demand = chain_demand(demand_mean=5, demand_sd=1, distribution="normal").over(2)
    step = 0.05
    points = np.arange(-10, 30, step)
    weights = demand.weights(points, step)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert weights @ points == pytest.approx(10, abs=1e-9)
    assert weights @ points**2 - 100 == pytest.approx(2 + step**2 / 6, abs=1e-9)


def test_gamma_weights_match_the_distribution() -> None:
    demand = chain_demand(demand_mean=6, demand_sd=3, distribution="gamma").over(1.5)
    exact = stats.gamma(a=4 * 1.5, scale=1.5)
    points = np.arange(0, 80, 0.02)
    weights = demand.weights(points, 0.02)
    assert weights @ np.maximum(points - 10, 0) == pytest.approx(exact.expect(lambda x: x - 10, lb=10), abs=1e-6)
    assert demand.quantile(0.9) == pytest.approx(exact.ppf(0.9))
    assert (demand.mean, demand.sd) == pytest.approx((exact.mean(), exact.std()))


def test_poisson_and_probabilities() -> None:
    poisson = chain_demand(demand_mean=16, demand_sd=None, distribution="poisson").over(0.5)
    assert poisson.weights(np.arange(30.0), 1.0) == pytest.approx(stats.poisson(8).pmf(np.arange(30)), abs=1e-14)
    assert poisson.quantile(0.95) == stats.poisson(8).ppf(0.95)
    coin = chain_demand(demand_mean=None, demand_sd=None, distribution="normal", demand_pmf=[0.5, 0.5])
    assert coin.over(3).weights(np.arange(4.0), 1.0) == pytest.approx([1 / 8, 3 / 8, 3 / 8, 1 / 8])
    assert (coin.mean, coin.sd) == (0.5, 0.5)
    assert coin.over(0).weights(np.arange(2.0), 1.0).tolist() == [1, 0]


def test_points_between_whole_ones_share_the_probability() -> None:
    coin = chain_demand(demand_mean=None, demand_sd=None, distribution="normal", demand_pmf=[0.5, 0.5]).over(1)
    assert coin.weights(np.array([-0.25, 0.75]), 1.0).tolist() == [0.375, 0.5]


def test_no_time_means_no_demand() -> None:
    for distribution, sd in (("normal", 1.0), ("gamma", 1.0)):
        nothing = chain_demand(demand_mean=5, demand_sd=sd, distribution=distribution).over(0)
        assert isinstance(nothing, Nothing)
        assert nothing.weights(np.array([-1.0, 0.0, 0.5]), 1.0).tolist() == [0, 1, 0.5]
        assert (nothing.ends(), nothing.quantile(0.9)) == ((0.0, 0.0), 0.0)


@pytest.mark.parametrize(("distribution", "sd"), [("normal", 2.0), ("gamma", 2.0), ("poisson", None)])
def test_draws_have_mean_and_spread(distribution: str, sd: float | None) -> None:
    demand = chain_demand(demand_mean=9, demand_sd=sd, distribution=distribution)
    drawn = demand.draw(np.random.default_rng(3), (200, 500))
    assert drawn.mean() == pytest.approx(9, abs=0.05)
    assert drawn.std() == pytest.approx(demand.sd, rel=0.02)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"demand_mean": None, "demand_sd": None}, "demand_mean: not given.*\n.*demand_sd: not given"),
        ({"demand_mean": -1, "demand_sd": float("nan")}, "demand_mean: -1.*\n.*demand_sd: nan"),
        ({"demand_mean": 4, "demand_sd": 1, "distribution": "poisson"}, "demand_sd: given for Poisson"),
        ({"demand_mean": 4, "demand_sd": 1, "distribution": "norml"}, "Did you mean 'normal'"),
        ({"demand_mean": 4, "demand_sd": None, "demand_pmf": [0.5, 0.5]}, "demand_mean: given together"),
        ({"demand_mean": None, "demand_sd": None, "demand_pmf": [0.5, 0.4]}, "2 probabilities with sum 0.9"),
        ({"demand_mean": None, "demand_sd": None, "demand_pmf": [1.5, -0.5]}, r"\[0\]: 1.5.*\n.*\[1\]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(given: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ParameterError, match=message):
        chain_demand(**{"distribution": "normal", **given})
