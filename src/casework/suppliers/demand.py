"""Demand of one selling season: what contracts need to know of it, for normal, gamma, uniform or listed demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from casework.core.checks import check_all, check_number, check_option, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
DemandKind = Literal["normal", "gamma", "uniform"]
SUM_ERROR = 1e-6  # by which probabilities may miss 1


@dataclass(frozen=True, kw_only=True)
class SeasonDemand:
    """Demand of a season [units].

    Attributes
    ----------
    kind : str
        `normal`, `gamma`, `uniform` or `listed`.
    mean, sd : float
        Of demand [units].
    values, chances : tuple of float
        Of listed demand, ascending.
    """

    kind: str
    mean: float
    sd: float
    values: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()

    def short(self, q: npt.ArrayLike) -> Floats:
        """Return the expected demand above q [units]: the loss function."""
        x = np.asarray(q, dtype=np.float64)
        if self.kind == "listed":
            return np.asarray(np.maximum(np.array(self.values) - x[..., None], 0) @ np.array(self.chances))
        if self.kind == "normal":
            z = (x - self.mean) / self.sd
            return np.asarray(self.sd * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * special.ndtr(-z)))
        if self.kind == "uniform":
            low, high = self._ends
            inside = np.clip(x, low, high)
            return np.asarray((high - inside) ** 2 / (2 * (high - low)) + np.maximum(low - x, 0))
        shape, scale = self._gamma
        y = np.maximum(x, 0) / scale
        return np.asarray(self.mean * special.gammaincc(shape + 1, y) - x * special.gammaincc(shape, y))

    def over(self, q: npt.ArrayLike) -> Floats:
        """Return the expected units left over of q."""
        x = np.asarray(q, dtype=np.float64)
        return np.asarray(x - self.mean + self.short(x))

    def sold(self, q: npt.ArrayLike) -> Floats:
        """Return the expected sales out of q units."""
        return np.asarray(self.mean - self.short(q))

    def cdf(self, q: npt.ArrayLike) -> Floats:
        """Return the probability that demand is at most q."""
        x = np.asarray(q, dtype=np.float64)
        if self.kind == "listed":
            return np.asarray((np.array(self.values) <= x[..., None]) @ np.array(self.chances))
        if self.kind == "normal":
            return np.asarray(special.ndtr((x - self.mean) / self.sd))
        if self.kind == "uniform":
            low, high = self._ends
            return np.asarray(np.clip((x - low) / (high - low), 0, 1))
        shape, scale = self._gamma
        return np.asarray(special.gammainc(shape, np.maximum(x, 0) / scale))

    def quantile(self, probability: npt.ArrayLike) -> Floats:
        """Return the smallest quantity that covers demand with this probability, at least 0."""
        p = np.asarray(probability, dtype=np.float64)
        if self.kind == "listed":
            places = np.searchsorted(np.cumsum(self.chances) + 1e-12, p)
            return np.asarray(np.array(self.values)[np.minimum(places, len(self.values) - 1)])
        if self.kind == "normal":
            return np.asarray(np.maximum(self.mean + self.sd * special.ndtri(p), 0))
        if self.kind == "uniform":
            low, high = self._ends
            return np.asarray(low + p * (high - low))
        shape, scale = self._gamma
        return np.asarray(scale * special.gammaincinv(shape, p))

    @property
    def _ends(self) -> tuple[float, float]:
        half = self.sd * np.sqrt(3.0)
        return self.mean - half, self.mean + half

    @property
    def _gamma(self) -> tuple[float, float]:
        return (self.mean / self.sd) ** 2, self.sd**2 / self.mean


def season_demand(*, mean: float, sd: float, kind: DemandKind = "normal") -> SeasonDemand:
    """Describe demand by mean and standard deviation.

    Parameters
    ----------
    mean, sd : float
        Above 0 [units].
    kind : {'normal', 'gamma', 'uniform'}
        Gamma where the normal would go much below 0.

    Raises
    ------
    ParameterError
        A number is out of its range, the kind is unknown, or uniform demand would go below 0.

    Examples
    --------
    >>> demand = season_demand(mean=50, sd=8)
    >>> round(float(demand.quantile(0.7954545)), 3), round(float(demand.short(50)), 3)
    (56.604, 3.192)
    """
    check_all(
        lambda: check_positive("mean", mean, unit="units"),
        lambda: check_positive("sd", sd, unit="units"),
        lambda: check_option("kind", kind, DemandKind),
    )
    if kind == "uniform" and sd * np.sqrt(3.0) > mean * (1 + 1e-12):
        most = t("at most {sd:.6g}, or uniform demand would go below 0", sd=mean / np.sqrt(3.0))
        raise ParameterError(Problem("sd", f"{sd:g}", most))
    return SeasonDemand(kind=kind, mean=float(mean), sd=float(sd))


def listed_demand(chances: Mapping[float, float]) -> SeasonDemand:
    """Describe demand by listed values and their probabilities.

    Parameters
    ----------
    chances : mapping of float to float
        Probability of each demand [units, at least 0]; they add up to 1.

    Raises
    ------
    ParameterError
        A value or probability is out of its range, there is none, or they do not add up to 1.

    Examples
    --------
    >>> demand = listed_demand({100: 0.25, 200: 0.75})
    >>> demand.mean, float(demand.sold(150)), float(demand.quantile(0.3))
    (175.0, 137.5, 200.0)
    """
    if not chances:
        raise ParameterError(Problem("chances", t("none"), t("at least one demand with its probability")))
    check_all(
        *(lambda x=x: check_number(t("demand"), x, low=0, unit="units") for x in chances),
        *(
            lambda x=x, p=p: check_number(t("probability of demand {x}", x=x), p, low=0, high=1)
            for x, p in chances.items()
        ),
    )  # fmt: skip
    total = float(sum(chances.values()))
    if abs(total - 1) > SUM_ERROR:
        raise ParameterError(
            Problem("chances", t("a sum of {total:g}", total=total), t("probabilities that add up to 1"))
        )
    values = np.array(sorted(chances), dtype=np.float64)
    weights = np.array([chances[x] for x in sorted(chances)], dtype=np.float64) / total
    kept = weights > 0
    values, weights = values[kept], weights[kept]
    mean = float(values @ weights)
    return SeasonDemand(
        kind="listed",
        mean=mean,
        sd=float(np.sqrt(weights @ (values - mean) ** 2)),
        values=tuple(values.tolist()),
        chances=tuple(weights.tolist()),
    )
