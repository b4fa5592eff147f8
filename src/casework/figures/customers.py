"""Pictures of the customer methods: segments, Pareto curve, survival, lift, uplift and targeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from casework.core.checks import check_option
from casework.core.messages import t
from casework.customers import (
    CampaignResult,
    ChurnResult,
    LiftResult,
    ParetoResult,
    RfmResult,
    SummaryResult,
    SurvivalResult,
    TargetingResult,
    UpliftCurveResult,
    UpliftResult,
)
from casework.figures import style
from casework.figures.registry import draw
from casework.figures.suppliers import legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LiftPicture = Literal["lift", "calibration", "gain"]
ChurnPicture = Literal["lift", "calibration", "gain", "odds"]


@draw.register(RfmResult)
def draw_rfm(result: RfmResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the share of customers and of value of every segment."""
    table = result.segments.iloc[::-1]
    ax = _rows(ax, 1.3 * len(table))
    places = np.arange(len(table))
    ax.barh(places + 0.19, table["share_of_customers"], height=0.36, color=style.SKY, label=t("share of customers"))
    ax.barh(places - 0.19, table["share_of_value"], height=0.36, color=style.ORANGE, label=t("share of value"))
    ax.set_yticks(places, [style.name(name) for name in table["segment"]])
    legend_below(ax, 2)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    style.title(ax, result.summary(), t("segments by recency, and by frequency and money together"))
    return ax


@draw.register(ParetoResult)
def draw_pareto(result: ParetoResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cumulated share of value by share of customers, with the classes."""
    ax = style.axes(ax, grid="both")
    n = len(result.table)
    customers = np.linspace(0, 1, n + 1)
    value = np.concatenate([[0.0], result.table["cumulative_share"]])
    ax.plot([0, 1], [0, 1], color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.plot(customers, value, color=style.ACCENT)
    colours = (style.BLUE, style.GREEN, style.ORANGE, style.RED, style.GREY)
    for i, (name, size) in enumerate(result.table["class"].value_counts().sort_index().items()):
        last = int(np.flatnonzero(result.table["class"] == name)[-1]) + 1
        start = last - int(size)
        ax.fill_between(customers[start : last + 1], value[start : last + 1], color=colours[i], alpha=0.18)
        ax.annotate(f"{name}  {size / n:.0%}", ((customers[start] + customers[last]) / 2, 0.03), ha="center",
                    color=style.ink(colours[i]), fontweight="bold", fontsize=9.5)  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda x, _: f"{x:.0%}")
    style.title(ax, result.summary(), t("dashed: all customers alike; below: share of customers in each class"))
    ax.set(xlabel=t("share of customers, largest first"), ylabel=t("share of value"), xlim=(0, 1), ylim=(0, 1.03))
    return ax


@draw.register(SummaryResult)
def draw_summary(result: SummaryResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how many customers bought how often."""
    from matplotlib.ticker import MaxNLocator

    ax = style.axes(ax)
    counts = result.table["purchases"].clip(upper=10).value_counts().reindex(range(1, 11), fill_value=0)
    ax.bar(range(1, 11), counts, width=0.72, color=style.ACCENT)
    ax.set_xticks(range(1, 11), [*map(str, range(1, 10)), t("10 or more")])
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    style.title(ax, result.summary(), t("customers by number of purchases"))
    ax.set(xlabel=t("purchases"), ylabel=t("customers"))
    return ax


@draw.register(SurvivalResult)
def draw_survival(result: SurvivalResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw who is still here by time, with intervals; ticks mark who was lost from sight."""
    ax = style.axes(ax, grid="both")
    for i, name in enumerate(result.groups["group"]):
        rows = result.table[result.table["group"] == name]
        colour = style.PALETTE[i % len(style.PALETTE)]
        time = np.concatenate([[0.0], rows["time"]])
        ax.step(time, np.concatenate([[1.0], rows["survival"]]), where="post", color=colour,
                label=style.name(name) if len(result.groups) > 1 else None)  # fmt: skip
        low, high = (np.concatenate([[1.0], rows[side]]) for side in ("low", "high"))
        ax.fill_between(time, low, high, step="post", color=colour, alpha=0.15)
        if len(rows) <= 200:
            lost = rows[rows["censored"] > 0]
            ax.plot(lost["time"], lost["survival"], "|", color=colour, markersize=7)
    if len(result.groups) > 1:
        ax.legend(loc="upper right")
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    style.title(ax, result.summary(), t("bands: {c:.0%} intervals; ticks: lost from sight", c=result.confidence))
    ax.set(xlabel=t("time since the start"), ylabel=t("still here"), ylim=(0, 1.03), xlim=(0, None))
    return ax


@draw.register(LiftResult)
def draw_lift(result: LiftResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the `lift` of every group, the `gain`, or forecast against observed rates (`calibration`)."""
    kind = check_option("kind", kind or "lift", LiftPicture)
    table = result.table
    if kind == "calibration":
        ax = style.axes(ax, grid="both")
        most = float(max(table["high"].max(), table["mean_probability"].max())) * 1.05
        ax.plot([0, most], [0, most], color=style.REFERENCE, linestyle="--", linewidth=1.2)
        ax.vlines(table["mean_probability"], table["low"], table["high"], color=style.ACCENT, alpha=0.4, linewidth=4)
        ax.plot(table["mean_probability"], table["rate"], "o", color=style.ACCENT)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda x, _: f"{x:.0%}")
        style.title(ax, result.summary(), t("forecast against observed; bars: {c:.0%} intervals", c=result.confidence))
        ax.set(xlabel=t("mean forecast of the group"), ylabel=t("share who left"))
        return ax
    ax = style.axes(ax)
    if kind == "gain":
        share = np.concatenate([[0.0], table["n"].cumsum() / table["n"].sum()])
        ax.plot([0, 1], [0, 1], color=style.REFERENCE, linestyle="--", linewidth=1.2)
        ax.plot(share, np.concatenate([[0.0], table["gain"]]), "o-", color=style.ACCENT)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda x, _: f"{x:.0%}")
        style.title(ax, result.summary(), t("share of all leavers found; dashed: by chance"))
        ax.set(xlabel=t("share of customers, highest forecast first"), ylabel=t("share of leavers"))
        return ax
    ax.bar(table["group"], table["lift"], width=0.72, color=style.ACCENT)
    ax.axhline(1, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    if len(table) <= 20:
        ax.set_xticks(table["group"])
    style.title(ax, result.summary(), t("rate of leaving of each group over that of all, {r:.1%}", r=result.rate))
    ax.set(xlabel=t("group, highest forecast first"), ylabel=t("lift"))
    return ax


@draw.register(ChurnResult)
def draw_churn(result: ChurnResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how the model does on held-out customers (as `LiftResult`), or its `odds` ratios."""
    kind = check_option("kind", kind or "lift", ChurnPicture)
    if kind != "odds":
        return draw_lift(result.test, ax, kind)
    table = result.table.iloc[:0:-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    ax.hlines(places, table["low"], table["high"], color=style.ACCENT, alpha=0.4, linewidth=5)
    ax.plot(table["odds_ratio"], places, "o", color=style.ACCENT)
    ax.axvline(1, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_xscale("log")
    low, high = float(table["low"].min()), float(table["high"].max())
    if low > 1e-2 and high < 1e2:
        ax.set_xticks([x for x in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low / 2 <= x <= high * 2])
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    ax.xaxis.set_minor_formatter(lambda x, _: "")
    ax.set_yticks(places, [style.name(name) for name in table["variable"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    style.title(ax, result.summary(), t("odds of leaving with one unit more; bars: intervals"))
    ax.set(xlabel=t("odds ratio"))
    return ax


UpliftCurvePicture = Literal["qini", "groups"]


@draw.register(UpliftResult)
def draw_uplift(result: UpliftResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what every offer changed in every segment, with intervals; filled where that is beyond chance."""
    table = result.table
    offers = list(table["offer"].unique())
    names = list(table["segment"].iloc[: len(table) // len(offers)])
    ax = _rows(ax, (0.5 + 0.9 * len(offers)) * len(names))
    places = np.arange(len(names))[::-1].astype(float)
    step = 0.7 / len(offers)
    for i, offer in enumerate(offers):
        rows = table[table["offer"] == offer]
        at, colour = places - step * (i - (len(offers) - 1) / 2), style.PALETTE[i % len(style.PALETTE)]
        ax.hlines(at, 100 * rows["low"], 100 * rows["high"], color=colour, alpha=0.4, linewidth=5)
        sure = ((rows["low"] > 0) | (rows["high"] < 0)).to_numpy()
        for chosen, fill in ((sure, colour), (~sure, "white")):
            ax.plot(100 * rows["uplift"][chosen], at[chosen], "o", color=colour, markerfacecolor=fill)
        ax.plot([], [], "o", color=colour, label=style.name(offer))
    ax.axvline(0, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_yticks(places, [style.name(name) for name in names])
    if len(offers) > 1:
        legend_below(ax, len(offers))
    style.title(ax, result.summary(), t("bars: {c:.0%} intervals; filled: beyond chance", c=result.confidence))
    ax.set(xlabel=t("customers kept in addition, of 100 with the offer"), ylim=(-0.6, len(names) - 0.4))
    return ax


@draw.register(UpliftCurveResult)
def draw_uplift_curve(result: UpliftCurveResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the Qini curve, or the uplift of customers in `groups` by score."""
    kind = check_option("kind", kind or "qini", UpliftCurvePicture)
    ax = style.axes(ax, grid="both" if kind == "qini" else "y")
    if kind == "groups":
        table = result.groups
        ax.bar(table["group"], 100 * table["uplift"], width=0.72, color=style.ACCENT)
        ax.vlines(table["group"], 100 * table["low"], 100 * table["high"], color=style.INK, linewidth=1.2)
        ax.axhline(0, color=style.REFERENCE, linewidth=1.2)
        ax.set_xticks(table["group"])
        style.title(ax, result.summary(), t("bars: {c:.0%} intervals", c=result.confidence))
        ax.set(xlabel=t("group, highest score first"), ylabel=t("customers kept in addition, of 100"))
        return ax
    curve = result.curve
    ax.plot(curve["share"], 100 * curve["straight"], color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.plot(curve["share"], 100 * curve["gain"], color=style.ACCENT, marker="o" if len(curve) < 15 else None)
    ax.axhline(0, color=style.AXIS, linewidth=0.9)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    style.title(ax, result.summary(), t("Qini curve; dashed: order by chance"))
    ax.set(xlabel=t("share of customers, highest score first"), ylabel=t("kept in addition, of 100 customers"))
    return ax


@draw.register(TargetingResult)
def draw_targeting(result: TargetingResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the expected profit of every rule, with its interval where there is one."""
    table = result.table.iloc[::-1]
    ax = _rows(ax, 1.5 * len(table))
    places = np.arange(len(table))
    colours = [style.HIGHLIGHT if name == result.best else style.SKY for name in table["rule"]]
    ax.barh(places, table["profit"], height=0.6, color=colours)
    if "low" in table:
        ax.hlines(places, table["low"], table["high"], color=style.INK, linewidth=1.2)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    ax.set_yticks(places, [style.name(name) for name in table["rule"]])
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    subtitle = t("expected profit of contacting {share:.0%} of the customers", share=result.capacity)
    if "low" in table:
        subtitle = t("{first}; lines: {c:.0%} intervals", first=subtitle, c=result.confidence)
    style.title(ax, result.summary(), subtitle)
    ax.set(xlabel=t("expected profit [currency]"))
    return ax


@draw.register(CampaignResult)
def draw_campaign(result: CampaignResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the profit by the share of leavers that the campaign holds."""
    ax = style.axes(ax, grid="both")
    held, profit = result.curve["held"].to_numpy(), result.curve["profit"].to_numpy()
    ax.fill_between(held, profit, 0, where=profit >= 0, color=style.GOOD, alpha=0.12, interpolate=True)
    ax.fill_between(held, profit, 0, where=profit <= 0, color=style.BAD, alpha=0.12, interpolate=True)
    ax.plot(held, profit, color=style.ACCENT)
    ax.axhline(0, color=style.REFERENCE, linewidth=1.2)
    if np.isfinite(result.break_even) and result.break_even <= 1:
        ax.plot(result.break_even, 0, "D", color=style.INK)
    ax.plot(result.held, result.profit, "o", color=style.HIGHLIGHT, markersize=9)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    style.title(ax, result.summary(), t("circle: this campaign; diamond: where it begins to pay"))
    ax.set(xlabel=t("share of the leavers contacted who are held"), ylabel=t("profit [currency]"), xlim=(0, 1))
    return ax


def _rows(ax: Axes | None, rows: float) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.8, 0.36 * rows + 1.9)), grid="x")
