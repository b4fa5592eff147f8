import numpy as np
import pytest

from casework.customers.lifetime.maximum import covariance, doubts, maximise, parameter_table, penalised, to_logarithms

VALUES = np.random.default_rng(4).gamma(3.0, 2.0, 400)


def exponential(place):
    """Rate of an exponential distribution: the best one is 1 over the mean, its logarithm has variance 1 / n."""
    rate, n = np.exp(place[0]), len(VALUES)
    return to_logarithms(
        np.array([rate]),
        n * place[0] - rate * VALUES.sum(),
        np.array([n / rate - VALUES.sum()]),
        np.array([[-n / rate**2]]),
    )


def test_a_known_maximum_from_far_away():
    best = maximise(exponential, [np.array([9.0]), np.array([-12.0])])
    assert best.converged
    assert best.parameters[0] == pytest.approx(1 / VALUES.mean(), rel=1e-9)
    assert best.covariance[0, 0] == pytest.approx(1 / 400, rel=1e-6)
    table = parameter_table(["rate"], best, 0.95)
    assert table["standard_error"].iloc[0] == pytest.approx(best.parameters[0] / 20, rel=1e-6)
    assert table["high"].iloc[0] == pytest.approx(best.parameters[0] * np.exp(1.959964 / 20), rel=1e-6)
    assert doubts(["rate"], best) == ()


def test_a_flat_direction_is_told():
    def flat(place):
        return -((place[0] - 1) ** 2), np.array([-2 * (place[0] - 1), 0.0]), np.diag([-2.0, 0.0])

    best = maximise(flat, [np.zeros(2)])
    assert best.parameters[0] == pytest.approx(np.e)
    assert best.flat.tolist() == [False, True]
    assert "do not determine second" in doubts(["first", "second"], best)[0]


def test_a_penalty_settles_it():
    def flat(place):
        return 0.0, np.zeros(1), np.zeros((1, 1))

    best = maximise(penalised(flat, 2.0), [np.array([5.0])])
    assert best.parameters[0] == pytest.approx(1)
    assert best.covariance[0, 0] == pytest.approx(1 / 4)


def test_a_search_without_end_is_told(monkeypatch):
    monkeypatch.setattr("casework.customers.lifetime.maximum.ITERATIONS", 1)
    best = maximise(exponential, [np.array([5.0])])
    assert not best.converged
    assert "did not come to an end" in doubts(["rate"], best)[0]


def test_covariance_is_the_inverse_of_the_information():
    information = np.array([[3.0, 1.0], [1.0, 2.0]])
    np.testing.assert_allclose(covariance(-information), np.linalg.inv(information))
