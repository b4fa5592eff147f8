"""Every draw can be solved: the analysis of the notebook finds the truth, for all severities and sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from casework.accounts import (
    Dispute,
    DisputeResult,
    classify_risks,
    path_stability,
    present_value,
    read_steps,
    simulate_exposure,
    solve_dispute,
    summarise_precedents,
)
from casework.datasets.synthetic.marketplace_case import EDITIONS, RATE, YEAR, YEARS, generate
from casework.suppliers import Market, SeasonDemand, Standing, bargain, contract_with_credits, fit_seasons

LEVELS = ("low", "medium", "high")
DRAWS = [(seed, "medium", "medium") for seed in range(50)] + [
    (seed, severity, size) for seed in (1, 2, 3) for severity in LEVELS for size in ("small", "medium", "large")
]


def standing(tables: dict[str, pd.DataFrame], demand: SeasonDemand) -> Standing:
    price = tables["prices"].set_index("item")["amount"]
    market = Market(
        demand=demand,
        price=price["price to customers"],
        supplier_cost=price["cost of making"],
        retailer_cost=price["cost of handling"],
        salvage=price["clearance value of an unsold unit"],
    )
    per = tables["clauses"].groupby("per")["supplier_reading"].sum()
    terms = contract_with_credits(
        wholesale=price["wholesale price per unit"], per_unit_sold=per["unit sold"], per_unit_left=per["unit left over"]
    )
    elsewhere = tables["alternatives"].set_index("side")["profit_per_edition"]
    return Standing(
        market=market,
        contract=terms,
        order=float(tables["editions"]["ordered"].mean()),
        retailer_elsewhere=float(elsewhere["marketplace"]),
        supplier_elsewhere=float(elsewhere["supplier"]),
    )


def analysed(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    seasons = fit_seasons(tables["weekly_sales"].groupby("edition")["requested"].sum(), resamples=200)
    now = standing(tables, seasons.demand)
    deal = bargain(now.market, "revenue_sharing", retailer_floor=now.retailer_floor, supplier_floor=now.supplier_floor)
    books = tables["settlements"]
    gaps = (books["booked_by_marketplace"] - books["credited_by_supplier"]).groupby(books["clause"]).sum()
    gain = (deal.value("retailer_profit") - now.retailer_elsewhere) * YEAR if deal.exists else 0.0
    offers = tables["offers"]
    steps = tables["steps"].merge(summarise_precedents(tables["precedents"]), on="step")
    dispute = Dispute(
        steps=read_steps(steps, cost="cost_marketplace"),
        claim=float(gaps.sum()),
        offer=float(offers.loc[offers["offered_by"] == "supplier", "sum"].iloc[-1]),
        relationship=present_value(gain, years=YEARS, rate=RATE),
        rate=RATE,
        skip=True,
    )
    chances = tables["scale"].set_index("level")["chance"].to_dict()
    loss = simulate_exposure(tables["risks"], chances=chances, correlation=0.2, scenarios=4000, levels=[0.95])
    return {"seasons": seasons, "now": now, "deal": deal, "gaps": gaps, "paths": solve_dispute(dispute), "loss": loss}


@pytest.mark.parametrize(("seed", "severity", "size"), DRAWS)
def test_the_analysis_finds_the_truth(seed, severity, size):
    tables, truth = generate(seed=seed, severity=severity, size=size)
    found = analysed(tables)
    now: Standing = found["now"]
    assert found["gaps"].idxmax() == truth["main_clause"]
    assert found["gaps"].max() > 1.8 * found["gaps"].sort_values().iloc[-2]
    assert found["deal"].exists == truth["contract_saves"]
    assert abs(found["deal"].gain) > 0.02 * now.best
    assert found["paths"].best == truth["best_path"]
    assert found["loss"].risks["risk"].iloc[0] == truth["top_risk"]
    assert found["loss"].expected == pytest.approx(truth["expected_loss"])
    assert found["seasons"].mean_low <= truth["demand_mean"] <= found["seasons"].mean_high
    assert found["seasons"].demand.sd == pytest.approx(truth["demand_sd"], rel=0.2)
    assert now.market.best_order == pytest.approx(truth["best_order"], rel=0.08)
    assert now.efficiency == pytest.approx(truth["efficiency"], abs=0.04)
    assert now.best == pytest.approx(truth["best_profit"], rel=0.05)


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_tables_of_every_size(size):
    tables, _ = generate(seed=11, severity="medium", size=size)
    editions, sales = tables["editions"], tables["weekly_sales"]
    assert len(editions) == EDITIONS[size]
    assert sales.groupby("edition")["sold"].sum().tolist() == editions["sold"].tolist()
    assert (sales["sold"] <= sales["requested"]).all()
    assert (editions["ordered"] == editions["sold"] + editions["left_over"]).all()
    requested = sales.groupby("edition")["requested"].sum().to_numpy()
    assert (editions["sold"] == np.minimum(requested, editions["ordered"])).all()
    assert not any(
        table.drop(columns="share_recovered", errors="ignore").isna().any().any() for table in tables.values()
    )
    assert all(len(table) <= 2000 for table in tables.values()) or size == "large"
    assert classify_risks(tables["risks"]).of_class("show stopper") or classify_risks(tables["risks"]).of_class(
        "significant risk"
    )


def test_a_larger_severity_costs_more_and_a_larger_size_has_more_rows():
    draws = {level: [generate(seed=seed, severity=level, size="small") for seed in range(12)] for level in LEVELS}
    claims, losses = [], []
    for level in LEVELS:
        books = [tables["settlements"] for tables, _ in draws[level]]
        claims.append(sum(float((b["booked_by_marketplace"] - b["credited_by_supplier"]).sum()) for b in books))
        losses.append(sum(truth["expected_loss"] for _, truth in draws[level]))
    assert claims == sorted(claims)
    assert losses == sorted(losses)
    rows = [sum(map(len, generate(seed=3, severity="low", size=size)[0].values())) for size in EDITIONS]
    assert rows == sorted(rows)


def test_the_seed_decides_everything_and_truths_differ():
    first, again = (generate(seed=5, severity="high", size="small") for _ in range(2))
    assert first[1] == again[1]
    assert all(first[0][name].equals(again[0][name]) for name in first[0])
    truths = [generate(seed=seed, severity="medium", size="small")[1] for seed in range(30)]
    assert len({truth["main_clause"] for truth in truths}) == 4
    assert {truth["contract_saves"] for truth in truths} == {True, False}
    assert len({truth["best_path"] for truth in truths}) >= 3
    assert len({truth["top_risk"] for truth in truths}) >= 8


def test_no_table_holds_the_sum_in_dispute():
    tables, truth = generate(seed=2, severity="medium", size="medium")
    books = tables["settlements"]
    claim = float((books["booked_by_marketplace"] - books["credited_by_supplier"]).sum())
    assert (abs(tables["offers"]["sum"] / claim - 1) > 0.03).all()
    words = " ".join(str(value) for table in tables.values() for value in table.to_numpy().ravel()[:400])
    assert truth["best_path"] == "accept the offer" or truth["best_path"] not in words


def test_the_best_path_is_sure_beyond_the_precedents():
    tables, truth = generate(seed=4, severity="medium", size="large")
    paths: DisputeResult = analysed(tables)["paths"]
    found = path_stability(paths.dispute, tables["precedents"], resamples=500)
    assert found.table["path"].iloc[0] == truth["best_path"]
    assert found.table["best_in"].iloc[0] > 0.6
