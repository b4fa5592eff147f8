"""Push and pull: the decoupling boundary, found from lead times and the time that customers are willing to wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.structure.cycles import ClassifiedProcesses, classify_processes
from casework.supply_chain.structure.processes import ProcessTable
from casework.supply_chain.structure.tables import listing

ROUNDING = 1e-9  # [days] sums of lead times that differ by less are equal
SEPARATOR = "; "  # of names in a cell, as in the process table
# Positions of the decoupling point: Hoekstra & Romme (1992), from stock at the customer to nothing in stock at all.
STRATEGIES = (
    mark("make and ship to stock"),
    mark("make to stock"),
    mark("assemble to order"),
    mark("make to order"),
    mark("purchase and make to order"),
)
HEADINGS = (
    mark("to customer"),
    mark("push pull"),
    mark("horizon"),
    mark("critical"),
    mark("advice"),
    mark("customer wait"),
    mark("total"),
    mark("response"),
    mark("ratio"),
    mark("strategy"),
    mark("stock after"),
    mark("next gain"),
    mark("faster"),
    mark("push"),
    mark("pull"),
)


@dataclass(frozen=True, kw_only=True)
class BoundaryResult(Result):
    """Which processes can wait for an order, by product.

    Attributes
    ----------
    classified : ClassifiedProcesses
    table : DataFrame
        A row a process and product: product, process, stage, lead_time, to_customer [days from its start until the
        customer has the goods], push_pull (pull where that is within the tolerance), horizon [days that demand must be
        forecast ahead], critical (on the longest path), trigger (today), advice.
    products : DataFrame
        A row a product: product, customer_wait, total [days of the longest path], response [days a customer waits when
        stock stands at the boundary], ratio (total over tolerance), strategy, stock_after (names of processes behind
        which stock is held), next_gain [days to save so that one more process can wait for orders].
    """

    classified: ClassifiedProcesses
    table: pd.DataFrame
    products: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def extremes(self) -> tuple[str, ...]:
        """Products with the smallest and the largest share of their way that can wait for an order; one where equal."""
        ranked = self.products.sort_values("ratio", kind="stable")["product"]
        return tuple(dict.fromkeys([str(ranked.iloc[0]), str(ranked.iloc[-1])]))

    def of(self, product: str) -> BoundaryResult:
        """Return the result of one product alone.

        Raises
        ------
        ParameterError
            There is no such product; the message gives the nearest spelling.
        """
        known = self.products["product"].tolist()
        if product not in known:
            raise ParameterError(
                Problem("product", t("{value} is not a product", value=repr(product)), fix=suggest(product, known))
            )
        return replace(
            self,
            table=self.table[self.table["product"] == product].reset_index(drop=True),
            products=self.products[self.products["product"] == product].reset_index(drop=True),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a process and product."""
        return self.table.copy()

    def summary(self) -> str:
        """Say where the boundary lies for the product with the longest way."""
        row = self.products.iloc[int(self.products["total"].to_numpy().argmax())]
        return t("{name}: {text}", name=row["product"], text=_where(row)) if row["product"] else _where(row)


def find_boundary(
    chain: ProcessTable | ClassifiedProcesses, *, tolerance: float | Mapping[str, float]
) -> BoundaryResult:
    """Find which processes can wait for an order and which must run on a forecast.

    Parameters
    ----------
    chain : ProcessTable or ClassifiedProcesses
        Lead times, and in `after` what waits for what.
    tolerance : float, or mapping of product to float
        Lead time that customers tolerate [days], at least 0.

    Returns
    -------
    BoundaryResult

    Raises
    ------
    ParameterError
        A tolerance is negative or no number; a product of the mapping is not known, or one has none: all of it at once.

    Notes
    -----
    A process can wait for the order (pull) where the longest way from its start to the customer takes no longer than
    customers wait. The way only gets shorter downstream, so that pull processes are closed towards the customer
    and the boundary is a cut through the graph; decoupling stock stands on the links that cross it. What no goods
    wait for (collecting payment after delivery, a talk about prices) delays no customer and is left out; where
    nothing moves product, all counts. Lead times are taken as certain: where they vary, give a high quantile.

    References
    ----------
    Hoekstra, S. & Romme, J. (1992). Integral Logistic Structures: the decoupling point and its five positions.
    Olhager, J. (2003). Strategic positioning of the order penetration point. International Journal of Production
    Economics 85(3), 319-329: ratio of production to delivery lead time.

    Examples
    --------
    >>> from casework.supply_chain.structure import read_processes
    >>> table = pd.DataFrame({"process": ["make", "pack", "ship"], "lead_time": [10, 1, 2],
    ...                       "after": ["", "make", "pack"], "stage": ["manufacturer"] * 3})
    >>> chain = read_processes(table, stages=["manufacturer", "customer"])
    >>> find_boundary(chain, tolerance=3).table["push_pull"].tolist()
    ['push', 'pull', 'pull']
    """
    classified = chain if isinstance(chain, ClassifiedProcesses) else classify_processes(chain)
    source = classified.source
    waits = _tolerances(source.products, tolerance)
    found = [_product(classified, name, wait) for name, wait in waits.items()]
    table = pd.concat([rows for rows, _ in found], ignore_index=True)
    products = pd.DataFrame([row for _, row in found])
    return BoundaryResult(classified=classified, table=table, products=products, notes=_notes(source, table, products))


def _where(row: pd.Series[Any]) -> str:
    """Say in a sentence where the boundary of a product lies."""
    words = {"total": row["total"], "wait": row["customer_wait"], "strategy": t(str(row["strategy"]))}
    if not row["stock_after"]:
        return t("All of {total:g} days fit into the {wait:g} days that customers wait: {strategy}.", **words)
    return t(
        "The chain takes {total:g} days and customers wait {wait:g}: {strategy}, with stock after {names}.",
        **words,
        names=listing(str(row["stock_after"]).split(SEPARATOR)),
    )


def explore_boundary(
    chain: ClassifiedProcesses, *, product: str = "", customer_wait: float = 7.0, faster: float = 0.0
) -> BoundaryResult:
    """Find the boundary of one product for another tolerance, and with every process faster.

    Parameters
    ----------
    chain : ClassifiedProcesses
    product : str
        One of the products; empty where the table names none.
    customer_wait : float
        Days that customers wait, at least 0.
    faster : float
        Share of its lead time that each process saves, 0 to 1.

    Raises
    ------
    ParameterError
        A number is out of its range or the product is not known.
    """
    check_number("faster", faster, low=0, high=1)
    check_number("customer_wait", customer_wait, low=0, unit="days")
    table = chain.source.processes
    quick = replace(chain.source, processes=table.assign(lead_time=table["lead_time"] * (1 - faster)))
    return find_boundary(replace(chain, source=quick), tolerance=customer_wait).of(product)


def ways_to_customer(graph: nx.DiGraph) -> dict[str, float]:
    """Return for each process the longest way from its start to the customer [days].

    Parameters
    ----------
    graph : DiGraph without cycles
        `lead_time` on each node, links from what is done before.

    Examples
    --------
    >>> graph = nx.DiGraph([("a", "b")])
    >>> nx.set_node_attributes(graph, {"a": 4.0, "b": 1.0}, "lead_time")
    >>> ways_to_customer(graph)
    {'b': 1.0, 'a': 5.0}
    """
    ways: dict[str, float] = {}
    for name in reversed(list(nx.topological_sort(graph))):
        ways[name] = graph.nodes[name]["lead_time"] + max(
            (ways[after] for after in graph.successors(name)), default=0.0
        )
    return ways


def goods_wait_for(graph: nx.DiGraph, moving: Collection[str]) -> nx.DiGraph:
    """Return the part of the graph that moves product or must be done before something that does.

    Examples
    --------
    >>> graph = nx.DiGraph([("order", "ship"), ("ship", "collect payment")])
    >>> sorted(goods_wait_for(graph, {"ship"}))
    ['order', 'ship']
    """
    ends = [name for name in graph if name in moving]
    kept = set(ends).union(*(nx.ancestors(graph, name) for name in ends)) if ends else set(graph)
    found = graph.copy()
    found.remove_nodes_from([name for name in graph if name not in kept])
    return found


def critical_path(graph: nx.DiGraph, ways: Mapping[str, float]) -> list[str]:
    """Return the longest path, from the process that must begin first."""
    path: list[str] = []
    step = max(graph, key=lambda name: ways[name], default=None)
    while step is not None:
        path.append(step)
        step = max(graph.successors(step), key=lambda name: ways[name], default=None)
    return path


def _tolerances(products: tuple[str, ...], tolerance: float | Mapping[str, float]) -> dict[str, float]:
    if not isinstance(tolerance, Mapping):
        return dict.fromkeys(products, check_number("tolerance", tolerance, low=0, unit="days"))
    problems = [
        Problem("tolerance", t("{value} is not a product", value=repr(name)), fix=suggest(str(name), products))
        for name in tolerance
        if name not in products
    ]
    found: dict[str, float] = {}
    for name in products:
        if name not in tolerance:
            problems.append(Problem("tolerance", t("none for {name}", name=repr(name)), t("days for each product")))
            continue
        try:
            found[name] = check_number(f"tolerance[{name!r}]", tolerance[name], low=0, unit="days")
        except ParameterError as error:
            problems += error.problems
    if problems:
        raise ParameterError(problems)
    return found


def _product(classified: ClassifiedProcesses, product: str, wait: float) -> tuple[pd.DataFrame, dict[str, Any]]:
    graph = goods_wait_for(classified.source.graph(product), classified.source.moving)
    ways = ways_to_customer(graph)
    path = critical_path(graph, ways)
    table = classified.source.processes.set_index("process").loc[list(graph)]
    pull = {name for name, way in ways.items() if way <= wait + ROUNDING}
    rows = pd.DataFrame(
        {
            "product": product,
            "process": list(graph),
            "stage": table["stage"].to_numpy(),
            "lead_time": table["lead_time"].to_numpy(),
            "to_customer": [ways[name] for name in graph],
            "push_pull": ["pull" if name in pull else "push" for name in graph],
            "horizon": [0.0 if name in pull else ways[name] - wait for name in graph],
            "critical": [name in path for name in graph],
            "trigger": table["trigger"].to_numpy(),
        }
    )
    rows["advice"] = [_advice(mode, now) for mode, now in zip(rows["push_pull"], rows["trigger"], strict=True)]
    total = max(ways.values(), default=0.0)
    held = [
        name
        for name in graph
        if name not in pull and (not graph.out_degree(name) or any(s in pull for s in graph.successors(name)))
    ]
    gains = [ways[name] - wait for name in graph if name not in pull and all(s in pull for s in graph.successors(name))]
    return rows, {
        "product": product,
        "customer_wait": wait,
        "total": total,
        "response": max((ways[name] for name in pull), default=0.0),
        "ratio": total / wait if wait > 0 else float("inf"),
        "strategy": _strategy(classified, graph, pull),
        "stock_after": SEPARATOR.join([name for name in held if name in classified.source.moving] or held),
        "next_gain": min(gains, default=0.0),
    }


def _advice(mode: str, trigger: str) -> str:
    if mode == "push" and trigger == "order":
        return mark("customers wait longer than they tolerate")
    if mode == "pull" and trigger == "forecast":
        return mark("could wait for the order")
    return ""


def _strategy(classified: ClassifiedProcesses, graph: nx.DiGraph, pull: set[str]) -> str:
    table = classified.table[classified.table["flow"] == "product"]
    making = set(table.loc[table["cycle"] == "manufacturing", "process"]) & set(graph)
    moving = set(table["process"]) & set(graph) or set(graph)
    if not moving & pull:
        return STRATEGIES[0]
    if moving <= pull:
        return STRATEGIES[4]
    if making and making <= pull:
        return STRATEGIES[3]
    return STRATEGIES[2] if making & pull else STRATEGIES[1]


def _notes(source: ProcessTable, table: pd.DataFrame, products: pd.DataFrame) -> tuple[str, ...]:
    notes = list(source.notes)
    aside = source.processes.loc[~source.processes["process"].isin(table["process"]), "process"].tolist()
    if aside:
        notes.append(t("No goods wait for these, and the boundary leaves them out: {names}.", names=listing(aside)))
    own = {
        name
        for name, named in zip(source.processes["process"], source.processes["products"], strict=True)
        if len(named) == 1
    }
    early = table[table["process"].isin(own) & (table["push_pull"] == "push")]
    if len(products) > 1 and len(early):
        notes.append(
            t(
                "Made for one product only and on a forecast, so that each product needs its own: {names}.",
                names=listing(early["process"].unique()),
            )
        )
    modes = table.groupby("process")["push_pull"].nunique()
    mixed = modes[modes > 1].index.tolist()
    if mixed:
        notes.append(t("Can wait for orders of some products but not of others: {names}.", names=listing(mixed)))
    late = table.loc[table["advice"].str.startswith("customers"), "process"].unique().tolist()
    if late:
        notes.append(
            t("Waits for orders today although customers do not wait that long: {names}.", names=listing(late))
        )
    return tuple(notes)
