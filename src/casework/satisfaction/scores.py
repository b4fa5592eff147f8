"""From answers to points: rescaling to 0-100, and the score of every node for every respondent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.satisfaction.hierarchy import Hierarchy, Node
from casework.stats.weights import numbers

Floats = NDArray[np.float64]
SHOWN = 5
Weigh = Callable[[Node, pd.DataFrame], Floats]


@dataclass(frozen=True)
class NodeScores:
    """Scores (n, nodes) in points, missing where too little was answered.

    `weights` are the local weights by group, `filled` the scores with 0 for missing, `totals` (n,) by group the
    weight of the children that have a score.
    """

    hierarchy: Hierarchy
    scores: pd.DataFrame
    weights: dict[str, Floats]
    filled: Floats
    totals: dict[str, Floats]

    def contributions(self, mass: Floats) -> Floats:
        """Points (nodes,) that each node adds to the mean index of respondents with these weights (n,).

        A respondent's weights are scaled up over what they answered, so the questions add up to the index.
        """
        names = self.hierarchy.names
        position = {name: i for i, name in enumerate(names)}
        given = self.scores.notna().to_numpy()
        scored = given[:, 0]
        share = {self.hierarchy.root.name: mass * scored / (mass @ scored)}
        points = dict.fromkeys(names, 0.0)
        for group in self.hierarchy.groups:
            total = self.totals[group.name]
            factor = np.divide(share[group.name], total, out=np.zeros_like(total), where=total > 0)
            columns = [position[child] for child in group.children]
            added = (factor @ self.filled[:, columns]) * self.weights[group.name]
            for child, column, weight, value in zip(
                group.children, columns, self.weights[group.name], added, strict=True
            ):
                points[child] = float(value)
                share[child] = factor * weight * given[:, column]
        return np.array([sum(points[item] for item in node.items) for node in self.hierarchy.nodes])


def check_scale(low: float, high: float) -> None:
    """Check the ends of an answer scale.

    Raises
    ------
    ParameterError
        An end is no finite number, or the low one is not below the high one.
    """
    check_number("low", low)
    check_number("high", high)
    if not low < high:
        raise ParameterError(Problem("low", f"{low:g}", t("below the high end {high}", high=f"{high:g}")))


def rescale(answers: pd.DataFrame, *, low: float, high: float) -> pd.DataFrame:
    """Answers as points: (x - low) / (high - low) * 100.

    Parameters
    ----------
    answers : DataFrame, shape (n, k)
        Answers between low and high, or missing.
    low, high : float
        Ends of the answer scale.

    Returns
    -------
    DataFrame, shape (n, k)
        Points, 0 to 100.

    Raises
    ------
    DataError
        An answer is no number or outside the scale; each column is told with its first rows.

    Examples
    --------
    >>> rescale(pd.DataFrame({"q": [1, 10, 5.5]}), low=1, high=10)["q"].tolist()
    [0.0, 100.0, 50.0]
    """
    check_scale(low, high)
    values = numbers(answers)
    with np.errstate(invalid="ignore"):
        wrong = (values < low) | (values > high) | (np.isnan(values) & answers.notna().to_numpy())
    problems = [
        _outside(answers[name], wrong[:, j], low, high) for j, name in enumerate(answers.columns) if wrong[:, j].any()
    ]
    if problems:
        raise DataError(problems)
    return pd.DataFrame((values - low) * (100 / (high - low)), index=answers.index, columns=answers.columns)


def _outside(column: pd.Series, wrong: NDArray[np.bool_], low: float, high: float) -> Problem:
    rows = column[wrong]
    first = ", ".join(t("row {row}: {value}", row=row, value=value) for row, value in rows.head(SHOWN).items())
    found = tn(
        "{n} answer outside the scale ({first})", "{n} answers outside the scale ({first})", len(rows), first=first
    )
    where = t("column {name}", name=repr(str(column.name)))
    return Problem(where, found, t("{low} to {high}, or empty", low=f"{low:g}", high=f"{high:g}"))


def pick_items(answers: pd.DataFrame, hierarchy: Hierarchy) -> pd.DataFrame:
    """Return the columns of the questions, in the order of the tree.

    Raises
    ------
    DataError
        Columns are missing; all are named, with the nearest spelling.
    """
    known = [str(name) for name in answers.columns]
    problems = [
        Problem(t("column {name}", name=repr(item)), t("not in the data"), fix=suggest(item, known))
        for item in hierarchy.items
        if item not in known
    ]
    if problems:
        raise DataError(problems)
    return answers[list(hierarchy.items)]


def score_nodes(points: pd.DataFrame, hierarchy: Hierarchy, weigh: Weigh, *, minimum_answered: float) -> NodeScores:
    """Score every node for every respondent, questions first.

    Parameters
    ----------
    points : DataFrame, shape (n, items)
        Points of the questions, in the order of the tree.
    hierarchy : Hierarchy
        The tree.
    weigh : callable
        Returns the weights of a group's children from the group and its children's scores.
    minimum_answered : float
        Least share of a node's questions that must be answered for a score, 0 to 1; the weights of what is
        answered are then scaled up.
    """
    check_number("minimum_answered", minimum_answered, low=0, high=1)
    position = {name: i for i, name in enumerate(hierarchy.names)}
    ends = [position[item] for item in hierarchy.items]
    given = points.notna().to_numpy()
    scores = np.full((len(points), len(position)), np.nan, order="F")
    scores[:, ends] = points.to_numpy()
    filled, present = np.zeros_like(scores), np.zeros_like(scores)  # column by column, as the groups read them
    filled[:, ends], present[:, ends] = np.where(given, scores[:, ends], 0.0), given
    weights: dict[str, Floats] = {}
    totals: dict[str, Floats] = {}
    for group in reversed(hierarchy.groups):
        columns = [position[child] for child in group.children]
        below = pd.DataFrame(scores[:, columns], index=points.index, columns=list(group.children))
        weights[group.name] = weigh(group, below)
        totals[group.name] = present[:, columns] @ weights[group.name]
        own = filled[:, columns] @ weights[group.name]
        answered = present[:, [position[item] for item in group.items]].mean(axis=1)
        counts = (answered >= minimum_answered - 1e-12) & (totals[group.name] > 0)
        mean = np.divide(own, totals[group.name], out=np.full(len(own), np.nan), where=counts)
        column = position[group.name]
        scores[:, column], filled[:, column], present[:, column] = mean, np.where(counts, mean, 0.0), counts
    frame = pd.DataFrame(scores, index=points.index, columns=list(hierarchy.names))
    return NodeScores(hierarchy, frame, weights, filled, totals)
