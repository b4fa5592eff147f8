import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.bullwhip import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    Demand,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    Start,
    check_demand,
    exact_amplification,
    serial_chain,
    simulate_chain,
    simulate_path,
)
from casework.supply_chain.bullwhip.simulation import ratio_interval

DEMAND = Demand(mean=100, sd=10, correlation=0.5)


def averages(**facts):
    return serial_chain(OrderUpTo(forecast=MovingAverage(window=4), safety_stock=20), **facts)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    "forecast", [MovingAverage(window=4), Smoothing(weight=0.3), AutoRegressive(correlation=0.5, mean=100)]
)
def test_simulation_holds_the_exact_values(forecast, shared):
    """Within four standard errors, at every stage, over half a million periods."""
    chain = serial_chain(OrderUpTo(forecast=forecast), names=["a", "b", "c"], order_lead_time=1, shipment_lead_time=1,
                         shared=shared, returns=True)  # fmt: skip
    table = simulate_chain(chain, DEMAND, periods=1000, replications=500, warm_up=100).stages
    error = (table["high"] - table["low"]) / 2 / 1.965
    exact = exact_amplification(chain, correlation=0.5)
    assert (np.abs(table["amplification"] - exact) < 4 * error + 1e-12).all()
    assert (error / exact < 0.02).all()


def test_smoothing_against_two_million_periods():
    """The number in dispute: 1.6964, not 1.9375."""
    chain = serial_chain(OrderUpTo(forecast=Smoothing(weight=0.6)), names=["a"], returns=True)
    demand = Demand(mean=100, sd=10, correlation=0.9)
    row = simulate_chain(chain, demand, periods=2000, replications=1000, warm_up=200).stages.iloc[0]
    assert row["amplification"] == pytest.approx(1.6964, abs=0.008)
    assert row["high"] < 1.9


def test_same_numbers_for_any_chunks():
    chain = averages(unmet="lost", order_lead_time=1)
    given = {"periods": 60, "replications": 11, "warm_up": 5, "seed": 4}
    results = [simulate_chain(chain, DEMAND, chunk=chunk, **given) for chunk in (11, 4, 1)]
    assert results[0] == results[1] == results[2]
    assert results[0].path.equals(results[2].path)


def test_sums_are_those_of_the_paths():
    """Moments added up on the way against the paths themselves."""
    chain = averages(names=["a", "b"], transit_cost=[1, 2], order_cost=3, unmet="lost")
    given = {"periods": 40, "replications": 3, "warm_up": 10, "seed": 9}
    found = simulate_chain(chain, DEMAND, **given).stages
    demand = np.concatenate(list(DEMAND.blocks(periods=50, replications=range(3), seed=9, block=50, negative=False)))
    orders, cost, unmet, asked, net = [], [], [], [], []
    for r in range(3):
        start = Start(flow=100, inventory=np.array([20.0, 20.0]))
        table = simulate_path(chain, demand[:, r], start=start)
        own = table[(table["stage"] == "b") & (table["period"] > 10)]
        orders.append(own["orders"].var() / demand[10:, r].var(ddof=1) * demand[10:, r].var(ddof=1))
        cost.append(own["cost"].mean())
        first = table[(table["stage"] == "a") & (table["period"] > 10)]
        unmet.append(first["unmet"].sum())
        asked.append(first["incoming"].sum())
        net.append(own["net_stock"].var())
    row = found.iloc[1]
    assert row["amplification"] == pytest.approx(np.mean(orders) / demand[10:].var(axis=0, ddof=1).mean())
    assert row["cost"] == pytest.approx(np.mean(cost))
    assert row["net_stock_sd"] == pytest.approx(np.sqrt(np.mean(net)))
    assert found["fill_rate"].iloc[0] == pytest.approx(1 - sum(unmet) / sum(asked))


def test_lost_sales_keep_no_backlog():
    found = simulate_chain(averages(unmet="lost"), Demand(mean=20, sd=9), periods=100, replications=5)
    assert found.stages["mean_backlog"].iloc[0] == 0
    assert found.stages["fill_rate"].iloc[0] < 1


def test_summary_names_the_last_stage():
    found = simulate_chain(averages(names=["shop", "<b>"]), DEMAND, periods=50, replications=3)
    assert f"Orders of the <b> vary {found.amplification:.2f} times" in found.summary()
    assert found.cost == pytest.approx(found.to_frame()["cost"].sum())


def test_one_replication_has_no_interval_and_says_so():
    found = simulate_chain(averages(), DEMAND, periods=50, replications=1)
    assert found.stages["low"].isna().all()
    assert "One replication" in found.notes[0]


def test_demand_cut_at_nothing_is_told():
    found = simulate_chain(averages(), Demand(mean=5, sd=10), periods=50, replications=3)
    assert "demand was 0" in found.notes[0]


@pytest.mark.parametrize(
    ("sizes", "match"),
    [
        ({"periods": 1}, "periods: 1"),
        ({"replications": 2.5}, r"replications: 2\.5.*whole"),
        ({"warm_up": -1}, "warm_up: -1"),
        ({"seed": -1, "chunk": 0}, "chunk: 0(.|\n)*seed: -1"),
        ({"confidence": 1}, "confidence: 1"),
    ],
)
def test_sizes_are_checked(sizes, match):
    with pytest.raises(ParameterError, match=match):
        simulate_chain(averages(), DEMAND, **sizes)


def test_given_path_by_hand():
    """Base stock 10, lead time 1: what was sold comes back a period later."""
    chain = serial_chain(BaseStock(level=10), names=["shop"], shipment_lead_time=1, holding_cost=2, backlog_cost=5)
    table = simulate_path(chain, [4, 12, 3], start=Start(flow=0, inventory=np.array([10.0])))
    assert table["net_stock"].tolist() == [6, -2, 7]
    assert table["orders"].tolist() == [4, 12, 3]
    assert table["unmet"].tolist() == [0, 2, 0]
    assert table["shipped"].tolist() == [4, 10, 5]
    assert table["cost"].tolist() == [12, 10, 14]


@pytest.mark.parametrize(
    ("demand", "match"),
    [
        ([1, -2, 3], "negative in 1 of 3 periods .first: 2"),
        ([1, np.nan, "x"], "missing or not a number in 2 of 3 periods .first: 2, 3"),
        ([np.inf, -1], "missing or not a number in 1 of 2(.|\n)*negative in 1 of 2"),
        ([], "0 periods.*at least 1"),
    ],
)
def test_bad_demand(demand, match):
    with pytest.raises(DataError, match=match):
        check_demand(demand)
    with pytest.raises(DataError, match=match):
        simulate_path(averages(), demand)


def test_ratio_interval_is_that_of_a_ratio_estimate():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        base = rng.gamma(9, size=40)
        low, high = ratio_interval(2 * base + rng.normal(0, 1, 40), base, 0.9)[1:]
        hits += low <= 2 <= high
    assert 0.85 < hits / 300 < 0.95


def test_result_keeps_its_own_copy():
    found = simulate_chain(serial_chain(Anchoring(target=300)), DEMAND, periods=50, replications=2)
    table = found.to_frame()
    table.loc[0, "cost"] = -1
    assert (found.stages["cost"] > 0).all()
    assert isinstance(found.path, pd.DataFrame)
    assert set(found.path["place"]) == {-1, 0, 1, 2, 3}
