"""Keep the message catalogues: extract messages from code, notebooks and cards, merge translations.

    python tools/messages.py                 extract, and keep the translations that there are
    python tools/messages.py --check         say what is missing, fuzzy or orphaned; exit 1 if anything is
    python tools/messages.py --missing FILE  write the untranslated messages as JSON
    python tools/messages.py --merge FILE    take translations from JSON: {"message": "translation"}

A message is a constant: the first argument of `t`, `tn`, `mark`, `tell`; `caption=` and `alt=` of `show` and `explore`;
`description=` and the unit of `Field`; `title=`, `question=`, `meaning=`, `unit=` of `Study`, `PublishedResult` and
`Column`; markdown cells of notebooks; titles, labels, units and descriptions of data cards; definitions of the
glossary; texts of quizzes; prose, titles and remarks of exercises.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from casework.teach.exercises.parsing import parse_exercise

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "src" / "casework" / "locale"
FIRST_ARGUMENT = {"t", "mark", "tell"}
KEYWORDS = {
    "show": ("caption", "alt"),
    "explore": ("caption", "alt"),
    "Field": ("description",),
    "Study": ("title", "question", "level"),
    "PublishedResult": ("title", "unit"),
    "Column": ("meaning", "unit"),
    "publish": ("unit", "title"),
}
CARD_FIELDS = ("title", "period", "unit_of_observation", "source", "licence")
COLUMN_FIELDS = ("label", "unit", "description")
QUESTION_FIELDS = ("topic", "text", "unit", "explanation")

Message = tuple[str | tuple[str, str], str]


def messages() -> Iterator[Message]:
    """Yield every message with the file it comes from."""
    for path in sorted((ROOT / "src" / "casework").rglob("*.py")):
        if "_course" not in path.parts:
            yield from _from_code(path.read_text(encoding="utf-8"), _name(path))
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            yield from _from_notebook(path)
    for path in sorted((ROOT / "datasets").glob("*/card.toml")):
        yield from _from_card(path)
    yield from _from_glossary(ROOT / "glossary" / "terms.toml")
    for path in sorted((ROOT / "quizzes").glob("*.toml")):
        yield from _from_quiz(path)
    for path in sorted((ROOT / "exercises").glob("*.md")):
        yield from _from_exercise(path)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _from_notebook(path: Path) -> Iterator[Message]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.strip():
            yield source, _name(path)
        elif cell["cell_type"] == "code":
            yield from _from_code(source, _name(path))


def _from_card(path: Path) -> Iterator[Message]:
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    for field in CARD_FIELDS:
        if isinstance(card.get(field), str) and card[field]:
            yield card[field], _name(path)
    for issue in card.get("known_issues", []) if isinstance(card.get("known_issues"), list) else []:
        yield issue, _name(path)
    for column in card.get("columns", []):
        for field in COLUMN_FIELDS:
            if column.get(field):
                yield column[field], _name(path)


def _from_glossary(path: Path) -> Iterator[Message]:
    for term in tomllib.loads(path.read_text(encoding="utf-8"))["terms"]:
        yield term["definition"], _name(path)


def _from_quiz(path: Path) -> Iterator[Message]:
    bank = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = [bank["title"]]
    for question in bank["question"]:
        texts += [question[field] for field in QUESTION_FIELDS if question.get(field)]
        texts += question.get("options", [])
    yield from ((text, _name(path)) for text in texts)


def _from_exercise(path: Path) -> Iterator[Message]:
    exercise = parse_exercise(path.read_text(encoding="utf-8"), where=path.name)
    texts = [exercise.title, *exercise.prose]
    for task in exercise.tasks:
        texts += [task.title, *task.prose]
        for check in task.checks:
            texts += [check.say, *(mistake.say for mistake in check.mistakes)]
    yield from ((text, _name(path)) for text in texts if text)


def _from_code(source: str, name: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in FIRST_ARGUMENT and node.args:
            yield from ((text, name) for text in _texts(node.args[0]))
        elif called == "tn" and len(node.args) > 1:
            one, many = _text(node.args[0]), _text(node.args[1])
            if one and many:
                yield (one, many), name
        for keyword in node.keywords:
            if keyword.arg in KEYWORDS.get(called, ()):
                yield from ((text, name) for text in _texts(keyword.value))
            if called == "Field" and keyword.arg == "json_schema_extra" and isinstance(keyword.value, ast.Dict):
                for value in keyword.value.values:
                    if text := _text(value):
                        yield text, name


def _texts(node: ast.expr) -> list[str]:
    """Return the text of a constant, or both of `"a" if x else "b"`."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return [text] if (text := _text(node)) else []


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def extract() -> Catalog:
    """Return a catalogue of all messages, without translations."""
    catalogue = Catalog(project="casework", charset="utf-8")
    for message, where in messages():
        key = message[0] if isinstance(message, tuple) else message
        known = catalogue.get(key)
        if isinstance(message, str) and known is not None and not isinstance(known.id, str):
            continue
        catalogue.add(message, locations=[(where, 0)])
    return catalogue


def path_of(lang: str) -> Path:
    """Return the path of a language's catalogue."""
    return LOCALE / lang / "LC_MESSAGES" / "casework.po"


def read(lang: str) -> Catalog:
    """Return a language's catalogue as it stands."""
    path = path_of(lang)
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def update(lang: str, translations: dict[str, str]) -> Catalog:
    """Return a language's catalogue brought up to date with the messages and with new translations."""
    old = {_first(entry.id): _first(entry.string) for entry in read(lang) if entry.id}
    new = Catalog(locale=lang, project="casework", charset="utf-8", header_comment="# Messages of casework.")
    for entry in extract():
        if not entry.id:
            continue
        found = translations.get(_first(entry.id)) or old.get(_first(entry.id), "")
        string = found if isinstance(entry.id, str) else (found,)
        new.add(entry.id, string=string, locations=sorted({(where, 0) for where, _ in entry.locations}))
    return new


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def write(lang: str, catalogue: Catalog) -> None:
    """Write a catalogue, the same for the same content."""
    path = path_of(lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.revision_date = catalogue.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    whole = io.BytesIO()  # first in memory: a catalogue that cannot be written must not lose the old one
    write_po(whole, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    path.write_bytes(whole.getvalue())


def missing(lang: str) -> list[str]:
    """Return the messages that a language lacks."""
    have = {_first(entry.id) for entry in read(lang) if entry.id and _first(entry.string) and not entry.fuzzy}
    return [_first(entry.id) for entry in extract() if entry.id and _first(entry.id) not in have]


def orphaned(lang: str) -> list[str]:
    """Return the messages of a language's catalogue that nothing says any more."""
    said = {_first(entry.id) for entry in extract() if entry.id}
    return [_first(entry.id) for entry in read(lang) if entry.id and _first(entry.id) not in said]


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", default="zh")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", type=Path)
    parser.add_argument("--merge", type=Path, nargs="*")
    given = parser.parse_args()
    if given.check or given.missing:
        lacking, lost = missing(given.lang), orphaned(given.lang)
        if given.missing:
            given.missing.write_text(json.dumps(lacking, ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"{len(lacking)} missing, {len(lost)} orphaned")
        return int(given.check and bool(lacking or lost))
    translations: dict[str, str] = {}
    for path in given.merge or []:
        found = json.loads(path.read_text(encoding="utf-8"))
        if wrong := [message for message, text in found.items() if not isinstance(text, str)]:
            print(f"{path}: the translation of {wrong[0]!r} is no text", file=sys.stderr)
            return 1
        translations |= found
    write(given.lang, update(given.lang, translations))
    print(f"{len(missing(given.lang))} missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
