import pytest

from casework.validation import supply_chain_inventory as methods
from casework.validation.register import cases


def test_every_method_has_a_case_and_the_reverse():
    used = {case.method for case in cases("supply_chain") if case.part == "inventory"}
    assert used == set(methods.METHODS) - {"safety"}


def test_measures_take_the_names_of_the_cases():
    found = methods.eoq({"fixed_cost": 8, "demand_rate": 1300, "holding_cost": 0.225})
    assert found["order_quantity"] == pytest.approx(304.0467800264368)


def test_safety_stock_can_be_called():
    found = methods.safety({"demand_mean": 100, "demand_sd": 20, "lead_time": 4, "service_level": 0.5})
    assert found["safety_stock"] == pytest.approx(0, abs=1e-9)
