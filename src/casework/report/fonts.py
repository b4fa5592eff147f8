"""The part of the suite's font that a page needs, carried inside the page."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

FONT_FOLDER = Path(__file__).resolve().parents[1] / "figures" / "fonts"
FACES = (("CaseworkSansSC-Regular.otf", "400"), ("CaseworkSansSC-Bold.otf", "600 700"))
FAMILY = "Casework Text"
BOLD_TAGS = frozenset("h1 h2 h3 h4 h5 h6 strong b th summary dt caption figcaption".split())
UNSEEN_TAGS = frozenset({"style", "script", "title"})
VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…×±≤≥→•"


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
        data = base64.b64encode(subset(file, frozenset(text + ALWAYS))).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}'
        )
    return "\n".join(rules)


def subset(file: str, characters: frozenset[str]) -> bytes:
    """Return a font of the suite with these characters only, as WOFF."""
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
    font.flavor = "woff"
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that the suite's font lacks, each once; the reader's fonts must have them.

    Examples
    --------
    >>> missing_glyphs("满意 satisfied")
    ''
    """
    known = _known()
    return "".join(dict.fromkeys(char for char in text if char.isprintable() and ord(char) not in known))


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(FONT_FOLDER / FACES[0][0])["cmap"].getBestCmap())


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
