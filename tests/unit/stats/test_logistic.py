import numpy as np
import pytest
from scipy.special import expit

from casework.stats.logistic import NoFitError, inflation, log_likelihood, newton, null_log_likelihood, with_intercept


def test_two_by_two_table_has_its_log_odds():
    x = with_intercept(np.repeat([[0.0], [1.0]], 8, axis=0))
    y = np.array([0] * 6 + [1] * 2 + [0] * 3 + [1] * 5, dtype=float)
    beta, covariance, reached = newton(x, y, np.zeros(2))
    assert beta == pytest.approx([np.log(2 / 6), np.log(5 / 3) - np.log(2 / 6)])
    assert covariance[1, 1] == pytest.approx(1 / 6 + 1 / 2 + 1 / 3 + 1 / 5)
    assert reached == pytest.approx(6 * np.log(6 / 8) + 2 * np.log(2 / 8) + 3 * np.log(3 / 8) + 5 * np.log(5 / 8))


def test_the_gradient_is_zero_at_the_end():
    rng = np.random.default_rng(4)
    x = with_intercept(rng.normal(size=(500, 3)) * [1, 1e6, 1e-3])
    y = (rng.random(500) < expit(x[:, 1])).astype(float)
    beta, _, reached = newton(x, y, np.zeros(4))
    assert (x.T @ (y - expit(x @ beta))) / np.abs(x).sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-9)
    assert reached == pytest.approx(log_likelihood(x @ beta, y))


@pytest.mark.parametrize("column", [[1.0, 2, 3, 4], [5.0, 5, 5, 5]])
def test_no_best_fit(column):
    with pytest.raises(NoFitError):
        newton(with_intercept(np.array([column]).T), np.array([0.0, 0, 1, 1]), np.zeros(2))


def test_small_parts():
    assert null_log_likelihood(np.array([True, False])) == pytest.approx(2 * np.log(0.5))
    assert inflation(np.ones((3, 1))).tolist() == [1]
