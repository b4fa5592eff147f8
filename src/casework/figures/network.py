"""Pictures of networks: how full sites are, cost by number of sites, what a site is worth, cost by scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.network_map import Map, draw_map, open_text
from casework.figures.registry import draw
from casework.supply_chain.network import EchelonResult, LocationResult, ScenarioResult, SiteCurve, SiteValues
from casework.supply_chain.network.positions import Positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LocationPicture = Literal["map", "load"]
ScenarioPicture = Literal["cost", "map"]
MOST_BARS = 20
NO_FEEDS = pd.DataFrame({"plant": [], "site": [], "quantity": []})
COLOURS = {
    "fixed_cost": style.NEUTRAL,
    "closing_cost": style.PURPLE,
    "transport_cost": style.ACCENT,
    "shortage_cost": style.RED,
}


@draw.register(LocationResult)
def draw_location(result: LocationResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the network as a map; or, as `load` and without positions, what each open site serves in its capacity."""
    kind = kind or ("map" if result.places.positions is not None else "load")
    check_option("kind", kind, LocationPicture)
    if kind == "map":
        shown = Map(positions=_known(result.places.positions), opened=result.sites["open"],
                    existing=result.sites["existing"], served=result.flows, fed=NO_FEEDS)  # fmt: skip
        return draw_map(shown, ax, open_text(result.sites["open"]), _costs(result.cost))
    opened = result.sites[result.sites["open"]].rename(columns={"served": "load"})
    return _loads(opened, open_text(result.sites["open"]), result.cost, ax)


@draw.register(EchelonResult)
def draw_echelons(result: EchelonResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the network as a map; or, as `load` and without positions, what each open warehouse ships."""
    kind = kind or ("map" if result.positions is not None else "load")
    check_option("kind", kind, LocationPicture)
    opened = result.warehouses["open"]
    text = tn("{n} of {all} warehouses is open", "{n} of {all} warehouses are open", int(opened.sum()),
              all=len(opened))  # fmt: skip
    if kind == "map":
        shown = Map(positions=_known(result.positions), opened=opened, existing=opened & False,
                    served=result.outbound.rename(columns={"warehouse": "site"}),
                    fed=result.inbound.rename(columns={"warehouse": "site"}))  # fmt: skip
        return draw_map(shown, ax, text, _costs(result.cost))
    return _loads(result.warehouses[opened].rename(columns={"shipped": "load"}), text, result.cost, ax)


def _known(positions: Positions | None) -> Positions:
    """Return positions.

    Raises
    ------
    ParameterError
        There are none.
    """
    if positions is None:
        raise ParameterError(Problem("kind", "map", "load", t("Give positions to draw a map.")))
    return positions


def _costs(cost: float) -> str:
    """Return what the network costs."""
    return t("the network costs {cost:,.0f}", cost=cost)


def _loads(table: pd.DataFrame, text: str, cost: float, ax: Axes | None) -> Axes:
    """Bars of loads inside capacities, largest first."""
    ax = style.axes(ax, grid="x")
    table = table.sort_values("load", ascending=False, kind="stable").head(MOST_BARS)
    places = np.arange(len(table))
    room = table["capacity"].to_numpy(dtype=float)
    shown = np.where(np.isfinite(room), room, 0.0)
    if shown.any():
        ax.barh(places, shown, color=style.GRID, label=t("capacity"))
    ax.barh(places, table["load"], height=0.5, color=style.ACCENT, label=t("load"))
    _names(ax, places, table.index)
    ax.set_xlabel(t("load [units]"))
    style.title(ax, text, _costs(cost))
    if shown.any():
        ax.legend(loc="lower left", bbox_to_anchor=(1.0, 0.0))
    return ax


@draw.register(SiteCurve)
def draw_curve(result: SiteCurve, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the kinds of cost, stacked, by the number of open sites."""
    table = result.table.dropna(subset=["cost"])
    parts = {"fixed_cost": t("fixed"), "closing_cost": t("closing"), "transport_cost": t("transport")}
    ax = style.axes(ax)
    _stack(ax, table, parts)
    low = float(table["cost"].min())
    ax.plot(list(table.index).index(result.best), 1.03 * low, "v", color=style.HIGHLIGHT, markersize=10)
    ax.set_xticks(np.arange(len(table)), [str(item) for item in table.index])
    ax.set(xlabel=t("number of open sites"), ylabel=t("cost [currency]"))
    ax.yaxis.set_major_formatter(_money)
    style.title(ax, t("The network costs least with this number of sites: {n}", n=result.best))
    return ax


@draw.register(SiteValues)
def draw_values(result: SiteValues, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what the network would cost more without each site; a bar with hatches has no end."""
    table = result.table.dropna(subset=["value"]).sort_values("value", ascending=False).head(MOST_BARS)
    ax = style.axes(ax, grid="x")
    value = table["value"].to_numpy(dtype=float)
    finite = value[np.isfinite(value)]
    end = 1.15 * max(float(np.abs(finite).max(initial=0.0)), 1.0)
    places = np.arange(len(table))
    colours = [style.GOOD if item > 0 else style.NEUTRAL for item in value]
    bars = ax.barh(places, np.where(np.isfinite(value), value, end), color=colours)
    for bar, item in zip(bars, value, strict=True):
        if np.isinf(item):
            bar.set(hatch="//", edgecolor="white")
    ax.axvline(0, color=style.AXIS)
    _names(ax, places, table.index)
    ax.set_xlabel(t("what the network would cost more without the site [currency]"))
    ax.xaxis.set_major_formatter(_money)
    ax.locator_params(axis="x", nbins=6)
    lacking = t("hatched: demand cannot be met without it") if np.isinf(value).any() else ""
    style.title(ax, result.summary().split("\n")[0], lacking)
    return ax


@draw.register(ScenarioResult)
def draw_scenarios(result: ScenarioResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the kinds of cost in every scenario and of a network made for it alone; or a `map` of mean flows."""
    kind = kind or "cost"
    check_option("kind", kind, ScenarioPicture)
    if kind == "map":
        chance = result.flows["scenario"].map(result.scenarios["probability"])
        shown = Map(positions=_known(result.positions), opened=result.sites["open"],
                    existing=result.sites["closing_cost"] > 0, fed=NO_FEEDS,
                    served=result.flows.assign(quantity=result.flows["quantity"] * chance))  # fmt: skip
        return draw_map(shown, ax, open_text(result.sites["open"]), t("mean flows over the scenarios"))
    return _scenario_costs(result, ax)


def _scenario_costs(result: ScenarioResult, ax: Axes | None) -> Axes:
    """Bars of the scenarios, the dearest first."""
    table = result.scenarios.assign(
        fixed_cost=float(result.sites["fixed_cost"].sum()), closing_cost=float(result.sites["closing_cost"].sum())
    )
    table = table.sort_values("cost", ascending=False, kind="stable").head(MOST_BARS)
    parts = {"fixed_cost": t("fixed"), "closing_cost": t("closing"), "transport_cost": t("transport"),
             "shortage_cost": t("shortage")}  # fmt: skip
    ax = style.axes(ax, grid="x", size=(7.4, max(3.2, 1.6 + 0.28 * len(table))))
    _stack(ax, table, parts, across=True)
    places = np.arange(len(table))
    ax.plot(table["best_cost"], places, "|", color=style.HIGHLIGHT, markersize=14, markeredgewidth=3,
            label=t("network made for this scenario"))  # fmt: skip
    ax.axvline(result.expected_cost, color=style.REFERENCE, linestyle="--", label=t("expected cost"))
    ax.set(xlabel=t("cost [currency]"))
    ax.xaxis.set_major_formatter(_money)
    ax.locator_params(axis="x", nbins=5)
    _names(ax, places, table.index)
    text = t("Expected cost {mean:,.0f}, at worst {most:,.0f}", mean=result.expected_cost, most=result.worst_cost)
    style.title(ax, text, t("scenarios, the dearest first"))
    ax.legend(loc="lower left", bbox_to_anchor=(1.0, 0.0))
    return ax


def _money(value: float, _: float) -> str:
    """Return a number of an axis of money."""
    return f"{value:,.10g}"


def _stack(ax: Axes, table: pd.DataFrame, parts: dict[str, str], *, across: bool = False) -> None:
    """Bars of the kinds of cost that occur, one on the other; `across`: one behind the other."""
    places, floor = np.arange(len(table)), np.zeros(len(table))
    for column, label in parts.items():
        size = table[column].to_numpy(dtype=float)
        if size.any() and across:
            ax.barh(places, size, left=floor, color=COLOURS[column], label=label)
        elif size.any():
            ax.bar(places, size, bottom=floor, color=COLOURS[column], label=label)
        floor = floor + size
    if len(ax.containers):
        ax.legend(loc="lower left", bbox_to_anchor=(1.0, 0.0))


def _names(ax: Axes, places: Any, names: pd.Index) -> None:
    """Names of sites at bars, the first on top."""
    ax.set_yticks(places, [style.name(item) for item in names])
    ax.invert_yaxis()
