"""What must be read with care in a house of quality, as sentences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.messages import t, tn
from casework.voice.wording import listing, shown

Floats = npt.NDArray[np.float64]

DENSE = 0.6  # share of filled cells above which priorities blur: a rule of thumb
MOSTLY_STRONG = 0.5  # share of the filled cells
ALIKE = 0.98  # cosine of two columns


def house_notes(relations: pd.DataFrame, strongest: float) -> tuple[str, ...]:
    """Return the notes on a table of relations, most serious first.

    Parameters
    ----------
    relations : DataFrame, shape (needs, characteristics)
        Strengths as numbers.
    strongest : float
        The strongest level of the scale.

    Examples
    --------
    >>> table = pd.DataFrame({"thickness": [9.0, 0.0], "colour": [0.0, 0.0]}, index=["light", "cheap"])
    >>> house_notes(table, 9.0)[0]
    'Nothing serves these needs, so nobody will work on them: cheap.'
    """
    values = relations.to_numpy()
    filled, strong = values > 0, values >= strongest
    needs, names = np.array(relations.index, dtype=object), np.array(relations.columns, dtype=object)
    unserved, useless = ~filled.any(axis=1), ~filled.any(axis=0)
    weak = ~unserved & ~strong.any(axis=1)
    notes = [
        _named(needs[unserved], t("Nothing serves these needs, so nobody will work on them: {names}.")),
        _named(names[useless], t("These characteristics serve no need; why measure them? {names}.")),
        _named(needs[weak], t("No characteristic serves these needs strongly: {names}.")),
        *_alike(values, list(names)),
        *_crowded(filled, strong),
    ]
    return tuple(note for note in notes if note)


def alike_pairs(values: Floats, limit: float = ALIKE) -> list[tuple[int, int]]:
    """Return pairs of columns that point in nearly the same direction (cosine at least `limit`).

    Examples
    --------
    >>> alike_pairs(np.array([[9.0, 9.0, 1.0], [3.0, 3.0, 9.0]]))
    [(0, 1)]
    """
    length = np.sqrt((values**2).sum(axis=0))
    unit = values / np.where(length > 0, length, 1.0)
    close = np.triu(unit.T @ unit >= limit - 1e-12, k=1) & (length > 0)[:, None]
    return [(int(i), int(j)) for i, j in np.argwhere(close)]


def _named(names: npt.NDArray[np.object_], message: str) -> str:
    return message.format(names=listing(names)) if len(names) else ""


def _alike(values: Floats, names: list[str]) -> list[str]:
    found = [t("{first} and {second}", first=shown(names[i]), second=shown(names[j])) for i, j in alike_pairs(values)]
    if not found:
        return []
    return [
        tn(
            "{n} pair of characteristics serves the same needs alike, so they count twice: {names}.",
            "{n} pairs of characteristics serve the same needs alike, so they count twice: {names}.",
            len(found),
            names=listing(found, most=4),
        )
    ]


def _crowded(filled: npt.NDArray[np.bool_], strong: npt.NDArray[np.bool_]) -> list[str]:
    notes = []
    if filled.mean() > DENSE and filled.size > 9:
        notes.append(
            t("{share:.0%} of the cells hold a relation: with so many the priorities blur.", share=filled.mean())
        )
    share = strong.sum() / max(filled.sum(), 1)
    if share > MOSTLY_STRONG and filled.sum() > 9:
        notes.append(t("{share:.0%} of the relations are strong: what is strong should be rare.", share=share))
    return notes
