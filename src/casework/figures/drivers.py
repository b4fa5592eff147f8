"""Pictures of what moves satisfaction: importance, priorities, recommendation, the pyramid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.labels import place_labels
from casework.figures.quadrants import COLOURS, name_corners
from casework.figures.registry import draw
from casework.satisfaction.drivers import (
    DriverImportanceResult,
    ImportancePerformanceResult,
    NPSComparison,
    NPSResult,
    PyramidResult,
    ReachNoiseResult,
)
from casework.satisfaction.drivers.ratings import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ImportancePicture = Literal["importance", "coefficients"]
NPSPicture = Literal["groups", "answers"]
PyramidPicture = Literal["pyramid", "effects"]
Floats = npt.NDArray[np.float64]

ROW_HEIGHT = 0.36
KIND_COLOURS = {"promoters": style.BLUE, "passives": style.GREY, "detractors": style.RED}
LEVEL_COLOURS = ("#0b4f7d", "#1f6f9f", "#3b83b4", "#5a97bf", "#79a9c9")


@draw.register(DriverImportanceResult)
def draw_importance(result: DriverImportanceResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the share of each driver in what is explained (`importance`), or its coefficient (`coefficients`)."""
    kind = check_option("kind", kind or "importance", ImportancePicture)
    return _importance(result, ax) if kind == "importance" else _coefficients(result, ax)


@draw.register(ReachNoiseResult)
def draw_reach(result: ReachNoiseResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the value of each driver in telling the dissatisfied (delighted) from the others."""
    table = result.drivers.iloc[::-1].reset_index(drop=True)
    colours = [_value_colour(row) for row in table.to_dict("records")]
    ax = _rows(ax, len(table), extra=1.9)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    ax.barh(range(len(table)), 100 * table["value"], color=colours, height=0.6)
    _whiskers(ax, 100 * table["value"], 100 * table["low"], 100 * table["high"])
    _name_rows(ax, table["driver"])
    text = t("orange: the set that tells the two apart best; whiskers: {confidence:.0%} intervals",
             confidence=result.confidence)  # fmt: skip
    style.title(ax, _reach_title(result), text)
    ax.set(xlabel=t("Shapley value: reach less noise [percentage points]"))
    return ax


@draw.register(ImportancePerformanceResult)
def draw_map(result: ImportancePerformanceResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the importance-performance map with its quadrants."""
    table = result.drivers
    ax = style.axes(ax, size=(7.4, 5.8), grid="none")
    ax.spines["left"].set_visible(True)
    _limits(ax, table, result)
    ax.axhline(result.importance_cut, color=style.REFERENCE, linewidth=1.1)
    ax.axvline(result.performance_cut, color=style.REFERENCE, linewidth=1.1)
    name_corners(ax)
    colours = [COLOURS[name] for name in table["quadrant"]]
    for row, colour in zip(table.to_dict("records"), colours, strict=True):
        cross: dict[str, Any] = {"color": colour, "linewidth": 1.1, "alpha": 0.45, "zorder": 1}
        x, y = row["performance"], row["importance"]
        ax.plot([row["performance_low"], row["performance_high"]], [y, y], **cross)
        ax.plot([x, x], [row["importance_low"], row["importance_high"]], **cross)
    ax.scatter(table["performance"], table["importance"], c=colours, s=38, zorder=3)
    names = [style.name(name, width=18) for name in table["driver"]]
    place_labels(ax, table["performance"].tolist(), table["importance"].tolist(), names, colours=colours)
    cuts = {"x": _cut_name(result.performance_rule), "y": _cut_name(result.importance_rule)}
    text = t("crosses: {confidence:.0%} intervals; cut at: {x} (performance), {y} (importance)",
             confidence=result.confidence, **cuts)  # fmt: skip
    style.title(ax, result.summary(), text)
    ax.set(xlabel=t("performance [points, 0-100]"), ylabel=t("importance [% of the sum]"))
    return ax


@draw.register(NPSResult)
def draw_nps(result: NPSResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the score of each group with its interval (`groups`), or how often each answer was given (`answers`)."""
    kind = check_option("kind", kind or "groups", NPSPicture)
    return _nps_groups(result, ax) if kind == "groups" else _nps_answers(result, ax)


@draw.register(NPSComparison)
def draw_nps_comparison(result: NPSComparison, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the differences between groups with their intervals."""
    table = result.pairs.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    colours = [style.NEUTRAL if not row["p_holm"] < 1 - result.confidence else style.ACCENT
               for row in table.to_dict("records")]  # fmt: skip
    _points(ax, table["difference"], table["low"], table["high"], colours, text="{:+.0f}")
    pairs = zip(table["group"], table["reference"], strict=True)
    labels = [t("{group} less {reference}", group=style.name(a, width=16), reference=style.name(b, width=16))
              for a, b in pairs]  # fmt: skip
    ax.set_yticks(range(len(table)), labels)
    ax.set_ylim(-0.6, len(table) - 0.3)
    style.title(ax, result.summary(), t("blue: beyond chance after Holm; grey: not"))
    ax.set(xlabel=t("difference of the net promoter scores [points]"))
    return ax


@draw.register(PyramidResult)
def draw_pyramid(result: PyramidResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the pyramid (`pyramid`), or what each level goes with above met and unmet levels (`effects`)."""
    kind = check_option("kind", kind or "pyramid", PyramidPicture)
    return _pyramid(result, ax) if kind == "pyramid" else _level_effects(result, ax)


def _rows(ax: Axes | None, rows: int, *, extra: float = 1.6) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, ROW_HEIGHT * rows + extra)), grid="x")


def _name_rows(ax: Axes, names: Sequence[object] | pd.Series) -> None:
    ax.set_yticks(range(len(names)), [style.name(name) for name in names])
    ax.set_ylim(-0.6, len(names) - 0.4)


def _whiskers(ax: Axes, values: pd.Series, low: pd.Series, high: pd.Series, *, offset: float = 0.0) -> None:
    if low.isna().all():
        return
    spread = np.abs(np.stack([values - low, high - values]))
    ax.errorbar(values, np.arange(len(values)) + offset, xerr=spread, fmt="none", ecolor=style.INK, elinewidth=1)


def _points(ax: Axes, values: pd.Series, low: pd.Series, high: pd.Series, colours: Sequence[str], *, text: str) -> None:
    """Points with their intervals and numbers, one row each."""
    for row, (value, start, end, colour) in enumerate(zip(values, low, high, colours, strict=True)):
        ax.plot([start, end], [row, row], color=colour, linewidth=2.2, solid_capstyle="round")
        ax.plot(value, row, "o", color=colour, markersize=8)
        shown = text.format(value)
        shown = shown if float(shown) else shown.lstrip("+-")
        ax.annotate(shown, (value, row), (0, 7), textcoords="offset points", ha="center", fontsize=9,
                    color=style.ink(colour))  # fmt: skip


def _legend_below(ax: Axes, columns: int) -> None:
    figure: Any = ax.get_figure()
    height = max(0.8, figure.get_figheight() * ax.get_position().height)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.6 / height), ncols=columns)


def _importance(result: DriverImportanceResult, ax: Axes | None) -> Axes:
    table = result.drivers.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.2)
    leaders = set(result.leaders) if result.resamples else {result.top}
    colours = [style.HIGHLIGHT if name in leaders else style.ACCENT for name in table["driver"]]
    ax.barh(range(len(table)), 100 * table["lmg"], color=colours, height=0.6)
    _whiskers(ax, 100 * table["lmg"], 100 * table["lmg_low"], 100 * table["lmg_high"])
    marker: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": style.INK, "markersize": 5}
    ax.plot(100 * table["relative_weight"], range(len(table)), "D", label=t("Johnson's relative weight"), **marker)
    for colour, label in ((style.HIGHLIGHT, t("LMG, could be first")), (style.ACCENT, t("LMG"))):
        ax.plot([], [], "s", color=colour, markersize=9, label=label)
    _legend_below(ax, 3)
    _name_rows(ax, table["driver"])
    subtitle = t("bars add up to {share:.0%}, what all drivers explain; whiskers: {confidence:.0%} intervals",
                 share=result.r_squared, confidence=result.confidence)  # fmt: skip
    if not result.resamples:
        subtitle = t("bars add up to {share:.0%}, what all drivers explain", share=result.r_squared)
    style.title(ax, result.summary(), subtitle)
    outcome = style.name(result.outcome)
    ax.set(xlabel=t("share of the variance of {outcome} [%]", outcome=outcome), xlim=(0, None))
    return ax


def _coefficients(result: DriverImportanceResult, ax: Axes | None) -> Axes:
    table = result.drivers.sort_values("beta", kind="stable").reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    colours = [_effect_colour(row["beta_low"], row["beta_high"]) for row in table.to_dict("records")]
    _points(ax, table["beta"], table["beta_low"], table["beta_high"], colours, text="{:+.2f}")
    _name_rows(ax, table["driver"])
    clear = int(((table["beta_low"] > 0) | (table["beta_high"] < 0)).sum())
    text = t("standardised coefficients with {confidence:.0%} intervals; grey: within chance",
             confidence=result.confidence)  # fmt: skip
    style.title(ax, t("{clear} of {n} coefficients differ from 0 beyond chance", clear=clear, n=len(table)), text)
    ax.set(xlabel=t("standardised coefficient"))
    return ax


def _reach_title(result: ReachNoiseResult) -> str:
    if not result.key:
        return result.summary()
    names = listed(result.key)
    if result.kind == "dissatisfiers":
        return t("Low ratings of these set the dissatisfied apart: {names}", names=names)
    return t("High ratings of these set the delighted apart: {names}", names=names)


def _effect_colour(low: float, high: float) -> str:
    return style.GOOD if low > 0 else style.BAD if high < 0 else style.NEUTRAL


def _value_colour(row: Mapping[Any, Any]) -> str:
    return style.HIGHLIGHT if row["key"] else style.ACCENT if row["value"] >= 0 else style.NEUTRAL


def _cut_name(rule: str) -> str:
    names = {
        "mean": t("mean"),
        "median": t("median"),
        "middle": t("middle of the scale"),
        "own": t("own value"),
    }
    return names[rule]


def _limits(ax: Axes, table: pd.DataFrame, result: ImportancePerformanceResult) -> None:
    for axis, name, cut in (("x", "performance", result.performance_cut), ("y", "importance", result.importance_cut)):
        values = table[[name, f"{name}_low", f"{name}_high"]].to_numpy(dtype=float)
        low, high = min(np.nanmin(values), cut), max(np.nanmax(values), cut)
        room = 0.14 * max(high - low, 1.0)
        ax.set(**{f"{axis}lim": (low - room, high + room)})


def _nps_groups(result: NPSResult, ax: Axes | None) -> Axes:
    table = result.groups.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.0)
    left = np.zeros(len(table))
    signs = {"detractors": -1, "promoters": 1}
    for name, sign in signs.items():
        share = sign * 100 * table[name] / table["n"]
        ax.barh(range(len(table)), share, left=left, height=0.62, color=KIND_COLOURS[name], alpha=0.35, label=t(name))
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    _points(ax, table["nps"], table["low"], table["high"], [style.INK] * len(table), text="{:+.0f}")
    _name_rows(ax, table["group"])
    _legend_below(ax, 2)
    text = t("point: promoters less detractors, with its {confidence:.0%} interval", confidence=result.confidence)
    style.title(ax, _groups_title(result), text)
    ax.set(xlabel=t("share of the answers [%]; score [points]"))
    return ax


def _groups_title(result: NPSResult) -> str:
    groups = result.groups.iloc[1:].dropna(subset=["nps"]).sort_values("nps", kind="stable")
    if len(groups) < 2:
        return result.summary()
    ends = {"best": t(str(groups["group"].iloc[-1])), "worst": t(str(groups["group"].iloc[0]))}
    return t("{best} scores highest, {worst} lowest", **ends)


def _nps_answers(result: NPSResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 3.6), grid="y")
    table = result.answers
    total = max(int(table["n"].sum()), 1)
    for name, low, high in (("detractors", 0, 6), ("passives", 7, 8), ("promoters", 9, 10)):
        part = table[table["answer"].between(low, high)]
        ax.bar(part["answer"], 100 * part["n"] / total, color=KIND_COLOURS[name], width=0.8,
               label=t("{kind}: {share:.0%}", kind=t(name), share=part["n"].sum() / total))  # fmt: skip
    ax.set_xticks(range(11))
    ax.legend(loc="upper left")
    ax.set(xlabel=t("answer to the question how likely a recommendation is"), ylabel=t("share of the answers [%]"))
    style.title(ax, result.summary())
    return ax


def _pyramid(result: PyramidResult, ax: Axes | None) -> Axes:
    """One band per level, as wide as the share of respondents for whom it and all below are met."""
    table = result.levels
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], max(3.2, 0.8 * len(table) + 1.3)), grid="none")
    for row, level in enumerate(table.to_dict("records")):
        wide = 100 * level["reached"]
        colour = LEVEL_COLOURS[row % len(LEVEL_COLOURS)]
        ax.barh(row, wide, left=-wide / 2, height=0.9, color=colour)
        ax.text(52, row, style.name(level["level"], width=22), ha="left", va="center", fontsize=11, fontweight="bold")
        text = f"{wide:.0f} %"
        if np.isfinite(level["reached_low"]):
            text += f" ({100 * level['reached_low']:.0f}–{100 * level['reached_high']:.0f})"
        inside = wide > 24
        ax.text(0 if inside else wide / 2 + 2, row, text, ha="center" if inside else "left", va="center",
                color="white" if inside else style.INK, fontsize=9.5)  # fmt: skip
    ax.set(xlim=(-51, 88), ylim=(-0.6, len(table) - 0.4))
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    text = t("width: respondents for whom the level and all below are met (mean rating from {x:.0f} points on)",
             x=result.threshold)  # fmt: skip
    style.title(ax, result.summary(), text)
    return ax


def _level_effects(result: PyramidResult, ax: Axes | None) -> Axes:
    table = result.levels
    ax = _rows(ax, len(table), extra=2.4)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    sides = (("effect_unmet", -0.14, style.NEUTRAL, "s", t("some level below is not met")),
             ("effect_met", 0.14, style.ACCENT, "o", t("all levels below are met")))  # fmt: skip
    for name, offset, colour, marker, label in sides:
        rows = np.arange(len(table)) + offset
        ax.hlines(rows, table[f"{name}_low"], table[f"{name}_high"], color=colour, linewidth=2.2)
        ax.plot(table[name], rows, marker, color=colour, markersize=7, label=label)
    _name_rows(ax, table["level"])
    _legend_below(ax, 2)
    names = t(", ").join(t(name) for name in result.supported)
    found = (
        t("These levels count more once those below are met: {names}", names=names)
        if names
        else t("No level counts more beyond chance once those below are met")
    )
    style.title(ax, found, t("levels below held fixed; {confidence:.0%} intervals", confidence=result.confidence))
    outcome = style.name(result.outcome)
    ax.set(xlabel=t("ten points more on the level go with so many points of {outcome}", outcome=outcome))
    return ax
