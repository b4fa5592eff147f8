import pytest
from pydantic import ValidationError

from casework.core.options import allowed
from casework.studies.bullwhip import ORDERS, STAGES, STUDY, BullwhipParameters, Customers, PolicyName, Unmet, layout
from casework.supply_chain import bullwhip
from casework.supply_chain.bullwhip.beer_game import Customers as GameCustomers


def columns(contract):
    return {column.name: column for column in contract.columns}


def test_options_are_those_of_the_methods():
    assert allowed(PolicyName) == allowed(bullwhip.PolicyName)
    assert allowed(Unmet) == allowed(bullwhip.Unmet)
    assert allowed(Customers) == allowed(GameCustomers)
    assert tuple(STAGES) == bullwhip.ROLES


def test_demand_is_needed_and_orders_are_not():
    found = columns(STUDY.contract(BullwhipParameters(), ["demand"]))
    assert found["demand"].required
    assert not found["demand"].missing
    assert found["demand"].low == 0
    assert not any(found[name].required for name in ORDERS)
    assert {found[name].parameter for name in ORDERS} == {"orders"}


def test_layout_names_what_is_there():
    found = layout(BullwhipParameters(), ["demand", "orders_retailer"])
    assert found.period is None
    assert found.orders == ("orders_retailer",)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"stages": ["a", "a"]}, "'a' occurs twice"),
        ({"stages": [" "]}, "one is empty"),
        ({"stages": []}, "at least 1"),
        ({"shipment_lead_times": [1.5]}, "integer"),
        ({"shipment_lead_times": [0]}, "whole numbers from 1"),
        ({"shipment_lead_times": [2, 2]}, "4: one for each stage"),
        ({"order_lead_times": [-1]}, "whole numbers from 0"),
        ({"role": "retailr"}, "Did you mean 'retailer'"),
        ({"smoothing_weight": 0}, "greater than 0"),
        ({"policy": "panic"}, "moving_average"),
        ({"periods": 10}, "50"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        BullwhipParameters(**given)


def test_lead_times_follow_the_number_of_stages():
    assert BullwhipParameters(stages=["a", "b"], shipment_lead_times=[1, 5]).shipment_lead_times == [1, 5]


def test_fewer_stages_need_their_own_lead_times():
    with pytest.raises(ValidationError, match="2: one for each stage"):
        BullwhipParameters(stages=["a", "b"])
