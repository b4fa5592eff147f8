import numpy as np
import pytest
from tests.unit.satisfaction.pls.reference import random_rows

from casework.core.errors import ParameterError
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.pls.validity import (
    alpha,
    block_inflation,
    extracted,
    htmt,
    inflation,
    reliability_a,
    reliability_c,
)

BLOCKS = Structure(sizes=(3, 2, 1), modes=("A", "A", "A"), paths=((0, 1), (1, 2)))


def correlations(seed=1):
    return np.corrcoef(random_rows(seed, BLOCKS.sizes, BLOCKS.paths), rowvar=False)


def mean(values, kind):
    return np.exp(np.mean(np.log(values))) if kind == "htmt2" else np.mean(values)


@pytest.mark.parametrize("kind", ["htmt", "htmt2"])
def test_ratio_by_loops(kind):
    matrix = np.abs(correlations())
    places = [range(3), range(3, 5), range(5, 6)]
    within = [mean([matrix[i, j] for i in part for j in part if i < j] or [1.0], kind) for part in places]
    found = htmt(correlations(), BLOCKS, kind=kind)[0]
    for a in range(3):
        for b in range(a):
            between = mean([matrix[i, j] for i in places[a] for j in places[b]], kind)
            assert found[a, b] == pytest.approx(between / np.sqrt(within[a] * within[b]), abs=1e-12)
            assert found[b, a] == pytest.approx(found[a, b], abs=1e-14)
    assert np.diag(found).tolist() == [1, 1, 1]


def test_signed_ratio_and_negative_correlations():
    matrix = correlations()
    turned = matrix * np.outer([1, 1, -1, 1, 1, 1], [1, 1, -1, 1, 1, 1])
    np.testing.assert_allclose(htmt(turned, BLOCKS), htmt(matrix, BLOCKS))
    assert not np.allclose(htmt(turned, BLOCKS, signed=True)[0, 0, 1], htmt(matrix, BLOCKS)[0, 0, 1])
    assert np.isnan(htmt(turned, BLOCKS, kind="htmt2", signed=True)[0, 0, 1])
    assert np.isfinite(htmt(turned, BLOCKS, kind="htmt2", signed=True)[0, 1, 2])


def test_a_stack_is_each_of_its_matrices_and_a_lost_one_harms_only_itself():
    stack = np.stack([correlations(1), np.full((6, 6), np.nan), correlations(2)])
    found = htmt(stack, BLOCKS)
    np.testing.assert_array_equal(found[0], htmt(stack[0], BLOCKS)[0])
    np.testing.assert_array_equal(found[2], htmt(stack[2], BLOCKS)[0])
    assert np.isnan(found[1]).all()


def test_unknown_kind():
    with pytest.raises(ParameterError, match="one of htmt, htmt2"):
        htmt(correlations(), BLOCKS, kind="htmt3")


def test_alpha_of_rows():
    rows = random_rows(4, BLOCKS.sizes, BLOCKS.paths)
    found = alpha(np.cov(rows, rowvar=False), BLOCKS)[0]
    items = rows[:, :3]
    by_hand = 3 / 2 * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))
    assert found[0] == pytest.approx(by_hand, abs=1e-12)
    assert found[2] == 1


def test_reliability_and_extracted_variance_by_hand():
    loadings = np.array([[0.9, 0.8, 0.7, 0.6, 0.5, 1.0]])
    assert reliability_c(loadings, BLOCKS)[0, 0] == pytest.approx(5.76 / (5.76 + 1.06))
    assert extracted(loadings, BLOCKS)[0].tolist() == pytest.approx([1.94 / 3, 0.61 / 2, 1])


def test_rho_a_is_one_where_weights_reproduce_the_correlations():
    # by hand: two items, r = 0.6, equal weights: rho_A = (w'w)^2 w'(R - I)w / w'(ww' - diag)w = 0.75
    two = Structure(sizes=(2, 1), modes=("A", "A"), paths=((0, 1),))
    matrix = np.array([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]])
    weight = 1 / np.sqrt(3.2)
    assert reliability_a(matrix, np.array([[weight, weight, 1.0]]), two)[0].tolist() == pytest.approx([0.75, 1])


def test_nothing_of_it_for_formative_blocks():
    formative = Structure(sizes=(3, 2, 1), modes=("B", "A", "B"), paths=((0, 1), (1, 2)))
    for found in (alpha(correlations(), formative), extracted(np.full((1, 6), 0.7), formative)):
        assert np.isnan(found[0, 0])
        assert np.isfinite(found[0, 1])
        assert found[0, 2] == 1


def test_inflation_by_regression():
    rows = random_rows(5, (4,), (), n=50)
    found = inflation(np.corrcoef(rows, rowvar=False))
    centred = rows - rows.mean(axis=0)
    for i in range(4):
        others = np.delete(centred, i, 1)
        rest = centred[:, i] - others @ np.linalg.lstsq(others, centred[:, i], rcond=None)[0]
        assert found[i] == pytest.approx((centred[:, i] ** 2).sum() / (rest**2).sum(), rel=1e-9)


def test_inflation_of_repeated_and_lost_variables():
    repeated = np.array([[1, 1, 0.2], [1, 1, 0.2], [0.2, 0.2, 1]])
    assert inflation(repeated)[:2].tolist() == [np.inf, np.inf]
    assert np.isfinite(inflation(repeated)[2])
    assert np.isnan(inflation(np.full((2, 2), np.nan))).all()
    assert block_inflation(correlations(), BLOCKS)[5] == 1
