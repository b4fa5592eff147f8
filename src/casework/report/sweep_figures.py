"""The figures of a sweep: a result against a parameter, a heat map for two, a tornado for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from casework.core.messages import t
from casework.figures import style
from casework.report.numbers import number_texts
from casework.report.sweep_levels import (
    MOST_LEVELS,
    Effect,
    Factor,
    Floats,
    binned,
    cell_means,
    level_means,
    make_factor,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

SHADES = ("#eef5fa", "#8fc3e3", style.BLUE, "#062f4d")
WEAK = "#b3bfca"
LINE_POINTS, RUNS_A_POINT = 20, 30  # means that a line goes through at most, and runs behind each
ROWS = MOST_LEVELS  # of a dot plot, and cells along one side of a heat map
BARS = 15
WRITTEN_CELLS = 80
LETTERS = 10  # of a figure's text in an inch
LONG_TICK = 9
WIDE, HALF = 10.6, 5.6  # [inch]


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One small plot: a result against a parameter.

    Parameters
    ----------
    factor : Factor
        The parameter over the runs.
    values : array of float, shape (runs,)
        The result.
    unit : str
        Of the result, translated.
    heading : str
        Stands over the plot; empty for none.
    """

    factor: Factor
    values: Floats
    unit: str = ""
    heading: str = ""


def label(text: str, *, width: int = style.NAME_WIDTH, lines: int = 1) -> str:
    r"""Return a text as it may stand in a figure; names of parameters and values are not translated.

    Examples
    --------
    >>> label("price in $"), label("method of the index", width=12)
    ('price in \\$', 'method of t…')
    """
    return style.wrap(text, width, lines=lines).replace("$", r"\$")


def with_unit(name: str, unit: str, *, width: int = style.NAME_WIDTH) -> str:
    """Return a name with its unit in brackets, as it may stand in a figure."""
    return label(f"{name} [{unit}]" if unit else name, width=width, lines=2)


def draw_panels(panels: Sequence[Panel], *, title: str = "", columns: int = 2, width: float = WIDE) -> Figure:
    """Draw small multiples: numbers as points with a line through their means, anything else as dot plots.

    Parameters
    ----------
    panels : sequence of Panel
        At least one.
    title : str
        Stands over them all; translated.
    columns : int
        Plots beside each other.
    width : float
        Of the figure [inch].
    """
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    tall = max(2.4, *(1.1 + 0.28 * _rows(panel.factor) for panel in panels))
    with style.context():
        figure = _figure(width, rows * tall + (0.5 if title else 0.1))
        if title:
            heading = label(title, width=int(width * LETTERS), lines=2)
            figure.suptitle(heading, x=0.01, ha="left", fontsize=11, fontweight="bold", color=style.INK)
        for place, panel in enumerate(panels, start=1):
            _draw_panel(figure.add_subplot(rows, columns, place), panel, int(width / columns * LETTERS))
    return figure


def draw_against(
    parameter: str, levels: Sequence[Any], result: str, numbers: Sequence[float], unit: str = "", ax: Axes | None = None
) -> Axes:
    """Draw one result against one parameter, on axes of the caller or new ones.

    Parameters
    ----------
    parameter, result : str
        Their names.
    levels : sequence
        Value of the parameter in each run.
    numbers : sequence of float
        The result of each run.
    unit : str
        Of the result.
    ax : Axes, optional
        Where to draw.
    """
    panel = Panel(
        factor=make_factor(parameter, levels), values=np.asarray(numbers, dtype=np.float64), unit=unit, heading=result
    )
    with style.context():
        drawn = style.axes(ax)
        _draw_panel(drawn, panel, int(WIDE * LETTERS))
    return drawn


def _rows(factor: Factor) -> int:
    return 0 if factor.numbers is not None else min(len(factor.levels), ROWS)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _draw_panel(ax: Axes, panel: Panel, letters: int) -> None:
    if panel.factor.numbers is not None:
        _points(style.axes(ax, grid="y"), panel, panel.factor.numbers)
    else:
        _dots(style.axes(ax, grid="x"), panel, min(letters // 2 - 6, 24))
    if panel.heading:
        ax.set_title(label(panel.heading, width=letters - 8, lines=2), fontsize=10.5, pad=8)


def _points(ax: Axes, panel: Panel, numbers: Floats) -> None:
    ax.plot(numbers, panel.values, "o", color=style.SKY, markeredgewidth=0, **_point_style(len(numbers)))
    line = _line(panel.factor)
    middle = level_means(line.codes, numbers, len(line.levels))
    ax.plot(middle, level_means(line.codes, panel.values, len(line.levels)), "-", color=style.ORANGE, linewidth=1.8)
    if panel.factor.log:
        ax.set_xscale("log")
    _number_axis(ax.xaxis, log=panel.factor.log)
    _number_axis(ax.yaxis)
    ax.set_xlabel(with_unit(panel.factor.name, panel.factor.unit))
    ax.set_ylabel(label(panel.unit))


def _line(factor: Factor) -> Factor:
    """Return the levels whose means a line goes through: all where they are few, else bins of enough runs."""
    if len(factor.levels) <= LINE_POINTS:
        return factor
    return binned(factor, int(np.clip(len(factor.codes) // RUNS_A_POINT, 5, LINE_POINTS)))


def _point_style(count: int) -> dict[str, Any]:
    if count > 2000:
        return {"markersize": 2.5, "alpha": 0.15, "rasterized": True}
    return {"markersize": 5 if count <= 200 else 3.5, "alpha": 0.55 if count <= 200 else 0.35}


def _dots(ax: Axes, panel: Panel, letters: int) -> None:
    shown, means = extreme_levels(panel.factor, panel.values)
    place = np.full(len(panel.factor.levels), -1)
    place[shown] = np.arange(len(shown))
    kept = place[panel.factor.codes] >= 0
    heights = place[panel.factor.codes][kept]
    ax.plot(panel.values[kept], heights, "o", color=style.SKY, markeredgewidth=0, **_point_style(int(kept.sum())))
    ax.plot(means[shown], np.arange(len(shown)), "D", color=style.ORANGE, markersize=6.5)
    ax.set_yticks(np.arange(len(shown)), [label(panel.factor.levels[code], width=letters) for code in shown])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.margins(x=0.06)
    _number_axis(ax.xaxis)
    ax.set_ylabel(with_unit(panel.factor.name, panel.factor.unit, width=24))
    ax.set_xlabel(label(panel.unit))


def extreme_levels(factor: Factor, values: Floats) -> tuple[Any, Floats]:
    """Return the levels that a dot plot shows, in their order, and the means of all levels.

    Of many levels these are the ones with the lowest and highest means.
    """
    means = level_means(factor.codes, values, len(factor.levels))
    if len(factor.levels) <= ROWS:
        return np.arange(len(factor.levels)), means
    order = np.argsort(means, kind="stable")
    return np.concatenate([order[: ROWS // 2], order[-(ROWS // 2) :]]), means


def _number_axis(axis: Any, *, log: bool = False) -> None:
    """Write few, plain numbers along an axis, no two the same."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    class Numbers(FuncFormatter):
        def format_ticks(self, values: Any) -> list[str]:
            texts = number_texts([float(f"{value:.12g}") for value in values])
            crowded = max(map(len, texts), default=0) > LONG_TICK
            return [text if not crowded or place in (1, len(texts) - 2) else "" for place, text in enumerate(texts)]

    axis.set_major_locator(LogLocator(numticks=5) if log else MaxNLocator(5))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(Numbers(lambda value, _: f"{value:g}"))


def heat_factors(first: Factor, second: Factor) -> tuple[Factor, Factor]:
    """Return two parameters with few enough levels for a heat map; scattered runs get fewer, larger bins."""
    scattered = len(first.levels) * len(second.levels) > 2 * len(first.codes)
    most = int(np.clip(round((len(first.codes) / 2) ** 0.5), 2, ROWS)) if scattered else ROWS
    return binned(first, most), binned(second, most)


def draw_heat(title: str, unit: str, first: Factor, second: Factor, values: Floats, *, digits: int = 2) -> Figure:
    """Draw the mean of a result at each pair of levels; pairs without a run are hatched.

    Parameters
    ----------
    title, unit : str
        Of the result, translated.
    first, second : Factor
        Along the lower and the left edge; see `heat_factors`.
    values : array of float, shape (runs,)
        The result.
    digits : int
        Decimals of the numbers in the cells.
    """
    import matplotlib as mpl
    from matplotlib.patches import Rectangle

    means = np.ma.masked_invalid(cell_means(second, first, values))
    rows, columns = means.shape
    with style.context():
        figure = _figure(HALF, min(max(3.4, 1.8 + 0.42 * rows), 6.4))
        ax = style.axes(figure.add_subplot(), grid="none")
        with mpl.rc_context({"hatch.color": style.AXIS}):
            hatched = Rectangle((-0.5, -0.5), columns, rows, hatch="////", linewidth=0)
            hatched.set(facecolor=style.SURFACE, edgecolor=style.AXIS)
            ax.add_patch(hatched)
        mesh = ax.pcolormesh(
            np.arange(columns),
            np.arange(rows),
            means,
            cmap=_shades(),
            shading="nearest",
            edgecolors="white",
            linewidth=1,
        )
        ax.set_xticks(np.arange(columns), [label(level, width=16) for level in first.levels])
        ax.set_yticks(np.arange(rows), [label(level, width=18) for level in second.levels])
        if max(style.text_width(level) for level in first.levels) * columns > 44:
            ax.tick_params(axis="x", rotation=40)
            for tick in ax.get_xticklabels():
                tick.set(ha="right", rotation_mode="anchor")
        ax.set_xlabel(with_unit(first.name, first.unit))
        ax.set_ylabel(with_unit(second.name, second.unit, width=24))
        ax.spines[["left", "bottom"]].set_visible(False)
        bar = figure.colorbar(mesh, ax=ax, fraction=0.05, pad=0.02)
        bar.outline.set_visible(False)
        bar.set_label(with_unit(title, unit, width=34))
        _number_axis(bar.ax.yaxis)
        if means.size <= WRITTEN_CELLS:
            _write_cells(ax, means, digits)
    return figure


def _shades() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("casework", list(SHADES))


def _write_cells(ax: Axes, means: Any, digits: int) -> None:
    known = means.compressed()
    if not len(known):
        return
    dark = known.min() + 0.58 * np.ptp(known) if np.ptp(known) else np.inf
    texts = cell_texts(known.tolist(), digits)
    places = np.argwhere(~np.ma.getmaskarray(means))
    for (row, column), value, text in zip(places, known, texts, strict=True):
        colour = "white" if value > dark else style.INK
        ax.text(column, row, text, ha="center", va="center", fontsize=8.5, color=colour)


def cell_texts(values: Sequence[float], digits: int) -> list[str]:
    """Return numbers short enough for the cells of a heat map.

    Examples
    --------
    >>> cell_texts([1.234, 12345.6], 1)
    ['1.2', '12.3k']
    """
    return [f"{value / 1000:,.3g}k" if abs(value) >= 10_000 else f"{value:,.{digits}f}" for value in values]


def draw_tornado(title: str, unit: str, found: Sequence[Effect], mean: float, *, digits: int = 2) -> Figure:
    """Draw for each parameter how far it moves the mean of a result, the strongest at the top.

    Bars that are no longer than chance would make them are grey.

    Parameters
    ----------
    title, unit : str
        Of the result, translated.
    found : sequence of Effect
        The strongest first; at most 15 are drawn.
    mean : float
        Mean over all runs.
    digits : int
        Decimals of the numbers.
    """
    shown = found[:BARS]
    places = np.arange(len(shown))
    low, span = np.array([item.low for item in shown]), np.array([item.span for item in shown])
    with style.context():
        figure = _figure(HALF, 1.3 + 0.62 * len(shown))
        ax = style.axes(figure.add_subplot(), grid="x")
        colours = [style.BLUE if item.beyond_chance else WEAK for item in shown]
        ax.barh(places, span, left=low, height=0.46, color=colours, zorder=2)
        ax.axvline(mean, color=style.REFERENCE, linewidth=1, zorder=1)
        ax.set_yticks(places, [with_unit(item.factor.name, item.factor.unit, width=20) for item in shown])
        ax.set_ylim(len(shown) - 0.35, -0.65)
        _pad(ax, low, low + span)
        for place, item in enumerate(shown):
            _ends(ax, place, item, mean)
        _number_axis(ax.xaxis)
        ax.set_xlabel(with_unit(title, unit, width=44))
    return figure


def _pad(ax: Axes, low: Floats, high: Floats) -> None:
    """Leave room for the words at both ends of the bars."""
    left, right = float(low.min()), float(high.max())
    room = (right - left) * 0.42 or abs(left) * 0.1 or 1.0
    ax.set_xlim(left - room, right + room)


def _ends(ax: Axes, place: int, item: Effect, mean: float) -> None:
    ends = [(item.low, item.low_level, -6, "right"), (item.high, item.high_level, 6, "left")]
    if item.span == 0:
        ends = [(mean, t("no effect"), 6, "left")]
    for value, level, offset, side in ends:
        ax.annotate(
            label(level, width=16),
            (value, place),
            (offset, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8.5,
            color=style.MUTED,
            annotation_clip=False,
        )
