import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import simulate_policy

COSTS = {"holding_cost": 1, "stockout_cost": 4, "fixed_cost": 5}


def test_by_hand_with_lead_time():
    run = simulate_policy([3, 4, 2, 6, 1], reorder_point=4, order_up_to=10, lead_time=1, **COSTS)
    assert run.path["order"].tolist() == [0, 0, 7, 0, 8]
    assert run.path["on_hand"].tolist() == [7, 3, 1, 2, 1]
    assert run.path["backorders"].tolist() == [0] * 5
    assert run.mean("cost") == pytest.approx((7 + 3 + 1 + 2 + 1 + 10) / 5)


def test_lost_sales_and_backorders_differ():
    given = {"reorder_point": 1, "order_quantity": 4, "lead_time": 2, "start": 2, **COSTS}
    late = simulate_policy([3, 3, 3, 3], **given)
    lost = simulate_policy([3, 3, 3, 3], **given, unmet="lost")
    assert late.path["backorders"].max() > 0
    assert lost.path["backorders"].max() == 0
    assert lost.mean("fill_rate") < 1


def test_lots_lift_the_position_above_the_reorder_point():
    run = simulate_policy(
        np.random.default_rng(1).poisson(7, (5, 200)), reorder_point=10, order_quantity=5, lead_time=3, **COSTS
    )
    assert (run.path["position"] + run.path["demand"] > 10).all()
    assert (run.path["order"] % 5 == 0).all()
    assert len(run.to_frame()) == 5


def test_bad_input():
    with pytest.raises(ParameterError, match="exactly one"):
        simulate_policy([1], reorder_point=1, **COSTS)
    with pytest.raises(ParameterError, match=r"lead_time: 1.5. Expected: a whole number"):
        simulate_policy([1], reorder_point=1, order_up_to=3, lead_time=1.5, **COSTS)
    with pytest.raises(ParameterError, match="missing, negative"):
        simulate_policy([1, -1], reorder_point=1, order_up_to=3, **COSTS)
    with pytest.raises(ParameterError, match="fewer periods"):
        simulate_policy([1, 1], reorder_point=1, order_up_to=3, warm_up=2, **COSTS)
    with pytest.raises(ParameterError, match="one of backorder, lost"):
        simulate_policy([1], reorder_point=1, order_up_to=3, unmet="gone", **COSTS)
