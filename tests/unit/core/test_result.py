from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from casework.core.result import Result


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares(Result):
    table: pd.DataFrame
    draws: npt.NDArray[np.float64]

    def to_frame(self) -> pd.DataFrame:
        return self.table.copy()

    def summary(self) -> str:
        return "two shares"


def shares() -> tuple[pd.DataFrame, np.ndarray, Shares]:
    table, draws = pd.DataFrame({"name": ["<b>", "b"], "share": [0.25, 0.75]}), np.array([1.0, 2.0])
    return table, draws, Shares(table=table, draws=draws)


def test_nothing_can_be_changed_from_outside():
    table, draws, result = shares()
    table.loc[0, "share"] = 9
    draws[0] = 9
    handed_out = result.to_frame()
    handed_out.loc[0, "share"] = 9
    assert result.table.loc[0, "share"] == 0.25
    assert result.draws[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        result.draws[0] = 9
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        result.table = table


def test_the_views():
    result = shares()[2]
    assert str(result) == "two shares"
    assert "&lt;b&gt;" in result._repr_html_()
    assert "<b>" not in result._repr_html_()


def test_equal_where_type_and_table_are():
    one, other = shares()[2], shares()[2]
    assert one == other
    assert one != "two shares"
    assert one != Shares(table=one.table.assign(share=0.5), draws=one.draws)


@pytest.mark.parametrize("view", [Result.to_frame, Result.summary])
def test_the_base_has_no_views_of_its_own(view):
    with pytest.raises(NotImplementedError, match=r"^$"):
        view(Result.__new__(Result))
