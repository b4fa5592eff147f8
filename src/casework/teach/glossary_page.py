"""The glossary as one offline page, each term in both languages with an anchor of its own."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from casework.core.errors import ParameterError, Problem, RunError
from casework.core.files import write_text
from casework.core.messages import LANGUAGES, t, tn, use_language
from casework.report.page import html_language, render
from casework.studies.registry import MODULES, studies
from casework.teach.glossary import Term, find_terms, read_terms

SOFT = ' class="cw-note"'


def glossary_page(lang: str = "en") -> str:
    """Return the whole glossary as one offline page, each term in both languages with an anchor of its own.

    Parameters
    ----------
    lang : {'en', 'zh'}
        Language of the headings, and which of the two comes first.
    """
    terms = read_terms()
    with use_language(lang):
        by_module = {module: [term for term in terms if term.module == module] for module in MODULES}
        sections = "".join(_section(module, own, lang) for module, own in by_module.items() if own)
        count = tn("{n} term", "{n} terms", len(terms))
        lead = t("{count}, each in English and Chinese, with the studies in which it occurs.", count=count)
        return render(t("Glossary"), f"{_contents(by_module)}{sections}{_studies(terms, lang)}", lang, lead=lead)


def _contents(by_module: dict[str, list[Term]]) -> str:
    items = "".join(
        f'<li><a href="#module-{module}">{html.escape(t(MODULES[module]))}</a> ({len(own)})</li>'
        for module, own in by_module.items()
        if own
    )
    return f'<ul>{items}<li><a href="#studies">{html.escape(t("By study"))}</a></li></ul>'


def _section(module: str, terms: Sequence[Term], lang: str) -> str:
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    entries = "".join(_entry(term, lang) for term in ordered)
    return f'<section><h2 id="module-{module}">{html.escape(t(MODULES[module]))}</h2>{entries}</section>'


def _entry(term: Term, lang: str) -> str:
    order = (lang, *(other for other in LANGUAGES if other != lang))
    names = " · ".join(f'<span lang="{html_language(one)}">{html.escape(term.name(one))}</span>' for one in order)
    also = f" <small>({html.escape(', '.join(term.also))})</small>" if term.also else ""
    texts = "".join(
        f'<p lang="{html_language(one)}"{"" if one == lang else SOFT}>{html.escape(_defined(term, one))}</p>'
        for one in order
    )
    return f'<section><h3 id="{term.anchor}">{names}{also}</h3>{texts}{_places(term, lang)}</section>'


def _defined(term: Term, lang: str) -> str:
    with use_language(lang):
        return t(term.definition)


def _places(term: Term, lang: str) -> str:
    parts = []
    if term.studies:
        links = ", ".join(f'<a href="#study-{name}"><code>{name}</code></a>' for name in term.studies)
        parts.append(f"{html.escape(t('Studies'))}: {links}")
    if term.see:
        links = ", ".join(_link(find_terms(name)[0], lang) for name in term.see)
        parts.append(f"{html.escape(t('see also'))}: {links}")
    return f"<p><small>{' · '.join(parts)}</small></p>" if parts else ""


def _link(term: Term, lang: str) -> str:
    return f'<a href="#{term.anchor}">{html.escape(term.name(lang))}</a>'


def _studies(terms: Sequence[Term], lang: str) -> str:
    rows = []
    for study in studies().values():
        own = sorted((term for term in terms if study.name in term.studies), key=lambda term: term.term.casefold())
        if own:
            links = ", ".join(_link(term, lang) for term in own)
            title = html.escape(t(study.title))
            rows.append(f'<h3 id="study-{study.name}"><code>{study.name}</code> {title}</h3><p>{links}</p>')
    return f'<section><h2 id="studies">{html.escape(t("By study"))}</h2>{"".join(rows)}</section>'


def write_glossary(path: str | Path, *, lang: str = "en") -> Path:
    """Write the glossary as a page; return its path.

    Raises
    ------
    ParameterError
        Unknown language.
    RunError
        It cannot be written.
    """
    if lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, glossary_page(lang))
    except OSError as error:
        raise RunError(t("{path}: it cannot be written ({reason})", path=file, reason=error.strerror or "")) from None
    return file
