import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.pareto import gini, pareto


def test_who_crosses_a_line_stays_in_the_higher_class():
    found = pareto(pd.Series([7, 50, 3, 25, 15], index=list("dcxba")))
    assert found.table.index.tolist() == ["c", "b", "a", "d", "x"]
    assert found.table["class"].tolist() == ["A", "A", "A", "B", "C"]
    assert found.table["share"].tolist() == pytest.approx([0.5, 0.25, 0.15, 0.07, 0.03])
    assert found.top(0.2) == pytest.approx(0.5)
    assert found.top(0.3) == pytest.approx(0.625)
    assert "bring 50% of the value" in found.summary()
    assert list(found.to_frame()) == ["value", "share", "cumulative_share", "class"]


def test_gini_is_the_mean_difference():
    values = np.random.default_rng(1).gamma(1, 1, 60)
    brute = np.abs(values[:, None] - values).mean() / (2 * values.mean())
    assert gini(values) == pytest.approx(brute)


def test_values_and_cuts_that_cannot_be():
    with pytest.raises(DataError, match="2 values are missing, negative"):
        pareto(pd.Series([1, -1, None]))
    with pytest.raises(DataError, match="all values are 0"):
        pareto(pd.Series([0, 0]))
    for cuts in ([], [0.9, 0.8], [0, 0.5], [0.1, 0.2, 0.3, 0.4, 0.5]):
        with pytest.raises(ParameterError, match="between 0 and 1, ascending"):
            pareto(pd.Series([1]), cuts=cuts)
    with pytest.raises(ParameterError, match="share"):
        pareto(pd.Series([1])).top(2)
