from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.lifetime import bg_nbd, gamma_gamma, lifetime_value

CDNOW = Path(__file__).parents[5] / "shared" / "data" / "cdnow_summary.csv"


@pytest.mark.skipif(not CDNOW.is_file(), reason="the CDNOW data are not part of the project")
def test_cdnow_as_lifetimes_has_it():
    """lifetimes 0.11.3, customer_lifetime_value(time=12, discount_rate=0.01, freq="W"): months of 4.345 weeks."""
    frame = pd.read_csv(CDNOW)
    bought = bg_nbd(frame, recency="recency_weeks", tenure="age_weeks")
    found = lifetime_value(bought, gamma_gamma(frame), horizon=12 * 4.345, step=4.345, discount=1.01**12 - 1,
                           year=12 * 4.345)  # fmt: skip
    assert found.table["value"].iloc[:3].tolist() == pytest.approx([36.278496, 4.637466, 8.344093], abs=1e-6)
    assert found.total == pytest.approx(71509.899, abs=5e-3)


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(3)
    n = 400
    when = rng.exponential(1 / rng.gamma(1.0, 1 / 8, n), (80, n)).cumsum(axis=0)
    seen = (when < 52) & (np.arange(80)[:, None] < rng.geometric(rng.beta(1, 3, n)))
    x = seen.sum(axis=0)
    some = np.maximum(x, 1)
    frame = pd.DataFrame(
        {
            "frequency": x,
            "recency": np.where(seen, when, 0).max(axis=0),
            "tenure": 52.0,
            "mean_value": rng.gamma(6 * some, 1 / (rng.gamma(4, 1 / 15, n) * some)),
        }
    )
    return bg_nbd(frame, unit="week"), gamma_gamma(frame)


def test_value_is_purchases_times_what_each_is_worth(fitted):
    bought, spent = fitted
    found = lifetime_value(bought, spent, horizon=52, discount=0, margin=0.4)
    expected = 0.4 * bought.conditional_purchases(52) * spent.expected_value()
    np.testing.assert_allclose(found.table["value"], expected)
    assert found.total == pytest.approx(expected.sum())
    assert found.top(1) == pytest.approx(1)
    assert found.top(0.2) > 0.2
    assert found.best(3)["value"].is_monotonic_decreasing
    assert f"{found.total:,.0f}" in found.summary()


def test_discounting_by_the_year_at_the_end_of_weeks(fitted):
    bought, spent = fitted
    found = lifetime_value(bought, spent, horizon=104, discount=0.15, step=13)
    until = np.stack([bought.conditional_purchases(13.0 * k) for k in range(9)])
    factor = 1.15 ** (-13 * np.arange(1, 9) / (365.25 / 7))
    np.testing.assert_allclose(found.table["present_purchases"], np.diff(until, axis=0).T @ factor, rtol=1e-10)
    finer = lifetime_value(bought, spent, horizon=104, discount=0.15, step=0.5).total
    assert lifetime_value(bought, spent, horizon=104, discount=0.15).total == pytest.approx(finer, rel=2e-3)
    own_year = lifetime_value(bought, spent, horizon=104, discount=0.15, step=13, year=365.25 / 7)
    assert own_year.total == pytest.approx(found.total)


def test_values_of_ones_own(fitted):
    bought, _ = fitted
    series = pd.Series(10.0, index=bought.customers.index)
    one, each = (lifetime_value(bought, value, horizon=26) for value in (10, series))
    assert one == each
    with pytest.raises(DataError, match="other customers"):
        lifetime_value(bought, series.iloc[1:], horizon=26)
    with pytest.raises(DataError, match="2 values are missing, negative"):
        lifetime_value(bought, series.where(series.index > 1, [-1.0, np.nan] * 200), horizon=26)


def test_unknown_values_are_left_out_and_told(fitted):
    bought, spent = fitted
    gone = spent.customers.assign(expected_value=spent.customers["expected_value"].where(spent.customers.index > 1))
    parts = {name: getattr(spent, name) for name in spent.__dataclass_fields__} | {"customers": gone}
    found = lifetime_value(bought, type(spent)(**parts), horizon=10)
    assert np.isfinite(found.total)
    assert "2 customers cannot be told" in found.notes[-1]


def test_all_problems_at_once(fitted):
    bought, spent = fitted
    with pytest.raises(ParameterError, match="horizon") as error:
        lifetime_value(bought, spent, horizon=0, discount=-1, margin=2, year=-1, step=0)
    assert len(error.value.problems) == 5
    unknown = type(bought)(**{name: getattr(bought, name) for name in bought.__dataclass_fields__} | {"unit": ""})
    with pytest.raises(ParameterError, match="unit of time is not known"):
        lifetime_value(unknown, spent, horizon=5)
