from dataclasses import replace

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.contracts import Contract, Market, retailer_profit
from casework.suppliers.demand import listed_demand, season_demand
from casework.suppliers.standing import Standing, contract_with_credits, gain_leverage, with_demands

MARKET = Market(demand=season_demand(mean=1000, sd=400, kind="gamma"), price=100, supplier_cost=32, retailer_cost=7,
                salvage=13)  # fmt: skip
NOW = Standing(market=MARKET, contract=Contract(kind="wholesale", wholesale=70), order=800, retailer_elsewhere=9000,
               supplier_elsewhere=36000)  # fmt: skip


def test_credits_are_a_buyback_contract():
    """Money counted season by season, with credits as they are written."""
    demand = np.random.default_rng(2).gamma((1000 / 400) ** 2, 400**2 / 1000, size=300_000)
    sold = np.minimum(demand, 800)
    money = 100 * sold + 13 * (800 - sold) - 7 * 800 - 70 * 800 + 3 * sold + 20 * (800 - sold)
    terms = contract_with_credits(wholesale=70, per_unit_sold=3, per_unit_left=20)
    assert float(retailer_profit(MARKET, terms, 800)) == pytest.approx(money.mean(), abs=5 * money.std() / 300_000**0.5)
    with pytest.raises(ParameterError, match="finite"):
        contract_with_credits(wholesale=float("inf"), per_unit_sold=3, per_unit_left=float("nan"))


def test_floors_are_the_better_of_now_and_elsewhere():
    assert NOW.retailer_now + NOW.supplier_now == pytest.approx(NOW.chain_now)
    assert NOW.supplier_now == pytest.approx((70 - 32) * 800)
    assert NOW.retailer_floor == max(NOW.retailer_now, 9000)
    assert NOW.supplier_floor == 36000
    assert NOW.gain == pytest.approx(NOW.best - NOW.retailer_floor - 36000)
    assert NOW.efficiency == pytest.approx(NOW.chain_now / NOW.best)
    with pytest.raises(ParameterError, match="order") as caught:
        Standing(market=MARKET, contract=NOW.contract, order=-1, retailer_elsewhere=float("nan"), supplier_elsewhere=0)
    assert len(caught.value.problems) == 2


def test_other_demand():
    demands = [season_demand(mean=m, sd=400, kind="gamma") for m in (900, 1000, 1100)]
    found = with_demands(NOW, demands)
    assert found["gain"].iloc[1] == pytest.approx(NOW.gain)
    assert found["best_profit"].is_monotonic_increasing
    assert (found["profit_now"] <= found["best_profit"]).all()


def test_one_change_at_a_time():
    found = gain_leverage(NOW, swing=0.1)
    table = found.table.set_index("input")
    assert found.table["swing"].is_monotonic_decreasing
    dearer = replace(NOW, market=replace(MARKET, price=110))
    assert table.loc["price", "gain_at_high"] == pytest.approx(dearer.gain)
    assert table.loc["supplier_elsewhere", "gain_at_low"] == pytest.approx(NOW.gain + 3600)
    wider = replace(NOW, market=replace(MARKET, demand=season_demand(mean=1000, sd=440, kind="gamma")))
    assert table.loc["demand spread", "gain_at_high"] == pytest.approx(wider.gain)
    assert (table["turns"] == ((table[["gain_at_low", "gain_at_high"]] < 0).any(axis=1) != (NOW.gain < 0))).any()
    assert found.summary()
    with pytest.raises(ParameterError, match="below 1"):
        gain_leverage(NOW, swing=1.0)


def test_changes_that_leave_nothing_to_earn_are_left_out():
    found = gain_leverage(NOW, swing=0.9)
    assert "price" not in set(found.table["input"])
    listed = replace(NOW, market=replace(MARKET, demand=listed_demand({500: 0.5, 1500: 0.5})))
    assert "demand mean" not in set(gain_leverage(listed).table["input"])
