"""Pictures of a credit scorecard: information, bins, discrimination, calibration, stability, cut-off, challenger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.credit.performance import (
    BandsResult,
    CalibrationResult,
    ChallengeResult,
    CutoffResult,
    DiscriminationResult,
    StabilityResult,
)
from casework.credit.scorecard.binning import BinningResult
from casework.credit.scorecard.card import Scorecard
from casework.credit.scorecard.crossfit import CrossFitResult
from casework.figures import style
from casework.figures.registry import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DiscriminationPicture = Literal["roc", "ks", "gains", "lift"]
BinningPicture = Literal["information", "bins"]
CutoffPicture = Literal["cost", "trade_off"]
StabilityPicture = Literal["index", "shares"]

ROW_HEIGHT = 0.36
MOST_ROWS = 25
MOST_LINES = 6
STEPS = 2000  # points of a curve that a picture needs


@draw.register(BinningResult)
def draw_binning(result: BinningResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the information value of every variable, or the `bins` of the one with most information."""
    kind = check_option("kind", kind or "information", BinningPicture)
    return _information(result, ax) if kind == "information" else _bins(result, ax)


def _information(result: BinningResult, ax: Axes | None) -> Axes:
    iv = result.iv.iloc[:MOST_ROWS][::-1]
    ax = style.axes(ax, size=(7.4, 1.5 + ROW_HEIGHT * len(iv)), grid="x")
    strong = iv.to_numpy() >= 0.02
    ax.barh(range(len(iv)), iv, height=0.62, color=np.where(strong, style.BLUE, style.REFERENCE))
    ax.set_yticks(range(len(iv)), [style.name(name) for name in iv.index])
    top = float(iv.max()) if len(iv) else 0.0
    for limit in (0.02, 0.1, 0.3, 0.5):
        if limit < top:
            ax.axvline(limit, color=style.REFERENCE, linestyle=":", linewidth=1.1, zorder=0.5)
    for row, value in enumerate(iv):
        ax.annotate(f"{value:.2f}", (value, row), (4, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_xlim(0, max(top * 1.12, 0.05))
    ax.set_xlabel(t("information value"))
    hidden = len(result.iv) - len(iv)
    below = t("dotted: 0.02 weak, 0.1 medium, 0.3 strong, 0.5 suspiciously strong")
    if hidden:
        below = t("the first {n} of {k}; {rest}", n=len(iv), k=len(result.iv), rest=below)
    style.title(ax, result.summary(), below)
    return ax


def _bins(result: BinningResult, ax: Axes | None) -> Axes:
    name = str(result.iv.index[0])
    table = result.table[result.table["variable"] == name].reset_index(drop=True)
    ax = style.axes(ax, size=(7.4, 1.9 + 0.46 * len(table)), grid="x")
    y = np.arange(len(table))[::-1]
    colours = np.where(table["woe"] < 0, style.BAD, style.GOOD)
    ax.barh(y, 100 * table["event_rate"], height=0.62, color=colours)
    ax.axvline(100 * result.events / result.n, color=style.REFERENCE, linestyle="--", linewidth=1.3)
    ax.set_yticks(y, [style.name(label, width=36) for label in table["bin"]])
    for place, n, rate, woe in zip(y, table["count"], table["event_rate"], table["woe"], strict=True):
        words = t("{n:,} cases, WOE {woe:+.2f}", n=n, woe=woe)
        ax.annotate(words, (100 * rate, place), (5, 0), textcoords="offset points", va="center", fontsize=9,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6})  # fmt: skip
    ax.set_xlim(0, 1.38 * 100 * max(float(table["event_rate"].max()), 1e-3))
    ax.set_xlabel(t("bad rate [%]"))
    facts = {"name": t(name), "n": len(table), "iv": float(result.iv.iloc[0])}
    style.title(ax, t("The bins of {name} hold an information value of {iv:.2f}", **facts),
                t("red: riskier than all together (dashed); blue: safer"))  # fmt: skip
    return ax


@draw.register(Scorecard)
def draw_card(result: Scorecard, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the points of every bin, a row per variable; a dot is as large as its share of the cases."""
    table = result.table[result.table["variable"].isin(result.names)]
    spread = {name: float(np.ptp(table.loc[table["variable"] == name, "points"])) for name in result.names}
    names = sorted(result.names, key=lambda name: spread[name])[-MOST_ROWS:]
    ax = style.axes(ax, size=(7.4, 1.9 + 0.44 * len(names)), grid="x")
    for row, name in enumerate(names):
        own = table[table["variable"] == name]
        ax.hlines(row, own["points"].min(), own["points"].max(), color=style.GRID, linewidth=5, zorder=1)
        size = 30 + 270 * own["count"] / max(float(own["count"].sum()), 1.0)
        ax.scatter(own["points"], np.full(len(own), row), s=size, color=style.BLUE, alpha=0.75, zorder=3)
    ax.set_yticks(range(len(names)), [style.name(name) for name in names])
    ax.set_ylim(-0.7, len(names) - 0.3)
    ax.set_xlabel(t("points"))
    style.title(ax, result.summary(), t("each dot a bin, as large as its share of the cases"))
    return ax


@draw.register(CrossFitResult)
def draw_cross_fit(result: CrossFitResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the area of every fold beside that with the cases that made the scorecard."""
    ax = style.axes(ax, size=(7.4, 3.6), grid="x")
    folds = result.folds
    ax.scatter(folds["auc_fitted"], np.ones(len(folds)), s=46, color=style.REFERENCE, zorder=3)
    ax.scatter(folds["auc"], np.zeros(len(folds)), s=46, color=style.BLUE, alpha=0.75, zorder=3)
    ax.hlines(-0.28, result.low, result.high, color=style.BLUE, linewidth=3)
    ax.plot([result.auc], [-0.28], "D", color=style.BLUE)
    ax.set_yticks([1, 0], [t("with the cases\nthat made it"), t("with cases\nnever seen")])
    ax.set_ylim(-0.7, 1.5)
    ax.set_xlabel(t("AUC"))
    style.title(ax, result.summary(), t("each dot a fold; bar: mean with its {c:.0%} interval", c=result.confidence))
    return ax


@draw.register(DiscriminationResult)
def draw_discrimination(result: DiscriminationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the `roc` curve, both distributions (`ks`), the cumulative `gains`, or the `lift`."""
    kind = check_option("kind", kind or "roc", DiscriminationPicture)
    curve = _thin(_from_zero(result.curve))
    if kind == "roc":
        return _roc(result, curve, ax)
    if kind == "ks":
        return _ks(result, ax)
    return _gains(result, curve, ax) if kind == "gains" else _lift(result, ax)


def _roc(result: DiscriminationResult, curve: pd.DataFrame, ax: Axes | None) -> Axes:
    ax = style.axes(ax, size=(6.2, 5.0), grid="both")
    ax.plot([0, 100], [0, 100], "--", color=style.REFERENCE, linewidth=1.2)
    ax.fill_between(100 * curve["good_share"], 100 * curve["bad_share"], 100 * curve["good_share"], color=style.BLUE,
                    alpha=0.1)  # fmt: skip
    ax.plot(100 * curve["good_share"], 100 * curve["bad_share"], color=style.BLUE)
    _square(ax, t("good cases rejected [%]"), t("bad cases rejected [%]"))
    words = {"auc": result.auc, "low": result.low, "high": result.high, "gini": result.gini, "ks": result.ks}
    style.title(ax, t("AUC {auc:.3f} ({low:.3f} to {high:.3f}), Gini {gini:.3f}, KS {ks:.3f}", **words),
                t("{bad:,} bad among {n:,} cases; dashed: guessing", bad=result.bad, n=result.n))  # fmt: skip
    return ax


def _ks(result: DiscriminationResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="y")
    curve = _thin(result.curve[::-1])
    ax.step(curve["risk"], 100 * (1 - curve["good_share"]), where="post", color=style.BLUE, label=t("good"))
    ax.step(curve["risk"], 100 * (1 - curve["bad_share"]), where="post", color=style.RED, label=t("bad"))
    ax.axvline(result.ks_at, color=style.REFERENCE, linestyle=":", linewidth=1.3)
    ax.legend(loc="lower right")
    ax.set(xlabel=t("risk"), ylabel=t("cases with less risk [%]"), ylim=(0, 102))
    style.title(ax, t("Good and bad cases are furthest apart at a risk of {at:.3g}: KS {ks:.3f}", at=result.ks_at,
                      ks=result.ks), t("cumulative shares; dotted: where they are furthest apart"))  # fmt: skip
    return ax


def _gains(result: DiscriminationResult, curve: pd.DataFrame, ax: Axes | None) -> Axes:
    ax = style.axes(ax, size=(6.2, 5.0), grid="both")
    share = result.bad / result.n
    ax.plot([0, 100 * share, 100], [0, 100, 100], ":", color=style.REFERENCE, label=t("perfect"))
    ax.plot([0, 100], [0, 100], "--", color=style.REFERENCE, linewidth=1.2, label=t("guessing"))
    ax.plot(100 * curve["rejected_share"], 100 * curve["bad_share"], color=style.BLUE, label=t("score"))
    ax.legend(loc="lower right")
    _square(ax, t("riskiest cases [%]"), t("bad cases among them [%]"))
    caught = float(np.interp(0.2, curve["rejected_share"], curve["bad_share"]))
    style.title(ax, t("The riskiest fifth holds {x:.0%} of the bad cases", x=caught), t("cumulative gains"))
    return ax


def _lift(result: DiscriminationResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="y")
    ends = np.linspace(0, 1, 11)
    bad = np.interp(ends, [0, *result.curve["rejected_share"]], [0, *result.curve["bad_share"]])
    ax.bar(range(1, 11), np.diff(bad) * 10, color=style.BLUE, width=0.7)
    ax.axhline(1, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_xticks(range(1, 11))
    ax.set(xlabel=t("tenth of the cases, riskiest first"), ylabel=t("bad rate over the mean"))
    style.title(ax, t("The riskiest tenth is {x:.1f} times as bad as the average", x=result.lift_at(0.1)), t("lift"))
    return ax


@draw.register(CalibrationResult)
def draw_calibration(result: CalibrationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw observed bad rates with their intervals against the forecasts."""
    ax = style.axes(ax, size=(6.6, 4.8), grid="both")
    table = result.table
    x, y = 100 * table["mean_probability"], 100 * table["bad_rate"]
    top = 1.05 * max(float(x.max()), 100 * float(table["high"].max()))
    right = max(1.05 * float(x.max()), 1.0)
    ax.plot([0, top], [0, top], "--", color=style.REFERENCE, linewidth=1.2)
    off = (table["p_holm"] < 1 - result.confidence).to_numpy()
    for mask, colour in ((~off, style.BLUE), (off, style.RED)):
        ends = [np.maximum(y - 100 * table["low"], 0)[mask], np.maximum(100 * table["high"] - y, 0)[mask]]
        ax.errorbar(x[mask], y[mask], yerr=ends, fmt="o", color=colour, elinewidth=1.6, zorder=3)
    ax.set(xlabel=t("forecast bad rate [%]"), ylabel=t("observed bad rate [%]"), xlim=(0, right),
           ylim=(0, top))  # fmt: skip
    style.title(ax, result.summary(), t("each dot a group with its {c:.0%} interval; dashed: forecasts come true; "
                                        "red: beyond chance", c=result.confidence))  # fmt: skip
    return ax


@draw.register(StabilityResult)
def draw_stability(result: StabilityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the index of every variable in the last period, or the `shares` of the bins of the first variable."""
    kind = check_option("kind", kind or "index", StabilityPicture)
    return _index(result, ax) if kind == "index" else _shares(result, ax)


def _index(result: StabilityResult, ax: Axes | None) -> Axes:
    last = result.table["period"].iloc[-1] if len(result.table) else ""
    rows = result.table[result.table["period"] == last].sort_values("psi").tail(MOST_ROWS).reset_index(drop=True)
    ax = style.axes(ax, size=(7.4, 1.7 + ROW_HEIGHT * max(len(rows), 1)), grid="x")
    colours = {"stable": style.BLUE, "watch": style.ORANGE, "shifted": style.RED}
    y = np.arange(len(rows))
    ax.barh(y, rows["psi"], height=0.6, color=[colours[x] for x in rows["verdict"]])
    ax.plot(rows["chance_limit"], y, "|", color=style.INK, markersize=12, markeredgewidth=1.6)
    ax.set_yticks(y, [style.name(x) for x in rows["variable"]])
    top = max(float(rows["psi"].max()), float(rows["chance_limit"].max()), 0.02) if len(rows) else 1.0
    for limit in result.limits:
        if limit < 1.3 * top:
            ax.axvline(limit, color=style.REFERENCE, linestyle=":", linewidth=1.2)
    ax.set_xlim(0, max(1.1 * top, 1.02 * result.limits[0] if top > 0.6 * result.limits[0] else 0))
    ax.set_xlabel(t("population stability index"))
    style.title(ax, result.summary(), t("{period} against {base}; stroke: limit of chance; dotted: {a:g} and {b:g}",
                                        period=last, base=t(", ").join(result.base), a=result.limits[0],
                                        b=result.limits[1]))  # fmt: skip
    return ax


def _shares(result: StabilityResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="y")
    name = str(result.shares["variable"].iloc[0])
    table = result.shares[result.shares["variable"] == name]
    wide = table.pivot_table(index="bin", columns="period", values="share", sort=False)
    periods = list(wide.columns)[-MOST_LINES:]
    width = 0.8 / len(periods)
    for place, period in enumerate(periods):
        x = np.arange(len(wide)) + (place - (len(periods) - 1) / 2) * width
        ax.bar(x, 100 * wide[period], width=0.92 * width, color=_shade(place, len(periods)), label=str(period))
    ax.set_xticks(range(len(wide)), [style.name(x, width=14, lines=2) for x in wide.index])
    ax.legend(loc="upper right", ncols=min(len(periods), 3))
    ax.set_ylabel(t("share of the cases [%]"))
    style.title(ax, result.summary(), t("shares of the bins of {name} by period", name=t(name)))
    return ax


@draw.register(CutoffResult)
def draw_cutoff(result: CutoffResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cost of every cut-off with the chosen one, or the `trade_off` of accepted share and bad rate."""
    kind = check_option("kind", kind or "cost", CutoffPicture)
    return _cost(result, ax) if kind == "cost" else _trade_off(result, ax)


def _cost(result: CutoffResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="y")
    table = _thin(result.table)
    x = table["cut_off"].to_numpy()
    ax.axvspan(float(x[0]), max(result.chosen, float(x[0])), color=style.RED, alpha=0.06, zorder=0)
    if np.isfinite(result.low):
        ax.axvspan(result.low, result.high, color=style.BLUE, alpha=0.12, zorder=0)
    ax.plot(x, table["cost_per_case"], color=style.INK)
    row = result.row()
    ax.plot([result.cut_off], [result.cost], "D", color=style.BLUE, markersize=7, zorder=4)
    ax.axvline(result.chosen, color=style.ORANGE, linewidth=2)
    ax.plot([result.chosen], [row["cost_per_case"]], "o", color=style.ORANGE, markersize=9, zorder=5)
    words = t("accepted {a:.0%}, of whom bad {b:.1%}", a=row["accept_rate"], b=_or_zero(row["bad_rate_accepted"]))
    right = result.chosen > (x[0] + x[-1]) / 2
    ax.annotate(words, (result.chosen, 0.94), (-8 if right else 8, 0), xycoords=("data", "axes fraction"),
                textcoords="offset points", ha="right" if right else "left", color=style.ink(style.ORANGE))  # fmt: skip
    ax.margins(x=0.01)
    ax.set_ylim(0, 1.12 * float(table["cost_per_case"].max()))
    ax.set(xlabel=t("cut-off [points]: rejected below"), ylabel=t("expected cost per case [currency]"))
    below = t("diamond: cheapest cut-off")
    if np.isfinite(result.low):
        below = t("diamond: cheapest cut-off, blue: its {c:.0%} interval", c=result.confidence)
    style.title(ax, result.summary(), below)
    return ax


def _trade_off(result: CutoffResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    table = _thin(result.table[result.table["accepted"] > 0])
    ax.plot(100 * table["accept_rate"], 100 * table["bad_rate_accepted"], color=style.INK)
    for cut, colour, marker in ((result.cut_off, style.BLUE, "D"), (result.chosen, style.ORANGE, "o")):
        row = result.row(cut)
        ax.plot([100 * row["accept_rate"]], [100 * _or_zero(row["bad_rate_accepted"])], marker, color=colour,
                markersize=9, zorder=4)  # fmt: skip
    ax.set(xlabel=t("share accepted [%]"), ylabel=t("bad rate of those accepted [%]"), xlim=(0, 102))
    ax.set_ylim(bottom=0)
    style.title(ax, result.summary(), t("diamond: cheapest cut-off, dot: the one looked at"))
    return ax


@draw.register(BandsResult)
def draw_bands(result: BandsResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the shares approved, referred and rejected with their bad rates."""
    ax = style.axes(ax, size=(7.4, 2.9), grid="x")
    colours = (style.BLUE, style.ORANGE, style.RED)
    shares, rates = result.table["share"].to_numpy(), result.table["bad_rate"].fillna(0).to_numpy()
    ax.barh([2, 1, 0], 100 * shares, height=0.6, color=colours)
    for place, share, rate in zip((2, 1, 0), shares, rates, strict=True):
        words = t("{share:.0%}, of whom bad {rate:.1%}", share=share, rate=rate)
        ax.annotate(words, (100 * share, place), (5, 0), textcoords="offset points", va="center")
    ax.set_yticks([2, 1, 0], [t(x) for x in result.table["decision"]])
    ax.set(xlabel=t("share of the cases [%]"), xlim=(0, 125))
    style.title(ax, result.summary(), t("approve below {a:.1%}, reject above {b:.1%} probability of default",
                                        a=result.approve_below, b=result.reject_above))  # fmt: skip
    return ax


@draw.register(ChallengeResult)
def draw_challenge(result: ChallengeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the ROC curves of champion and challenger."""
    ax = style.axes(ax, size=(6.2, 5.0), grid="both")
    ax.plot([0, 100], [0, 100], "--", color=style.REFERENCE, linewidth=1.2)
    drawn = (("champion", style.ORANGE), ("challenger", style.BLUE))
    for (model, colour), name, row in zip(drawn, result.names, result.table.itertuples(), strict=True):
        curve = _thin(_from_zero(result.curves[result.curves["model"] == model]))
        label = t("{name}: AUC {auc:.3f}", name=style.name(name, width=40), auc=row.auc)
        ax.plot(100 * curve["good_share"], 100 * curve["bad_share"], color=colour, label=label)
    ax.legend(loc="lower right")
    _square(ax, t("good cases rejected [%]"), t("bad cases rejected [%]"))
    style.title(ax, result.summary(), t("cases that neither has seen; dashed: guessing"))
    return ax


def _square(ax: Axes, x: str, y: str) -> None:
    ax.set(xlabel=x, ylabel=y, xlim=(0, 100), ylim=(0, 101))


def _from_zero(curve: pd.DataFrame) -> pd.DataFrame:
    start = {"rejected_share": [0.0], "bad_share": [0.0], "good_share": [0.0]}
    return pd.concat([pd.DataFrame(start), curve[list(start)]], ignore_index=True)


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """Return at most so many rows as a picture can show, ends included."""
    if len(table) <= STEPS:
        return table
    return table.iloc[np.unique(np.linspace(0, len(table) - 1, STEPS).round().astype(int))]


def _or_zero(value: Any) -> float:
    return float(value) if np.isfinite(value) else 0.0


def _shade(place: int, n: int) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("periods", ["#a9c7de", "#0b4f7d"])(place / max(n - 1, 1))
