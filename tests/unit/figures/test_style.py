"""The style of all figures: fonts, colours, names."""

from __future__ import annotations

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from casework.figures import style

# Machado, Oliveira & Fernandes (2009), Table 1, severity 1.0: how dichromats see linear RGB.
DICHROMATS = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def lab(linear):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(linear, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("colour", style.PALETTE)
def test_palette_stands_out_from_white(colour):
    assert style.contrast_with_white(colour) >= 3


@pytest.mark.parametrize("colour", [*style.PALETTE, "#ffff00"])
def test_ink_is_readable_as_text(colour):
    assert style.contrast_with_white(style.ink(colour)) >= 4.5


def test_ink_keeps_what_is_dark_enough():
    assert style.ink(style.BLUE) == style.BLUE


def test_contrast_of_the_standard_example():
    assert style.contrast_with_white("#777777") == pytest.approx(4.48, abs=0.005)  # WCAG: just below AA
    assert style.contrast_with_white("black") == pytest.approx(21)


@pytest.mark.parametrize("sight", DICHROMATS)
def test_first_four_colours_differ_for_colour_blind_readers(sight):
    seen = [lab(np.array(DICHROMATS[sight]) @ linear(colour)) for colour in style.PALETTE[:4]]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 10


def test_good_and_bad_differ_for_colour_blind_readers():
    for matrix in DICHROMATS.values():
        good, bad = (lab(np.array(matrix) @ linear(colour)) for colour in (style.GOOD, style.BAD))
        assert np.linalg.norm(good - bad) > 30


def test_context_gives_back_what_was_set():
    before = mpl.rcParams["font.size"]
    with style.context():
        assert mpl.rcParams["font.size"] == 10.5
    assert mpl.rcParams["font.size"] == before


def test_name_starts_no_formula():
    axes = style.axes()
    text = axes.text(0, 0, style.name("$\\frac{a}{b}$ and \\$5 $ 6"))
    axes.get_figure().canvas.draw()
    assert text._preprocess_math(text.get_text()) == ("$\\frac{a}{b}$ and \\$5 $ 6", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1b[31m", "ab[31m"),
        ("line\none\ttab", "line one tab"),
        ("\u202eevil\u2066", "evil"),
        ("", ""),
        (7, "7"),
    ],
)
def test_name_drops_control_characters(text, expected):
    assert style.name(text) == expected


def test_name_counts_chinese_as_double():
    assert style.name("顾客满意度指数模型研究", width=10) == "顾客满意…"
    assert style.text_width(style.name("顾客满意度指数模型研究", width=10)) <= 10


def test_name_on_two_lines():
    assert style.name("quality of the advice given in the shop", width=18, lines=2) == (
        "quality of the\nadvice given in t…"
    )


def test_wrap_never_cuts_and_breaks_long_words():
    text = "x" * 45
    assert style.wrap(text, 20).split("\n") == ["x" * 20, "x" * 20, "x" * 5]


def test_wrap_starts_no_line_with_punctuation():
    for width in range(4, 16):
        assert all(row[0] not in "，。" for row in style.wrap("顾客满意，忠诚。推荐，价格", width).split("\n"))


def test_no_warning_for_chinese_in_a_figure(recwarn):
    with style.context():
        axes = style.axes()
        axes.bar(["服务", "价格"], [1, 2])
        style.title(axes, "服务最重要 → ≥ 50%", "权重 [分]")
        style.source_note(axes, "来源：调查，n = 250")
        axes.get_figure().canvas.draw()
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_title_and_note_take_names_of_the_data_as_text():
    axes = style.axes()
    style.title(axes, "price $x$ leads")
    assert axes.get_title(loc="left") == r"price \$x\$ leads"


@pytest.mark.parametrize("grid", ["x", "y", "both", "none"])
def test_axes_has_no_box(grid):
    axes = style.axes(grid=grid)
    assert not axes.spines["top"].get_visible()
    assert not axes.spines["right"].get_visible()


@pytest.mark.parametrize("path", [style.REGULAR_FONT, style.BOLD_FONT], ids=["regular", "bold"])
def test_own_font_has_all_of_gb2312_and_its_own_name(path):
    font = TTFont(path)
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    chinese = {pair.decode("gb2312", errors="ignore") for pair in rows} - {""}
    assert len(chinese) == 6763  # GB 2312-80, levels 1 and 2: 3755 + 3008
    assert all(ord(char) in font.getBestCmap() for char in chinese)
    assert all(ord(char) in font.getBestCmap() for char in "äéßαβ→≥≤±×–—“”…●▲■★✓√∑")
    assert font["name"].getDebugName(1) == style.FONT_FAMILY
    assert "Open Font License" in font["name"].getDebugName(13)
    assert path.stat().st_size < 3_000_000


def test_own_font_comes_first():
    assert style.register_fonts()[0] == style.FONT_FAMILY
    assert style.register_fonts()[-1] == "DejaVu Sans"


def test_missing_glyphs_are_named_once():
    assert style.missing_glyphs("a\U00013000满\U00013000") == "\U00013000"  # a hieroglyph
    assert style.missing_glyphs("满意 satisfied") == ""


def test_a_context_inside_of_another_sets_the_style_only_where_it_was_changed():
    with style.context():
        inside = dict(mpl.rcParams)
        with style.context():
            assert dict(mpl.rcParams) == inside
        mpl.rcParams["font.size"] = 40
        with style.context():
            assert dict(mpl.rcParams) == inside
        assert mpl.rcParams["font.size"] == 40
    with style.context():
        assert dict(mpl.rcParams) == inside
