from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.stats.weights import (
    critic_weights,
    deviation_weights,
    direct_weights,
    entropy_weights,
    equal_weights,
    numbers,
)

SCORES = pd.DataFrame({"a": [7.2, 6.5, 8.8, 5.9], "b": [6.8, 7.9, 7.1, 6.4], "c": [8.1, 8.0, 7.9, 8.2]})


@pytest.mark.published
def test_entropy_weights_pymcdm():
    assert entropy_weights(SCORES).weights.to_numpy() == pytest.approx([0.78567354, 0.20767253, 0.00665393], abs=5e-9)


def test_equal_weights_need_a_name():
    with pytest.raises(ParameterError, match="no indicator"):
        equal_weights([])


def test_direct_weights_report_their_sum():
    result = direct_weights({"a": 2, "b": 1, "c": 1})
    assert result.weights.tolist() == [0.5, 0.25, 0.25]
    assert result.given_sum == 4
    assert "added up to 4" in result.notes[0]


def test_direct_weights_that_add_up_have_no_note():
    assert direct_weights({"a": 0.1, "b": 0.2, "c": 0.7}).notes == ()


def test_strict_refuses_another_sum():
    with pytest.raises(ParameterError, match=r"add up to 4.*sum of 1"):
        direct_weights({"a": 2, "b": 1, "c": 1}, strict=True)


def test_negative_weight_names_the_indicator():
    with pytest.raises(ParameterError, match=r"weight of 'c': -0.2"):
        direct_weights({"a": 0.7, "b": 0.5, "c": -0.2})


def test_negative_weight_passes_where_it_is_allowed():
    result = direct_weights({"a": 0.7, "b": 0.5, "c": -0.2}, allow_negative=True)
    assert result.weights.to_numpy() @ [80, 70, 60] == pytest.approx(79)


def test_all_bad_weights_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        direct_weights({"a": "much", "b": float("nan"), "c": 1})  # type: ignore[dict-item]
    assert [problem.where for problem in caught.value.problems] == ["weight of 'a'", "weight of 'b'"]


def test_weights_of_zero_are_refused():
    with pytest.raises(ParameterError, match="add up to 0"):
        direct_weights({"a": 0, "b": 0})


@pytest.mark.parametrize("method", [entropy_weights, critic_weights, deviation_weights])
def test_constant_indicator_has_weight_zero_and_a_warning(method):
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [5, 5, 5]})
    with pytest.warns(CaseworkWarning, match="constant indicator has weight 0: b"):
        result = method(frame)
    assert result.weights.tolist() == [1.0, 0.0]
    assert "constant indicator has weight 0: b" in result.notes


@pytest.mark.parametrize("method", [entropy_weights, critic_weights, deviation_weights])
def test_all_constant_is_refused(method):
    with pytest.raises(DataError, match="every indicator is constant"):
        method(pd.DataFrame({"a": [5, 5, 5], "b": [2, 2, 2]}))


def test_entropy_refuses_negative_values():
    with pytest.raises(DataError, match=r"column 'a'.*negative"):
        entropy_weights(pd.DataFrame({"a": [-1, 2], "b": [1, 3]}))


def test_text_is_refused_with_its_column():
    with pytest.raises(DataError, match=r"column 'a'.*no numbers"):
        deviation_weights(pd.DataFrame({"a": ["x", "2"], "b": [1, 3]}))


def test_rows_with_missing_values_are_counted():
    frame = pd.concat([SCORES, pd.DataFrame({"a": [np.nan], "b": [1.0], "c": [2.0]})], ignore_index=True)
    result = entropy_weights(frame)
    assert result.left_out == 1
    assert result.weights.to_numpy() == pytest.approx(entropy_weights(SCORES).weights.to_numpy())


def test_one_complete_row_is_too_few():
    with pytest.raises(DataError, match="1 complete rows"):
        critic_weights(SCORES.head(1))


def test_identical_indicators_share_the_critic_weight():
    result = critic_weights(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, 6]}))
    assert result.weights.tolist() == [0.5, 0.5]
    assert "repeat each other" in result.notes[0]


def test_result_views():
    result = direct_weights({"a": 3, "b": 1})
    assert result.to_frame().to_dict("list") == {"indicator": ["a", "b"], "weight": [0.75, 0.25]}
    assert result.summary() == "a weighs most: 75% of the total."


@pytest.mark.parametrize("extra", [[1.0, 2.0], [True, False], ["1", "x"], pd.array([1, None], dtype="Int64")])
def test_numbers_are_those_of_pandas(extra):
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": extra})
    found = numbers(frame)
    assert np.array_equal(found, frame.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float), equal_nan=True)
    assert found.flags.f_contiguous
