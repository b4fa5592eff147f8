import numpy as np
import pandas as pd
import pytest

from casework.satisfaction.hierarchy import parse_hierarchy
from casework.satisfaction.reliability import dimension_reliability
from casework.stats.reliability import cronbach_alpha

TREE = parse_hierarchy({"X": ["a", "b", "c"], "Y": ["d"], "Z": ["e", "f"]})


@pytest.fixture
def answers():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(150, 1)) + rng.normal(size=(150, 6)) * [0.5, 0.5, 0.5, 1, 3, 3]
    return pd.DataFrame(values, columns=list("abcdef"))


def test_one_row_per_dimension(answers):
    result = dimension_reliability(answers, TREE)
    table = result.to_frame().set_index("dimension")
    assert table.loc["X", "alpha"] == pytest.approx(cronbach_alpha(answers[["a", "b", "c"]]).alpha)
    assert np.isnan(table.loc["Y", "alpha"])
    assert result.weak == ("Z",)
    assert result.summary() == "1 of 2 dimensions with more than one question reach an alpha of 0.7."


def test_dimension_without_variance_is_noted(answers):
    result = dimension_reliability(answers.assign(e=1.0, f=1.0), TREE)
    assert np.isnan(result.table.set_index("dimension").loc["Z", "alpha"])
    assert any("does not vary" in note for note in result.notes)


def test_rename(answers):
    result = dimension_reliability(answers, TREE)
    weakest = result.table.loc[0, "weakest_item"]
    assert result.rename({weakest: "label", "X": "Product"}).table.loc[0, ["dimension", "weakest_item"]].tolist() == [
        "Product",
        "label",
    ]


def test_missing_answers_are_told_once(answers):
    answers.loc[:4, "a"] = np.nan
    answers.loc[:1, "e"] = np.nan
    assert dimension_reliability(answers, TREE).notes == (
        "Alpha uses complete answers only: up to 5 respondents are left out of a dimension.",
    )
