import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.core.errors import DataError, ParameterError
from casework.core.messages import use_language
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict
from casework.teach.exercises.variant import read_salt
from casework.teach.grading import rehearsal
from casework.teach.grading.batch import Graded
from casework.teach.grading.class_list import read_students, write_students
from casework.teach.grading.course import new_course
from casework.teach.grading.rehearsal import check_rehearsal, rehearse
from casework.teach.grading.rehearsal_kinds import KINDS, Material

EXAMPLES = {"name": "changed", "n": 3, "kind": "x"}


def test_invented_students_hand_in_and_again(tmp_path):
    course = new_course(tmp_path)
    for _ in range(2):
        handed = rehearse(course, EXERCISE)
    assert len(handed.students) == len(read_students(course)) == 30
    assert "30 invented students" in handed.summary()
    found = {path.parents[1].name for path in (course / "submitted").rglob("*.ipynb")}
    assert found == set(handed.students) - {"rehearsal-no-file"}
    assert (course / "rehearsal" / "keep" / "marks.csv").is_file()


def test_a_course_with_real_students_is_refused_and_left_as_it_is(tmp_path):
    course = new_course(tmp_path)
    write_students(course, [{"id": "ann", "name": "", "email": ""}])
    (course / "submitted" / "bob").mkdir(parents=True)
    (course / "submitted" / "rehearsal-right").symlink_to(tmp_path)
    before = sorted(path.name for path in course.rglob("*"))
    with pytest.raises(DataError, match=r"students\.csv: there are real students: ann") as caught:
        rehearse(course, EXERCISE)
    assert "submitted/: there are real students: -> rehearsal-right, bob" in str(caught.value)
    assert str(caught.value).count("casework class new DIR") == 1
    assert sorted(path.name for path in course.rglob("*")) == before


def test_no_course_no_exercise_no_rehearsal(tmp_path):
    with pytest.raises(ParameterError, match="no exercise is called"):
        rehearse(tmp_path, "suply")
    with pytest.raises(DataError, match="not a folder of a course"):
        rehearse(tmp_path, EXERCISE)
    with pytest.raises(DataError, match="was not rehearsed here"):
        check_rehearsal(new_course(tmp_path), EXERCISE)


def as_expected(course, kind, earned=None):
    """Return what grading gives a kind when all goes well."""
    name = f"rehearsal-{kind.name}"
    source = get_exercise(EXERCISE)
    own = Material(exercise=source, student=name, salt=read_salt(course), course=course, canary=course)
    score = kind.score(own) if earned is None else earned
    first = Verdict(task=source.tasks[0].name, points=source.points, earned=score)
    reasons = tuple(f"lot: {reason.format(**EXAMPLES)}" for reason in kind.reasons[:1])
    return Graded(student=name, exercise=EXERCISE, verdicts=(first,), reasons=reasons)


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Give a function that checks a rehearsal whose gradings are made up."""
    import pandas as pd

    course = new_course(tmp_path)
    rehearse(course, EXERCISE)

    def check(first=None, second=None):
        right = {kind.name: as_expected(course, kind) for kind in KINDS}
        one, two = right | (first or {}), right | (second or {})

        class Book:
            def read(self, exercise):
                return {g.student: type("R", (), {"graded": g})() for g in one.values() if g is not None}

        class Opened:
            def __enter__(self):
                return Book()

            def __exit__(self, *error):
                return None

        rows = [(g.student, EXERCISE, g.score) for g in one.values() if g is not None]
        monkeypatch.setattr(rehearsal, "open_records", lambda place: Opened())
        monkeypatch.setattr(
            rehearsal, "marks", lambda place: pd.DataFrame(rows, columns=["student", "exercise", "score"])
        )
        monkeypatch.setattr(rehearsal, "grade_class", lambda *a, **k: iter(two.values()))
        return check_rehearsal(course, EXERCISE)

    check.course = course
    return check


def kind_of(name):
    return next(kind for kind in KINDS if kind.name == name)


def test_all_as_expected(checked):
    found = checked()
    assert found.ok
    assert len(found.to_frame()) == 30
    assert "30 of 30 kinds as expected. A second grading gave the same marks to 30 of 30." in found.summary()


def test_other_marks_missing_marks_other_remarks_and_another_second_grading(checked):
    course = checked.course
    right, loop = kind_of("right"), kind_of("endless-loop")
    silent = Graded(student="rehearsal-endless-loop", exercise=EXERCISE, verdicts=as_expected(course, loop).verdicts)
    found = checked(
        first={"right": as_expected(course, right, 1.0), "blank": None, "endless-loop": silent},
        second={"wrong": as_expected(course, kind_of("wrong"), 2.0)},
    )
    assert [row["kind"] for row in found.rows if not row["ok"]] == ["right", "blank", "wrong", "endless-loop"]
    assert not found.ok
    assert "26 of 30 kinds as expected. A second grading gave the same marks to 27 of 30." in found.summary()


def test_touched_files_and_leaks_are_named(checked):
    course = checked.course
    (course / "rehearsal" / "keep" / "marks.csv").write_text("changed", encoding="utf-8")
    (course / "rehearsal" / "keep" / "new").write_text("new", encoding="utf-8")
    (course / "submitted" / "rehearsal-right" / EXERCISE / f"{EXERCISE}.ipynb").unlink()
    page = course / "feedback" / "rehearsal-blank" / EXERCISE / "x.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"{read_salt(course)} <script>", encoding="utf-8")
    found = checked()
    assert not found.ok
    assert len(found.touched) == 3
    assert [one.rpartition(": ")[2] for one in found.leaked] == ["the key", "a script"]
    assert "Touched: rehearsal/keep/marks.csv" in found.summary()


def test_remarks_are_known_in_every_language(checked):
    for kind in KINDS:
        for reason in kind.reasons[:1]:
            with use_language("zh"):
                from casework.core.messages import t

                said = f"lot: {t(reason, **EXAMPLES)}"
            assert rehearsal._as_said(kind, (said,))
            assert not rehearsal._as_said(kind, ("lot: something else", ""))
