import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.receivables.ageing import ageing_history
from casework.credit.receivables.kpi import (
    average_days_delinquent,
    bad_debt_rate,
    best_possible_dso,
    collection_effectiveness,
    countback_dso,
    days_sales_outstanding,
    receivable_kpis,
)
from casework.credit.receivables.ledger import read_ledger
from casework.datasets.synthetic.credit_documents import credit_ledger


@pytest.fixture(scope="module")
def documents():
    return credit_ledger(customers=60, seed=3)[0]


def test_countback_of_long_receivables():
    assert np.isnan(countback_dso(receivables=100, sales=[10, 20], days=30))
    assert countback_dso(receivables=30, sales=[10, 20], days=[31, 28]) == pytest.approx(59)
    assert countback_dso(receivables=0, sales=[10, 20]) == 0
    assert countback_dso(receivables=15, sales=[10, 0, 10], days=30) == pytest.approx(75)


def test_the_table_by_pandas(documents):
    found = receivable_kpis(read_ledger(documents), window=3).table.set_index("day")
    month = pd.to_datetime(documents["date"]).dt.to_period("M")
    signed = documents["amount"].where(documents["kind"] == "invoice", -documents["amount"])
    sales = signed[documents["kind"].isin(["invoice", "credit_note"])].groupby(month).sum()
    lost = documents.loc[documents["kind"] == "write_off", "amount"].groupby(month).sum()
    three = sales["2025-04":"2025-06"].sum()
    row = found.loc["2025-06-30"]
    assert row["sales"] == pytest.approx(three)
    assert row["dso"] == pytest.approx(row["receivables"] / three * 91)
    assert row["days_delinquent"] == pytest.approx(row["overdue"] / three * 91)
    assert row["written_off"] == pytest.approx(
        lost.reindex(pd.period_range("2025-04", "2025-06", freq="M")).fillna(0).sum()
    )
    begin = found.loc["2025-03-31", "receivables"]
    current = row["receivables"] - row["overdue"]
    expected = (begin + three - row["receivables"]) / (begin + three - current)
    assert row["collection_effectiveness"] == pytest.approx(expected)
    last = sales[:"2025-06"].iloc[-12:]
    days = last.index.days_in_month.to_numpy()
    assert row["countback_dso"] == pytest.approx(
        countback_dso(receivables=row["receivables"], sales=list(last), days=list(days))
    )


def test_what_is_not_known_yet(documents):
    found = receivable_kpis(read_ledger(documents), window=3)
    assert found.table["dso"].isna().tolist()[:3] == [True, True, False]
    assert found.table["collection_effectiveness"].isna().tolist()[:4] == [True, True, True, False]
    assert "days" in found.summary()
    longer = receivable_kpis(
        read_ledger(documents), window=24, history=ageing_history(read_ledger(documents), dates=["2023-06-30"])
    )
    assert "fewer than 24 months" in longer.summary()


@pytest.mark.parametrize(
    ("function", "given", "match"),
    [
        (days_sales_outstanding, {"receivables": -1, "sales": 1, "days": 1}, "receivables"),
        (days_sales_outstanding, {"receivables": 1, "sales": 0, "days": 1}, "sales"),
        (best_possible_dso, {"receivables": 1, "past_due": 2, "sales": 1, "days": 1}, "past_due"),
        (average_days_delinquent, {"receivables": 1, "past_due": 0, "sales": 1, "days": 0}, "days"),
        (countback_dso, {"receivables": 1, "sales": []}, "at least one month"),
        (countback_dso, {"receivables": 1, "sales": [1, 2], "days": [30]}, "one length for each month"),
        (collection_effectiveness, {"beginning": 1, "sales": 1, "ending": 1, "ending_current": 2}, "ending_current"),
        (bad_debt_rate, {"written_off": 1, "sales": float("nan")}, "sales"),
    ],
)
def test_refused(function, given, match):
    with pytest.raises(ParameterError, match=match):
        function(**given)


def test_window_and_basis(documents):
    ledger = read_ledger(documents)
    with pytest.raises(ParameterError, match="window"):
        receivable_kpis(ledger, window=0)
    with pytest.raises(ParameterError, match="basis due"):
        receivable_kpis(ledger, history=ageing_history(ledger, edges=(30, 60), basis="invoice"))
