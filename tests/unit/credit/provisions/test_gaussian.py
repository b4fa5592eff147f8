import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from casework.credit.provisions.gaussian import both_default, conditional_pd


@pytest.mark.parametrize(("p", "q", "rho"), [(0.02, 0.3, 0.95), (0.001, 0.01, 0.3), (0.2, 0.2, -0.5), (0.5, 0.4, 0.0)])
def test_both_default_is_the_bivariate_normal(p, q, rho):
    expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([ndtri(p), ndtri(q)])
    assert both_default(p, q, rho) == pytest.approx(expected, abs=1e-7)


def test_ends():
    assert both_default([0, 1, 0.3, 0.3], [0.2, 0.2, 0.1, 1], [0.5, 0.5, 1.0, 0.2]).tolist() == [0, 0.2, 0.1, 0.3]


def test_mean_over_the_factor_is_the_unconditional_probability():
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    found = conditional_pd(0.03, nodes, 0.2) @ weights / weights.sum()
    assert found == pytest.approx(0.03, abs=1e-10)


def test_certain_and_impossible_stay():
    assert conditional_pd([0.0, 1.0], -3.0, 0.3).tolist() == [0.0, 1.0]
