from __future__ import annotations

import pytest

from casework.core.errors import CaseworkError, CaseworkWarning, DataError, ParameterError, Problem, RunError


def test_a_problem_reads_where_found_expected_fix():
    problem = Problem("t.csv, row 3", "'x'", "a number.", "Correct the cell")
    assert str(problem) == "t.csv, row 3: 'x'. Expected: a number. Correct the cell."


def test_parts_that_are_empty_leave_no_gap():
    assert str(Problem("", "nothing")) == "nothing."
    assert str(Problem("here", "found", fix="Mend it")) == "here: found. Mend it."


@pytest.mark.parametrize(
    ("given", "count"),
    [("text", 1), (Problem("a", "b"), 1), ([Problem("a", "b"), Problem("c", "d")], 2)],
)
def test_errors_carry_all_problems(given, count):
    error = DataError(given)
    assert len(error.problems) == count
    assert len(str(error).splitlines()) == count


def test_input_errors_are_value_errors_and_run_errors_are_not():
    assert issubclass(DataError, ValueError)
    assert issubclass(ParameterError, ValueError)
    assert issubclass(RunError, CaseworkError)
    assert not issubclass(RunError, ValueError)
    assert issubclass(CaseworkWarning, UserWarning)
