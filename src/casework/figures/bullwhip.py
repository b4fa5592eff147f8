"""Pictures of the bullwhip effect: amplification, sample paths, costs, scenarios, lead times, the beer game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.supply_chain.bullwhip import (
    AmplificationCurve,
    ChainResult,
    DemandFit,
    GameResult,
    GameState,
    MeasuredResult,
    ScenariosResult,
    exact_amplification,
    is_linear,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ChainPicture = Literal["amplification", "path", "costs"]
MeasuredPicture = Literal["amplification", "series"]
GamePicture = Literal["orders", "costs", "amplification"]

ROW_HEIGHT = 0.44
WIDE = 3.0  # ratio of the largest to the smallest value from which a log scale is easier to read
LOG_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000)


def stage_colours(n: int) -> list[Any]:
    """Return a colour for each stage, from light (downstream) to dark (upstream), told apart by lightness too."""
    from matplotlib.colors import LinearSegmentedColormap

    scale = LinearSegmentedColormap.from_list("stages", ["#e0a33e", "#c8442e", "#5c1a5e"])
    return [scale(x) for x in np.linspace(0, 1, max(n, 2))][:n]


@draw.register(ChainResult)
def draw_chain(result: ChainResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the amplification of every stage, the first periods of one replication (`path`), or the `costs`."""
    kind = check_option("kind", kind or "amplification", ChainPicture)
    if kind == "path":
        return _path(result, ax)
    return _amplification(result, ax) if kind == "amplification" else _costs(result, ax)


@draw.register(MeasuredResult)
def draw_measured(result: MeasuredResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the measured amplification of every stage, or the recorded `series`."""
    kind = check_option("kind", kind or "amplification", MeasuredPicture)
    if kind == "series":
        return _series(result, ax)
    table = result.stages
    ax = _rows(ax, len(table))
    _interval_rows(ax, table, list(table["stage"]))
    style.title(ax, result.summary(), t("recorded orders; bars: {c:.0%} intervals from moving blocks of {n} periods",
                                        c=result.confidence, n=result.block))  # fmt: skip
    return ax


@draw.register(ScenariosResult)
def draw_scenarios(result: ScenariosResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the amplification of the last stage in every scenario, with the change of cost beside it."""
    table = result.table
    ax = _rows(ax, len(table))
    notes = [t("cost {x:+.0%}", x=change) if i else t("today") for i, change in enumerate(table["cost_change"])]
    _interval_rows(ax, table, list(table["scenario"]), notes, highlight=0)
    style.title(ax, result.summary(), t("last stage; bars: {c:.0%} intervals over replications", c=result.confidence))
    return ax


@draw.register(AmplificationCurve)
def draw_curve(result: AmplificationCurve, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the amplification of the first and the last stage by lead time, with and without shared demand."""
    ax = style.axes(ax, grid="both")
    table = result.table
    last = table[table["stage"] == table["stage"].iloc[-1]]
    words = (t("each stage forecasts from the orders it gets"), t("all forecast from the customers' demand"))
    ax.plot(last["lead_time"], last["without_sharing"], "-o", color=style.RED, label=words[0])
    ax.plot(last["lead_time"], last["with_sharing"], "-s", color=style.BLUE, label=words[1])
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.16))
    ax.axvline(result.lead_time, color=style.REFERENCE, linestyle=":", linewidth=1.2)
    style.title(ax, result.summary(), t("last of {n} stages; dotted: lead time today", n=table["stage"].nunique()))
    ax.set_xticks(_few(sorted(last["lead_time"].unique())))
    _log_axis(ax.yaxis, ax, last[["without_sharing", "with_sharing"]].to_numpy().ravel())
    ax.margins(y=0.12)
    ax.set(xlabel=t("lead time of every stage [periods]"), ylabel=t("amplification [Var(orders)/Var(demand)]"))
    return ax


@draw.register(DemandFit)
def draw_fit(result: DemandFit, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the correlations of demand with its past, observed and as the fitted process has them."""
    ax = style.axes(ax, size=(7.4, 3.4))
    lags = np.arange(1, len(result.autocorrelation) + 1)
    ax.axhspan(-1.96 / np.sqrt(result.n), 1.96 / np.sqrt(result.n), color=style.SURFACE, zorder=0)
    ax.axhline(0, color=style.REFERENCE, linewidth=1)
    ax.bar(lags, result.autocorrelation, width=0.5, color=style.SKY, label=t("observed"))
    ax.plot(lags, result.correlation**lags, "o-", color=style.ORANGE, label=t("fitted AR(1)"))
    ax.set_xticks(_few(list(lags)))
    ax.legend(loc="upper right", ncols=2)
    style.title(ax, result.summary(), t("correlation of demand with that of earlier periods; grey: chance"))
    ax.set(xlabel=t("periods apart [periods]"), ylabel=t("correlation"))
    return ax


@draw.register(GameResult)
def draw_game(result: GameResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the weekly `orders` of all stages, or `costs` or `amplification` as played and with the policy."""
    kind = check_option("kind", kind or "orders", GamePicture)
    if kind == "orders":
        return _game_orders(result, ax)
    return _game_bars(result, ax, *(("cost", "policy_cost") if kind == "costs" else
                                    ("amplification", "policy_amplification")))  # fmt: skip


@draw.register(GameState)
def draw_state(state: GameState, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw what the player has seen of the own stage: net stock, orders received, orders placed."""
    ax = style.axes(ax, size=(7.4, 3.4))
    seen = state.history(min(state.played + 1, state.weeks))
    weeks = seen["period"]
    ax.axhline(0, color=style.REFERENCE, linewidth=1)
    ax.bar(weeks, seen["net_stock"], width=0.7, color=[style.SKY if x >= 0 else style.RED for x in seen["net_stock"]],
           label=t("stock (red: backlog)"))  # fmt: skip
    ax.step(weeks, seen["incoming"], where="mid", color=style.INK, label=t("orders received"))
    placed = seen["orders"].iloc[: state.played]
    ax.step(weeks.iloc[: state.played], placed, where="mid", color=style.ORANGE, label=t("orders placed"))
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, -0.2))
    style.title(ax, t("Week {week} of {n}: {role}", week=int(weeks.iloc[-1]), n=state.weeks, role=t(state.role)))
    ax.set(xlabel=t("week"), ylabel=t("units"), xlim=(0.3, state.weeks + 0.7))
    return ax


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.6, ROW_HEIGHT * rows + 1.8)), grid="x")


def _interval_rows(
    ax: Axes, table: pd.DataFrame, names: Sequence[str], notes: Sequence[str] = (), highlight: int | None = None
) -> None:
    """One row per name, the first on top: amplification with its interval on a scale that fits."""
    places = np.arange(len(table))[::-1]
    values, low, high = (table[name].to_numpy(dtype=float) for name in ("amplification", "low", "high"))
    ax.axvline(1, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    colours = [style.HIGHLIGHT if i == highlight else style.ACCENT for i in range(len(table))]
    for place, value, start, end, colour in zip(places, values, low, high, colours, strict=True):
        ax.plot([start, end], [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
        ax.plot(value, place, "o", color=colour, markersize=8)
    for i, (place, value) in enumerate(zip(places, values, strict=True)):
        text = _number(value) + (f"  {notes[i]}" if notes else "")
        ax.annotate(text, (value, place), (0, 10), textcoords="offset points", ha="center", fontsize=9,
                    color=style.ink(colours[i]))  # fmt: skip
    ax.set_yticks(places, [style.name(name) for name in names])
    ax.set_ylim(-0.6, len(table) - 0.3)
    _log_axis(ax.xaxis, ax, np.concatenate([values, low, high, [1.0]]))
    ax.margins(x=0.12)
    ax.set(xlabel=t("amplification [Var(orders)/Var(demand)]"))


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _log_axis(axis: Any, ax: Axes, values: Any) -> None:
    """Set a log scale with plain numbers where values differ much."""
    fine = np.asarray(values, dtype=float)
    fine = fine[np.isfinite(fine) & (fine > 0)]
    if not len(fine) or fine.max() / fine.min() < WIDE:
        return
    (ax.set_xscale if axis is ax.xaxis else ax.set_yscale)("log")
    lowest, highest = fine.min() * 0.7, fine.max() * 1.5
    ticks = [x for x in LOG_TICKS if lowest <= x <= highest]
    axis.set_ticks(ticks[:: 2 if len(ticks) > 12 else 1])
    axis.set_major_formatter(lambda value, _: f"{value:,g}")
    axis.minorticks_off()


def _few(values: list[Any], most: int = 12) -> list[Any]:
    return values[:: int(np.ceil(len(values) / most))] if values else values


def _amplification(result: ChainResult, ax: Axes | None) -> Axes:
    """Points with intervals; where the chain is linear, the exact value of free orders as a diamond."""
    table = result.stages
    ax = _rows(ax, len(table))
    _interval_rows(ax, table, list(table["stage"]))
    if is_linear(result.chain):
        exact = exact_amplification(result.chain, correlation=result.correlation)
        look: dict[str, Any] = {
            "markerfacecolor": "none",
            "markeredgecolor": style.INK,
            "markeredgewidth": 1.3,
            "markersize": 11,
        }
        ax.plot(exact, np.arange(len(table))[::-1], "D", linestyle="none", **look)
    words = {"c": result.confidence, "n": result.replications}
    below = t("simulated; bars: {c:.0%} intervals over {n} replications", **words)
    if is_linear(result.chain):
        below = t("bars: {c:.0%} intervals over {n} replications; diamonds: exact, if orders may be negative", **words)
    style.title(ax, result.summary(), below)
    return ax


def _path(result: ChainResult, ax: Axes | None) -> Axes:
    """Demand and the orders of every stage, one line each."""
    ax = style.axes(ax)
    names = list(result.chain.names)
    for i, colour in reversed(list(enumerate(stage_colours(len(names))))):
        own = result.path[result.path["place"] == i]
        ax.plot(own["period"], own["units"], color=colour, linewidth=1.5, label=style.name(names[i]))
    own = result.path[result.path["place"] == -1]
    ax.plot(own["period"], own["units"], color=style.INK, linewidth=2.2, label=t("demand"))
    _legend(ax, len(names) + 1)
    top = result.path[result.path["place"] == len(names) - 1]
    finding = _range_title(own["units"], top["units"], t(names[-1]))
    style.title(ax, finding, t("demand and orders in {n} periods of one replication", n=len(own)))
    ax.set(xlabel=t("period"), ylabel=t("orders [units/period]"))
    return ax


def _range_title(demand: pd.Series, orders: pd.Series, stage: str) -> str:
    return t(
        "Demand moves between {a:,.0f} and {b:,.0f}, orders of the {stage} between {c:,.0f} and {d:,.0f}",
        a=demand.min(),
        b=demand.max(),
        stage=stage,
        c=orders.min(),
        d=orders.max(),
    )


def _legend(ax: Axes, n: int) -> None:
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[::-1], labels[::-1], loc="upper left", ncols=min(n, 5), bbox_to_anchor=(0, -0.2))


def _costs(result: ChainResult, ax: Axes | None) -> Axes:
    table = result.stages
    ax = _rows(ax, len(table))
    places = np.arange(len(table))[::-1]
    ax.barh(places, table["cost"], color=style.ACCENT, height=0.6)
    for place, low, high in zip(places, table["cost_low"], table["cost_high"], strict=True):
        ax.plot([low, high], [place, place], color=style.INK, linewidth=1.6)
    ax.set_yticks(places, [style.name(name) for name in table["stage"]])
    most = table.iloc[int(table["cost"].argmax())]
    title = t(
        "The {stage} costs most: {x:,.1f} of {total:,.1f} per period",
        stage=t(str(most["stage"])),
        x=most["cost"],
        total=result.cost,
    )
    style.title(ax, title, t("stock, backlog and orders; lines: {c:.0%} intervals", c=result.confidence))
    ax.set(xlabel=t("cost [currency/period]"))
    return ax


def _series(result: MeasuredResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    names = list(result.stages["stage"])
    periods = np.arange(1, len(result.series) + 1)
    for name, colour in reversed(list(zip(names, stage_colours(len(names)), strict=True))):
        ax.plot(periods, result.series[name], color=colour, linewidth=1.2, label=style.name(name))
    ax.plot(periods, result.series[result.demand], color=style.INK, linewidth=2, label=style.name(result.demand))
    _legend(ax, len(names) + 1)
    finding = _range_title(result.series[result.demand], result.series[names[-1]], t(names[-1]))
    style.title(ax, finding, t("recorded demand and orders"))
    ax.set(xlabel=t("period"), ylabel=t("orders [units/period]"))
    return ax


def _game_orders(result: GameResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    names = list(result.stages["stage"])
    for name, colour in reversed(list(zip(names, stage_colours(len(names)), strict=True))):
        own = result.weeks[result.weeks["stage"] == name]
        width = 2.6 if name == result.role else 1.4
        label = t("{role} (played)", role=style.name(name)) if name == result.role else style.name(name)
        ax.plot(own["week"], own["orders"], color=colour, linewidth=width, label=label)
    weeks = np.arange(1, len(result.demand) + 1)
    ax.step(weeks, result.demand, where="mid", color=style.INK, linewidth=2.2, label=t("customers"))
    _legend(ax, len(names) + 1)
    style.title(ax, result.summary(), t("orders of every stage, week by week"))
    ax.set(xlabel=t("week"), ylabel=t("orders [units/week]"))
    return ax


def _game_bars(result: GameResult, ax: Axes | None, played: str, policy: str) -> Axes:
    """Two bars per stage, as played and with the policy in the player's place; one where they are the same."""
    ax = style.axes(ax, size=(7.4, 3.6))
    _bar_pairs(ax, result.stages, played, policy, result.as_policy)
    stage = t(str(result.stages["stage"].iloc[-1]))
    if played != "cost":
        times = result.stages[played].iloc[-1]
        style.title(ax, t("Orders of the {stage} varied {x:.1f} times as much as demand", stage=stage, x=times))
        ax.set(ylabel=t("amplification [Var(orders)/Var(demand)]"))
        return ax
    words = t("The whole chain cost {x:,.0f}; with the policy {y:,.0f}", x=result.cost, y=result.policy_cost)
    style.title(ax, t("The whole chain cost {x:,.0f}", x=result.cost) if result.as_policy else words)
    ax.set(ylabel=t("cost of the game [currency]"))
    return ax


def _bar_pairs(ax: Axes, table: pd.DataFrame, played: str, policy: str, single: bool) -> None:
    places = np.arange(len(table))
    bars = [(0.0, policy, style.GREY, t("the policy"))]
    if not single:
        bars = [
            (-0.2, played, style.ORANGE, t("as played")),
            (0.2, policy, style.GREY, t("policy in the player's place")),
        ]
    for shift, column, colour, label in bars:
        drawn = ax.bar(places + shift, table[column], width=0.5 if single else 0.38, color=colour, label=label)
        ax.bar_label(drawn, fmt=lambda x: f"{x:,.0f}" if x >= 20 else f"{x:.1f}", fontsize=9, padding=2)
    ax.set_xticks(places, [style.name(name) for name in table["stage"]])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    ax.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, -0.12))
    ax.margins(y=0.15)
