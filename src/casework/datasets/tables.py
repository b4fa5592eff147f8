"""From rows of text to a frame: the head is checked, columns get their types, empty tails are cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.datasets.texts import has_decimal_comma, shorten, typed_column

if TYPE_CHECKING:
    import pandas as pd

MAX_CELL = 131_072  # characters; more is an unclosed quotation mark, not an answer
FIRST = 5


def clean_names(cells: Sequence[str], where: str, row: int = 1) -> list[str]:
    """Return column names without blanks around them.

    Raises
    ------
    DataError
        No cell of the head is filled, or a name stands there twice.
    """
    names = [cell.strip() for cell in cells]
    place = t("{where}, row {row}", where=where, row=row)
    if not any(names):
        raise DataError(Problem(place, t("the row is empty"), t("the names of the columns")))
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if twice:
        raise DataError(
            [
                Problem(
                    place,
                    t(
                        "the column name {name} stands there {count} times",
                        name=shorten(name),
                        count=names.count(name),
                    ),
                    t("each name once"),
                    t("Rename or delete one of these columns"),
                )
                for name in twice
            ]
        )
    return names


def make_frame(
    names: Sequence[str],
    take: Callable[[int], Any],
    where: str,
    *,
    first_row: int,
    find_decimal: bool = False,
) -> tuple[pd.DataFrame, str]:
    """Return a frame of typed columns, and the decimal sign found.

    Parameters
    ----------
    names : sequence of str, length k
        Clean column names; a column without a name must be empty and is left out.
    take : callable
        Gives column number i as a pyarrow array of text, shape (n,).
    where : str
        Name of the table in messages.
    first_row : int
        Row number, as a spreadsheet shows it, of the first row of data.
    find_decimal : bool
        Whether 3,5 may be a number.

    Raises
    ------
    DataError
        A column without a name holds something, a cell is huge, or there is no row.
    """
    import pandas as pd

    arrays = {i: take(i) for i in range(len(names))}
    _check_cells(names, arrays, where, first_row)
    comma = find_decimal and has_decimal_comma(list(arrays.values()))
    columns = {}
    for i, name in enumerate(names):
        array = arrays.pop(i)  # frees the text as soon as the column has its type
        if name:
            columns[name] = typed_column(array, decimal_comma=comma)
    frame = cut_empty_tail(pd.DataFrame(columns, copy=False))
    check_has_rows(frame, where)
    return frame, "," if comma else "."


def _check_cells(names: Sequence[str], arrays: dict[int, Any], where: str, first_row: int) -> None:
    import pyarrow.compute as pc

    problems = []
    for i, array in arrays.items():
        longest = pc.max(pc.binary_length(array)).as_py() or 0
        if longest > MAX_CELL:
            row = pc.index(pc.greater(pc.binary_length(array), MAX_CELL), True).as_py() + first_row
            problems.append(huge_cell(t("{where}, row {row}", where=where, row=row), longest))
        if not names[i] and longest and pc.any(pc.not_equal(pc.utf8_trim_whitespace(array), "")).as_py():
            problems.append(unnamed_column(where, i))
    if problems:
        raise DataError(problems)


def huge_cell(place: str, size: int) -> Problem:
    """Return the problem of a cell that is too large to be an answer."""
    return Problem(
        place,
        t("a cell holds {size:,} characters", size=size),
        t("at most {size:,} characters in a cell", size=MAX_CELL),
        t("Look for a quotation mark that is opened and never closed"),
    )


def unnamed_column(where: str, position: int) -> Problem:
    """Return the problem of a filled column without a name."""
    return Problem(
        t("{where}, column {letter}", where=where, letter=column_letter(position)),
        t("the column has no name"),
        t("a name in the first row for every column"),
        t("Give the column a name, or delete it"),
    )


def column_letter(position: int) -> str:
    """Return the letters of a column as a spreadsheet shows them; position counts from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cut_empty_tail(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame without the empty rows at its end, which hold nothing."""
    if len(frame) == 0 or not frame.iloc[-1].isna().all():
        return frame
    filled = (~frame.isna().all(axis=1)).to_numpy().nonzero()[0]
    return frame.iloc[: filled[-1] + 1 if len(filled) else 0]


def check_has_rows(frame: pd.DataFrame, where: str) -> None:
    """Check that there is a row of data.

    Raises
    ------
    DataError
        There is none.
    """
    if len(frame) == 0:
        raise DataError(
            Problem(
                where,
                t("there are column names but no rows of data"),
                t("at least one row"),
                t("Export the table again, with its rows"),
            )
        )


def ragged_rows(where: str, total: int, width: int, first: Sequence[tuple[int, int]]) -> DataError:
    """Return the error for rows that have more or fewer cells than the head."""
    shown = t(", ").join(t("row {row}: {cells}", row=row, cells=cells) for row, cells in first[:FIRST])
    return DataError(
        Problem(
            where,
            tn(
                "{n} row has another number of cells than the head ({rows})",
                "{n} rows have another number of cells than the head ({rows})",
                total,
                rows=shown + (", ..." if total > FIRST else ""),
            ),
            tn("{n} cell in every row", "{n} cells in every row", width),
            t("Put cells that hold a separator into quotation marks, or fill up the short rows"),
        )
    )
