"""A made-up Kano survey of a mobile phone plan whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LETTERS = "MOAIRQ"
SEGMENTS: dict[str, float] = {mark("private"): 0.55, mark("business"): 0.25, mark("youth"): 0.20}

# How respondents of a category answer: (functional, dysfunctional, weight). Each pair means that category in the
# evaluation table of Berger et al. (1993); 1 like, 2 must-be, 3 neutral, 4 live with, 5 dislike.
PAIRS: dict[str, tuple[tuple[int, int, float], ...]] = {
    "M": ((2, 5, 0.65), (3, 5, 0.25), (4, 5, 0.10)),
    "O": ((1, 5, 1.0),),
    "A": ((1, 2, 0.10), (1, 3, 0.50), (1, 4, 0.40)),
    "I": ((3, 3, 0.50), (2, 3, 0.15), (3, 4, 0.20), (4, 4, 0.05), (2, 4, 0.10)),
    "R": ((5, 1, 0.35), (5, 2, 0.25), (4, 1, 0.15), (5, 3, 0.25)),
    "Q": ((1, 1, 0.70), (5, 5, 0.30)),
}

# Points of overall satisfaction that low (at most 6) and high (at least 9) performance add.
EFFECTS: dict[str, tuple[float, float]] = {
    "basic": (-0.9, 0.1),
    "performance": (-0.5, 0.5),
    "excitement": (-0.1, 0.7),
    "none": (0.0, 0.0),
}
FACTOR_OF: dict[str, str] = {
    "M": "basic",
    "O": "performance",
    "A": "excitement",
    "I": "none",
    "R": "none",
    "Q": "none",
}
LOW, HIGH = 6, 9
MEAN_IMPORTANCE = {"M": 7.5, "O": 8.0, "A": 6.0, "I": 3.2, "R": 2.0, "Q": 5.0}
MIDDLING = 7.0  # overall satisfaction where every performance is middling


@dataclass(frozen=True)
class PhoneAttribute:
    """One attribute of the plan: its name, and the shares of M, O, A, I, R, Q in each segment [per cent]."""

    label: str
    private: tuple[int, int, int, int, int, int]
    business: tuple[int, int, int, int, int, int]
    youth: tuple[int, int, int, int, int, int]
    performance: float  # mean rating, 1 to 10


PHONE_PLAN: tuple[PhoneAttribute, ...] = (
    PhoneAttribute(mark("network coverage"), (62, 24, 3, 9, 0, 2), (74, 18, 1, 6, 0, 1), (55, 30, 4, 9, 0, 2), 7.6),
    PhoneAttribute(mark("price per month"), (20, 56, 9, 13, 0, 2), (14, 34, 8, 42, 0, 2), (18, 66, 8, 6, 0, 2), 7.0),
    PhoneAttribute(mark("data volume"), (22, 48, 16, 12, 0, 2), (34, 42, 8, 15, 0, 1), (58, 32, 4, 5, 0, 1), 7.2),
    PhoneAttribute(
        mark("waiting time of the hotline"), (26, 46, 8, 18, 0, 2), (52, 34, 4, 9, 0, 1), (12, 24, 14, 47, 1, 2), 6.6
    ),
    PhoneAttribute(
        mark("bill that is easy to read"), (58, 18, 7, 15, 0, 2), (64, 20, 4, 11, 0, 1), (34, 12, 10, 41, 1, 2), 7.8
    ),
    PhoneAttribute(
        mark("change of plan at any time"), (8, 18, 52, 19, 1, 2), (10, 18, 42, 28, 1, 1), (10, 34, 46, 8, 0, 2), 6.9
    ),
    PhoneAttribute(
        mark("video and music without using data"),
        (3, 8, 44, 40, 3, 2),
        (2, 3, 16, 72, 6, 1),
        (6, 24, 62, 6, 0, 2),
        7.1,
    ),
    PhoneAttribute(
        mark("use abroad at no extra cost"), (12, 22, 46, 17, 1, 2), (58, 28, 7, 6, 0, 1), (14, 26, 42, 15, 1, 2), 7.0
    ),
    PhoneAttribute(
        mark("gifts for loyal customers"), (2, 6, 50, 36, 4, 2), (1, 2, 18, 68, 10, 1), (3, 8, 56, 28, 3, 2), 6.4
    ),
    PhoneAttribute(
        mark("offers by text message"), (1, 1, 6, 32, 57, 3), (1, 1, 3, 24, 69, 2), (1, 2, 10, 40, 44, 3), 6.8
    ),
)


def kano_survey(
    *,
    respondents: int = 600,
    seed: int = 7,
    truth: Mapping[str, Mapping[str, float]] | None = None,
    segments: Mapping[str, float] | None = None,
    missing: float = 0.02,
    careless: float = 0.03,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a Kano survey with ratings, and the truth behind it.

    Parameters
    ----------
    respondents : int
        1 to 10,000,000.
    seed : int
        Seed of the random generator.
    truth : mapping of attribute to mapping of category to probability, optional
        Shares of M, O, A, I, R, Q of your own attributes, alike in all segments; by default the ten attributes of a
        mobile phone plan, which differ between segments. Shares are divided by their sum.
    segments : mapping of name to share, optional
        By default private 0.55, business 0.25, youth 0.20; for the phone plan the names are these three.
    missing : float
        Share of cells of the questionnaire left empty, 0 to 1.
    careless : float
        Share of respondents who tick one answer all the way down, 0 to 1.

    Returns
    -------
    survey : DataFrame, one row per respondent
        `respondent`, `segment`, answers `f1..fk` and `d1..dk` (1 like to 5 dislike), importance `i1..ik` (1 to 9),
        performance `p1..pk` (1 to 10), `overall` satisfaction (1 to 10).
    truth : DataFrame, one row per attribute and segment, and per attribute for `all`
        `attribute`, `segment`, shares `M` to `Q`, most frequent `category`, `better`, `worse`; for `all` also `penalty`
        and `reward` [points of overall satisfaction] and `factor`. Careless and empty answers are no part of it.

    Raises
    ------
    ParameterError
        An argument is out of range, a category or segment is not known, or shares add up to 0.

    Examples
    --------
    >>> survey, truth = kano_survey(respondents=100, seed=1)
    >>> survey.shape, truth.loc[truth["segment"] == "all", "category"].str.cat()
    ((100, 43), 'MOOOMAIAAR')
    """
    check_number("respondents", respondents, low=1, high=10_000_000)
    check_number("missing", missing, low=0, high=1)
    check_number("careless", careless, low=0, high=1)
    names, weights = _segments(segments, own=truth is not None)
    labels, shares, performance = _shares(truth, names)
    rng = np.random.default_rng(seed)
    group = rng.choice(len(names), size=respondents, p=weights)
    category = _draw_categories(shares[group], rng)
    answers = _draw_answers(category, rng)
    _be_careless(answers, careless, rng)
    ratings = _draw_ratings(respondents, performance, rng)
    known = _truth(labels, names, weights, shares)
    overall = _draw_overall(ratings, known[known["segment"] == "all"], rng)
    importance = _draw_importance(category, rng)
    blocks = {"f": answers[0], "d": answers[1], "i": importance, "p": ratings}
    survey = _survey(np.array(names)[group], blocks, overall, missing, rng)
    return survey, known


def _segments(segments: Mapping[str, float] | None, *, own: bool) -> tuple[list[str], Floats]:
    given = dict(SEGMENTS if segments is None else segments)
    unknown = [name for name in given if not own and name not in SEGMENTS]
    if unknown or not given:
        expected = t("one of {values}", values=", ".join(SEGMENTS))
        raise ParameterError(Problem("segments", repr(unknown), expected))
    return list(given), _normalised(np.array(list(given.values()), dtype=np.float64), "segments")


def _shares(truth: Mapping[str, Mapping[str, float]] | None, names: list[str]) -> tuple[list[str], Floats, Floats]:
    """Labels, shares of shape (segments, attributes, 6), and mean performance."""
    if truth is None:
        table = [[getattr(attribute, name) for attribute in PHONE_PLAN] for name in names]
        performance = np.array([attribute.performance for attribute in PHONE_PLAN])
        return [attribute.label for attribute in PHONE_PLAN], np.array(table) / 100, performance
    problems = [
        Problem(
            t("truth of {attribute}", attribute=label), repr(letter), t("one of {values}", values=", ".join(LETTERS))
        )
        for label, row in truth.items()
        for letter in row
        if letter not in LETTERS
    ]
    if problems or not truth:
        raise ParameterError(problems or Problem("truth", t("no attribute")))
    rows = [_normalised(np.array([row.get(c, 0.0) for c in LETTERS]), label) for label, row in truth.items()]
    return list(truth), np.repeat(np.array(rows)[None], len(names), axis=0), np.full(len(rows), MIDDLING)


def _normalised(values: Floats, where: str) -> Floats:
    if not (np.isfinite(values).all() and (values >= 0).all() and values.sum() > 0):
        found = ", ".join(f"{value:g}" for value in values)
        raise ParameterError(Problem(where, found, t("shares of at least 0 that do not add up to 0")))
    shares: Floats = values / values.sum()
    return shares


def _draw_categories(shares: Floats, rng: np.random.Generator) -> Ints:
    """One category per respondent and attribute; `shares` has shape (n, k, 6)."""
    limits = np.cumsum(shares, axis=2)[..., :-1]
    chance = rng.random(shares.shape[:2])
    category: Ints = (chance[..., None] >= limits).sum(axis=2)
    return category


def _draw_answers(category: Ints, rng: np.random.Generator) -> Ints:
    """Functional and dysfunctional answers that mean the categories, shape (2, n, k)."""
    chance = rng.random(category.shape)
    answers = np.zeros((2, *category.shape), dtype=np.int64)
    for position, letter in enumerate(LETTERS):
        pairs = np.array([pair[:2] for pair in PAIRS[letter]])
        limits = np.cumsum([pair[2] for pair in PAIRS[letter]])[:-1]
        hit = category == position
        answers[:, hit] = pairs[np.searchsorted(limits, chance[hit], side="right")].T
    return answers


def _be_careless(answers: Ints, careless: float, rng: np.random.Generator) -> None:
    """Overwrite the answers of some respondents with one and the same answer."""
    n = answers.shape[1]
    lazy = rng.random(n) < careless
    ticked = np.asarray(rng.integers(1, 6, size=n), dtype=np.int64)
    answers[:, lazy] = ticked[lazy, None]


def _draw_ratings(n: int, means: Floats, rng: np.random.Generator) -> Ints:
    mood = rng.normal(0, 0.7, size=(n, 1))
    ratings = means + mood + rng.normal(0, 1.8, size=(n, len(means)))
    rounded: Ints = np.clip(np.rint(ratings), 1, 10).astype(np.int64)
    return rounded


def _draw_overall(ratings: Ints, truth: pd.DataFrame, rng: np.random.Generator) -> Ints:
    penalty = (ratings <= LOW) @ truth["penalty"].to_numpy()
    reward = (ratings >= HIGH) @ truth["reward"].to_numpy()
    overall = MIDDLING + penalty + reward + rng.normal(0, 0.8, size=len(ratings))
    rounded: Ints = np.clip(np.rint(overall), 1, 10).astype(np.int64)
    return rounded


def _draw_importance(category: Ints, rng: np.random.Generator) -> Ints:
    means = np.array([MEAN_IMPORTANCE[letter] for letter in LETTERS])
    stated = means[category] + rng.normal(0, 1.2, size=category.shape)
    return np.clip(np.rint(stated), 1, 9).astype(np.int64)


def _truth(labels: list[str], names: list[str], weights: Floats, shares: Floats) -> pd.DataFrame:
    whole = np.tensordot(weights, shares, axes=1)
    tables = [("all", whole), *zip(names, shares, strict=True)]
    parts = [_truth_part(labels, name, table) for name, table in tables]
    factor = [FACTOR_OF[letter] for letter in parts[0]["category"]]
    parts[0]["penalty"] = [EFFECTS[name][0] for name in factor]
    parts[0]["reward"] = [EFFECTS[name][1] for name in factor]
    parts[0]["factor"] = factor
    return pd.concat(parts, ignore_index=True)


def _truth_part(labels: list[str], segment: str, shares: Floats) -> pd.DataFrame:
    must, one, attractive, indifferent = shares[:, 0], shares[:, 1], shares[:, 2], shares[:, 3]
    decided = must + one + attractive + indifferent
    known = np.where(decided > 0, decided, np.nan)
    return pd.DataFrame(
        {
            "attribute": labels,
            "segment": segment,
            **{letter: shares[:, i] for i, letter in enumerate(LETTERS)},
            "category": [LETTERS[i] for i in shares.argmax(axis=1)],
            "better": (attractive + one) / known,
            "worse": 0.0 - (must + one) / known,
        }
    )


def _survey(
    segment: npt.NDArray[np.str_],
    blocks: Mapping[str, Ints],
    overall: Ints,
    missing: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    columns: dict[str, object] = {"respondent": np.arange(1, len(segment) + 1), "segment": segment}
    for prefix, values in blocks.items():
        empty = rng.random(values.shape) < missing
        for j in range(values.shape[1]):
            columns[f"{prefix}{j + 1}"] = pd.arrays.IntegerArray(values[:, j].copy(), empty[:, j].copy())
    columns["overall"] = overall
    return pd.DataFrame(columns)
