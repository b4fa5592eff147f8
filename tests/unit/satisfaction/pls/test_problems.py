import pytest

from casework.core.errors import Problem
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.problems import find_circle, find_problems, line_of

A, B, C = Construct("A", ("a",)), Construct("B", ("b",)), Construct("C", ("c",))


def told(constructs, paths, lines=None, lost=()):
    return "\n".join(map(str, find_problems(constructs, paths, lines or {}, lost)))


@pytest.mark.parametrize(
    ("constructs", "paths", "message"),
    [
        ([], [], "no construct has indicators"),
        ([A, B], [("A", "A"), ("A", "B")], "'A' leads to itself"),
        ([A, B], [("A", "B"), ("A", "B")], "the path A -> B stands twice"),
        ([A, B, C], [("A", "B")], "no path touches 'C'"),
        ([A, B], [("A", "B"), ("A", "Bb")], "construct 'Bb' has no indicators. Did you mean 'B'?"),
        ([A, Construct("B", ("b", "a"))], [("A", "B")], "indicator 'a' stands twice: it measures 'A' already"),
        ([A, Construct("B", ())], [("A", "B")], "'B' has no indicators. Expected: at least 1"),
        ([A, Construct("B", ("b",), "C")], [("A", "B")], "mode 'C'. Expected: one of A, B"),
        ([A, A, B], [("A", "B")], "'A' occurs twice"),
        ([Construct(" ", ("x",)), A], [(" ", "A")], "a construct without a name"),
    ],
)
def test_each_problem_is_told(constructs, paths, message):
    assert message in told(constructs, paths).replace("\nthe", " the")


def test_all_at_once_and_a_good_model_none():
    text = told([A, Construct("B", ("a",))], [("A", "X"), ("B", "B")])
    assert len(text.splitlines()) == 3
    assert not told([A, B, C], [("A", "B"), ("B", "C"), ("A", "C")])


def test_nothing_is_said_of_names_in_lines_that_could_not_be_read():
    assert not told([A, B], [("A", "B"), ("A", "Lost")], lost={"Lost"})


def test_a_circle_is_named_as_a_way():
    assert find_circle("xabc", [("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")]) == ("a", "b", "c", "a")
    assert find_circle("abc", [("a", "b"), ("b", "c"), ("a", "c")]) == ()


def test_problems_are_sorted_by_line():
    problems = [Problem("model, line 12", "x"), Problem("model", "y"), Problem("model, line 3", "z")]
    assert [item.found for item in sorted(problems, key=line_of)] == ["z", "x", "y"]
