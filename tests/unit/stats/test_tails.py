import numpy as np
from scipy.stats import norm

from casework.stats.tails import tail_table


def test_quantile_and_shortfall_by_hand():
    found = tail_table(np.array([0.0, 0, 0, 0, 10, 10, 20, 30, 40, 50]), np.array([0.5, 0.75]), 0.95)
    assert found["loss"].tolist() == [10, 30]
    assert found["expected_shortfall"].tolist() == [(10 + 20 + 30 + 40 + 50) / 5, (0.5 * 30 + 40 + 50) / 2.5]


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(1)
    level = np.array([0.95])
    truth, beyond = norm.ppf(0.95), norm.pdf(norm.ppf(0.95)) / 0.05
    runs = [tail_table(rng.normal(size=2000), level, 0.9).iloc[0] for _ in range(300)]
    held = np.mean([run["low"] <= truth <= run["high"] for run in runs])
    z = [(run["expected_shortfall"] - beyond) / run["shortfall_error"] for run in runs]
    assert 0.84 < held < 0.97
    assert 0.85 < np.std(z) < 1.15


def test_constant_losses():
    found = tail_table(np.full(100, 7.0), np.array([0.99]), 0.95).iloc[0]
    assert found[["loss", "low", "high", "expected_shortfall"]].tolist() == [7, 7, 7, 7]
    assert found["shortfall_error"] == 0
