import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.structure import ROLES, read_stages

FULL = read_stages(ROLES)


@pytest.mark.parametrize(
    ("buyer", "seller", "cycle"),
    [
        ("customer", "retailer", "customer order"),
        ("retailer", "distributor", "replenishment"),
        ("distributor", "manufacturer", "manufacturing"),
        ("manufacturer", "supplier", "procurement"),
    ],
)
def test_neighbours_have_the_cycle_of_the_book(buyer, seller, cycle):
    assert FULL.cycles(buyer, seller) == FULL.cycles(seller, buyer) == (cycle,)


def test_missing_stages_put_cycles_together():
    direct = read_stages(["supplier", "manufacturer", "customer"])
    assert direct.cycles("customer", "manufacturer") == ("customer order", "replenishment", "manufacturing")


def test_two_suppliers_trade_in_the_procurement_cycle():
    chain = read_stages({"mine": "supplier", "mill": "supplier", "plant": "manufacturer", "people": "customer"})
    assert chain.cycles("mine", "mill") == ("procurement",)
    assert chain.place("plant") == 2
    assert chain.role("mill") == "supplier"


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ("supplier", "names of stages"),
        (["customer"], "fewer than two stages"),
        (["retailer", "supplier", "customer"], "supplier stands after retailer"),
        (["supplier", "retailer"], "not exactly one customer"),
        ({"a": "retailer", "b": "custmer"}, "role 'custmer' is not known.*Did you mean 'customer'"),
        (["retailer", "retailer", "customer"], "'retailer' occurs twice"),
        ({"": "retailer", "b": "customer"}, "a stage without a name"),
    ],
)
def test_bad_stages(stages, message):
    with pytest.raises(ParameterError, match=message):
        read_stages(stages)
