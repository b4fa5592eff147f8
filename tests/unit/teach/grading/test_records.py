import sqlite3
from dataclasses import replace

import pytest
from tests.unit.teach.grading.conftest import EXERCISE

from casework.core.errors import RunError
from casework.core.messages import use_language
from casework.runner.confined.limits import Limits
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict
from casework.teach.exercises.variant import make_variant
from casework.teach.grading.batch import Graded
from casework.teach.grading.records import FILE, alone, open_records, submission_key

TASKS = get_exercise(EXERCISE).tasks
VARIANT = make_variant(EXERCISE, "ann", salt="x")


def graded(share):
    verdicts = tuple(Verdict(task=task.name, points=task.points, earned=share * task.points) for task in TASKS)
    return Graded(student="ann", exercise=EXERCISE, verdicts=verdicts, reasons=("a", "二"), seconds=1.5)


def test_the_last_record_counts_and_comes_back_as_unchanged(tmp_path):
    with open_records(tmp_path) as records:
        records.write("one", graded(1.0))
        records.write("two", graded(0.5))
    with open_records(tmp_path) as records:
        found = records.read(EXERCISE)
        assert records.read("other") == {}
    assert found["ann"].key == "two"
    assert found["ann"].graded == replace(graded(0.5), unchanged=True)


def test_what_does_not_fit_the_exercise_any_more_is_left_out(tmp_path):
    with open_records(tmp_path) as records:
        records.write("one", graded(1.0))
    for verdicts in ('[["gone", 1, 1]]', "{", "[3]"):
        with sqlite3.connect(tmp_path / FILE) as book:
            book.execute("UPDATE graded SET verdicts = ?", (verdicts,))
        book.close()
        with open_records(tmp_path) as records:
            assert records.read(EXERCISE) == {}


def test_the_key_knows_all_that_counts(tmp_path):
    path = tmp_path / "x.ipynb"
    keys = [submission_key(path, VARIANT, Limits())]
    for text in ("{}", "{} "):
        path.write_text(text, encoding="utf-8")
        keys.append(submission_key(path, VARIANT, Limits()))
    keys.append(submission_key(path, make_variant(EXERCISE, "ann", salt="y"), Limits()))
    keys.append(submission_key(path, make_variant("voice", "ann", salt="x"), Limits()))
    keys.append(submission_key(path, VARIANT, Limits(cell_seconds=3)))
    with use_language("zh"):
        keys.append(submission_key(path, VARIANT, Limits()))
    assert len(set(keys)) == len(keys)
    assert submission_key(path, VARIANT, Limits()) == keys[2]
    path.unlink()
    (tmp_path / "x.ipynb").symlink_to("/etc/passwd")
    assert submission_key(path, VARIANT, Limits()) not in keys[1:]


def test_only_one_grades_a_course(tmp_path):
    with alone(tmp_path), pytest.raises(RunError, match="being graded already"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(RunError, match="delete the file to grade everything again"), open_records(tmp_path):
        pass
