import pytest

from casework.core.errors import ParameterError
from casework.suppliers.disruption import Source
from casework.suppliers.strategies import STRATEGIES, sourcing_strategies

A = Source(name="A", price=10, failures_per_year=1, days_down=5)
B = Source(name="B", price=11, failures_per_year=1, days_down=5)


def test_four_ways():
    found = sourcing_strategies(A, B, second_share=0.3, reserve_days=4, fixed_cost=9)
    assert tuple(item.name for item in found) == STRATEGIES
    assert [item.cover_days for item in found] == [0, 4, 0, 4]
    assert [item.fixed_cost for item in found] == [0, 0, 9, 9]
    assert [item.shares.get("B", 0) for item in found] == [0, 0, 0.3, 0.3]


def test_everything_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match=r"(?s)second_share: 1.*reserve_days: 0.*fixed_cost: -1"):
        sourcing_strategies(A, B, second_share=1, reserve_days=0, fixed_cost=-1)
    with pytest.raises(ParameterError, match="names that repeat: A"):
        sourcing_strategies(A, A, second_share=0.5, reserve_days=1)
