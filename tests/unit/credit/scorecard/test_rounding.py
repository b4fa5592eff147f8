from itertools import combinations

import numpy as np
import pytest

from casework.core.errors import DataError
from casework.credit.scorecard.rounding import compare_order


def test_pairs_are_counted_as_by_hand() -> None:
    rng = np.random.default_rng(0)
    exact = np.round(rng.normal(size=60), 1)
    rounded = np.round(exact + rng.normal(scale=0.3, size=60))
    pairs = [(i, j) for i, j in combinations(range(60), 2) if exact[i] != exact[j]]
    signs = [np.sign(exact[i] - exact[j]) * np.sign(rounded[i] - rounded[j]) for i, j in pairs]
    result = compare_order(exact, rounded)
    assert result.pairs == len(pairs)
    assert result.swapped == pytest.approx(signs.count(-1) / len(pairs))
    assert result.tied == pytest.approx(signs.count(0) / len(pairs))
    assert "swaps" in result.summary()


def test_scores_that_are_all_equal() -> None:
    assert compare_order(np.ones(3), np.ones(3)).pairs == 0
    assert compare_order(np.array([1.0, 1.2]), np.ones(2)).tied == 1
    assert "no pair" in compare_order(np.array([1.0, 2.0]), np.array([1.0, 2.0])).summary()
    assert compare_order(np.array([1.0, 2.0]), np.array([4.0, 5.0])).to_frame()["largest_change"].iloc[0] == 0


def test_one_case_has_no_order() -> None:
    with pytest.raises(DataError, match="fewer than two rows"):
        compare_order(np.ones(1), np.ones(1))
