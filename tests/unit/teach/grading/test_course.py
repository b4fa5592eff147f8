import json

import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.core.errors import DataError, ParameterError
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.solution import given_values
from casework.teach.exercises.variant import COURSE_FILE, make_variant, read_salt
from casework.teach.grading.course import import_students, new_course, read_students, release, submissions


def class_list(folder, text):
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_course_keeps_what_is_there(tmp_path):
    course = new_course(tmp_path / "course")
    salt = read_salt(course)
    assert (course / COURSE_FILE).stat().st_mode & 0o077 == 0
    assert read_salt(new_course(course)) == salt
    assert read_students(course) == ()


def test_release_writes_a_handout_of_their_own_for_everybody(tmp_path):
    course = new_course(tmp_path)
    assert import_students(course, class_list(tmp_path, "id,name,email\nann,Ann,\nbob,Bob,b@x\n")) == 2
    assert release(course, EXERCISE).students == ("ann", "bob")
    seeds = {}
    for name in ("ann", "bob"):
        told = json.loads((course / "handout" / name / EXERCISE / "variant.json").read_text(encoding="utf-8"))
        variant = make_variant(EXERCISE, name, salt=read_salt(course))
        assert told == {"exercise": EXERCISE, "student": name, "seed": variant.seed}
        seeds[name] = given_values(get_exercise(EXERCISE), variant.seed)
    assert seeds["ann"] != seeds["bob"]
    assert "SOLUTION" in (course / "source" / EXERCISE / f"{EXERCISE}.ipynb").read_text(encoding="utf-8")
    handed = [course / "release", course / "handout"]
    files = [path for folder in handed for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert not any("SOLUTION" in path.read_text(encoding="utf-8") for path in files)
    assert not any(read_salt(course) in path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nann\n", "id ''"),
        ("id\n../x\n", r"id '\.\./x'"),
        ("id\nann\nANN\n", "'ANN' is there twice"),
        ("id\n=cmd()\n", "id '=cmd"),
    ],
)
def test_a_wrong_class_list_is_refused_and_the_old_one_kept(tmp_path, text, said):
    course = new_course(tmp_path)
    import_students(course, class_list(tmp_path, "id\nann\n"))
    with pytest.raises(DataError, match=said):
        import_students(course, class_list(tmp_path, text))
    assert [row["id"] for row in read_students(course)] == ["ann"]


def test_unknown_exercises_and_languages(tmp_path):
    course = new_course(tmp_path)
    with pytest.raises(ParameterError, match="no exercise is called 'suply'"):
        release(course, "suply")
    with pytest.raises(ParameterError, match="--lang: 'xx'"):
        release(course, EXERCISE, lang="xx")
    with pytest.raises(DataError, match="not a folder of a course"):
        release(tmp_path / "elsewhere", EXERCISE)


def test_links_out_of_the_course_are_no_submissions(tmp_path):
    course = new_course(tmp_path / "course")
    outside = tmp_path / "outside" / EXERCISE
    outside.mkdir(parents=True)
    (course / "submitted").mkdir()
    (course / "submitted" / "eve").symlink_to(tmp_path / "outside")
    (course / "submitted" / "ann" / EXERCISE).mkdir(parents=True)
    assert [name for name, _ in submissions(course, EXERCISE)] == ["ann"]
