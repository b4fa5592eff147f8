"""Pictures of the structure of a chain: process map with its boundary, lead times, classes, surplus, measures, cash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.supply_chain.structure import (
    BoundaryResult,
    CashResult,
    ClassifiedProcesses,
    DevelopmentResult,
    MarginResult,
    OrderMetrics,
    SurplusResult,
)
from casework.supply_chain.structure.cycles import CYCLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BoundaryPicture = Literal["map", "stack"]
OrderPicture = Literal["measures", "groups"]
CashPicture = Literal["cycle", "time"]

COLOURS = dict(zip(CYCLES, (style.PURPLE, style.GREEN, style.ORANGE, style.BLUE), strict=True))
WIDTH = style.FIGURE_SIZE[0]
MAP_WIDTH = 8.4  # [inch] room for the stages at the right
ROW_HEIGHT = 0.27
FADED = {"push": 0.42, "pull": 1.0}
WRITTEN = 0.045  # of the width of the picture: a bar this long has room for its number
MOST_ROWS = 36
MOST_BARS = 15


@draw.register(BoundaryResult)
def draw_boundary(result: BoundaryResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the processes of the product with the longest way over time (`map`), or lead times by product (`stack`)."""
    kind = check_option("kind", kind or "map", BoundaryPicture)
    return _map(result, ax) if kind == "map" else _stack(result, ax)


@draw.register(ClassifiedProcesses)
def draw_classes(result: ClassifiedProcesses, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how many processes each cycle and macro process hold."""
    counts = result.counts
    ax = style.axes(ax, size=(7.4, 3.6), grid="none")
    most = max(int(counts.to_numpy().max()), 1)
    for row, cycle in enumerate(counts.index):
        for column, n in enumerate(counts.loc[cycle].astype(int)):
            share = 0.0 if not n else 0.18 + 0.72 * n / most
            ax.add_patch(_box(column - 0.5, row - 0.5, COLOURS[str(cycle)], share))
            ax.text(column, row, f"{n:,}", ha="center", va="center", fontsize=13,
                    color="white" if share > 0.6 else style.INK)  # fmt: skip
    ax.set_xticks(range(counts.shape[1]), [style.wrap(t(str(name)), 20) for name in counts.columns])
    ax.set_yticks(range(counts.shape[0]), [t(str(name)) for name in counts.index])
    ax.set(xlim=(-0.5, counts.shape[1] - 0.5), ylim=(counts.shape[0] - 0.5, -0.5))
    ax.spines[["left", "bottom"]].set_visible(False)
    style.title(ax, result.summary(), t("processes by cycle (rows) and macro process (columns)"))
    return ax


@draw.register(DevelopmentResult)
def draw_development(result: DevelopmentResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the score of every criterion and the weighted mean."""
    table = result.table
    ax = _rows(ax, len(table), height=0.36)
    places = np.arange(len(table))[::-1]
    behind = [name in result.held_back for name in table["criterion"]]
    colours = [style.RED if late else style.ACCENT for late in behind]
    ax.hlines(places, 1, table["score"], color=colours, linewidth=3, alpha=0.4)
    ax.scatter(table["score"], places, c=colours, s=70, zorder=3)
    ax.axvline(result.score, color=style.INK, linestyle="--", linewidth=1.2)
    ax.set_yticks(places, [style.name(name) for name in table["criterion"]])
    words = (t("traditional logistics"), t("modern logistics"), t("synchronized chain"))
    ax.set_xticks([1, 2, 3], [f"{x}\n{style.wrap(word, 20)}" for x, word in zip((1, 2, 3), words, strict=True)])
    ax.set(xlim=(0.85, 3.15), ylim=(-0.6, len(table) - 0.4))
    style.title(ax, result.summary(), t("score by criterion; dashed: weighted mean; red: holds the chain back"))
    return ax


@draw.register(SurplusResult)
def draw_surplus(result: SurplusResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the ladder of prices: what every stage pays, spends and keeps, up to the value to the customer."""
    table = result.table
    ax = _rows(ax, len(table), height=0.46)
    firms = table.iloc[:-1]
    places = np.arange(len(table))[::-1]
    ax.barh(places[:-1], firms["cost"], left=firms["paid"], height=0.62, color=style.GREY, label=t("cost"))
    _gains(ax, places[:-1], firms["paid"] + firms["cost"], firms["profit"], style.ACCENT, t("profit"))
    last = table.iloc[[-1]]
    _gains(ax, places[-1:], last["paid"], last["profit"], style.GREEN, t("stays with the customer"))
    for place, profit, end in zip(places, table["profit"], [*firms["price"], result.value], strict=True):
        ax.annotate(f"{profit:+,.2f}", (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.axvline(result.value, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_yticks(places, [style.name(name) for name in table["stage"]])
    ax.margins(x=0.14)
    ax.set_xlim(left=0)
    ax.set(xlabel=t("price of a unit [currency/unit]"))
    _below(ax, 4)
    style.title(ax, result.summary(), t("from the price paid to the price asked; dashed: value to the customer"))
    return ax


@draw.register(MarginResult)
def draw_margins(result: MarginResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw profit by stage, consumer surplus, and what is lost, with one price and with separate prices."""
    table, n = result.table, len(result.stages)
    ax = _rows(ax, 2, height=0.62)
    totals = (table["chain_profit"] + table["consumer_surplus"]).to_numpy()
    ax.barh(1, table["chain_profit"].iloc[0], height=0.6, color=style.ACCENT)
    start = 0.0
    for i, profit in enumerate(result.stages["profit"]):
        ax.barh(0, profit, left=start, height=0.6, color=style.ACCENT, alpha=0.9 - 0.5 * i / max(n - 1, 1),
                edgecolor="white", linewidth=1.2, label=t("profit of the stages") if not i else None)  # fmt: skip
        start += profit
    ax.barh([1, 0], table["consumer_surplus"], left=table["chain_profit"], height=0.6, color=style.GREEN,
            label=t("consumer surplus"))  # fmt: skip
    ax.barh(0, totals[0] - totals[1], left=totals[1], height=0.6, color="none", edgecolor=style.RED, linewidth=1.3,
            linestyle="--", label=t("lost"))  # fmt: skip
    ax.set_yticks([1, 0], [t(str(name)) for name in table["arrangement"]])
    ax.set(xlabel=t("profit and consumer surplus [currency/period]"), ylim=(-0.6, 1.6))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    _below(ax, 3)
    style.title(ax, result.summary(), t("{n} stages, linear demand", n=n))
    return ax


@draw.register(OrderMetrics)
def draw_orders(result: OrderMetrics, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw all shares with their intervals, or perfect orders by group (`groups`)."""
    kind = check_option("kind", kind or "measures", OrderPicture)
    return _groups(result, ax) if kind == "groups" and len(result.groups) else _shares(result, ax)


@draw.register(CashResult)
def draw_cash(result: CashResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the days of the last period of every firm (`cycle`), or the cycle over time (`time`)."""
    kind = check_option("kind", kind or "cycle", CashPicture)
    return _cash_time(result, ax) if kind == "time" else _cash_bars(result, ax)


def _map(result: BoundaryResult, ax: Axes | None) -> Axes:
    """Draw a row for each process, grouped by stage; the way to the customer runs from left to right."""
    product = result.products.iloc[int(result.products["total"].to_numpy().argmax())]
    every = result.table[result.table["product"] == product["product"]]
    table, left_out = _shown_rows(every, result.classified.source.stages.names)
    ax = _rows(ax, len(table), height=ROW_HEIGHT, extra=2.3, width=MAP_WIDTH)
    table["place"] = np.arange(len(table))[::-1]
    cycles = result.classified.table.set_index("process")["cycle"]
    wait, span = float(product["customer_wait"]), max(float(product["total"]), float(product["customer_wait"]), 1e-9)
    ax.set(xlim=(1.03 * span, -0.02 * span), ylim=(-0.7, len(table) - 0.3))
    _bands(ax, table)
    _links(ax, table, result.classified.source.graph(str(product["product"])))
    for row in _records(table):
        colour = COLOURS[str(cycles[row["process"]])]
        edge = (style.INK, 1.3) if row["critical"] else (colour, 0.5)
        ax.barh(row["place"], -row["lead_time"], left=row["to_customer"], height=0.62, color=colour,
                alpha=FADED[row["push_pull"]], edgecolor=edge[0], linewidth=edge[1], zorder=3)  # fmt: skip
    ax.axvline(wait, color=style.RED, linewidth=1.8, zorder=4)
    ax.set_yticks(table["place"], [style.name(name, width=28) for name in table["process"]])
    ax.tick_params(axis="y", labelsize=9)
    ax.set(xlabel=t("days before the customer has the goods [days]"))
    _keys(ax, [name for name in CYCLES if name in set(cycles[table["process"]])])
    below = t("pale: push, full: pull; outlined: longest way; red: customers wait {wait:g} days", wait=wait)
    if left_out:
        below = t("{text}; the {n} shortest processes off the longest way are not drawn", text=below, n=left_out)
    style.title(ax, result.of(str(product["product"])).summary(), below)
    return ax


def _shown_rows(table: pd.DataFrame, stages: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Rows by stage, those that begin first on top; of a long table the longest way and the longest processes."""
    order = {name: i for i, name in enumerate(stages)}
    kept = table.sort_values(["critical", "lead_time"], ascending=False, kind="stable").head(MOST_ROWS)
    kept = kept.assign(rank=kept["stage"].map(order))
    kept = kept.sort_values(["rank", "to_customer"], ascending=[True, False], kind="stable").reset_index(drop=True)
    return kept, len(table) - len(kept)


def _bands(ax: Axes, table: pd.DataFrame) -> None:
    """Shade every other stage, and write its name at the right."""
    for i, (stage, rows) in enumerate(table.groupby("stage", sort=False)["place"]):
        low, high = rows.min() - 0.5, rows.max() + 0.5
        ax.axhspan(low, high, color=style.SURFACE if i % 2 else "white", zorder=0)
        ax.annotate(style.wrap(style.name(stage), 12, lines=2), (1, (low + high) / 2), (6, 0), va="center", fontsize=9,
                    xycoords=("axes fraction", "data"), textcoords="offset points", color=style.MUTED,
                    annotation_clip=False)  # fmt: skip


def _links(ax: Axes, table: pd.DataFrame, graph: Any) -> None:
    """Thin lines from the end of a process to the start of the one that waits for it."""
    place, start = table.set_index("process")["place"], table.set_index("process")["to_customer"]
    end = start - table.set_index("process")["lead_time"]
    for before, after in graph.edges:
        if before in place.index and after in place.index:
            ax.plot([end[before], start[after], start[after]], [place[before], place[before], place[after]],
                    color=style.AXIS, linewidth=0.9, zorder=1)  # fmt: skip


def _keys(ax: Axes, names: Sequence[str]) -> None:
    """Set a legend of cycles."""
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=COLOURS[name], label=t(name)) for name in names]
    _below(ax, 4, handles=handles)


def _stack(result: BoundaryResult, ax: Axes | None) -> Axes:
    """Draw a bar for each product: lead times along its longest way, and how long its customers wait."""
    products = result.products.sort_values("total", ascending=False, kind="stable").head(MOST_BARS)
    ax = _rows(ax, len(products), height=0.55, extra=2.2)
    cycles = result.classified.table.set_index("process")["cycle"]
    span = max(float(products["total"].max()), float(products["customer_wait"].max()), 1e-9)
    ax.set(xlim=(1.03 * span, -0.02 * span), ylim=(-0.6, len(products) - 0.4))
    rows = result.table[result.table["critical"]]
    for place, product in enumerate(reversed(_records(products))):
        for row in _records(rows[rows["product"] == product["product"]]):
            ax.barh(place, -row["lead_time"], left=row["to_customer"], height=0.58, edgecolor="white", linewidth=1.1,
                    color=COLOURS[str(cycles[row["process"]])], alpha=FADED[row["push_pull"]])  # fmt: skip
            if row["lead_time"] >= WRITTEN * span:
                ink = style.INK if row["push_pull"] == "push" else "white"
                ax.text(row["to_customer"] - row["lead_time"] / 2, place, f"{row['lead_time']:g}", ha="center",
                        va="center", fontsize=9, color=ink)  # fmt: skip
        ax.plot([product["customer_wait"]] * 2, [place - 0.42, place + 0.42], color=style.RED, linewidth=2.4)
    names = [style.name(name, width=20) if name else t("whole chain") for name in products["product"]]
    ax.set_yticks(np.arange(len(products))[::-1], names)
    ax.set(xlabel=t("days before the customer has the goods [days]"))
    _keys(ax, [name for name in CYCLES if name in set(cycles[rows["process"]])])
    slowest = products.iloc[0]
    title = t("Up to {total:g} days from the first process to the customer, who waits {wait:g}",
              total=slowest["total"], wait=slowest["customer_wait"])  # fmt: skip
    style.title(ax, title, t("lead times on the longest way; pale: push, full: pull; red: how long customers wait"))
    return ax


def _gains(ax: Axes, places: Any, start: Any, gain: Any, colour: str, label: str) -> None:
    """Bars of gains; losses in red, backwards."""
    gains = np.asarray(gain, dtype=float)
    colours = [colour if x >= 0 else style.RED for x in gains]
    drawn = ax.barh(places, gains, left=start, height=0.62, color=colours)
    if len(gains) and (gains >= 0).any():
        drawn[int(np.argmax(gains >= 0))].set_label(label)
    if (gains < 0).any():
        drawn[int(np.argmax(gains < 0))].set_label(t("loss"))


def _shares(result: OrderMetrics, ax: Axes | None) -> Axes:
    """Draw a point and an interval for each share; the product of the four rates beside perfect orders."""
    table = result.table[result.table["measure"] != "cycle_time"]
    ax = _rows(ax, len(table), height=0.36)
    places = np.arange(len(table))[::-1]
    colours = [style.HIGHLIGHT if name == "perfect" else style.ACCENT for name in table["measure"]]
    if result.confidence is not None:
        ax.hlines(places, table["low"], table["high"], color=colours, linewidth=5, alpha=0.35)
    ax.scatter(table["value"], places, c=colours, s=58, zorder=3)
    ax.plot(result.product_rate, places[0], "D", markerfacecolor="none", markeredgecolor=style.INK, markersize=9,
            markeredgewidth=1.3)  # fmt: skip
    for place, value, high in zip(places, table["value"], table["high"].fillna(table["value"]), strict=True):
        ax.annotate(f"{value:.1%}", (max(high, value), place), (7, 0), textcoords="offset points", va="center",
                    fontsize=9)  # fmt: skip
    ax.set_yticks(places, [t(str(name)) for name in table["name"]])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.margins(x=0.14)
    ax.set(xlabel=t("share"), ylim=(-0.6, len(table) - 0.4))
    below = t("diamond: product of on time, in full, undamaged and right documents")
    if result.confidence is not None:
        below = t("{text}; bars: {c:.0%} intervals", text=below, c=result.confidence)
    style.title(ax, result.summary(), below)
    return ax


def _groups(result: OrderMetrics, ax: Axes | None) -> Axes:
    """Perfect orders by group with intervals, and two of the parts; months in time, others by number of orders."""
    perfect = result.groups[result.groups["measure"] == "perfect"].set_index("group")
    names = list(perfect.index)[-MOST_BARS:]
    if result.by != "month":
        names = list(perfect["orders_counted"].sort_values(ascending=False, kind="stable").index[:MOST_BARS])
    ax = style.axes(ax, grid="y")
    x = np.arange(len(names))
    for name, mark, colour, label in (
        ("on_time", "s", style.GREEN, t("on time")),
        ("in_full", "^", style.SKY, t("in full")),
    ):
        part = result.groups[result.groups["measure"] == name].set_index("group")["value"].reindex(names)
        ax.plot(x, part, mark, color=colour, markersize=6, label=label)
    own = perfect.loc[names]
    if result.confidence is not None:
        ax.vlines(x, own["low"], own["high"], color=style.HIGHLIGHT, linewidth=5, alpha=0.35)
    ax.plot(x, own["value"], "o", color=style.HIGHLIGHT, markersize=8, label=t("perfect orders"))
    ax.set_xticks(x, [style.wrap(style.name(name), 12, lines=2) for name in names])
    if len(names) > 6:
        ax.tick_params(axis="x", rotation=40)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set(ylabel=t("share of orders"))
    ax.margins(x=0.08, y=0.12)
    worst = str(own["value"].idxmin())
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.22 if len(names) > 6 else -0.16))
    title = t("Fewest perfect orders: {group}, {share:.1%}", group=style.plain(worst) or t("(empty)"),
              share=own.loc[worst, "value"])  # fmt: skip
    style.title(ax, title, t("bars: intervals of perfect orders") if result.confidence is not None else "")
    return ax


def _cash_bars(result: CashResult, ax: Axes | None) -> Axes:
    """Days of inventory and receivables to the right, of payables to the left; the cycle as a marker."""
    table = result.table.drop_duplicates("firm", keep="last").head(MOST_BARS)
    ax = _rows(ax, len(table), height=0.62, extra=2.1)
    places = np.arange(len(table))[::-1]
    ax.barh(places, table["inventory_days"], height=0.56, color=style.ORANGE, label=t("inventory"))
    ax.barh(places, table["receivable_days"], left=table["inventory_days"], height=0.56, color=style.SKY,
            label=t("receivables"))  # fmt: skip
    ax.barh(places, -table["payable_days"], height=0.56, color=style.GREY, label=t("payables"))
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.plot(table["cash_to_cash"], places, "D", color=style.INK, markersize=9, label=t("cash to cash"))
    paper = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    for place, days in zip(places, table["cash_to_cash"], strict=True):
        ax.annotate(f"{days:,.1f}", (days, place), (0, 11), textcoords="offset points", ha="center", fontsize=9,
                    bbox=paper)  # fmt: skip
    ax.set_yticks(places, [style.name(name, width=22) if name else t("the firm") for name in table["firm"]])
    ax.set(xlabel=t("days of sales or of cost [days]"), ylim=(-0.6, len(table) - 0.3))
    _below(ax, 4)
    style.title(ax, _longest(table), t("last period; payables to the left, as suppliers lend them"))
    return ax


def _cash_time(result: CashResult, ax: Axes | None) -> Axes:
    """Draw a line for each firm over its periods."""
    ax = style.axes(ax, grid="y")
    periods = list(dict.fromkeys(result.table["period"]))
    firms = list(dict.fromkeys(result.table["firm"]))[: len(style.PALETTE)]
    for colour, firm in zip(style.PALETTE, firms, strict=False):
        own = result.table[result.table["firm"] == firm]
        ax.plot([periods.index(name) for name in own["period"]], own["cash_to_cash"], "o-", color=colour,
                label=style.name(firm, width=22) if firm else t("the firm"))  # fmt: skip
    step = int(np.ceil(len(periods) / 10))
    ax.set_xticks(range(0, len(periods), step), [style.name(name, width=12) for name in periods[::step]])
    ax.set(ylabel=t("cash to cash [days]"))
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.14))
    style.title(ax, _longest(result.table.drop_duplicates("firm", keep="last")), t("cash-to-cash cycle by period"))
    return ax


def _longest(table: pd.DataFrame) -> str:
    row = table.iloc[int(table["cash_to_cash"].to_numpy().argmax())]
    if not row["firm"]:
        return t("Cash is tied up for {days:,.1f} days", days=row["cash_to_cash"])
    return t("Cash is tied up longest in {firm}: {days:,.1f} days", firm=style.plain(row["firm"]),
             days=row["cash_to_cash"])  # fmt: skip


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _rows(ax: Axes | None, rows: int, *, height: float, extra: float = 1.8, width: float = WIDTH) -> Axes:
    return style.axes(ax, size=(width, max(2.7, height * rows + extra)), grid="x")


def _below(ax: Axes, columns: int, **given: Any) -> None:
    """Set the legend below the name of the axis, however high the picture is."""
    from matplotlib.transforms import ScaledTranslation

    figure: Any = ax.get_figure(root=True)
    place = ax.transAxes + ScaledTranslation(0, -0.58, figure.dpi_scale_trans)
    ax.legend(loc="upper left", ncols=columns, bbox_to_anchor=(0, 0), bbox_transform=place, **given)


def _box(x: float, y: float, colour: str, share: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), 1, 1, facecolor=colour, alpha=share, edgecolor="white", linewidth=2)
