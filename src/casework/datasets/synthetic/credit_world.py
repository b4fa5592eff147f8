"""An invented supplier's business customers over three years, driven by a hidden credit quality.

The three data sets of the credit module are drawn from one such world (`credit_statements`, `credit_documents`), so
that the score, the rating, the warnings and the provisions tell one story whose truth is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_number

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

YEARS = (2022, 2023, 2024, 2025)  # year-ends of the statements
# industry: share of the customers, shift of their quality, margin, weight of trade credit in their balance
INDUSTRIES: Mapping[str, tuple[float, float, float]] = {
    "food": (0.22, 0.20, 0.05),
    "furniture": (0.14, -0.15, 0.04),
    "machinery": (0.18, 0.15, 0.07),
    "online retail": (0.16, -0.30, 0.03),
    "cosmetics": (0.12, 0.25, 0.08),
    "building": (0.18, -0.20, 0.04),
}
REGIONS: Mapping[str, float] = {"coast": 0.3, "plain": 0.4, "hills": 0.2, "abroad": 0.1}
PERSISTENCE, SHOCK = 0.85, 0.45  # of the quality from one year-end to the next
CLIMATE = (0.0, 0.05, -0.30, -0.05)  # common shift of the quality in the year that ends
INTERCEPT, SLOPE = -3.35, -1.15  # log odds of default in the next year = INTERCEPT + SLOPE * quality
GRADES = ("A", "B", "C", "D", "E")
GRADE_CUTS = (1.0, 0.2, -0.6, -1.4)  # quality at least this: A, B, C, D


@dataclass(frozen=True, kw_only=True)
class CreditWorld:
    """The customers, their hidden quality at each year-end, and when they default.

    Attributes
    ----------
    customers : DataFrame
        `customer`, `industry`, `region`, `size` (of the company, relative), `purchases` (a year, EUR), `terms` (days),
        `slow` (pays late by habit, without being weaker).
    quality : ndarray, shape (customers, 4)
        Hidden credit quality at the year-ends 2022 to 2025.
    first : ndarray
        Place of the first year-end at which the company is a customer.
    default : ndarray of datetime64[D]
        Day of the default, NaT for none.
    recovery : ndarray
        Share of what is open at a default that the law brings back.
    """

    customers: pd.DataFrame = field(repr=False)
    quality: FloatArray = field(repr=False)
    first: IntArray = field(repr=False)
    default: NDArray[np.datetime64] = field(repr=False)
    recovery: FloatArray = field(repr=False)

    @property
    def default_year(self) -> IntArray:
        """Calendar year of the default, 9999 for none."""
        year = self.default.astype("datetime64[Y]").astype(np.int64) + 1970
        return np.where(np.isnat(self.default), 9999, year)

    def grade(self, place: IntArray | int, noise: FloatArray | float = 0.0) -> NDArray[np.str_]:
        """Return the grade of each customer at its year-end `place`, seen with some noise."""
        quality = self.quality[np.arange(len(self.customers)), place] + noise
        letters: NDArray[np.str_] = np.array(GRADES)[np.searchsorted(-np.array(GRADE_CUTS), -quality, side="left")]
        return letters


def credit_world(*, customers: int = 1000, seed: int = 61) -> CreditWorld:
    """Draw the customers of an invented supplier of packaging.

    Parameters
    ----------
    customers : int
        How many, at least 50.
    seed : int
        The same seed gives the same world.

    Raises
    ------
    ParameterError
        Fewer than 50 customers.

    Examples
    --------
    >>> world = credit_world(customers=50, seed=1)
    >>> world.quality.shape
    (50, 4)
    """
    check_number("customers", customers, low=50)
    rng = np.random.default_rng([seed, 1])
    industry = rng.choice(list(INDUSTRIES), customers, p=[values[0] for values in INDUSTRIES.values()])
    quality = _quality(np.array([INDUSTRIES[name][1] for name in industry]), rng)
    first = rng.choice(3, customers, p=[0.8, 0.1, 0.1])
    size = rng.lognormal(0.0, 1.0, customers)
    frame = pd.DataFrame(
        {
            "customer": [f"K{number:04d}" for number in range(1, customers + 1)],
            "industry": industry,
            "region": rng.choice(list(REGIONS), customers, p=list(REGIONS.values())),
            "size": size,
            "purchases": 40_000 * size**0.7 * rng.lognormal(0.0, 0.6, customers),
            "terms": rng.choice([14, 30, 45, 60], customers, p=[0.2, 0.5, 0.15, 0.15]),
            "slow": rng.random(customers) < 0.08,
        }
    )
    return CreditWorld(
        customers=frame,
        quality=quality,
        first=first,
        default=_defaults(quality, first, rng),
        recovery=rng.beta(2.0, 3.0, customers),
    )


def _quality(mean: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw the quality at each year-end: it persists, is shocked, and shares the climate of the year."""
    quality = np.empty((mean.size, len(YEARS)))
    quality[:, 0] = mean + rng.normal(0, 1, mean.size)
    for place in range(1, len(YEARS)):
        drift = PERSISTENCE * quality[:, place - 1] + (1 - PERSISTENCE) * mean
        quality[:, place] = drift + CLIMATE[place] + SHOCK * rng.normal(0, 1, mean.size)
    return quality


def default_probability(quality: FloatArray) -> FloatArray:
    """Return the true probability of default within the year after, from the hidden quality."""
    return np.asarray(1 / (1 + np.exp(-(INTERCEPT + SLOPE * quality))))


def _defaults(quality: FloatArray, first: IntArray, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Draw the day of the first default of each customer, on the year-ends from its first on."""
    falls = rng.random(quality[:, :-1].shape) < default_probability(quality[:, :-1])
    falls &= np.arange(len(YEARS) - 1) >= first[:, None]
    year = np.array(YEARS[:-1])[np.argmax(falls, axis=1)] + 1
    day = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 365, len(year))
    return np.where(falls.any(axis=1), day, np.datetime64("NaT", "D"))
