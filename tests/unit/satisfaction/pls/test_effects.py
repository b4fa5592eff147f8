import numpy as np
import pytest
from tests.unit.satisfaction.pls.reference import pls_on_rows, random_rows

from casework.satisfaction.pls.effects import (
    connected,
    effect_size,
    effect_sizes_fixed,
    effect_sizes_reestimated,
    total_effects,
    without,
)
from casework.satisfaction.pls.estimation import estimate
from casework.satisfaction.pls.structure import Structure

SIZES, PATHS = (2, 2, 3), ((0, 1), (0, 2), (1, 2))
STRUCTURE = Structure(SIZES, ("A",) * 3, PATHS)
ROWS = random_rows(11, SIZES, PATHS)
MATRIX = np.corrcoef(ROWS, rowvar=False)[None]


def test_total_effects_are_the_inverse_of_what_is_left():
    rng = np.random.default_rng(0)
    paths = np.triu(rng.normal(size=(4, 6, 6)), 1)
    np.testing.assert_allclose(total_effects(paths), np.linalg.inv(np.eye(6) - paths) - np.eye(6), atol=1e-12)


def test_f2_of_cohen():
    assert effect_size(np.array(0.5), np.array(0.4)) == pytest.approx(0.2)


def test_fixed_scores_against_regressions_on_rows():
    batch = estimate(MATRIX, STRUCTURE)
    scores = (ROWS - ROWS.mean(axis=0)) / ROWS.std(axis=0) @ (batch.weights[0][:, None] * np.eye(3)[STRUCTURE.block])

    def r2(columns):
        fit = scores[:, columns] @ np.linalg.lstsq(scores[:, columns], scores[:, 2], rcond=None)[0]
        return 1 - (scores[:, 2] - fit).var() / scores[:, 2].var()

    found = effect_sizes_fixed(batch.correlations, STRUCTURE)[0]
    both = r2([0, 1])
    assert found[1] == pytest.approx((both - r2([1])) / (1 - both))
    assert found[2] == pytest.approx((both - r2([0])) / (1 - both))
    assert found[0] == pytest.approx(batch.r2[0, 1] / (1 - batch.r2[0, 1]))


def test_reestimated_against_the_slow_algorithm():
    *_, whole = pls_on_rows(ROWS, SIZES, "AAA", PATHS, "path")
    *_, less = pls_on_rows(ROWS, SIZES, "AAA", ((0, 1), (1, 2)), "path")
    found = effect_sizes_reestimated(MATRIX, STRUCTURE)[0]
    assert found[1] == pytest.approx((whole[2] - less[2]) / (1 - whole[2]), abs=1e-8)


def test_a_path_that_held_a_construct_alone():
    chain = Structure((2, 2), ("A", "A"), ((0, 1),))
    batch = estimate(MATRIX[:, :4, :4], chain)
    fixed = effect_sizes_fixed(batch.correlations, chain)
    np.testing.assert_allclose(fixed, effect_sizes_reestimated(MATRIX[:, :4, :4], chain))


def test_connected_part():
    part, constructs, indicators = connected(without(without(STRUCTURE, (0, 1)), (0, 2)))
    assert part.sizes == (2, 3)
    assert constructs.tolist() == [1, 2]
    assert indicators.tolist() == [2, 3, 4, 5, 6]


def test_unusable_matrices_have_no_f2():
    gone = np.full_like(MATRIX, np.nan)
    assert np.isnan(effect_sizes_reestimated(gone, STRUCTURE)).all()
    assert np.isnan(effect_sizes_fixed(np.full((1, 3, 3), np.nan), STRUCTURE)).all()
