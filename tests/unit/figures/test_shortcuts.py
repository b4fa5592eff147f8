"""Shortcuts of matplotlib change nothing but the time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import pyplot as plt
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from casework.figures import raster, style
from casework.figures.shortcuts import _CHANGES, _usual_layout, shortcuts


@pytest.fixture(autouse=True)
def in_style():
    with style.context(), rc_context({"text.hinting": "none"}):  # as `raster` loads letters
        yield
    plt.close("all")


def drawn(draw, *, figsize=(4, 3), rows=1):
    figure, axes = plt.subplots(rows, squeeze=False, figsize=figsize)
    for ax in axes.flat:
        draw(ax)
    return figure


def ticks_of_all_kinds(ax):
    ax.plot(range(7), [3, 1, 4, 1, 5, 9, 2], marker="s", label="one\ntwo")
    ax.set_xticks(range(7), ["顾客", "a long name", "q", "", "$ 5", r"$\beta$", "end"], rotation=30, ha="right")
    ax.minorticks_on()
    ax.tick_params(axis="y", which="both", direction="inout", length=5, right=True, labelright=True)
    ax.legend()


def texts_of_all_kinds(ax):
    for at, (rotation, va, ha) in enumerate([(0, "top", "left"), (90, "center", "right"), (33, "baseline", "center")]):
        ax.text(at, at, "two\nlines", rotation=rotation, va=va, ha=ha, linespacing=1 + at, multialignment="right")
        ax.text(at, 2, "box", rotation=rotation, rotation_mode="anchor", bbox={"boxstyle": "round"})
    ax.annotate("there", (1, 1), (2.5, 0.5), arrowprops={"arrowstyle": "->"}, weight="bold")
    ax.text(1, 3, "so long that it is wrapped by the figure it stands in, whatever comes", wrap=True)
    ax.text(0, 3, "plain", antialiased=False)
    ax.set(xlim=(-1, 4), ylim=(-1, 4))


def markers_of_all_kinds(ax):
    for at, (marker, fill) in enumerate([("o", "left"), ("^", "none"), ("$x$", "full"), ((5, 1), "top"), ("x", None)]):
        line = Line2D([at], [at], marker=MarkerStyle(marker, fill), linestyle="", color=style.PALETTE[at])
        ax.add_line(line)
        ax.add_line(Line2D([at], [4 - at], marker=MarkerStyle(line._marker).rotated(deg=40), markersize=12))
    ax.set(xlim=(-1, 5), ylim=(-1, 5))


def logarithmic(ax):
    ax.loglog([1, 1e4], [1e-3, 5])
    ax.set_title("title in the middle", loc="center")
    ax.set_ylabel("$x^2$")


def categories(ax):
    ax.bar(["b", "a", "c"], [1, 2, 3])
    ax.twinx().plot([0, 1, 2], [1e6, 2e6, 5e6])


PICTURES = [ticks_of_all_kinds, texts_of_all_kinds, markers_of_all_kinds, logarithmic, categories]


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("draw", PICTURES)
def test_the_picture_is_that_of_savefig(draw, rows, monkeypatch):
    monkeypatch.delattr(raster._Renderer, "draw_text")  # `test_glyphs` looks at texts
    with shortcuts():
        data, _ = raster.png(drawn(draw, rows=rows), dpi=90)
    usual = io.BytesIO()
    drawn(draw, rows=rows).savefig(usual, format="png", dpi=90, bbox_inches="tight")
    first, second = (np.asarray(Image.open(source).convert("RGB")) for source in (io.BytesIO(data), usual))
    assert np.array_equal(first, second)


def test_the_style_decides_also_where_the_same_text_was_drawn_before():
    pictures = set()
    for settings in ({}, {"font.size": 14}, {"font.family": ["DejaVu Serif"]}, {}):
        with rc_context(settings):
            data, _ = raster.png(drawn(texts_of_all_kinds), dpi=60)
        pictures.add(data)
    assert len(pictures) == 3


@given(
    st.text(st.sampled_from("aW 顾\n$\\"), max_size=8),
    st.sampled_from(["left", "center", "right"]),
    st.sampled_from(["top", "bottom", "center", "baseline", "center_baseline"]),
    st.sampled_from([0, 30, 90, 200]),
    st.sampled_from(["default", "anchor", "xtick"]),
    st.sampled_from([None, "left", "right"]),
)
def test_a_text_lies_where_it_lies(content, ha, va, rotation, mode, lines):
    content = content.replace("$", r"\$")
    figure = Figure()
    renderer = raster._Canvas(figure).get_renderer()
    text = figure.text(
        0.3, 0.4, content, ha=ha, va=va, rotation=rotation, rotation_mode=mode, multialignment=lines or ha
    )
    with shortcuts():
        found = [text._get_layout(renderer) for _ in range(2)]
    wanted = _usual_layout(text, renderer)
    for box, parts, corner in found:
        assert (box.bounds, parts, corner) == (wanted[0].bounds, wanted[1], wanted[2])


def fail():
    with shortcuts(), shortcuts():
        assert Text._get_layout is not _usual_layout
        raise ZeroDivisionError("division")


def test_nothing_stays_behind():
    def changed():
        return [vars(owner)[name] for owner, name, _ in _CHANGES]

    before = changed()
    with pytest.raises(ZeroDivisionError, match="division"):
        fail()
    assert Text._get_layout is _usual_layout
    assert changed() == before
    assert Bbox.union([Bbox.unit(), Bbox.from_bounds(2, 2, 1, 1)]).bounds == (0, 0, 3, 3)


@given(st.lists(arrays(float, (2, 2), elements=st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf])), max_size=4))
def test_boxes_are_put_together_as_usual(points):
    boxes = [Bbox(each) for each in points]
    if not boxes:
        with shortcuts(), pytest.raises(ValueError, match="'bboxes' cannot be empty"):
            Bbox.union(boxes)
        return
    with shortcuts():
        found = Bbox.union(boxes).get_points()
    assert np.array_equal(found, Bbox.union(boxes).get_points(), equal_nan=True)


@pytest.mark.parametrize("content", ["", "one", "two\nlines", "$x^2$"])
@pytest.mark.parametrize("visible", [True, False])
def test_a_text_takes_the_room_that_it_takes(content, visible):
    figure = Figure()
    renderer = raster._Canvas(figure).get_renderer()
    text = figure.text(0.3, 0.4, content, rotation=20, visible=visible)
    with shortcuts():
        found = text.get_window_extent(renderer), text.get_window_extent(renderer, dpi=50)
    wanted = text.get_window_extent(renderer), text.get_window_extent(renderer, dpi=50)
    assert [box.bounds for box in found] == [box.bounds for box in wanted]


def test_a_marker_that_is_turned_leaves_the_one_it_came_from_alone():
    with shortcuts():
        first = MarkerStyle("o").rotated(deg=10)
        before = first.get_user_transform().get_matrix().copy()
        second = first.rotated(deg=20)
    assert np.array_equal(first.get_user_transform().get_matrix(), before)
    assert not np.allclose(second.get_user_transform().get_matrix(), before)
