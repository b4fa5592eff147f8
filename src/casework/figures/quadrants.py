"""The quadrants of a map of importance and performance: their colours, and their names in the corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.core.messages import t
from casework.figures import style
from casework.satisfaction.quadrants import QUADRANTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(zip(QUADRANTS, (style.RED, style.BLUE, style.GREY, style.OLIVE), strict=True))
CORNERS = ((0.01, 0.99, "left", "top"), (0.99, 0.99, "right", "top"), (0.01, 0.01, "left", "bottom"),
           (0.99, 0.01, "right", "bottom"))  # fmt: skip


def name_corners(ax: Axes) -> None:
    """Write the name of each quadrant into its corner of the map."""
    for name, (x, y, side, edge) in zip(QUADRANTS, CORNERS, strict=True):
        ax.text(x, y, t(name), ha=side, va=edge, transform=ax.transAxes, fontsize=9.5, fontweight="bold",
                color=style.ink(COLOURS[name]), alpha=0.85)  # fmt: skip
