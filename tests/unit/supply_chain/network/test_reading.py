import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.network.reading import Reader, show

LABELS = pd.Index(["a", "b", "c"])


def test_columns_by_name_in_order_and_the_same_for_all():
    reader = Reader()
    assert reader.column("demand", {"c": 3, "a": 1, "b": 2}, LABELS).tolist() == [1, 2, 3]
    assert reader.column("demand", [4, 5, 6], LABELS).tolist() == [4, 5, 6]
    assert reader.column("demand", 7, LABELS).tolist() == [7, 7, 7]
    reader.finish()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"a": 1, "b": 2}, "no valid number for c"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, "there is no d"),
        ([1, -2, 3], "no valid number for b"),
        ([1, np.nan, np.inf], "no valid number for b, c"),
        ([1, 2], "there are 2 numbers"),
        ("many", "these are no numbers"),
        (pd.Series([1, 2, 3, 4], index=["a", "a", "b", "c"]), "stand there twice: a"),
    ],
)
def test_bad_columns(given, found):
    reader = Reader()
    reader.column("demand", given, LABELS)
    with pytest.raises(DataError, match=found):
        reader.finish()


def test_tables():
    reader = Reader()
    table = pd.DataFrame([[1, np.inf], [np.nan, -1]], index=["s", "s"], columns=["a", "b"])
    reader.table("unit_cost", table, holes=True)
    reader.table("distance", table)
    with pytest.raises(DataError, match="row names stand there twice: s") as error:
        reader.finish()
    assert "2 cells are no valid numbers: s - a, s - b" in str(error.value)
    assert "3 cells" in str(error.value)
    with pytest.raises(DataError, match="no table"):
        Reader().table("unit_cost", pd.DataFrame())


def test_members_are_known():
    reader = Reader()
    assert reader.members("existing", ["b"], LABELS).tolist() == [False, True, False]
    reader.members("existing", ["z"], LABELS)
    with pytest.raises(DataError, match="'z' is not known"):
        reader.finish()


def test_many_names_are_cut():
    assert show(range(9)) == "0, 1, 2, 3, 4, ..."


def test_tables_are_put_in_order_and_names_have_to_fit():
    reader = Reader()
    table = pd.DataFrame([[1, 2], [3, 4]], index=["s", "r"], columns=["b", "a"])
    ordered = reader.fitted("works", table, pd.Index(["r", "s"]), pd.Index(["a", "b"]))
    assert ordered.tolist() == [[4, 3], [2, 1]]
    reader.fitted("works", table, pd.Index(["r", "x"]), pd.Index(["a", "b"]))
    with pytest.raises(DataError, match="its names do not fit: s, x"):
        reader.finish()
