import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import DataError, ParameterError
from casework.suppliers.changes import change_distribution, change_quantile, find_change

NILE = sm.datasets.nile.load_pandas().data


def squares(data, kind, place):
    """Residual sum of squares by an ordinary fit."""
    t = np.arange(len(data))
    column = (t >= place) if kind == "step" else np.maximum(t - place + 1, 0)
    design = np.column_stack([np.ones(len(data)), column.astype(float)])
    return float(((data - design @ np.linalg.lstsq(design, data, rcond=None)[0]) ** 2).sum())


def test_the_flow_of_the_nile_fell_after_1898():
    found = find_change(NILE["volume"], kind="step", labels=NILE["year"].astype(int), resamples=199)
    assert found.label == 1899
    assert found.statistic == pytest.approx(75.93, abs=0.005)
    assert (found.before, found.after) == pytest.approx((1097.75, 849.97), abs=0.005)
    assert found.interval == (1896, 1903)
    assert found.p_value == 1 / 200
    assert "from 1.1e+03 to 850 at 1899" in found.summary()


@pytest.mark.parametrize("kind", ["step", "drift"])
def test_the_place_is_that_of_least_squares(kind):
    rng = np.random.default_rng(3)
    for _ in range(10):
        data = rng.normal(size=30) + np.maximum(np.arange(30) - 18, 0) * 0.3
        found = find_change(data, kind=kind, resamples=99)
        every = {place: squares(data, kind, place) for place in range(2, 29)}
        assert found.position == min(every, key=every.get)
        total = ((data - data.mean()) ** 2).sum()
        least = every[found.position]
        assert found.statistic == pytest.approx((total - least) / (least / 28))
        assert ((data - found.table["fitted"]) ** 2).sum() == pytest.approx(least)


def test_step_and_drift_are_told_apart():
    rng = np.random.default_rng(4)
    noise = rng.normal(size=60)
    step = find_change(noise + 4 * (np.arange(60) >= 40), resamples=99)
    drift = find_change(noise + 0.4 * np.maximum(np.arange(60) - 39, 0), resamples=99)
    assert (step.kind, step.position) == ("step", 40)
    assert drift.kind == "drift"
    assert drift.low <= 40 <= drift.high
    assert drift.slope == pytest.approx(0.4, abs=0.08)
    assert "drifted" in drift.summary()
    assert step.after - step.before == pytest.approx(4, abs=0.8)


def test_noise_has_no_change():
    p = [find_change(np.random.default_rng(seed).normal(size=40), resamples=99).p_value for seed in range(60)]
    assert np.mean(np.array(p) <= 0.1) <= 0.22
    assert np.mean(p) == pytest.approx(0.5, abs=0.12)
    quiet = find_change(np.random.default_rng(int(np.argmax(p))).normal(size=40), resamples=99)
    assert "No change can be told from chance" in quiet.summary()


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_distribution_is_that_of_the_highest_place_of_a_random_walk(ratio):
    rng, dt = np.random.default_rng(1), 0.02
    left = np.cumsum(rng.normal(-dt / 2, np.sqrt(dt), (800, 2500)), axis=1)
    right = np.cumsum(rng.normal(-dt / 2, np.sqrt(dt * ratio), (800, 2500)), axis=1)
    best = np.where(right.max(1) > left.max(1), right.argmax(1) + 1, -left.argmax(1) - 1) * dt
    best = np.where(np.maximum(left.max(1), right.max(1)) < 0, 0.0, best)
    for x in (-6, -2, 2, 6, 12):
        assert change_distribution(x, ratio) == pytest.approx((best <= x).mean(), abs=0.05)
    assert change_distribution(0, ratio) == pytest.approx(1 / (1 + ratio))


def test_quantile_of_yao_and_bai():
    assert change_quantile(0.975) == pytest.approx(11.03, abs=0.01)
    assert change_quantile(0.95) == pytest.approx(7.69, abs=0.01)
    assert change_quantile(0.025) == pytest.approx(-change_quantile(0.975))
    assert change_distribution(change_quantile(0.9, 2.5), 2.5) == pytest.approx(0.9)


def test_interval_covers_the_true_place():
    rng = np.random.default_rng(8)
    inside = []
    for _ in range(120):
        found = find_change(rng.normal(size=50) + 1.5 * (np.arange(50) >= 30), kind="step", resamples=99)
        inside.append(found.low <= 30 <= found.high)
    assert np.mean(inside) >= 0.9


def test_a_perfect_step_has_no_doubt():
    found = find_change([1.0] * 10 + [2.0] * 10, resamples=99)
    assert (found.position, found.low, found.high, found.p_value) == (10, 10, 10, 0.01)


def test_labels_and_neighbours():
    walk = np.cumsum(np.random.default_rng(2).normal(size=80))
    found = find_change(walk, resamples=99, labels=pd.date_range("2026-01-05", periods=80).strftime("%m-%d"))
    assert "Neighbouring values depend on each other" in found.notes[0]
    assert isinstance(found.label, str)
    assert len(found.to_frame()) == 80


def test_same_seed_same_result():
    one, same = (find_change(NILE["volume"][:30], seed=3) for _ in range(2))
    assert one == same
    assert one.p_value == same.p_value


def test_everything_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match=r"(?s)kind: 'jump'.*confidence: 2.*resamples: 3.*seed: -1"):
        find_change(range(9), kind="jump", confidence=2, resamples=3, seed=-1)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"(?s)1 value is missing.*3 values\. Expected: at least 8"):
        find_change([1, 2, np.inf])
    with pytest.raises(DataError, match="all values are 4"):
        find_change([4] * 9)
