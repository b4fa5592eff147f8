"""Pictures of stopped lines: what it cost, what a reserve would have saved, what would turn the decision around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.suppliers.interruptions import InterruptionsResult
from casework.suppliers.sensitivity import SensitivityResult
from casework.suppliers.stoppage import LineRecord, ReserveResult, StoppageResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ReservePicture = Literal["saved", "stock"]


@draw.register(StoppageResult)
def draw_stoppage(result: StoppageResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the components of the cost, each where the one before ends."""
    table = result.table[result.table["amount"] > 0]
    ax = _rows(ax, len(table) + 1)
    ends = np.cumsum(table["amount"].to_numpy(dtype=np.float64))
    starts = ends - table["amount"].to_numpy(dtype=np.float64)
    places = np.arange(len(table))[::-1] + 1
    ax.barh(places, ends - starts, left=starts, height=0.6, color=style.ORANGE)
    ax.barh(0, result.total, height=0.6, color=style.INK)
    for place, end, amount in zip([*places, 0], [*ends, result.total], [*table["amount"], result.total], strict=True):
        ax.annotate(f"{amount:,.0f}", (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks([*places, 0], [*(style.name(name) for name in table["component"]), t("total")])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.margins(x=0.16)
    style.title(ax, result.summary(), t("per day without output: {x:,.0f}", x=result.per_day))
    ax.set(xlabel=t("cost [currency]"))
    return ax


@draw.register(ReserveResult)
def draw_reserve(result: ReserveResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw units lost by the size of the reserve, or usable `stock` day by day with each reserve."""
    kind = check_option("kind", kind or "saved", ReservePicture)
    ax = style.axes(ax, grid="both")
    if kind == "stock":
        for i, name in enumerate(result.paths):
            colour = style.PALETTE[i % len(style.PALETTE)]
            ax.step(range(1, len(result.paths) + 1), result.paths[name], where="mid", color=colour,
                    label=t("reserve of {d} days", d=name))  # fmt: skip
        ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.16))
        style.title(ax, result.summary(), t("usable stock at the end of each day, ordinary and reserve together"))
        ax.set(xlabel=t("day"), ylabel=t("usable stock [units]"))
        return ax
    table = result.table.sort_values("reserve_days", kind="stable")
    ax.plot(table["reserve_days"], table["lost"], "-o", color=style.RED)
    ax.axvline(result.enough, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    style.title(ax, result.summary(), t("units not built, by the size of the reserve; dashed: enough"))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.set(xlabel=t("reserve [days of need]"), ylabel=t("units lost"), ylim=(0, None))
    return ax


@draw.register(LineRecord)
def draw_line(result: LineRecord, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what was built day by day, what was missing, and the usable stock."""
    ax = style.axes(ax)
    table = result.table
    places = np.arange(len(table))
    ax.bar(places, table["built"], width=1.0, color=style.SKY, alpha=0.6, label=t("built"))
    missing = np.maximum(table["needed"] - table["built"], 0)
    ax.bar(places, missing, bottom=table["built"], width=1.0, color=style.RED, label=t("needed and not built"))
    ax.step(places, table["stock"], where="mid", color=style.INK, linewidth=1.6, label=t("usable stock"))
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.16))
    labels = table["date"].tolist()
    chosen = np.unique(np.linspace(0, len(labels) - 1, min(7, len(labels))).round().astype(int))
    ax.set_xticks(chosen, [style.name(labels[i]) for i in chosen])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    style.title(ax, result.summary(), t("units a day, and sets in the store at the end of the day"))
    ax.set(ylabel=t("units"), ylim=(0, None))
    return ax


@draw.register(InterruptionsResult)
def draw_interruptions(result: InterruptionsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how often each supply breaks down, with its interval and the mean length beside it."""
    table = result.table.iloc[::-1]
    ax = _rows(ax, len(table))
    numbers = table[["failures_per_year", "rate_low", "rate_high", "days_down"]].to_numpy(dtype=np.float64)
    for place, (rate, low, high, days) in enumerate(numbers):
        ax.plot([low, high], [place, place], color=style.BLUE, linewidth=5, alpha=0.35, solid_capstyle="butt")
        ax.plot(rate, place, "o", color=style.BLUE, markersize=8)
        text = t("{d:.1f} days each", d=days) if np.isfinite(days) else t("none")
        ax.annotate(text, (high, place), (6, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(np.arange(len(table)), [style.name(name) for name in table["supplier"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.margins(x=0.16)
    style.title(ax, result.summary(), t("bars: {c:.0%} intervals; beside: mean length", c=result.confidence))
    ax.set(xlabel=t("interruptions a year"))
    return ax


@draw.register(SensitivityResult)
def draw_sensitivity(result: SensitivityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the advantage of the decision at both ends of every lever: a tornado."""
    table = result.table.iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    for column, colour, label in (
        ("advantage_at_low", style.SKY, t("lever at its lowest")),
        ("advantage_at_high", style.ORANGE, t("lever at its highest")),
    ):
        ax.barh(places, table[column] - result.advantage, left=result.advantage, height=0.6, color=colour, label=label)
    ax.axvline(result.advantage, color=style.INK, linewidth=1.2)
    ax.axvline(0, color=style.RED, linewidth=1.6)
    ax.set_yticks(places, [style.name(name, lines=2) for name in table["lever"]])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.3 if len(table) < 5 else -0.2))
    words = {"name": t(result.decision)}
    style.title(ax, result.summary(), t("left of the red line another strategy is cheaper than: {name}", **words))
    ax.set(xlabel=t("advantage over the best other strategy [currency/year]"))
    return ax


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, 0.4 * rows + 1.7)), grid="x")
