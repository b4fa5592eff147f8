import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1

from casework.core.errors import DataError, ParameterError
from casework.customers.lifetime.bg_nbd_model import BgNbdModel, beta_quadrature, quadrature_size

CDNOW = BgNbdModel(r=0.2425967, alpha=4.413659, a=0.7929869, b=2.426164)
PRINTED = BgNbdModel(r=0.243, alpha=4.414, a=0.793, b=2.426)


def by_hypergeometric(model, x, last, whole, time):
    """Equation 10 of Fader, Hardie & Lee (2005) as it is printed."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    late = alpha + whole
    bought = 1 - (late / (late + time)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, time / (late + time))
    odds = a / (b + x - 1) * (late / (alpha + last)) ** (r + x) if x else 0.0
    return (a + b + x - 1) / (a - 1) * bought / (1 + odds)


def test_numbers_that_btyd_prints():
    assert float(CDNOW.expected_purchases(52)) == pytest.approx(1.444004, abs=5e-7)
    known = {"frequency": 26, "recency": 30.85714, "tenure": 31}
    assert float(CDNOW.conditional_purchases(52, **known)) == pytest.approx(25.75659, abs=5e-5)
    assert float(CDNOW.alive(**known)) == pytest.approx(0.9688523, abs=5e-7)
    paradox = CDNOW.conditional_purchases(52, frequency=[10, 15, 20, 25], recency=20, tenure=39)
    assert paradox == pytest.approx([0.3474606, 0.04283391, 0.004158973, 0.0003583685], rel=1e-5)
    assert float(PRINTED.probability(10, 2)) == pytest.approx(1.07869e-07, rel=1e-5)
    ten = [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913,
           0.0003467171, 0.0002769613, 0.0002222260]  # fmt: skip
    assert PRINTED.probability(range(11, 21), 30) == pytest.approx(ten, abs=5e-11)


@pytest.mark.parametrize(("x", "last", "whole"), [(0, 0, 30), (1, 3, 12), (5, 30, 39), (40, 11, 39)])
def test_expectations_are_the_hypergeometric_ones(x, last, whole):
    for time in (0.5, 39, 500):
        found = CDNOW.conditional_purchases(time, frequency=x, recency=last, tenure=whole)
        assert float(found) == pytest.approx(by_hypergeometric(CDNOW, x, last, whole, time), rel=1e-9)


def test_what_breaks_the_printed_formula_is_no_case_apart():
    one, near = (BgNbdModel(r=0.5, alpha=4, a=a, b=2) for a in (1.0, 1 + 1e-7))
    assert float(one.expected_purchases(52)) == pytest.approx(float(near.expected_purchases(52)), rel=1e-6)
    busy = CDNOW.conditional_purchases(52, frequency=5000, recency=38.99, tenure=39)
    assert 0 < float(busy) < 5000 * 52 / 39 * 1.01
    for_ever = BgNbdModel(r=0.5, alpha=5, a=1e-8, b=1e6)
    assert float(for_ever.expected_purchases(40)) == pytest.approx(0.5 / 5 * 40, rel=1e-6)
    assert float(for_ever.alive(frequency=9, recency=1, tenure=30)) == pytest.approx(1, abs=1e-4)


def test_probabilities_add_up_to_the_expectation():
    count = np.arange(4000)
    chance = CDNOW.probability(count, 39)
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    assert chance @ count == pytest.approx(float(CDNOW.expected_purchases(39)), rel=1e-9)
    assert CDNOW.probability([0, 1], 0).tolist() == [1, 0]


@pytest.mark.parametrize(("x", "last", "whole"), [(0, 0, 30), (26, 30.8, 31)])
def test_present_value_is_the_integral(x, last, whole):
    known = {"frequency": x, "recency": last, "tenure": whole}
    for time, rate in ((52, 0.002), (2000, 0.02)):
        inner = quad(lambda s, rate=rate: np.exp(-rate * s) * by_hypergeometric(CDNOW, x, last, whole, s), 0, time,
                     epsabs=1e-11, limit=200)[0]  # fmt: skip
        expected = np.exp(-rate * time) * by_hypergeometric(CDNOW, x, last, whole, time) + rate * inner
        assert float(CDNOW.discounted_purchases(time, rate=rate, **known)) == pytest.approx(expected, rel=1e-7)


def test_payment_at_the_end_of_periods_is_the_sum():
    known = {"frequency": 3, "recency": 20, "tenure": 31}
    until = [float(CDNOW.conditional_purchases(s, **known)) for s in (0, 4, 8, 10)]
    expected = np.diff(until) @ np.exp(-0.01 * np.array([4, 8, 10]))
    found = float(CDNOW.discounted_purchases(10, rate=0.01, step=4, **known))
    assert found == pytest.approx(expected, rel=1e-12)
    assert found < float(CDNOW.discounted_purchases(10, rate=0.01, **known)) < until[-1]
    assert float(CDNOW.discounted_purchases(10, rate=0, **known)) == pytest.approx(until[-1])


def test_shapes_are_kept_and_time_zero_brings_nothing():
    grid = CDNOW.conditional_purchases(0, frequency=np.ones((2, 3)), recency=1, tenure=[5, 6, 7])
    assert grid.shape == (2, 3)
    assert not grid.any()
    assert CDNOW.expected_purchases([[1, 2]]).shape == (1, 2)


def test_quadrature_is_exact_for_moments():
    for a, b in ((0.01, 3.0), (1.0, 1.0), (2.5, 900.0)):
        p, weight = beta_quadrature(a, b, 20)
        moment = 1.0
        for k in range(12):
            assert weight @ p**k == pytest.approx(moment, rel=1e-10)
            moment *= (a + k) / (a + b + k)
    assert quadrature_size(10, 0) == 32
    assert quadrature_size(1, 1e9) == 400


def test_all_problems_at_once():
    with pytest.raises(ParameterError, match="alpha: 0") as error:
        BgNbdModel(r=-1, alpha=0, a=1, b=2)
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="recency: 9") as error:
        CDNOW.alive(frequency=1.5, recency=9, tenure=5)
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="time: -1"):
        CDNOW.expected_purchases([1, -1])
    with pytest.raises(DataError, match=r"count: 0\.5"):
        CDNOW.probability(0.5, 3)
    with pytest.raises(ParameterError, match=r"step: 0\.0001"):
        CDNOW.discounted_purchases(10, rate=0.1, step=1e-4, frequency=0, recency=0, tenure=1)
