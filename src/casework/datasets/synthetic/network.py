"""Invented plants, sites and customers of a maker of bottled tea, drawn so that the best network is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number

Floats = npt.NDArray[np.float64]

REGIONS = ("Ashmere", "Brinford", "Calder Bay", "Dunholt", "Eastwick")
CENTRES = np.array([[110, 120], [420, 90], [250, 300], [90, 430], [430, 410]], dtype=float)  # km
WEIGHTS = np.array([1.5, 1.0, 1.3, 0.7, 0.9])  # thirst of a region, over the mean
PARTS = ("Docks", "Hill", "Junction")
STREETS = ("Arcade", "Bridge", "Castle", "Depot", "Exchange", "Ferry", "Garden", "Harbour", "Island")
PLANTS = (("Springhead", 180.0, 210.0), ("Kettlewell", 330.0, 220.0))


@dataclass(frozen=True, kw_only=True)
class NetworkTruth:
    """What a method should find.

    `centres` of the regions in which all customers stand; `hubs`: the site nearest to the middle of each region, which
    the best network opens at the default costs; `existing` sites.
    """

    centres: Floats
    hubs: tuple[str, ...]
    existing: tuple[str, ...]


def tea_network(*, customers: int = 40, seed: int = 19) -> tuple[pd.DataFrame, NetworkTruth]:
    """Draw the places of a maker of bottled tea in an invented country of 520 by 520 km.

    Parameters
    ----------
    customers : int
        At least 5.
    seed : int
        The same seed gives the same places.

    Returns
    -------
    places : DataFrame
        One row per place: `kind` (plant, site, customer), `name`, `x`, `y` [km], `green_tea`, `black_tea` [pallets a
        year: wanted, or makeable], `fixed_cost`, `closing_cost` [EUR a year], `capacity` [pallets a year], `existing`.
    truth : NetworkTruth

    Raises
    ------
    ParameterError
        Fewer than 5 customers.

    Examples
    --------
    >>> places, truth = tea_network(customers=8, seed=1)
    >>> places["kind"].value_counts().to_dict(), len(truth.hubs)
    ({'site': 12, 'customer': 8, 'plant': 2}, 5)
    """
    check_number("customers", customers, low=5)
    rng = np.random.default_rng(seed)
    sites, hubs = _sites(rng)
    wanted = _customers(int(customers), rng)
    total = wanted[["green_tea", "black_tea"]].to_numpy().sum()
    sites["capacity"] = np.rint(sites["capacity"] * total / 10) * 10
    places = pd.concat([_plants(wanted), sites, wanted], ignore_index=True)
    order = ["kind", "name", "x", "y", "green_tea", "black_tea", "fixed_cost", "capacity", "existing", "closing_cost"]
    numbers = ["x", "y", "green_tea", "black_tea", "fixed_cost", "capacity", "closing_cost"]
    found = places[order].astype(dict.fromkeys(numbers, "Int64"))
    there = tuple(sites.loc[sites["existing"] == "yes", "name"])
    return found, NetworkTruth(centres=CENTRES.copy(), hubs=hubs, existing=there)


def _sites(rng: np.random.Generator) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Twelve sites: one in the middle of each region, seven further out; three exist, not all in good places."""
    hubs = [f"{region} {PARTS[0]}" for region in REGIONS]
    near = CENTRES + rng.uniform(-12, 12, CENTRES.shape)
    at = np.array([0, 0, 1, 2, 2, 3, 4])
    outer = [f"{REGIONS[r]} {PARTS[1 + int((at[:i] == r).sum())]}" for i, r in enumerate(at)]
    turn = rng.uniform(0, 2 * np.pi, len(at))
    away = CENTRES[at] + rng.uniform(55, 80, len(at))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    spots = np.clip(np.vstack([near, away]), 5, 515).round(0)
    frame = pd.DataFrame({"kind": "site", "name": [*hubs, *outer], "x": spots[:, 0], "y": spots[:, 1]})
    frame["fixed_cost"] = np.rint(rng.uniform(150, 210, len(frame))) * 1000
    frame["capacity"] = rng.uniform(0.27, 0.32, len(frame))  # share of all demand
    old = frame["name"].isin([hubs[2], outer[0], outer[2]])
    frame.loc[old, "capacity"] = 0.36
    frame["existing"] = np.where(old, "yes", "no")
    frame["closing_cost"] = np.where(old, 40_000.0, np.nan)
    return frame, tuple(hubs)


def _customers(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Towns around the middles of the regions, each with its demand of two products."""
    region = np.arange(count) % len(REGIONS)
    spread = rng.normal(0, 34, (count, 2))
    spots = np.clip(CENTRES[region] + spread, 0, 520).round(0)
    demand = 900 * WEIGHTS[region] * rng.lognormal(0, 0.45, count)
    green = rng.beta(6, 4, count)
    names = [f"{REGIONS[r]} {_street(i // len(REGIONS))}" for i, r in enumerate(region.tolist())]
    return pd.DataFrame({"kind": "customer", "name": names, "x": spots[:, 0], "y": spots[:, 1],
                         "green_tea": np.rint(demand * green), "black_tea": np.rint(demand * (1 - green))})  # fmt: skip


def _street(number: int) -> str:
    """Return a name, with a number from the second round on."""
    turn, place = divmod(number, len(STREETS))
    return STREETS[place] if not turn else f"{STREETS[place]} {turn + 1}"


def _plants(wanted: pd.DataFrame) -> pd.DataFrame:
    """Two plants; one makes mostly green tea, the other mostly black."""
    rows = pd.DataFrame(PLANTS, columns=["name", "x", "y"]).assign(kind="plant")
    green, black = wanted["green_tea"].sum(), wanted["black_tea"].sum()
    rows["green_tea"] = np.rint(np.array([0.8, 0.4]) * green / 10) * 10
    rows["black_tea"] = np.rint(np.array([0.35, 0.9]) * black / 10) * 10
    return rows
