import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.provisions.exact import exact_losses
from casework.credit.provisions.portfolio import portfolio
from casework.credit.provisions.simulation import _distinct, simulate_losses


def made_up(n=300, seed=0, chances=(0.002, 0.01, 0.05), **more):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"exposure": rng.lognormal(0, 1, n), "pd": rng.choice(chances, n), "s": rng.choice(list("abc"), n)}
    )
    return portfolio(table.assign(**more), lgd=0.5, sector="s")


def near(found, z=4.5):
    assert abs(found.mean - found.expected) < z * found.mean_error
    assert found.sd == pytest.approx(found.exact_sd, rel=0.05)


@pytest.mark.parametrize(("rho", "tie"), [(0.0, 1.0), (0.2, 0.5), (0.3, 0.0), (0.9, 1.0)])
def test_mean_and_deviation_are_the_exact_ones(rho, tie):
    near(simulate_losses(made_up(), correlation=rho, sector_correlation=tie, scenarios=30_000))


def test_all_probabilities_different():
    chances = np.random.default_rng(3).beta(1, 30, 400)
    near(simulate_losses(made_up(400, chances=chances), correlation=0.2, scenarios=20_000))


def test_high_probabilities_are_bernoulli_too():
    table = pd.DataFrame({"exposure": [1.0] * 30, "pd": [0.5] * 10 + [0.95] * 10 + [0.7] * 10})
    found = simulate_losses(portfolio(table, lgd=1.0), correlation=0.0, scenarios=20_000)
    near(found)
    assert found.losses.max() <= 30


def test_quantiles_are_those_of_the_exact_distribution():
    book = made_up(60, seed=4)
    exact = exact_losses(book, correlation=0.25)
    found = simulate_losses(book, correlation=0.25, scenarios=100_000, levels=[0.9, 0.99], confidence=0.9999)
    for row in found.table.to_dict("records"):
        assert row["low"] - exact.unit <= exact.quantile(row["level"]) <= row["high"] + exact.unit
        assert (
            abs(row["expected_shortfall"] - exact.shortfall(row["level"])) < 4.5 * row["shortfall_error"] + exact.unit
        )


def test_contributions_add_up_to_the_mean_beyond_the_quantile():
    found = simulate_losses(made_up(), correlation=0.2, scenarios=20_000, contributions=True)
    at = found.table["loss"].iloc[-1]
    assert found.contributions["contribution"].sum() == pytest.approx(found.losses[found.losses >= at].mean())
    assert found.contributions["share_of_contribution"].sum() == pytest.approx(1)
    assert found.contributions["contribution"].is_monotonic_decreasing


def test_seed_says_all_and_prefix_stays():
    one, two = (simulate_losses(made_up(), scenarios=9000, seed=s).losses for s in (1, 1))
    other = simulate_losses(made_up(), scenarios=9000, seed=2).losses
    longer = simulate_losses(made_up(), scenarios=12_000, seed=1).losses
    assert (one == two).all()
    assert (one != other).any()
    assert (one[:8192] == longer[:8192]).all()


def test_certain_impossible_and_nothing_owed():
    table = pd.DataFrame({"exposure": [5.0, 7.0, 0.0], "pd": [1.0, 0.0, 0.5]})
    found = simulate_losses(portfolio(table, lgd=1.0), scenarios=1000, contributions=True)
    assert set(found.losses) == {5.0}
    assert found.contributions["contribution"].tolist() == [5, 0, 0]
    assert found.exact_sd == 0


def test_few_scenarios_are_told_and_ranges_held():
    assert "Only 1 scenarios" in simulate_losses(made_up(20), scenarios=1000).notes[0]
    for change, match in (({"scenarios": 10}, "scenarios"), ({"sector_correlation": 2}, "sector_correlation"),
                          ({"confidence": 1}, "confidence"), ({"correlation": 1}, "correlation")):  # fmt: skip
        with pytest.raises(ParameterError, match=match):
            simulate_losses(made_up(20), **change)


def test_one_of_each_key():
    keys = np.array([3, 1, 3, 3, 0, 1])
    kept = _distinct(keys, 5)
    assert sorted(keys[kept]) == [0, 1, 3]


def test_summary_and_table():
    found = simulate_losses(made_up(), scenarios=2000)
    assert "An average year costs" in found.summary()
    assert found.to_frame().equals(found.table)
