from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.datasets.synthetic.credit_statements import credit_applications, credit_customers

DATASETS = Path(__file__).resolve().parents[4] / "datasets"


@pytest.mark.parametrize("maker", [credit_applications, credit_customers])
def test_bundled_files_are_the_generator_s(maker):
    rows, _ = maker()
    bundled = (DATASETS / maker.__name__ / "data.csv").read_text(encoding="utf-8")
    assert rows.to_csv(index=False, lineterminator="\n") == bundled


def test_bad_is_a_default_in_the_year_after_and_nobody_is_seen_after_it():
    rows, world = credit_applications(customers=500, seed=2)
    year = pd.Series(world.default_year, index=world.customers["customer"])
    own = rows["customer"].map(year)
    assert ((own == rows["year"] + 1) == (rows["bad"] == 1)).all()
    assert (own > rows["year"]).all()
    assert not rows.duplicated(["customer", "year"]).any()


def test_balance_sheets_add_up_and_the_last_year_is_open():
    rows, _ = credit_customers(customers=500, seed=2)
    assert (rows["total_assets"] == rows["equity"] + rows["total_liabilities"]).all()
    assert (rows["current_assets"] <= rows["total_assets"] + 1000).all()
    assert rows.loc[rows["year"] == 2025, "defaulted"].isna().all()
    assert rows.loc[rows["year"] < 2025, "defaulted"].isin([0, 1]).all()
    assert rows["override"].notna().equals(rows["override_reason"].notna())
    assert rows[["management", "payment_record"]].isin(range(1, 6)).all(axis=None)


def test_attributes_tell_of_the_hidden_quality():
    rows, _ = credit_applications(customers=4000, seed=7)
    by = rows.groupby("bad")[["equity_ratio", "days_beyond_terms", "return_on_assets"]].mean()
    assert by.loc[1, "equity_ratio"] < by.loc[0, "equity_ratio"] - 0.03
    assert by.loc[1, "days_beyond_terms"] > by.loc[0, "days_beyond_terms"] + 2
    bureau = rows.loc[rows["credit_bureau"] == -1]
    assert 0.05 < len(bureau) / len(rows) < 0.11
    assert np.isclose(rows["interest_cover"].isna().mean(), 0.07, atol=0.02)
