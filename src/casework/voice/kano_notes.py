"""What must be read with care in a Kano evaluation, as sentences."""

from __future__ import annotations

import pandas as pd

from casework.core.messages import t, tn
from casework.voice.wording import listing

FEW_ANSWERS = 20  # fewer M, O, A, I answers make the expected count of the chi-square test fall below 5


def attribute_notes(frame: pd.DataFrame, incomplete: pd.Series, *, threshold: float) -> tuple[str, ...]:
    """Return the notes of an evaluation, most serious first.

    Parameters
    ----------
    frame : DataFrame
        As `KanoResult.frame`.
    incomplete : Series
        Incomplete pairs of each attribute.
    threshold : float
        Shares this close count as equal.
    """
    answered = frame[frame["n"] > 0]
    decided = answered[["M", "O", "A", "I"]].sum(axis=1)
    questionable = answered[answered["category"] == "Q"]
    mixed = answered[answered["mixed"] & (answered["category"] != "Q")]
    few = answered[(decided > 0) & (decided < FEW_ANSWERS)]
    notes = [
        _note(frame[frame["n"] == 0], t("No complete pair of answers, hence no category: {names}.")),
        _note(
            questionable,
            t("Most answers contradict themselves, so the question was not understood: {names}."),
        ),
        _note(
            answered[decided == 0],
            t(
                "Nobody answered must-be, one-dimensional, attractive or indifferent, so better and worse"
                " are not defined: {names}."
            ),
        ),
        _note(
            mixed,
            t(
                "The two most frequent categories are at most {threshold:.1%} apart, so the order of"
                " preference decides: {names}."
            ),
            threshold=threshold,
        ),
        _note(few, t("Too few answers for the chi-square test of equal counts: {names}.")),
    ]
    total = int(incomplete.sum())
    if total:
        notes.append(
            tn(
                "{n} incomplete pair of answers is left out, attribute by attribute.",
                "{n} incomplete pairs of answers are left out, attribute by attribute.",
                total,
            )
        )
    return tuple(note for note in notes if note)


def _note(rows: pd.DataFrame, message: str, **fields: object) -> str:
    return message.format(names=listing(rows.index), **fields) if len(rows) else ""
