import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

from casework.accounts.exposure import rank_reversals, simulate_exposure
from casework.core.errors import DataError, ParameterError

REGISTER = pd.DataFrame(
    {
        "risk": ["clause <b>", "stock $", "platform", "tariff"],
        "chance": [0.5, 0.3, 0.1, 0.02],
        "low": [10.0, 50, 100, 500],
        "likely": [20.0, 60, 150, 900],
        "high": [60.0, 100, 400, 1000],
    }
)
FIXED = REGISTER.assign(low=[10.0, 20, 40, 80], likely=[10.0, 20, 40, 80], high=[10.0, 20, 40, 80])


def enumerated(chances, sizes):
    """Distribution of the loss of independent risks of fixed size, outcome by outcome."""
    found = {}
    for happens in itertools.product([0, 1], repeat=len(chances)):
        weight = np.prod([p if x else 1 - p for p, x in zip(chances, happens, strict=True)])
        total = float(np.dot(happens, sizes))
        found[total] = found.get(total, 0.0) + weight
    return found


def test_fixed_losses_have_the_distribution_of_all_outcomes():
    found = simulate_exposure(FIXED, scenarios=40_000, levels=[0.9, 0.99])
    known = enumerated(FIXED["chance"], FIXED["likely"])
    mean = sum(x * p for x, p in known.items())
    sd = sum((x - mean) ** 2 * p for x, p in known.items()) ** 0.5
    assert found.expected == pytest.approx(mean)
    assert found.exact_sd == pytest.approx(sd)
    assert found.chance_of_loss == pytest.approx(1 - known[0.0])
    assert found.mean_low < mean < found.mean_high
    for total in (0.0, 20.0, 40.0):
        beyond = sum(p for x, p in known.items() if x > total)
        assert found.chance_above(total) == pytest.approx(beyond, abs=4 * (beyond / 40_000) ** 0.5)
    ordered = sorted(known)
    running = np.cumsum([known[x] for x in ordered])
    assert found.at(0.9)["loss"] == ordered[int(np.searchsorted(running, 0.9))]


@pytest.mark.parametrize("shape", ["pert", "triangular", "lognormal"])
def test_the_simulated_mean_and_spread_are_the_exact_ones(shape):
    found = simulate_exposure(REGISTER, shape=shape, scenarios=40_000, seed=3)
    assert found.mean == pytest.approx(found.expected, abs=4.5 * found.exact_sd / 200)
    assert found.losses.std() == pytest.approx(found.exact_sd, rel=0.08)
    assert found.risks["contribution"].sum() == pytest.approx(
        found.losses[found.losses >= found.at(0.99)["loss"]].mean()
    )
    assert found.risks["expected_loss"].sum() == pytest.approx(found.expected)
    assert found.risks["share_of_contribution"].sum() == pytest.approx(1)


def test_correlated_risks_have_the_spread_of_the_bivariate_normal():
    rho = 0.4
    found = simulate_exposure(FIXED, correlation=rho, scenarios=20_000)
    p, x = FIXED["chance"].to_numpy(), FIXED["likely"].to_numpy()
    variance = float(p * (1 - p) @ x**2)
    for i, j in itertools.combinations(range(4), 2):
        both = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([norm.ppf(p[i]), norm.ppf(p[j])])
        variance += 2 * x[i] * x[j] * (both - p[i] * p[j])
    assert found.exact_sd == pytest.approx(variance**0.5, rel=1e-5)
    assert found.expected == pytest.approx(float(p @ x))
    assert found.losses.std() == pytest.approx(found.exact_sd, rel=0.06)
    assert (
        found.at(0.99)["expected_shortfall"] > simulate_exposure(FIXED, scenarios=20_000).at(0.99)["expected_shortfall"]
    )


def test_levels_become_chances_and_the_seed_decides():
    levels = REGISTER.drop(columns="chance").assign(probability=["high", "medium", "low", "low"])
    scale = {"low": 0.1, "medium": 0.3, "high": 0.5}
    found = simulate_exposure(levels, chances=scale, scenarios=2000)
    assert found.risks.set_index("risk")["chance"].to_dict()["platform"] == 0.1
    assert found == simulate_exposure(levels, chances=scale, scenarios=2000)
    assert found != simulate_exposure(levels, chances=scale, scenarios=2000, seed=8)
    longer = simulate_exposure(levels, chances=scale, scenarios=20_000)
    assert np.array_equal(longer.losses[:8192], simulate_exposure(levels, chances=scale, scenarios=9000).losses[:8192])


def test_certain_and_impossible_risks():
    edge = FIXED.assign(chance=[1.0, 0, 1, 0])
    for correlation in (0.0, 0.3):
        found = simulate_exposure(edge, correlation=correlation, scenarios=1000)
        assert set(found.losses) == {50.0}
        assert found.exact_sd == pytest.approx(0, abs=1e-6)
        assert found.chance_of_loss == pytest.approx(1)
    nothing = simulate_exposure(FIXED.assign(chance=0.0), scenarios=1000)
    assert nothing.expected == 0
    assert nothing.risks["share_of_contribution"].isna().all()


def test_notes_about_few_scenarios_and_turned_ranks():
    ranked = FIXED.assign(rank=[4, 3, 2, 1])
    found = simulate_exposure(ranked, scenarios=1000)
    assert "Only 10 scenarios" in found.notes[0]
    turned, pairs = rank_reversals([4, 3, 2, 1], [5.0, 6, 4, 1.6])
    assert (turned, pairs) == (1, 6)
    assert "In 1 of 6 pairs" in found.notes[1]
    assert "cost 16 on average" in found.summary() or "cost 17 on average" in found.summary()


def test_a_register_is_refused_with_all_its_problems():
    odd = REGISTER.assign(chance=[0.5, 1.2, "x", 0.1], low=[10.0, 70, -1, 500])
    with pytest.raises(DataError, match="a chance from 0 to 1") as caught:
        simulate_exposure(odd)
    assert len(caught.value.problems) == 4
    with pytest.raises(DataError, match="no column 'high'"):
        simulate_exposure(REGISTER.drop(columns="high"))
    with pytest.raises(DataError, match="at least one risk"):
        simulate_exposure(REGISTER.iloc[:0])
    with pytest.raises(DataError, match="a level that has a chance"):
        simulate_exposure(REGISTER.assign(probability="often"), chances={"low": 0.1})
    with pytest.raises(DataError, match="rising numbers above 0"):
        simulate_exposure(REGISTER.assign(low=0.0), shape="lognormal")
    with pytest.raises(ParameterError, match="Did you mean 'pert'") as refused:
        simulate_exposure(REGISTER, shape="prt", correlation=1, scenarios=10, levels=[1.5])
    assert len(refused.value.problems) == 4
    with pytest.raises(ParameterError, match=r"one of 0\.5"):
        simulate_exposure(REGISTER, scenarios=1000).at(0.42)
