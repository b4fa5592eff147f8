import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.voice.kano import classify, evaluate, evaluate_counts
from casework.voice.kano_table import EVALUATION_TABLES

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "kano_stp25.csv"
LETTERS = list("MOAIRQ")
# stp25stat 0.2.6, Kano_Auswertung of its example data, run under R 4.2.2: counts M, O, A, I, R, Q
PEER_COUNTS = {
    "f1": [3, 1, 3, 9, 7, 2],
    "f2": [18, 5, 1, 1, 1, 1],
    "f3": [3, 11, 6, 6, 1, 0],
    "f4": [8, 11, 4, 4, 0, 0],
    "f5": [8, 15, 1, 2, 0, 0],
    "f6": [2, 3, 16, 1, 5, 0],
    "f7": [4, 3, 2, 18, 0, 0],
    "f8": [12, 3, 3, 4, 4, 0],
    "f9": [2, 1, 15, 3, 6, 0],
    "f10": [0, 0, 0, 0, 27, 0],
}


def frames(functional, dysfunctional):
    return pd.DataFrame(functional), pd.DataFrame(dysfunctional)


@pytest.fixture
def survey():
    rng = np.random.default_rng(5)
    first, second = (pd.DataFrame(rng.integers(1, 6, size=(60, 3)), columns=list("abc")) for _ in range(2))
    return first, second


@pytest.mark.published
def test_counts_of_the_peers_example_data():
    if not EXAMPLE.exists():
        pytest.skip("the example data of stp25stat are not part of the project")
    data = pd.read_csv(EXAMPLE)
    names = list(PEER_COUNTS)
    functional = data[names]
    dysfunctional = data[[name.replace("f", "d") for name in names]].set_axis(names, axis=1)
    result = evaluate(functional, dysfunctional)
    assert {name: result.counts.loc[name, LETTERS].tolist() for name in names} == PEER_COUNTS
    assert result.to_frame()["n"].tolist() == [25, 27, 27, 27, 26, 27, 27, 26, 27, 27]


def test_classify_gives_the_published_grid_for_every_pair():
    grid = [(i, j) for i in range(1, 6) for j in range(1, 6)]
    found = classify(*frames({"a": [i for i, _ in grid]}, {"a": [j for _, j in grid]}))
    assert "".join(found["a"]) == "".join(EVALUATION_TABLES["berger"])


def test_three_level_answers():
    found = classify(*frames({"a": [1, 2, 3]}, {"a": [3, 3, 1]}), table="3-level")
    assert found["a"].tolist() == ["O", "M", "R"]
    with pytest.raises(DataError, match=r"whole number from 1 \(like\) to 3"):
        classify(*frames({"a": [4]}, {"a": [1]}), table="3-level")


def test_incomplete_pairs_are_dropped_attribute_by_attribute():
    result = evaluate(*frames({"a": [1, None], "b": [1, 1]}, {"a": [5, 5], "b": [5, 5]}))
    assert result.counts["incomplete"].tolist() == [1, 0]
    assert result.to_frame()["n"].tolist() == [1, 2]
    assert result.n_respondents == 2
    assert any("1 incomplete pair of answers is left out" in note for note in result.notes)


def test_result_is_the_same_from_answers_and_from_counts(survey):
    result = evaluate(*survey)
    again = evaluate_counts(result.counts)
    pd.testing.assert_frame_equal(result.to_frame(), again.to_frame())


def test_worse_interval_mirrors_the_wilson_interval_of_newcombe_1998():
    row = evaluate_counts(pd.DataFrame([[81, 0, 0, 182, 0, 0]], columns=LETTERS)).to_frame().iloc[0]
    assert (row["worse_low"], row["worse_high"]) == pytest.approx((-0.3662, -0.2553), abs=5e-5)
    assert (row["better_low"], row["better"]) == (0, 0)


def test_importance_is_averaged_where_it_was_asked(survey):
    importance = pd.DataFrame({"a": [9.0, 7.0, np.nan] * 20, "c": [np.nan] * 60})
    found = evaluate(*survey, importance=importance).to_frame()["importance"]
    assert found["a"] == 8
    assert found[["b", "c"]].isna().all()


def test_importance_must_be_numbers(survey):
    importance = pd.DataFrame({"a": ["high"] * 60})
    with pytest.raises(DataError, match="importance, column a: not a number column"):
        evaluate(*survey, importance=importance)


def test_attributes_are_listed_by_total_strength():
    counts = pd.DataFrame([[6, 1, 0, 3, 0, 0], [9, 1, 0, 0, 0, 0]], index=["x", "y"], columns=LETTERS)
    assert evaluate_counts(counts).attributes("M") == ["y", "x"]


def test_summary_names_every_category_present():
    counts = pd.DataFrame([[9, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 10]], index=["x", "y"], columns=LETTERS)
    told = evaluate_counts(counts).summary()
    assert "2 attributes, 10 respondents." in told
    assert "Must-be: x." in told
    assert "Questionable (question not understood): y." in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 1.2}, r"threshold: 1\.2.*a number at least 0, at most 1"),
        ({"confidence": 1.0}, r"confidence: 1.*a number above 0, below 1"),
        ({"order": "XY"}, "order: 'XY'"),
        ({"table": "kano"}, "table: 'kano'"),
    ],
)
def test_wrong_options_are_refused(survey, options, message):
    with pytest.raises(ParameterError, match=message):
        evaluate(*survey, **options)


def test_wrong_counts_are_all_told():
    bad = pd.DataFrame([[1, -1, 2.5, np.nan, 0, 0]], index=["x"], columns=LETTERS)
    with pytest.raises(DataError, match="counts, column O, row x: -1") as caught:
        evaluate_counts(bad)
    assert len(caught.value.problems) == 3


def test_count_columns_must_be_known():
    with pytest.raises(DataError, match=r"column Q is missing(.|\n)*column 'X' is not known"):
        evaluate_counts(pd.DataFrame([[1] * 6], columns=[*"MOAIR", "X"]))


def test_result_is_frozen_and_hands_out_copies(survey):
    result = evaluate(*survey)
    with pytest.raises(dataclasses.FrozenInstanceError, match="threshold"):
        result.threshold = 0.5
    copy = result.to_frame()
    copy.loc["a", "n"] = -1
    assert result.to_frame().loc["a", "n"] == 60
    assert result == evaluate(*survey)
    assert str(result) == result.summary()


def test_names_of_attributes_are_text_whatever_they_hold():
    frame = pd.DataFrame({"<script>{x}": [1], 7: [1]})
    assert evaluate(frame, frame).to_frame().index.tolist() == ["<script>{x}", "7"]
    assert "<script>{x}" in evaluate(frame, frame).summary()
