import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict
from casework.teach.exercises.variant import read_salt
from casework.teach.grading.batch import Graded
from casework.teach.grading.course import new_course, release
from casework.teach.grading.gradebook import enter, marks, open_gradebook, register_exercise, register_students
from casework.teach.grading.rehearsal_kinds import Material
from casework.teach.grading.rehearsal_leaks import hidden_texts

pytest.importorskip("nbgrader")
TASKS = get_exercise(EXERCISE).tasks


def graded(student, share):
    verdicts = tuple(Verdict(task=task.name, points=task.points, earned=share * task.points) for task in TASKS)
    return Graded(student=student, exercise=EXERCISE, verdicts=verdicts)


@pytest.fixture
def course(tmp_path):
    folder = new_course(tmp_path)
    (folder / "students.csv").write_text("id,name,email\nann,=cmd(),a@x\nbob,,\n", encoding="utf-8")
    release(folder, EXERCISE)
    return folder


def test_marks_are_entered_once_and_again(course):
    with open_gradebook(course) as book:
        register_exercise(book, EXERCISE)
        register_students(book, course)
        for share in (0.25, 0.5):
            enter(book, graded("ann", share))
        enter(book, graded("=guest", 1.0))
        register_exercise(book, EXERCISE)
    found = marks(course).set_index("student")
    points = get_exercise(EXERCISE).points
    assert found.loc["ann", "score"] == points / 2
    assert found.loc["=guest", "score"] == points
    assert (found["max_score"] == points).all()


def test_marks_of_a_person_stay(course):
    with open_gradebook(course) as book:
        register_exercise(book, EXERCISE)
        enter(book, graded("ann", 0.0))
        grade = book.find_submission_notebook(EXERCISE, EXERCISE, "ann").grades[0]
        grade.manual_score = 1.5
        book.db.commit()
        enter(book, graded("ann", 0.0))
    assert marks(course).set_index("student").loc["ann", "score"] == 1.5


@pytest.mark.slow
def test_nbgrader_s_own_commands_work_on_the_folder(course):
    """Its autograder, run on the same submissions, gives the same marks as ours, and its export finds them."""
    import json

    from tests.unit.teach.grading.conftest import answered

    from casework.teach.grading.run import grade_and_keep

    handed_in = {"ann": answered(), "bob": answered(**{TASKS[0].name: "lot = 1.0"})}
    for name, notebook in handed_in.items():
        place = course / "submitted" / name / EXERCISE
        place.mkdir(parents=True)
        (place / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    ours = {one.student: one.score for one in grade_and_keep(course, EXERCISE).graded}
    (course / "gradebook.db").unlink()
    with open_gradebook(course) as book:
        register_exercise(book, EXERCISE)
        register_students(book, course)
    nbgrader(course, "autograde", EXERCISE)
    theirs = marks(course).set_index("student")["score"].to_dict()
    assert (
        theirs == ours == {"ann": get_exercise(EXERCISE).points, "bob": get_exercise(EXERCISE).points - TASKS[0].points}
    )
    listing = started(course, "list")
    nbgrader(course, "generate_feedback", EXERCISE)
    pages = {path.parts[-3]: path.read_text(encoding="utf-8") for path in (course / "feedback").rglob("*.html")}
    assert sorted(pages) == ["ann", "bob"]
    for name, page in pages.items():
        own = Material(
            exercise=get_exercise(EXERCISE), student=name, salt=read_salt(course), course=course, canary=course
        )
        assert own.salt not in page
        assert not [text for text in hidden_texts(own) if text in page]
    ended(listing)
    nbgrader(course, "export")
    exported = (course / "grades.csv").read_text(encoding="utf-8")
    assert exported.count(EXERCISE) == 2
    assert "'=cmd()" in exported
    assert grade_and_keep(course, EXERCISE).graded[0].score == ours["ann"]


def started(course: Path, *words: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([sys.executable, "-m", "nbgrader", *words], cwd=course, env=environment, **pipes)


def ended(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    assert process.returncode == 0, said[-3000:]


def nbgrader(course: Path, *words: str) -> None:
    ended(started(course, *words))
