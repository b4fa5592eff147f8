"""The process table of a chain: who does what for whom, after what, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.options import allowed
from casework.core.result import Result
from casework.supply_chain.structure.stages import CycleName, Flow, MacroName, Stages, Trigger, read_stages
from casework.supply_chain.structure.tables import choose, listing, numbers, parts, require, texts

REQUIRED = ("process", "stage", "lead_time")
OPTIONAL = ("partner", "flow", "after", "product", "trigger", "cycle", "macro")
HEADINGS = (
    mark("process"),
    mark("stage"),
    mark("partner"),
    mark("flow"),
    mark("after"),
    mark("product"),
    mark("trigger"),
    mark("lead time"),
    mark("cycle"),
    mark("macro"),
)


@dataclass(frozen=True, kw_only=True)
class ProcessTable(Result):
    """A checked process table.

    Attributes
    ----------
    stages : Stages
    processes : DataFrame
        process, stage, partner (empty where there is none), flow, after and products (tuples), lead_time [days],
        trigger, cycle and macro (as given by hand, else empty).
    """

    stages: Stages
    processes: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def products(self) -> tuple[str, ...]:
        """Products or variants that the table names, in its order; one empty name where it names none."""
        named = dict.fromkeys(name for names in self.processes["products"] for name in names)
        return tuple(named) or ("",)

    @property
    def moving(self) -> frozenset[str]:
        """Processes that move product."""
        return frozenset(self.processes.loc[self.processes["flow"] == "product", "process"])

    def graph(self, product: str = "") -> nx.DiGraph:
        """Return the processes of a product (or all) and what follows on what, with `lead_time` on each node.

        What other products alone need is left out; goods that would pass through it go on to what comes after it.
        """
        table = self.processes
        graph = nx.DiGraph()
        for name, days, before in zip(table["process"], table["lead_time"], table["after"], strict=True):
            graph.add_node(name, lead_time=float(days))
            graph.add_edges_from((first, name) for first in before)
        others = [
            name for name, own in zip(table["process"], table["products"], strict=True) if own and product not in own
        ]
        moving = self.moving
        for name in others if product else ():
            _leave_out(graph, name, bridge=name in moving)
        return graph

    def to_frame(self) -> pd.DataFrame:
        """Return the table as it was read, names joined by semicolons."""
        table = self.processes.rename(columns={"products": "product"})
        return table.assign(after=table["after"].map("; ".join), product=table["product"].map("; ".join))

    def summary(self) -> str:
        """Say how many processes, stages and flows there are."""
        n = len(self.processes)
        counts = self.processes["flow"].value_counts()
        return tn(
            "{n} process over {stages} stages: {product} move product, {information} information, {funds} funds.",
            "{n} processes over {stages} stages: {product} move product, {information} information, {funds} funds.",
            n,
            stages=len(self.stages.names),
            **{flow: int(counts.get(flow, 0)) for flow in allowed(Flow)},
        )


def read_processes(frame: pd.DataFrame, *, stages: Sequence[str] | Mapping[str, str]) -> ProcessTable:
    """Read and check the process table of a chain.

    Parameters
    ----------
    frame : DataFrame, one row a process
        `process` (a name, once), `stage` (who does it), `lead_time` [days, at least 0]. Where there are such columns:
        `partner` (the stage that it deals with), `flow` (product, information, funds; product where empty), `after`
        (processes that must be done before, separated by semicolons), `product` (products or variants it belongs to,
        separated by semicolons; all where empty), `trigger` (what starts it today: order or forecast), `cycle` and
        `macro` (classes set by hand).
    stages : sequence of role, or mapping of name to role
        From the source to the customer; see `read_stages`.

    Returns
    -------
    ProcessTable

    Raises
    ------
    ParameterError
        The stages are wrong.
    DataError
        A column, name or number is missing, a process occurs twice, a stage, process or class is not known, a time is
        negative or no number, or processes wait for each other in a circle: all of it at once.

    Examples
    --------
    >>> table = pd.DataFrame({"process": ["press", "sell"], "stage": ["manufacturer", "retailer"],
    ...                       "lead_time": [4, 0], "after": ["", "press"]})
    >>> chain = read_processes(table, stages=["manufacturer", "retailer", "customer"])
    >>> chain.summary()
    '2 processes over 3 stages: 2 move product, 0 information, 0 funds.'
    """
    chain = read_stages(stages)
    table = t("process table")
    require(frame, REQUIRED, table=table)
    columns = {name: frame[name] if name in frame else pd.Series("", index=frame.index) for name in OPTIONAL}
    problems: list[Problem] = []
    read = pd.DataFrame({"process": texts(frame["process"])})
    read["stage"] = choose(
        frame["stage"], chain.names, where=t("column {name}", name="'stage'"), problems=problems, empty=False
    )
    choices = {
        "partner": chain.names,
        "flow": allowed(Flow),
        "trigger": allowed(Trigger),
        "cycle": allowed(CycleName),
        "macro": allowed(MacroName),
    }
    for name, known in choices.items():
        where = t("column {name}", name=repr(name))
        read[name] = choose(columns[name], known, where=where, problems=problems)
    read["flow"] = read["flow"].replace("", "product")
    read["lead_time"] = numbers(
        frame["lead_time"], where=t("column {name}", name="'lead_time'"), problems=problems, low=0
    )
    read["after"] = [tuple(dict.fromkeys(parts(cell))) for cell in texts(columns["after"])]
    read["products"] = [tuple(dict.fromkeys(parts(cell))) for cell in texts(columns["product"])]
    problems += _names(read)
    if not problems:
        problems += _circle(read)
    if problems:
        raise DataError(problems)
    order = ["process", "stage", "partner", "flow", "after", "products", "lead_time", "trigger", "cycle", "macro"]
    return ProcessTable(stages=chain, processes=read[order].reset_index(drop=True), notes=_notes(frame, read))


def _leave_out(graph: nx.DiGraph, name: str, *, bridge: bool) -> None:
    """Take a process out; where goods pass through it, link what was before it with what was after."""
    before, after = list(graph.predecessors(name)), list(graph.successors(name))
    graph.remove_node(name)
    if bridge:
        graph.add_edges_from((u, v) for u in before for v in after if not nx.has_path(graph, u, v))


def _names(read: pd.DataFrame) -> list[Problem]:
    names = read["process"].tolist()
    known = set(names)
    problems = [Problem(t("row {n}", n=row + 1), t("no name")) for row in np.flatnonzero(read["process"] == "")]
    problems += [
        Problem(t("process {name}", name=repr(name)), t("occurs twice"), t("each name once"))
        for name in read.loc[read["process"].duplicated() & (read["process"] != ""), "process"].unique()
    ]
    unknown = [
        (name, item) for name, before in zip(names, read["after"], strict=True) for item in before if item not in known
    ]
    problems += [
        Problem(
            t("process {name}, column 'after'", name=repr(name)),
            t("{value} is not a process", value=repr(item)),
            fix=suggest(item, names),
        )
        for name, item in unknown
    ]
    return problems


def _circle(read: pd.DataFrame) -> list[Problem]:
    graph = nx.DiGraph(
        [(first, name) for name, before in zip(read["process"], read["after"], strict=True) for first in before]
    )
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return []
    round_trip = t(" > ").join([edges[0][0], *(second for _, second in edges)])
    return [
        Problem(
            t("column {name}", name="'after'"),
            t("a cycle: {names}", names=round_trip),
            t("processes that follow on each other without a circle"),
        )
    ]


def _notes(frame: pd.DataFrame, read: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    ignored = [str(name) for name in frame.columns if name not in (*REQUIRED, *OPTIONAL)]
    if ignored:
        notes.append(t("Columns that were not used: {names}.", names=listing(ignored)))
    followed = {name for before in read["after"] for name in before}
    alone = read.loc[(read["after"].map(len) == 0) & ~read["process"].isin(followed), "process"].tolist()
    if alone and len(read) > 1:
        notes.append(t("Nothing goes before or after: {names}.", names=listing(alone)))
    return tuple(notes)
