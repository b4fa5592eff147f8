"""Lots and what they were made of: the genealogy of lots as a graph, followed backward and forward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from casework.core.checks import check_names, check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]
Direction = Literal["backward", "forward"]
BITS = 64
SHOWN = 5
COLUMNS = (mark("lot"), mark("steps"), mark("share"), mark("amount"), mark("reached"), mark("origin"), mark("end"))


@dataclass(frozen=True, kw_only=True)
class TraceResult(Result):
    """Where lots come from, or where they went.

    Attributes
    ----------
    asked : tuple
        Lots that were asked for.
    direction : {'backward', 'forward'}
    table : DataFrame
        A row per lot found, nearest first: `lot`; `steps` (fewest, from the lots asked for); `reached` (by how many of
        the lots asked for); `share` (forward: of its content that comes from the lots asked for; backward: of their
        content, by their size, that passed through it) and `amount` (that share in the unit of the graph); `origin`
        (nothing goes into it) and `end` (nothing is made of it).
    edges : DataFrame
        `from`, `to`, `amount`: the part of the graph between the lots of the table.
    """

    asked: tuple[Any, ...]
    direction: Direction
    table: pd.DataFrame
    edges: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def origins(self) -> list[Any]:
        """Lots of the table into which nothing goes: raw material."""
        return list(self.table.loc[self.table["origin"], "lot"])

    @property
    def ends(self) -> list[Any]:
        """Lots of the table of which nothing is made: finished goods, or material still in stock."""
        return list(self.table.loc[self.table["end"], "lot"])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many lots were found, and how many of them are origins or ends."""
        words = {"m": len(self.asked), "steps": int(self.table["steps"].max()) if len(self.table) else 0}
        if self.direction == "backward":
            return tn("Back from {m:,} through up to {steps} steps: {n:,} lot, {k:,} of them raw.",
                      "Back from {m:,} through up to {steps} steps: {n:,} lots, {k:,} of them raw.",
                      len(self.table), k=len(self.origins), **words)  # fmt: skip
        return tn("Forward from {m:,} through up to {steps} steps: {n:,} lot, {k:,} of them at the end.",
                  "Forward from {m:,} through up to {steps} steps: {n:,} lots, {k:,} of them at the end.",
                  len(self.table), k=len(self.ends), **words)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LotGraph(Result):
    """Which lot went into which, and how much of it.

    Attributes
    ----------
    lots : Index
        All lots, each after everything that went into it.
    into : sparse matrix, shape (lots, lots)
        Part of a lot's content (row) that came directly from another (column); rows of origins are empty.
    inflow : ndarray, shape (lots,)
        What went into each lot; for origins what was taken from them.
    edges : DataFrame
        `from`, `to`, `amount`, equal pairs added up.
    """

    lots: pd.Index
    into: sparse.csr_array
    inflow: Floats
    edges: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def origins(self) -> pd.Index[Any]:
        """Lots into which nothing goes."""
        return self.lots.take(np.flatnonzero(np.diff(self.into.indptr) == 0))

    @property
    def ends(self) -> pd.Index[Any]:
        """Lots of which nothing is made."""
        return self.lots.take(np.flatnonzero(~self._used()))

    def backward(self, lots: Iterable[Any], *, least: float = 0.0) -> TraceResult:
        """Return everything that went into these lots.

        Parameters
        ----------
        lots : iterable
        least : float
            Smallest share of their content, 0 to 1, that must have passed through a lot for it to be told.

        Raises
        ------
        ParameterError
            No lot, lots that the graph does not have, or a share out of range.
        """
        return self._trace(lots, "backward", least)

    def forward(self, lots: Iterable[Any], *, least: float = 0.0) -> TraceResult:
        """Return everything that these lots went into.

        Parameters
        ----------
        lots : iterable
        least : float
            Smallest share of its content, 0 to 1, that a lot must hold of them to be told.

        Raises
        ------
        ParameterError
            No lot, lots that the graph does not have, or a share out of range.
        """
        return self._trace(lots, "forward", least)

    def contents(self, lots: Iterable[Any] | None = None, *, of: Iterable[Any] | None = None) -> sparse.csr_array:
        """Return what lots are made of.

        Parameters
        ----------
        lots : iterable, optional
            Rows; the ends by default.
        of : iterable, optional
            Columns; the origins by default. Any lot may stand here: its share is what passed through it.

        Returns
        -------
        sparse matrix, shape (lots, of)
            Shares of the content, 0 to 1; a lot consists of itself to 1. Over the origins they add up to 1.

        Raises
        ------
        ParameterError
            Lots that the graph does not have.
        """
        rows = self.places(self.ends if lots is None else lots)
        columns = self.places(self.origins if of is None else of)
        unit = sparse.csr_array((np.ones(len(rows)), (np.arange(len(rows)), rows)), shape=(len(rows), len(self.lots)))
        return sparse.csr_array(_passed_on(unit, self.into)[:, columns])

    def places(self, lots: Iterable[Any]) -> Places:
        """Return the places of lots in the graph.

        Raises
        ------
        ParameterError
            Lots that the graph does not have.
        """
        asked = pd.Index(pd.unique(pd.Series(list(lots), dtype=object)))
        found = np.asarray(self.lots.get_indexer(asked), dtype=np.int64)
        lost = [str(name) for name in asked[found < 0]]
        if lost:
            check_names("lots", lost[:SHOWN], [str(name) for name in self.lots])
            raise ParameterError(Problem("lots", t("{value} is not known", value=repr(asked[found < 0][0]))))
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the edges."""
        return self.edges.copy()

    def summary(self) -> str:
        """Say how many lots there are, and how they hang together."""
        return t("{n:,} lots: {a:,} raw, {b:,} at the end, {m:,} steps from lot to lot.", n=len(self.lots),
                 a=len(self.origins), b=len(self.ends), m=len(self.edges))  # fmt: skip

    def _trace(self, lots: Iterable[Any], direction: Direction, least: float) -> TraceResult:
        check_number("least", least, low=0, high=1)
        start = self.places(lots)
        if not len(start):
            raise ParameterError(Problem("lots", t("none"), t("at least one lot")))
        links = self.into if direction == "backward" else sparse.csr_array(self.into.T)
        steps, reached = _reach(links, start)
        share = self._passed(start) if direction == "backward" else self._held(start)
        found = np.flatnonzero((steps > 0) & (share >= least))
        found = found[np.lexsort((found, -share[found], steps[found]))]
        amount = share * (self.inflow[start].sum() if direction == "backward" else self.inflow)
        origin, end = np.diff(self.into.indptr) == 0, ~self._used()
        table = pd.DataFrame({"lot": self.lots[found], "steps": steps[found], "reached": reached[found],
                              "share": share[found], "amount": amount[found], "origin": origin[found],
                              "end": end[found]})  # fmt: skip
        inside = np.zeros(len(self.lots), dtype=bool)
        inside[start], inside[found] = True, True
        pairs = self.into.tocoo()  # in the order of the edges
        kept = np.flatnonzero(inside[pairs.row] & inside[pairs.col])
        edges = self.edges.iloc[kept].reset_index(drop=True)
        return TraceResult(asked=tuple(self.lots[start]), direction=direction, table=table, edges=edges)

    def _used(self) -> npt.NDArray[np.bool_]:
        """Whether anything is made of each lot."""
        used = np.zeros(len(self.lots), dtype=bool)
        used[self.into.indices] = True
        return used

    def _held(self, start: Places) -> Floats:
        """Share of every lot's content that comes from the lots at `start`."""
        fixed = np.zeros(len(self.lots))
        fixed[start] = 1.0
        return np.asarray(_passed_on(fixed, sparse.csr_array((sparse.diags_array(1 - fixed) @ self.into).T)))

    def _passed(self, start: Places) -> Floats:
        """Share of the content of the lots at `start`, by their size, that passed through every lot."""
        weight = np.zeros(len(self.lots))
        weight[start] = self.inflow[start] / self.inflow[start].sum()
        return np.asarray(np.clip(_passed_on(weight, self.into), 0, 1))


def lot_graph(
    edges: pd.DataFrame, *, source: str = "from", target: str = "to", amount: str | None = "amount"
) -> LotGraph:
    """Read the genealogy of lots: which lot went into which.

    Parameters
    ----------
    edges : DataFrame
        A row for each time that something of a lot (`source`) went into another (`target`).
    source, target : str
        Columns with the names of lots; any values that can be told apart.
    amount : str, optional
        Column with how much it was, above 0, in one unit throughout. Without it all of a lot's inputs count alike.

    Returns
    -------
    LotGraph

    Raises
    ------
    DataError
        A column is missing, a name or amount is missing, an amount is not above 0, or a lot went into itself, directly
        or through others (one such circle is named): all at once, but for circles.

    Notes
    -----
    Lots are taken as well mixed: whatever is made of a lot has its composition. Where material passes as a plug, shares
    are averages over what may be all or nothing.

    Examples
    --------
    >>> made = pd.DataFrame({"from": ["r1", "r2", "s", "s"], "to": ["s", "s", "f1", "f2"], "amount": [30, 10, 25, 15]})
    >>> graph = lot_graph(made)
    >>> graph.backward(["f1"]).table[["lot", "share", "amount"]].values.tolist()
    [['s', 1.0, 25.0], ['r1', 0.75, 18.75], ['r2', 0.25, 6.25]]
    """
    values = _read(edges, source, target, amount)
    names, code = _names(edges[source], edges[target])
    n, m = len(names), len(values)
    start, end = code[:m], code[m:]
    matrix = sparse.coo_array((values, (end, start)), shape=(n, n)).tocsr()
    matrix.sum_duplicates()
    order = _order(matrix, names)
    matrix = sparse.csr_array(matrix[order][:, order])
    inflow = np.asarray(matrix.sum(axis=1)).ravel()
    taken = np.asarray(matrix.sum(axis=0)).ravel()
    into = sparse.csr_array(sparse.diags_array(1 / np.where(inflow > 0, inflow, 1)) @ matrix)
    lots = names[order]
    pairs = matrix.tocoo()
    table = pd.DataFrame({"from": lots[pairs.col], "to": lots[pairs.row], "amount": pairs.data})
    return LotGraph(lots=lots, into=into, inflow=np.where(inflow > 0, inflow, taken), edges=table)


def _passed_on(start: Any, links: sparse.csr_array) -> Any:
    """Add up what starts at lots and is passed on along the links, step by step until it has arrived."""
    total, step = start, start
    while step.nnz if sparse.issparse(step) else step.any():
        step = step @ links
        total = total + step
    return total


def _read(edges: pd.DataFrame, source: str, target: str, amount: str | None) -> Floats:
    """Amounts of the edges, or all that is wrong with them."""
    wanted = [source, target] + ([] if amount is None else [amount])
    known = [str(name) for name in edges.columns]
    lost = [Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known))
            for name in wanted if name not in edges.columns]  # fmt: skip
    if lost:
        raise DataError(lost)
    problems = [_bad(edges, name, edges[name].isna().to_numpy(), t("the name of a lot")) for name in (source, target)]
    values = np.ones(len(edges))
    if amount is not None:
        values = pd.to_numeric(edges[amount], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        problems.append(_bad(edges, amount, ~((values > 0) & np.isfinite(values)), t("a number above 0")))
    itself = (edges[source] == edges[target]).to_numpy(dtype=bool, na_value=False)
    problems.append(_bad(edges, f"{source}, {target}", itself, t("a lot that goes into another one")))
    if not len(edges):
        problems.append(Problem(t("rows"), t("none"), t("at least one step from lot to lot")))
    found = [problem for problem in problems if problem is not None]
    if found:
        raise DataError(found)
    return values


def _bad(edges: pd.DataFrame, name: str, bad: npt.NDArray[np.bool_], expected: str) -> Problem | None:
    n = int(bad.sum())
    if not n:
        return None
    rows = ", ".join(str(label) for label in edges.index[bad][:SHOWN]) + (", ..." if n > SHOWN else "")
    found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}", n,
               rows=rows)  # fmt: skip
    return Problem(t("column {name}", name=repr(name)), found, expected)


def _names(source: pd.Series, target: pd.Series) -> tuple[pd.Index, Places]:
    both = pd.concat([source, target], ignore_index=True).astype(object)
    code, names = pd.factorize(both)
    return pd.Index(names, dtype=object), np.asarray(code, dtype=np.int64)


def _order(matrix: sparse.csr_array, names: pd.Index) -> Places:
    """Lots in an order in which each comes after all that went into it; a circle is refused by name."""
    circles, label = csgraph.connected_components(matrix, directed=True, connection="strong")
    if circles < matrix.shape[0]:
        fix = t("Mend the rows of these lots: one of them was booked the wrong way round.")
        raise DataError(Problem(t("lots"), _circle(matrix, label, names), t("no lot that went into itself"), fix))
    waiting = np.diff(matrix.indptr)
    made = sparse.csr_array(matrix.T)
    level = np.flatnonzero(waiting == 0)
    done = [level]
    while len(level):
        into = _rows(made, level)
        waiting = waiting - np.bincount(into, minlength=len(waiting))
        level = np.unique(into[waiting[into] == 0])
        done.append(level)
    return np.concatenate(done)


def _circle(matrix: sparse.csr_array, label: Places, names: pd.Index) -> str:
    """Describe one circle of lots."""
    inside = label == np.argmax(np.bincount(label) > 1)
    path = [int(np.flatnonzero(inside)[0])]
    while path.count(path[-1]) == 1:
        before = matrix.indices[matrix.indptr[path[-1]] : matrix.indptr[path[-1] + 1]]
        path.append(int(before[inside[before]][0]))
    round_trip = path[path.index(path[-1]) :][::-1]
    words = [str(names[i]) for i in round_trip]
    shown = words if len(words) <= 2 * SHOWN else [*words[:SHOWN], "...", *words[-SHOWN:]]
    return t("a circle: {lots}", lots=" > ".join(shown))


def _rows(links: sparse.csr_array, rows: Places) -> Places:
    """Columns of the entries of some rows, one after another."""
    counts = links.indptr[rows + 1] - links.indptr[rows]
    offset = np.repeat(links.indptr[rows] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.asarray(links.indices[np.arange(int(counts.sum())) + offset], dtype=np.int64)


def _reach(links: sparse.csr_array, start: Places) -> tuple[Places, Places]:
    """Fewest steps to every lot (0: at `start`, or never reached), and from how many lots it is reached."""
    n = links.shape[0]
    steps = np.zeros(n, dtype=np.int64)
    seen = np.zeros(n, dtype=bool)
    seen[start] = True
    level, step = start, 0
    while len(level):
        step += 1
        near = np.unique(_rows(links, level))
        level = near[~seen[near]]
        seen[level], steps[level] = True, step
    return steps, _count(links, start, np.flatnonzero(steps > 0))


def _count(links: sparse.csr_array, start: Places, found: Places) -> Places:
    """How many of the lots at `start` reach every lot that was found; 64 of them at once, a bit for each."""
    total = np.zeros(links.shape[0], dtype=np.int64)
    for first in range(0, len(start), BITS):
        chunk = start[first : first + BITS]
        marks = np.zeros(links.shape[0], dtype=np.uint64)
        marks[chunk] = np.uint64(1) << np.arange(len(chunk), dtype=np.uint64)
        total += np.bitwise_count(_spread(links, marks, chunk))
    kept = np.zeros_like(total)
    kept[found] = total[found]
    return kept


def _spread(links: sparse.csr_array, marks: Marks, level: Places) -> Marks:
    """Pass marks on along the links until nothing is new."""
    while len(level):
        near = _rows(links, level)
        given = np.repeat(marks[level], np.diff(links.indptr)[level])
        before = marks[near]
        np.bitwise_or.at(marks, near, given)
        level = np.unique(near[marks[near] != before])
    return marks


def listed(names: Iterable[Any]) -> str:
    """Return the first few of some names as text."""
    words = [str(name) for name in names]
    return t(", ").join(words[:SHOWN]) + (", ..." if len(words) > SHOWN else "")
