"""Pictures of the house of quality: the house, its ranking, gaps, weights, stability, scales, selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.house_plan import draw_plan
from casework.figures.registry import draw
from casework.voice.house import HouseResult, NeedWeights, RankStability, ScaleComparison, Selection
from casework.voice.wording import category_name, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HousePicture = Literal["house", "ranking", "gaps"]

ROW_HEIGHT = 0.36
MOVING = tuple(colour for colour in style.PALETTE if colour != style.GREY)
SHARE_SHOWN = 0.05  # smaller shares are not written into their cell
CATEGORY_COLOURS = {"M": style.ORANGE, "O": style.BLUE, "A": style.GREEN, "I": style.GREY}


@draw.register(HouseResult)
def draw_house(result: HouseResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the whole house (`house`), the importance of the characteristics (`ranking`), or the ratings (`gaps`)."""
    kind = check_option("kind", kind or "house", HousePicture)
    if kind == "house":
        return draw_plan(result, ax)
    return _ranking(result, ax) if kind == "ranking" else _gaps(result, ax)


@draw.register(NeedWeights)
def draw_needs(result: NeedWeights, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what each need weighs by importance alone, and after improvement, sales and Kano."""
    frame = result.frame.sort_values("weight", kind="stable")
    before = frame["importance"] / frame["importance"].sum() * 100
    after, rows = frame["weight"] * 100, np.arange(len(frame))
    ax = _rows(ax, frame.index)
    colours = [CATEGORY_COLOURS.get(letter, style.ACCENT) for letter in frame["category"]]
    ax.hlines(rows, before, after, color=colours, linewidth=3, alpha=0.45, zorder=2)
    ax.plot(before, rows, "o", color="white", markeredgecolor=style.GREY, markeredgewidth=1.6, label=t("importance"))
    ax.scatter(after, rows, s=60, color=colours, zorder=4)
    ax.plot([], [], "o", color=style.INK, label=t("weight in the house"))
    for letter in [letter for letter in CATEGORY_COLOURS if letter in set(frame["category"])]:
        ax.plot([], [], "s", color=CATEGORY_COLOURS[letter], label=category_name(letter))
    style.title(ax, result.summary(), t("From importance alone to the weight in the house"))
    ax.set(xlabel=t("share of all needs [%]"), xlim=(0, None))
    _legend_below(ax)
    return ax


@draw.register(RankStability)
def draw_stability(result: RankStability, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how often each characteristic holds each rank."""
    shares = result.shares.iloc[::-1]
    ax = _rows(ax, shares.index, grid="none")
    values = shares.to_numpy()
    ax.imshow(values, cmap=_blues(), vmin=0, vmax=max(0.6, values.max()), aspect="auto", zorder=1)
    for i, j in np.argwhere(values >= SHARE_SHOWN).tolist():
        dark = values[i, j] > 0.4
        ax.text(j, i, f"{values[i, j]:.0%}", ha="center", va="center", fontsize=8.5,
                color="white" if dark else style.INK)  # fmt: skip
    ax.set_xticks(range(values.shape[1]), [str(rank) for rank in shares.columns])
    style.title(ax, result.summary(), _draws_note(result))
    ax.set(xlabel=t("rank [1 is first]"))
    return ax


@draw.register(ScaleComparison)
def draw_scales(result: ScaleComparison, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the rank of each characteristic under each scale, joined by lines."""
    ranks = result.ranks
    size = (style.FIGURE_SIZE[0], max(2.6, ROW_HEIGHT * len(ranks) + 1.4))
    ax = style.axes(ax, size=size, grid="none")
    x = np.arange(ranks.shape[1])
    moved = np.ptp(ranks.to_numpy(), axis=1) > 0
    for place, (name, row) in enumerate(ranks.iterrows()):
        colour = MOVING[place % len(MOVING)] if moved[place] else style.GREY
        ax.plot(x, row.to_numpy(), "o-", color=colour, linewidth=2, markersize=8)
        ax.annotate(style.name(name, width=30), (x[-1], row.iloc[-1]), (12, 0), textcoords="offset points",
                    va="center", fontsize=9, color=style.ink(colour), annotation_clip=False)  # fmt: skip
    ax.set_xticks(x, list(ranks.columns))
    ax.set_yticks(range(1, len(ranks) + 1))
    ax.set(ylim=(len(ranks) + 0.5, 0.5), xlim=(-0.2, len(x) - 1 + 0.45 * len(x)), ylabel=t("rank [1 is first]"))
    ax.set_xlabel(t("scale of the strengths"), loc="left")
    style.title(ax, result.summary(), t("Rank of each characteristic; grey: the same under every scale"))
    return ax


@draw.register(Selection)
def draw_selection(result: Selection, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw importance and cost of each characteristic, those chosen filled."""
    frame = result.frame.iloc[::-1]
    ax = _rows(ax, frame.index)
    chosen = frame["chosen"].to_numpy()
    for place, (share, cost, taken) in enumerate(frame[["relative_sum", "cost", "chosen"]].itertuples(index=False)):
        look = {"color": style.ACCENT} if taken else {"color": "white", "edgecolor": style.GREY, "linewidth": 1.2}
        ax.barh(place, share * 100, height=0.6, **look)
        ax.annotate(t("cost {cost:g}", cost=cost), (share * 100, place), (5, 0), textcoords="offset points",
                    va="center", fontsize=9, color=style.INK if taken else style.MUTED)  # fmt: skip
    title = tn(
        "{n} characteristic fits into the budget and covers {share:.0%} of the importance",
        "{n} characteristics fit into the budget and cover {share:.0%} of the importance",
        int(chosen.sum()),
        share=result.importance,
    )
    style.title(
        ax, title, t("filled: chosen; budget {budget:g}, spent {cost:g}", budget=result.budget, cost=result.cost)
    )
    ax.set(xlabel=t("share of the importance [%]"))
    ax.margins(x=0.14)
    return ax


def _ranking(result: HouseResult, ax: Axes | None) -> Axes:
    frame = result.characteristics.loc[result.ranking()[::-1]]
    ax = _rows(ax, frame.index)
    values = frame["relative"].to_numpy() * 100
    colours = [style.HIGHLIGHT if rank == 1 else style.ACCENT for rank in frame["rank"]]
    bars = ax.barh(range(len(frame)), values, color=colours, height=0.62)
    ax.bar_label(bars, [f"{value:.1f}" for value in values], padding=4, fontsize=9)
    top = result.ranking()[0]
    share = float(result.characteristics["relative_sum"][top])
    style.title(
        ax,
        t("{name} comes first with {share:.0%} of the importance", name=shown(top), share=share),
        t("Relative importance of the characteristics"),
    )
    by_sum = result.relative == "sum"
    ax.set(xlabel=t("share of the importance [%]") if by_sum else t("importance against the first [%]"))
    ax.margins(x=0.1)
    return ax


def _gaps(result: HouseResult, ax: Axes | None) -> Axes:
    """Own rating against the best competitor, the largest opportunity on top."""
    table = result.gaps().dropna(subset=["gap"]).sort_values("opportunity", kind="stable")
    ax = _rows(ax, table.index)
    if table.empty:
        style.title(ax, t("No competitor was rated"))
        return ax
    rows = np.arange(len(table))
    behind = table["gap"].to_numpy() < 0
    ax.hlines(rows, table["own"], table["best_rating"], linewidth=3, alpha=0.5, zorder=2,
              color=np.where(behind, style.BAD, style.GOOD))  # fmt: skip
    ax.plot(table["own"], rows, "o", color=style.HIGHLIGHT, markersize=9, label=style.name(result.ratings.columns[0]))
    ax.plot(table["best_rating"], rows, "s", color=style.GREY, markersize=7, label=t("best competitor"))
    top = table.index[-1]
    gap = float(table["gap"].iloc[-1])
    title = t("We lead in every need")
    if gap < 0:
        title = t("Most to gain: {name}, {gap:.1f} behind the best", name=shown(top), gap=-gap)
    style.title(ax, title, t("Ratings by customers; ordered by weight x gap"))
    ax.set(xlabel=t("mean rating [points]"))
    _legend_below(ax)
    return ax


def _rows(ax: Axes | None, names: pd.Index[Any], *, grid: style.Grid = "x") -> Axes:
    """Axes high enough for so many rows, with their names."""
    height = max(2.6, ROW_HEIGHT * len(names) + 1.7)
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], height), grid=grid)
    ax.set_yticks(range(len(names)), [style.name(name) for name in names])
    ax.set_ylim(-0.6, len(names) - 0.4)
    return ax


def _draws_note(result: RankStability) -> str:
    if result.concentration == 0:
        return t("Share of draws in which each rank is held; all weights equally likely")
    return t("Share of draws in which each rank is held; weights scattered around those given")


def _blues() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("casework_blues", ["white", "#cfe3f2", style.BLUE, "#06365a"])


def _legend_below(ax: Axes) -> None:
    figure: Any = ax.get_figure()
    height = max(0.8, figure.get_figheight() * ax.get_position().height)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.6 / height), ncols=3)
