from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from casework.core.errors import ParameterError
from casework.teach.quizzes.paper import Paper, draw_paper
from casework.teach.quizzes.sheet import sheet_html


class Texts(HTMLParser):
    """Collect what a reader sees, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.seen.append(data)


def read(page: str) -> Texts:
    texts = Texts()
    texts.feed(page)
    return texts


@pytest.fixture
def demo(tmp_path: Path, text: str) -> Paper:
    path = tmp_path / "demo.toml"
    path.write_text(text, encoding="utf-8")
    return draw_paper(str(path), questions=None, seed=3)


def test_the_sheet_shows_questions_and_no_answers(demo: Paper) -> None:
    texts = read(sheet_html(demo, lang="en"))
    for item in demo.items:
        assert item.question.text in texts.seen
        assert item.question.explanation not in texts.seen
    assert "✓" not in texts.seen
    assert "y & z" in " ".join(texts.seen)
    assert "script" not in texts.tags
    assert "Sheet demo-5-3" in texts.seen


def test_names_and_texts_are_inert(demo: Paper) -> None:
    page = sheet_html(demo, lang="en", key=True)
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_the_key_marks_what_is_right_in_the_same_order(demo: Paper) -> None:
    key = sheet_html(demo, lang="en", key=True)
    right = re.findall(r"class=cw-quiz-right>.*?<span>(?:[A-J]\. )?(.*?)</span></li>", key)
    wanted = {"True", "a", "e", "one", "two", "three", "four", "five", "six"}
    assert set(right) == wanted
    assert "333.3333 units (± 0.333)" in key
    for item in demo.items:
        assert item.question.explanation in key
    orders = [item for item in demo.items if item.question.kind == "ordering"]
    shown = re.findall(r'aria-hidden="true">(\d)</span><span>(.*?)</span>', key)
    assert [text for _, text in sorted(shown)] == list(orders[0].question.options)


def test_sheet_and_key_list_options_alike(demo: Paper) -> None:
    def options(page: str) -> list[str]:
        return re.findall(r"</span><span>(.*?)</span></li>", page)

    assert options(sheet_html(demo, lang="en")) == options(sheet_html(demo, lang="en", key=True))


def test_chinese() -> None:
    page = sheet_html(draw_paper("voice", questions=3), lang="zh")
    assert 'lang="zh-Hans"' in page


def test_an_unknown_language() -> None:
    with pytest.raises(ParameterError, match="lang"):
        sheet_html(draw_paper("voice", questions=3), lang="fr")
