"""Text tables (CSV, TSV, TXT): encoding, separator and decimal sign are found, rows keep their numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.datasets.tables import FIRST, MAX_CELL, clean_names, huge_cell, make_frame, ragged_rows
from casework.datasets.texts import decode, find_encoding

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 65_536
SAMPLE_ROWS = 200
BLOCK = 1 << 23
HINT = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")


@dataclass(frozen=True)
class TextTable:
    """A text table that was read, and how."""

    frame: pd.DataFrame
    encoding: str
    separator: str
    decimal: str
    first_row: int


def read_delimited(raw: bytes, where: str, ending: str = ".csv") -> TextTable:
    """Read a text table.

    Parameters
    ----------
    raw : bytes
        Content of the file.
    where : str
        Name of the file in messages.
    ending : str
        Ending of the file name; `.tsv` prefers the tabulator.

    Raises
    ------
    DataError
        Empty, not text, without rows, ragged, names missing or twice, a quotation mark left open.
    """
    encoding = find_encoding(raw, where)
    body = raw if encoding == "utf-8" else decode(raw, encoding, where).encode("utf-8", "surrogatepass")
    if not body[:SAMPLE].strip() and not body.strip():
        raise DataError(Problem(where, t("the file is empty"), t("column names and at least one row")))
    sample = body[:SAMPLE].decode("utf-8", errors="ignore")
    hint = HINT.match(sample)
    start = len(hint[0]) if hint else 0
    separator = hint[1] if hint else find_separator(sample, cut=len(body) > SAMPLE, ending=ending)
    head, size = _head(body[start:], separator, where)
    head_row = 2 if hint else 1
    names = clean_names(head, where, head_row)
    rows = body[start + size : _end(body)]
    table = _parse(rows, separator, len(names), where, head_row + 1)

    def take(i: int) -> Any:
        return table.pop(i)

    frame, decimal = make_frame(names, take, where, first_row=head_row + 1, find_decimal=separator != ",")
    return TextTable(frame, encoding, separator, decimal, head_row + 1)


def _end(body: bytes) -> int:
    """Return where the text ends, without the line ends after the last row."""
    end = len(body)
    while end and body[end - 1] in b"\r\n":
        end -= 1
    return end


def find_separator(sample: str, *, cut: bool = False, ending: str = ".csv") -> str:
    r"""Return the separator by which most rows have as many cells as the head, and the head most cells.

    Examples
    --------
    >>> find_separator("name;price\nA;3,5\nB;4,25\n")
    ';'
    """
    order = ("\t", *SEPARATORS) if ending == ".tsv" else SEPARATORS
    best, best_score = order[0], (0.0, 1)
    for separator in order:
        widths = _widths(sample, separator, cut)
        if not widths or widths[0] < 2:
            continue
        same = sum(width == widths[0] for width in widths) / len(widths)
        score = (round(same, 1), widths[0])
        if score > best_score:
            best, best_score = separator, score
    return best


def _widths(sample: str, separator: str, cut: bool) -> list[int]:
    widths = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if record:
                widths.append(len(record))
            if len(widths) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return widths[:-1] if cut and len(widths) > 1 else widths


def _head(body: bytes, separator: str, where: str) -> tuple[list[str], int]:
    """Return the cells of the first row, and how many bytes it takes."""
    used: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="", errors="replace"):
            used.append(line)
            yield line

    try:
        head = next(csv.reader(lines(), delimiter=separator, strict=True))
    except csv.Error:
        raise _open_quote(where, 1) from None
    return head, len("".join(used).encode("utf-8"))


def _parse(rows: bytes, separator: str, width: int, where: str, first_row: int) -> dict[int, Any]:
    """Return columns of text by their position: at once where the file is clean, else row by row."""
    import pyarrow as pa

    if not rows:
        return {i: pa.array([], pa.string()) for i in range(width)}
    if not any(blank in rows for blank in BLANK_LINES) and rows.count(b'"') % 2 == 0:
        try:
            table = _read_at_once(rows, separator, width)
            if len(table[0]) == _count_lines(rows):
                return table
        except pa.ArrowInvalid:
            pass
    return _read_at_once(_normalise(rows, separator, width, where, first_row), ",", width)


def _count_lines(rows: bytes) -> int:
    """Return the number of lines; it differs from that of the rows where a quoted cell runs over lines."""
    return rows.count(b"\n" if b"\n" in rows else b"\r") + 1


def _read_at_once(rows: bytes, separator: str, width: int) -> dict[int, Any]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(i) for i in range(width)]
    table = arrow_csv.read_csv(
        pa.BufferReader(rows),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK),
        parse_options=arrow_csv.ParseOptions(
            delimiter=separator, newlines_in_values=b'"' in rows, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return {i: table.column(i).combine_chunks() for i in range(width)}


def _normalise(rows: bytes, separator: str, width: int, where: str, first_row: int) -> bytes:
    """Write rows again so that each has its number of cells; blank lines become empty rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    ragged: list[tuple[int, int]] = []
    total, row = 0, first_row - 1
    text = io.StringIO(rows.decode("utf-8", errors="replace"), newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for row, record in enumerate(reader, start=first_row):
            cells = _fit(record, width)
            if cells is None:
                total += 1
                if len(ragged) < FIRST:
                    ragged.append((row, len(record)))
            elif not total:
                writer.writerow(cells)
    except csv.Error as error:
        raise _broken_row(error, where, row + 1) from None
    if total:
        raise ragged_rows(where, total, width, ragged)
    return out.getvalue().encode("utf-8")


def _fit(record: list[str], width: int) -> list[str] | None:
    """Return a row of the right width, or None; a blank line is an empty row."""
    if len(record) == width:
        return record
    if len(record) <= 1 and not "".join(record).strip():
        return [""] * width
    if len(record) > width and not any(cell.strip() for cell in record[width:]):
        return record[:width]
    return None


def _broken_row(error: csv.Error, where: str, row: int) -> DataError:
    if "field limit" in str(error):
        return DataError(huge_cell(t("{where}, row {row}", where=where, row=row), MAX_CELL + 1))
    return _open_quote(where, row)


def _open_quote(where: str, row: int) -> DataError:
    return DataError(
        Problem(
            t("{where}, row {row}", where=where, row=row),
            t("a quotation mark is opened and not closed, or stands in the middle of a quoted cell"),
            t("quotation marks in pairs; inside a quoted cell they are doubled"),
            t("Mend the row, or export the table again"),
        )
    )
