import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.network import tea_network
from casework.studies.inputs import load
from casework.studies.network_design import STUDY, contract, layout
from casework.studies.parameters import validate

NAME = "network_design"


def checked(**given):
    return validate(STUDY, given)


def test_defaults_are_those_of_the_bundled_places():
    table = load("network_bottled_tea", study=NAME)
    assert table.frame.shape == (54, 10)
    assert table.layout.columns["products"] == ("green_tea", "black_tea")
    assert table.layout.columns["coordinates"] == ("x", "y")


def test_optional_columns_are_left_out_where_they_are_absent():
    found = layout(checked(), ["kind", "name", "x", "y", "green_tea", "black_tea", "fixed_cost"])
    assert set(found.columns) == {"kind", "name", "products", "fixed_cost", "coordinates"}
    names = contract(checked(capacity="", existing="", closing_cost=""), []).names
    assert names == ("kind", "name", "fixed_cost", "green_tea", "black_tea", "x", "y")


def test_costs_in_columns_take_the_place_of_coordinates():
    p = checked(cost_columns=["north", "south"])
    assert layout(p, []).coordinates is None
    assert {"north", "south"} < set(contract(p, []).names)
    assert "x" not in contract(p, []).names


def test_degrees_have_limits(tmp_path):
    places, _ = tea_network(customers=9)
    places.to_csv(tmp_path / "places.csv", index=False)
    with pytest.raises(DataError, match="at most 90"):
        load(str(tmp_path / "places.csv"), study=NAME, metric="great_circle")


def test_bad_cells_are_told_together(tmp_path):
    places, _ = tea_network(customers=9)
    places.loc[16, "green_tea"] = -5
    places.loc[4, "fixed_cost"] = -1
    places.to_csv(tmp_path / "places.csv", index=False)
    with pytest.raises(DataError, match="green_tea") as caught:
        load(str(tmp_path / "places.csv"), study=NAME)
    assert "fixed_cost" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"products": ["tea", "tea"]}, "'tea' occurs twice"),
        ({"closed_sites": [" "]}, "one is empty"),
        ({"min_sites": 3, "max_sites": 2}, "max_sites"),
        ({"detour": 0.5}, "detour"),
        ({"metric": "roads"}, "metric"),
        ({"closure_probability": 0.6}, "closure_probability"),
    ],
)
def test_parameters_out_of_range(given, message):
    with pytest.raises(ParameterError, match=message):
        checked(**given)
