import numpy as np
import pytest
from scipy.special import gammaln

from casework.customers.lifetime.gamma_gamma_likelihood import arrange, evaluate
from casework.customers.lifetime.gamma_gamma_model import GammaGammaModel


def test_value_and_derivatives_are_those_of_the_printed_equation():
    x, own = np.array([1, 1, 3, 40.0]), np.array([0.4, 3.0, 1.1, 0.9])
    data, step = arrange(x, own), 1e-5
    p, q, v = 2.0, 3.0, 0.7
    written = (gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(own)
               + p * x * np.log(x) - (p * x + q) * np.log(v + x * own)).sum()  # fmt: skip
    place = np.log([p, q, v])
    value, gradient, hessian = evaluate(data, place)
    assert value == pytest.approx(written, rel=1e-12)
    for i, move in enumerate(step * np.eye(3)):
        up, down = evaluate(data, place + move), evaluate(data, place - move)
        assert gradient[i] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-6, abs=1e-7)
        np.testing.assert_allclose(hessian[i], (up[1] - down[1]) / (2 * step), rtol=1e-6, atol=1e-7)


def test_equal_pairs_are_counted():
    x, own = np.array([1, 2, 1.0]), np.array([5, 5, 5.0])
    data = arrange(np.tile(x, 20), np.tile(own, 20))
    assert data.weight.tolist() == [40, 20]
    place = np.log([2, 3, 0.7])
    assert evaluate(data, place)[0] == pytest.approx(20 * evaluate(arrange(x, own), place)[0])


def test_it_is_the_logarithm_of_the_density():
    found = np.log(GammaGammaModel(p=2, q=3, gamma=0.7).density([0.4, 3.0], frequency=[1, 2])).sum()
    value, _, _ = evaluate(arrange(np.array([1.0, 2]), np.array([0.4, 3.0])), np.log([2, 3, 0.7]))
    assert found == pytest.approx(value)
