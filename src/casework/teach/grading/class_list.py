"""The list of a class: read whatever a registry or a spreadsheet writes, kept as `id,name,email` in UTF-8."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from casework.core.errors import DataError, Problem
from casework.core.files import write_text
from casework.core.messages import t
from casework.datasets.texts import decode, find_encoding, shorten
from casework.teach.exercises.variant import read_salt

STUDENTS_FILE = "students.csv"
COLUMNS = ("id", "name", "email")
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
DAMAGED = re.compile(r"\d+\.0|\d(\.\d+)?E\+\d+", re.IGNORECASE)  # what a spreadsheet makes of a long number
MOST_STUDENTS = 100_000
MOST_BYTES = 32 << 20
MOST_TEXT = 200
SEPARATORS = ",;\t"
# what registries and learning platforms call the columns, small letters and no signs
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "studentid", "studentnumber", "studentno", "matriculationnumber", "matrikelnummer", "idnumber",
           "username", "userid", "sisloginid", "loginid", "sisuserid", "学号", "学生id", "学生学号", "编号"),
    "name": ("name", "fullname", "studentname", "student", "姓名", "学生姓名", "名字"),
    "email": ("email", "emailaddress", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件"),
}  # fmt: skip
FIRST, LAST = ("firstname", "givenname", "vorname", "名"), ("lastname", "surname", "familyname", "nachname", "姓")
Row = dict[str, str]


def read_students(folder: str | Path) -> tuple[Row, ...]:
    """Return the students of a course: `id`, `name`, `email`.

    Parameters
    ----------
    folder : path
        The course.

    Raises
    ------
    DataError
        As `read_class_list`.
    """
    return read_class_list(Path(folder) / STUDENTS_FILE)


def listed_students(folder: str | Path) -> tuple[str, ...]:
    """Return the ids in the list of a course; none where it cannot be read."""
    try:
        return tuple(row["id"] for row in read_students(folder))
    except DataError:
        return ()


def read_class_list(path: str | Path) -> tuple[Row, ...]:
    """Return the students of a class list: `id`, `name`, `email`; what is not there is empty.

    Parameters
    ----------
    path : path
        CSV with commas, semicolons or tabs, in UTF-8 (with or without a mark), UTF-16 or GB18030. Usual names of
        the columns are known in English, German and Chinese, first and last names are put together.

    Raises
    ------
    DataError
        It cannot be read, has no column of ids, or holds an id that cannot be a folder, one that a spreadsheet has
        damaged, one twice, or a text that is none: all at once.
    """
    where = Path(path).name
    rows = _rows(_text(Path(path)))
    if not rows:
        return ()
    (_, heads), *body = rows
    places = _places(heads, where)
    found = [(number, _student(row, places)) for number, row in body]
    problems = [*_faulty(found, where), *_twice(found, where)]
    if len(found) > MOST_STUDENTS:
        problems.append(Problem(where, t("{n} students", n=len(found)), t("at most {n}", n=MOST_STUDENTS)))
    if problems:
        raise DataError(problems)
    return tuple(row for _, row in found)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
    except OSError:
        raw = None
    if raw is None or len(raw) > MOST_BYTES or raw[:4] == b"PK\x03\x04":
        said = t("the list of students cannot be read")
        raise DataError(Problem(str(path), said, t("CSV with id,name,email"), t("Save the table as CSV")))
    return decode(raw, find_encoding(raw, path.name), path.name).removeprefix("\ufeff")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows with their lines, empty ones left out."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=separator)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        said = t("the list of students cannot be read")
        raise DataError(Problem(t("line {line}", line=reader.line_num), f"{said} ({error})")) from None


def _places(heads: Sequence[str], where: str) -> dict[str, list[int]]:
    """Return where each column stands; a name may stand in two."""
    plain = [_plain(head) for head in heads]
    places = {}
    for column, names in NAMES.items():
        first = next((name for name in names if name in plain), None)
        places[column] = [] if first is None else [plain.index(first)]
    if not places["name"]:
        parts = [next((plain.index(name) for name in names if name in plain), -1) for names in (FIRST, LAST)]
        places["name"] = [place for place in parts if place >= 0]
    if not places["id"]:
        said = t(
            "there is no column id; the columns are {names}", names=", ".join(shorten(head) for head in heads[:12])
        )
        raise DataError(Problem(t("{name}, line {line}", name=where, line=1), said, t("CSV with id,name,email")))
    return places


def _plain(head: str) -> str:
    folded = unicodedata.normalize("NFKC", head).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _student(row: Sequence[str], places: dict[str, list[int]]) -> Row:
    return {
        column: " ".join(cell for place in places[column] if place < len(row) and (cell := _clean(row[place])))
        for column in COLUMNS
    }


def _clean(cell: str) -> str:
    """Return a cell without what surrounds it: spaces, and the apostrophe that keeps formulas from being run."""
    text = unicodedata.normalize("NFC", cell).strip().strip("\u200b\u2060\ufeff").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _faulty(found: Iterable[tuple[int, Row]], where: str) -> Iterable[Problem]:
    for line, row in found:
        place = t("{name}, line {line}", name=where, line=line)
        if not STUDENT.fullmatch(row["id"]):
            yield Problem(place, t("id {value}", value=shorten(row["id"])), t("letters, digits and . _ @ -"))
        elif DAMAGED.fullmatch(row["id"]):
            said = t("id {value}: a spreadsheet has made a number of it", value=shorten(row["id"]))
            yield Problem(place, said, fix=t("Format the column as text and type the ids again"))
        for column in ("name", "email"):
            if len(row[column]) > MOST_TEXT or any(unicodedata.category(sign) == "Cc" for sign in row[column]):
                said = t("{column} {value} is not a text of one line", column=column, value=shorten(row[column]))
                yield Problem(place, said, t("at most {n} characters", n=MOST_TEXT))


def _twice(found: Iterable[tuple[int, Row]], where: str) -> Iterable[Problem]:
    """Name ids that are there twice; capitals do not tell folders apart everywhere."""
    seen: dict[str, int] = {}
    for line, row in found:
        first = seen.setdefault(row["id"].casefold(), line)
        if first != line and row["id"]:
            said = t("id {value} is there twice", value=repr(row["id"]))
            yield Problem(t("{name}, line {line}", name=where, line=line), said, fix=t("see line {line}", line=first))


def import_students(folder: str | Path, file: str | Path) -> int:
    """Take a class list into a course; return how many students it then has.

    Parameters
    ----------
    folder : path
        The course.
    file : path
        The list; see `read_class_list`.

    Raises
    ------
    DataError
        The folder is no course, or the list is not right; the course keeps the one it has.
    """
    place = Path(folder)
    read_salt(place)
    rows = read_class_list(file)
    write_students(place, rows)
    return len(rows)


def write_students(folder: Path, rows: Iterable[Row]) -> None:
    """Write the list of a course, whole or not at all; texts that a spreadsheet would run get an apostrophe."""
    from casework.datasets.export import neutral

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutral(row[column]) for column in COLUMNS] for row in rows)
    write_text(folder / STUDENTS_FILE, text.getvalue())
