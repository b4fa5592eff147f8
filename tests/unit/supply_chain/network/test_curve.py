import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.network import at_number, facility_location, present_network, site_curve, site_values
from casework.supply_chain.network.program import InfeasibleError

COST = pd.DataFrame([[1.0, 5, 9], [6, 2, 3], [7, 7, 1]], index=["n", "s", "w"], columns=["a", "b", "c"])


def network(**given):
    return facility_location(COST, demand=10, fixed_cost=[20, 30, 40], **given)


def test_each_number_is_solved():
    curve = site_curve(network())
    assert curve.table["cost"].tolist() == [140, 110, 130]
    assert curve.table["extra_cost"].tolist() == [30, 0, 20]
    assert curve.best == 2
    assert curve.networks[3].open_sites == ("n", "s", "w")
    assert "110.00, with this number of sites: 2" in curve.summary()


def test_numbers_without_a_network_are_missing():
    curve = site_curve(network(capacity=15))
    assert np.isnan(curve.table.loc[1, "cost"])
    assert curve.best == 2
    with pytest.raises(InfeasibleError, match="hold 15, demand is 30"):
        site_curve(network(capacity=15), numbers=[1])


@pytest.mark.parametrize("numbers", [[0], [4], [1.5], []])
def test_bad_numbers(numbers):
    with pytest.raises(ParameterError, match="a whole number from 1 to 3"):
        site_curve(network(), numbers=numbers)


def test_values_are_differences_of_two_networks():
    best = network()
    values = site_values(best)
    for name, row in values.table.iterrows():
        without = facility_location(COST, demand=10, fixed_cost=[20, 30, 40], closed_sites=[name]).cost
        included = facility_location(COST, demand=10, fixed_cost=[20, 30, 40], open_sites=[name]).cost
        assert row["value"] == pytest.approx(without - included)
        assert row["open"] == (row["value"] > 0)
    assert "n is worth most: without it the network costs 30.00 more." in values.summary()


def test_a_site_that_cannot_be_missed_and_one_that_cannot_be_opened():
    values = site_values(network(capacity=[20, 20, 0.0], closed_sites=["w"]))
    assert np.isinf(values.table.loc["n", "value"])
    assert np.isnan(values.table.loc["w", "value"])
    assert "Without n demand cannot be met." in values.summary()
    assert site_values(network(), time_limit=5).notes == ()


def test_another_number_and_dearer_transport():
    best = network()
    assert at_number(best, number_of_sites=1).open_sites == ("s",)
    dearer = at_number(best, number_of_sites=2, transport_factor=2)
    assert dearer.cost == facility_location(2 * COST, demand=10, fixed_cost=[20, 30, 40], min_sites=2, max_sites=2).cost
    with pytest.raises(ParameterError, match="from 1 to 3"):
        at_number(best, number_of_sites=4)
    with pytest.raises(ParameterError, match="transport_factor"):
        at_number(best, number_of_sites=1, transport_factor=-1)


def test_links_that_are_none_stay_none_when_transport_is_free():
    some = facility_location(COST.where(COST < 7, np.inf), demand=10, fixed_cost=[20, 30, 40])
    free = at_number(some, number_of_sites=2, transport_factor=0)
    assert np.isfinite(free.cost)
    assert all(COST.loc[row.site, row.customer] < 7 for row in free.flows.itertuples())


def test_present_sites_are_all_open_and_no_other():
    best = network(existing=["n", "w"], closing_cost=5, max_sites=1)
    now = present_network(best)
    assert now.open_sites == ("n", "w")
    assert now.cost == 20 + 40 + 10 + 50 + 10
    assert present_network(network()) is None
    assert present_network(network(existing=["n"], capacity=15)) is None
