import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls.building import build_model, parse_model
from casework.satisfaction.pls.construct import Construct

TEXT = "A =~ a1 + a2\nB <~ b1 + b2\nC =~ c\nC ~ A + B\nB ~ A"


def test_text_and_data_give_the_same_model():
    parts = {"A": ["a1", "a2"], "B": ["b1", "b2"], "C": "c"}
    for paths in (
        [("A", "C"), ("B", "C"), ("A", "B")],
        pd.DataFrame({"from": ["A", "B", "A"], "to": ["C", "C", "B"]}),
    ):
        assert build_model(parts, paths, formative=["B"]) == parse_model(TEXT)
    by_start = build_model(parts, {"A": ["C", "B"], "B": "C"}, formative="B")
    assert set(by_start.paths) == set(parse_model(TEXT).paths)


def test_paths_of_one_construct_may_stand_in_several_lines():
    assert parse_model("A =~ a; B =~ b; C =~ c\nC ~ A\nC ~ B").predictors("C") == ("A", "B")


def test_all_problems_of_a_text_at_once_in_the_order_of_lines():
    text = "A =~ a1 + a2\nB =~ a2 + b1 b2\nA =~ a3\nC =~ a1 + c\nC ~ A + D\nA ~ C\nE =~ e\nC ~ C"
    with pytest.raises(ParameterError) as caught:
        parse_model(text)
    assert [(item.where, item.found.split(",")[0].split(":")[0]) for item in caught.value.problems] == [
        ("model, line 2", "'a2 + b1 b2' after =~"),
        ("model, line 3", "'A' is measured twice"),
        ("model, line 4", "indicator 'a1' stands twice"),
        ("model, line 5", "construct 'D' has no indicators"),
        ("model, line 6", "the paths go round in a circle"),
        ("model, line 7", "no path touches 'E'"),
        ("model, line 8", "'C' leads to itself"),
    ]


@pytest.mark.parametrize("text", ["", "  \n# only a comment\n"])
def test_an_empty_text(text):
    with pytest.raises(ParameterError, match="the text is empty"):
        parse_model(text)


def test_a_circle_is_named():
    with pytest.raises(ParameterError, match="Q -> S -> L -> Q"):
        parse_model("Q =~ q; S =~ s; L =~ l; S ~ Q; L ~ S; Q ~ L")


def test_unknown_formative_construct_and_pairs_that_are_none():
    with pytest.raises(ParameterError, match="'Bb' is not known"):
        build_model({"A": "a", "B": "b"}, [("A", "B")], formative=["Bb"])
    with pytest.raises(ParameterError, match="pairs of two constructs"):
        build_model({"A": "a", "B": "b"}, [("A", "B", "C")])


def test_constructs_as_objects():
    model = build_model([Construct("A", ("a",)), Construct("B", ("b",))], [("A", "B")], formative=["A"], name="mine")
    assert model["A"].mode == "B"
    assert model.name == "mine"
