"""Properties of the customer methods that hold for any input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.customers import customer_summary, kaplan_meier, lift_table, pareto, rfm_scores

QUICK = settings(max_examples=30, deadline=None)
SALES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400), st.floats(0, 1e6)), min_size=1, max_size=30)


@QUICK
@given(SALES)
def test_money_and_purchases_are_kept(rows):
    log = pd.DataFrame(rows, columns=["who", "day", "eur"])
    log["when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["day"], unit="D")
    found = customer_summary(log, customer="who", date="when", value="eur").table
    assert found["total"].sum() == pytest.approx(log["eur"].sum())
    assert found["purchases"].sum() == len(log[["who", "day"]].drop_duplicates())
    assert (found["recency"] <= found["tenure"]).all()
    scored = rfm_scores(found).table
    assert scored[["r", "f", "m"]].to_numpy().min() >= 1
    assert scored[["r", "f", "m"]].to_numpy().max() == 5


@QUICK
@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40).filter(lambda x: sum(x) > 1))
def test_shares_add_up_and_the_curve_lies_above_the_diagonal(values):
    found = pareto(pd.Series(values))
    assert found.table["share"].sum() == pytest.approx(1)
    assert found.table["class"].is_monotonic_increasing
    assert 0 - 1e-12 <= found.gini < 1
    assert found.top(0.5) >= 0.5 - 1e-9


@QUICK
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40))
def test_curves_fall_and_stay_inside_their_intervals(rows):
    time, left = map(np.array, zip(*rows, strict=True))
    table = kaplan_meier(time, left.astype(int)).table
    assert (np.diff(table["survival"]) <= 1e-12).all()
    known = table.dropna()
    assert (known["low"] <= known["survival"] + 1e-12).all()
    assert (known["survival"] <= known["high"] + 1e-12).all()


@QUICK
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=60))
def test_gain_reaches_all_and_lift_averages_one(rows):
    left, p = map(np.array, zip(*rows, strict=True))
    if left.all() or not left.any():
        return
    table = lift_table(left.astype(int), p).table
    assert table["gain"].iloc[-1] == pytest.approx(1)
    assert np.average(table["lift"], weights=table["n"]) == pytest.approx(1)
