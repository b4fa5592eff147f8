"""Excel workbooks: one sheet, chosen by name where there are several."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.datasets.tables import clean_names, make_frame
from casework.datasets.texts import cell_text

if TYPE_CHECKING:
    import pandas as pd

DESCRIPTION_SHEET = "about the columns"  # second sheet of our own templates: never data


def read_workbook(raw: bytes, where: str, sheet: str | None = None) -> tuple[pd.DataFrame, str]:
    """Read one sheet of a workbook, and return its table and its name.

    Parameters
    ----------
    raw : bytes
        Content of the file.
    where : str
        Name of the file in messages.
    sheet : str, optional
        Which sheet; may be left out where only one is filled.

    Raises
    ------
    DataError
        Broken, no such sheet, several sheets, no names, no rows.
    """
    name, rows = _rows(raw, where, sheet)
    place = t("{where}, sheet {sheet}", where=where, sheet=repr(name))
    if not rows:
        raise DataError(Problem(place, t("the sheet is empty"), t("column names and at least one row")))
    names = _head_names(rows, place)
    frame, _ = make_frame(names, lambda i: _column(rows, i), place, first_row=2)
    return frame, name


def _rows(raw: bytes, where: str, sheet: str | None) -> tuple[str, list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl does not read
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            chosen = _choose(book.worksheets, where, sheet)
            chosen.reset_dimensions()  # programs write wrong ones
            return str(chosen.title), list(chosen.iter_rows(values_only=True))
    except DataError:
        raise
    except Exception:
        raise DataError(
            Problem(
                where,
                t("the workbook is broken"),
                fix=t("Open it in a spreadsheet program and save it again as .xlsx"),
            )
        ) from None


def _choose(sheets: Sequence[Any], where: str, wanted: str | None) -> Any:
    by_name = {str(sheet.title): sheet for sheet in sheets}
    if wanted:
        if wanted in by_name:
            return by_name[wanted]
        raise DataError(
            Problem(where, t("there is no sheet {sheet}", sheet=repr(wanted)), fix=suggest(wanted, by_name))
        )
    seen = {name: sheet for name, sheet in by_name.items() if name != DESCRIPTION_SHEET}
    filled = {name: sheet for name, sheet in seen.items() if sheet.sheet_state == "visible" and _filled(sheet)}
    if len(filled) > 1:
        raise DataError(
            Problem(
                where,
                t("the workbook has several sheets: {sheets}", sheets=", ".join(map(repr, filled))),
                t("the name of one of them"),
                t("Write {example}", example=f"{where}#{next(iter(filled))}"),
            )
        )
    if not seen:
        raise DataError(Problem(where, t("the workbook has no sheet with a table")))
    return next(iter(filled.values()), next(iter(seen.values())))


def _filled(sheet: Any) -> bool:
    return any(cell is not None for row in sheet.iter_rows(max_row=50, values_only=True) for cell in row)


def _head_names(rows: list[tuple[Any, ...]], place: str) -> list[str]:
    """Return names for all columns that hold something; those without a name are empty texts."""
    width = max(map(len, rows))
    cells = [cell_text(cell) for cell in rows[0]]
    return clean_names(cells + [""] * (width - len(cells)), place)


def _column(rows: list[tuple[Any, ...]], i: int) -> Any:
    import pyarrow as pa

    return pa.array([cell_text(row[i]) if i < len(row) else "" for row in rows[1:]], pa.string())
