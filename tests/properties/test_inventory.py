import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.supply_chain import inventory as inv

quick = settings(deadline=None, max_examples=40)
positive = st.floats(0.05, 500)
cost = st.floats(0.1, 100)


@quick
@given(fixed=cost, pace=positive, hold=cost, wait=cost, scale=st.floats(0.1, 20))
def test_unit_of_money_and_of_time_does_not_matter(fixed, pace, hold, wait, scale):
    base = inv.eoq(fixed_cost=fixed, demand_rate=pace, holding_cost=hold, stockout_cost=wait)
    money = inv.eoq(fixed_cost=fixed * scale, demand_rate=pace, holding_cost=hold * scale, stockout_cost=wait * scale)
    time = inv.eoq(fixed_cost=fixed, demand_rate=pace * scale, holding_cost=hold * scale, stockout_cost=wait * scale)
    assert money.order_quantity == pytest.approx(base.order_quantity)
    assert time.order_quantity == pytest.approx(base.order_quantity)
    assert time.cost == pytest.approx(base.cost * scale)


@quick
@given(fixed=cost, pace=positive, hold=cost, wait=cost, lead=st.floats(0.01, 5), spread=st.floats(0.01, 1))
def test_exact_reorder_policy_is_never_worse_than_an_approximation(fixed, pace, hold, wait, lead, spread):
    given_all = {
        "fixed_cost": fixed,
        "demand_mean": pace,
        "holding_cost": hold,
        "stockout_cost": wait,
        "lead_time": lead,
    }
    best = inv.rq_policy(**given_all, demand_sd=spread * pace)
    for method in ("eoqb", "eoq_ss", "loss"):
        other = inv.rq_policy(**given_all, demand_sd=spread * pace, method=method)
        assert best.exact_cost <= other.exact_cost * (1 + 1e-9)
    assert best.cost == pytest.approx(best.exact_cost)


@quick
@given(mean=st.floats(0.05, 60), fixed=st.floats(0, 200), wait=st.floats(1.1, 60), lead=st.integers(0, 4))
def test_periodic_policy_is_a_local_optimum_and_service_a_share(mean, fixed, wait, lead):
    terms = {"fixed_cost": fixed, "holding_cost": 1, "stockout_cost": wait, "demand_mean": mean, "lead_time": lead}
    best = inv.ss_policy(**terms)
    assert 0 <= best.fill_rate <= 1
    for low, high in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        if best.s + low < best.S + high:
            other = inv.ss_policy(**terms, reorder_point=best.s + low, order_up_to=best.S + high)
            assert best.cost <= other.cost * (1 + 1e-9)


@quick
@given(
    level=st.floats(0.02, 0.98),
    more=st.floats(0.001, 0.019),
    mean=positive,
    spread=st.floats(0.01, 2),
    lead=st.floats(0.1, 9),
)
def test_more_service_needs_more_stock(level, more, mean, spread, lead):
    stock = {"demand_mean": mean, "demand_sd": spread * mean, "lead_time": lead, "order_quantity": 3 * mean}
    for target in ("service_level", "fill_rate"):
        low, high = (inv.safety_stock(**stock, **{target: x}).safety_stock for x in (level, level + more))
        assert low <= high


@quick
@given(demand=st.lists(st.integers(0, 50), min_size=1, max_size=14), fixed=cost, hold=cost)
def test_exact_plan_is_never_dearer_than_a_rule(demand, fixed, hold):
    best = inv.lot_sizes(demand, fixed_cost=fixed, holding_cost=hold)
    assert best.plan.sum() == sum(demand)
    for method in ("silver_meal", "part_period", "least_unit_cost", "lot_for_lot", "eoq"):
        assert best.cost <= inv.lot_sizes(demand, fixed_cost=fixed, holding_cost=hold, method=method).cost + 1e-9


@quick
@given(values=st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30), seed=st.integers(0, 99))
def test_classes_follow_the_sku_and_not_its_place(values, seed):
    value = pd.Series(values)[~pd.Series(values).duplicated()]
    order = np.random.default_rng(seed).permutation(len(value))
    first, second = inv.abc_classes(value).table["abc"], inv.abc_classes(value.iloc[order]).table["abc"]
    assert first.to_dict() == second.to_dict()
    assert first[value.idxmax()] == "A"
