import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.structure import double_margins, split_surplus


def table(**changed):
    return pd.DataFrame({"stage": ["farm", "mill", "shop"], "cost": [2, 3, 1], "price": [4, 8, 12], **changed})


def test_a_split_by_hand():
    found = split_surplus(table(), value=15)
    assert (found.surplus, found.chain_profit, found.consumer_surplus) == (9, 6, 3)
    assert found.table["profit"].tolist() == [2, 1, 3, 3]
    assert found.table["share_of_surplus"].tolist() == pytest.approx([2 / 9, 1 / 9, 3 / 9, 3 / 9])
    assert "surplus of 9.00: 3.00 stay with the customer, 6.00 with the chain" in found.summary()
    assert found.notes == ()


def test_prices_only_divide():
    other = split_surplus(table(price=[1, 20, 14]), value=15)
    assert other.surplus == 9
    assert other.table["profit"].sum() == pytest.approx(9)
    assert "loses money for: farm, shop" in other.notes[0]


def test_a_chain_that_creates_nothing():
    found = split_surplus(table(), value=5)
    assert len(found.notes) == 2
    assert np.isnan(found.table["share_of_surplus"]).all()


def test_all_problems_of_a_table():
    with pytest.raises(DataError) as told:
        split_surplus(table(stage=["farm", "farm", ""], cost=[-1, None, 1], price=["x", 1, 1]), value=1)
    for part in ["row 3: no name", "row 2: a stage that occurs twice", "'-1.0'", "row 2: is missing", "'x'"]:
        assert part in str(told.value), part
    with pytest.raises(ParameterError, match="value: -1"):
        split_surplus(table(), value=-1)


@pytest.mark.parametrize(("a", "b", "c"), [(100.0, 2.0, 5.0), (70.0, 1.0, 10.0)])
def test_two_stages_by_search_from_the_customer_back(a, b, c):
    def retail(w):
        return minimize_scalar(lambda p: -(p - w) * (a - b * p), bounds=(w, a / b), method="bounded").x

    w = minimize_scalar(lambda w: -(w - c) * (a - b * retail(w)), bounds=(c, a / b), method="bounded").x
    found = double_margins(most=a, slope=b, cost=c)
    assert found.stages["price"].tolist() == pytest.approx([w, retail(w)], rel=1e-4)
    q = a - b * retail(w)
    assert found.stages["profit"].tolist() == pytest.approx([(w - c) * q, (retail(w) - w) * q], rel=1e-3)
    assert found.table["price"][0] == pytest.approx((a / b + c) / 2)


def test_parts_add_up_for_any_number_of_stages():
    for n in (1, 2, 3, 6):
        found = double_margins(most=90, slope=3, cost=2, stages=n)
        assert found.stages["profit"].sum() == pytest.approx(found.table["chain_profit"][1])
        assert found.stages["price"].iloc[-1] == pytest.approx(found.table["price"][1])
    assert double_margins(most=90, slope=3, stages=1).efficiency == 1
    assert "earns 75% of what it could" in double_margins(most=90, slope=3).summary()


def test_bad_numbers_at_once():
    with pytest.raises(ParameterError, match=r"most: 0(.|\n)*slope: -1(.|\n)*stages: 0"):
        double_margins(most=0, slope=-1, stages=0)
    with pytest.raises(ParameterError, match=r"cost: 60. Expected: below 50, where demand ends"):
        double_margins(most=100, slope=2, cost=60)
    with pytest.raises(ParameterError, match="a whole number"):
        double_margins(most=100, slope=2, stages=1.5)


def test_a_surplus_of_rounding_has_no_shares():
    found = split_surplus(pd.DataFrame({"stage": ["a"], "cost": [0.0], "price": [1.0]}), value=1e-313)
    assert np.isnan(found.table["share_of_surplus"]).all()
