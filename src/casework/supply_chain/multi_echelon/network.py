"""Which stage supplies which: read from a table and held to be one tree."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.supply_chain.multi_echelon.columns import StageColumns, stage_columns

SEPARATOR = ";"  # between several successors in one cell
ARROW = " – "


@dataclass(frozen=True)
class StageNetwork:
    """Stages and links of a supply tree.

    Parameters
    ----------
    names : tuple of str
        Stages, in the order of the table.
    links : tuple of (int, int)
        Places of supplier and customer of every link.
    """

    names: tuple[str, ...]
    links: tuple[tuple[int, int], ...]

    @cached_property
    def suppliers(self) -> tuple[tuple[int, ...], ...]:
        """Places of the stages that supply each stage."""
        found: list[list[int]] = [[] for _ in self.names]
        for up, down in self.links:
            found[down].append(up)
        return tuple(map(tuple, found))

    @cached_property
    def customers(self) -> tuple[tuple[int, ...], ...]:
        """Places of the stages that each stage supplies."""
        found: list[list[int]] = [[] for _ in self.names]
        for up, down in self.links:
            found[up].append(down)
        return tuple(map(tuple, found))

    @cached_property
    def downstream(self) -> tuple[int, ...]:
        """Places of all stages, every supplier before its customers."""
        waiting = [len(own) for own in self.suppliers]
        order = [place for place, n in enumerate(waiting) if n == 0]
        for place in order:
            for customer in self.customers[place]:
                waiting[customer] -= 1
                if waiting[customer] == 0:
                    order.append(customer)
        return tuple(order)

    def chain_to(self, end: str, lengths: Sequence[float]) -> tuple[str, ...]:
        """Stages of the longest way to a stage, the stage itself first.

        Parameters
        ----------
        end : str
            Name of the last stage, which faces customers.
        lengths : sequence of float
            Lead times in the order of the stages [periods].

        Examples
        --------
        >>> table = pd.DataFrame({"stage": ["mill", "dye", "shop"], "successor": ["shop", "shop", None]})
        >>> stage_network(table).chain_to("shop", [5, 2, 1])
        ('shop', 'mill')
        """
        total: dict[int, float] = {}
        for place in self.downstream:
            total[place] = lengths[place] + max((total[up] for up in self.suppliers[place]), default=0.0)
        chain = [self.names.index(end)]
        while self.suppliers[chain[-1]]:
            chain.append(max(self.suppliers[chain[-1]], key=lambda up: total[up]))
        return tuple(self.names[place] for place in chain)


def stage_network(
    stages: pd.DataFrame,
    *,
    stage: str = "stage",
    successor: str = "successor",
    links: Iterable[tuple[str, str]] | None = None,
) -> StageNetwork:
    """Read a supply network that is one tree, whatever way its links run.

    Parameters
    ----------
    stages : DataFrame
        One row per stage.
    stage, successor : str
        Columns with the name of the stage and of the stage that it supplies: empty for the end of the chain, several
        with `;` between them.
    links : sequence of (str, str), optional
        Supplier and customer of every link, instead of the column `successor`.

    Returns
    -------
    StageNetwork

    Raises
    ------
    DataError
        A column is missing, a name is empty or stands twice, a link names an unknown stage or the stage itself or
        stands twice, the links close a ring, or the network falls apart; all problems at once.

    Examples
    --------
    >>> table = pd.DataFrame({"stage": ["mill", "dye", "shop"], "successor": ["dye", "shop", ""]})
    >>> stage_network(table).links
    ((0, 1), (1, 2))
    """
    columns = stage_columns(stages, stage=stage)
    network = read_network(columns, successor=successor, links=links)
    columns.stop()
    return network


def read_network(columns: StageColumns, *, successor: str, links: Iterable[tuple[str, str]] | None) -> StageNetwork:
    """Read the links; what is wrong goes to the problems of the columns."""
    pairs = _pairs(columns, successor) if links is None else [(str(up), str(down)) for up, down in links]
    places = {name: place for place, name in enumerate(columns.names)}
    found: dict[tuple[int, int], None] = {}
    for up, down in pairs:
        fault = _fault(up, down, places, found)
        if fault:
            columns.problems.append(fault)
        else:
            found[places[up], places[down]] = None
    network = StageNetwork(tuple(columns.names), tuple(found))
    if not columns.problems:
        columns.problems += _tree_faults(network)
    return network


def _pairs(columns: StageColumns, successor: str) -> list[tuple[str, str]]:
    cells = columns.text("successor", successor) or []
    if not columns.names:
        return []
    return [
        (name, part.strip())
        for name, cell in zip(columns.names, cells, strict=True)
        for part in ([cell] if cell in columns.names else cell.split(SEPARATOR))
        if part.strip()
    ]


def _fault(up: str, down: str, places: dict[str, int], found: Container[tuple[int, int]]) -> Problem | None:
    for name in (up, down):
        if name not in places:
            return Problem(
                _link(up, down), t("there is no stage {name}", name=repr(name)), fix=suggest(name, list(places))
            )
    if up == down:
        return Problem(_link(up, down), t("the stage supplies itself"), t("another stage"))
    if (places[up], places[down]) in found or (places[down], places[up]) in found:
        return Problem(_link(up, down), t("the link stands there twice"), t("every link once"))
    return None


def _link(up: str, down: str) -> str:
    return t("link {a} – {b}", a=repr(up), b=repr(down))


def _tree_faults(network: StageNetwork) -> list[Problem]:
    """Rings and parts that hang together with nothing."""
    near: list[list[int]] = [[*network.suppliers[i], *network.customers[i]] for i in range(len(network.names))]
    came: dict[int, int] = {}
    parts: list[list[int]] = []
    rings: list[str] = []
    for start in range(len(near)):
        if start in came:
            continue
        came[start] = start
        parts.append([start])
        for place in parts[-1]:
            for other in near[place]:
                if other not in came:
                    came[other] = place
                    parts[-1].append(other)
                elif other != came[place] and place != came[other] and other < place:
                    rings.append(_ring(network.names, came, place, other))
    if not rings and len(parts) == 1:
        return []
    fix = t("Leave one of the links out, or merge stages: the model needs a tree.")
    problems = [Problem(t("links"), t("a ring: {path}", path=ring), t("no ring"), fix) for ring in rings[:3]]
    if len(parts) > 1:
        lost = "; ".join(_few([network.names[place] for place in part]) for part in parts[:5])
        problems.append(Problem(t("links"), t("{n} parts that no link joins: {names}", n=len(parts), names=lost),
                                t("one connected network")))  # fmt: skip
    return problems


def _few(names: Sequence[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _ring(names: Sequence[str], came: dict[int, int], a: int, b: int) -> str:
    """Ring that the link between a and b closes."""
    ways = []
    for place in (a, b):
        way = [place]
        while came[way[-1]] != way[-1]:
            way.append(came[way[-1]])
        ways.append(way)
    shared = next(place for place in ways[0] if place in ways[1])
    left, right = (way[: way.index(shared)] for way in ways)
    path = [*left, shared, *right[::-1], a]
    return ARROW.join(names[place] for place in path)


def chain_order(network: StageNetwork) -> list[int]:
    """Places from the last stage upstream, where every stage has at most one supplier and one customer.

    Raises
    ------
    DataError
        The network branches.
    """
    forks = [network.names[i] for i in range(len(network.names))
             if len(network.suppliers[i]) > 1 or len(network.customers[i]) > 1]  # fmt: skip
    if forks:
        raise DataError(Problem(t("links"), t("the network branches at {names}", names=_few(forks)),
                                t("a chain in which every stage supplies one other")))  # fmt: skip
    return list(network.downstream[::-1])
