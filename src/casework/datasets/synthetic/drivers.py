"""An invented survey of hotel guests whose drivers, and the chain from staff to profit behind it, are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number
from casework.core.messages import mark

Floats = NDArray[np.float64]

LEVELS: Mapping[str, tuple[str, ...]] = {
    mark("accuracy"): ("booking_correct", "room_clean", "room_works", "bill_correct"),
    mark("availability"): ("check_in_fast", "staff_reachable", "wifi", "breakfast_hours"),
    mark("partnership"): ("staff_friendly", "staff_listens", "problem_solved"),
    mark("advice"): ("local_tips", "ideas_for_stay", "small_extras"),
}
DRIVERS: tuple[str, ...] = tuple(name for names in LEVELS.values() for name in names)
BASIC = ("room_clean", "room_works", "bill_correct")  # harm when low, win nobody when high
DELIGHT = ("local_tips", "ideas_for_stay", "small_extras")  # win when high, and only where the basics are right
EFFECTS: Mapping[str, float] = {  # points of overall satisfaction per point of the rating
    "booking_correct": 0.06,
    "room_clean": 0.05,
    "room_works": 0.04,
    "bill_correct": 0.03,
    "check_in_fast": 0.09,
    "staff_reachable": 0.05,
    "wifi": 0.12,
    "breakfast_hours": 0.0,
    "staff_friendly": 0.14,
    "staff_listens": 0.10,
    "problem_solved": 0.16,
    "local_tips": 0.0,
    "ideas_for_stay": 0.0,
    "small_extras": 0.0,
}
PENALTY, REWARD = -0.7, 0.5  # points: a basic rated at most 6; a delight rated at least 9 where the basics are right
MEANS: tuple[float, ...] = (8.4, 7.9, 7.6, 8.3, 6.9, 7.3, 6.2, 7.5, 8.0, 7.2, 6.4, 6.3, 5.8, 6.6)
HALO, LEVEL_TASTE, NOISE = 0.9, 0.7, 1.2  # standard deviations: guest, guest and level, single rating
SEGMENTS: Mapping[str, tuple[float, float]] = {  # share of guests, shift of recommending
    mark("business trip"): (0.45, -0.5),
    mark("family"): (0.30, 0.3),
    mark("weekend"): (0.25, 0.6),
}
CHAIN: Mapping[str, Mapping[str, float]] = {  # standardised effects between branches
    "staff_satisfaction": {"work_quality": 0.65},
    "staff_retention": {"staff_satisfaction": 0.55},
    "productivity": {"staff_satisfaction": 0.30, "staff_retention": 0.40},
    "service": {"staff_retention": 0.45, "productivity": 0.35},
    "revenue_growth": {"service": 0.60},
    "profit_margin": {"revenue_growth": 0.50, "productivity": 0.30},
}
BRANCH_SCALES: Mapping[str, tuple[float, float, int]] = {  # mean, standard deviation, decimals
    "work_quality": (6.8, 0.9, 1),
    "staff_satisfaction": (7.0, 0.8, 1),
    "staff_retention": (74.0, 8.0, 0),
    "productivity": (11.5, 1.6, 1),
    "revenue_growth": (3.2, 2.4, 1),
    "profit_margin": (8.5, 2.8, 1),
}
SERVICE_SPREAD = 0.85  # points of every rating per standard deviation of a branch's service


@dataclass(frozen=True, kw_only=True)
class HotelTruth:
    """What a method should find.

    `effects` [points of overall satisfaction per point of a rating]; `penalty` of each of `basic` rated at most 6;
    `reward` of each of `delight` rated at least 9 where no basic is low; `chain`, standardised effects between
    branches, where `service` is what guests of a branch experience on average.
    """

    effects: Mapping[str, float]
    basic: tuple[str, ...]
    penalty: float
    delight: tuple[str, ...]
    reward: float
    chain: Mapping[str, Mapping[str, float]]


def hotel_survey(
    *, branches: int = 60, guests: int = 20, seed: int = 23, missing: float = 0.004
) -> tuple[pd.DataFrame, HotelTruth]:
    """Draw a survey of hotel guests, with facts of the branch in every row.

    Parameters
    ----------
    branches : int
        At least 8.
    guests : int
        Of each branch, at least 2.
    seed : int
        The same seed gives the same survey.
    missing : float
        Share of ratings left open, 0 to below 1.

    Returns
    -------
    survey : DataFrame, branches * guests rows
        `guest`, `hotel`, `segment`, 14 ratings and `overall` (1 to 10), `value` for money (1 to 10), `recommend` (0 to
        10), and facts of the hotel: `work_quality`, `staff_satisfaction` (1 to 10), `staff_retention` [%],
        `productivity` [rooms per shift], `revenue_growth` [%], `profit_margin` [%].
    truth : HotelTruth

    Raises
    ------
    ParameterError
        An argument is out of range.

    Examples
    --------
    >>> survey, truth = hotel_survey(branches=8, guests=2, seed=1)
    >>> survey.shape, truth.effects["problem_solved"]
    ((16, 26), 0.16)
    """
    check_number("branches", branches, low=8)
    check_number("guests", guests, low=2)
    check_number("missing", missing, low=0, high=1, high_open=True)
    rng = np.random.default_rng(seed)
    scores = _branches(branches, rng)
    hotel = np.repeat(np.arange(branches), guests)
    ratings = _ratings(scores["service"][hotel], rng)
    overall = _overall(ratings, rng)
    segment = rng.choice(len(SEGMENTS), size=len(hotel), p=[share for share, _ in SEGMENTS.values()])
    shift = np.array([shift for _, shift in SEGMENTS.values()])[segment]
    recommend = _steps(1.25 * overall - 1.6 + shift + rng.normal(0, 1.1, len(hotel)), 0)
    value = _steps(2.0 + 0.65 * overall + 0.3 * scores["productivity"][hotel] + rng.normal(0, 0.9, len(hotel)), 1)
    open_cells = rng.random(ratings.shape) < missing
    cells = pd.DataFrame(ratings, columns=list(DRIVERS)).mask(open_cells).astype("Int64")
    facts = {name: np.round(mean + sd * scores[name], digits)[hotel]
             for name, (mean, sd, digits) in BRANCH_SCALES.items()}  # fmt: skip
    asked = rng.random(len(hotel)) >= 2 * missing
    who = pd.DataFrame(
        {
            "guest": np.arange(1, len(hotel) + 1),
            "hotel": [f"H{number + 1:02d}" for number in hotel],
            "segment": np.array(list(SEGMENTS))[segment],
        }
    )
    judged = pd.DataFrame(
        {
            "overall": overall.astype(int),
            "value": value.astype(int),
            "recommend": pd.Series(recommend).where(asked).astype("Int64"),
        }
    )
    return pd.concat([who, cells, judged, pd.DataFrame(facts)], axis=1), _truth()


def _truth() -> HotelTruth:
    return HotelTruth(effects=EFFECTS, basic=BASIC, penalty=PENALTY, delight=DELIGHT, reward=REWARD, chain=CHAIN)


def _branches(n: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Draw standard scores of the branches (n,) along the chain."""
    scores = {"work_quality": rng.normal(size=n)}
    correlation = {("work_quality", "work_quality"): 1.0}
    for name, causes in CHAIN.items():
        explained = sum(
            a * b * correlation[left, right] for left, a in causes.items() for right, b in causes.items()
        )  # fmt: skip
        signal = sum((weight * scores[cause] for cause, weight in causes.items()), np.zeros(n))
        for other in list(scores):
            both = sum(weight * correlation[cause, other] for cause, weight in causes.items())
            correlation[name, other] = correlation[other, name] = both
        correlation[name, name] = 1.0
        scores[name] = signal + np.sqrt(1 - explained) * rng.normal(size=n)
    return scores


def _ratings(service: Floats, rng: np.random.Generator) -> Floats:
    n, k = len(service), len(DRIVERS)
    of_level = np.repeat(np.arange(len(LEVELS)), [len(names) for names in LEVELS.values()])
    halo = rng.normal(0, HALO, (n, 1)) + SERVICE_SPREAD * service[:, None]
    taste = rng.normal(0, LEVEL_TASTE, (n, len(LEVELS)))[:, of_level]
    return _steps(np.array(MEANS) + halo + taste + rng.normal(0, NOISE, (n, k)), 1)


def _steps(values: Floats, low: int) -> Floats:
    return np.clip(np.floor(values + 0.5), low, 10)


def _overall(ratings: Floats, rng: np.random.Generator) -> Floats:
    """Overall satisfaction from the ratings: even effects, penalties of the basics, rewards where these are right."""
    columns = {name: ratings[:, j] for j, name in enumerate(DRIVERS)}
    slopes = np.array([EFFECTS[name] for name in DRIVERS])
    low = sum(columns[name] <= 6 for name in BASIC)
    bonus = sum(columns[name] >= 9 for name in DELIGHT) * (low == 0)
    return _steps(1.5 + ratings @ slopes + PENALTY * low + REWARD * bonus + rng.normal(0, 0.7, len(ratings)), 1)


@dataclass(frozen=True, kw_only=True)
class PracticeTruth:
    """Exact shares of a practice sample: `beta` and `correlation` of the population, and the variance explained."""

    correlation: pd.DataFrame
    beta: Mapping[str, float]
    r_squared: float


def practice_sample(
    *, respondents: int = 400, seed: int = 23, overlap: float = 0.5
) -> tuple[pd.DataFrame, PracticeTruth]:
    """Draw ratings with a known correlation, some of which hang together, and an outcome with known effects.

    Parameters
    ----------
    respondents : int
        At least 20.
    seed : int
        Of the random generator.
    overlap : float
        Correlation of the first three drivers, between 0 and 1; the other two stand alone.

    Returns
    -------
    sample : DataFrame
        `staff_kind`, `staff_quick`, `staff_skilled`, `room`, `price` and `overall`, standard normal.
    truth : PracticeTruth

    Raises
    ------
    ParameterError
        An argument is out of range.

    Examples
    --------
    >>> sample, truth = practice_sample(respondents=50, seed=1)
    >>> round(truth.r_squared, 4), sample.shape
    (0.455, (50, 6))
    """
    check_number("respondents", respondents, low=20)
    check_fraction("overlap", overlap)
    names = ["staff_kind", "staff_quick", "staff_skilled", "room", "price"]
    beta = np.array([0.35, 0.25, 0.0, 0.40, 0.15])
    inner = np.eye(5)
    inner[:3, :3] = overlap + (1 - overlap) * np.eye(3)
    explained = float(beta @ inner @ beta)
    beta, explained = (beta, explained) if explained < 0.9 else (beta * (0.9 / explained) ** 0.5, 0.9)
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(respondents, 5)) @ np.linalg.cholesky(inner).T
    outcome = drawn @ beta + np.sqrt(1 - explained) * rng.normal(size=respondents)
    joint = np.block([[inner, (inner @ beta)[:, None]], [(inner @ beta)[None], np.ones((1, 1))]])
    labels = [*names, "overall"]
    sample = pd.DataFrame(np.column_stack([drawn, outcome]), columns=labels)
    return sample, PracticeTruth(
        correlation=pd.DataFrame(joint, index=labels, columns=labels),
        beta=dict(zip(names, beta.tolist(), strict=True)),
        r_squared=explained,
    )
