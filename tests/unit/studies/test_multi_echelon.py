from typing import get_args

import pytest
from pydantic import ValidationError

from casework.studies.multi_echelon import STUDY, DemandShape, EchelonParameters, layout
from casework.supply_chain.multi_echelon import demand

NAMES = ["stage", "successor", "lead_time", "holding_cost", "demand_mean", "demand_sd"]


def columns(parameters, there=NAMES):
    return {column.name: column for column in STUDY.contract(parameters, there).columns}


def test_options_are_those_of_the_methods():
    assert get_args(DemandShape) == get_args(demand.ChainDistribution)


def test_what_is_needed_and_what_is_not():
    found = columns(EchelonParameters())
    assert all(found[name].required for name in NAMES)
    assert found["stage"].unique
    assert found["lead_time"].kind == "integer"
    assert found["successor"].missing
    assert not found["max_service_time"].required
    assert found["max_service_time"].parameter == "max_service_time"


def test_columns_without_a_name_are_left_out():
    found = columns(EchelonParameters(max_service_time="", inbound_time="delay"))
    assert "max_service_time" not in found
    assert found["delay"].parameter == "inbound_time"


def test_layout_names_what_is_there():
    found = layout(EchelonParameters(inbound_time="delay"), [*NAMES, "delay"])
    assert found.promises == {"max_service_time": None, "inbound_time": "delay"}
    assert list(found.network.values()) == NAMES
    assert found.shown == [*NAMES, "delay"]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"service_level": 0.5}, "greater than 0.5"),
        ({"service_level": 1}, "less than 1"),
        ({"pooling": 3}, "less than or equal to 2"),
        ({"stockout_cost": 0}, "greater than 0"),
        ({"distribution": "cauchy"}, "normal"),
        ({"replications": 1}, "2"),
        ({"stage": ""}, "at least 1"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        EchelonParameters(**given)
