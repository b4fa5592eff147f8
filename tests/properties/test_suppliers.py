"""Properties of the supplier methods that hold for any input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.suppliers import (
    Contract,
    Market,
    acceptance_probability,
    capability_from_summary,
    compare_contracts,
    composite_score,
    coordinating_contract,
    evaluate_plan,
    grade_suppliers,
    season_demand,
)

QUICK = settings(max_examples=30, deadline=None)


@QUICK
@given(st.integers(1, 300), st.integers(0, 20), st.sampled_from(["binomial", "poisson"]))
def test_worse_lots_are_accepted_less_often(n, c, model):
    if c >= n:
        return
    curve = acceptance_probability(np.linspace(0, 1, 101), n=n, c=c, model=model)
    assert curve[0] == 1
    assert (np.diff(curve) <= 1e-12).all()
    plan = evaluate_plan(n=n, c=c, model=model)
    assert 0 <= plan.aoql <= plan.worst_quality <= 1


@QUICK
@given(
    st.floats(0.1, 0.9),
    st.floats(0.05, 1.5),
    st.sampled_from(["normal", "gamma"]),
    st.sampled_from(["buyback", "revenue_sharing", "quantity_flexibility"]),
)
def test_coordinating_contracts_reach_the_best_of_the_chain(part, variation, kind, contract):
    demand = season_demand(mean=100, sd=100 * min(variation, 0.4 if kind == "normal" else 1.5), kind=kind)
    market = Market(demand=demand, price=10, supplier_cost=3, retailer_cost=1, salvage=1)
    found = compare_contracts(market, [coordinating_contract(market, contract, retailer_share=part)])
    assert found.value("efficiency") == pytest.approx(1, abs=1e-6)
    assert found.value("retailer_share") == pytest.approx(part, abs=1e-6)


@QUICK
@given(st.floats(3.5, 9.9))
def test_a_wholesale_price_above_cost_never_makes_the_chain_earn_all(price):
    market = Market(demand=season_demand(mean=100, sd=30, kind="gamma"), price=10, supplier_cost=3)
    assert compare_contracts(market, [Contract(kind="wholesale", wholesale=price)]).value("efficiency") < 1


@QUICK
@given(st.floats(-5, 5), st.floats(0.01, 10), st.integers(3, 500))
def test_cpk_is_never_above_cp_and_scale_does_not_matter(mean, sd, n):
    found = capability_from_summary(mean=mean, sd=sd, n=n, lower=-6, upper=6)
    assert found.value("Cpk") <= found.value("Cp") + 1e-12
    assert found.value("Cpm") <= found.value("Cp") * np.sqrt(n / (n - 1)) + 1e-12
    scaled = capability_from_summary(mean=10 * mean, sd=10 * sd, n=n, lower=-60, upper=60)
    assert scaled.table[["value", "low", "high"]].to_numpy() == pytest.approx(
        found.table[["value", "low", "high"]].to_numpy()
    )


@QUICK
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=8))
def test_scores_are_bounded_and_grades_follow_scores(rows):
    ratings = pd.DataFrame(rows, columns=["a", "b"])
    score = composite_score(ratings, weights={"a": 2, "b": 1}).score
    assert (score >= ratings.min(axis=1) - 1e-9).all()
    assert (score <= ratings.max(axis=1) + 1e-9).all()
    table = grade_suppliers(score).table.sort_values("score")
    assert list(table["grade"]) == sorted(table["grade"], reverse=True)
