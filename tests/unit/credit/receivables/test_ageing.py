import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.receivables.ageing import ageing, ageing_history, bucket_names, check_edges, place_days
from casework.credit.receivables.ledger import day_number, read_ledger
from casework.datasets.synthetic.credit_documents import credit_ledger

ROWS = [
    ("A", "1", "invoice", None, "2025-01-10", "2025-02-09", 100.0),
    ("A", "2", "payment", "1", "2025-02-20", None, 60.0),
    ("B", "3", "invoice", None, "2025-01-15", "2025-01-31", 50.0),
    ("B", "4", "credit_note", "3", "2025-01-20", None, 10.0),
    ("B", "5", "payment", None, "2025-02-01", None, 7.0),
    ("B", "6", "write_off", "3", "2025-03-31", None, 40.0),
]


def table():
    return pd.DataFrame(ROWS, columns=["customer", "document", "kind", "invoice", "date", "due", "amount"])


@pytest.fixture(scope="module")
def ledger():
    return read_ledger(credit_ledger(customers=60, seed=3)[0])


def test_bounds_of_the_buckets():
    names = bucket_names((0, 30, 60, 90))
    days = [-5, 0, 1, 30, 31, 90, 91]
    assert [names[i] for i in place_days(days)] == ["current", "current", "1-30", "1-30", "31-60", "61-90", "90+"]
    lower = bucket_names((0, 30, 60), boundary="lower")
    assert [lower[i] for i in place_days([-1, 0, 29, 30, 60], (0, 30, 60), "lower")] == [
        "current", "0-29", "0-29", "30-59", "60+",
    ]  # fmt: skip


def test_credits_stay_with_their_customer():
    found = ageing(read_ledger(table()), as_of="2025-02-28")
    assert found.table.loc["B", "credits"] == -7
    assert found.table.loc["B", "1-30"] == 40
    assert found.table.loc["B", "total"] == 33
    assert found.table.loc["A", "1-30"] == 40
    assert found.open == 80
    assert found.totals["total"] == 73
    assert found.to_frame()["share"].sum() == pytest.approx(1)


def test_documents_after_the_day_do_not_count():
    ledger = read_ledger(table())
    assert ageing(ledger, as_of="2025-01-12").totals["total"] == 100
    assert ageing(ledger, as_of="2025-01-01").open == 0
    assert "nothing is open" in ageing(ledger, as_of="2025-01-01").summary()


def test_by_day_of_the_invoice():
    found = ageing(read_ledger(table()), as_of="2025-02-28", edges=(30, 60), basis="invoice")
    assert found.totals[["0-30", "31-60", "60+"]].tolist() == [0, 80, 0]


@pytest.mark.parametrize("boundary", ["upper", "lower"])
def test_against_a_loop_over_invoices(ledger, boundary):
    found = ageing_history(ledger, edges=(0, 30, 60, 90), boundary=boundary)
    for i in (0, 11, -1):
        day = day_number("day", found.dates[i])
        expected = np.zeros((len(ledger.customers), 5))
        for j, money in enumerate(ledger.open_invoices(day)):
            late = int(day - ledger.due[j])
            place = (late > 0) + (late > 30) + (late > 60) + (late > 90)
            if boundary == "lower":
                place = (late >= 0) + (late >= 30) + (late >= 60) + (late >= 90)
            expected[ledger.customer[j], place] += money
        np.testing.assert_allclose(found.values[i, :, :-1], expected, atol=1e-4)


def test_history_and_single_days_agree(ledger):
    history = ageing_history(ledger)
    day = history.dates[20]
    one = ageing(ledger, as_of=day)
    pd.testing.assert_series_equal(one.totals, history.at(day).totals)
    assert history.to_frame().shape == (len(history.dates), 8)
    assert history.overdue.sum() == pytest.approx(history.beyond(1).sum())
    assert "Overdue were" in history.summary()
    with pytest.raises(ParameterError, match="one of"):
        history.at("2020-01-01")


@pytest.mark.parametrize("edges", [(), (30, 30), (60, 30), (-1, 30), (0.5, 30), (float("nan"), 3)])
def test_edges_that_are_none(edges):
    with pytest.raises(ParameterError, match="ascending whole days"):
        check_edges(edges)


def test_options_and_days(ledger):
    with pytest.raises(ParameterError, match="basis"):
        ageing(ledger, basis="paid")
    with pytest.raises(ParameterError, match="boundary"):
        ageing(ledger, boundary="middle")
    with pytest.raises(ParameterError, match="up to"):
        ageing(ledger, as_of="2030-01-01")
