import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.contracts import (
    Contract,
    Market,
    best_wholesale_price,
    compare_contracts,
    coordinating_contract,
    retailer_order,
    retailer_profit,
)
from casework.suppliers.demand import listed_demand, season_demand

DEMAND = season_demand(mean=250, sd=80, kind="gamma")
MARKET = Market(
    demand=DEMAND,
    price=115,
    supplier_cost=30,
    retailer_cost=5,
    salvage=12,
    retailer_goodwill=8,
    supplier_goodwill=3,
)
TERMS = [
    Contract(kind="wholesale", wholesale=75),
    Contract(kind="buyback", wholesale=80, buyback=40),
    Contract(kind="buyback", wholesale=80, buyback=52, returned=True),
    Contract(kind="revenue_sharing", wholesale=30, share=0.6),
    Contract(kind="revenue_sharing", wholesale=30, share=0.6, salvage_shared=False),
    Contract(kind="quantity_flexibility", wholesale=80, flexibility=0.3),
]


def ledger(contract, q, demand):
    """Money that the retailer takes and pays, season by season."""
    sold, left = np.minimum(q, demand), np.maximum(q - demand, 0)
    keep = contract.share if contract.kind == "revenue_sharing" else 1
    salvage = keep if contract.salvage_shared else 1
    back = contract.buyback - (12 if contract.returned else 0)
    money = keep * 115 * sold + salvage * 12 * left + back * left - 8 * np.maximum(demand - q, 0) - 5 * q
    refund = (contract.wholesale + 5 - 12) * np.minimum(left, contract.flexibility * q)
    return money - contract.wholesale * q + refund


@pytest.mark.parametrize("contract", TERMS)
def test_profit_is_the_mean_of_the_ledger(contract):
    demand = np.random.default_rng(3).gamma((250 / 80) ** 2, 80**2 / 250, size=400_000)
    drawn = ledger(contract, 300, demand)
    assert float(retailer_profit(MARKET, contract, 300)) == pytest.approx(
        drawn.mean(), abs=5 * drawn.std() / 400_000**0.5
    )


@pytest.mark.parametrize("contract", TERMS)
def test_no_other_order_earns_the_retailer_more(contract):
    best = retailer_order(MARKET, contract)
    others = retailer_profit(MARKET, contract, np.linspace(0, 900, 3001))
    assert float(retailer_profit(MARKET, contract, best)) >= others.max() - 1e-9


@pytest.mark.parametrize("kind", ["buyback", "revenue_sharing", "quantity_flexibility"])
@pytest.mark.parametrize("part", [0.3, 0.6])
def test_coordinating_terms_give_the_best_order_and_the_split_asked_for(kind, part):
    found = compare_contracts(MARKET, [coordinating_contract(MARKET, kind, retailer_share=part)])
    assert found.value("efficiency") == pytest.approx(1)
    assert found.value("order_quantity") == pytest.approx(MARKET.best_order, rel=1e-6)
    assert found.value("retailer_share") == pytest.approx(part)


def test_listed_demand_has_its_best_order_among_its_values():
    market = Market(demand=listed_demand({10: 0.5, 20: 0.3, 30: 0.2}), price=10, supplier_cost=3, salvage=1)
    assert market.best_order == 20
    flexible = Contract(kind="quantity_flexibility", wholesale=6, flexibility=0.5)
    grid = retailer_profit(market, flexible, np.linspace(0, 80, 1601))
    assert float(retailer_profit(market, flexible, retailer_order(market, flexible))) == pytest.approx(grid.max())
    terms = best_wholesale_price(market)
    incomes = []
    for price in np.linspace(3, 10, 701):
        order = retailer_order(market, Contract(kind="wholesale", wholesale=float(price)))
        incomes.append((price - 3) * order)
    own = compare_contracts(market, [terms])
    assert own.value("supplier_profit") >= max(incomes) - 0.3
    with pytest.raises(ParameterError, match="demand that has a density"):
        coordinating_contract(market, "quantity_flexibility")


def test_best_wholesale_price_is_not_beaten():
    own = compare_contracts(MARKET, [best_wholesale_price(MARKET)]).value("supplier_profit")
    prices = np.linspace(31, 117, 300)
    others = compare_contracts(MARKET, [Contract(kind="wholesale", wholesale=float(x)) for x in prices])
    assert own >= others.table["supplier_profit"].max() - 1e-6


def test_words_and_table():
    found = compare_contracts(MARKET, TERMS[:2], names=["today", "<b>new</b>"])
    assert "The chain earns most with <b>new</b>" in found.summary()
    assert found.to_frame()["contract"].tolist() == ["today", "<b>new</b>"]
    single = compare_contracts(MARKET, TERMS[:1])
    assert "wholesale price: the retailer orders" in single.summary()
    assert "loses money" in compare_contracts(MARKET, [Contract(kind="wholesale", wholesale=20)]).notes[0]
    fixed = Market(demand=DEMAND, price=10, supplier_cost=4, supplier_fixed_cost=1e6)
    assert "earns nothing" in compare_contracts(fixed, TERMS[:1]).notes[0]
    assert retailer_order(MARKET, Contract(kind="wholesale", wholesale=200)) == 0


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ParameterError, match="price") as error:
        Market(demand=DEMAND, price=-1, supplier_cost=-1, salvage=float("nan"), retailer_goodwill=-2)
    assert len(error.value.problems) == 4
    with pytest.raises(ParameterError, match="below the cost of a unit, 5"):
        Market(demand=DEMAND, price=10, supplier_cost=5, salvage=6)
    with pytest.raises(ParameterError, match="above the cost of a unit"):
        Market(demand=DEMAND, price=10, supplier_cost=15)
    with pytest.raises(ParameterError, match="kind") as error:
        Contract(kind="gift", wholesale=float("inf"), share=2, flexibility=-1)
    assert len(error.value.problems) == 4
    with pytest.raises(ParameterError, match="no order is too large"):
        compare_contracts(MARKET, [Contract(kind="wholesale", wholesale=1)])
    with pytest.raises(ParameterError, match="at least one"):
        compare_contracts(MARKET, [])
    with pytest.raises(ParameterError, match="as many as contracts, 1"):
        compare_contracts(MARKET, TERMS[:1], names=["a", "b"])
    with pytest.raises(ParameterError, match="does not coordinate"):
        coordinating_contract(MARKET, "wholesale")
    with pytest.raises(ParameterError, match="retailer_share"):
        coordinating_contract(MARKET, "buyback", retailer_share=1.5)
    poor = Market(demand=season_demand(mean=1, sd=50, kind="gamma"), price=10, supplier_cost=9, retailer_goodwill=9)
    with pytest.raises(ParameterError, match="earns nothing"):
        coordinating_contract(poor, "buyback")
