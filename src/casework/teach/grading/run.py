"""Grade a class and keep what comes of it: the gradebook and the feedback, submission by submission."""

from __future__ import annotations

from pathlib import Path

from casework.runner.confined.limits import Limits
from casework.teach.grading.batch import GradedClass, Progress, grade_class
from casework.teach.grading.feedback import write_feedback
from casework.teach.grading.gradebook import enter, open_gradebook, register_exercise, register_students


def grade_and_keep(
    folder: str | Path,
    exercise: str,
    *,
    students: list[str] | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> GradedClass:
    """Grade the submissions of an exercise; what is graded is kept at once, so that Ctrl-C loses nothing.

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
    progress : callable, optional
        Told (done, all).

    Raises
    ------
    DataError
        The folder is no course, or nothing was submitted.
    ParameterError
        No such exercise.
    RunError
        nbgrader is not installed.
    """
    results = grade_class(folder, exercise, students=students, jobs=jobs, limits=limits, progress=progress)
    graded = []
    with open_gradebook(folder) as book:
        register_exercise(book, exercise)
        register_students(book, folder)
        for one in results:
            enter(book, one)
            write_feedback(folder, one)
            graded.append(one)
    return GradedClass(exercise=exercise, graded=tuple(sorted(graded, key=lambda one: one.student)))
