"""Simulate the loss of a portfolio exactly: Poisson points on the axis of hazard, one per default and few more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import log_ndtr, ndtri

from casework.core.checks import check_fraction, check_number
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.moments import loss_sd
from casework.credit.provisions.portfolio import Portfolio, sector_values
from casework.credit.provisions.vasicek import LEVELS, check_levels
from casework.stats.tails import tail_table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Places = npt.NDArray[np.integer[Any]]
CELLS = 2_000_000  # customers times scenarios that one pass marks
STEP = 1.25  # customers whose probabilities differ by less than this factor share a cell
SPLIT = 8192  # most scenarios of a block, each with its own stream of random numbers
POINTS = 4_000_000  # defaults expected in a block at most
SMALL = 65_536  # customers of a cell whose places fit into two bytes
SURE = 40.0  # hazard
COLUMNS = (
    mark("customer"), mark("share of exposure"), mark("expected loss"), mark("contribution"),
    mark("share of contribution"), mark("multiple"), mark("sector"), mark("exposure"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LossResult(Result):
    """Simulated loss of a portfolio.

    Attributes
    ----------
    table : DataFrame
        A row per `level`: `loss` [currency] with the interval of the simulation (`low`, `high`),
        `expected_shortfall` beyond it with its standard error `shortfall_error`.
    losses : ndarray, shape (scenarios,)
        Loss of every scenario [currency].
    contributions : DataFrame
        A row per customer, by size of `contribution`: mean loss in the scenarios at or beyond the highest level.
        Empty where it was not asked for.
    expected, exact_sd : float
        Exact mean and standard deviation.
    mean, mean_error, sd : float
        The same as simulated.
    exposure : float
        Of all customers [currency].
    """

    table: pd.DataFrame
    losses: Floats
    contributions: pd.DataFrame
    expected: float
    exact_sd: float
    mean: float
    mean_error: float
    sd: float
    exposure: float
    confidence: float
    scenarios: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return quantiles and expected shortfall by level."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how bad a bad year is."""
        last = self.table.iloc[-1]
        return t(
            "An average year costs {mean:,.0f}; in {level:.1%} of the years the loss is at most {loss:,.0f}, and in "
            "the worse ones {tail:,.0f} on average.",
            mean=self.expected,
            level=last["level"],
            loss=last["loss"],
            tail=last["expected_shortfall"],
        )


def simulate_losses(
    customers: Portfolio,
    *,
    correlation: float | Mapping[str, float] = 0.15,
    sector_correlation: float = 1.0,
    scenarios: int = 100_000,
    levels: Sequence[float] = LEVELS,
    contributions: bool = False,
    confidence: float = 0.95,
    seed: int = 7,
) -> LossResult:
    """Simulate defaults under one factor per sector, all of them driven by a common one.

    Parameters
    ----------
    customers : Portfolio
        Exposure, probability of default and loss given default of every customer.
    correlation : float or mapping of sector to float
        Correlation of the assets of two customers of a sector, at least 0, below 1. Symbol rho.
    sector_correlation : float
        Correlation of the factors of two sectors, 0 to 1: with 1 there is one factor for all.
    scenarios : int
        Simulated years, at least 100.
    levels : sequence of float
        Levels of quantiles and shortfall, between 0 and 1.
    contributions : bool
        Also find what each customer adds to the highest shortfall, at twice the time.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    LossResult

    Raises
    ------
    ParameterError
        A number out of its range.

    Notes
    -----
    Customers of a sector with similar probabilities form a cell. In a scenario with hazard h = -ln(1 - p) of its
    riskiest customer, a cell of n customers receives Poisson(n h) points on customers drawn at random; a point on a
    customer of lower hazard counts with the ratio of the hazards. A customer defaults who has at least one point: with
    probability 1 - exp(-h) = p, independently of the others. So this is Bernoulli exactly, and its time grows with the
    number of defaults instead of customers times scenarios.

    References
    ----------
    Vasicek (2002), Risk 15(12), 160-162; McNeil, Frey & Embrechts (2015), Quantitative Risk Management, chapter 11.

    Examples
    --------
    >>> from casework.credit.provisions import portfolio
    >>> table = pd.DataFrame({"exposure": [1.0] * 1000, "pd": [0.02] * 1000})
    >>> found = simulate_losses(portfolio(table, lgd=1.0), correlation=0.0, scenarios=2000)
    >>> round(found.expected, 6), abs(found.mean - 20) < 4 * found.mean_error
    (20.0, True)
    """
    check_number("scenarios", scenarios, low=100, high=50_000_000)
    check_number("sector_correlation", sector_correlation, low=0, high=1)
    check_fraction("confidence", confidence)
    wanted = check_levels(levels)
    rho = sector_values("correlation", correlation, customers.sectors)
    plan = _plan(customers, rho, float(sector_correlation))
    losses = np.concatenate([_block_losses(plan, *block) for block in _blocks(int(scenarios), plan.block, seed)])
    table = tail_table(losses, wanted, confidence)
    threshold = float(table["loss"].iloc[-1])
    shares = _contributions(customers, plan, int(scenarios), seed, threshold) if contributions else pd.DataFrame()
    return LossResult(
        table=table,
        losses=losses,
        contributions=shares,
        expected=customers.expected_loss,
        exact_sd=loss_sd(customers, correlation=correlation, sector_correlation=sector_correlation),
        mean=float(losses.mean()),
        mean_error=float(losses.std(ddof=1) / np.sqrt(len(losses))),
        sd=float(losses.std(ddof=1)),
        exposure=customers.total,
        confidence=confidence,
        scenarios=int(scenarios),
        notes=_notes(int(scenarios), wanted),
    )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Customers of one sector with similar probabilities of default; all arrays in the order of the riskiest first."""

    sector: int
    members: Ints
    loss: Floats
    pd: Floats  # of the riskiest first; one entry where all are the same


_Points = tuple[Cell, slice, Ints, Places, npt.NDArray[np.bool_]]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    cells: tuple[Cell, ...]
    rho: Floats
    weight: float
    certain: float  # loss of those who have defaulted already
    failed: Ints
    sectors: int
    block: int


def _plan(customers: Portfolio, rho: Floats, weight: float) -> _Plan:
    at_risk = (customers.pd > 0) & (customers.pd < 1) & (customers.loss > 0)
    failed = np.flatnonzero((customers.pd >= 1) & (customers.loss > 0))
    cells = []
    for sector in np.unique(customers.sector[at_risk]):
        members = np.flatnonzero(at_risk & (customers.sector == sector))
        members = members[np.argsort(-customers.pd[members], kind="stable")]
        cells += [_cell(customers, int(sector), part) for part in _alike(members, customers.pd)]
    certain = float(customers.loss[failed].sum())
    return _Plan(cells=tuple(cells), rho=rho, weight=weight, certain=certain, failed=failed, sectors=len(rho),
                 block=_block_size(customers.pd[at_risk]))  # fmt: skip


def _alike(members: Ints, pd_: Floats) -> Iterator[Ints]:
    """Cut customers, the riskiest first, wherever the probability has fallen by the factor `STEP`."""
    start = 0
    odds = pd_[members]
    while start < len(members):
        same = odds[start] == odds[start:]
        end = start + int(same.sum())
        if end - start < 8:  # too few alike: take similar ones too
            end = int(np.searchsorted(-odds, -odds[start] / STEP, side="right"))
        yield members[start:end]
        start = end


def _cell(customers: Portfolio, sector: int, members: Ints) -> Cell:
    odds = customers.pd[members]
    return Cell(sector=sector, members=members, loss=customers.loss[members],
                pd=odds[:1] if (odds == odds[0]).all() else odds)  # fmt: skip


def _block_size(chances: Floats) -> int:
    """Scenarios of a block, fewer where many defaults are expected in each."""
    return int(np.clip(POINTS / max(float(chances.sum()), 1.0), 16, SPLIT))


def _blocks(scenarios: int, most: int, seed: int) -> Iterator[tuple[int, np.random.SeedSequence]]:
    """Sizes of blocks with a stream of random numbers each, the same however they are worked off."""
    sizes = [most] * (scenarios // most) + ([scenarios % most] if scenarios % most else [])
    yield from zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes)), strict=True)


def _factors(plan: _Plan, size: int, rng: np.random.Generator) -> Floats:
    """Factor of every sector in every scenario, shape (sectors, size)."""
    common = rng.standard_normal(size)
    if plan.weight >= 1:
        return np.broadcast_to(common, (plan.sectors, size))
    own = rng.standard_normal((plan.sectors, size))
    return np.asarray(np.sqrt(plan.weight) * common + np.sqrt(1 - plan.weight) * own)


def _block_losses(plan: _Plan, size: int, seed: np.random.SeedSequence) -> Floats:
    return _sum_up(plan, size, _points(plan, size, seed))


def _sum_up(plan: _Plan, size: int, points: Iterable[_Points]) -> Floats:
    """Loss of every scenario: each default once, however many points it has."""
    total = np.full(size, plan.certain)
    for cell, part, scenario, place, first in points:
        weights = cell.loss[place]
        weights *= first
        total[part] += np.bincount(scenario, weights=weights, minlength=part.stop - part.start)
    return total


def _points(plan: _Plan, size: int, seed: np.random.SeedSequence) -> Iterator[_Points]:
    """Throw points: for each cell and some scenarios, places of scenarios and customers, and the first of a pair."""
    rng = np.random.default_rng(seed)
    factors = _factors(plan, size, rng)
    for cell in plan.cells:
        factor, rho = factors[cell.sector], float(plan.rho[cell.sector])
        hazard = _hazard(cell.pd[0], factor, rho)
        n = len(cell.members)
        step = max(1, CELLS // n)
        for start in range(0, size, step):
            part = slice(start, min(start + step, size))
            counts = rng.poisson(n * hazard[part])
            scenario = np.repeat(np.arange(len(counts)), counts)
            place = rng.integers(0, n, size=len(scenario), dtype=np.uint16 if n <= SMALL else np.int64)
            if len(cell.pd) > 1:
                scenario, place = _thin(cell, factor[part], rho, hazard[part], scenario, place, rng)
            yield cell, part, scenario, place, _distinct(scenario * n + place, len(counts) * n)


def _hazard(chance: npt.ArrayLike, factor: Floats, rho: float) -> Floats:
    """Hazard -ln(1 - p) given the factor; from `SURE` on, default is certain to double precision."""
    gap = (np.sqrt(rho) * factor - ndtri(chance)) / np.sqrt(1 - rho)
    return np.asarray(np.minimum(-log_ndtr(gap), SURE))


def _thin(
    cell: Cell, factor: Floats, rho: float, hazard: Floats, scenario: Ints, place: Places, rng: np.random.Generator
) -> tuple[Ints, Places]:
    """Keep a point on a customer with the ratio of his hazard to that of the riskiest of the cell."""
    own = _hazard(cell.pd[place], factor[scenario], rho)
    kept = rng.random(len(place)) * hazard[scenario] < own
    return scenario[kept], place[kept]


def _distinct(keys: Ints, size: int) -> npt.NDArray[np.bool_]:
    """Mark one of each group of equal keys: who wrote last into the place of the key."""
    stamp = np.empty(size, dtype=np.int32)
    order = np.arange(len(keys), dtype=np.int32)
    stamp[keys] = order
    return np.asarray(stamp[keys] == order)


def _contributions(customers: Portfolio, plan: _Plan, scenarios: int, seed: int, threshold: float) -> pd.DataFrame:
    """Mean loss of every customer where the portfolio loses at least the threshold: the same numbers drawn again."""
    total, tail = np.zeros(len(customers.loss)), 0
    for size, own in _blocks(scenarios, plan.block, seed):
        found = list(_points(plan, size, own))
        bad = _sum_up(plan, size, found) >= threshold
        tail += int(bad.sum())
        for cell, part, scenario, place, first in found:
            use = first & bad[part][scenario]
            total[cell.members] += np.bincount(place[use], minlength=len(cell.members))
    total[plan.failed] = tail
    return _share_table(customers, total * customers.loss / max(tail, 1))


def _share_table(customers: Portfolio, contribution: Floats) -> pd.DataFrame:
    owed, found = customers.exposure / max(customers.total, 1e-300), contribution.sum()
    share = contribution / found if found > 0 else np.zeros_like(contribution)
    table = pd.DataFrame(
        {
            "customer": customers.names,
            "sector": np.asarray(customers.sectors, dtype=object)[customers.sector],
            "exposure": customers.exposure,
            "share_of_exposure": owed,
            "expected_loss": customers.loss * customers.pd,
            "contribution": contribution,
            "share_of_contribution": share,
            "multiple": np.divide(share, owed, out=np.full(len(owed), np.nan), where=owed > 0),
        }
    )
    return table.sort_values("contribution", ascending=False, kind="stable", ignore_index=True)


def _notes(scenarios: int, levels: Floats) -> tuple[str, ...]:
    beyond = scenarios * (1 - levels[-1])
    if beyond >= 20:
        return ()
    return (t("Only {n:.0f} scenarios lie beyond the highest level: simulate more before you rely on it.", n=beyond),)
