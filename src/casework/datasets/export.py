"""Write tables for people: whole or not at all, and no cell that a spreadsheet would run as a formula.

Parquet files are for programs, which run no formulas: their cells are written as they are.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"^[=+\-@\t\r]")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML file may hold these
EXCEL_ROWS, EXCEL_COLUMNS, EXCEL_CELL = 1_048_576, 16_384, 32_767
SHEET = "data"


def neutral(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would take it for a formula.

    Examples
    --------
    >>> neutral("=cmd()"), neutral("'=cmd()"), neutral("Anna")
    ("'=cmd()", "'=cmd()", 'Anna')
    """
    return "'" + text if FORMULA.match(text) else text


def neutral_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and column names no spreadsheet takes for formulas; numbers stay."""
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype, is_timedelta64_dtype

    safe = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        if not (is_numeric_dtype(dtype) or is_datetime64_any_dtype(dtype) or is_timedelta64_dtype(dtype)):
            column = frame.iloc[:, position].astype(object).map(_neutral_cell).to_numpy(dtype=object)
            safe.isetitem(position, column)
    safe.columns = safe.columns.map(_neutral_cell)
    return safe


def _neutral_cell(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def write_csv(frame: pd.DataFrame, path: Path, *, excel: bool = False) -> Path:
    """Write a table as CSV: UTF-8, commas, a point as decimal sign.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is not written.
    path : Path
        Where to; an existing file is replaced.
    excel : bool
        Put a byte order mark first, so that Excel reads the characters right.
    """
    encoding = "utf-8-sig" if excel else "utf-8"
    with _whole(path) as part:
        neutral_frame(frame).to_csv(part, index=False, encoding=encoding, lineterminator="\n", errors="replace")
    return path


def write_excel(frame: pd.DataFrame, path: Path, *, sheet: str = SHEET) -> Path:
    """Write a table as an Excel workbook with one sheet.

    Raises
    ------
    ParameterError
        More rows or columns than a sheet can hold.
    """
    return write_sheets({sheet: frame}, path)


def write_sheets(sheets: dict[str, pd.DataFrame], path: Path) -> Path:
    """Write several tables as the sheets of one Excel workbook.

    Raises
    ------
    ParameterError
        More rows or columns than a sheet can hold.
    """
    from openpyxl import Workbook

    for name, frame in sheets.items():
        _check_size(frame, name)
    book = Workbook(write_only=True)
    for name, frame in sheets.items():
        target = book.create_sheet(name)
        for row in _rows(neutral_frame(frame)):
            target.append(row)
    with _whole(path) as part:
        book.save(part)
    return path


def write_parquet(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as Parquet: exact, with types; for programs, so cells are written as they are."""
    import pandas as pd

    plain = frame.set_axis([str(name) for name in frame.columns], axis=1)
    for position, dtype in enumerate(plain.dtypes):
        if pd.api.types.is_object_dtype(dtype):
            texts = plain.iloc[:, position].map(str, na_action="ignore")
            plain.isetitem(position, texts.astype("str").array)
    with _whole(path) as part:
        plain.to_parquet(part, index=False)
    return path


def _check_size(frame: pd.DataFrame, name: str) -> None:
    if len(frame) >= EXCEL_ROWS or frame.shape[1] > EXCEL_COLUMNS:
        raise ParameterError(
            Problem(
                name,
                t("{rows:,} rows and {columns:,} columns", rows=len(frame), columns=frame.shape[1]),
                t("at most {rows:,} rows and {columns:,} columns", rows=EXCEL_ROWS - 1, columns=EXCEL_COLUMNS),
                t("Write a CSV file instead"),
            )
        )


def _rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    yield [_excel_cell(name) for name in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        yield [_excel_cell(value) for value in row]


def _excel_cell(value: Any) -> Any:
    """Return a value as openpyxl takes it: missing as empty, no control characters, not too long."""
    import pandas as pd

    if isinstance(value, str):
        return ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", value)[:EXCEL_CELL]
    if not isinstance(value, (bool, int, float, dt.date)):
        value = value.item() if hasattr(value, "item") else value
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    plain_date = isinstance(value, dt.date) and getattr(value, "tzinfo", None) is None
    return value if plain_date else str(value)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a file beside the target, which takes its place when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
