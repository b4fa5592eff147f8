import pytest

from casework.core import journal
from casework.core.messages import COURSE_FILE
from casework.core.paths import RUN_VARIABLE
from casework.studies.registry import studies
from casework.teach.exercises.bank import get_exercise
from casework.teach.progress import Progress, Step, read_progress
from casework.teach.progress_panel import next_html, progress_html, step_link


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    for name in ("voice/kano.ipynb", "exercises/voice.ipynb", "quizzes/voice.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_step_stands_there_with_a_link_where_it_exists(home):
    markup = progress_html(read_progress(home))
    assert markup.count("○") == len(read_progress(home).steps)
    for path in ("voice/kano.ipynb", "exercises/voice.ipynb", "quizzes/voice.ipynb"):
        assert f'<a href="{path}">' in markup
    assert "satisfaction_index.ipynb" not in markup


def test_states_and_scores(home):
    journal.note("finished", "kano")
    journal.note("opened", "requirements")
    journal.note("quiz", "voice", score=9, points=12)
    markup = progress_html(read_progress(home))
    assert markup.count("●") == 2
    assert markup.count("◐") == 1
    assert "9 of 12" in markup


def test_what_is_next_is_a_link(home):
    steps = (Step(kind="quiz", name="voice", module="voice", title="A < B", state="new"),)
    assert 'href="quizzes/voice.ipynb">Quiz: A &lt; B</a>' in next_html(Progress(folder=home, steps=steps))
    assert next_html(Progress(folder=home, steps=())) == "All is done."


def test_each_kind_of_step_has_its_place(home):
    by_kind = {step.kind: step for step in read_progress(home).steps if step.module == "voice"}
    paths = {kind: step_link(step).path for kind, step in by_kind.items()}
    assert (paths["exercise"], paths["quiz"]) == ("exercises/voice.ipynb", "quizzes/voice.ipynb")
    assert step_link(by_kind["exercise"]).words == f"Exercise: {get_exercise('voice').title}"
    assert step_link(by_kind["study"]).words in {study.title for study in studies().values()}
