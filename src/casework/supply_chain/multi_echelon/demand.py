"""Demand over a lead time: what the recursion, the bounds and the simulation need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from casework.core.checks import check_number, check_option, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
ChainDistribution = Literal["normal", "gamma", "poisson"]

TAIL = 1e-16  # probability that the ends of a grid leave out
SUM_SLACK = 1e-9  # by which probabilities may miss 1


class LeadTimeDemand(Protocol):
    """Demand over some periods."""

    @property
    def mean(self) -> float:
        """Expected demand [units]."""

    @property
    def sd(self) -> float:
        """Return the standard deviation [units]."""

    def weights(self, points: Floats, step: float) -> Floats:
        """Weights that give E f(y - D) for f linear between the points of a grid with this step."""

    def quantile(self, share: float) -> float:
        """Smallest level that covers demand with this probability."""

    def ends(self) -> tuple[float, float]:
        """Lowest and highest demand that count."""


class ChainDemand(Protocol):
    """Demand of customers per period."""

    @property
    def whole(self) -> bool:
        """Whether demand is of whole units."""

    @property
    def mean(self) -> float:
        """Expected demand [units/period]."""

    @property
    def sd(self) -> float:
        """Return the standard deviation [units/period]."""

    def over(self, periods: float) -> LeadTimeDemand:
        """Demand over so many periods."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Independent demands of periods."""


@dataclass(frozen=True)
class Nothing:
    """Demand over no time."""

    mean: float = 0.0
    sd: float = 0.0

    def weights(self, points: Floats, step: float) -> Floats:
        """Hat of the grid at 0."""
        return np.clip(1 - np.abs(points) / step, 0, None)

    def quantile(self, share: float) -> float:
        """Return 0."""
        return 0.0

    def ends(self) -> tuple[float, float]:
        """Return 0 twice."""
        return 0.0, 0.0


@dataclass(frozen=True)
class NormalSum:
    """Normal demand."""

    mean: float
    sd: float

    def weights(self, points: Floats, step: float) -> Floats:
        """Second difference of the loss function."""
        return second_difference(self._loss(grid_around(points, step)), step)

    def _loss(self, x: Floats) -> Floats:
        z = (x - self.mean) / self.sd
        return np.asarray(self.sd * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * special.ndtr(-z)))

    def quantile(self, share: float) -> float:
        """Level that covers demand with this probability."""
        return float(self.mean + self.sd * special.ndtri(share))

    def ends(self) -> tuple[float, float]:
        """Mean plus and minus a little more than 8 standard deviations."""
        reach = -special.ndtri(TAIL) * self.sd
        return self.mean - reach, self.mean + reach


@dataclass(frozen=True)
class GammaSum:
    """Gamma demand."""

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        """Expected demand [units]."""
        return self.shape * self.scale

    @property
    def sd(self) -> float:
        """Return the standard deviation [units]."""
        return float(np.sqrt(self.shape) * self.scale)

    def weights(self, points: Floats, step: float) -> Floats:
        """Second difference of the loss function."""
        return second_difference(self._loss(grid_around(points, step)), step)

    def _loss(self, x: Floats) -> Floats:
        z = np.maximum(x, 0) / self.scale
        above = self.mean * special.gammaincc(self.shape + 1, z) - x * special.gammaincc(self.shape, z)
        return np.where(x > 0, above, self.mean - x)

    def quantile(self, share: float) -> float:
        """Level that covers demand with this probability."""
        return float(special.gammaincinv(self.shape, share) * self.scale)

    def ends(self) -> tuple[float, float]:
        """0 and a level that is hardly ever exceeded."""
        return 0.0, float(special.gammainccinv(self.shape, TAIL) * self.scale)


@dataclass(frozen=True)
class MassSum:
    """Whole demand with the probabilities of 0, 1, 2, ..."""

    pmf: Floats

    @property
    def mean(self) -> float:
        """Expected demand [units]."""
        return float(self.pmf @ np.arange(len(self.pmf)))

    @property
    def sd(self) -> float:
        """Return the standard deviation [units]."""
        return float(np.sqrt(max(float(self.pmf @ np.arange(len(self.pmf)) ** 2.0) - self.mean**2, 0.0)))

    def weights(self, points: Floats, step: float) -> Floats:
        """Probabilities of whole points; shared between the neighbours where the points are not whole."""
        near = np.floor(points)
        part = points - near
        return (1 - part) * self._mass(near) + part * self._mass(near + 1)

    def _mass(self, at: Floats) -> Floats:
        inside = (at >= 0) & (at < len(self.pmf))
        return np.where(inside, self.pmf[np.where(inside, at, 0).astype(int)], 0.0)

    def quantile(self, share: float) -> float:
        """Smallest whole level that covers demand with this probability."""
        return float(np.searchsorted(np.cumsum(self.pmf), share - 1e-14))

    def ends(self) -> tuple[float, float]:
        """0 and the highest demand."""
        return 0.0, float(len(self.pmf) - 1)


@dataclass(frozen=True)
class NormalChain:
    """Normal demand per period."""

    mean: float
    sd: float
    whole: bool = False

    def over(self, periods: float) -> LeadTimeDemand:
        """Demand over so many periods."""
        return NormalSum(self.mean * periods, self.sd * float(np.sqrt(periods))) if periods > 0 else Nothing()

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Independent demands of periods."""
        return rng.normal(self.mean, self.sd, shape)


@dataclass(frozen=True)
class GammaChain:
    """Gamma demand per period."""

    mean: float
    sd: float
    whole: bool = False

    def over(self, periods: float) -> LeadTimeDemand:
        """Demand over so many periods."""
        scale = self.sd**2 / self.mean
        return GammaSum(self.mean / scale * periods, scale) if periods > 0 else Nothing()

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Independent demands of periods."""
        scale = self.sd**2 / self.mean
        return rng.gamma(self.mean / scale, scale, shape)


@dataclass(frozen=True)
class PoissonChain:
    """Poisson demand per period."""

    mean: float
    whole: bool = True

    @property
    def sd(self) -> float:
        """Return the standard deviation [units/period]."""
        return float(np.sqrt(self.mean))

    def over(self, periods: float) -> LeadTimeDemand:
        """Demand over so many periods."""
        if periods == 0:
            return MassSum(np.ones(1))
        rate = self.mean * periods
        most = int(np.ceil(rate + 10 * np.sqrt(rate) + 40))
        counts = np.arange(most + 1)
        return MassSum(np.exp(special.xlogy(counts, rate) - rate - special.gammaln(counts + 1)))

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Independent demands of periods."""
        return rng.poisson(self.mean, shape).astype(float)


@dataclass(frozen=True)
class MassChain:
    """Whole demand per period with given probabilities of 0, 1, 2, ..."""

    pmf: tuple[float, ...]
    whole: bool = True

    @property
    def mean(self) -> float:
        """Expected demand [units/period]."""
        return MassSum(np.array(self.pmf)).mean

    @property
    def sd(self) -> float:
        """Return the standard deviation [units/period]."""
        return MassSum(np.array(self.pmf)).sd

    def over(self, periods: float) -> LeadTimeDemand:
        """Demand over so many whole periods: the convolution power of the probabilities."""
        size = (len(self.pmf) - 1) * int(periods) + 1
        power = np.fft.rfft(self.pmf, size) ** int(periods)
        return MassSum(np.clip(np.fft.irfft(power, size), 0, None)) if periods else MassSum(np.ones(1))

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Independent demands of periods."""
        return rng.choice(len(self.pmf), size=shape, p=np.array(self.pmf)).astype(float)


def chain_demand(
    *,
    demand_mean: float | None,
    demand_sd: float | None,
    distribution: str,
    demand_pmf: Sequence[float] | None = None,
) -> ChainDemand:
    """Check a description of demand and return it.

    Parameters
    ----------
    demand_mean : float
        Expected demand [units/period], above 0; not with probabilities.
    demand_sd : float
        Standard deviation [units/period], above 0, of normal and gamma demand.
    distribution : {'normal', 'gamma', 'poisson'}
        Shape of demand; of no account with probabilities.
    demand_pmf : sequence of float
        Probabilities of a demand of 0, 1, 2, ... units per period instead.

    Raises
    ------
    ParameterError
        A value is missing, superfluous, not finite or out of range; probabilities are negative or miss 1; all problems
        at once.
    """
    if demand_pmf is not None:
        return _masses(demand_pmf, demand_mean, demand_sd)
    kind = check_option("distribution", distribution, ChainDistribution)
    needs_sd = kind != "poisson"
    problems: list[Problem] = []
    for name, value, needed in (("demand_mean", demand_mean, True), ("demand_sd", demand_sd, needs_sd)):
        if needed and value is None:
            problems.append(Problem(name, t("not given"), t("a number {range}", range=t("above {x}", x=0))))
        elif not needed and value is not None:
            problems.append(Problem(name, t("given for Poisson demand, which its mean describes whole"),
                                    fix=t("Leave it out, or use normal demand.")))  # fmt: skip
        elif value is not None:
            problems += _problems_of(name, value)
    if problems or demand_mean is None:
        raise ParameterError(problems)
    if kind == "poisson":
        return PoissonChain(float(demand_mean))
    return (NormalChain if kind == "normal" else GammaChain)(float(demand_mean), float(demand_sd or 0))


def _problems_of(name: str, value: float) -> Sequence[Problem]:
    try:
        check_positive(name, value)
    except ParameterError as error:
        return error.problems
    return ()


def _masses(pmf: Sequence[float], mean: float | None, sd: float | None) -> MassChain:
    problems = [
        Problem(name, t("given together with {names}", names="demand_pmf"), t("exactly one of them"))
        for name, value in (("demand_mean", mean), ("demand_sd", sd))
        if value is not None
    ]
    values = []
    for i, share in enumerate(pmf):
        try:
            values.append(check_number(f"demand_pmf[{i}]", share, low=0, high=1))
        except ParameterError as error:
            problems += error.problems
    if not problems and (len(values) < 2 or abs(sum(values) - 1) > SUM_SLACK):
        found = t("{n} probabilities with sum {x:.6g}", n=len(values), x=sum(values))
        problems.append(Problem("demand_pmf", found, t("two or more probabilities with sum 1")))
    if problems:
        raise ParameterError(problems)
    return MassChain(tuple(value / sum(values) for value in values))


def second_difference(values: Floats, step: float) -> Floats:
    """Second differences over the step: weights of a grid from a loss function."""
    return (values[:-2] - 2 * values[1:-1] + values[2:]) / step


def grid_around(points: Floats, step: float) -> Floats:
    """Points of a grid with one more on either side."""
    return np.concatenate([[points[0] - step], points, [points[-1] + step]])
