"""An invented survey of mobile phone customers whose true index, gaps and weights are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_number
from casework.core.messages import mark

Floats = NDArray[np.float64]

PRODUCT, SERVICE, PURCHASE, PRICE, SUPPLY = (
    mark("Product"),
    mark("Service"),
    mark("Purchase"),
    mark("Price"),
    mark("Supply"),
)
STAFF, SUPPORT = mark("Staff"), mark("Support")
HIERARCHY: dict[str, Any] = {
    PRODUCT: ["coverage", "call_quality", "data_speed"],
    SERVICE: {STAFF: ["staff_friendly", "staff_competent"], SUPPORT: ["hotline_reachable", "problem_solved"]},
    PURCHASE: ["order_easy", "contract_clear", "activation_fast"],
    PRICE: ["value_for_money", "bill_clear", "tariff_fair"],
    SUPPLY: ["handset_choice", "delivery_on_time"],
}
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "Product": ("coverage", "call_quality", "data_speed"),
    "Service": ("staff_friendly", "staff_competent", "hotline_reachable", "problem_solved"),
    "Purchase": ("order_easy", "contract_clear", "activation_fast"),
    "Price": ("value_for_money", "bill_clear", "tariff_fair"),
    "Supply": ("handset_choice", "delivery_on_time"),
}
ITEMS: tuple[str, ...] = tuple(item for items in DIMENSIONS.values() for item in items)
EFFECTS: Mapping[str, float] = {"Product": 0.30, "Service": 0.25, "Purchase": 0.08, "Price": 0.25, "Supply": 0.12}
OWN = "Lumina"
SUPPLIERS: Mapping[str, Mapping[str, float]] = {  # level of each dimension, on the answer scale 1-10
    "Lumina": {"Product": 7.3, "Service": 6.7, "Purchase": 7.4, "Price": 5.9, "Supply": 7.1},
    "Nordtel": {"Product": 7.7, "Service": 7.2, "Purchase": 7.2, "Price": 5.7, "Supply": 7.3},
    "Quadrix": {"Product": 6.5, "Service": 6.1, "Purchase": 6.9, "Price": 7.3, "Supply": 6.5},
    "Vireo": {"Product": 7.1, "Service": 6.9, "Purchase": 7.3, "Price": 6.2, "Supply": 6.8},
}
MARKET_SHARES: Mapping[str, float] = {"Lumina": 0.32, "Nordtel": 0.27, "Quadrix": 0.23, "Vireo": 0.18}
ITEM_OFFSETS: tuple[float, ...] = (0.2, 0.1, -0.3, 0.4, 0.1, -0.5, 0.0, 0.1, -0.2, 0.1, -0.1, 0.2, -0.1, 0.2, -0.2)
EXPECTED_LEVELS: Mapping[str, float] = {"Product": 8.0, "Service": 7.6, "Purchase": 6.9, "Price": 7.4, "Supply": 6.9}
REGIONS: Mapping[str, tuple[float, float, float]] = {  # people, share of the sample, effect on the level
    "Central": (21000.0, 0.25, 0.15),
    "Coast": (14000.0, 0.25, 0.0),
    "Hills": (4000.0, 0.25, -0.9),
    "Plains": (9000.0, 0.25, -0.1),
}
SCALE = (1, 10)
MOOD, TASTE, NOISE = 0.8, 0.9, 1.2  # standard deviations: respondent, dimension, item (of a 3-item dimension)


@dataclass(frozen=True, kw_only=True)
class CarrierTruth:
    """What a method should find: exact values of the population that the generator draws from.

    `index` [points] per supplier with the weights `effects`, `equal_index` with equal weights at every level,
    `dimensions` [points] per supplier, `effects` of the dimensions on overall satisfaction (they add up to 1).
    """

    index: Mapping[str, float]
    equal_index: Mapping[str, float]
    dimensions: Mapping[str, Mapping[str, float]]
    effects: Mapping[str, float]
    own: str
    hierarchy: Mapping[str, Any] = field(repr=False)


def carrier_survey(
    *,
    respondents: int = 800,
    seed: int = 11,
    missing: float = 0.02,
    suppliers: Mapping[str, Mapping[str, float]] = SUPPLIERS,
    effects: Mapping[str, float] = EFFECTS,
) -> tuple[pd.DataFrame, CarrierTruth]:
    """Draw a survey of mobile phone customers, with what is true of them.

    Parameters
    ----------
    respondents : int
        Rows, at least 40.
    seed : int
        The same seed gives the same survey.
    missing : float
        Share of perceptions and expectations left open, 0 to below 1.
    suppliers : mapping of supplier to mapping of dimension to float
        True level of each dimension [answer scale 1-10] before the effects of region and rounding.
    effects : mapping of dimension to float
        Effect of each dimension on overall satisfaction, adding up to 1.

    Returns
    -------
    survey : DataFrame
        `respondent`, `supplier`, `region` (stratum), `weight` (people per respondent), 15 perceptions, 15
        expectations (`<item>_expected`), `overall`; answers 1 to 10.
    truth : CarrierTruth

    Raises
    ------
    ParameterError
        Fewer than 40 respondents, or a share of missing answers outside 0 to 1.

    Notes
    -----
    Perception = level of the dimension at the supplier + region + item + respondent's mood + taste for the
    dimension + noise, rounded and cut to 1-10. Regions are sampled alike although their sizes differ, so an
    unweighted mean leans towards the small, less satisfied region.

    Examples
    --------
    >>> survey, truth = carrier_survey(respondents=40, seed=1)
    >>> survey.shape, truth.own
    ((40, 35), 'Lumina')
    """
    check_number("respondents", respondents, low=40)
    check_number("missing", missing, low=0, high=1, high_open=True)
    rng = np.random.default_rng(seed)
    region = _allocate(respondents, {name: values[1] for name, values in REGIONS.items()})
    shares = {name: MARKET_SHARES.get(name, 1 / len(suppliers)) for name in suppliers}
    supplier = rng.choice(list(shares), size=respondents, p=np.array(list(shares.values())) / sum(shares.values()))
    centre = _levels(suppliers, supplier) + np.array([REGIONS[name][2] for name in region])[:, None]
    mood, taste, noise = _people(rng, respondents)
    perceived = _round(centre + np.array(ITEM_OFFSETS) + mood + taste + noise)
    hoped = np.array([EXPECTED_LEVELS[dimension] for dimension, items in DIMENSIONS.items() for _ in items])
    expected = _round(hoped + 0.5 * mood + rng.normal(0, 1.1, perceived.shape))
    overall = _overall(perceived, effects, rng)
    counts = region.value_counts()
    frame = pd.DataFrame(
        {
            "respondent": np.arange(1, respondents + 1),
            "supplier": supplier,
            "region": region.to_numpy(),
            "weight": [round(REGIONS[name][0] / counts[name], 4) for name in region],
        }
    )
    left = {item: _open(perceived[:, j], missing, rng) for j, item in enumerate(ITEMS)}
    hopes = {f"{item}_expected": _open(expected[:, j], missing, rng) for j, item in enumerate(ITEMS)}
    answers = pd.DataFrame({**left, **hopes, "overall": overall.astype(int)})
    order = rng.permutation(respondents)
    survey = pd.concat([frame, answers], axis=1).iloc[order].reset_index(drop=True)
    survey["respondent"] = np.arange(1, respondents + 1)
    return survey, _truth(suppliers, effects)


def _allocate(n: int, shares: Mapping[str, float]) -> pd.Series:
    """Names repeated in proportion to their shares, n in all."""
    edges = np.round(np.cumsum(list(shares.values())) / sum(shares.values()) * n).astype(int)
    return pd.Series(np.repeat(list(shares), np.diff(edges, prepend=0)))


def _levels(suppliers: Mapping[str, Mapping[str, float]], supplier: NDArray[Any]) -> Floats:
    per_item = {
        name: [levels[dimension] for dimension, items in DIMENSIONS.items() for _ in items]
        for name, levels in suppliers.items()
    }
    return np.array([per_item[str(name)] for name in supplier])


def _people(rng: np.random.Generator, n: int) -> tuple[Floats, Floats, Floats]:
    """Mood (n, 1), taste and noise (n, items); noise grows with the items of a dimension: equal spread of means."""
    sizes = np.array([len(items) for items in DIMENSIONS.values()])
    of_item = np.repeat(np.arange(len(sizes)), sizes)
    mood = rng.normal(0, MOOD, (n, 1))
    taste = rng.normal(0, TASTE, (n, len(sizes)))[:, of_item]
    noise = rng.normal(0, 1, (n, len(of_item))) * _item_noise()
    return mood, taste, noise


def _item_noise() -> Floats:
    sizes = np.array([len(items) for items in DIMENSIONS.values()])
    return np.asarray(np.repeat(NOISE * np.sqrt(sizes / 3), sizes), dtype=np.float64)


def _round(values: Floats) -> Floats:
    return np.clip(np.floor(values + 0.5), *SCALE)


def _overall(perceived: Floats, effects: Mapping[str, float], rng: np.random.Generator) -> Floats:
    """Overall satisfaction: the weighted mean of the dimensions, and chance."""
    weights = np.array([effects[dimension] / len(items) for dimension, items in DIMENSIONS.items() for _ in items])
    return _round(perceived @ weights + rng.normal(0, 0.7, len(perceived)))


def _open(answers: Floats, missing: float, rng: np.random.Generator) -> pd.Series:
    """Answers as integers, some of them left open."""
    asked = rng.random(len(answers)) >= missing
    return pd.Series(answers).where(asked).astype("Int64")


def _truth(suppliers: Mapping[str, Mapping[str, float]], effects: Mapping[str, float]) -> CarrierTruth:
    dimensions = {name: _true_dimensions(levels) for name, levels in suppliers.items()}
    index = {name: sum(effects[d] * points[d] for d in DIMENSIONS) for name, points in dimensions.items()}
    equal = {name: sum(points.values()) / len(points) for name, points in dimensions.items()}
    own = OWN if OWN in suppliers else next(iter(suppliers))
    return CarrierTruth(
        index=index, equal_index=equal, dimensions=dimensions, effects=dict(effects), own=own, hierarchy=HIERARCHY
    )


def _true_dimensions(levels: Mapping[str, float]) -> dict[str, float]:
    """Exact mean points of each dimension: answers are rounded normals, mixed over the regions by their people."""
    people = sum(values[0] for values in REGIONS.values())
    spread = np.sqrt(MOOD**2 + TASTE**2 + _item_noise() ** 2)
    points: dict[str, list[float]] = {dimension: [] for dimension in DIMENSIONS}
    owners = [dimension for dimension, items in DIMENSIONS.items() for _ in items]
    for owner, offset, sd in zip(owners, ITEM_OFFSETS, spread, strict=True):
        means = [
            values[0] / people * rounded_mean(levels[owner] + offset + values[2], float(sd))
            for values in REGIONS.values()
        ]
        points[owner].append((sum(means) - SCALE[0]) / (SCALE[1] - SCALE[0]) * 100)
    return {dimension: sum(values) / len(values) for dimension, values in points.items()}


def rounded_mean(mean: float, sd: float) -> float:
    """Mean of a normal answer that is rounded to whole steps and cut to the scale.

    Examples
    --------
    >>> round(rounded_mean(5.5, 1.0), 6)
    5.5
    """
    normal = NormalDist(mean, sd)
    low, high = SCALE
    return low + sum(1 - normal.cdf(step - 0.5) for step in range(low + 1, high + 1))
