"""Steps are what a person would write, and lead somewhere."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.errors import ParameterError
from casework.runner.sweep.steps import spaced, steps


@given(st.integers(-1000, 1000), st.integers(1, 50), st.integers(0, 60))
def test_steps_of_whole_numbers_are_those_of_a_range(start: int, step: int, count: int) -> None:
    stop = start + step * count
    assert steps("x", start, stop, step) == list(range(start, stop + 1, step))
    assert steps("x", stop, start, -step) == list(range(stop, start - 1, -step))


@given(st.integers(-100, 100), st.integers(1, 30), st.integers(0, 40), st.integers(1, 6))
def test_steps_of_decimals_are_what_a_person_would_write(start: int, step: int, count: int, places: int) -> None:
    unit = 10**places
    found = steps("x", start / unit, (start + step * count) / unit, step / unit)
    assert found == [(start + step * i) / unit for i in range(count + 1)]


def test_steps_end_before_an_end_that_they_do_not_meet() -> None:
    assert steps("x", 10, 55, 20) == [10, 30, 50]
    assert steps("x", 1, 2, 0.75) == [1.0, 1.75]


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ((1, 5, 0), "a step that leads"),
        ((5, 1, 1), "a step that leads"),
        ((1, 5, -1), "a step that leads"),
        ((1, math.inf, 1), "a number"),
        ((1, "5", 1), "a number"),
        ((0, 100_000, 1), "100,001 cases"),
        ((0, 1e300, 1e-300), r"1\.0e\+600 cases"),
    ],
)
def test_steps_that_lead_nowhere_or_too_far_are_refused(ends: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        steps("x", *ends)


def test_ranges_in_files_have_a_step_or_a_count() -> None:
    assert spaced("x", {"from": 0, "to": 1, "step": 0.5}) == [0.0, 0.5, 1.0]
    assert spaced("x", {"from": 0, "to": 1, "count": 11})[3] == 0.3
    assert spaced("x", {"from": 0, "to": 10, "count": 5}, whole=True) == [0, 3, 5, 8, 10]
    assert spaced("x", {"from": 1000, "to": 0.1, "count": 5, "scale": "log"}) == [1000, 100, 10, 1, 0.1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"from": 1, "to": 2}, "from, to, and either step or count"),
        ({"from": 1, "to": 2, "step": 1, "count": 2}, "either step or count"),
        ({"to": 2, "step": 1}, "from, to"),
        ({"from": 1, "to": 2, "stepp": 1}, "Did you mean 'step'"),
        ({"from": 1, "to": 2, "step": 1, "scale": "log"}, "a scale beside a step"),
        ({"from": 0, "to": 2, "count": 3, "scale": "log"}, "above 0"),
        ({"from": 1, "to": 2, "count": 1}, "from 2 to 100,000"),
        ({"from": 1, "to": 2, "count": 2.5}, "a whole number"),
        ({"from": "a", "to": 2, "count": 3}, "a number"),
    ],
)
def test_other_ranges_in_files_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        spaced("x", given)
