"""Word documents."""

from __future__ import annotations

import re
import sys
import zipfile

import pytest

from casework.core.errors import RunError
from casework.report.docx import html_to_docx, prepare


def test_says_which_extra_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(RunError, match=r'pip install "casework\[docx\]"'):
        html_to_docx(tmp_path / "a.html", tmp_path / "a.docx")


def test_prepared_page_keeps_the_words_and_drops_the_furniture(report):
    prepared = prepare(report)
    assert "<style" not in prepared
    assert "cw-contents" not in prepared
    assert "<math xmlns=" in prepared
    assert 'style="text-align: right"' in prepared
    assert "What makes customers stay" in prepared


def test_a_missing_report_is_told(tmp_path):
    pytest.importorskip("pypandoc")
    with pytest.raises(RunError, match=r"there is no report gone\.html"):
        html_to_docx(tmp_path / "gone.html", tmp_path / "out.docx")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_keeps_title_images_tables_and_formulas(lang, report, chinese_report, sample, tmp_path):
    pytest.importorskip("pypandoc")
    (tmp_path / "r.html").write_text(report if lang == "en" else chinese_report, encoding="utf-8")
    made = html_to_docx(tmp_path / "r.html", tmp_path / "r.docx")
    with zipfile.ZipFile(made) as archive:
        document = archive.read("word/document.xml").decode("utf-8")
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    text = re.sub(r"<[^>]+>", "", document)
    words = sample["TEXT"][lang]
    assert words["title"] in text
    assert words["finding"] in text
    assert "&lt;script&gt;" in text
    assert len(pictures) >= 1
    assert document.count("<w:tbl>") == 5  # exclusions, parameters, markdown, casework, foreign
    assert document.count("<m:oMath>") == 3
    assert f'descr="{words["alt"]}"' in document
    assert 'descr="data:' not in document
