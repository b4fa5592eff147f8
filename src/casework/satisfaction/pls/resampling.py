"""Means and correlations of many resamples of the respondents, by matrix products; draws keyed by the chunk.

Resamples are drawn in chunks, each from a generator of its own (seed and number of the chunk). So the numbers
depend neither on how many workers share the chunks nor on the order in which they are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from casework.satisfaction.pls.estimation import CHUNK, Flags
from casework.satisfaction.pls.linear import Floats, Ints

ROWS = 8192  # rows whose counts and products are held at once
CONSTANT = 1e-12  # variance of a resample, against that of the sample, below which an indicator counts as constant

Part = TypeVar("Part")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampled:
    """What B resamples give.

    Parameters
    ----------
    means, deviations : ndarray, shape (B, p)
        Of the indicators (n - 1 in the denominator); the deviation is not a number where the indicator is constant.
    correlations : ndarray, shape (B, p, p)
    group_means : ndarray, shape (B, G, p)
        Means in each group; not a number where nobody of the group was drawn.
    """

    means: Floats
    deviations: Floats
    correlations: Floats
    group_means: Floats

    @property
    def covariance(self) -> Floats:
        """Covariances of the indicators, shape (B, p, p)."""
        result: Floats = self.correlations * self.deviations[:, :, None] * self.deviations[:, None, :]
        return result

    @property
    def constant(self) -> Flags:
        """Resamples in which an indicator is constant, shape (B,)."""
        found: Flags = np.any(np.isnan(self.deviations), axis=1)
        return found


@dataclass(frozen=True, eq=False)
class Sample:
    """Answers (n, p) ready to be resampled, with the number of the group of each respondent (-1 for none)."""

    rows: Floats
    codes: Ints
    groups: int = 0

    @property
    def n(self) -> int:
        """Respondents."""
        return len(self.rows)

    @cached_property
    def centre(self) -> Floats:
        """Means of the whole sample."""
        result: Floats = self.rows.mean(axis=0)
        return result

    @cached_property
    def scale(self) -> Floats:
        """Deviations of the whole sample, 1 where it is constant."""
        spread = self.rows.std(axis=0)
        return np.where(spread > 0, spread, 1.0)

    @cached_property
    def features(self) -> list[Floats]:
        """Standardized answers and their products, by block of rows; only where they are few."""
        return [self._features(part) for part in self.parts] if self.n <= ROWS else []

    @property
    def parts(self) -> list[slice]:
        """Blocks of rows."""
        return [slice(start, min(start + ROWS, self.n)) for start in range(0, self.n, ROWS)]

    def block(self, number: int) -> Floats:
        """Columns of one block of rows: ones, answers, products of answers; then ones and answers of each group."""
        return self.features[number] if self.features else self._features(self.parts[number])

    def _features(self, part: slice) -> Floats:
        scores = (self.rows[part] - self.centre) / self.scale
        first, second = np.triu_indices(scores.shape[1])
        whole = np.column_stack([np.ones(len(scores)), scores])
        members = [(self.codes[part] == group)[:, None] * whole for group in range(self.groups)]
        return np.column_stack([whole, scores[:, first] * scores[:, second], *members])

    def resampled(self, blocks: Iterator[tuple[int, Floats]]) -> Resampled:
        """Means and correlations when each row counts as often as told, block by block."""
        sums: Floats = np.zeros(0)
        for number, counts in blocks:
            added = counts @ self.block(number)
            sums = added if number == 0 else sums + added
        return self._moments(sums)

    def _moments(self, sums: Floats) -> Resampled:
        p, size = self.rows.shape[1], len(sums)
        first, second = np.triu_indices(p)
        q, n = len(first), sums[:, :1]
        means = sums[:, 1 : p + 1] / n
        products = np.empty((size, p, p))
        products[:, first, second] = products[:, second, first] = sums[:, p + 1 : p + 1 + q] / n
        covariance = products - means[:, :, None] * means[:, None, :]
        variance = np.diagonal(covariance, axis1=1, axis2=2)
        deviations = np.sqrt(np.where(variance > CONSTANT, variance, np.nan))
        correlations = covariance / (deviations[:, :, None] * deviations[:, None, :])
        correlations[:, range(p), range(p)] = np.where(np.isnan(deviations), np.nan, 1.0)
        members = sums[:, p + 1 + q :].reshape(size, self.groups, p + 1)
        with np.errstate(all="ignore"):
            group_means = members[:, :, 1:] / members[:, :, :1]
            adjust = np.sqrt(n / (n - 1)) * self.scale
        return Resampled(
            means=self.centre + means * self.scale,
            deviations=deviations * adjust,
            correlations=correlations,
            group_means=self.centre + group_means * self.scale,
        )


def bootstrap_counts(n: int, size: int, rng: np.random.Generator) -> Iterator[tuple[int, Floats]]:
    """Draw n of n rows with replacement, `size` times; yield how often each row was drawn, a block of rows at a time.

    How many draws fall into each block is drawn first, so that the counts of all rows are never held at once.
    """
    widths = [min(ROWS, n - start) for start in range(0, n, ROWS)]
    falls = rng.multinomial(n, np.array(widths) / n, size=size)
    for number, width in enumerate(widths):
        fall = falls[:, number]
        cells = rng.integers(0, width, size=int(fall.sum())) + np.repeat(width * np.arange(size), fall)
        yield number, np.bincount(cells, minlength=size * width).reshape(size, width).astype(np.float64)


def left_out_counts(n: int, start: int, stop: int, parts: Ints) -> Iterator[tuple[int, Floats]]:
    """Yield counts that leave out one part of the rows at a time: parts start to stop, a block of rows at a time."""
    wanted = np.arange(start, stop)[:, None]
    for number, first in enumerate(range(0, n, ROWS)):
        yield number, (parts[first : first + ROWS] != wanted).astype(np.float64)


def generator(seed: int, *key: int) -> np.random.Generator:
    """Return the generator of one chunk."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def chunks(total: int) -> list[tuple[int, int]]:
    """Return number and size of each chunk."""
    return [(number, min(CHUNK, total - start)) for number, start in enumerate(range(0, total, CHUNK))]


def in_chunks(
    work: Callable[[int, int], Part], total: int, *, workers: int = 1, progress: Progress | None = None
) -> list[Part]:
    """Do the work of each chunk, `work(number, size)`, and return the parts in order.

    `progress(done, total)` is told after each chunk, in the thread of the caller. Whatever it raises, and an
    interrupt from the keyboard, ends the work.
    """
    tell = progress or (lambda done, total: None)
    plan = chunks(total)
    if workers <= 1 or len(plan) == 1:
        return list(_one_by_one(work, plan, total, tell))
    parts: dict[int, Part] = {}
    with ThreadPoolExecutor(max_workers=min(workers, len(plan))) as pool:
        futures: dict[Future[Part], tuple[int, int]] = {pool.submit(work, *item): item for item in plan}
        try:
            done = 0
            for future in as_completed(futures):
                number, size = futures[future]
                parts[number] = future.result()
                tell(done := done + size, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [parts[number] for number, _ in plan]


def _one_by_one(
    work: Callable[[int, int], Part], plan: list[tuple[int, int]], total: int, tell: Progress
) -> Iterator[Part]:
    done = 0
    for number, size in plan:
        part = work(number, size)
        tell(done := done + size, total)
        yield part
