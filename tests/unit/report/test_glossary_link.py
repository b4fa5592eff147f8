import pytest

from casework.core.journal import FOLDER
from casework.core.messages import COURSE_FILE
from casework.core.paths import RUN_VARIABLE
from casework.report.display import versions
from casework.report.glossary_link import PAGE, glossary_link
from casework.studies import current


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    (tmp_path / PAGE).write_text("page", encoding="utf-8")
    (tmp_path / "voice").mkdir()
    monkeypatch.chdir(tmp_path / "voice")
    return tmp_path


@pytest.fixture
def markup(monkeypatch):
    def called(call, *words):
        seen = []
        monkeypatch.setattr("IPython.display.display", lambda data, raw=False, metadata=None: seen.append(data))
        call(*words)
        return [data["text/html"] for data in seen]

    return called


def test_the_link_leads_to_the_page_from_where_the_notebook_is(home, markup):
    (shown,) = markup(glossary_link, "reorder-point")
    assert 'href="../glossary.html#reorder-point"' in shown
    assert markup(glossary_link, '"><script>')[0].count("<script>") == 0


def test_without_a_page_or_in_a_run_there_is_none(home, monkeypatch, markup):
    monkeypatch.setenv(RUN_VARIABLE, "1")
    assert markup(glossary_link) == []
    monkeypatch.delenv(RUN_VARIABLE)
    (home / PAGE).unlink()
    assert markup(glossary_link) == []


def test_the_end_of_a_notebook_notes_the_study_and_links_its_words(home, monkeypatch, markup):
    monkeypatch.setenv(current.SESSION_VARIABLE, "voice/kano.ipynb")
    assert "#study-kano" in markup(versions)[-1]
    assert (home / FOLDER).is_dir()
