from __future__ import annotations

import numpy as np
import pytest

from casework.core.errors import CaseworkWarning, ParameterError
from casework.stats.ahp import ahp_weights


def test_consistent_judgements_return_the_weights_behind_them():
    weights = np.array([0.5, 0.3, 0.2])
    result = ahp_weights(weights[:, None] / weights[None, :], ["a", "b", "c"])
    assert result.weights.to_numpy() == pytest.approx(weights)
    assert result.consistency_ratio == pytest.approx(0, abs=1e-12)
    assert "consistent" in result.summary()


def test_half_of_the_judgements_is_enough():
    half = ahp_weights({"a": {"b": 2, "c": 4}, "b": {"c": 2}}, ["a", "b", "c"])
    assert half.weights.to_numpy() == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_contradicting_judgements_warn():
    with pytest.warns(CaseworkWarning, match="contradict each other"):
        result = ahp_weights({"a": {"b": 9, "c": 1 / 9}, "b": {"c": 9}})
    assert result.consistency_ratio > 0.1
    assert "contradict" in result.summary()


def test_missing_judgement_names_the_pair():
    with pytest.raises(ParameterError, match=r"'a' against 'c': no judgement"):
        ahp_weights({"a": {"b": 2}, "b": {"c": 3}}, ["a", "b", "c"])


def test_unknown_criterion_in_judgements():
    with pytest.raises(ParameterError, match="'d' is not known"):
        ahp_weights({"a": {"d": 2}}, ["a", "b"])


def test_judgement_that_is_no_reciprocal():
    with pytest.raises(ParameterError, match="reverse pair"):
        ahp_weights([[1, 3], [3, 1]], ["a", "b"])


def test_judgement_of_zero_is_refused():
    with pytest.raises(ParameterError, match="above 0"):
        ahp_weights([[1, 0], [1, 1]])


def test_ragged_judgements_are_refused():
    with pytest.raises(ParameterError, match="2 rows of 2 judgements"):
        ahp_weights([[1, 2], [0.5]])
