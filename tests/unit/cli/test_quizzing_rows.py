from __future__ import annotations

from pathlib import Path

import pytest

from casework.cli.quizzing_rows import bank_rows, question_rows, write_sheets
from casework.core.errors import RunError
from casework.report import pdf
from casework.teach.quizzes.paper import draw_paper


def test_a_row_for_each_bank_and_question() -> None:
    [row] = bank_rows(["voice"])
    assert row["questions"] == len(question_rows(["voice"]))
    assert row["questions"] == sum(int(str(row[kind])) for kind in ("true_false", "choice", "numeric", "ordering"))


def test_without_a_browser_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    with pytest.raises(RunError, match="PDF needs"):
        write_sheets(draw_paper("voice", questions=1), tmp_path / "x", pdf=True, key=True, lang="en")
    assert not (tmp_path / "x").exists()


def test_pdf_stands_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "check_browser", lambda: "browser")
    monkeypatch.setattr(pdf, "html_to_pdf", lambda page, path: path)
    written = write_sheets(draw_paper("voice", questions=1, seed=4), tmp_path, pdf=True, key=False, lang="en")
    assert [path.name for path in written] == ["voice-1-4.html", "voice-1-4.pdf"]
