import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory.columns import (
    AT_LEAST_0,
    POSITIVE,
    WHOLE,
    exactly_one,
    name_rows,
    read_items,
    require,
)

RULES = {"a": POSITIVE, "b": AT_LEAST_0, "n": WHOLE}
FRAME = pd.DataFrame({"price": [1.0, 2.0], "need": [0.0, 3.0]}, index=["x", "y"])


def test_scalars_stay_single():
    items = read_items(None, RULES, a=2, b=0)
    assert items.single
    assert items["a"].tolist() == [2.0]
    assert items.get("n", 7).tolist() == [7.0]


def test_columns_by_name_series_and_scalar_share_one_index():
    items = read_items(FRAME, RULES, a="price", b=FRAME["need"])
    assert items.index.tolist() == ["x", "y"]
    assert items["b"].tolist() == [0.0, 3.0]
    assert "n" not in items


def test_all_problems_are_told_at_once_and_name_the_rows():
    frame = FRAME.assign(price=[np.nan, 2.0], need=[-1.0, -2.0])
    with pytest.raises(DataError, match="a, row 'x': nan") as caught:
        read_items(frame, RULES, a="price", b="need")
    assert "b, rows 'x', 'y': -1, -2" in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0, -1, True, "x", None])
def test_bad_scalars(value):
    with pytest.raises(ParameterError, match="a"):
        read_items(None, RULES, a=value) if value is not None else require({"a": None}, "a")


def test_unknown_column_is_told_with_the_nearest():
    with pytest.raises(DataError, match="Did you mean 'price'"):
        read_items(FRAME, RULES, a="prise")


def test_lengths_and_indexes_must_agree():
    with pytest.raises(DataError, match="3 values"):
        read_items(None, RULES, a=[1, 2], b=[1, 2, 3])
    with pytest.raises(DataError, match="labelled differently"):
        read_items(FRAME, RULES, a=pd.Series([1.0, 2.0], index=["y", "x"]))
    with pytest.raises(DataError, match="2 dimensions"):
        read_items(None, RULES, a=np.ones((2, 2)), b=[1, 2])


def test_whole_numbers():
    with pytest.raises(ParameterError, match="whole numbers at least 0"):
        read_items(None, RULES, n=1.5)


def test_long_lists_of_rows_are_cut():
    assert name_rows(pd.RangeIndex(9), np.ones(9, dtype=bool)) == "0, 1, 2, 3, 4 and 4 more rows"


def test_exactly_one():
    assert exactly_one({"a": None, "b": 1}) == "b"
    with pytest.raises(ParameterError, match="none of them"):
        exactly_one({"a": None, "b": None})
    with pytest.raises(ParameterError, match="given together: a, b"):
        exactly_one({"a": 1, "b": 1})


def test_refuse_names_the_sku():
    items = read_items(FRAME, RULES, a="price")
    with pytest.raises(DataError, match="a, row 'y': too dear"):
        items.refuse("a", np.array([False, True]), "too dear")


def test_missing_values_of_nullable_columns_are_missing():
    with pytest.raises(DataError, match="row 1"):
        read_items(None, RULES, a=pd.Series([1, None], dtype="Int64"))
