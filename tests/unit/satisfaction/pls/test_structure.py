import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.satisfaction.pls.structure import Structure

MODEL = Structure(sizes=(2, 1, 3), modes=("A", "B", "B"), paths=((0, 2), (1, 2)))


def test_arrays_of_a_model():
    assert (MODEL.k, MODEL.p) == (3, 6)
    assert MODEL.starts.tolist() == [0, 2, 3]
    assert MODEL.block.tolist() == [0, 0, 1, 2, 2, 2]
    assert MODEL.targets.tolist() == [2]
    assert MODEL.adjacency.tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 0]]
    np.testing.assert_array_equal(MODEL.neighbours, MODEL.neighbours.T)


def test_only_blocks_of_several_indicators_are_regressed_or_corrected():
    assert MODEL.regression_blocks == (slice(3, 6),)
    assert MODEL.factors.tolist() == [True, False, False]


def test_a_single_predictor_needs_no_regression():
    assert len(Structure(sizes=(1, 1), modes=("A", "A"), paths=((0, 1),)).multiple_regressions) == 0
    assert len(MODEL.multiple_regressions) == len(MODEL.regressions) == 1


def test_unknown_scheme():
    with pytest.raises(ParameterError, match="Did you mean 'centroid'"):
        Structure(sizes=(1,), modes=("A",), paths=(), scheme="centroids")
