"""Pictures of how sure a causal model is: intervals of paths, the index of each construct, groups compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.registry import draw
from casework.satisfaction.pls import BootstrapResult, GroupComparison, PLSIndexResult, PublishedComparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BootstrapPicture = Literal["path", "total", "loading", "htmt"]
IndexPicture = Literal["constructs", "groups"]
GroupPicture = Literal["paths", "indices"]

ROW = 0.34  # inch
NAME = 14
HTMT_LIMIT = 0.90  # Henseler, Ringle & Sarstedt (2015), for constructs that are related


@draw.register(BootstrapResult)
def draw_bootstrap(result: BootstrapResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw estimates with their intervals: `path`, `total` effects, `loading` or `htmt`."""
    kind = check_option("kind", kind or "path", BootstrapPicture)
    table = result.table(kind).iloc[::-1].reset_index(drop=True)
    limit = HTMT_LIMIT if kind == "htmt" else 0.0
    ax = _rows(ax, len(table))
    ax.axvline(limit, color=style.REFERENCE, linewidth=1.2)
    _intervals(ax, table, _colours(table, kind))
    join = "{start} – {end}" if kind == "htmt" else "{start} → {end}"
    _names(ax, [join.format(start=_short(a), end=_short(b)) for a, b in zip(table["from"], table["to"], strict=True)])
    text = t(
        "points: estimates; lines: {confidence:.0%} intervals from {used} resamples",
        confidence=result.confidence,
        used=result.used,
    )
    style.title(ax, _title(result, table, kind), text)
    ax.set(xlabel=_axis(kind))
    return ax


def _title(result: BootstrapResult, table: pd.DataFrame, kind: str) -> str:
    if kind == "path":
        return result.summary()
    if kind == "htmt":
        over = int((table["low"] > HTMT_LIMIT).sum())
        return tn(
            "{k} of {n} pair of constructs is too close for sure (HTMT above {limit:.2f}).",
            "{k} of {n} pairs of constructs are too close for sure (HTMT above {limit:.2f}).",
            len(table),
            k=over,
            limit=HTMT_LIMIT,
        )
    sure = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    if kind == "total":
        return tn(
            "{sure} of {n} total effect is beyond chance.",
            "{sure} of {n} total effects are beyond chance.",
            len(table),
            sure=sure,
        )
    return tn(
        "{sure} of {n} loading is beyond chance.", "{sure} of {n} loadings are beyond chance.", len(table), sure=sure
    )


def _axis(kind: str) -> str:
    words = {
        "path": t("path coefficient"),
        "total": t("total effect"),
        "loading": t("loading"),
        "htmt": t("HTMT: correlations between over those within"),
    }
    return words[kind]


def _colours(table: pd.DataFrame, kind: str) -> list[str]:
    if kind == "htmt":
        return [style.BAD if row["low"] > HTMT_LIMIT else style.ACCENT for row in table.to_dict("records")]
    rows = table.to_dict("records")
    return [
        style.NEUTRAL if row["low"] <= 0 <= row["high"] else style.BAD if row["estimate"] < 0 else style.ACCENT
        for row in rows
    ]


@draw.register(PLSIndexResult)
def draw_index(result: PLSIndexResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the index of each construct for all (`constructs`), or that of the target by group (`groups`)."""
    kind = check_option("kind", kind or "constructs", IndexPicture)
    table = result.of_all() if kind == "constructs" else result.by_group()
    table = table.iloc[::-1].reset_index(drop=True)
    ax = _rows(ax, len(table), least=2.4)
    names = table["construct" if kind == "constructs" else "group"]
    own = [kind == "constructs" and name == result.target for name in names]
    colours = [style.HIGHLIGHT if mine else style.ACCENT for mine in own]
    ax.barh(range(len(table)), table["index"], color=colours, height=0.55, alpha=0.85)
    for row, (low, high, value) in enumerate(zip(table["low"], table["high"], table["index"], strict=True)):
        ax.plot([low, high], [row, row], color=style.INK, linewidth=1.6)
        ax.annotate(
            f"{value:.1f}", (max(high, value), row), (5, 0), textcoords="offset points", va="center", fontsize=9
        )
    _names(ax, [style.name(name, width=22) for name in names])
    ax.set_xlim(min(0.0, float(np.nanmin(table["low"]))), max(100.0, float(np.nanmax(table["high"]))))
    style.title(ax, result.summary() if kind == "constructs" else _spread_title(result, table), _index_subtitle(result))
    ax.set(xlabel=t("index [points, 0-100]"))
    return ax


def _spread_title(result: PLSIndexResult, table: pd.DataFrame) -> str:
    best, worst = table.iloc[int(table["index"].argmax())], table.iloc[int(table["index"].argmin())]
    return t(
        "{name}: {a:.1f} points for {best}, {b:.1f} for {worst}.",
        name=t(result.target),
        a=best["index"],
        b=worst["index"],
        best=style.name(best["group"]),
        worst=style.name(worst["group"]),
    )


def _index_subtitle(result: PLSIndexResult) -> str:
    return t("lines: {confidence:.0%} intervals; weights estimated anew in each resample", confidence=result.confidence)


@draw.register(GroupComparison)
def draw_groups(result: GroupComparison, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how each path (`paths`) or index (`indices`) differs between two groups, pair by pair."""
    kind = check_option("kind", kind or "paths", GroupPicture)
    table = (result.paths if kind == "paths" else result.indices).iloc[::-1].reset_index(drop=True)
    stem = "path" if kind == "paths" else "index"
    ax = _rows(ax, len(table))
    sure = (table["p_holm"] < 1 - result.confidence).to_numpy()
    several = len(result.sizes) > 2
    for row, cells in enumerate(table.to_dict("records")):
        first, second = cells[f"{stem}_group"], cells[f"{stem}_reference"]
        ax.plot([first, second], [row, row], color=style.HIGHLIGHT if sure[row] else style.GRID, linewidth=4, zorder=1)
        for value, side, sign, colour in ((first, "group", "o", style.BLUE), (second, "reference", "D", style.GREEN)):
            name = _label(str(cells[side]), several, side) if not row else None
            ax.plot(value, row, sign, color=colour, markersize=7.5, zorder=2, label=name)
    _names(ax, [_row_name(cells, kind, several) for cells in table.to_dict("records")])
    if kind == "paths":
        ax.axvline(0, color=style.REFERENCE, linewidth=1.2, zorder=0)
    text = t("orange: beyond chance after Holm, by {n} permutations", n=result.permutations)
    style.title(ax, result.summary() if kind == "paths" else _indices_title(result, sure), text)
    ax.set(xlabel=t("path coefficient") if kind == "paths" else t("index [points, 0-100]"))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def _indices_title(result: GroupComparison, sure: np.ndarray) -> str:
    return tn(
        "The groups differ beyond chance in {k} of {n} index.",
        "The groups differ beyond chance in {k} of {n} indices.",
        len(result.indices),
        k=int(sure.sum()),
    )


def _label(name: str, several: bool, side: str) -> str:
    if several:
        return t("first group of the pair") if side == "group" else t("second group of the pair")
    return style.name(name, width=18)


def _row_name(cells: dict[Any, Any], kind: str, several: bool) -> str:
    what = f"{_short(cells['from'])} → {_short(cells['to'])}" if kind == "paths" else _short(cells["construct"])
    if not several:
        return what
    return f"{style.name(cells['group'], width=10)} – {style.name(cells['reference'], width=10)}: {what}"


@draw.register(PublishedComparison)
def draw_published(result: PublishedComparison, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw our numbers against published ones; all lie on the diagonal where they agree."""
    table = result.table
    ax = style.axes(ax, size=(5.6, 5.0), grid="both")
    ends = [float(table[["published", "ours"]].min().min()), float(table[["published", "ours"]].max().max())]
    ax.plot(ends, ends, color=style.REFERENCE, linewidth=1.2, zorder=1)
    marks = zip(dict.fromkeys(table["source"]), ("o", "D", "s"), (style.BLUE, style.ORANGE, style.GREEN), strict=False)
    for source, sign, colour in marks:
        part = table[table["source"] == source]
        label = f"{source}: {t(part['measure'].iloc[0])}"
        ax.scatter(part["published"], part["ours"], marker=sign, color=colour, s=34, label=label, alpha=0.8, zorder=2)
    style.title(ax, result.summary())
    ax.legend(loc="upper left")
    ax.set(xlabel=t("published"), ylabel=t("ours"))
    return ax


def _rows(ax: Axes | None, rows: int, *, least: float = 2.8) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(least, ROW * rows + 1.7)), grid="x")


def _names(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(-0.6, len(names) - 0.4)


def _short(name: object) -> str:
    return style.name(name, width=NAME)


def _intervals(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    for row, (cells, colour) in enumerate(zip(table.to_dict("records"), colours, strict=True)):
        ax.plot([cells["low"], cells["high"]], [row, row], color=colour, linewidth=2.2, solid_capstyle="round")
        ax.plot(cells["estimate"], row, "o", color=colour, markersize=6.5)
        ax.annotate(f"{cells['estimate']:.2f}", (cells["high"], row), (6, 0), textcoords="offset points", va="center",
                    fontsize=8.5, color=style.ink(colour))  # fmt: skip
