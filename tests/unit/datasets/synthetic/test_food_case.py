"""Every draw can be solved: the analysis of the notebook finds what the tables were drawn from."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from casework.datasets.synthetic import food_case
from casework.datasets.synthetic.food_case import CRITERIA, generate
from casework.studies.case_food_safety import FAINT, LEAST, PLANS, RULES, SCENARIOS, SCOPES, ZERO_AT, FoodParameters
from casework.suppliers.excess import excess_rate
from casework.suppliers.points import composite_score, nonconformity_points, quality_rating
from casework.suppliers.presence import SamplingCost, compare_presence_plans
from casework.suppliers.recall import RecallCosts, compare_recalls
from casework.suppliers.sources import rank_sources
from casework.suppliers.trace import lot_graph
from casework.suppliers.watch import WatchRule, watch_scores

SEEDS = range(50)
SEVERITIES = ("low", "medium", "high")
EXTREMES = [
    (seed, severity, size)
    for severity in SEVERITIES
    for size in ("medium", "large")
    for seed in ((100, 101) if size == "medium" else (100,))
]
LEVERS = FoodParameters()
COSTS = RecallCosts(unit=LEVERS.pack_cost, fixed=LEVERS.recall_fixed_cost, case=LEVERS.illness_cost,
                    second=LEVERS.second_recall_cost, per_report=LEVERS.persons_per_report,
                    recovered=LEVERS.recovered)  # fmt: skip


@cache
def drawn(seed: int, severity: str, size: str) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    return generate(seed=seed, severity=severity, size=size)


@cache
def solved(seed: int, severity: str, size: str) -> dict[str, Any]:
    """Do the analysis of the notebook."""
    tables, truth = drawn(seed, severity, size)
    graph = lot_graph(tables["genealogy"], amount="amount_kg")
    goods, raw = tables["finished_lots"].set_index("finished_lot"), tables["raw_lots"].set_index("raw_lot")
    names = {"finished_lot": "lot", "packs_tested": "samples", "packs_positive": "positives"}
    kills = pd.DataFrame({SCENARIOS[0]: np.where(goods["baked"], 0.0, 1.0), SCENARIOS[1]: 1.0}, index=goods.index)
    ranked = rank_sources(graph, tables["tests"].rename(columns=names), groups=raw["supplier"], scenarios=kills)
    content = graph.contents(goods.index, of=raw.index).toarray()
    share = pd.DataFrame(content, index=goods.index, columns=raw.index)
    made = share[ranked.best].sum(axis=1) >= LEAST
    theirs = share.loc[:, raw["supplier"] == ranked.groups.index[0]].sum(axis=1) >= LEAST
    positive = tables["tests"].query("packs_positive > 0")["finished_lot"]
    choices = [False, goods.index.isin(positive), made & ~goods["baked"], made, theirs, True]
    scopes = pd.DataFrame(dict(zip(SCOPES, choices, strict=True)), index=goods.index)
    exposure = ranked.exposure(goods.index)
    mean = ranked.weights @ exposure.to_numpy()
    ill = tables["complaints"].query("reason == 'illness'").groupby("finished_lot").size()
    eaten = goods["packs_eaten"].clip(lower=1)
    rate = excess_rate(ill.reindex(goods.index, fill_value=0), eaten * np.where(mean >= FAINT, mean, 0), usual=eaten)
    reports = exposure * (goods["packs_left"] * rate["rate"])
    recall = compare_recalls(scopes, COSTS, units=goods["packs_left"], reports=reports, weights=ranked.weights)
    real = share[truth["lots"]].sum(axis=1) * (~goods["baked"] if truth["kill_step_works"] else 1.0)
    sure = pd.DataFrame([real * goods["packs_left"] * truth["report_rate"]])
    ideal = compare_recalls(scopes, COSTS, units=goods["packs_left"], reports=sure)
    past = rate["rate"] * float(eaten @ mean) * LEVERS.persons_per_report * LEVERS.illness_cost
    return {"truth": truth, "ranked": ranked, "scopes": scopes, "rate": rate, "recall": recall, "ideal": ideal,
            "raw": raw, "damage": recall.value(recall.best) + past}  # fmt: skip


def check(seed: int, severity: str, size: str) -> None:
    found = solved(seed, severity, size)
    truth, ranked, recall = found["truth"], found["ranked"], found["recall"]
    where = (seed, severity, size)
    assert ranked.best == truth["lots"], where
    assert ranked.groups.index[0] == truth["supplier"], where
    assert ranked.table["probability"].iloc[0] > 0.75, where
    assert ranked.scenarios.idxmax() == SCENARIOS[0 if truth["kill_step_works"] else 1], where
    assert recall.best == found["ideal"].best == truth["recall"], where
    assert recall.margin > 12_000, where
    chosen = found["scopes"][truth["recall"]]
    assert sorted(chosen.index[chosen]) == sorted(truth["finished_lots"]), where


@pytest.mark.parametrize("severity", SEVERITIES)
def test_sources_and_recalls_are_found(severity):
    for seed in SEEDS:
        if SEVERITIES[seed % 3] == severity:
            check(seed, severity, "small")


@pytest.mark.parametrize(("seed", "severity", "size"), EXTREMES)
def test_every_severity_and_size_can_be_solved(seed, severity, size):
    check(seed, severity, size)


def test_intervals_cover_the_truth():
    strength, rate = [], []
    for seed in SEEDS:
        found = solved(seed, SEVERITIES[seed % 3], "small")
        strength.append(
            found["ranked"].strength["low"] <= found["truth"]["strength"] <= found["ranked"].strength["high"]
        )
        rate.append(found["rate"]["low"] <= found["truth"]["report_rate"] <= found["rate"]["high"])
    assert np.mean(strength) >= 0.86
    assert np.mean(rate) >= 0.86


def test_the_plan_is_nearly_as_good_as_with_the_true_share():
    for seed in range(0, 50, 4):
        found = solved(seed, SEVERITIES[seed % 3], "small")
        lots, p = found["truth"]["lots"], found["ranked"].prevalence()
        costs = SamplingCost(test=LEVERS.test_cost, sample=0, lots=len(found["raw"]) / 42 * 365, run=len(lots),
                             episodes=LEVERS.episodes_per_year, damage=found["damage"] / len(lots))  # fmt: skip
        plan = compare_presence_plans(PLANS, costs, prevalence=list(p.values()), weights=[2, 1, 1], pool=15).best
        real = compare_presence_plans(PLANS, costs, prevalence=found["truth"]["prevalence"], pool=15).table
        cost = real.set_index("samples")["total_cost"]
        assert plan >= 15
        assert cost[plan] <= 1.25 * cost.min(), seed
        assert cost[plan] < cost[5], seed


@pytest.mark.parametrize("severity", SEVERITIES)
def test_scores_warn_of_the_supplier_and_of_no_other(severity):
    for seed in SEEDS:
        if SEVERITIES[seed % 3] != severity:
            continue
        tables, truth = drawn(seed, severity, "small")
        months = tables["supplier_months"]
        points = nonconformity_points(months, units="units_inspected").table["points_per_unit"]
        ratings = pd.DataFrame({"quality": quality_rating(points, zero_at=ZERO_AT),
                                "delivery": 100 * months["on_time"] / months["deliveries"],
                                "documents": 100 * months["documents_complete"] / months["deliveries"],
                                "audit": months["audit_score"]})  # fmt: skip
        weights = tables["scorecard"].set_index("criterion")["weight"].to_dict()
        months = months.assign(score=composite_score(ratings, weights=weights).score)
        scores = months.pivot_table(index="month", columns="supplier", values="score")
        rules = [WatchRule(name=RULES[0]), WatchRule(name=RULES[1], periods=2)]
        found = watch_scores(scores, rules, events={truth["supplier"]: truth["event_month"]}).table.set_index("rule")
        assert found.loc[RULES[1], "warned"] == 1, seed
        assert found.loc[RULES[1], "false_alarms"] == 0, seed
        assert 1 <= found.loc[RULES[1], "lead"] <= 9, seed
        assert found.loc[RULES[0], "false_alarms"] >= 1, seed
        assert truth["decline_month"] < truth["event_month"]


def test_truths_differ():
    truths = [drawn(seed, SEVERITIES[seed % 3], "small")[1] for seed in SEEDS]
    assert {truth["recall"] for truth in truths} == {SCOPES[2], SCOPES[3]}
    assert len({truth["supplier"] for truth in truths}) > 5
    assert len({tuple(truth["lots"]) for truth in truths}) > 25


def test_same_seed_same_tables():
    one, other = generate(seed=3, size="small"), generate(seed=3, size="small")
    assert one[1] == other[1]
    assert all(one[0][name].equals(other[0][name]) for name in one[0])
    assert not one[0]["tests"].equals(drawn(4, "medium", "small")[0]["tests"])


def test_severity_and_size_matter():
    means = [np.mean([solved(k, s, "small")["damage"] for k in SEEDS[i::3]]) for i, s in enumerate(SEVERITIES)]
    assert means == sorted(means)
    rows = [len(drawn(100, "low", size)[0]["shipments"]) for size in ("small", "medium", "large")]
    assert rows[0] * 1.8 < rows[1] <= 2000
    assert rows[1] * 3 < rows[2] < 8000


def test_tables_fit_together():
    tables, truth = drawn(100, "medium", "medium")
    genealogy, goods, raw = tables["genealogy"], tables["finished_lots"], tables["raw_lots"]
    assert set(genealogy["from"]) - set(genealogy["to"]) == set(raw["raw_lot"])
    assert set(genealogy["to"]) - set(genealogy["from"]) == set(goods["finished_lot"])
    assert set(tables["tests"]["finished_lot"]) <= set(goods["finished_lot"])
    shipped = tables["shipments"].groupby("finished_lot")["packs"].sum()
    assert shipped.reindex(goods["finished_lot"]).tolist() == goods["packs"].tolist()
    batches = genealogy[genealogy["to"].str.startswith("B")].groupby("to")["amount_kg"].sum()
    packed = genealogy[genealogy["step"] == "packed"].groupby("from")["amount_kg"].sum()
    assert packed.to_numpy() == pytest.approx(batches.reindex(packed.index).to_numpy(), rel=1e-3)
    loads = genealogy[genealogy["step"].isin(["filled", "left in silo"])].groupby("to")["amount_kg"].sum()
    drawn_off = genealogy[~genealogy["from"].isin(raw["raw_lot"]) & ~genealogy["step"].eq("packed")]
    taken = drawn_off.groupby("from")["amount_kg"].sum()
    assert (taken <= loads.reindex(taken.index) * 1.001).all()
    assert (raw["positives"] == 0).all()
    assert set(truth["lots"]) <= set(raw["raw_lot"])
    assert tables["supplier_months"]["month"].max() == goods["packed"].max()[:7]
    assert (tables["complaints"]["received"] <= max(tables["tests"]["tested"])).all()


def test_constants_are_those_of_the_study():
    assert food_case.ZERO_AT == ZERO_AT
    assert sum(CRITERIA.values()) == pytest.approx(1)
    assert max(food_case.PORTIONS, 15) == 15
    assert LEAST > 3 * food_case.HEEL * 0.6
