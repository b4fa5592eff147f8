import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.satisfaction import parse_hierarchy, satisfaction_index
from casework.satisfaction.sensitivity import compare_weightings

TREE = parse_hierarchy({"X": ["a", "b"], "Y": ["c", "d"]})


@pytest.fixture
def answers():
    return pd.DataFrame(np.random.default_rng(3).integers(1, 11, (80, 4)), columns=list("abcd"))


def test_one_column_per_method_and_the_index_last(answers):
    result = compare_weightings(answers, TREE)
    table = result.to_frame().set_index("dimension")
    assert table.columns.tolist() == ["equal", "entropy", "critic"]
    assert table.loc[["X", "Y"]].sum().tolist() == pytest.approx([1, 1, 1])
    assert table.loc["index", "critic"] == satisfaction_index(answers, TREE, weighting="critic").index
    assert result.spread == pytest.approx(table.loc["index"].max() - table.loc["index"].min())
    assert "equal, entropy, critic" in result.summary()


def test_regression_needs_an_overall_question_outside_the_index(answers):
    methods = ("equal", "regression")
    alone = compare_weightings(answers, TREE, methods=methods)
    inside = compare_weightings(answers, TREE, methods=methods, overall=answers["a"])
    outside = compare_weightings(answers, TREE, methods=methods, overall=answers.mean(axis=1).rename("overall"))
    assert list(alone.indexes) == list(inside.indexes) == ["equal"]
    assert "outside the index" in inside.notes[0]
    assert list(outside.indexes) == ["equal", "regression"]


def test_a_method_that_fails_is_told(answers):
    flat = answers.assign(a=5, b=5)
    result = compare_weightings(flat, TREE)
    assert list(result.indexes) == ["equal"]
    assert "Weighting entropy is left out" in result.notes[0]
    assert "every indicator is constant" in result.notes[0]


def test_a_rescue_names_its_method(answers):
    with_constant = parse_hierarchy({"X": ["a", "b"], "Z": ["c"]})
    result = compare_weightings(answers.assign(c=7), with_constant, methods=("entropy",))
    assert "Weighting entropy: constant indicator has weight 0: Z" in result.notes[0]


def test_no_method_left(answers):
    with pytest.raises(DataError, match="every indicator is constant"):
        compare_weightings(answers.assign(a=5, b=5), TREE, methods=("critic",))
