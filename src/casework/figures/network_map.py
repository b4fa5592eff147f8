"""Maps of networks: open and closed sites, who is served from where, flows by width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from casework.core.messages import t, tn
from casework.figures import style
from casework.supply_chain.network.positions import Positions
from casework.supply_chain.network.program import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LINES = 400
MOST_NAMES = 15
WIDTHS = (0.6, 4.0)  # points, of the smallest and the largest flow
SIZES = (14.0, 160.0)  # points squared, of the smallest and the largest customer
WIDTH, HEIGHTS = 7.4, (3.6, 6.6)  # inch


@dataclass(frozen=True, kw_only=True, eq=False)
class Map:
    """What a map shows.

    Attributes
    ----------
    positions : Positions
        Of plants if there are any, sites and customers.
    opened, existing : Series of bool
        By site.
    served : DataFrame
        `site`, `customer`, `quantity`.
    fed : DataFrame
        `plant`, `site`, `quantity`; no rows without plants.
    """

    positions: Positions
    opened: pd.Series
    existing: pd.Series
    served: pd.DataFrame
    fed: pd.DataFrame


def draw_map(shown: Map, ax: Axes | None, text: str, below: str) -> Axes:
    """Draw a map under a title; the largest flows where there are too many."""
    layers = _spots(shown.positions)
    ax = style.axes(ax, size=_size(layers, _aspect(shown.positions)), grid="none")
    sites, customers = layers[-2], layers[-1]
    names = shown.opened.index[shown.opened.to_numpy(dtype=bool)]
    colours = {name: style.PALETTE[i % len(style.PALETTE)] for i, name in enumerate(names)}
    lines = shown.served.groupby(["site", "customer"], sort=False)["quantity"].sum().reset_index()
    lines = lines.sort_values("quantity", ascending=False, kind="stable")
    if len(layers) == 3:
        _feeds(ax, shown.fed, layers[0], sites)
    _flows(ax, lines.head(MOST_LINES), sites, customers, colours)
    _sites(ax, shown, sites, colours)
    _customers(ax, lines, customers, colours)
    if len(layers) == 3:
        _dots(ax, layers[0], "^", label=t("plant"), s=110, color=style.INK, zorder=5)
        _labels(ax, layers[0])
    _labels(ax, sites.loc[names])
    _frame(ax, shown.positions)
    few = t("the {n} largest flows are drawn", n=MOST_LINES) if len(lines) > MOST_LINES else ""
    style.title(ax, text, " · ".join(part for part in (below, few) if part))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def open_text(opened: pd.Series) -> str:
    """Return how many sites are open."""
    return tn("{n} of {all} sites is open", "{n} of {all} sites are open", int(opened.sum()), all=len(opened))


def _spots(positions: Positions) -> list[pd.DataFrame]:
    """Positions; longitudes on both sides of the date line are put side by side."""
    layers = [layer.copy() for layer in positions.layers]
    across = np.concatenate([layer["x"].to_numpy() for layer in layers])
    if positions.geographic and np.ptp(across) > 180:
        start = _start(across)
        for layer in layers:
            layer["x"] = (layer["x"] - start) % 360 + start
    return layers


def _start(longitude: Floats) -> float:
    """Return where to cut the globe: behind the widest gap between places, 180 degrees where it is about as wide."""
    around = np.sort(longitude % 360)
    gaps = np.diff(around, append=around[0] + 360)
    home = 360 - np.ptp(longitude)
    if gaps.max() <= 1.25 * home:
        return -180.0
    first = around[(int(gaps.argmax()) + 1) % len(around)]
    return float(first - 1e-9 if first < 180 else first - 360 - 1e-9)


def _aspect(positions: Positions) -> float:
    """Return the length of a unit of y over that of a unit of x on the ground."""
    middle = float(np.concatenate([layer["y"].to_numpy() for layer in positions.layers]).mean())
    return 1 / max(float(np.cos(np.radians(middle))), 0.1) if positions.geographic else 1.0


def _size(layers: list[pd.DataFrame], aspect: float) -> tuple[float, float]:
    """Return a size of the figure that suits the shape of the map."""
    places = pd.concat(layers)
    wide, high = (max(float(np.ptp(places[name])), 1e-9) for name in ("x", "y"))
    return WIDTH, float(np.clip(1.2 + 0.68 * WIDTH * high * aspect / wide, *HEIGHTS))


def _flows(
    ax: Axes, lines: pd.DataFrame, sites: pd.DataFrame, customers: pd.DataFrame, colours: dict[Any, str]
) -> None:
    """Lines from sites to customers."""
    ends = np.stack([sites.loc[lines["site"]].to_numpy(), customers.loc[lines["customer"]].to_numpy()], axis=1)
    _segments(ax, ends, lines["quantity"], [colours.get(name, style.NEUTRAL) for name in lines["site"]], alpha=0.55)


def _feeds(ax: Axes, fed: pd.DataFrame, plants: pd.DataFrame, sites: pd.DataFrame) -> None:
    """Dashed lines from plants to sites."""
    lines = fed.groupby(["plant", "site"], sort=False)["quantity"].sum().reset_index().nlargest(MOST_LINES, "quantity")
    ends = np.stack([plants.loc[lines["plant"]].to_numpy(), sites.loc[lines["site"]].to_numpy()], axis=1)
    _segments(ax, ends, lines["quantity"], style.INK, linestyle="--", alpha=0.6)


def _segments(ax: Axes, ends: Any, quantity: pd.Series, colours: Any, **looks: Any) -> None:
    """Lines by width."""
    from matplotlib.collections import LineCollection

    if len(ends):
        share = quantity.to_numpy(dtype=float) / max(float(quantity.max()), 1e-300)
        widths = WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share
        ax.add_collection(LineCollection(list(ends), colors=colours, linewidths=widths, zorder=2, **looks))


def _customers(ax: Axes, lines: pd.DataFrame, customers: pd.DataFrame, colours: dict[Any, str]) -> None:
    """Draw customers by what they get, in the colour of the site that serves most of it; crosses get nothing."""
    first = lines.drop_duplicates("customer").set_index("customer")["site"].reindex(customers.index)
    amount = lines.groupby("customer")["quantity"].sum().reindex(customers.index).fillna(0.0).to_numpy(dtype=float)
    got = amount > 0
    share = amount / max(float(amount.max(initial=0.0)), 1e-300)
    faces = [colours.get(name, style.NEUTRAL) for name in first[got]]
    if got.any():
        _dots(ax, customers[got], "o", s=(SIZES[0] + (SIZES[1] - SIZES[0]) * share)[got], c=faces, zorder=3,
              edgecolors="white", linewidths=0.6)  # fmt: skip
        ax.scatter([], [], marker="o", s=60, color=style.NEUTRAL, label=t("customer"))
    if (~got).any():
        _dots(ax, customers[~got], "x", s=28, color=style.RED, zorder=3, label=t("customer without goods"))


def _sites(ax: Axes, shown: Map, sites: pd.DataFrame, colours: dict[Any, str]) -> None:
    """Open sites filled, candidates hollow, existing ones that close crossed."""
    opened, there = shown.opened.to_numpy(dtype=bool), shown.existing.to_numpy(dtype=bool)
    hollow, left = ~opened & ~there, ~opened & there
    if opened.any():
        _dots(ax, sites[opened], "s", s=110, c=[colours[name] for name in sites.index[opened]], edgecolors=style.INK,
              linewidths=1.2, zorder=6)  # fmt: skip
        ax.scatter([], [], marker="s", s=80, color=style.NEUTRAL, edgecolors=style.INK, label=t("open site"))
    if hollow.any():
        _dots(ax, sites[hollow], "s", s=60, facecolors="white", edgecolors=style.NEUTRAL, linewidths=1.4, zorder=4,
              label=t("site, not open"))  # fmt: skip
    if left.any():
        _dots(ax, sites[left], "X", s=80, facecolors="white", edgecolors=style.RED, linewidths=1.4, zorder=4,
              label=t("existing site, closed"))  # fmt: skip


def _dots(ax: Axes, places: pd.DataFrame, marker: str, **looks: Any) -> None:
    """Draw one marker for each place."""
    ax.scatter(places["x"], places["y"], marker=marker, **looks)


def _labels(ax: Axes, places: pd.DataFrame) -> None:
    """Names beside places, unless there are too many."""
    from matplotlib.patheffects import withStroke

    if len(places) > MOST_NAMES:
        return
    halo = [withStroke(linewidth=3, foreground="white")]
    for label, spot in places.iterrows():
        ax.annotate(style.name(label, width=20), (spot["x"], spot["y"]), (0, 9), textcoords="offset points",
                    ha="center", fontsize=9, zorder=7, path_effects=halo)  # fmt: skip


def _frame(ax: Axes, positions: Positions) -> None:
    """Scale of the axes: as on the ground."""
    ax.margins(0.08)
    ax.autoscale_view()
    ax.set_aspect(_aspect(positions), adjustable="box" if positions.geographic else "datalim")
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(True)
    names = (t("longitude"), t("latitude")) if positions.geographic else ("x", "y")
    ax.set(xlabel=names[0], ylabel=names[1])
