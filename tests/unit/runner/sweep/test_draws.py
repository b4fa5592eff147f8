"""The same seed gives the same draws, and a latin hypercube meets each part once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import ParameterError
from casework.runner.sweep.draws import draw
from casework.runner.sweep.inputs import MOST
from casework.runner.sweep.spans import Options, Span

FEW = settings(max_examples=40)
SEEDS = st.integers(0, 2**32)
COUNTS = st.integers(1, 60)
METHODS = st.sampled_from(["latin", "random"])
SPANS = st.tuples(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.booleans(), st.booleans()).map(
    lambda item: Span(low=item[0], high=item[0] + item[1], low_open=item[2], high_open=item[3])
)


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
