import numpy as np
import pytest

from casework.credit.scorecard.prebins import Ladder, counted_ladder, gini_splits, numeric_ladder
from casework.credit.scorecard.trees import SHORT, gini_splits_of

RNG = np.random.default_rng(5)


def ladder(n: int, kinds: int) -> Ladder:
    values = RNG.integers(0, kinds, n).astype(float)
    return numeric_ladder(values, RNG.random(n) < 0.2 + 0.5 * values / kinds)


@pytest.mark.parametrize("leaves", [2, 5, 20])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.3])
def test_together_they_split_as_one_by_one(leaves: int, share: float) -> None:
    ladders = [ladder(n, kinds) for n in (2, 30, 400, 3000) for kinds in (1, 2, 7, 60, 2500)]
    least = [max(1, round(share * int(one.rows[-1]))) for one in ladders]
    found = gini_splits_of(ladders, max_leaves=leaves, min_leaf=least)
    for one, rows, splits in zip(ladders, least, found, strict=True):
        assert splits.tolist() == gini_splits(one, max_leaves=leaves, min_leaf=rows).tolist()


def test_long_ladders_are_searched_in_blocks() -> None:
    long = numeric_ladder(RNG.normal(size=2 * SHORT), RNG.random(2 * SHORT) < 0.4)
    found = gini_splits_of([long, ladder(100, 9)], max_leaves=6, min_leaf=[200, 5])
    assert found[0].tolist() == gini_splits(long, max_leaves=6, min_leaf=200).tolist()


def test_the_first_of_equal_splits_is_taken() -> None:
    mirror = counted_ladder(np.full(4, 10), np.array([0, 5, 5, 0]))
    assert gini_splits_of([mirror], max_leaves=2, min_leaf=[10])[0].tolist() == [1]


def test_nothing_to_split() -> None:
    empty = numeric_ladder(np.zeros(0), np.zeros(0, dtype=bool))
    pure = counted_ladder(np.array([5, 5]), np.array([0, 0]))
    assert [len(found) for found in gini_splits_of([empty, pure], max_leaves=9, min_leaf=[1, 1])] == [0, 0]
    assert gini_splits_of([], max_leaves=9, min_leaf=[]) == []
