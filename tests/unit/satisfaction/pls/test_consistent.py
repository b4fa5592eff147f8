import numpy as np

from casework.satisfaction.pls.consistent import rho_a
from casework.satisfaction.pls.estimation import estimate
from casework.satisfaction.pls.structure import Structure

SIZES, PATHS = (3, 2, 1), ((0, 1), (1, 2))
LOADINGS = np.array([0.9, 0.7, 0.6, 0.8, 0.5, 1.0])


def population():
    inner = np.array([[1, 0.6, 0.3], [0.6, 1, 0.5], [0.3, 0.5, 1]])
    block = np.repeat(np.arange(3), SIZES)
    matrix = inner[np.ix_(block, block)] * np.outer(LOADINGS, LOADINGS)
    np.fill_diagonal(matrix, 1)
    return matrix, inner


def test_the_population_is_recovered_exactly():
    matrix, inner = population()
    batch = estimate(matrix, Structure(SIZES, ("A",) * 3, PATHS), consistent=True, tolerance=1e-14)
    np.testing.assert_allclose(batch.loadings[0], LOADINGS, atol=1e-9)
    np.testing.assert_allclose(batch.correlations[0], inner, atol=1e-9)
    np.testing.assert_allclose([batch.paths[0, 0, 1], batch.paths[0, 1, 2]], [0.6, 0.5], atol=1e-9)
    assert batch.reliability[0, 2] == 1


def test_formative_blocks_are_left_alone():
    matrix, _ = population()
    structure = Structure(SIZES, ("A", "B", "A"), PATHS)
    plain, corrected = estimate(matrix, structure), estimate(matrix, structure, consistent=True)
    np.testing.assert_array_equal(plain.loadings[0, 3:5], corrected.loadings[0, 3:5])
    assert corrected.reliability[0, 1] == 1
    assert corrected.correlations[0, 0, 1] > plain.correlations[0, 0, 1]


def test_rho_a_by_hand():
    matrix = np.array([[1, 0.5], [0.5, 1]])[:, :, None]
    weight = np.full((2, 1), 1 / np.sqrt(3))
    # (2/3)^2 * (2 * 0.5/3) / (2/9) = 2/3, the standardized alpha of two items that correlate 0.5
    structure = Structure((2,), ("A",), ())
    np.testing.assert_allclose(rho_a(matrix, weight, structure), [[2 / 3]])


def test_a_negative_reliability_gives_no_number():
    matrix, _ = population()
    matrix[0, 1:3] = matrix[1:3, 0] = -0.5
    batch = estimate(matrix, Structure(SIZES, ("A",) * 3, PATHS), consistent=True)
    assert not batch.usable[0] or batch.reliability[0, 0] > 0


def test_the_population_is_recovered_from_covariances_too():
    matrix, inner = population()
    scale = np.array([1, 2, 3, 1, 1, 5.0])
    batch = estimate(matrix * np.outer(scale, scale), Structure(SIZES, ("A",) * 3, PATHS), consistent=True)
    np.testing.assert_allclose(batch.loadings[0], LOADINGS, atol=1e-8)
    np.testing.assert_allclose(batch.correlations[0], inner, atol=1e-8)
