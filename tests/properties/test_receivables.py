"""What must hold for any ledger."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.credit.receivables import (
    Stakes,
    ageing,
    ageing_history,
    backtest,
    countback_dso,
    customer_measures,
    find_defaults,
    read_ledger,
    roll_rates,
    warn_customers,
)
from casework.credit.receivables.ledger import day_number

DAY = np.datetime64("2024-01-01")
COLUMNS = ["customer", "document", "kind", "invoice", "date", "due", "amount"]
KINDS = ("payment", "credit_note", "write_off")


@st.composite
def documents(draw):
    """Invoices with up to two settlements each, never beyond what is open, and money on account."""
    rows = []
    for i in range(draw(st.integers(1, 12))):
        who, start = draw(st.sampled_from("ABC")), draw(st.integers(0, 200))
        cents = draw(st.integers(2, 100_000))
        rows.append((who, f"I{i}", "invoice", None, start, start + draw(st.integers(0, 60)), cents))
        left = cents
        for k in range(draw(st.integers(0, 2))):
            part = draw(st.integers(1, max(1, left - 1))) if left > 1 else 0
            if part:
                rows.append(
                    (
                        who,
                        f"S{i}.{k}",
                        draw(st.sampled_from(KINDS)),
                        f"I{i}",
                        start + draw(st.integers(0, 150)),
                        None,
                        part,
                    )
                )
            left -= part
        if draw(st.booleans()):
            rows.append((who, f"P{i}", "payment", None, start, None, draw(st.integers(1, 5000))))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("date", "due"):
        frame[name] = [None if pd.isna(x) else str(DAY + int(x)) for x in frame[name]]
    return frame.assign(amount=frame["amount"] / 100)


@settings(max_examples=25, deadline=None)
@given(documents(), st.integers(0, 400), st.permutations([15, 30, 45, 60, 90]))
def test_buckets_add_up_to_what_is_open(frame, day, edges):
    ledger = read_ledger(frame, as_of="2025-12-31")
    when = str(DAY + day)
    found = ageing(ledger, as_of=when, edges=[0, *sorted(edges[:3])])
    booked = frame[frame["date"] <= when]
    signed = booked["amount"].where(booked["kind"] == "invoice", -booked["amount"])
    assert found.totals["total"] == pytest.approx(signed.sum(), abs=1e-6)
    assert found.open == pytest.approx(ledger.open_invoices(day_number("day", when)).sum(), abs=1e-2)
    by_customer = signed.groupby(booked["customer"]).sum()
    for name, total in found.table["total"].items():
        assert total == pytest.approx(by_customer[name], abs=1e-6)
    assert (found.table["credits"] <= 0).all()


@settings(max_examples=15, deadline=None)
@given(documents(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    a = ageing_history(read_ledger(frame, as_of="2024-12-31"))
    b = ageing_history(read_ledger(frame.iloc[order], as_of="2024-12-31"))
    pd.testing.assert_frame_equal(a.totals, b.totals)
    assert find_defaults(read_ledger(frame)) == find_defaults(read_ledger(frame.iloc[order]))


@settings(max_examples=15, deadline=None)
@given(documents())
def test_money_flows_somewhere(frame):
    ledger = read_ledger(frame, as_of="2024-12-31")
    dates = ["2024-03-31", "2024-04-30", "2024-05-31"]
    flows = roll_rates(ledger, dates=dates).flows
    start = sum(ledger.open_invoices(day_number("day", day)).sum() for day in dates[:2])
    assert flows.to_numpy().sum() == pytest.approx(start, abs=0.05)
    assert (flows.to_numpy() >= 0).all()


@settings(max_examples=15, deadline=None)
@given(documents(), st.floats(0.01, 1), st.integers(1, 3), st.integers(1, 400))
def test_warnings_are_counted_once(frame, threshold, months, horizon):
    ledger = read_ledger(frame, as_of="2024-12-31")
    signals = warn_customers(
        customer_measures(ledger), [{"measure": "overdue_share", "threshold": threshold, "months": months}]
    )
    row = backtest(signals, find_defaults(ledger), stakes=Stakes(horizon=horizon)).overall
    assert row["right"] + row["false"] + row["undecided"] == row["warnings"]
    assert row["warned"] <= row["defaults"]
    raised = (signals.events["event"] == "raised").sum() - (signals.events["event"] == "released").sum()
    assert raised == signals.active[:, -1].sum()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12), st.floats(0, 1))
def test_countback_lies_between_no_month_and_all(sales, share):
    found = countback_dso(receivables=share * sum(sales), sales=sales, days=30)
    assert -1e-9 <= found <= 30 * len(sales) * (1 + 1e-9)
    more = countback_dso(receivables=0.5 * share * sum(sales), sales=sales, days=30)
    assert more <= found + 1e-9
