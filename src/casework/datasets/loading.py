"""Read a table, wherever it lies: a bundled data set, a file, or a database.

What cannot be read is told once and clearly, as a `DataError`; a file that is not what its ending says is not
guessed at.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem, RunError
from casework.core.messages import t
from casework.core.paths import datasets_folder
from casework.datasets.cards import Card, dataset_names, get_card
from casework.datasets.sources import (
    MASK,
    PARQUET,
    TEXT,
    WEB_SCHEMES,
    WORKBOOK,
    content_of,
    is_sql,
    real_location,
    remedy,
    source_name,
    split_part,
    wrong_content,
)

if TYPE_CHECKING:
    import pandas as pd

ENDINGS: dict[str, str] = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".tab": TEXT,
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".xls": WORKBOOK,
    ".parquet": PARQUET,
    ".pq": PARQUET,
}
KINDS = {TEXT: "csv", WORKBOOK: "excel", PARQUET: "parquet"}

__all__ = ["LoadedTable", "read_table", "source_name"]


@dataclass(frozen=True, kw_only=True)
class LoadedTable:
    """A table that was read, and how.

    Parameters
    ----------
    frame : DataFrame
        All rows and columns. Numbers are numbers, everything else is text; empty cells are missing.
    name : str
        Name that may be shown: no folders, no password.
    kind : {'csv', 'excel', 'parquet', 'sql'}
        What was read.
    location : str
        Where it lies; for a database without user and password. Not for notebooks.
    sha256 : str
        Hash of the file; of a database, hash of the rows read.
    encoding, separator, decimal, sheet : str or None
        What was found, where the kind has it.
    card : Card or None
        Card of a bundled data set.
    first_row : int
        Row number of the first row of data, as a spreadsheet shows it (2), or 1 where rows are only counted.
    """

    frame: pd.DataFrame = field(repr=False)
    name: str
    kind: str
    location: str = field(repr=False)
    sha256: str
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    card: Card | None = field(default=None, repr=False)
    first_row: int = 2


def read_table(
    source: str, *, sheet: str | None = None, table_or_query: str | None = None, base: Path | None = None
) -> LoadedTable:
    """Read a table by its name, path or address.

    Parameters
    ----------
    source : str
        Name of a bundled data set; path of a CSV, TSV, TXT, Excel (`file.xlsx#Sheet2`) or Parquet file; or an
        SQLAlchemy address (`sqlite:///sales.db#customers`, or a SELECT behind the `#`). A name that the
        environment variable `CASEWORK_DATA_SOURCES` holds stands for the location given there.
    sheet, table_or_query : str, optional
        What else stands behind the `#`.
    base : Path, optional
        Folder from which relative paths start; by default the working directory.

    Raises
    ------
    DataError
        The source is not found or cannot be read; the message says where, what and how to mend it.
    """
    if not split_part(source)[0].strip():
        raise DataError(Problem("", t("no data are named"), t("a bundled data set, a file or a database address")))
    place = real_location(source)
    shown = source if place != source else source_name(source)
    part = sheet or table_or_query
    if part:
        place = f"{split_part(place)[0]}#{part}"
        shown = f"{split_part(shown)[0]}#{part}" if sheet else source_name(place)
    folder = (base or Path.cwd()).expanduser()
    if is_sql(place):
        return _read_sql(place, shown, folder)
    if place in dataset_names() or _lacks_card(place):
        return _read_bundled(place, shown)
    return _read_file(place, shown, folder)


def current_sha256(source: str) -> str:
    """Return the hash that `read_table` would give now; a file is hashed without being read as a table.

    Parameters
    ----------
    source : str
        As for `read_table`.

    Raises
    ------
    DataError
        The source is not there any more or cannot be read.
    """
    if is_sql(source):
        return read_table(source).sha256
    path, _ = _locate(source, source_name(source), Path.cwd())
    return hashlib.sha256(_read_bytes(path, path.name)).hexdigest()


def _lacks_card(name: str) -> bool:
    """Say whether a name is a folder of the bundled data that lacks its card (and no file here)."""
    if not name.isidentifier() or Path(name).exists():
        return False
    try:
        return (datasets_folder() / name).is_dir()
    except RunError:
        return False


def _read_bundled(name: str, shown: str) -> LoadedTable:
    card = get_card(name)
    raw = _read_bytes(card.data_file, card.name)
    card.verify(raw)
    table = _from_bytes(raw, f"{card.name}/{card.data_file.name}", card.data_file.suffix, None)
    _check_against_card(card, table["frame"])
    return LoadedTable(name=shown, location=card.name, card=card, **table)


def _check_against_card(card: Card, frame: pd.DataFrame) -> None:
    problems = []
    if len(frame) != card.rows:
        found = t("the data have {rows:,} rows", rows=len(frame))
        problems.append(Problem(card.name, found, t("the card says {expected}", expected=f"{card.rows:,}")))
    described = [column.name for column in card.columns]
    names = [str(name) for name in frame.columns]
    for name in (*(name for name in names if name not in described), *(n for n in described if n not in names)):
        place = t("{where}, column {name}", where=card.name, name=repr(name))
        found = t("the card does not describe it") if name in names else t("the data do not have it")
        problems.append(Problem(place, found))
    if problems:
        raise DataError(problems)


def _read_sql(address: str, shown: str, base: Path) -> LoadedTable:
    from casework.datasets.databases import read_database
    from casework.datasets.fingerprint import frame_sha256

    scheme = address.partition("://")[0].lower()
    if scheme in WEB_SCHEMES:
        raise DataError(
            Problem(
                source_name(address),
                t("this is an address of the web, which is not read"),
                t("a file, or a database address"),
                t("Save the file to your disk and name it by its path"),
            )
        )
    frame = read_database(address, base)
    return LoadedTable(
        frame=frame,
        name=shown,
        kind="sql",
        location=source_name(address),
        sha256=frame_sha256(frame),
        first_row=1,
    )


def _read_file(place: str, shown: str, base: Path) -> LoadedTable:
    path, sheet = _locate(place, shown, base)
    where = path.name
    if path.is_dir():
        raise DataError(_directory(path, where))
    raw = _read_bytes(path, where)
    if not raw:
        raise DataError(Problem(where, t("the file is empty"), t("column names and at least one row")))
    return LoadedTable(
        name=shown, location=str(path.resolve()), **_from_bytes(raw, where, path.suffix.lower(), sheet or None)
    )


def _locate(place: str, shown: str, base: Path) -> tuple[Path, str]:
    """Return the path of a file that is there, and what stands behind its `#`."""
    whole = _path(place, base)
    if whole is not None and _there(whole):
        return whole, ""
    head, sheet = split_part(place)
    found = _path(head, base)
    if found is None or not _there(found):
        raise _not_found(head, found, shown)
    return found, sheet


def _path(place: str, base: Path) -> Path | None:
    try:
        return base / Path(place).expanduser()
    except (ValueError, RuntimeError):
        return None


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _not_found(place: str, path: Path | None, shown: str) -> DataError:
    """Return the error with the nearest names in the folder and among the bundled data sets."""
    name = Path(place).name or place
    files: list[str] = []
    if path is not None and _there(path.parent) and path.parent.is_dir():
        files = sorted(item.name for item in path.parent.iterdir() if item.suffix.lower() in ENDINGS)
    near = get_close_matches(name, files, n=3, cutoff=0.6)
    near += get_close_matches(Path(place).stem, dataset_names(), n=3, cutoff=0.6)
    if near:
        fix = t("Did you mean {name}?", name=", ".join(map(repr, near)))
    else:
        fix = t("Bundled data sets: {names}", names=", ".join(dataset_names()) or "-")
    found = t("there is no such file and no such bundled data set")
    return DataError(Problem(shown, found, fix=fix))


def _directory(path: Path, where: str) -> Problem:
    files = sorted(item.name for item in path.iterdir() if item.suffix.lower() in ENDINGS)[:5]
    fix = t("Name one of its files: {names}", names=", ".join(files)) if files else ""
    return Problem(where, t("this is a folder"), t("a file"), fix)


def _read_bytes(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError:
        problem = Problem(where, t("the file may not be read"), fix=t("Ask for the right to read it"))
    except OSError as error:
        problem = Problem(where, t("the file cannot be read: {reason}", reason=error.strerror or MASK))
    raise DataError(problem)


def _from_bytes(raw: bytes, where: str, ending: str, sheet: str | None) -> dict[str, Any]:
    """Return the fields of a `LoadedTable` that come from the file itself."""
    expected, content = ENDINGS.get(ending), content_of(raw)
    if expected is None:
        raise DataError(
            Problem(
                where,
                t("files ending in {ending} are not read", ending=repr(ending)),
                t("one of {values}", values=", ".join(ENDINGS)),
                remedy(content, where),
            )
        )
    if content == "zip" and expected == WORKBOOK:
        content = WORKBOOK  # a workbook that was cut off
    if content != expected:
        raise wrong_content(where, content, expected, ending)
    found: dict[str, Any] = {"sha256": hashlib.sha256(raw).hexdigest(), "kind": KINDS[content]}
    if content == TEXT:
        from casework.datasets.delimited import read_delimited

        text = read_delimited(raw, where, ending)
        return found | {
            "frame": text.frame,
            "encoding": text.encoding,
            "separator": text.separator,
            "decimal": text.decimal,
            "first_row": text.first_row,
        }
    if content == WORKBOOK:
        from casework.datasets.workbooks import read_workbook

        frame, title = read_workbook(raw, where, sheet)
        return found | {"frame": frame, "sheet": title}
    return found | {"frame": _read_parquet(raw, where), "first_row": 1}


def _read_parquet(raw: bytes, where: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from casework.datasets.tables import check_has_rows, clean_names

    try:
        table = pq.read_table(io.BytesIO(raw))
    except (pa.ArrowException, OSError, ValueError):
        raise DataError(
            Problem(where, t("the Parquet file is broken"), fix=t("Write or copy the file again"))
        ) from None
    names = clean_names(table.schema.names, where)
    table = table.rename_columns([name or f"column {i + 1}" for i, name in enumerate(names)])
    frame = plain_types(table)
    check_has_rows(frame, where)
    return frame


def plain_types(table: Any) -> pd.DataFrame:
    """Return an Arrow table as a frame of numbers, yes and no, days and text."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_decimal(kind):
            columns.append(column.cast(pa.float64()))
        elif pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            columns.append(pa.array([None if x is None else str(x) for x in column.to_pylist()], pa.string()))
        else:
            columns.append(column.cast(kind) if kind != column.type else column)
    plain = pa.table(columns, names=table.schema.names)
    return plain.to_pandas(ignore_metadata=True, split_blocks=True)  # type: ignore[no-any-return]
