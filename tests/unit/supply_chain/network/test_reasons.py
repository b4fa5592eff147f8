import numpy as np
import pandas as pd
import pytest

from casework.supply_chain.network import facility_location
from casework.supply_chain.network.program import InfeasibleError
from casework.supply_chain.network.reasons import deficient, fewest_sites

COST = pd.DataFrame([[1.0, 2, 3], [2, 1, 2]], index=["north", "south"], columns=["a", "b", "c"])


def test_capacity_below_demand_is_named():
    with pytest.raises(InfeasibleError, match="hold 25, demand is 30") as error:
        facility_location(COST, demand=10, capacity=[15, 10])
    assert "Capacity is short by 5" in str(error.value)


def test_the_number_of_sites_counts():
    with pytest.raises(InfeasibleError, match="hold 20, demand is 30"):
        facility_location(COST, demand=10, capacity=20, max_sites=1)


def test_customer_out_of_reach_is_named():
    far = COST.assign(b=np.inf)
    with pytest.raises(InfeasibleError, match="1 customer cannot be served from any site: b"):
        facility_location(far, demand=10)
    with pytest.raises(InfeasibleError, match="2 customers cannot be served from any site: a, c"):
        facility_location(COST, distance=COST, max_distance=1, closed_sites=["north"])


def test_one_site_has_to_hold_a_customer_where_sourcing_is_single():
    with pytest.raises(InfeasibleError, match="a wants 12, the sites in reach can give 10"):
        facility_location(COST, demand=[12, 2, 2], capacity=10, single_source=True)
    assert facility_location(COST, demand=[12, 2, 2], capacity=10).open_sites == ("north", "south")


def test_customers_that_share_too_little_are_named():
    cost = pd.DataFrame([[1, 1, np.inf], [np.inf, np.inf, 1]], index=["north", "south"], columns=["a", "b", "c"])
    with pytest.raises(InfeasibleError, match=r"a, b want 20 together; .*\(north\) hold 15"):
        facility_location(cost, demand=10, capacity=[15, 40])


def test_sites_that_are_too_few_are_counted():
    cost = pd.DataFrame(np.where(np.eye(3, dtype=bool), 1, np.inf), index=list("xyz"), columns=list("abc"))
    with pytest.raises(InfeasibleError, match=r"at most 2 sites may be open\. Expected: at least 3"):
        facility_location(cost, max_sites=2)


def test_indivisible_customers_do_not_fit():
    with pytest.raises(InfeasibleError, match="several sites per customer"):
        facility_location(COST, demand=[6, 6, 6], capacity=10, single_source=True)


def test_no_set_is_short_where_all_can_be_served():
    reach = np.ones((2, 3), dtype=bool)
    assert not deficient(np.array([1.0, 2, 3]), np.array([3.0, 3]), reach).any()
    assert fewest_sites(np.array([1.0, 2, 3]), np.array([3.0, 3]), reach, time_limit=10) == 2
