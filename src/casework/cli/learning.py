"""What `glossary`, `progress` and `class progress` print."""

from __future__ import annotations

import sys
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


def run_app(study: str, param: list[str], *, data: str | None, lang: str, browser: bool, port: int | None) -> int:
    """Serve a study's explorer until Ctrl-C, and say where it is."""
    from casework.cli.running import parse_given
    from casework.teach.app import open_browser, serve

    def ready(address: str) -> None:
        with use_language(lang):
            out(t("{study} is at {address} (this machine only; Ctrl-C ends it)", study=study, address=address))
        sys.stdout.flush()
        if browser:
            open_browser(address)

    return serve(study, parameters=parse_given(study, param), data=data, lang=lang, port=port, ready=ready)


def print_progress(folder: Path | None, *, lang: str | None, as_json: bool) -> None:
    """Print how far a trainee has come, in the language of the copy where none is named."""
    from casework.core.journal import FILE, FOLDER
    from casework.teach.course import copy_language
    from casework.teach.lab import course_folder
    from casework.teach.progress import read_progress

    home = course_folder(folder)
    with use_language(lang or copy_language(home)):
        progress = read_progress(home)
        if as_json:
            out_json(progress.as_json())
            return
        frame = progress.to_frame()
        heads = ["module", "step", "kind", "state", "score"]
        out(table([[t(str(cell)) if cell else "" for cell in row] for row in frame.to_numpy()], [t(h) for h in heads]))
        out(progress.summary())
        out(t("Kept only in {path}; delete it to begin anew.", path=progress.folder / FOLDER / FILE))


def print_standing(folder: Path, *, file: Path | None, lang: str, as_json: bool) -> None:
    """Print where a class stands; write it as CSV where a file is named."""
    from casework.datasets.export import write_csv
    from casework.teach.grading.standing import STATES, class_standing

    with use_language(lang):
        standing = class_standing(folder)
        if file is not None:
            err(f"written: {write_csv(standing.students, file)}")
        if as_json:
            out_json({name: _records(getattr(standing, name)) for name in ("students", "tasks")})
            return
        if len(standing.tasks):
            rows = [[*row[:3], f"{row[3]:.0%}", row[4]] for row in standing.tasks.to_numpy()]
            out(table(rows, [t("exercise"), t("task"), t("graded"), t("share of points"), t("stuck")]) + "\n")
        if len(standing.students):
            rows = [
                [row["student"], row["exercise"], t(STATES[row["state"]]), _marks(row), row["stuck_at"]]
                for row in _records(standing.students)
            ]
            out(table(rows, [t("student"), t("exercise"), t("state"), t("score"), t("stuck at")]) + "\n")
        out(standing.summary())


def _marks(row: dict[str, Any]) -> str:
    return "" if row["score"] is None else t("{score:.4g} of {points:.4g}", score=row["score"], points=row["max_score"])


def _records(frame: Any) -> list[dict[str, Any]]:
    return [
        {name: None if value != value else value for name, value in row.items()}
        for row in frame.astype(object).to_dict(orient="records")
    ]
