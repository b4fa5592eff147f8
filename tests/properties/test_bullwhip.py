"""What must hold for any chain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.supply_chain.bullwhip import (
    Anchoring,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    ar1_amplification,
    exact_amplification,
    moving_average_amplification,
    serial_chain,
    simulate_path,
    smoothing_amplification,
    start_game,
)
from casework.supply_chain.bullwhip.engine import Start

leads = st.integers(1, 12)
windows = st.integers(1, 40)
weights = st.floats(0.01, 1)
correlations = st.floats(-0.95, 0.95)
demands = st.lists(st.integers(0, 30).map(float), min_size=5, max_size=40)
policies = st.one_of(
    st.builds(BaseStock, level=st.floats(0, 100)),
    st.builds(OrderUpTo, forecast=st.builds(MovingAverage, window=st.integers(1, 6))),
    st.builds(OrderUpTo, forecast=st.builds(Smoothing, weight=weights)),
    st.builds(Anchoring, beta=st.floats(0, 1), target=st.floats(0, 60)),
)


@given(leads, windows, correlations)
def test_averages_never_calm_independent_or_positive_demand(lead, window, rho):
    assert moving_average_amplification(lead_time=lead, window=window, correlation=rho) >= 1 - 1e-12
    longer = moving_average_amplification(lead_time=lead + 1, window=window, correlation=rho)
    assert longer >= moving_average_amplification(lead_time=lead, window=window, correlation=rho) - 1e-12


@given(leads, weights, correlations)
def test_smoothing_amplifies_and_more_with_a_heavier_newest_period(lead, weight, rho):
    value = smoothing_amplification(lead_time=lead, weight=weight, correlation=rho)
    assert value >= 1
    assert value >= smoothing_amplification(lead_time=lead, weight=weight / 2, correlation=rho) - 1e-9


@given(leads, correlations)
def test_best_forecast_amplifies_where_demand_follows_itself(lead, rho):
    value = ar1_amplification(lead_time=lead, correlation=rho)
    assert (value >= 1) == (rho >= 0) or value == pytest.approx(1)


@settings(max_examples=30, deadline=None)
@given(st.lists(leads, min_size=1, max_size=4), windows, st.floats(0, 0.9))
def test_sharing_never_makes_it_worse(stages, window, rho):
    names = [str(i) for i in range(len(stages))]
    rule = OrderUpTo(forecast=MovingAverage(window=window))
    plain, shared = (
        exact_amplification(
            serial_chain(rule, names=names, shipment_lead_time=stages, shared=x, returns=True), correlation=rho
        )
        for x in (False, True)
    )
    assert (shared <= plain * (1 + 1e-9)).all()


@settings(max_examples=40, deadline=None)
@given(policies, demands, st.integers(0, 2), st.integers(1, 3), st.floats(0.1, 50))
def test_units_of_measure_do_not_matter(policy, demand, mail, road, factor):
    """Twice the units: twice the orders, stock and cost."""
    from dataclasses import replace

    scaled = policy
    if isinstance(policy, BaseStock):
        scaled = replace(policy, level=policy.level * factor)
    elif isinstance(policy, Anchoring):
        scaled = replace(policy, target=policy.target * factor)
    facts = {"names": ["a", "b"], "order_lead_time": mail, "shipment_lead_time": road}
    one, other = (
        simulate_path(
            serial_chain(p, **facts), np.array(demand) * x, start=Start(flow=3 * x, inventory=np.full(2, 5 * x))
        )
        for p, x in ((policy, 1.0), (scaled, factor))
    )
    for name in ("orders", "net_stock", "cost"):
        np.testing.assert_allclose(other[name], one[name] * factor, atol=1e-7 * factor + 1e-9)


@settings(max_examples=40, deadline=None)
@given(policies, demands, st.integers(0, 2), st.integers(1, 3), st.sampled_from(["backorder", "lost"]))
def test_no_unit_is_made_or_lost(policy, demand, mail, road, unmet):
    chain = serial_chain(policy, names=["a", "b"], order_lead_time=mail, shipment_lead_time=road, unmet=unmet)
    table = simulate_path(chain, demand, start=Start(flow=2, inventory=np.array([9.0, 4.0])))
    for name, start in (("a", 9.0), ("b", 4.0)):
        own = table[table["stage"] == name]
        stock = start + own["received"].cumsum() - own["shipped"].cumsum()
        np.testing.assert_allclose(stock, own["net_stock"].clip(lower=0), atol=1e-8)
        assert (own["shipped"] >= -1e-9).all()
        assert (own["orders"] >= 0).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 40), min_size=6, max_size=6), st.sampled_from(["retailer", "distributor", "factory"]))
def test_a_game_replayed_is_the_same_game(orders, role):
    state = start_game(role=role, weeks=10)
    for order in orders:
        state = state.step(order)
    again = start_game(role=role, weeks=10)
    for order in orders:
        again.view()
        again = again.step(order)
    assert state == again
    assert state.everything().equals(again.everything())
    assert state.history()["orders"].tolist()[4:] == orders
