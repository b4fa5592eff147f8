import numpy as np
import pytest

from casework.satisfaction.pls import resampling
from casework.satisfaction.pls.estimation import CHUNK
from casework.satisfaction.pls.resampling import Sample, bootstrap_counts, chunks, generator, in_chunks, left_out_counts


def drawn(n, size, seed=1):
    return np.concatenate([counts for _, counts in bootstrap_counts(n, size, generator(seed, 0))], axis=1)


def test_counts_add_up_and_are_drawn_alike_for_every_row(monkeypatch):
    monkeypatch.setattr(resampling, "ROWS", 7)
    counts = drawn(20, 4000)
    assert counts.shape == (4000, 20)
    assert (counts.sum(axis=1) == 20).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(20), abs=0.08)
    assert counts.var(axis=0) == pytest.approx(np.full(20, 0.95), abs=0.12)


@pytest.mark.parametrize("rows", [5, 8192])
def test_moments_are_those_of_the_repeated_rows(monkeypatch, rows):
    monkeypatch.setattr(resampling, "ROWS", rows)
    rng = np.random.default_rng(2)
    values, codes = rng.normal(3, 2, (23, 4)), rng.integers(-1, 2, 23)
    found = Sample(values, codes, 2).resampled(bootstrap_counts(23, 6, generator(9, 0)))
    for b, counts in enumerate(np.concatenate([c for _, c in bootstrap_counts(23, 6, generator(9, 0))], axis=1)):
        again = np.repeat(np.arange(23), counts.astype(int))
        assert found.means[b] == pytest.approx(values[again].mean(axis=0))
        assert found.deviations[b] == pytest.approx(values[again].std(axis=0, ddof=1))
        assert found.correlations[b] == pytest.approx(np.corrcoef(values[again].T))
        assert found.covariance[b] == pytest.approx(np.cov(values[again].T))
        for group in range(2):
            members = again[codes[again] == group]
            assert found.group_means[b, group] == pytest.approx(values[members].mean(axis=0), nan_ok=True)


def test_constant_indicator_of_a_resample_is_not_a_number():
    values = np.column_stack([np.r_[1.0, np.zeros(9)], np.arange(10.0)])
    counts = np.ones((2, 10))
    counts[1, 0] = 0
    found = Sample(values, np.full(10, -1)).resampled(enumerate([counts]))
    assert found.constant.tolist() == [False, True]
    assert np.isnan(found.correlations[1, 0, 1])
    assert found.correlations[1, 1, 1] == 1


def test_one_part_is_left_out(monkeypatch):
    monkeypatch.setattr(resampling, "ROWS", 4)
    parts = np.array([0, 1, 2, 0, 1, 2])
    counts = np.concatenate([c for _, c in left_out_counts(6, 1, 3, parts)], axis=1)
    assert counts.tolist() == [[1, 0, 1, 1, 0, 1], [1, 1, 0, 1, 1, 0]]


def test_chunks_cover_the_total():
    assert chunks(CHUNK + 3) == [(0, CHUNK), (1, 3)]


@pytest.mark.parametrize("workers", [1, 3])
def test_work_comes_back_in_order_and_is_told(workers):
    told = []
    found = in_chunks(lambda number, size: (number, size), 3 * CHUNK + 1, workers=workers,
                      progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert found == chunks(3 * CHUNK + 1)
    assert sorted(told)[-1] == (3 * CHUNK + 1, 3 * CHUNK + 1)
    assert len(told) == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_whoever_is_told_can_end_the_work(workers):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_chunks(lambda number, size: number, 5 * CHUNK, workers=workers, progress=stop)
