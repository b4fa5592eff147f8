import pytest
from tests.unit.teach.exercises.test_parsing import GOOD

from casework.core.errors import DataError
from casework.teach.exercises.parsing import parse_exercise
from casework.teach.exercises.solution import given_values, solve, solve_exercise
from casework.teach.exercises.values import decode

WITH_CALL = GOOD.replace("x = a\n", "x = a\nf = lambda n: n + 10\n").replace(
    "```\n\n## one", "```\n\n```hidden\nb = 50\n```\n\n## one"
)


def test_values_come_from_the_seed_alone():
    exercise = parse_exercise(GOOD)
    assert given_values(exercise, 5) == given_values(exercise, 5)
    assert len({given_values(exercise, seed)["a"] for seed in range(30)}) == 3


def test_expected_values_and_hidden_arguments():
    solved = solve_exercise(parse_exercise(WITH_CALL), 5, 9)
    value, call = solved.expected["one"]
    assert decode(value.values[0]) == solved.given["a"]
    assert [decode(item) for item in call.arguments] == [[1], [50]]
    assert [decode(item) for item in call.values] == [11, 60]
    assert solve_exercise(parse_exercise(WITH_CALL), 5, None).expected["one"][1] is None


def test_an_author_s_mistake_is_told_with_its_place():
    broken = GOOD.replace("x = a\n", "x = nothing\n")
    with pytest.raises(DataError, match=r"demo: one: the author's code fails: NameError"):
        solve_exercise(parse_exercise(broken), 1, None)


def test_it_is_kept_for_the_same_call():
    assert solve("supply_chain", 3, 4) is solve("supply_chain", 3, 4)


def test_a_solution_gets_its_arguments_as_a_student_does_and_cannot_change_them():
    changing = WITH_CALL.replace("f = lambda n: n + 10", "f = lambda values: values.pop()").replace(
        'with: ["[1]", "[b]"]', 'with: ["[[1, 2]]", "[(3, b)]"]'
    )
    call = solve_exercise(parse_exercise(changing), 5, 9).expected["one"][1]
    assert [decode(item) for item in call.arguments] == [[[1, 2]], [[3, 50]]]
    assert [decode(item) for item in call.values] == [2, 50]
