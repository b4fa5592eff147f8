"""The words of the course in English and Chinese: look one up, show it in a notebook."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import language, t
from casework.core.paths import glossary_folder
from casework.report.course_links import glossary_place, show_links, study_link
from casework.studies.registry import MODULES, studies

NEEDED = ("term", "zh", "module", "definition")
LISTS = ("studies", "also", "see")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of the course.

    Attributes
    ----------
    term, zh : str
        The word in English and in Chinese.
    also : tuple of str
        Other names and abbreviations.
    module : str
        Where it is taught.
    studies : tuple of str
        Studies in which it occurs.
    see : tuple of str
        Terms that belong to it.
    definition : str
        One sentence, an English message of the catalogue.
    """

    term: str
    zh: str
    module: str
    definition: str
    studies: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Name of the term's place in the page."""
        return anchor_of(self.term)

    def names(self) -> tuple[str, ...]:
        """Return every name under which it is looked up."""
        return (self.term, self.zh, *self.also)

    def name(self, lang: str) -> str:
        """Return the word in a language."""
        return self.zh if lang == "zh" else self.term


def anchor_of(name: str) -> str:
    """Return the anchor of a term.

    Examples
    --------
    >>> anchor_of("Cronbach's alpha")
    'cronbachs-alpha'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


@lru_cache(maxsize=4)
def read_terms(path: Path | None = None) -> tuple[Term, ...]:
    """Return the terms of the glossary, in the order of their file.

    Parameters
    ----------
    path : Path, optional
        Another file.

    Raises
    ------
    DataError
        The file cannot be read or is not right: all problems at once.
    """
    file = path or glossary_folder() / "terms.toml"
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("terms", [])
    except (OSError, ValueError) as error:
        raise DataError(Problem(file.name, t("it cannot be read ({reason})", reason=str(error)))) from None
    problems = [problem for number, row in enumerate(rows, start=1) for problem in _row_problems(row, number)]
    if not problems:
        problems = _problems_between(rows)
    if problems or not rows:
        raise DataError(problems or Problem(file.name, t("it holds no terms")))
    return tuple(_term(row) for row in rows)


def _term(row: dict[str, Any]) -> Term:
    return Term(**{**row, **{key: tuple(row.get(key, ())) for key in LISTS}})


def _row_problems(row: Any, number: int) -> list[Problem]:
    """Return what is wrong with the shape of one entry."""
    if not isinstance(row, dict):
        return [Problem(t("term {n}", n=number), t("it is not a table"))]
    where = t("term {n} ({name})", n=number, name=row.get("term", "?"))
    texts = [key for key in NEEDED if not (isinstance(row.get(key), str) and row[key].strip())]
    lists = [key for key in LISTS if not _is_texts(row.get(key, []))]
    unknown = [key for key in row if key not in (*NEEDED, *LISTS)]
    return [
        *(Problem(where, t("{name} is missing or empty", name=key), t("a text")) for key in texts),
        *(Problem(where, t("{name} is not right", name=key), t("a list of texts")) for key in lists),
        *(Problem(where, t("{name} is not known", name=key), fix=suggest(key, (*NEEDED, *LISTS))) for key in unknown),
    ]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _problems_between(rows: Sequence[dict[str, Any]]) -> list[Problem]:
    """Return names that stand twice, and references that lead nowhere."""
    problems: list[Problem] = []
    anchors: set[str] = set()
    terms = [row["term"] for row in rows]
    modules = [name for name in MODULES if name]
    known = (("studies", tuple(studies())), ("see", terms))
    for row in rows:
        where = row["term"]
        if anchor_of(where) in anchors or not anchor_of(where):
            problems.append(Problem(where, t("the term stands twice, or has no letters")))
        anchors.add(anchor_of(where))
        if row["module"] not in modules:
            problems.append(Problem(where, t("module {name} is not known", name=row["module"]), ", ".join(modules)))
        problems += [
            Problem(where, t("{name} is not known", name=repr(name)), fix=suggest(name, names))
            for key, names in known
            for name in row.get(key, [])
            if name not in names
        ]
    return problems


def find_terms(name: str) -> tuple[Term, ...]:
    """Return the terms of a name or abbreviation in either language; two where two have the same abbreviation.

    Parameters
    ----------
    name : str
        What to look up; capitals do not matter.

    Raises
    ------
    ParameterError
        There is no such term; the message gives the nearest.

    Examples
    --------
    >>> [term.term for term in find_terms("ROP")]
    ['reorder point']
    """
    wanted = " ".join(name.casefold().split())
    terms = read_terms()
    exact = tuple(term for term in terms if wanted in (term.term.casefold(), term.zh.casefold()))
    found = exact or tuple(term for term in terms if wanted in {known.casefold() for known in term.also})
    if not found:
        named = [known for term in terms for known in term.names()]
        within = [known for known in named if wanted and wanted in known.casefold()]
        fix = t("Did you mean {names}?", names=", ".join(within[:5])) if within else suggest(wanted, named)
        raise ParameterError(Problem(t("glossary"), t("{name} is not in it", name=repr(name)), fix=fix))
    return found


def glossary(*names: str) -> None:
    """Show what words of the course mean, and where they are used; in a copy of the course with links.

    Parameters
    ----------
    *names : str
        Terms or abbreviations, in English or Chinese.

    Raises
    ------
    ParameterError
        One of them is not in the glossary.
    """
    from casework.report.display import tell

    found = list(dict.fromkeys(term for name in names for term in find_terms(name)))
    for term in found:
        tell(_sentence(term))
        if term.see:
            tell("See also: {names}", names=t(", ").join(_local(name) for name in term.see))
    known = studies()
    read = dict.fromkeys(name for term in found for name in term.studies if name in known)
    links = [study_link(known[name]) for name in read]
    show_links([*links, glossary_place(found[0].anchor if found else "")])


def _sentence(term: Term) -> str:
    lang = language()
    other = "en" if lang == "zh" else "zh"
    names = t(", ").join((term.name(other), *term.also))
    return t("{term} ({other}): {definition}", term=term.name(lang), other=names, definition=t(term.definition))


def terms_text(terms: Iterable[Term]) -> str:
    """Return what the command prints of some terms: meaning, where it occurs, what belongs to it."""
    parts = []
    for term in terms:
        lines = [_sentence(term)]
        if term.studies:
            lines.append("  " + t("Studies: {names}", names=", ".join(term.studies)))
        if term.see:
            lines.append("  " + t("See also: {names}", names=t(", ").join(_local(name) for name in term.see)))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _local(name: str) -> str:
    return find_terms(name)[0].name(language())
