"""Where the glyphs of a text stand, without asking for each text anew.

To shape a text matplotlib loads each of its glyphs. In the suite's own fonts, which know kerning and nothing else of
layout, a text of ASCII characters stands as its neighbours two by two do: what was learned from one text serves all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

File = tuple[str, int]  # path of a font, and which of its faces

TYPOGRAPHIC = frozenset("–—·×±−≤≥≈→←↑↓•…²³°“”‘’")  # characters of the suite's fonts that belong to no script


class Placed(NamedTuple):
    """A glyph of a text, and how far it is from the text's start, along the line and above it [pixels].

    Its font is named by its file: a font that is loaded cannot be used by a process that is forked later.
    """

    font: File
    number: int
    along: float
    above: float


class Pairs:
    """What is known of a font in one size: the glyph of a character, and the way from one character to the next."""

    def __init__(self) -> None:
        self.glyphs: dict[str, tuple[File, int]] = {}
        self.ways: dict[tuple[str, str], float] = {}

    def learn(self, text: str, placed: list[Placed]) -> None:
        """Take what a shaped text tells; nothing where its glyphs are not its characters one by one."""
        if len(placed) != len(text) or any(glyph.above for glyph in placed):
            return
        self.glyphs.update(zip(text, ((glyph.font, glyph.number) for glyph in placed), strict=True))
        steps = (after.along - before.along for before, after in pairwise(placed))
        self.ways.update(zip(pairwise(text), steps, strict=True))

    def unknown(self, text: str) -> list[str]:
        """Return the characters and pairs of a text that are not known yet."""
        pairs = [first + second for first, second in pairwise(text) if (first, second) not in self.ways]
        return pairs if len(text) > 1 else [char for char in text if char not in self.glyphs]

    def place(self, text: str) -> list[Placed] | None:
        """Return the glyphs of a text; None where something of it is not known."""
        glyphs, ways = self.glyphs, self.ways
        placed: list[Placed] = []
        along, before = 0.0, ""
        for char in text:
            if char not in glyphs or (before and (before, char) not in ways):
                return None
            along += ways[before, char] if before else 0.0
            placed.append(Placed(*glyphs[char], along, 0.0))
            before = char
        return placed


def is_simple(text: str) -> bool:
    """Return whether a text stands as its pairs do.

    Examples
    --------
    >>> is_simple("R² ≥ 0.5"), is_simple("服务")
    (True, False)
    """
    return text.isprintable() and (text.isascii() or all(char.isascii() or char in TYPOGRAPHIC for char in text))


def shaped(font: Any, text: str, flags: Any) -> list[Placed]:
    """Return the glyphs of a text as its font says.

    Parameters
    ----------
    font : FT2Font
        In the size that is wanted.
    text : str
        One line.
    flags : LoadFlags
        How glyphs are loaded.
    """
    items = font._layout(text, flags=flags)
    files = {item.ft_object: (str(item.ft_object.fname), int(item.ft_object.face_index)) for item in items}
    return [Placed(files[item.ft_object], item.glyph_index, item.x, item.y) for item in items]
