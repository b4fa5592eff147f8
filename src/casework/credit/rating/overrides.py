"""Grades that people changed by hand: which were taken over, which not, and why."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import GRADES, Mask, at_rows, check_grades, grade_codes

TAKEN, NO_REASON, TOO_FAR, NO_CHANGE = mark("taken over"), mark("no reason"), mark("too far"), mark("no change")
DIRECTIONS = (mark("upgrade"), mark("same"), mark("downgrade"))
COLUMNS = (mark("by hand"), mark("notches"), mark("direction"), mark("reason"), mark("outcome"))


@dataclass(frozen=True, kw_only=True)
class OverrideResult(Result):
    """Overrides and what became of them.

    Attributes
    ----------
    grades : Series
        Grade of every customer after overrides.
    log : DataFrame
        One row per override on the index of the input: `model_grade`, `by_hand`, `notches` (above 0: worse),
        `direction`, `reason`, `outcome` (taken over, no reason, too far, no change).
    rated : int
        Customers in all.
    notes : tuple of str
        What was not taken over.
    """

    grades: pd.Series
    log: pd.DataFrame
    rated: int
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per override."""
        return self.log.copy()

    @property
    def taken(self) -> int:
        """How many were taken over."""
        return int((self.log["outcome"] == TAKEN).sum())

    @property
    def by_reason(self) -> pd.DataFrame:
        """Overrides that were taken over, by reason: `reason`, `upgrade`, `downgrade`."""
        taken = self.log[self.log["outcome"] == TAKEN]
        found = pd.crosstab(taken["reason"], taken["direction"]) if len(taken) else pd.DataFrame()
        found = found.reindex(columns=["upgrade", "downgrade"], fill_value=0)
        found = found.loc[found.sum(axis=1).sort_values(ascending=False, kind="stable").index]
        return found.rename_axis(index="reason", columns=None).reset_index()

    def summary(self) -> str:
        """Say how many grades were changed, and in which direction."""
        taken = self.log[self.log["outcome"] == TAKEN]
        worse = int((taken["notches"] > 0).sum())
        return tn(
            "{n} grade was changed by hand ({share:.1%} of all): {better} for the better, {worse} for the worse.",
            "{n} grades were changed by hand ({share:.1%} of all): {better} for the better, {worse} for the worse.",
            len(taken), share=len(taken) / max(1, self.rated), better=len(taken) - worse, worse=worse,
        )  # fmt: skip


def apply_overrides(
    model: pd.Series,
    overrides: pd.Series,
    reasons: pd.Series | None = None,
    *,
    grades: Sequence[str] = GRADES,
    most_notches: int | None = None,
) -> OverrideResult:
    """Replace grades of the model by those that people set, where they gave a reason; keep a log of all of them.

    Parameters
    ----------
    model : Series
        Grade of every customer by the model.
    overrides : Series, on the same index
        Grade set by hand; empty for none.
    reasons : Series, on the same index, optional
        Why. An override without a reason is not taken over.
    grades : sequence of str
        Best first.
    most_notches : int, optional
        An override by more grades than this is not taken over.

    Returns
    -------
    OverrideResult

    Raises
    ------
    DataError
        A grade is not one of the scale, or the tables do not have the same rows: all problems at once.
    ParameterError
        `most_notches` is below 0, or the scale has fewer than two grades.

    Warns
    -----
    CaseworkWarning
        An override was not taken over.

    Examples
    --------
    >>> result = apply_overrides(pd.Series(["B", "C"]), pd.Series(["", "E"]), pd.Series(["", "lawsuit"]))
    >>> result.grades.tolist(), result.log["notches"].tolist()
    (['B', 'E'], [2])
    """
    names = check_grades(grades)
    most = check_number("most_notches", most_notches, low=0) if most_notches is not None else np.inf
    _check_rows(model, overrides, reasons)
    before = grade_codes(model, names, where="model_grade")
    by_hand = grade_codes(overrides, names, where="override", missing=True)
    why = _texts(reasons, model.index)
    asked = by_hand >= 0
    notches = np.where(asked, by_hand - before, 0)
    silent = (why == "").to_numpy()
    outcome = np.select([notches == 0, silent, np.abs(notches) > most], [NO_CHANGE, NO_REASON, TOO_FAR], default=TAKEN)
    taken = asked & (outcome == TAKEN)
    scale = np.array(names, dtype=object)
    log = pd.DataFrame({
        "model_grade": scale[before], "by_hand": scale[by_hand], "notches": notches,
        "direction": np.array(DIRECTIONS)[np.sign(notches) + 1], "reason": why.to_numpy(), "outcome": outcome,
    }, index=model.index)[asked]  # fmt: skip
    notes = _notes(model.index, asked, outcome)
    after = pd.Series(scale[np.where(taken, by_hand, before)], model.index)
    return OverrideResult(grades=after, log=log, rated=len(model), notes=notes)


def _check_rows(model: pd.Series, overrides: pd.Series, reasons: pd.Series | None) -> None:
    problems = [
        Problem(name, t("it does not have the rows of the grades"), t("the same index"))
        for name, column in (("overrides", overrides), ("reasons", reasons))
        if column is not None and not column.index.equals(model.index)
    ]
    if problems:
        raise DataError(problems)


def _texts(reasons: pd.Series | None, index: pd.Index) -> pd.Series:
    if reasons is None:
        return pd.Series("", index, dtype=object)
    return reasons.astype(object).where(reasons.notna(), "").astype(str).str.strip()


def _notes(index: pd.Index, asked: Mask, outcome: npt.NDArray[Any]) -> tuple[str, ...]:
    notes = []
    for kind, text in (
        (NO_REASON, t("an override without a reason was not taken over")),
        (TOO_FAR, t("an override by too many grades was not taken over")),
    ):
        refused = asked & (outcome == kind)
        if refused.any():
            notes.append(str(Problem(at_rows(t("overrides"), index, refused), text)))
            warnings.warn(notes[-1], CaseworkWarning, stacklevel=3)
    return tuple(notes)
