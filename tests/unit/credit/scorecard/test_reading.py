import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.reading import count_unseen, holds_unseen, read_columns, read_training, unseen_warning

GOOD = pd.DataFrame({"x": [1.0, 2.0, None], "job": ["a", "b", "a"], "bad": [0, 1, 0]})


def read(frame, **given):
    return read_training(frame, **{"target": "bad", "event": 1, "variables": None, **given})


def test_all_columns_but_the_target_are_variables() -> None:
    training = read(GOOD)
    assert training.names == ("x", "job")
    assert training.events.tolist() == [False, True, False]


def test_names_and_dates_are_left_out_unless_they_are_asked_for() -> None:
    n = 200
    frame = pd.DataFrame(
        {
            "id": [f"C{i}" for i in range(n)],
            "day": pd.date_range("2025-01-01", periods=n),
            "x": np.arange(n),
            "bad": np.arange(n) % 2,
        }
    )
    training = read(frame)
    assert training.names == ("x",)
    assert training.left_out == ("id", "day")
    with pytest.raises(DataError, match="day: holds dates"):
        read(frame, variables=["x", "day"])


def test_all_problems_of_the_data_at_once() -> None:
    frame = pd.DataFrame({"empty": [None, None], "big": [1.0, np.inf], "bad": [1, None]})
    with pytest.raises(DataError, match="empty: all values are missing") as caught:
        read(frame)
    assert len(caught.value.problems) == 4
    assert "big: 1 value is infinite" in str(caught.value)


@pytest.mark.parametrize(
    ("frame", "given", "said"),
    [
        (GOOD, {"target": "bed"}, r"no column 'bed'.*Did you mean 'bad'"),
        (GOOD, {"variables": ["x", "bad"]}, "cannot be a variable"),
        (GOOD, {"variables": "x"}, "a list of columns"),
        (GOOD[:0], {}, "no rows"),
        (GOOD[["bad"]], {}, "no column is left"),
        (pd.DataFrame([[1, 2, 0]], columns=["x", "x", "bad"]), {}, "x: this column is there twice"),
        (pd.DataFrame([[1, 0]], columns=[0, "bad"]), {}, "is no text"),
    ],
)
def test_tables_that_cannot_be_used(frame, given, said) -> None:
    with pytest.raises(DataError, match=said):
        read(frame, **given)


def test_missing_columns_and_words_are_told_together() -> None:
    rules = {"x": VariableBins("x", True, cuts=(1.5,)), "income": VariableBins("income", True)}
    with pytest.raises(DataError, match="no column 'income'") as caught:
        read_columns(pd.DataFrame({"x": ["high"]}), rules)
    assert len(caught.value.problems) == 2


def test_what_training_has_not_seen_is_counted() -> None:
    rules = {"job": VariableBins("job", False, groups=(("a",),))}
    rows = {"job": np.array([5, 0, 0])}
    frame = pd.DataFrame({"job": ["a", "new", "new", None]})
    found = count_unseen(frame, read_columns(frame, rules), rules, rows)
    assert found.to_numpy().tolist() == [["job", "new", 2], ["job", "missing", 1]]
    assert "3 values were never seen in training: job: 'new' (2)" in unseen_warning(found)
    assert unseen_warning(found[:0]) == ""


def test_unseen_values_are_noticed_where_training_rows_are_known() -> None:
    codes = {"job": np.array([0, 1], dtype=np.int16)}
    assert holds_unseen(codes, {"job": np.array([5, 0, 0])})
    assert not holds_unseen(codes, {"job": np.array([5, 2, 0])})
    assert not holds_unseen(codes, {"job": np.zeros(3, dtype=np.int64)})
