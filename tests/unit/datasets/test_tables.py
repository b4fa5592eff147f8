from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from casework.core.errors import DataError
from casework.datasets.tables import clean_names, column_letter, cut_empty_tail, make_frame


def test_names_lose_blanks_around_them():
    assert clean_names([" a ", "b"], "t") == ["a", "b"]
    with pytest.raises(DataError, match="'a' stands there 2 times"):
        clean_names(["a", " a"], "t")


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters_as_a_spreadsheet(position, letters):
    assert column_letter(position) == letters


def test_only_the_empty_tail_is_cut():
    frame = pd.DataFrame({"a": [1.0, None, 3.0, None], "b": ["x", None, None, None]})
    assert len(cut_empty_tail(frame)) == 3


def test_filled_columns_need_a_name():
    arrays = [pa.array(["1"]), pa.array(["2"])]
    with pytest.raises(DataError, match="column B: the column has no name"):
        make_frame(["a", ""], lambda i: arrays[i], "t", first_row=2)
