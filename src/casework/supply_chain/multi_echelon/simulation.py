"""Simulation of chains and assembly trees under base-stock levels: what they cost and how well they serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats as scipy_stats

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.columns import stage_columns
from casework.supply_chain.multi_echelon.demand import ChainDemand, chain_demand
from casework.supply_chain.multi_echelon.engine import ChainPolicy, StageRun, period_cost, run
from casework.supply_chain.multi_echelon.network import StageNetwork, read_network
from casework.supply_chain.multi_echelon.serial import SerialResult

Floats = npt.NDArray[np.float64]

MEASURES = ("on_hand", "in_transit", "backorders", "no_shortage")
CHUNK = 2_000_000  # periods of all replications that are held at once
PATH = 120  # periods of the first replication that the result keeps
MOST = 10**8


@dataclass(frozen=True, kw_only=True)
class ChainSimulation(Result):
    """What a chain did under its base-stock levels.

    Attributes
    ----------
    stages : DataFrame
        One row per stage: local level, mean stock on hand (parts that wait for their kit included), on the way to the
        stage, and backorders [units]; share of periods without shortage.
    costs : ndarray
        Mean cost per period of every replication [currency/period].
    cost, low, high : float
        Their mean and its confidence interval; not a number with one replication.
    total_cost : float
        Of all counted periods and replications [currency].
    fill_rate : float
        Share of customers' demand that was met at once.
    path : DataFrame
        Net stock of every stage in the first periods of the first replication [units].
    confidence : float
        Of the interval.
    periods, replications, warm_up : int
        Counted periods, replications, and periods that were not counted.
    """

    stages: pd.DataFrame
    costs: Floats
    cost: float
    low: float
    high: float
    total_cost: float
    fill_rate: float
    path: pd.DataFrame
    confidence: float
    periods: int
    replications: int
    warm_up: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per stage."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say what the levels cost, with the interval, and how much demand was met at once."""
        if self.replications < 2:
            return t("The simulated chain cost {x:,.2f} per period; {fill:.1%} of demand was met at once.",
                     x=self.cost, fill=self.fill_rate)  # fmt: skip
        return t(
            "The simulated chain cost {x:,.2f} ({low:,.2f} to {high:,.2f}) per period; {fill:.1%} of demand was met at "
            "once.",
            x=self.cost,
            low=self.low,
            high=self.high,
            fill=self.fill_rate,
        )


def simulate_chain(
    stages: pd.DataFrame,
    *,
    stockout_cost: float,
    demand: Sequence[float] | Floats | None = None,
    demand_mean: float | None = None,
    demand_sd: float | None = None,
    distribution: str = "normal",
    demand_pmf: Sequence[float] | None = None,
    stage: str = "stage",
    successor: str = "successor",
    links: Iterable[tuple[str, str]] | None = None,
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    level: str = "local_level",
    periods: int = 1000,
    replications: int = 100,
    warm_up: int | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> ChainSimulation:
    """Simulate a serial chain or an assembly tree under local base-stock levels.

    Parameters
    ----------
    stages : DataFrame
        One row per stage; `stage`, `successor`, `links` as in `stage_network`; every stage supplies at most one other.
    stockout_cost : float
        Of a unit of demand that waits for a period [currency/unit/period], at least 0.
    demand : array, shape (periods,) or (replications, periods), optional
        Demand of customers [units/period], instead of a distribution.
    demand_mean, demand_sd, distribution, demand_pmf
        Of demand per period, as in `serial_optimum`.
    lead_time, holding_cost, level : str
        Columns: time from the moment that all parts are there until the stage has the unit [whole periods]; cost of a
        unit in stock [currency/unit/period], at least 0; local base-stock level [units].
    periods, replications : int
        Counted periods and independent replications, at least 1; of no account with `demand`.
    warm_up : int, optional
        Periods that are not counted. Without it the longest sum of lead times, after which the start is forgotten
        exactly; 0 with `demand`.
    confidence : float
        Of the interval, between 0 and 1.
    seed : int
        Of the random numbers.

    Returns
    -------
    ChainSimulation

    Raises
    ------
    DataError
        The table is not one chain or assembly tree, or a cell is not what it should be.
    ParameterError
        An argument is missing, superfluous or out of range; demand is empty or not finite.

    Notes
    -----
    In a period customers take what they want, every stage orders what was taken, and what was sent a lead time ago has
    arrived. Parts leave in whole kits. Stock on the way to a stage costs what it costs at the stages that sent it.
    Unmet demand waits. A local policy with levels s gives the same orders as an echelon policy with their sums.

    References
    ----------
    Clark & Scarf (1960), Management Science 6(4); Rosling (1989), Operations Research 37(4); Axsäter & Rosling (1993),
    Management Science 39(10).

    Examples
    --------
    >>> table = pd.DataFrame({"stage": ["mill", "shop"], "successor": ["shop", ""], "lead_time": [2, 1],
    ...                       "holding_cost": [1, 3], "local_level": [9, 6]})
    >>> simulate_chain(table, stockout_cost=10, demand=[4, 5, 3, 6, 4]).costs.round(2).tolist()
    [10.2]
    """
    check_number("stockout_cost", stockout_cost, low=0)
    check_fraction("confidence", confidence)
    columns = stage_columns(stages, stage=stage)
    network = read_network(columns, successor=successor, links=links)
    lead = columns.numbers("lead_time", lead_time, low=0, whole=True)
    holding = columns.numbers("holding_cost", holding_cost, low=0)
    levels = columns.numbers("level", level)
    columns.stop()
    hold_joining(network)
    policy = ChainPolicy(network, lead.astype(np.int64), holding, levels, float(stockout_cost))
    if demand is not None:
        given = read_demand(demand)
        warm = 0 if warm_up is None else _whole("warm_up", warm_up, 0, given.shape[1] - 1)
        return measure(policy, [given], warm, confidence)
    source = chain_demand(
        demand_mean=demand_mean, demand_sd=demand_sd, distribution=distribution, demand_pmf=demand_pmf
    )
    warm = policy.reach if warm_up is None else _whole("warm_up", warm_up, 0)
    blocks = draw_demand(source, periods=periods, replications=replications, warm_up=warm, seed=seed)
    return measure(policy, blocks, warm, confidence)


def simulate_serial(
    result: SerialResult,
    *,
    periods: int = 1000,
    replications: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> ChainSimulation:
    """Simulate the chain of a serial result under its levels and its demand.

    Parameters
    ----------
    result : SerialResult
        From `serial_optimum` or `serial_cost`; its lead times must be whole.
    periods, replications, confidence, seed
        As in `simulate_chain`.

    Raises
    ------
    DataError
        A lead time is not whole.
    ParameterError
        A number is out of range.
    """
    policy = serial_policy(result, result.local_levels)
    check_fraction("confidence", confidence)
    blocks = draw_demand(
        result.chain.demand, periods=periods, replications=replications, warm_up=policy.reach, seed=seed
    )
    return measure(policy, blocks, policy.reach, confidence)


def serial_policy(result: SerialResult, local: Floats) -> ChainPolicy:
    """Chain of a serial result with these local levels.

    Raises
    ------
    DataError
        A lead time is not whole.
    """
    lead = result.chain.lead_times
    names = tuple(result.stages["stage"])
    problems = [
        Problem(t("stage {name}", name=repr(names[place])), t("a lead time of {x:g} periods", x=lead[place]),
                t("whole periods, for the simulation counts them"))
        for place in np.flatnonzero(lead != np.floor(lead))
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    links = tuple((place + 1, place) for place in range(len(lead) - 1))
    return ChainPolicy(
        StageNetwork(names, links), lead.astype(np.int64), result.local_holding, local, result.chain.stockout
    )


def draw_demand(source: ChainDemand, *, periods: int, replications: int, warm_up: int, seed: int) -> Iterator[Floats]:
    """Draw demand of all replications in blocks of rows; the numbers do not depend on the blocks.

    Raises
    ------
    ParameterError
        A number is not whole or out of range.
    """
    length = _whole("periods", periods, 1, MOST) + warm_up
    rows = _whole("replications", replications, 1, MOST)
    rng = np.random.default_rng(_whole("seed", seed, 0))
    size = max(1, CHUNK // length)
    return (source.draw(rng, (min(size, rows - start), length)) for start in range(0, rows, size))


def read_demand(demand: Any) -> Floats:
    """Demand as (replications, periods).

    Raises
    ------
    ParameterError
        It is empty, of more than two dimensions, or not all finite numbers of at least 0.
    """
    try:
        values = np.atleast_2d(np.asarray(demand, dtype=np.float64))
    except (TypeError, ValueError):
        values = np.full((1, 1), np.nan)
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise ParameterError(Problem("demand", t("not a table of finite numbers"),
                                     t("one number per period, or rows of them, one per replication")))  # fmt: skip
    if (values < 0).any():
        periods = np.flatnonzero((values < 0).any(axis=0)) + 1
        found = t("negative in {n} of {m} periods (first: {places})", n=len(periods), m=values.shape[1],
                  places=", ".join(str(place) for place in periods[:5]))  # fmt: skip
        raise ParameterError(Problem("demand", found, t("a number of at least 0 in every period")))
    return values


def measure(policy: ChainPolicy, blocks: Iterable[Floats], warm_up: int, confidence: float) -> ChainSimulation:
    """Run blocks of replications and gather what counts."""
    parts = [_block(policy, block, warm_up) for block in blocks]
    costs = np.concatenate([part.costs for part in parts])
    weights = np.array([len(part.costs) for part in parts]) / len(costs)
    means = sum(weight * part.means for weight, part in zip(weights, parts, strict=True))
    wanted = sum(part.wanted for part in parts)
    table = pd.DataFrame({"stage": policy.network.names, "local_level": policy.levels,
                          **dict(zip(MEASURES, np.asarray(means).T, strict=True))})  # fmt: skip
    low, high = interval(costs, confidence)
    return ChainSimulation(
        stages=table,
        costs=costs,
        cost=float(costs.mean()),
        low=low,
        high=high,
        total_cost=float(costs.sum() * parts[0].periods),
        fill_rate=1 - sum(part.unmet for part in parts) / wanted if wanted > 0 else 1.0,
        path=parts[0].path,
        confidence=confidence,
        periods=parts[0].periods,
        replications=len(costs),
        warm_up=warm_up,
    )


def interval(values: Floats, confidence: float) -> tuple[float, float]:
    """Confidence interval of a mean over replications (Student)."""
    if len(values) < 2:
        return float("nan"), float("nan")
    half = scipy_stats.t.ppf(0.5 + confidence / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


@dataclass(frozen=True)
class _Block:
    costs: Floats
    means: Floats
    unmet: float
    wanted: float
    path: pd.DataFrame
    periods: int


def _block(policy: ChainPolicy, demand: Floats, warm_up: int) -> _Block:
    counted = demand.shape[1] - warm_up
    costs = np.zeros(len(demand))
    means = np.zeros((len(policy.levels), len(MEASURES)))
    paths: dict[str, Floats] = {}
    unmet = 0.0
    for stage in run(policy, demand):
        costs += period_cost(policy, stage)[:, warm_up:].sum(axis=1)
        means[stage.place] += _means(stage, warm_up)
        for up, units in stage.reserved.items():
            means[up, 0] += units[:, warm_up:].mean()
        paths[policy.network.names[stage.place]] = stage.net[0, warm_up : warm_up + PATH]
        if stage.place == policy.end:
            unmet = float(np.clip(-stage.net, 0, np.maximum(demand, 0))[:, warm_up:].sum())
    wanted = float(np.maximum(demand[:, warm_up:], 0).sum())
    path = pd.DataFrame({name: paths[name] for name in policy.network.names})
    return _Block(costs / counted, means, unmet, wanted, path, counted)


def _means(stage: StageRun, warm_up: int) -> Floats:
    net = stage.net[:, warm_up:]
    above = np.maximum(net, 0).mean()
    return np.array([above, stage.in_transit[:, warm_up:].mean(), above - net.mean(), (net >= 0).mean()])


def hold_joining(network: StageNetwork) -> None:
    """Refuse stages that supply several.

    Raises
    ------
    DataError
        There is one.
    """
    forks = [network.names[place] for place, customers in enumerate(network.customers) if len(customers) > 1]
    if forks:
        fix = t("Who gets stock first would have to be said; simulate the branches one by one.")
        raise DataError(Problem(t("links"), t("{names} supplies several stages", names=", ".join(forks[:5])),
                                t("stages that each supply at most one other"), fix))  # fmt: skip


def _whole(name: str, value: int, low: int, high: float = np.inf) -> int:
    number = check_number(name, value, low=low, high=high)
    if number != int(number):
        raise ParameterError(Problem(name, f"{number:g}", t("a whole number")))
    return int(number)
