import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.multi_echelon import excerpt, serial_optimum


def table(**changes):
    """A mill and a dye works supply a depot, which supplies two shops."""
    columns = {
        "stage": ["mill", "dye", "depot", "east", "west"],
        "successor": ["depot", "depot", "east; west", "", None],
        "lead_time": [5, 2, 1, 3, 4],
        "holding_cost": [1.0, 2, 4, 5, 5],
        "demand_mean": [None, None, None, 30, 40],
        "demand_sd": [None, None, None, 3, 4],
    }
    return pd.DataFrame({**columns, **changes})


def test_last_stage_that_all_demand_passes():
    found = excerpt(table())
    assert found.end == "depot"
    assert found.tree["stage"].tolist() == ["mill", "dye", "depot"]
    assert found.tree["successor"].tolist() == ["depot", "depot", ""]
    assert found.tree["demand_sd"].isna().tolist() == [True, True, False]
    assert found.chain.to_numpy().tolist() == [["depot", 1.0, 4.0], ["mill", 5.0, 1.0]]
    assert found.summary().startswith("The longest chain: depot ← mill; 6 periods of lead time")


@pytest.mark.parametrize(("pooling", "sd"), [(1, 7), (2, 5)])
def test_demand_behind_the_end(pooling, sd):
    found = excerpt(table(), pooling=pooling)
    assert (found.demand_mean, found.demand_sd) == pytest.approx((70, sd))


def test_named_end_has_its_own_demand_and_leaves_the_others_out():
    found = excerpt(table(), end="east")
    assert (found.demand_mean, found.demand_sd) == (30, 3)
    assert found.tree["stage"].tolist() == ["mill", "dye", "depot", "east"]
    assert found.chain["stage"].tolist() == ["east", "depot", "mill"]


def test_a_network_that_only_branches_ends_where_most_is_sold():
    only = pd.DataFrame({"stage": ["plant", "a", "b"], "successor": ["a;b", "", ""], "lead_time": [4, 1, 1]})
    only = only.assign(holding_cost=[1, 2, 2], demand_mean=[None, 1, 2], demand_sd=[None, 1, 1])
    assert excerpt(only).end == "b"
    assert excerpt(only, end="plant").chain["stage"].tolist() == ["plant"]


def test_a_stage_with_customers_of_its_own():
    own = table(demand_mean=[None, None, 10, 30, 40], demand_sd=[None, None, 12, 3, 4])
    found = excerpt(own)
    assert found.end == "depot"
    assert (found.demand_mean, found.demand_sd) == pytest.approx((80, 13))


def test_stage_that_adds_nothing_is_merged():
    found = excerpt(table(holding_cost=[4.0, 2, 4, 5, 5]))
    assert found.chain.to_numpy().tolist() == [["depot", 6.0, 4.0]]
    assert found.notes == ("A unit costs no less to hold at mill than at depot: mill keeps nothing, and depot takes "
                           "that much longer.",)  # fmt: skip
    assert found.valueless == ("depot",)


def test_stage_that_costs_nothing_is_never_short():
    found = excerpt(table(holding_cost=[0.0, 2, 4, 5, 5]), end="west")
    assert found.chain["stage"].tolist() == ["west", "depot"]
    assert found.notes == ("A unit costs nothing to hold at mill: it is taken to be never short.",)


def test_merging_is_the_limit_of_a_small_difference():
    """A stage that adds almost nothing upstream is worth the merged chain."""
    costs = {"stockout_cost": 20, "demand_mean": 70, "demand_sd": 5}
    merged = excerpt(table(holding_cost=[4.0, 2, 4, 5, 5])).chain
    close = excerpt(table(holding_cost=[4.0 - 1e-9, 2, 4, 5, 5])).chain
    assert len(close) == 2
    in_transit = 4.0 * 70  # goods on the way between the two count as stock of the first
    assert serial_optimum(close, **costs).cost - in_transit == pytest.approx(serial_optimum(merged, **costs).cost)


def test_everything_wrong_at_once():
    bad = table(successor=["depott", "depot", "east; west", "", ""], lead_time=[1.5, 2, -1, 3, 4])
    with pytest.raises(DataError, match="depott") as caught:
        excerpt(bad)
    text = str(caught.value)
    assert "Did you mean 'depot'" in text
    assert "1.5" in text
    assert "-1" in text


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"demand_mean": [None, None, None, 30, None]}, "demand_mean, stage 'west': empty"),
        ({"demand_sd": [None, None, None, None, 4]}, "demand_sd, stage 'east': empty"),
        ({"demand_mean": [None, None, 7, 30, 40]}, "demand_sd, stage 'depot': empty"),
        ({"demand_sd": [None, None, None, 0, 0]}, "both above 0"),
        ({"successor": ["dye", "depot", "mill", "", ""]}, "a ring"),
    ],
)
def test_refused(changes, match):
    with pytest.raises(DataError, match=match):
        excerpt(table(**changes))


def test_unknown_end():
    with pytest.raises(ParameterError, match="Did you mean 'depot'"):
        excerpt(table(), end="depo")


def test_pooling_out_of_range():
    with pytest.raises(ParameterError, match="pooling: 3"):
        excerpt(table(), pooling=3)


def test_the_table_is_not_changed():
    given = table()
    excerpt(given)
    pd.testing.assert_frame_equal(given, table())
    assert np.isnan(given["demand_mean"].iloc[0])
