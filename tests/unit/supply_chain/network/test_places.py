import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.network.places import read_places

COST = pd.DataFrame([[1.0, 5, np.inf], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
PLAIN = {"demand": [10, 0, 5], "fixed_cost": [7, 8], "capacity": [12, np.inf]}


def test_costs_of_links_and_sites():
    places = read_places(COST, **PLAIN, existing=["south"], closing_cost=3)
    assert places.link_cost.tolist() == [[10, 0, 0], [60, 0, 15]]
    assert places.site_cost.tolist() == [7, 5]
    assert places.base_cost == 3
    assert places.limited


def test_only_usable_sites_can_bind():
    assert not read_places(COST, **PLAIN, closed_sites=["north"]).limited


def test_far_links_fall_away_whatever_the_order_of_the_distances():
    far = pd.DataFrame([[9.0, 1, 1], [1, 9, 1]], index=["south", "north"], columns=["c", "b", "a"])
    places = read_places(COST, **PLAIN, distance=far, max_distance=5)
    assert np.isinf(places.unit_cost).tolist() == [[False, True, True], [False, False, True]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_distance": 3.0}, "no table of distances"),
        ({"max_distance": 3.0, "distance": COST.drop(columns="a")}, "not those of unit_cost"),
        ({"existing": ["east"], "open_sites": ["west"]}, "(?s)'east' is not known.*'west' is not known"),
    ],
)
def test_tables_that_do_not_fit(given, message):
    with pytest.raises(DataError, match=message):
        read_places(COST, **PLAIN, **given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"fewest": 3}, "min_sites: 3"),
        ({"fewest": 2, "most": 1}, "min_sites: 2"),
        ({"most": 0}, "max_sites: 0"),
        ({"open_sites": ["north"], "closed_sites": ["north"]}, "north must be open and closed"),
        ({"open_sites": ["north", "south"], "most": 1}, "max_sites: 1"),
    ],
)
def test_numbers_of_sites_that_contradict(given, message):
    with pytest.raises(ParameterError, match=message):
        read_places(COST, **PLAIN, **given)
