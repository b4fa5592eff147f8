"""Pictures of the voice of the customer: Kano map, categories, certainty, segments, penalty and reward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.labels import Box, page, place_labels, to_points
from casework.figures.registry import draw
from casework.voice import (
    CATEGORIES,
    ContinuousKano,
    KanoBootstrap,
    KanoQuality,
    KanoResult,
    KanoSegments,
    PenaltyRewardResult,
)
from casework.voice.wording import category_name, listing, shown

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

KanoPicture = Literal["map", "categories"]

COLOURS = {
    "M": style.ORANGE,
    "O": style.BLUE,
    "A": style.GREEN,
    "I": style.GREY,
    "R": style.PURPLE,
    "Q": style.OLIVE,
}
MARKERS = {"M": "s", "O": "o", "A": "^", "I": "D", "R": "v", "Q": "X"}
SEGMENT_MARKERS = "os^Dv<>P"
MAP_SIZE = (7.4, 5.6)
ROW_HEIGHT = 0.42
LABEL_WIDTH = 20
ROW_LABEL_WIDTH = 24
SHARE_SHOWN = 0.07  # smaller pieces of a bar have no room for their number


@draw.register(KanoResult)
def draw_kano(result: KanoResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the map of better against worse (`map`), or the categories of all answers (`categories`)."""
    kind = check_option("kind", kind or "map", KanoPicture)
    return _kano_map(result, ax) if kind == "map" else _kano_categories(result, ax)


@draw.register(KanoBootstrap)
def draw_stability(result: KanoBootstrap, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how often each category came out in the resamples."""
    shares = result.stability
    ax = _rows_axes(ax, len(shares))
    _stacked(ax, shares)
    own = result.own_stability().dropna()
    if own.empty:
        title = t("No attribute has an answer")
    elif own.min() > 1 - 1e-9:
        title = t("Every category is the same in all resamples")
    else:
        least = own.idxmin()
        title = t("Least certain is {name}: its category holds in {share:.0%}", name=shown(least), share=own.min())
    style.title(ax, title, t("Category by the rule in {n:,} resamples of the respondents", n=result.resamples))
    ax.set_xlabel(t("share of resamples"))
    return ax


@draw.register(KanoSegments)
def draw_segments(result: KanoSegments, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw better (right) and worse (left) of each segment with their intervals."""
    attributes = list(result.tests.index)
    ax = _rows_axes(ax, len(attributes), row_height=max(ROW_HEIGHT, 0.15 * len(result.sizes) + 0.14))
    places = np.arange(len(attributes), dtype=float)
    offsets = (np.arange(len(result.sizes)) - (len(result.sizes) - 1) / 2) * 0.7 / len(result.sizes)
    for i, segment in enumerate(result.sizes.index):
        own = result.measures[result.measures["segment"] == segment].set_index("attribute").loc[attributes]
        colour = style.PALETTE[i % len(style.PALETTE)]
        marker = SEGMENT_MARKERS[i % len(SEGMENT_MARKERS)]
        for measure in ("worse", "better"):
            label = style.name(segment) if measure == "better" else "_"
            _ranges(ax, own, measure, places + offsets[i], colour, marker, label)
    ax.axvline(0, color=style.AXIS, linewidth=1)
    _name_rows(ax, attributes)
    names = result.different()
    if names:
        title = t("Segments want different things: {names}", names=listing(names, most=3))
    else:
        title = t("No difference between segments is certain")
    style.title(ax, title, _interval_note(result.confidence))
    ax.set_xlim(-1.03, 1.03)
    ax.set_xlabel(t("worse (absence dissatisfies)  |  better (presence satisfies) [share of answers]"))
    _legend_below(ax, columns=4)
    return ax


@draw.register(ContinuousKano)
def draw_continuous(result: ContinuousKano, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the map of mean scores."""
    frame = result.frame.dropna(subset=["satisfaction", "dissatisfaction"])
    lows = frame[["satisfaction_low", "dissatisfaction_low", "satisfaction", "dissatisfaction"]]
    lowest = min(0.0, float(np.nanmin(lows.to_numpy()))) if len(frame) else 0.0
    ends = (max(lowest, result.limits[0]) - 0.1, result.limits[1] + 0.1)
    ax = _map_axes(ax, ends, ends, result.cut)
    ax.set_xlabel(t("mean dysfunctional score: dissatisfaction if absent [points]"))
    ax.set_ylabel(t("mean functional score: satisfaction if present [points]"))
    columns = ("dissatisfaction", "dissatisfaction_low", "dissatisfaction_high")
    heights = ("satisfaction", "satisfaction_low", "satisfaction_high")
    _points(ax, frame[list(columns)].to_numpy(), frame[list(heights)].to_numpy(), frame.index, list(frame["quadrant"]))
    style.title(ax, _map_title(frame["dissatisfaction"], frame["satisfaction"]), _interval_note(result.confidence))
    return ax


@draw.register(PenaltyRewardResult)
def draw_penalty_reward(result: PenaltyRewardResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what poor and good performance of each attribute do to overall satisfaction."""
    frame = result.frame.sort_values("impact_range", ascending=False, na_position="last", kind="stable")
    ax = _rows_axes(ax, len(frame), row_height=0.5)
    places = np.arange(len(frame), dtype=float)
    bars = (("penalty", -0.19, style.BAD, ""), ("reward", 0.19, style.GOOD, "//"))
    for name, offset, colour, hatch in bars:
        values = frame[name].to_numpy()
        label = t("low (at most {low:g})", low=result.low)
        if name == "reward":
            label = t("high (at least {high:g})", high=result.high)
        ax.barh(places + offset, np.nan_to_num(values), height=0.34, color=colour, hatch=hatch, label=label)
        spread = np.abs(np.stack([values - frame[f"{name}_low"], frame[f"{name}_high"] - values]))
        ax.errorbar(values, places + offset, xerr=spread, fmt="none", ecolor=style.INK, elinewidth=1)
    ax.axvline(0, color=style.AXIS, linewidth=1)
    _name_rows(ax, list(frame.index))
    style.title(ax, _penalty_title(frame), _interval_note(result.confidence))
    ax.set_xlabel(t("change of overall satisfaction against middling performance [points]"))
    _legend_below(ax, columns=2)
    return ax


@draw.register(KanoQuality)
def draw_quality(result: KanoQuality, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how many respondents answered without care, by kind of trouble."""
    counts = result.counts()
    ax = _rows_axes(ax, len(counts))
    places = np.arange(len(counts))
    bars = ax.barh(places, counts["share"].fillna(0), color=style.ACCENT, height=0.6)
    ax.bar_label(bars, [f"{n:,}" for n in counts["respondents"]], padding=4, color=style.INK)
    _name_rows(ax, list(counts.index))
    flagged = len(result.flagged())
    title = tn(
        "{n} of {total} respondents should be looked at",
        "{n} of {total} respondents should be looked at",
        flagged,
        total=len(result.frame),
    )
    style.title(ax, title, t("Respondents by kind of trouble; one respondent can have several"))
    _percent(ax)
    ax.set_xlabel(t("share of respondents"))
    return ax


def _kano_map(result: KanoResult, ax: Axes | None) -> Axes:
    frame = result.frame.dropna(subset=["better", "worse"])
    ax = _map_axes(ax, (-0.03, 1.03), (-0.03, 1.03), (0.5, 0.5))
    x = -frame[["worse", "worse_high", "worse_low"]].to_numpy()
    y = frame[["better", "better_low", "better_high"]].to_numpy()
    _points(ax, x, y, frame.index, list(frame["category"]))
    ax.set_xlabel(t("dissatisfaction if absent: |worse| [share of answers]"))
    ax.set_ylabel(t("satisfaction if present: better [share of answers]"))
    left_out = len(result.frame) - len(frame)
    subtitle = _interval_note(result.confidence)
    if left_out and len(frame):
        subtitle = tn(
            "Lines: {level:.0%} intervals; {n} attribute without a position is left out",
            "Lines: {level:.0%} intervals; {n} attributes without a position are left out",
            left_out,
            level=result.confidence,
        )
    style.title(ax, _map_title(-frame["worse"], frame["better"]), subtitle)
    return ax


def _kano_categories(result: KanoResult, ax: Axes | None) -> Axes:
    shares = result.frame[[f"share_{letter}" for letter in CATEGORIES]].set_axis(list(CATEGORIES), axis=1)
    ax = _rows_axes(ax, len(shares))
    _stacked(ax, shares)
    largest = shares.max(axis=1).dropna()
    if len(largest):
        clearest = largest.idxmax()
        title = t(
            "Opinions agree most on {name}: {share:.0%} answer {category}",
            name=shown(clearest),
            share=largest.max(),
            category=category_name(result.frame["mode"].to_dict()[clearest]),
        )
    else:
        title = t("No attribute has an answer")
    style.title(ax, title, t("Category of every complete pair of answers"))
    ax.set_xlabel(t("share of complete pairs"))
    return ax


def _map_axes(
    ax: Axes | None, x_ends: tuple[float, float], y_ends: tuple[float, float], cut: tuple[float, float]
) -> Axes:
    ax = style.axes(ax, size=MAP_SIZE, grid="none")
    ax.spines["left"].set_visible(True)
    ax.set_xlim(*x_ends)
    ax.set_ylim(*y_ends)
    ax.axvline(cut[0], color=style.REFERENCE, linewidth=1, linestyle=(0, (4, 3)))
    ax.axhline(cut[1], color=style.REFERENCE, linewidth=1, linestyle=(0, (4, 3)))
    corners = ((0.012, 0.985, "A"), (0.988, 0.985, "O"), (0.012, 0.015, "I"), (0.988, 0.015, "M"))
    for x, y, letter in corners:
        ax.text(
            x,
            y,
            category_name(letter),
            transform=ax.transAxes,
            ha="left" if x < 0.5 else "right",
            va="top" if y > 0.5 else "bottom",
            color=style.MUTED,
            fontsize=11,
            style="normal",
            weight="bold",
        )
    return ax


def _points(
    ax: Axes,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    names: pd.Index,
    categories: Sequence[str | None],
) -> None:
    """Draw points with intervals; the columns of `x` and `y` are value, low, high."""
    letters = [letter or "I" for letter in categories]
    colours = [COLOURS[letter] for letter in letters]
    _crosses(ax, x, y, colours)
    for letter in dict.fromkeys(letters):
        own = np.array([other == letter for other in letters])
        ax.plot(
            x[own, 0], y[own, 0], MARKERS[letter], color=COLOURS[letter], zorder=4, markeredgecolor="white"
        )  # fmt: skip
    shown = [style.name(name, width=LABEL_WIDTH, lines=2) for name in names]
    if shown:
        clear = [*_corner_boxes(ax), *_line_boxes(ax, x, y)]
        place_labels(ax, list(x[:, 0]), list(y[:, 0]), shown, colours=colours, keep_clear=clear)
    _category_legend(ax, [letter for letter in CATEGORIES if letter in letters])


def _crosses(ax: Axes, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], colours: Sequence[str]) -> None:
    """Draw the intervals of all points, across and along."""
    from matplotlib.collections import LineCollection

    across = np.stack([x[:, 1:], np.repeat(y[:, :1], 2, axis=1)], axis=2)
    along = np.stack([np.repeat(x[:, :1], 2, axis=1), y[:, 1:]], axis=2)
    lines = [*across, *along]
    colour = [*colours, *colours]
    ax.add_collection(
        LineCollection(lines, colors=colour, linewidths=1, alpha=0.45, zorder=2, capstyle="projecting"), autolim=False
    )


def _corner_boxes(ax: Axes) -> list[Box]:
    width, height = page(ax)
    wide, high = 96.0, 18.0
    return [
        Box(left, bottom, left + wide, bottom + high) for left in (0, width - wide) for bottom in (0, height - high)
    ]


def _line_boxes(ax: Axes, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[Box]:
    """Thin rectangles over the interval lines, which labels had better not cross."""
    across = zip(to_points(ax, x[:, 1], y[:, 0]), to_points(ax, x[:, 2], y[:, 0]), strict=True)
    along = zip(to_points(ax, x[:, 0], y[:, 1]), to_points(ax, x[:, 0], y[:, 2]), strict=True)
    ends = np.array([*across, *along])
    low, high = ends.min(axis=1) - 1, ends.max(axis=1) + 1
    boxes = np.hstack([low, high])[np.isfinite(ends).all(axis=(1, 2))]
    return [Box(*(float(edge) for edge in box)) for box in boxes]


def _category_legend(ax: Axes, letters: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker=MARKERS[letter], color=COLOURS[letter], linestyle="", label=category_name(letter))
        for letter in letters
    ]
    if handles:
        ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.13), ncols=6, columnspacing=1.2)


def _rows_axes(ax: Axes | None, rows: int, *, row_height: float = ROW_HEIGHT) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], 1.9 + row_height * max(rows, 1)), grid="x")


def _stacked(ax: Axes, shares: pd.DataFrame) -> None:
    """Draw one bar per row, cut into the six categories."""
    from matplotlib.patches import Patch

    values = shares[list(CATEGORIES)].fillna(0).to_numpy()
    ends = values.cumsum(axis=1)
    _pieces(ax, ends - values, ends)
    for row, piece in np.argwhere(values >= SHARE_SHOWN):
        middle = ends[row, piece] - values[row, piece] / 2
        ax.text(
            middle, row, f"{values[row, piece]:.0%}", ha="center", va="center", color="white", fontsize=8.5,
            weight="bold", in_layout=False,
        )  # fmt: skip
    _name_rows(ax, list(shares.index))
    ax.set_xlim(0, 1)
    _percent(ax)
    edge: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.8}
    patches = [Patch(facecolor=COLOURS[letter], label=category_name(letter), **edge) for letter in CATEGORIES]
    _legend_below(ax, columns=3, handles=patches)


def _pieces(ax: Axes, starts: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]) -> None:
    """Draw the pieces of all bars at once; one column per category, one row per bar."""
    from matplotlib.collections import PolyCollection

    low = np.broadcast_to(np.arange(len(starts))[:, None] - 0.36, starts.shape)
    corners = [(starts, low), (ends, low), (ends, low + 0.72), (starts, low + 0.72)]
    boxes = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=2)
    colours = [COLOURS[letter] for letter in CATEGORIES for _ in range(len(starts))]
    pieces = PolyCollection(
        list(boxes.swapaxes(0, 1).reshape(-1, 4, 2)), facecolors=colours, edgecolors="white", linewidths=0.8
    )  # fmt: skip
    ax.add_collection(pieces, autolim=False)


def _ranges(
    ax: Axes,
    frame: pd.DataFrame,
    measure: str,
    places: npt.NDArray[np.float64],
    colour: str,
    marker: str,
    label: str,
) -> None:
    ax.hlines(
        places, frame[f"{measure}_low"], frame[f"{measure}_high"], color=colour, linewidth=1.4, alpha=0.6, zorder=2
    )
    ax.plot(frame[measure], places, marker, color=colour, markersize=5, zorder=3, label=label)


def _name_rows(ax: Axes, names: Sequence[object]) -> None:
    ax.set_yticks(np.arange(len(names)), [style.name(name, width=ROW_LABEL_WIDTH, lines=2) for name in names])
    ax.set_ylim(max(len(names), 1) - 0.5, -0.5)


def _percent(ax: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def _legend_below(ax: Axes, *, columns: int, handles: Sequence[Artist] | None = None) -> None:
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=_below_axis(ax),
        ncols=columns,
        columnspacing=1.2,
        handlelength=1.2,
    )


def _below_axis(ax: Axes) -> object:
    """Coordinates with their origin 46 points under the lower left corner of the axes."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure()
    assert figure is not None
    return ax.transAxes + ScaledTranslation(0, -46 / 72, figure.dpi_scale_trans)


def _interval_note(confidence: float) -> str:
    return t("Lines: {level:.0%} intervals", level=confidence)


def _map_title(dissatisfaction: pd.Series, satisfaction: pd.Series) -> str:
    """Say which attributes lie farthest right and highest on a map."""
    if dissatisfaction.empty:
        return t("No attribute has a position on the map")
    missed, liked = shown(dissatisfaction.idxmax()), shown(satisfaction.idxmax())
    if missed == liked:
        return t("Absence hurts and presence pleases most for {name}", name=missed)
    return t("Absence hurts most for {missed}, presence pleases most for {liked}", missed=missed, liked=liked)


def _penalty_title(frame: pd.DataFrame) -> str:
    penalty, reward = frame["penalty"].dropna(), frame["reward"].dropna()
    costly = shown(penalty.idxmin()) if len(penalty) and penalty.min() < 0 else None
    gaining = shown(reward.idxmax()) if len(reward) and reward.max() > 0 else None
    if costly is not None and gaining is not None:
        return t(
            "Low ratings cost most on {costly}, high ratings gain most on {gaining}", costly=costly, gaining=gaining
        )
    if costly is not None:
        return t("Low ratings cost most on {costly}; high ratings gain nothing", costly=costly)
    if gaining is not None:
        return t("High ratings gain most on {gaining}; low ratings cost nothing", gaining=gaining)
    return t("No attribute moves overall satisfaction in the expected direction")
