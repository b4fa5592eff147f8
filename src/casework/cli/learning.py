"""What `glossary`, `progress` and `class progress` print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework.cli.terminal import err, out, out_json, table
from casework.core.messages import t, use_language


def print_glossary(name: str, *, html: Path | None, lang: str, as_json: bool) -> None:
    """Print a term or all of them; write the page where one is wanted."""
    from casework.teach.glossary import find_terms, read_terms, terms_text
    from casework.teach.glossary_page import write_glossary

    with use_language(lang):
        terms = find_terms(name) if name else read_terms()
        if html is not None:
            err(f"written: {write_glossary(html, lang=lang)}")
        if as_json:
            out_json([_term_row(term) for term in terms])
        elif name:
            out(terms_text(terms))
        elif html is None:
            rows = [[term.term, term.zh, ", ".join(term.also), term.module] for term in terms]
            out(table(rows, [t("English"), t("Chinese"), t("also"), t("module")]))


def _term_row(term: Any) -> dict[str, Any]:
    return {**vars(term), "definition": t(term.definition), "anchor": term.anchor}
