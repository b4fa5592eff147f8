"""A made-up house of quality of a mobile phone plan whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.datasets.synthetic.house_facts import (
    CUTS,
    EFFECTS,
    MISJUDGED,
    NAMES,
    NEEDS,
    PRODUCTS,
    ROOF,
    TECHNICAL,
    by_product,
)
from casework.datasets.synthetic.kano import kano_survey

Floats = npt.NDArray[np.float64]

SPREAD = 1.1  # standard deviation of one customer's rating
MIDDLING = 3.2  # rating of a product that is middling in everything
GAIN = 0.5  # of a rating, for one point of satisfaction
GOAL_FROM = 0.7  # a gap to the best competitor from here on gets a goal


@dataclass(frozen=True, kw_only=True)
class HouseTruth:
    """What is true behind the house.

    Attributes
    ----------
    importance : Series
        True importance of each need [1-5].
    effects : DataFrame, shape (needs, characteristics)
        Points of satisfaction that a step of a characteristic brings.
    priority : Series
        True share of each characteristic: importance x effects, a harmful one at 0, adding up to 1.
    misjudged : tuple of (need, characteristic)
        Relations that the team holds for strong although they are not.
    """

    importance: pd.Series
    effects: pd.DataFrame
    priority: pd.Series
    misjudged: tuple[tuple[str, str], ...]
    technical: Mapping[str, Mapping[str, Any]]
    roof: Mapping[str, Mapping[str, str]]


def house_plan(*, respondents: int = 150, seed: int = 7) -> tuple[pd.DataFrame, HouseTruth]:
    """Make the table of a house of quality, and the truth behind it.

    Parameters
    ----------
    respondents : int
        Customers who rated importance and products, 1 to 10,000,000: more of them, less chance in the means.
    seed : int
        Seed of the random generator.

    Returns
    -------
    table : DataFrame, one row per need
        `need`, mean `importance` (1-5), Kano `category`, `better`, `worse`, mean rating of each product (1-5), `goal`
        and `sales_point` (empty where nothing is planned), then the characteristics: 9, 3, 1 or empty.
    truth : HouseTruth

    Raises
    ------
    ParameterError
        Fewer than 1 respondent.

    Notes
    -----
    A rating is 3.2 + 0.5 x sum of effect x step of the product + chance, cut to 1-5. Relations are the effects,
    judged as 9, 3 or 1 by their size; one is misjudged on purpose.

    Examples
    --------
    >>> table, truth = house_plan()
    >>> table.shape, truth.priority.idxmax()
    ((9, 22), 'included data')
    """
    check_number("respondents", respondents, low=1, high=10_000_000)
    rng = np.random.default_rng(seed)
    needs = list(NEEDS)
    effects = pd.DataFrame(EFFECTS).T.reindex(index=needs, columns=list(NAMES)).fillna(0.0)
    importance = pd.Series({need: values[0] for need, values in NEEDS.items()})
    error = SPREAD / np.sqrt(respondents)
    stated = np.clip(importance.to_numpy() + rng.normal(0, error, len(needs)), 1, 5).round(1)
    ratings = MIDDLING + GAIN * effects.to_numpy() @ _steps() + rng.normal(0, error, (len(needs), len(PRODUCTS)))
    rated = pd.DataFrame(np.clip(ratings, 1, 5).round(1), index=needs, columns=list(PRODUCTS))
    table = pd.DataFrame({"need": needs, "importance": stated})
    table = pd.concat([table, _kano(needs), rated.reset_index(drop=True), _plan(rated), _judged(effects)], axis=1)
    return table, _truth(importance, effects)


def _steps() -> Floats:
    """Technical values as standard deviations between products, turned so that more is better."""
    values = np.array([TECHNICAL[name]["values"] for name in NAMES], dtype=np.float64)
    way = np.array([-1.0 if TECHNICAL[name]["direction"] == "less" else 1.0 for name in NAMES])
    steps: Floats = way[:, None] * (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    return steps


def _kano(needs: list[str]) -> pd.DataFrame:
    """Category, better and worse of each need, as the Kano survey of the same plan has them in truth."""
    _, truth = kano_survey(respondents=1)
    whole = truth[truth["segment"] == "all"].set_index("attribute").loc[needs]
    return whole[["category", "better", "worse"]].round(2).reset_index(drop=True)


def _plan(rated: pd.DataFrame) -> pd.DataFrame:
    """Goals where the best competitor is clearly ahead, and sales points."""
    own, best = rated.iloc[:, 0], rated.iloc[:, 1:].max(axis=1)
    goal = best.where(best - own >= GOAL_FROM)
    points = pd.Series({need: values[1] for need, values in NEEDS.items()})
    return pd.DataFrame({"goal": goal, "sales_point": points.where(points > 1)}).reset_index(drop=True)


def _judged(effects: pd.DataFrame) -> pd.DataFrame:
    """Relations as the team judges them: 9, 3, 1 or empty."""
    judged = pd.DataFrame(0, index=effects.index, columns=effects.columns)
    for cut, strength in reversed(CUTS):
        judged = judged.mask(effects.abs() >= cut, strength)
    for (need, name), strength in MISJUDGED.items():
        judged.loc[need, name] = strength
    return judged.astype("Int64").where(judged > 0).reset_index(drop=True)


def _truth(importance: pd.Series, effects: pd.DataFrame) -> HouseTruth:
    value = (importance @ effects).clip(lower=0)
    return HouseTruth(
        importance=importance,
        effects=effects,
        priority=value / value.sum(),
        misjudged=tuple(MISJUDGED),
        technical={name: by_product(row, PRODUCTS) for name, row in TECHNICAL.items()},
        roof=ROOF,
    )
