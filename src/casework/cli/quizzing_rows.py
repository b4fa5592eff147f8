"""What the subcommands of quizzes list and write."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from casework.core.messages import t
from casework.teach.quizzes.bank import get_bank
from casework.teach.quizzes.model import KINDS

if TYPE_CHECKING:
    from casework.teach.quizzes.paper import Paper


def bank_rows(modules: list[str]) -> list[dict[str, object]]:
    """Return a row for each bank: how many questions of which kind."""
    rows = []
    for bank in map(get_bank, modules):
        counts = Counter(str(question.kind) for question in bank.questions)
        kinds = {kind: counts[kind] for kind in KINDS}
        rows.append({"module": bank.module, "questions": len(bank.questions), **kinds, "title": t(bank.title)})
    return rows


def question_rows(modules: list[str]) -> list[dict[str, object]]:
    """Return a row for each question."""
    return [
        {
            "module": bank.module,
            "question": question.id,
            "kind": question.kind,
            "difficulty": question.difficulty,
            "topic": t(question.topic),
            "study": question.study,
        }
        for bank in map(get_bank, modules)
        for question in bank.questions
    ]


def write_sheets(paper: Paper, folder: Path, *, pdf: bool, key: bool, lang: str) -> list[Path]:
    """Write a sheet and its key as HTML, and as PDF if wanted; return the files.

    Raises
    ------
    ParameterError
        Unknown language.
    RunError
        PDF is wanted and no browser prints it; nothing is written then.
    """
    from casework.core.files import write_text
    from casework.report.pdf import check_browser, html_to_pdf
    from casework.teach.quizzes.sheet import sheet_html

    if pdf:
        check_browser()
    pages = {paper.label: sheet_html(paper, lang=lang)}
    if key:
        pages[f"{paper.label}-key"] = sheet_html(paper, lang=lang, key=True)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages.items():
        path = folder / f"{name}.html"
        write_text(path, text)
        written += [path, html_to_pdf(path, path.with_suffix(".pdf"))] if pdf else [path]
    return written
