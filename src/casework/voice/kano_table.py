"""Kano's evaluation tables as data: which pair of answers means which category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.options import allowed

Category = Literal["M", "O", "A", "I", "R", "Q"]
TableName = Literal["berger", "pouliot", "3-level"]

CATEGORIES: tuple[str, ...] = allowed(Category)
INCOMPLETE = len(CATEGORIES)  # code of a pair with a missing answer

CATEGORY_NAMES: dict[str, str] = {
    "M": mark("must-be"),
    "O": mark("one-dimensional"),
    "A": mark("attractive"),
    "I": mark("indifferent"),
    "R": mark("reverse"),
    "Q": mark("questionable"),
}

# Rows: answer to "how do you feel if the product has it" (functional); columns: "... does not have it"
# (dysfunctional); 1 like, 2 must-be, 3 neutral, 4 live with, 5 dislike.
EVALUATION_TABLES: dict[str, tuple[str, ...]] = {
    # Berger et al. (1993), Center for Quality of Management Journal 2(4); the same grid in Matzler & Hinterhuber
    # (1998), Technovation 18(1): 9 I, 7 R, 3 A, 3 M, 2 Q, 1 O.
    "berger": ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"),
    # Pouliot's remark in Berger et al. (1993): "must be" both ways, and "live with" both ways, contradict themselves.
    "pouliot": ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"),
    # Short questionnaire (1 like, 2 neutral, 3 dislike): Berger's table with its three middle answers merged.
    "3-level": ("QAO", "RIM", "RRQ"),
}


@dataclass(frozen=True)
class EvaluationTable:
    """An evaluation table ready for use: `codes[f - 1, d - 1]` is the position in `CATEGORIES`."""

    name: str
    codes: npt.NDArray[np.int8]

    @property
    def levels(self) -> int:
        """Number of answers of the scale, which runs from 1 (like) to `levels` (dislike)."""
        return int(self.codes.shape[0])

    @property
    def letters(self) -> tuple[str, ...]:
        """The grid as rows of letters."""
        return tuple("".join(CATEGORIES[code] for code in row) for row in self.codes)


def evaluation_table(table: str | Any = "berger") -> EvaluationTable:
    """Return an evaluation table by name, or one of your own.

    Parameters
    ----------
    table : {'berger', 'pouliot', '3-level'} or array of letters, shape (levels, levels)
        Rows functional, columns dysfunctional, from like to dislike; letters M, O, A, I, R, Q. A sequence
        of words such as `("QAO", "RIM", "RRQ")` is read letter by letter.

    Raises
    ------
    ParameterError
        The name is not known, the table is not square with at least 2 rows, or it holds another letter.

    Examples
    --------
    >>> evaluation_table("pouliot").letters
    ('QAAAO', 'RQIIM', 'RIIIM', 'RIIQM', 'RRRRQ')
    """
    if isinstance(table, EvaluationTable):
        return table
    if isinstance(table, str):
        if table not in EVALUATION_TABLES:
            expected = t("one of {values}, or a table of letters", values=", ".join(EVALUATION_TABLES))
            raise ParameterError(Problem("table", repr(table), expected, suggest(table, EVALUATION_TABLES)))
        return EvaluationTable(table, _codes(EVALUATION_TABLES[table]))
    return EvaluationTable("own", _codes(table))


def check_order(order: str) -> str:
    """Return an order of preference with all six letters; those left out follow in the order M, O, A, I, R, Q.

    Raises
    ------
    ParameterError
        A letter is no category, or stands twice.

    Examples
    --------
    >>> check_order("AOMI")
    'AOMIRQ'
    """
    if not isinstance(order, str) or set(order) - set(CATEGORIES) or len(set(order)) != len(order):
        expected = t("letters of {letters}, each at most once", letters="".join(CATEGORIES))
        raise ParameterError(Problem("order", repr(order), expected))
    return order + "".join(letter for letter in CATEGORIES if letter not in order)


def _codes(table: Any) -> npt.NDArray[np.int8]:
    rows = [[str(letter) for letter in row] for row in np.asarray(table, dtype=object).tolist()]
    if len(rows) < 2 or any(len(row) != len(rows) for row in rows):
        found = t("{rows} rows of {lengths} letters", rows=len(rows), lengths=sorted({len(row) for row in rows}))
        raise ParameterError(Problem("table", found, t("a square table with at least 2 rows")))
    problems = [
        Problem(
            t("table, row {row}, column {column}", row=i + 1, column=j + 1),
            repr(letter),
            t("one of {values}", values=", ".join(CATEGORIES)),
        )
        for i, row in enumerate(rows)
        for j, letter in enumerate(row)
        if letter not in CATEGORIES
    ]
    if problems:
        raise ParameterError(problems)
    codes = np.array([[CATEGORIES.index(letter) for letter in row] for row in rows], dtype=np.int8)
    codes.flags.writeable = False
    return codes
