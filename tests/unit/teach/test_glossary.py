import re

import pytest

from casework.core.errors import DataError, ParameterError
from casework.core.messages import COURSE_FILE, use_language
from casework.core.paths import RUN_VARIABLE
from casework.studies.registry import studies
from casework.teach import glossary as words

ENTRY = """
[[terms]]
term = "{term}"
zh = "词"
module = "voice"
definition = "A word."
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / f"terms{abs(hash(text))}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_bundled_terms_are_many_and_cover_the_studies():
    terms = words.read_terms()
    assert len(terms) >= 100
    assert {"voice", "satisfaction", "supply_chain", "credit"} <= {term.module for term in terms}
    taught = {name for term in terms for name in term.studies}
    modules = {term.module for term in terms}
    assert {study.name for study in studies().values() if study.module in modules} <= taught


def test_definitions_are_sentences_and_chinese_terms_are_chinese():
    for term in words.read_terms():
        assert term.definition.endswith("."), term.term
        assert 20 < len(term.definition) < 200, term.term
        assert re.search(r"[\u4e00-\u9fff]", term.zh), term.term
        assert term.anchor


@pytest.mark.parametrize("name", ["reorder point", "Reorder  Point", "ROP", "rop", "再订货点"])
def test_a_term_is_found_by_each_of_its_names(name):
    assert [term.term for term in words.find_terms(name)] == ["reorder point"]


def test_a_shared_abbreviation_finds_both():
    found = {term.term for term in words.find_terms("CR")}
    assert found == {"consistency ratio", "composite reliability"}


def test_a_term_goes_before_an_abbreviation_of_another():
    assert [term.term for term in words.find_terms("期望")] == ["one-dimensional", "expectation"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("safty stock", "'safety stock'"), ("stock", "echelon stock"), ("", "There are"), ("xyzzy<script>", "not in it")],
)
def test_what_is_not_there_is_said_with_the_nearest(name, said):
    with pytest.raises(ParameterError, match=re.escape(said)):
        words.find_terms(name)


def test_a_notebook_shows_a_term_once(monkeypatch):
    texts = []
    shown = "IPython.display.display"
    monkeypatch.setattr(shown, lambda data, raw=False, metadata=None: texts.append(data["text/plain"]))
    words.glossary("ROP", "reorder point", "safety stock")
    assert sum("(再订货点, ROP)" in text for text in texts) == 1
    assert texts[0].startswith("reorder point (再订货点, ROP): The inventory position at which")
    assert texts[1].startswith("See also: ")
    assert sum(text.startswith("safety stock (") for text in texts) == 1


def test_in_a_copy_of_the_course_links_lead_to_its_studies(monkeypatch, tmp_path):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    for name in (COURSE_FILE, "supply_chain/inventory_policies.ipynb", "glossary.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "supply_chain")
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw=False, metadata=None: shown.append(data))
    words.glossary("reorder point")
    assert 'href="inventory_policies.ipynb"' in shown[-1]["text/html"]
    assert 'href="../glossary.html#reorder-point"' in shown[-1]["text/html"]


def test_the_text_names_studies_and_neighbours_in_the_language():
    with use_language("zh"):
        text = words.terms_text(words.find_terms("ROP"))
    assert "再订货点 (reorder point" in text or "再订货点（reorder point" in text
    assert "inventory_policies" in text
    assert "安全库存" in text


def test_all_problems_of_a_file_are_told(file):
    bad = ENTRY.format(term="a") + 'studies = ["kanno"]\nsee = ["nothing"]\n' + ENTRY.format(term="A")
    with pytest.raises(DataError) as caught:
        words.read_terms(file(bad.replace('"voice"', '"void"')))
    text = str(caught.value)
    for said in ("kano", "'nothing' is not known", "stands twice", "module void"):
        assert said in text


def test_the_shape_of_an_entry_is_checked(file):
    with pytest.raises(DataError) as caught:
        words.read_terms(file('[[terms]]\nterm = 3\nzh = "x"\nalso = "x"\ndefintion = "x"\n'))
    text = str(caught.value)
    for said in ("term is missing", "module is missing", "also is not right", "definition"):
        assert said in text


@pytest.mark.parametrize("text", ["", "terms = [", "terms = []"])
def test_a_file_without_terms_is_refused(file, text):
    with pytest.raises(DataError, match=r"terms.*\.toml"):
        words.read_terms(file(text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        words.read_terms(tmp_path / "none.toml")
