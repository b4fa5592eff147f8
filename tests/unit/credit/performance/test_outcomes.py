import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.credit.performance.outcomes import check_outcomes


def test_series_with_gaps_types_and_any_index_are_read():
    bad, (risk,) = check_outcomes(pd.Series([1, 0], dtype="Int64", index=[7, 9]), pd.Series([0.5, 0.25], index=[3, 3]))
    assert bad.tolist() == [True, False]
    assert risk.tolist() == [0.5, 0.25]


@pytest.mark.parametrize(
    ("outcome", "risk", "match"),
    [
        (["bad", "good"], [0, 1], "outcome: values that are not numbers"),
        ([0, None, 1], [0, 1, 2], "1 outcome is missing"),
        ([0, 2, 3], [0, 1, 2], "2 outcomes are neither"),
        ([0, 0], [0, 1], "one class only: 2 rows, all 0"),
        ([0, 1], [0, 1, 2], "as many as outcomes, 2"),
        ([0, 1], [0, np.inf], "1 value is missing or infinite"),
        ([], [], "no values"),
        ([[0, 1]], [0], "in a row"),
    ],
)
def test_refused(outcome, risk, match):
    with pytest.raises(DataError, match=match):
        check_outcomes(outcome, risk)


def test_all_problems_at_once():
    with pytest.raises(DataError, match="missing") as caught:
        check_outcomes([0, np.nan], [0.5, 2.0], probability=True)
    assert len(caught.value.problems) == 2


def test_one_class_where_that_is_enough():
    assert check_outcomes([0, 0], both=False)[0].tolist() == [False, False]
