"""Where a class stands: which tasks are hard, who has not handed in, and who is stuck where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.messages import join_sentences, mark, t, tn
from casework.teach.grading.class_list import read_students
from casework.teach.grading.course import submissions
from casework.teach.grading.gradebook import FILE, open_gradebook

if TYPE_CHECKING:
    import pandas as pd

Marks = list[tuple[str, float, float]]
Row = tuple[Any, ...]
STUCK = 0.5  # a task that earned less than this share
STATES: dict[str, str] = {
    "missing": mark("not handed in"),
    "submitted": mark("handed in, not graded"),
    "graded": mark("graded"),
}
STUDENT_COLUMNS = ("student", "exercise", "state", "score", "max_score", "stuck_at")
TASK_COLUMNS = ("exercise", "task", "graded", "mean_share", "stuck")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a class stands.

    Attributes
    ----------
    students : DataFrame
        One row for each student and exercise: `state` (missing, submitted, graded), `score`, `max_score`, and the
        tasks that earned less than half (`stuck_at`, the lowest first).
    tasks : DataFrame
        One row a task, the lowest first: how many are `graded`, their `mean_share` of the points, how many are `stuck`.
    """

    students: pd.DataFrame
    tasks: pd.DataFrame

    def summary(self) -> str:
        """Say what to look at first."""
        if self.students.empty:
            return t("There is no student or no released exercise yet.")
        missing = self.students[self.students["state"] == "missing"]
        parts = [
            tn("{n} hand-in is missing.", "{n} hand-ins are missing.", len(missing)),
            tn(
                "{n} is handed in and not graded.",
                "{n} are handed in and not graded.",
                int((self.students["state"] == "submitted").sum()),
            ),
        ]
        if len(self.tasks):
            low = self.tasks.iloc[0]
            parts.append(
                t(
                    "Lowest task: {task} of {exercise}, {share:.0%} of its points on average, {n} of {all} stuck.",
                    task=low["task"],
                    exercise=low["exercise"],
                    share=low["mean_share"],
                    n=low["stuck"],
                    all=low["graded"],
                )
            )
        return join_sentences(parts)


def class_standing(folder: str | Path) -> Standing:
    """Return where a class stands, from the gradebook and the folders of a course.

    Parameters
    ----------
    folder : path
        The course.

    Raises
    ------
    DataError
        The list of students cannot be read or is not right.
    RunError
        nbgrader is not installed.
    """
    import pandas as pd

    names = [row["id"] for row in read_students(folder)]
    earned: dict[str, dict[str, Marks]] = {}
    if (Path(folder) / FILE).is_file():
        with open_gradebook(folder) as book:
            earned = {assignment.name: _earned(book, assignment.name) for assignment in book.assignments}
    rows = [row for exercise, found in earned.items() for row in _student_rows(folder, exercise, found, names)]
    marks = [(exercise, *mark) for exercise, found in earned.items() for tasks in found.values() for mark in tasks]
    students = pd.DataFrame(rows, columns=list(STUDENT_COLUMNS)).sort_values(["exercise", "student"], ignore_index=True)
    return Standing(students=students, tasks=_tasks(pd.DataFrame(marks, columns=["exercise", "task", "score", "max"])))


def _earned(book: Any, exercise: str) -> dict[str, Marks]:
    """Return by student the marks of each task: name, score, what could be had."""
    return {
        submission.student.id: [
            (grade.name.removesuffix("_check"), float(grade.score or 0), float(grade.max_score))
            for notebook in submission.notebooks
            for grade in notebook.grades
        ]
        for submission in book.assignment_submissions(exercise)
    }


def _student_rows(
    folder: str | Path, exercise: str, found: dict[str, Marks], names: list[str]
) -> list[tuple[Any, ...]]:
    handed_in = {student for student, path in submissions(folder, exercise) if path.is_file()}
    rows: list[Row] = []
    for student in dict.fromkeys([*names, *found]):
        tasks = found.get(student)
        if tasks is None:
            state = "submitted" if student in handed_in else "missing"
            rows.append((student, exercise, state, None, None, ""))
            continue
        low = sorted((score / most, task) for task, score, most in tasks if most and score < STUCK * most)
        score, most = sum(item[1] for item in tasks), sum(item[2] for item in tasks)
        rows.append((student, exercise, "graded", score, most, ", ".join(task for _, task in low)))
    return rows


def _tasks(marks: pd.DataFrame) -> pd.DataFrame:
    own = marks[marks["max"] > 0]
    share = own["score"] / own["max"]
    grouped = own.assign(share=share, low=share < STUCK).groupby(["exercise", "task"], sort=False)
    found = grouped.agg(graded=("share", "size"), mean_share=("share", "mean"), stuck=("low", "sum")).reset_index()
    return found[list(TASK_COLUMNS)].sort_values("mean_share", kind="stable", ignore_index=True)
