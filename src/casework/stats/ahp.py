"""How much each indicator counts, by pairwise judgement: the analytic hierarchy process."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_names
from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import t
from casework.stats.weights import WeightsResult

# Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill, p. 21: mean consistency index at random.
SAATY_RANDOM_INDEX: Mapping[int, float] = {
    1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49,
    11: 1.51, 12: 1.48, 13: 1.56, 14: 1.57, 15: 1.59,
}  # fmt: skip
CONSISTENCY_LIMIT = 0.10


@dataclass(frozen=True, kw_only=True)
class AHPResult(WeightsResult):
    """Weights from pairwise judgements, with their consistency."""

    eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    def summary(self) -> str:
        """Name the heaviest indicator and say whether the judgements agree with each other."""
        verdict = (
            t("The judgements are consistent (ratio {ratio:.2f}).", ratio=self.consistency_ratio)
            if self.consistency_ratio <= CONSISTENCY_LIMIT
            else t("The judgements contradict each other (ratio {ratio:.2f}).", ratio=self.consistency_ratio)
        )
        return t("{first} {second}", first=super().summary(), second=verdict)


def ahp_weights(
    comparisons: pd.DataFrame | Mapping[str, Mapping[str, float]] | Sequence[Sequence[float]],
    names: Sequence[str] | None = None,
    *,
    limit: float = CONSISTENCY_LIMIT,
    random_index: Mapping[int, float] = SAATY_RANDOM_INDEX,
) -> AHPResult:
    """Weights from pairwise judgements of how many times more important one indicator is than another.

    Parameters
    ----------
    comparisons : DataFrame, nested mapping or rows, shape (k, k)
        a_ij = importance of i over j, above 0 (Saaty's scale: 1/9 to 9). A mapping may leave out the other
        half: a_ji = 1 / a_ij.
    names : sequence of str, optional
        Indicators, where `comparisons` carries none.
    limit : float
        Consistency ratio above which the judgements are called contradictory.
    random_index : mapping of int to float
        Mean consistency index of random matrices by size.

    Returns
    -------
    AHPResult
        `weights` (principal eigenvector), `eigenvalue` (lambda max), `consistency_index`
        (lambda max - k) / (k - 1), `consistency_ratio` (over the random index).

    Raises
    ------
    ParameterError
        A judgement is missing, not above 0, or not the reciprocal of its counterpart; the table is not square.

    Warns
    -----
    CaseworkWarning
        The consistency ratio is above the limit.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; Saaty (1990), European Journal of Operational Research 48, 9-26.

    Examples
    --------
    >>> ahp_weights([[1, 3], [1 / 3, 1]], ["price", "supply"]).weights.tolist()
    [0.75, 0.25]
    """
    matrix = _judgements(comparisons, names)
    values = matrix.to_numpy()
    size = len(values)
    roots, vectors = np.linalg.eig(values)
    first = int(np.argmax(roots.real))
    weights = np.abs(vectors[:, first].real)
    eigenvalue = float(roots[first].real)
    index = max(0.0, (eigenvalue - size) / (size - 1)) if size > 1 else 0.0
    chance = random_index.get(size, max(random_index.values()))
    ratio = index / chance if chance > 0 else 0.0
    notes = _consistency_note(ratio, limit)
    if notes:
        warnings.warn(notes[0], CaseworkWarning, stacklevel=2)
    return AHPResult(
        weights=pd.Series(weights / weights.sum(), index=matrix.index),
        method="ahp",
        notes=notes,
        eigenvalue=eigenvalue,
        consistency_index=index,
        consistency_ratio=ratio,
    )


def _consistency_note(ratio: float, limit: float) -> tuple[str, ...]:
    if ratio <= limit:
        return ()
    text = t(
        "The pairwise judgements contradict each other: consistency ratio {ratio:.2f}, above {limit:.2f}. Review them.",
        ratio=ratio,
        limit=limit,
    )
    return (text,)


def _judgements(
    comparisons: pd.DataFrame | Mapping[str, Mapping[str, float]] | Sequence[Sequence[float]],
    names: Sequence[str] | None,
) -> pd.DataFrame:
    """Return the square table of judgements, checked and filled."""
    if isinstance(comparisons, pd.DataFrame):
        matrix = comparisons.astype(float)
    elif isinstance(comparisons, Mapping):
        matrix = _from_mapping(comparisons, names)
    else:
        rows = [list(row) for row in comparisons]
        labels = list(names) if names is not None else [str(i + 1) for i in range(len(rows))]
        if any(len(row) != len(labels) for row in rows) or len(rows) != len(labels):
            wanted = t("{k} rows of {k} judgements", k=len(labels))
            raise ParameterError(Problem(t("pairwise comparisons"), t("{n} rows", n=len(rows)), wanted))
        matrix = pd.DataFrame(rows, index=labels, columns=labels, dtype=float)
    _check_judgements(matrix)
    return matrix


def _from_mapping(comparisons: Mapping[str, Mapping[str, float]], names: Sequence[str] | None) -> pd.DataFrame:
    mentioned = [name for row, cells in comparisons.items() for name in (row, *cells)]
    labels = list(names) if names is not None else list(dict.fromkeys(mentioned))
    check_names(t("pairwise comparisons"), dict.fromkeys(mentioned), labels)
    matrix = pd.DataFrame(np.nan, index=labels, columns=labels)
    for row, cells in comparisons.items():
        for column, value in cells.items():
            matrix.loc[row, column] = float(value)
    values = matrix.to_numpy(copy=True)
    np.fill_diagonal(values, 1.0)
    mirrored = 1 / np.where(values.T > 0, values.T, np.nan)
    return pd.DataFrame(np.where(np.isnan(values), mirrored, values), index=labels, columns=labels)


def _check_judgements(matrix: pd.DataFrame) -> None:
    values = matrix.to_numpy()
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not len(values):
        shape = t("{rows} rows and {columns} columns", rows=values.shape[0], columns=values.shape[1])
        raise ParameterError(Problem(t("pairwise comparisons"), shape, t("as many rows as columns")))
    wrong = ~(values > 0) | ~np.isfinite(values)
    mirror = np.where(wrong, 1.0, values)
    uneven = ~wrong & ~wrong.T & (np.abs(mirror * mirror.T - 1) > 0.02)
    wanted = t("above 0, and 1 over the judgement of the reverse pair")
    problems = [
        Problem(
            t("{first} against {second}", first=repr(str(matrix.index[i])), second=repr(str(matrix.columns[j]))),
            t("no judgement") if np.isnan(values[i, j]) else f"{values[i, j]:g}",
            wanted,
        )
        for i, j in np.argwhere(wrong | (uneven & (np.arange(len(values))[:, None] <= np.arange(len(values)))))
    ]
    if problems:
        raise ParameterError(problems)
