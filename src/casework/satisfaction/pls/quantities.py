"""Which numbers of a fit are followed through the resamples, and their values in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.messages import mark
from casework.satisfaction.pls.effects import total_effects
from casework.satisfaction.pls.estimation import Batch
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.resampling import Resampled
from casework.satisfaction.pls.scores import answer_weights
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.pls.validity import htmt

Quantity = Literal[
    "path", "total", "total_points", "indirect", "weight", "loading", "r2", "correlation", "htmt", "index"
]
KINDS: tuple[str, ...] = (
    mark("path"),
    mark("total"),
    mark("total points"),
    mark("indirect"),
    mark("weight"),
    mark("loading"),
    mark("r2"),
    mark("correlation"),
    mark("htmt"),
    mark("index"),
)


@dataclass(frozen=True, eq=False)
class Quantities:
    """The numbers of a model that resampling follows.

    What is fixed by definition (weight and loading of a single item) is not among them. `index` is the mean score
    of a construct on the scale of the answers: of all, then of each group. `total_points` are total effects on that
    scale: by how many points one construct moves with one point of another.
    """

    model: PLSModel
    structure: Structure
    standardized: bool
    groups: tuple[str, ...] = ()

    @cached_property
    def pairs(self) -> Ints:
        """Constructs that a way joins: numbers of its start and end, shape (pairs, 2)."""
        ways = total_effects(self.structure.adjacency[None])[0]
        return np.argwhere(ways > 0).astype(np.int64)

    @cached_property
    def indirect(self) -> Ints:
        """Those joined by a way over another construct."""
        ways = (total_effects(self.structure.adjacency[None])[0] - self.structure.adjacency) > 0
        return np.argwhere(ways).astype(np.int64)

    @cached_property
    def free(self) -> Ints:
        """Indicators whose weight is not fixed."""
        return np.flatnonzero(np.array(self.structure.sizes)[self.structure.block] > 1).astype(np.int64)

    @cached_property
    def couples(self) -> tuple[Ints, Ints]:
        """Pairs of constructs, the first before the second."""
        first, second = np.triu_indices(self.structure.k, 1)
        return first.astype(np.int64), second.astype(np.int64)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per number: `kind`, `group`, `from`, `to`."""
        names, items = self.model.names, self.model.indicators
        owners = [(names[self.structure.block[i]], items[i]) for i in self.free]
        couples = [(names[a], names[b]) for a, b in zip(*self.couples, strict=True)]
        rows = [
            *_rows("path", self.model.paths),
            *_rows("total", [(names[a], names[b]) for a, b in self.pairs]),
            *_rows("total_points", [(names[a], names[b]) for a, b in self.pairs]),
            *_rows("indirect", [(names[a], names[b]) for a, b in self.indirect]),
            *_rows("weight", owners),
            *_rows("loading", owners),
            *_rows("r2", [("", name) for name in self.model.targets]),
            *_rows("correlation", couples),
            *_rows("htmt", couples),
            *[("index", group, "", name) for group in ("", *self.groups) for name in names],
        ]
        return pd.DataFrame(rows, columns=["kind", "group", "from", "to"])

    def values(self, batch: Batch, data: Resampled) -> Floats:
        """Values (B, numbers), in the order of `frame`; not a number where they could not be computed."""
        totals = total_effects(batch.paths)
        indirect = totals - batch.paths
        start, end = (np.array(side, dtype=np.int64) for side in zip(*self.structure.paths, strict=True))
        weights = batch.weights * (1.0 if self.standardized else data.deviations)
        targets = [self.model.names.index(name) for name in self.model.targets]
        first, second = self.couples
        starts, ends = self.pairs[:, 0], self.pairs[:, 1]
        per_point = np.add.reduceat(weights / data.deviations, self.structure.starts, axis=1)
        mixed = answer_weights(weights, data.deviations, self.structure)
        means = np.concatenate([data.means[:, None], data.group_means], axis=1)
        index = np.add.reduceat(means * mixed[:, None], self.structure.starts, axis=2)
        return np.concatenate(
            [
                batch.paths[:, start, end],
                totals[:, starts, ends],
                totals[:, starts, ends] * per_point[:, starts] / per_point[:, ends],
                indirect[:, self.indirect[:, 0], self.indirect[:, 1]],
                weights[:, self.free],
                batch.loadings[:, self.free],
                batch.r2[:, targets],
                batch.correlations[:, first, second],
                htmt(data.correlations, self.structure)[:, first, second],
                index.reshape(len(index), -1),
            ],
            axis=1,
        )


def _rows(kind: str, ways: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    return [(kind, "", start, end) for start, end in ways]
