"""Cut out of a supply network what leads to one stage: the tree behind it and the longest chain to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.supply_chain.multi_echelon.columns import StageColumns, stage_columns
from casework.supply_chain.multi_echelon.guaranteed import spread
from casework.supply_chain.multi_echelon.network import StageNetwork, read_network

Floats = npt.NDArray[np.float64]

HEADINGS = (mark("demand mean"), mark("successor"), mark("max service time"))


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """What leads to one stage of a network.

    Attributes
    ----------
    end : str
        The stage, which faces all demand behind it.
    tree : DataFrame
        The stage and all that supply it: `stage`, `successor`, `lead_time` [periods], `holding_cost`
        [currency/unit/period], `demand_mean`, `demand_sd` (of the end only) [units/period].
    chain : DataFrame
        Longest chain to the stage, the stage first: `stage`, `lead_time`, `holding_cost`. Stages at which a unit costs
        no less to hold than one step further are merged into that one, for they never keep stock.
    demand_mean, demand_sd : float
        Of all customers behind the stage together [units/period].
    notes : tuple of str
        What was merged or left out.
    """

    end: str
    tree: pd.DataFrame
    chain: pd.DataFrame
    demand_mean: float
    demand_sd: float
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Say where the chain ends and how long it is."""
        names = t(" ← ").join(self.chain["stage"])
        return t("The longest chain: {names}; {m:g} periods of lead time, demand {x:,.1f} ± {y:,.1f} per period.",
                 names=names, m=self.chain["lead_time"].sum(), x=self.demand_mean, y=self.demand_sd)  # fmt: skip

    @property
    def valueless(self) -> tuple[str, ...]:
        """Stages of the tree at which a unit costs no more to hold than all its parts together."""
        rows = self.tree.set_index("stage")
        parts = rows.groupby("successor")["holding_cost"].sum().reindex(rows.index).fillna(0.0)
        return tuple(rows.index[(rows["holding_cost"] <= parts).to_numpy()])


def excerpt(
    stages: pd.DataFrame,
    *,
    end: str = "",
    stage: str = "stage",
    successor: str = "successor",
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    demand_mean: str = "demand_mean",
    demand_sd: str = "demand_sd",
    pooling: float = 2.0,
) -> Excerpt:
    """Check a supply network and cut out what leads to one of its stages.

    Parameters
    ----------
    stages : DataFrame
        One row per stage; the columns as in `guaranteed_service`.
    end : str
        Name of the stage. Empty: the last one that all demand passes, if it has a supplier; else the one with the
        largest demand among those that supply no other.
    stage, successor, lead_time, holding_cost, demand_mean, demand_sd : str
        Columns. Where there are outside customers, mean and deviation are both needed.
    pooling : float
        1: demands of different customers rise and fall together; 2: they are independent. 1 to 2.

    Returns
    -------
    Excerpt

    Raises
    ------
    DataError
        A column is missing, a cell is not what it should be, the links do not form one tree, or the demand behind the
        stage is zero or never varies; all problems at once.
    ParameterError
        No stage has the name `end`, or pooling is out of range.

    Notes
    -----
    Stages of the excerpt that supply others too are taken with the demand behind the end only.

    Examples
    --------
    >>> table = pd.DataFrame({"stage": ["mill", "dye", "depot", "east", "west"], "holding_cost": [1, 2, 4, 5, 5],
    ...                       "successor": ["depot", "depot", "east; west", "", ""], "lead_time": [5, 2, 1, 3, 4],
    ...                       "demand_mean": [None, None, None, 30, 40], "demand_sd": [None, None, None, 3, 4]})
    >>> found = excerpt(table)
    >>> found.end, found.chain["stage"].tolist(), found.demand_mean, found.demand_sd
    ('depot', ['depot', 'mill'], 70.0, 5.0)
    """
    check_number("pooling", pooling, low=1, high=2)
    columns = stage_columns(stages, stage=stage)
    network = read_network(columns, successor=successor, links=None)
    lead = columns.numbers("lead_time", lead_time, low=0, whole=True)
    holding = columns.numbers("holding_cost", holding_cost, low=0)
    means = columns.numbers("demand_mean", demand_mean, low=0, optional=True)
    deviations = columns.numbers("demand_sd", demand_sd, low=0, optional=True)
    if not columns.problems:
        _hold_demand(columns, network, means, demand_mean)
        _hold_demand(columns, network, deviations, demand_sd, other=means)
    columns.stop()
    totals = spread(network, means, 1.0), spread(network, deviations, pooling)
    last = _last(network, means) if not end else _named(network, end)
    mean, sd = float(totals[0][last]), float(totals[1][last])
    _hold_varied(network.names[last], mean, sd)
    chain, notes = _chain(network, last, lead, holding)
    tree = _tree(network, last, lead, holding, mean, sd)
    return Excerpt(end=network.names[last], tree=tree, chain=chain, demand_mean=mean, demand_sd=sd, notes=tuple(notes))


def _hold_demand(
    columns: StageColumns, network: StageNetwork, values: Floats, column: str, other: Floats | None = None
) -> None:
    """Note ends without demand and means without deviation."""
    for place, customers in enumerate(network.customers):
        needed = not customers or (other is not None and not np.isnan(other[place]))
        if needed and np.isnan(values[place]):
            where = t("{name}, {rows}", name=column, rows=columns.row(place))
            columns.problems.append(Problem(where, t("empty"), t("the demand of the customers of the stage")))


def _named(network: StageNetwork, end: str) -> int:
    if end not in network.names:
        found = t("there is no stage {name}", name=repr(end))
        raise ParameterError(Problem("end", found, fix=suggest(end, list(network.names))))
    return network.names.index(end)


def _last(network: StageNetwork, means: Floats) -> int:
    """Last stage that all demand passes, or the end with the largest demand."""
    behind: dict[int, set[int]] = {}
    for place in network.downstream[::-1]:
        own = set() if np.isnan(means[place]) else {place}
        behind[place] = own.union(*(behind[down] for down in network.customers[place]))
    everyone = set(np.flatnonzero(~np.isnan(means)).tolist())
    shared = [place for place in network.downstream if behind[place] == everyone]
    if shared and network.suppliers[shared[-1]]:
        return shared[-1]
    ends = [place for place, customers in enumerate(network.customers) if not customers]
    return max(ends, key=lambda place: float(means[place]))


def _hold_varied(name: str, mean: float, sd: float) -> None:
    if mean > 0 and sd > 0:
        return
    found = t("a demand of {x:g} with a standard deviation of {y:g}", x=mean, y=sd)
    raise DataError(Problem(t("stage {name}", name=repr(name)), found, t("both above 0")))


def _tree(network: StageNetwork, last: int, lead: Floats, holding: Floats, mean: float, sd: float) -> pd.DataFrame:
    """Return the stage and all behind it, suppliers first."""
    successor = {last: ""}
    for place in network.downstream[::-1]:
        if place in successor:
            successor.update(dict.fromkeys(network.suppliers[place], network.names[place]))
    places = [place for place in network.downstream if place in successor]
    rows = [
        (network.names[i], successor[i], int(lead[i]), holding[i], *((mean, sd) if i == last else (np.nan, np.nan)))
        for i in places
    ]
    return pd.DataFrame(rows, columns=["stage", "successor", "lead_time", "holding_cost", "demand_mean", "demand_sd"])


def _chain(network: StageNetwork, last: int, lead: Floats, holding: Floats) -> tuple[pd.DataFrame, list[str]]:
    """Longest chain with a holding cost that rises towards the customers."""
    names = network.chain_to(network.names[last], lead.tolist())
    kept: list[str] = []
    times: list[float] = []
    costs: list[float] = []
    notes: list[str] = []
    lowest = np.inf
    for name in names:
        place = network.names.index(name)
        if holding[place] <= 0 and kept:
            notes.append(t("A unit costs nothing to hold at {name}: it is taken to be never short.", name=name))
            break
        if holding[place] >= lowest:
            times[-1] += float(lead[place])
            notes.append(t("A unit costs no less to hold at {a} than at {b}: {a} keeps nothing, and {b} takes that "
                           "much longer.", a=name, b=kept[-1]))  # fmt: skip
            continue
        lowest = float(holding[place])
        kept.append(name)
        times.append(float(lead[place]))
        costs.append(lowest)
    return pd.DataFrame({"stage": kept, "lead_time": times, "holding_cost": costs}), notes
