"""Numbers beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.report.numbers import change_text, number_texts, percent_text, result_texts

numbers = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(numbers, min_size=1, max_size=8))
def test_different_numbers_never_look_the_same(values):
    assert len(set(number_texts(values))) == len(set(values))
    assert len(set(result_texts(values, 2))) == len(set(values))


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=5))
def test_whole_numbers_stay_whole(values):
    assert result_texts(values, 2) == [f"{value:,}" for value in values]


@given(numbers.filter(lambda value: value != 0))
def test_no_number_is_shown_as_a_zero(value):
    assert float(result_texts([value], 0)[0].replace(",", "")) != 0


@pytest.mark.parametrize(
    ("difference", "relative", "text"),
    [(0.5, 0.25, "+0.5 (+25.0%)"), (-1, None, "-1"), (float("nan"), None, ""), (None, None, ""), (0, 0, "")],
)
def test_changes(difference, relative, text):
    assert change_text(difference, relative) == text


def test_a_small_share_is_no_zero():
    assert percent_text(4e-7) == "+4e-05%"
