import json

import pytest

from casework.core import journal
from casework.core.errors import RunError
from casework.core.messages import COURSE_FILE, use_language
from casework.core.paths import RUN_VARIABLE
from casework.studies.registry import studies
from casework.teach import progress as module
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.live import _STATE, begin, check
from casework.teach.progress import read_progress, show_progress


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    (tmp_path / COURSE_FILE).write_text('lang = "en"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def step(progress, kind, name):
    return next(item for item in progress.steps if (item.kind, item.name) == (kind, name))


def test_a_new_copy_begins_with_the_first_study(home):
    found = read_progress(home)
    assert all(item.state == "new" for item in found.steps)
    assert found.next_step().name == next(iter(studies()))
    assert "0 of" in found.summary()
    assert not (home / journal.FOLDER).exists()


def test_a_study_begun_is_next_before_a_new_one(home):
    journal.note("finished", "orientation")
    journal.note("opened", "kano")
    found = read_progress(home)
    assert step(found, "study", "orientation").state == "done"
    assert found.next_step().name == "kano"
    assert "Next: study kano" in found.summary()


def test_the_exercise_of_a_module_comes_after_its_studies(home):
    for study in studies().values():
        journal.note("finished", study.name)
    found = read_progress(home)
    assert found.next_step().kind in ("exercise", "quiz")
    order = [(item.kind, item.name) for item in found.steps if item.module == "supply_chain"]
    kinds = [kind for kind, _ in order]
    assert kinds == sorted(kinds, key=["study", "exercise", "quiz"].index)
    assert ("exercise", "supply_chain") in order


def test_an_exercise_is_done_when_every_task_is_right(home):
    tasks = get_exercise("supply_chain").tasks
    for task in tasks:
        journal.note("task", "supply_chain", part=task.name, score=task.points, points=task.points)
    journal.note("task", "supply_chain", part=tasks[0].name, score=0, points=tasks[0].points)
    journal.note("task", "supply_chain", part="no task of it", score=100, points=100)
    found = step(read_progress(home), "exercise", "supply_chain")
    assert (found.state, found.score, found.open_tasks) == ("done", found.points, ())


def test_tasks_that_are_open_are_named(home):
    first, *others = get_exercise("supply_chain").tasks
    journal.note("task", "supply_chain", part=first.name, score=first.points / 2, points=first.points)
    found = step(read_progress(home), "exercise", "supply_chain")
    assert found.state == "begun"
    assert found.open_tasks == (first.name, *(task.name for task in others))


def test_a_check_in_a_notebook_is_noted_and_a_hidden_one_is_not(home, monkeypatch):
    monkeypatch.setattr(_STATE, "variant", None)
    monkeypatch.setattr(_STATE, "prepared", None)
    monkeypatch.setattr("IPython.display.display", lambda *args, **named: None)
    begin("supply_chain")
    task = get_exercise("supply_chain").tasks[0]
    check(task.name, hidden=True)
    assert not (home / journal.FOLDER).exists()
    earned = float(check(task.name))
    found = step(read_progress(home), "exercise", "supply_chain")
    assert (found.state, found.score) == ("begun", earned)


def test_a_quiz_has_its_best_score(home, monkeypatch, tmp_path_factory):
    place = tmp_path_factory.mktemp("root")
    (place / "quizzes").mkdir()
    (place / "quizzes" / "voice.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(module, "course_root", lambda: place)
    journal.note("quiz", "voice", score=9, points=12)
    found = read_progress(home)
    row = found.modules().set_index("module").loc["Voice of the customer"]
    assert row["quiz"] == "9 of 12"
    assert "1 quiz answered" in found.summary()


def test_notes_of_what_is_not_in_the_course_do_no_harm(home):
    journal.note("opened", "<script>")
    journal.note("quiz", "nothing", score=1, points=0)
    assert len(read_progress(home).steps) > 10


def test_the_whole_as_data_and_as_a_table(home):
    journal.note("opened", "kano")
    found = read_progress(home).as_json()
    assert json.loads(json.dumps(found))["next"]["name"] == "kano"
    frame = read_progress(home).to_frame()
    assert frame.set_index(["kind", "step"]).loc[("study", "kano"), "state"] == "begun"


def test_all_done_is_said(home):
    found = module.Progress(folder=home, steps=())
    assert "All is done" in found.summary()


def test_a_folder_without_the_course_and_a_broken_file(tmp_path, home, tmp_path_factory):
    with pytest.raises(RunError, match="casework start"):
        read_progress(tmp_path_factory.mktemp("else"))
    (home / journal.FOLDER).mkdir()
    (home / journal.FOLDER / journal.FILE).write_text("no database " * 99, encoding="utf-8")
    with pytest.raises(RunError, match="delete the file to begin anew"):
        read_progress(home)


def test_the_panel_in_a_notebook_and_in_a_run(home, monkeypatch):
    texts = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw=False, metadata=None: texts.append(data["text/plain"])
    )
    journal.note("finished", "kano")
    show_progress()
    assert "Next: study orientation" in texts[0]
    assert "1 of" in texts[1]
    assert "nothing is sent anywhere" in texts[2]
    texts.clear()
    monkeypatch.setenv(RUN_VARIABLE, "1")
    show_progress()
    assert len(texts) == 1
    assert "casework lab" in texts[0]


def test_it_is_told_in_chinese(home):
    with use_language("zh"):
        assert read_progress(home).summary()
