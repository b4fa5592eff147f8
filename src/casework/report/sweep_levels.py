"""What a varied parameter does to a result over the runs of a sweep: levels, bins, means, ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from casework.core.messages import t
from casework.report.numbers import is_number, level_text, number_texts, plain

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BINS = 5
MOST_LEVELS = 12  # numbers with more values than this are put into bins
SHUFFLES = 400
CHANCE = 0.05
ROUNDING = 1e-12  # of the values' size: sums in another order differ by less
LOG_RATIO, LOG_MEDIAN = 100.0, 0.2


@dataclass(frozen=True, eq=False)
class Factor:
    """One varied parameter over the runs.

    Attributes
    ----------
    name, unit : str
        As the study declares it; the unit is translated.
    codes : array of int, shape (runs,)
        Which level each run has.
    levels : tuple of str
        The levels: numbers in their order, yes after no, anything else in the order of the runs.
    numbers : array of float, shape (runs,), or None
        Value of each run; None where the parameter is not a number everywhere.
    """

    name: str
    unit: str
    codes: Ints
    levels: tuple[str, ...]
    numbers: Floats | None = None

    @property
    def log(self) -> bool:
        """Return whether its numbers are better read on a logarithmic scale."""
        if self.numbers is None or len(self.numbers) == 0 or self.numbers.min() <= 0:
            return False
        top = self.numbers.max()
        return bool(top / self.numbers.min() >= LOG_RATIO and np.median(self.numbers) <= LOG_MEDIAN * top)

    def take(self, kept: npt.NDArray[np.bool_]) -> Factor:
        """Return the parameter over some of the runs; levels that no run has are left out."""
        found, codes = np.unique(self.codes[kept], return_inverse=True)
        levels = tuple(self.levels[code] for code in found)
        return Factor(self.name, self.unit, codes, levels, None if self.numbers is None else self.numbers[kept])


def make_factor(name: str, values: Sequence[Any], unit: str = "") -> Factor:
    """Return a parameter's values over the runs as levels.

    Parameters
    ----------
    name, unit : str
        Name of the parameter; its unit, translated.
    values : sequence
        One value for each run, of any type; None where the run does not have it.

    Examples
    --------
    >>> make_factor("table", ["berger", "pouliot", "berger"]).levels
    ('berger', 'pouliot')
    >>> make_factor("seed", [9, 7, 7]).codes.tolist()
    [1, 0, 0]
    """
    values = [plain(value) for value in values]
    if values and all(is_number(value) for value in values):
        numbers = np.asarray(values, dtype=np.float64)
        found, codes = np.unique(numbers, return_inverse=True)
        return Factor(name, unit, codes, tuple(number_texts(found.tolist())), numbers)
    keys = [repr(value) for value in values]
    kinds = dict(zip(keys, values, strict=True))
    if set(map(type, kinds.values())) == {bool}:
        kinds = {key: kinds[key] for key in ("False", "True") if key in kinds}
    places = {key: place for place, key in enumerate(kinds)}
    texts = [level_text(value) for value in kinds.values()]
    levels = texts if len(set(texts)) == len(texts) else list(kinds)
    return Factor(name, unit, np.array([places[key] for key in keys], dtype=np.int64), tuple(levels))


def binned(factor: Factor, most: int) -> Factor:
    """Return a parameter with at most so many levels.

    Numbers are put into bins with about as many runs each; of other values the most frequent stay, and the
    rest becomes one level.
    """
    if len(factor.levels) <= most:
        return factor
    return _quantiles(factor, most) if factor.numbers is not None else _frequent(factor, most)


def _quantiles(factor: Factor, most: int) -> Factor:
    assert factor.numbers is not None
    edges = np.unique(np.quantile(factor.numbers, np.arange(1, most) / most))
    _, codes = np.unique(np.searchsorted(edges, factor.numbers, side="right"), return_inverse=True)
    ends = [
        (factor.numbers[codes == code].min(), factor.numbers[codes == code].max()) for code in range(codes.max() + 1)
    ]
    texts = number_texts([float(end) for pair in ends for end in pair], digits=3)
    levels = tuple(
        low if low == high else t("{low} to {high}", low=low, high=high)
        for low, high in zip(texts[::2], texts[1::2], strict=True)
    )
    return Factor(factor.name, factor.unit, codes, levels, factor.numbers)


def _frequent(factor: Factor, most: int) -> Factor:
    kept = np.sort(np.argsort(-np.bincount(factor.codes), kind="stable")[: most - 1])
    place = np.full(len(factor.levels), most - 1)
    place[kept] = np.arange(most - 1)
    rest = t("{n} others", n=len(factor.levels) - most + 1)
    return Factor(factor.name, factor.unit, place[factor.codes], (*(factor.levels[code] for code in kept), rest))


def level_means(codes: Ints, values: Floats, levels: int) -> Floats:
    """Return the mean of a result at each level; not-a-number where no run has the level."""
    counts = np.bincount(codes, minlength=levels)
    sums = np.bincount(codes, weights=values, minlength=levels)
    return np.asarray(np.divide(sums, counts, out=np.full(levels, np.nan), where=counts > 0))


def cell_means(first: Factor, second: Factor, values: Floats) -> Floats:
    """Return the mean of a result at each pair of levels, shape (levels of first, levels of second)."""
    shape = (len(first.levels), len(second.levels))
    flat = level_means(first.codes * shape[1] + second.codes, values, shape[0] * shape[1])
    return np.asarray(flat.reshape(shape))


@dataclass(frozen=True, eq=False)
class Effect:
    """How far the mean of a result moves over the levels of one parameter.

    Attributes
    ----------
    factor : Factor
        The parameter, numbers with many values in bins.
    low, high : float
        Lowest and highest mean.
    low_level, high_level : str
        Where they are.
    fewest : int
        Runs at the level with the fewest.
    chance : float
        Range of means that shuffled values stay under, for all parameters together with a probability of at
        least 95 %; 0 where every pair of levels has as many runs, so that nothing else comes in.
    """

    factor: Factor
    low: float
    high: float
    low_level: str
    high_level: str
    fewest: int
    chance: float = 0.0

    @property
    def span(self) -> float:
        """Highest less lowest mean."""
        return self.high - self.low

    @property
    def beyond_chance(self) -> bool:
        """Return whether the range is larger than chance would make it."""
        return self.span > self.chance


def effects(factors: Sequence[Factor], values: Floats, *, seed: int = 0) -> tuple[Effect, ...]:
    """Return what each parameter does to a result, the strongest first.

    Parameters
    ----------
    factors : sequence of Factor
        The varied parameters over the runs.
    values : array of float, shape (runs,)
        The result, known in every run.
    seed : int
        For the shuffles.
    """
    bins = [_few_levels(factor) for factor in factors]
    chances = np.zeros(len(bins)) if is_balanced(bins) else _chances(bins, values, seed)
    found = [_effect(factor, values, chance) for factor, chance in zip(bins, chances, strict=True)]
    return tuple(sorted(found, key=lambda effect: -effect.span))


def _few_levels(factor: Factor) -> Factor:
    many = factor.numbers is not None and len(factor.levels) > MOST_LEVELS
    return binned(factor, BINS) if many else factor


def _effect(factor: Factor, values: Floats, chance: float) -> Effect:
    means = level_means(factor.codes, values, len(factor.levels))
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    if means[high] - means[low] <= ROUNDING * np.abs(values).max():
        high = low
    return Effect(
        factor=factor,
        low=float(means[low]),
        high=float(means[high]),
        low_level=factor.levels[low],
        high_level=factor.levels[high],
        fewest=int(np.bincount(factor.codes).min()),
        chance=float(chance),
    )


def is_balanced(factors: Sequence[Factor]) -> bool:
    """Return whether each pair of levels of two parameters has as many runs, as in a full grid."""
    for place, first in enumerate(factors):
        for second in factors[place + 1 :]:
            size = len(first.levels) * len(second.levels)
            counts = np.bincount(first.codes * len(second.levels) + second.codes, minlength=size)
            if counts.min() != counts.max():
                return False
    return True


def _chances(factors: Sequence[Factor], values: Floats, seed: int) -> Floats:
    """Range of means that the same values, dealt to the runs at random, stay under for all parameters at once."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    return np.array(
        [np.quantile(np.ptp(_means(factor, shuffled), axis=1), 1 - CHANCE / len(factors)) for factor in factors]
    )


def _means(factor: Factor, rows: Floats) -> Floats:
    member = np.equal.outer(factor.codes, np.arange(len(factor.levels))).astype(np.float64)
    return np.asarray((rows @ member) / member.sum(axis=0))
