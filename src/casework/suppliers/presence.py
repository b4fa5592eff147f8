"""Presence-absence plans: samples that are tested alone or in pools, and how surely they find what is rare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_fraction, check_number, check_whole
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.acceptance import check_quality

Floats = npt.NDArray[np.float64]
POINTS = 161
MOST = 10_000_000  # samples
COLUMNS = (
    mark("prevalence"), mark("detection"), mark("samples"), mark("tests"), mark("detection of a lot"),
    mark("pool"), mark("sensitivity"), mark("lots missed"), mark("inspection cost"), mark("expected damage"),
    mark("total cost"), mark("against first"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PresenceResult(Result):
    """A plan that rejects a lot as soon as one test is positive.

    Attributes
    ----------
    samples, pool : int
        Samples of a lot, and how many of them are tested together.
    tests : int
        Tests of a lot; the last pool may be smaller.
    sensitivity, specificity : float
        Probability that a test finds a contaminated sample in its pool; that a clean pool is negative.
    curve : DataFrame
        `prevalence` (share of samples that are contaminated), `detection` (probability that the lot is rejected).
    """

    samples: int
    pool: int
    tests: int
    sensitivity: float
    specificity: float
    curve: pd.DataFrame
    notes: tuple[str, ...] = ()

    def at(self, prevalence: npt.ArrayLike) -> Floats:
        """Return the probability that a lot is rejected at other prevalences.

        Raises
        ------
        ParameterError
            A share is not between 0 and 1.
        """
        p = check_quality("prevalence", prevalence)
        return 1 - passing(p, self.samples, self.pool, self.sensitivity, self.specificity)

    def prevalence_at(self, detection: float) -> float:
        """Return the prevalence that is found with this probability; not a number where no prevalence is.

        Raises
        ------
        ParameterError
            Not a probability between 0 and 1.
        """
        check_fraction("detection", detection)
        low, high = 0.0, 1.0
        if float(self.at(high)) < detection or float(self.at(low)) > detection:
            return float("nan")
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if float(self.at(middle)) < detection else (low, middle)
        return high

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    def summary(self) -> str:
        """Say how many samples and tests, and which prevalence they find in 95 of 100 lots."""
        words = {"tests": self.tests, "p": self.prevalence_at(0.95)}
        if np.isnan(words["p"]):
            return tn("{n:,} sample in {tests:,} tests: no prevalence is found in 95 of 100 lots.",
                      "{n:,} samples in {tests:,} tests: no prevalence is found in 95 of 100 lots.", self.samples,
                      **words)  # fmt: skip
        return tn("{n:,} sample in {tests:,} tests: a prevalence of {p:.2%} is found in 95 of 100 lots.",
                  "{n:,} samples in {tests:,} tests: a prevalence of {p:.2%} is found in 95 of 100 lots.", self.samples,
                  **words)  # fmt: skip


def presence_plan(
    samples: int,
    *,
    pool: int = 1,
    sensitivity: float = 1.0,
    specificity: float = 1.0,
    prevalence: npt.ArrayLike | None = None,
) -> PresenceResult:
    """Say how surely a two-class plan that allows no positive (c = 0) finds a contaminated lot.

    Parameters
    ----------
    samples : int
        Samples of a lot, at least 1. Symbol n.
    pool : int
        Samples that are mixed and tested as one, at least 1.
    sensitivity : float
        Probability that a test is positive where its pool holds a contaminated sample, above 0.
    specificity : float
        Probability that a test is negative where its pool holds none, above 0.
    prevalence : array_like, optional
        Where the curve is wanted, 0 to 1; by default from 0 to where nearly all lots are found.

    Returns
    -------
    PresenceResult

    Raises
    ------
    ParameterError
        A number is out of its range; all of them are told at once.

    Notes
    -----
    With tests that do not err, 1 - (1 - p)^n, whatever the pools: pooling saves tests, not samples. A test that errs
    finds a lot with probability 1 - prod(specificity (1-p)^m + (1 - sensitivity)(1 - (1-p)^m)) over its pools of m.
    Samples are independent; where contamination sits in clumps, more increments help and larger ones do not.

    References
    ----------
    ICMSF (1986), Microorganisms in foods 2, table 2; Huss, Ababouch & Gram (2004), Assessment and management of seafood
    safety and quality, FAO Fisheries Technical Paper 444, table 3.2: n 5, c 0 accepts 59.1 % of lots at 10 %.

    Examples
    --------
    >>> found = presence_plan(60, pool=15, prevalence=[0.05, 0.10])
    >>> found.tests, (1 - found.curve["detection"]).round(4).tolist()
    (4, [0.0461, 0.0018])
    """
    check_all(
        lambda: check_whole("samples", samples, low=1, high=MOST),
        lambda: check_whole("pool", pool, low=1),
        lambda: check_number("sensitivity", sensitivity, low=0, high=1, low_open=True),
        lambda: check_number("specificity", specificity, low=0, high=1, low_open=True),
        lambda: None if prevalence is None else check_quality("prevalence", prevalence),
    )
    n, m = int(samples), min(int(pool), int(samples))
    if prevalence is None:
        grid = np.linspace(0, min(1.0, 7.0 / (n * sensitivity)), POINTS)
    else:
        grid = np.atleast_1d(check_quality("prevalence", prevalence))
    curve = pd.DataFrame({"prevalence": grid, "detection": 1 - passing(grid, n, m, sensitivity, specificity)})
    return PresenceResult(samples=n, pool=m, tests=-(-n // m), sensitivity=sensitivity, specificity=specificity,
                          curve=curve, notes=_notes(n, m, specificity))  # fmt: skip


def samples_needed(
    prevalence: npt.ArrayLike, *, detection: float = 0.95, pool: int = 1, sensitivity: float = 1.0
) -> npt.NDArray[np.int64]:
    """Return the fewest samples that find a prevalence with the probability wanted.

    Parameters
    ----------
    prevalence : array_like, any shape
        Share of contaminated samples, above 0, at most 1.
    detection : float
        Probability of at least one positive test, between 0 and 1.
    pool, sensitivity
        As in `presence_plan`; pools are filled: the answer is a multiple of the pool.

    Returns
    -------
    ndarray of int, shape of `prevalence`

    Raises
    ------
    ParameterError
        A number is out of its range, or more than 10,000,000 samples would be needed.

    References
    ----------
    Cannon & Roe (1982), Livestock disease surveys, table 1, large populations: 299 samples for 1 % and 59 for 5 % at
    95 % confidence.

    Examples
    --------
    >>> samples_needed([0.01, 0.02, 0.05, 0.10]).tolist()
    [299, 149, 59, 29]
    """
    check_all(
        lambda: check_quality("prevalence", prevalence),
        lambda: check_fraction("detection", detection),
        lambda: check_whole("pool", pool, low=1),
        lambda: check_number("sensitivity", sensitivity, low=0, high=1, low_open=True),
    )
    p, m = check_quality("prevalence", prevalence), int(pool)
    with np.errstate(divide="ignore"):
        each = np.log1p(-sensitivity * -np.expm1(m * np.log1p(-p)))
    pools = np.ceil(np.log1p(-detection) / np.minimum(each, -1e-300) - 1e-9)
    if not (pools * m <= MOST).all():
        found = t("{p:g}: more than {n:,} samples", p=float(np.min(p)), n=MOST)
        raise ParameterError(Problem("prevalence", found, t("a prevalence that samples can find")))
    return np.asarray(np.maximum(pools, 1) * m, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class SamplingCost:
    """What inspection and what it misses cost.

    Attributes
    ----------
    test : float
        Of a test of one pool [currency].
    sample : float
        Of drawing one sample [currency].
    lots : float
        Lots inspected [1/year].
    episodes : float
        How often a run of contaminated lots begins [1/year].
    run : int
        Lots of a run, if nobody finds it, at least 1.
    damage : float
        Of a contaminated lot that is used [currency].
    false_alarm : float
        Of a good lot that is rejected [currency].
    """

    test: float
    sample: float
    lots: float
    episodes: float
    run: int
    damage: float
    false_alarm: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, all at once."""
        amounts = ("test", "sample", "lots", "episodes", "damage", "false_alarm")
        check_all(
            *(lambda name=name: check_number(name, getattr(self, name), low=0) for name in amounts),
            lambda: check_whole("run", self.run, low=1),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SamplingCostResult(Result):
    """Cost of presence-absence plans over a year.

    Attributes
    ----------
    table : DataFrame
        A row per plan: `samples`, `tests`, `detection_of_a_lot`, `lots_missed` (of a run, expected), `inspection_cost`,
        `expected_damage`, `total_cost` [currency/year], `against_first`.
    pool : int
    costs : SamplingCost
    """

    table: pd.DataFrame
    pool: int
    costs: SamplingCost
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> int:
        """Samples of the cheapest plan; of several the one with the fewest."""
        return int(self.table["samples"].iloc[int(np.argmin(self.table["total_cost"]))])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which plan costs least."""
        row = self.table.iloc[int(np.argmin(self.table["total_cost"]))]
        return tn("{n:,} sample per lot costs least: {total:,.0f} a year, of which {inspect:,.0f} for inspection; a "
                  "contaminated lot is found with probability {p:.0%}.",
                  "{n:,} samples per lot cost least: {total:,.0f} a year, of which {inspect:,.0f} for inspection; a "
                  "contaminated lot is found with probability {p:.0%}.",
                  int(row["samples"]), total=row["total_cost"], inspect=row["inspection_cost"],
                  p=row["detection_of_a_lot"])  # fmt: skip


def compare_presence_plans(
    samples: Sequence[int],
    costs: SamplingCost,
    *,
    prevalence: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    pool: int = 1,
    sensitivity: float = 1.0,
    specificity: float = 1.0,
) -> SamplingCostResult:
    """Weigh the cost of inspection against the damage that it prevents.

    Parameters
    ----------
    samples : sequence of int
        Plans to compare, samples of a lot, at least 0 (0: no inspection).
    costs : SamplingCost
    prevalence : array_like, shape (k,)
        Share of contaminated samples in a contaminated lot, 0 to 1: one value, or several if it is uncertain.
    weights : array_like, shape (k,), optional
        Probability of each of them; alike by default.
    pool, sensitivity, specificity
        As in `presence_plan`.

    Returns
    -------
    SamplingCostResult

    Raises
    ------
    ParameterError
        A number is out of its range, no plan, or weights that do not fit.

    Notes
    -----
    A run of L contaminated lots arrives; each is found with probability d, and the first that is found ends it (the
    supplier is stopped). Lots used before that: (1-d)(1-(1-d)^L)/d, the sum of (1-d)^j over j from 1 to L. The
    prevalence is the same in all lots of a run, so the expectation over it is taken last.

    Examples
    --------
    >>> costs = SamplingCost(test=40, sample=2, lots=500, episodes=0.3, run=4, damage=200_000)
    >>> compare_presence_plans([0, 5, 15, 30, 60, 120], costs, prevalence=0.03, pool=15).best
    30
    """
    plans = list(samples)
    check_all(
        lambda: None if plans else _none(),
        *(lambda n=n: check_whole("samples", n, low=0, high=MOST) for n in plans),
        lambda: check_whole("pool", pool, low=1),
        lambda: check_number("sensitivity", sensitivity, low=0, high=1, low_open=True),
        lambda: check_number("specificity", specificity, low=0, high=1, low_open=True),
        lambda: check_quality("prevalence", prevalence),
    )  # fmt: skip
    p = np.atleast_1d(check_quality("prevalence", prevalence)).ravel()
    share = _weights(weights, len(p))
    n = np.array([int(x) for x in plans], dtype=np.int64)[:, None]
    found = 1 - passing(p, n, int(pool), sensitivity, specificity)
    alarms = 1 - passing(np.zeros(1), n, int(pool), sensitivity, specificity)[:, 0]
    missed = lots_missed(found, costs.run) @ share
    tests = -(-n[:, 0] // int(pool))
    table = pd.DataFrame({"samples": n[:, 0], "tests": tests, "detection_of_a_lot": found @ share})
    table["lots_missed"] = missed
    table["inspection_cost"] = costs.lots * (tests * costs.test + n[:, 0] * costs.sample + alarms * costs.false_alarm)
    table["expected_damage"] = costs.episodes * missed * costs.damage
    table["total_cost"] = table["inspection_cost"] + table["expected_damage"]
    table["against_first"] = table["total_cost"] - table["total_cost"].iloc[0]
    return SamplingCostResult(table=table, pool=int(pool), costs=costs)


def lots_missed(detection: npt.ArrayLike, run: int) -> Floats:
    """Return the expected contaminated lots used before the first one is found, in a run of so many.

    Examples
    --------
    >>> lots_missed([0.0, 0.5, 1.0], 3).tolist()
    [3.0, 0.875, 0.0]
    """
    miss = 1 - np.asarray(detection, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = miss * (1 - miss**run) / (1 - miss)
    return np.asarray(np.where(miss == 1, float(run), np.nan_to_num(total)))


def passing(p: Floats, n: npt.ArrayLike, pool: int, sensitivity: float, specificity: float) -> Floats:
    """Probability that every test of a lot is negative (checked values); n may be an array that broadcasts with p."""
    count = np.asarray(n)
    full, rest = count // pool, count % pool
    last = np.where(rest > 0, _negative(p, np.maximum(rest, 1), sensitivity, specificity), 1.0)
    return np.asarray(_negative(p, pool, sensitivity, specificity) ** full * last)


def _negative(p: Floats, size: npt.ArrayLike, sensitivity: float, specificity: float) -> Floats:
    """Probability that the test of one pool is negative."""
    clean = (1 - p) ** np.asarray(size)
    return np.asarray(specificity * clean + (1 - sensitivity) * (1 - clean))


def _weights(weights: npt.ArrayLike | None, k: int) -> Floats:
    if weights is None:
        return np.full(k, 1 / k)
    found = np.atleast_1d(np.asarray(weights, dtype=np.float64)).ravel()
    if len(found) != k or not (found >= 0).all() or not np.isfinite(found).all() or found.sum() <= 0:
        expected = t("{k} numbers of at least 0, not all 0", k=k)
        raise ParameterError(Problem("weights", t("{n} values", n=len(found)), expected))
    return np.asarray(found / found.sum())


def _none() -> None:
    raise ParameterError(Problem("samples", t("none"), t("at least one plan")))


def _notes(n: int, pool: int, specificity: float) -> tuple[str, ...]:
    if specificity == 1:
        return ()
    alarms = 1 - specificity ** -(-n // pool)
    return (t("A lot without any contamination is rejected with probability {p:.1%}.", p=alarms),)


def explore_plan(
    *,
    samples: int = 60,
    pool: int = 15,
    sensitivity: float = 1.0,
    prevalences: Iterable[float] | None = None,
) -> PresenceResult:
    """Return a plan for the explorer, over prevalences that do not change with it."""
    grid = np.linspace(0, 0.2, POINTS) if prevalences is None else np.asarray(list(prevalences), dtype=np.float64)
    return presence_plan(samples, pool=pool, sensitivity=sensitivity, prevalence=grid)
