"""Ranges are read strictly, within those of the parameter."""

from __future__ import annotations

import math
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep.ranges import read_range
from casework.runner.sweep.spans import Options, Span


def test_a_range_takes_missing_ends_from_the_parameter() -> None:
    own = Span(low=0, high=1, low_open=True, high_open=True)
    assert read_range("share", own) == own
    assert read_range("share", own, {"high": 0.5}) == Span(low=0, high=0.5, low_open=True)
    assert read_range("share", own, {"low": 0.1, "scale": "log"}) == Span(low=0.1, high=1, high_open=True, log=True)


def test_lists_are_ends_or_options() -> None:
    assert read_range("x", Span(whole=True), [1, 4.0]) == Span(low=1, high=4, whole=True)
    assert read_range("x", Span(), [1, 4, 9]) == Options((1, 4, 9))
    assert read_range("x", Span(), {"options": [1, 4]}) == Options((1, 4))
    assert read_range("x", None, ["a", "b"]) == Options(("a", "b"))


@pytest.mark.parametrize(
    ("own", "given", "message"),
    [
        (Span(low=0), None, "no high of its own"),
        (Span(), None, "no low of its own"),
        (None, None, "a list of values"),
        (Options(("a",)), {"low": 1, "high": 2}, "a list of values"),
        (Span(), [3, 1], "low below high"),
        (Span(), [1, 1], "low below high"),
        (Span(low=0, high=1), [0.5, 2], "at least 0, at most 1"),
        (Span(whole=True), [0.5, 2], "a whole number"),
        (Span(), {"low": "a", "high": 2}, "a number"),
        (Span(), {"low": math.nan, "high": 2}, "a number"),
        (Span(), {"low": True, "high": 2}, "a number"),
        (Span(), {"low": 0, "high": 10**400}, "a number"),
        (Span(), {"low": 0, "high": 2, "scale": "log"}, "above 0, for a log scale"),
        (Span(), {"low": 1, "high": 2, "scale": "lag"}, "Did you mean 'log'"),
        (Span(), {"lo": 1, "high": 2}, "Did you mean 'low'"),
        (Span(), {"options": []}, "at least one value"),
        (Span(), {"options": [1], "low": 2}, "nothing else"),
        (Span(), 7, "low and high, or a list"),
    ],
)
def test_ranges_that_cannot_be_drawn_from_are_refused(own: Any, given: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        read_range("x", own, given)
    assert "range of x" in str(caught.value)


def test_both_ends_are_told_at_once() -> None:
    with pytest.raises(ParameterError, match="low is 'a'") as caught:
        read_range("x", Span(), {"low": "a", "high": "b"})
    assert len(caught.value.problems) == 2
