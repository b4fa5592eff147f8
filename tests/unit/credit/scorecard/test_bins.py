import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.credit.scorecard.bins import VariableBins, holds_numbers, range_labels, read_numbers, text_of

AGE = VariableBins("age", True, cuts=(25.0, 40.0), specials=(("no file", (-1, -2)),))
JOB = VariableBins("job", False, groups=(("A", "B"), ("C",)), specials=(("other", ("X",)),))


def test_values_on_a_cut_lie_to_its_right() -> None:
    codes = AGE.codes(pd.Series([24.9, 25, 39, 40, np.nan, -1, -2, -3, np.inf]))
    assert codes.tolist() == [0, 1, 1, 2, AGE.missing, 3, 3, 0, 2]
    assert AGE.labels == ("< 25", "[25, 40)", "≥ 40", "no file", "missing", "unseen")
    assert AGE.roles == ("range",) * 3 + ("special", "missing", "unseen")


def test_categories_special_missing_and_unseen_have_slots_of_their_own() -> None:
    codes = JOB.codes(pd.Series(["B", "C", "X", None, "new", "A"]))
    assert codes.tolist() == [0, 1, 2, 3, 4, 0]
    assert JOB.codes(pd.Series(["C"], dtype="category")).tolist() == [1]


def test_numbers_as_text_are_read_and_words_are_refused() -> None:
    assert AGE.codes(pd.Series(["30", None], dtype=object)).tolist() == [1, AGE.missing]
    with pytest.raises(DataError, match=r"age: 1 cell is not a number, such as 'old'"):
        AGE.codes(pd.Series(["30", "old"]))


def test_labels_have_as_many_digits_as_tell_cuts_apart() -> None:
    assert range_labels([0.12345, 0.12346])[1] == "[0.12345, 0.12346)"
    assert range_labels([1186.5, 25_000, 1_250_000])[2] == "[25,000, 1,250,000)"
    assert range_labels([3])[0] == "< 3"


def test_kinds_of_columns() -> None:
    assert holds_numbers(pd.Series([True, False]))
    assert holds_numbers(pd.Series([1, 2.5, None], dtype=object))
    assert not holds_numbers(pd.Series(["a", 1], dtype=object))
    assert not holds_numbers(pd.Series([1, 2], dtype="category"))
    assert read_numbers(pd.Series(pd.array([1, None], dtype="Int64")), "x").tolist()[0] == 1
    assert text_of(2.0) == "2"
    assert text_of(2.5) == "2.5"
