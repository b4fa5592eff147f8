"""Picks keep to their range, and each part of it is equally likely."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from casework.runner.sweep.spans import Options, Span, own_range, plain_range
from casework.studies.base import NotebookParameters


class Model(NotebookParameters):
    share: float = Field(0.5, gt=0, lt=1)
    count: int = Field(5, gt=0, le=10)
    under: int = Field(5, ge=1, lt=10)
    least: float = Field(5, ge=0)
    kind: Literal["a", "b"] = "a"
    fast: bool = False
    name: str = ""
    many: list[int] = Field([])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("share", Span(low=0, high=1, low_open=True, high_open=True)),
        ("count", Span(low=1, high=10, whole=True)),
        ("under", Span(low=1, high=9, whole=True)),
        ("least", Span(low=0)),
        ("kind", Options(("a", "b"))),
        ("fast", Options((False, True))),
        ("name", None),
        ("many", None),
    ],
)
def test_a_parameter_has_the_range_of_its_declaration(name: str, expected: Any) -> None:
    assert own_range(Model.model_fields[name]) == expected


def test_plain_types_have_ranges_without_ends() -> None:
    assert plain_range("int") == Span(whole=True)
    assert plain_range("float") == Span()
    assert plain_range("Path") is None


SPANS = st.tuples(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.booleans(), st.booleans()).map(
    lambda item: Span(low=item[0], high=item[0] + item[1], low_open=item[2], high_open=item[3])
)
WHOLE = st.tuples(st.integers(-(10**20), 10**20), st.integers(1, 10**20)).map(
    lambda item: Span(low=item[0], high=item[0] + item[1], whole=True)
)
LOGS = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6), st.booleans()).map(
    lambda item: Span(low=item[0], high=item[0] + item[1], whole=item[2], log=True)
)
SHARES = st.floats(0, 1, exclude_max=True)


@given(st.one_of(SPANS, WHOLE, LOGS), SHARES)
def test_picks_stay_within_their_range(span: Span, share: float) -> None:
    value = span.pick(share)
    assert span.low <= value <= span.high
    assert not (span.low_open and value == span.low)
    assert not (span.high_open and value == span.high)
    assert isinstance(value, int if span.whole else float)


def test_whole_numbers_and_options_are_equally_likely_to_the_ends() -> None:
    shares = [(i + 0.5) / 12 for i in range(12)]
    assert [Span(low=1, high=3, whole=True).pick(share) for share in shares] == [1] * 4 + [2] * 4 + [3] * 4
    assert [Options(("a", "b")).pick(share) for share in shares] == ["a"] * 6 + ["b"] * 6


def test_a_log_scale_gives_each_decade_the_same_share() -> None:
    span = Span(low=1, high=100, log=True)
    assert span.pick(0.5) == 10
    assert [Span(low=1, high=9, whole=True, log=True).pick(share) for share in (0, 0.5, 0.999)] == [1, 3, 9]
