"""The loss distribution without simulation: Fourier transform, and an integral over the factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.credit.provisions.gaussian import conditional_pd
from casework.credit.provisions.portfolio import Portfolio, sector_values

Floats = npt.NDArray[np.float64]
MOST = 2**20  # points of the grid
AT_ONCE = 2_000_000
REACH, STEP = 7.0, 0.125  # of the factor


@dataclass(frozen=True, kw_only=True)
class ExactLoss(Result):
    """Distribution of the loss on a grid.

    Attributes
    ----------
    loss, probability : ndarray, shape (m,)
        Grid of losses [currency] and their probabilities.
    unit : float
        Distance of the grid [currency].
    """

    loss: Floats
    probability: Floats
    unit: float
    notes: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Expected loss [currency]."""
        return float(self.loss @ self.probability)

    @property
    def sd(self) -> float:
        """Standard deviation [currency]."""
        return float(np.sqrt(max(float(self.loss**2 @ self.probability) - self.mean**2, 0.0)))

    def quantile(self, level: float) -> float:
        """Smallest loss that is not exceeded with probability `level` [currency]."""
        place = int(np.searchsorted(np.cumsum(self.probability), level - 1e-12))
        return float(self.loss[min(place, len(self.loss) - 1)])

    def shortfall(self, level: float) -> float:
        """Mean loss in the worst 1 - `level` of the years [currency]."""
        at = self.quantile(level)
        above = self.loss > at
        filling = (1 - level) - float(self.probability[above].sum())
        return (float(self.loss[above] @ self.probability[above]) + filling * at) / (1 - level)

    def to_frame(self) -> pd.DataFrame:
        """Return the grid with its probabilities."""
        return pd.DataFrame({"loss": self.loss, "probability": self.probability})

    def summary(self) -> str:
        """Say mean and standard deviation."""
        return t("The loss has mean {mean:,.0f} and standard deviation {sd:,.0f}.", mean=self.mean, sd=self.sd)


def exact_losses(
    customers: Portfolio, *, correlation: float | Mapping[str, float] = 0.0, unit: float | None = None
) -> ExactLoss:
    """Loss distribution of a portfolio under one factor, without simulation.

    Parameters
    ----------
    customers : Portfolio
        The customers.
    correlation : float or mapping of sector to float
        Of assets, at least 0, below 1; one factor drives all.
    unit : float, optional
        Distance of the grid [currency], above 0; by default about 4,000 points for the sum of all losses. A loss
        between two points is split so that its mean stays.

    Returns
    -------
    ExactLoss

    Raises
    ------
    ParameterError
        A number out of its range, or a grid of more than about a million points.

    Notes
    -----
    Given the factor, customers are independent and characteristic functions multiply; the mixture over the factor uses
    the trapezoidal rule. The cost is customers times points times 113 values of the factor (1 without correlation).

    References
    ----------
    Merino & Nyfeler (2002). Calculating portfolio loss. Risk 15(8), 82-86.

    Examples
    --------
    >>> coins = Portfolio(names=np.arange(2), exposure=np.ones(2), pd=np.full(2, 0.5),
    ...     lgd=np.ones(2), sector=np.zeros(2, dtype=int), sectors=("",))
    >>> exact_losses(coins, unit=1.0).probability.round(6).tolist()
    [0.25, 0.5, 0.25]
    """
    total = float(customers.loss.sum())
    size = total / 4000 if unit is None else check_number("unit", unit, low=0, low_open=True)
    rho = sector_values("correlation", correlation, customers.sectors)[customers.sector]
    if not total > 0:
        return ExactLoss(loss=np.zeros(1), probability=np.ones(1), unit=size)
    whole = np.floor(customers.loss / size + 1e-9)
    part = np.clip(customers.loss / size - whole, 0, None)
    part = np.where(part < 1e-9, 0.0, part)
    top = int((whole + (part > 0)).sum())
    if top >= MOST:
        raise ParameterError(Problem("unit", f"{size:g}", t("at least {x:g}", x=total / MOST * 2)))
    points = 2 ** int(np.ceil(np.log2(top + 1)))
    nodes, weights = _factor(bool((rho > 0).any()))
    transform = sum(
        w * _transform(conditional_pd(customers.pd, x, rho), whole, part, points)
        for x, w in zip(nodes, weights, strict=True)
    )
    chance = np.clip(np.fft.irfft(np.conj(transform), points)[: top + 1], 0, None)
    return ExactLoss(loss=np.arange(top + 1, dtype=np.float64) * size, probability=chance / chance.sum(), unit=size)


def _factor(correlated: bool) -> tuple[Floats, Floats]:
    if not correlated:
        return np.zeros(1), np.ones(1)
    nodes = np.arange(-REACH, REACH + STEP / 2, STEP)
    density = np.exp(-nodes * nodes / 2)
    return nodes, density / density.sum()


def _transform(chance: Floats, whole: Floats, part: Floats, points: int) -> npt.NDArray[np.complex128]:
    """Characteristic function of the sum at the frequencies of a real Fourier transform."""
    angle = 2 * np.pi * np.arange(points // 2 + 1) / points
    found = np.ones(len(angle), dtype=np.complex128)
    for rows in np.array_split(np.arange(len(chance)), max(1, len(chance) * len(angle) // AT_ONCE)):
        turn = np.exp(1j * np.outer(whole[rows], angle))
        turn *= 1 + part[rows, None] * (np.exp(1j * angle) - 1)
        found *= np.prod(1 + chance[rows, None] * (turn - 1), axis=0)
    return found
