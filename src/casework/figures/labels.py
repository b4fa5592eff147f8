"""Names beside the points of a map, placed so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from casework.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
FONT_SIZE = 9.0
COLUMN_WIDTH = 0.56  # of the font size, for one column of text
LINE_HEIGHT = 1.25  # of the font size
RADII = (9.0, 15.0, 24.0, 36.0, 50.0, 66.0, 84.0)  # [points] tried one after the other
ANGLES = np.pi / 4 + np.arange(16) * np.pi / 8
DIRECTIONS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])
LEADER_FROM = 20.0  # [points] farther labels get a thin line to their point
PLOT_SHARE = (0.86, 0.76)  # of the figure that the axes take, roughly


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def outside(self, width: float, height: float) -> float:
        """How far it sticks out of a page [points]."""
        return max(-self.left, 0) + max(-self.bottom, 0) + max(self.right - width, 0) + max(self.top - height, 0)


def place_labels(
    ax: Axes,
    x: Sequence[float],
    y: Sequence[float],
    names: Sequence[str],
    *,
    colours: Sequence[str],
    keep_clear: Sequence[Box] = (),
) -> None:
    """Write each name near its point, the points in crowded places first; far ones get a thin line.

    Parameters
    ----------
    ax : Axes
        Its limits must be set already.
    x, y : sequence of float
        Points in data coordinates.
    names : sequence of str
        As they shall be shown (see `style.name`); a line break starts a second line.
    colours : sequence of str
        Colour of each point; the text is darkened until it can be read.
    keep_clear : sequence of Box
        Rectangles that no label may cover.
    """
    width, height = page(ax)
    points = to_points(ax, np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    taken = [*keep_clear, *(Box(px - 5, py - 5, px + 5, py + 5) for px, py in points)]
    for place in _crowded_first(points):
        px, py = points[place]
        offset = _best_offset(px, py, _size(names[place]), taken, (width, height))
        taken.append(_box(px, py, *offset, *_size(names[place])))
        _write(ax, (x[place], y[place]), offset, names[place], style.ink(colours[place]))


def page(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes, roughly [points]."""
    figure = ax.get_figure(root=True)
    size = figure.get_size_inches() if figure is not None else np.array(style.FIGURE_SIZE)
    share = ax.get_position()
    scale = (share.width / 0.775, share.height / 0.77)  # of matplotlib's ordinary single axes
    return float(size[0]) * 72 * PLOT_SHARE[0] * scale[0], float(size[1]) * 72 * PLOT_SHARE[1] * scale[1]


def to_points(ax: Axes, x: Floats, y: Floats) -> Floats:
    """Positions in points from the lower left corner of the axes, shape (n, 2)."""
    width, height = page(ax)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    return np.column_stack([(x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height])


def _crowded_first(points: Floats) -> list[int]:
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return [int(place) for place in np.argsort(np.sort(distances, axis=1)[:, :4].sum(axis=1), kind="stable")]


def _size(name: str) -> tuple[float, float]:
    lines = name.split("\n")
    width = max(style.text_width(line) for line in lines) * COLUMN_WIDTH * FONT_SIZE
    return width, len(lines) * LINE_HEIGHT * FONT_SIZE


def _box(px: float, py: float, dx: float, dy: float, width: float, height: float) -> Box:
    """Rectangle of a label whose nearest edge or corner lies at the offset."""
    left = px + dx - width * (0 if dx > 1 else 1 if dx < -1 else 0.5)
    bottom = py + dy - height / 2 if abs(dx) > 1 else py + dy - (0 if dy > 0 else height)
    return Box(left - 1, bottom - 1, left + width + 1, bottom + height + 1)


def _best_offset(
    px: float, py: float, size: tuple[float, float], taken: Sequence[Box], limits: tuple[float, float]
) -> tuple[float, float]:
    best, least = (RADII[0], 0.0), np.inf
    others = np.array([(box.left, box.bottom, box.right, box.top) for box in taken]).reshape(-1, 4)
    for radius in RADII:
        offsets = radius * DIRECTIONS
        boxes = [_box(px, py, dx, dy, *size) for dx, dy in offsets.tolist()]
        costs = _overlaps(boxes, others) + [40 * box.outside(*limits) for box in boxes] + radius / 10
        place = int(np.argmin(costs))
        if costs[place] < least:
            best, least = (float(offsets[place, 0]), float(offsets[place, 1])), float(costs[place])
        if least < RADII[-1] / 10:
            break
    return best


def _overlaps(boxes: Sequence[Box], others: Floats) -> Floats:
    """Area that each box shares with all the others together [points squared]."""
    own = np.array([(box.left, box.bottom, box.right, box.top) for box in boxes])[:, None]
    sides = np.minimum(own[..., 2:], others[:, 2:]) - np.maximum(own[..., :2], others[:, :2])
    area: Floats = sides.clip(0).prod(axis=2).sum(axis=1)
    return area


def _write(ax: Axes, point: tuple[float, float], offset: tuple[float, float], name: str, colour: str) -> None:
    dx, dy = offset
    far = np.hypot(dx, dy) >= LEADER_FROM
    ax.annotate(
        name,
        point,
        offset,
        textcoords="offset points",
        fontsize=FONT_SIZE,
        color=colour,
        ha="left" if dx > 1 else "right" if dx < -1 else "center",
        va="center" if abs(dx) > 1 else "bottom" if dy > 0 else "top",
        arrowprops={"arrowstyle": "-", "color": style.AXIS, "linewidth": 0.7, "shrinkB": 4} if far else None,
        annotation_clip=False,
        zorder=5,
    )
