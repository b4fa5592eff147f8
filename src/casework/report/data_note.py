"""One sentence on what kind of data a page is about."""

from __future__ import annotations

from casework.core.messages import t


def data_note(kind: str) -> str:
    """Return whether the data are real or made; empty where that is not known.

    Parameters
    ----------
    kind : {'synthetic', 'adapted', 'real', 'own', ''}
        As the card of the data says it.

    Examples
    --------
    >>> data_note("real")
    'The data are real.'
    """
    notes = {
        "synthetic": t("The data are synthetic: a program made them, nobody was asked or measured."),
        "adapted": t("The data are adapted from real data."),
        "real": t("The data are real."),
        "own": t("The data are the user's own."),
    }
    return notes.get(kind, "")
