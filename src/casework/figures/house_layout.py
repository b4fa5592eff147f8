"""How large the parts of a drawn house of quality are, and what stands in its basement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.messages import t
from casework.figures import style
from casework.voice.house import HouseResult
from casework.voice.house.tables import KNOWN

CELL = 0.34  # [inch]
FONT = 9.0  # [points] where a cell is as large as that
NEED_WIDTH, NAME_WIDTH = 30, 26  # columns of text
COLUMN = 0.57  # of the font size, for one column of text
WEIGHT = 2.2  # [cells] width of the column of weights
GAP, RATINGS = 0.6, 5.6  # [cells] between the matrix and the ratings, and their width
BARS = 2.4  # [cells] height of the bars of importance
MARGIN = 0.3  # [cells]
OTHER_COLOURS = (style.BLUE, style.GREEN, style.PURPLE, style.GREY, style.OLIVE, style.SKY)
ARROWS = {"more": "↑", "less": "↓", "target": "○", "": ""}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sizes of the parts of a house, in cells; the matrix lies from (0, 0) to (columns, rows), y pointing down."""

    rows: int
    columns: int
    left: float  # names of the needs and their weights
    head: float  # names of the characteristics
    right: float  # ratings
    basement: float

    @property
    def roof(self) -> float:
        """Height of the roof."""
        return self.columns / 2 if self.columns > 1 else 0.0

    @property
    def top(self) -> float:
        """Height of all that stands above the matrix."""
        return max(self.head + self.roof, self.head + 1.0)

    @property
    def width(self) -> float:
        """Width of the house."""
        return self.left + self.columns + self.right + 2 * MARGIN

    @property
    def height(self) -> float:
        """Height of the house."""
        return self.top + self.rows + self.basement + 2 * MARGIN


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the basement: what it says, and the text of each cell."""

    label: str
    cells: list[str]
    colour: str = style.INK
    bold: bool = False

    @property
    def height(self) -> float:
        """Height [cells]: long texts stand upright."""
        longest = max((style.text_width(cell) for cell in self.cells), default=0)
        return 1.0 if longest <= 4 else 0.5 + longest * COLUMN * (FONT - 1) / 72 / CELL

    @property
    def upright(self) -> bool:
        """Whether the texts stand upright."""
        return self.height > 1


def basement_rows(house: HouseResult) -> list[Row]:
    """Return the rows under the bars: rank, direction, measured values, target, effort."""
    table = house.technical
    rows = [Row(label=t("rank"), cells=[f"{rank:d}" for rank in house.characteristics["rank"]], bold=True)]
    if (table["direction"] != "").any():
        rows.append(Row(label=t("better if"), cells=[ARROWS[way] for way in table["direction"]]))
    for place, product in enumerate(table.columns[len(KNOWN) :]):
        colour = style.ink(style.HIGHLIGHT if place == 0 else OTHER_COLOURS[(place - 1) % len(OTHER_COLOURS)])
        if table[product].notna().any():
            rows.append(Row(label=style.name(product, width=22), cells=_numbers(table[product]), colour=colour))
    for column, label in (("target", t("target")), ("effort", t("effort (1-5)")), ("cost", t("cost"))):
        if table[column].notna().any():
            rows.append(Row(label=label, cells=_numbers(table[column]), bold=column == "target"))
    return rows


def measure(house: HouseResult, rows: Sequence[Row]) -> Plan:
    """Return how much room each part of a house takes."""
    needs = [line for name in house.needs.index for line in need_label(name).split("\n")]
    names = [line for name, unit in name_labels(house) for line in (*name.split("\n"), unit)]
    labels = [row.label for row in rows]
    per_cell = COLUMN * FONT / 72 / CELL
    text = max([style.text_width(line) for line in needs] + [style.text_width(line) - 3 for line in labels])
    return Plan(
        rows=len(house.needs),
        columns=len(house.characteristics),
        left=max(5.0, text * per_cell + 0.4) + WEIGHT,
        head=max(3.2, max(map(style.text_width, names)) * per_cell + 0.5),
        right=GAP + RATINGS + 0.3 if house.ratings.shape[1] else 0.6,
        basement=BARS + sum(row.height for row in rows),
    )


def need_label(name: object) -> str:
    """Return the name of a need as it stands in the house: two lines at most."""
    return style.name(name, width=NEED_WIDTH, lines=2)


def name_labels(house: HouseResult) -> list[tuple[str, str]]:
    """Return the names of the characteristics, in two lines at most, and their units in brackets."""
    units = [style.name(unit, width=NAME_WIDTH - 2) if unit else "" for unit in house.technical["unit"]]
    names = [style.name(name, width=NAME_WIDTH, lines=2) for name in house.characteristics.index]
    return [(name, f"[{unit}]" if unit else "") for name, unit in zip(names, units, strict=True)]


def _numbers(values: pd.Series[float]) -> list[str]:
    return ["" if np.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}" for value in values]
