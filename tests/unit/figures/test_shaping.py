"""Texts put together from pairs of characters stand as their font says."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import rc_context, rcParams
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontProperties

from casework.figures import raster, style
from casework.figures.shaping import TYPOGRAPHIC, Pairs, is_simple, shaped

ASCII = "".join(map(chr, range(0x20, 0x7F)))
SIMPLE = ASCII + "".join(sorted(TYPOGRAPHIC))


@pytest.fixture(autouse=True)
def in_style():
    with style.context(), rc_context({"text.hinting": "none"}):
        yield


def font_of(size, weight="normal"):
    prop = FontProperties(family=rcParams["font.family"], size=size, weight=weight)
    return raster._Renderer(1, 1, 160)._prepare_font(prop)


def by_font(text, size, weight):
    return shaped(font_of(size, weight), text, get_hinting_flag())


CHARACTERS = st.sampled_from(SIMPLE) | st.sampled_from(ASCII) | st.sampled_from("AVTo.1,7 fil-")


@given(
    st.lists(st.text(CHARACTERS, min_size=1, max_size=9), max_size=12),
    st.sampled_from([8.5, 10, 13]),
    st.sampled_from(["normal", "bold"]),
)
def test_a_text_is_put_together_as_the_font_says(texts, size, weight):
    pairs = Pairs()
    for text in texts:
        pairs.learn(text, by_font(text, size, weight))
    for text in [*texts, *(text[::-1] for text in texts), "".join(texts)]:
        assert pairs.place(text) in (None, by_font(text, size, weight))
    assert all(pairs.place(text) is not None for text in texts)


@given(st.text(st.sampled_from(SIMPLE) | st.sampled_from(ASCII), min_size=1, max_size=20))
def test_pair_by_pair_a_text_is_learned_as_well(text):
    pairs = Pairs()
    for part in pairs.unknown(text):
        pairs.learn(part, by_font(part, 10, "normal"))
    assert is_simple(text)
    assert pairs.unknown(text) == []
    assert pairs.place(text) == by_font(text, 10, "normal")


def test_only_neighbours_that_were_seen_are_known():
    pairs = Pairs()
    pairs.learn("abc", by_font("abc", 10, "normal"))
    assert pairs.place("bc") is not None
    assert pairs.place("ac") is None
    assert pairs.place("d") is None
    assert pairs.place("") == []


def test_other_texts_teach_nothing():
    assert [is_simple(text) for text in ("服务a", "café", "a\tb", "שלום", "a\u0301")] == [False] * 5
    pairs = Pairs()
    pairs.learn("abc", by_font("ab", 10, "normal"))
    pairs.learn("ab", [glyph._replace(above=1.0) for glyph in by_font("ab", 10, "normal")])
    assert (pairs.glyphs, pairs.ways) == ({}, {})


def test_fonts_of_others_are_asked_each_time():
    renderer = raster._Renderer(1, 1, 100)
    for family in ("DejaVu Sans", style.FONT_FAMILY):
        renderer._placed(string.ascii_lowercase, FontProperties(family=[family], size=9))
    known = {hash(FontProperties(family=[name], size=9)): name for name in ("DejaVu Sans", style.FONT_FAMILY)}
    learned = {known[key[0]]: bool(pairs.ways) for key, pairs in renderer.pairs.items() if key[0] in known}
    assert learned == {"DejaVu Sans": False, style.FONT_FAMILY: True}


def test_what_was_rehearsed_is_not_asked_for_again(monkeypatch):
    prop = FontProperties(family=rcParams["font.family"], size=9.3)
    raster._memories.cache_clear()
    raster.rehearse([prop], ["abc", "ca"], dpi=70)
    renderer = raster._Renderer(200, 50, 70)
    assert renderer.glyphs.known
    monkeypatch.setattr(raster, "shaped", lambda *_: pytest.fail("was shaped again"))
    before = len(renderer.glyphs.known)
    renderer.draw_text(renderer.new_gc(), 10.3, 30.2, "abca", prop, 0)
    assert len(renderer.glyphs.known) == before


def test_the_number_of_fonts_is_bounded(monkeypatch):
    monkeypatch.setattr(raster, "MOST_FONTS", 2)
    renderer = raster._Renderer(1, 1, 100)
    for size in range(5, 12):
        renderer._placed("x", FontProperties(family=rcParams["font.family"], size=size))
        assert len(renderer.pairs) <= 2


def test_a_font_that_was_loaded_before_a_fork_is_not_used_after_it():
    renderer = raster._Renderer(1, 1, 100)
    prop = FontProperties(family=rcParams["font.family"], size=9.1)
    placed = renderer._placed("鑫ab𠮷", prop)
    renderer.glyphs.text(placed, size=9.1, dpi=100, angle=0, start=(0, 0))
    kept = [renderer._sizes, renderer.layouts, renderer.glyphs.known, renderer.glyphs.boxes]
    kept += [vars(pairs) for pairs in renderer.pairs.values()]
    assert "FT2Font" not in repr(kept)
