"""Where to keep safety stock in a supply tree whose stages promise service times (Graves and Willems)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.columns import StageColumns, stage_columns
from casework.supply_chain.multi_echelon.network import StageNetwork, read_network
from casework.supply_chain.multi_echelon.tree import (
    Times,
    TreeProblem,
    best_times,
    incoming,
    replenishment_times,
    tighten,
)

Floats = npt.NDArray[np.float64]

LONGEST = 5000  # periods of replenishment that a table of the programme holds
NUMBERS = (
    "lead_time", "wait", "service_time", "net_lead_time", "demand_sd", "holding_cost", "safety_stock", "safety_cost",
    "base_stock_level", "pipeline_stock",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GuaranteedResult(Result):
    """Service times of all stages and the safety stock that they need.

    Attributes
    ----------
    stages : DataFrame
        One row per stage: lead time, wait for the slowest supplier, promised service time and the time that stock
        must cover (net lead time) [periods], standard deviation of demand [units/period], holding cost
        [currency/unit/period], safety stock [units] and its cost [currency/period]; with mean demand also base-stock
        level and stock in process.
    network : StageNetwork
        Stages and links.
    cost : float
        Of all safety stock [currency/period].
    cost_everywhere : float
        If every stage kept stock and delivered at once, or as late as it could where that is shorter.
    cost_at_ends : float
        If only the stages that face customers kept stock.
    service_factor : float
        Standard deviations of demand that stock covers.
    columns : dict of str to array
        Columns of `stages`.
    problem : TreeProblem
        What was solved.
    """

    columns: dict[str, npt.NDArray[np.generic]]
    problem: TreeProblem
    cost: float
    service_factor: float
    notes: tuple[str, ...] = ()

    @cached_property
    def stages(self) -> pd.DataFrame:
        """One row per stage."""
        return pd.DataFrame({"stage": self.network.names, **self.columns})

    @property
    def network(self) -> StageNetwork:
        """Stages and links."""
        return self.problem.network

    @cached_property
    def cost_everywhere(self) -> float:
        """Cost if every stage kept stock and delivered at once, or as late as it could where that is shorter."""
        return cost_of(self.problem, np.zeros_like(self.problem.lead_times))

    @cached_property
    def cost_at_ends(self) -> float:
        """Cost if only the stages that face customers kept stock."""
        return cost_of(self.problem, np.full_like(self.problem.lead_times, LONGEST))

    @property
    def holding_stages(self) -> tuple[str, ...]:
        """Stages that keep safety stock."""
        return tuple(self.network.names[place] for place in np.flatnonzero(self.columns["net_lead_time"]).tolist())

    @property
    def service_times(self) -> dict[str, int]:
        """Promised service time of each stage [periods]."""
        return dict(zip(self.network.names, self.columns["service_time"].tolist(), strict=True))

    @property
    def saving(self) -> float:
        """Share of the cost of stock at every stage that is saved."""
        return max(0.0, 1 - self.cost / self.cost_everywhere) if self.cost_everywhere > 0 else 0.0

    def to_frame(self) -> pd.DataFrame:
        """One row per stage, in the order of the table."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say where stock is kept and what that saves."""
        return t("Safety stock at {n} of {m} stages costs {x:,.2f} per period, {saving:.0%} less than at every stage.",
                 n=len(self.holding_stages), m=len(self.network.names), x=self.cost, saving=self.saving)  # fmt: skip


def guaranteed_service(
    stages: pd.DataFrame,
    *,
    stage: str = "stage",
    successor: str = "successor",
    links: Iterable[tuple[str, str]] | None = None,
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    demand_sd: str = "demand_sd",
    demand_mean: str | None = None,
    max_service_time: str | None = None,
    inbound_time: str | None = None,
    service_level: float | None = None,
    service_factor: float | None = None,
    pooling: float = 2.0,
) -> GuaranteedResult:
    """Place safety stock in a supply tree at least cost.

    Parameters
    ----------
    stages : DataFrame
        One row per stage; `stage`, `successor`, `links` as in `stage_network`.
    lead_time, holding_cost : str
        Columns: time that a stage takes once everything is there [whole periods], at least 0, and cost of a unit in
        stock [currency/unit/period], at least 0.
    demand_sd, demand_mean : str
        Columns: demand of outside customers per period [units/period], at least 0; empty where there are none. The end
        of every chain needs one.
    max_service_time, inbound_time : str, optional
        Columns: longest service time that outside customers accept, 0 where empty; service time of outside suppliers,
        0 where empty [whole periods].
    service_level, service_factor : float, one of them
        Share of the time in which stock covers demand, above 0.5 and below 1, or the standard deviations that it
        covers, above 0.
    pooling : float
        1: demands of different customers rise and fall together; 2: they are independent. 1 to 2.

    Returns
    -------
    GuaranteedResult

    Raises
    ------
    DataError
        A column is missing, a cell is not what it should be (a lead time that is not whole, a missing demand), the
        links do not form one tree, or replenishment takes more than 5,000 periods.
    ParameterError
        Not exactly one of service level and factor; a number out of range.

    Notes
    -----
    Demand over n periods is held to be at most n times the mean and `service_factor` standard deviations times sqrt(n);
    what is beyond is met by other means. Every stage promises the same service time to all its customers.

    References
    ----------
    Graves & Willems (2000), Manufacturing & Service Operations Management 2(1), section 4; Snyder & Shen (2019),
    Fundamentals of Supply Chain Theory, section 6.3.

    Examples
    --------
    Example 6.5 of Snyder & Shen:

    >>> table = pd.DataFrame({"stage": list("1234"), "successor": ["3", "", "2;4", ""], "lead_time": [2, 1, 1, 1],
    ...                       "holding_cost": [1, 3, 2, 3], "demand_sd": [None, 1, None, 1],
    ...                       "limit": [None, 0, None, 1], "inbound": [1, None, None, None]})
    >>> found = guaranteed_service(table, max_service_time="limit", inbound_time="inbound", service_factor=1)
    >>> found.service_times, round(found.cost, 4)
    ({'1': 0, '2': 0, '3': 0, '4': 1}, 8.2779)
    """
    columns = {"lead_time": lead_time, "holding_cost": holding_cost, "demand_sd": demand_sd, "demand_mean": demand_mean,
               "max_service_time": max_service_time, "inbound_time": inbound_time}  # fmt: skip
    found = read_problem(stages, stage=stage, successor=successor, links=links, columns=columns, pooling=pooling,
                         service_level=service_level, service_factor=service_factor)  # fmt: skip
    return _result(*found)


def read_problem(
    stages: pd.DataFrame,
    *,
    stage: str,
    successor: str,
    links: Iterable[tuple[str, str]] | None,
    columns: dict[str, str | None],
    service_level: float | None,
    service_factor: float | None,
    pooling: float,
) -> tuple[TreeProblem, StageNumbers, Floats, float]:
    """Check a network and return its programme, its numbers, the deviation at every stage and the service factor.

    Raises
    ------
    DataError, ParameterError
        As in `guaranteed_service`.
    """
    factor = _factor(service_level, service_factor)
    check_number("pooling", pooling, low=1, high=2)
    table = stage_columns(stages, stage=stage)
    network = read_network(table, successor=successor, links=links)
    read = _read(table, **columns)
    table.problems += _unsold(network, read.sd, str(columns["demand_sd"])) if not table.problems else []
    table.stop()
    sd = spread(network, read.sd, pooling)
    limit = np.where(np.isnan(read.limit) & ~np.isnan(read.sd), 0, read.limit)
    problem = TreeProblem(network, read.lead.astype(np.int64), np.nan_to_num(read.inbound).astype(np.int64),
                          np.nan_to_num(limit, nan=-1).astype(np.int64), read.holding * factor * sd)  # fmt: skip
    _hold_short(problem)
    return problem, read, sd, factor


def spread(network: StageNetwork, own: Floats, pooling: float) -> Floats:
    """Return the standard deviation of demand at every stage: of all customers behind it [units/period]."""
    powers = np.nan_to_num(own) ** pooling
    for place in network.downstream[::-1]:
        powers[place] += sum(powers[down] for down in network.customers[place])
    return np.asarray(powers ** (1 / pooling))


@dataclass(frozen=True)
class StageNumbers:
    """Numbers of the stages; not a number where a cell is empty."""

    lead: Floats
    holding: Floats
    sd: Floats
    mean: Floats | None
    limit: Floats
    inbound: Floats


def _factor(level: float | None, factor: float | None) -> float:
    if (level is None) == (factor is None):
        found = t("none of them is given") if level is None else t("both are given")
        raise ParameterError(Problem("service_level, service_factor", found, t("exactly one of them")))
    if factor is not None:
        return check_number("service_factor", factor, low=0, low_open=True)
    share = check_fraction("service_level", level if level is not None else 0.0)
    return float(special.ndtri(check_number("service_level", share, low=0.5, low_open=True, high=1, high_open=True)))


def _read(
    columns: StageColumns,
    lead_time: str | None,
    holding_cost: str | None,
    demand_sd: str | None,
    demand_mean: str | None,
    max_service_time: str | None,
    inbound_time: str | None,
) -> StageNumbers:
    nothing = np.full(len(columns.frame), np.nan)
    times = [
        nothing if name is None else columns.numbers(argument, name, low=0, whole=True, optional=True)
        for argument, name in (("max_service_time", max_service_time), ("inbound_time", inbound_time))
    ]
    return StageNumbers(
        lead=columns.numbers("lead_time", str(lead_time), low=0, whole=True),
        holding=columns.numbers("holding_cost", str(holding_cost), low=0),
        sd=columns.numbers("demand_sd", str(demand_sd), low=0, optional=True),
        mean=None if demand_mean is None else columns.numbers("demand_mean", demand_mean, low=0, optional=True),
        limit=times[0],
        inbound=times[1],
    )


def _unsold(network: StageNetwork, sd: Floats, column: str) -> list[Problem]:
    return [
        Problem(t("{name}, {rows}", name=column, rows=t("stage {name}", name=repr(network.names[place]))), t("empty"),
                t("the demand of its customers, for it supplies no other stage"))
        for place, customers in enumerate(network.customers)
        if not customers and np.isnan(sd[place])
    ]  # fmt: skip


def _hold_short(problem: TreeProblem) -> None:
    longest = replenishment_times(problem)
    if longest.max() > LONGEST:
        name = problem.network.names[int(longest.argmax())]
        raise DataError(Problem(t("stage {name}", name=repr(name)),
                                t("replenishment takes up to {n:,} periods", n=int(longest.max())),
                                t("at most {x}", x=f"{LONGEST:,}"), t("Use a longer unit of time.")))  # fmt: skip


def _result(problem: TreeProblem, read: StageNumbers, sd: Floats, factor: float) -> GuaranteedResult:
    promised = best_times(problem)
    wait = incoming(problem, promised)
    net = wait + problem.lead_times - promised
    safety = factor * sd * np.sqrt(net)
    values: list[npt.NDArray[np.generic]] = [
        problem.lead_times, wait, promised, net, sd, read.holding, safety, read.holding * safety,
    ]  # fmt: skip
    if read.mean is not None:
        mean = spread(problem.network, read.mean, 1.0)
        values += [mean * net + safety, mean * problem.lead_times]
    for own in values:
        own.flags.writeable = False
    columns = dict(zip(NUMBERS, values, strict=False))
    return GuaranteedResult(
        columns=columns,
        problem=problem,
        cost=float(columns["safety_cost"].sum()),
        service_factor=factor,
    )


def cost_of(problem: TreeProblem, promised: Times) -> float:
    """Cost of safety stock for promises, held to what customers accept and stages need [currency/period]."""
    limited = np.where(problem.longest_promise >= 0, np.minimum(promised, problem.longest_promise), promised)
    limited = tighten(problem, limited)
    net = incoming(problem, limited) + problem.lead_times - limited
    return float(problem.rates @ np.sqrt(net))
