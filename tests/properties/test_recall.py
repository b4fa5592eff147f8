"""Properties of traces, presence-absence plans and recalls that hold for any input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.suppliers import (
    RecallCosts,
    compare_presence_plans,
    compare_recalls,
    lot_graph,
    presence_plan,
    rank_sources,
    samples_needed,
    smallest_sources,
    worth_recalling,
)
from casework.suppliers.presence import SamplingCost

QUICK = settings(max_examples=30, deadline=None)
STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12), st.floats(0.1, 10)), min_size=1, max_size=40)


def forest(steps):
    """Steps that go from a smaller number to a larger one: no circles."""
    rows = [(min(a, b), max(a, b), x) for a, b, x in steps if a != b] or [(0, 1, 1.0)]
    return pd.DataFrame(rows, columns=["from", "to", "amount"])


@QUICK
@given(STEPS, st.randoms())
def test_contents_add_up_and_do_not_depend_on_rows_or_units(steps, shuffle):
    frame = forest(steps)
    graph = lot_graph(frame)
    content = graph.contents(graph.lots)
    assert np.asarray(content.sum(axis=1)).ravel() == pytest.approx(1)
    order = list(range(len(frame)))
    shuffle.shuffle(order)
    other = lot_graph(frame.iloc[order].assign(amount=lambda x: 7 * x["amount"]))
    again = other.contents(graph.lots, of=graph.origins)
    assert np.abs(again - content).max() < 1e-12


@QUICK
@given(STEPS)
def test_back_and_forward_agree(steps):
    graph = lot_graph(forest(steps))
    for lot in graph.origins[:3]:
        for end in graph.forward([lot]).ends[:3]:
            assert lot in graph.backward([end]).origins
    found = smallest_sources(graph, graph.ends)
    assert 1 <= len(found.sources) <= len(graph.ends)
    assert found.table["findings"].sum() >= len(graph.ends)


@QUICK
@given(st.integers(1, 300), st.integers(1, 40), st.floats(0.3, 1))
def test_worse_lots_are_found_more_often_and_pools_cost_sharpness_only(n, pool, sensitivity):
    curve = presence_plan(n, pool=pool, sensitivity=sensitivity, prevalence=np.linspace(0, 1, 51)).curve["detection"]
    assert curve.iloc[0] == pytest.approx(0, abs=1e-12)
    assert (np.diff(curve) >= -1e-12).all()
    alone = presence_plan(n, sensitivity=sensitivity, prevalence=np.linspace(0, 1, 51)).curve["detection"]
    assert (curve <= alone + 1e-12).all()


@QUICK
@given(st.floats(1e-4, 0.9), st.floats(0.5, 0.999), st.integers(1, 20))
def test_needed_samples_keep_the_promise(p, detection, pool):
    n = int(samples_needed(p, detection=detection, pool=pool))
    assert float(presence_plan(n, pool=pool).at(p)) >= detection - 1e-9
    assert n % pool == 0


@QUICK
@given(st.floats(0, 1), st.integers(1, 8), st.floats(0, 1e6))
def test_more_samples_miss_less(p, run, damage):
    costs = SamplingCost(test=1, sample=0, lots=10, episodes=1, run=run, damage=damage)
    table = compare_presence_plans([0, 1, 5, 30, 200], costs, prevalence=p).table
    assert (np.diff(table["lots_missed"]) <= 1e-12).all()
    assert table["lots_missed"].iloc[0] == run


AMOUNTS = st.lists(st.floats(0, 100), min_size=4, max_size=4)


@QUICK
@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=3), st.floats(0, 50), st.floats(0, 500), st.floats(0, 1))
def test_recalling_more_leaves_less_and_information_is_worth_something(units, reports, unit, case, recovered):
    lots = list("abcd")
    scopes = pd.DataFrame({k: [i < k for i in range(4)] for k in range(5)}, index=lots)
    costs = RecallCosts(unit=unit, case=case, second=100, recovered=recovered)
    known = {"units": pd.Series(units, index=lots), "reports": pd.DataFrame(reports, columns=lots)}
    found = compare_recalls(scopes, costs, **known)
    assert (np.diff(found.table["chance_of_a_second_recall"]) <= 1e-9).all()
    assert found.table["illness_left"].iloc[-1] == pytest.approx(0, abs=1e-6)
    assert found.perfect_information >= -1e-6
    assert worth_recalling(costs, **known).dtype == bool


@QUICK
@given(st.integers(0, 10), st.integers(0, 10), st.integers(1, 10))
def test_probabilities_are_probabilities(one, two, three):
    graph = lot_graph(pd.DataFrame({"from": ["a", "b", "b", "c"], "to": ["f", "f", "g", "h"], "amount": 1}))
    tests = pd.DataFrame({"lot": ["f", "g", "h"], "samples": 10, "positives": [one, two, three]})
    found = rank_sources(graph, tests, groups=pd.Series({"a": 1, "b": 1, "c": 2}))
    assert found.weights.sum() == pytest.approx(1)
    assert found.groups.sum() == pytest.approx(1)
    assert found.lots.between(0, 1).all()
    assert found.strength["low"] <= found.strength["mean"] <= found.strength["high"]
