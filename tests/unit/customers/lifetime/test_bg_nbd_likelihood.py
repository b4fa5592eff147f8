import numpy as np
import pytest
from scipy.special import gammaln

from casework.customers.lifetime.bg_nbd_likelihood import arrange, evaluate, rising

X = np.array([0, 0, 1, 3, 3, 12, 0, 400.0])
LAST = np.array([0, 0, 2.5, 9, 9, 20, 0, 29.5])
WHOLE = np.array([30, 8, 11, 30, 30, 21, 30, 30.0])


def written_out(r, alpha, a, b):
    """Equation 6 of Fader, Hardie & Lee (2005), customer by customer."""
    first = gammaln(r + X) - gammaln(r) + r * np.log(alpha)
    second = gammaln(a + b) + gammaln(b + X) - gammaln(b) - gammaln(a + b + X)
    third = -(r + X) * np.log(alpha + WHOLE)
    fourth = np.log(a) - np.log(b + np.maximum(X, 1) - 1) - (r + X) * np.log(alpha + LAST)
    return float(np.sum(first + second + np.where(X > 0, np.logaddexp(third, fourth), third)))


@pytest.mark.parametrize("parameters", [(0.3, 4.0, 0.8, 2.4), (7.0, 0.2, 0.05, 9.0), (0.01, 90.0, 4.0, 0.3)])
def test_value_is_the_printed_equation(parameters):
    value, _, _ = evaluate(arrange(X, LAST, WHOLE), np.log(parameters))
    assert value == pytest.approx(written_out(*parameters), rel=1e-12)


@pytest.mark.parametrize("parameters", [(0.3, 4.0, 0.8, 2.4), (7.0, 0.2, 0.05, 9.0)])
def test_derivatives_are_those_of_the_value(parameters):
    data, place, step = arrange(X, LAST, WHOLE), np.log(parameters), 1e-5
    _, gradient, hessian = evaluate(data, place)
    for i, move in enumerate(step * np.eye(4)):
        up, down = evaluate(data, place + move), evaluate(data, place - move)
        assert gradient[i] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-6, abs=1e-5)
        np.testing.assert_allclose(hessian[i], (up[1] - down[1]) / (2 * step), rtol=1e-6, atol=1e-4)


def test_equal_histories_are_counted_not_repeated():
    data = arrange(np.tile(X, 50), np.tile(LAST, 50), np.tile(WHOLE, 50))
    assert len(data.x) == 4
    assert data.weight.tolist() == [50, 100, 50, 50]
    assert data.once_weight.tolist() == [100, 50]
    place = np.log([0.3, 4.0, 0.8, 2.4])
    assert evaluate(data, place)[0] == pytest.approx(50 * evaluate(arrange(X, LAST, WHOLE), place)[0])


def test_rising_products_of_large_bases():
    assert rising(1e9, np.array([2.0]))[0] == pytest.approx(np.log(1e9) + np.log(1e9 + 1), rel=1e-13)
