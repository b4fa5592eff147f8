import numpy as np
import pytest

from casework.core.errors import DataError
from casework.satisfaction.pls.scores import answer_weights, combine, refuse_negative, to_points
from casework.satisfaction.pls.structure import Structure

BLOCKS = Structure((2, 1), ("A", "A"), ((0, 1),))


def test_answer_weights_of_a_stack_add_up_to_one():
    weights = answer_weights(np.array([[0.6, 0.4, 1], [0.2, 0.9, 1]]), np.array([2.0, 1, 3]), BLOCKS)
    np.testing.assert_allclose(np.add.reduceat(weights, [0, 2], axis=1), 1)
    np.testing.assert_allclose(weights[0], [0.3 / 0.7, 0.4 / 0.7, 1])


def test_combine_is_the_weighted_sum_of_each_block():
    assert combine(np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([0.5, 0.5, 2]), BLOCKS).tolist() == [
        [1.5, 6],
        [4.5, 12],
    ]


def test_negative_weights_are_all_named():
    with pytest.raises(DataError) as caught:
        refuse_negative(np.array([0.5, -0.25, -0.1]), ["a", "b", "c"])
    assert [item.where for item in caught.value.problems] == ["indicator 'b'", "indicator 'c'"]
    assert "weight -0.250" in str(caught.value)
    refuse_negative(np.array([0.0, 1.0]), ["a", "b"])


def test_points():
    assert to_points(np.array([7.52087]), 1, 10) == pytest.approx(72.45411, abs=1e-5)
