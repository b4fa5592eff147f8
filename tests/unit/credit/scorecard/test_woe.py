import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.scorecard.woe import lone_smoothing, strength_of, woe_table


def test_bins_of_one_class_are_smoothed_and_never_infinite() -> None:
    table = woe_table(pd.DataFrame({"goods": [50, 30], "bads": [0, 20]}))
    assert table["woe"].tolist() == pytest.approx([np.log((50.5 / 80) / (0.5 / 20)), np.log((30 / 80) / (20 / 20))])
    assert (table["iv"] > 0).all()


def test_smoothing_is_added_to_each_bin() -> None:
    table = woe_table(pd.DataFrame({"goods": [10, 90], "bads": [5, 5]}), smoothing=1)
    assert table["woe"].tolist() == pytest.approx([np.log((11 / 100) / (6 / 10)), np.log((91 / 100) / (6 / 10))])
    assert lone_smoothing(np.array([0, 4]), np.array([3, 4]), 0.0).tolist() == [0.5, 0.0]


def test_empty_bins_weigh_nothing() -> None:
    table = woe_table(pd.DataFrame({"goods": [5, 0], "bads": [5, 0]}))
    assert table["woe"].tolist() == [0.0, 0.0]
    assert table["iv"].sum() == 0


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"goods": [1, 2]}, "there is no column 'bads'"),
        ({"goods": [1, -2], "bads": [1, 1]}, "missing, negative or infinite"),
        ({"goods": [1, 2], "bads": [0, 0]}, "all counts are 0"),
    ],
)
def test_counts_are_checked(counts: dict[str, list[int]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        woe_table(pd.DataFrame(counts))


def test_smoothing_is_checked() -> None:
    with pytest.raises(ParameterError, match="smoothing"):
        woe_table(pd.DataFrame({"goods": [1], "bads": [1]}), smoothing=-1)


def test_words_of_strength() -> None:
    assert [strength_of(x) for x in (0.01, 0.02, 0.2, 0.3, 0.7)] == [
        "useless",
        "weak",
        "medium",
        "strong",
        "suspicious",
    ]
