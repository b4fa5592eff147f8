"""Names of data sources: what may be shown, what is meant, and what a file really is.

A source is the name of a bundled data set, the path of a file (`prices.xlsx#Sheet2` picks a sheet), or an SQL
address (`sqlite:///sales.db#customers`, or a SELECT behind the `#`).
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t

SOURCES_VARIABLE = "CASEWORK_DATA_SOURCES"
MASK = "***"
SQL_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9_+.\-]*://")
QUERY = re.compile(r"\s*(select|with|values|table)\b|.*\s", re.IGNORECASE | re.DOTALL)
WEB_SCHEMES = ("http", "https", "ftp", "file", "s3")
BEGINNING = 4096
NAME_LENGTH = 255

WORKBOOK, PARQUET, TEXT = "workbook", "parquet", "text"
CONTENT_NAMES: dict[str, str] = {
    WORKBOOK: mark("an Excel workbook (.xlsx)"),
    PARQUET: mark("a Parquet file"),
    TEXT: mark("a text table (.csv, .tsv, .txt)"),
    "old_workbook": mark("an old (.xls) or protected Excel workbook"),
    "zip": mark("a ZIP archive"),
    "gzip": mark("a compressed file"),
    "pdf": mark("a PDF document"),
    "image": mark("an image"),
    "html": mark("a web page (HTML)"),
    "xml": mark("an XML file"),
    "sqlite": mark("an SQLite database"),
    "binary": mark("binary data"),
}
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", PARQUET),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3\x00", "sqlite"),
)
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def is_sql(source: str) -> bool:
    """Say whether a source is an SQL address.

    Examples
    --------
    >>> is_sql("sqlite:///sales.db#customers"), is_sql("sales.csv")
    (True, False)
    """
    return SQL_ADDRESS.match(source) is not None


def split_part(source: str) -> tuple[str, str]:
    """Split a source at its `#`: file and sheet, or SQL address and table or query.

    A file that has the `#` in its name is taken whole.

    Examples
    --------
    >>> split_part("sqlite:///sales.db#customers")
    ('sqlite:///sales.db', 'customers')
    """
    if is_sql(source):
        head, _, part = source.partition("#")
        return head, part.strip()
    if "#" not in source or _exists(source):
        return source, ""
    head, _, part = source.rpartition("#")
    return head, part.strip()


def _exists(source: str) -> bool:
    try:
        return Path(source).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


def source_name(source: str) -> str:
    """Return the name under which a source may be shown: no folders, no user, no password, no query.

    Examples
    --------
    >>> source_name("postgresql://ann:secret@db.example.org/sales?sslkey=x#customers")
    'postgresql://***@db.example.org/sales#customers'
    >>> source_name("surveys/spring.xlsx#North"), source_name("sqlite:////srv/ann/sales.db#SELECT 1")
    ('spring.xlsx#North', 'sqlite:///sales.db#query')
    """
    head, part = split_part(source)
    if is_sql(source):
        part = "query" if part and QUERY.match(part) else part
        shown = redact_address(head)
    else:
        shown = re.split(r"[\\/]", head.rstrip("/\\"))[-1] or head
    return printable(f"{shown}#{part}" if part else shown)


def printable(text: str) -> str:
    """Return a name that can be shown: control characters escaped, at most as long as a file name may be."""
    plain = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return plain if len(plain) <= NAME_LENGTH else plain[:NAME_LENGTH] + "..."


def redact_address(address: str) -> str:
    """Return an SQL address without user, password, query and, for a database file, folders."""
    scheme, _, rest = address.partition("://")
    rest = rest.partition("?")[0]
    before, at, place = rest.rpartition("@")
    if scheme.lower().startswith(("sqlite", "duckdb")):
        name = re.split(r"[\\/]", place)[-1]
        return f"{scheme}:///{name}"
    return f"{scheme}://{MASK}@{place}" if at and before else f"{scheme}://{place}"


def real_location(source: str) -> str:
    """Return what a shown name stands for, by the environment variable `CASEWORK_DATA_SOURCES`.

    The variable holds a JSON object: shown name to real location. A source that it does not name stands for
    itself.

    Raises
    ------
    DataError
        The variable does not hold such an object.
    """
    text = os.environ.get(SOURCES_VARIABLE, "")
    if not text.strip():
        return source
    try:
        places = json.loads(text)
    except ValueError:
        places = None
    if not isinstance(places, dict) or not all(isinstance(place, str) for place in places.values()):
        raise DataError(Problem(SOURCES_VARIABLE, t("it cannot be read"), t("a JSON object of shown name to location")))
    return str(places.get(source, source))


def content_of(raw: bytes) -> str:
    r"""Say what a file holds, from its bytes: a key of `CONTENT_NAMES`.

    Examples
    --------
    >>> content_of(b"PAR1..."), content_of(b"a,b\n1,2\n")
    ('parquet', 'text')
    """
    for magic, content in MAGIC:
        if raw.startswith(magic):
            return content
    if raw.startswith(b"PK\x03\x04"):
        return WORKBOOK if b"xl/" in raw and b"[Content_Types].xml" in raw else "zip"
    start = raw[:BEGINNING]
    if start.startswith(BYTE_ORDER_MARKS):
        return _markup(start) or TEXT
    if _is_binary(start):
        return "binary"
    return _markup(start) or TEXT


def _markup(start: bytes) -> str:
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:500].lower()
    if re.match(rb"<(!doctype html|html|table|head|body|meta)\b", text):
        return "html"
    return "xml" if text.startswith(b"<?xml") else ""


def _is_binary(start: bytes) -> bool:
    """Zero bytes that no UTF-16 text would have, or many control characters."""
    zeros = start.count(0)
    if zeros and not utf16_order(start):
        return True
    controls = sum(start.count(code) for code in range(1, 32) if code not in (9, 10, 11, 12, 13, 27))
    return not zeros and controls > max(2, len(start) // 50)


def utf16_order(start: bytes) -> str:
    """Return the byte order of UTF-16 text without a mark (`utf-16-le`, `utf-16-be`), or nothing."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) // 8 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) // 8 and odd == 0 else ""


def wrong_content(where: str, content: str, expected: str, ending: str) -> DataError:
    """Return the error for a file that is not what its ending says."""
    found = t("the file is {content}", content=t(CONTENT_NAMES[content]))
    wanted = t("{content}, as its ending {ending} says", content=t(CONTENT_NAMES[expected]), ending=ending)
    return DataError(Problem(where, found, wanted, remedy(content, where)))


def remedy(content: str, where: str) -> str:
    """Say what to do with a file that holds something, so that it can be read."""
    fixes = {
        WORKBOOK: t("Rename it to end in {ending}", ending=".xlsx"),
        PARQUET: t("Rename it to end in {ending}", ending=".parquet"),
        TEXT: t("Rename it to end in {ending}", ending=".csv"),
        "old_workbook": t("Open it in a spreadsheet program and save it as .xlsx without a password"),
        "html": t("Open it in a spreadsheet program and save it as .xlsx or .csv"),
        "xml": t("Open it in a spreadsheet program and save it as .xlsx or .csv"),
        "zip": t("Unpack it first"),
        "gzip": t("Unpack it first"),
        "sqlite": t("Name it as a database: {address}", address="sqlite:///" + where + "#table"),
    }
    return fixes.get(content, t("Use the file with the table"))
