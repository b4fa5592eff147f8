"""Pictures of requirements: statements against rules, trees to measures, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.stats.sampling_paths import METHOD_NAMES, PathSampleSize, sample_size_path
from casework.voice.requirements.agreement import RuleAgreement
from casework.voice.requirements.ctq import YES_NO, CtqTree
from casework.voice.requirements.ctq_capability import CtqCapability
from casework.voice.requirements.kinds import KINDS, UNCLEAR, RequirementKinds
from casework.voice.requirements.sources import HearingChance
from casework.voice.requirements.statements import RULES, StatementCheck

if TYPE_CHECKING:
    from matplotlib.axes import Axes

StatementPicture = Literal["statements", "rules"]
MOST_ROWS = 24
TEXT_WIDTH = 44
BOX = {"boxstyle": "round,pad=0.4"}


@draw.register(StatementCheck)
def draw_statements(result: StatementCheck, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw each statement against each rule (`statements`), or the share that meets each rule (`rules`)."""
    few = len(result.met) <= MOST_ROWS
    kind = check_option("kind", kind or ("statements" if few else "rules"), StatementPicture)
    return _statement_grid(result, ax) if kind == "statements" else _rule_bars(result, ax)


def _statement_grid(result: StatementCheck, ax: Axes | None) -> Axes:
    met = result.met.head(MOST_ROWS).iloc[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0] + 0.8, 1.7 + 0.46 * len(met)), grid="none")
    rows, columns = np.nonzero(met.to_numpy())
    ax.scatter(columns, rows, marker="o", s=95, color=style.GOOD, label=t("meets the rule"))
    rows, columns = np.nonzero(~met.to_numpy())
    ax.scatter(columns, rows, marker="x", s=70, linewidths=2.4, color=style.BAD, label=t("breaks it"))
    texts = result.statements.loc[met.index] if met.index.is_unique else result.statements.head(MOST_ROWS).iloc[::-1]
    ax.set_yticks(range(len(met)), [style.wrap(text, TEXT_WIDTH, lines=2).replace("$", r"\$") for text in texts])
    titles = {rule.name: rule.title for rule in RULES}
    ax.set_xticks(range(met.shape[1]), [style.wrap(t(titles[name]), 12) for name in met.columns])
    ax.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set(xlim=(-0.6, met.shape[1] - 0.4), ylim=(-0.6, len(met) - 0.4))
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.hlines(np.arange(len(met) - 1) + 0.5, -0.6, met.shape[1] - 0.4, color=style.GRID, linewidth=0.8)
    figure: Any = ax.get_figure()
    figure.suptitle(style.wrap(result.summary(), 78), x=0.01, ha="left", fontsize=13, fontweight="bold")
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.0), ncols=2)
    return ax


def _rule_bars(result: StatementCheck, ax: Axes | None) -> Axes:
    shares = result.shares.iloc[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 3.4), grid="x")
    colours = [style.HIGHLIGHT if value == shares.min() else style.ACCENT for value in shares]
    ax.barh(range(len(shares)), shares * 100, color=colours, height=0.62)
    _bar_labels(ax, [f"{value:.0%}" for value in shares], shares * 100)
    titles = {rule.name: rule.title for rule in RULES}
    ax.set_yticks(range(len(shares)), [t(titles[str(name)]) for name in shares.index])
    style.title(ax, result.summary())
    ax.set(xlabel=t("statements that meet the rule [%]"), xlim=(0, 108))
    return ax


def _bar_labels(ax: Axes, labels: list[str], ends: Any) -> None:
    for row, (label, end) in enumerate(zip(labels, ends, strict=True)):
        ax.annotate(label, (end, row), (5, 0), textcoords="offset points", va="center", fontsize=9.5)


@draw.register(RuleAgreement)
def draw_agreement(result: RuleAgreement, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw precision and recall of each rule with their intervals."""
    table = result.table.iloc[::-1].reset_index(drop=True)
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.9 + 0.55 * len(table)), grid="x")
    rows = np.arange(len(table))
    looks = (("precision", t("precision"), style.BLUE, "o", 0.13), ("recall", t("recall"), style.ORANGE, "s", -0.13))
    for name, label, colour, marker, shift in looks:
        ax.hlines(rows + shift, table[f"{name}_low"] * 100, table[f"{name}_high"] * 100, color=colour, linewidth=2.2)
        ax.plot(table[name] * 100, rows + shift, marker, color=colour, markersize=8, label=label)
    ax.set_yticks(rows, [t(str(name)) for name in table["rule"]])
    style.title(ax, result.summary(), t("Share with its {c:.0%} interval", c=result.confidence))
    ax.set(xlabel=t("share [%]"), xlim=(0, 103), ylim=(-0.6, len(table) - 0.4))
    ax.legend(loc="lower left")
    return ax


@draw.register(RequirementKinds)
def draw_kinds(result: RequirementKinds, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw how many requirements are of each kind."""
    counts = result.counts.iloc[::-1]
    counts = counts[(counts > 0) | (counts.index != UNCLEAR)]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 3.2), grid="x")
    colours = [
        style.ACCENT if name == "stated" else style.NEUTRAL if name == UNCLEAR else style.HIGHLIGHT
        for name in counts.index
    ]
    ax.barh(range(len(counts)), counts, color=colours, height=0.62)
    _bar_labels(ax, [str(value) for value in counts], counts)
    titles = {item.name: item.title for item in KINDS} | {UNCLEAR: UNCLEAR}
    ax.set_yticks(range(len(counts)), [t(titles[str(name)]) for name in counts.index])
    style.title(ax, result.summary())
    ax.set(xlabel=t("requirements"), xlim=(0, max(1, counts.max()) * 1.12))
    ax.locator_params(axis="x", integer=True)
    return ax


@draw.register(HearingChance)
def draw_hearing(result: HearingChance, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the chance of hearing a need by number of interviews."""
    ax = style.axes(ax, grid="both")
    ax.plot(result.table["interviews"], result.table["heard"] * 100, color=style.ACCENT)
    ax.plot(result.interviews, (1 - (1 - result.share) ** result.interviews) * 100, "o", color=style.HIGHLIGHT, ms=9)
    style.title(ax, result.summary())
    ax.set(xlabel=t("interviews"), ylabel=t("chance of hearing the need [%]"), xlim=(0, None), ylim=(0, 103))
    return ax


@draw.register(PathSampleSize)
def draw_path_size(result: PathSampleSize, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the answers needed by the weakest path, for both rules."""
    ax = style.axes(ax, grid="both")
    own = abs(result.path)
    paths = np.linspace(max(0.05, own / 2.5), max(0.5, min(1.0, own * 1.6)), 60)
    for method, colour in (("inverse_square_root", style.BLUE), ("gamma_exponential", style.ORANGE)):
        sizes = [
            sample_size_path(path=path, significance=result.significance, power=result.power, method=method).answers  # type: ignore[arg-type]
            for path in paths.tolist()
        ]
        ax.plot(paths, sizes, color=colour, label=t(METHOD_NAMES[method]))
    ax.plot(own, result.answers, "o", color=style.INK, markersize=9)
    style.title(ax, result.summary())
    ax.set(xlabel=t("smallest path coefficient"), ylabel=t("answers needed"), ylim=(0, None))
    ax.legend()
    return ax


@draw.register(CtqTree)
def draw_tree(result: CtqTree, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the tree from needs to measures with their limits."""
    labels = {str(row["measure"]): limits(row) for _, row in result.measures.iterrows()}
    ax = _tree(result, labels, {}, ax)
    style.title(ax, result.summary())
    return ax


@draw.register(CtqCapability)
def draw_capability(result: CtqCapability, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the tree with the share of measurements within the limits."""
    within = dict(zip(result.table["measure"], result.table["within"], strict=True))
    labels, colours = {}, {}
    for _, row in result.tree.measures.iterrows():
        name = str(row["measure"])
        labels[name] = limits(row)
        if (share := within.get(name)) is not None:
            labels[name] = t("{limits}: {share:.1%} within", limits=labels[name], share=share)
            colours[name] = style.GOOD if share == 1 else style.BAD if share == min(within.values()) else style.AXIS
    ax = _tree(result.tree, labels, colours, ax)
    style.title(ax, result.summary())
    return ax


def limits(row: pd.Series) -> str:
    """Return the limits of a measure in words, with its unit."""
    unit = t(str(row["unit"]))
    if row["unit"] in YES_NO and {row["lower"], row["upper"]} & {0, 1}:
        return t("must be yes") if row["lower"] == 1 else t("must be no")
    if pd.isna(row["lower"]):
        return t("at most {x:g} {unit}", x=row["upper"], unit=unit)
    if pd.isna(row["upper"]):
        return t("at least {x:g} {unit}", x=row["lower"], unit=unit)
    return t("{low:g} to {high:g} {unit}", low=row["lower"], high=row["upper"], unit=unit)


def _tree(tree: CtqTree, labels: dict[str, str], colours: dict[str, str], ax: Axes | None) -> Axes:
    """Nodes from left to right, a measure on each row."""
    nodes = tree.nodes
    depth, leaves = int(nodes["level"].max()) + 1, int(nodes["leaf"].sum())
    width = max(style.FIGURE_SIZE[0], 2.55 * depth)
    ax = style.axes(ax, size=(width, 1.2 + 0.68 * leaves), grid="none")
    places = _places(nodes)
    for name, parent, level in nodes[["name", "parent", "level"]].itertuples(index=False):
        x, y = float(level), places[name]
        if parent:
            px, py = float(level) - 1, places[parent]
            ax.plot([px, px + 0.5, px + 0.5, x], [py, py, y, y], color=style.AXIS, linewidth=1.1, zorder=1)
        words = style.name(name, width=22, lines=2)
        if name in labels:
            words += "\n" + style.wrap(labels[name], 30, lines=2).replace("$", r"\$")
        edge = colours.get(name, style.ACCENT if level == 0 else style.AXIS)
        face = "#e8f1f8" if level == 0 else "white"
        ax.text(x, y, words, ha="center", va="center", fontsize=9.5, zorder=2, linespacing=1.25,
                bbox={**BOX, "edgecolor": edge, "facecolor": face, "linewidth": 1 + (name in colours)})  # fmt: skip
    ax.set(xlim=(-0.5, depth - 0.45), ylim=(-leaves + 0.4, 0.6))
    ax.axis("off")
    return ax


def _places(nodes: pd.DataFrame) -> dict[str, float]:
    """Height of each node: measures one below the other, the others in the middle of their parts."""
    places: dict[str, float] = {}
    leaves = nodes.loc[nodes["leaf"], "name"].tolist()
    places.update({name: -float(row) for row, name in enumerate(leaves)})
    for name in nodes.loc[~nodes["leaf"], "name"].tolist()[::-1]:
        own = [places[child] for child in nodes.loc[nodes["parent"] == name, "name"]]
        places[name] = (max(own) + min(own)) / 2
    return places
