"""Assembly trees: the best that any policy can do, from a serial chain that is worth the same (Rosling)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.columns import stage_columns
from casework.supply_chain.multi_echelon.network import StageNetwork, read_network
from casework.supply_chain.multi_echelon.serial import SerialResult, serial_optimum
from casework.supply_chain.multi_echelon.simulation import hold_joining

Floats = npt.NDArray[np.float64]

HEADINGS = (mark("total lead time"), mark("successor"), mark("rule"), mark("fill rate"))
LEVEL_RULES = (mark("guaranteed service"), mark("serial chain of the same worth"))  # two ways to set levels


@dataclass(frozen=True, kw_only=True)
class AssemblyResult(Result):
    """Levels of an assembly tree and the least cost that any policy can have.

    Attributes
    ----------
    stages : DataFrame
        One row per stage, in the order of the table: successor, lead time, total lead time to the customers [periods],
        local and echelon holding cost [currency/unit/period], echelon and local level [units]. It can be given to
        `simulate_chain`.
    cost : float
        Least expected stock and shortage cost of any policy [currency/period].
    cost_error : float
        How far it still moved when the grid was halved for the last time.
    network : StageNetwork
        Stages and links.
    serial : SerialResult
        The serial chain that is worth the same.
    """

    stages: pd.DataFrame
    cost: float
    cost_error: float
    network: StageNetwork
    serial: SerialResult
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per stage, in the order of the table."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say what no policy can beat."""
        return t("No policy runs this tree of stages for less than {x:,.2f} per period.", x=self.cost)


def assembly_optimum(
    stages: pd.DataFrame,
    *,
    stockout_cost: float,
    demand_mean: float | None = None,
    demand_sd: float | None = None,
    distribution: str = "normal",
    demand_pmf: Sequence[float] | None = None,
    stage: str = "stage",
    successor: str = "successor",
    links: Iterable[tuple[str, str]] | None = None,
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    tolerance: float = 1e-6,
) -> AssemblyResult:
    """Find the best levels of an assembly tree and what no policy can beat.

    Parameters
    ----------
    stages : DataFrame
        One row per stage; `stage`, `successor`, `links` as in `stage_network`; every stage supplies at most one other.
    stockout_cost, demand_mean, demand_sd, distribution, demand_pmf, tolerance
        As in `serial_optimum`.
    lead_time, holding_cost : str
        Columns: lead time [periods], at least 0, and cost of a unit in stock [currency/unit/period], which must be
        above that of all its parts together.

    Returns
    -------
    AssemblyResult

    Raises
    ------
    DataError
        The table is not one assembly tree, a cell is not what it should be, or a stage adds no holding cost.
    ParameterError
        As in `serial_optimum`.

    Notes
    -----
    Stages are put in the order of their total lead time to the customers. A serial chain in that order, with the
    differences as lead times and the same echelon costs, has the same best echelon levels. The best policy also holds
    back orders for parts that would wait for slower ones; fixed local levels, with which `simulate_chain` runs, give
    customers the same service but may cost a little more.

    References
    ----------
    Rosling (1989), Optimal inventory policies for assembly systems under random demands, Operations Research 37(4).

    Examples
    --------
    >>> table = pd.DataFrame({"stage": ["cells", "motor", "bike"], "successor": ["bike", "bike", ""],
    ...                       "lead_time": [4, 2, 1], "holding_cost": [1, 2, 5]})
    >>> found = assembly_optimum(table, stockout_cost=40, demand_mean=10, demand_sd=3)
    >>> found.serial.stages[["stage", "lead_time"]].to_numpy().tolist()
    [['bike', 1.0], ['motor', 2.0], ['cells', 2.0]]
    """
    columns = stage_columns(stages, stage=stage)
    network = read_network(columns, successor=successor, links=links)
    lead = columns.numbers("lead_time", lead_time, low=0)
    holding = columns.numbers("holding_cost", holding_cost, low=0, low_open=True)
    columns.stop()
    hold_joining(network)
    added = _added(network, holding)
    total, after = _totals(network, lead)
    upstream = np.array(network.downstream[::-1])
    order = upstream[np.argsort(total[upstream], kind="stable")]
    table = pd.DataFrame({"stage": np.array(network.names, dtype=object)[order],
                          "lead_time": np.diff(total[order], prepend=0.0), "holding_cost": added[order]})  # fmt: skip
    best = serial_optimum(table, stockout_cost=stockout_cost, demand_mean=demand_mean, demand_sd=demand_sd,
                          distribution=distribution, demand_pmf=demand_pmf, holding="echelon",
                          tolerance=tolerance)  # fmt: skip
    levels = np.empty(len(order))
    levels[order] = np.cumsum(best.local_levels)
    early = np.concatenate([[0.0], total[order][:-1]]) - after[order]
    cost = best.cost - best.chain.demand.mean * float(added[order] @ early)
    return AssemblyResult(
        stages=_table(network, lead, total, holding, added, levels),
        cost=cost,
        cost_error=best.cost_error,
        network=network,
        serial=best,
        notes=best.notes,
    )


def _added(network: StageNetwork, holding: Floats) -> Floats:
    """Cost that each stage adds to that of its parts."""
    parts = np.array([holding[list(own)].sum() for own in network.suppliers])
    problems = [
        Problem(t("stage {name}", name=repr(network.names[place])),
                t("holding cost {x:g}, {y:g} for all its parts together", x=holding[place], y=parts[place]),
                t("a holding cost above that of the parts"), t("Merge the stage with its customer."))
        for place in np.flatnonzero(holding <= parts).tolist()
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    return np.asarray(holding - parts)


def _totals(network: StageNetwork, lead: Floats) -> tuple[Floats, Floats]:
    """Lead times from the start of each stage, and from its end, to the customers."""
    after = np.zeros(len(lead))
    for place in network.downstream[::-1]:
        for down in network.customers[place]:
            after[place] = after[down] + lead[down]
    return after + lead, after


def _table(
    network: StageNetwork, lead: Floats, total: Floats, holding: Floats, added: Floats, levels: Floats
) -> pd.DataFrame:
    down = [own[0] if own else -1 for own in network.customers]
    below = np.array([levels[place] if place >= 0 else 0.0 for place in down])
    return pd.DataFrame(
        {
            "stage": network.names,
            "successor": [network.names[place] if place >= 0 else "" for place in down],
            "lead_time": lead,
            "total_lead_time": total,
            "holding_cost": holding,
            "echelon_holding_cost": added,
            "echelon_level": levels,
            "local_level": levels - below,
        }
    )
