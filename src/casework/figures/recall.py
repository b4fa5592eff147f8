"""Pictures of contaminated lots: genealogy, sources, presence-absence plans, recall scopes, warnings from scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import mark, t
from casework.figures import style
from casework.figures.registry import draw
from casework.suppliers.cover import CoverResult
from casework.suppliers.presence import PresenceResult, SamplingCostResult
from casework.suppliers.recall import WORDS, RecallResult
from casework.suppliers.sources import SourcesResult
from casework.suppliers.trace import LotGraph, TraceResult
from casework.suppliers.watch import WatchResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RecallPicture = Literal["costs", "case", "unit", "second"]
MOST_ROWS = 25
MOST_NAMES = 14  # names beside a layer
MOST_LAYERS = 7  # with names
COUNTED = 60  # lots of a layer that are drawn with a dot each in full size
PARTS = (
    ("recall_cost", mark("units recalled"), style.BLUE),
    ("fixed_cost", mark("fixed cost"), style.GREY),
    ("illness_recalled", mark("illness from what was eaten before it came back"), style.SKY),
    ("illness_left", mark("illness from lots left out"), style.RED),
    ("second_recall", mark("second recall"), style.ORANGE),
)


@draw.register(LotGraph)
def draw_graph(result: LotGraph, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw all lots in layers, from raw material at the left to what is at the end."""
    level = dict.fromkeys(result.origins, 0)
    for source, target in zip(result.edges["from"], result.edges["to"], strict=True):
        level[target] = min(level.get(target, 10**9), level[source] + 1)
    ax = style.axes(ax, grid="none")
    _layers(ax, level, result.edges, set(result.origins), set(result.ends), pd.Series(dtype=float))
    style.title(
        ax, result.summary(), t("a dot for each lot, a line for each step; left: raw, right: what is made of it")
    )
    return ax


@draw.register(TraceResult)
def draw_trace(result: TraceResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the lots found in layers by the steps to them, larger where more of the lots asked for are reached."""
    sign = -1 if result.direction == "backward" else 1
    level = dict.fromkeys(result.asked, 0)
    level |= dict(zip(result.table["lot"], sign * result.table["steps"], strict=True))
    reached = result.table.set_index("lot")["reached"].astype(float)
    ax = style.axes(ax, grid="none")
    table = result.table
    _layers(
        ax, level, result.edges, set(table.loc[table["origin"], "lot"]), set(table.loc[table["end"], "lot"]), reached
    )
    style.title(ax, result.summary(), t("larger: behind or after more of the lots asked for; orange: raw, blue: end"))
    return ax


def _layers(
    ax: Axes, level: dict[Any, int], edges: pd.DataFrame, origins: set[Any], ends: set[Any], weight: pd.Series
) -> None:
    """Dots in columns by level, a line for each edge."""
    from matplotlib.collections import LineCollection

    x = pd.Series(level, dtype=np.float64)
    y = pd.Series(0.0, index=x.index)
    for names in x.groupby(x).groups.values():
        order = weight.reindex(names).fillna(0).sort_values(ascending=False, kind="stable").index
        y[order] = np.linspace(1, 0, len(order)) if len(order) > 1 else 0.5
    lines = np.stack([
        np.column_stack([x.reindex(edges["from"]), y.reindex(edges["from"])]),
        np.column_stack([x.reindex(edges["to"]), y.reindex(edges["to"])]),
    ], axis=1)  # fmt: skip
    thin = float(np.clip(60 / max(len(edges), 1), 0.05, 0.5))
    ax.add_collection(LineCollection(list(lines), colors=style.AXIS, linewidths=0.7, alpha=max(thin, 0.06), zorder=1))
    colour = [style.ORANGE if name in origins else style.BLUE if name in ends else style.GREY for name in x.index]
    top = float(weight.max()) if len(weight) else 1.0
    crowd = x.map(x.value_counts())
    size = 14 + 70 * weight.reindex(x.index).fillna(top if not len(weight) else 0) / max(top, 1) * (len(weight) > 0)
    ax.scatter(x, y, s=size / np.clip(crowd / COUNTED, 1, 4), c=colour, zorder=2, linewidths=0)
    for place, names in x.groupby(x).groups.items():
        ax.annotate(
            f"{len(names):,}", (float(str(place)), 1.04), ha="center", va="bottom", fontsize=10, color=style.INK
        )
        if x.nunique() <= MOST_LAYERS:
            _tell_names(ax, float(str(place)), names, y, weight)
    ax.set(xticks=[], yticks=[], ylim=(-0.06, 1.14), xlim=(x.min() - 0.25, x.max() + 0.45))


def _tell_names(ax: Axes, place: float, names: Any, y: pd.Series, weight: pd.Series) -> None:
    """Names beside the dots of a layer that is not crowded, or of its heaviest few."""
    few = list(names)
    if len(few) > MOST_NAMES:
        heavy = weight.reindex(few).dropna().sort_values(ascending=False, kind="stable")
        few = list(heavy.index[:3]) if len(heavy) else []
    if len(few) > 1 and np.diff(np.sort(y[few])).min() < 0.035:
        few = few[:1]
    for name in few:
        ax.annotate(style.name(name, width=16), (place, float(y[name])), (7, 0), textcoords="offset points", fontsize=8,
                    va="center", color=style.MUTED)  # fmt: skip


@draw.register(CoverResult)
def draw_cover(result: CoverResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the sources chosen, with the findings and the clean tests that descend from each."""
    table = result.table.iloc[::-1].tail(MOST_ROWS)
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    ax.barh(places, table["findings"], height=0.6, color=style.RED, label=t("tested positive"))
    ax.barh(places, table["tested_negative"], left=table["findings"], height=0.6, color=style.SKY,
            label=t("tested negative"))  # fmt: skip
    _names(ax, table["source"])
    _below(ax, 2)
    style.title(ax, result.summary(), t("lots tested that descend from each"))
    ax.set(xlabel=t("lots tested"))
    return ax


@draw.register(SourcesResult)
def draw_sources(result: SourcesResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the probability of every candidate lot, a row for each group, in the order of time."""
    groups = result.groups.index[:MOST_ROWS]
    ax = _rows(ax, len(groups))
    owner = result.owners.reindex(result.lots.index)
    for place, group in enumerate(reversed(list(groups))):
        chance = result.lots[owner == group].to_numpy(dtype=np.float64)
        x = np.arange(1, len(chance) + 1)
        ax.scatter(
            x, np.full(len(x), place), marker="s", s=34, c=_shades(chance), linewidths=0.6, edgecolors=style.AXIS
        )
        ax.annotate(f"{result.groups[group]:.1%}", (1, place), (4, 0), xycoords=("axes fraction", "data"), fontsize=9,
                    textcoords="offset points", va="center")  # fmt: skip
    _names(ax, pd.Index(list(reversed(list(groups)))))
    ax.locator_params(axis="x", integer=True)
    style.title(ax, result.summary(), t("darker: more probably contaminated; right: probability of the group"))
    ax.set(xlabel=t("lot of the group, in the order of time"), ylim=(-0.7, len(groups) - 0.3))
    return ax


def _shades(chance: npt.NDArray[np.float64]) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("chance", ["#f4f6f8", style.ORANGE, style.RED])(chance)


@draw.register(PresenceResult)
def draw_presence(result: PresenceResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the probability that a contaminated lot is found, by its prevalence."""
    ax = style.axes(ax, grid="both")
    curve = result.curve.sort_values("prevalence")
    ax.plot(curve["prevalence"], curve["detection"], color=style.ACCENT, marker="o" if len(curve) < 12 else None)
    at = result.prevalence_at(0.95)
    if np.isfinite(at) and at <= curve["prevalence"].max():
        ax.plot(at, 0.95, "o", color=style.HIGHLIGHT, markersize=8)
        ax.annotate(f"{at:.2%}", (at, 0.95), (8, -12), textcoords="offset points", color=style.ink(style.HIGHLIGHT))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    style.title(ax, result.summary(), t("probability that at least one test is positive"))
    ax.set(xlabel=t("share of samples that are contaminated"), ylabel=t("lots found"), ylim=(-0.02, 1.04))
    return ax


@draw.register(SamplingCostResult)
def draw_sampling_cost(result: SamplingCostResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cost of inspection and of what it misses, a bar for each plan."""
    table = result.table
    ax = style.axes(ax)
    places = np.arange(len(table))
    ax.bar(places, table["inspection_cost"], color=style.BLUE, width=0.62, label=t("inspection"))
    ax.bar(places, table["expected_damage"], bottom=table["inspection_cost"], color=style.RED, width=0.62,
           label=t("expected damage"))  # fmt: skip
    for place, (total, chance) in enumerate(zip(table["total_cost"], table["detection_of_a_lot"], strict=True)):
        ax.annotate(f"{chance:.0%}", (place, total), (0, 4), textcoords="offset points", ha="center", fontsize=9)
    ax.set_xticks(places, [f"{n:,}" for n in table["samples"]])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.legend(loc="upper center", ncols=2)
    style.title(ax, result.summary(), t("over each bar: probability that a contaminated lot is found"))
    ax.set(xlabel=t("samples per lot"), ylabel=t("cost [currency/year]"))
    ax.margins(y=0.16)
    return ax


@draw.register(RecallResult)
def draw_recall(result: RecallResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the parts of the expected cost of every scope, or the cost of all scopes over one lever."""
    kind = check_option("kind", kind or "costs", RecallPicture)
    return _parts(result, ax) if kind == "costs" else _lever(result, ax, kind)


def _parts(result: RecallResult, ax: Axes | None) -> Axes:
    table = result.table.iloc[::-1].tail(MOST_ROWS)
    ax = _rows(ax, len(table))
    start = np.zeros(len(table))
    for name, label, colour in PARTS:
        part = table[name].to_numpy(dtype=np.float64)
        ax.barh(np.arange(len(table)), part, left=start, height=0.62, color=colour, label=t(label))
        start = start + part
    for place, (total, lots) in enumerate(zip(start, table["lots"], strict=True)):
        ax.annotate(t("{n:,} lots", n=int(lots)), (total, place), (5, 0), textcoords="offset points", va="center",
                    fontsize=9)  # fmt: skip
    _names(ax, table["scope"])
    _below(ax, 2)
    style.title(ax, result.summary(), t("expected cost by scope; beside the bars: lots recalled"))
    ax.set(xlabel=t("expected cost [currency]"))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.margins(x=0.14)
    return ax


def _lever(result: RecallResult, ax: Axes | None, lever: str) -> Axes:
    """Cost of every scope as a line over one lever, from 0 to three times its value."""
    ax = style.axes(ax, grid="both")
    value = float(getattr(result.costs, lever))
    grid = np.linspace(0, 3 * value if value > 0 else 1000.0, 61)
    lines = result.lines(lever)
    cost = lines["rest"].to_numpy()[:, None] + lines["slope"].to_numpy()[:, None] * grid
    for i, name in enumerate(lines.index):
        ax.plot(grid, cost[i], color=style.PALETTE[i % len(style.PALETTE)], label=style.name(name))
    ax.plot(grid, cost.min(axis=0), color=style.INK, linewidth=4, alpha=0.25, zorder=1)
    ax.axvline(value, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    _below(ax, 3)
    style.title(ax, result.summary(), t("the lowest line is the best scope; dashed: the value as it is"))
    ax.set(xlabel=t(WORDS[lever]), ylabel=t("expected cost [currency]"))
    return ax


@draw.register(WatchResult)
def draw_watch(result: WatchResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the scores over time: suppliers that failed in colour, warnings of every rule as marks."""
    ax = style.axes(ax, grid="y")
    scores = result.scores
    x = np.arange(len(scores))
    for name in scores.columns:
        failed = name in result.events
        ax.plot(x, scores[name], color=style.RED if failed else style.AXIS, linewidth=2.2 if failed else 0.9,
                zorder=3 if failed else 2, label=style.name(name) if failed else None)  # fmt: skip
    for supplier, period in result.events.items():
        place = int(scores.index.get_indexer(pd.Index([period]))[0])
        ax.axvline(place, color=style.RED, linestyle="--", linewidth=1.2)
        ax.annotate(style.name(supplier), (place, 0.02), (-5, 0), xycoords=("data", "axes fraction"), ha="right",
                    textcoords="offset points", color=style.ink(style.RED), fontsize=9)  # fmt: skip
    for i, rule in enumerate(result.rules):
        own = result.warnings[result.warnings["rule"] == rule.name]
        at = scores.index.get_indexer(pd.Index(own["period"]))
        height = [float(scores[who].iloc[k]) for who, k in zip(own["supplier"], at, strict=True)]
        ax.scatter(at, height, marker="ov^sDP*X"[i % 8], s=58, zorder=4, facecolors="none", linewidths=1.7,
                   edgecolors=style.PALETTE[i % len(style.PALETTE)], label=style.name(rule.name, width=48))  # fmt: skip
    step = max(1, len(scores) // 8)
    ax.set_xticks(x[::step], [str(label) for label in scores.index[::step]])
    handles, labels = ax.get_legend_handles_labels()
    kept = [(handle, label) for handle, label in zip(handles, labels, strict=True) if not label.startswith("_")]
    _below(ax, 2, *map(list, zip(*kept, strict=True)))
    style.title(ax, result.summary(), t("score of every supplier; red: failed, dashed: when; marks: a warning begins"))
    ax.set(ylabel=t("score, 0 to 100"))
    return ax


def _below(ax: Axes, columns: int, *handles: Any) -> None:
    """Set the legend below the label of the axis, however low the picture is."""
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.get_figure()
    below = ax.transAxes + ScaledTranslation(0, -44 / 72, figure.dpi_scale_trans)
    ax.legend(*handles, loc="upper left", ncols=columns, bbox_to_anchor=(0, 0), bbox_transform=below, fontsize=9)


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.8, 0.36 * rows + 1.9)), grid="x")


def _names(ax: Axes, names: pd.Index | pd.Series) -> None:
    ax.set_yticks(np.arange(len(names)), [style.name(name) for name in names])
