"""Grade a class and keep what comes of it: the gradebook and the feedback, submission by submission."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from casework.runner.confined.limits import Limits
from casework.teach.exercises.variant import make_variant, read_salt
from casework.teach.grading.batch import Graded, GradedClass, Progress, chosen_submissions, grade_class
from casework.teach.grading.feedback import page_path, write_feedback
from casework.teach.grading.gradebook import (
    automatic_marks,
    enter,
    open_gradebook,
    register_exercise,
    register_students,
)
from casework.teach.grading.oversights import oversights
from casework.teach.grading.records import Records, alone, open_records, submission_key


def grade_and_keep(
    folder: str | Path,
    exercise: str,
    *,
    students: list[str] | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> GradedClass:
    """Grade the submissions of an exercise that are not graded yet; each is kept at once, so that Ctrl-C loses nothing.

    What was graded before and has not changed since (file, exercise, seeds, limits, language, sources of casework)
    keeps its marks; they are entered again where the gradebook has others.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of the exercise.
    students : list of str, optional
        Only these.
    jobs : int, optional
        How many at once.
    limits : Limits, optional
        What each submission may use.
    fresh : bool
        Grade all of them, whether or not they have changed.
    progress : callable, optional
        Told (done, all), of those that are to be graded.

    Raises
    ------
    DataError
        The folder is no course, nothing was submitted, or not by one of `students`.
    ParameterError
        No such exercise.
    RunError
        nbgrader is not installed, or the course is being graded already.
    """
    salt, limits = read_salt(Path(folder)), limits or Limits()
    found = chosen_submissions(folder, exercise, students)
    keys = {name: submission_key(path, make_variant(exercise, name, salt=salt), limits) for name, path in found}
    with alone(folder), open_records(folder) as records, open_gradebook(folder) as book:
        register_exercise(book, exercise)
        register_students(book, folder)
        kept = {} if fresh else _unchanged(folder, exercise, keys, records)
        _enter_again(book, exercise, kept)
        todo = [name for name in keys if name not in kept]
        new = _grade(folder, exercise, todo, book, records, keys, jobs, limits, progress) if todo else []
    graded = tuple(sorted([*kept.values(), *new], key=lambda one: one.student))
    return GradedClass(exercise=exercise, graded=graded, notes=oversights(folder, exercise))


def _grade(
    folder: str | Path,
    exercise: str,
    todo: list[str],
    book: Any,
    records: Records,
    keys: dict[str, str],
    jobs: int | None,
    limits: Limits,
    progress: Progress | None,
) -> list[Graded]:
    """Grade those named. The record comes last: who stops before it has been written grades that submission again."""
    new = []
    results = grade_class(folder, exercise, students=todo, jobs=jobs, limits=limits, progress=progress)
    with closing(results):  # ends what still runs when the caller stops
        for one in results:
            enter(book, one)
            write_feedback(folder, one)
            records.write(keys[one.student], one)
            new.append(one)
    return new


def _unchanged(folder: str | Path, exercise: str, keys: dict[str, str], records: Records) -> dict[str, Graded]:
    """Return what was graded from the same things before, and whose feedback is still there."""
    known = records.read(exercise)
    return {
        name: known[name].graded
        for name, key in keys.items()
        if name in known and known[name].key == key and page_path(folder, exercise, name).is_file()
    }


def _enter_again(book: Any, exercise: str, kept: dict[str, Graded]) -> None:
    """Enter marks that were known before where the gradebook has lost them, or somebody else has set them."""
    there = automatic_marks(book, exercise) if kept else {}
    for name, one in kept.items():
        if there.get(name) != {verdict.task: verdict.earned for verdict in one.verdicts}:
            enter(book, replace(one))
