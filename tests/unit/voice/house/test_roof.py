import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.voice.house.roof import read_roof, roof_conflicts, roof_matrix, sign_of

NAMES = ["a", "b", "c"]


def shares(*values):
    return pd.Series(values, index=NAMES[: len(values)], dtype=float)


def test_all_ways_of_writing_a_roof_give_the_same():
    expected = [[0, -2, 1], [-2, 0, 0], [1, 0, 0]]
    rows = [["", "--", "+"], ["", "", ""], ["", "", ""]]
    full = [[0, -2, 1], [-2, 0, 0], [1, 0, 0]]
    lower = pd.DataFrame([[None, None, None], ["−−", None, None], ["✓", np.nan, None]], index=NAMES, columns=NAMES)
    mapping = {"b": {"a": "xx"}, "a": {"c": "+"}}
    for roof in (rows, full, lower, mapping):
        assert roof_matrix(roof, NAMES).to_numpy().tolist() == expected


def test_no_roof_is_an_empty_roof():
    codes, problems = read_roof(None, NAMES)
    assert not codes.to_numpy().any()
    assert problems == ()


def test_a_frame_is_put_into_the_order_of_the_names():
    roof = pd.DataFrame([["", "-"], ["-", ""]], index=["c", "a"], columns=["c", "a"])
    assert roof_matrix(roof, NAMES).loc["a", "c"] == -1


def test_halves_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match=r"roof not symmetric: \+ here, - in the mirrored cell"):
        roof_matrix([[0, 1], [-1, 0]], ["a", "b"])


def test_all_problems_are_told_at_once():
    with pytest.raises(DataError) as caught:
        roof_matrix({"a": {"a": "+", "bb": "-", "c": "?"}}, NAMES)
    text = str(caught.value)
    assert "'bb' is not known. Did you mean 'b'?" in text
    assert "'?'. Expected: one of ++, +, -, --, or empty" in text
    assert "no sign of a characteristic with itself" in text


def test_a_roof_of_another_size_is_refused():
    with pytest.raises(DataError, match=r"2 rows. Expected: 3 rows of 3 signs"):
        roof_matrix([[0, 1], [1, 0]], NAMES)


def test_conflicts_come_with_the_most_serious_first():
    roof = roof_matrix({"a": {"b": "--", "c": "-"}, "b": {"c": "+"}}, NAMES)
    found = roof_conflicts(roof, shares(0.5, 0.3, 0.2), ["more", "more", "more"])
    assert found[["first", "second", "sign", "effect"]].to_numpy().tolist() == [
        ["a", "b", "--", -2.0],
        ["a", "c", "-", -1.0],
    ]
    assert found["priority"].tolist() == pytest.approx([2 * 0.5 * 0.3 * 9, 0.5 * 0.2 * 9])
    assert found["serious"].tolist() == [False, False]


def test_two_average_ones_in_a_weak_conflict_have_priority_one_and_are_serious():
    roof = roof_matrix({"a": {"b": "-"}}, NAMES)
    row = roof_conflicts(roof, shares(1 / 3, 1 / 3, 1 / 3), [""] * 3).iloc[0]
    assert row["priority"] == pytest.approx(1)
    assert row["serious"]


@pytest.mark.parametrize(
    ("sign", "ways", "conflict"),
    [
        ("+", ("more", "more"), False),
        ("+", ("more", "less"), True),
        ("-", ("more", "less"), False),
        ("-", ("less", "less"), True),
        ("-", ("target", "more"), True),
    ],
)
def test_measures_conflict_by_their_directions(sign, ways, conflict):
    roof = roof_matrix({"a": {"b": sign}}, ["a", "b"])
    found = roof_conflicts(roof, shares(0.5, 0.5), ways, reading="measure")
    assert (len(found) == 1) is conflict


def test_no_conflict_gives_an_empty_table_with_its_columns():
    found = roof_conflicts(roof_matrix({}, NAMES), shares(0.2, 0.3, 0.5), [""] * 3)
    assert len(found) == 0
    assert "priority" in found


def test_signs_read_back():
    assert [sign_of(code) for code in (2.0, 1.0, 0.0, -1.0, -2.0)] == ["++", "+", "", "-", "--"]
