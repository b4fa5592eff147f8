import itertools
import math

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.stats import lmg
from casework.stats.lmg import lmg_shares


def correlations(k, n=60, seed=0):
    rng = np.random.default_rng(seed)
    return np.corrcoef(rng.normal(size=(n, k + 1)) @ rng.normal(size=(k + 1, k + 1)), rowvar=False)


def by_all_orders(matrix):
    """Mean gain in R squared over all orders, each R squared from its own least squares."""
    k = len(matrix) - 1

    def explained(chosen):
        chosen = list(chosen)
        if not chosen:
            return 0.0
        toward = matrix[chosen, k]
        return float(toward @ np.linalg.solve(matrix[np.ix_(chosen, chosen)], toward))

    shares = np.zeros(k)
    for order in itertools.permutations(range(k)):
        for place, predictor in enumerate(order):
            shares[predictor] += explained(order[: place + 1]) - explained(order[:place])
    return shares / math.factorial(k)


@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_mean_over_all_orders(k):
    matrix = correlations(k, seed=k)
    np.testing.assert_allclose(lmg_shares(matrix[:k, :k], matrix[:k, k]), by_all_orders(matrix), atol=1e-12)


def test_many_predictors_add_up_and_are_not_negative():
    matrix = correlations(19, n=200)
    inner, toward = matrix[:-1, :-1], matrix[:-1, -1]
    shares = lmg_shares(inner, toward)
    assert shares.sum() == pytest.approx(toward @ np.linalg.solve(inner, toward), abs=1e-10)
    assert (shares > -1e-12).all()


def test_blocks_change_nothing(monkeypatch):
    matrix = correlations(9)
    whole = lmg_shares(matrix[:9, :9], matrix[:9, 9])
    monkeypatch.setattr(lmg, "MOST_CELLS", 16)
    np.testing.assert_allclose(lmg_shares(matrix[:9, :9], matrix[:9, 9]), whole, atol=1e-13)


def test_many_matrices_are_those_one_by_one(monkeypatch):
    matrices = np.array([correlations(5, seed=seed) for seed in range(7)])
    single = [lmg_shares(matrix[:5, :5], matrix[:5, 5]) for matrix in matrices]
    for cells in (2**17, 64):
        monkeypatch.setattr(lmg, "MOST_CELLS", cells)
        np.testing.assert_allclose(lmg_shares(matrices[:, :5, :5], matrices[:, :5, 5]), single, atol=1e-13)


def test_order_of_the_predictors_does_not_matter():
    matrix = correlations(6)
    turned = matrix[::-1, ::-1].copy()
    back = np.r_[np.arange(1, 7)]
    forward = lmg_shares(matrix[:6, :6], matrix[:6, 6])
    backward = lmg_shares(turned[np.ix_(back, back)], turned[back, 0])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-12)


def test_a_copy_is_not_a_number():
    matrix = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert np.isnan(lmg_shares(matrix, np.array([0.5, 0.5]))).all()


def test_inputs_do_not_change():
    matrix = correlations(4)
    inner, toward = matrix[:4, :4].copy(), matrix[:4, 4].copy()
    lmg_shares(inner, toward)
    assert (inner == matrix[:4, :4]).all()
    assert (toward == matrix[:4, 4]).all()


def test_too_many_predictors():
    with pytest.raises(ParameterError, match="at most 30"):
        lmg_shares(np.eye(31), np.zeros(31))
