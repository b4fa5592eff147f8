"""Text as pixels: each glyph is measured once, rendered once for a quarter of a pixel, each text drawn in one piece.

matplotlib shapes a text to measure it and again to draw it; it places each glyph to the 64th of a pixel, renders it
anew and puts it on the canvas by itself. Here a text measures the same. The line that it stands on lies on whole
pixels, and a glyph on one of four places between two of them: at most an eighth of a pixel along the line and half a
pixel across it from where matplotlib puts it.
"""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import get_hinting_flag
from matplotlib.font_manager import FontPath, get_font
from matplotlib.ft2font import RenderMode

from casework.figures.memory import make_room
from casework.figures.shaping import File, Placed

Coverage = npt.NDArray[np.uint8]

STEPS = 4  # places of a glyph between two pixels
TURNS = {0: np.array([[1, 0], [0, 1]]) * 0x10000, 90: np.array([[0, -1], [1, 0]]) * 0x10000}  # FreeType's fixed point
UNUSUAL = frozenset(("Mn", "Me", "Mc", "Cf", "Cc"))  # characters that change others or have no width of their own


class Bitmap(NamedTuple):
    """What a glyph or a text covers: an array of (rows, columns), and where its upper left corner is [pixels]."""

    coverage: Coverage
    left: int
    top: int


class Box(NamedTuple):
    """How low and how high a glyph is, and how far the next one is from it [64ths of a pixel]."""

    low: int
    high: int
    advance: int


class Glyphs:
    """Glyphs that were measured and rendered, to be used again.

    Parameters
    ----------
    most : int
        How many are kept; then all are forgotten.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.known: dict[Any, Bitmap] = {}
        self.boxes: dict[Any, Box] = {}

    def measure(self, placed: list[Placed], *, size: float, dpi: float) -> tuple[float, float, float]:
        """Return width, height and depth below its line of a text of at least one glyph [pixels]; see `is_plain`."""
        boxes = [self._box(font, number, size, dpi) for font, number, _, _ in placed]
        low = min(box.low + 0x40 * glyph.above for box, glyph in zip(boxes, placed, strict=True))
        high = max(box.high + 0x40 * glyph.above for box, glyph in zip(boxes, placed, strict=True))
        width = round(0x40 * placed[-1].along) + boxes[-1].advance
        return width / 0x40, int(high - low) / 0x40, int(-low) / 0x40

    def text(self, placed: list[Placed], *, size: float, dpi: float, angle: int, start: tuple[float, float]) -> Bitmap:
        """Return what a text covers on a canvas whose rows are counted from above.

        Parameters
        ----------
        placed : list of Placed
            Its glyphs; at least one.
        size : float
            Of the font [points].
        dpi : float
            Dots per inch.
        angle : {0, 90}
            Where the text runs [degrees].
        start : (float, float)
            Column and row where it starts [pixels].
        """
        x, y = start
        parts = []
        for font, number, along, above in placed:
            if angle:
                column, (row, step) = round(x - above), divmod(round(STEPS * (y - along)), STEPS)
            else:
                row, (column, step) = round(y - above), divmod(round(STEPS * (x + along)), STEPS)
            shape, left, top = self._glyph(font, number, size, dpi, angle, step)
            if shape.size:
                parts.append(Bitmap(shape, column + left, row + top))
        return _together(parts)

    def _box(self, font: File, number: int, size: float, dpi: float) -> Box:
        key = (font, number, size, dpi)
        found = self.boxes.get(key)
        if found is None:
            make_room(self.boxes, self.most)
            glyph = _loaded(font, size, dpi).load_glyph(number, flags=get_hinting_flag())  # type: ignore[no-untyped-call]
            found = self.boxes[key] = Box(glyph.bbox[1], glyph.bbox[3], glyph.horiAdvance)
        return found

    def _glyph(self, font: File, number: int, size: float, dpi: float, angle: int, step: int) -> Bitmap:
        key = (font, number, size, dpi, angle, step)
        found = self.known.get(key)
        if found is None:
            make_room(self.known, self.most)
            found = self.known[key] = _rendered(font, number, size, dpi, angle, step)
        return found


def is_plain(text: str) -> bool:
    """Return whether a text is as wide as its last glyph says: no character of it changes another one.

    Examples
    --------
    >>> is_plain("service, 服务"), is_plain("soft\u00adhyphen")
    (True, False)
    """
    return (text.isascii() and text.isprintable()) or not any(unicodedata.category(char) in UNUSUAL for char in text)


def _rendered(font: File, number: int, size: float, dpi: float, angle: int, step: int) -> Bitmap:
    """Render a glyph that starts so many steps right of a pixel's corner, or below it when the text runs upwards."""
    between = 0x40 * step // STEPS
    loaded = _loaded(font, size, dpi)
    loaded._set_transform(TURNS[angle], [0, -between] if angle else [between, 0])
    glyph = loaded._render_glyph(number, get_hinting_flag(), RenderMode.NORMAL)  # type: ignore[no-untyped-call]
    return Bitmap(np.array(glyph.buffer), glyph.left, -glyph.top)


def _loaded(font: File, size: float, dpi: float) -> Any:
    loaded: Any = get_font(FontPath(*font))
    loaded.set_size(size, dpi)
    return loaded


def _together(parts: list[Bitmap]) -> Bitmap:
    """Return one bitmap that covers what any of these covers."""
    if not parts:
        return Bitmap(np.zeros((0, 0), dtype=np.uint8), 0, 0)
    left, top = min(part.left for part in parts), min(part.top for part in parts)
    right = max(part.left + part.coverage.shape[1] for part in parts)
    bottom = max(part.top + part.coverage.shape[0] for part in parts)
    whole = np.zeros((bottom - top, right - left), dtype=np.uint8)
    for coverage, x, y in parts:
        rows, columns = coverage.shape
        place = whole[y - top : y - top + rows, x - left : x - left + columns]
        np.maximum(place, coverage, out=place)
    return Bitmap(whole, left, top)
