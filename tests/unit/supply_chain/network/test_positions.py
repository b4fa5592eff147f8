import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.network import facility_location
from casework.supply_chain.network.positions import read_positions
from casework.supply_chain.network.reading import Reader

SITES = pd.DataFrame({"x": [0, 1], "y": ["2", 3]}, index=["s", "t"])
HOMES = pd.DataFrame({"latitude": [50.0], "longitude": [8.0], "x": [1], "y": [1]}, index=["home"])
COST = pd.DataFrame([[1.0], [2.0]], index=["s", "t"], columns=["home"])


def test_positions_follow_the_names_and_take_degrees_where_all_have_them():
    found = read_positions(Reader(), (SITES.iloc[::-1], HOMES), (SITES.index, HOMES.index))
    assert not found.geographic
    assert found.layers[0].loc["s"].tolist() == [0, 2]
    degrees = read_positions(Reader(), (HOMES, HOMES), (HOMES.index, HOMES.index))
    assert degrees.geographic
    assert degrees.layers[1].loc["home"].tolist() == [8, 50]
    assert read_positions(Reader(), None, ()) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((SITES,), "not as many tables"),
        ((SITES, HOMES.drop(columns=["x", "longitude"])), "column 'x' is missing"),
        ((SITES.drop(index="t"), HOMES), "no valid coordinate for t"),
        ((pd.concat([SITES, SITES]), HOMES), "stand there twice: s, t"),
        ((SITES.assign(x=float("inf")), HOMES), "no valid coordinate for s, t"),
    ],
)
def test_bad_positions(given, message):
    with pytest.raises(DataError, match=message):
        facility_location(COST, positions=given)


def test_degrees_have_limits():
    with pytest.raises(DataError, match="no valid coordinate for home"):
        facility_location(COST.loc[["s"]], positions=(HOMES.set_axis(["s"]), HOMES.assign(latitude=91.0)))


def test_the_network_keeps_them():
    found = facility_location(COST, positions=(SITES, HOMES))
    assert found.places.positions.layers[1].loc["home"].tolist() == [1, 1]
