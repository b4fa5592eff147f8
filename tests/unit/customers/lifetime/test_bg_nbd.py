import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.customers import customer_summary
from casework.customers.lifetime import bg_nbd

CDNOW = Path(__file__).parents[5] / "shared" / "data" / "cdnow_summary.csv"
TRUE = (0.8, 6.0, 0.7, 2.0)


def simulated(n, *, seed=1, parameters=TRUE, span=52.0):
    rng = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    tenure = rng.uniform(span / 2, span, n)
    when = rng.exponential(1 / rng.gamma(r, 1 / alpha, n), (150, n)).cumsum(axis=0)
    seen = (when < tenure) & (np.arange(150)[:, None] < rng.geometric(np.maximum(rng.beta(a, b, n), 1e-12)))
    last = np.where(seen, when, 0).max(axis=0)
    return pd.DataFrame({"frequency": seen.sum(axis=0), "recency": last, "tenure": tenure})


@pytest.mark.skipif(not CDNOW.is_file(), reason="the CDNOW data are not part of the project")
def test_cdnow_as_published():
    frame = pd.read_csv(CDNOW)
    found = bg_nbd(frame, frequency="frequency", recency="recency_weeks", tenure="age_weeks", unit="week")
    estimates = (found.r, found.alpha, found.a, found.b)
    assert [round(x, 3) for x in estimates] == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.4256, abs=5e-5)
    assert found.conditional_purchases(39).iloc[0] == pytest.approx(1.22591, rel=1e-5)
    assert found.alive().iloc[0] == pytest.approx(0.7266091, rel=1e-5)
    assert found.frequencies()["expected"].sum() == pytest.approx(2357)


def test_true_parameters_lie_in_their_intervals():
    found = bg_nbd(simulated(6000, seed=2), unit="week")
    assert found.converged
    assert found.table["low"].lt(TRUE).all()
    assert found.table["high"].gt(TRUE).all()
    assert found.notes == ()
    table = found.frequencies(5)
    assert table["customers"].sum() == 6000
    assert table["expected"].sum() == pytest.approx(6000)
    assert np.abs(table["customers"] - table["expected"]).max() < 120
    assert "expected to be still buying" in found.summary()


def test_standard_errors_are_those_of_repeated_samples():
    rows = []
    for seed in range(40):
        found = bg_nbd(simulated(1500, seed=seed))
        rows.append([np.log(found.r), np.log(found.alpha), found.table["standard_error"].iloc[0] / found.r])
    spread, told = np.std([row[0] for row in rows], ddof=1), np.mean([row[2] for row in rows])
    assert spread == pytest.approx(told, rel=0.35)


def test_the_unit_of_time_and_the_order_of_customers_do_not_matter():
    frame = simulated(400)
    found = bg_nbd(frame)
    days = bg_nbd(frame.assign(recency=7 * frame["recency"], tenure=7 * frame["tenure"]))
    assert days.alpha == pytest.approx(7 * found.alpha, rel=1e-6)
    assert days.b == pytest.approx(found.b, rel=1e-6)
    assert days.log_likelihood == pytest.approx(found.log_likelihood - np.log(7) * frame["frequency"].sum())
    mixed = bg_nbd(frame.sample(frac=1, random_state=3))
    pd.testing.assert_series_equal(mixed.alive().sort_index(), found.alive(), rtol=1e-6)


def test_a_summary_brings_its_unit():
    log = pd.DataFrame({"who": [1, 1, 1, 2, 3, 3, 4] * 3, "eur": 5.0})
    log["when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(21) * 9 % 160, unit="D")
    summary = customer_summary(log, customer="who", date="when", value="eur", unit="week")
    found = bg_nbd(summary, penalty=0.5)
    assert found.unit == "week"
    assert found.customers.index.tolist() == [1, 2, 3, 4]
    assert "Only" in found.notes[-1]


def test_what_the_data_do_not_tell_is_said_and_a_penalty_settles_it():
    frame = simulated(300, parameters=(0.5, 5, 1e-3, 50))
    with pytest.warns(CaseworkWarning, match="do not determine a"):
        found = bg_nbd(frame)
    assert found.alive().min() > 0.9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settled = bg_nbd(frame, penalty=1)
    assert settled.log_likelihood < found.log_likelihood
    assert np.isfinite(settled.table["high"]).all()


def test_refusals():
    frame = simulated(20)
    with pytest.raises(DataError, match="nobody bought a second time"):
        bg_nbd(frame.assign(frequency=0, recency=0.0))
    with pytest.raises(DataError, match="in row 3"):
        bg_nbd(frame.assign(recency=frame["recency"].where(frame.index != 3, 99.0)))
    with pytest.raises(ParameterError, match="penalty") as error:
        bg_nbd(frame, penalty=-1, confidence=2)
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="most"):
        bg_nbd(simulated(200)).frequencies(0)
