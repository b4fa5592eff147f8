import numpy as np
import pandas as pd
import pytest

from casework.customers.hazards import cox

ROLES = {"duration": "time", "event": "left"}


def lives(n, seed=1):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    time = np.ceil(2 * rng.exponential(np.exp(-0.6 * a))) / 2
    return pd.DataFrame({"a": a, "time": time, "left": rng.random(n) < 0.7, "kind": rng.integers(0, 3, n)})


def test_baseline_is_the_sum_of_events_over_risk():
    frame = lives(40)
    found = cox(frame, covariates=["a"], ties="breslow", **ROLES)
    weight = np.exp(found.table["coefficient"].iloc[0] * (frame["a"] - frame["a"].mean()))
    total = 0.0
    for row in found.baseline.itertuples():
        total += (frame["left"] & (frame["time"] == row.time)).sum() / weight[frame["time"] >= row.time].sum()
        assert row.cumulative_hazard == pytest.approx(total)
        assert row.at_risk == (frame["time"] >= row.time).sum()


def test_the_null_model_has_the_variance_of_nelson_and_aalen():
    """With a covariate that tells nothing, the baseline is Nelson-Aalen's and its variance that of Aalen."""
    time = np.repeat(np.arange(1.0, 9), 2)
    frame = pd.DataFrame({"time": time, "left": 1, "a": [-1.0, 1.0] * 8})
    found = cox(frame, covariates=["a"], ties="breslow", **ROLES)
    assert found.table["coefficient"].iloc[0] == pytest.approx(0, abs=1e-12)
    row, risk = found.baseline.iloc[2], np.array([16, 14, 12])
    assert row["cumulative_hazard"] == pytest.approx((2 / risk).sum())
    spread = np.sqrt((2 / risk**2).sum()) / (2 / risk).sum()
    assert np.log(np.log(row["low"]) / np.log(row["survival"])) == pytest.approx(1.959964 * spread, rel=1e-6)


def test_strata_have_their_own():
    frame = lives(120)
    found = cox(frame, covariates=["a"], strata="kind", **ROLES)
    weight = np.exp(found.table["coefficient"].iloc[0] * (frame["a"] - frame["a"].mean()))
    assert set(found.baseline["stratum"]) == {0, 1, 2}
    for kind, rows in found.baseline.groupby("stratum"):
        own = frame["kind"] == kind
        assert (rows["until"] == frame.loc[own, "time"].max()).all()
        total = 0.0
        for row in rows.itertuples():
            tied = weight[own & frame["left"] & (frame["time"] == row.time)]
            there = weight[own & (frame["time"] >= row.time)].sum()
            total += sum(1 / (there - gone / len(tied) * tied.sum()) for gone in range(len(tied)))
            assert row.cumulative_hazard == pytest.approx(total)
            assert row.events == len(tied)
