import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.voice.house.scale import (
    STRENGTHS,
    check_scale,
    describe_scale,
    read_relations,
    relation_matrix,
    symbol_codes,
)


def table(**columns):
    return pd.DataFrame(columns, index=["light", "cheap"])


def test_symbols_words_numbers_and_blanks_mean_the_same():
    mixed = table(a=["●", "9"], b=["○", 3.0], c=["△", "weak"], d=[None, ""], e=["Strong", 0])
    expected = [[9, 3, 1, 0, 9], [9, 3, 1, 0, 0]]
    assert relation_matrix(mixed).to_numpy().tolist() == expected


def test_another_scale_takes_its_own_numbers():
    assert relation_matrix(table(a=["●", 3], b=["△", 5]), scale=(5, 3, 1)).to_numpy().tolist() == [[5, 1], [3, 5]]
    assert relation_matrix(table(a=[8, 0.5]), scale=(8, 4, 2, 0.5)).to_numpy().tolist() == [[8], [0.5]]


def test_symbols_belong_to_three_steps():
    assert set(symbol_codes(STRENGTHS).values()) == {9.0, 3.0, 1.0}
    assert symbol_codes((5, 1)) == {}
    with pytest.raises(DataError, match="one of 5, 1, or empty"):
        relation_matrix(table(a=["●", 5]), scale=(5, 1))


def test_every_wrong_cell_is_named_by_row_and_column():
    with pytest.raises(DataError) as caught:
        relation_matrix(table(thickness=[5, 9], colour=["<b>", True]))
    text = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "need 'light' and characteristic 'thickness': 5. Expected: one of 9, 3, 1" in text
    assert "need 'light' and characteristic 'colour': '<b>'" in text
    assert "need 'cheap' and characteristic 'colour': True" in text


def test_names_must_be_there_once():
    twice = pd.DataFrame([[9, 1], [1, 9]], index=["light", "light"], columns=["a", "a"])
    with pytest.raises(
        DataError, match=r"(?s)need 'light': the name occurs twice.*characteristic 'a': the name occurs twice"
    ):
        relation_matrix(twice)


@pytest.mark.parametrize("empty", [pd.DataFrame(), pd.DataFrame(index=["light"]), pd.DataFrame(columns=["a"])])
def test_an_empty_table_is_refused(empty):
    with pytest.raises(DataError, match="the table is empty"):
        relation_matrix(empty)


@pytest.mark.parametrize("scale", [[], [1, 3], [9, 9, 1], [9, 0], [np.inf, 1], [np.nan], ["x"], None])
def test_scales_that_do_not_fall_are_refused(scale):
    with pytest.raises(ParameterError, match="scale"):
        check_scale(scale)


def test_input_is_not_changed():
    given = table(a=["●", None])
    before = given.copy()
    found, problems = read_relations(given)
    pd.testing.assert_frame_equal(given, before)
    assert problems == ()
    assert found.index.name == "need"


def test_names_that_are_numbers_become_text():
    found = relation_matrix(pd.DataFrame({1: [9]}, index=[2026]))
    assert (list(found.index), list(found.columns)) == (["2026"], ["1"])


def test_description_names_what_is_allowed():
    assert describe_scale((4.0, 2.0)) == "one of 4, 2, or empty"
