import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.hierarchy import parse_hierarchy
from casework.satisfaction.scores import check_scale, pick_items, rescale, score_nodes


def equally(group, below):
    return np.full(below.shape[1], 1 / below.shape[1])


def test_rescale_ends():
    assert rescale(pd.DataFrame({"q": [1, 4, 7]}), low=1, high=7)["q"].tolist() == [0, 50, 100]


def test_answer_outside_the_scale_names_column_and_row():
    with pytest.raises(DataError, match=r"column 'q2': 1 answer outside the scale \(row 1: 11\)\. Expected: 1 to 10"):
        rescale(pd.DataFrame({"q1": [7, 8, 3], "q2": [7, 11, 3]}), low=1, high=10)


def test_text_answer_is_outside_too():
    with pytest.raises(DataError, match="row 0: good"):
        rescale(pd.DataFrame({"q": ["good", "3"]}), low=1, high=10)


def test_scale_must_rise():
    with pytest.raises(ParameterError, match=r"low: 10.*below the high end 1"):
        check_scale(10, 1)


def test_missing_column_has_the_nearest_spelling():
    with pytest.raises(DataError, match=r"column 'prise': not in the data.*Did you mean 'price'"):
        pick_items(pd.DataFrame({"price": [1]}), parse_hierarchy(["prise"]))


def test_score_of_what_is_answered():
    points = pd.DataFrame({"a": [80.0, np.nan], "b": [60.0, 60.0], "c": [10.0, np.nan]})
    scored = score_nodes(points, parse_hierarchy({"X": ["a", "b"], "Y": ["c"]}), equally, minimum_answered=0.3)
    assert scored.scores["X"].tolist() == [70, 60]
    assert scored.scores["index"].tolist() == [40, 60]


def test_too_few_answers_have_no_score():
    points = pd.DataFrame({"a": [80.0, np.nan], "b": [60.0, 60.0], "c": [10.0, np.nan]})
    scored = score_nodes(points, parse_hierarchy({"X": ["a", "b"], "Y": ["c"]}), equally, minimum_answered=0.5)
    assert np.isnan(scored.scores["index"][1])
    assert scored.scores["X"][1] == 60


def test_contributions_add_up_to_each_index():
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 100, (50, 5))
    values[rng.random(values.shape) < 0.2] = np.nan
    tree = parse_hierarchy({"X": ["a", "b"], "Y": {"Z": ["c", "d"], "V": ["e"]}})
    scored = score_nodes(pd.DataFrame(values, columns=list("abcde")), tree, equally, minimum_answered=0)
    leaves = [i for i, node in enumerate(tree.nodes) if node.is_item]
    index = scored.scores["index"]
    for row in index.dropna().index:
        parts = scored.contributions((index.index == row).astype(float))
        assert parts[leaves].sum() == pytest.approx(index[row])
        assert parts[0] == pytest.approx(index[row])
        assert parts[leaves][np.isnan(values[row])].sum() == 0
    mass = rng.uniform(1, 3, len(index))
    known = index.notna().to_numpy()
    assert scored.contributions(mass)[0] == pytest.approx(np.average(index[known], weights=mass[known]))


def test_minimum_out_of_range():
    with pytest.raises(ParameterError, match="minimum_answered: 2"):
        score_nodes(pd.DataFrame({"a": [1.0]}), parse_hierarchy(["a"]), equally, minimum_answered=2)
