import json

import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.core.errors import DataError, ParameterError
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.solution import given_values
from casework.teach.exercises.variant import COURSE_FILE, make_variant, read_salt
from casework.teach.grading.class_list import import_students, read_students
from casework.teach.grading.course import new_course, release, submissions


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


def test_released_again_for_new_students_and_in_another_language(tmp_path):
    course = new_course(tmp_path)
    import_students(course, class_list(tmp_path, "id\nann\n"))
    release(course, EXERCISE)
    import_students(course, class_list(tmp_path, "id\nann\nbob\n"))
    assert release(course, EXERCISE, lang="zh").students == ("ann", "bob")
    assert "分" in (course / "release" / EXERCISE / f"{EXERCISE}.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("metadata", "another text"), "released with other tasks, values or checks"),
        (("cells", "# my own remark"), "it was edited in the course"),
        (("file", "junk"), "something else than a notebook"),
    ],
)
def test_what_students_have_is_not_replaced_unasked(tmp_path, change, said):
    course = new_course(tmp_path)
    release(course, EXERCISE)
    path = course / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    part, text = change
    if part == "metadata":
        notebook["metadata"]["casework"]["text"] = text
    elif part == "cells":
        notebook["cells"][3]["source"] += text
    path.write_text(text if part == "file" else json.dumps(notebook), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(DataError, match=said):
        release(course, EXERCISE)
    assert path.read_bytes() == before
    release(course, EXERCISE, replace=True)
    release(course, EXERCISE)
    assert path.read_bytes() != before


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
