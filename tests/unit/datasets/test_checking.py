from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.checking import check_frame
from casework.datasets.contract import Column, Contract

SCALE = Column(name="q1", kind="integer", meaning="answer", low=1, high=5)
ID = Column(name="id", kind="text", unique=True)


def check(frame, *columns, **options):
    min_rows = options.pop("min_rows", 1)
    return check_frame(pd.DataFrame(frame), Contract(columns, min_rows), where="t.csv", **options)


def refused(frame, *columns, **options) -> list[str]:
    with pytest.raises(DataError, match=r".+") as error:
        check(frame, *columns, **options)
    return [str(problem) for problem in error.value.problems]


def test_good_answers_come_back_as_floats_by_spreadsheet_row():
    checked = check({"id": ["a", "b"], "q1": [5, 1], "more": [1, 2]}, SCALE, ID)
    assert list(checked.frame.columns) == ["q1", "id"]
    assert checked.frame.index.tolist() == [2, 3]
    assert checked.frame["q1"].tolist() == [5.0, 1.0]
    assert checked.frame["q1"].dtype == float
    assert (checked.exclusions, checked.missing) == ((), {})


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            [1, 9],
            r"column 'q1': 1 of 2 answers are not valid (row 3: 9). Expected: whole numbers, at least 1, at most 5. ",
        ),
        ([3.5, 1], r"1 of 2 answers are not valid (row 2: 3.5)"),
        ([np.inf, 1], r"(row 2: inf)"),
        (["1", "five"], r"1 of 2 answers are not numbers (row 3: 'five')"),
        (["1", "\x1b[0m"], r"(row 3: '\x1b[0m')"),
        ([0] * 7 + [1], r"7 of 8 answers are not valid (row 2: 0, row 3: 0, row 4: 0, row 5: 0, row 6: 0, ...)"),
        ([None, None], r"no cell holds a valid answer"),
        ([pd.Timestamp("2024-01-01")] * 2, r"2 of 2 answers are not numbers (row 2: '2024-01-01"),
    ],
)
def test_bad_cells_are_counted_and_the_first_shown(cells, problem):
    frame = {"id": [f"r{i}" for i in range(len(cells))], "q1": cells}
    [told] = refused(frame, SCALE, ID)
    assert problem.replace("(row 2: '2024", "(row 2: 2024") in told


def test_all_problems_are_told_at_once_in_the_order_of_the_columns():
    told = refused(
        {"id": ["a", "a", "b"], "q1": [1, 9, 2], "q2": ["x", "1", "7"], "flat": [2, 2, 2]},
        Column(name="funktion", kind="number"),
        ID,
        SCALE,
        Column(name="q2", kind="integer", low=1, high=5),
        Column(name="flat", kind="number", varies=True),
        min_rows=10,
    )
    assert [line.split(":")[0] for line in told] == [
        "t.csv, column 'funktion'",
        "t.csv, column 'id'",
        "t.csv, column 'q1'",
        "t.csv, column 'q2'",
        "t.csv, column 'q2'",
        "t.csv, column 'flat'",
        "t.csv",
    ]
    assert "1 of 3 values occur again (row 3: 'a')" in told[1]
    assert "all answers are the same, 2" in told[5]
    assert "3 rows can be used. Expected: at least 10 rows" in told[6]


def test_missing_columns_get_the_nearest_spelling():
    assert "Did you mean 'q1'?" in refused({"q1": [1]}, Column(name="q_1", kind="number"))[0]


def test_optional_columns_may_be_absent_unless_the_caller_named_them():
    weight = Column(name="weight", kind="number", required=False, parameter="weights")
    assert list(check({"q1": [1]}, SCALE, weight).frame.columns) == ["q1"]
    for given in ("weight", "weights"):
        assert "there is no such column" in refused({"q1": [1]}, SCALE, weight, given=frozenset({given}))[0]


def test_text_answers_are_mapped_to_their_numbers():
    coded = Column(name="q1", kind="category", codes={"Like": 1, "不喜欢": 5})
    assert check({"q1": [" like", "LIKE", "不喜欢", "5"]}, coded).frame["q1"].tolist() == [1.0, 1.0, 5.0, 5.0]
    [told] = refused({"q1": ["like", "so-so", "3"]}, coded)
    assert (
        "2 of 3 answers are not known (row 3: 'so-so', row 4: '3'). Expected: one of 'Like' = 1, '不喜欢' = 5" in told
    )


def test_words_for_missing_are_missing_in_number_columns_only():
    checked = check({"q1": ["1", "NA", ""], "id": ["NA", "x", "y"]}, SCALE, ID)
    assert checked.missing == {"q1": 2}
    assert checked.frame["id"].tolist() == ["NA", "x", "y"]


def test_needed_cells_must_be_filled():
    needed = Column(name="q1", kind="number", missing=False)
    [told] = refused({"q1": [1, None], "x": [1, 1]}, needed)
    assert "1 of 2 cells are empty (row 3)" in told


def test_excluding_counts_everything_it_leaves_out():
    frame = {
        "id": ["a", "b", "b", None, "c"],
        "q1": ["5", "9", "1", None, "x"],
        "need": [1, 2, 3, None, None],
    }
    checked = check(frame, ID, SCALE, Column(name="need", kind="number", missing=False), invalid="exclude")
    assert checked.frame["id"].tolist() == ["a", "b"]
    assert checked.frame.index.tolist() == [2, 3]
    assert checked.frame["q1"].fillna(-1).tolist() == [5.0, -1.0]
    told = [(item.where, item.count, item.rows) for item in checked.exclusions]
    assert told == [
        ("t.csv", 1, (5,)),
        ("t.csv, column 'q1'", 1, (6,)),
        ("t.csv, column 'q1'", 1, (3,)),
        ("t.csv, column 'id'", 1, (4,)),
        ("t.csv, column 'need'", 1, (6,)),
    ]
    assert "1 empty row" in checked.exclusions[0].reason
    assert "'x'" in checked.exclusions[1].reason
    assert "there already" in checked.exclusions[3].reason


def test_excluding_too_much_is_an_error():
    told = refused({"q1": [9, 8], "x": [1, 2]}, SCALE, invalid="exclude")
    assert "no cell holds a valid answer" in told[0]
    assert "0 rows can be used" in refused({"id": [None]}, ID, invalid="exclude")[0]


def test_empty_rows_are_left_out_and_told_in_both_modes():
    for invalid in ("refuse", "exclude"):
        checked = check({"q1": [1, None, 3], "x": ["a", None, "b"]}, SCALE, invalid=invalid)
        assert checked.frame.index.tolist() == [2, 4]
        assert [(item.count, item.rows) for item in checked.exclusions] == [(1, (3,))]
    kept = check({"q1": [1, None, 3], "x": ["a", "only this", "b"]}, SCALE)
    assert (len(kept.frame), kept.missing) == (3, {"q1": 1})


def test_numbers_in_a_text_column_become_the_text_a_person_types():
    assert check({"id": [1.0, 2.5]}, ID).frame["id"].tolist() == ["1", "2.5"]


def test_the_same_column_twice_in_a_table_is_told():
    frame = pd.DataFrame([[1, 2]], columns=["q1", "q1"])
    assert "more than once" in refused(frame, SCALE)[0]


def test_a_column_named_twice_in_a_contract_is_read_once():
    assert check({"q1": [1]}, SCALE, SCALE).frame.shape == (1, 1)


def test_the_input_stays_as_it_was():
    frame = pd.DataFrame({"q1": ["9", "1"]})
    before = frame.copy()
    check(frame, SCALE, invalid="exclude")
    pd.testing.assert_frame_equal(frame, before)


def test_only_two_ways_to_treat_invalid_answers():
    with pytest.raises(ParameterError, match="invalid: 'drop'"):
        check({"q1": [1]}, SCALE, invalid="drop")


def test_first_row_of_a_database_is_1():
    assert "(row 2: 9)" in refused({"q1": [1, 9]}, SCALE, first_row=1)[0]


def test_an_optional_column_without_any_answer_counts_as_absent():
    contract = Contract((Column(name="a", kind="number"), Column(name="b", kind="number", required=False)))
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [None, None]})
    checked = check_frame(frame, contract, where="t.csv")
    assert list(checked.frame.columns) == ["a"]
    assert [(item.count, item.reason) for item in checked.exclusions] == [(2, "the column is empty")]
    with pytest.raises(DataError, match="column 'b': no cell holds a valid answer"):
        check_frame(frame, contract, where="t.csv", given=frozenset({"b"}))
