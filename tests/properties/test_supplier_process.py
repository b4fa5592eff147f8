"""Properties of processes that change, stoppages and sourcing decisions that hold for any input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.suppliers import (
    capability_by_level,
    cusum_run_length,
    find_change,
    replay_reserve,
    sources_of_variation,
    stoppage_cost,
    supply_interruptions,
    tabular_cusum,
)
from casework.suppliers.changes import change_distribution, change_quantile

QUICK = settings(max_examples=25, deadline=None)
VALUES = st.lists(st.integers(-50, 50).map(float), min_size=8, max_size=60).filter(lambda x: len(set(x)) > 1)


@QUICK
@given(VALUES, st.floats(-100, 100), st.floats(0.01, 100))
def test_a_change_moves_with_the_scale(values, shift, scale):
    data = np.array(values)
    one, other = (find_change(x, kind="step", resamples=99) for x in (data, scale * data + shift))
    assume(np.sort(one.table["step_F"].dropna())[-1] > 1.001 * np.sort(one.table["step_F"].dropna())[-2])
    assert one.position == other.position
    assert other.before == pytest.approx(scale * one.before + shift, abs=1e-6 * (scale + abs(shift) + 1))
    assert one.low <= one.position <= one.high
    assert 0 < one.p_value <= 1


@QUICK
@given(VALUES)
def test_a_change_runs_backwards(values):
    data = np.array(values)
    one, other = (find_change(x, kind="step", resamples=99) for x in (data, data[::-1]))
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6, abs=1e-6)


@QUICK
@given(VALUES, st.floats(0, 2), st.floats(0.5, 10))
def test_sums_of_a_cusum_are_never_negative_and_mirror_each_other(values, k, h):
    data = np.array(values)
    one, other = (tabular_cusum(sign * data, target=0, sd=10, k=k, h=h).table for sign in (1, -1))
    assert (one[["upper_sum", "lower_sum"]] >= 0).all().all()
    assert np.allclose(one["upper_sum"], other["lower_sum"])
    assert (one["run_up"] == 0).equals(one["upper_sum"] <= 0)


@QUICK
@given(st.floats(0, 1.5), st.floats(0.5, 8), st.floats(0, 3))
def test_run_lengths_fall_with_the_shift_and_rise_with_the_limit(k, h, shift):
    here = cusum_run_length(k=k, h=h, shift=shift)
    assert here >= 1
    assert cusum_run_length(k=k, h=h, shift=shift + 0.5) <= here * (1 + 1e-9)
    assert cusum_run_length(k=k, h=h + 0.5, shift=shift) >= here * (1 - 1e-9)


@QUICK
@given(st.floats(0.02, 0.98), st.floats(0.2, 5))
def test_quantiles_of_the_place_invert_its_distribution(probability, ratio):
    assert change_distribution(change_quantile(probability, ratio), ratio) == pytest.approx(probability, abs=1e-8)
    assert change_quantile(1 - probability, 1 / ratio) == pytest.approx(
        -change_quantile(probability, ratio) / ratio, rel=1e-6, abs=1e-6
    )


@QUICK
@given(st.integers(0, 10_000), st.integers(20, 80))
def test_shares_of_factors_stay_shares(seed, n):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"y": rng.normal(size=n), "a": rng.integers(0, 4, n), "b": rng.integers(0, 3, n)})
    frame["x"] = rng.normal(size=n)
    found = sources_of_variation(frame, value="y", factors=["a", "b"], covariates=["x"])
    assert found.table["share"].between(0, 1).all()
    assert found.table["p_adjusted"].ge(found.table["p_value"] - 1e-12).all()
    assert 0 <= found.explained <= 1
    moved = sources_of_variation(frame.assign(y=3 * frame["y"] - 7), value="y", factors=["b", "a"], covariates=["x"])
    assert moved.table.set_index("factor")["share"].sort_index().tolist() == pytest.approx(
        found.table.set_index("factor")["share"].sort_index().tolist()
    )
    levels = capability_by_level(frame, value="y", by="a", lower=-3, upper=3)
    assert levels.table["values"].sum() == n


@QUICK
@given(st.integers(0, 10_000), st.floats(0, 30), st.floats(0, 20))
def test_a_reserve_never_hurts_and_saves_at_most_what_it_holds(seed, opening, size):
    rng = np.random.default_rng(seed)
    days = pd.DataFrame({"needed": rng.integers(1, 10, 30), "received": rng.integers(0, 12, 30)})
    days["blocked"] = rng.integers(0, 30, 30) * (rng.random(30) < 0.1)
    found = replay_reserve(days, opening=opening, reserve_days=[0, size])
    none, kept = found.table["lost"]
    assert 0 <= kept <= none + 1e-9
    assert found.table["saved"].iloc[1] <= found.table["reserve_units"].iloc[1] + 1e-9
    assert (found.paths >= -1e-9).all().all()
    assert found.enough * found.daily_need == pytest.approx(none)


@QUICK
@given(st.floats(0, 1e5), st.floats(0, 1), st.floats(1, 1e4), st.floats(0, 1e4), st.floats(0, 1e4))
def test_cost_adds_up(lost, part, output, margin, overtime):
    found = stoppage_cost(lost=lost, made_up=part * lost, daily_output=output, margin=margin, overtime=overtime)
    assert found.total == pytest.approx(found.table["amount"].sum())
    assert found.per_day * found.days == pytest.approx(found.total, abs=1e-6)
    assert found.total <= lost * max(margin, overtime) * (1 + 1e-9)


@QUICK
@given(st.lists(st.integers(0, 40), max_size=12), st.floats(3, 30))
def test_the_interval_holds_the_rate(days, years):
    events = pd.DataFrame({"supplier": ["A"] * len(days), "days": pd.Series(days, dtype=float)})
    row = supply_interruptions(events, years={"A": years}).table.iloc[0]
    assert row["rate_low"] <= row["failures_per_year"] <= row["rate_high"]
    if days and sum(days):
        assert row["days_low"] <= row["days_down"] <= row["days_high"]
