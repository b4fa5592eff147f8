import numpy as np
import pytest
from scipy import optimize, stats

from casework.core.errors import DataError, ParameterError
from casework.suppliers.excess import excess_rate


@pytest.fixture(scope="module")
def lots():
    rng = np.random.default_rng(2)
    base = rng.uniform(500, 2000, 60)
    dose = np.where(np.arange(60) < 15, base * rng.uniform(0.05, 0.4, 60), 0.0)
    return rng.poisson(1e-3 * base + 0.01 * dose), dose, base


def test_rate_is_the_most_likely_one(lots):
    counts, dose, base = lots
    found = excess_rate(counts, dose, usual=base)
    usual = counts[15:].sum() / base[15:].sum()
    assert found["usual"] == pytest.approx(usual)

    def loss(rate):
        return -stats.poisson.logpmf(counts[:15], usual * base[:15] + rate * dose[:15]).sum()

    best = optimize.minimize_scalar(loss, bounds=(0, 0.1), method="bounded", options={"xatol": 1e-10})
    assert found["rate"] == pytest.approx(best.x, rel=1e-4)
    for end in ("low", "high"):
        assert 2 * (loss(found[end]) - best.fun) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-4)


def test_interval_covers_the_truth():
    rng = np.random.default_rng(8)
    base, dose = np.full(40, 1000.0), np.r_[np.full(10, 300.0), np.zeros(30)]
    hits = 0
    for _ in range(200):
        found = excess_rate(rng.poisson(1e-3 * base + 0.004 * dose), dose, usual=base)
        hits += found["low"] <= 0.004 <= found["high"]
    assert 180 <= hits <= 199


def test_nothing_beyond_the_usual_is_a_rate_of_0():
    found = excess_rate([0, 0, 30], [100, 100, 0], usual=[1000, 1000, 1000])
    assert found["rate"] == 0
    assert found["low"] == 0
    assert 0 < found["high"] < 0.05
    assert excess_rate([5], [100], usual=[10])["usual"] == 0


def test_refused():
    with pytest.raises(DataError, match="as many values"):
        excess_rate([1, 2], [1], usual=[1, 1])
    with pytest.raises(DataError, match="numbers above 0") as error:
        excess_rate([-1, 0], [1, np.nan], usual=[0, 1])
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="at least one exposed lot"):
        excess_rate([1, 0], [0, 0], usual=[1, 1])
    with pytest.raises(ParameterError, match="confidence"):
        excess_rate([1], [1], usual=[1], confidence=1)
