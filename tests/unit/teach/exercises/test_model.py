import pytest

from casework.core.errors import ParameterError
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.model import blank


def test_blank_takes_the_solution_out_and_keeps_the_rest():
    text = "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n\nprint(1)"
    assert blank(text) == "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\nprint(1)"


def test_points_add_up_and_names_are_found():
    exercise = get_exercise("supply_chain")
    assert exercise.points == sum(task.points for task in exercise.tasks)
    assert exercise.given_names()[:2] == ("demand", "order_cost")
    with pytest.raises(ParameterError, match="no task is called 'lott'"):
        exercise.task("lott")
