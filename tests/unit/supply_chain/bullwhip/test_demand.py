import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.bullwhip import Demand


def all_blocks(demand, **given):
    return np.concatenate(list(demand.blocks(**given)))


def test_blocks_do_not_change_the_numbers():
    demand = Demand(mean=50, sd=5, correlation=0.7)
    given = {"periods": 200, "seed": 3}
    whole = all_blocks(demand, replications=range(4), block=200, **given)
    assert np.array_equal(whole, all_blocks(demand, replications=range(4), block=7, **given))
    assert np.array_equal(whole[:, 2:], all_blocks(demand, replications=range(2, 4), block=64, **given))


def test_moments_are_those_asked_for():
    values = all_blocks(Demand(mean=50, sd=5, correlation=0.7), periods=4000, replications=range(50), seed=1, block=999)
    assert values.mean() == pytest.approx(50, abs=0.1)
    assert values.std() == pytest.approx(5, rel=0.01)
    assert np.corrcoef(values[1:].ravel(), values[:-1].ravel())[0, 1] == pytest.approx(0.7, abs=0.01)
    assert values[0].std() == pytest.approx(5, rel=0.35)


def test_negative_demand_is_cut_where_asked():
    given = {"periods": 100, "replications": range(2), "seed": 1, "block": 50}
    assert all_blocks(Demand(mean=1, sd=5), negative=False, **given).min() == 0
    assert all_blocks(Demand(mean=1, sd=5), **given).min() < 0


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"mean": -1}, "mean: -1"),
        ({"sd": 0}, "sd: 0"),
        ({"correlation": 1}, "correlation: 1"),
        ({"sd": "x"}, "sd: 'x'"),
    ],
)
def test_refused(facts, match):
    with pytest.raises(ParameterError, match=match):
        Demand(**facts)
