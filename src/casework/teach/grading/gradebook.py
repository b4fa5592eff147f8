"""The book of marks: nbgrader's own SQLite database, so that its commands and pages work on it."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.datasets.export import neutral
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.grading.batch import Graded
from casework.teach.grading.class_list import read_students

if TYPE_CHECKING:
    import pandas as pd

FILE = "gradebook.db"


@contextmanager
def open_gradebook(folder: str | Path) -> Iterator[Any]:
    """Give the gradebook of a course.

    Raises
    ------
    RunError
        nbgrader is not installed.
    """
    try:
        from nbgrader.api import Gradebook  # type: ignore[import-untyped]
    except ImportError:
        raise RunError(t("the gradebook needs nbgrader: pip install 'casework[teach]'")) from None
    with _programs_found():
        book = Gradebook(f"sqlite:///{(Path(folder) / FILE).resolve()}")
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _programs_found() -> Iterator[None]:
    """Let nbgrader find alembic, which it starts by name, beside this interpreter."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def register_exercise(book: Any, exercise: str) -> None:
    """Put an exercise into the gradebook as `nbgrader generate_assignment` does; again is no error."""
    notebook = compile_notebook(get_exercise(exercise), edition="source")
    blank = {cell.metadata.nbgrader["grade_id"]: cell for cell in compile_notebook(get_exercise(exercise)).cells}
    book.update_or_create_assignment(exercise)
    book.update_or_create_notebook(exercise, exercise, kernelspec=json.dumps(notebook.metadata["kernelspec"]))
    for cell in notebook.cells:
        about = cell.metadata.nbgrader
        name = about["grade_id"]
        if about["grade"]:
            points = float(about["points"])
            book.update_or_create_grade_cell(name, exercise, exercise, max_score=points, cell_type=cell.cell_type)
        if about["solution"]:
            book.update_or_create_solution_cell(name, exercise, exercise)
        # of an answer the blank is kept, of a test the text with its hidden part: so nbgrader puts them back
        kept = blank[name] if about["solution"] else cell
        book.update_or_create_source_cell(
            name,
            exercise,
            exercise,
            cell_type=cell.cell_type,
            locked=bool(about["grade"] or about["locked"]),
            source=kept.source,
            checksum=kept.metadata.nbgrader["checksum"],
        )


def register_students(book: Any, folder: str | Path) -> None:
    """Put the students of a course into the gradebook; `nbgrader export` writes their names as they are there."""
    for row in read_students(folder):
        about = {"first_name": neutral(row["name"]) or None, "email": neutral(row["email"]) or None}
        book.update_or_create_student(row["id"], **about)


def enter(book: Any, graded: Graded) -> None:
    """Enter the marks of a submission; marks and comments that a person gave stay."""
    book.update_or_create_student(graded.student)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy warns of how nbgrader makes a submission
        submission = book.update_or_create_submission(graded.exercise, graded.student)
    earned = {f"{verdict.task}_check": verdict for verdict in graded.verdicts}
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            verdict = earned.get(grade.name)
            if verdict is not None:
                grade.auto_score = float(verdict.earned)
                grade.needs_manual_grade = grade.manual_score is not None
    book.db.commit()


def automatic_marks(book: Any, exercise: str) -> dict[str, dict[str, float | None]]:
    """Return the automatic marks of an exercise that are in the gradebook, by student and task."""
    return {
        submission.student.id: {
            grade.name.removesuffix("_check"): grade.auto_score
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
        for submission in book.assignment_submissions(exercise)
    }


def marks(folder: str | Path) -> pd.DataFrame:
    """Return one row for each student and exercise that is in the gradebook: score and what could be had."""
    import pandas as pd

    with open_gradebook(folder) as book:
        rows = [
            {
                "student": submission.student.id,
                "exercise": submission.assignment.name,
                "score": float(submission.score),
                "max_score": float(submission.max_score),
            }
            for assignment in book.assignments
            for submission in book.assignment_submissions(assignment.name)
        ]
    columns = ["student", "exercise", "score", "max_score"]
    return pd.DataFrame(rows, columns=columns).sort_values(["exercise", "student"], ignore_index=True)
