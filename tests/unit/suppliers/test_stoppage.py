import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.stoppage import line_record, replay_reserve, stoppage_cost


def flows(needed, received, blocked):
    return pd.DataFrame({"needed": needed, "received": received, "blocked": blocked})


def replayed(frame, opening, reserve):
    """Day by day: the ordinary stock first, then the reserve; what is blocked leaves the ordinary stock alone."""
    stock, kept, lost = opening, reserve, 0.0
    for need, received, blocked in frame.to_numpy():
        stock = max(stock + received - blocked, 0)
        served = min(need, stock)
        stock -= served
        used = min(need - served, kept)
        kept -= used
        lost += need - served - used
    return lost, stock + kept


def test_cost_by_hand():
    found = stoppage_cost(lost=100, made_up=40, daily_output=50, margin=10, overtime=2, expenses={"freight": 5})
    assert found.table["amount"].tolist() == [600, 80, 5]
    assert (found.total, found.days, found.per_day) == (685, 2, 342.5)
    assert "took 2.0 days of output and cost 685; most of it is output lost for good: 600" in found.summary()


def test_no_loss_no_cost():
    found = stoppage_cost(lost=0, daily_output=50, margin=10)
    assert (found.total, found.per_day) == (0, 0)
    assert "cost nothing" in found.summary()


def test_replay_is_that_of_the_loop():
    rng = np.random.default_rng(6)
    for _ in range(20):
        frame = flows(
            rng.integers(5, 15, 40), rng.integers(0, 20, 40), rng.integers(0, 40, 40) * (rng.random(40) < 0.1)
        )
        sizes = [0, 0.5, 2, 7]
        found = replay_reserve(frame, opening=12, reserve_days=sizes)
        pace = frame["needed"].mean()
        for size, lost, last in zip(sizes, found.table["lost"], found.paths.iloc[-1], strict=True):
            assert (lost, last) == pytest.approx(replayed(frame, 12, size * pace))
        just = replay_reserve(frame, opening=12, reserve_days=[found.enough])
        assert just.table["lost"].iloc[0] == pytest.approx(0, abs=1e-9)


def test_saved_money_and_how_often_it_must_happen():
    frame = flows([10, 10, 10], [10, 0, 10], [0, 4, 0])
    found = replay_reserve(frame, opening=5, reserve_days=[0, 0.5], cost_per_unit=100, holding_cost=2)
    assert found.table["saved"].tolist() == [0, 5]
    assert found.table["saved_cost"].tolist() == [0, 500]
    assert found.table["cost_per_year"].tolist() == [0, 10]
    assert np.isnan(found.table["events_per_year"].iloc[0])
    assert found.table["events_per_year"].iloc[1] == 0.02
    assert "9 units were lost" in found.summary()


def test_nothing_lost_nothing_saved():
    found = replay_reserve(flows([1, 1], [1, 1], [0, 0]), reserve_days=[0, 3])
    assert found.enough == 0
    assert "saved nothing" in found.summary()


def test_line_record():
    days = flows([9, 9, 9], [9, 9, 9], [0, 3, 0]).assign(date=pd.date_range("2026-03-02", periods=3), built=[9, 4, 9],
                                                         stock=[20, 0, 5])  # fmt: skip
    found = line_record(days)
    assert (found.stop, found.days_short) == (1, 1)
    assert found.table["date"].tolist() == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert "On 1 of 3 days fewer cars were built than needed; stock was blocked on 2026-03-03" in found.summary()
    calm = line_record(days.assign(built=9, blocked=0))
    assert calm.stop is None
    assert "all 3 days" in calm.summary()


def test_everything_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match=r"(?s)made_up: 5.*daily_output: 0.*margin: -1.*freight: -2"):
        stoppage_cost(lost=3, made_up=5, daily_output=0, margin=-1, expenses={"freight": -2})
    frame = flows([1, -1], [1, 1], [0, 0])
    with pytest.raises(DataError, match="column 'needed': 1 value that cannot be used"):
        replay_reserve(frame)
    with pytest.raises(DataError, match="column 'blocked': missing"):
        replay_reserve(frame.drop(columns="blocked"))
    with pytest.raises(DataError, match="no need at all"):
        replay_reserve(flows([0], [1], [0]))
    with pytest.raises(ParameterError, match=r"(?s)opening: -1.*holding_cost: nan"):
        replay_reserve(flows([1], [1], [0]), opening=-1, holding_cost=float("nan"))
    with pytest.raises(ParameterError, match="reserve_days: 2 sizes"):
        replay_reserve(flows([1], [1], [0]), reserve_days=[1, -1])
    with pytest.raises(DataError, match="column 'date': missing"):
        line_record(flows([1], [1], [0]).assign(built=1, stock=1))
