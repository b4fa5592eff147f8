from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.datasets.synthetic.credit_documents import credit_ledger

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "credit_ledger" / "data.parquet"


@pytest.fixture(scope="module")
def drawn():
    documents, world = credit_ledger(customers=400, seed=9)
    documents["date"], documents["due"] = pd.to_datetime(documents["date"]), pd.to_datetime(documents["due"])
    return documents, world


def test_bundled_file_is_the_generator_s():
    pd.testing.assert_frame_equal(pd.read_parquet(BUNDLED), credit_ledger()[0], check_dtype=False)


def test_nothing_is_settled_twice_or_before_its_invoice(drawn):
    documents, _ = drawn
    invoices = documents[documents["kind"] == "invoice"].set_index("document")
    others = documents[documents["invoice"].notna()]
    settled = others.groupby("invoice")["amount"].sum()
    assert documents["document"].is_unique
    assert (settled <= invoices.loc[settled.index, "amount"] + 0.05).all()
    assert (others["date"].to_numpy() > invoices.loc[others["invoice"], "date"].to_numpy()).all()
    assert (others["customer"].to_numpy() == invoices.loc[others["invoice"], "customer"].to_numpy()).all()
    assert (documents["amount"] > 0).all()


def test_customers_who_default_pay_later_before_it_and_lose_the_rest(drawn):
    documents, world = drawn
    default = pd.Series(world.default, index=world.customers["customer"])
    invoices = documents[documents["kind"] == "invoice"].set_index("document")
    paid = documents[(documents["kind"] == "payment") & documents["invoice"].notna()].groupby("invoice")["date"].min()
    late = (paid - invoices.loc[paid.index, "due"]).dt.days
    left = (invoices.loc[paid.index, "customer"].map(default) - paid).dt.days
    assert late[(left > 0) & (left < 60)].mean() > late[left.isna()].mean() + 10
    lost = documents[documents["kind"] == "write_off"]
    assert len(lost) > 0
    assert ((lost["date"] - lost["customer"].map(default)).dt.days == 365).all()
    assert not (invoices["date"] > invoices["customer"].map(default)).any()


def test_share_recovered_is_the_customer_s(drawn):
    documents, world = drawn
    lost = documents[documents["kind"] == "write_off"].groupby("customer")["amount"].sum()
    default = pd.Series(world.default, index=world.customers["customer"])
    after = documents[(documents["kind"] == "payment") & (documents["date"] > documents["customer"].map(default))]
    back = after[after["invoice"].notna()].groupby("customer")["amount"].sum().reindex(lost.index, fill_value=0.0)
    share = pd.Series(world.recovery, index=world.customers["customer"])[lost.index]
    assert np.allclose(back / (back + lost), share, atol=0.02)
