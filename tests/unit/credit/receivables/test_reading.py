import numpy as np
import pandas as pd

from casework.credit.receivables.reading import name_rows, read_documents

PARTS = {name: name for name in ("customer", "document", "kind", "invoice", "date", "due", "amount", "currency")}


def documents(**change):
    frame = {"customer": [" B", "A"], "document": ["1", "2"], "kind": ["Invoice", "Credit note"], "invoice": ["", "1"],
             "date": ["2025-01-01", "2025-01-02"], "due": ["2025-01-31", ""], "amount": ["10", "2.5"]}  # fmt: skip
    return read_documents(pd.DataFrame({**frame, **change}), parts=PARTS, attributes=(), close=None)


def test_text_is_trimmed_and_kinds_are_read_leniently():
    found = documents(customer=[" B", "B "])
    assert found.problems == []
    assert list(found.customers) == ["B"]
    assert found.kind.tolist() == [0, 2]
    assert found.amount.tolist() == [10, 2.5]
    assert found.invoice.tolist() == [-1, 0]


def test_places_of_invoices_follow_the_rows_that_stay():
    found = documents()
    assert [item.found for item in found.problems] == ["an invoice of another customer"]
    assert found.row.tolist() == [1]


def test_days_with_hours_and_zones():
    found = documents(customer=["A", "A"], date=["2025-01-01T23:00:00Z", "2025-01-02 08:00"])
    assert found.problems == []
    assert found.date.tolist() == [20089, 20090]


def test_rows_are_named_briefly():
    assert name_rows(np.array([3])) == "row 3"
    assert name_rows(np.arange(1, 9)) == "rows 1, 2, 3, 4, 5 and 3 more"
