"""One style for all figures: fonts with Chinese, colours that everyone can tell apart, little ink."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from casework.core.messages import t

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONT_FOLDER = Path(__file__).resolve().parent / "fonts"
FONT_FAMILY = "Casework Sans SC"
REGULAR_FONT = FONT_FOLDER / "CaseworkSansSC-Regular.otf"
BOLD_FONT = FONT_FOLDER / "CaseworkSansSC-Bold.otf"
RARER_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
)

INK = "#1f2933"
MUTED = "#5b6672"
AXIS = "#9aa5b1"
GRID = "#e4e8ed"
SURFACE = "#f4f6f8"

BLUE = "#0072b2"
ORANGE = "#c76a00"
GREEN = "#008a64"
PURPLE = "#b0568c"
SKY = "#2f8fc7"
RED = "#c8442e"
OLIVE = "#8a7a00"
GREY = "#6b7785"

# Hues of Okabe & Ito (2008), "Color universal design", the light ones darkened to at least 3:1 against white.
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, OLIVE, GREY)

ACCENT = BLUE
GOOD = BLUE
BAD = RED
NEUTRAL = GREY
REFERENCE = "#8794a1"
HIGHLIGHT = ORANGE

FIGURE_SIZE = (7.4, 4.4)
TITLE_WIDTH = 68
NAME_WIDTH = 32
NO_LINE_START = frozenset("，。、；：！？）】》」』”’…%,.;:!?)]}")

Grid = Literal["x", "y", "both", "none"]

_entered: list[dict[str, object]] = []  # the settings of each `context` that one is inside of


@contextmanager
def context() -> Iterator[None]:
    """Draw in the house style inside a `with` block; what was set before comes back after it."""
    import matplotlib as mpl

    now: dict[Any, Any] = mpl.rcParams
    if _entered and all(dict.__getitem__(now, key) is value for key, value in _entered[-1].items()):
        yield  # nothing has changed since: entering costs more than many a drawing
        return
    register_fonts()
    settings = _settings()
    with mpl.rc_context(settings):
        _entered.append({key: dict.__getitem__(now, key) for key in settings})
        try:
            yield
        finally:
            _entered.pop()


def axes(ax: Axes | None = None, *, size: tuple[float, float] = FIGURE_SIZE, grid: Grid = "y") -> Axes:
    """Return the axes to draw on: those given, or new ones on a figure of their own.

    Parameters
    ----------
    ax : Axes, optional
        Axes of the caller.
    size : tuple of float
        Width and height of a new figure [inch].
    grid : {'x', 'y', 'both', 'none'}
        Where grid lines help to read a value.
    """
    if ax is None:
        from matplotlib import pyplot as plt

        with context():
            _, ax = plt.subplots(figsize=size)
    ax.grid(visible=False)
    if grid != "none":
        ax.grid(visible=True, axis=grid)
    ax.spines["left"].set_visible(grid in ("x", "none"))
    ax.spines["bottom"].set_visible(grid != "x")
    return ax


def title(ax: Axes, text: str, subtitle: str = "") -> None:
    """Set the title (the finding) at the left, with a lighter line below it.

    Parameters
    ----------
    ax : Axes
        Where to set it.
    text : str
        A translated sentence; it is wrapped, never cut. It may hold names of the data.
    subtitle : str
        What is drawn and in which unit.
    """
    below = wrap(subtitle, TITLE_WIDTH + 12).replace("$", r"\$") if subtitle else ""
    room = 12 + 14 * (below.count("\n") + 1) if below else 10
    place = 1.0 if below else None  # above a subtitle nothing is in its way: matplotlib need not look each time
    ax.set_title(wrap(text, TITLE_WIDTH).replace("$", r"\$"), loc="left", pad=room, y=place)
    if below:
        ax.annotate(
            below,
            (0, 1),
            (0, 7),
            xycoords="axes fraction",
            textcoords="offset points",
            color=MUTED,
            va="bottom",
            annotation_clip=False,
        )


def source_note(ax: Axes, text: str) -> None:
    """Set a small note (source, number of answers) at the lower left of the figure."""
    figure: Any = ax.get_figure()
    figure.supxlabel(plain(text).replace("$", r"\$"), x=0.01, ha="left", fontsize=8.5, color=MUTED)


def name(text: object, *, width: int = NAME_WIDTH, lines: int = 1) -> str:
    r"""Return a name of the data as it may stand in a figure.

    It is translated where the catalogue knows it, freed of control characters, shortened to `lines` lines of
    `width` columns (a Chinese character takes two), and `$` in it never starts a formula.

    Examples
    --------
    >>> name("price in $ and $"), name("a\tvery long name of a question", width=12)
    ('price in \\$ and \\$', 'a very long…')
    """
    clean = t(plain(text)) if plain(text) else ""
    return wrap(clean, width, lines=lines).replace("$", r"\$")


def plain(text: object) -> str:
    """Return text on one line without control characters, direction marks and private characters."""
    if isinstance(text, str) and text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        char if char.isprintable() or char in "\u200c\u200d" else " " if char.isspace() else ""
        for char in unicodedata.normalize("NFC", str(text))
    )
    return " ".join("".join(kept).split())


def text_width(text: str) -> int:
    """Columns that a text takes: 2 for wide characters, 0 for combining ones.

    Examples
    --------
    >>> text_width("service"), text_width("服务")
    (7, 4)
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_columns, text))


def wrap(text: str, width: int, *, lines: int | None = None) -> str:
    r"""Break a text into lines of at most `width` columns; with `lines`, shorten it to so many.

    Examples
    --------
    >>> wrap("customers who stay are satisfied", 16)
    'customers who\nstay are\nsatisfied'
    >>> wrap("顾客满意度指数", 8, lines=1)
    '顾客满…'
    """
    rows: list[str] = [""]
    for piece in _pieces(plain(text), width):
        if rows[-1] and text_width((rows[-1] + piece).rstrip()) > width:
            rows[-1] = rows[-1].rstrip()
            rows.append(piece.lstrip())
        else:
            rows[-1] += piece
    if lines is None or len(rows) <= lines:
        return "\n".join(row.rstrip() for row in rows)
    return "\n".join([*rows[: lines - 1], _shorten(" ".join(rows[lines - 1 :]), width)])


def ink(colour: str, contrast: float = 4.5) -> str:
    """Return a colour dark enough for text on white: unchanged, or darkened until it is.

    Parameters
    ----------
    colour : str
        A colour as matplotlib names it.
    contrast : float
        Contrast ratio wanted against white, as in WCAG 2.2; 4.5 for text.
    """
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(colour)
    while 1.05 / (_luminance((red, green, blue)) + 0.05) < contrast:
        red, green, blue = red * 0.96, green * 0.96, blue * 0.96
    return str(to_hex((red, green, blue)))


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of a colour against white (WCAG 2.2)."""
    from matplotlib.colors import to_rgb

    return 1.05 / (_luminance(to_rgb(colour)) + 0.05)


@lru_cache(maxsize=1)
def register_fonts() -> tuple[str, ...]:
    """Make the suite's own fonts known to matplotlib; return the families to set, first choice first."""
    import matplotlib as mpl
    from matplotlib import font_manager

    own = []
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in (REGULAR_FONT, BOLD_FONT):
        if path.is_file():
            if str(path) not in known:  # adding one makes matplotlib look for all fonts anew
                font_manager.fontManager.addfont(path)
            own = [FONT_FAMILY]
    installed = set(font_manager.fontManager.get_font_names())
    families = (*own, *(family for family in RARER_FONTS if family in installed), "DejaVu Sans")
    fallbacks = [family for family in families if family not in mpl.rcParams["font.sans-serif"]]
    mpl.rcParams["font.sans-serif"] = [*mpl.rcParams["font.sans-serif"], *fallbacks]
    return families


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that no font of the figures has, each once, in order.

    Examples
    --------
    >>> missing_glyphs("satisfaction")
    ''
    """
    known = _known_characters()
    return "".join(dict.fromkeys(char for char in text if ord(char) not in known and char.isprintable()))


@lru_cache(maxsize=1)
def _known_characters() -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    known: set[int] = set()
    for family in register_fonts():
        path = font_manager.findfont(font_manager.FontProperties(family=[family]))
        known |= set(ft2font.FT2Font(str(path)).get_charmap())
    return frozenset(known)


def _settings() -> Any:
    from cycler import cycler

    return {
        "font.family": list(register_fonts()),
        "font.size": 10.5,
        "text.color": INK,
        "figure.figsize": FIGURE_SIZE,
        "figure.dpi": 110,
        "figure.facecolor": "white",
        "figure.constrained_layout.use": True,
        "figure.max_open_warning": 0,
        "savefig.facecolor": "white",
        "axes.facecolor": "white",
        "axes.titlelocation": "left",
        "axes.titlesize": 13,
        "axes.titleweight": "bold",
        "axes.titlecolor": INK,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 10.5,
        "axes.labelpad": 7,
        "axes.edgecolor": AXIS,
        "axes.linewidth": 0.9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": False,
        "axes.prop_cycle": cycler(color=PALETTE),
        "axes.unicode_minus": True,
        "axes.formatter.useoffset": False,
        "grid.color": GRID,
        "grid.linewidth": 0.9,
        "xtick.color": AXIS,
        "ytick.color": AXIS,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.major.pad": 6,
        "ytick.major.pad": 6,
        "lines.linewidth": 2,
        "lines.markersize": 6.5,
        "patch.linewidth": 0,
        "patch.force_edgecolor": False,
        "legend.frameon": False,
        "legend.fontsize": 10,
        "legend.title_fontsize": 10,
        "legend.borderaxespad": 0.3,
        "errorbar.capsize": 0,
        "hatch.color": "white",
        "svg.hashsalt": "casework",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
    }


def _pieces(text: str, width: int) -> Iterator[str]:
    """Smallest parts between which a line may break: words with their space, single wide characters."""
    piece = ""
    taken = 0
    for char in text:
        more = _columns(char)
        if piece and (taken + more > width or _may_break(piece[-1], char)):
            yield piece
            piece, taken = "", 0
        piece, taken = piece + char, taken + more
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return True
    return 2 in (_columns(before), _columns(after)) and after != " " and after not in NO_LINE_START


def _shorten(text: str, width: int) -> str:
    short = ""
    for char in text:
        if text_width(short) + _columns(char) > width - 1:
            return short.rstrip() + "…"
        short += char
    return short


@lru_cache(maxsize=8192)
def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _luminance(rgb: tuple[float, float, float]) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
