"""The font inside the page."""

from __future__ import annotations

import base64
import io
import re

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from casework.report import fonts
from casework.report.fonts import common_path, font_faces, subset


def faces(markup):
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)\)", font_faces(markup))
    return [TTFont(io.BytesIO(base64.b64decode(data))) for data in found]


def test_has_the_characters_of_the_page_and_few_more():
    regular, bold = faces("<p>顾客 &amp; <b>满意</b></p><img alt='图'><style>样</style>")
    assert {ord(char) for char in "顾客满意图A→"} <= set(regular.getBestCmap())
    assert ord("样") not in regular.getBestCmap()
    assert ord("满") in bold.getBestCmap()
    assert ord("顾") not in bold.getBestCmap()


def test_is_truetype_with_the_outlines_of_the_original():
    made = TTFont(io.BytesIO(subset("CaseworkSansSC-Regular.otf", frozenset("H满"))))
    source = TTFont(fonts.FONT_FOLDER / "CaseworkSansSC-Regular.otf")
    assert "glyf" in made
    assert "CFF " not in made
    for char in "H满":
        name, original = made.getBestCmap()[ord(char)], source.getBestCmap()[ord(char)]
        assert made["hmtx"][name][0] == source["hmtx"][original][0]
        glyph = made["glyf"][name]
        pen = BoundsPen(None)
        source.getGlyphSet()[original].draw(pen)
        assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == pytest.approx(pen.bounds, abs=2)


def test_same_characters_give_the_same_bytes():
    assert subset("CaseworkSansSC-Bold.otf", frozenset("ab")) == subset("CaseworkSansSC-Bold.otf", frozenset("ba"))


def test_pages_of_a_european_language_share_one_font():
    pages = ["<p>café — β ≤ 1 <b>Größe</b></p>", "<p>plain \x07 \ue000</p>"]
    assert font_faces(pages[0]) == font_faces(pages[1])
    regular, bold = faces(pages[0])
    assert {ord(char) for char in "éβ−"} <= set(regular.getBestCmap())
    assert ord("ß") in bold.getBestCmap()


@pytest.mark.parametrize(("file", "weight"), fonts.FACES)
def test_the_font_that_is_kept_ready_is_the_one_that_would_be_made(file, weight):
    kept, made = (TTFont(io.BytesIO(data)) for data in (common_path(file).read_bytes(), subset(file, fonts.COMMON)))
    assert set(kept.reader.keys()) == set(made.reader.keys())
    for tag in kept.reader.keys():  # noqa: SIM118
        assert kept.reader[tag] == made.reader[tag], f"run tools/make_fonts.py --pages: {tag} differs"


def test_only_the_face_that_needs_more_is_made_for_a_page():
    shared = faces("<p>a</p>")
    regular, bold = faces("<p>满</p>")
    assert ord("é") not in regular.getBestCmap()
    assert bold.getBestCmap() == shared[1].getBestCmap()


@pytest.mark.parametrize(("file", "weight"), fonts.FACES)
def test_what_pages_always_show_is_in_the_fonts(file, weight):
    assert set(fonts.ALWAYS) - fonts.covered(file) <= {"◷"}


def test_unclosed_tags_do_not_confuse():
    _, bold = faces("<p>a<br><th>粗<td>细</th></b>")
    assert ord("粗") in bold.getBestCmap()
