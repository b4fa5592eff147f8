"""Picture of the service-profit chain: a box for each variable, an arrow for each link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.satisfaction.drivers import ChainResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHAIN_WIDTH = 6.6  # inch
CHAIN_STEP = 0.82  # inch


@draw.register(ChainResult)
def draw_chain(result: ChainResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the chain: a box for each variable, an arrow for each link with its standardised effect."""
    places = _chain_places(result)
    low = min(y for _, y in places.values())
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.1 - low), grid="none")
    ax.set(xlim=(-3.5, 3.5), ylim=(low - 0.35, 0.35))
    ax.set_aspect("equal")
    halves = {name: _half_width(name, places) for name in places}
    long_ways = 0
    for row in result.links.to_dict("records"):
        start, end = places[row["cause"]], places[row["effect"]]
        side = 0
        if _is_long(start, end):
            side, long_ways = (1, -1)[long_ways % 2], long_ways + 1
        _arrow(ax, start, end, row, side, (halves[row["cause"]], halves[row["effect"]]))
    explained = result.equations.set_index("effect")["r_squared"]
    for name, (x, y) in places.items():
        _node(ax, x, y, name, halves[name], explained.get(name))
    ax.set_axis_off()
    style.title(ax, result.headline(), t("standardised effects; dashed: within chance; R²: share that is explained"))
    return ax


def _chain_places(result: ChainResult) -> dict[str, tuple[float, float]]:
    """Rows by the number of steps from the start, top down [inch]; within a row below the causes."""
    levels = result.model.levels
    causes = dict(result.model.equations)
    rows: dict[int, list[str]] = {}
    for name in result.model.names:
        rows.setdefault(levels[name], []).append(name)
    places: dict[str, tuple[float, float]] = {}
    for level, names in sorted(rows.items()):
        wanted = {name: float(np.mean([places[cause][0] for cause in causes.get(name, ())] or [0.0])) for name in names}
        step = min(CHAIN_WIDTH / len(names), 3.2)
        for place, name in enumerate(sorted(names, key=lambda name: wanted[name])):
            places[name] = (step * (place - (len(names) - 1) / 2), -CHAIN_STEP * level)
    return places


def _half_width(name: str, places: Mapping[str, tuple[float, float]]) -> float:
    """Half the width of a box [inch]."""
    beside = sum(1 for _, y in places.values() if y == places[name][1])
    return min(1.35, 0.46 * CHAIN_WIDTH / beside)


def _is_long(start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether an arrow would run through boxes between."""
    return start[1] - end[1] > 1.5 * CHAIN_STEP


def _arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    link: Mapping[Any, Any],
    side: int,
    halves: tuple[float, float],
) -> None:
    """Straight to the next row; round the boxes on one side (1 right, -1 left) to a later one."""
    known = np.isfinite(link["beta_low"])
    clear = not known or link["beta_low"] > 0 or link["beta_high"] < 0
    colour = style.NEUTRAL if not clear else style.GOOD if link["beta"] >= 0 else style.BAD
    first = np.array(start) + (np.array([side * halves[0], 0]) if side else np.array([0, -0.19]))
    last = np.array(end) + (np.array([side * halves[1], 0]) if side else np.array([0, 0.19]))
    bend = -0.45 * side
    look = {
        "arrowstyle": "-|>",
        "mutation_scale": 12,
        "color": colour,
        "linewidth": 0.8 + 2.6 * abs(link["beta"]),
        "linestyle": "-" if clear else "--",
        "connectionstyle": f"arc3,rad={bend}",
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", tuple(last), tuple(first), arrowprops=look, zorder=1)
    way = last - first
    middle = (first + last) / 2 + 0.5 * bend * np.array([way[1], -way[0]])
    shift = 0.0 if side else 0.34
    ax.text(middle[0] + shift, middle[1], f"{link['beta']:+.2f}", ha="center", va="center", fontsize=9.5,
            color=style.ink(colour), zorder=4,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"})  # fmt: skip


def _node(ax: Axes, x: float, y: float, name: str, half: float, explained: float | None) -> None:
    from matplotlib.patches import FancyBboxPatch

    ax.add_patch(FancyBboxPatch((x - half + 0.06, y - 0.13), 2 * half - 0.12, 0.26, boxstyle="round,pad=0.06",
                                facecolor=style.SURFACE, edgecolor=style.AXIS, zorder=3))  # fmt: skip
    text = style.name(name, width=max(8, int(half * 21)))
    if explained is not None:
        text += f"   R² {explained:.2f}"
    ax.text(x, y, text, ha="center", va="center", fontsize=9.5, zorder=4)
