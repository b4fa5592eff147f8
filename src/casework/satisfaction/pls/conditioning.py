"""How firmly do the construct correlations hold the paths? What a small change in one of them does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_positive
from casework.core.messages import t
from casework.core.result import Result
from casework.satisfaction.pls.estimation import structural
from casework.satisfaction.pls.result import PLSResult


@dataclass(frozen=True, kw_only=True)
class ConditioningResult(Result):
    """How firmly each regression between constructs is held.

    Parameters
    ----------
    table : DataFrame
        One row per target: `construct`, `predictors`, `smallest_eigenvalue` of the correlations of
        its predictors, `largest_vif`, and `largest_change` of one of its paths when one correlation of constructs
        changes by `step`.
    step : float
        That change.
    smallest : float
        Smallest eigenvalue of all construct correlations; 0 or less: no such constructs can exist.
    """

    table: pd.DataFrame
    step: float
    smallest: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct that paths lead to."""
        return self.table.copy()

    @property
    def worst(self) -> float:
        """Largest change of any path."""
        return float(self.table["largest_change"].max())

    def summary(self) -> str:
        """Say what the smallest eigenvalue is, and how far a path can move."""
        return t(
            "Smallest eigenvalue {value}; a change of {step} in one correlation moves a path by up to {x:.2f}.",
            value=f"{self.smallest:.3f}",
            step=f"{self.step:g}",
            x=self.worst,
        )


def conditioning(fit: PLSResult, *, step: float = 0.01) -> ConditioningResult:
    """Ask how far the paths move when one correlation of constructs changes a little.

    Parameters
    ----------
    fit : PLSResult
        A fit; with PLSc its corrected correlations are judged.
    step : float
        Change of one correlation at a time, above 0.

    Returns
    -------
    ConditioningResult

    Raises
    ------
    ParameterError
        `step` is not above 0.

    Notes
    -----
    Paths are regressions. Where predictors nearly repeat one another, their correlation matrix is nearly singular, and
    its inverse turns a rounding of the input into another answer. A fit can be perfect all the same.

    Examples
    --------
    >>> from casework.satisfaction.pls import fit_correlations
    >>> near = pd.DataFrame([[1, 0.98, 0.6], [0.98, 1, 0.6], [0.6, 0.6, 1]], index=list("abc"), columns=list("abc"))
    >>> fit = fit_correlations(near, "A =~ a; B =~ b; C =~ c; C ~ A + B", n=500)
    >>> round(conditioning(fit).worst, 2)  # by hand: 0.01 / (1 - 0.98 ** 2)
    0.25
    """
    check_positive("step", step)
    structure, whole = fit.structure, fit.estimate.correlations[0]
    first, second = np.triu_indices(structure.k, 1)
    stack = np.repeat(whole[:, :, None], len(first), axis=2)
    places = np.arange(len(first))
    stack[first, second, places] += step
    stack[second, first, places] += step
    with np.errstate(all="ignore"):
        moved = np.abs(structural(stack, structure)[0] - fit.estimate.paths[0][:, :, None]).max(axis=(0, 2))
    rows = []
    for end in structure.targets:
        before = np.flatnonzero(structure.adjacency[:, end])
        part = whole[np.ix_(before, before)]
        finite = bool(np.isfinite(part).all())
        lowest = float(np.linalg.eigvalsh(part)[0]) if finite else float("nan")
        vif = float(np.diag(np.linalg.pinv(part)).max()) if finite else float("nan")
        rows.append((fit.model.names[end], len(before), lowest, vif, float(moved[end])))
    columns = ["construct", "predictors", "smallest_eigenvalue", "largest_vif", "largest_change"]
    lowest = float(np.linalg.eigvalsh(whole)[0]) if np.isfinite(whole).all() else float("nan")
    return ConditioningResult(table=pd.DataFrame(rows, columns=columns), step=step, smallest=lowest)
