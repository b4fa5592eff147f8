import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.network import facility_location, read_network

ROWS = [
    ("plant", "mill", 5, 0, 100, None, None, None, None),
    ("Site ", "north", 0, 0, None, 20, 30, "yes", 4),
    ("site", "south", 9, 0, None, 30, None, None, None),
    ("customer", "a", 1, 0, 10, None, None, None, None),
    ("customer", "north", 7, 0, 5, None, None, None, None),
]
NAMES = ["kind", "name", "x", "y", "demand", "fixed_cost", "capacity", "existing", "closing_cost"]
PLACES = pd.DataFrame(ROWS, columns=NAMES)


def test_kinds_are_told_apart_and_empty_cells_mean_none():
    table = read_network(PLACES, rate=2, detour=1.5)
    assert table.sites["capacity"].tolist() == [30, np.inf]
    assert table.existing == ["north"]
    assert table.customers.index.tolist() == ["a", "north"]
    assert table.unit_cost.to_numpy().tolist() == [[3, 21], [24, 6]]
    assert table.distance.to_numpy().tolist() == [[1.5, 10.5], [12, 3]]
    assert table.plants["demand"].tolist() == [100]
    assert table.inbound_cost.loc["mill"].tolist() == [15, 12]


def test_networks_of_the_table_are_those_of_its_parts():
    table = read_network(PLACES)
    network = table.locate()
    plain = facility_location(table.unit_cost, demand=[10, 5], fixed_cost=[20, 30], capacity=[30, np.inf],
                              existing=["north"], closing_cost=4)  # fmt: skip
    assert network.cost == plain.cost == 65
    assert table.mean_distance(network) == pytest.approx((10 * 1 + 5 * 7) / 15)
    assert table.two_echelons(closed_sites=["north"]).cost == pytest.approx(30 + 15 * 4 + 10 * 8 + 5 * 2)
    assert network.places.positions.layers[0].loc["south"].tolist() == [9, 0]


def test_degrees_and_other_columns():
    globe = pd.DataFrame(
        {"what": ["site", "customer"], "who": ["a", "b"], "lon": [0, 90], "lat": [0, 0], "green": [None, 2],
         "black": [None, 1]}
    )  # fmt: skip
    table = read_network(globe, kind="what", name="who", products=["green", "black"], coordinates=("lon", "lat"),
                         metric="great_circle")  # fmt: skip
    assert table.unit_cost.iloc[0, 0] == pytest.approx(10007.6, abs=0.05)  # a quarter of the equator
    assert table.demand.tolist() == [3]
    assert table.inbound_cost is None
    assert table.locate().places.positions.geographic


def test_unit_costs_may_stand_in_the_customers_rows():
    places = PLACES.drop(columns=["x", "y"]).assign(north=[None, None, None, 2, None], south=[None, None, None, 3, 1])
    table = read_network(places, matrix=True)
    assert table.unit_cost.to_numpy().tolist() == [[2, np.inf], [3, 1]]
    assert table.distance is None
    assert table.positions is None
    assert np.isnan(table.mean_distance(table.locate()))
    with pytest.raises(DataError, match="no plant with coordinates"):
        table.two_echelons()
    with pytest.raises(DataError, match="unit costs for south"):
        read_network(places.drop(columns="south"), matrix=True)


def changed(row, column, value):
    places = PLACES.astype(object)
    places.loc[row, column] = value
    return places


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (changed(1, "kind", "depot"), "1 row is of no known kind: 1: depot"),
        (changed(1, "kind", None), "1 row is of no known kind"),
        (changed(1, "name", " "), "1 row has no name: 1"),
        (changed(4, "name", "a"), "names of one kind stand there twice: a"),
        (changed(3, "demand", -1), "demand: no valid number for a"),
        (changed(3, "demand", None), "demand: no valid number for a"),
        (changed(3, "demand", "ten"), "demand: no valid number for a"),
        (changed(2, "fixed_cost", -1), "fixed_cost: no valid number for south"),
        (changed(1, "existing", "perhaps"), "neither yes nor no for north"),
        (changed(3, "x", None), "no valid coordinate for a"),
        (PLACES.assign(demand=0), "no customer wants anything"),
        (PLACES[PLACES["kind"] != "customer"], "no row of the kind customer"),
        (PLACES.drop(columns=["x", "demand"]), "(?s)column 'demand' is missing.*column 'x' is missing"),
        (PLACES.drop(columns="kind"), "column 'kind' is missing"),
    ],
)
def test_bad_tables_are_told(places, message):
    with pytest.raises(DataError, match=message):
        read_network(places)


@pytest.mark.parametrize("given", [{"rate": -1}, {"inbound_rate": -1}, {"detour": 0.9}])
def test_bad_tariffs(given):
    with pytest.raises(ParameterError, match=next(iter(given))):
        read_network(PLACES, **given)


def test_the_table_stays_as_it_was():
    before = PLACES.copy()
    read_network(PLACES).locate()
    pd.testing.assert_frame_equal(PLACES, before)
