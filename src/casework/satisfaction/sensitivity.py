"""Would other weights tell another story? The same answers under several weightings."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from casework.core.errors import CaseworkWarning, DataError
from casework.core.messages import t
from casework.core.result import Result
from casework.satisfaction.hierarchy import Hierarchy
from casework.satisfaction.index import IndexResult, satisfaction_index


@dataclass(frozen=True, kw_only=True)
class WeightingsResult(Result):
    """The index and the weights of its dimensions by method.

    `table` has one row per dimension and a last one for the index; one column per method.
    """

    table: pd.DataFrame
    indexes: Mapping[str, float]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    @property
    def spread(self) -> float:
        """Distance between the highest and the lowest index [points]."""
        return max(self.indexes.values()) - min(self.indexes.values())

    def summary(self) -> str:
        """Say how far the index moves."""
        names = t(", ").join(t(name) for name in self.indexes)
        return t("Between the weightings {names} the index moves by {x:.1f} points.", names=names, x=self.spread)


def compare_weightings(
    answers: pd.DataFrame,
    hierarchy: Hierarchy,
    *,
    methods: Sequence[str] = ("equal", "entropy", "critic"),
    overall: pd.Series | None = None,
    **settings: Any,
) -> WeightingsResult:
    """Compute the index under several weightings; a method that these answers do not allow is left out and told.

    Parameters
    ----------
    answers : DataFrame, shape (n, columns)
        As in `satisfaction_index`.
    hierarchy : Hierarchy
        The tree.
    methods : sequence of str
        Weightings that need no input of their own, or 'regression' with `overall`.
    overall : Series, optional
        Overall satisfaction; where it is itself a question of the tree, regression is left out.
    **settings : object
        Other arguments of `satisfaction_index`.

    Raises
    ------
    DataError
        No method can be used; the reason of the first.
    ParameterError
        As `satisfaction_index`.
    """
    found: dict[str, IndexResult] = {}
    notes: list[str] = []
    failed: list[DataError] = []
    for method in methods:
        if method == "regression" and (overall is None or overall.name in hierarchy.items):
            notes.append(
                t("Weighting {method} is left out: it needs an overall question outside the index.", method=t(method))
            )
            continue
        try:
            found[method] = _quietly(answers, hierarchy, method, overall, settings)
        except DataError as error:
            failed.append(error)
            notes.append(
                t(
                    "Weighting {method} is left out: {reason}",
                    method=t(method),
                    reason=" ".join(str(error).splitlines()),
                )
            )
    if not found:
        raise failed[0]
    notes += _rescues(found)
    table = pd.DataFrame({name: result.dimensions.set_index("node")["weight"] for name, result in found.items()})
    indexes = {name: result.index for name, result in found.items()}
    table.loc[hierarchy.root.name] = pd.Series(indexes)
    return WeightingsResult(table=table.rename_axis("dimension").reset_index(), indexes=indexes, notes=tuple(notes))


def _quietly(
    answers: pd.DataFrame, hierarchy: Hierarchy, method: str, overall: pd.Series | None, settings: dict[str, Any]
) -> IndexResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        return satisfaction_index(answers, hierarchy, weighting=method, overall=overall, **settings)


def _rescues(found: Mapping[str, IndexResult]) -> list[str]:
    """Say what the weights of the dimensions needed, method by method."""
    return [
        t("Weighting {method}: {note}", method=t(name), note=note)
        for name, result in found.items()
        for note in result.group_weights[result.hierarchy.root.name].notes
    ]
