"""A figure as PNG: laid out once, drawn once, each text measured once.

Letters have the shape that their font gives them, not one that is fitted to the pixels, whatever is set.

`Figure.savefig` with a layout and a tight box goes through the drawing twice and measures each text many times; the
picture that comes out is the same but for the parts of a pixel that `glyphs` tells of. Imports matplotlib: import it
where a figure is drawn.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib import font_manager, rc_context, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag

from casework.figures.glyphs import STEPS, TURNS, Glyphs, is_plain
from casework.figures.memory import make_room
from casework.figures.shaping import Pairs, Placed, is_simple, shaped
from casework.figures.shortcuts import shortcuts
from casework.figures.style import BOLD_FONT, REGULAR_FONT
from casework.figures.tick_shortcuts import unchanged

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

Bytes = npt.NDArray[np.uint8]
Sizes = dict[Any, Any]

PAD = 0.1  # [inch] left white around what is drawn
COMPRESSION = 3  # of zlib: half the time of the usual 6, an eighth more bytes
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MEASURED_BY = ("text.hinting", "font.sans-serif", "font.serif", "font.monospace")
MOST_SIZES = 5_000
MOST_GLYPHS = 12_000
MOST_FONTS = 100
OWN_FONTS = (REGULAR_FONT, BOLD_FONT)


def png(figure: Figure, *, dpi: float, crop: bool = True) -> tuple[bytes, tuple[int, int]]:
    """Return a figure as PNG, and its size.

    Parameters
    ----------
    figure : Figure
        Its layout is settled by this; everything else of it stays as it was.
    dpi : float
        Dots per inch; above 0.
    crop : bool
        Cut it to what is on it, or make it larger where something lies outside; otherwise it has the size it was given.

    Returns
    -------
    tuple of bytes and (int, int)
        The file, and width and height [pixels].

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(2, 1), layout="constrained")
    >>> axes = figure.add_subplot()
    >>> data, size = png(figure, dpi=100)
    >>> data[1:4], size
    (b'PNG', (211, 111))
    """
    with shortcuts(), unchanged(), _unhinted(), _settled(figure, dpi) as canvas:
        box = figure.get_tightbbox(canvas.get_renderer()).padded(PAD) if crop else None
        figure.savefig(os.devnull, format="raw", dpi=dpi, bbox_inches=box)
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    height, width, _ = pixels.shape
    return _encoded(pixels, dpi), (width, height)


def rehearse(fonts: Iterable[FontProperties], texts: Sequence[str], *, dpi: float) -> None:
    """Shape, measure and render texts, so that forks of this process need not: each letter on all its places.

    Parameters
    ----------
    fonts : iterable of FontProperties
        In which fonts and sizes.
    texts : sequence of str
        What to shape; each of their characters is rendered.
    dpi : float
        Dots per inch of the pictures to come; above 0.
    """
    letters = "".join(sorted({char for text in texts for char in text}))
    with _unhinted():
        renderer = _Renderer(1, 1, dpi)
        for prop in fonts:
            placed = renderer._placed(letters, prop)
            for step in range(STEPS):
                alone = [glyph._replace(along=step / STEPS) for glyph in placed]
                renderer.glyphs.text(alone, size=prop.get_size_in_points(), dpi=dpi, angle=0, start=(0, 0))
            for text in texts:
                renderer.get_text_width_height_descent(text, prop, ismath=False)


@contextmanager
def _unhinted() -> Iterator[None]:
    """Load letters as they are: what is fitted to pixels is measured otherwise than it is drawn, and takes longer."""
    before = rcParams["text.hinting"]
    rcParams["text.hinting"] = "none"
    try:
        yield
    finally:
        rcParams["text.hinting"] = before


@contextmanager
def _settled(figure: Figure, dpi: float) -> Iterator[_Canvas]:
    """Lay a figure out, and hold its layout: with a layout engine `savefig` would draw twice."""
    before, engine, usual = figure.canvas, figure.get_layout_engine(), figure.dpi
    canvas = _Canvas(figure)
    try:
        figure.set_dpi(dpi)
        if engine is not None and figure.axes:
            engine.execute(figure)
        with rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
            figure.set_layout_engine(None)
        yield canvas
    finally:
        if engine is not None:
            figure.set_layout_engine(engine)
        figure.set_dpi(usual)
        figure.set_canvas(before)


def _encoded(pixels: Bytes, dpi: float) -> bytes:
    """Write pixels of shape (height, width, 4) as PNG; without the alpha channel where it says nothing."""
    height, width, _ = pixels.shape
    channels, kind = (3, 2) if (pixels[..., 3] == 255).all() else (4, 6)
    dots = round(dpi / 0.0254)
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    data = zlib.compress(_filtered(pixels, channels), COMPRESSION)
    chunks = ((b"IHDR", header), (b"pHYs", struct.pack(">IIB", dots, dots, 1)), (b"IDAT", data), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _filtered(pixels: Bytes, channels: int) -> bytes:
    """Put its filter before each row: 2 (less the row above, so all zero) where it repeats that one, else 0.

    Pictures of flat colour become smaller and are written faster so than with the filters that suit photographs.
    """
    height, width, _ = pixels.shape
    filtered = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    body = filtered[:, 1:].reshape(height, width, channels)  # a view
    for channel in range(channels):  # one after the other: numpy is seven times slower with three at once
        body[..., channel] = pixels[..., channel]
    again = np.flatnonzero((pixels[1:] == pixels[:-1]).all(axis=(1, 2))) + 1
    filtered[again] = 0
    filtered[again, 0] = 2
    return filtered.tobytes()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


class _Canvas(FigureCanvasAgg):
    """A canvas whose renderers share what they measured."""

    renderer: Any = None

    def get_renderer(self) -> Any:
        now, size = self.renderer, self.get_width_height(physical=True)
        if now is None or (now.width, now.height, now.dpi) != (*size, self.figure.dpi):
            self.renderer = _Renderer(*size, self.figure.dpi)
        return self.renderer


class _Renderer(RendererAgg):
    """A renderer that remembers what it measured; matplotlib itself tells two fonts apart by their hashes."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]
        settings: Any = rcParams
        self._sizes, self.layouts, self.pairs, self.glyphs = _memories(
            tuple(str(settings[name]) for name in MEASURED_BY)
        )

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        measure: Any = super().get_text_width_height_descent
        if ismath:
            return measure(s, prop, ismath)
        key = (s, hash(prop), self.dpi)
        if key not in self._sizes:
            make_room(self._sizes, MOST_SIZES)
            own = is_plain(s) and rcParams["text.hinting"] == "none"  # hinting moves the end of a text
            self._sizes[key] = self._measured(s, prop) if own else measure(s, prop, ismath)
        return self._sizes[key]

    def _measured(self, s: str, prop: FontProperties) -> tuple[float, float, float]:
        placed = self._placed(s, prop)
        return self.glyphs.measure(placed, size=prop.get_size_in_points(), dpi=self.dpi) if placed else (0.0, 0.0, 0.0)

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float | None, float | None, float | None]:
        """Ascent, descent and line gap [pixels]; matplotlib asks for them each time it places a text."""
        key = (None, hash(prop), self.dpi)
        if key not in self._sizes:
            found = _font_height(prop)
            if found is None:
                return None, None, None
            scale = prop.get_size_in_points() * self.dpi / 72
            self._sizes[key] = (found[0] * scale, found[1] * scale, found[2] * scale)
        ascent, descent, gap = self._sizes[key]
        return ascent, descent, gap

    def _prepare_font(self, font_prop: FontProperties) -> Any:
        """Return the font of a text in its size; which files it is made of is looked up once."""
        key = hash(font_prop)
        if key not in self._sizes:
            make_room(self._sizes, MOST_SIZES)
            self._sizes[key] = font_manager.fontManager._find_fonts_by_props(font_prop)
        font: Any = font_manager.get_font(self._sizes[key])
        font.clear()
        font.set_size(font_prop.get_size_in_points(), self.dpi)
        return font

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw a text; formulas, slanted text and text with jagged edges are matplotlib's own."""
        if ismath or angle not in TURNS or not gc.get_antialiased() or _has_features(mtext):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        size = prop.get_size_in_points()
        shape, left, top = self.glyphs.text(
            self._placed(s, prop), size=size, dpi=self.dpi, angle=int(angle), start=(x, y)
        )
        if shape.size:
            self._renderer.draw_text_image(shape, left, top + shape.shape[0], 0, gc)

    def _placed(self, s: str, prop: FontProperties) -> list[Placed]:
        """Return the glyphs of a text, each with its place in it."""
        key = (s, hash(prop), self.dpi, Placed)
        if key not in self._sizes:
            make_room(self._sizes, MOST_SIZES)
            self._sizes[key] = self._shaped(s, prop)
        found: list[Placed] = self._sizes[key]
        return found

    def _shaped(self, s: str, prop: FontProperties) -> list[Placed]:
        make_room(self.pairs, MOST_FONTS)
        known: Pairs = self.pairs.setdefault((hash(prop), self.dpi), Pairs())
        simple = is_simple(s)
        placed = known.place(s) if simple else None
        if placed is None:
            font, flags = self._prepare_font(prop), _hinting()
            if simple and Path(str(font.fname)) in OWN_FONTS:
                for part in known.unknown(s):
                    known.learn(part, shaped(font, part, flags))
                placed = known.place(s)
            placed = placed or shaped(font, s, flags)
        return placed


def _hinting() -> Any:
    usual: Any = get_hinting_flag
    return usual()


def _has_features(text: Any) -> bool:
    """Return whether a text asks for more of its font than its glyphs."""
    return text is not None and (text.get_fontfeatures() is not None or text.get_language() is not None)


@lru_cache(maxsize=1)
def _memories(_settings: tuple[str, ...]) -> tuple[Sizes, Sizes, Sizes, Glyphs]:
    """Return what was measured, laid out, shaped and rendered with these settings; nothing when they change."""
    return {}, {}, {}, Glyphs(MOST_GLYPHS)


def _font_height(prop: FontProperties) -> tuple[float, float, float] | None:
    """Ascent, descent and line gap of a font as parts of its size, as its tables say."""
    font: Any = font_manager.get_font(font_manager.findfont(prop))
    head, table = font.get_sfnt_table("head"), font.get_sfnt_table("OS/2")
    if head is None or table is None:
        return None
    em = head["unitsPerEm"]
    return table["sTypoAscender"] / em, -table["sTypoDescender"] / em, table["sTypoLineGap"] / em
