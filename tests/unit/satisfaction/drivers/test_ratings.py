import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.satisfaction.drivers.ratings import (
    as_numbers,
    complete_ratings,
    correlations,
    listed,
    refuse_repeats,
    same_rows,
    whole,
)


def survey():
    return pd.DataFrame({"a": [1, 2, None, 4, 7], "b": [3.0, 1, 2, 5, 9], "y": [2, 3, 4, 5, 9]})


def test_complete_rows_are_kept_and_the_others_counted():
    frame = survey()
    given = complete_ratings(frame[["a", "b"]], frame["y"])
    assert given.joint.tolist() == [[1, 3, 2], [2, 1, 3], [4, 5, 5], [7, 9, 9]]
    assert (given.left_out, given.all_names) == (1, ("a", "b", "y"))


def test_all_bad_columns_are_told_at_once():
    frame = pd.DataFrame({"a": ["1", "x", "2"], "b": [1.0, np.inf, 2], "y": [1, 2, 3]})
    with pytest.raises(DataError) as caught:
        complete_ratings(frame[["a", "b"]], frame["y"])
    assert "'a'" in str(caught.value)
    assert "'b'" in str(caught.value)


def test_constant_columns_are_named():
    frame = survey().assign(b=4, y=5)
    with pytest.raises(DataError, match=r"(?s)'b'.*equal.*'y'"):
        complete_ratings(frame[["a", "b"]], frame["y"])


def test_too_few_rows():
    frame = survey().head(3)
    with pytest.raises(DataError, match="2 rows with an answer to everything"):
        complete_ratings(frame[["a", "b"]], frame["y"])


def test_rows_that_differ_no_column_and_the_outcome_among_the_ratings():
    frame = survey()
    with pytest.raises(DataError, match="the rows differ"):
        same_rows(frame[["a"]], frame["y"].iloc[::-1])
    with pytest.raises(DataError, match="at least one column"):
        same_rows(frame[[]], frame["y"])
    with pytest.raises(DataError, match="both a rating and the outcome"):
        same_rows(frame[["a", "y"]], frame["y"])


def test_a_name_that_occurs_twice():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    with pytest.raises(DataError, match="'a': occurs twice"):
        as_numbers(frame)


def test_sums_of_others_are_named_and_bystanders_are_not():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 4))
    values[:, 3] = values[:, 0] + values[:, 1]
    with pytest.raises(DataError, match="repeat each other: a, b, d") as caught:
        refuse_repeats(correlations(values), ["a", "b", "c", "d"])
    assert " c" not in str(caught.value).split("repeat each other:")[1].split(".")[0]


def test_correlation_of_one_column_is_a_table():
    assert correlations(np.array([[1.0], [2.0], [4.0]])).tolist() == [[1.0]]


def test_whole():
    assert whole(np.array([[1.0, np.nan], [1, 2]])).tolist() == [False, True]


def test_listed_shortens():
    assert listed(list("abcdefghij")) == "a, b, c, d, e, f, g, h and 2 more"
