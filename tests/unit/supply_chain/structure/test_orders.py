import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.stats.proportion import wilson_interval
from casework.supply_chain.structure import measure_definitions, measure_orders


def tables(n=400, seed=1):
    rng = np.random.default_rng(seed)
    orders = pd.DataFrame(
        {
            "order": np.repeat(np.arange(n), 3),
            "item": np.tile(["x", "y", "z"], n),
            "quantity": rng.integers(1, 20, 3 * n),
            "customer": np.repeat(rng.choice(["P", "Q"], n), 3),
        }
    )
    start = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.repeat(rng.integers(0, 80, n), 3), unit="D")
    orders["ordered"], orders["promised"] = start, start + pd.Timedelta(days=5)
    sent = orders[["order", "item", "quantity"]].copy()
    sent["quantity"] = np.maximum(sent["quantity"] - (rng.random(3 * n) < 0.1), 1)
    sent["delivered"] = start + pd.to_timedelta(rng.integers(2, 7, 3 * n), unit="D")
    sent["damaged"] = rng.random(3 * n) < 0.03
    sent["wrong_documents"] = np.where(rng.random(3 * n) < 0.02, "yes", "no")
    return orders, sent.sample(frac=0.97, random_state=seed)


def by_loop(orders, sent, as_of):
    rows = []
    for _, lines in orders.groupby("order"):
        if lines["promised"].max() > as_of:
            continue
        row = {
            "perfect": True,
            "on_time": True,
            "in_full": True,
            "undamaged": True,
            "documents": True,
            "lines": 0.0,
            "filled": 0.0,
            "units": 0.0,
            "timely": 0.0,
            "last": [],
        }
        for line in lines.itertuples():
            own = sent[(sent["order"] == line.order) & (sent["item"] == line.item) & (sent["delivered"] <= as_of)]
            timely = own.loc[own["delivered"] <= line.promised, "quantity"].sum()
            row["on_time"] &= len(own) > 0 and (own["delivered"] <= line.promised).all()
            row["in_full"] &= own["quantity"].sum() >= line.quantity
            row["undamaged"] &= not own["damaged"].any()
            row["documents"] &= not (own["wrong_documents"] == "yes").any()
            row["lines"] += 1
            row["filled"] += timely >= line.quantity
            row["units"] += line.quantity
            row["timely"] += min(timely, line.quantity)
            row["last"] += [(day - line.ordered).days for day in own["delivered"]]
        row["perfect"] = row["on_time"] and row["in_full"] and row["undamaged"] and row["documents"]
        row["days"] = max(row["last"]) if row["in_full"] else np.nan
        row["customer"] = lines["customer"].iloc[0]
        rows.append(row)
    return pd.DataFrame(rows)


def test_measures_by_loop_over_orders():
    orders, sent = tables(60)
    found = measure_orders(orders, sent, by="customer", as_of="2026-03-10")
    loop = by_loop(orders, sent, pd.Timestamp("2026-03-10"))
    assert found.orders == len(loop) < 60
    for name in ["perfect", "on_time", "in_full", "undamaged", "documents"]:
        assert found.value(name) == pytest.approx(loop[name].mean()), name
    assert found.value("line_fill") == pytest.approx(loop["filled"].sum() / loop["lines"].sum())
    assert found.value("unit_fill") == pytest.approx(loop["timely"].sum() / loop["units"].sum())
    assert found.value("order_fill") == pytest.approx((loop["filled"] == loop["lines"]).mean())
    assert found.value("otif") == pytest.approx((loop["on_time"] & loop["in_full"]).mean())
    assert found.value("cycle_time") == pytest.approx(loop["days"].mean())
    own = found.groups.set_index(["group", "measure"])["value"]
    for customer, rows in loop.groupby("customer"):
        assert own[(customer, "perfect")] == pytest.approx(rows["perfect"].mean())
        assert own[(customer, "unit_fill")] == pytest.approx(rows["timely"].sum() / rows["units"].sum())
    assert any("not due on 2026-03-10" in note for note in found.notes)


def test_intervals_of_shares_and_means():
    found = measure_orders(*tables()).table.set_index("measure")
    low, high = wilson_interval(
        round(found["value"]["perfect"] * found["orders_counted"]["perfect"]), found["orders_counted"]["perfect"]
    )
    assert (found["low"]["perfect"], found["high"]["perfect"]) == (
        pytest.approx(float(low)),
        pytest.approx(float(high)),
    )
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()
    assert measure_orders(*tables(), confidence=None).table["low"].isna().all()


def test_interval_of_the_unit_fill_rate_holds_the_truth():
    orders, sent = tables(1000)
    truth = measure_orders(orders, sent, as_of="2026-06-01").value("unit_fill")
    hits = []
    for seed in range(30):
        chosen = np.random.default_rng(seed).choice(1000, 100, replace=False)
        part = measure_orders(
            orders[orders["order"].isin(chosen)], sent[sent["order"].isin(chosen)], as_of="2026-06-01", confidence=0.9
        )
        row = part.table.set_index("measure").loc["unit_fill"]
        hits.append(row["low"] <= truth <= row["high"])
    assert np.mean(hits) > 0.78


def test_the_product_of_rates_is_not_the_count():
    found = measure_orders(*tables())
    parts = [found.value(name) for name in ("on_time", "in_full", "undamaged", "documents")]
    assert found.product_rate == pytest.approx(np.prod(parts))
    assert found.product_rate != found.value("perfect")
    assert "the weakest part is" in found.summary()


def test_groups_by_month_and_names_of_columns():
    found = measure_orders(*tables(), by="month")
    assert sorted(set(found.groups["group"])) == ["2026-01", "2026-02", "2026-03"]
    with pytest.raises(ParameterError, match="Did you mean 'customer'"):
        measure_orders(*tables(), by="custmer")


def test_order_of_rows_and_text_dates_change_nothing():
    orders, sent = tables(60)
    shuffled = orders.sample(frac=1, random_state=3).assign(promised=lambda d: d["promised"].dt.strftime("%Y-%m-%d"))
    one, two = measure_orders(orders, sent), measure_orders(shuffled, sent.iloc[::-1])
    assert one.table["value"].tolist() == pytest.approx(two.table["value"].tolist())


def test_more_than_ordered_is_told():
    orders, sent = tables(20)
    found = measure_orders(orders, sent.assign(quantity=99))
    assert any("more than was ordered" in note for note in found.notes)
    assert found.value("unit_fill") <= 1


def test_nothing_due_and_bad_parameters():
    orders, sent = tables(20)
    with pytest.raises(DataError, match="no order is due on 2026-01-01"):
        measure_orders(orders, sent, as_of="2026-01-01")
    with pytest.raises(ParameterError, match="grace: -1"):
        measure_orders(orders, sent, grace=-1)
    with pytest.raises(ParameterError, match="confidence: 2"):
        measure_orders(orders, sent, confidence=2)


def test_every_measure_is_defined():
    assert measure_definitions()["measure"].is_unique
    assert len(measure_definitions()) == 10


def test_all_perfect_and_a_column_with_a_number_for_a_name():
    orders, sent = tables(4)
    whole = orders[["order", "item", "quantity"]].assign(delivered=orders["ordered"])
    found = measure_orders(orders.rename(columns={"customer": 3}), whole, by=3, as_of="2026-12-31")
    assert found.summary() == "Perfect orders: all of 4."
    with pytest.raises(ParameterError, match="4 is not known"):
        measure_orders(orders, sent, by=4)
    with pytest.raises(ParameterError, match="at most 3,650"):
        measure_orders(orders, sent, grace=1e9)
