"""Pictures of satisfaction: the index tree, weights, gaps, classes of customers, competitors, reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.satisfaction import ComparisonResult, GapResult, IndexResult, ScaleReliabilityResult
from casework.satisfaction.reliability import GOOD
from casework.stats.sampling import SampleSizeResult, quantile
from casework.stats.weights import WeightsResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

IndexPicture = Literal["tree", "weights"]
GapPicture = Literal["gap", "classes"]
ComparisonPicture = Literal["index", "differences", "dimensions"]

ROW_HEIGHT = 0.34
CLASS_COLOURS = {"complaining": style.RED, "satisfied": style.GREY, "loyal": style.BLUE}
SCORE_COLOURS = ("#fbe3cf", "#dbe9f4", "#5b9bd0", "#08519c")  # low is warm, high is blue; told apart by lightness too
COLUMN_WIDTH = 1.0
MARKERS = "os^Dv<>P"


@draw.register(IndexResult)
def draw_index(result: IndexResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the tree of scores and weights (`tree`), or the weights of the dimensions (`weights`)."""
    kind = check_option("kind", kind or "tree", IndexPicture)
    if kind == "tree":
        return _tree(result, ax)
    table = result.dimensions
    return _weight_bars(pd.Series(table["weight"].to_numpy(), index=table["node"]), ax)


@draw.register(WeightsResult)
def draw_weights(result: WeightsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw weights as bars, heaviest first."""
    return _weight_bars(result.weights, ax)


@draw.register(GapResult)
def draw_gap(result: GapResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw expected against perceived by question (`gap`), or the classes of customers (`classes`)."""
    kind = check_option("kind", kind or "gap", GapPicture)
    return _gaps(result, ax) if kind == "gap" else _classes(result, ax)


@draw.register(ComparisonResult)
def draw_comparison(result: ComparisonResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the indexes (`index`), the differences from the own company, or the `dimensions`."""
    kind = check_option("kind", kind or "index", ComparisonPicture)
    if kind == "index":
        return _indexes(result, ax)
    return _differences(result, ax) if kind == "differences" else _dimensions(result, ax)


@draw.register(ScaleReliabilityResult)
def draw_reliability(result: ScaleReliabilityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw Cronbach's alpha of each dimension with its interval."""
    table = result.table.dropna(subset=["alpha"]).sort_values("alpha", kind="stable")
    ax = _rows(ax, len(table))
    ax.axvline(GOOD, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    _interval_rows(ax, table, "alpha", [style.ACCENT] * len(table), digits=2)
    _name_rows(ax, table["dimension"])
    style.title(ax, result.summary(), t("Cronbach's alpha with its interval; dashed: {limit:.1f}", limit=GOOD))
    ax.set(xlabel=t("Cronbach's alpha [at most 1]"), xlim=(min(0.0, _lowest(table)), 1))
    return ax


@draw.register(SampleSizeResult)
def draw_sample_size(result: SampleSizeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how the margin of error shrinks with the number of answers."""
    ax = style.axes(ax, grid="both")
    top = max(2 * result.answers, 20)
    if result.population is not None:
        top = max(2, min(top, int(result.population)))
    answers = np.linspace(max(2, top / 60), top, 200)
    remaining = 1.0 if result.population is None else np.maximum(1 - answers / result.population, 0)
    margin = quantile(result.confidence) * result.deviation * np.sqrt(result.design_effect * remaining / answers)
    unit = t(result.unit) if result.unit else t("share")
    ax.plot(answers, margin, color=style.ACCENT)
    ax.plot(result.answers, result.margin, "o", color=style.HIGHLIGHT, markersize=9)
    style.title(ax, result.summary())
    ax.set(xlabel=t("answers"), ylabel=t("margin of error [{unit}]", unit=unit), xlim=(0, top), ylim=(0, None))
    return ax


def _lowest(table: pd.DataFrame) -> float:
    return float(table["low"].min()) - 0.05 if len(table) else 0.0


def _rows(ax: Axes | None, rows: int, *, extra: float = 1.6) -> Axes:
    """Axes high enough for so many rows."""
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.4, ROW_HEIGHT * rows + extra)), grid="x")


def _name_rows(ax: Axes, names: Any) -> None:
    ax.set_yticks(range(len(names)), [style.name(name) for name in names])
    ax.set_ylim(-0.6, len(names) - 0.4)


def _interval_rows(ax: Axes, table: pd.DataFrame, value: str, colours: list[str], *, digits: int = 1) -> None:
    """Points with their intervals, one row each."""
    _lines(ax, table["low"], table["high"], colours, linewidth=2.2, solid_capstyle="round")
    _marks(ax, table[value], colours, markersize=8)
    for row, (middle, colour) in enumerate(zip(table[value], colours, strict=True)):
        ax.annotate(
            f"{middle:.{digits}f}",
            (middle, row),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=style.ink(colour),
        )


def _lines(ax: Axes, starts: pd.Series, ends: pd.Series, colours: list[str], **look: Any) -> None:
    """One level line per row, from start to end; those of a colour are one artist with gaps."""
    rows = np.arange(len(starts), dtype=float)
    x = np.column_stack([starts, ends, np.full(len(starts), np.nan)])
    for colour, own in _by_colour(colours):
        ax.plot(x[own].ravel(), rows[own].repeat(3), color=colour, **look)


def _marks(ax: Axes, values: pd.Series, colours: list[str], **look: Any) -> None:
    """One point per row."""
    rows, x = np.arange(len(values)), values.to_numpy(dtype=float)
    for colour, own in _by_colour(colours):
        ax.plot(x[own], rows[own], "o", color=colour, **look)


def _by_colour(colours: list[str]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    return [(colour, np.array(colours) == colour) for colour in dict.fromkeys(colours)]


def _legend_below(ax: Axes, columns: int) -> None:
    """Legend under the label of the x axis."""
    figure: Any = ax.get_figure()
    height = max(0.8, figure.get_figheight() * ax.get_position().height)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.6 / height), ncols=columns)


def _weight_bars(weights: pd.Series, ax: Axes | None) -> Axes:
    ordered = weights.sort_values(kind="stable")
    ax = _rows(ax, len(ordered))
    percent = ordered.to_numpy(dtype=float) * 100
    colours = [style.HIGHLIGHT if value == percent.max() else style.ACCENT for value in percent]
    ax.barh(range(len(ordered)), percent, color=colours, height=0.62)
    for row, value in enumerate(percent):
        ax.annotate(
            f"{value:.0f} %", (max(value, 0), row), (5, 0), textcoords="offset points", va="center", fontsize=9.5
        )
    _name_rows(ax, ordered.index)
    style.title(ax, t("{name} weighs most: {share:.0%}", name=t(str(ordered.index[-1])), share=float(ordered.iloc[-1])))
    ax.set(xlabel=t("weight [% of the total]"), xlim=(min(0.0, float(percent.min())), float(percent.max()) * 1.15))
    return ax


def _tree(result: IndexResult, ax: Axes | None) -> Axes:
    """Boxes of nodes from left (the whole) to right (the questions), coloured by score."""
    nodes = result.nodes.set_index("node")
    depth = int(nodes["level"].max())
    leaves = len(result.hierarchy.items)
    size = (max(style.FIGURE_SIZE[0], 2.15 * (depth + 0.75)), max(3.2, 0.40 * leaves + 1.6))
    ax = style.axes(ax, size=size, grid="none")
    places = _places(result)
    colours, low, high = _score_colours(nodes["score"])
    _branches(ax, nodes, places)
    for name, (x, y) in places.items():
        score = float(nodes["score"][name])
        _box(ax, x, y, _node_text(name, nodes, result), colours((score - low) / max(high - low, 1e-9)))
    _colour_bar(ax, colours, low, high)
    ax.set(xlim=(-0.25, depth + 0.5), ylim=(-0.7, leaves - 0.3))
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    style.title(ax, result.summary(), t("score [points, 0-100] and weight among its siblings [%]"))
    return ax


def _branches(ax: Axes, nodes: pd.DataFrame, places: dict[str, tuple[float, float]]) -> None:
    """Lines from each node to its parent, as wide as its weight."""
    from matplotlib.collections import LineCollection

    children = nodes[nodes["parent"] != ""]
    ends = [(places[str(parent)], places[str(name)]) for name, parent in children["parent"].items()]
    widths = 0.8 + 5 * children["weight"].abs().to_numpy(dtype=float)
    lines = LineCollection(ends, colors=style.GRID, linewidths=widths, zorder=1, capstyle="round")
    ax.add_collection(lines, autolim=False)


def _places(result: IndexResult) -> dict[str, tuple[float, float]]:
    """Where each node stands: by level, and in the middle of its questions."""
    row = {item: float(len(result.hierarchy.items) - 1 - i) for i, item in enumerate(result.hierarchy.items)}
    return {
        node.name: (float(node.level), float(np.mean([row[item] for item in node.items])))
        for node in result.hierarchy.nodes
    }


def _score_colours(scores: pd.Series) -> tuple[Colormap, float, float]:
    """Sequential colours that everyone can tell apart, over the range of the scores."""
    from matplotlib.colors import LinearSegmentedColormap

    low, high = 5 * np.floor(float(scores.min()) / 5), 5 * np.ceil(float(scores.max()) / 5)
    colours = LinearSegmentedColormap.from_list("score", SCORE_COLOURS)
    return colours, float(low), float(max(high, low + 5))


def _node_text(name: str, nodes: pd.DataFrame, result: IndexResult) -> str:
    score = f"{float(nodes['score'][name]):.1f}"
    if name == result.hierarchy.root.name:
        return f"{style.name(name, width=20)}  {score}"
    weight = f"{100 * float(nodes['weight'][name]):.0f} %"
    return f"{style.name(name, width=20)}  {score} · {weight}"


def _box(ax: Axes, x: float, y: float, text: str, colour: tuple[float, float, float, float]) -> None:
    from matplotlib.colors import to_hex

    dark = style.contrast_with_white(to_hex(colour)) >= 4.58
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=9,
        color="white" if dark else "black",
        zorder=3,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "none"},
    )


def _colour_bar(ax: Axes, colours: Colormap, low: float, high: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    figure: Any = ax.get_figure()
    bar = figure.colorbar(
        ScalarMappable(Normalize(low, high), colours),
        ax=ax,
        orientation="horizontal",
        fraction=0.03,
        pad=0.02,
        aspect=45,
    )
    bar.set_label(t("score [points, 0-100]"))
    bar.outline.set_visible(False)


def _gaps(result: GapResult, ax: Axes | None) -> Axes:
    """Dumbbells from expected to perceived; the interval of the gap lies around the perceived end."""
    table = result.items.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.0)
    colours = [_gap_colour(item) for item in table.to_dict("records")]
    perceived, half = table["perceived"], table["high"] - table["gap"]
    _lines(ax, table["expected"], perceived, colours, linewidth=1.4, zorder=2)
    _lines(ax, perceived - half, perceived + half, colours, linewidth=5, alpha=0.35, zorder=1)
    ends: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": style.INK}
    _marks(ax, table["expected"], [style.INK] * len(table), markersize=7, zorder=3, **ends)
    _marks(ax, perceived, colours, markersize=7, zorder=3)
    ax.plot([], [], "o", label=t("expected"), **ends)
    ax.plot([], [], "o", color=style.NEUTRAL, label=t("perceived, with the interval of the gap"))
    _legend_below(ax, 2)
    _name_rows(ax, table["node"])
    worst = result.items.iloc[0]
    style.title(ax, _gap_title(worst), t("red: below expectation beyond chance, blue: above, grey: within chance"))
    ax.set(xlabel=t("points of the answer scale [0-100]"))
    return ax


def _gap_colour(item: dict[Any, Any]) -> str:
    return style.BAD if item["high"] < 0 else style.GOOD if item["low"] > 0 else style.NEUTRAL


def _gap_title(worst: pd.Series) -> str:
    if worst["high"] < 0:
        return t(
            "{name} falls shortest of what customers expect: {gap:+.1f} points",
            name=t(str(worst["node"])),
            gap=worst["gap"],
        )
    return t("No question falls short of expectation beyond chance")


def _classes(result: GapResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 2.7), grid="x")
    start = 0.0
    names = {"complaining": t("complaining"), "satisfied": t("satisfied"), "loyal": t("loyal")}
    for row in result.classes.itertuples():
        colour, percent = CLASS_COLOURS[str(row.category)], 100 * float(row.share)  # type: ignore[arg-type]
        ax.barh(0, percent, left=start, color=colour, height=0.5, label=names[str(row.category)])
        if percent >= 6:
            text = f"{percent:.0f} %\n({100 * float(row.low):.0f}–{100 * float(row.high):.0f})"  # type: ignore[arg-type]
            ax.text(start + percent / 2, 0, text, ha="center", va="center", color="white", fontsize=9.5)
        start += percent
    _legend_below(ax, 3)
    ax.set(xlabel=t("customers [%], interval in brackets"), xlim=(0, 100), ylim=(-0.4, 0.4))
    ax.set_yticks([])
    style.title(
        ax,
        t("{share:.0%} of customers get less than they expected", share=result.share("complaining")),
        t("within {band:.1f} points of the expectation counts as satisfied", band=result.band),
    )
    return ax


def _indexes(result: ComparisonResult, ax: Axes | None) -> Axes:
    table = result.suppliers.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    colours = [style.HIGHLIGHT if own else style.NEUTRAL for own in table["own"]]
    _interval_rows(ax, table, "index", colours)
    _name_rows(ax, table["supplier"])
    text = t(
        "index with its {confidence:.0%} interval; {own} highlighted", confidence=result.confidence, own=result.own
    )
    style.title(ax, result.summary(), text)
    ax.set(xlabel=t("satisfaction index [points, 0-100]"))
    return ax


def _differences(result: ComparisonResult, ax: Axes | None) -> Axes:
    table = result.differences.sort_values("difference", kind="stable").reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    colours = [_sign_colour(row) for row in table.to_dict("records")]
    _interval_rows(ax, table, "difference", colours)
    _name_rows(ax, table["supplier"])
    ahead, behind = len(result.ahead_of()), len(result.behind())
    style.title(
        ax,
        t("{own} is ahead of {ahead} and behind {behind} of {n} competitors beyond chance", own=result.own, ahead=ahead,
          behind=behind, n=len(table)),
        t("difference with its {confidence:.0%} interval; chance judged after Holm", confidence=result.confidence),
    )  # fmt: skip
    ax.set(xlabel=t("index of {own} less that of the competitor [points]", own=style.name(result.own)))
    return ax


def _sign_colour(row: dict[Any, Any]) -> str:
    if not row["p_holm"] < 0.05:
        return style.NEUTRAL
    return style.GOOD if row["difference"] > 0 else style.BAD


def _dimensions(result: ComparisonResult, ax: Axes | None) -> Axes:
    """One row per dimension, one mark per supplier, the own one with its interval."""
    table = result.dimensions
    names = list(dict.fromkeys(table["dimension"]))[::-1]
    suppliers = [result.own, *sorted(set(table["supplier"]) - {result.own})]
    ax = _rows(ax, len(names), extra=2.2)
    for place, supplier in enumerate(suppliers):
        part = table[table["supplier"] == supplier].set_index("dimension").reindex(names)
        own = supplier == result.own
        colour = style.HIGHLIGHT if own else style.PALETTE[(2 * place) % len(style.PALETTE)]
        rows = np.arange(len(names))
        if own:
            ax.hlines(rows, part["low"], part["high"], color=colour, linewidth=5, alpha=0.35, zorder=1)
        ax.plot(part["score"], rows, MARKERS[place % len(MARKERS)], color=colour, markersize=9 if own else 7,
                label=style.name(supplier), zorder=3 if own else 2)  # fmt: skip
    _legend_below(ax, min(len(suppliers), 4))
    _name_rows(ax, names)
    style.title(ax, _dimension_title(result), t("score of each supplier; band: interval of {own}", own=result.own))
    ax.set(xlabel=t("score [points, 0-100]"))
    return ax


def _dimension_title(result: ComparisonResult) -> str:
    """Say where the own company leads most and lags most behind the best competitor."""
    others = result.dimensions.dropna(subset=["difference"])
    lead = others.groupby("dimension")["difference"].min()
    if lead.empty:
        return t("No dimension can be compared")
    worst = str(lead.idxmin())
    if lead.min() >= 0:
        return t("{own} leads in every dimension", own=result.own)
    return t(
        "{own} lags most in {name}: {gap:.1f} points behind the best",
        own=result.own,
        name=worst,
        gap=-float(lead.min()),
    )
