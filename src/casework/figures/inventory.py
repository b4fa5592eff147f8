"""Pictures of inventory policies: cost curves, stock paths, demand at risk, exchange curve, classes, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.supply_chain.inventory import (
    BaseStockResult,
    ClassResult,
    DiscountResult,
    EoqResult,
    ExchangeResult,
    LotSizeResult,
    NewsvendorResult,
    PeriodicResult,
    ReorderResult,
    SafetyStockResult,
    StockPathResult,
    UnreliableResult,
)
from casework.supply_chain.inventory.demand import normal_density
from casework.supply_chain.inventory.eoq import lot_costs
from casework.supply_chain.inventory.exchange import EQUAL, WEIGHTED
from casework.supply_chain.inventory.result import ItemResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ClassPicture = Literal["matrix", "pareto"]
POINTS = 240
MOST_BARS = 15
PERIODS_SHOWN = 60


@draw.register(EoqResult)
def draw_eoq(result: EoqResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw ordering, holding and total cost against the lot of one SKU; for several SKUs their costs."""
    if not result.single:
        return _bars(result, ax)
    ax = style.axes(ax, grid="both")
    best = float(result.best_quantity)
    if best <= 0:
        return _nothing(ax, result)
    top = max(3.0 * best, 1.3 * float(result.order_quantity))
    lots = np.linspace(top / POINTS, top, POINTS)
    costs = _eoq_costs(result, lots)
    ax.plot(lots, costs["ordering_cost"], color=style.SKY, linestyle="--", label=t("ordering"))
    ax.plot(
        lots, costs["holding_cost"] + costs["backorder_cost"], color=style.ORANGE, linestyle=":", label=t("holding")
    )
    ax.plot(lots, costs["cost"], color=style.ACCENT, label=t("together"))
    ax.plot(best, float(result.best_cost), "o", color=style.HIGHLIGHT, markersize=9)
    style.title(ax, t("Cost is lowest at {q:,.1f} units per order", q=best),
                t("and flat around it: half as much again costs {x:.0%} more", x=(1.5 + 1 / 1.5) / 2 - 1))  # fmt: skip
    ax.set(xlabel=t("units per order [units]"), ylabel=t("cost [currency per unit of time]"), xlim=(0, top))
    ax.set_ylim(0, 3.2 * float(result.best_cost))
    ax.legend(loc="upper right")
    return ax


def _eoq_costs(result: EoqResult, lots: Any) -> dict[str, Any]:
    """Costs of many lots of one SKU."""
    given = {name: np.full(len(lots), float(array[0])) for name, array in result.inputs.items()}
    holding = given.get("holding_cost")
    if holding is None:
        holding = given["holding_cost_rate"] * given["unit_cost"]
    penalty = given.get("stockout_cost", np.full(len(lots), np.inf))
    load = given["demand_rate"] / given["production_rate"] if "production_rate" in given else np.zeros(len(lots))
    return lot_costs(given["fixed_cost"], given["demand_rate"], holding, penalty, load, lots)


@draw.register(DiscountResult)
def draw_discount(result: DiscountResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cost against the lot of one SKU, with its price tiers; for several SKUs their costs."""
    if not result.single:
        return _bars(result, ax)
    ax = style.axes(ax, grid="both")
    chosen, starts = float(result.order_quantity), result.breakpoints[0]
    if chosen <= 0:
        return _nothing(ax, result)
    top = 1.6 * max(chosen, float(starts[-1]))
    for place, begin in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else top
        lots = np.linspace(max(begin, chosen / 8), end, POINTS, endpoint=False)
        if end > chosen / 8:
            ax.plot(lots, result.costs_at(lots), color=style.PALETTE[place % len(style.PALETTE)],
                    label=t("price {price:,.2f}", price=float(result.unit_costs[0, place])))  # fmt: skip
    ax.plot(chosen, float(result.cost), "o", color=style.HIGHLIGHT, markersize=9, zorder=5)
    lowest = [float(np.min(np.asarray(line.get_ydata(), dtype=float))) for line in ax.get_lines()]
    span = max(max(lowest) - min(lowest), 0.02 * abs(min(lowest)))
    ax.set(xlabel=t("units per order [units]"), ylabel=t("cost with purchase price [currency per unit of time]"))
    ax.set(xlim=(0, top), ylim=(min(lowest) - 0.3 * span, max(lowest) + 0.6 * span))
    style.title(ax, result.summary())
    ax.legend(loc="upper right")
    return ax


@draw.register(NewsvendorResult)
def draw_newsvendor(result: NewsvendorResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the expected cost against the level of one SKU; for several SKUs their costs."""
    if not result.single:
        return _bars(result, ax)
    ax = style.axes(ax, grid="both")
    level, mean = float(result.base_stock_level), float(result.demand.mean[0])
    reach = max(abs(level - mean) * 2.2, float(result.expected_left_over) * 4, 0.05 * abs(mean), 1.0)
    levels = np.linspace(max(0.0, mean - reach), mean + reach, POINTS)
    if result.demand.discrete:
        levels = np.unique(np.floor(levels))
    over, under = (float(result.inputs[name][0]) for name in ("overage", "underage"))
    costs = result.costs_at(levels)
    short = (costs - over * (levels - mean)) / (over + under)
    ax.plot(levels, over * (levels - mean + short), color=style.ORANGE, linestyle=":", label=t("left over"))
    ax.plot(levels, under * short, color=style.SKY, linestyle="--", label=t("short"))
    ax.plot(levels, costs, color=style.ACCENT, label=t("together"))
    ax.plot(level, float(result.cost), "o", color=style.HIGHLIGHT, markersize=9)
    style.title(
        ax, result.summary(), t("critical ratio {x:.1%}: cost of a unit short over both costs", x=result.critical_ratio)
    )
    ax.set(xlabel=t("units at the beginning [units]"), ylabel=t("expected cost [currency per period]"))
    ax.set_ylim(0, None)
    ax.legend(loc="upper center")
    return ax


@draw.register(SafetyStockResult)
def draw_safety_stock(result: SafetyStockResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw demand over the time at risk with the reorder point of one SKU; for several SKUs their safety stock."""
    if not result.single:
        return _bars(result, ax, "safety_stock", t("safety stock [units]"))
    ax = style.axes(ax, grid="none")
    mean, sd, point = float(result.risk_mean), float(result.risk_sd), float(result.reorder_point)
    spread = max(sd, 1e-9)
    x = np.linspace(mean - 4 * spread, mean + 4.2 * spread, POINTS)
    y = normal_density((x - mean) / spread) / spread
    ax.plot(x, y, color=style.ACCENT)
    ax.fill_between(x, y, where=x <= point, color=style.ACCENT, alpha=0.15)
    ax.fill_between(x, y, where=x >= point, color=style.BAD, alpha=0.45)
    top = float(y.max())
    for place, text, colour, height in (
        (mean, t("mean demand"), style.MUTED, 1.12),
        (point, t("reorder point"), style.HIGHLIGHT, 1.04),
    ):
        ax.axvline(place, color=colour, linestyle="--", linewidth=1.2, ymax=height / 1.25)
        side = "right" if (place < point or (place == mean and point > mean)) else "left"
        ax.annotate(f" {text} {place:,.1f} ", (place, top * height), ha=side if place == mean else "left", va="bottom",
                    fontsize=9.5, color=style.ink(colour))  # fmt: skip
    ax.set_ylim(0, top * 1.3)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set(xlabel=t("demand until the next delivery can come [units]"))
    style.title(ax, result.summary(), t("red: demand that would find no stock"))
    return ax


@draw.register(StockPathResult)
def draw_path(result: StockPathResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw stock on hand, backorders and orders of the first periods."""
    ax = style.axes(ax, grid="y")
    path = result.path.head(PERIODS_SHOWN)
    ax.step(
        path["period"],
        path["on_hand"] - path["backorders"],
        where="post",
        color=style.ACCENT,
        label=t("stock less backorders"),
    )
    ax.step(path["period"], path["position"], where="post", color=style.REFERENCE, linewidth=1.1,
            label=t("with orders under way"))  # fmt: skip
    ordered = path[path["order"] > 0]
    ax.plot(
        ordered["period"], np.full(len(ordered), result.reorder_point), "^", color=style.HIGHLIGHT, label=t("order")
    )
    ax.axhline(result.reorder_point, color=style.HIGHLIGHT, linestyle="--", linewidth=1)
    ax.axhline(0, color=style.AXIS, linewidth=1)
    style.title(ax, result.summary(), t("dashed: reorder point {r:,.1f}", r=result.reorder_point))
    ax.set(xlabel=t("period"), ylabel=t("units at the end of the period [units]"))
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=3)
    return ax


@draw.register(ReorderResult)
@draw.register(PeriodicResult)
@draw.register(UnreliableResult)
@draw.register(BaseStockResult)
def draw_costs(result: ItemResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the cost (without costs: the safety stock) of the SKUs, largest first."""
    if result.has("cost"):
        return _bars(result, ax)
    name = "safety_stock" if result.has("safety_stock") else "order_up_to"
    return _bars(
        result, ax, name, t("safety stock [units]") if name == "safety_stock" else t("order-up-to level [units]")
    )


@draw.register(ExchangeResult)
def draw_exchange(result: ExchangeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw safety stock against the share of demand met at once, for both ways to spread it."""
    ax = style.axes(ax, grid="both")
    for rule, colour, line in ((EQUAL, style.ORANGE, "--"), (WEIGHTED, style.ACCENT, "-")):
        curve = result.curves[result.curves["rule"] == rule].sort_values("safety_stock_value")
        ax.plot(curve["safety_stock_value"], 100 * curve["fill_rate"], color=colour, linestyle=line, label=t(rule))
    ends = (result.stock, result.stock - result.saving)
    ax.plot(ends, [100 * result.fill_rate] * 2, color=style.HIGHLIGHT, linewidth=1.2, marker="o", markersize=8)
    style.title(
        ax,
        result.summary(),
        t("dots: service level of {x:.1%} for every SKU, and its match spread by value", x=result.level),
    )
    ax.set(xlabel=t("safety stock [currency]"), ylabel=t("demand met at once [% of its value]"))
    ax.legend(loc="lower right")
    return ax


@draw.register(ClassResult)
def draw_classes(result: ClassResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the classes as a `matrix` of shares (with variation), or the curve of cumulated value (`pareto`)."""
    kind = check_option("kind", kind or ("matrix" if result.xyz_cuts else "pareto"), ClassPicture)
    return _matrix(result, ax) if kind == "matrix" and result.xyz_cuts else _pareto(result, ax)


@draw.register(LotSizeResult)
def draw_lots(result: LotSizeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw demand and orders of one SKU by period; for several SKUs their costs."""
    if not result.single:
        return _bars(result, ax)
    ax = style.axes(ax, grid="y")
    places = np.arange(result.plan.shape[1])
    ax.bar(places - 0.2, result.demand[0], width=0.38, color=style.REFERENCE, label=t("demand"))
    ax.bar(places + 0.2, result.plan[0], width=0.38, color=style.ACCENT, label=t("ordered"))
    step = max(1, len(places) // 12)
    ax.set_xticks(places[::step], [style.name(label, width=10) for label in result.periods[::step]])
    style.title(ax, result.summary())
    ax.set(xlabel=t("period"), ylabel=t("units per period [units]"))
    ax.legend(loc="upper right")
    return ax


def _matrix(result: ClassResult, ax: Axes | None) -> Axes:
    """Heat map: how many SKUs, and what share of the value."""
    from matplotlib.colors import LinearSegmentedColormap

    table = result.matrix
    rows, columns = list(dict.fromkeys(table["abc"])), list(dict.fromkeys(table["xyz"]))
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.15 * len(rows) + 1.6), grid="none")
    shares = table["share_of_value"].to_numpy(dtype=float).reshape(len(rows), len(columns))
    colours = LinearSegmentedColormap.from_list("share", ("#f4f8fb", "#5b9bd0", "#08519c"))
    ax.imshow(shares, cmap=colours, vmin=0, vmax=max(0.01, float(shares.max())), aspect="auto")
    for place, cell in enumerate(table.itertuples()):
        row, column = divmod(place, len(columns))
        dark = shares[row, column] > 0.55 * float(shares.max())
        ax.text(column, row, f"{t('{n} SKUs', n=int(cell.items))}\n{100 * float(cell.share_of_value):.0f} %",  # type: ignore[arg-type]
                ha="center", va="center", color="white" if dark else style.INK)  # fmt: skip
    steady = [t("{x}: steady", x="X"), t("{x}: varies", x="Y"), t("{x}: erratic", x="Z")]
    ax.set_xticks(range(len(columns)), steady[: len(columns)])
    ax.set_yticks(range(len(rows)), rows)
    ax.spines["left"].set_visible(False)
    style.title(ax, result.summary(), t("number of SKUs and their share of the value [%]"))
    return ax


def _pareto(result: ClassResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    table = result.table.sort_values("share", ascending=False, kind="stable")
    x = np.r_[0, np.arange(1, len(table) + 1) / len(table)] * 100
    ax.plot(x, np.r_[0, table["share"].cumsum()] * 100, color=style.ACCENT)
    ends = table.groupby("abc", sort=True).size().cumsum() / len(table) * 100
    start = 0.0
    for place, (name, end) in enumerate(ends.items()):
        ax.axvspan(start, float(end), color=style.PALETTE[place], alpha=0.10, linewidth=0)
        ax.text((start + float(end)) / 2, 4, str(name), ha="center", fontsize=11, color=style.ink(style.PALETTE[place]))
        start = float(end)
    style.title(ax, result.summary())
    ax.set(xlabel=t("SKUs, largest value first [%]"), ylabel=t("value, cumulated [%]"), xlim=(0, 100), ylim=(0, 102))
    return ax


def _bars(result: ItemResult, ax: Axes | None, name: str = "cost", label: str = "") -> Axes:
    """SKUs with the largest values of a measure."""
    values = pd.Series(result.array(name), index=result.index).dropna()
    shown = values.sort_values(ascending=False, kind="stable").head(MOST_BARS).iloc[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.4, 0.3 * len(shown) + 1.5)), grid="x")
    ax.barh(range(len(shown)), shown, color=style.ACCENT, height=0.62)
    ax.set_yticks(range(len(shown)), [style.name(item) for item in shown.index])
    subtitle = t("the {n} largest of {total} SKUs", n=len(shown), total=len(values)) if len(values) > len(shown) else ""
    style.title(ax, result.summary(), subtitle)
    ax.set(xlabel=label or t("cost [currency per unit of time]"))
    return ax


def _nothing(ax: Axes, result: ItemResult) -> Axes:
    ax.set(xlabel=t("units per order [units]"), ylabel=t("cost [currency per unit of time]"))
    style.title(ax, t("Without demand nothing is ordered"))
    return ax
