import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.cusum import cusum_run_length, one_sided, tabular_cusum

# Montgomery (2013), table 9.1: 20 values with mean 10, then 10 with mean 11.
VALUES = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62,
          10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]  # fmt: skip


def test_the_chart_of_montgomery():
    found = tabular_cusum(VALUES, target=10, sd=1)
    assert found.table["upper_sum"].iloc[-3:].round(2).tolist() == [4.47, 5.28, 5.30]
    assert found.table["run_up"].iloc[-2] == 7
    assert found.table["label"].iloc[found.signal] == 29
    assert found.table["label"].iloc[found.began] == 23
    assert found.mean_after == pytest.approx(11.25, abs=0.005)
    assert found.upward is True
    assert "signals upward at 29" in found.summary()


def test_sums_are_those_of_the_loop():
    steps = np.random.default_rng(2).normal(0.1, 1, 300)
    loop, total = [], 0.0
    for step in steps:
        total = max(0.0, total + step)
        loop.append(total)
    assert one_sided(steps).tolist() == pytest.approx(loop)
    assert one_sided(steps).min() >= 0


def test_a_mirrored_series_signals_downward():
    found = tabular_cusum([20 - x for x in VALUES], target=10, sd=1, labels=[f"d{i}" for i in range(30)])
    assert found.upward is False
    assert found.mean_after == pytest.approx(8.75, abs=0.005)
    assert "downward at d28" in found.summary()


def test_signals_from_a_place_on():
    found = tabular_cusum([0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], target=0, sd=1)
    assert (found.signal_from(0), found.signal_from(8), found.signal_from(12)) == (1, 11, None)


def test_no_signal():
    found = tabular_cusum(VALUES[:20], target=10, sd=1)
    assert (found.signal, found.began, found.upward) == (None, None, None)
    assert "20 values gives no signal" in found.summary()


@pytest.mark.parametrize(
    ("h", "expected"),
    [
        (4, [168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71]),
        (5, [465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01]),
    ],
)
def test_run_lengths_of_the_published_table(h, expected):
    shifts = (0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
    found = [cusum_run_length(h=h, shift=shift) for shift in shifts]
    assert found == pytest.approx(expected, rel=0.004)


def test_run_length_is_that_of_a_simulation():
    rng = np.random.default_rng(5)
    sums, length = np.zeros((2, 20_000)), np.zeros(20_000)
    alive = np.ones(20_000, dtype=bool)
    while alive.any():
        values = rng.normal(1.0, 1, 20_000)
        sums = np.maximum(0, sums + np.array([values - 0.4, -values - 0.4]))
        length += alive
        alive &= (sums <= 3.2).all(axis=0)
    assert cusum_run_length(k=0.4, h=3.2, shift=1) == pytest.approx(length.mean(), rel=0.02)
    assert cusum_run_length(h=30, shift=-3, sided="one") > 1e12


def test_everything_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match=r"(?s)sd: 0.*k: -1.*h: 0"):
        tabular_cusum([1, 2], target=0, sd=0, k=-1, h=0)
    with pytest.raises(DataError, match=r"(?s)1 value is missing.*1 value\. Expected: at least 2"):
        tabular_cusum([np.nan], target=0, sd=1)
    with pytest.raises(DataError, match="values that are not numbers"):
        tabular_cusum(["a", "b"], target=0, sd=1)
    with pytest.raises(DataError, match="3 labels"):
        tabular_cusum([1, 2], target=0, sd=1, labels=[1, 2, 3])
    with pytest.raises(ParameterError, match=r"(?s)h: 80.*sided: 'both'"):
        cusum_run_length(h=80, sided="both")
