import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.receivables.ledger import PAYMENT, check_days, day_number, month_ends, read_ledger

ROWS = [
    ("A", "1", "invoice", None, "2025-01-10", "2025-02-09", 100.0),
    ("A", "2", "payment", "1", "2025-02-20", None, 60.0),
    ("B", "3", "invoice", None, "2025-01-15", "2025-01-31", 50.0),
    ("B", "4", "credit_note", "3", "2025-01-20", None, 10.0),
    ("B", "5", "payment", None, "2025-02-01", None, 7.0),
    ("B", "6", "write_off", "3", "2025-03-31", None, 40.0),
]
NAMES = ["customer", "document", "kind", "invoice", "date", "due", "amount"]


def table(*more, currency=None):
    frame = pd.DataFrame([*ROWS, *more], columns=NAMES)
    return frame if currency is None else frame.assign(currency=currency)


def test_open_amounts_day_by_day():
    ledger = read_ledger(table())
    assert ledger.as_of == "2025-03-31"
    days = {day: ledger.open_invoices(day_number("day", day)).tolist() for day in ("2025-01-09", "2025-01-15",
            "2025-01-20", "2025-02-20", "2025-03-31")}  # fmt: skip
    assert list(days.values()) == [[0, 0], [100, 50], [100, 40], [40, 40], [40, 0]]


def test_settled_in_full_on_the_last_day():
    ledger = read_ledger(table())
    assert ledger.settled_on()[0] == np.iinfo(np.int64).max
    assert ledger.settled_on()[1] == day_number("day", "2025-03-31")
    assert ledger.settled(ledger.last_day, [PAYMENT]).tolist() == [60, 0]


def test_money_on_account_names_no_invoice():
    ledger = read_ledger(table())
    assert (ledger.settled_invoice == -1).sum() == 1
    assert ledger.to_frame()["amount"].tolist() == [150, 67, 10, 40]


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (("A", "9", "invoice", None, "2025-02-01", "2025-03-01", -5.0), "amount, row 7: not above 0"),
        (("A", "9", "invoice", None, "2025-02-01", "2025-03-01", 0.0), "not above 0"),
        (("A", "9", "invoice", None, "2025-02-01", "2025-03-01", "ten"), "not above 0"),
        (("A", "9", "invoice", None, "2025-02-01", None, 5.0), "due, row 7: not a day"),
        (("A", "9", "invoice", None, "2025-02-01", "2025-01-01", 5.0), "before the invoice"),
        (("A", "9", "refund", None, "2025-02-01", None, 5.0), "one of invoice, payment, credit_note, write_off"),
        (("A", "9", "payment", "1", "2025-01-01", None, 5.0), "before the invoice that it settles"),
        (("A", "9", "payment", "77", "2025-02-01", None, 5.0), "not in the table"),
        (("A", "9", "payment", "3", "2025-02-01", None, 5.0), "of another customer"),
        (("A", "9", "payment", "1", "2025-02-21", None, 41.0), "more than what is open"),
        (("A", "9", "payment", "1", "31.02.2025", None, 5.0), "date, row 7: not a day"),
        (("A", "1", "payment", "1", "2025-02-21", None, 5.0), "occurred before"),
        ((None, "9", "payment", None, "2025-02-21", None, 5.0), "customer, row 7: empty"),
        (("A", None, "payment", None, "2025-02-21", None, 5.0), "document, row 7: empty"),
        (("A", "9", "write_off", None, "2025-02-21", None, 5.0), "a write-off that names no invoice"),
    ],
)
def test_refused_or_counted(row, match):
    with pytest.raises(DataError, match=match):
        read_ledger(table(row))
    ledger = read_ledger(table(row), invalid="exclude")
    assert [item.count for item in ledger.left_out] == [1]
    assert ledger.excluded()["reason"].iloc[0]
    assert len(ledger.amount) == 2


def test_all_problems_at_once():
    wrong = [
        ("A", "8", "invoice", None, "2025-02-01", "2025-03-01", -5.0),
        ("B", "9", "payment", "x", "soon", None, 1.0),
    ]
    with pytest.raises(DataError, match=r"(?s)amount, row 7.*") as caught:
        read_ledger(table(*wrong))
    assert len(caught.value.problems) == 2


def test_the_future_is_not_booked_yet():
    with pytest.raises(DataError, match="after 2025-02-15"):
        read_ledger(table(), as_of="2025-02-15")
    ledger = read_ledger(table(), as_of="2025-02-15", invalid="exclude")
    assert ledger.left_out[0].count == 2
    assert ledger.open_invoices(ledger.last_day).tolist() == [100, 40]


def test_a_surplus_becomes_money_on_account():
    ledger = read_ledger(table(("A", "9", "payment", "1", "2025-02-21", None, 55.0)), invalid="exclude")
    assert ledger.open_invoices(ledger.last_day).tolist() == [0, 0]
    on_account = ledger.settled_amount[(ledger.settled_invoice == -1) & (ledger.settled_customer == 0)]
    assert on_account.tolist() == [15.0]


def test_settlements_of_an_invoice_left_out_go_too():
    rows = [("A", "8", "invoice", None, "2025-02-01", "bad", 5.0), ("A", "9", "payment", "8", "2025-02-21", None, 5.0)]
    ledger = read_ledger(table(*rows), invalid="exclude")
    assert [item.count for item in ledger.left_out] == [1, 1]


def test_currencies_are_not_mixed():
    with pytest.raises(DataError, match="currency, row 6: not EUR"):
        read_ledger(table(currency=["EUR"] * 5 + ["USD"]))
    ledger = read_ledger(table(currency=["EUR"] * 5 + ["USD"]), invalid="exclude")
    assert ledger.currency == "EUR"
    assert ledger.left_out[0].count == 1


def test_numbers_dates_and_other_names():
    frame = table().assign(document=range(1, 7), invoice=[np.nan, 1.0, np.nan, 3.0, np.nan, 3.0])
    frame["date"], frame["due"] = pd.to_datetime(frame["date"]), pd.to_datetime(frame["due"])
    frame = frame.rename(columns={"customer": "who <b>"})
    ledger = read_ledger(frame, columns={"customer": "who <b>"}, attributes=["kind"])
    assert ledger.open_invoices(ledger.last_day).tolist() == [40, 0]
    assert ledger.attributes["kind"].tolist() == ["payment", "write_off"]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: frame.drop(columns="due"), "due: there is no such column"),
        (lambda frame: frame.iloc[:0], "no rows"),
        (lambda frame: pd.concat([frame, frame[["due"]]], axis=1), "occurs twice"),
        (lambda frame: frame[frame["kind"] == "payment"].assign(invoice=None), "there is no invoice"),
    ],
)
def test_tables_that_are_none(change, match):
    with pytest.raises(DataError, match=match):
        read_ledger(change(table()))


def test_arguments():
    with pytest.raises(ParameterError, match="as_of"):
        read_ledger(table(), as_of="soon")
    with pytest.raises(ParameterError, match="invalid"):
        read_ledger(table(), invalid="keep")
    ledger = read_ledger(table())
    with pytest.raises(ParameterError, match="up to 2025-03-31"):
        check_days("dates", ["2025-04-30"], ledger)
    with pytest.raises(ParameterError, match="ascend"):
        check_days("dates", ["2025-02-28", "2025-01-31"], ledger)
    with pytest.raises(ParameterError, match="at least one day"):
        check_days("dates", [], ledger)


def test_month_ends():
    ledger = read_ledger(table())
    assert month_ends(ledger) == ("2025-01-31", "2025-02-28", "2025-03-31")
    assert month_ends(ledger, months=1) == ("2025-03-31",)
    short = read_ledger(table().iloc[:1])
    with pytest.raises(DataError, match="no month-end"):
        month_ends(short)


def test_input_stays_and_summary_reads():
    frame = table()
    before = frame.copy()
    ledger = read_ledger(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert "2 invoices of 2 customers" in ledger.summary()


def long_table(*more):
    """400 invoices, one a day from 2025-01-01."""
    days = pd.date_range("2025-01-01", periods=400).strftime("%Y-%m-%d")
    rows = [("A", f"i{i}", "invoice", None, day, day, 10.0) for i, day in enumerate(days)]
    return pd.DataFrame([*rows, *more], columns=NAMES)


def test_a_payment_in_the_far_future_does_not_close_the_ledger():
    frame = long_table(("A", "p", "payment", "i0", "2099-01-01", None, 10.0))
    with pytest.raises(DataError, match=r"date, row 401: after 2026-02-04.*as_of"):
        read_ledger(frame)
    ledger = read_ledger(frame, invalid="exclude")
    assert ledger.as_of == "2026-02-04"
    assert [(item.where, item.count) for item in ledger.left_out] == [("date", 1)]
    assert read_ledger(frame, as_of="2099-01-01").as_of == "2099-01-01"


def test_a_late_end_of_many_documents_closes_the_ledger():
    late = [("A", f"p{i}", "payment", f"i{i}", "2026-09-30", None, 10.0) for i in range(10)]
    assert read_ledger(long_table(*late)).as_of == "2026-09-30"
