import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.voice.kano_pairs import (
    answer_levels,
    as_numbers,
    categories_frame,
    check_frames,
    count_categories,
    pair_codes,
)
from casework.voice.kano_table import evaluation_table

BERGER = evaluation_table("berger")


def codes(functional, dysfunctional):
    return dict(pair_codes(pd.DataFrame(functional), pd.DataFrame(dysfunctional), BERGER))


def test_codes_follow_the_table_and_mark_incomplete_pairs():
    found = codes({"a": [1, 3, None, 5]}, {"a": [5, 5, 1, None]})["a"]
    assert found.tolist() == [1, 0, 6, 6]
    assert count_categories(found).tolist() == [1, 1, 0, 0, 0, 0, 2]


def test_categories_are_missing_where_a_pair_is():
    frame = categories_frame({"a": np.array([0, 6], dtype=np.int8)}, pd.RangeIndex(2))
    assert frame["a"].tolist()[0] == "M"
    assert frame["a"].isna().tolist() == [False, True]


def test_every_answer_outside_the_scale_is_told_with_row_and_column():
    with pytest.raises(DataError, match=r"functional answers, column a, row 1: 6") as caught:
        codes({"a": [1, 6], "b": [0, 1]}, {"a": [1.5, 2], "b": [1, "x"]})
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "dysfunctional answers, column a, row 0: 1.5" in text
    assert "dysfunctional answers, column b, row 1: 'x'" in text
    assert "whole number from 1 (like) to 5 (dislike)" in text


def test_beyond_a_hundred_wrong_answers_the_rest_is_counted():
    with pytest.raises(DataError, match="50 more answers outside the scale"):
        codes({"a": [9] * 150}, {"a": [1] * 150})


def test_frames_that_do_not_belong_together_are_refused_with_all_reasons():
    with pytest.raises(DataError, match=r"the columns differ: f1 and d1(.|\n)*the rows differ"):
        check_frames(pd.DataFrame({"f1": [1]}), pd.DataFrame({"d1": [1, 2]}))


def test_a_column_named_twice_is_refused():
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(DataError, match="column 'a' occurs twice"):
        check_frames(twice, twice)


def test_no_columns_are_refused():
    with pytest.raises(DataError, match="functional: no columns"):
        check_frames(pd.DataFrame(), pd.DataFrame())


@pytest.mark.parametrize("dtype", ["Int64", "float32", "int8", "object", "category"])
def test_numbers_of_every_dtype_are_read(dtype):
    values, bad = answer_levels(pd.Series([1, 5, 3]).astype(dtype), 5)
    assert values.tolist() == [1, 5, 3]
    assert bad.tolist() == []


def test_truth_values_and_words_are_no_numbers():
    assert np.isnan(as_numbers(pd.Series([True, False]))).all()
    assert np.isnan(as_numbers(pd.Series(["like", "dislike"]))).all()


def test_input_is_not_changed():
    frame = pd.DataFrame({"a": [1.0, np.nan]})
    before = frame.copy()
    codes(frame, frame)
    pd.testing.assert_frame_equal(frame, before)
