"""The fewest lots from which all findings can descend: a set cover over the genealogy of lots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.trace import LotGraph, Places, listed

COLUMNS = (mark("source"), mark("findings"), mark("tested negative"), mark("alone"))


@dataclass(frozen=True, kw_only=True)
class CoverResult(Result):
    """The fewest lots from which all findings descend.

    Attributes
    ----------
    table : DataFrame
        A row per source chosen, most findings first: `source`, `findings` (positive lots that descend from it),
        `tested_negative` (negative ones that do), `alone` (findings that no other chosen source explains).
    findings : int
        Positive lots.
    candidates : int
        Lots that could be a source.
    """

    table: pd.DataFrame
    findings: int
    candidates: int
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> list[Any]:
        """The lots chosen."""
        return list(self.table["source"])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how few sources are enough."""
        return tn("All {m:,} findings can come from {n:,} source among {k:,}: {names}.",
                  "All {m:,} findings can come from {n:,} sources among {k:,}: {names}.", len(self.table),
                  m=self.findings, k=self.candidates, names=listed(self.sources))  # fmt: skip


def smallest_sources(
    graph: LotGraph,
    positives: Iterable[Any],
    *,
    negatives: Iterable[Any] = (),
    candidates: Iterable[Any] | None = None,
) -> CoverResult:
    """Find the fewest lots from which all positive lots descend.

    Parameters
    ----------
    graph : LotGraph
    positives : iterable of lots
        At least one. A lot descends from itself.
    negatives : iterable of lots
        Lots that were tested without a finding: of equally small sets the one with the fewest such descendants is
        taken.
    candidates : iterable of lots, optional
        What could be a source; the origins by default.

    Returns
    -------
    CoverResult

    Raises
    ------
    ParameterError
        No positive lot, lots that the graph does not have, or positives that descend from no candidate.

    Notes
    -----
    Exact: a set cover, solved as an integer program after candidates with equal findings were put together. It asks how
    few sources *could* be enough; it does not weigh how often a lot was tested. `rank_sources` does.

    Examples
    --------
    >>> from casework.suppliers.trace import lot_graph
    >>> made = pd.DataFrame({"from": ["a", "b", "b", "c"], "to": ["f", "f", "g", "h"], "amount": 1})
    >>> smallest_sources(lot_graph(made), ["f", "g"]).sources
    ['b']
    """
    wanted = graph.lots[graph.places(positives)]
    if not len(wanted):
        raise ParameterError(Problem("positives", t("none"), t("at least one lot")))
    possible = graph.origins if candidates is None else graph.lots[graph.places(candidates)]
    hits = _descends(graph, wanted, possible)
    lost = [str(name) for name in wanted[np.flatnonzero(~hits.any(axis=1))]]
    if lost:
        found = tn("{n} lot descends from no candidate: {names}", "{n} lots descend from no candidate: {names}",
                   len(lost), names=listed(lost))  # fmt: skip
        raise ParameterError(Problem("positives", found, t("lots that descend from a candidate")))
    clear = _descends(graph, graph.lots[graph.places(negatives)], possible).sum(axis=0)
    chosen = np.sort(_cover(hits, clear))
    chosen = chosen[np.argsort(-hits[:, chosen].sum(axis=0), kind="stable")]
    several = hits[:, chosen].sum(axis=1, keepdims=True) > 1
    table = pd.DataFrame({
        "source": possible[chosen],
        "findings": hits[:, chosen].sum(axis=0),
        "tested_negative": clear[chosen],
        "alone": (hits[:, chosen] & ~several).sum(axis=0),
    })  # fmt: skip
    return CoverResult(table=table, findings=len(wanted), candidates=len(possible))


def _descends(graph: LotGraph, lots: pd.Index[Any], sources: pd.Index[Any]) -> npt.NDArray[np.bool_]:
    """Whether each lot descends from each source, shape (lots, sources)."""
    return np.asarray(graph.contents(lots, of=sources).todense() > 0)


def _cover(hits: npt.NDArray[np.bool_], clear: npt.NDArray[Any]) -> Places:
    """Fewest columns that hit every row; of equally few those with the fewest clear lots."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    patterns, where = np.unique(hits, axis=1, return_inverse=True)
    where = np.asarray(where).ravel()
    order = np.lexsort((np.arange(len(where)), clear, where))
    best = order[np.unique(where[order], return_index=True)[1]]
    cost = 1 + clear[best] / (1.0 + clear[best].sum())  # ties only: all of them together are below one source
    found = milp(
        cost, constraints=LinearConstraint(sparse.csr_array(patterns.astype(np.float64)), lb=1.0), bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
        integrality=np.ones(len(cost)),
    )  # fmt: skip
    return np.asarray(best[np.asarray(found.x) > 0.5], dtype=np.int64)
