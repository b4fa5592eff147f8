"""Pictures of the supplier methods: sampling plans, capability, points, grades, contracts, sourcing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.suppliers import (
    CapabilityResult,
    ContractResult,
    GradeChain,
    GradesResult,
    PlanResult,
    PointsResult,
    ScoreResult,
    SourcingResult,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PlanPicture = Literal["acceptance", "outgoing", "inspection"]
SourcingPicture = Literal["costs", "distribution"]
MOST_ROWS = 25
GRADE_COLOURS = (style.BLUE, style.GREEN, style.ORANGE, style.RED, style.PURPLE, style.OLIVE, style.GREY, style.SKY)


@draw.register(PlanResult)
def draw_plan(result: PlanResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the OC curve, the average `outgoing` quality, or the total `inspection` of a plan."""
    kind = check_option("kind", kind or "acceptance", PlanPicture)
    ax = style.axes(ax, grid="both")
    curve = result.curve
    column = {"acceptance": "acceptance", "outgoing": "outgoing_quality", "inspection": "total_inspection"}[kind]
    ax.plot(curve["quality"], curve[column], color=style.ACCENT, marker="o" if len(curve) < 12 else None)
    if kind == "acceptance":
        _risk_points(result, ax)
        subtitle = t("probability of acceptance by share nonconforming: the OC curve")
        ax.set(ylim=(-0.02, 1.04), ylabel=t("probability of acceptance"))
    elif kind == "outgoing":
        ax.axhline(result.aoql, color=style.REFERENCE, linestyle="--", linewidth=1.2)
        ax.plot(result.worst_quality, result.aoql, "o", color=style.HIGHLIGHT)
        subtitle = t("after rejected lots were sorted; at worst {x:.2%} goes out", x=result.aoql)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.2%}")
        ax.set(ylabel=t("average outgoing share nonconforming"))
    else:
        subtitle = t("units inspected per lot, rejected lots in full")
        ax.set(ylabel=t("average total inspection [units]"))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    style.title(ax, result.summary(), subtitle)
    ax.set(xlabel=t("share nonconforming in the lot"))
    return ax


def _risk_points(result: PlanResult, ax: Axes) -> None:
    for level, name, colour in (
        (result.aql, t("acceptable level"), style.GREEN),
        (result.rql, t("rejectable level"), style.RED),
    ):
        if level is None:
            continue
        height = float(result.at(level)["acceptance"].iloc[0])
        ax.plot(level, height, "o", color=colour, markersize=8)
        ax.annotate(f"{name} {level:.2%}: {height:.1%}", (level, height), (9, 5), textcoords="offset points",
                    color=style.ink(colour), fontsize=9.5)  # fmt: skip


@draw.register(CapabilityResult)
def draw_capability(result: CapabilityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw measured values with the fitted normal curve and the limits."""
    ax = style.axes(ax, grid="none")
    limits = [x for x in (result.lower, result.upper) if x is not None]
    low = min([*limits, result.mean - 4 * result.sd_overall])
    high = max([*limits, result.mean + 4 * result.sd_overall])
    room = 0.04 * (high - low)
    grid = np.linspace(low - room, high + room, 400)
    seen = result.measured[(result.measured >= grid[0]) & (result.measured <= grid[-1])]
    if len(seen):
        bins = int(np.clip(np.sqrt(len(seen)), 5, 60))
        ax.hist(seen, bins=bins, density=True, color=style.SKY, alpha=0.35, label=t("measured"))
    density = np.exp(-(((grid - result.mean) / result.sd_overall) ** 2) / 2) / (result.sd_overall * np.sqrt(2 * np.pi))
    ax.plot(grid, density, color=style.ACCENT, label=t("normal with the overall spread"))
    for x, name in ((result.lower, t("lower limit")), (result.upper, t("upper limit"))):
        if x is not None:
            ax.axvline(x, color=style.RED, linewidth=1.6)
            lower = x == result.lower
            ax.annotate(f"{name} {x:g}", (x, 0.98), (5 if lower else -5, 0), xycoords=("data", "axes fraction"),
                        textcoords="offset points", ha="left" if lower else "right", va="top", fontsize=9,
                        color=style.ink(style.RED))  # fmt: skip
    if result.target is not None:
        ax.axvline(result.target, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    legend_below(ax, 2)
    ax.set_yticks([])
    style.title(ax, result.summary(), t("red: limits; dashed: target"))
    ax.set(xlabel=t("measured value [its unit]"), ylim=(0, ax.get_ylim()[1] * 1.1))
    return ax


@draw.register(PointsResult)
def draw_points(result: PointsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw points per unit, the part of each kind of nonconformity in its own colour, worst first."""
    table = result.table[result.table["points_per_unit"].notna()].sort_values("points_per_unit", kind="stable")
    table = table.iloc[-MOST_ROWS:]
    ax = _rows(ax, len(table))
    start = np.zeros(len(table))
    colours = (style.RED, style.ORANGE, style.SKY, style.PURPLE, style.OLIVE, style.GREY)
    for i, (name, points) in enumerate(result.weights.items()):
        part = (points * table[name] / table["units"]).to_numpy(dtype=np.float64)
        label = t("{name} ({points:g} points each)", name=t(str(name)), points=points)
        ax.barh(np.arange(len(table)), part, left=start, height=0.66, color=colours[i % len(colours)], label=label)
        start = start + part
    _names(ax, table.index)
    legend_below(ax, 3)
    style.title(ax, result.summary(), t("nonconformity points per inspected unit"))
    ax.set(xlabel=t("points per unit"))
    return ax


@draw.register(ScoreResult)
def draw_scores(result: ScoreResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw scores as stacked points from each criterion, best on top."""
    order = result.table["score"].sort_values(kind="stable").index[-MOST_ROWS:]
    parts = result.contributions.loc[order]
    ax = _rows(ax, len(parts))
    start = np.zeros(len(parts))
    for i, name in enumerate(parts.columns):
        values = parts[name].to_numpy(dtype=np.float64)
        ax.barh(np.arange(len(parts)), values, left=start, height=0.66, color=style.PALETTE[i % len(style.PALETTE)],
                label=style.name(name))  # fmt: skip
        start = start + np.nan_to_num(values)
    for place, total in enumerate(start):
        ax.annotate(f"{total:.1f}", (total, place), (4, 0), textcoords="offset points", va="center", fontsize=9)
    _names(ax, parts.index)
    legend_below(ax, 4)
    style.title(ax, result.summary(), t("points of the score from each criterion"))
    ax.set(xlabel=t("score, 0 to 100"), xlim=(0, 104))
    return ax


@draw.register(GradesResult)
def draw_grades(result: GradesResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw scores in the colour of the grade, with the cuts."""
    table = result.table[result.table["grade"].notna()].sort_values("score", kind="stable").iloc[-MOST_ROWS:]
    ax = _rows(ax, len(table))
    letters = result.counts.index.tolist()
    colours = [GRADE_COLOURS[letters.index(grade)] for grade in table["grade"]]
    ax.barh(np.arange(len(table)), table["score"], height=0.66, color=colours)
    for place, (score, grade) in enumerate(zip(table["score"], table["grade"], strict=True)):
        ax.annotate(
            f"{grade}  {score:.1f}", (score, place), (4, 0), textcoords="offset points", va="center", fontsize=9
        )
    for cut in result.cuts:
        ax.axvline(cut, color=style.REFERENCE, linestyle="--", linewidth=1)
    _names(ax, table.index)
    style.title(ax, result.summary(), t("dashed: lowest score of each grade; a rule may have held a grade down"))
    ax.set(xlabel=t("score, 0 to 100"))
    ax.margins(x=0.12)
    return ax


@draw.register(GradeChain)
def draw_chain(result: GradeChain, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the matrix of transitions."""
    ax = style.axes(ax, size=(5.6, 4.6), grid="none")
    values = result.matrix.to_numpy(dtype=np.float64)
    ax.imshow(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=1.15)
    for i, row in enumerate(values):
        for j, x in enumerate(row):
            if np.isfinite(x):
                ax.text(j, i, f"{x:.0%}", ha="center", va="center", color="white" if x > 0.6 else style.INK)
    names = [style.name(x) for x in result.matrix.index]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    style.title(ax, style.wrap(result.summary(), 48), t("share of suppliers with the next grade"))
    ax.set(xlabel=t("next grade"), ylabel=t("grade"))
    return ax


@draw.register(ContractResult)
def draw_contracts(result: ContractResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the profit of retailer and supplier under each contract, against the best of the chain."""
    table = result.table.iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    retailer, supplier = (table[name].to_numpy(dtype=np.float64) for name in ("retailer_profit", "supplier_profit"))
    ax.barh(places, retailer, height=0.6, color=style.BLUE, label=t("retailer"))
    ax.barh(places, supplier, left=np.where((retailer > 0) & (supplier > 0), retailer, 0), height=0.6,
            color=style.ORANGE, label=t("supplier"))  # fmt: skip
    ax.axvline(result.best_profit, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.axvline(0, color=style.AXIS, linewidth=0.9)
    clear = {"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1.0}  # the line of the best stays behind
    for place, row in zip(places, table.itertuples(), strict=True):
        text = t("{e:.1%}, order {q:,.0f}", e=row.efficiency, q=row.order_quantity)
        end = max(float(row.chain_profit), float(row.retailer_profit), float(row.supplier_profit), 0.0)  # type: ignore[arg-type]
        ax.annotate(text, (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9, bbox=clear)
    _names(ax, table["contract"])
    legend_below(ax, 2)
    style.title(
        ax, result.summary(), t("dashed: the most that the chain could earn; beside the bars: share of it, and order")
    )
    ax.set(xlabel=t("expected profit [currency]"))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.margins(x=0.2)
    return ax


@draw.register(SourcingResult)
def draw_sourcing(result: SourcingResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the parts of the expected cost, or the `distribution` of the cost, of every strategy."""
    kind = check_option("kind", kind or "costs", SourcingPicture)
    return _distribution(result, ax) if kind == "distribution" else _parts(result, ax)


def _parts(result: SourcingResult, ax: Axes | None) -> Axes:
    """Costs beyond the cheapest purchase: what differs between strategies."""
    table = result.table.iloc[::-1]
    ax = _rows(ax, len(table))
    base = float(table["purchase"].min())
    start = np.zeros(len(table))
    looks: tuple[tuple[str, str, Any], ...] = (
        (t("purchase above the cheapest"), style.BLUE, table["purchase"] - base),
        (t("holding"), style.GREEN, table["holding"]),
        (t("fixed"), style.GREY, table["fixed"]),
        (t("stoppage"), style.RED, table["stoppage"]),
    )
    for label, colour, values in looks:
        part = values.to_numpy(dtype=np.float64)
        ax.barh(np.arange(len(table)), part, left=start, height=0.62, color=colour, label=label)
        start = start + part
    for place, (end, days) in enumerate(zip(start, table["days_stopped"], strict=True)):
        ax.annotate(
            t("{d:.2f} days", d=days), (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9
        )
    _names(ax, table["strategy"])
    legend_below(ax, 4)
    style.title(
        ax,
        result.summary(),
        t("expected cost beyond {base:,.0f} of purchase; beside the bars: days of stoppage", base=base),
    )
    ax.set(xlabel=t("expected cost [currency]"))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.margins(x=0.16)
    return ax


def _distribution(result: SourcingResult, ax: Axes | None) -> Axes:
    """Share of replications that cost more than a sum."""
    ax = style.axes(ax, grid="both")
    n = len(result.costs)
    for i, name in enumerate(result.costs.columns):
        ordered = np.sort(result.costs[name].to_numpy())
        ax.step(
            ordered,
            1 - np.arange(n) / n,
            where="post",
            color=style.PALETTE[i % len(style.PALETTE)],
            label=style.name(name),
        )
    ax.legend(loc="upper right")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    style.title(ax, result.summary(), t("how often the cost is higher than a sum, {n:,} replications", n=n))
    ax.set(xlabel=t("cost [currency]"), ylabel=t("share of replications"), ylim=(0, 1.03))
    return ax


def legend_below(ax: Axes, columns: int) -> None:
    """Set the legend below the label of the axis, however low the picture is."""
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.get_figure()
    below = ax.transAxes + ScaledTranslation(0, -44 / 72, figure.dpi_scale_trans)
    ax.legend(loc="upper left", ncols=columns, bbox_to_anchor=(0, 0), bbox_transform=below, fontsize=9)


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.8, 0.36 * rows + 1.9)), grid="x")


def _names(ax: Axes, names: pd.Index | pd.Series) -> None:
    ax.set_yticks(np.arange(len(names)), [style.name(name) for name in names])
