import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.hierarchy import parse_hierarchy, renamed

SPEC = {"Product": ["q1", "q2"], "Service": {"Staff": ["q3"], "Hotline": ["q4", "q5"]}}


def test_nodes_follow_their_parents():
    tree = parse_hierarchy(SPEC)
    assert tree.names == ("index", "Product", "q1", "q2", "Service", "Staff", "q3", "Hotline", "q4", "q5")
    assert tree["Service"].items == ("q3", "q4", "q5")
    assert [node.level for node in tree.nodes] == [0, 1, 2, 2, 1, 2, 3, 2, 3, 3]
    assert [group.name for group in tree.groups] == ["index", "Product", "Service", "Staff", "Hotline"]


def test_plain_list_has_questions_as_dimensions():
    assert [node.name for node in parse_hierarchy(["a", "b"]).dimensions] == ["a", "b"]


def test_a_single_column_may_stand_without_a_list():
    assert parse_hierarchy({"Complaints": "q9"})["Complaints"].items == ("q9",)


def test_keep_drops_empty_dimensions():
    tree = parse_hierarchy(SPEC).keep(["q1", "q4"])
    assert tree.names == ("index", "Product", "q1", "Service", "Hotline", "q4")


def test_keep_of_nothing_is_refused():
    with pytest.raises(ParameterError, match="no question is left"):
        parse_hierarchy(SPEC).keep(["q99"])


def test_rename():
    tree = parse_hierarchy(SPEC).rename({"q1": "coverage", "Service": "Help"})
    assert tree["coverage"].parent == "Product"
    assert tree["Help"].children == ("Staff", "Hotline")


def test_rename_to_a_taken_name_is_refused():
    with pytest.raises(ParameterError, match="'q2' occurs twice"):
        parse_hierarchy(SPEC).rename({"q1": "q2"})


def test_all_problems_at_once():
    with pytest.raises(ParameterError) as caught:
        parse_hierarchy({"A": [], "B": ["q1", "q1"], "C": [3], "D": 4})
    text = str(caught.value)
    assert "hierarchy, 'A': no question" in text
    assert "'q1' occurs twice" in text
    assert "hierarchy, 'C': 3" in text
    assert "hierarchy, 'D': 4" in text


def test_dimension_named_as_its_question():
    with pytest.raises(ParameterError, match=r"'Price' occurs twice.*Rename the dimension"):
        parse_hierarchy({"Price": ["Price"]})


@pytest.mark.parametrize("dtype", ["str", object])
def test_names_are_exchanged_at_once_and_gaps_stay(dtype):
    frame = pd.DataFrame({"node": pd.Series(["a", "b", None, "c"], dtype=dtype), "score": [1.0, 2.0, 3.0, 4.0]})
    names = {"a": "b", "b": "a", "score": "x"}
    found = renamed(frame, names, ["node"])
    pd.testing.assert_frame_equal(found, frame.replace({"node": names}))
    assert frame["node"].iloc[0] == "a"
