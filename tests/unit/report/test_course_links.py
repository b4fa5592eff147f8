import pytest

from casework.core.journal import FOLDER
from casework.core.messages import COURSE_FILE, use_language
from casework.core.paths import RUN_VARIABLE
from casework.report import course_links as links
from casework.report.display import versions
from casework.studies import current
from casework.studies.registry import studies


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    for name in ("00_orientation.ipynb", "glossary.html", "exercises/voice.ipynb", "voice/house_of_quality.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "voice")
    return tmp_path


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw=False, metadata=None: seen.append(data))
    return seen


def test_links_lead_from_where_the_notebook_is(home):
    link = links.exercise_link("voice")
    assert link.exists()
    assert link.markup() == '<a href="../exercises/voice.ipynb">Exercise: Voice of the customer</a>'
    assert links.study_link(studies()["house_of_quality"]).markup().startswith('<a href="house_of_quality.ipynb">House')


def test_a_place_in_a_page_is_left_to_the_browser(home):
    markup = links.glossary_place("reorder-point").markup()
    assert 'href="../glossary.html#reorder-point"' in markup
    assert 'target="_blank"' in markup


def test_what_does_not_exist_has_its_words_alone(home):
    assert links.quiz_link("voice", "<b>").markup() == "&lt;b&gt;"
    assert not links.quiz_link("voice").exists()


def test_after_a_study_come_the_next_one_exercise_quiz_and_map(home):
    found = links.after_study("kano")
    assert [link.path for link in found] == [
        "voice/house_of_quality.ipynb",
        "exercises/voice.ipynb",
        "quizzes/voice.ipynb",
        "00_orientation.ipynb",
    ]
    assert "Next study: House of quality" in found[0].words
    assert [link.path for link in links.after_study("no study")] == ["00_orientation.ipynb"]
    last = list(studies())[-1]
    assert not any("Next study" in link.words for link in links.after_study(last))


def test_those_that_lead_nowhere_are_not_shown(home, shown):
    links.show_links(links.after_study("kano"), lead="Go <on>:")
    (data,) = shown
    assert data["text/html"].count("<a ") == 3
    assert "Go &lt;on&gt;:" in data["text/html"]
    assert "exercises/voice.ipynb" in data["text/plain"]


def test_in_a_run_and_elsewhere_there_are_none(home, shown, monkeypatch, tmp_path_factory):
    monkeypatch.setenv(RUN_VARIABLE, "1")
    links.show_links(links.after_study("kano"))
    monkeypatch.delenv(RUN_VARIABLE)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    links.show_links(links.after_study("kano"))
    assert shown == []
    assert links.map_link().markup() == "Map of the course, and your progress"


def test_the_end_of_a_notebook_leads_on(home, shown, monkeypatch):
    monkeypatch.setenv(current.SESSION_VARIABLE, "voice/kano.ipynb")
    versions()
    assert "#study-kano" in shown[-1]["text/html"]
    assert "house_of_quality.ipynb" in shown[-1]["text/html"]
    assert (home / FOLDER).is_dir()


def test_module_names_are_translated():
    assert links.module_name("") == ""
    assert links.module_name("mine") == "mine"
    with use_language("zh"):
        assert links.module_name("credit") == "信用"
