"""The house of quality drawn as a house: roof, relations, importance, competitors, and the measures in the basement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.house_layout import (
    BARS,
    CELL,
    FONT,
    GAP,
    MARGIN,
    OTHER_COLOURS,
    RATINGS,
    WEIGHT,
    Plan,
    Row,
    basement_rows,
    measure,
    name_labels,
    need_label,
)
from casework.voice.house import HouseResult
from casework.voice.house.roof import sign_of
from casework.voice.wording import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

TITLE = 0.85  # [inch]
PAGE = 24.0  # [inch] the longer side of a new figure, at most
STRENGTH_COLOURS = (style.BLUE, style.GREEN, style.ORANGE)
OTHER_MARKERS = "s^Dv<>P"
# Where the lines of a name, then its unit, stand from the middle of the cell: by number of lines, with a unit or not.
LINE_PLACES = {(1, False): (0.0,), (1, True): (-0.18, 0.24), (2, False): (-0.19, 0.19), (2, True): (-0.31, 0.03, 0.34)}
SERIOUS, CONFLICT, HELP = "#f6c9a4", "#fdecdf", "#e3f0f8"


def draw_plan(house: HouseResult, ax: Axes | None = None) -> Axes:
    """Draw a house of quality as a house.

    Parameters
    ----------
    house : HouseResult
        The house.
    ax : Axes, optional
        Where to draw; by default a figure that is as large as the house needs.
    """
    rows = basement_rows(house)
    plan = measure(house, rows)
    cell = min(CELL, PAGE / max(plan.width, plan.height))
    if ax is not None:
        cell = min(_cell_size(ax, plan), 1.1 * CELL)
    ax = style.axes(ax, size=(plan.width * cell, plan.height * cell + TITLE), grid="none")
    font = max(2.0, FONT * cell / CELL)
    pen = _Pen(ax=ax, plan=plan, font=font)
    _frame(pen)
    _relations(pen, house)
    _needs(pen, house)
    _names(pen, house)
    _roof(pen, house)
    _ratings(pen, house.ratings)
    _basement(pen, house, rows)
    _legend(pen, house)
    style.title(ax, _finding(house))
    return ax


def _finding(house: HouseResult) -> str:
    """Say what comes first, and how much is in conflict."""
    top = house.ranking()[0]
    fields = {"name": shown(top), "share": float(house.characteristics["relative_sum"][top])}
    if house.conflicts.empty:
        return t("{name} comes first with {share:.0%} of the importance", **fields)
    return tn(
        "{name} comes first with {share:.0%} of the importance; {n} pair of characteristics is in conflict",
        "{name} comes first with {share:.0%} of the importance; {n} pairs of characteristics are in conflict",
        len(house.conflicts),
        **fields,
    )


@dataclass(frozen=True, kw_only=True)
class _Pen:
    """Where and how large to draw."""

    ax: Axes
    plan: Plan
    font: float

    def text(self, x: float, y: float, text: str, *, smaller: float = 0.0, **look: Any) -> None:
        look = {"ha": "center", "va": "center", "color": style.INK} | look
        self.ax.text(x, y, text, fontsize=self.font - smaller, **look)


def _cell_size(ax: Axes, plan: Plan) -> float:
    """Size of a cell on axes of the caller [inch]."""
    figure: Any = ax.get_figure(root=True)
    box, (width, height) = ax.get_position(), figure.get_size_inches()
    return float(min(box.width * width / plan.width, box.height * height / plan.height))


def _frame(pen: _Pen) -> None:
    """Set the limits, and draw the grid and the bands of the rows."""
    ax, plan = pen.ax, pen.plan
    ax.set_xlim(-plan.left - MARGIN, plan.columns + plan.right + MARGIN)
    ax.set_ylim(plan.rows + plan.basement + MARGIN, -plan.top - MARGIN)
    ax.set_aspect("equal")
    ax.set_axis_off()
    end = plan.columns + (plan.right if plan.right > 1 else 0)
    for row in range(0, plan.rows, 2):
        ax.fill_between([-plan.left, end], row, row + 1, color=style.SURFACE, linewidth=0, zorder=0)
    ax.vlines(np.arange(plan.columns + 1), 0, plan.rows + plan.basement, color=style.GRID, linewidth=0.8, zorder=1)
    ax.hlines(np.arange(plan.rows + 1), -plan.left, plan.columns, color=style.GRID, linewidth=0.8, zorder=1)
    _outline(ax, [(0, 0), (plan.columns, 0), (plan.columns, plan.rows), (0, plan.rows)])


def _outline(ax: Axes, corners: Sequence[tuple[float, float]]) -> None:
    x, y = zip(*corners, corners[0], strict=True)
    ax.plot(x, y, color=style.AXIS, linewidth=1.2, solid_joinstyle="round", zorder=4)


def _relations(pen: _Pen, house: HouseResult) -> None:
    """Draw filled circles, open circles and triangles; numbers where the scale has not three steps."""
    values = house.relations.to_numpy()
    if len(house.scale) != 3:
        for i, j in np.argwhere(values > 0).tolist():
            pen.text(j + 0.5, i + 0.5, f"{values[i, j]:g}", weight="bold", color=style.ink(style.BLUE))
        return
    for level, strength in enumerate(house.scale):
        places: Floats = np.argwhere(values == strength)[:, ::-1].astype(np.float64) + 0.5
        _symbols(pen, places, level)


def _symbols(pen: _Pen, places: Floats, level: int) -> None:
    """Draw the symbol of a strength at places, sized in cells so that it grows with the house."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle, RegularPolygon

    colour = STRENGTH_COLOURS[level]
    if level < 2:
        shapes: list[Any] = [Circle((x, y), 0.27) for x, y in places]
    else:
        shapes = [RegularPolygon((x, y + 0.05), 3, radius=0.28, orientation=np.pi) for x, y in places]
    face = colour if level == 0 else "white"
    pen.ax.add_collection(PatchCollection(shapes, facecolor=face, edgecolor=colour, linewidth=1.6, zorder=3))


def _needs(pen: _Pen, house: HouseResult) -> None:
    """Names of the needs, and their weights as bars with numbers."""
    plan, weights = pen.plan, house.needs["weight"].to_numpy()
    length = (WEIGHT - 1.15) * weights / weights.max()
    pen.ax.barh(np.arange(plan.rows) + 0.5, length, left=-WEIGHT + 1.05, height=0.5, color=style.ACCENT, zorder=2)
    for row, (name, weight) in enumerate(zip(house.needs.index, weights, strict=True)):
        text = need_label(name)
        pen.text(-WEIGHT - 0.2, row + 0.5, text, ha="right", smaller=1.2 if "\n" in text else 0, linespacing=1.0)
        pen.text(-WEIGHT + 0.95, row + 0.5, f"{weight:.0%}", ha="right", smaller=1)
    pen.text(-WEIGHT + 0.05, -0.2, t("weight"), ha="left", va="bottom", smaller=1, color=style.MUTED)
    pen.text(-plan.left + 0.1, -0.2, t("Needs of the customers"), ha="left", va="bottom", weight="bold")


def _names(pen: _Pen, house: HouseResult) -> None:
    plan = pen.plan
    pen.ax.vlines(np.arange(plan.columns + 1), -plan.head, 0, color=style.GRID, linewidth=0.8, zorder=1)
    _outline(pen.ax, [(0, 0), (0, -plan.head), (plan.columns, -plan.head), (plan.columns, 0)])
    for place, (name, unit) in enumerate(name_labels(house)):
        lines = name.split("\n")
        places = LINE_PLACES[len(lines), bool(unit)]
        look: dict[str, Any] = {"rotation": 90, "va": "bottom"}
        for line, shift in zip(lines, places, strict=False):
            pen.text(place + 0.5 + shift, -0.2, line, smaller=0.9 * (len(lines) - 1), **look)
        if unit:
            pen.text(place + 0.5 + places[-1], -0.2, unit, smaller=2.2, color=style.MUTED, **look)


def _roof(pen: _Pen, house: HouseResult) -> None:
    """One diamond for each pair of characteristics, with its sign."""
    from matplotlib.collections import PolyCollection

    plan, codes = pen.plan, house.roof.to_numpy()
    if plan.columns < 2:
        return
    first, second = np.triu_indices(plan.columns, k=1)
    x, y = (first + second + 1) / 2, -plan.head - (second - first) / 2
    corners = np.array([(-0.5, 0), (0, -0.5), (0.5, 0), (0, 0.5)])
    diamonds = np.stack([x, y], axis=1)[:, None, :] + corners
    pen.ax.add_collection(
        PolyCollection(list(diamonds), facecolor=_roof_colours(house, first, second), edgecolor=style.GRID,
                       linewidth=0.8, zorder=1)
    )  # fmt: skip
    size = plan.columns
    _outline(pen.ax, [(0, -plan.head), (size / 2, -plan.head - size / 2), (size, -plan.head)])
    for place in np.flatnonzero(codes[first, second]).tolist():
        code = codes[first[place], second[place]]
        colour = style.ink(style.BLUE if code > 0 else style.RED)
        sign = "\u2009".join(sign_of(code).replace("-", "−"))
        pen.text(x[place], y[place], sign, color=colour, weight="bold", smaller=0.5)


def _roof_colours(house: HouseResult, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> list[str]:
    """Warm where a pair is in conflict, more so where both are important; cool where one helps the other."""
    table = house.conflicts
    pairs = zip(table["first"], table["second"], strict=True)
    found = {pair: SERIOUS if serious else CONFLICT for pair, serious in zip(pairs, table["serious"], strict=True)}
    names, codes = list(house.roof.index), house.roof.to_numpy()
    return [
        found.get((names[i], names[j]), HELP if codes[i, j] else "white")
        for i, j in zip(first.tolist(), second.tolist(), strict=True)
    ]


def _ratings(pen: _Pen, ratings: pd.DataFrame) -> None:
    """Line chart of the ratings at the right of the matrix: one line for each product."""
    if not ratings.shape[1] or not ratings.notna().to_numpy().any():
        return
    plan = pen.plan
    low, high = _span(ratings.to_numpy())
    start = plan.columns + GAP
    steps = np.linspace(low, high, 2 if high - low > 10 else int(high - low) + 1)
    x = start + (steps - low) / (high - low) * RATINGS
    pen.ax.vlines(x, 0, plan.rows, color=style.GRID, linewidth=0.9, zorder=1)
    for place, step in zip(x, steps, strict=True):
        pen.text(place, -0.2, f"{step:g}", va="bottom", smaller=1, color=style.MUTED)
    rows = np.arange(plan.rows) + 0.5
    for order, product in reversed(list(enumerate(ratings.columns))):
        values = start + (ratings[product].to_numpy(dtype=np.float64) - low) / (high - low) * RATINGS
        look = _product_look(order)
        size = (7.0 if order == 0 else 5.0) * pen.font / FONT
        pen.ax.plot(values, rows, markersize=size, zorder=6 if order == 0 else 5, **look)
    _product_names(pen, list(ratings.columns), start)


def _span(values: Floats) -> tuple[float, float]:
    """Whole numbers around all ratings, at least one step apart."""
    low, high = float(np.floor(np.nanmin(values))), float(np.ceil(np.nanmax(values)))
    return (low, high) if high > low else (low, low + 1)


def _product_look(order: int) -> dict[str, Any]:
    if order == 0:
        return {"color": style.HIGHLIGHT, "marker": "o", "linewidth": 2.4}
    colour = OTHER_COLOURS[(order - 1) % len(OTHER_COLOURS)]
    return {"color": colour, "marker": OTHER_MARKERS[(order - 1) % len(OTHER_MARKERS)], "linewidth": 1.1, "alpha": 0.9}


def _product_names(pen: _Pen, products: Sequence[str], start: float) -> None:
    """Legend of the ratings, over them."""
    step = min(0.85, (pen.plan.head - 1.8) / max(len(products), 1))
    top = -1.6 - step * (len(products) - 1)
    pen.text(start, top - 0.95, t("Ratings by customers"), ha="left", weight="bold")
    for order, product in enumerate(products):
        y = top + step * order
        look = _product_look(order)
        pen.ax.plot([start, start + 0.8], [y, y], markersize=5 * pen.font / FONT, markevery=[0], **look)
        pen.text(start + 1.1, y, style.name(product, width=16), ha="left", smaller=0.5,
                 weight="bold" if order == 0 else "normal")  # fmt: skip


def _basement(pen: _Pen, house: HouseResult, rows: Sequence[Row]) -> None:
    """Bars of the importance, and the rows under them."""
    plan = pen.plan
    share = house.characteristics["relative_sum"].to_numpy()
    floor = plan.rows + BARS
    height = (BARS - 0.9) * share / share.max()
    first = house.characteristics["rank"].to_numpy() == 1
    colours = [style.HIGHLIGHT if top else style.ACCENT for top in first]
    pen.ax.bar(np.arange(plan.columns) + 0.5, -height, bottom=floor, width=0.62, color=colours, zorder=2)
    for place, value in enumerate(house.characteristics["relative"]):
        pen.text(place + 0.5, floor - height[place] - 0.12, f"{value:.0%}", va="bottom", smaller=1.8)
    pen.text(-0.2, floor - BARS / 2, t("importance"), ha="right", weight="bold")
    _outline(pen.ax, [(0, plan.rows), (plan.columns, plan.rows), (plan.columns, floor), (0, floor)])
    y = floor
    for row in rows:
        _basement_row(pen, row, y)
        y += row.height
    _outline(pen.ax, [(0, floor), (plan.columns, floor), (plan.columns, y), (0, y)])


def _basement_row(pen: _Pen, row: Row, y: float) -> None:
    middle = y + row.height / 2
    pen.ax.hlines(y + row.height, 0, pen.plan.columns, color=style.GRID, linewidth=0.8, zorder=1)
    look: dict[str, Any] = {"color": row.colour, "weight": "bold" if row.bold else "normal"}
    pen.text(-0.2, middle, row.label, ha="right", smaller=0.5, **look)
    for place, cell in enumerate(row.cells):
        pen.text(place + 0.5, middle, cell, smaller=1, rotation=90 if row.upright else 0, **look)


def _legend(pen: _Pen, house: HouseResult) -> None:
    """Say what the symbols mean, in the free corner beside the roof."""
    left, y = -pen.plan.left + 0.5, -pen.plan.top + 0.6
    words = (t("strong"), t("medium"), t("weak"))
    if len(house.scale) == 3:
        for level, (word, strength) in enumerate(zip(words, house.scale, strict=True)):
            _symbols(pen, np.array([[left, y]]), level)
            pen.text(left + 0.6, y, t("{word} ({strength:g})", word=word, strength=strength), ha="left", smaller=1)
            y += 0.85
    if house.roof.to_numpy().any():
        for sign, word in (("+", t("help each other")), ("−", t("hinder each other"))):
            colour = style.ink(style.BLUE if sign == "+" else style.RED)
            pen.text(left, y, sign, color=colour, weight="bold")
            pen.text(left + 0.6, y, word, ha="left", smaller=1)
            y += 0.85
