import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, poisson

from casework.supply_chain.inventory.lead_time import NormalLeadTime, PoissonLeadTime, halve


def test_normal_backlog_is_the_mean_loss_over_the_lot():
    own = NormalLeadTime(np.array([100.0]), np.array([30.0]))
    loss = lambda y: quad(norm(100, 30).sf, y, 600)[0]  # noqa: E731
    by_hand = quad(loss, 80, 200)[0] / 120
    assert own.backlog(np.array([80.0]), np.array([120.0]))[0] == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("r", [-3, 0, 4, 9])
def test_poisson_backlog_is_the_mean_loss_over_the_positions(r):
    own, k = PoissonLeadTime(np.array([6.0])), np.arange(200)
    by_hand = np.mean([(np.maximum(k - y, 0) * poisson(6).pmf(k)).sum() for y in range(r + 1, r + 6)])
    assert own.backlog(np.array([float(r)]), np.array([5.0]))[0] == pytest.approx(by_hand, abs=1e-10)


def test_reorder_for_fill_is_the_smallest():
    own, lot, fill = PoissonLeadTime(np.array([6.0, 0.4])), np.array([4.0, 10.0]), np.array([0.95, 0.6])
    r = own.reorder_for_fill(lot, fill)
    reached = lambda x: 1 - (own.loss(x) - own.loss(x + lot)) / lot  # noqa: E731
    assert (reached(r) >= fill).all()
    assert (reached(r - 1) < fill).all()
    smooth = NormalLeadTime(np.array([100.0]), np.array([30.0]))
    point = smooth.reorder_for_fill(np.array([120.0]), np.array([0.9]))
    assert 1 - (smooth.loss(point) - smooth.loss(point + 120)) / 120 == pytest.approx([0.9])


def test_certain_demand_has_no_shortage_at_its_mean():
    sure = NormalLeadTime(np.array([10.0]), np.array([0.0]))
    assert sure.loss(np.array([10.0]))[0] == pytest.approx(0, abs=1e-6)
    assert sure.cover(np.array([10.0]))[0] == 1


def test_halve():
    assert halve(lambda x: x**2 >= 2, np.zeros(1), np.full(1, 2.0))[0] == pytest.approx(2**0.5)
