"""What holds for any rating: units, order, monotony, rows that add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.credit.rating import (
    GRADES,
    altman_scores,
    credit_limits,
    default_rates,
    migration_pairs,
    rate_customers,
    somers_d,
    standard_rules,
)

grades = st.lists(st.sampled_from(GRADES), min_size=2, max_size=40)
money = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-3, 3), min_size=5, max_size=5), st.floats(0.1, 1000))
def test_z_scores_do_not_depend_on_the_currency(x, rate):
    items = ["working_capital", "retained_earnings", "ebit", "equity", "sales"]
    firm = {name: 100 * value for name, value in zip(items, x, strict=True)}
    firm |= {"total_assets": 300.0, "total_liabilities": 120.0}
    there = altman_scores(firm).table["z"].iloc[0]
    assert altman_scores({k: rate * v for k, v in firm.items()}).table["z"].iloc[0] == pytest.approx(there, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_rows_add_up_and_powers_stay_probabilities(data):
    before = data.draw(grades)
    after = data.draw(st.lists(st.sampled_from([*GRADES, "default"]), min_size=len(before), max_size=len(before)))
    result = migration_pairs(before, after, default="default")
    matrix = result.matrix
    seen = result.n > 0
    assert np.allclose(matrix[seen].sum(axis=1), 1)
    assert matrix.drop(index="default")[~seen.drop("default")].isna().all(axis=None)
    power = result.power(3).dropna()
    assert np.allclose(power.sum(axis=1), 1)
    curve = result.default_curve(years=6).cumulative.dropna(axis=1)
    assert (curve.diff().dropna().to_numpy() >= -1e-12).all()
    assert ((curve >= 0) & (curve <= 1 + 1e-12)).all(axis=None)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=20), st.randoms())
def test_better_points_never_give_a_worse_grade_and_order_does_not_matter(rows, rnd):
    points = pd.DataFrame(rows, columns=["a", "b"])
    place = rate_customers(points).table["grade"].map(GRADES.index)
    lifted = rate_customers(np.minimum(points + 10, 100)).table["grade"].map(GRADES.index)
    assert (lifted <= place).all()
    order = list(range(len(rows)))
    rnd.shuffle(order)
    assert rate_customers(points.iloc[order]).table["grade"].sort_index().equals(rate_customers(points).table["grade"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(money, money, st.sampled_from(GRADES)), min_size=1, max_size=10), st.floats(1.0, 3.0))
def test_limits_are_never_negative_and_grow_with_the_amounts(rows, factor):
    firms = pd.DataFrame(rows, columns=["equity", "sales_to_customer", "grade"])
    rules = standard_rules(equity_share=0.1, purchase_months=2)
    low = credit_limits(firms, rules, grade_factors={"E": 0.0}).table["limit"]
    more = firms.assign(equity=firms["equity"] * factor, sales_to_customer=firms["sales_to_customer"] * factor)
    high = credit_limits(more, rules, grade_factors={"E": 0.0}).table["limit"]
    assert (low >= 0).all()
    assert (high >= low - 1e-9).all()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=2))
def test_somers_d_turns_its_sign_with_the_order(table):
    d, se = somers_d(table)
    turned, other = somers_d([row[::-1] for row in table])
    if np.isfinite(d):
        assert -1 <= d <= 1
        assert turned == pytest.approx(-d)
        assert other == pytest.approx(se)
    else:
        assert np.isnan(turned)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(GRADES), st.integers(0, 1)), min_size=1, max_size=60))
def test_default_rates_lie_in_their_intervals(rows):
    result = default_rates([grade for grade, _ in rows], [bad for _, bad in rows])
    table = result.table.dropna()
    assert ((table["low"] <= table["default_rate"] + 1e-12) & (table["default_rate"] <= table["high"] + 1e-12)).all()
    assert int(result.table["in_default"].sum()) == sum(bad for _, bad in rows)
