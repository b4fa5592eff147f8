"""Where the glyphs of a text stand, without asking for each text anew.

To shape a text matplotlib loads each of its glyphs. In the suite's own fonts, which know kerning and nothing else of
layout, a text of ASCII characters stands as its neighbours two by two do: what was learned from one text serves all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font


class Placed(NamedTuple):
    """A glyph of a text, and how far it is from the text's start, along the line and above it [pixels]."""

    font: FT2Font
    number: int
    along: float
    above: float


class Pairs:
    """What is known of a font in one size: the glyph of a character, and the way from one character to the next."""

    def __init__(self) -> None:
        self.glyphs: dict[str, tuple[FT2Font, int]] = {}
        self.ways: dict[tuple[str, str], float] = {}

    def learn(self, text: str, placed: list[Placed]) -> None:
        """Take what a shaped text tells; nothing where its glyphs are not its characters one by one."""
        if not text.isascii() or len(placed) != len(text) or any(glyph.above for glyph in placed):
            return
        self.glyphs.update(zip(text, ((glyph.font, glyph.number) for glyph in placed), strict=True))
        steps = (after.along - before.along for before, after in pairwise(placed))
        self.ways.update(zip(pairwise(text), steps, strict=True))

    def place(self, text: str) -> list[Placed] | None:
        """Return the glyphs of a text; None where something of it is not known yet."""
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
    return [Placed(item.ft_object, item.glyph_index, item.x, item.y) for item in font._layout(text, flags=flags)]
