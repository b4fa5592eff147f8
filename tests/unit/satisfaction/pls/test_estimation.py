import itertools

import numpy as np
import pytest
from tests.unit.satisfaction.pls.reference import pls_on_rows, random_rows

from casework.core.errors import ParameterError
from casework.satisfaction.pls import estimation
from casework.satisfaction.pls.estimation import estimate, inner_weights
from casework.satisfaction.pls.structure import Structure

SIZES = (3, 1, 2, 4)
PATHS = ((0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (1, 3))


def stack(count, seed=0):
    rows = random_rows(seed, SIZES, PATHS)
    rng = np.random.default_rng(seed)
    return np.stack([np.corrcoef(rows[rng.integers(0, len(rows), len(rows))], rowvar=False) for _ in range(count)])


@pytest.mark.parametrize(
    ("scheme", "modes"), itertools.product(["path", "centroid", "factorial"], [("A",) * 4, ("B",) * 4, tuple("ABBA")])
)
def test_agrees_with_the_algorithm_on_rows(scheme, modes):
    rows = random_rows(7, SIZES, PATHS)
    batch = estimate(np.corrcoef(rows, rowvar=False), Structure(SIZES, modes, PATHS, scheme), tolerance=1e-13)
    weights, paths, r2 = pls_on_rows(rows, SIZES, modes, PATHS, scheme)
    np.testing.assert_allclose(batch.weights[0], weights, atol=1e-9)
    np.testing.assert_allclose(batch.paths[0], paths, atol=1e-9)
    np.testing.assert_allclose(batch.r2[0], r2, atol=1e-9)
    assert batch.converged[0]


def test_each_matrix_gets_the_numbers_it_gets_alone(monkeypatch):
    matrices, structure = stack(9), Structure(SIZES, tuple("ABAB"), PATHS)
    whole = estimate(matrices, structure, consistent=True)
    alone = [estimate(matrix, structure, consistent=True) for matrix in matrices]
    for name in ("weights", "loadings", "cross", "composites", "correlations", "paths", "r2", "reliability"):
        np.testing.assert_allclose(
            getattr(whole, name), np.concatenate([getattr(one, name) for one in alone]), atol=1e-12
        )
    assert whole.iterations.tolist() == [int(one.iterations[0]) for one in alone]
    monkeypatch.setattr(estimation, "CHUNK", 4)
    np.testing.assert_allclose(estimate(matrices, structure, consistent=True).paths, whole.paths, atol=1e-12)


def test_same_chunks_same_bits():
    matrices, structure = stack(estimation.CHUNK + 30), Structure(SIZES, ("A",) * 4, PATHS)
    whole = estimate(matrices, structure)
    again = estimate(matrices[estimation.CHUNK :], structure)
    assert (whole.paths[estimation.CHUNK :] == again.paths).all()


def test_a_matrix_without_numbers_harms_only_itself():
    matrices, structure = stack(6), Structure(SIZES, ("A",) * 4, PATHS)
    clean = estimate(matrices, structure)
    matrices[2, 4] = matrices[2, :, 4] = np.nan
    found = estimate(matrices, structure)
    assert found.usable.tolist() == [True, True, False, True, True, True]
    np.testing.assert_allclose(found.paths[[0, 1, 3, 4, 5]], clean.paths[[0, 1, 3, 4, 5]], atol=1e-12)
    assert found.take(found.usable).size == 5


def test_stopping_early_is_told():
    batch = estimate(stack(3), Structure(SIZES, ("A",) * 4, PATHS), max_iterations=2)
    assert not batch.converged.any()
    assert batch.iterations.tolist() == [2, 2, 2]
    assert (batch.change > 1e-10).all()


def test_covariances_fit_in_their_metric_but_report_standardized_loadings():
    rows = random_rows(1, SIZES, PATHS) * np.array([1, 9, 1, 1, 3, 1, 1, 1, 1, 1])
    structure = Structure(SIZES, ("A",) * 4, PATHS)
    by_covariance = estimate(np.cov(rows, rowvar=False), structure)
    by_correlation = estimate(np.corrcoef(rows, rowvar=False), structure)
    assert np.abs(by_covariance.loadings).max() <= 1 + 1e-12
    assert by_covariance.loadings[0, 1] > by_correlation.loadings[0, 1]
    scores = rows @ (by_covariance.weights[0][:, None] * np.eye(4)[structure.block])
    np.testing.assert_allclose(scores.std(axis=0, ddof=1), 1, atol=1e-12)
    np.testing.assert_allclose(np.corrcoef(scores, rowvar=False), by_covariance.composites[0], atol=1e-10)


def test_mode_b_does_not_depend_on_the_metric():
    rows = random_rows(1, SIZES, PATHS)
    structure = Structure(SIZES, ("B",) * 4, PATHS, "factorial")
    one = estimate(np.corrcoef(rows, rowvar=False), structure, tolerance=1e-13)
    other = estimate(np.cov(rows * np.arange(1, 11), rowvar=False), structure, tolerance=1e-13)
    np.testing.assert_allclose(one.paths, other.paths, atol=1e-8)


def test_signs_follow_the_sum_of_loadings_or_the_dominant_indicator():
    matrices, structure = stack(1), Structure(SIZES, ("A",) * 4, PATHS)
    plain = estimate(matrices, structure)
    starts = structure.starts
    assert (np.add.reduceat(plain.loadings, starts, axis=1) > 0).all()
    turn = np.ones(10)
    turn[0] = -1
    turned = estimate(matrices * np.outer(turn, turn), structure, dominant=np.array([0, -1, -1, -1]))
    assert turned.loadings[0, 0] > 0
    np.testing.assert_allclose(turned.paths[0, 0], -plain.paths[0, 0], atol=1e-9)


def test_inner_weights_of_the_schemes():
    correlations = np.array([[1, 0.5, -0.4], [0.5, 1, 0.3], [-0.4, 0.3, 1]])[:, :, None]
    paths = ((0, 2), (1, 2))
    inner = {
        scheme: inner_weights(correlations, Structure((1, 1, 1), ("A",) * 3, paths, scheme))[:, :, 0]
        for scheme in ("centroid", "factorial", "path")
    }
    assert inner["centroid"].tolist() == [[0, 0, -1], [0, 0, 1], [-1, 1, 0]]
    assert inner["factorial"].tolist() == [[0, 0, -0.4], [0, 0, 0.3], [-0.4, 0.3, 0]]
    # by hand: (-0.4 - 0.5 * 0.3) / 0.75 and (0.3 + 0.5 * 0.4) / 0.75
    np.testing.assert_allclose(inner["path"][:2, 2], [-0.55 / 0.75, 0.5 / 0.75])
    np.testing.assert_allclose(inner["path"][2, :2], [-0.4, 0.3])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"tolerance": 0}, "tolerance: 0. Expected: a number above 0"), ({"max_iterations": 0}, "max_iterations: 0")],
)
def test_wrong_numbers(wrong, message):
    with pytest.raises(ParameterError, match=message):
        estimate(np.eye(10), Structure(SIZES, ("A",) * 4, PATHS), **wrong)


def test_no_matrix_at_all():
    with pytest.raises(ParameterError, match="no matrix"):
        estimate(np.empty((0, 10, 10)), Structure(SIZES, ("A",) * 4, PATHS))


def test_chunks_shrink_with_the_number_of_indicators_but_divide_the_largest():
    sizes = [estimation.chunk_size(p) for p in (2, 24, 125, 200, 1000, 5000)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == estimation.CHUNK
    assert all(estimation.CHUNK % size == 0 for size in sizes)
    assert sizes[-1] == 1
