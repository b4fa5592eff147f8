"""Pictures of a causal model: its path diagram, with or without the loadings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.layers import Layout, curve, layered
from casework.figures.registry import draw
from casework.satisfaction.pls import PLSResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLSPicture = Literal["paths", "loadings"]
Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

NAME_COLUMNS = 16  # of a construct in its box
ITEM_COLUMNS = 14  # of an indicator
FONT = 9.5
SMALL = 8.0
COLUMN = 0.066  # width of a column of text at FONT [inch]
LINE = 0.165  # height of a line of text [inch]
PAD = 0.12
LABEL = (0.36, 0.17)  # width and height of a coefficient [inch]
MARGIN = 0.12
WEAK = 0.10  # paths below it are drawn pale


@draw.register(PLSResult)
def draw_pls(result: PLSResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the path diagram: the inner model (`paths`), or with the loadings in the boxes (`loadings`)."""
    kind = check_option("kind", kind or "paths", PLSPicture)
    items = kind == "loadings"
    sizes = {name: _size(result, name, items=items) for name in result.model.names}
    layout = layered(result.model.levels(), result.model.paths, sizes, separation=0.30)
    size = (layout.width + 2 * MARGIN + 0.5, layout.height + 2 * MARGIN + 1.15)
    ax = style.axes(ax, size=size, grid="none")
    _arrows(ax, result, layout)
    for name, box in layout.boxes.items():
        _box(ax, result, name, box, items=items)
    _labels(ax, result, layout)
    _frame(ax, layout)
    below = t("path coefficients on the arrows, share of variance explained (R2) in the boxes")
    if items:
        below = t("path coefficients on the arrows; R2 and loadings in the boxes")
    style.title(ax, result.summary(), below)
    return ax


def _lines(result: PLSResult, name: str, *, items: bool) -> list[str]:
    """Lines below the name of a construct."""
    lines = [f"R² = {result.r2[name]:.2f}"] if name in result.model.targets else []
    if items:
        loadings = dict(zip(result.model.indicators, result.estimate.loadings[0], strict=True))
        lines += [
            f"{style.name(item, width=ITEM_COLUMNS)}  {loadings[item]:.2f}" for item in result.model[name].indicators
        ]
    return lines


def _size(result: PLSResult, name: str, *, items: bool) -> tuple[float, float]:
    """Width and height of the box of a construct [inch]."""
    lines = _lines(result, name, items=items)
    heading = style.text_width(style.name(name, width=NAME_COLUMNS)) * 1.06
    columns = max([heading, *[style.text_width(line) * SMALL / FONT for line in lines]])
    ports = max(
        sum(start == name for start, _ in result.model.paths), sum(end == name for _, end in result.model.paths)
    )
    height = max(LINE * (1 + len(lines)) + 2 * PAD, 0.16 * (ports + 1))
    return columns * COLUMN + 2 * PAD, height


def _colour(value: float) -> str:
    if not np.isfinite(value):
        return style.GRID
    return style.BAD if value < 0 else style.ACCENT


def _arrows(ax: Axes, result: PLSResult, layout: Layout) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    for (start, end), points in layout.ways.items():
        value = result.path(start, end)
        strong = 0.0 if not np.isfinite(value) else min(abs(value), 1.0)
        arrow = FancyArrowPatch(
            path=Path(curve(points)),
            arrowstyle="-|>",
            mutation_scale=9 + 5 * strong,
            linewidth=0.9 + 3.2 * strong,
            zorder=1,
            shrinkA=0,
            shrinkB=0,
            color=_colour(value),
            alpha=0.35 if strong < WEAK else 0.85,
        )
        ax.add_patch(arrow)


def _box(ax: Axes, result: PLSResult, name: str, box: Box, *, items: bool) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = box
    formative = result.model[name].mode == "B"
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=style.SURFACE,
            edgecolor=style.INK if formative else style.AXIS,
            linestyle="--" if formative else "-",
            linewidth=1.1,
            zorder=2,
        )
    )
    lines = _lines(result, name, items=items)
    top = y - LINE * (len(lines) + 1) / 2
    heading = style.name(name, width=NAME_COLUMNS)
    ax.text(x, top + LINE / 2, heading, ha="center", va="center", fontsize=FONT, fontweight="bold", zorder=3)
    for i, line in enumerate(lines):
        ax.text(
            x,
            top + LINE * (i + 1.5),
            line,
            ha="center",
            va="center",
            fontsize=SMALL,
            color=style.MUTED if line.startswith("R²") else style.INK,
            zorder=3,
        )


def _labels(ax: Axes, result: PLSResult, layout: Layout) -> None:
    """Coefficients on their arrows, each where it covers no box, no other coefficient and as little of other arrows."""
    lines = {arrow: curve(points) for arrow, points in layout.ways.items()}
    boxes = np.array(list(layout.boxes.values()))
    placed: list[tuple[float, float]] = []
    for arrow in sorted(lines, key=lambda item: len(lines[item])):
        others = np.concatenate([points for other, points in lines.items() if other != arrow] or [np.empty((0, 2))])
        x, y = _free_place(lines[arrow], boxes, others, placed)
        placed.append((x, y))
        value = result.path(*arrow)
        text = f"{value:.2f}" if np.isfinite(value) else "–"
        ax.text(
            x,
            y,
            text,
            ha="center",
            va="center",
            fontsize=SMALL + 0.5,
            color=style.ink(_colour(value)) if abs(value) >= WEAK else style.MUTED,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.92},
            zorder=4,
        )


def _free_place(line: Floats, boxes: Floats, others: Floats, placed: list[tuple[float, float]]) -> tuple[float, float]:
    """Point of a line where a label is least in the way."""
    width, height = LABEL
    inside = np.abs(line[:, None] - boxes[None, :, :2]) < (boxes[None, :, 2:] + np.array(LABEL)) / 2
    cost = 100.0 * inside.all(axis=2).sum(axis=1)
    if placed:
        near = np.abs(line[:, None] - np.array(placed)[None]) < np.array([width, height]) * 1.08
        cost += 50.0 * near.all(axis=2).sum(axis=1)
    if len(others):
        covered = np.abs(line[:, None] - others[None]) < np.array([width, height]) * 0.55
        cost += 1.0 * covered.all(axis=2).sum(axis=1)
    middle = np.abs(np.linspace(-1, 1, len(line)))
    x, y = line[int(np.argmin(cost + middle))]
    return float(x), float(y)


def _frame(ax: Axes, layout: Layout) -> None:
    """One inch is one inch in both directions; y downwards."""
    ax.set_xlim(-MARGIN, layout.width + MARGIN)
    ax.set_ylim(layout.height + MARGIN, -MARGIN)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
