"""Distributions of demand, one per SKU: quantile, probability and expected shortage of whole columns at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
ROOT = np.sqrt(2 * np.pi)
ndtr: Callable[[Floats], Floats] = special.ndtr
ndtri: Callable[[Floats], Floats] = special.ndtri
pdtr: Callable[[Floats, Floats], Floats] = special.pdtr
pdtrik: Callable[[Floats, Floats], Floats] = special.pdtrik
gammainc: Callable[[Floats, Floats], Floats] = special.gammainc
gammaincc: Callable[[Floats, Floats], Floats] = special.gammaincc
gammaincinv: Callable[[Floats, Floats], Floats] = special.gammaincinv
betainc: Callable[[Floats, Floats, Floats], Floats] = special.betainc
ROUNDING = 1e-12  # by which a cumulated probability may miss its target


class Demand(Protocol):
    """What a policy asks of a distribution; every method takes one value per SKU."""

    @property
    def mean(self) -> Floats:
        """Expected demand."""

    @property
    def discrete(self) -> bool:
        """Whether demand comes in whole units or listed values."""

    def quantile(self, probability: Floats) -> Floats:
        """Return the smallest level that covers demand with this probability."""

    def cover(self, level: Floats) -> Floats:
        """Return the probability that demand is at most the level."""

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage, E(D - level)+."""


def normal_density(z: Floats) -> Floats:
    """Density of the standard normal distribution."""
    density: Floats = np.multiply(z, z)
    density *= -0.5
    np.exp(density, out=density)
    density /= ROOT
    return density


def normal_loss(z: Floats) -> Floats:
    """First-order loss of the standard normal distribution, E(Z - z)+."""
    return normal_density(z) - z * ndtr(-z)


def normal_loss_2(z: Floats) -> Floats:
    """Second-order loss of the standard normal distribution, E((Z - z)+)**2 / 2."""
    return 0.5 * ((z * z + 1) * ndtr(-z) - z * normal_density(z))


class NormalDemand:
    """Normal demand; a standard deviation of 0 is certain demand."""

    discrete = False

    def __init__(self, mean: Floats, sd: Floats) -> None:
        self.mean = mean
        self.sd = sd
        self._scale = np.where(sd > 0, sd, 1.0)
        self.certain = bool((sd == 0).any())

    def quantile(self, probability: Floats) -> Floats:
        """Mean and as many standard deviations as the probability asks for."""
        return np.where(self.sd > 0, self.mean + self._scale * ndtri(probability), self.mean) if self.certain else (
            self.mean + self.sd * ndtri(probability))  # fmt: skip

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        found = ndtr((level - self.mean) / self._scale)
        return np.where(self.sd > 0, found, (level >= self.mean) * 1.0) if self.certain else found

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        found = self._scale * normal_loss((level - self.mean) / self._scale)
        return np.where(self.sd > 0, found, np.maximum(self.mean - level, 0)) if self.certain else found


class LognormalDemand:
    """Lognormal demand: its logarithm is normal with mean `mu` and standard deviation `sigma`."""

    discrete = False

    def __init__(self, mu: Floats, sigma: Floats) -> None:
        self.mu = mu
        self.sigma = sigma
        self.mean = np.exp(mu + sigma**2 / 2)

    def quantile(self, probability: Floats) -> Floats:
        """Level that covers demand with this probability."""
        level: Floats = np.exp(self.mu + self.sigma * ndtri(probability))
        return level

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        return ndtr((self._log(level) - self.mu) / self.sigma)

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        z = (self._log(level) - self.mu) / self.sigma
        return self.mean * ndtr(self.sigma - z) - level * ndtr(-z)

    @staticmethod
    def _log(level: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            found: Floats = np.log(np.maximum(level, 0.0))
        return found


class GammaDemand:
    """Gamma demand: never negative, skewed, given by mean and standard deviation (both above 0)."""

    discrete = False

    def __init__(self, mean: Floats, sd: Floats) -> None:
        self.mean = mean
        self.shape = (mean / sd) ** 2
        self.scale = sd**2 / mean

    def quantile(self, probability: Floats) -> Floats:
        """Level that covers demand with this probability."""
        return gammaincinv(self.shape, probability) * self.scale

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        return gammainc(self.shape, np.maximum(level, 0) / self.scale)

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        x = np.maximum(level, 0) / self.scale
        above = self.mean * gammaincc(self.shape + 1, x) - np.maximum(level, 0) * gammaincc(self.shape, x)
        return above - np.minimum(level, 0)


class PoissonDemand:
    """Poisson demand in whole units; a mean of 0 is no demand."""

    discrete = True

    def __init__(self, mean: Floats) -> None:
        self.mean = mean
        self._rate = np.maximum(mean, 1e-300)

    def quantile(self, probability: Floats) -> Floats:
        """Return the smallest whole level that covers demand with this probability."""
        start = np.ceil(np.nan_to_num(pdtrik(probability, self._rate), nan=0.0) - 1e-9)
        return settle(np.maximum(start, 0), lambda level: self.cover(level) >= probability - ROUNDING)

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        return np.where(level < 0, 0.0, pdtr(np.floor(np.maximum(level, 0)), self._rate))

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        tail, before = 1 - self.cover(level), 1 - self.cover(level - 1)
        return np.where(level < 0, self.mean - level, np.maximum(self.mean * before - level * tail, 0.0))


class NegativeBinomialDemand:
    """Demand in whole units that varies more than Poisson: `sd` squared above `mean`."""

    discrete = True

    def __init__(self, mean: Floats, sd: Floats) -> None:
        self.mean = mean
        self.size = mean**2 / (sd**2 - mean)
        self.success = mean / sd**2

    def quantile(self, probability: Floats) -> Floats:
        """Return the smallest whole level that covers demand with this probability."""
        sd = np.sqrt(self.mean / self.success)
        start = np.ceil(GammaDemand(self.mean, sd).quantile(probability))
        return settle(start, lambda level: self.cover(level) >= probability - ROUNDING)

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        return self._cover(level, self.size)

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage: x f(x; r) = mean f(x - 1; r + 1)."""
        above = self.mean * (1 - self._cover(level - 1, self.size + 1))
        found = np.maximum(above - level * (1 - self.cover(level)), 0.0)
        return np.where(level < 0, self.mean - level, found)

    def _cover(self, level: Floats, size: Floats) -> Floats:
        whole = np.floor(np.maximum(level, 0))
        return np.where(level < 0, 0.0, betainc(size, whole + 1, self.success))


class DiscreteDemand:
    """Demand with listed values and their probabilities, one row per SKU; values ascend within a row."""

    discrete = True

    def __init__(self, values: Floats, probabilities: Floats) -> None:
        self.values = values
        self.probabilities = probabilities
        self.mean = (values * probabilities).sum(axis=1)

    def quantile(self, probability: Floats) -> Floats:
        """Return the smallest listed value that covers demand with this probability."""
        cumulated = np.cumsum(self.probabilities, axis=1)
        place = (cumulated < probability[:, None] - ROUNDING).sum(axis=1)
        last = self.values.shape[1] - 1 - np.argmax(self.probabilities[:, ::-1] > 0, axis=1)
        return np.take_along_axis(self.values, np.minimum(place, last)[:, None], axis=1)[:, 0]

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        found: Floats = (self.probabilities * (self.values <= level[:, None])).sum(axis=1)
        return found

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        found: Floats = (self.probabilities * np.maximum(self.values - level[:, None], 0)).sum(axis=1)
        return found


class ContinuousDemand:
    """Demand with any continuous distribution: an object with `ppf`, or a function that gives quantiles.

    The expected shortage is an integral of the quantile function, by tanh-sinh quadrature, which is exact to rounding
    for the distributions that stock is planned with; heavy tails (infinite variance) lose digits.
    """

    discrete = False

    def __init__(self, distribution: Any, size: int) -> None:
        self._distribution = distribution
        self._size = size
        self.mean = self._mean()

    def quantile(self, probability: Floats) -> Floats:
        """Level that covers demand with this probability."""
        ppf: Callable[[Floats], Any] = getattr(self._distribution, "ppf", self._distribution)
        return np.broadcast_to(np.asarray(ppf(probability), dtype=float), np.shape(probability))

    def upper(self, tail: Floats) -> Floats:
        """Level that demand exceeds with this probability."""
        if hasattr(self._distribution, "isf"):
            return np.broadcast_to(np.asarray(self._distribution.isf(tail), dtype=float), np.shape(tail))
        return self.quantile(np.minimum(1 - tail, 1 - 2.0**-53))

    def cover(self, level: Floats) -> Floats:
        """Probability that demand is at most the level."""
        if hasattr(self._distribution, "cdf"):
            return np.broadcast_to(np.asarray(self._distribution.cdf(level), dtype=float), np.shape(level))
        low, high = np.zeros(self._size), np.ones(self._size)
        for _ in range(60):
            middle = (low + high) / 2
            below = self.quantile(middle) <= level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def loss(self, level: Floats) -> Floats:
        """Return the expected shortage."""
        tail = 1 - self.cover(level)
        total = np.zeros(self._size)
        for share, weight in zip(*quadrature(), strict=True):
            part = np.maximum(self.upper(np.maximum(tail * share, 1e-300)) - level, 0)
            total += weight * tail * np.where(tail > 0, part, 0.0)
        return total

    def _mean(self) -> Floats:
        if hasattr(self._distribution, "mean"):
            mean = self._distribution.mean
            return np.broadcast_to(np.asarray(mean() if callable(mean) else mean, dtype=float), (self._size,))
        middle = self.quantile(np.full(self._size, 0.5))
        above = below = np.zeros(self._size)
        for share, weight in zip(*quadrature(), strict=True):
            part = np.full(self._size, 0.5 * share)
            above = above + 0.5 * weight * (self.upper(part) - middle)
            below = below + 0.5 * weight * (middle - self.quantile(part))
        return middle + above - below


def quadrature(steps: int = 40, reach: float = 3.2) -> tuple[Floats, Floats]:
    """Nodes and weights of the tanh-sinh rule on 0 to 1; the nodes near 0 are exact there."""
    x = np.linspace(-reach, reach, 2 * steps + 1)
    bent = np.pi * np.sinh(x)
    nodes = 1 / (1 + np.exp(-bent))
    weights = (x[1] - x[0]) * np.pi * np.cosh(x) * nodes / (1 + np.exp(bent))
    return nodes, weights / weights.sum()


def at_quantile(demand: Demand, probability: Floats) -> tuple[Floats, Floats, Floats]:
    """Level that covers demand with this probability, the probability that it reaches, and its expected shortage."""
    if isinstance(demand, NormalDemand) and not demand.certain:
        z = ndtri(probability)
        return demand.mean + demand.sd * z, probability, demand.sd * (normal_density(z) - z * (1 - probability))
    level = demand.quantile(probability)
    return level, demand.cover(level), demand.loss(level)


def settle(level: Floats, enough: Callable[[Floats], npt.NDArray[np.bool_]]) -> Floats:
    """Move whole levels, a unit at a time, to the smallest that is enough; the start is near already."""
    while True:
        short = ~enough(level)
        if not short.any():
            break
        level = np.where(short, level + 1, level)
    while True:
        spare = (level > 0) & enough(level - 1)
        if not spare.any():
            return level
        level = np.where(spare, level - 1, level)


__all__ = [
    "ContinuousDemand", "Demand", "DiscreteDemand", "GammaDemand", "LognormalDemand", "NegativeBinomialDemand",
    "NormalDemand", "PoissonDemand", "normal_density", "normal_loss", "normal_loss_2", "quadrature", "settle",
]  # fmt: skip
