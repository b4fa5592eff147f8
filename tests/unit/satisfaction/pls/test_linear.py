import numpy as np
import pytest

from casework.satisfaction.pls.linear import Regressions, solve


def definite(rng, size, m):
    root = rng.normal(size=(size, m + 3, m))
    matrices = root.transpose(0, 2, 1) @ root
    scale = 1 / np.sqrt(np.einsum("bii->bi", matrices))
    return matrices * scale[:, :, None] * scale[:, None, :]


@pytest.mark.parametrize("size", [1, 2, 9])
def test_solve_agrees_with_lapack(size):
    rng = np.random.default_rng(3)
    matrices, right = definite(rng, size, 5), rng.normal(size=(size, 5, 2))
    found = solve(np.moveaxis(matrices, 0, -1), np.moveaxis(right, 0, -1))
    np.testing.assert_allclose(np.moveaxis(found, -1, 0), np.linalg.solve(matrices, right), rtol=1e-10)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_singular_matrix_harms_only_itself():
    good = np.array([[1, 0.5], [0.5, 1]])
    stack = np.stack([good, np.ones((2, 2)), good], axis=-1)
    found = solve(stack, np.ones((2, 1, 3)))
    assert np.isfinite(found[..., [0, 2]]).all()
    assert np.isnan(found[..., 1]).any()


def test_one_exactly_singular_matrix_gives_no_number():
    with np.errstate(all="ignore"):
        assert np.isnan(solve(np.ones((2, 2, 1)), np.ones((2, 1, 1)))).any()


def test_regressions_of_different_sizes_together():
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(60, 5))
    rows[:, 4] += rows[:, 0] - rows[:, 1]
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    matrix = np.corrcoef(rows, rowvar=False)
    out = np.zeros((5, 5, 3))
    Regressions(predictors=((0,), (0, 1, 2), (1,)), targets=(3, 4, 2), k=5).into(
        np.repeat(matrix[:, :, None], 3, axis=2), out
    )
    expected = np.linalg.lstsq(standard[:, :3], standard[:, 4], rcond=None)[0]
    np.testing.assert_allclose(out[:3, 4, 1], expected, atol=1e-12)
    np.testing.assert_allclose([out[0, 3, 0], out[1, 2, 2]], [matrix[0, 3], matrix[1, 2]], atol=1e-12)
    assert np.count_nonzero(out[..., 0]) == 5


def test_number_of_targets():
    assert len(Regressions(predictors=(), targets=(), k=2)) == 0
