import numpy as np
import pandas as pd
import pytest

from casework.credit.scorecard import bin_variables
from casework.credit.scorecard.tables import by_information

FRAME = pd.DataFrame(
    {
        "flat": ["a"] * 60 + ["b"] * 60,
        "told": [1.0] * 40 + [2.0] * 40 + [None] * 40,
        "bad": [1] * 4 + [0] * 36 + [1] * 16 + [0] * 24 + [1] * 10 + [0] * 30,
    }
)


def test_tables_agree_with_counts_by_hand() -> None:
    result = bin_variables(FRAME, target="bad")
    told = result.table[result.table["variable"] == "told"].set_index("bin")
    assert told["events"].to_dict() == {"< 1.5": 4, "≥ 1.5": 16, "missing": 10}
    assert told["share"].to_numpy() == pytest.approx([1 / 3] * 3)
    assert told.loc["< 1.5", "woe"] == pytest.approx(np.log((36 / 90) / (4 / 30)))
    assert result.variables.loc["told", "missing_share"] == pytest.approx(1 / 3)
    assert result.variables.loc["told", "iv"] == pytest.approx(told["iv"].sum())


def test_variables_stand_by_information() -> None:
    result = bin_variables(FRAME, target="bad")
    assert list(result.variables.index) == list(result.iv.index) == list(result.trends)
    assert result.variables["iv"].is_monotonic_decreasing
    assert by_information({"b": np.ones(2), "a": np.ones(2), "c": np.full(2, 3.0)}) == {"c": 6.0, "b": 2.0, "a": 2.0}


def test_a_table_is_made_once_and_again_for_a_selection() -> None:
    result = bin_variables(FRAME, target="bad")
    assert result.table is result.table
    chosen = result.select(["told"])
    assert set(chosen.table["variable"]) == {"told"} == set(chosen.variables.index)
    assert set(result.table["variable"]) == {"flat", "told"}


def test_merges_name_bin_and_reason() -> None:
    frame = pd.DataFrame({"x": np.repeat(["a", "b", "c"], 40), "bad": [1, 0] * 40 + [1] * 5 + [0] * 35})
    merges = bin_variables(frame, target="bad").merges
    assert merges.to_numpy().tolist() == [["x", "a, b", 2, "similar event rate"]]
