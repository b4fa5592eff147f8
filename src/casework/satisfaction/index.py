"""The satisfaction index, 0 to 100: a weighted tree of questions, with its error from the survey's design."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.satisfaction.hierarchy import Hierarchy, parse_hierarchy, renamed
from casework.satisfaction.scores import NodeScores, check_scale, pick_items, rescale, score_nodes
from casework.satisfaction.weighting import Weigher, make_weigher
from casework.stats.survey import MeansResult, SurveyDesign, design_means, student_quantile, survey_design
from casework.stats.weights import WeightsResult, direct_weights


@dataclass(frozen=True, kw_only=True)
class IndexResult(Result):
    """The index with its tree.

    `nodes` has one row per node: `node`, `level` (0 is the whole), `parent`, `weight` (among its siblings),
    `global_weight`, `score`, `se`, `low`, `high` [points], `n`, `contribution` [points of the index].
    `scores` holds every respondent's score of every node, missing where too little was answered.
    """

    index: float
    se: float
    low: float
    high: float
    confidence: float
    n: int
    left_out: int
    partly: int
    respondent_sd: float
    nodes: pd.DataFrame
    scores: pd.DataFrame
    weighting: str
    group_weights: Mapping[str, WeightsResult]
    hierarchy: Hierarchy
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of nodes."""
        return self.nodes.copy()

    @property
    def losses(self) -> pd.DataFrame:
        """Points that each question keeps the index from 100: `node`, `score`, `global_weight`, `lost`, most first."""
        ends = self.nodes[self.nodes["node"].isin(self.hierarchy.items)][["node", "score", "global_weight"]]
        ends = ends.assign(lost=ends["global_weight"] * (100 - ends["score"]))
        return ends.sort_values("lost", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def design_effect(self) -> float:
        """Variance of the index against that of a simple random sample of as many respondents."""
        return self.n * self.se**2 / self.respondent_sd**2 if self.respondent_sd > 1e-9 else float("nan")

    @property
    def dimensions(self) -> pd.DataFrame:
        """Rows of the dimensions (the children of the whole)."""
        return self.nodes[self.nodes["level"] == 1].reset_index(drop=True)

    def rename(self, names: Mapping[str, str]) -> IndexResult:
        """Return the result with other names for some nodes, such as the labels of the questions."""
        return replace(
            self,
            nodes=renamed(self.nodes, names, ("node", "parent")),
            scores=self.scores.rename(columns=dict(names)),
            hierarchy=self.hierarchy.rename(names),
        )

    def summary(self) -> str:
        """Say the index, its interval, and its best and worst dimension."""
        first = t(
            "The index is {index:.1f} of 100 ({low:.1f} to {high:.1f}, {n} respondents).",
            index=self.index,
            low=self.low,
            high=self.high,
            n=self.n,
        )
        order = self.dimensions.sort_values("score")
        if len(order) < 2 or order["score"].iloc[-1] - order["score"].iloc[0] < 1e-9:
            return first
        second = t(
            "Highest is {best} ({high:.1f}), lowest {worst} ({low:.1f}).",
            best=t(str(order["node"].iloc[-1])),
            high=order["score"].iloc[-1],
            worst=t(str(order["node"].iloc[0])),
            low=order["score"].iloc[0],
        )
        return t("{first} {second}", first=first, second=second)


@dataclass(frozen=True, kw_only=True)
class MomentsIndexResult(Result):
    """An index from published means and covariances."""

    index: float
    se: float
    low: float
    high: float
    respondent_sd: float
    n: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row: `index`, `se`, `low`, `high`, `respondent_sd`, `n`."""
        return pd.DataFrame(
            [{name: getattr(self, name) for name in ("index", "se", "low", "high", "respondent_sd", "n")}]
        )

    def summary(self) -> str:
        """Say the index and its interval."""
        return t(
            "The index is {index:.1f} of 100 ({low:.1f} to {high:.1f}, {n} respondents).",
            index=self.index,
            low=self.low,
            high=self.high,
            n=self.n,
        )


def satisfaction_index(
    answers: pd.DataFrame,
    hierarchy: Hierarchy | Mapping[str, Any] | Sequence[str],
    *,
    low: float = 1,
    high: float = 10,
    weighting: str | Sequence[str] = "equal",
    weights: Mapping[str, float] | None = None,
    pairwise: Any = None,
    overall: pd.Series | None = None,
    design: SurveyDesign | None = None,
    minimum_answered: float = 0.5,
    confidence: float = 0.95,
    allow_negative: bool = False,
    strict: bool = False,
) -> IndexResult:
    """How satisfied customers are, from 0 to 100, and what the number is made of.

    Parameters
    ----------
    answers : DataFrame, shape (n, columns)
        Answers between `low` and `high`, or missing.
    hierarchy : Hierarchy, mapping or sequence
        The tree of dimensions and questions; see `parse_hierarchy`.
    low, high : float
        Ends of the answer scale; low becomes 0 points, high 100.
    weighting : {'equal', 'direct', 'entropy', 'critic', 'regression', 'ahp'} or one for each level
        How children are weighed.
    weights, pairwise, overall
        What 'direct', 'ahp' and 'regression' need; see `make_weigher`.
    design : SurveyDesign, optional
        How the respondents were drawn; left out: a simple random sample.
    minimum_answered : float
        Least share of questions answered for a score, 0 to 1.
    confidence : float
        Of the intervals, between 0 and 1.
    allow_negative, strict : bool
        For 'direct': let negative weights pass; refuse weights that do not add up to 1.

    Returns
    -------
    IndexResult
        index = weighted mean over respondents of sum_j W_j (x_j - low) / (high - low) * 100.

    Raises
    ------
    DataError
        A column is missing, an answer is outside the scale, nobody answered enough, or the weights cannot
        be computed.
    ParameterError
        The tree, the scale, the weighting or its input cannot be used.

    Warns
    -----
    CaseworkWarning
        Weights needed a rescue, or respondents were left out.

    Notes
    -----
    A respondent with missing answers is scored on those given, with their weights scaled up. The errors take
    the weights as fixed, also where they come from the same data. The mean of ordinal answers treats the
    steps of the scale as equal.

    References
    ----------
    Fornell, Johnson, Anderson, Cha & Bryant (1996), Journal of Marketing 60(4), appendix, for the form of the
    index; Lohr (2010), Sampling: Design and Analysis, 2nd ed., section 9.1, for its error.

    Examples
    --------
    >>> survey = pd.DataFrame({"q1": [8, 6, 10], "q2": [6, 4, 10]})
    >>> round(satisfaction_index(survey, {"Product": ["q1", "q2"]}).index, 2)
    70.37
    """
    check_fraction("confidence", confidence)
    check_number("minimum_answered", minimum_answered, low=0, high=1)
    tree = hierarchy if isinstance(hierarchy, Hierarchy) else parse_hierarchy(hierarchy)
    points = rescale(pick_items(answers, tree), low=low, high=high)
    chosen = survey_design(points.index) if design is None else design
    weigher = make_weigher(
        tree,
        weighting,
        weights=weights,
        pairwise=pairwise,
        overall=overall,
        case_weights=pd.Series(chosen.weight, index=chosen.index),
        allow_negative=allow_negative,
        strict=strict,
    )
    _check_answered(points)
    scored = score_nodes(points, tree, weigher, minimum_answered=minimum_answered)
    return _result(points, scored, weigher, chosen, confidence, minimum_answered)


def _check_answered(points: pd.DataFrame) -> None:
    empty = [str(name) for name in points.columns[points.notna().sum() == 0]]
    if empty:
        raise DataError(
            [Problem(t("column {name}", name=repr(name)), t("no answer"), t("at least 1")) for name in empty]
        )


def _result(
    points: pd.DataFrame,
    scored: NodeScores,
    weigher: Weigher,
    design: SurveyDesign,
    confidence: float,
    minimum_answered: float,
) -> IndexResult:
    whole = scored.scores.iloc[:, 0]
    if whole.isna().all():
        found = t("nobody answered {share:.0%} of the questions", share=minimum_answered)
        raise DataError(Problem(t("satisfaction index"), found, t("a lower minimum_answered, or more answers")))
    empty = [str(name) for name in scored.scores.columns[scored.scores.notna().sum() == 0]]
    if empty:
        raise DataError(
            [Problem(t("dimension {name}", name=repr(name)), t("nobody answered enough")) for name in empty]
        )
    means = design_means(scored.scores, design, confidence=confidence)
    nodes = _node_table(scored, weigher.hierarchy, means, design)
    left_out = int(whole.isna().sum())
    partly = int((points.isna().any(axis=1) & whole.notna()).sum())
    root = nodes.iloc[0]
    notes = (*weigher.notes, *_missing_notes(left_out, partly, minimum_answered), *design.notes)
    care = (*weigher.warnings(), *_missing_notes(left_out, 0, minimum_answered))
    if care:
        warnings.warn(" ".join(care), CaseworkWarning, stacklevel=3)
    return IndexResult(
        index=float(root["score"]),
        se=float(root["se"]),
        low=float(root["low"]),
        high=float(root["high"]),
        confidence=confidence,
        n=int(root["n"]),
        left_out=left_out,
        partly=partly,
        respondent_sd=float(means.deviation.iloc[0]),
        nodes=nodes,
        scores=scored.scores,
        weighting=", ".join(weigher.methods),
        group_weights=dict(weigher.results),
        hierarchy=weigher.hierarchy,
        notes=notes,
    )


def _missing_notes(left_out: int, partly: int, minimum: float) -> tuple[str, ...]:
    notes = []
    if left_out:
        notes.append(
            tn(
                "{n} respondent answered less than {share:.0%} of the questions and is left out of the index.",
                "{n} respondents answered less than {share:.0%} of the questions and are left out of the index.",
                left_out,
                share=minimum,
            )
        )
    if partly:
        notes.append(
            tn(
                "{n} respondent left some questions open and is scored on the others.",
                "{n} respondents left some questions open and are scored on the others.",
                partly,
            )
        )
    return tuple(notes)


def _node_table(scored: NodeScores, tree: Hierarchy, means: MeansResult, design: SurveyDesign) -> pd.DataFrame:
    local = {tree.root.name: 1.0}
    overall = {tree.root.name: 1.0}
    for group in tree.groups:
        for child, weight in zip(group.children, scored.weights[group.name], strict=True):
            local[child] = float(weight)
            overall[child] = overall[group.name] * float(weight)
    table = means.to_frame()
    points = scored.contributions(design.weight)
    return pd.DataFrame(
        {
            "node": list(tree.names),
            "level": [node.level for node in tree.nodes],
            "parent": [node.parent for node in tree.nodes],
            "weight": [local[name] for name in tree.names],
            "global_weight": [overall[name] for name in tree.names],
            "score": table["mean"],
            "se": table["se"],
            "low": table["low"].clip(lower=0) if (table["mean"] >= 0).all() else table["low"],
            "high": table["high"].clip(upper=100) if (table["mean"] <= 100).all() else table["high"],
            "n": table["n"],
            "contribution": points,
        }
    )


def index_from_moments(
    means: pd.Series,
    covariance: pd.DataFrame,
    weights: Mapping[str, float],
    *,
    n: int,
    low: float = 1,
    high: float = 10,
    confidence: float = 0.95,
) -> MomentsIndexResult:
    """Index of a simple random sample of which only means and covariances are published.

    Parameters
    ----------
    means : Series, shape (k,)
        Mean answers, between low and high.
    covariance : DataFrame, shape (k, k)
        Covariances of the answers (n - 1 in the denominator).
    weights : mapping of str to float, shape (k,)
        At least 0; scaled to 1.
    n : int
        Respondents, at least 2.
    low, high, confidence : float
        As in `satisfaction_index`.

    Returns
    -------
    MomentsIndexResult
        index = 100 sum w (m - low) / (high - low); respondent_sd = 100 sqrt(w' S w) / (high - low).

    Raises
    ------
    DataError
        A mean lies outside the scale.
    ParameterError
        A weight is negative, or n is below 2.

    References
    ----------
    Fornell et al. (1996), Journal of Marketing 60(4), appendix: ((x1-1) w1 + (x2-1) w2 + (x3-1) w3) / 9 * 100.

    Examples
    --------
    >>> one = pd.DataFrame([[4.0]], index=["q"], columns=["q"])
    >>> index_from_moments(pd.Series({"q": 5.5}), one, {"q": 1}, n=100).se
    2.2222222222222223
    """
    check_scale(low, high)
    check_number("n", n, low=2)
    share = direct_weights(weights).weights
    names = list(share.index)
    points = rescale(means[names].to_frame().T, low=low, high=high)
    spread = covariance.loc[names, names].to_numpy(dtype=float) * (100 / (high - low)) ** 2
    vector = share.to_numpy(dtype=float)
    deviation = float(np.sqrt(vector @ spread @ vector))
    index = float(points.iloc[0].to_numpy() @ vector)
    se = deviation / n**0.5
    half = student_quantile(confidence, n - 1) * se
    return MomentsIndexResult(index=index, se=se, low=index - half, high=index + half, respondent_sd=deviation, n=n)
