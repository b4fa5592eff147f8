"""Texts drawn in one piece: as wide and high as matplotlib says, and where matplotlib puts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import rc_context, rcParams
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from casework.figures import glyphs, raster, style

PLAIN = st.text(st.sampled_from("aAVWfijgq 01%(,.-−éß顾客满意ﬁ"), min_size=1, max_size=12)
FONTS = st.builds(dict, size=st.sampled_from([6, 8.5, 10, 13.3]), weight=st.sampled_from(["normal", "bold"]))
HINTING = st.sampled_from(["none", "default", "force_autohint"])
WIDTH, HEIGHT = 420, 260


@pytest.fixture(autouse=True)
def in_style():
    with style.context(), rc_context({"text.hinting": "none"}):
        yield


def properties(font):
    return FontProperties(family=rcParams["font.family"], **font)


def drawn(kind, text, font, angle, start):
    """Return how dark each pixel is after one text was drawn."""
    renderer = kind(WIDTH, HEIGHT, 120)
    gc = renderer.new_gc()
    gc.set_foreground((0, 0, 0, 1), isRGBA=True)
    renderer.draw_text(gc, *start, text, properties(font), angle)
    return np.asarray(renderer.buffer_rgba())[..., 3].astype(float)


def centre(image):
    rows, columns = np.indices(image.shape)
    return np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum()


@given(PLAIN, FONTS, HINTING)
def test_a_text_is_as_large_as_matplotlib_says(text, font, hinting):
    with rc_context({"text.hinting": hinting}):
        found = raster._Renderer(10, 10, 110).get_text_width_height_descent(text, properties(font), ismath=False)
        wanted = RendererAgg(10, 10, 110).get_text_width_height_descent(text, properties(font), ismath=False)
    assert found == wanted


@pytest.mark.parametrize("text", ["a\u0301b", "soft\u00ad", "joined\u200d", "意\ufe00", ""])
def test_so_is_a_text_whose_characters_change_others(text):
    font = {"size": 10}
    found = raster._Renderer(10, 10, 110).get_text_width_height_descent(text, properties(font), ismath=False)
    assert found == RendererAgg(10, 10, 110).get_text_width_height_descent(text, properties(font), ismath=False)


@given(PLAIN.filter(str.strip), FONTS, st.sampled_from([0, 90]), st.floats(60, 61), st.floats(200, 201))
def test_a_text_is_where_matplotlib_puts_it(text, font, angle, x, y):
    found = drawn(raster._Renderer, text, font, angle, (x, y))
    wanted = drawn(RendererAgg, text, font, angle, (x, y))
    across, along = (0, 1) if angle == 0 else (1, 0)
    off = np.abs(centre(found) - centre(wanted))
    assert off[across] <= 0.5 + 0.06
    assert off[along] <= 0.125 + 0.06
    assert abs(found.sum() - wanted.sum()) <= 0.06 * wanted.sum()


@pytest.mark.parametrize("angle", [0, 90])
def test_on_whole_pixels_a_glyph_is_that_of_matplotlib(angle):
    found = drawn(raster._Renderer, "客", {"size": 11}, angle, (100, 200))
    assert np.array_equal(found, drawn(RendererAgg, "客", {"size": 11}, angle, (100, 200)))


@pytest.mark.parametrize("angle", [0, 90])
def test_a_text_drawn_elsewhere_is_the_same_text(angle):
    first = drawn(raster._Renderer, "service 服务", {"size": 9}, angle, (60.25, 220))
    second = drawn(raster._Renderer, "service 服务", {"size": 9}, angle, (90.25, 190))
    assert np.array_equal(first[30:, :-30], second[:-30, 30:])


@pytest.mark.parametrize("options", [{"angle": 33}, {"angle": 0, "jagged": True}, {"angle": 0, "features": ("-kern",)}])
def test_other_texts_are_matplotlibs_own(options):
    def picture(own, monkey):
        figure = Figure(figsize=(3, 2))
        text = figure.text(0.2, 0.3, "AVA Tovar", rotation=options["angle"], antialiased="jagged" not in options)
        if "features" in options:
            text.set_fontfeatures(options["features"])
        if not own:
            monkey.delattr(raster._Renderer, "draw_text")
        return raster.png(figure, dpi=100)[0]

    with pytest.MonkeyPatch.context() as monkey:
        assert picture(True, monkey) == picture(False, monkey)


def test_a_text_without_ink_leaves_no_trace():
    assert not drawn(raster._Renderer, "  ", {"size": 9}, 0, (50, 50)).any()
    assert not drawn(raster._Renderer, "", {"size": 9}, 0, (50, 50)).any()


def test_a_text_beyond_the_edge_is_cut():
    found = drawn(raster._Renderer, "beyond", {"size": 30}, 0, (-20, 5))
    assert found.any()
    assert np.abs(found - drawn(RendererAgg, "beyond", {"size": 30}, 0, (-20, 5))).mean() < 1


def test_the_memory_is_bounded(monkeypatch):
    renderer = raster._Renderer(10, 10, 100)
    renderer.glyphs = glyphs.Glyphs(3)
    placed = renderer._placed("many glyphs", properties({"size": 10}))
    first = renderer.glyphs.text(placed, size=10, dpi=100, angle=0, start=(0, 0))
    again = renderer.glyphs.text(placed, size=10, dpi=100, angle=0, start=(0, 0))
    assert np.array_equal(first.coverage, again.coverage)
    renderer.glyphs.measure(placed, size=10, dpi=100)
    assert len(renderer.glyphs.known) <= 3
    assert len(renderer.glyphs.boxes) <= 3
