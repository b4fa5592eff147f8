"""Pictures of the quality of a causal model: reliability, validity, fit, prediction, importance and performance."""

from __future__ import annotations

from collections.abc import Sequence
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
from casework.satisfaction.pls import (
    BlindfoldResult,
    CVPATResult,
    FitMeasures,
    FitTest,
    ImportanceMap,
    MeasurementQuality,
    PredictResult,
)
from casework.satisfaction.pls.cvpat import BETTER, WORSE
from casework.satisfaction.pls.quality import OK, TOO_CLOSE, UNJUDGED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QualityPicture = Literal["reliability", "htmt", "loadings"]
MapPicture = Literal["constructs", "indicators"]
Floats = npt.NDArray[np.float64]

ROW_HEIGHT = 0.36
RELIABILITIES = (("alpha", "o", 0.22), ("rho_a", "s", 0.0), ("rho_c", "D", -0.22))
VERDICTS = {BETTER: style.BLUE, WORSE: style.RED}


@draw.register(MeasurementQuality)
def draw_quality(result: MeasurementQuality, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the reliabilities, the ratios of discriminant validity (`htmt`), or the loadings against their threshold."""
    kind = check_option("kind", kind or "reliability", QualityPicture)
    if kind == "reliability":
        return _reliability(result, ax)
    return _htmt(result, ax) if kind == "htmt" else _loadings(result, ax)


@draw.register(FitMeasures)
def draw_fit(result: FitMeasures, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw observed less implied correlations of all pairs of indicators."""
    names, values = list(result.residuals.index), result.residuals.to_numpy()
    side = max(4.6, 0.27 * len(names) + 1.6)
    ax = style.axes(ax, size=(side + 1.2, side), grid="none")
    shown = np.where(np.tri(len(names), k=-1, dtype=bool), values, np.nan)
    most = max(0.1, float(np.nanmax(np.abs(shown))) if np.isfinite(shown).any() else 0.1)
    picture = ax.imshow(shown, cmap="RdBu_r", vmin=-most, vmax=most, aspect="equal")
    labels = [style.name(name, width=12) for name in names]
    ax.set_xticks(range(len(names)), labels, rotation=90, fontsize=8)
    ax.set_yticks(range(len(names)), labels, fontsize=8)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(length=0)
    figure = ax.get_figure()
    if figure is not None:
        figure.colorbar(picture, ax=ax, shrink=0.7, label=t("observed less implied correlation"))
    style.title(ax, result.summary(), t("red: go together more than the model says; blue: less"))
    return ax


@draw.register(FitTest)
def draw_fit_test(result: FitTest, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw each measure of misfit against the bounds that chance gives, both as multiples of HI95."""
    table = result.table.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    scale = table["hi95"].where(table["hi95"] > 0)
    for row, (name, unit) in enumerate(zip(table["measure"], scale, strict=True)):
        drawn = result.draws[name].to_numpy() / unit
        ax.plot(drawn, np.full(len(drawn), row), "|", color=style.GREY, alpha=0.35, markersize=13, zorder=1)
    ax.axvline(1, color=style.REFERENCE, linewidth=1.2)
    for row, (value, unit, wrong) in enumerate(zip(table["value"], scale, table["rejected"], strict=True)):
        colour = style.RED if wrong else style.BLUE
        ax.plot(value / unit, row, "o", color=colour, markersize=9, zorder=3)
        ax.annotate(f"{value:.3f}", (value / unit, row), (0, 9), textcoords="offset points", ha="center",
                    fontsize=9, color=style.ink(colour))  # fmt: skip
    ax.set_yticks(range(len(table)), [t(name) for name in table["measure"]])
    ax.set_ylim(-0.6, len(table) - 0.3)
    below = t("point: this model; strokes: {n} resamples of data in which the model holds", n=len(result.draws))
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("misfit, as a multiple of its 95% bound (HI95)"))
    return ax


@draw.register(BlindfoldResult)
def draw_blindfold(result: BlindfoldResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw Q2 of every construct, by redundancy and by communality."""
    table = result.constructs.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.2)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    bars = (("q2_redundancy", 0.19, style.ACCENT, t("redundancy: from the other constructs")),
            ("q2_communality", -0.19, style.NEUTRAL, t("communality: from its own indicators")))  # fmt: skip
    for column, offset, colour, label in bars:
        known = table[column].notna().to_numpy()
        places = np.arange(len(table))[known] + offset
        ax.barh(places, table.loc[known, column], height=0.34, color=colour, label=label)
    _name_rows(ax, table["construct"])
    _legend_below(ax, 2)
    style.title(ax, result.summary(), t("answers left out: one in {distance}", distance=result.distance))
    ax.set(xlabel=t("Q² of Stone and Geisser"))
    return ax


@draw.register(PredictResult)
def draw_prediction(result: PredictResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the error of the model and of the regression, as a share of the error of the mean."""
    table = result.table.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.3)
    base, places = table["rmse_mean"], np.arange(len(table))
    model, regression = 100 * table["rmse"] / base, 100 * table["rmse_lm"] / base
    ax.axvline(100, color=style.REFERENCE, linewidth=1.2)
    ax.hlines(places, model, regression, color=style.GRID, linewidth=2, zorder=1)
    ax.plot(regression, places, "D", color=style.GREY, markersize=6, label=t("linear regression"), zorder=2)
    colours = [style.BLUE if better else style.RED for better in table["better"]]
    ax.scatter(model, places, c=colours, s=44, zorder=3)
    ax.plot([], [], "o", color=style.BLUE, label=t("model, better than the regression"))
    ax.plot([], [], "o", color=style.RED, label=t("model, not better"))
    _name_rows(ax, table["indicator"])
    _legend_below(ax, 3)
    below = t("{folds} folds, {repetitions} repetitions; 100: the error of predicting the mean",
              folds=result.folds, repetitions=result.repetitions)  # fmt: skip
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("error of prediction (RMSE) [% of that of the mean]"))
    return ax


@draw.register(CVPATResult)
def draw_cvpat(result: CVPATResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the differences of losses with their intervals, as a share of the benchmark's loss."""
    table = result.table.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=1.9)
    ax.axvline(0, color=style.REFERENCE, linewidth=1.2)
    unit = 100 / table["loss_benchmark"].where(table["loss_benchmark"] > 0)
    for row, (entry, scale) in enumerate(zip(table.to_dict("records"), unit, strict=True)):
        colour = VERDICTS.get(str(entry["verdict"]), style.GREY)
        ends = [entry["low"] * scale, entry["high"] * scale]
        ax.plot(ends, [row, row], color=colour, linewidth=2.2, solid_capstyle="round")
        ax.plot(entry["difference"] * scale, row, "o", color=colour, markersize=7)
    words = {"mean": t("mean"), "lm": t("regression")}
    labels = [
        t("{construct} against {benchmark}", construct=style.name(a, width=20), benchmark=words.get(b, style.name(b)))
        for a, b in zip(table["construct"], table["benchmark"], strict=True)
    ]
    ax.set_yticks(range(len(table)), labels)
    ax.set_ylim(-0.6, len(table) - 0.4)
    below = t("blue: the model predicts better; red: worse; {confidence:.0%} intervals", confidence=result.confidence)
    heading = t(
        "Beyond chance, the model predicts better in {better} and worse in {worse} of {total} comparisons",
        better=int((table["verdict"] == BETTER).sum()),
        worse=int((table["verdict"] == WORSE).sum()),
        total=len(table),
    )
    style.title(ax, heading, below)
    ax.set(xlabel=t("difference of squared errors [% of the benchmark's]"))
    return ax


@draw.register(ImportanceMap)
def draw_importance_map(result: ImportanceMap, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the map of the constructs, or of their indicators."""
    kind = check_option("kind", kind or "constructs", MapPicture)
    items = kind == "indicators"
    table = result.indicators if items else result.constructs
    cuts = (float(table["performance"].mean()), float(table["importance"].mean()))
    ax = style.axes(ax, size=(7.4, 5.8 if len(table) <= 10 else min(5.8 + 0.1 * (len(table) - 10), 9.0)), grid="none")
    ax.spines["left"].set_visible(True)
    _limits(ax, table, items=items)
    ax.axhline(cuts[1], color=style.REFERENCE, linewidth=1.1)
    ax.axvline(cuts[0], color=style.REFERENCE, linewidth=1.1)
    name_corners(ax)
    colours = [COLOURS[name] for name in table["quadrant"]]
    if not items:
        _crosses(ax, table, colours)
    ax.scatter(table["performance"], table["importance"], c=colours, s=38, zorder=3)
    names = [style.name(name, width=18) for name in table["indicator" if items else "construct"]]
    place_labels(ax, table["performance"].tolist(), table["importance"].tolist(), names, colours=colours)
    below = t("target: {target}; cut at the means", target=style.name(result.target))
    if not items and table["importance_low"].notna().any():
        below = t("target: {target}; cut at the means; crosses: {confidence:.0%} intervals",
                  target=style.name(result.target), confidence=result.confidence)  # fmt: skip
    style.title(ax, result.summary(), below)
    points = result.low is not None
    ax.set_xlabel(t("performance [points, 0-100]") if points else t("performance [scale of the answers]"))
    raw = result.effects == "unstandardized"
    ax.set_ylabel(t("importance: total effect, unstandardized") if raw else t("importance: total effect, standardized"))
    return ax


def _reliability(result: MeasurementQuality, ax: Axes | None) -> Axes:
    table = result.constructs[result.constructs["verdict"] != UNJUDGED].iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.4)
    limits, places = result.thresholds, np.arange(len(table))
    ax.axvline(limits.reliability, color=style.REFERENCE, linewidth=1.2)
    ax.axvline(limits.ave, color=style.REFERENCE, linewidth=1.2, linestyle=":")
    raw = table["alpha_raw"].notna()
    table["alpha"] = table["alpha_raw"].where(raw, table["alpha"])
    ax.hlines(places + 0.22, table["alpha_raw_low"], table["alpha_raw_high"], color=style.GREY, linewidth=1.6, zorder=1)
    words = {"alpha": t("alpha"), "rho_a": "rho_A", "rho_c": "rho_C"}
    colours = {"alpha": style.GREY, "rho_a": style.OLIVE, "rho_c": style.BLUE}
    for column, marker, offset in RELIABILITIES:
        ax.plot(table[column], places + offset, marker, color=colours[column], markersize=7, label=words[column])
    ax.plot(table["ave"], places, "x", color=style.RED, markersize=7, markeredgewidth=2, label=t("AVE"))
    _name_rows(ax, table["construct"])
    _legend_below(ax, 4)
    below = t("line: threshold of reliability {limit:.2f}; dotted: of variance extracted (AVE) {ave:.2f}; grey: "
              "interval of alpha", limit=limits.reliability, ave=limits.ave)  # fmt: skip
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("reliability, and variance extracted"))
    return ax


def _htmt(result: MeasurementQuality, ax: Axes | None) -> Axes:
    table = result.matrix("htmt")
    values, rows, columns = table.to_numpy(dtype=float), len(table.index), len(table.columns)
    ax = style.axes(ax, size=(max(5.6, 0.95 * columns + 2.2), max(3.6, 0.55 * rows + 2.1)), grid="none")
    limit = result.thresholds.htmt
    ax.imshow(values, cmap="Blues", vmin=0.1, vmax=3.0, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            far = value < limit
            ax.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=9.5,
                    color=style.INK if far else style.RED, fontweight="normal" if far else "bold")  # fmt: skip
    ax.set_xticks(range(columns), [style.name(name, width=12) for name in table.columns], rotation=30, ha="right")
    ax.set_yticks(range(rows), [style.name(name, width=18) for name in table.index])
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(length=0)
    close = int((result.pairs["verdict"] == TOO_CLOSE).sum())
    heading = (
        t("{n} pairs of constructs are hard to tell apart", n=close)
        if close
        else t("Every pair of constructs can be told apart")
    )
    style.title(ax, heading, t("HTMT of absolute correlations; bold: {limit:.2f} and above", limit=limit))
    return ax


def _loadings(result: MeasurementQuality, ax: Axes | None) -> Axes:
    table = result.indicators.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), extra=2.3)
    places = np.arange(len(table))
    ax.axvline(result.thresholds.loading, color=style.REFERENCE, linewidth=1.2)
    good = table["verdict"].isin([OK, UNJUDGED])
    ax.barh(places, table["loading"], height=0.6, color=[style.ACCENT if ok else style.RED for ok in good])
    ax.plot(table["other_loading"], places, "o", color=style.INK, markersize=4.5)
    labels = [
        t("{construct}: {indicator}", construct=style.name(a, width=16), indicator=style.name(b, width=16))
        for a, b in zip(table["construct"], table["indicator"], strict=True)
    ]
    ax.set_yticks(places, labels)
    ax.set_ylim(-0.6, len(table) - 0.4)
    heading = t("{n} of {total} indicators do not stand the test", n=int((~good).sum()), total=len(table))
    below = t("line: threshold {limit:.3f}; red: below it, collinear, or closer to another construct; point: largest "
              "loading on another construct", limit=result.thresholds.loading)  # fmt: skip
    style.title(ax, heading, below)
    ax.set(xlabel=t("loading on its own construct"))
    return ax


def _rows(ax: Axes | None, rows: int, *, extra: float) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, ROW_HEIGHT * rows + extra)), grid="x")


def _name_rows(ax: Axes, names: Sequence[object] | pd.Series) -> None:
    ax.set_yticks(range(len(names)), [style.name(name) for name in names])
    ax.set_ylim(-0.6, len(names) - 0.4)


def _legend_below(ax: Axes, columns: int) -> None:
    figure = ax.get_figure(root=True)
    height = float(figure.get_size_inches()[1]) if figure is not None else 4.0
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.62 / max(height - 1.6, 1.0)), ncols=columns, frameon=False,
              fontsize=9, numpoints=1)  # fmt: skip


def _limits(ax: Axes, table: pd.DataFrame, *, items: bool) -> None:
    for axis, name in (("x", "performance"), ("y", "importance")):
        columns = [name] if items else [name, f"{name}_low", f"{name}_high"]
        values = table[columns].to_numpy(dtype=float)
        low, high = (float(end(values)) for end in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 1.0)
        room = 0.16 * (high - low) or 0.1 * max(abs(high), 1.0)
        ax.set(**{f"{axis}lim": (low - room, high + room)})


def _crosses(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    for row, colour in zip(table.to_dict("records"), colours, strict=True):
        line: dict[str, Any] = {"color": colour, "linewidth": 1.1, "alpha": 0.45, "zorder": 1}
        x, y = row["performance"], row["importance"]
        ax.plot([row["performance_low"], row["performance_high"]], [y, y], **line)
        ax.plot([x, x], [row["importance_low"], row["importance_high"]], **line)
