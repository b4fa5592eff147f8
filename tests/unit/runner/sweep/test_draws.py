"""Ranges are read strictly, and draws keep to them."""

from __future__ import annotations

import math
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from casework.core.errors import ParameterError
from casework.runner.sweep.draws import (
    MOST,
    Options,
    Span,
    draw,
    own_range,
    plain_range,
    read_range,
    spaced,
    steps,
)
from casework.studies.base import NotebookParameters

FEW = settings(max_examples=40)
SEEDS = st.integers(0, 2**32)
COUNTS = st.integers(1, 60)
METHODS = st.sampled_from(["latin", "random"])


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


def test_a_range_takes_missing_ends_from_the_parameter() -> None:
    own = own_range(Model.model_fields["share"])
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


@FEW
@given(SPANS, COUNTS, SEEDS)
def test_a_latin_hypercube_meets_each_equal_part_once(span: Span, count: int, seed: int) -> None:
    drawn = draw({"x": span, "y": Span(low=0, high=count - 1, whole=True)}, count, seed=seed)
    width = (span.high - span.low) / count
    slack = 1e-9 * max(abs(span.low), abs(span.high))
    for part, value in enumerate(sorted(item["x"] for item in drawn)):
        assert span.low + part * width - slack <= value <= span.low + (part + 1) * width + slack
    assert sorted(item["y"] for item in drawn) == list(range(count))


@FEW
@given(COUNTS, SEEDS, METHODS)
def test_the_same_seed_gives_the_same_draws(count: int, seed: int, method: str) -> None:
    ranges = {"x": Span(low=0, high=1), "y": Options(("a", "b"))}
    assert draw(ranges, count, method=method, seed=seed) == draw(ranges, count, method=method, seed=seed)
    assert draw(ranges, count, method=method, seed=seed) != draw(ranges, count, method=method, seed=seed + 1)


def test_a_seed_gives_what_it_gave_before() -> None:
    """Another number here means that finished sweeps cannot be resumed: not a matter of taste."""
    ranges = {"x": Span(low=0, high=1), "y": Span(low=0, high=9, whole=True)}
    assert [item["y"] for item in draw(ranges, 3, seed=1)] == [9, 5, 0]
    assert [item["x"] for item in draw(ranges, 3, seed=1)] == pytest.approx(
        [0.100321817521, 0.451627155934, 0.967712959012]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "draws: 0"),
        ({"count": MOST + 1}, "from 1 to 100,000"),
        ({"count": None}, "draws: None"),
        ({"count": True}, "draws: True"),
        ({"seed": -1}, "seed: -1"),
        ({"seed": 0.5}, "seed: 0.5"),
        ({"method": "latim"}, "Did you mean 'latin'"),
        ({"ranges": {}}, "no parameter is named"),
    ],
)
def test_draws_that_make_no_sense_are_refused(change: dict[str, Any], message: str) -> None:
    asked = {"ranges": {"x": Span(low=0, high=1)}, "count": 3} | change
    with pytest.raises(ParameterError, match=message):
        draw(asked.pop("ranges"), asked.pop("count"), **asked)


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
