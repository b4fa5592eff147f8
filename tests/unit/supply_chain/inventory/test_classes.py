import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.inventory import abc_classes, abc_xyz_classes, demand_statistics


def test_the_item_that_crosses_the_line_stays_above():
    result = abc_classes(pd.Series([7, 50, 3, 25, 15], index=list("dAeBC")))
    assert result.table["abc"].to_dict() == {"d": "B", "A": "A", "e": "C", "B": "A", "C": "A"}
    assert abc_classes([80, 15, 5]).table["abc"].tolist() == ["A", "B", "C"]


def test_matrix_has_every_class():
    result = abc_xyz_classes([50, 25, 15, 7, 3], [0.2, 0.7, 1.4, 0.5, 2])
    matrix = result.matrix
    assert len(matrix) == 9
    assert matrix["items"].sum() == 5
    assert matrix["share_of_value"].sum() == pytest.approx(1)
    assert "Class A has 3 SKUs" in result.summary()
    assert "xyz" not in abc_classes([1, 2]).matrix


def test_statistics_count_empty_periods():
    rng = np.random.default_rng(1)
    wide = rng.poisson(1.2, (20, 12))
    long = pd.DataFrame(
        [(i, t, wide[i, t]) for i in range(20) for t in range(12) if wide[i, t]], columns=["sku", "period", "demand"]
    )
    found = demand_statistics(long.sample(frac=1, random_state=1))
    assert found["demand_mean"].to_numpy() == pytest.approx(wide.mean(axis=1))
    assert found["demand_sd"].to_numpy() == pytest.approx(wide.std(axis=1, ddof=1))
    assert found["share_of_zero"].to_numpy() == pytest.approx((wide == 0).mean(axis=1))


def test_bad_input():
    with pytest.raises(DataError, match="value, row 1: -2"):
        abc_classes([1, -2])
    with pytest.raises(DataError, match="all values are 0"):
        abc_classes([0, 0])
    with pytest.raises(ParameterError, match=r"cuts: \[0.9, 0.8\].*ascend"):
        abc_classes([1, 2], cuts=[0.9, 0.8])
    with pytest.raises(ParameterError, match="variation_cuts"):
        abc_xyz_classes([1, 2], [1, 2], variation_cuts=[1, 2, 3])
    frame = pd.DataFrame({"sku": ["a", None], "period": [1, 2], "demand": [1.0, -1]})
    with pytest.raises(DataError, match="sku, row 1: an empty cell") as caught:
        demand_statistics(frame)
    assert "demand, row 1" in str(caught.value)
    with pytest.raises(DataError, match="no column 'day'"):
        demand_statistics(frame, period="day")
    with pytest.raises(DataError, match="fewer than two periods"):
        demand_statistics(frame.head(1))
