"""Perceived against expected: the gap of each question, and who is loyal, satisfied or complaining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.satisfaction.hierarchy import Hierarchy, Node, parse_hierarchy, renamed
from casework.satisfaction.scores import Floats, NodeScores, pick_items, rescale, score_nodes
from casework.stats.survey import SurveyDesign, design_means, design_shares

CLASSES: tuple[str, ...] = ("complaining", "satisfied", "loyal")


@dataclass(frozen=True, kw_only=True)
class GapResult(Result):
    """Gaps of all nodes, and the classes of respondents.

    `nodes`: `node`, `level`, `parent`, `n`, `expected`, `perceived`, `gap`, `se`, `low`, `high` [points];
    `classes`: `category` (complaining, satisfied, loyal), `n`, `share`, `se`, `low`, `high`.
    """

    gap: float
    se: float
    low: float
    high: float
    n: int
    pairs_missing: int
    band: float
    nodes: pd.DataFrame
    classes: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the gaps of all nodes."""
        return self.nodes.copy()

    @property
    def items(self) -> pd.DataFrame:
        """Rows of the questions, widest shortfall first."""
        groups = set(self.nodes["parent"])
        ends = self.nodes[~self.nodes["node"].isin(groups)]
        return ends.sort_values("gap", kind="stable").reset_index(drop=True)

    def rename(self, names: Mapping[str, str]) -> GapResult:
        """Return the result with other names for some nodes, such as the labels of the questions."""
        return replace(self, nodes=renamed(self.nodes, names, ("node", "parent")))

    def share(self, category: str) -> float:
        """Share of a class of respondents."""
        return float(self.classes["share"].to_numpy(dtype=float)[CLASSES.index(category)])

    def summary(self) -> str:
        """Say the gap and the shares of the classes."""
        return t(
            "What customers get is {gap:+.1f} points against what they expect ({low:+.1f} to {high:+.1f}); "
            "{loyal:.0%} loyal, {satisfied:.0%} satisfied, {complaining:.0%} complaining.",
            gap=self.gap,
            low=self.low,
            high=self.high,
            loyal=self.share("loyal"),
            satisfied=self.share("satisfied"),
            complaining=self.share("complaining"),
        )


def expectation_gap(
    perceived: pd.DataFrame,
    expected: pd.DataFrame,
    hierarchy: Hierarchy | Mapping[str, Any] | Sequence[str],
    *,
    low: float = 1,
    high: float = 10,
    weights: Mapping[str, float] | None = None,
    design: SurveyDesign | None = None,
    minimum_answered: float = 0.5,
    band: float | None = None,
    confidence: float = 0.95,
) -> GapResult:
    """How far what customers perceive is from what they expected, question by question.

    Parameters
    ----------
    perceived, expected : DataFrame, shape (n, k)
        Answers on one scale, under the same column names and index; questions without an expectation are
        left out of the tree.
    hierarchy : Hierarchy, mapping or sequence
        The tree of dimensions and questions.
    low, high : float
        Ends of the answer scale.
    weights : mapping of str to float, optional
        Weight of each node among its siblings (such as the index's); left out: equal.
    design : SurveyDesign, optional
        How the respondents were drawn.
    minimum_answered : float
        Least share of pairs answered for a respondent's gap, 0 to 1.
    band : float, optional
        A respondent whose gap is at most so many points from 0 counts as satisfied; by default half a step of
        the scale, so that a mean gap that rounds to no step is no gap.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    GapResult
        gap = perceived - expected [points of 0-100], on the pairs of which both halves are answered.

    Raises
    ------
    DataError
        An answer is outside the scale, no question has an expectation, or nobody answered enough pairs.
    ParameterError
        The tree, the scale or the band cannot be used.

    Notes
    -----
    Expectations asked in the same interview as perceptions are coloured by them. A difference of two noisy
    answers is noisier than either.

    References
    ----------
    Parasuraman, Zeithaml & Berry (1988), Journal of Retailing 64(1), 12-40 (gap of perception and expectation);
    Oliver (1980), Journal of Marketing Research 17(4) (disconfirmation).

    Examples
    --------
    >>> got, wanted = pd.DataFrame({"q": [8, 5, 9]}), pd.DataFrame({"q": [7, 8, 9]})
    >>> round(expectation_gap(got, wanted, ["q"]).gap, 2)
    -7.41
    """
    check_fraction("confidence", confidence)
    tree = hierarchy if isinstance(hierarchy, Hierarchy) else parse_hierarchy(hierarchy)
    if not perceived.index.equals(expected.index):
        raise DataError(Problem(t("expectations"), t("other rows than the perceptions"), t("the same index")))
    both = [item for item in tree.items if item in expected.columns]
    if not both:
        raise DataError(Problem(t("expectations"), t("no question has an expectation"), t("at least one pair")))
    notes = _unpaired_note(tree, both)
    tree = tree.keep(both)
    got = rescale(pick_items(perceived, tree), low=low, high=high)
    wanted = rescale(pick_items(expected, tree), low=low, high=high)
    limit = 50 / (high - low) if band is None else check_number("band", band, low=0, unit="points")
    whole = got.notna() & wanted.notna()
    if not whole.to_numpy().any(axis=0).all():
        empty = [str(name) for name in whole.columns[~whole.any()]]
        raise DataError([Problem(t("question {name}", name=repr(name)), t("no complete pair")) for name in empty])
    scores = [_scores(points.where(whole), tree, weights, minimum_answered) for points in (got, wanted)]
    if scores[0].scores.iloc[:, 0].isna().all():
        raise DataError(Problem(t("expectations"), t("nobody answered enough pairs"), t("a lower minimum_answered")))
    return _result(scores[0], scores[1], tree, design, limit, confidence, notes, int((~whole).to_numpy().sum()))


def _unpaired_note(tree: Hierarchy, both: list[str]) -> tuple[str, ...]:
    alone = [item for item in tree.items if item not in both]
    if not alone:
        return ()
    return (
        tn(
            "{n} question has no expectation and is left out of the gap: {names}.",
            "{n} questions have no expectation and are left out of the gap: {names}.",
            len(alone),
            names=", ".join(alone),
        ),
    )


def _scores(
    points: pd.DataFrame, tree: Hierarchy, weights: Mapping[str, float] | None, minimum_answered: float
) -> NodeScores:
    def weigh(group: Node, below: pd.DataFrame) -> Floats:
        given = np.array([1.0 if weights is None else float(weights.get(name, 0.0)) for name in below.columns])
        given = given if given.sum() > 0 else np.ones(len(given))
        return np.asarray(given / given.sum(), dtype=np.float64)

    return score_nodes(points, tree, weigh, minimum_answered=minimum_answered)


def _result(
    got: NodeScores,
    wanted: NodeScores,
    tree: Hierarchy,
    design: SurveyDesign | None,
    band: float,
    confidence: float,
    notes: tuple[str, ...],
    pairs_missing: int,
) -> GapResult:
    gaps = got.scores - wanted.scores
    columns = list(tree.names)
    scored = [name for name in columns if gaps[name].notna().any()]
    means = design_means(gaps[scored], design, confidence=confidence)
    table = means.to_frame().set_index("name").reindex(columns)
    nodes = pd.DataFrame(
        {
            "node": columns,
            "level": [node.level for node in tree.nodes],
            "parent": [node.parent for node in tree.nodes],
            "n": table["n"].fillna(0).astype(int).to_numpy(),
            "expected": design_means(wanted.scores[scored], design).means.reindex(columns).to_numpy(),
            "perceived": design_means(got.scores[scored], design).means.reindex(columns).to_numpy(),
            "gap": table["mean"].to_numpy(),
            "se": table["se"].to_numpy(),
            "low": table["low"].to_numpy(),
            "high": table["high"].to_numpy(),
        }
    )
    root = nodes.iloc[0]
    return GapResult(
        gap=float(root["gap"]),
        se=float(root["se"]),
        low=float(root["low"]),
        high=float(root["high"]),
        n=int(root["n"]),
        pairs_missing=pairs_missing,
        band=band,
        nodes=nodes,
        classes=design_shares(classify_gaps(gaps.iloc[:, 0], band=band), design, confidence=confidence),
        notes=notes,
    )


def classify_gaps(gaps: pd.Series, *, band: float) -> pd.Series:
    """Class of each respondent: complaining below expectation, satisfied at it, loyal above.

    Parameters
    ----------
    gaps : Series, shape (n,)
        Perceived less expected [points]; missing stays missing.
    band : float
        Distance from 0 that still counts as equal [points], at least 0.

    Examples
    --------
    >>> classify_gaps(pd.Series([-8.0, 1.0, 9.0]), band=5).tolist()
    ['complaining', 'satisfied', 'loyal']
    """
    values = gaps.to_numpy(dtype=float)
    steps = np.where(values < -band - 1e-9, 0, np.where(values > band + 1e-9, 2, 1))
    codes = np.where(np.isnan(values), -1, steps).tolist()
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(CLASSES)), index=gaps.index)
