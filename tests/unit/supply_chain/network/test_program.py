import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.network.program import InfeasibleError, Program, _failure, relative_gap, solve


def knapsack(need):
    program = Program()
    at = program.variables(np.array([5.0, 4.0, 3.0]), high=1.0, integer=True)
    program.rows(1, (np.zeros(3, dtype=int), at, np.array([2.0, 3.0, 1.0])), low=need)
    return program


def test_smallest_cover_is_found_and_proven():
    found = solve(knapsack(4.0), time_limit=10, gap=0.0)
    assert found.levels.tolist() == [0, 1, 1]
    assert found.objective == pytest.approx(7)
    assert found.bound == pytest.approx(7)
    assert found.proven


def test_rows_of_several_blocks_stand_below_each_other():
    program = knapsack(4.0)
    program.rows(1, (np.array([0]), np.array([1]), 1.0), high=0.0)
    assert program.matrix().toarray().tolist() == [[2, 3, 1], [0, 1, 0]]
    with pytest.raises(InfeasibleError, match="no design keeps all conditions"):
        solve(program, time_limit=10, gap=0.0)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_unit_of_money_does_not_matter(unit):
    program = knapsack(3.0)
    program.cost = [cost * unit for cost in program.cost]
    assert solve(program, time_limit=10, gap=0.0).objective == pytest.approx(4 * unit)


def test_failures_say_what_to_do():
    assert isinstance(_failure(1, 5.0), ParameterError)
    assert "5 seconds" in str(_failure(1, 5.0))
    assert isinstance(_failure(4, 5.0), DataError)


def test_gap_is_a_share_of_the_cost():
    assert relative_gap(100, 99) == pytest.approx(0.01)
    assert relative_gap(100, 101) == 0
