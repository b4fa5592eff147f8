"""Pictures of stock in several stages: where it is kept, cost by level, the optimum against its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.network_layout import layout
from casework.figures.registry import draw
from casework.supply_chain.multi_echelon import (
    AssemblyResult,
    BoundsResult,
    ChainSimulation,
    GuaranteedResult,
    NeighbourResult,
    PeriodValues,
    SerialResult,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
GuaranteedPicture = Literal["network", "costs"]
SerialPicture = Literal["curves", "levels", "safety"]
SimulationPicture = Literal["path", "stock"]

ROW = 0.44
BOX = 0.36  # half the width of a stage in columns
HALF = 0.3  # half the height of a stage
MOST_NAMES = 40  # stages up to which the network has names
WIDEST = 12.0  # inches of a network without names
MOST_BARS = 20  # of what a period is worth
LINE = 0.24  # inches of a line of a legend


@draw.register(GuaranteedResult)
def draw_guaranteed(result: GuaranteedResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the network with stock and service times, or the `costs` of three ways to place stock."""
    if check_option("kind", kind or "network", GuaranteedPicture) == "costs":
        return _ways(result, ax)
    columns, heights = layout(result.network)
    named = len(columns) <= MOST_NAMES
    widest = 1.9 * (columns.max() + 1) if named else min(1.9 * (columns.max() + 1), WIDEST)
    size = (max(7.4, widest), max(2.8, (0.85 if named else 0.2) * (np.ptp(heights) + 1) + 1.6))
    ax = style.axes(ax, size=size, grid="none")
    for up, down in result.network.links:
        ax.annotate("", (columns[down] - BOX, heights[down]), (columns[up] + BOX, heights[up]),
                    arrowprops={"arrowstyle": "-|>", "color": style.REFERENCE,
                                "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    for place in range(len(columns)):
        _stage(ax, result, place, float(columns[place]), float(heights[place]), named=named)
    ax.set(xlim=(-0.5, columns.max() + 0.5), ylim=(-0.75, heights.max() + 0.6), xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    style.title(ax, result.summary(), t("filled: keeps safety stock [units]; below: promised service time [periods]"))
    return ax


def _stage(ax: Axes, result: GuaranteedResult, place: int, x: float, y: float, *, named: bool) -> None:
    """One stage: a box, filled where it keeps stock, with its stock and its promise."""
    from matplotlib.patches import FancyBboxPatch

    row = result.stages.iloc[place]
    holds = row["net_lead_time"] > 0
    colour = style.ACCENT if holds else "white"
    ax.add_patch(FancyBboxPatch((x - BOX, y - HALF / 2), 2 * BOX, HALF, boxstyle="round,pad=0,rounding_size=0.08",
                                facecolor=colour, edgecolor=style.ACCENT, linewidth=1.4, zorder=3))  # fmt: skip
    if not named:
        return
    stock = t("{x:,.0f} units", x=row["safety_stock"]) if holds else t("no stock")
    ax.annotate(style.name(row["stage"], width=18), (x, y + HALF / 2), (0, 3), textcoords="offset points",
                ha="center", va="bottom", fontsize=9.5, zorder=5)  # fmt: skip
    ax.annotate(stock, (x, y), ha="center", va="center", fontsize=9, zorder=5, color="white" if holds else style.MUTED)
    ax.annotate(t("promises {n}", n=int(row["service_time"])), (x, y - HALF / 2), (0, -3), textcoords="offset points",
                ha="center", va="top", fontsize=8.5, color=style.MUTED, zorder=5)  # fmt: skip


def _ways(result: GuaranteedResult, ax: Axes | None) -> Axes:
    names = [t("best places"), t("every stage keeps stock"), t("only stages that face customers")]
    values = [result.cost, result.cost_everywhere, result.cost_at_ends]
    ax = style.axes(ax, size=(7.4, 2.8), grid="x")
    places = np.arange(3)[::-1]
    ax.barh(places, values, color=[style.HIGHLIGHT, style.ACCENT, style.ACCENT], height=0.6)
    for place, value in zip(places, values, strict=True):
        ax.annotate(f"{value:,.2f}", (value, place), (5, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_yticks(places, [style.wrap(name, 22) for name in names])
    ax.margins(x=0.12)
    style.title(ax, result.summary(), t("cost of safety stock, three ways to place it"))
    ax.set(xlabel=t("cost [currency/period]"))
    return ax


@draw.register(SerialResult)
def draw_serial(result: SerialResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw cost by echelon level, local `levels` beside demand over the lead time, or their `safety`."""
    picture = check_option("kind", kind or "curves", SerialPicture)
    if picture != "curves":
        return _levels(result, ax) if picture == "levels" else _safety(result, ax)
    ax = style.axes(ax, size=_with_legend(len(result.stages), 2), grid="both")
    levels = zip(result.stages["stage"], result.echelon_levels, _colours(len(result.stages)), strict=True)
    for name, level, colour in levels:
        own = result.curves[result.curves["stage"] == name]
        lowest = float(np.interp(level, own["echelon_level"], own["cost"]))
        words = t("{stage} (level {x:,.1f})", stage=style.name(name, width=24), x=level)
        ax.plot(own["echelon_level"] - level, own["cost"] - lowest, color=colour, linewidth=1.8, label=words)
    ax.axvline(0, color=style.REFERENCE, linestyle=":", linewidth=1.2)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.2))
    style.title(ax, result.summary(), t("what moving the level of a stage adds to the cost of it and all below it"))
    ax.set(xlabel=t("moved echelon level [units]"), ylabel=t("cost added [currency/period]"))
    return ax


def _levels(result: SerialResult, ax: Axes | None) -> Axes:
    """Local levels of a chain."""
    return _level_bars(ax, result, list(result.stages["stage"]), result.local_levels,
                       result.chain.lead_times * result.chain.demand.mean)  # fmt: skip


def _safety(result: SerialResult, ax: Axes | None) -> Axes:
    """Draw what local levels hold beyond the mean demand over the lead time."""
    extra = result.local_levels - result.chain.lead_times * result.chain.demand.mean
    ax = style.axes(ax, size=(7.4, max(2.6, ROW * len(extra) + 1.8)), grid="x")
    places = np.arange(len(extra))[::-1]
    ax.axvline(0, color=style.REFERENCE, linewidth=1)
    ax.barh(places, extra, color=[style.ACCENT if x >= 0 else style.HIGHLIGHT for x in extra], height=0.6)
    for place, value in zip(places, extra, strict=True):
        ax.annotate(f"{value:+,.1f}", (max(value, 0), place), (6, 0), textcoords="offset points", va="center",
                    fontsize=9.5)  # fmt: skip
    ax.set_yticks(places, [style.name(name) for name in result.stages["stage"]])
    ax.margins(x=0.14)
    style.title(ax, result.summary(), t("safety: local level less mean demand over the lead time"))
    ax.set(xlabel=t("safety [units]"))
    return ax


def _level_bars(
    ax: Axes | None, result: SerialResult | AssemblyResult, names: list[str], levels: Floats, means: Floats
) -> Axes:
    """Local levels as bars, mean demand over the lead time as lines."""
    ax = style.axes(ax, size=(7.4, max(2.6, ROW * len(names) + 1.8)), grid="x")
    places = np.arange(len(names))[::-1]
    ax.barh(places, levels, color=style.ACCENT, height=0.6)
    for place, mean, level in zip(places, means, levels, strict=True):
        ax.plot([mean, mean], [place - 0.38, place + 0.38], color=style.INK, linewidth=2)
        ax.annotate(f"{level:,.1f}", (max(level, mean, 0), place), (6, 0), textcoords="offset points", va="center",
                    fontsize=9.5)  # fmt: skip
    ax.set_yticks(places, [style.name(name) for name in names])
    ax.margins(x=0.12)
    style.title(ax, result.summary(), t("local base-stock levels; lines: mean demand over the lead time"))
    ax.set(xlabel=t("local base-stock level [units]"))
    return ax


@draw.register(AssemblyResult)
def draw_assembly(result: AssemblyResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the local levels of an assembly tree, the stage that faces customers first."""
    table = result.stages.sort_values("total_lead_time", kind="stable")
    means = table["lead_time"].to_numpy(dtype=float) * result.serial.chain.demand.mean
    return _level_bars(ax, result, list(table["stage"]), table["local_level"].to_numpy(dtype=float), means)


@draw.register(PeriodValues)
def draw_period_values(result: PeriodValues, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what a period less of lead time, or more of patience, saves at every stage."""
    table = result.stages.assign(most=result.stages[["shorter_lead_time", "longer_wait"]].max(axis=1).fillna(0.0))
    table = table.sort_values("most", ascending=False, kind="stable").head(MOST_BARS)
    ax = style.axes(ax, size=(7.4, max(2.8, ROW * len(table) + 2.0)), grid="x")
    places = np.arange(len(table))[::-1]
    waits = table["longer_wait"].to_numpy(dtype=float)
    ax.barh(
        places,
        table["shorter_lead_time"].fillna(0.0),
        color=style.ACCENT,
        height=0.6,
        label=t("lead time a period shorter"),
    )
    ax.plot(waits, places, "D", color=style.HIGHLIGHT, markersize=8, label=t("customers wait a period longer"))
    ax.set_yticks(places, [style.name(name) for name in table["stage"]])
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, _below(len(table))))
    style.title(ax, result.summary(), t("saving of safety stock, placed anew after each change"))
    ax.set(xlabel=t("saving [currency/period]"))
    return ax


@draw.register(BoundsResult)
def draw_bounds(result: BoundsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how far the bounds of every echelon level lie from the rule of thumb between them."""
    table = result.stages
    ax = style.axes(ax, size=(7.4, max(2.6, ROW * len(table) + 1.8)), grid="x")
    places = np.arange(len(table))[::-1]
    rule = table["heuristic_level"].to_numpy(dtype=float)
    low, high = table["lower_bound"] - rule, table["upper_bound"] - rule
    ax.hlines(places, low, high, color=style.ACCENT, linewidth=6, alpha=0.35)
    ax.plot(np.zeros(len(table)), places, "o", color=style.ACCENT, markersize=8)
    for place, level in zip(places, rule, strict=True):
        ax.annotate(f"{level:,.1f}", (0, place), (0, 9), textcoords="offset points", ha="center", fontsize=9)
    ax.set_yticks(places, [style.name(name) for name in table["stage"]])
    ax.set_ylim(-0.6, len(table) - 0.3)
    style.title(ax, result.summary(), t("bars: bounds of the best echelon level; points: rule of thumb"))
    ax.set(xlabel=t("distance from the rule of thumb [units]"))
    return ax


@draw.register(NeighbourResult)
def draw_neighbours(result: NeighbourResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how much dearer every neighbour is, simulated with interval and computed."""
    table = result.table.iloc[1:]
    ax = style.axes(ax, size=(7.4, max(2.8, ROW * len(table) + 1.8)), grid="x")
    places = np.arange(len(table))[::-1]
    ax.axvline(0, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.hlines(places, table["difference_low"], table["difference_high"], color=style.ACCENT, linewidth=5, alpha=0.35)
    ax.plot(table["difference"], places, "o", color=style.ACCENT, markersize=7)
    exact = table["expected_cost"] - result.table["expected_cost"].iloc[0]
    ax.plot(exact, places, "D", markerfacecolor="none", markeredgecolor=style.INK, markersize=9)
    ax.set_yticks(places, [t("{stage} {x:+,.1f}", stage=style.name(name, width=20), x=move)
                           for name, move in zip(table["stage"], table["shift"], strict=True)])  # fmt: skip
    ax.set_ylim(-0.6, len(table) - 0.4)
    style.title(ax, result.summary(), t("simulated with {c:.0%} intervals; diamonds: computed", c=result.confidence))
    ax.set(xlabel=t("cost above that of the levels [currency/period]"))
    return ax


@draw.register(ChainSimulation)
def draw_simulation(result: ChainSimulation, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw net stock in the first periods of one replication, or mean `stock` of every stage."""
    if check_option("kind", kind or "path", SimulationPicture) == "stock":
        return _stock(result, ax)
    names = list(result.path.columns)
    wide = 5 if sum(len(style.name(name)) for name in names[:5]) < 45 else 3
    ax = style.axes(ax, size=_with_legend(len(names), wide))
    periods = np.arange(1, len(result.path) + 1)
    ax.axhline(0, color=style.REFERENCE, linewidth=1)
    for name, colour in zip(names, _colours(len(names)), strict=True):
        ax.plot(periods, result.path[name], color=colour, linewidth=1.4, label=style.name(name))
    ax.legend(loc="upper left", ncols=min(len(names), wide), bbox_to_anchor=(0, -0.2))
    style.title(ax, result.summary(), t("stock less what is owed, {n} periods of one replication", n=len(periods)))
    ax.set(xlabel=t("period"), ylabel=t("net stock [units]"))
    return ax


def _stock(result: ChainSimulation, ax: Axes | None) -> Axes:
    """Mean stock on hand and on the way to every stage."""
    table = result.stages
    ax = style.axes(ax, size=(7.4, max(2.8, ROW * len(table) + 2.0)), grid="x")
    places = np.arange(len(table))[::-1]
    ax.barh(places, table["on_hand"], color=style.ACCENT, height=0.6, label=t("on hand"))
    ax.barh(places, table["in_transit"], left=table["on_hand"], color=style.SKY, height=0.6, label=t("on the way"))
    ax.set_yticks(places, [style.name(name) for name in table["stage"]])
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, _below(len(table))))
    style.title(ax, result.summary(), t("mean stock over {n} replications", n=result.replications))
    ax.set(xlabel=t("stock [units]"))
    return ax


def _with_legend(entries: int, columns: int) -> tuple[float, float]:
    """Return the size of a picture that keeps its height above a long legend."""
    width, height = style.FIGURE_SIZE
    return width, height + LINE * max(0, -(-entries // columns) - 2)


def _below(rows: int) -> float:
    """Place of a legend below a picture with so many bars."""
    return -0.75 / (ROW * rows + 0.8)


def _colours(n: int) -> list[str]:
    """Return a colour for each stage, from light to dark so that lightness alone tells them apart."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    scale = LinearSegmentedColormap.from_list("stages", ["#e0a33e", "#c8442e", "#5c1a5e"])
    return [to_hex(scale(x)) for x in np.linspace(0, 1, max(n, 2))][:n]
