import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import eoq

MANY = eoq(fixed_cost=8, demand_rate=[1300, 100], holding_cost=0.225)


def test_measures_are_numbers_or_columns():
    assert isinstance(eoq(fixed_cost=8, demand_rate=1300, holding_cost=0.225).cost, float)
    assert MANY.cost.name == "cost"
    assert MANY.to_frame().shape[0] == 2
    assert MANY.total("cost") == pytest.approx(MANY.cost.sum())
    assert MANY.has("cost")
    assert MANY.array("cost").shape == (2,)


def test_pick_gives_the_result_of_one_sku():
    alone = eoq(fixed_cost=8, demand_rate=100, holding_cost=0.225)
    assert MANY.pick(1).to_frame().to_numpy().tolist() == alone.to_frame().to_numpy().tolist()
    assert MANY.at(0).label == "0"


def test_unknown_measure_and_label():
    with pytest.raises(ParameterError, match="Did you mean 'cost'"):
        MANY.value("costs")
    with pytest.raises(ParameterError, match="no SKU 'z'"):
        MANY.pick("z")
