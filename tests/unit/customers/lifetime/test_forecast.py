import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers import customer_summary
from casework.customers.lifetime import bg_nbd, check_forecast

START = pd.Timestamp("2023-01-02")


@pytest.fixture(scope="module")
def shop():
    """Customers who buy as the model says, over two years; with the summary after one and after two."""
    rng = np.random.default_rng(6)
    n = 1500
    first = rng.uniform(0, 90, n)
    gaps = rng.exponential(1 / rng.gamma(1.2, 1 / 30, n), (120, n))
    when = np.vstack([first, first + gaps.cumsum(axis=0)])
    kept = (when < 728) & (np.arange(121)[:, None] <= rng.geometric(rng.beta(1.0, 3.0, n)))
    who = np.broadcast_to(np.arange(n), when.shape)[kept]
    log = pd.DataFrame({"who": who, "when": START + pd.to_timedelta(np.floor(when[kept]), unit="D"), "eur": 5.0})
    return [
        customer_summary(
            log, customer="who", date="when", value="eur", as_of=START + pd.Timedelta(days=days), unit="week"
        )
        for days in (364, 728)
    ]


def test_the_model_forecasts_better_than_going_on_as_before(shop):
    half, whole = shop
    found = check_forecast(bg_nbd(half), whole)
    assert found.time == pytest.approx(52)
    errors = found.errors().set_index("forecast")
    assert abs(errors.loc["expected", "total"]) < 0.15
    assert errors.loc["expected", "mean_absolute_error"] < errors.loc["as before", "mean_absolute_error"]
    assert errors.loc["as before", "total"] > 0.5
    table = found.table
    assert table["customers"].sum() == 1500
    assert table["repeat_purchases"].tolist() == list(range(8))
    assert (table["observed"] * table["customers"]).sum() == found.customers["observed"].sum()
    assert "the model expected" in found.summary()


def test_a_series_says_the_same_as_the_summary(shop):
    half, whole = shop
    model = bg_nbd(half)
    series = whole.table["purchases"] - half.table["purchases"]
    assert check_forecast(model, series, time=52) == check_forecast(model, whole)


def test_more_customers_are_left_out_and_fewer_refused(shop):
    half, whole = shop
    model = bg_nbd(half)
    series = pd.concat([whole.table["purchases"] - half.table["purchases"], pd.Series([3], index=[-1])])
    assert len(check_forecast(model, series, time=52, most=3).customers) == 1500
    with pytest.raises(DataError, match="2 customers of the model are missing"):
        check_forecast(model, series.drop([0, 1]), time=52)
    with pytest.raises(DataError, match="several rows"):
        check_forecast(model, pd.concat([series, series.iloc[:1]]), time=52)


def test_refusals(shop):
    half, whole = shop
    model = bg_nbd(half)
    with pytest.raises(DataError, match="not a later one"):
        check_forecast(model, half)
    with pytest.raises(ParameterError, match="as in the summaries"):
        check_forecast(model, whole, time=50)
    with pytest.raises(ParameterError, match="how long was watched"):
        check_forecast(model, whole.table["purchases"])
    with pytest.raises(DataError, match="1 value that cannot be used"):
        check_forecast(model, whole.table["purchases"].where(whole.table.index > 0, -1), time=52)
    with pytest.raises(ParameterError, match="most"):
        check_forecast(model, whole, most=0)
