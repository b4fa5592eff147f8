import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.voice.requirements.ctq import ctq_tree, is_measure

WAIT = {"unit": "s", "upper": 30, "target": 15, "definition": "ring to greeting"}
TREE = {"help": {"reachable": {"wait": WAIT}, "solved": {"first time": {"unit": "%", "lower": 80}}}}


def test_nested_and_table_give_the_same_tree():
    table = pd.DataFrame(
        {
            "name": ["help", "reachable", "wait", "solved", "first time"],
            "parent": [None, "help", "reachable", "help", "solved"],
            "unit": ["", "", "s", "", "%"],
            "lower": [None, None, None, None, 80],
            "upper": [None, None, 30, None, None],
            "target": [None, None, 15, None, None],
            "definition": ["", "", "ring to greeting", "", ""],
        }
    )
    assert ctq_tree(table) == ctq_tree(TREE)
    assert ctq_tree(TREE).to_frame()["driver"].tolist() == ["reachable", "solved"]


def test_nodes_and_notes():
    tree = ctq_tree(TREE)
    assert tree.nodes["level"].tolist() == [0, 1, 2, 1, 2]
    assert tree.summary() == "1 need, 2 measures with limits."
    assert "first time" in tree.notes[0]


def test_a_field_name_may_be_the_name_of_a_driver():
    tree = ctq_tree({"unit": {"lower": {"m": {"unit": "s", "upper": 1}}}})
    assert tree.measures["path"].tolist() == [("unit", "lower", "m")]
    assert not is_measure({"lower": {"m": {}}})


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({}, "no need"),
        ({"a": {}}, "a: ends without a measure"),
        ({"a": {"b": 3}}, "a > b: ends without a measure"),
        ({"a": {"m": {"unit": "s"}}}, "a > m: no limit"),
        ({"a": {"m": {"upper": 3}}}, "a > m: no unit"),
        ({"a": {"m": {"unit": "s", "lower": 4, "upper": 3}}}, "lower 4 above upper 3"),
        ({"a": {"m": {"unit": "s", "lower": 1, "target": 0}}}, "target 0 outside the limits"),
        ({"a": {"m": {"unit": "s", "upper": "soon"}}}, "a > m, upper: 'soon' is not a number"),
        ({"a": {"m": {"unit": "s", "upper": float("inf")}}}, "inf is not a number"),
        ({"a": {"m": {"unit": "s", "uper": 3, "upper": 4}}}, "'uper' is not known"),
        ({"a": {"m": WAIT}, "b": {"m": WAIT}}, "'m' occurs twice"),
    ],
)
def test_faults_of_a_nested_tree(spec, message):
    with pytest.raises(DataError, match=message):
        ctq_tree(spec)


@pytest.mark.parametrize(
    ("names", "parents", "message"),
    [
        (["a", "b"], ["b", "a"], "a cycle: a > b > a"),
        (["a"], ["a"], "a cycle: a > a"),
        (["a", "a"], ["", ""], "'a' occurs twice"),
        (["a", "b"], ["", "c"], "parent 'c': there is no row of that name"),
        (["", "b"], ["", ""], "row 1: no name"),
    ],
)
def test_faults_of_a_table(names, parents, message):
    with pytest.raises(DataError, match=message):
        ctq_tree(pd.DataFrame({"name": names, "parent": parents}))


def test_table_without_its_columns():
    with pytest.raises(DataError, match=r"column 'name'(.|\n)*column 'parent'"):
        ctq_tree(pd.DataFrame({"x": [1]}))


def test_problems_of_several_measures_are_told_together():
    with pytest.raises(DataError) as caught:
        ctq_tree({"a": {"m": {"unit": "s"}, "k": {"upper": 1}}})
    assert len(caught.value.problems) == 2
