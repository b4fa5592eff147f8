"""Pictures of provisions and portfolio loss: rates, allowance, recovery, concentration, distribution of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_option
from casework.core.messages import t
from casework.credit.provisions import (
    ConcentrationResult,
    DiversificationResult,
    ExpectedLossResult,
    LossResult,
    ProvisionResult,
    RecoveryResult,
    RunOffResult,
    VasicekResult,
    vasicek_density,
    vasicek_quantile,
)
from casework.figures import style
from casework.figures.registry import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LossPicture = Literal["distribution", "tail", "contributions"]
ROW_HEIGHT = 0.44
BINS = 60
SHOWN = 10  # customers
FEW = 40  # different losses below which bars stand for single values


@draw.register(RunOffResult)
def draw_run_off(result: RunOffResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the loss rate of every bucket with its interval, a colour per segment."""
    n, k = len(result.buckets), len(result.segments)
    ax = _rows(ax, n * (1 if k == 1 else max(1, k // 2)))
    step = 0.8 / k
    for i, name in enumerate(result.segments):
        own = result.table[result.table["segment"] == name]
        places = np.arange(n)[::-1] + 0.4 - step * (i + 0.5)
        colour = style.PALETTE[i % len(style.PALETTE)]
        rates, low, high = (own[c].to_numpy(dtype=float) for c in ("loss_rate", "low", "high"))
        for place, start, end in zip(places, low, high, strict=True):
            ax.plot([start, end], [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
        ax.plot(rates, places, "o", color=colour, label=style.name(name), markersize=8 if k == 1 else 6)
        for place, rate in zip(places, rates, strict=True):
            if k == 1 and np.isfinite(rate):
                ax.annotate(f"{rate:.1%}" if rate >= 0.02 else f"{rate:.2%}", (rate, place), (0, 9), ha="center",
                            textcoords="offset points", fontsize=9, color=style.ink(colour))  # fmt: skip
    ax.set_yticks(np.arange(n)[::-1], [style.name(name) for name in result.buckets])
    ax.set_ylim(-0.6, n - 0.3)
    ax.set_xlim(left=min(-0.02, ax.get_xlim()[0]))
    _percent(ax.xaxis)
    if k > 1:
        ax.legend(loc="upper left", ncols=min(k, 4), bbox_to_anchor=(0, -0.16))
    words = {"a": result.first, "b": result.last, "c": result.confidence}
    style.title(ax, result.summary(), t("invoices of {a} to {b}; bars: {c:.0%} intervals", **words))
    ax.set(xlabel=t("lost of what reached the bucket"), ylabel=t("days past due"))
    return ax


@draw.register(ProvisionResult)
def draw_provisions(result: ProvisionResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw balance and allowance of every bucket, each as a share of its total."""
    table = result.by_bucket()
    ax = style.axes(ax)
    places = np.arange(len(table))
    pairs = (("balance", result.balance, style.GREY, -0.2), ("allowance", result.total, style.ORANGE, 0.2))
    labels = {"balance": t("open balance"), "allowance": t("allowance")}
    for name, total, colour, shift in pairs:
        share = table[name] / total if total > 0 else table[name] * 0
        bars = ax.bar(places + shift, share, width=0.38, color=colour, label=labels[name])
        ax.bar_label(bars, [_amount(x) for x in table[name]], fontsize=9, padding=2)
    ax.set_xticks(places, [style.name(name) for name in table["bucket"]])
    _percent(ax.yaxis)
    ax.margins(y=0.14)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    style.title(ax, result.summary(), t("shares of the totals; above the bars: amounts"))
    ax.set(xlabel=t("days past due"), ylabel=t("share of the total"))
    return ax


@draw.register(RecoveryResult)
def draw_recovery(result: RecoveryResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the loss given default by the size of the claim, and the claims there are."""
    ax = style.axes(ax)
    claims = result.table["claim"].to_numpy(dtype=float)
    positive = claims[claims > 0]
    low, high = (positive.min(), positive.max()) if len(positive) else (1.0, 10.0)
    sizes = np.geomspace(low * 0.8, max(high, low * 2) * 1.2, 400)
    lost = 1 - np.clip(_gain(result, sizes) / sizes, 0, 1)
    ax.plot(sizes, lost, color=style.BLUE, label=t("loss given default"))
    ax.plot(positive, np.full(len(positive), -0.04), "|", color=style.MUTED, markersize=7, label=t("claims"))
    if low < result.break_even < high:
        ax.axvline(result.break_even, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    ax.set_ylim(-0.08, 1.05)
    _percent(ax.yaxis)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    below = t("dashed: claim from which on suing pays; small lines: the claims")
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("claim [currency]"), ylabel=t("share of the claim that is lost"))
    return ax


@draw.register(ExpectedLossResult)
def draw_expected(result: ExpectedLossResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the share of every group in the exposure and in the expected loss."""
    table = result.table
    ax = style.axes(ax)
    places = np.arange(len(table))
    for column, total, colour, shift, label in (
        ("exposure", result.exposure, style.GREY, -0.2, t("exposure")),
        ("expected_loss", float(table["expected_loss"].sum()), style.RED, 0.2, t("expected loss")),
    ):
        bars = ax.bar(places + shift, table[column] / total if total > 0 else table[column], 0.38, color=colour,
                      label=label)  # fmt: skip
        ax.bar_label(bars, fmt=lambda x: f"{x:.0%}", fontsize=9, padding=2)
    ax.set_xticks(places, [style.name(name, width=14) for name in table["group"]])
    _percent(ax.yaxis)
    ax.margins(y=0.14)
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    style.title(ax, result.summary(), t("shares of the totals"))
    ax.set(xlabel=t("grade"), ylabel=t("share of the total"))
    return ax


@draw.register(ConcentrationResult)
def draw_concentration(result: ConcentrationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how much the largest customers hold together, against equal ones."""
    ax = style.axes(ax, grid="both")
    n = result.number
    ranks = np.arange(0, n + 1)
    held = np.concatenate([[0.0], result.shares["cumulative_share"].to_numpy(dtype=float)])
    ax.plot(ranks, held, color=style.BLUE)
    ax.fill_between(ranks, ranks / n, held, color=style.BLUE, alpha=0.12)
    ax.plot([0, n], [0, 1], color=style.REFERENCE, linestyle="--", linewidth=1.2)
    for k, share in result.top.items():
        ax.plot(min(k, n), share, "o", color=style.ORANGE)
        ax.annotate(t("largest {n}: {x:.0%}", n=k, x=share), (min(k, n), share), (9, -4), textcoords="offset points",
                    fontsize=9.5, color=style.ink(style.ORANGE), va="top")  # fmt: skip
    _percent(ax.yaxis)
    style.title(ax, result.summary(), t("dashed: all equal; Gini coefficient {x:.2f}", x=result.gini))
    ax.set(xlabel=t("largest customers [number]"), ylabel=t("share of the exposure"), xlim=(0, n), ylim=(0, 1.02))
    return ax


@draw.register(VasicekResult)
def draw_vasicek(result: VasicekResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the density of the loss of a portfolio without end, with the levels of the table."""
    ax = style.axes(ax)
    highest = max(0.9985, float(result.table["level"].max()) + 2e-4)
    ends = vasicek_quantile(np.array([1e-3, min(highest, 1 - 1e-9)]), result.probability, result.correlation)
    rates = np.linspace(max(ends[0], 1e-9), min(ends[1], 1 - 1e-9), 500)
    height = vasicek_density(rates, result.probability, result.correlation)
    scale = result.lgd if result.lgd > 0 else 1.0
    ax.plot(rates * scale, height / scale, color=style.BLUE)
    ax.fill_between(rates * scale, height / scale, color=style.BLUE, alpha=0.12)
    _levels(ax, [(result.expected, t("expected"), style.GREEN)], height.max() / scale)
    inside = result.table[result.table["loss"] <= rates[-1] * scale]
    marks = [
        (row["loss"], f"{row['level']:.1%}", style.RED) for row in inside.to_dict("records") if row["level"] >= 0.9
    ]
    _levels(ax, marks[-2:], height.max() / scale)
    _percent(ax.xaxis, fine=rates[-1] * scale < 0.1)
    ax.set_yticks([])
    ax.set_ylim(0, height.max() / scale * 1.16)
    words = {"p": result.probability, "r": result.correlation}
    style.title(ax, result.summary(), t("probability of default {p:.2%}, correlation {r:.2f}", **words))
    ax.set(xlabel=t("loss as a share of the exposure"))
    return ax


@draw.register(LossResult)
def draw_losses(result: LossResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the `distribution` of the simulated loss, its `tail` on a log scale, or the `contributions` of customers."""
    kind = check_option("kind", kind or "distribution", LossPicture)
    if kind == "contributions":
        return _contributions(result, ax)
    return _tail(result, ax) if kind == "tail" else _distribution(result, ax)


@draw.register(DiversificationResult)
def draw_diversification(result: DiversificationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the unexpected loss of every portfolio with the interval of the simulation."""
    table = result.table
    ax = _rows(ax, len(table))
    places = np.arange(len(table))[::-1]
    colours = [style.HIGHLIGHT if i == 0 else style.ACCENT for i in range(len(table))]
    ax.barh(places, table["unexpected_loss"], color=colours, height=0.58)
    for place, row, colour in zip(places, table.to_dict("records"), colours, strict=True):
        low, high = max(row["low"] - row["expected_loss"], 0.0), max(row["high"] - row["expected_loss"], 0.0)
        ax.plot([low, high], [place, place], color=style.INK, linewidth=1.6)
        text = (
            f"{row['unexpected_loss']:,.0f}"
            if colour == style.HIGHLIGHT or not np.isfinite(row["change"])
            else f"{row['change']:+.0%}"
        )
        ax.annotate(text, (max(high, row["unexpected_loss"]), place), (6, 0), textcoords="offset points", va="center",
                    fontsize=9.5, color=style.ink(colour))  # fmt: skip
    ax.set_yticks(places, [style.name(name, width=24, lines=2) for name in table["portfolio"]])
    ax.xaxis.set_major_formatter(lambda value, _: _amount(value))
    ax.margins(x=0.13)
    below = t("loss in {level:.1%} of the years less expected loss; lines: error of the simulation", level=result.level)
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("unexpected loss [currency]"))
    return ax


def _distribution(result: LossResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    last = result.table.iloc[-1]
    end = max(float(np.quantile(result.losses, 0.9985)), last["loss"] * 1.05, 1e-9)
    values, counts = np.unique(result.losses, return_counts=True)
    if len(values) <= FEW:
        height = counts / len(result.losses)
        ax.bar(values, height, width=end / 80, color=style.SKY)
    else:
        bins = np.linspace(min(result.losses.min(), end), end, BINS + 1)
        height, _ = np.histogram(result.losses, bins=bins)
        height = height / len(result.losses)
        ax.bar(bins[:-1], height, width=np.diff(bins), align="edge", color=style.SKY)
    top = float(height.max()) if len(height) else 1.0
    marks = [(result.expected, t("expected"), style.GREEN), (last["loss"], f"{last['level']:.1%}", style.RED)]
    _levels(ax, marks, top)
    ax.set_ylim(0, top * 1.2)
    ax.set_xlim(min(0.0, result.losses.min()), end * 1.02)
    _percent(ax.yaxis, fine=top < 0.1)
    ax.xaxis.set_major_formatter(lambda value, _: _amount(value))
    style.title(ax, result.summary(), t("{n:,} simulated years", n=result.scenarios))
    ax.set(xlabel=t("loss of the year [currency]"), ylabel=t("share of the years"))
    return ax


def _tail(result: LossResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    ordered = np.sort(result.losses)
    n = len(ordered)
    above = 1 - np.arange(n) / n
    keep = np.unique(np.concatenate([np.linspace(0, n - 1, 400), n - np.geomspace(1, n, 400)]).astype(int))
    ax.plot(ordered[keep], above[keep], color=style.BLUE, drawstyle="steps-post")
    table = result.table
    for row in table.to_dict("records"):
        ax.plot([row["low"], row["high"]], [1 - row["level"]] * 2, color=style.ORANGE, linewidth=5, alpha=0.4,
                solid_capstyle="butt")  # fmt: skip
        ax.plot(row["loss"], 1 - row["level"], "o", color=style.ORANGE)
    ax.set_yscale("log")
    ax.set_ylim(max(1 / n, (1 - table["level"].max()) / 20), 1.2)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.6g}")
    ax.xaxis.set_major_formatter(lambda value, _: _amount(value))
    style.title(ax, result.summary(), t("bars: {c:.0%} intervals of the simulation", c=result.confidence))
    ax.set(xlabel=t("loss of the year [currency]"), ylabel=t("share of years with at least this loss"))
    return ax


def _contributions(result: LossResult, ax: Axes | None) -> Axes:
    """Share in the shortfall and in the exposure of those who contribute most."""
    table = result.contributions.head(SHOWN)
    ax = _rows(ax, max(len(table), 1))
    places = np.arange(len(table))[::-1]
    if len(table):
        ax.barh(places + 0.19, table["share_of_contribution"], 0.36, color=style.RED, label=t("share of the shortfall"))
        ax.barh(places - 0.19, table["share_of_exposure"], 0.36, color=style.GREY, label=t("share of the exposure"))
        names = [t("{name} ({sector})", name=style.name(a, width=20), sector=style.name(b, width=16)) if b else
                 style.name(a, width=28) for a, b in zip(table["customer"], table["sector"], strict=True)]  # fmt: skip
        ax.set_yticks(places, names)
        ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.12))
    _percent(ax.xaxis, fine=True)
    title = t(
        "The {n} customers who contribute most bring {x:.0%} of the shortfall with {y:.0%} of the exposure",
        n=len(table),
        x=table["share_of_contribution"].sum() if len(table) else 0.0,
        y=table["share_of_exposure"].sum() if len(table) else 0.0,
    )
    style.title(ax, title, t("mean loss in the years beyond {level:.1%}", level=result.table["level"].iloc[-1]))
    return ax


def _levels(ax: Axes, marks: list[tuple[float, str, str]], top: float) -> None:
    """Dashed lines with their names above the picture's highest point."""
    for i, (place, text, colour) in enumerate(marks):
        ax.plot([place, place], [0, top * 1.03], color=colour, linestyle="--", linewidth=1.4)
        side: Any = "left" if i == len(marks) - 1 and len(marks) > 1 else "center"
        ax.annotate(text, (place, top * 1.04), (0, 2), textcoords="offset points", ha=side, fontsize=9.5,
                    color=style.ink(colour))  # fmt: skip


def _gain(result: RecoveryResult, claims: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    per_unit = result.share / (1 + result.rate) ** result.years - result.cost_share
    return np.asarray(claims * per_unit - result.fixed_cost)


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, ROW_HEIGHT * rows + 1.8)), grid="x")


def _percent(axis: Any, *, fine: bool = False) -> None:
    axis.set_major_formatter(lambda value, _: f"{value:.1%}" if fine else f"{value:.0%}")


def _amount(value: float) -> str:
    """Return an amount short enough for a tick: 1,250,000 is 1.25M."""
    if abs(value) >= 1e9:
        return f"{value / 1e9:,.4g}G"
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.3g}M"
    return f"{value / 1e3:,.3g}k" if abs(value) >= 1e4 else f"{value:,.4g}"
