"""Inputs are numbers within limits and known keys, or they are refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep.inputs import (
    LARGEST,
    check_keys,
    check_numbers,
    check_whole,
    is_number,
    key_problems,
    shown,
    too_many,
)


@pytest.mark.parametrize("value", [0, -1, 0.5, LARGEST, -LARGEST, 10**20])
def test_numbers_are_numbers(value: Any) -> None:
    assert is_number(value)


@pytest.mark.parametrize("value", [True, "1", None, [1], math.nan, math.inf, -math.inf, 1e301, 10**400])
def test_other_things_are_none(value: Any) -> None:
    assert not is_number(value)


def test_all_that_are_no_numbers_are_told_at_once() -> None:
    check_numbers("x", [1, 2.5])
    with pytest.raises(ParameterError, match="x: 'a'") as caught:
        check_numbers("x", ["a", 1, None])
    assert [problem.found for problem in caught.value.problems] == ["'a'", "None"]


@pytest.mark.parametrize("value", [0, 11, 2.0, True, None, "2"])
def test_other_than_whole_numbers_within_limits_are_refused(value: Any) -> None:
    check_whole("x", 1, 1, 10)
    check_whole("x", 10, 1, 10)
    with pytest.raises(ParameterError, match="a whole number from 1 to 10"):
        check_whole("x", value, 1, 10)


def test_unknown_keys_are_told_with_the_nearest() -> None:
    check_keys("x", {"low": 1}, ("low", "high"))
    assert [str(problem) for problem in key_problems("x", {"lwo": 1, 2: 3, "high": 4}, ("low", "high"))] == [
        "x: 'lwo' is not known. Expected: one of low, high. Did you mean 'low'?",
        "x: 2 is not known. Expected: one of low, high.",
    ]
    with pytest.raises(ParameterError, match="'lwo' is not known"):
        check_keys("x", {"lwo": 1}, ("low", "high"))


def test_values_and_numbers_are_shown_short() -> None:
    assert len(shown("a" * 10_000)) < 100
    assert too_many("", 10**15 - 1).found == "999,999,999,999,999 cases"
    assert too_many("", 10**15).found == "1.0e+15 cases"
