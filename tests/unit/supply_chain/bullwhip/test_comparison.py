import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.bullwhip import (
    Demand,
    MovingAverage,
    OrderUpTo,
    compare_chains,
    serial_chain,
    simulate_chain,
)

DEMAND = Demand(mean=100, sd=10)
SIZES = {"periods": 100, "replications": 10, "seed": 2}


def chain(window):
    return serial_chain(OrderUpTo(forecast=MovingAverage(window=window)), names=["a", "b"])


def test_every_chain_meets_the_same_customers():
    found = compare_chains({"short": chain(2), "long": chain(20)}, DEMAND, **SIZES)
    alone = simulate_chain(chain(20), DEMAND, **SIZES)
    assert found.results["long"] == alone
    row = found.to_frame().iloc[1]
    assert row["amplification"] == alone.amplification
    assert row["cost_change"] == pytest.approx(alone.cost / found.results["short"].cost - 1)
    assert found.summary().startswith("Calmest: long.")


def test_where_nothing_helps_it_says_so():
    found = compare_chains({"long": chain(20), "short": chain(2)}, DEMAND, **SIZES)
    assert found.summary().startswith("No change calms")


def test_no_chain():
    with pytest.raises(ParameterError, match="at least one chain"):
        compare_chains({}, DEMAND)
