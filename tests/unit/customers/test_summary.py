import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.summary import customer_summary

NAMES = {"customer": "who", "date": "when", "value": "eur"}
LOG = pd.DataFrame(
    {
        "who": ["b", "a", "a", "a", "<i>", "b"],
        "when": ["2024-01-01", "2024-03-01", "2024-01-10 09:00", "2024-01-10 17:00", "2024-02-01", "2025-05-05"],
        "eur": [10, 20, 5, 7, -3, 99],
        "no": [1, 2, 3, 4, 5, 6],
    }
)


def test_a_day_is_one_purchase_and_what_is_odd_is_counted():
    found = customer_summary(LOG, **NAMES, as_of="2024-03-31")
    assert found.table.index.tolist() == ["a", "b"]
    a = found.table.loc["a"]
    assert (a["purchases"], a["frequency"], a["recency_days"], a["total"]) == (2, 1, 30, 32)
    assert (a["recency"], a["tenure"], a["mean_value"]) == (51, 81, 20)
    assert np.isnan(found.table.loc["b", "mean_value"])
    assert (found.rows, found.future, found.negative, found.duplicates) == (6, 1, 1, 0)
    assert len(found.notes) == 2
    assert found.summary() == "2 customers bought until 2024-03-31; 50% of them more than once."


def test_returns_and_repeated_orders():
    twice = pd.concat([LOG, LOG.iloc[[1]]], ignore_index=True)
    kept = customer_summary(twice, **NAMES, as_of="2024-03-31")
    assert (kept.duplicates, kept.table.loc["a", "total"]) == (1, 52)
    assert "kept; an order number would tell" in kept.notes[1]
    dropped = customer_summary(twice, **NAMES, order="no", as_of="2024-03-31", returns="exclude")
    assert (dropped.duplicates, dropped.table.loc["a", "total"]) == (1, 32)
    assert "return was left out" in dropped.notes[-1]
    back = LOG.assign(who="a")
    assert customer_summary(back, **NAMES, as_of="2024-03-31").table["total"].tolist() == [39]


def test_units_and_the_last_date_as_end():
    found = customer_summary(LOG, **NAMES, unit="week").to_frame()
    assert found.loc["b", "recency_days"] == 0
    assert found.loc["b", "tenure"] == pytest.approx(490 / 7)
    zoned = LOG.assign(when=pd.to_datetime(LOG["when"], format="mixed").dt.tz_localize("Asia/Shanghai"))
    assert customer_summary(zoned, **NAMES).table["recency_days"].tolist() == found["recency_days"].tolist()


def test_the_same_as_groupby():
    rng = np.random.default_rng(7)
    log = pd.DataFrame({"who": rng.integers(0, 300, 5000), "eur": rng.gamma(2, 10, 5000)})
    log["when"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 500, 5000), unit="D")
    found = customer_summary(log, **NAMES, as_of="2024-06-01").table
    grouped = log.groupby("who")
    assert found["purchases"].tolist() == grouped["when"].nunique().tolist()
    assert found["total"].tolist() == pytest.approx(grouped["eur"].sum().tolist())
    assert found["last_purchase"].tolist() == grouped["when"].max().tolist()
    assert found["recency"].tolist() == (grouped["when"].max() - grouped["when"].min()).dt.days.tolist()
    shuffled = customer_summary(log.sample(frac=1, random_state=1), **NAMES, as_of="2024-06-01").table
    assert shuffled["total"].tolist() == pytest.approx(found["total"].tolist())
    assert shuffled.drop(columns=["total", "mean_value"]).equals(found.drop(columns=["total", "mean_value"]))


def test_all_problems_at_once():
    bad = LOG.assign(who=[None, *LOG["who"][1:]], when=["soon", *LOG["when"][1:]], eur=["x", np.inf, 1, 2, 3, 4])
    with pytest.raises(DataError, match="2 values that cannot be used, in rows 0, 1") as error:
        customer_summary(bad, **NAMES)
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="'whom': missing"):
        customer_summary(LOG, customer="whom", date="when", value="eur")
    with pytest.raises(ParameterError, match="as_of"):
        customer_summary(LOG, **NAMES, as_of="soon")
    with pytest.raises(DataError, match="no purchase"):
        customer_summary(LOG, **NAMES, as_of="1999-01-01")
    with pytest.raises(ParameterError, match="one of day, week, month"):
        customer_summary(LOG, **NAMES, unit="year")
