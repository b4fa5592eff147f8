"""A figure as PNG: the same picture that matplotlib's own savefig makes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import pyplot as plt
from matplotlib import rc_context
from PIL import Image

from casework.figures import raster, style


@pytest.fixture(autouse=True)
def in_style():
    with style.context(), rc_context({"text.hinting": "none"}):  # as `raster` loads letters
        yield
    plt.close("all")


@pytest.fixture
def usual_text(monkeypatch):
    """Let matplotlib draw texts, so that not a pixel may differ; `test_glyphs` looks at texts."""
    monkeypatch.delattr(raster._Renderer, "draw_text")


def bars(ax):
    ax.barh(["quality", "价格"], [1, 2])
    style.title(ax, "Price weighs most in $", "share [%]")


def legend_outside(ax):
    ax.plot([0, 1], [0, 1], label="a\nb")
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.13))
    style.source_note(ax, "n = 20")


def colour_bar(ax):
    mesh = ax.imshow(np.eye(3))
    ax.figure.colorbar(mesh, ax=ax, label="score")


def formula(ax):
    ax.set_xlabel(r"$\alpha^2$ of the scale", rotation=10)
    ax.annotate("far out", (1.2, 0.5), xycoords="axes fraction", annotation_clip=False)
    ax.set_yscale("log")


def without_axes(ax):
    figure = ax.figure
    ax.remove()
    figure.text(0.5, 0.5, "nothing")


PICTURES = [bars, legend_outside, colour_bar, formula, without_axes]


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


def saved(figure, dpi):
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=dpi, bbox_inches="tight")
    return target.getvalue()


def figure_of(draw, **options):
    figure, ax = plt.subplots(figsize=(5, 3), **options)
    draw(ax)
    return figure


@pytest.mark.parametrize("draw", PICTURES)
def test_it_is_the_picture_of_savefig(draw, usual_text):
    data, size = raster.png(figure_of(draw), dpi=90)
    wanted = pixels(saved(figure_of(draw), 90))
    assert size == wanted.shape[1::-1]
    assert np.array_equal(pixels(data), wanted)


@pytest.mark.parametrize("layout", ["tight", "none"])
def test_other_layouts_are_kept(layout, usual_text):
    data, _ = raster.png(figure_of(bars, layout=layout), dpi=90)
    assert np.array_equal(pixels(data), pixels(saved(figure_of(bars, layout=layout), 90)))


@pytest.mark.parametrize("draw", PICTURES)
def test_it_can_keep_the_size_of_the_figure(draw, usual_text):
    figure = figure_of(draw)
    data, size = raster.png(figure, dpi=90, crop=False)
    usual = io.BytesIO()
    figure_of(draw).savefig(usual, format="png", dpi=90)
    assert size == (450, 270)
    assert np.array_equal(pixels(data), pixels(usual.getvalue()))


@pytest.mark.parametrize("draw", PICTURES)
def test_a_figure_can_be_drawn_again(draw):
    figure = figure_of(draw)
    canvas, engine, dpi = figure.canvas, figure.get_layout_engine(), figure.dpi
    raster.png(figure, dpi=90)
    assert (figure.canvas, figure.get_layout_engine(), figure.dpi) == (canvas, engine, dpi)
    twice = figure_of(draw)
    saved(twice, 90)
    assert np.array_equal(pixels(saved(figure, 90)), pixels(saved(twice, 90)))


def test_the_figure_is_as_it_was_after_a_drawing_that_fails(monkeypatch):
    figure = figure_of(bars)
    canvas, engine = figure.canvas, figure.get_layout_engine()
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        raster.png(figure, dpi=90)
    assert (figure.canvas, figure.get_layout_engine()) == (canvas, engine)


def test_a_transparent_figure_stays_transparent():
    figure = figure_of(bars)
    with plt.rc_context({"savefig.facecolor": "none"}):
        data, _ = raster.png(figure, dpi=50)
    assert Image.open(io.BytesIO(data)).mode == "RGBA"
    assert Image.open(io.BytesIO(raster.png(figure, dpi=50)[0])).mode == "RGB"


def test_the_file_says_its_resolution():
    data, _ = raster.png(figure_of(bars), dpi=160)
    assert Image.open(io.BytesIO(data)).info["dpi"] == pytest.approx((160, 160), abs=0.1)


def test_what_was_measured_with_other_fonts_is_forgotten(usual_text):
    for family in (["DejaVu Sans"], [style.FONT_FAMILY], ["DejaVu Serif"]):
        with plt.rc_context({"font.sans-serif": family, "font.family": ["sans-serif"]}):
            data, _ = raster.png(figure_of(legend_outside), dpi=90)
            assert np.array_equal(pixels(data), pixels(saved(figure_of(legend_outside), 90)))


def test_the_memory_of_sizes_is_bounded(monkeypatch, usual_text):
    monkeypatch.setattr(raster, "MOST_SIZES", 4)
    data, _ = raster.png(figure_of(bars), dpi=90)
    assert np.array_equal(pixels(data), pixels(saved(figure_of(bars), 90)))


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(4)), elements=st.sampled_from([0, 255]))
)
def test_any_pixels_come_back(image):
    read = Image.open(io.BytesIO(raster._encoded(image, 72)))
    assert np.array_equal(np.asarray(read.convert("RGBA")), image)


def test_repeated_rows_cost_next_to_nothing():
    row = np.random.default_rng(1).integers(0, 256, (1, 500, 4), dtype=np.uint8)
    assert len(raster._encoded(row.repeat(200, axis=0), 72)) < 0.02 * 3 * 500 * 200
