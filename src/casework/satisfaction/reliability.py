"""Cronbach's alpha of every dimension of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from casework.core.errors import DataError
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.satisfaction.hierarchy import Hierarchy, renamed
from casework.stats.reliability import AlphaResult, cronbach_alpha

GOOD = 0.70  # Nunnally & Bernstein (1994), Psychometric Theory, 3rd ed., p. 264-265


@dataclass(frozen=True, kw_only=True)
class ScaleReliabilityResult(Result):
    """Alpha per dimension: `dimension`, `items`, `n`, `alpha`, `low`, `high`, `weakest_item`, `alpha_without_it`."""

    table: pd.DataFrame
    scales: Mapping[str, AlphaResult]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def rename(self, names: Mapping[str, str]) -> ScaleReliabilityResult:
        """Return the result with other names for some questions or dimensions, such as their labels."""
        return replace(self, table=renamed(self.table, names, ("weakest_item", "dimension")))

    @property
    def weak(self) -> tuple[str, ...]:
        """Dimensions whose alpha is below 0.7."""
        return tuple(self.table.loc[self.table["alpha"] < GOOD, "dimension"])

    def summary(self) -> str:
        """Say how many dimensions reach 0.7."""
        known = self.table["alpha"].notna()
        if not known.any():
            return t("No dimension has an alpha: it takes two questions that vary.")
        return t(
            "{good} of {total} dimensions with more than one question reach an alpha of {limit:.1f}.",
            good=int((self.table["alpha"] >= GOOD).sum()),
            total=int(known.sum()),
            limit=GOOD,
        )


def dimension_reliability(
    answers: pd.DataFrame, hierarchy: Hierarchy, *, confidence: float = 0.95
) -> ScaleReliabilityResult:
    """How consistently each dimension's questions are answered.

    Parameters
    ----------
    answers : DataFrame, shape (n, columns)
        Answers or points of the questions.
    hierarchy : Hierarchy
        The tree; a dimension takes all the questions below it.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    ScaleReliabilityResult
        A dimension of one question has no alpha (missing), and one without variance neither (with a note).

    References
    ----------
    Cronbach (1951), Psychometrika 16; Feldt, Woodruff & Salih (1987).
    """
    rows: list[dict[str, object]] = []
    scales: dict[str, AlphaResult] = {}
    notes: list[str] = []
    for node in hierarchy.dimensions or (hierarchy.root,):
        row: dict[str, object] = {"dimension": node.name, "items": len(node.items)}
        if len(node.items) > 1:
            try:
                result = cronbach_alpha(answers[list(node.items)], confidence=confidence)
            except DataError as error:
                notes.append(t("{name}: {problem}", name=t(node.name), problem=str(error)))
            else:
                scales[node.name] = result
                row |= _row(result)
                own = result.notes[1:] if result.dropped_rows else result.notes
                notes += [t("{name}: {problem}", name=t(node.name), problem=note) for note in own]
        rows.append(row)
    dropped = max((scale.dropped_rows for scale in scales.values()), default=0)
    if dropped:
        notes.append(
            tn(
                "Alpha uses complete answers only: {n} respondent at most is left out of a dimension.",
                "Alpha uses complete answers only: up to {n} respondents are left out of a dimension.",
                dropped,
            )
        )
    columns = ["dimension", "items", "n", "alpha", "low", "high", "weakest_item", "alpha_without_it"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    numbers = ["n", "alpha", "low", "high", "alpha_without_it"]
    table[numbers] = table[numbers].astype(float)
    return ScaleReliabilityResult(table=table, scales=scales, notes=tuple(notes))


def _row(result: AlphaResult) -> dict[str, object]:
    weakest = result.items.sort_values("item_total").iloc[0]
    row = {"n": result.n, "alpha": result.alpha, "low": result.low, "high": result.high}
    return row | {"weakest_item": weakest["item"], "alpha_without_it": weakest["alpha_if_dropped"]}
