"""The part of the suite's font that a page needs, carried inside the page."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONT_FOLDER = Path(__file__).resolve().parents[1] / "figures" / "fonts"
FACES = (("CaseworkSansSC-Regular.otf", "400"), ("CaseworkSansSC-Bold.otf", "600 700"))
COMMON_FOLDER = Path(__file__).resolve().parent / "assets" / "fonts"
FAMILY = "Casework Text"
BOLD_TAGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "th", "summary", "dt", "caption", "figcaption"}
)
UNSEEN_TAGS = frozenset({"style", "script", "title"})
VOID_TAGS = frozenset({"br", "col", "hr", "img", "link", "meta", "wbr"})
MAX_OUTLINE_ERROR = 1.0
TRUETYPE_LIMITS = [
    "maxZones",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentDepth",
]
ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…×±≤≥→•✓◷■▶▼"
COMMON = frozenset(
    ALWAYS + "".join(map(chr, (*range(0xA1, 0x100), *range(0x391, 0x3CA)))) + "−∑∏√∞≈≠∈∫′″‰€←↑↓↔▲●○★☆⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
)


def font_faces(markup: str) -> str:
    """Return `@font-face` rules with the characters that a page shows, as data.

    Parameters
    ----------
    markup : str
        Body of the page; text inside bold elements asks for the bold face.
    """
    texts = _Texts()
    texts.feed(markup)
    texts.close()
    shown = "".join(texts.plain) + "".join(texts.bold)
    rules = []
    for (file, weight), text in zip(FACES, (shown, "".join(texts.bold)), strict=True):
        data = base64.b64encode(_face(file, frozenset(text))).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}'
        )
    return "\n".join(rules)


def _face(file: str, shown: frozenset[str]) -> bytes:
    """Return what a page's font must have: nearly all pages of a European language get the same one, kept ready."""
    if shown <= COMMON or (needed := shown & covered(file)) <= COMMON:
        return common_path(file).read_bytes()
    return subset(file, needed | frozenset(ALWAYS))


def common_path(file: str) -> Path:
    """Return where the font with the common characters lies; `tools/make_fonts.py` writes it."""
    return COMMON_FOLDER / Path(file).with_suffix(".woff")


@lru_cache(maxsize=len(FACES))
def covered(file: str) -> frozenset[str]:
    """Return the characters that a font of the suite has."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT_FOLDER / file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=2 * len(FACES))
def subset(file: str, characters: frozenset[str]) -> bytes:
    """Return a font of the suite with these characters only, as WOFF with TrueType outlines.

    Browsers print TrueType as text of a real font; outlines of the other kind become drawings in the PDF.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(FONT_FOLDER / file, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern"]
    options.name_IDs = [1, 2, 13]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in characters])
    subsetter.subset(font)
    _to_truetype(font)
    font.flavor = "woff"
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


def _to_truetype(font: TTFont) -> None:
    """Replace cubic by quadratic outlines, at most one unit (a thousandth of the size) away."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, MAX_OUTLINE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in TRUETYPE_LIMITS:
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"


class _Texts(HTMLParser):
    """Gathers the text of a page, the bold apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.plain: list[str] = []
        self.bold: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.plain += [value for name, value in attrs if name == "alt" and value]
        if tag not in VOID_TAGS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if UNSEEN_TAGS.isdisjoint(self._open):
            (self.plain if BOLD_TAGS.isdisjoint(self._open) else self.bold).append(data)
