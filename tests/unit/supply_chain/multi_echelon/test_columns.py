"""Tables of stages: all that is wrong is told at once, by the name of the stage."""

from __future__ import annotations

import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.multi_echelon.columns import stage_columns


def test_numbers_and_empty_cells() -> None:
    columns = stage_columns(pd.DataFrame({"stage": ["a", "b"], "x": ["2", None]}), stage="stage")
    values = columns.numbers("x", "x", low=0, whole=True, optional=True)
    columns.stop()
    assert values[0] == 2
    assert pd.isna(values[1])


def test_all_problems_at_once() -> None:
    frame = pd.DataFrame({"stage": ["a", "a", None], "lead_time": [1.5, "x", -1]})
    columns = stage_columns(frame, stage="stage")
    columns.numbers("lead_time", "lead_time", low=0, whole=True)
    columns.numbers("cost", "cots")
    with pytest.raises(DataError, match="'a' stands there twice") as caught:
        columns.stop()
    text = str(caught.value)
    assert "stage, row 3: empty" in text
    assert all(part in text for part in ("1.5", "'x'", "cost: there is no column 'cots'"))


def test_long_lists_are_cut() -> None:
    columns = stage_columns(pd.DataFrame({"stage": list("abcdefgh"), "x": [-1] * 8}), stage="stage")
    columns.numbers("x", "x", low=0)
    with pytest.raises(DataError, match="x: 3 more stages"):
        columns.stop()


@pytest.mark.parametrize(("frame", "message"), [(pd.DataFrame({"stage": []}), "without rows"), ([1], "list")])
def test_not_a_table(frame: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        stage_columns(frame, stage="stage")  # type: ignore[arg-type]


def test_two_columns_of_one_name() -> None:
    frame = pd.DataFrame([["a", 1, 2]], columns=["stage", "x", "x"])
    columns = stage_columns(frame, stage="stage")
    columns.numbers("x", "x")
    with pytest.raises(DataError, match="several columns 'x'"):
        columns.stop()
