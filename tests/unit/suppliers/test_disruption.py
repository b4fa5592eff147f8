import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.disruption import Plant, Source, Strategy, compare_sourcing, simulate_breakdowns

A = Source(name="A", price=10, failures_per_year=4, days_down=8, capacity=1.5)
B = Source(name="B", price=11, failures_per_year=4, days_down=8, capacity=1.0, ramp_days=3)
PLANT = Plant(daily_need=100, stoppage_cost=50_000, holding_cost=2, days=200)
PLANS = [
    Strategy(name="single", shares={"A": 1}),
    Strategy(name="stock", shares={"A": 1}, cover_days=5),
    Strategy(name="dual", shares={"A": 0.6, "B": 0.4}, cover_days=5, fixed_cost=1000),
]


def test_share_of_days_down_is_that_of_the_two_state_chain():
    down = simulate_breakdowns([A], 120, 0.0, 20_000, np.random.default_rng(1))[:, 0]
    fail, mend = 1 - np.exp(-4 / 365), 1 / 8
    days = np.arange(1, 121)
    exact = fail / (fail + mend) * (1 - (1 - fail - mend) ** days)
    assert np.abs(down.mean(axis=1) - exact).max() < 0.008
    assert down.mean() == pytest.approx(exact.mean(), abs=0.003)


def test_without_stock_the_line_stops_whenever_the_source_is_down():
    found = compare_sourcing([A], PLANS[:1], PLANT, replications=500, seed=3)
    down = simulate_breakdowns([A], 200, 0.0, 500, np.random.default_rng(3))
    assert found.stopped["single"].tolist() == pytest.approx(down[:, 0].sum(axis=0).astype(float).tolist())
    assert found.costs["single"].tolist() == pytest.approx(
        (1000 * (200 - found.stopped["single"]) + 50_000 * found.stopped["single"]).tolist()
    )


def test_one_breakdown_by_hand():
    """A is down on days 3 to 8; B delivers half, and all from day 6; stock lasts until the middle of day 5."""
    from casework.suppliers.disruption import _operate

    down = np.zeros((10, 2, 1), dtype=bool)
    down[2:8, 0] = True
    plan = Strategy(name="x", shares={"A": 0.5, "B": 0.5}, cover_days=1)
    paid, stopped, held = _operate([A, B], plan, PLANT, down)
    assert stopped[0] == pytest.approx(0.5)
    assert held[0] == pytest.approx((1 + 1 + 0.5 + 0 + 0 + 0 + 0 + 0 + 1 + 1) / 10)
    from_a = 0.5 + 0.5 + (0.5 + 2 / 3) + 0.5
    from_b = 0.5 + 0.5 + 3 * 0.5 + 3 * 1.0 + (0.5 + 1 / 3) + 0.5
    assert paid[0] == pytest.approx(100 * (10 * from_a + 11 * from_b))


def test_more_cover_and_a_second_source_stop_the_line_less():
    found = compare_sourcing([A, B], PLANS, PLANT, replications=400)
    days = found.table["days_stopped"]
    assert days[0] > days[1] > days[2]
    assert (found.stopped["stock"] <= found.stopped["single"] + 1e-9).all()
    assert found.table.loc[2, "fixed"] == 1000
    parts = found.table[["purchase", "holding", "fixed", "stoppage"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(found.table["expected_cost"].tolist())
    assert found.table["q99"].tolist() == pytest.approx(np.quantile(found.costs, 0.99, axis=0).tolist())
    assert found.cheapest == "dual"
    assert "dual costs least" in found.summary()


def test_common_events_take_all_sources():
    quiet = [Source(name=name, price=1, failures_per_year=0, days_down=5) for name in "AB"]
    dual = [Strategy(name="dual", shares={"A": 0.5, "B": 0.5})]
    assert compare_sourcing(quiet, dual, PLANT, replications=200).stopped.to_numpy().max() == 0
    assert compare_sourcing(quiet, dual, PLANT, replications=200, common_per_year=6).table["days_stopped"][0] > 1


def test_break_even_makes_costs_equal():
    found = compare_sourcing([A, B], PLANS, PLANT, replications=400)
    price = found.break_even("dual")
    again = compare_sourcing(
        [A, B], PLANS, Plant(daily_need=100, stoppage_cost=price, holding_cost=2, days=200), replications=400
    )
    assert again.table["expected_cost"][2] == pytest.approx(again.table["expected_cost"][0])
    assert found.break_even("dual", against="dual") == 0
    assert found.break_even("single", against="dual") == pytest.approx(np.nan, nan_ok=True)
    with pytest.raises(ParameterError, match="'trial' is not known"):
        found.break_even("trial")


def test_rare_stops_are_told():
    safe = Source(name="A", price=1, failures_per_year=0.02, days_down=3)
    found = compare_sourcing([safe], [Strategy(name="<i>x</i>", shares={"A": 1})], PLANT, replications=300)
    assert "fewer than 30 of the 300 replications" in found.notes[0]


def test_problems_are_told_at_once():
    with pytest.raises(ParameterError, match="A: price") as error:
        Source(name="A", price=-1, failures_per_year=-1, days_down=0, capacity=-1, ramp_days=1.5)
    assert len(error.value.problems) == 5
    with pytest.raises(ParameterError, match="daily_need") as error:
        Plant(daily_need=0, stoppage_cost=-1, holding_cost=-1, days=0)
    assert len(error.value.problems) == 4
    with pytest.raises(ParameterError, match="share of A") as error:
        Strategy(name="x", shares={"A": 2}, cover_days=-1, fixed_cost=-1)
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="parts that add up to 1"):
        Strategy(name="x", shares={"A": 0.5})
    with pytest.raises(ParameterError, match="names that repeat: A") as error:
        compare_sourcing([A, A], [Strategy(name="x", shares={"C": 1})], PLANT)
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="at least one") as error:
        compare_sourcing([], [], PLANT)
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="replications") as error:
        compare_sourcing([A], PLANS, PLANT, common_per_year=-1, replications=3, confidence=2, seed=-1)
    assert len(error.value.problems) == 4
