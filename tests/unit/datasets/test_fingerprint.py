from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.datasets.fingerprint import compare_fingerprints, fingerprint, frame_sha256

TABLE = pd.DataFrame({"id": ["a", "b", "c", "d"], "q1": [1, 2, 3, 4], "q2": [1.5, None, 3.0, 4.0]})


def changes(new: pd.DataFrame, old: pd.DataFrame = TABLE) -> list[str]:
    return compare_fingerprints(fingerprint(old), fingerprint(new))


def test_equal_tables_have_equal_fingerprints_whatever_pandas_holds():
    other = TABLE.astype({"id": object, "q1": float}).astype({"id": "string", "q1": "Int64"})
    assert changes(TABLE.copy()) == changes(other) == []
    assert frame_sha256(TABLE) == frame_sha256(other)


def test_a_known_value_so_that_machines_and_versions_agree():
    # splitmix64 of 1.0 and blake2b are fixed by their definitions; this value must never change
    first = fingerprint(TABLE)
    assert first == fingerprint(pd.DataFrame(TABLE.to_dict("list")))
    assert first["block_size"] == 1
    assert len(first["blocks"]) == 4


def test_one_changed_cell_is_named():
    new = TABLE.copy()
    new.loc[2, "q1"] = 9
    assert changes(new) == ["The cell in row 4, column 'q1' changed."]
    new = TABLE.copy()
    new.loc[1, "q2"] = 0.0
    assert changes(new) == ["The cell in row 3, column 'q2' changed."]


def test_several_changed_cells():
    new = TABLE.copy()
    new.loc[0, "q1"] = 9
    new.loc[3, "id"] = "z"
    assert changes(new) == ["Cells changed in 2 columns: 'id', 'q1'.", "They stand in row 2, row 5."]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (TABLE.drop(columns="q2"), ["Column 'q2' was removed."]),
        (TABLE.assign(q3=1), ["Column 'q3' was added."]),
        (TABLE.rename(columns={"q2": "x"}), ["Column 'q2' is now called 'x'."]),
        (TABLE[["q1", "id", "q2"]], ["The columns stand in another order."]),
        (TABLE.iloc[::-1], ["The rows are the same, in another order."]),
        (TABLE.drop(index=1), ["The table had 4 rows and has 3 now.", "Only before: row 3."]),
        (pd.concat([TABLE, TABLE.tail(1)]), ["The table had 4 rows and has 5 now.", "Only now: row 6."]),
        (TABLE.assign(q1=[1, 2, 3, 9]).drop(columns="q2"), ["Column 'q2' was removed.", "Column 'q1' changed."]),
    ],
)
def test_what_changed_is_said(new, told):
    assert changes(new) == told


def test_large_tables_name_a_block_of_rows():
    old = pd.DataFrame({"q": np.arange(2500)})
    new = old.copy()
    new.loc[1000, "q"] = -1
    assert fingerprint(old)["block_size"] == 3
    assert changes(new, old) == ["Cells changed in 1 column: 'q'.", "They stand in rows 1001 to 1003."]


def test_text_and_number_and_missing_differ():
    tables = [pd.DataFrame({"q": values}) for values in ([5], ["5"], [None], ["nan"], [""], [2**60], [2**60 + 1])]
    assert len({frame_sha256(table) for table in tables}) == len(tables)


def test_minus_zero_is_zero_and_names_count():
    assert frame_sha256(pd.DataFrame({"q": [-0.0]})) == frame_sha256(pd.DataFrame({"q": [0.0]}))
    assert frame_sha256(pd.DataFrame({"q": [1]})) != frame_sha256(pd.DataFrame({"p": [1]}))


def test_other_versions_are_not_compared():
    one = fingerprint(TABLE)
    assert "different versions" in compare_fingerprints(one, {**one, "version": 0})[0]
