"""Pictures of customer lifetime: repeat purchases, who is still there, spending, value, hazards and their test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_option
from casework.core.messages import mark, t
from casework.customers import (
    BgNbdResult,
    CoxResult,
    ForecastResult,
    GammaGammaResult,
    ProportionalityResult,
    ValueResult,
)
from casework.figures import style
from casework.figures.registry import draw
from casework.figures.suppliers import legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

PurchasesPicture = Literal["frequencies", "alive", "purchases", "growth"]
SpendingPicture = Literal["values", "expected"]
ValuePicture = Literal["concentration", "tenths"]
CoxPicture = Literal["ratios", "survival"]
UNITS = {"day": mark("days"), "week": mark("weeks"), "month": mark("months"), "quarter": mark("quarters"),
         "year": mark("years")}  # fmt: skip
NAMES = (mark("day"), mark("week"), mark("month"), mark("quarter"), mark("year"))
MOST_POINTS = 2000  # of a scatter
MOST_BARS = 9  # of numbers of purchases
ROW_NAME = 20  # columns of the name of a row
MOST_CELLS = 24  # rows of a map


@draw.register(BgNbdResult)
def draw_bg_nbd(result: BgNbdResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw `frequencies`, a map of who is `alive` or of `purchases` to come, or the `growth` of a new customer."""
    kind = check_option("kind", kind or "frequencies", PurchasesPicture)
    if kind == "frequencies":
        return _frequencies(result, ax)
    return _growth(result, ax) if kind == "growth" else _map(result, ax, kind)


def _frequencies(result: BgNbdResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax)
    names, seen, expected = _classes(result)
    places = np.arange(len(names))
    ax.bar(places - 0.2, seen, width=0.38, color=style.ACCENT, label=t("customers observed"))
    ax.bar(places + 0.2, expected, width=0.38, color=style.ORANGE, label=t("expected by the model"))
    ax.set_xticks(places, names)
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    legend_below(ax, 2)
    style.title(ax, result.summary(), t("customers by number of repeat purchases"))
    ax.set(xlabel=t("repeat purchases"), ylabel=t("customers"))
    return ax


def _classes(result: BgNbdResult) -> tuple[list[str], Floats, Floats]:
    """Count customers by number of repeat purchases, in classes of several numbers where they buy often."""
    usual = int(np.quantile(result.customers["frequency"], 0.95))
    width = max(1, int(np.ceil(usual / MOST_BARS)))
    last = min(1000, max(7, width * int(np.ceil(usual / width))))
    table = result.frequencies(last)
    starts = list(range(0, last, width))
    names = [str(k) if width == 1 else f"{k}\u2013{min(k + width, last) - 1}" for k in starts]
    cut = [*starts, last]
    seen, expected = (
        np.add.reduceat(table[name].to_numpy(dtype=np.float64), cut) for name in ("customers", "expected")
    )
    more = t("{n} or more", n=last) if width == 1 else f"{last}+"
    return [*names, more], seen, expected


def _map(result: BgNbdResult, ax: Axes | None, kind: str) -> Axes:
    ax = style.axes(ax, grid="none")
    whole = float(result.customers["tenure"].max())
    top = int(np.clip(np.quantile(result.customers["frequency"], 0.995), 5, 400))
    counts = np.unique(np.linspace(0, top, min(top + 1, MOST_CELLS)).astype(int))
    recency = np.linspace(0, whole, 61)
    known: dict[str, Any] = {
        "frequency": counts[:, None],
        "recency": np.where(counts[:, None] > 0, recency, 0.0),
        "tenure": whole,
    }
    model = result.model
    values = model.alive(**known) if kind == "alive" else model.conditional_purchases(whole, **known)
    shown = ax.pcolormesh(recency, np.arange(len(counts)), values, cmap="Blues", vmin=0, shading="nearest",
                          vmax=1 if kind == "alive" else None, rasterized=True)  # fmt: skip
    percent = kind == "alive"
    bar = ax.figure.colorbar(shown, ax=ax, pad=0.02, format=(lambda x, _: f"{x:.0%}" if percent else f"{x:g}"))
    bar.outline.set_visible(False)
    step = max(1, len(counts) // 8)
    ax.set_yticks(np.arange(len(counts))[::step], [str(n) for n in counts[::step]])
    words = {"time": whole, "unit": _unit(result.unit)}
    below = (
        t("probability of a customer of {time:.3g} {unit} to be still buying", **words)
        if percent
        else t("purchases expected of a customer of {time:.3g} {unit} in as much time again", **words)
    )
    style.title(ax, result.summary(), below)
    ax.set(xlabel=_time(t("last purchase after the first"), result.unit), ylabel=t("repeat purchases"))
    return ax


def _growth(result: BgNbdResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    whole = float(result.customers["tenure"].max())
    times = np.linspace(0, 2 * whole, 60)
    expected = result.expected_purchases(times)
    ax.plot(times, expected, color=style.ACCENT)
    ax.axvline(whole, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    year = float(result.expected_purchases(whole))
    title = t("A new customer comes back {n:.2f} times in {time:.3g} {unit}.", n=year, time=whole,
              unit=_unit(result.unit))  # fmt: skip
    style.title(ax, title, t("expected repeat purchases; dashed: longest time observed"))
    ax.set(xlabel=_time(t("time since the first purchase"), result.unit), ylabel=t("repeat purchases"), xlim=(0, None),
           ylim=(0, None))  # fmt: skip
    return ax


@draw.register(ForecastResult)
def draw_forecast(result: ForecastResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw purchases after the observation by repeat purchases until then: observed, expected and as before."""
    ax = style.axes(ax)
    table = result.table
    places = np.arange(len(table))
    names = [str(n) for n in table["repeat_purchases"]]
    if (result.customers["frequency"] > table["repeat_purchases"].iloc[-1]).any():
        names[-1] = t("{n} or more", n=names[-1])
    ax.bar(places, table["observed"], width=0.6, color=style.SKY, alpha=0.6, label=t("observed"))
    ax.plot(places, table["expected"], "o-", color=style.ORANGE, label=t("expected by the model"))
    ax.plot(places, table["as_before"], "s--", color=style.GREY, markersize=4.5, label=t("as before"))
    ax.set_xticks(places, names)
    ax.legend(loc="upper left")
    below = t("mean number of purchases in the {time:.3g} {unit} after", time=result.time, unit=_unit(result.unit))
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("repeat purchases until then"), ylabel=t("purchases of a customer"))
    return ax


@draw.register(GammaGammaResult)
def draw_gamma_gamma(result: GammaGammaResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the mean values of customers against the model (`values`), or what is `expected` against what was seen."""
    kind = check_option("kind", kind or "values", SpendingPicture)
    rows = result.customers[result.customers["frequency"] > 0]
    own = rows["mean_value"].to_numpy()
    top = float(np.quantile(own, 0.98)) * 1.15
    if kind == "expected":
        return _expected(result, ax, top)
    ax = style.axes(ax)
    edges = np.linspace(0, top, 41)
    share = np.histogram(own, bins=edges)[0] / len(own)
    ax.bar(edges[:-1], share, width=np.diff(edges), align="edge", color=style.ACCENT, alpha=0.45,
           label=t("customers observed"))  # fmt: skip
    grid = np.linspace(top / 400, top, 240)
    counts, several = np.unique(rows["frequency"], return_counts=True)
    density = several @ result.model.density(grid[None, :], frequency=counts[:, None]) / len(own)
    ax.plot(grid, density * (edges[1] - edges[0]), color=style.ORANGE, label=t("expected by the model"))
    ax.legend(loc="upper right")
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}")
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    style.title(ax, result.summary(), t("mean value of the repeat purchases of each customer"))
    ax.set(xlabel=t("mean value [currency]"), ylabel=t("share of customers"), xlim=(0, top),
           ylim=(0, max(float(share.max()), 1e-9) * 1.15))  # fmt: skip
    return ax


def _expected(result: GammaGammaResult, ax: Axes | None, top: float) -> Axes:
    ax = style.axes(ax, grid="both")
    rows = result.customers[result.customers["frequency"] > 0]
    rows = rows.sample(MOST_POINTS, random_state=1) if len(rows) > MOST_POINTS else rows
    bands = ((1, 1, style.ORANGE), (2, 4, style.GREEN), (5, np.inf, style.ACCENT))
    labels = (t("1 repeat purchase"), t("2 to 4"), t("5 or more"))
    for (low, high, colour), label in zip(bands, labels, strict=True):
        part = rows[rows["frequency"].between(low, high)]
        ax.plot(part["mean_value"], part["expected_value"], "o", color=colour, markersize=4, alpha=0.5, label=label)
    ax.plot([0, top], [0, top], color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.legend(loc="upper left")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda x, _: f"{x:,.10g}")
    title = t("What a customer will spend lies between her own mean and that of all.")
    style.title(ax, title, t("dashed: as before; the more purchases are known, the nearer to it"))
    most = float(rows["expected_value"].where(rows["mean_value"] <= top).max()) * 1.1
    ax.set(xlabel=t("mean value until now [currency]"), ylabel=t("expected value [currency]"), xlim=(0, top),
           ylim=(0, most))  # fmt: skip
    return ax


@draw.register(ValueResult)
def draw_value(result: ValueResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the `concentration` of the value on the best customers, or the value of every tenth of them (`tenths`)."""
    kind = check_option("kind", kind or "concentration", ValuePicture)
    values = np.sort(result.table["value"].dropna().to_numpy())[::-1]
    below = t("discounted at {rate:.0%} a year, over {time:.3g} {unit}", rate=result.discount, time=result.horizon,
              unit=_unit(result.unit))  # fmt: skip
    if kind == "tenths":
        ax = style.axes(ax)
        parts = [float(part.sum()) for part in np.array_split(values, 10)]
        ax.bar(range(1, 11), parts, width=0.72, color=style.ACCENT)
        ax.set_xticks(range(1, 11))
        ax.yaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
        style.title(ax, result.summary(), below)
        ax.set(xlabel=t("tenth of the customers, the best first"), ylabel=t("value [currency]"))
        return ax
    ax = style.axes(ax, grid="both")
    share = np.linspace(0, 1, len(values) + 1)
    total = np.concatenate([[0.0], np.cumsum(values) / max(float(values.sum()), 1e-300)])
    ax.plot([0, 1], [0, 1], color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.fill_between(share, share, total, color=style.ACCENT, alpha=0.12)
    ax.plot(share, total, color=style.ACCENT)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda x, _: f"{x:.0%}")
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("share of customers, largest first"), ylabel=t("share of value"), xlim=(0, 1), ylim=(0, 1.03))
    return ax


@draw.register(CoxResult)
def draw_cox(result: CoxResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the hazard `ratios`, or the `survival` of a customer of average covariates."""
    kind = check_option("kind", kind or "ratios", CoxPicture)
    return _survival(result, ax) if kind == "survival" else _ratios(result, ax)


def _ratios(result: CoxResult, ax: Axes | None) -> Axes:
    table = result.table.iloc[::-1]
    size = (style.FIGURE_SIZE[0], max(2.8, 0.36 * len(table) + 1.9))
    ax = style.axes(ax, size=size, grid="x")
    places = np.arange(len(table))
    sure = ((table["low"] > 1) | (table["high"] < 1)).to_numpy()
    colours = np.where(sure, style.ACCENT, style.GREY)
    ax.hlines(places, table["low"], table["high"], color=colours, alpha=0.4, linewidth=5)
    ax.scatter(table["hazard_ratio"], places, color=colours, s=42, zorder=3)
    ax.axvline(1, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.set_xscale("log")
    _few_ticks(ax, float(table["low"].min()), float(table["high"].max()))
    ax.set_yticks(places, [style.name(name, width=ROW_NAME, lines=2) for name in table["variable"]])
    ax.set_ylim(-0.6, len(table) - 0.4)
    style.title(ax, result.summary(),
                t("hazard of leaving with one unit more; bars: {c:.0%} intervals", c=result.confidence))  # fmt: skip
    ax.set(xlabel=t("hazard ratio"))
    return ax


def _few_ticks(ax: Axes, low: float, high: float) -> None:
    """Set ticks of a logarithmic axis where they can be read, however narrow or wide it is."""
    from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator

    low, high = min(low, 0.95), max(high, 1.05)
    wide = high / low > 50
    if wide:
        ax.xaxis.set_major_locator(LogLocator(numticks=8))
    else:
        ticks = [x for x in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if x > 0]
        ax.xaxis.set_major_locator(FixedLocator([*ticks, 1.0] if 1.0 not in ticks else ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    ax.set_xlim(low / (high / low) ** 0.03, high * (high / low) ** 0.03)


def _survival(result: CoxResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    kinds = result.baseline["stratum"].unique()
    for i, kind in enumerate(kinds):
        rows = result.baseline[result.baseline["stratum"] == kind] if result.strata else result.baseline
        colour = style.PALETTE[i % len(style.PALETTE)]
        time = np.concatenate([[0.0], rows["time"]])
        label = style.name(kind) if len(kinds) > 1 else None
        ax.step(time, np.concatenate([[1.0], rows["survival"]]), where="post", color=colour, label=label)
        low, high = (np.concatenate([[1.0], rows[side]]) for side in ("low", "high"))
        ax.fill_between(time, low, high, step="post", color=colour, alpha=0.15)
    if len(kinds) > 1:
        legend_below(ax, 4)
        legend = ax.get_legend()
        if legend is not None:
            legend.set_title(style.name(result.strata))
    ax.yaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    below = t("customer of average covariates; bands: {c:.0%} intervals", c=result.confidence)
    style.title(ax, result.summary(), below)
    ax.set(xlabel=t("time since the start"), ylabel=t("still here"), ylim=(0, 1.03), xlim=(0, None))
    return ax


@draw.register(ProportionalityResult)
def draw_proportionality(result: ProportionalityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the course of the effect of a variable (`kind`; by default of the one that changes most clearly)."""
    rows = result.table.iloc[:-1]
    name = kind or str(rows["variable"].iloc[int(np.argmin(rows["p"].fillna(1).to_numpy()))])
    course = result.course(name)
    place = [str(known) for known in result.coefficients.index].index(name)
    ax = style.axes(ax, grid="both")
    points = result.scaled.sample(MOST_POINTS, random_state=1) if len(result.scaled) > MOST_POINTS else result.scaled
    ax.plot(points.iloc[:, 1], points.iloc[:, 2 + place], "o", color=style.GREY, alpha=0.35, markersize=3.5)
    ax.fill_between(course["transformed"], course["low"], course["high"], color=style.ACCENT, alpha=0.18)
    ax.plot(course["transformed"], course["effect"], color=style.ACCENT)
    ax.axhline(float(result.coefficients.iloc[place]), color=style.REFERENCE, linestyle="--", linewidth=1.2)
    labels = {"km": t("share who left before"), "rank": t("rank of the time"), "identity": t("time since the start"),
              "log": t("logarithm of the time")}  # fmt: skip
    below = t("effect of {name} over time; dashed: the same at all times; band: {c:.0%} intervals", name=name,
              c=result.confidence)  # fmt: skip
    style.title(ax, result.summary(), below)
    if result.transform == "km":
        ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    residuals = result.scaled.iloc[:, 2 + place]
    low, high = np.quantile(residuals, [0.02, 0.98])
    ax.set(xlabel=labels[result.transform], ylabel=t("coefficient"),
           ylim=(min(low, course["low"].min()), max(high, course["high"].max())))  # fmt: skip
    return ax


def _unit(unit: str) -> str:
    """Return the plural of a unit of time, as sentences use it."""
    return t(UNITS[unit]) if unit in UNITS else t("units of time")


def _time(label: str, unit: str) -> str:
    return t("{label} [{unit}]", label=label, unit=t(unit)) if unit else label
