import numpy as np
import pytest

from casework.stats import resampling
from casework.stats.resampling import resample_counts, resampled_moments, resampled_products, resampled_sums


def drawn_rows(n, resamples, seed):
    for block, counts in resample_counts(n, resamples=resamples, rng=np.random.default_rng(seed)):
        for place, row in zip(range(block.start, block.stop), counts, strict=True):
            yield place, np.repeat(np.arange(n), row.astype(int))


def test_counts_add_up_to_the_rows(monkeypatch):
    monkeypatch.setattr(resampling, "MOST_COUNTS", 50)
    seen = 0
    for block, counts in resample_counts(20, resamples=7, rng=np.random.default_rng(1)):
        assert (counts.sum(axis=1) == 20).all()
        assert block.start == seen
        seen = block.stop
    assert seen == 7


def test_every_row_is_drawn_alike():
    total = sum(counts.sum(axis=0) for _, counts in resample_counts(10, resamples=20_000, rng=np.random.default_rng(2)))
    np.testing.assert_allclose(total / 20_000, 1, atol=0.04)


def test_moments_are_those_of_the_drawn_rows(monkeypatch):
    values = np.random.default_rng(3).normal(5, 2, size=(37, 4)) @ np.random.default_rng(4).normal(size=(4, 4))
    monkeypatch.setattr(resampling, "MOST_ROWS", 10)
    monkeypatch.setattr(resampling, "MOST_COUNTS", 120)
    means, correlations = resampled_moments(values, resamples=9, rng=np.random.default_rng(5))
    for place, rows in drawn_rows(37, 9, 5):
        np.testing.assert_allclose(means[place], values[rows].mean(axis=0), atol=1e-12)
        np.testing.assert_allclose(correlations[place], np.corrcoef(values[rows], rowvar=False), atol=1e-11)


def test_blocks_of_resamples_change_nothing(monkeypatch):
    values = np.random.default_rng(3).normal(size=(30, 3))
    whole = resampled_moments(values, resamples=40, rng=np.random.default_rng(1))[1]
    monkeypatch.setattr(resampling, "MOST_COUNTS", 60)
    np.testing.assert_allclose(
        resampled_moments(values, resamples=40, rng=np.random.default_rng(1))[1], whole, atol=1e-12
    )


def test_sums_are_those_of_the_drawn_rows():
    values = np.random.default_rng(6).normal(size=(12, 2))
    sums = resampled_sums(values, resamples=5, rng=np.random.default_rng(7))
    for place, rows in drawn_rows(12, 5, 7):
        np.testing.assert_allclose(sums[place], values[rows].sum(axis=0), atol=1e-12)


def test_constant_in_a_resample_is_not_a_number():
    values = np.column_stack([[0, 0, 0, 0, 1], [1.0, 2, 3, 4, 5]])
    correlations = resampled_moments(values, resamples=200, rng=np.random.default_rng(1))[1]
    lost = np.isnan(correlations[:, 0, 1])
    assert lost.mean() == pytest.approx(0.8**5, abs=0.12)
    assert np.isfinite(correlations[~lost]).all()


def test_large_values_keep_their_digits():
    values = np.random.default_rng(8).normal(size=(50, 2)) + 1e8
    means, correlations = resampled_moments(values, resamples=3, rng=np.random.default_rng(9))
    for place, rows in drawn_rows(50, 3, 9):
        np.testing.assert_allclose(correlations[place], np.corrcoef(values[rows], rowvar=False), atol=1e-6)
        np.testing.assert_allclose(means[place], values[rows].mean(axis=0), rtol=1e-14)


def test_products_are_those_of_the_drawn_rows():
    values = np.random.default_rng(6).normal(size=(15, 3))
    products = resampled_products(values, resamples=4, rng=np.random.default_rng(7))
    for place, rows in drawn_rows(15, 4, 7):
        np.testing.assert_allclose(products[place], values[rows].T @ values[rows] / 15, atol=1e-12)
