"""Every draw can be solved: the analysis of the notebook finds what the tables were drawn from."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.automaker_case import CAUSES, DECISIONS, generate
from casework.suppliers.changes import find_change
from casework.suppliers.disruption import Plant, Source, compare_sourcing
from casework.suppliers.interruptions import supply_interruptions
from casework.suppliers.points import nonconformity_points
from casework.suppliers.stoppage import replay_reserve, stoppage_cost
from casework.suppliers.strategies import STRATEGIES, sourcing_strategies
from casework.suppliers.variation import sources_of_variation

SEEDS = range(50)
EXTREMES = [(seed, severity, size) for severity in ("low", "medium", "high") for size in ("small", "medium", "large")
            for seed in range(100, 103)]  # fmt: skip
FACTORS = {"strokes": "tool wear", "batch": "material batch", "shift": "work shift", "gauge": "measurement"}
MARGIN, OVERTIME, CAPITAL, RESERVE_DAYS, SHARE, YEARS = 2400.0, 350.0, 0.1, 5.0, 0.3, 4.0


@cache
def drawn(seed: int, severity: str, size: str) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    return generate(seed=seed, severity=severity, size=size)


def suspect_of(tables: dict[str, pd.DataFrame]) -> str:
    lots = tables["deliveries"]
    last = lots[lots["received"] > lots["received"].max() - pd.Timedelta(days=21)]
    return str(nonconformity_points(last, units="inspected", by="supplier").table["points_per_unit"].idxmax())


def change_of(tables: dict[str, pd.DataFrame], supplier: str) -> Any:
    own = tables["measurements"].query("supplier == @supplier")
    daily = own.groupby("date")["deviation"].mean()
    return find_change(daily, labels=daily.index.strftime("%Y-%m-%d").tolist(), resamples=99)


def cause_of(tables: dict[str, pd.DataFrame], supplier: str, since: str) -> Any:
    own = tables["measurements"].query("supplier == @supplier and date >= @since")
    return sources_of_variation(own, value="deviation", factors=["batch", "shift", "gauge", "tool"],
                                covariates=["strokes"])  # fmt: skip


def cost_of(tables: dict[str, pd.DataFrame]) -> Any:
    days, stops, spent = tables["line_days"], tables["stoppages"], tables["expenses"]
    module = stops.groupby("waiting_for")["cars_lost"].sum().drop("").idxmax()
    own = stops[stops["waiting_for"] == module]
    money = spent[spent["occasion"] == module].groupby("kind")["amount"].sum()
    return stoppage_cost(lost=float(own["cars_lost"].sum()), made_up=float(days["made_up"].sum()),
                         daily_output=float(days["planned"].iloc[0]), margin=MARGIN, overtime=OVERTIME,
                         expenses=money.to_dict())  # fmt: skip


def decision_of(tables: dict[str, pd.DataFrame], supplier: str, rate: float, days_down: float) -> Any:
    part = tables["parts"].set_index("supplier").loc[supplier]
    offer = tables["quotations"].set_index("part").loc[part["part"]]
    calendar = 5 / 7
    need = float(tables["line_days"]["planned"].iloc[0]) * calendar
    plant = Plant(daily_need=need, stoppage_cost=cost_of(tables).per_day * calendar,
                  holding_cost=float(part["storage_per_year"] + CAPITAL * part["price"]))  # fmt: skip
    main = Source(name="main", price=float(part["price"]), failures_per_year=rate, days_down=max(days_down, 1.0),
                  capacity=float(part["capacity"]))  # fmt: skip
    second = Source(name="second", price=float(part["price"] * (1 + offer["price_premium"])),
                    failures_per_year=float(offer["failures_per_year"]), days_down=float(offer["days_down"]),
                    capacity=float(offer["capacity"]), ramp_days=int(offer["ramp_days"]))  # fmt: skip
    plans = sourcing_strategies(main, second, second_share=SHARE, reserve_days=RESERVE_DAYS,
                                fixed_cost=float(offer["tooling"] / YEARS + offer["audit_per_year"]))  # fmt: skip
    return compare_sourcing([main, second], plans, plant, replications=100)


def test_all_causes_and_decisions_are_drawn():
    truths = [drawn(seed, "medium", "small")[1] for seed in SEEDS]
    assert {truth["cause"] for truth in truths} == set(CAUSES)
    assert {truth["decision"] for truth in truths} == set(DECISIONS) == set(STRATEGIES)
    assert len({truth["supplier"] for truth in truths}) > 3
    assert len({truth["level"] for truth in truths}) > 6


@pytest.mark.parametrize("severity", ["low", "medium", "high"])
def test_points_find_the_supplier(severity):
    for seed in SEEDS:
        tables, truth = drawn(seed, severity, "small")
        assert suspect_of(tables) == truth["supplier"], (seed, severity)


@pytest.mark.parametrize("severity", ["low", "high"])
def test_the_beginning_and_the_cause_are_found(severity):
    covered, near = [], []
    for seed in SEEDS:
        tables, truth = drawn(seed, severity, "small")
        change = change_of(tables, truth["supplier"])
        low, high = change.interval
        covered.append(low <= truth["began"] <= high)
        near.append(abs(np.busday_count(truth["began"], change.label)))
        assert change.p_value == pytest.approx(0.01), (seed, severity)
        found = cause_of(tables, truth["supplier"], change.label).main_factor
        assert FACTORS[found] == truth["cause"], (seed, severity)
    assert np.mean(covered) >= 0.86
    assert max(near) <= 8


@pytest.mark.parametrize(("seed", "severity", "size"), EXTREMES)
def test_every_severity_and_size_is_solvable(seed, severity, size):
    tables, truth = drawn(seed, severity, size)
    assert suspect_of(tables) == truth["supplier"]
    change = change_of(tables, truth["supplier"])
    assert FACTORS[cause_of(tables, truth["supplier"], change.label).main_factor] == truth["cause"]


def test_the_recorded_interruptions_lead_to_the_right_decision():
    for seed in SEEDS:
        tables, truth = drawn(seed, ("low", "medium", "high")[seed % 3], "small")
        events = tables["interruptions"]
        watched = tables["parts"].set_index("supplier")["watched_years"].to_dict()
        row = supply_interruptions(events, years=watched).row(truth["supplier"])
        assert row["failures_per_year"] == pytest.approx(truth["failures_per_year"], rel=0.05)
        assert row["days_down"] == pytest.approx(truth["days_down"], rel=0.35)
        found = decision_of(tables, truth["supplier"], row["failures_per_year"], row["days_down"])
        costs = found.table["expected_cost"].sort_values().to_numpy()
        beyond = costs - found.table["purchase"].min()
        assert found.cheapest == truth["decision"], (seed, truth["decision"])
        assert beyond[1] > 1.15 * beyond[0], (seed, truth["decision"], beyond)


def test_the_reserve_that_would_have_been_enough_is_what_was_lost():
    for severity in ("low", "medium", "high"):
        tables, truth = drawn(3, severity, "medium")
        days = tables["line_days"]
        stop = days.index[days["blocked"] > 0][0]
        found = replay_reserve(days[stop:], opening=float(days["stock"][stop - 1]), reserve_days=[0, 5])
        assert found.table["lost"].iloc[0] == truth["cars_lost"]
        assert found.enough * found.daily_need == pytest.approx(truth["cars_lost"])
        assert str(days["date"][stop].date()) == truth["stopped"]


def test_the_stop_is_booked_under_several_causes_and_told_by_what_was_waited_for():
    for seed in SEEDS:
        tables, truth = drawn(seed, "medium", "small")
        stops = tables["stoppages"]
        own = stops[stops["waiting_for"] == truth["module"]]
        assert own["cars_lost"].sum() == truth["cars_lost"]
        assert len(set(own["booked_cause"])) > 1
        assert tables["line_days"]["made_up"].sum() == truth["cars_made_up"]
        assert (stops["minutes"] > 0).mean() > 0.95


def test_severity_and_size_matter():
    for name in ("cars_lost", "share_after"):
        low, medium, high = (
            np.mean([drawn(seed, severity, "small")[1][name] for seed in range(20)])
            for severity in ("low", "medium", "high")
        )
        assert low < medium < high
    rows = {size: len(drawn(4, "medium", size)[0]["measurements"]) for size in ("small", "medium", "large")}
    assert rows == {"small": 924, "medium": 1960, "large": 7200}


def test_the_certificate_lies_where_the_measuring_is_at_fault_only():
    for seed in SEEDS:
        tables, truth = drawn(seed, "low", "small")
        own = tables["measurements"].query("supplier == @truth['supplier'] and date >= @truth['began']")
        gap = (own["deviation"] - own["certificate"]).groupby(own["gauge"]).mean().abs()
        limit = tables["parts"]["upper_limit"].iloc[0]
        assert (gap.max() > 0.5 * limit) == (truth["cause"] == "measurement")
        if truth["cause"] == "measurement":
            assert gap.idxmax() == truth["level"]


def test_same_seed_same_tables_and_nothing_missing():
    one, same, other = (generate(seed=seed, severity="low", size="small")[0] for seed in (1, 1, 2))
    assert all(one[name].equals(same[name]) for name in one)
    assert not one["measurements"].equals(other["measurements"])
    assert not any(frame.isna().any().any() for frame in one.values())
    numbers = [frame.select_dtypes("number") for name, frame in one.items() if name not in ("measurements", "parts")]
    assert all((frame >= 0).all().all() for frame in numbers)


def test_what_cannot_be_drawn_is_refused_at_once():
    with pytest.raises(ParameterError, match=r"(?s)seed: -1.*severity: 'dire'.*size: 'huge'"):
        generate(seed=-1, severity="dire", size="huge")  # type: ignore[arg-type]
