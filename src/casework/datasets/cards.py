"""Cards of the bundled data sets: what each holds, where it comes from, and whether it is real.

A data set is a folder with `data.csv` or `data.parquet` and `card.toml`. No card, no load; a data file that is
not the one its card describes is refused.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem, RunError
from casework.core.messages import mark, t
from casework.core.options import DataKind, allowed
from casework.core.paths import datasets_folder
from casework.datasets.contract import ColumnKind

CARD_FILE = "card.toml"
DATA_FILES = ("data.csv", "data.parquet")
SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[a-z][a-z0-9_]*")
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnKind)
CARD_FIELDS = (
    "name",
    "title",
    "kind",
    "unit_of_observation",
    "rows",
    "period",
    "currency",
    "source",
    "licence",
    "retrieved",
    "generated_by",
    "sha256",
    "known_issues",
    "used_by",
    "columns",
)
MAY_BE_EMPTY = frozenset({"currency", "retrieved", "generated_by", "known_issues", "used_by"})
COLUMN_FIELDS = ("name", "type", "unit", "range", "codes", "missing", "description", "label")

KIND_SENTENCES: dict[str, str] = {
    "real": mark("The data are real."),
    "adapted": mark("The data are adapted from real data."),
    "synthetic": mark("The data are synthetic: a program made them, nobody was asked or measured."),
}


@dataclass(frozen=True, kw_only=True)
class CardColumn:
    """One column of a data set, as its card describes it.

    Parameters
    ----------
    name : str
        Column name in the file.
    type : {'number', 'integer', 'category', 'text'}
        What the cells hold.
    description : str
        What is meant; for a survey item the wording of the question (a message of the catalogue).
    unit : str
        Unit of the numbers; empty for a pure number or a text.
    range : tuple of two floats, optional
        Smallest and largest valid value.
    codes : mapping of text to text
        Valid values and what each means.
    missing : str
        Whether and why cells are empty.
    label : str
        Short name for figures and tables (a message of the catalogue).
    """

    name: str
    type: str
    description: str
    unit: str = ""
    range: tuple[float, float] | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is known about a bundled data set.

    Parameters
    ----------
    name, title : str
        Folder name; title for people (a message of the catalogue).
    kind : {'real', 'adapted', 'synthetic'}
        Observed, changed after observation, or made by a generator.
    unit_of_observation : str
        What one row is, such as "respondent".
    rows : int
        Number of rows, above 0.
    period, currency : str
        When the data were taken; currency of the amounts, or empty.
    source, licence, retrieved : str
        Author, year, table, link; licence; day of retrieval (real and adapted data).
    generated_by : str
        Generator and seed (synthetic data).
    sha256 : str
        Hash of the data file, 64 hexadecimal digits.
    known_issues, used_by : tuple of str
        What to be careful about; studies that use the data.
    columns : tuple of CardColumn
        All columns in the order of the file.
    folder : Path
        Where the data set lies.
    """

    name: str
    title: str
    kind: str
    unit_of_observation: str
    rows: int
    period: str
    currency: str
    source: str
    licence: str
    retrieved: str
    generated_by: str
    sha256: str
    known_issues: tuple[str, ...]
    used_by: tuple[str, ...]
    columns: tuple[CardColumn, ...]
    folder: Path = field(repr=False, compare=False)

    @property
    def data_file(self) -> Path:
        """Path of the data file."""
        return next(
            (self.folder / name for name in DATA_FILES if (self.folder / name).is_file()),
            self.folder / DATA_FILES[0],
        )

    @property
    def labels(self) -> dict[str, str]:
        """Column name to short name, where the card gives one."""
        return {column.name: column.label for column in self.columns if column.label}

    def describe(self) -> str:
        """Say in one line what the data are: title, rows, unit, period, kind, licence."""
        return t(
            "{title}: {rows:,} rows, one for each {unit}; {period}. {kind} Licence: {licence}.",
            title=t(self.title),
            rows=self.rows,
            unit=t(self.unit_of_observation),
            period=t(self.period),
            kind=t(KIND_SENTENCES[self.kind]),
            licence=self.licence,
        )

    def verify(self, raw: bytes) -> None:
        """Check that a data file is the one that the card describes.

        Raises
        ------
        DataError
            Its hash is another.
        """
        found = hashlib.sha256(raw).hexdigest()
        if found != self.sha256:
            raise DataError(
                Problem(
                    f"{self.name}/{self.data_file.name}",
                    t("its SHA-256 is {found}", found=found),
                    t("the card says {expected}", expected=self.sha256),
                    t("Bring back the original file, or mend the card"),
                )
            )


def dataset_names() -> tuple[str, ...]:
    """Return the names of all bundled data sets, sorted; none where no course is installed."""
    try:
        folder = datasets_folder()
    except RunError:
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{CARD_FILE}")))


def list_cards() -> tuple[Card, ...]:
    """Return the cards of all bundled data sets, by name.

    Raises
    ------
    DataError
        A card is incomplete or wrong: all problems of all cards at once.
    """
    cards: list[Card] = []
    problems: list[Problem] = []
    for name in dataset_names():
        try:
            cards.append(get_card(name))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(cards)


def get_card(name: str) -> Card:
    """Return the card of a bundled data set.

    Raises
    ------
    DataError
        There is no such data set (the message gives the nearest name), it has no card, or its card has
        problems: all of them at once.
    """
    folder = datasets_folder() / name
    if NAME.fullmatch(name) and (folder / CARD_FILE).is_file():
        return read_card(folder)
    if NAME.fullmatch(name) and folder.is_dir() and any((folder / data).is_file() for data in DATA_FILES):
        raise DataError(Problem(name, t("the data set has no card"), fix=t("Describe it in {file}", file=CARD_FILE)))
    raise DataError(Problem(name, t("there is no bundled data set of this name"), fix=suggest(name, dataset_names())))


def read_card(folder: Path) -> Card:
    """Read and check the card in a folder.

    Raises
    ------
    DataError
        The file is not TOML, or fields are missing, unknown or wrong: all problems at once.
    """
    where = f"{folder.name}/{CARD_FILE}"
    try:
        fields = tomllib.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(Problem(where, t("the card cannot be read: {reason}", reason=error))) from None
    reader = _Reader(where, fields)
    card = _card(reader, folder)
    if reader.problems:
        raise DataError(reader.problems)
    return card


class _Reader:
    """Takes typed fields out of a TOML table and gathers what is wrong with them."""

    def __init__(self, where: str, fields: Mapping[str, Any], problems: list[Problem] | None = None) -> None:
        self.where = where
        self.fields = fields
        self.problems: list[Problem] = [] if problems is None else problems

    def add(self, key: str, found: str, expected: str = "", fix: str = "") -> None:
        self.problems.append(Problem(f"{self.where}, {key}", found, expected, fix))

    def known(self, names: tuple[str, ...]) -> None:
        for key in self.fields:
            if key not in names:
                self.add(key, t("this field is not known"), fix=suggest(key, names))

    def take(self, key: str, ok: Callable[[Any], bool], expected: str, default: Any, *, required: bool) -> Any:
        if key not in self.fields:
            if required:
                self.add(key, t("the field is missing"), expected)
            return default
        value = self.fields[key]
        if not ok(value):
            self.add(key, repr(value), expected)
            return default
        return value

    def text(self, key: str, *, empty: bool = False, required: bool = True) -> str:
        def ok(value: Any) -> bool:
            return (isinstance(value, str) and (empty or bool(value.strip()))) or hasattr(value, "isoformat")

        return str(self.take(key, ok, t("a text"), "", required=required))

    def texts(self, key: str) -> tuple[str, ...]:
        def ok(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)

        return tuple(self.take(key, ok, t("a list of texts"), [], required=True))


def _card(reader: _Reader, folder: Path) -> Card:
    reader.known(CARD_FIELDS)
    texts = {
        key: reader.text(key, empty=key in MAY_BE_EMPTY)
        for key in CARD_FIELDS
        if key not in ("rows", "known_issues", "used_by", "columns")
    }
    rows = reader.take(
        "rows", lambda value: type(value) is int and value > 0, t("a whole number above 0"), 1, required=True
    )
    known_issues, used_by = reader.texts("known_issues"), reader.texts("used_by")
    _check_identity(reader, texts, folder)
    columns = _columns(reader)
    return Card(**texts, rows=rows, known_issues=known_issues, used_by=used_by, columns=columns, folder=folder)


def _check_identity(reader: _Reader, texts: Mapping[str, str], folder: Path) -> None:
    """Name as the folder, a known kind, a whole hash, and where the data come from."""
    name, kind = texts["name"], texts["kind"]
    if name and name != folder.name:
        reader.add("name", repr(name), t("the name of the folder, {name}", name=repr(folder.name)))
    if kind and kind not in allowed(DataKind):
        reader.add("kind", repr(kind), t("one of {values}", values=", ".join(allowed(DataKind))))
    if texts["sha256"] and not SHA256.fullmatch(texts["sha256"]):
        reader.add("sha256", repr(texts["sha256"]), t("64 hexadecimal digits"))
    needed = "generated_by" if kind == "synthetic" else "retrieved"
    if kind and needed in reader.fields and not texts[needed]:
        reader.add(needed, t("the field is empty"), t("a text, because the data are {kind}", kind=kind))
    if not any((folder / data).is_file() for data in DATA_FILES):
        reader.problems.append(
            Problem(folder.name, t("there is no data file"), t("one of {values}", values=", ".join(DATA_FILES)))
        )


def _columns(reader: _Reader) -> tuple[CardColumn, ...]:
    def ok(value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)

    tables = reader.take("columns", ok, t("one [[columns]] table for each column"), [], required=True)
    columns = tuple(_column(reader, index, item) for index, item in enumerate(tables, start=1))
    names = [column.name for column in columns]
    for name in dict.fromkeys(name for name in names if name and names.count(name) > 1):
        reader.add("columns", t("column {name} is described twice", name=repr(name)))
    return columns


def _column(reader: _Reader, number: int, fields: Mapping[str, Any]) -> CardColumn:
    name = fields.get("name")
    where = t("column {name}", name=repr(name) if isinstance(name, str) else number)
    own = _Reader(f"{reader.where}, {where}", fields, reader.problems)
    own.known(COLUMN_FIELDS)
    kind = own.text("type")
    if kind and kind not in COLUMN_TYPES:
        own.add("type", repr(kind), t("one of {values}", values=", ".join(COLUMN_TYPES)))
    return CardColumn(
        name=own.text("name"),
        type=kind,
        description=own.text("description"),
        unit=own.text("unit", empty=True, required=False),
        range=_range(own),
        codes=_codes(own),
        missing=_missing(own),
        label=own.text("label", required=False),
    )


def _range(reader: _Reader) -> tuple[float, float] | None:
    def ok(value: Any) -> bool:
        numbers = isinstance(value, list) and len(value) == 2 and all(type(x) in (int, float) for x in value)
        return numbers and all(math.isfinite(x) for x in value) and value[0] <= value[1]

    value = reader.take("range", ok, t("two numbers, the smaller first"), None, required=False)
    return None if value is None else (float(value[0]), float(value[1]))


def _codes(reader: _Reader) -> dict[str, str]:
    def ok(value: Any) -> bool:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return items is not None and all(isinstance(item, (str, int)) for item in items)

    value = reader.take("codes", ok, t("a table or a list of codes"), {}, required=False)
    pairs = value.items() if isinstance(value, dict) else ((item, "") for item in value)
    return {str(key): str(meaning) for key, meaning in pairs}


def _missing(reader: _Reader) -> str:
    """Take `missing`: a text, a number of cells, or yes and no."""
    value = reader.take(
        "missing", lambda item: isinstance(item, (str, int)), t("a text or a number of cells"), "", required=True
    )
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
