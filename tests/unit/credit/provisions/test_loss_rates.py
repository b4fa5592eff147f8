import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.loss_rates import flow_rates, run_off, run_off_rates
from casework.credit.receivables import read_ledger


def document(customer, number, kind, amount, date, due=None, invoice=None, industry="x"):
    return {"customer": customer, "document": number, "kind": kind, "amount": amount, "date": date, "due": due,
            "invoice": invoice, "industry": industry}  # fmt: skip


ROWS = [
    document("A", "1", "invoice", 100.0, "2023-01-01", "2023-01-31"),
    document("A", "2", "payment", 60.0, "2023-01-31", invoice="1"),
    document("A", "3", "payment", 30.0, "2023-03-02", invoice="1"),
    document("A", "4", "credit_note", 10.0, "2023-02-02", invoice="1"),
    document("B", "5", "invoice", 200.0, "2023-01-01", "2023-01-31", industry="y"),
    document("B", "6", "payment", 50.0, "2023-06-30", invoice="5", industry="y"),
    document("B", "7", "write_off", 150.0, "2023-07-30", invoice="5", industry="y"),
    document("B", "8", "invoice", 999.0, "2025-01-01", "2025-01-31", industry="y"),
]


def ledger(rows=ROWS):
    return read_ledger(pd.DataFrame(rows), attributes=["industry"])


def test_by_hand():
    found = run_off(ledger()).table.set_index("bucket")
    assert found["reached"].tolist() == [290, 230, 200, 200, 200]
    assert found["paid"].tolist() == [60, 30, 0, 0, 50]
    assert found["loss_rate"].tolist() == pytest.approx([150 / 290, 150 / 230, 0.75, 0.75, 0.75])
    assert found["customers_with_a_loss"].tolist() == [1] * 5
    assert found["customers"].tolist() == [2, 2, 1, 1, 1]


def test_agrees_with_the_rates_of_sums():
    found = run_off(ledger()).table
    single = run_off_rates(290, found["paid"].iloc[:-1].tolist())
    assert (found["loss_rate"].iloc[:-1] * found["reached"].iloc[:-1] / 150).tolist() == pytest.approx([1] * 4)
    assert single[-1] == 1


def test_segments_and_wide_table():
    found = run_off(ledger(), by="industry")
    assert found.segments == ("x", "y")
    assert found.rates().loc["x"].fillna(-1).tolist() == pytest.approx([0, 0, -1, -1, -1])
    assert found.rates().loc["y"].tolist() == pytest.approx([0.75] * 5)
    assert "Fewer than 10" in found.notes[0]


def test_what_is_still_open_counts_as_lost():
    found = run_off(ledger(), as_of="2023-07-29", maturity=90)
    assert found.lost == 150
    assert found.still_open == 150
    assert any("still open" in note for note in found.notes)
    assert "was lost" in found.summary()


def test_later_documents_are_not_looked_at():
    early = run_off(ledger(), as_of="2023-06-29", maturity=90)
    assert early.lost == 200
    assert early.sales == 290


def test_interval_is_that_of_a_ratio_over_customers():
    found = run_off(ledger(), confidence=0.9).table
    y, x = np.array([0.0, 150]), np.array([90.0, 200])
    rest = y - y.sum() / x.sum() * x
    half = 1.6448536 * np.sqrt((rest**2).sum() * 2) / x.sum()
    assert found["low"].iloc[0] == pytest.approx(max(150 / 290 - half, 0))
    assert found["high"].iloc[0] == pytest.approx(min(150 / 290 + half, 1))


def test_problems():
    with pytest.raises(DataError, match="no invoice was due"):
        run_off(ledger(), maturity=3000)
    with pytest.raises(ParameterError, match="maturity"):
        run_off(ledger(), maturity=10)
    with pytest.raises(ParameterError, match="by"):
        run_off(ledger(), by="region")
    with pytest.raises(ParameterError, match="as_of"):
        run_off(ledger(), as_of="2023-02-30")
    with pytest.raises(DataError, match="at most the sales"):
        run_off_rates(10, [11])
    with pytest.raises(ParameterError, match="paid"):
        run_off_rates(10, [-1])


def test_flow_rates_by_hand():
    table = pd.DataFrame({"a": [100.0, 200, 300], "b": [50.0, 30, 60], "c": [5.0, 10, 8]})
    found = flow_rates(table, loss_share=0.5)
    first, second = 90 / 300, 18 / 80
    assert found.table["loss_rate"].tolist() == pytest.approx([first * second / 2, second / 2, 0.5])
    assert "By flow rates" in found.summary()
    assert len(found.to_frame()) == 3


def test_flow_rates_refuse():
    good = pd.DataFrame({"a": [1.0, 2], "b": [1.0, 2]})
    with pytest.raises(DataError, match="at least two"):
        flow_rates(good.iloc[:1], loss_share=0.5)
    with pytest.raises(DataError, match="b"):
        flow_rates(good.assign(b=[-1.0, 2]), loss_share=0.5)
    with pytest.raises(ParameterError, match="loss_share"):
        flow_rates(good, loss_share=1.5)
