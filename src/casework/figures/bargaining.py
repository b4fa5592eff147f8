"""Pictures of bargains: which split of the chain's profit neither side refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.suppliers.bargaining import BargainResult
from casework.suppliers.season_fit import KIND_WORDS, SeasonFitResult
from casework.suppliers.standing import WORDS, GainLeverageResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SeasonPicture = Literal["distribution", "record"]


@draw.register(BargainResult)
def draw_bargain(result: BargainResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the profits of both sides against the retailer's share, with their floors and the range between them."""
    from casework.figures.suppliers import legend_below

    ax = style.axes(ax, grid="both")
    share = np.array([0.0, 1.0])
    ax.plot(share, share * result.best_profit, color=style.BLUE, label=t("retailer"))
    ax.plot(share, (1 - share) * result.best_profit, color=style.ORANGE, label=t("supplier"))
    for floor, colour in ((result.retailer_floor, style.BLUE), (result.supplier_floor, style.ORANGE)):
        ax.axhline(floor, color=colour, linestyle="--", linewidth=1.2)
    if result.exists:
        ax.axvspan(result.low, result.high, color=style.GREEN, alpha=0.15, lw=0)
        ax.axvline(result.value("share"), color=style.GREEN, linewidth=1.6)
        text = t("agreed: {x:.0%}", x=result.value("share"))
        ax.annotate(text, (result.value("share"), 1), (5, -4), xycoords=("data", "axes fraction"), va="top",
                    textcoords="offset points", fontsize=9, color=style.ink(style.GREEN))  # fmt: skip
    legend_below(ax, 2)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.yaxis.set_major_formatter(_number)
    style.title(ax, result.summary(), t("dashed: what each side has without the contract; green: both gain"))
    ax.set(xlim=(0, 1), xlabel=t("part of the profit for the retailer"), ylabel=t("expected profit [currency/season]"))
    return ax


@draw.register(GainLeverageResult)
def draw_gain(result: GainLeverageResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw a tornado: the gain of a coordinating contract, one input changed at a time."""
    from casework.figures.suppliers import legend_below

    table = result.table[(result.table["swing"] > 0) | (result.table.index == 0)].iloc[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.8, 0.38 * len(table) + 1.9)), grid="x")
    places = np.arange(len(table))
    looks = (("gain_at_low", style.SKY, t("input lower")), ("gain_at_high", style.ORANGE, t("input higher")))
    for column, colour, label in looks:
        width = table[column].to_numpy(dtype=np.float64) - result.gain
        ax.barh(places, width, left=result.gain, height=0.6, color=colour, label=label)
    ax.axvline(result.gain, color=style.INK, linewidth=1)
    ax.axvline(0, color=style.RED, linestyle=":", linewidth=1.4)
    names = [t(WORDS[str(x)]) + (" *" if turns else "") for x, turns in table[["input", "turns"]].to_numpy()]
    ax.set_yticks(places, [style.name(name, width=44) for name in names])
    legend_below(ax, 2)
    style.title(ax, result.summary(), t("gain above what both have otherwise; with * its sign turns; dotted: no gain"))
    ax.set(xlabel=t("gain [currency/season]"))
    ax.xaxis.set_major_formatter(_number)
    return ax


@draw.register(SeasonFitResult)
def draw_seasons(result: SeasonFitResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the seasons with the fitted distribution, or the bare `record` of the seasons, one after another."""
    kind = check_option("kind", kind or "distribution", SeasonPicture)
    return _record(result, ax) if kind == "record" else _distribution(result, ax)


def _number(value: float, _place: object = None) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.4g}"


def _record(result: SeasonFitResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="y")
    n = len(result.values)
    ax.bar(np.arange(1, n + 1), result.values, width=0.8 if n < 100 else 1.0, color=style.SKY)
    words = {"n": n, "low": float(result.values.min()), "high": float(result.values.max())}
    style.title(ax, t("In {n} seasons customers asked for {low:,.0f} to {high:,.0f} units.", **words),
                t("units asked for, season by season"))  # fmt: skip
    ax.set(xlabel=t("season"), ylabel=t("units asked for"), xlim=(0.4, n + 0.6))
    ax.yaxis.set_major_formatter(_number)
    return ax


def _distribution(result: SeasonFitResult, ax: Axes | None) -> Axes:
    from casework.figures.suppliers import legend_below

    ax = style.axes(ax, grid="both")
    ordered = np.sort(result.values)
    n = len(ordered)
    ax.step(ordered, np.arange(1, n + 1) / n, where="post", color=style.HIGHLIGHT, label=t("seasons"))
    grid = np.linspace(0, max(float(ordered[-1]), result.demand.mean + 3.5 * result.demand.sd), 300)
    name = style.name(KIND_WORDS.get(result.demand.kind, result.demand.kind))
    ax.plot(grid, result.demand.cdf(grid), color=style.ACCENT, label=t("fitted, {kind}", kind=name))
    legend_below(ax, 2)
    ax.xaxis.set_major_formatter(_number)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    style.title(ax, result.summary(), t("share of seasons with at most so much demand"))
    ax.set(xlabel=t("demand [units]"), ylabel=t("share of seasons"), ylim=(0, 1.03))
    return ax
