"""Pictures of a process that went astray: when it changed, what it came from, and which level keeps the limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.suppliers.changes import ChangeResult
from casework.suppliers.cusum import CusumResult
from casework.suppliers.variation import LevelsResult, VariationResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TICKS = 7
MOST_ROWS = 25


@draw.register(ChangeResult)
def draw_change(result: ChangeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the series with the fitted step or drift, and the interval of its beginning."""
    ax = style.axes(ax)
    table = result.table
    places = np.arange(len(table))
    ax.axvspan(result.low - 0.5, result.high + 0.5, color=style.ORANGE, alpha=0.16, linewidth=0)
    ax.plot(places, table["value"], "o", color=style.SKY, markersize=4.5, alpha=0.85, label=t("observed"))
    label = t("fitted step") if result.kind == "step" else t("fitted drift")
    for part in (places < result.position, places >= result.position):
        ax.plot(places[part], table["fitted"][part], color=style.INK, linewidth=2.2, label=label)
        label = "_again"
    ax.axvline(result.position - 0.5, color=style.ORANGE, linewidth=1.4, linestyle="--")
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    _ticks(ax, table["label"].tolist())
    words = {"c": result.confidence}
    style.title(ax, result.summary(), t("shaded: {c:.0%} interval of the beginning", **words))
    ax.set(ylabel=t("value [its unit]"))
    return ax


@draw.register(CusumResult)
def draw_cusum(result: CusumResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw both sums, the lower one downward, with the limits and the first signal."""
    ax = style.axes(ax)
    table = result.table
    places = np.arange(len(table))
    ax.axhline(0, color=style.AXIS, linewidth=0.9)
    for sign in (1, -1):
        ax.axhline(sign * result.h, color=style.RED, linewidth=1.3, linestyle="--")
    ax.step(places, table["upper_sum"], where="mid", color=style.BLUE, label=t("upward"))
    ax.step(places, -table["lower_sum"], where="mid", color=style.PURPLE, label=t("downward"))
    if result.signal is not None and result.began is not None:
        column, sign = ("upper_sum", 1) if result.upward else ("lower_sum", -1)
        ax.axvspan(result.began - 0.5, result.signal + 0.5, color=style.ORANGE, alpha=0.16, linewidth=0)
        ax.plot(result.signal, sign * table[column].iloc[result.signal], "o", color=style.RED, markersize=8)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    _ticks(ax, table["label"].tolist())
    subtitle = t("dashed: limits of {h:g}; shaded: from the beginning, by the chart's count, to the signal", h=result.h)
    style.title(ax, result.summary(), subtitle)
    ax.set(ylabel=t("sum of deviations beyond {k:g} [sd]", k=result.k))
    return ax


@draw.register(VariationResult)
def draw_variation(result: VariationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what each factor explains after all others."""
    table = result.table.iloc[::-1].tail(MOST_ROWS)
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    clear = (table["p_adjusted"] < 0.05).to_numpy()
    ax.barh(places, table["share"], height=0.6, color=np.where(clear, style.ORANGE, style.GREY).tolist())
    for place, share in zip(places, table["share"], strict=True):
        ax.annotate(f"{share:.0%}", (share, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(places, [style.name(name) for name in table["factor"]])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    style.title(ax, result.summary(), t("orange: cannot be chance (adjusted p below 0.05)"))
    ax.set(xlabel=t("share explained, of what the other factors leave"), xlim=(0, 1.08))
    return ax


@draw.register(LevelsResult)
def draw_levels(result: LevelsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw Ppk of every level with its interval, against what is asked for."""
    table = result.table[result.table["value"].notna()].iloc[::-1].tail(MOST_ROWS)
    ax = _rows(ax, len(table))
    ax.axvline(1.33, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    numbers = table[["value", "low", "high", "ppm_expected"]].to_numpy(dtype=np.float64)
    for place, (value, low, high, ppm) in enumerate(numbers):
        colour = style.BLUE if low >= 1 else style.RED
        ax.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
        ax.plot(value, place, "o", color=colour, markersize=8)
        text = t("{x:.2f}  ({ppm:,.0f} ppm)", x=value, ppm=ppm)
        ax.annotate(text, (value, place), (0, 9), textcoords="offset points", ha="center", fontsize=9)
    ax.set_yticks(np.arange(len(table)), [style.name(name) for name in table["level"]])
    ax.set_ylim(-0.6, max(len(table), 1) - 0.2)
    ax.margins(x=0.1)
    subtitle = t("bars: {c:.0%} intervals; dashed: 1.33; red: may be below 1", c=result.confidence)
    style.title(ax, result.summary(), subtitle)
    ax.set(xlabel=t("Ppk"))
    return ax


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, 0.44 * rows + 1.7)), grid="x")


def _ticks(ax: Axes, labels: Sequence[object]) -> None:
    """Name a few of the places, evenly spread."""
    chosen = np.unique(np.linspace(0, len(labels) - 1, min(MOST_TICKS, len(labels))).round().astype(int))
    ax.set_xticks(chosen, [style.name(labels[i]) for i in chosen])
