import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.core.errors import DataError
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict
from casework.teach.grading.batch import Graded
from casework.teach.grading.course import new_course, release
from casework.teach.grading.gradebook import enter, open_gradebook, register_exercise, register_students
from casework.teach.grading.standing import class_standing

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.slow  # nbgrader takes seconds to make a gradebook
TASKS = get_exercise(EXERCISE).tasks
FIRST, SECOND = TASKS[0].name, TASKS[1].name


def graded(student, **shares):
    verdicts = tuple(
        Verdict(task=task.name, points=task.points, earned=shares.get(task.name, 1.0) * task.points) for task in TASKS
    )
    return Graded(student=student, exercise=EXERCISE, verdicts=verdicts)


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    folder = new_course(tmp_path_factory.mktemp("course"))
    (folder / "students.csv").write_text("id,name,email\nann,,\nbob,,\ncid,,\ndan,,\n", encoding="utf-8")
    release(folder, EXERCISE)
    handed = folder / "submitted" / "cid" / EXERCISE
    handed.mkdir(parents=True)
    (handed / f"{EXERCISE}.ipynb").write_text("{}", encoding="utf-8")
    with open_gradebook(folder) as book:
        register_exercise(book, EXERCISE)
        register_students(book, folder)
        enter(book, graded("ann", **{FIRST: 0.25, SECOND: 0.0}))
        enter(book, graded("bob", **{SECOND: 0.4}))
        enter(book, graded("=guest"))
    return class_standing(folder)


def test_who_is_stuck_where(standing):
    rows = standing.students.set_index("student")
    assert dict(rows["state"]) == {
        "ann": "graded",
        "bob": "graded",
        "cid": "submitted",
        "dan": "missing",
        "=guest": "graded",
    }
    assert rows.loc["ann", "stuck_at"] == f"{SECOND}, {FIRST}"
    assert rows.loc["bob", "stuck_at"] == SECOND
    assert rows.loc["=guest", "stuck_at"] == ""
    points = {task.name: task.points for task in TASKS}
    assert rows.loc["ann", "score"] == pytest.approx(
        sum(points.values()) - 0.75 * points[FIRST] - points[SECOND], abs=1e-9
    )


def test_the_hardest_task_is_first(standing):
    first = standing.tasks.iloc[0]
    assert (first["task"], first["graded"], first["stuck"]) == (SECOND, 3, 2)
    assert first["mean_share"] == pytest.approx((0 + 0.4 + 1) / 3)
    second = standing.tasks.set_index("task").loc[FIRST]
    assert second["mean_share"] == pytest.approx((0.25 + 1 + 1) / 3)


def test_it_is_said_in_sentences(standing):
    said = standing.summary()
    assert "1 hand-in is missing." in said
    assert "1 is handed in and not graded." in said
    assert f"Lowest task: {SECOND} of {EXERCISE}, 47% of its points on average, 2 of 3 stuck." in said


def test_an_empty_course_and_none(tmp_path):
    made = new_course(tmp_path / "course")
    assert "no student" in class_standing(made).summary()
    with pytest.raises(DataError, match="list of students"):
        class_standing(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
