import re
from html.parser import HTMLParser

import pytest

from casework.core.errors import ParameterError, RunError
from casework.teach import glossary_page as pages
from casework.teach.glossary import Term, read_terms


class Anchors(HTMLParser):
    def __init__(self):
        super().__init__()
        self.made, self.used, self.outside = [], set(), []

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if "id" in known:
            self.made.append(known["id"])
        if tag == "a":
            (self.used.add if known["href"].startswith("#") else self.outside.append)(known["href"][1:])
        self.outside += [known[key] for key in ("src",) if key in known]


@pytest.fixture(scope="module")
def page():
    return pages.glossary_page("en")


def test_every_anchor_is_there_once_and_nothing_leads_outside(page):
    found = Anchors()
    found.feed(page)
    assert len(found.made) == len(set(found.made))
    assert found.used <= set(found.made)
    assert {term.anchor for term in read_terms()} <= set(found.made)
    assert found.outside == []
    assert "study-kano" in found.made


def test_both_languages_are_on_the_page(page):
    assert 'lang="zh-Hans">再订货点<' in page
    assert 'lang="en">reorder point<' in page
    assert '<html lang="en">' in page


def test_what_a_term_says_is_text(monkeypatch):
    term = Term(term="x<b>", zh="<i>", module="voice", definition="<script>a</script>", also=("<u>",))
    monkeypatch.setattr(pages, "read_terms", lambda: (term,))
    monkeypatch.setattr(pages, "render", lambda title, body, lang, **rest: body)
    shown = pages.glossary_page()
    assert not re.search(r"<(b|i|u|script)>", shown)


def test_the_page_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "glossary_page", lambda lang: f"page {lang}")
    path = pages.write_glossary(tmp_path / "new" / "g.html", lang="zh")
    assert path.read_text(encoding="utf-8") == "page zh"
    with pytest.raises(ParameterError, match="en, zh"):
        pages.write_glossary(tmp_path / "g.html", lang="fr")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        pages.write_glossary(tmp_path / "file" / "g.html")
