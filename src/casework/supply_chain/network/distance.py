"""Distances between places on a map (great circle) or on a plane."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import t

Metric = Literal["great_circle", "euclidean", "manhattan"]
EARTH_RADIUS = 6371.0088  # km, mean radius of WGS 84 (IUGG)
COLUMNS = {"great_circle": ("latitude", "longitude"), "euclidean": ("x", "y"), "manhattan": ("x", "y")}
LIMITS = {"latitude": 90.0, "longitude": 180.0}


def distance_matrix(sites: pd.DataFrame, customers: pd.DataFrame, *, metric: Metric = "euclidean") -> pd.DataFrame:
    """Distance from every site to every customer.

    Parameters
    ----------
    sites, customers : DataFrame
        One row per place, its name in the index; columns `latitude` (-90 to 90) and `longitude` (-180 to 180) [degrees]
        for the great circle, `x` and `y` otherwise.
    metric : {"great_circle", "euclidean", "manhattan"}
        Way over the globe [km], straight line or streets at right angles [unit of x and y].

    Returns
    -------
    DataFrame
        Sites in rows, customers in columns.

    Raises
    ------
    ParameterError
        Unknown metric.
    DataError
        A column is missing, or a coordinate is missing, not finite or out of range.

    Notes
    -----
    Roads are longer than straight lines, about 1.2 to 1.4 times where no water or mountain is in the way.

    References
    ----------
    Sinnott (1984), Virtues of the haversine.

    Examples
    --------
    A quarter of the equator:

    >>> places = pd.DataFrame({"latitude": [0, 0], "longitude": [0, 90]}, index=["a", "b"])
    >>> float(distance_matrix(places, places, metric="great_circle").loc["a", "b"].round(1))
    10007.6
    """
    check_option("metric", metric, Metric)
    names = COLUMNS[metric]
    problems = [
        item for frame, who in ((sites, "sites"), (customers, "customers")) for item in _wrong(frame, who, names)
    ]
    if problems:
        raise DataError(problems)
    a, b = (frame[list(names)].to_numpy(dtype=float) for frame in (sites, customers))
    values = _great_circle(a, b) if metric == "great_circle" else _plane(a, b, metric)
    return pd.DataFrame(values, index=sites.index, columns=customers.index)


def _wrong(frame: pd.DataFrame, who: str, names: tuple[str, str]) -> list[Problem]:
    """Return what is wrong with the coordinates of a table."""
    problems = []
    for name in names:
        if name not in frame:
            problems.append(Problem(who, t("column {name} is missing", name=repr(name))))
            continue
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
        bad = ~np.isfinite(values) | (np.abs(values) > LIMITS.get(name, np.inf))
        if bad.any():
            rows = ", ".join(str(label) for label in frame.index[bad][:5])
            limit = LIMITS.get(name)
            expected = t("numbers from {low:g} to {high:g}", low=-limit, high=limit) if limit else t("finite numbers")
            problems.append(Problem(f"{who}.{name}", t("no valid coordinate for {names}", names=rows), expected))
    return problems


def _great_circle(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Haversine distances of degrees of latitude and longitude [km]."""
    a, b = np.radians(a), np.radians(b)
    half = np.sin((a[:, None, :] - b[None, :, :]) / 2) ** 2
    share = half[..., 0] + np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * half[..., 1]
    distances: npt.NDArray[np.float64] = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(share, 0, 1)))
    return distances


def _plane(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], metric: str) -> npt.NDArray[np.float64]:
    """Distances on a plane."""
    steps = np.abs(a[:, None, :] - b[None, :, :])
    distances: npt.NDArray[np.float64] = (
        steps.sum(axis=2) if metric == "manhattan" else np.hypot(steps[..., 0], steps[..., 1])
    )
    return distances
