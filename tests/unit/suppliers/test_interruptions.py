import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.suppliers.interruptions import poisson_interval, supply_interruptions

EVENTS = pd.DataFrame({"supplier": ["A", "B", "A"], "days": [10, 2, 30]})


def test_rates_and_lengths():
    found = supply_interruptions(EVENTS, years={"A": 5, "B": 5, "C": 5})
    table = found.table.set_index("supplier")
    running = 5 - 40 / 365
    assert table.loc["A", ["interruptions", "years", "failures_per_year", "days_down", "longest"]].tolist() == (
        pytest.approx([2, running, 2 / running, 20, 30])
    )
    assert table.loc["A", "days_low"] == pytest.approx(80 / stats.chi2.ppf(0.975, 4))
    assert table.loc["C", ["failures_per_year", "rate_low"]].tolist() == [0, 0]
    assert np.isnan(table.loc["C", "days_down"])
    assert np.isnan(table.loc["C", "longest"])
    assert "supply of A breaks down most often" in found.summary()
    assert "A, B, C" in found.notes[0]
    assert found.row("B")["days_down"] == 2


def test_poisson_limits_of_garwood():
    low, high = poisson_interval([0, 1, 3, 10])
    assert low.round(3).tolist() == [0, 0.025, 0.619, 4.795]
    assert high.round(3).tolist() == [3.689, 5.572, 8.767, 18.390]


def test_limits_mean_what_they_say():
    low, high = poisson_interval(7, 0.9)
    assert stats.poisson.sf(6, low) == pytest.approx(0.05)
    assert stats.poisson.cdf(7, high) == pytest.approx(0.05)


def test_intervals_cover():
    rng = np.random.default_rng(3)
    n = rng.poisson(1.5 * 8, 400)
    names = [f"s{i}" for i in range(400)]
    events = pd.DataFrame({"supplier": np.repeat(names, n), "days": rng.exponential(0.01, n.sum())})
    table = supply_interruptions(events, years=dict.fromkeys(names, 8)).table
    inside = (table["rate_low"] <= 1.5) & (table["rate_high"] >= 1.5)
    assert 0.94 <= inside.mean() <= 0.99
    known = (table["days_low"] <= 0.01) & (table["days_high"] >= 0.01)
    assert 0.92 <= known.mean() <= 0.98


def test_everything_wrong_is_told_at_once():
    with pytest.raises(DataError, match=r"(?s)suppliers that were not watched: B.*1 value that is missing, negative"):
        supply_interruptions(EVENTS.assign(days=[1, -1, 2]), years={"A": 5})
    with pytest.raises(DataError, match=r"(?s)column 'days': missing.*years: A: 0"):
        supply_interruptions(EVENTS.drop(columns="days"), years={"A": 0})
    with pytest.raises(DataError, match="A was down longer than it was watched"):
        supply_interruptions(EVENTS, years={"A": 0.1, "B": 5})
    with pytest.raises(DataError, match="years: none"):
        supply_interruptions(EVENTS, years={})
    with pytest.raises(ParameterError, match="confidence: 1"):
        supply_interruptions(EVENTS, years={"A": 1, "B": 1}, confidence=1)
    with pytest.raises(DataError, match="'Z' is not known"):
        supply_interruptions(EVENTS, years={"A": 5, "B": 5}).row("Z")
