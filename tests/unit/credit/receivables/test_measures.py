import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.core.options import allowed
from casework.credit.receivables.ledger import day_number, read_ledger
from casework.credit.receivables.measures import MEASURE_WORDS, Measure, check_measure, customer_measures
from casework.datasets.synthetic.credit_documents import credit_ledger


@pytest.fixture(scope="module")
def documents():
    return credit_ledger(customers=60, seed=3)[0]


def test_every_measure_has_words():
    assert allowed(Measure) == tuple(MEASURE_WORDS)


def test_against_a_loop(documents):
    ledger = read_ledger(documents)
    day = "2025-03-31"
    found = customer_measures(ledger, dates=[day])
    frame = documents[documents["date"] <= day]
    stamp = pd.Timestamp(day)
    for place, name in enumerate(ledger.customers[:25]):
        own = frame[frame["customer"] == name]
        invoices = own[own["kind"] == "invoice"].set_index("document")
        paid = own[own["invoice"].notna()].groupby("invoice")["amount"].sum().reindex(invoices.index, fill_value=0)
        rest = (invoices["amount"] - paid).round(2)
        late = (stamp - pd.to_datetime(invoices["due"])).dt.days
        open_ = rest.sum()
        got = {key: values[0, place] for key, values in found.values.items()}
        assert got["exposure"] == pytest.approx(open_, abs=1e-3)
        assert got["overdue_amount"] == pytest.approx(rest[late > 0].sum(), abs=1e-3)
        if open_ > 0:
            assert got["late_30_share"] == pytest.approx(rest[late > 30].sum() / open_)
            assert got["late_60_share"] == pytest.approx(rest[late > 60].sum() / open_)
            assert got["oldest_days"] == late[rest > 0].max()
        else:
            assert np.isnan(got["overdue_share"])
        pays = own[(own["kind"] == "payment") & own["invoice"].notna()]
        ages = (stamp - pd.to_datetime(pays["date"])).dt.days
        delay = (
            pd.to_datetime(pays["date"]) - pd.to_datetime(invoices["due"].reindex(pays["invoice"]).to_numpy())
        ).dt.days
        new, old = ages < 90, (ages >= 90) & (ages < 270)
        if new.any():
            mean = np.average(delay[new], weights=pays["amount"][new])
            assert got["days_late"] == pytest.approx(mean)
            if old.any():
                assert got["days_late_rise"] == pytest.approx(
                    mean - np.average(delay[old], weights=pays["amount"][old])
                )


def test_the_future_is_not_seen(documents):
    day = "2024-06-30"
    whole = customer_measures(read_ledger(documents), dates=[day])
    cut = read_ledger(documents, as_of=day, invalid="exclude")
    alone = customer_measures(cut, dates=[day])
    places = whole.customers.get_indexer(alone.customers)
    for name in MEASURE_WORDS:
        np.testing.assert_allclose(whole[name][0, places], alone[name][0], rtol=1e-12)


def test_reading_and_arguments(documents):
    ledger = read_ledger(documents)
    found = customer_measures(ledger, dates=["2024-06-30", "2024-07-31"])
    assert found.days.tolist() == [day_number("day", "2024-06-30"), day_number("day", "2024-07-31")]
    assert found.to_frame().shape == (len(ledger.customers), len(MEASURE_WORDS))
    assert "have something overdue" in found.summary()
    with pytest.raises(ParameterError, match="recent"):
        customer_measures(ledger, recent=0)
    with pytest.raises(ParameterError, match="Did you mean 'overdue_share'"):
        check_measure("measure", "overdue_shar")
