from __future__ import annotations

import math

import numpy as np
import pytest

from casework.core.checks import (
    check_all,
    check_fraction,
    check_names,
    check_number,
    check_option,
    check_positive,
    check_whole,
    describe_range,
    suggest,
)
from casework.core.errors import ParameterError
from casework.core.options import InvalidAnswers


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float64(0.5), np.int64(1)])
def test_numbers_inside_their_range_come_back_as_floats(value):
    number = check_number("share", value, low=0, high=1)
    assert type(number) is float
    assert number == value


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, -math.inf, "1", None, True, [1]])
def test_other_values_are_refused_with_range_and_unit(value):
    with pytest.raises(ParameterError, match=r"share: .*at least 0, at most 1 \[EUR\]"):
        check_number("share", value, low=0, high=1, unit="EUR")


def test_open_ends_leave_the_end_out():
    assert check_number("x", 0.001, low=0, low_open=True) == 0.001
    with pytest.raises(ParameterError, match=r"x: 0. Expected: a number above 0"):
        check_number("x", 0, low=0, low_open=True)
    with pytest.raises(ParameterError, match=r"x: 1. Expected: a number below 1"):
        check_number("x", 1, high=1, high_open=True)


@pytest.mark.parametrize("value", [0, -1])
def test_positive(value):
    assert check_positive("cost", 2) == 2
    with pytest.raises(ParameterError, match=r"cost: .*above 0"):
        check_positive("cost", value)


@pytest.mark.parametrize("value", [0, 1])
def test_fraction(value):
    assert check_fraction("level", 0.95) == 0.95
    with pytest.raises(ParameterError, match=r"level: .*above 0, below 1"):
        check_fraction("level", value)


def test_options_come_from_their_literal():
    assert check_option("invalid", "refuse", InvalidAnswers) == "refuse"
    with pytest.raises(
        ParameterError, match=r"invalid: 'exclud'. Expected: one of refuse, exclude. Did you mean 'exclude'"
    ):
        check_option("invalid", "exclud", InvalidAnswers)


def test_all_unknown_names_are_told():
    check_names("columns", ["a"], ["a", "b"])
    with pytest.raises(ParameterError, match="columns: 'seed' is not known") as error:
        check_names("columns", ["seed", "a", "zz"], ["a", "seeds"])
    assert len(error.value.problems) == 2
    assert "Did you mean 'seeds'" in str(error.value)


def test_suggestions():
    assert suggest("sed", ["seed", "data"]) == "Did you mean 'seed'?"
    assert suggest("xyz", ["seed", "data"]) == "There are: seed, data"
    assert suggest("xyz", [f"name{i}" for i in range(20)]).endswith("name11, ...")
    assert suggest("xyz", []) == ""


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0, 1, "at least 0, at most 1"), (-math.inf, 5, "at most 5"), (-math.inf, math.inf, "that is finite")],
)
def test_ranges_in_words(low, high, text):
    assert describe_range(low, high) == text


def test_all_checks_are_made_before_one_error():
    assert check_all(lambda: check_fraction("alpha", 0.5), lambda: check_whole("n", 3.0)) == (0.5, 3)
    with pytest.raises(ParameterError, match="alpha") as error:
        check_all(lambda: check_fraction("alpha", 2), lambda: check_whole("n", 2.5), lambda: check_whole("c", -1))
    assert [problem.where for problem in error.value.problems] == ["alpha", "n", "c"]


def test_whole_numbers():
    assert check_whole("n", np.int64(4), low=1, high=4) == 4
    with pytest.raises(ParameterError, match="a number at least 0, at most 4"):
        check_whole("n", 5, high=4)
    with pytest.raises(ParameterError, match="a whole number"):
        check_whole("n", 1.5)
