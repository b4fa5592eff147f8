"""Every sentence that a reader sees passes through here: English is the source, Chinese is complete.

The catalogue is gettext (`locale/<lang>/LC_MESSAGES/casework.po`), read as it stands, so that there is no
compiled copy that could be stale. `tools/messages.py` extracts new messages with Babel.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from casework.core.errors import ParameterError, Problem

Language = Literal["en", "zh"]
LANGUAGES: tuple[str, ...] = get_args(Language)
LANGUAGE_VARIABLE = "CASEWORK_LANG"
COURSE_FILE = "casework.toml"
LOCALE_FOLDER = Path(__file__).resolve().parents[1] / "locale"

_chosen: str | None = None


def language() -> str:
    """Language in force: the one set, else the environment's, else that of the course folder, else English."""
    if _chosen:
        return _chosen
    named = os.environ.get(LANGUAGE_VARIABLE, "")
    return named if named in LANGUAGES else _course_language(os.getcwd())  # noqa: PTH109


def set_language(lang: str | None) -> None:
    """Choose the language of this process (`en`, `zh`), or None for the default.

    Raises
    ------
    ParameterError
        The language is not one of those above.
    """
    if lang is not None and lang not in LANGUAGES:
        raise ParameterError(Problem("lang", repr(lang), "one of " + ", ".join(LANGUAGES)))
    global _chosen
    _chosen = lang


@contextmanager
def use_language(lang: str | None) -> Iterator[None]:
    """Use a language inside a `with` block."""
    before = _chosen
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


def t(message: str, /, **fields: object) -> str:
    """Message in the language in force, its named fields filled in.

    Examples
    --------
    >>> t("{n} of {total} answers", n=3, total=7)
    '3 of 7 answers'
    """
    found = catalogue(language()).get(message) or message
    return found.format(**fields) if fields else found


def tn(one: str, many: str, n: int, /, **fields: object) -> str:
    """Message for a count: `one` where n is 1, else `many`; the field `n` is filled in.

    Examples
    --------
    >>> tn("{n} answer", "{n} answers", 1), tn("{n} answer", "{n} answers", 4)
    ('1 answer', '4 answers')
    """
    lang = language()
    found = catalogue(lang).get(one) if lang != "en" else (one if n == 1 else many)
    return (found or (one if n == 1 else many)).format(n=n, **fields)


def join_sentences(parts: Iterable[str]) -> str:
    """Put sentences one after another: with a space in English, without one in Chinese.

    Examples
    --------
    >>> join_sentences(["One.", "Two."])
    'One. Two.'
    """
    return ("" if language() == "zh" else " ").join(parts)


def mark(message: str) -> str:
    """Mark a message for the catalogue where it is written; it is translated where it is shown, by `t`."""
    return message


@lru_cache(maxsize=8)
def catalogue(lang: str) -> dict[str, str]:
    """All messages of a language; empty for the source language."""
    path = LOCALE_FOLDER / lang / "LC_MESSAGES" / "casework.po"
    if lang == "en" or not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id and not entry.fuzzy]
    return {_first(entry.id): _first(entry.string) for entry in entries}


def _first(text: str | tuple[str, ...] | list[str] | None) -> str:
    return (text or "") if isinstance(text, str | None) else text[0]


@lru_cache(maxsize=8)
def _course_language(folder: str) -> str:
    """Language named in the `casework.toml` of this folder or the nearest one above it."""
    import tomllib

    for candidate in (Path(folder), *Path(folder).parents):
        path = candidate / COURSE_FILE
        if path.is_file():
            try:
                named = tomllib.loads(path.read_text(encoding="utf-8")).get("lang", "en")
            except (OSError, ValueError):
                return "en"
            return str(named) if named in LANGUAGES else "en"
    return "en"
