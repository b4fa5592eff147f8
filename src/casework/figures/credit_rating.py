"""Pictures of ratings: zones, grades, default rates, limits, reviews, migration, default curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.credit.rating import (
    AltmanResult,
    DefaultCurve,
    DefaultRates,
    DurationResult,
    IndicatorScores,
    LimitResult,
    MigrationResult,
    OverrideResult,
    RatingResult,
    ReviewResult,
)
from casework.figures import style
from casework.figures.registry import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RatingPicture = Literal["grades", "scores"]
ENDS = (style.BLUE, "#b9c2cb", style.RED)  # best, middle, worst grade
BINS = 40
MOST_MONTHS = 24
MOST_ROWS = 16


@draw.register(AltmanResult)
def draw_altman(result: AltmanResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the distribution of the Z scores over the three zones."""
    ax = style.axes(ax)
    z = result.table["z"].dropna().to_numpy()
    low, high = _span(z, result.low, result.high)
    edges = np.linspace(low, high, BINS + 1)
    counts, _ = np.histogram(np.clip(z, low, high), edges)
    middle = (edges[:-1] + edges[1:]) / 2
    colours = np.where(middle < result.low, style.RED, np.where(middle > result.high, style.BLUE, ENDS[1]))
    ax.bar(middle, counts, width=np.diff(edges) * 0.92, color=list(colours))
    top = max(1, int(counts.max(initial=0)))
    for cut, zone, side in ((result.low, "distress", "right"), (result.high, "safe", "left")):
        ax.axvline(cut, color=style.INK, linewidth=1, linestyle=":")
        ax.text(cut, top * 1.1, f" {t(zone)} ", ha=side, va="center", color=style.MUTED)
    ax.set(xlabel=t("Z score"), ylabel=t("firms"), xlim=(low, high), ylim=(0, top * 1.2))
    style.title(ax, result.summary(), t("cut-offs {low:g} and {high:g}; the ends hold all scores beyond them",
                                        low=result.low, high=result.high))  # fmt: skip
    return ax


@draw.register(IndicatorScores)
def draw_indicators(result: IndicatorScores, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the middle half of the points of every indicator, by dimension."""
    names = list(result.points.columns)[:40]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.8 + 0.34 * len(names)), grid="x")
    low, middle, high = result.points[names].quantile([0.25, 0.5, 0.75]).to_numpy()
    places = np.arange(len(names))
    dimensions = list(result.dimensions)
    colours = [style.PALETTE[dimensions.index(item.dimension) % len(style.PALETTE)] for item in result.indicators]
    ax.hlines(places, low, high, color=colours[: len(names)], linewidth=6, alpha=0.45)
    ax.scatter(middle, places, color=colours[: len(names)], zorder=3)
    ax.set_yticks(places, [style.name(name, width=44) for name in names])
    ax.set(xlim=(0, 100), ylim=(len(names) - 0.5, -0.5), xlabel=t("points, 100 is best"))
    _legend(
        ax, [t(name) for name in dimensions], [style.PALETTE[i % len(style.PALETTE)] for i in range(len(dimensions))]
    )
    style.title(ax, result.summary(), t("dot: median; bar: the middle half of the customers"))
    return ax


@draw.register(RatingResult)
def draw_rating(result: RatingResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the customers by grade, or ('scores') the scores with the cuts between grades."""
    kind = check_option("kind", kind or "grades", RatingPicture)
    return _scores(result, ax) if kind == "scores" else _grades(result, ax)


def _grades(result: RatingResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    table = result.distribution
    places = np.arange(len(table))
    ax.bar(places, table["final"], color=grade_colours(len(table)), width=0.62)
    if result.overrides is not None and len(result.overrides.log):
        ax.plot(places, table["model"], "D", color=style.INK, markersize=5, linestyle="", label=t("before overrides"))
        ax.legend(loc="upper right")
    top = max(1, int(table[["model", "final"]].to_numpy().max()))
    for place, (n, share) in enumerate(zip(table["final"], table["share"], strict=True)):
        ax.text(place, n + 0.035 * top, f"{share:.0%}", ha="center", va="bottom", color=style.MUTED)
    ax.set_xticks(places, [style.name(name, width=14) for name in table["grade"]])
    ax.set(xlabel=t("grade, best first"), ylabel=t("number of ratings"), ylim=(0, top * 1.18))
    style.title(ax, result.summary())
    return ax


def _scores(result: RatingResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    edges = np.linspace(0, 100, 51)
    score = result.table["score"].to_numpy()
    counts, _ = np.histogram(score, edges)
    middle = (edges[:-1] + edges[1:]) / 2
    place = (middle[:, None] < np.array(result.cuts)).sum(axis=1)
    colours = grade_colours(len(result.grades))
    ax.bar(middle, counts, width=1.85, color=[colours[i] for i in place])
    top = max(1, int(counts.max(initial=0)))
    for cut in result.cuts:
        ax.axvline(cut, color=style.INK, linewidth=1, linestyle=":")
    ends = [100.0, *result.cuts, 0.0]
    for name, high, low in zip(result.grades, ends[:-1], ends[1:], strict=True):
        ax.text((high + low) / 2, top * 1.08, style.name(name, width=10), ha="center", color=style.MUTED)
    ax.set(xlabel=t("score, 100 is best"), ylabel=t("number of ratings"), xlim=(0, 100), ylim=(0, top * 1.18))
    style.title(ax, t("The median score is {x:.0f}", x=float(np.median(score))), t("dotted: the cuts between grades"))
    return ax


@draw.register(OverrideResult)
def draw_overrides(result: OverrideResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw overrides that were taken over, by reason and direction."""
    table = result.by_reason.head(MOST_ROWS)
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 2.2 + 0.38 * max(1, len(table))), grid="x")
    places = np.arange(len(table))
    ax.barh(places, -table["upgrade"].to_numpy(dtype=float), color=style.BLUE, height=0.6)
    ax.barh(places, table["downgrade"].to_numpy(dtype=float), color=style.RED, height=0.6)
    most = max(1.0, float(table[["upgrade", "downgrade"]].to_numpy().max(initial=0)))
    ax.axvline(0, color=style.AXIS, linewidth=1)
    ax.set_yticks(places, [style.name(reason, width=40) for reason in table["reason"]])
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    ax.set(xlim=(-1.1 * most, 1.1 * most), ylim=(max(len(table), 1) - 0.5, -0.5), xlabel=t("overrides"))
    _legend(ax, [t("for the better"), t("for the worse")], [style.BLUE, style.RED])
    style.title(ax, result.summary())
    return ax


@draw.register(DefaultRates)
def draw_default_rates(result: DefaultRates, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the default rate of every grade with its interval."""
    ax = style.axes(ax)
    table = result.table
    places, rate = np.arange(len(table)), table["default_rate"].to_numpy()
    ax.vlines(places, table["low"], table["high"], color=style.AXIS, linewidth=2)
    ax.scatter(places, rate, color=grade_colours(len(table)), s=60, zorder=3)
    top = float(np.nanmax([*table["high"], 0.01]))
    for place, (value, n) in enumerate(zip(rate, table["customers"], strict=True)):
        label = t("none") if np.isnan(value) else f"{value:.1%}"
        ax.annotate(label, (place, 0 if np.isnan(value) else value), (9, 0), textcoords="offset points", va="center")
        ax.text(place, -0.06 * top, f"n = {n:,}", ha="center", va="top", color=style.MUTED, fontsize=9)
    ax.set_xticks(places, [style.name(name, width=14) for name in table["grade"]])
    ax.tick_params(axis="x", pad=8)
    ax.set(xlabel=t("grade, best first"), ylabel=t("share of customers in default"), ylim=(-0.14 * top, 1.08 * top))
    ax.set(xlim=(-0.5, len(table) - 0.3))
    _percent(ax, "y")
    style.title(ax, result.summary(), _intervals(result.confidence))
    return ax


@draw.register(LimitResult)
def draw_limits(result: LimitResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the limits of each grade, and what customers owe within and above them."""
    ax = style.axes(ax)
    table = result.by_grade
    places = np.arange(len(table))
    limits = table["granted"].to_numpy(dtype=float)
    aside = 0.2 if "open_balance" in table else 0.0
    ax.bar(places - aside, limits, width=0.38, color=style.SKY, label=t("granted"))
    top = float(limits.max(initial=0))
    if aside:
        owed, excess = table["open_balance"].to_numpy(dtype=float), table["excess"].to_numpy(dtype=float)
        within = np.maximum(owed - excess, 0.0)
        ax.bar(places + 0.2, within, width=0.38, color=style.GREY, label=t("owed within the limit"))
        ax.bar(places + 0.2, excess, bottom=within, width=0.38, color=style.RED, label=t("owed above the limit"))
        top = max(top, float((within + excess).max(initial=0)))
    ax.set_xticks(places, [style.name(name, width=14) for name in table["grade"]])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set(xlabel=t("grade, best first"), ylabel=t("amount [currency]"), ylim=(0, 1.1 * max(top, 1.0)))
    ax.legend(loc="upper right")
    style.title(ax, result.summary())
    return ax


@draw.register(ReviewResult)
def draw_reviews(result: ReviewResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the reviews of each month, by grade."""
    ax = style.axes(ax)
    load = result.load.set_index("month")
    months = pd.period_range(result.as_of[:7], periods=MOST_MONTHS, freq="M").astype(str)
    shown = load.reindex(months, fill_value=0)
    bottom = np.zeros(len(shown))
    colours = grade_colours(len(result.grades))
    for name, colour in zip(result.grades, colours, strict=True):
        values = shown[name].to_numpy(dtype=float)
        ax.bar(np.arange(len(shown)), values, bottom=bottom, color=colour, width=0.75)
        bottom += values
    _legend(ax, [str(name) for name in result.grades], colours, inside=True)
    ax.set_xticks(np.arange(0, len(shown), 3), list(shown.index[::3]))
    later = int(load.to_numpy().sum() - shown.to_numpy().sum())
    note = tn("{n} review later", "{n} reviews later", later) if later else ""
    ax.set(xlabel=t("month"), ylabel=t("reviews"), ylim=(0, 1.15 * max(1.0, float(bottom.max(initial=0)))))
    style.title(ax, result.summary(), note)
    return ax


@draw.register(MigrationResult)
def draw_migration(result: MigrationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the matrix of moves as shaded shares."""
    rows = list(result.grades)
    return _matrix(result.matrix.loc[rows], ax, result.summary(), result.n[rows])


@draw.register(DurationResult)
def draw_duration(result: DurationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the one-year matrix that follows from the generator."""
    rows = [name for name in result.counts.index if name != result.default]
    return _matrix(result.matrix().loc[rows], ax, result.summary())


def _matrix(matrix: pd.DataFrame, ax: Axes | None, finding: str, n: pd.Series | None = None) -> Axes:
    from matplotlib.colors import LinearSegmentedColormap

    rows, columns = matrix.shape
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.9 + 0.5 * rows), grid="none")
    shades = LinearSegmentedColormap.from_list("moves", ["#ffffff", style.BLUE])
    values = matrix.to_numpy(dtype=float)
    ax.imshow(np.sqrt(np.nan_to_num(values)), cmap=shades, vmin=0, vmax=1, aspect="auto")
    for i, j in np.ndindex(rows, columns):
        text = "–" if np.isnan(values[i, j]) else f"{values[i, j]:.1%}"
        ax.text(j, i, text, ha="center", va="center", fontsize=9.5, color="white" if values[i, j] > 0.5 else style.INK)
    labels = [style.name(name, width=16) for name in matrix.index]
    if n is not None:
        labels = [f"{label}  (n = {int(count):,})" for label, count in zip(labels, n, strict=True)]
    ax.set_yticks(np.arange(rows), labels)
    ax.set_xticks(np.arange(columns), [style.name(name, width=12) for name in matrix.columns])
    ax.set(xlabel=t("grade after a period"), ylabel=t("grade before"))
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    style.title(ax, finding, t("rows add up to 100%; a dash: never seen"))
    return ax


@draw.register(DefaultCurve)
def draw_default_curve(result: DefaultCurve, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cumulative default probabilities of all grades over the years."""
    from matplotlib.ticker import MaxNLocator

    ax = style.axes(ax, grid="both")
    years = np.arange(len(result.cumulative) + 1)
    grades = list(result.cumulative.columns)
    for name, colour in zip(grades, grade_colours(len(grades), line=True), strict=True):
        values = np.append(0.0, result.cumulative[name].to_numpy())
        ax.plot(years, values, color=colour, marker="o", markersize=3.5)
        if result.low is not None and result.high is not None:
            low, high = (np.append(0.0, part[name].to_numpy()) for part in (result.low, result.high))
            ax.fill_between(years, low, high, color=colour, alpha=0.13, linewidth=0)
        if np.isfinite(values[-1]):
            ax.annotate(style.name(name, width=12), (years[-1], values[-1]), (6, 0), textcoords="offset points",
                        va="center", color=style.ink(colour))  # fmt: skip
    ax.set(xlabel=t("years"), ylabel=t("probability of default by then"), xlim=(0, years[-1] * 1.04), ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _percent(ax, "y")
    style.title(
        ax,
        result.summary(),
        t("Bands: {level:.0%} intervals", level=result.confidence) if result.low is not None else "",
    )
    return ax


def grade_colours(k: int, *, line: bool = False) -> list[str]:
    """Colours of k grades, from the best to the worst; for lines the middle is darker."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ends = (ENDS[0], style.GREY, ENDS[2]) if line else ENDS
    scale = LinearSegmentedColormap.from_list("grades", list(ends))
    return [str(to_hex(scale(i / max(1, k - 1)))) for i in range(k)]


def _span(z: Any, low: float, high: float) -> tuple[float, float]:
    room = 1.5 * (high - low) + 0.5
    ends = np.quantile(z, [0.01, 0.99]) if len(z) else np.array([low, high])
    return float(min(ends[0], low - 0.5 * room)), float(max(ends[1], high + 0.5 * room))


def _legend(ax: Axes, labels: Sequence[str], colours: Sequence[str], *, inside: bool = False) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=colour, label=label) for label, colour in zip(labels, colours, strict=True)]
    if inside:
        ax.legend(handles=handles, loc="upper right", ncols=len(handles), handlelength=1.0, columnspacing=1.0)
        return
    height = float(ax.get_figure().get_size_inches()[1])  # type: ignore[union-attr]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.75 / height), ncols=min(5, len(handles)),
              handlelength=1.0, columnspacing=1.2)  # fmt: skip


def _percent(ax: Axes, axis: str) -> None:
    from matplotlib.ticker import PercentFormatter

    (ax.xaxis if axis == "x" else ax.yaxis).set_major_formatter(PercentFormatter(1, decimals=None))


def _intervals(confidence: float) -> str:
    return t("Lines: {level:.0%} intervals", level=confidence)
