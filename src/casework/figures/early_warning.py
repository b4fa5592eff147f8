"""Pictures of receivables: ageing, roll rates, days sales outstanding, warnings and their back-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.credit.receivables import (
    MEASURE_WORDS,
    AgeingHistory,
    AgeingResult,
    BacktestResult,
    KpiResult,
    RollResult,
    SignalsResult,
    ThresholdCurve,
)
from casework.figures import style
from casework.figures.registry import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BacktestPicture = Literal["quality", "leads"]
CurvePicture = Literal["quality", "cost"]
LEVEL_COLOURS = ("#e8b65a", "#d07a2d", "#a3271f")
ROW = 0.55
MOST_TICKS = 9


def bucket_colours(n: int) -> list[Any]:
    """Return a colour per bucket, from pale (not yet due) to dark (longest overdue)."""
    from matplotlib.colors import LinearSegmentedColormap

    scale = LinearSegmentedColormap.from_list("age", ["#e8b65a", "#c8442e", "#4a1430"])
    return ["#b9cfe0", *(scale(x) for x in np.linspace(0, 1, max(n - 1, 2)))][:n]


@draw.register(AgeingResult)
def draw_ageing(result: AgeingResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what is open by bucket."""
    table = result.to_frame()
    ax = style.axes(ax, size=(7.4, 3.6))
    places = np.arange(len(table))
    ax.bar(places, table["amount"], color=bucket_colours(len(table)), width=0.72)
    for place, amount, share in zip(places, table["amount"], table["share"], strict=True):
        text = t("{x:.1%}", x=share) if np.isfinite(share) else "0"
        ax.annotate(text, (place, max(amount, 0)), (0, 4), textcoords="offset points", ha="center", fontsize=9.5)
    ax.set_xticks(places, [style.name(name) for name in result.buckets])
    _money(ax)
    style.title(ax, result.summary(), t("open invoices by days past due; credits of {x:,.0f} are not in it",
                                        x=-float(result.totals["credits"]) + 0.0))  # fmt: skip
    ax.set(xlabel=t("days past due"), ylabel=_unit(t("open"), result.currency))
    ax.margins(y=0.12)
    return ax


@draw.register(AgeingHistory)
def draw_history(result: AgeingHistory, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the buckets at each day, stacked."""
    ax = style.axes(ax)
    x = np.arange(len(result.dates))
    bottom = np.zeros(len(x))
    for name, colour in zip(result.buckets, bucket_colours(len(result.buckets)), strict=True):
        amount = result.totals[name].to_numpy()
        ax.bar(x, amount, bottom=bottom, color=colour, width=0.86, label=style.name(name))
        bottom = bottom + amount
    _date_ticks(ax, result.dates)
    _money(ax)
    ax.legend(
        loc="upper left",
        ncols=min(len(result.buckets), 7),
        bbox_to_anchor=(0, -0.12),
        handlelength=1,
        columnspacing=1.2,
    )
    style.title(ax, result.summary(), t("open invoices at month-ends, by days past due"))
    ax.set(ylabel=_unit(t("open"), result.currency))
    return ax


@draw.register(RollResult)
def draw_rolls(result: RollResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the shares of each bucket's money by where it stood a month later."""
    matrix = result.matrix
    ax = style.axes(ax, size=(7.4, 0.5 * len(matrix) + 2.0), grid="none")
    shares = matrix.to_numpy(dtype=float)
    ax.imshow(np.nan_to_num(shares), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        if np.isfinite(share) and share >= 0.0005:
            colour = "white" if share > 0.55 else style.INK
            ax.text(j, i, f"{share:.1%}", ha="center", va="center", fontsize=9.5, color=colour)
    heads = [style.name(t(str(name).replace("_", " ")), width=14).replace(" ", "\n") for name in matrix.columns]
    ax.set_xticks(np.arange(len(heads)), heads)
    ax.set_yticks(np.arange(len(matrix)), [style.name(name) for name in matrix.index])
    ax.axvline(len(result.buckets) - 0.5, color="white", linewidth=4)
    style.title(ax, result.summary(), tn("share of the money of each bucket (row), one month-end later, over {n} step",
                                         "share of the money of each bucket (row), one month-end later, over {n} steps",
                                         result.steps))  # fmt: skip
    ax.set(xlabel=t("a month later"), ylabel=t("days past due"))
    return ax


@draw.register(KpiResult)
def draw_kpis(result: KpiResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw days sales outstanding, by ratio and counted back, over the best possible."""
    ax = style.axes(ax)
    table = result.table
    x = np.arange(len(table))
    ax.fill_between(x, table["best_possible_dso"], table["dso"], color=style.RED, alpha=0.12, linewidth=0)
    lines = (
        ("dso", "-o", style.RED, t("days sales outstanding")),
        ("countback_dso", "--", style.INK, t("counted back")),
        ("best_possible_dso", "-s", style.BLUE, t("best possible")),
    )
    for name, look, colour, label in lines:
        ax.plot(x, table[name], look, color=colour, label=label, markersize=4, linewidth=1.6)
    _date_ticks(ax, tuple(table["day"]))
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.12))
    style.title(ax, result.summary(), tn("sales of {n} month; shaded: days of delay",
                                         "sales of {n} months; shaded: days of delay", result.window))  # fmt: skip
    ax.set(ylabel=t("days of sales"))
    ax.set_ylim(bottom=0)
    return ax


@draw.register(SignalsResult)
def draw_signals(result: SignalsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how many customers are warned of at each month-end, by their highest level."""
    ax = style.axes(ax)
    table = result.by_level()
    x, bottom = np.arange(len(table)), np.zeros(len(table))
    for level in (3, 2, 1):
        count = table[f"level_{level}"].to_numpy()
        label = t("level {k}", k=level)
        ax.bar(x, count, bottom=bottom, color=LEVEL_COLOURS[level - 1], width=0.86, label=label)
        bottom = bottom + count
    _date_ticks(ax, result.dates)
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.12))
    style.title(ax, result.summary(), t("customers with a warning at month-ends, by their highest level"))
    ax.set(ylabel=t("customers"))
    ax.set_ylim(bottom=0, top=max(1.0, float(bottom.max(initial=0)) * 1.05))
    return ax


@draw.register(BacktestResult)
def draw_backtest(result: BacktestResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw precision and recall of every rule with intervals (`quality`), or their lead times (`leads`)."""
    kind = check_option("kind", kind or "quality", BacktestPicture)
    table = result.table
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], ROW * len(table) + 2.0), grid="x")
    places = np.arange(len(table))[::-1]
    if kind == "leads":
        _leads(ax, result, places)
    else:
        _quality(ax, result, places)
    ax.set_yticks(places, [style.name(name, width=34) for name in table["rule"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    return ax


def _quality(ax: Axes, result: BacktestResult, places: Any) -> None:
    for name, shift, colour, marker, label in (
        ("precision", 0.13, style.BLUE, "o", t("precision: warnings that were right")),
        ("recall", -0.13, style.ORANGE, "s", t("recall: defaults warned of")),
    ):
        values, low, high = (result.table[f"{name}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        ax.hlines(places + shift, low, high, color=colour, linewidth=4, alpha=0.35)
        ax.plot(values, places + shift, marker, color=colour, linestyle="none", label=label)
    if np.isfinite(result.base_rate):
        ax.axvline(result.base_rate, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.85 / (ROW * len(places) + 2.0) - 0.06))
    _percent(ax.xaxis)
    style.title(ax, result.summary(), t("bars: {c:.0%} intervals; dashed: warnings by lot would be right at {x:.1%}",
                                        c=result.confidence, x=result.base_rate))  # fmt: skip
    ax.set(xlabel=t("share"), xlim=(-0.02, 1.02))


def _leads(ax: Axes, result: BacktestResult, places: Any) -> None:
    for place, rule in zip(places, result.table["rule"], strict=True):
        lead = result.leads.loc[result.leads["rule"] == rule, "lead_days"].to_numpy(float)
        if not len(lead):
            continue
        spread = (np.arange(len(lead)) * 0.618 % 1 - 0.5) * 0.5
        ax.plot(np.sort(lead), place + spread, "o", color=style.SKY, alpha=0.45, markersize=3.5)
        low, middle, high = np.percentile(lead, [25, 50, 75])
        ax.hlines(place, low, high, color=style.INK, linewidth=3)
        ax.plot(middle, place, "o", color=style.INK, markersize=8)
    ax.axvline(result.stakes.reaction, color=style.RED, linestyle="--", linewidth=1.4)
    row = result.overall
    finding = t("No default was warned of")
    if row["warned"]:
        finding = t("{a:,} of {n:,} warned defaults left at least {d} days to act", a=row["in_time"], n=row["warned"],
                    d=result.stakes.reaction)  # fmt: skip
    style.title(ax, finding, t("a dot per default; black: median and quartiles; dashed: days that a response needs"))
    ax.set(xlabel=t("days from the first warning to the default"))
    ax.set_xlim(left=0)


@draw.register(ThresholdCurve)
def draw_curve(result: ThresholdCurve, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw precision, recall and what is saved at every threshold (`quality`), or the `cost`."""
    kind = check_option("kind", kind or "quality", CurvePicture)
    ax = style.axes(ax, grid="both")
    if kind == "cost":
        _cost(ax, result)
    else:
        _trade_off(ax, result)
    ax.axvline(result.threshold, color=style.REFERENCE, linestyle=":", linewidth=1.6)
    if result.measure in ("overdue_share", "late_30_share", "late_60_share", "bad_debt_rate"):
        _percent(ax.xaxis)
    else:
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    ax.set(xlabel=t("threshold: {measure}", measure=t(MEASURE_WORDS[result.measure])))
    return ax


def _trade_off(ax: Axes, result: ThresholdCurve) -> None:
    table, row = result.table, result.chosen
    for name, colour, label in (
        ("precision", style.BLUE, t("precision: warnings that were right")),
        ("recall", style.ORANGE, t("recall: defaults warned of")),
    ):
        ax.fill_between(table["threshold"], table[f"{name}_low"], table[f"{name}_high"], color=colour, alpha=0.14,
                        linewidth=0)  # fmt: skip
        ax.plot(table["threshold"], table[name], color=colour, label=label)
        ax.plot(row["threshold"], row[name], "o", color=colour, markersize=9)
    if result.no_warning > 0:
        saved = 1 - table["cost"] / result.no_warning
        ax.plot(table["threshold"], saved, color=style.GREEN, linestyle="--", label=t("part of the loss saved, net"))
        ax.plot(row["threshold"], 1 - row["cost"] / result.no_warning, "o", color=style.GREEN, markersize=9)
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(-0.08, -0.17), fontsize=9.5, columnspacing=1.2)
    _percent(ax.yaxis)
    ax.set_ylim(-0.35, 1.04)
    lead = t("none") if pd.isna(row["lead_days"]) else t("{n:,.0f} days", n=row["lead_days"])
    style.title(ax, result.summary(), t("bands: {c:.0%} intervals; median lead time at the dotted line: {lead}",
                                        c=result.confidence, lead=lead))  # fmt: skip
    ax.set(ylabel=t("share"))


def _cost(ax: Axes, result: ThresholdCurve) -> None:
    table, row = result.table, result.chosen
    ax.plot(table["threshold"], table["cost"], color=style.ACCENT)
    ax.plot(row["threshold"], row["cost"], "o", color=style.ACCENT, markersize=9)
    ax.axhline(result.no_warning, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    _money(ax)
    ax.set_ylim(bottom=0)
    style.title(ax, result.summary(), t("losses and false warnings; dashed: losses without any warning"))
    ax.set(ylabel=_unit(t("cost"), result.currency))


def _unit(word: str, currency: str) -> str:
    return f"{word} [{currency or t('currency')}]"


def _money(ax: Axes) -> None:
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _percent(axis: Any) -> None:
    axis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _date_ticks(ax: Axes, dates: tuple[str, ...]) -> None:
    """Mark a few of the days by year and month."""
    step = max(1, int(np.ceil(len(dates) / MOST_TICKS)))
    places = np.arange(len(dates))[::-step][::-1]
    ax.set_xticks(places, [dates[i][:7] for i in places])
