"""What must hold for any chain, order book and ledger."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.supply_chain.structure import (
    ROLES,
    RUBRIC,
    cash_to_cash,
    classify_processes,
    development_stage,
    double_margins,
    find_boundary,
    measure_orders,
    read_processes,
    split_surplus,
)

days = st.integers(0, 30).map(float)


@st.composite
def chains(draw):
    n = draw(st.integers(1, 8))
    after = [draw(st.sets(st.integers(0, i - 1))) if i else set() for i in range(n)]
    return pd.DataFrame(
        {
            "process": [f"p{i}" for i in range(n)],
            "stage": draw(st.lists(st.sampled_from(ROLES), min_size=n, max_size=n)),
            "lead_time": draw(st.lists(days, min_size=n, max_size=n)),
            "after": ["; ".join(f"p{j}" for j in before) for before in after],
        }
    )


def read(table):
    return read_processes(table, stages=ROLES)


@settings(max_examples=30, deadline=None)
@given(chains(), days, days)
def test_pull_is_closed_towards_the_customer_and_grows_with_patience(table, wait, more):
    chain = read(table)
    found = find_boundary(chain, tolerance=wait)
    pull = set(found.table.loc[found.table["push_pull"] == "pull", "process"])
    graph = chain.graph()
    assert all(after in pull for name in pull for after in graph.successors(name))
    wider = find_boundary(chain, tolerance=wait + more).table
    assert pull <= set(wider.loc[wider["push_pull"] == "pull", "process"])
    row = found.products.iloc[0]
    assert row["response"] <= wait + 1e-9
    assert row["total"] == nx.dag_longest_path_length(
        nx.DiGraph(
            [(("a", n), ("b", n), {"weight": d["lead_time"]}) for n, d in graph.nodes(data=True)]
            + [(("b", u), ("a", v), {"weight": 0}) for u, v in graph.edges]
        )
    )


@settings(max_examples=30, deadline=None)
@given(chains(), days, st.floats(0.1, 10))
def test_units_of_time_do_not_move_the_boundary(table, wait, factor):
    one = find_boundary(read(table), tolerance=wait).table["push_pull"]
    scaled = table.assign(lead_time=table["lead_time"] * factor)
    assert find_boundary(read(scaled), tolerance=wait * factor + 1e-9).table["push_pull"].tolist() == one.tolist()


@settings(max_examples=30, deadline=None)
@given(chains(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(table, random):
    rows = list(range(len(table)))
    random.shuffle(rows)
    one = classify_processes(read(table)).table.set_index("process")
    other = classify_processes(read(table.iloc[rows])).table.set_index("process").loc[one.index]
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 3), min_size=8, max_size=8), st.integers(0, 7))
def test_a_better_answer_never_lowers_the_stage(scores, place):
    names = [item.name for item in RUBRIC]
    levels = ["traditional logistics", "modern logistics", "synchronized chain"]
    given_ = dict(zip(names, scores, strict=True))
    before = development_stage(given_, lag=2)
    after = development_stage({**given_, names[place]: 3}, lag=2)
    assert levels.index(after.level) >= levels.index(before.level)
    assert after.score >= before.score - 1e-12


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 200)), min_size=1, max_size=6), st.floats(0, 500))
def test_parts_of_the_surplus_add_up(stages, value):
    table = pd.DataFrame(stages, columns=["cost", "price"]).assign(stage=[str(i) for i in range(len(stages))])
    found = split_surplus(table, value=value)
    assert found.table["profit"].sum() == pytest.approx(found.surplus, abs=1e-9)
    assert found.chain_profit + found.consumer_surplus == pytest.approx(found.surplus, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(1, 1e4), st.floats(0.01, 100), st.floats(0, 0.9), st.integers(1, 20))
def test_every_margin_more_raises_the_price_and_lowers_the_profit(most, slope, part, stages):
    cost = part * most / slope
    fewer = double_margins(most=most, slope=slope, cost=cost, stages=stages)
    more = double_margins(most=most, slope=slope, cost=cost, stages=stages + 1)
    assert more.efficiency < fewer.efficiency <= 1 + 1e-12
    assert more.table["price"][1] >= fewer.table["price"][1]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12), days)
def test_measures_are_shares_and_grace_never_hurts(rows, grace):
    n = len(rows)
    wanted, got, late = (np.array(column) for column in zip(*rows, strict=True))
    orders = pd.DataFrame({"order": np.arange(n) // 2, "item": np.arange(n), "quantity": wanted,
                           "ordered": pd.Timestamp("2026-01-01"), "promised": pd.Timestamp("2026-01-05")})  # fmt: skip
    sent = orders.assign(
        quantity=np.maximum(got, 1), delivered=pd.Timestamp("2026-01-01") + pd.to_timedelta(late, unit="D")
    )
    given_ = {"as_of": "2026-12-31"}
    one = measure_orders(orders, sent[["order", "item", "quantity", "delivered"]], **given_)
    other = measure_orders(orders, sent[["order", "item", "quantity", "delivered"]], grace=grace, **given_)
    shares = one.table[one.table["measure"] != "cycle_time"]["value"]
    assert shares.between(0, 1).all()
    assert one.value("perfect") <= one.value("otif") <= min(one.value("on_time"), one.value("in_full"))
    assert one.value("otif") <= one.value("order_fill")
    for name in ("perfect", "on_time", "order_fill", "line_fill", "unit_fill"):
        assert other.value(name) >= one.value(name) - 1e-12


amounts = st.floats(1, 1e6)


@settings(max_examples=40, deadline=None)
@given(amounts, amounts, amounts, amounts, amounts, st.floats(0.1, 100))
def test_currency_does_not_change_days(sales, cost, inventory, receivables, payables, factor):
    table = pd.DataFrame({"sales": [sales], "cost_of_sales": [cost], "inventory": [inventory],
                          "receivables": [receivables], "payables": [payables]})  # fmt: skip
    one, other = cash_to_cash(table).table, cash_to_cash(table * factor).table
    assert other["cash_to_cash"][0] == pytest.approx(one["cash_to_cash"][0], rel=1e-9, abs=1e-6)
    assert one["turns"][0] * one["inventory_days"][0] == pytest.approx(365)
