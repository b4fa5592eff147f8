import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory import eoq, eoq_discounts

BASE = {"fixed_cost": 8, "demand_rate": 1300, "holding_cost_rate": 0.3}


def cost_by_hand(q, starts, prices, kind):
    tier = max(j for j, b in enumerate(starts) if q >= b)
    if kind == "all_units":
        price = prices[tier]
    else:
        ends = [*starts[1 : tier + 1], q]
        price = sum((e - b) * c for b, e, c in zip(starts, ends, prices, strict=False)) / q
    return price * 1300 + 8 * 1300 / q + 0.3 * price * q / 2


@pytest.mark.parametrize("kind", ["all_units", "incremental"])
@pytest.mark.parametrize("prices", [[0.75, 0.72, 0.68], [0.75, 0.5, 0.45], [0.75, 0.749, 0.748]])
def test_best_of_a_fine_search(kind, prices):
    starts = [0, 400, 800]
    result = eoq_discounts(**BASE, breakpoints=starts, unit_costs=prices, kind=kind)
    costs = [cost_by_hand(q, starts, prices, kind) for q in np.arange(1, 6000, 0.5)]
    assert result.cost == pytest.approx(cost_by_hand(result.order_quantity, starts, prices, kind))
    assert result.cost <= min(costs) + 1e-9
    assert result.costs_at([100, 500])[1] == pytest.approx(cost_by_hand(500, starts, prices, kind))


def test_one_tier_is_the_plain_lot():
    result = eoq_discounts(**BASE, breakpoints=[0], unit_costs=[0.75])
    assert result.order_quantity == pytest.approx(
        eoq(fixed_cost=8, demand_rate=1300, holding_cost=0.225).order_quantity
    )


def test_price_lists_by_sku():
    lists = pd.DataFrame([[500, 475, 450], [5, 4, 3]])
    result = eoq_discounts(
        fixed_cost=200, demand_rate=[1000, 0], holding_cost_rate=0.2, breakpoints=[0, 200, 500], unit_costs=lists
    )
    assert result.cost.tolist() == pytest.approx([472900, 0])
    assert result.pick(0).region == 2


def test_bad_price_lists():
    with pytest.raises(ParameterError, match="begin at 0"):
        eoq_discounts(**BASE, breakpoints=[1, 5], unit_costs=[2, 1])
    with pytest.raises(ParameterError, match="fall from tier to tier"):
        eoq_discounts(**BASE, breakpoints=[0, 5], unit_costs=[1, 2])
    with pytest.raises(ParameterError, match="one price for each tier"):
        eoq_discounts(**BASE, breakpoints=[0, 5], unit_costs=[2])
    with pytest.raises(DataError, match="unit_costs, row 1"):
        eoq_discounts(**{**BASE, "demand_rate": [1, 2]}, breakpoints=[0, 5], unit_costs=[[2, 1], [1, 2]])
    with pytest.raises(ParameterError, match="one of all_units, incremental"):
        eoq_discounts(**BASE, breakpoints=[0], unit_costs=[1], kind="some")
