import numpy as np
import pytest

from casework.credit.scorecard import prebins
from casework.credit.scorecard.prebins import counted_ladder, cut_points, gini_splits, join_thin, numeric_ladder


def test_ladder_cumulates_distinct_values_of_any_sign() -> None:
    values = np.array([2.5, -1.0, 0.0, -0.0, -7.25, 2.5, 1e300])
    events = np.array([True, False, True, False, True, False, False])
    ladder = numeric_ladder(values, events)
    np.testing.assert_allclose(ladder.values, [-7.25, -1.0, 0.0, 2.5, 1e300], rtol=1e-15)
    assert ladder.rows.tolist() == [0, 1, 2, 4, 6, 7]
    assert ladder.events.tolist() == [0, 1, 1, 2, 3, 3]


def test_an_empty_ladder_has_no_splits() -> None:
    ladder = numeric_ladder(np.zeros(0), np.zeros(0, dtype=bool))
    assert gini_splits(ladder, max_leaves=20, min_leaf=1).size == 0


@pytest.mark.parametrize("seed", range(8))
def test_splits_are_those_of_a_best_first_tree_of_scikit_learn(seed: int) -> None:
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=3000), 2 if seed % 2 else 6)
    y = rng.random(3000) < 1 / (1 + np.exp(2 - np.sin(2 * x)))
    tree = DecisionTreeClassifier(max_leaf_nodes=12, min_samples_leaf=0.05, random_state=0).fit(x[:, None], y)
    theirs = np.sort(tree.tree_.threshold[tree.tree_.feature == 0])
    ladder = numeric_ladder(x, y)
    ours = cut_points(ladder, gini_splits(ladder, max_leaves=12, min_leaf=150))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_looking_into_blocks_finds_what_looking_everywhere_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=20_000)
    ladder = numeric_ladder(x, rng.random(20_000) < 0.1 + 0.05 * (x > 0.3))
    everywhere = gini_splits(ladder, max_leaves=20, min_leaf=1000)
    monkeypatch.setattr(prebins, "BLOCK", 16)
    assert gini_splits(ladder, max_leaves=20, min_leaf=1000).tolist() == everywhere.tolist()


def test_pure_leaves_are_not_split() -> None:
    ladder = counted_ladder(np.array([10, 10, 10]), np.array([0, 0, 10]))
    assert gini_splits(ladder, max_leaves=9, min_leaf=1).tolist() == [2]


def test_cut_between_neighbouring_numbers_keeps_them_apart() -> None:
    low, high = 1.0, np.nextafter(np.nextafter(1.0, 2), 2)
    ladder = numeric_ladder(np.array([low, high]), np.array([False, True]))
    cut = cut_points(ladder, np.array([1]))[0]
    assert low < cut <= high


def test_thin_classes_join_the_next_one_and_the_last_the_one_before() -> None:
    rows = np.array([10, 10, 10, 10])
    assert join_thin(rows, np.array([1, 2, 3, 10]), least=1).tolist() == [0, 1, 2]
    assert join_thin(rows, np.array([0, 0, 3, 4]), least=1).tolist() == [0, 3]
    assert join_thin(rows, np.zeros(4, dtype=int), least=1).tolist() == [0]
    assert join_thin(rows, np.array([1, 2, 3, 4]), least=1).tolist() == [0, 1, 2, 3]
