import math

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.bullwhip import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    amplification_by_lead_time,
    ar1_amplification,
    decentralised_bound,
    exact_amplification,
    is_linear,
    moving_average_amplification,
    serial_chain,
    shared_information_amplification,
    smoothing_amplification,
)
from casework.supply_chain.bullwhip.closed_forms import order_weights

RHO = (-0.6, 0.0, 0.3, 0.9)


def one(forecast, lead):
    return serial_chain(OrderUpTo(forecast=forecast), names=["a"], shipment_lead_time=lead, returns=True)


def test_published_moving_average():
    """Chen et al. (2000) as three cases of the register."""
    found = moving_average_amplification(lead_time=[2, 2, 3], window=[4, 5, 6], correlation=[0.9, 0.0, 0.5])
    assert found == pytest.approx([1.51585, 2.12, 2.4765625], abs=1e-12)


def test_smoothing_is_the_derived_and_not_the_printed_number():
    found = smoothing_amplification(lead_time=2, weight=0.6, correlation=0.9)
    assert found == pytest.approx(1.6964, abs=5e-5)
    assert found != pytest.approx(1.9375, abs=0.1)


def test_printed_number_comes_from_another_denominator():
    pull = 2 * 0.6
    wrong = 1 + (2 * pull + 2 * pull**2 / (2 * (1 - 0.6))) * 0.1 / (1 - 0.4 * 0.9)
    assert wrong == pytest.approx(1.9375, abs=5e-5)


@pytest.mark.parametrize("rho", RHO)
@pytest.mark.parametrize("lead", [1, 2, 5])
def test_formulas_are_the_exact_sum(rho, lead):
    for forecast, formula in (
        (MovingAverage(window=6), moving_average_amplification(lead_time=lead, window=6, correlation=rho)),
        (Smoothing(weight=0.25), smoothing_amplification(lead_time=lead, weight=0.25, correlation=rho)),
        (AutoRegressive(correlation=rho, mean=9), ar1_amplification(lead_time=lead, correlation=rho)),
    ):
        assert exact_amplification(one(forecast, lead), correlation=rho)[0] == pytest.approx(formula, rel=1e-12)


def test_exact_sum_by_the_covariance_matrix():
    """Weights of the orders against the covariance of AR(1), for two stages with delayed mail."""
    chain = serial_chain(
        [OrderUpTo(forecast=MovingAverage(window=3)), OrderUpTo(forecast=Smoothing(weight=0.5))],
        names=["a", "b"], order_lead_time=[1, 0], shipment_lead_time=[1, 3], returns=True,
    )  # fmt: skip
    demand = np.zeros(200)
    demand[0] = 1
    first = demand.copy()
    first[0] += 2 / 3
    first[3] -= 2 / 3
    incoming = np.roll(first, 1)
    level, before, second = 0.0, 0.0, []
    for x in incoming:
        level = 0.5 * x + 0.5 * level
        second.append(x + 3 * (level - before))
        before = level
    together = 0.4 ** np.abs(np.subtract.outer(np.arange(200), np.arange(200)))
    expected = [first @ together @ first, np.array(second) @ together @ np.array(second)]
    assert exact_amplification(chain, correlation=0.4) == pytest.approx(expected, rel=1e-10)


def test_base_stock_passes_orders_on():
    chain = serial_chain(BaseStock(level=50), order_lead_time=1, returns=True)
    assert exact_amplification(chain, correlation=0.5) == pytest.approx([1, 1, 1, 1])


def test_shared_is_additive_and_without_is_above_the_product():
    leads = [2, 3, 1]
    plain = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), names=list("abc"), shipment_lead_time=leads,
                         returns=True)  # fmt: skip
    shared = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), names=list("abc"), shipment_lead_time=leads,
                          shared=True, returns=True)  # fmt: skip
    for rho in RHO:
        formula = shared_information_amplification(lead_times=leads, window=5, correlation=rho)
        assert exact_amplification(shared, correlation=rho) == pytest.approx(formula, rel=1e-12)
    bound = decentralised_bound(lead_times=leads, window=5)
    exact = exact_amplification(plain)
    assert exact[0] == pytest.approx(bound[0])
    assert (exact[1:] > bound[1:]).all()
    assert (bound[1:] > shared_information_amplification(lead_times=leads, window=5)[1:]).all()


def test_weights_add_up_to_one():
    """What is ordered is what is sold, in the long run."""
    chain = serial_chain(OrderUpTo(forecast=Smoothing(weight=0.2)), shipment_lead_time=3, returns=True)
    assert order_weights(chain).sum(axis=1) == pytest.approx([1] * 4)


@pytest.mark.parametrize(
    ("chain", "match"),
    [
        (serial_chain(Anchoring(), names=["a"]), "stage 'a'.*not linear"),
        (serial_chain(BaseStock(level=1), names=["a"], batch=5), "batches"),
        (serial_chain(BaseStock(level=1), names=["a"], review=2), "every period"),
        (serial_chain(BaseStock(level=1), names=["a"], capacity=5), "capacity"),
        (serial_chain(BaseStock(level=1), names=["a"], unmet="lost"), "unmet: 'lost'"),
    ],
)
def test_chains_without_an_exact_answer(chain, match):
    assert not is_linear(chain)
    with pytest.raises(ParameterError, match=match):
        exact_amplification(chain)


@pytest.mark.parametrize(
    ("function", "given", "match"),
    [
        (moving_average_amplification, {"lead_time": 1.5, "window": 3}, r"lead_time: 1\.5.*whole"),
        (moving_average_amplification, {"lead_time": 2, "window": 0}, "window: 0"),
        (moving_average_amplification, {"lead_time": [2, math.nan], "window": 3}, "lead_time: nan"),
        (moving_average_amplification, {"lead_time": "x", "window": 0}, "'x' is not a number(.|\\n)*window: 0"),
        (smoothing_amplification, {"lead_time": 2, "weight": 0}, "weight: 0.*above 0"),
        (smoothing_amplification, {"lead_time": 2, "weight": 1.2}, r"weight: 1\.2"),
        (ar1_amplification, {"lead_time": 2, "correlation": 1}, "correlation: 1.*below 1"),
        (ar1_amplification, {"lead_time": 0, "correlation": -1}, "lead_time: 0(.|\n)*correlation: -1"),
    ],
)
def test_formulas_refuse(function, given, match):
    with pytest.raises(ParameterError, match=match):
        function(**given)


def test_curve_by_lead_time():
    curve = amplification_by_lead_time(MovingAverage(window=5), names=["a", "b"], lead_time=2, longest=3)
    table = curve.to_frame()
    assert table["lead_time"].tolist() == [1, 1, 2, 2, 3, 3]
    row = table[(table["lead_time"] == 2) & (table["stage"] == "b")].iloc[0]
    assert row["with_sharing"] == pytest.approx(3.88)
    assert row["without_sharing"] == pytest.approx(5.1216)
    assert "5.12" in curve.summary()
    assert "3.88" in curve.summary()
