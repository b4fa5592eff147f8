"""Demand of the customers: an AR(1) process with one stream of random numbers per replication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from casework.core.checks import check_number

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Demand that follows its own last value: D(t) = mean + correlation (D(t-1) - mean) + noise.

    Parameters
    ----------
    mean : float
        [units/period], at least 0.
    sd : float
        Standard deviation of demand itself, not of the noise [units/period], above 0.
    correlation : float
        Of one period with the next, above -1 and below 1; 0 is independent demand. Symbol rho.

    Raises
    ------
    ParameterError
        A value is out of its range.
    """

    mean: float = 100.0
    sd: float = 10.0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        check_number("mean", self.mean, low=0)
        check_number("sd", self.sd, low=0, low_open=True)
        check_number("correlation", self.correlation, low=-1, high=1, low_open=True, high_open=True)

    def blocks(
        self, *, periods: int, replications: range, seed: int, block: int, negative: bool = True
    ) -> Iterator[Floats]:
        """Yield demand in blocks of time, the same numbers whatever the blocks.

        Parameters
        ----------
        periods : int
            In all.
        replications : range
            Which replications; number r draws from its own stream, derived from `seed` and r.
        seed : int
            At least 0.
        block : int
            Periods at once.
        negative : bool
            Leave negative demand as it is; otherwise it is set to 0.

        Yields
        ------
        ndarray, shape (periods of the block, replications)
        """
        streams = [np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(r,))) for r in replications]
        scale = self.sd * np.sqrt(1 - self.correlation**2)
        state = self.correlation * self.sd * np.array([[rng.standard_normal()] for rng in streams])
        for first in range(0, periods, block):
            size = min(block, periods - first)
            noise = scale * np.stack([rng.standard_normal(size) for rng in streams])
            values, state = lfilter([1.0], [1.0, -self.correlation], noise, axis=1, zi=state)
            values += self.mean
            yield np.ascontiguousarray((values if negative else np.maximum(values, 0.0)).T)
