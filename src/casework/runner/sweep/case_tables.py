"""Tables of cases: a row is a run, read as the command line would read its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.case_grids import read_mappings
from casework.runner.sweep.design import Design, Piece
from casework.runner.sweep.targets import NUMBERS
from casework.runner.sweep.words import read_value

if TYPE_CHECKING:
    from casework.datasets.loading import LoadedTable

LABEL = "case"  # first column of a table of cases that is no parameter


def add_cases(design: Design, given: Any) -> None:
    """Add one mapping of names and values for each case."""
    rows = read_mappings(design, "cases", given)
    known = design.claim(dict.fromkeys(name for row in rows for name in row), "cases")
    _add_rows(design, [Piece({name: row[name] for name in known if name in row}) for row in rows])


def add_table(design: Design, source: str) -> None:
    """Add the rows of a CSV or Excel file; an empty cell leaves a parameter at its default.

    Raises
    ------
    DataError
        The file cannot be read as a table.
    ParameterError
        It is neither a CSV nor an Excel file.
    """
    from casework.datasets.loading import read_table

    table = read_table(source)
    head, *rows = _text_rows(table)
    names = _column_names(design, head)
    known = design.claim(filter(None, names), "cases", table=table.name)
    pieces = []
    for number, row in enumerate(rows, start=table.first_row):
        if any(map(str.strip, row)):
            cells = {name: cell for name, cell in zip(names, row, strict=False) if name in known and cell.strip()}
            place = t("{where}, row {row}", where=table.name, row=number)
            pieces.append(Piece(_read_cells(design, cells, place, comma=table.decimal == ","), place))
    _add_rows(design, pieces)


def _add_rows(design: Design, rows: list[Piece]) -> None:
    design.origin = "cases"
    if rows:
        design.axes.append(rows)
    else:
        design.problems.append(Problem("cases", t("there is no case"), t("at least one case")))


def _column_names(design: Design, head: Sequence[str]) -> list[str]:
    """Return the names of the columns, empty for one that only labels the cases."""
    first, *others = [name.strip() for name in head]
    return ["" if first == LABEL and LABEL not in design.target.kinds else first, *others]


def _text_rows(table: LoadedTable) -> list[list[str]]:
    """Return the cells as they are written, head first: a frame would make 1.1 of the text 1.10."""
    if table.card is None and table.kind == "csv":
        text = Path(table.location).read_bytes().decode(str(table.encoding))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=str(table.separator)))
        return rows[table.first_row - 2 :]
    if table.kind == "excel":
        return _sheet_rows(table.location, str(table.sheet))
    raise ParameterError(Problem(table.name, t("it is no table of text"), t("a CSV or Excel file")))


def _sheet_rows(location: str, sheet: str) -> list[list[str]]:
    import warnings

    from openpyxl import load_workbook

    from casework.datasets.texts import cell_text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations that openpyxl does not read
        book = load_workbook(location, read_only=True, data_only=True)
        chosen = book[sheet]
        chosen.reset_dimensions()  # programs write wrong ones
        rows = [list(map(cell_text, row)) for row in chosen.iter_rows(values_only=True)]
        book.close()
    return rows


def _read_cells(design: Design, cells: Mapping[str, str], place: str, *, comma: bool) -> dict[str, Any]:
    values = {}
    for name, cell in cells.items():
        kind = design.target.kinds[name]
        try:
            values[name] = read_value(name, kind, cell.replace(",", ".") if comma and kind in NUMBERS else cell)
        except ParameterError as error:
            where = t("{where}, column {name}", where=place, name=repr(name))
            design.problems.extend(replace(problem, where=where) for problem in error.problems)
    return values
