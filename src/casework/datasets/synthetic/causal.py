"""An invented survey of telecom customers in which causes and effects, and the error of every question, are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_names, check_number
from casework.core.messages import mark

Floats = NDArray[np.float64]

PRIVATE, BUSINESS = mark("private"), mark("business")
SHARES: Mapping[str, float] = {PRIVATE: 0.6, BUSINESS: 0.4}
LOADINGS: Mapping[str, Mapping[str, float]] = {  # correlation of each question with what it measures
    "Image": {"IMAG1": 0.86, "IMAG2": 0.80, "IMAG3": 0.70, "IMAG4": 0.82, "IMAG5": 0.78},
    "Expectation": {"CUEX1": 0.84, "CUEX2": 0.80, "CUEX3": 0.72},
    "Quality": {
        "PERQ1": 0.88, "PERQ2": 0.74, "PERQ3": 0.80, "PERQ4": 0.84,
        "PERQ5": 0.76, "PERQ6": 0.80, "PERQ7": 0.82,
    },
    "Value": {"PERV1": 0.84, "PERV2": 0.90},
    "Satisfaction": {"CUSA1": 0.90, "CUSA2": 0.84, "CUSA3": 0.82},
    "Complaints": {"CUSCO": 1.0},
    "Loyalty": {"CUSL1": 0.88, "CUSL2": 0.68, "CUSL3": 0.90},
}  # fmt: skip
PATHS: Mapping[str, Mapping[tuple[str, str], float]] = {  # standardised effects
    PRIVATE: {
        ("Image", "Expectation"): 0.55,
        ("Expectation", "Quality"): 0.50,
        ("Expectation", "Value"): 0.10,
        ("Quality", "Value"): 0.50,
        ("Image", "Satisfaction"): 0.15,
        ("Expectation", "Satisfaction"): 0.05,
        ("Quality", "Satisfaction"): 0.35,
        ("Value", "Satisfaction"): 0.40,
        ("Satisfaction", "Complaints"): 0.50,
        ("Image", "Loyalty"): 0.20,
        ("Satisfaction", "Loyalty"): 0.50,
        ("Complaints", "Loyalty"): 0.10,
    },
    BUSINESS: {
        ("Image", "Expectation"): 0.55,
        ("Expectation", "Quality"): 0.50,
        ("Expectation", "Value"): 0.10,
        ("Quality", "Value"): 0.50,
        ("Image", "Satisfaction"): 0.15,
        ("Expectation", "Satisfaction"): 0.05,
        ("Quality", "Satisfaction"): 0.65,
        ("Value", "Satisfaction"): 0.05,
        ("Satisfaction", "Complaints"): 0.50,
        ("Image", "Loyalty"): 0.20,
        ("Satisfaction", "Loyalty"): 0.50,
        ("Complaints", "Loyalty"): 0.10,
    },
}
MEANS: Mapping[str, float] = {
    "Image": 6.8,
    "Expectation": 6.6,
    "Quality": 6.7,
    "Value": 5.8,
    "Satisfaction": 6.6,
    "Complaints": 5.6,
    "Loyalty": 6.4,
}
SHIFTS: Mapping[str, float] = {"Quality": -0.3, "Value": -0.5, "Satisfaction": -0.5}  # of business customers [points]
ITEM_SHIFTS = (0.15, -0.15, 0.0)  # of the first, second, third question of a construct, and so on again [points]
SPREAD = 1.6  # standard deviation of every answer before it is rounded [points]
SCALE = (1, 10)
ITEMS: tuple[str, ...] = tuple(item for items in LOADINGS.values() for item in items)
OWNERS: tuple[str, ...] = tuple(name for name, items in LOADINGS.items() for _ in items)


@dataclass(frozen=True, kw_only=True)
class CausalTruth:
    """What a method should find in one segment.

    Parameters
    ----------
    paths : mapping of (from, to) to float
        Standardised effects between what is measured.
    constructs : DataFrame
        Correlations of what is measured.
    correlations : DataFrame
        Correlations of the questions.
    means, deviations : Series
        Of the questions [points].
    """

    paths: Mapping[tuple[str, str], float]
    constructs: pd.DataFrame
    correlations: pd.DataFrame
    means: pd.Series
    deviations: pd.Series


def telecom_survey(
    *, respondents: int = 600, seed: int = 31, missing: float = 0.002
) -> tuple[pd.DataFrame, dict[str, CausalTruth]]:
    """Draw a survey with the 24 questions of the European index, answered by private and business customers.

    Parameters
    ----------
    respondents : int
        At least 20; 6 of 10 are private customers.
    seed : int
        The same seed gives the same survey.
    missing : float
        Share of answers left open, 0 to below 1.

    Returns
    -------
    survey : DataFrame, shape (respondents, 26)
        `respondent`, `segment` and the questions, whole numbers from 1 to 10.
    truth : dict of str to CausalTruth
        By segment.

    Raises
    ------
    ParameterError
        An argument is out of range.

    Examples
    --------
    >>> survey, truth = telecom_survey(respondents=50, seed=1)
    >>> survey.shape, truth["business"].paths["Value", "Satisfaction"]
    ((50, 26), 0.05)
    """
    check_number("respondents", respondents, low=20)
    check_number("missing", missing, low=0, high=1, high_open=True)
    rng = np.random.default_rng(seed)
    business = np.arange(respondents) >= round(SHARES[PRIVATE] * respondents)
    business = rng.permutation(business)
    answers = np.empty((respondents, len(ITEMS)))
    for segment, members in ((PRIVATE, ~business), (BUSINESS, business)):
        answers[members] = _answers(segment, int(members.sum()), rng)
    cells = pd.DataFrame(answers, columns=list(ITEMS)).mask(rng.random(answers.shape) < missing).astype("Int64")
    who = pd.DataFrame({"respondent": np.arange(1, respondents + 1), "segment": np.where(business, BUSINESS, PRIVATE)})
    return pd.concat([who, cells], axis=1), {segment: causal_truth(segment) for segment in SHARES}


def practice_survey(
    *, respondents: int = 400, seed: int = 31, segment: str = PRIVATE
) -> tuple[pd.DataFrame, CausalTruth]:
    """Draw complete answers of one segment, to try a method on a known truth.

    Parameters
    ----------
    respondents : int
        At least 20.
    seed : int
        The same seed gives the same answers.
    segment : {'private', 'business'}
        Whose paths hold.

    Returns
    -------
    survey : DataFrame, shape (respondents, 24)
    truth : CausalTruth

    Raises
    ------
    ParameterError
        An argument is out of range or not known.
    """
    check_number("respondents", respondents, low=20)
    check_names("segment", [segment], list(SHARES))
    answers = _answers(segment, respondents, np.random.default_rng(seed))
    return pd.DataFrame(answers, columns=list(ITEMS)), causal_truth(segment)


def causal_truth(segment: str = PRIVATE) -> CausalTruth:
    """Return the true effects and correlations of a segment.

    Notes
    -----
    Rounding to whole steps adds a variance of 1/12 (Sheppard) to every answer, which is held in `deviations` and
    `correlations`; that answers end at 1 and 10 is not.
    """
    inner = _construct_correlations(PATHS[segment])
    loadings = np.array([value for items in LOADINGS.values() for value in items.values()])
    place = np.repeat(np.arange(len(LOADINGS)), [len(items) for items in LOADINGS.values()])
    deviation = np.sqrt(SPREAD**2 + 1 / 12)
    shown = loadings * SPREAD / deviation
    correlations = np.outer(shown, shown) * inner[np.ix_(place, place)]
    np.fill_diagonal(correlations, 1.0)
    names, items = list(LOADINGS), list(ITEMS)
    return CausalTruth(
        paths=PATHS[segment],
        constructs=pd.DataFrame(inner, index=names, columns=names),
        correlations=pd.DataFrame(correlations, index=items, columns=items),
        means=pd.Series(_means(segment), index=items),
        deviations=pd.Series(deviation, index=items),
    )


def _means(segment: str) -> Floats:
    shifts = SHIFTS if segment == BUSINESS else {}
    return np.array(
        [
            MEANS[name] + shifts.get(name, 0.0) + ITEM_SHIFTS[i % len(ITEM_SHIFTS)]
            for name, items in LOADINGS.items()
            for i in range(len(items))
        ]
    )


def _matrix(paths: Mapping[tuple[str, str], float]) -> Floats:
    names = list(LOADINGS)
    matrix = np.zeros((len(names), len(names)))
    for (start, end), value in paths.items():
        matrix[names.index(start), names.index(end)] = value
    return matrix


def _construct_correlations(paths: Mapping[tuple[str, str], float]) -> Floats:
    """Correlations of the constructs, each with variance 1; causes come before effects."""
    matrix = _matrix(paths)
    inner = np.eye(len(matrix))
    for end in range(1, len(matrix)):
        inner[:end, end] = inner[end, :end] = inner[:end, :end] @ matrix[:end, end]
    return inner


def _answers(segment: str, n: int, rng: np.random.Generator) -> Floats:
    matrix, inner = _matrix(PATHS[segment]), _construct_correlations(PATHS[segment])
    scores = np.zeros((n, len(matrix)))
    for end in range(len(matrix)):
        left = 1 - matrix[:end, end] @ inner[:end, :end] @ matrix[:end, end]
        scores[:, end] = scores[:, :end] @ matrix[:end, end] + np.sqrt(left) * rng.normal(size=n)
    loadings = np.array([value for items in LOADINGS.values() for value in items.values()])
    place = np.repeat(np.arange(len(LOADINGS)), [len(items) for items in LOADINGS.values()])
    shown = scores[:, place] * loadings + np.sqrt(1 - loadings**2) * rng.normal(size=(n, len(ITEMS)))
    answers: Floats = np.clip(np.floor(_means(segment) + SPREAD * shown + 0.5), *SCALE)
    return answers
