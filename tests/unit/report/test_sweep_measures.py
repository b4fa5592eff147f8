"""Sentences on the results of a sweep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.report.sweep import SweepPage, SweepResult, SweepRow
from casework.report.sweep_measures import findings, measure, numbers_of, value_texts


def sweep(points, values, **result):
    rows = [
        SweepRow(run_id=str(i), parameters=p, values={"y": v})
        for i, (p, v) in enumerate(zip(points, values, strict=True))
    ]
    varied = list(points[0])
    return SweepPage(
        title="T",
        study="s",
        sweep_id="1",
        varied=varied,
        rows=rows,
        results=[SweepResult(name="y", title="Index", **result)],
    )


def measured(points, values, **result):
    page = sweep(points, values, **result)
    return measure(page, page.rows)


def test_one_parameter():
    (item,), _ = measured([{"x": 1}, {"x": 2}, {"x": 2}], [3.0, 5.0, 6.0], digits=1)
    assert findings(item, 1) == ["Index: lowest mean 3.0 at x = 1, highest 5.5 at x = 2."]


def test_two_parameters():
    points = [{"a": a, "b": b} for a in (1, 2) for b in ("p", "q", "r")]
    (item,), _ = measured(points, [1.0, 2, 3, 11, 12, 13])
    assert findings(item, 2) == [
        "Index: from 1 to 13 over all runs.",
        "It moves most with a: its mean goes from 2.00 (1) to 12.00 (2).",
        "Next comes b: from 6.00 (p) to 8.00 (r).",
    ]


def test_an_effect_only_together_is_said():
    points = [{"a": a, "b": b} for a in (1, 2) for b in (1, 2)]
    (item,), _ = measured(points, [1.0, 2.0, 2.0, 1.0])
    assert findings(item, 2)[1] == "Its mean is the same at every level of each parameter."


def test_chance_is_said():
    rng = np.random.default_rng(0)
    points = [{"a": float(a), "b": float(b)} for a, b in rng.random((60, 2))]
    (item,), _ = measured(points, rng.random(60).tolist())
    assert findings(item, 2)[-1].startswith("That is no more than chance")


@pytest.mark.parametrize(
    ("values", "reason"),
    [([7, 7, 7], "the same in all runs: 7 points"), ([1, None, None], "fewer than two runs published it")],
)
def test_what_is_not_drawn_has_a_reason(values, reason):
    found, left_out = measured([{"x": 1}, {"x": 2}, {"x": 3}], values, unit="points")
    assert found == []
    assert left_out == [("Index", reason)]


def test_runs_without_the_result_are_left_out_of_it():
    (item,), _ = measured([{"x": 1}, {"x": 2}, {"x": 3}], [1.0, None, 2.0])
    assert item.values.tolist() == [1, 2]
    assert item.factors[0].levels == ("1", "3")


def test_numbers_and_texts_are_told_apart():
    assert numbers_of(["a", 1]) is None
    assert numbers_of([True, False]) is None
    assert numbers_of([None, None]) is None
    np.testing.assert_array_equal(numbers_of([np.int64(1), pd.NA, float("nan")]), [1, np.nan, np.nan])


def test_whole_numbers_have_no_decimals():
    result = SweepResult(name="y", title="Index", digits=2)
    assert value_texts([600.0, 7.0], result) == ["600", "7"]
    assert value_texts([600.0, 7.5], result) == ["600.00", "7.50"]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.floats(-1e6, 1e6, allow_nan=False)),
        min_size=2,
        max_size=30,
    )
)
def test_what_is_said_is_true(rows):
    found, _ = measured([{"n": n, "w": w} for n, w, _ in rows], [y for *_, y in rows])
    for item in found:
        frame = pd.DataFrame(rows, columns=["n", "w", "y"])
        strongest = item.effects[0]
        means = frame.groupby(strongest.factor.name)["y"].mean()
        spans = [np.ptp(frame.groupby(name)["y"].mean()) for name in ("n", "w")]
        size = frame["y"].abs().max()
        assert abs(strongest.span - max(spans)) <= 1e-9 * size
        if strongest.span:
            assert abs(means.min() - strongest.low) <= 1e-9 * size
        assert findings(item, 2)
