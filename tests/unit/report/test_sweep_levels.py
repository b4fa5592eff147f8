"""Levels of parameters, means of results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.report.numbers import level_text, plain
from casework.report.sweep_levels import (
    binned,
    cell_means,
    effects,
    is_balanced,
    level_means,
    make_factor,
)

values = st.floats(-1e6, 1e6, allow_nan=False)


def test_numbers_are_in_their_order_and_yes_comes_after_no():
    assert make_factor("seed", [10, 9, 10]).levels == ("9", "10")
    assert make_factor("fast", [True, False]).levels == ("no", "yes")
    assert make_factor("table", ["pouliot", "berger"]).levels == ("pouliot", "berger")


def test_mixed_values_are_words():
    factor = make_factor("low", [1, None, "a", [1, 2]])
    assert factor.numbers is None
    assert factor.levels == ("1", "–", "a", "[1, 2]")
    assert make_factor("x", [1, "1"]).levels == ("1", "'1'")


def test_scalars_of_arrays_and_missing_values():
    assert make_factor("x", [np.int64(2), np.float64(1.5)]).levels == ("1.5", "2")
    assert plain(pd.NA) is None
    assert level_text(float("nan")) == "–"


def test_what_is_read_on_a_logarithmic_scale():
    assert make_factor("x", [1, 10, 100, 1000, 10000]).log
    assert not make_factor("x", np.linspace(1, 1000, 50).tolist()).log
    assert not make_factor("x", [0, 1, 1000]).log


@given(st.lists(st.tuples(st.integers(0, 4), values), min_size=1, max_size=60))
def test_means_are_those_of_pandas(pairs):
    codes, numbers = np.array([code for code, _ in pairs]), np.array([value for _, value in pairs])
    expected = pd.Series(numbers).groupby(codes).mean().reindex(range(5)).to_numpy()
    np.testing.assert_allclose(level_means(codes, numbers, 5), expected, rtol=1e-9, atol=1e-6)


@given(st.lists(values, min_size=13, max_size=80, unique=True), st.integers(2, 9))
def test_bins_are_ordered_and_about_equal(numbers, most):
    factor = binned(make_factor("x", numbers), most)
    assert len(factor.levels) <= most
    assert factor.codes.min() == 0
    assert factor.codes.max() == len(factor.levels) - 1
    ordered = factor.codes[np.argsort(factor.numbers)]
    assert (np.diff(ordered) >= 0).all()
    assert np.bincount(factor.codes).max() <= np.ceil(len(numbers) / most) + 1


def test_the_rarest_words_become_one_level():
    factor = binned(make_factor("x", [*"aaabbbccd", "e"]), 3)
    assert factor.levels == ("a", "b", "3 others")
    assert factor.codes.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]


def test_a_pair_without_a_run_has_no_mean():
    means = cell_means(make_factor("a", [1, 1, 2]), make_factor("b", ["x", "y", "x"]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(means, [[1, 2], [3, np.nan]])


def test_the_strongest_parameter_comes_first():
    a, b = np.repeat([1, 2, 3], 4), np.tile([0, 1], 6)
    found = effects([make_factor("b", b.tolist()), make_factor("a", a.tolist())], a * 10.0 + b)
    assert [effect.factor.name for effect in found] == ["a", "b"]
    assert (found[0].low_level, found[0].high_level, found[0].span) == ("1", "3", 20.0)
    assert found[0].chance == 0
    assert found[0].fewest == 4


def test_rounding_is_no_effect():
    a, b = [1, 1, 1, 2, 2, 2], [1, 2, 3] * 2
    found = effects([make_factor("a", a), make_factor("b", b)], np.array([0.1, 0.2, 0.3, 0.3, 0.1, 0.2]))
    assert found[-1].factor.name == "a"
    assert found[-1].span == 0
    assert not found[-1].beyond_chance


def test_chance_is_told_from_effect():
    rng = np.random.default_rng(3)
    x, idle = rng.random(200), rng.random(200)
    found = effects([make_factor("x", x.tolist()), make_factor("idle", idle.tolist())], 5 * x)
    assert [(effect.factor.name, effect.beyond_chance) for effect in found] == [("x", True), ("idle", False)]


def test_a_full_grid_is_balanced():
    first, second = make_factor("a", [1, 1, 2, 2]), make_factor("b", [1, 2, 1, 2])
    assert is_balanced([first, second])
    kept = np.array([True, True, True, False])
    assert not is_balanced([first.take(kept), second.take(kept)])


def test_taking_some_runs_leaves_out_levels():
    factor = make_factor("a", ["x", "y", "z"]).take(np.array([True, False, True]))
    assert factor.levels == ("x", "z")
    assert factor.codes.tolist() == [0, 1]


@pytest.mark.parametrize("value", [float("inf"), True, None, "1"])
def test_what_is_no_number_is_a_word(value):
    assert make_factor("x", [1, value]).numbers is None
