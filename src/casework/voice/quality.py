"""How carefully was a Kano survey answered? Respondents who contradict themselves, or tick one column down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.voice.kano_pairs import answer_levels, pair_codes
from casework.voice.kano_table import CATEGORIES, INCOMPLETE, evaluation_table

HEADINGS = (
    mark("complete"),
    mark("missing"),
    mark("questionable"),
    mark("share questionable"),
    mark("straight"),
    mark("contradictory"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class KanoQuality(Result):
    """Quality of the answers, respondent by respondent.

    Attributes
    ----------
    frame : DataFrame, one row per respondent
        `complete` and `missing` pairs, `questionable` pairs and their share of the complete ones; `contradictory`:
        that share reaches the limit; `straight`: one answer to all functional and one to all dysfunctional questions.
    """

    frame: pd.DataFrame
    attributes: int
    limit: float
    min_pairs: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per respondent."""
        return self.frame.copy()

    def flagged(self) -> pd.DataFrame:
        """Rows of the respondents to look at: contradictory or straight."""
        return self.frame[self.frame["contradictory"] | self.frame["straight"]].copy()

    def counts(self) -> pd.DataFrame:
        """Respondents per kind of trouble: number and share."""
        found = {
            "contradictory": self.frame["contradictory"],
            "straight": self.frame["straight"],
            "incomplete": self.frame["missing"] > 0,
        }
        rows = [(name, int(hit.sum()), float(hit.mean()) if len(hit) else np.nan) for name, hit in found.items()]
        return pd.DataFrame(rows, columns=["trouble", "respondents", "share"]).set_index("trouble")

    def summary(self) -> str:
        """Say how many respondents answered without care."""
        counts = self.counts()["respondents"]
        return t(
            "Of {n} respondents, {contradictory} contradict themselves often, {straight} ticked one answer all the way"
            " down, {incomplete} left pairs incomplete.",
            n=len(self.frame),
            **{str(name): int(count) for name, count in counts.items()},
        )


def quality(
    functional: pd.DataFrame,
    dysfunctional: pd.DataFrame,
    *,
    table: Any = "berger",
    limit: float = 0.3,
    min_pairs: int = 3,
) -> KanoQuality:
    """Find respondents whose answers should be looked at before they are counted.

    Parameters
    ----------
    functional, dysfunctional : DataFrame, shape (n, k)
        As for `kano.classify`.
    table : {'berger', 'pouliot', '3-level'} or array of letters
        Evaluation table.
    limit : float
        From this share of questionable pairs on, a respondent is contradictory; above 0, at most 1.
    min_pairs : int
        Fewer complete pairs are too few to judge a respondent; at least 2.

    Returns
    -------
    KanoQuality
        Nothing is dropped: what to do is a decision to report.

    Raises
    ------
    DataError
        As for `kano.classify`.
    ParameterError
        An argument is out of range.

    Notes
    -----
    A straight answer can be honest (everything expected), so it is a reason to look, not to delete.
    """
    check_number("limit", limit, low=0, high=1, low_open=True)
    check_number("min_pairs", min_pairs, low=2)
    used = evaluation_table(table)
    complete, questionable = np.zeros((2, len(functional)), dtype=np.int64)
    for _, codes in pair_codes(functional, dysfunctional, used):
        complete += codes != INCOMPLETE
        questionable += codes == CATEGORIES.index("Q")
    judged = complete >= min_pairs
    share = np.divide(questionable, complete, out=np.full(len(functional), np.nan), where=complete > 0)
    same = _constant(functional, used.levels) & _constant(dysfunctional, used.levels)
    frame = pd.DataFrame(
        {
            "complete": complete,
            "missing": functional.shape[1] - complete,
            "questionable": questionable,
            "share_questionable": share,
            "contradictory": judged & (np.nan_to_num(share) >= limit),
            "straight": judged & same,
        },
        index=functional.index.rename("respondent"),
    )
    return KanoQuality(
        frame=frame,
        attributes=functional.shape[1],
        limit=limit,
        min_pairs=int(min_pairs),
        notes=_notes(int((~judged).sum()), int(min_pairs)),
    )


def _constant(answers: pd.DataFrame, levels: int) -> npt.NDArray[np.bool_]:
    """Whether all answers given in a row are the same; one column is held at a time."""
    smallest = np.full(len(answers), levels + 1, dtype=np.int8)
    largest = np.zeros(len(answers), dtype=np.int8)
    for position in range(answers.shape[1]):
        values, _ = answer_levels(answers.iloc[:, position], levels)
        smallest = np.minimum(smallest, np.where(values == 0, levels + 1, values)).astype(np.int8)
        largest = np.maximum(largest, values)
    same: npt.NDArray[np.bool_] = smallest == largest
    return same


def _notes(unjudged: int, min_pairs: int) -> tuple[str, ...]:
    if not unjudged:
        return ()
    note = tn(
        "{n} respondent answered fewer than {min_pairs} pairs and is not judged.",
        "{n} respondents answered fewer than {min_pairs} pairs and are not judged.",
        unjudged,
        min_pairs=min_pairs,
    )
    return (note,)
