import numpy as np
import pytest
from scipy import linalg
from tests.unit.satisfaction.pls.quality_samples import BLOCK, fit

from casework.satisfaction.pls.implied import distances, implied_constructs, implied_correlations, outer_residual


def test_constructs_of_a_recursive_model():
    result = fit()
    found = implied_constructs(result.estimate, result.structure, "estimated")[0]
    paths, r2 = result.estimate.paths[0], result.estimate.r2[0]
    inverse = np.linalg.inv(np.eye(4) - paths)
    whole = inverse.T @ np.diag([1, *(1 - r2[1:])]) @ inverse
    np.testing.assert_allclose(found[~np.eye(4, dtype=bool)], whole[~np.eye(4, dtype=bool)], atol=1e-12)
    assert np.diag(found).tolist() == [1, 1, 1, 1]
    # Q -> L only by way of S
    total = paths[0, 2] + paths[0, 1] * paths[1, 2]
    assert found[0, 3] == pytest.approx(total * paths[2, 3])
    saturated = implied_constructs(result.estimate, result.structure, "saturated")[0]
    np.testing.assert_array_equal(saturated, result.estimate.correlations[0])


def test_indicators_of_composites_and_factors():
    result = fit()
    stack = result.moments.correlations[None]
    inner = implied_constructs(result.estimate, result.structure, "estimated")[0]
    loadings = result.estimate.loadings[0]
    composite = implied_correlations(stack, result.estimate, result.structure)[0]
    factor = implied_correlations(stack, result.estimate, result.structure, measurement="factor")[0]
    for i in range(8):
        for j in range(8):
            product = loadings[i] * loadings[j] * inner[BLOCK[i], BLOCK[j]]
            same = BLOCK[i] == BLOCK[j]
            assert composite[i, j] == pytest.approx(stack[0, i, j] if same else product)
            assert factor[i, j] == pytest.approx(1 if i == j else product)


def test_distances_by_their_formulas():
    result = fit()
    stack = result.moments.correlations[None]
    implied = implied_correlations(stack, result.estimate, result.structure, measurement="factor")
    found = distances(np.repeat(stack, 2, axis=0), np.repeat(implied, 2, axis=0))
    s, sigma = stack[0], implied[0]
    lower = np.tril_indices(8)
    roots = linalg.eigvals(np.linalg.solve(s, sigma)).real
    expected = {
        "srmr": np.sqrt(np.mean((s - sigma)[lower] ** 2)),
        "d_l": 0.5 * ((s - sigma) ** 2).sum(),
        "d_g": 0.5 * (np.log(roots) ** 2).sum(),
        "f_ml": np.log(np.linalg.det(sigma) / np.linalg.det(s)) + np.trace(s @ np.linalg.inv(sigma)) - 8,
        "f_null": -np.log(np.linalg.det(s)),
    }
    for name, value in expected.items():
        assert found[name].tolist() == pytest.approx([value, value], abs=1e-10)


def test_singular_and_lost_matrices_harm_only_themselves():
    good = np.array([[1, 0.3], [0.3, 1]])
    stack = np.stack([good, np.ones((2, 2)), np.full((2, 2), np.nan)])
    found = distances(stack, np.stack([good, good, good]))
    assert found["d_g"][0] == pytest.approx(0, abs=1e-20)
    assert np.isnan(found["d_g"][1:]).all()
    assert found["d_l"][1] == pytest.approx(0.49)


def test_residuals_of_the_outer_model():
    result = fit()
    standard = (result.moments.rows - result.moments.means) / result.moments.deviations
    scores = result.scores().to_numpy()
    rest = standard - scores[:, BLOCK] * result.estimate.loadings[0]
    covariance = np.cov(rest, rowvar=False)[:7, :7]
    expected = np.sqrt(np.mean(covariance[~np.eye(7, dtype=bool)] ** 2))
    found = outer_residual(result.moments.correlations[None], result.estimate, result.structure)
    assert found[0] == pytest.approx(expected)
