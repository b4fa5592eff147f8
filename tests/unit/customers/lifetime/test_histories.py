import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.customers.lifetime.histories import distinct, read_histories

GOOD = pd.DataFrame({"frequency": [0, 2], "recency": [0, 5.0], "tenure": [9.0, 9.0]}, index=["ann", "bo"])
NAMES = {"frequency": "frequency", "recency": "recency", "tenure": "tenure"}


def test_good_histories_are_read_and_rounding_is_forgiven():
    x, last, whole = read_histories(GOOD.assign(recency=[0, 9 * (1 + 1e-12)]), **NAMES)
    assert x.tolist() == [0, 2]
    assert last[1] == whole[1] == 9


def test_all_that_cannot_be_is_told_at_once():
    bad = pd.DataFrame(
        {
            "frequency": [1.5, 1, 0, 2, -1, 1],
            "recency": [1, 8, 3, 0, 0, -2],
            "tenure": [5, 5, 5, 5, 5, -5],
        },
        index=list("abcdef"),
    )
    with pytest.raises(DataError, match="at most the tenure") as error:
        read_histories(bad, **NAMES)
    told = str(error.value)
    assert len(error.value.problems) == 6
    for part in ("in rows a, e", "in rows b, f", "in row c", "in row d", "in row f"):
        assert part in told


def test_missing_columns_and_text_are_told():
    with pytest.raises(DataError, match="Did you mean 'tenure'") as error:
        read_histories(GOOD, frequency="times", recency="recency", tenure="tenur")
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match=r"in row bo\. Expected: finite numbers"):
        read_histories(GOOD.assign(recency=["0", "often"]), **NAMES)
    with pytest.raises(DataError, match="at least one"):
        read_histories(GOOD.iloc[:0], **NAMES)


def test_equal_rows_are_put_together():
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 3, 200).astype(float), rng.integers(0, 4, 200) / 7
    found = distinct(first, second)
    pairs = set(zip(first, second, strict=True))
    assert len(found.weight) == len(pairs)
    assert found.weight.sum() == 200
    np.testing.assert_array_equal(found.columns[0][found.place], first)
    np.testing.assert_array_equal(found.columns[1][found.place], second)
