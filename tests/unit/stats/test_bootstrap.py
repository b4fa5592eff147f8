import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.stats import bootstrap
from casework.stats.bootstrap import percentile_interval, resampled_counts


@pytest.mark.parametrize("shape", [(101,), (50, 3), (20, 2, 4)])
def test_interval_is_numpys_quantile(shape):
    draws = np.random.default_rng(0).normal(size=shape)
    low, high = percentile_interval(draws, confidence=0.9)
    np.testing.assert_allclose(low, np.quantile(draws, 0.05, axis=0))
    np.testing.assert_allclose(high, np.quantile(draws, 0.95, axis=0))


def test_draws_that_are_no_number_are_left_out():
    draws = np.random.default_rng(1).normal(size=(60, 2))
    draws[:20, 0] = np.nan
    low, _ = percentile_interval(draws)
    np.testing.assert_allclose(low, np.nanquantile(draws, 0.025, axis=0))
    assert np.isnan(percentile_interval([np.nan, np.nan])).all()


def test_confidence_is_checked():
    with pytest.raises(ParameterError, match="confidence: 0"):
        percentile_interval([1, 2], confidence=0)


def all_draws(counts, resamples, seed=0):
    blocks = list(resampled_counts(np.array(counts), resamples=resamples, rng=np.random.default_rng(seed)))
    return np.concatenate([draws for _, draws in blocks]), blocks


def test_totals_are_kept_and_empty_cells_stay_empty():
    draws, _ = all_draws([[5, 0, 3], [0, 7, 0], [0, 0, 0]], 200)
    assert (draws.sum(axis=2) == np.array([[8], [7], [0]])).all()
    assert (draws[0, :, 1] == 0).all()
    assert (draws[1] == [0, 7, 0]).all()


def test_means_and_variances_are_those_of_the_multinomial():
    draws, _ = all_draws([[20, 30, 50]], 20_000)
    share = np.array([0.2, 0.3, 0.5])
    assert draws[0].mean(axis=0) == pytest.approx(100 * share, abs=0.15)  # 4 Monte-Carlo standard errors
    assert draws[0].var(axis=0) == pytest.approx(100 * share * (1 - share), rel=0.04)


def test_blocks_bound_the_memory_and_do_not_change_the_draws(monkeypatch):
    counts = np.random.default_rng(3).integers(0, 9, size=(7, 4))
    whole, blocks = all_draws(counts, 30)
    assert len(blocks) == 1
    monkeypatch.setattr(bootstrap, "MOST_DRAWS", 250)
    parts, blocks = all_draws(counts, 30)
    assert [block for block, _ in blocks] == [slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 7)]
    np.testing.assert_array_equal(whole, parts)
