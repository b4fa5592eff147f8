"""Pictures of comments: topics, how many there are, and how well sentiment is recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from casework.core.checks import check_option
from casework.core.messages import t
from casework.figures import style
from casework.figures.registry import draw
from casework.voice.comments.sentiment import BASELINE, DIFFERENCE, MODEL, CommentSentiment
from casework.voice.comments.topics import CommentTopics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TopicPicture = Literal["topics", "selection"]
SentimentPicture = Literal["scores", "curve", "confusion", "terms"]
TERMS_WIDTH = 44


@draw.register(CommentTopics)
def draw_topics(result: CommentTopics, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw the share of each topic (`topics`), or what spoke for their number (`selection`)."""
    kind = check_option("kind", kind or "topics", TopicPicture)
    if kind == "selection" and len(result.selection):
        return _selection(result, ax)
    table = result.table.iloc[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0] + 0.6, 1.7 + 0.46 * len(table)), grid="x")
    ax.barh(range(len(table)), table["share"] * 100, color=style.ACCENT, height=0.62)
    for row, share in enumerate(table["share"]):
        ax.annotate(f"{share:.0%}", (share * 100, row), (5, 0), textcoords="offset points", va="center", fontsize=9.5)
    names = [
        style.wrap(f"{number}  {terms}", TERMS_WIDTH, lines=2)
        for number, terms in zip(table["topic"], table["terms"], strict=True)
    ]
    ax.set_yticks(range(len(table)), [name.replace("$", r"\$") for name in names])
    style.title(ax, result.summary())
    ax.set(xlabel=t("comments [%]"), xlim=(0, float(table["share"].max()) * 112))
    return ax


def _selection(result: CommentTopics, ax: Axes | None) -> Axes:
    table = result.selection
    ax = style.axes(ax, grid="both")
    error = table["stability_se"]
    ax.fill_between(
        table["topics"], table["stability"] - error, table["stability"] + error, color=style.BLUE, alpha=0.18
    )
    ax.plot(table["topics"], table["stability"], "o-", color=style.BLUE, label=t("stability, with its standard error"))
    ax.plot(table["topics"], table["coherence"], "s--", color=style.ORANGE, label=t("coherence"))
    ax.axvline(result.n_topics, color=style.REFERENCE, linestyle=":", linewidth=1.5)
    style.title(ax, t("{n} topics are the finest ones that come back in subsamples", n=result.n_topics))
    ax.set(xlabel=t("number of topics"), ylabel=t("stability and coherence [at most 1]"), xticks=table["topics"])
    ax.set_ylim(min(0.0, float(table["coherence"].min()) - 0.05), 1.03)
    ax.legend(loc="lower left")
    return ax


@draw.register(CommentSentiment)
def draw_sentiment(result: CommentSentiment, ax: Axes | None = None, kind: str | None = None) -> Axes:
    """Draw `scores` against the baseline, the precision-recall `curve`, the `confusion` table, or heavy `terms`."""
    kind = check_option("kind", kind or "scores", SentimentPicture)
    pictures = {"scores": _scores, "curve": _curve, "confusion": _confusion, "terms": _terms}
    return pictures[kind](result, ax)


def _scores(result: CommentSentiment, ax: Axes | None) -> Axes:
    table = result.table[result.table["of"] != DIFFERENCE]
    measures = list(dict.fromkeys(table["measure"]))[::-1]
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.9 + 0.6 * len(measures)), grid="x")
    for of, colour, marker, shift in ((MODEL, style.BLUE, "o", 0.12), (BASELINE, style.GREY, "s", -0.12)):
        own = table[table["of"] == of].set_index("measure").loc[measures]
        rows = np.arange(len(measures)) + shift
        ax.hlines(rows, own["low"] * 100, own["high"] * 100, color=colour, linewidth=2.4)
        ax.plot(own["estimate"] * 100, rows, marker, color=colour, markersize=8, label=t(of))
        for row, value in zip(rows, own["estimate"], strict=True):
            ax.annotate(f"{value:.0%}", (value * 100, row), (0, 6 if shift > 0 else -15), textcoords="offset points",
                        ha="center", fontsize=9, color=style.ink(colour))  # fmt: skip
    ax.set_yticks(range(len(measures)), [t(name) for name in measures])
    style.title(ax, result.summary(), t("On comments not learned from, with {c:.0%} intervals", c=result.confidence))
    ax.set(xlabel=t("score [%]"), xlim=(0, 103), ylim=(-0.6, len(measures) - 0.4))
    ax.legend(loc="lower left")
    return ax


def _curve(result: CommentSentiment, ax: Axes | None) -> Axes:
    ax = style.axes(ax, grid="both")
    curve, share = result.curve, float(result.negative.mean())
    ax.step(
        np.r_[0, curve["recall"]] * 100, np.r_[curve["precision"].iloc[0], curve["precision"]] * 100, color=style.BLUE
    )
    ax.axhline(share * 100, color=style.GREY, linestyle="--")
    ax.annotate(t("without a model"), (2, share * 100), (0, 5), textcoords="offset points", color=style.MUTED)
    half = curve["recall"].searchsorted(0.5)
    precision = float(curve["precision"].iloc[min(int(half), len(curve) - 1)])
    style.title(ax, t("Half of the negative comments are found with a precision of {x:.0%}", x=precision))
    ax.set(xlabel=t("negative comments that are found [%]"), ylabel=t("of those called negative, truly so [%]"))
    ax.set(xlim=(0, 101), ylim=(0, 103))
    return ax


def _confusion(result: CommentSentiment, ax: Axes | None) -> Axes:
    table = result.confusion
    counts = table[["called_negative", "called_positive"]].to_numpy(dtype=float)
    ax = style.axes(ax, size=(5.4, 3.4), grid="none")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for (row, column), n in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.7 else style.INK
        ax.text(
            column, row, f"{n:,.0f}\n{shares[row, column]:.0%}", ha="center", va="center", color=colour, fontsize=12
        )
    ax.set_xticks([0, 1], [t("called negative"), t("called positive")])
    ax.set_yticks([0, 1], [t(str(name)) for name in table["mood"]])
    right = counts.trace() / max(counts.sum(), 1)
    style.title(ax, style.wrap(t("{x:.0%} of {n:,.0f} comments are told right", x=right, n=counts.sum()), 46))
    ax.set_ylabel(t("mood by rating"))
    return ax


def _terms(result: CommentSentiment, ax: Axes | None) -> Axes:
    table = result.terms.sort_values("weight", kind="stable")
    ax = style.axes(ax, size=(style.FIGURE_SIZE[0], 1.6 + 0.27 * len(table)), grid="x")
    colours = [style.BAD if weight > 0 else style.GOOD for weight in table["weight"]]
    ax.barh(range(len(table)), table["weight"], color=colours, height=0.62)
    ax.set_yticks(
        range(len(table)),
        [style.wrap(str(term), style.NAME_WIDTH, lines=1).replace("$", r"\$") for term in table["term"]],
    )
    ax.axvline(0, color=style.AXIS, linewidth=1)
    style.title(ax, t("What speaks for a negative (right) and for a positive comment (left)"))
    ax.set(xlabel=t("weight in the model [log odds]"))
    return ax
