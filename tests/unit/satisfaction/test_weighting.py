import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.hierarchy import parse_hierarchy
from casework.satisfaction.weighting import make_weigher

TREE = parse_hierarchy({"A": ["a1", "a2"], "B": ["b1"], "C": {"D": ["d1", "d2"], "E": ["e1"]}})
BELOW = pd.DataFrame(np.random.default_rng(1).uniform(0, 100, (40, 3)), columns=["A", "B", "C"])


def weights_of(weigher, group="index", below=BELOW):
    return weigher(TREE[group], below)


def test_direct_weights_of_some_groups_leave_the_others_equal():
    weigher = make_weigher(TREE, "direct", weights={"A": 2, "B": 1, "C": 1})
    assert weights_of(weigher).tolist() == [0.5, 0.25, 0.25]
    assert weights_of(weigher, "A", BELOW[["A", "B"]]).tolist() == [0.5, 0.5]
    assert "added up to 4" in weigher.notes[0]
    assert weigher.warnings() == ()


def test_direct_weights_of_part_of_a_group():
    with pytest.raises(ParameterError, match=r"weights in 'index': no weight for 'B', 'C'"):
        make_weigher(TREE, "direct", weights={"A": 1})


def test_unknown_name_among_the_weights():
    with pytest.raises(ParameterError, match=r"'a3' is not known.*There are: A, a1, a2"):
        make_weigher(TREE, "direct", weights={"a3": 1, "a1": 1, "a2": 1})


@pytest.mark.parametrize(("method", "name"), [("direct", "weights"), ("ahp", "pairwise"), ("regression", "overall")])
def test_a_method_without_its_input(method, name):
    with pytest.raises(ParameterError, match=f"{name}: not given.*needed for weighting '{method}'"):
        make_weigher(TREE, method)


def test_unknown_method():
    with pytest.raises(ParameterError, match="one of equal, direct, entropy, critic, regression, ahp"):
        make_weigher(TREE, "median")


def test_methods_by_level():
    weigher = make_weigher(TREE, ["direct", "equal"], weights={"A": 1, "B": 1, "C": 2})
    assert weights_of(weigher).tolist() == [0.25, 0.25, 0.5]
    assert weights_of(weigher, "C", BELOW[["A", "B"]].set_axis(["D", "E"], axis=1)).tolist() == [0.5, 0.5]


def test_judgements_of_the_whole():
    weigher = make_weigher(TREE, "ahp", pairwise={"A": {"B": 2, "C": 4}, "B": {"C": 2}})
    assert weights_of(weigher) == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_judgements_by_group():
    weigher = make_weigher(TREE, "ahp", pairwise={"C": {"D": {"E": 3}}, "index": [[1, 1, 1]] * 3})
    assert weights_of(weigher) == pytest.approx([1 / 3] * 3)
    assert weights_of(weigher, "C", BELOW[["A", "B"]]) == pytest.approx([0.75, 0.25])


def test_group_of_one_has_all_the_weight():
    weigher = make_weigher(TREE, "entropy")
    assert weights_of(weigher, "B", BELOW[["B"]]).tolist() == [1.0]


def test_a_rescue_is_a_warning_with_its_group():
    weigher = make_weigher(TREE, "entropy")
    weigher(TREE["A"], pd.DataFrame({"a1": [1.0, 2, 3], "a2": [5.0, 5, 5]}))
    assert weigher.warnings() == ("Weights in A: constant indicator has weight 0: a2",)


def test_incomplete_rows_are_counted_once():
    weigher = make_weigher(TREE, "critic")
    below = BELOW.copy()
    below.iloc[:3, 0] = np.nan
    weights_of(weigher, below=below)
    assert "up to 3 respondents" in weigher.notes[-1]
