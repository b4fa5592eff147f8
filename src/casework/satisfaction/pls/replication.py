"""The fit of a model repeated on resamples of its respondents, a chunk at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from casework.satisfaction.pls.admissible import ROUNDING, SINGULAR
from casework.satisfaction.pls.estimation import CHUNK, Batch, Flags, estimate
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.quantities import Quantities
from casework.satisfaction.pls.resampling import Resampled, Sample, bootstrap_counts, generator, left_out_counts
from casework.satisfaction.pls.result import PLSResult

Codes = NDArray[np.int8]

USED, ODD, CONSTANT, UNSETTLED, NO_NUMBER = 0, 1, 2, 3, 4
PARTS = 1000  # the jackknife leaves out single respondents up to here, then parts of the sample
ALIGNED = ("weight", "loading", "path")  # whose signs are those of the whole sample with sign='individual'


class Replication:
    """Fits resamples of one fit, a chunk at a time."""

    def __init__(self, fit: PLSResult, quantities: Quantities, codes: Ints, sign: str, seed: int) -> None:
        assert fit.moments.rows is not None
        self.fit, self.quantities, self.sign, self.seed = fit, quantities, sign, seed
        self.sample = Sample(fit.moments.rows, codes, len(quantities.groups))

    def chunk(self, number: int, size: int) -> tuple[Floats, Codes]:
        """Values (size, numbers) and outcome (size,) of one chunk of resamples."""
        blocks = bootstrap_counts(self.sample.n, size, generator(self.seed, number))
        return self.values(self.sample.resampled(blocks))

    def values(self, data: Resampled) -> tuple[Floats, Codes]:
        """Values and outcome of resamples."""
        batch = self.estimated(data)
        found = self.quantities.values(batch, data)
        outcome = outcome_of(batch, data, consistent=self.fit.consistent)
        found[outcome > ODD] = np.nan
        if self.sign == "individual":
            found = self._each_turned(found)
        return found, outcome

    def estimated(self, data: Resampled) -> Batch:
        """Fit with the settings of the whole sample."""
        batch = estimate(
            data.correlations if self.fit.standardized else data.covariance,
            self.quantities.structure,
            consistent=self.fit.consistent,
            tolerance=self.fit.tolerance,
            max_iterations=self.fit.max_iterations,
        )
        return batch if self.sign == "none" else turned(batch, self.fit.estimate, self.quantities)

    def whole(self) -> Floats:
        """Values of the whole sample."""
        moments = self.fit.moments
        once = self.sample.resampled(enumerate(np.ones((1, part.stop - part.start)) for part in self.sample.parts))
        data = Resampled(
            means=moments.means[None],
            deviations=moments.deviations[None],
            correlations=moments.correlations[None],
            group_means=once.group_means,
        )
        values: Floats = self.quantities.values(self.fit.estimate, data)[0]
        return values

    def jackknife(self) -> Floats:
        """Values with one part of the sample left out at a time, shape (parts, numbers)."""
        n = self.sample.n
        count = min(n, PARTS)
        parts = np.arange(n) % count
        if count < n:
            parts = generator(self.seed, 0, 1).permutation(parts)
        found = []
        for start in range(0, count, CHUNK):
            blocks = left_out_counts(n, start, min(start + CHUNK, count), parts)
            found.append(self.values(self.sample.resampled(blocks))[0])
        return np.concatenate(found)

    def _each_turned(self, found: Floats) -> Floats:
        kinds = self.quantities.frame["kind"].isin(ALIGNED).to_numpy()
        whole = self.whole()
        result: Floats = np.where(kinds & (found * whole < 0), -found, found)
        return result


def turned(batch: Batch, whole: Batch, quantities: Quantities) -> Batch:
    """Turn the constructs of resamples so that their loadings resemble those of the whole sample.

    A construct is turned where its loadings lie nearer to the whole sample's with the other sign, so where their
    products sum to less than 0. (Comparing sums of loadings, as other programs do, fails where signs within a block
    are mixed.)
    """
    structure = quantities.structure
    block, starts = structure.block, structure.starts
    signs = np.where(np.add.reduceat(whole.loadings * batch.loadings, starts, axis=1) < 0, -1.0, 1.0)
    both = signs[:, :, None] * signs[:, None, :]
    return Batch(
        weights=batch.weights * signs[:, block],
        loadings=batch.loadings * signs[:, block],
        cross=batch.cross * signs[:, None, :],
        composites=batch.composites * both,
        correlations=batch.correlations * both,
        paths=batch.paths * both,
        r2=batch.r2,
        reliability=batch.reliability,
        iterations=batch.iterations,
        change=batch.change,
        converged=batch.converged,
    )


def outcome_of(batch: Batch, data: Resampled, *, consistent: bool) -> Codes:
    """Say what became of each resample."""
    outcome = np.zeros(batch.size, dtype=np.int8)
    if consistent:
        outcome[_odd(batch)] = ODD
    outcome[~batch.usable] = NO_NUMBER
    outcome[~batch.converged] = UNSETTLED
    outcome[data.constant] = CONSTANT
    return outcome


def _odd(batch: Batch) -> NDArray[np.bool_]:
    """Consistent solutions that cannot be: loading, reliability or R2 above 1, correlations not positive definite."""
    with np.errstate(all="ignore"):
        over = (np.abs(batch.loadings) > 1 + ROUNDING).any(axis=1)
        over = over | (batch.reliability > 1 + ROUNDING).any(axis=1) | (batch.r2 > 1 + ROUNDING).any(axis=1)
    whole: Flags = np.isfinite(batch.correlations)
    filled = np.where(whole.all(axis=(1, 2), keepdims=True), batch.correlations, np.eye(batch.correlations.shape[1]))
    contradict = np.linalg.eigvalsh(filled)[:, 0] <= SINGULAR
    result: NDArray[np.bool_] = np.logical_or(over, contradict)
    return result
