from dataclasses import replace

import pytest

from casework.core.errors import ParameterError
from casework.suppliers.bargaining import bargain, try_terms
from casework.suppliers.contracts import Market, retailer_order, retailer_profit
from casework.suppliers.demand import listed_demand, season_demand

MARKET = Market(
    demand=season_demand(mean=250, sd=80, kind="gamma"),
    price=115,
    supplier_cost=30,
    retailer_cost=5,
    salvage=12,
    supplier_fixed_cost=900,
)
GOODWILL = replace(MARKET, retailer_goodwill=20.0, supplier_fixed_cost=0.0)
MOST = float(MARKET.chain_profit(MARKET.best_order))


@pytest.mark.parametrize("kind", ["buyback", "revenue_sharing"])
def test_ends_of_the_range_leave_one_side_what_it_has(kind):
    found = bargain(MARKET, kind, retailer_floor=0.3 * MOST, supplier_floor=0.4 * MOST, gain_share=0.25)
    table = found.table
    assert (found.low, found.high) == pytest.approx((0.3, 0.6))
    assert table["retailer_gain"].tolist() == pytest.approx([0, 0.25 * 0.3 * MOST, 0.3 * MOST], abs=1e-6 * MOST)
    assert (table["retailer_gain"] + table["supplier_gain"]).to_numpy() == pytest.approx(0.3 * MOST)
    assert table["order_quantity"].to_numpy() == pytest.approx(MARKET.best_order, rel=1e-6)
    assert float(retailer_profit(MARKET, found.agreed, retailer_order(MARKET, found.agreed))) == pytest.approx(
        found.value("retailer_profit")
    )
    assert found.gain == pytest.approx(0.3 * MOST)
    assert "both sides gain if the retailer gets 30% to 60%" in found.summary()


def test_goodwill_leaves_every_part_to_give():
    for kind in ("revenue_sharing", "quantity_flexibility", "buyback"):
        found = bargain(GOODWILL, kind, retailer_floor=0.02 * MOST, supplier_floor=0.03 * MOST)
        assert found.retailer_floor / found.best_profit == pytest.approx(found.low)
        assert found.table["order_quantity"].to_numpy() == pytest.approx(GOODWILL.best_order, rel=1e-6)


def test_floors_that_no_contract_can_meet():
    found = bargain(MARKET, "buyback", retailer_floor=0.7 * MOST, supplier_floor=0.5 * MOST)
    assert not found.exists
    assert found.table.empty
    assert found.gain == pytest.approx(-0.2 * MOST)
    assert "No contract keeps both sides" in found.summary()
    with pytest.raises(ParameterError, match="no terms"):
        found.value("wholesale")


def test_a_kind_that_cannot_coordinate_this_demand():
    steps = replace(MARKET, demand=listed_demand({100: 0.5, 200: 0.3, 300: 0.2}))
    found = bargain(steps, "quantity_flexibility", retailer_floor=0.0, supplier_floor=0.0)
    assert not found.exists
    assert found.gain > 0
    assert "cannot give the retailer the part" in found.summary()
    assert bargain(steps, "buyback", retailer_floor=0.0, supplier_floor=0.0).exists


def test_bad_input():
    with pytest.raises(ParameterError, match="at most 1") as caught:
        bargain(MARKET, "buy", retailer_floor=float("nan"), supplier_floor=0, gain_share=2)
    assert len(caught.value.problems) == 3
    with pytest.raises(ParameterError, match="does not coordinate"):
        bargain(MARKET, "wholesale", retailer_floor=0, supplier_floor=0)


def test_a_market_that_earns_nothing():
    poor = Market(demand=season_demand(mean=10, sd=3), price=10, supplier_cost=9, supplier_fixed_cost=500)
    assert not bargain(poor, "buyback", retailer_floor=0, supplier_floor=0).exists


def test_terms_to_try():
    same = try_terms(MARKET, wholesale=60).table
    assert same["order_quantity"].nunique() == 1
    other = try_terms(MARKET, wholesale=60, buyback=30, revenue_share=0.8).table
    assert other["order_quantity"].iloc[1] > other["order_quantity"].iloc[0] > other["order_quantity"].iloc[2]
    with pytest.raises(ParameterError, match="no order is too large"):
        try_terms(MARKET, wholesale=10, buyback=50)
