"""Drawing a sweep."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib import pyplot as plt

from casework.report.sweep_figures import (
    ROWS,
    WEAK,
    Panel,
    cell_texts,
    draw_heat,
    draw_panels,
    draw_tornado,
    extreme_levels,
    heat_factors,
    label,
    with_unit,
)
from casework.report.sweep_levels import effects, make_factor

X = [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]
Y = np.array([1.0, 3.0, 4.0, 6.0, 8.0, 10.0])


def drawn(figure):
    figure.savefig(io.BytesIO(), format="png")
    return figure


def test_numbers_are_points_with_a_line_through_their_means():
    figure = draw_panels([Panel(factor=make_factor("low", X, "points"), values=Y, unit="share", heading="Index")])
    points, line = figure.axes[0].lines
    assert points.get_xdata().tolist() == X
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata().tolist() == [2, 5, 9]
    assert figure.axes[0].get_xlabel() == "low [points]"
    assert figure.axes[0].get_title(loc="left") == "Index"


def test_words_are_dots_in_their_order():
    factor = make_factor("table", list("bbccaa"))
    (ax,) = draw_panels([Panel(factor=factor, values=Y)], title="Index").axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["b", "c", "a"]
    assert ax.lines[1].get_xdata().tolist() == [2, 5, 9]


def test_of_many_levels_the_extreme_ones_are_shown():
    factor = make_factor("x", [f"level {place}" for place in range(40)])
    shown, _ = extreme_levels(factor, np.arange(40.0))
    assert shown.tolist() == [*range(6), *range(34, 40)]
    assert len(shown) == ROWS


def test_a_scale_over_three_decades_is_logarithmic():
    (ax,) = draw_panels([Panel(factor=make_factor("n", [1, 10, 100, 1000, 1, 1]), values=Y)]).axes
    assert ax.get_xscale() == "log"


def test_a_heat_map_hatches_what_is_missing():
    first, second = make_factor("a", [1, 1, 2]), make_factor("b", ["x", "y", "x"])
    figure = draw_heat("Index", "points", first, second, np.array([1.0, 2.0, 3.0]), digits=1)
    ax = figure.axes[0]
    assert ax.patches[0].get_hatch() == "////"
    assert ax.collections[0].get_array().mask.sum() == 1
    assert sorted(text.get_text() for text in ax.texts) == ["1.0", "2.0", "3.0"]


def test_scattered_numbers_are_put_into_bins():
    rng = np.random.default_rng(1)
    first, second = heat_factors(*(make_factor(name, rng.random(50).tolist()) for name in "ab"))
    assert len(first.levels) == len(second.levels) == 5
    whole = heat_factors(make_factor("a", [1, 2, 3]), make_factor("b", [1, 2, 3]))
    assert len(whole[0].levels) == 2


def test_a_tornado_is_sorted_and_chance_is_grey():
    rng = np.random.default_rng(3)
    x, idle = rng.random(100), rng.random(100)
    found = effects([make_factor("idle", idle.tolist()), make_factor("x", x.tolist())], 5 * x)
    ax = draw_tornado("Index", "", found, 2.5).axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["x", "idle"]
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == sorted(widths, reverse=True)
    from matplotlib.colors import to_hex

    assert to_hex(ax.patches[1].get_facecolor()) == WEAK


def test_no_effect_is_said():
    found = effects([make_factor("a", [1, 1, 2, 2]), make_factor("b", [1, 2, 1, 2])], np.array([1.0, 2, 2, 1]))
    ax = drawn(draw_tornado("Index", "", found, 1.5)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["no effect", "no effect"]


@pytest.mark.parametrize("evil", ["$x^2$", "$\\frac", "<script>", "a\nb\x00c", "测" * 200])
def test_names_fit_and_are_no_formula(evil):
    factor = make_factor(evil, [evil, "b"] * 3, evil)
    figures = [
        draw_panels([Panel(factor=factor, values=Y, unit=evil, heading=evil)], title=evil),
        draw_heat(evil, evil, factor, make_factor(evil, X), Y),
        draw_tornado(evil, evil, effects([factor, make_factor(evil, X)], Y), 3.0),
    ]
    for figure in figures:
        drawn(figure)
    assert max(map(len, label(evil, width=20).split("\n"))) <= 20


def test_ticks_are_never_the_same_text():
    (ax,) = draw_panels([Panel(factor=make_factor("x", X), values=1 - Y * 1e-10)]).axes
    drawn(ax.get_figure())
    texts = [text for text in ax.yaxis.get_major_formatter().format_ticks(ax.get_yticks()) if text]
    assert len(texts) == len(set(texts)) == 2


def test_nothing_is_left_in_pyplot():
    before = plt.get_fignums()
    draw_panels([Panel(factor=make_factor("x", X), values=Y)])
    assert plt.get_fignums() == before


def test_texts():
    assert with_unit("low", "points") == "low [points]"
    assert cell_texts([-123456.0, 1.0], 0) == ["-123k", "1"]
