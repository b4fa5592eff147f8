import numpy as np
import pytest

from casework.stats.sums import cross, dot


@pytest.mark.parametrize(
    ("n", "k", "m"), [(1, 1, 1), (7, 2, 3), (5000, 10, 10), (60_001, 4, 1), (3, 300, 300), (0, 2, 2)]
)
def test_they_are_the_products(n, k, m):
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(n, k)), rng.normal(size=(n, m))
    np.testing.assert_allclose(cross(first, second), first.T @ second, atol=1e-9)
    assert dot(first[:, 0], second[:, 0]) == pytest.approx(float(first[:, 0] @ second[:, 0]), abs=1e-9)


def test_transposed_and_strided_inputs():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(4, 50_000))
    np.testing.assert_allclose(cross(rows.T, rows.T), rows @ rows.T)
    assert dot(rows[0, ::2], rows[1, ::2]) == pytest.approx(float((rows[0, ::2] * rows[1, ::2]).sum()))
