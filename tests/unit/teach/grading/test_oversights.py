from tests.unit.teach.grading.conftest import EXERCISE

from casework.teach.grading.class_list import write_students
from casework.teach.grading.course import new_course
from casework.teach.grading.oversights import oversights


def handed_in(course, place):
    path = course / "submitted" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}", encoding="utf-8")


def test_misspelt_names_and_notebooks_in_wrong_places(tmp_path):
    course = new_course(tmp_path)
    write_students(course, [{"id": name, "name": "", "email": ""} for name in ("anna", "bob", "cid")])
    for place in (
        f"anna/{EXERCISE}/{EXERCISE}.ipynb",
        f"bbo/{EXERCISE}/{EXERCISE}.ipynb",
        f"bob/{EXERCISE} (1).ipynb",
        f"bob/{EXERCISE.upper()}/{EXERCISE}.ipynb",
        f"{EXERCISE}/cid/{EXERCISE}/answer.ipynb",
        "cid.ipynb",
        "bob/credit/credit.ipynb",
        "bob/credit.ipynb",
        f"anna/{EXERCISE}/.ipynb_checkpoints/{EXERCISE}-checkpoint.ipynb",
    ):
        handed_in(course, place)
    said = oversights(course, EXERCISE)
    assert "submitted/bbo: this name is not in students.csv" in said[0]
    assert said[0].endswith("Did you mean 'bob'?")
    assert sorted(note.partition(":")[0] for note in said[1:]) == sorted(
        f"submitted/{place}"
        for place in (
            f"bob/{EXERCISE} (1).ipynb",
            f"bob/{EXERCISE.upper()}/{EXERCISE}.ipynb",
            f"{EXERCISE}/cid/{EXERCISE}/answer.ipynb",
            "cid.ipynb",
        )
    )
    assert f"it belongs into submitted/STUDENT/{EXERCISE}/{EXERCISE}.ipynb" in said[1]


def test_nothing_to_say(tmp_path):
    course = new_course(tmp_path)
    assert oversights(course, EXERCISE) == ()
    handed_in(course, f"anybody/{EXERCISE}/{EXERCISE}.ipynb")
    assert oversights(course, EXERCISE) == ()
    write_students(course, [{"id": "anybody", "name": "", "email": ""}])
    assert oversights(course, EXERCISE) == ()


def test_many_are_counted(tmp_path):
    course = new_course(tmp_path)
    for k in range(14):
        handed_in(course, f"{k:02}.ipynb")
    assert oversights(course, EXERCISE)[-1] == "4 more notebooks lie in wrong places."
