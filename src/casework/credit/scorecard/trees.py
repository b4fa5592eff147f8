"""Gini trees of many variables at once: all leaves of one depth, whatever their variable, are split in one step."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casework.credit.scorecard.prebins import Ladder, gini_splits

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
SHORT = 2_048  # distinct values up to which a variable is looked through value by value
SPARE = 4  # trees that may grow to so many times the leaves asked for are grown best first, one by one
Node = tuple[float, int, int, int]  # what the split loses, first value, split, last value


@dataclass(frozen=True)
class _Ladders:
    """The cumulated counts of all ladders behind one another; `key` ascends over all of them."""

    rows: Counts
    events: Counts
    key: Counts
    starts: Counts


def gini_splits_of(ladders: Sequence[Ladder], *, max_leaves: int, min_leaf: Sequence[int]) -> list[Counts]:
    """Split each ladder as `gini_splits` does, the short ones together.

    Parameters
    ----------
    ladders : sequence of Ladder
        Cumulated counts of each variable.
    max_leaves : int
        At most so many classes of each.
    min_leaf : sequence of int
        Rows that each class needs, by ladder.

    Returns
    -------
    list of ndarray of int
        Ascending places, by ladder.

    Examples
    --------
    >>> from casework.credit.scorecard.prebins import counted_ladder
    >>> ladder = counted_ladder(np.array([10, 10, 10]), np.array([1, 2, 9]))
    >>> [found.tolist() for found in gini_splits_of([ladder, ladder], max_leaves=2, min_leaf=[5, 11])]
    [[2], []]
    """
    found = [np.zeros(0, dtype=np.int64)] * len(ladders)
    together = []
    for place, (ladder, least) in enumerate(zip(ladders, min_leaf, strict=True)):
        if len(ladder.values) > SHORT or min(len(ladder.values), ladder.rows[-1] // least) > SPARE * max_leaves:
            found[place] = gini_splits(ladder, max_leaves=max_leaves, min_leaf=least)
        else:
            together.append(place)
    if together:
        grown = _grow([ladders[place] for place in together], np.array([min_leaf[place] for place in together]))
        for place, nodes in zip(together, grown, strict=True):
            found[place] = _best_first(nodes, len(ladders[place].values), max_leaves)
    return found


def _grow(ladders: list[Ladder], least: Counts) -> list[list[Node]]:
    """All splits of each ladder down to leaves that cannot be split."""
    whole = _behind_one_another(ladders)
    nodes: list[list[Node]] = [[] for _ in ladders]
    owner = np.arange(len(ladders))
    low, high = whole.starts[:-1], whole.starts[1:] - 1
    while len(owner):
        kept, first, last = _room(whole, low, high, least[owner])
        owner, low, high = owner[kept], low[kept], high[kept]
        if not len(owner):
            break
        split, loss = _scan(whole, low, high, first, last)
        own = whole.starts[owner]
        columns = (owner, loss, low - own, split - own, high - own)
        for tree, *node in zip(*(column.tolist() for column in columns), strict=True):
            nodes[tree].append(tuple(node))
        owner, low, high = np.tile(owner, 2), np.append(low, split), np.append(split, high)
    return nodes


def _behind_one_another(ladders: list[Ladder]) -> _Ladders:
    rows = np.concatenate([ladder.rows for ladder in ladders])
    sizes = np.array([len(ladder.rows) for ladder in ladders])
    ends = np.cumsum([int(ladder.rows[-1]) + 1 for ladder in ladders])
    key = rows + np.repeat(np.append(0, ends[:-1]), sizes)
    events = np.concatenate([ladder.events for ladder in ladders])
    return _Ladders(rows, events, key, np.append(0, np.cumsum(sizes)))


def _room(whole: _Ladders, low: Counts, high: Counts, least: Counts) -> tuple[npt.NDArray[np.bool_], Counts, Counts]:
    """Which nodes can be split at all, and of these the first and last place to do so."""
    rows, events = whole.rows[high] - whole.rows[low], whole.events[high] - whole.events[low]
    first = np.maximum(whole.key.searchsorted(whole.key[low] + least), low + 1)
    last = np.minimum(whole.key.searchsorted(whole.key[high] - least, side="right") - 1, high - 1)
    kept = (rows >= 2 * least) & (events > 0) & (events < rows) & (first <= last)
    return kept, first[kept], last[kept]


def _scan(whole: _Ladders, low: Counts, high: Counts, first: Counts, last: Counts) -> tuple[Counts, Floats]:
    """First of the best splits of each node, and the Gini impurity that it leaves, up to a constant."""
    sizes = last - first + 1
    begin = np.cumsum(sizes) - sizes
    node = np.repeat(np.arange(len(low)), sizes)
    place = np.arange(len(node)) + (first - begin)[node]
    rows, events = whole.rows[high] - whole.rows[low], whole.events[high] - whole.events[low]
    x = (whole.rows[place] - whole.rows[low][node]).astype(np.float64)
    e = (whole.events[place] - whole.events[low][node]).astype(np.float64)
    value = e * e / x + (events[node] - e) ** 2 / (rows[node] - x)
    best = np.maximum.reduceat(value, begin)
    hits = np.flatnonzero(value == best[node])
    split = place[hits[node[hits].searchsorted(np.arange(len(low)))]]
    return split, events**2 / rows - best


def _best_first(nodes: list[Node], size: int, max_leaves: int) -> Counts:
    """Take splits in the order of what they gain, as many as there may be."""
    if len(nodes) < max_leaves:
        return np.array(sorted(split for _, _, split, _ in nodes), dtype=np.int64)
    known = {(low, high): (loss, low, split, high) for loss, low, split, high in nodes}
    heap = [known[0, size]]
    splits: list[int] = []
    while heap and len(splits) < max_leaves - 1:
        _, low, split, high = heapq.heappop(heap)
        splits.append(split)
        for part in ((low, split), (split, high)):
            if part in known:
                heapq.heappush(heap, known[part])
    return np.array(sorted(splits), dtype=np.int64)
