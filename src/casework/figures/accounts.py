"""Pictures of the key-account methods: risk matrix, exposure, decision tree, paths of a dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.accounts.decision import Branch, Chance, Choice, End, Node, TreeResult, discount, fold_back
from casework.accounts.dispute import DisputeResult, path_words
from casework.accounts.exposure import ExposureResult
from casework.accounts.leverage import BreakEvenResult, LeverageResult, SettlementResult, input_words
from casework.accounts.precedents import PathStabilityResult
from casework.accounts.risk import LEVEL_WORDS, RiskResult
from casework.core.checks import check_option
from casework.core.messages import t, tn
from casework.figures import style
from casework.figures.registry import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ExposurePicture = Literal["distribution", "contributions"]
DisputePicture = Literal["values", "profile", "tree"]
MOST_ROWS = 16
SHOWN_FROM = 0.8  # levels whose losses are marked
CELLS = ("#dcefe6", "#fbe9cf", "#f6cfae", "#eda596", "#d98880")  # rising severity
FEW_NAMES = 3
PROFILES = 3


@draw.register(RiskResult)
def draw_risks(result: RiskResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the matrix with the risks in their cells."""
    ax = style.axes(ax, size=(7.4, 4.9), grid="none")
    rows, columns = [str(x) for x in result.counts.index], [str(x) for x in result.counts.columns]
    ranks = np.array([[result.classes.index(result.matrix[row][column]) for column in columns] for row in rows])
    shades = np.linspace(0, len(CELLS) - 1, max(len(result.classes), 2)).round().astype(int)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            name = result.matrix[row][column]
            ax.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], color=CELLS[shades[ranks[i, j]]], ec="white", lw=2)
            ax.text(j + 0.04, i + 0.06, style.wrap(t(name), 24, lines=2).replace("$", r"\$"),
                    va="top", fontsize=8.5, color=style.MUTED)  # fmt: skip
            _cell_names(ax, result, row, column, j, i)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [style.name(LEVEL_WORDS.get(x, x)) for x in columns])
    ax.set_yticks(np.arange(len(rows)) + 0.5, [style.name(LEVEL_WORDS.get(x, x)) for x in rows])
    ax.set(xlim=(0, len(columns)), ylim=(len(rows), 0), xlabel=t("probability"), ylabel=t("impact"))
    style.title(ax, result.summary(), t("each risk in the cell of its impact and its probability"))
    return ax


def _cell_names(ax: Axes, result: RiskResult, row: str, column: str, x: int, y: int) -> None:
    inside = (result.table["impact"] == row) & (result.table["probability"] == column)
    names = [str(name) for name in result.table.loc[inside, "risk"]]
    more = len(names) - FEW_NAMES
    shown = names[: FEW_NAMES if more != 1 else FEW_NAMES + 1]
    for place, name in enumerate(shown):
        ax.text(x + 0.04, y + 0.36 + 0.17 * place, style.name(name, width=29), va="center", fontsize=8.5)
    if more > 1:
        ax.text(x + 0.04, y + 0.36 + 0.17 * len(shown), tn("and {n} more", "and {n} more", more), va="center",
                fontsize=9, color=style.MUTED)  # fmt: skip


@draw.register(ExposureResult)
def draw_exposure(result: ExposureResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how often the loss is larger than a sum, or the `contributions` of the risks."""
    kind = check_option("kind", kind or "distribution", ExposurePicture)
    return _contributions(result, ax) if kind == "contributions" else _exceedance(result, ax)


def _exceedance(result: ExposureResult, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    n = len(result.losses)
    ordered = np.sort(result.losses)
    places = np.unique(np.linspace(0, n - 1, min(n, 800)).astype(int))
    ax.plot(ordered[places], 1 - (places + 1) / n, color=style.ACCENT)
    ax.axvline(result.expected, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    for level, loss, low, high in result.table[["level", "loss", "low", "high"]].to_numpy():
        if level < SHOWN_FROM:
            continue
        ax.plot([low, high], [1 - level] * 2, color=style.HIGHLIGHT, linewidth=4, solid_capstyle="butt")
        ax.plot(loss, 1 - level, "o", color=style.HIGHLIGHT, markersize=6)
        ax.annotate(f"{level:.0%}: {loss:,.0f}", (loss, 1 - level), (8, 5),
                    textcoords="offset points",
                    fontsize=9, color=style.ink(style.HIGHLIGHT))  # fmt: skip
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.xaxis.set_major_formatter(_axis_money)
    style.title(ax, result.summary(),
                t("how often the loss is larger than a sum, {n:,} scenarios; dashed: the mean", n=n))  # fmt: skip
    ax.set(xlabel=t("loss [currency]"), ylabel=t("share of scenarios with a larger loss"), ylim=(-0.05, 1.03))
    ax.set_xlim(0, float(ordered[min(int(0.9995 * n), n - 1)]) * 1.12 or 1)
    return ax


def _contributions(result: ExposureResult, ax: Axes | None) -> Axes:
    table = result.risks.iloc[:MOST_ROWS].iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    ax.barh(places + 0.2, table["contribution"], height=0.38, color=style.RED, label=t("in the worst cases"))
    ax.barh(places - 0.2, table["expected_loss"], height=0.38, color=style.SKY, label=t("on average"))
    for place, (x, share) in enumerate(zip(table["contribution"], table["share_of_contribution"], strict=True)):
        if np.isfinite(share):
            ax.annotate(f"{share:.0%}", (x, place + 0.2), (4, 0), textcoords="offset points", va="center", fontsize=9)
    _names(ax, table["risk"], width=44)
    _legend_below(ax, 2)
    first = result.risks.iloc[0]
    text = t("What makes most of the worst cases: {name}.", name=style.plain(t(str(first["risk"]))))
    level = float(result.table["level"].iloc[-1])
    style.title(ax, text, t("mean loss by risk, on average and in the worst {x:.0%} of the cases", x=1 - level))
    ax.set(xlabel=t("mean loss [currency]"))
    ax.xaxis.set_major_formatter(_axis_money)
    ax.margins(x=0.12)
    return ax


@draw.register(TreeResult)
def draw_tree(result: TreeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the tree; what is not chosen is cut off with its value."""
    return _tree(result.tree, result.rate, result.summary(), ax)


@draw.register(DisputeResult)
def draw_dispute(result: DisputeResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the values of the paths, the risk `profile` of the best ones, or the `tree`."""
    kind = check_option("kind", kind or "values", DisputePicture)
    if kind == "tree":
        return _tree(result.dispute.tree, result.dispute.rate, result.summary(), ax)
    return _profile(result, ax) if kind == "profile" else _values(result, ax)


def _values(result: DisputeResult, ax: Axes | None) -> Axes:
    """Value of each path, with the worst and the best end."""
    table = result.table.iloc[:MOST_ROWS].iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    ax.hlines(places, table["worst"], table["best"], color=style.GRID, linewidth=7)
    best = table["path"] == result.best
    ax.scatter(table["value"], places, color=np.where(best, style.HIGHLIGHT, style.ACCENT), s=60, zorder=3)
    for place, row in enumerate(table.itertuples()):
        text = f"{row.value:,.0f}"
        ax.annotate(text, (row.value, place), (0, 9), textcoords="offset points", ha="center", fontsize=9)
    ax.axvline(0, color=style.AXIS, linewidth=0.9)
    _names(ax, [path_words(str(path)) for path in table["path"]], width=44)
    left = len(result.table) - len(table)
    note = t("point: expected present value; bar: from the worst end to the best")
    if left:
        note = tn("{note}; {n} path more", "{note}; {n} paths more", left, note=note)
    style.title(ax, result.summary(), note)
    ax.set(xlabel=t("value [currency]"), ylim=(-0.6, len(table) - 0.2))
    ax.xaxis.set_major_formatter(_axis_money)
    return ax


def _profile(result: DisputeResult, ax: Axes | None) -> Axes:
    """Chance that the value is at most a sum, for the best paths."""
    ax = style.axes(ax, grid="both")
    chosen = result.strategies[:PROFILES]
    span = [float(x) for item in chosen for x in item.value]
    room = 0.05 * (max(span) - min(span) or 1.0)
    for place, (item, path) in enumerate(zip(chosen, result.table["path"], strict=False)):
        profile = item.profile()
        xs = np.concatenate([[min(span) - room], profile["value"], [max(span) + room]])
        ys = np.concatenate([[0.0], np.cumsum(profile["chance"]), [1.0]])
        ax.step(xs, ys, where="post", color=style.PALETTE[place], label=style.name(path_words(str(path)), width=60))
    _legend_below(ax, 1)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.xaxis.set_major_formatter(_axis_money)
    style.title(ax, result.summary(), t("chance that a path ends with at most a sum"))
    ax.set(xlabel=t("value [currency]"), ylabel=t("chance of at most this"), ylim=(0, 1.03))
    return ax


@draw.register(BreakEvenResult)
def draw_break_even(result: BreakEvenResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the value of the paths against the chance of a step."""
    ax = style.axes(ax, grid="both")
    top = list(dict.fromkeys(result.table["path"]))
    for path, line in result.lines.iterrows():
        if path not in top:
            ax.plot([0, 1], line.to_numpy(), color=style.GRID, linewidth=1.2, zorder=1)
    for place, path in enumerate(top):
        ax.plot([0, 1], result.lines.loc[path].to_numpy(), color=style.PALETTE[place % len(style.PALETTE)],
                label=style.name(path_words(str(path)), width=60))  # fmt: skip
    ax.axvline(result.now, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    for edge in result.table["from"].to_numpy()[1:]:
        ax.axvline(edge, color=style.RED, linestyle=":", linewidth=1.4)
        ax.annotate(f"{edge:.0%}", (edge, 1), (4, -4), xycoords=("data", "axes fraction"), textcoords="offset points",
                    va="top", fontsize=9, color=style.ink(style.RED))  # fmt: skip
    _legend_below(ax, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.yaxis.set_major_formatter(_axis_money)
    style.title(ax, result.summary(), t("dashed: the chance now; dotted: where the best path changes"))
    ax.set(xlim=(0, 1), xlabel=t("chance of the step {step}", step=style.name(result.step)),
           ylabel=t("value [currency]"))  # fmt: skip
    return ax


@draw.register(LeverageResult)
def draw_leverage(result: LeverageResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw a tornado: the value of the best path, one input changed at a time."""
    table = result.table[(result.table["swing"] > 0) | (result.table.index == 0)].iloc[:12].iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    for column, colour, label in (("value_at_low", style.SKY, t("input lower")), ("value_at_high", style.ORANGE, t("input higher"))):  # fmt: skip # noqa: E501
        width = table[column].to_numpy(dtype=np.float64) - result.value
        ax.barh(places, width, left=result.value, height=0.6, color=colour, label=label)
    ax.axvline(result.value, color=style.INK, linewidth=1)
    names = [input_words(str(name)) + (" *" if turns else "") for name, turns in zip(table["input"], table["turns"], strict=True)]  # fmt: skip # noqa: E501
    _names(ax, names, width=44)
    _legend_below(ax, 2)
    style.title(ax, result.summary(), t("value of the best path; with * the best path is another one"))
    ax.set(xlabel=t("value [currency]"))
    ax.xaxis.set_major_formatter(_axis_money)
    return ax


@draw.register(PathStabilityResult)
def draw_stability(result: PathStabilityResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the value of each path with its interval, and how often it is best."""
    table = result.table.iloc[:MOST_ROWS].iloc[::-1]
    ax = _rows(ax, len(table))
    places = np.arange(len(table))
    ax.hlines(places, table["low"], table["high"], color=style.SKY, linewidth=5, alpha=0.5)
    ax.scatter(table["value"], places, color=style.ACCENT, s=40, zorder=3)
    for place, (high, share) in enumerate(zip(table["high"], table["best_in"], strict=True)):
        if share > 0:
            ax.annotate(f"{share:.0%}", (high, place), (6, 0), textcoords="offset points", va="center", fontsize=9)
    _names(ax, [path_words(str(path)) for path in table["path"]], width=44)
    style.title(ax, result.summary(), t("value with its {x:.0%} interval; beside: how often the path is best",
                                        x=result.confidence))  # fmt: skip
    ax.set(xlabel=t("value [currency]"))
    ax.xaxis.set_major_formatter(_axis_money)
    ax.margins(x=0.1)
    return ax


@draw.register(SettlementResult)
def draw_settlement(result: SettlementResult, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the sums that each side would rather settle for, and where they meet."""
    ax = style.axes(ax, size=(7.4, 2.8), grid="x")
    ends = (min(0.0, result.low, result.high), max(result.claim, result.low, result.high) * 1.05)
    ax.barh(1, ends[1] - result.low, left=result.low, height=0.5, color=style.BLUE)
    ax.barh(0, result.high - ends[0], left=ends[0], height=0.5, color=style.ORANGE)
    if result.exists:
        ax.axvspan(max(result.low, ends[0]), result.high, color=style.GREEN, alpha=0.2, lw=0, zorder=0)
    ax.axvline(result.claim, color=style.REFERENCE, linestyle="--", linewidth=1.2)
    ax.axvline(result.offer, color=style.RED, linestyle=":", linewidth=1.6)
    ax.set_yticks([0, 1], [t("the defendant would pay"), t("the claimant would take")])
    style.title(ax, result.summary(), t("dashed: the claim; dotted: the offer; green: both gain"))
    ax.set(xlabel=t("sum paid now [currency]"), xlim=ends, ylim=(-0.5, 1.5))
    ax.xaxis.set_major_formatter(_axis_money)
    return ax


def _tree(tree: Node, rate: float, summary: str, ax: Axes | None) -> Axes:
    """Draw a tree from left to right, the best choices in colour, the others cut off."""
    leaves = _height(tree, rate)
    deep = _depth(tree, rate)
    ax = style.axes(ax, size=(float(np.clip(1.75 * deep + 1.2, 6.4, 13.0)), max(3.2, 0.44 * leaves + 1.4)), grid="none")
    for side in ax.spines.values():
        side.set_visible(False)
    _draw_node(ax, tree, rate, 0.0, 0.0, best=True)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set(xlim=(-0.12, deep + 0.5), ylim=(leaves - 0.4, -0.6))
    style.title(ax, summary, t("square: choice; circle: chance; cut off: not chosen; numbers: expected present value"))
    return ax


def _draw_node(ax: Axes, node: Node, rate: float, x: float, top: float, *, best: bool) -> float:
    """Draw a node with what follows, its first leaf at `top`; return where the node stands."""
    worth = _money(fold_back(node, rate=rate))
    if isinstance(node, End):
        ax.text(x + 0.05, top, worth, va="center", fontsize=9)
        return top
    chosen = _chosen(node, rate) if isinstance(node, Choice) else -1
    middles, start = [], top
    for place, branch in enumerate(node.branches):
        cut = chosen >= 0 and place != chosen
        middles.append(_stub(ax, branch, rate, x + 1, start) if cut else
                       _draw_node(ax, branch.then, rate, x + 1, start, best=best))  # fmt: skip
        start += 1 if cut else _height(branch.then, rate)
    here = float(np.mean([middles[0], middles[-1]])) if chosen < 0 else middles[chosen]
    for place, (branch, y) in enumerate(zip(node.branches, middles, strict=True)):
        _draw_branch(ax, branch, (x, here, y), chance=isinstance(node, Chance), best=chosen in (-1, place))
    colour = style.BLUE if isinstance(node, Choice) else style.ORANGE
    ax.plot(x, here, "s" if isinstance(node, Choice) else "o", color=colour, markersize=11, zorder=3)
    ax.annotate(worth, (x, here), (0, -9), textcoords="offset points", ha="center", va="top", fontsize=9, zorder=4)
    return here


def _draw_branch(ax: Axes, branch: Branch, place: tuple[float, float, float], *, chance: bool, best: bool) -> None:
    x, here, y = place
    colour = (style.INK if chance else style.BLUE) if best else style.AXIS
    ax.plot([x, x + 0.22, x + 1], [here, y, y], color=colour, linewidth=1.8 if best else 1.0, zorder=2)
    text = style.name(branch.name, width=24)
    ax.annotate(f"{text} {branch.chance:.0%}" if chance else text, (x + 0.26, y), (0, 3), textcoords="offset points",
                fontsize=9, color=style.MUTED if not best else style.INK)  # fmt: skip


def _stub(ax: Axes, branch: Branch, rate: float, x: float, y: float) -> float:
    worth = discount(branch.months, rate) * fold_back(branch.then, rate=rate) - branch.cost
    ax.plot([x - 0.03, x - 0.03], [y - 0.14, y + 0.14], color=style.AXIS, linewidth=1.4)
    ax.plot([x, x], [y - 0.14, y + 0.14], color=style.AXIS, linewidth=1.4)
    ax.text(x + 0.05, y, _money(worth), va="center", fontsize=9,
            color=style.MUTED)  # fmt: skip
    return y


def _axis_money(value: float, _place: object = None) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.4g}"


def _money(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 100 else f"{value:,.0f}"


def _chosen(node: Choice, rate: float) -> int:
    return int(np.argmax([discount(b.months, rate) * fold_back(b.then, rate=rate) - b.cost for b in node.branches]))


def _height(node: Node, rate: float) -> int:
    """Lines that a node takes: one for each end and each choice that is cut off."""
    if isinstance(node, End):
        return 1
    if isinstance(node, Choice):
        return _height(node.branches[_chosen(node, rate)].then, rate) + len(node.branches) - 1
    return sum(_height(branch.then, rate) for branch in node.branches)


def _depth(node: Node, rate: float) -> int:
    if isinstance(node, End):
        return 0
    ways = [node.branches[_chosen(node, rate)]] if isinstance(node, Choice) else list(node.branches)
    return 1 + max(_depth(branch.then, rate) for branch in ways)


def _rows(ax: Axes | None, rows: int) -> Axes:
    return style.axes(ax, size=(style.FIGURE_SIZE[0], max(2.8, 0.38 * rows + 1.9)), grid="x")


def _names(ax: Axes, names: Any, width: int = style.NAME_WIDTH) -> None:
    ax.set_yticks(np.arange(len(names)), [style.name(name, width=width) for name in pd.Series(list(names))])


def _legend_below(ax: Axes, columns: int) -> None:
    from casework.figures.suppliers import legend_below

    legend_below(ax, columns)
