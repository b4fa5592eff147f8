from typing import get_args

import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.stock import bicycle_parts
from casework.studies.inputs import load
from casework.studies.inventory_policies import STUDY, contract, layout
from casework.studies.parameters import validate

COLUMNS = bicycle_parts(items=12)[0].columns.tolist()
STUDY_NAME = "inventory_policies"


def checked(**given):
    return validate(STUDY, given)


def test_defaults_are_those_of_the_bundled_items():
    table = load("stock_bicycle_parts", study=STUDY_NAME)
    assert table.frame.shape == (160, 8)
    assert table.layout.item == "sku"
    assert set(table.layout.names) == {
        "demand_mean",
        "demand_sd",
        "lead_time",
        "unit_cost",
        "lead_time_sd",
        "order_cost",
        "order_quantity",
    }


def test_optional_columns_are_left_out_where_they_are_absent():
    found = layout(checked(), ["sku", "demand_mean", "demand_sd", "lead_time", "unit_cost"])
    assert (found.lead_time_sd, found.order_cost, found.order_quantity) == (None, None, None)
    names = contract(checked(lead_time_sd="", order_cost="", order_quantity=""), COLUMNS).names
    assert names == ("sku", "demand_mean", "demand_sd", "lead_time", "unit_cost")


def test_a_column_that_is_named_must_exist():
    with pytest.raises(DataError, match="nowhere"):
        load("stock_bicycle_parts", study=STUDY_NAME, order_cost="nowhere")


def test_bad_rows_are_named(tmp_path):
    frame, _ = bicycle_parts(items=12)
    frame.loc[2, "demand_mean"] = -4
    frame.loc[5, "unit_cost"] = 0
    frame.to_csv(tmp_path / "items.csv", index=False)
    with pytest.raises(DataError, match="demand_mean") as caught:
        load(str(tmp_path / "items.csv"), study=STUDY_NAME)
    assert "unit_cost" in str(caught.value)
    left = load(str(tmp_path / "items.csv"), study=STUDY_NAME, invalid="exclude")
    assert len(left.frame) == 10


@pytest.mark.parametrize(
    ("name", "value"), [("abc_cuts", [0.9, 0.8]), ("abc_cuts", [0.5, 1.0]), ("target", 1.0), ("service", "both")]
)
def test_bad_parameters(name, value):
    with pytest.raises(ParameterError, match=name):
        checked(**{name: value})


def test_service_names_are_arguments_of_the_method():
    from inspect import signature

    from casework.studies.inventory_policies import ServiceKind
    from casework.supply_chain.inventory import rq_policy

    assert set(get_args(ServiceKind)) <= set(signature(rq_policy).parameters)
