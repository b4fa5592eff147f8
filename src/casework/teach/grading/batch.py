"""Grade a class: all submissions of an exercise, in parallel, each by itself; a bad one never stops the others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t
from casework.runner.confined.limits import Limits
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.exercises.judge import Verdict, judge_task
from casework.teach.exercises.model import Exercise
from casework.teach.exercises.solution import solve
from casework.teach.exercises.variant import make_variant, read_salt
from casework.teach.grading.course import submissions
from casework.teach.grading.execution import Executed, execute
from casework.teach.grading.process import Shown
from casework.teach.grading.submission import UnreadableError, read_submission

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A graded submission.

    Attributes
    ----------
    student, exercise : str
        Whose and of what.
    verdicts : tuple of Verdict
        One for each task.
    reasons : tuple of str
        Why something earned nothing or was put in order; empty for an ordinary submission.
    shown : tuple of Shown
        What the student's cells showed, for the feedback.
    seconds : float
        [s] that it took.
    unchanged : bool
        Graded before, and nothing that counts has changed since.
    """

    student: str
    exercise: str
    verdicts: tuple[Verdict, ...]
    reasons: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = field(default=(), repr=False)
    seconds: float = 0.0
    unchanged: bool = False

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(verdict.earned for verdict in self.verdicts), 6)

    @property
    def points(self) -> float:
        """Points that could be earned."""
        return sum(verdict.points for verdict in self.verdicts)


@dataclass(frozen=True, kw_only=True)
class GradedClass:
    """All submissions of an exercise, by student.

    Attributes
    ----------
    exercise : str
        Of what.
    graded : tuple of Graded
        By student.
    notes : tuple of str
        What the instructor should look at: names that are not in the class list, notebooks in a wrong place.
    """

    exercise: str
    graded: tuple[Graded, ...]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each student: score, points of each task, reasons."""
        import pandas as pd

        rows = [
            {"student": one.student, "score": one.score, "max_score": one.points}
            | {verdict.task: verdict.earned for verdict in one.verdicts}
            | {"reasons": "; ".join(one.reasons)}
            for one in self.graded
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Say it in a sentence."""
        if not self.graded:
            return t("{exercise}: nothing was submitted", exercise=self.exercise)
        mean = sum(one.score for one in self.graded) / len(self.graded)
        return t(
            "{exercise}: {n} submissions graded ({same} unchanged), {odd} with a remark; "
            "{mean:.1f} of {points:g} points on average",
            exercise=self.exercise,
            n=len(self.graded),
            same=sum(one.unchanged for one in self.graded),
            odd=sum(bool(one.reasons) for one in self.graded),
            mean=mean,
            points=self.graded[0].points,
        )


def grade_file(
    path: Path,
    exercise: str,
    student: str,
    *,
    salt: str,
    limits: Limits | None = None,
    master: Any = None,
    stop: threading.Event | None = None,
) -> Graded:
    """Grade one file.

    Parameters
    ----------
    path : Path
        The submitted notebook; whatever it is, there is a result.
    exercise, student : str
        What and whose.
    salt : str
        The course's secret.
    limits : Limits, optional
        What the submission may use.
    master : NotebookNode, optional
        The exercise as it was handed out, where the caller has it.
    stop : threading.Event, optional
        When it is set the work ends at once.
    """
    source = get_exercise(exercise)
    master = master or compile_notebook(source)
    variant = make_variant(exercise, student, salt=salt)
    expected = solve(exercise, variant.seed, variant.hidden_seed).expected
    try:
        submission = read_submission(path, source, master)
    except UnreadableError as error:
        return _nothing(source, student, str(error))
    checks = {task.name: task.checks for task in source.tasks}
    try:
        done = execute(submission, variant, expected, checks, limits=limits or Limits(), stop=stop)
    except Exception as error:  # the batch goes on, whatever one submission does
        return _nothing(source, student, t("it could not be run ({reason})", reason=type(error).__name__))
    verdicts = tuple(
        judge_task(
            task,
            expected[task.name],
            done.answers.get(task.name) or [[] for _ in task.checks],
            blank=task.name in submission.blank,
        )
        for task in source.tasks
    )
    return Graded(
        student=student,
        exercise=exercise,
        verdicts=verdicts,
        reasons=(*submission.remarks, *done.reasons, *_weaker(done)),
        shown=tuple(done.shown),
        seconds=done.seconds,
    )


def _weaker(done: Executed) -> list[str]:
    """Say what of the confinement this system could not hold."""
    return [] if not done.held or all(done.held.values()) else [t("this system confines student code only in part")]


def _nothing(exercise: Exercise, student: str, reason: str) -> Graded:
    verdicts = tuple(Verdict(task=task.name, points=task.points, earned=0.0) for task in exercise.tasks)
    return Graded(student=student, exercise=exercise.name, verdicts=verdicts, reasons=(reason,))


def grade_class(
    folder: str | Path,
    exercise: str,
    *,
    students: list[str] | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Generator[Graded, None, None]:
    """Grade all submissions of an exercise in a course, several at once; each comes as soon as it is done.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of the exercise.
    students : list of str, optional
        Only these; all must have submitted.
    jobs : int, optional
        How many at once; by default one for each core.
    limits : Limits, optional
        What each submission may use.
    progress : callable, optional
        Told (done, all).

    Raises
    ------
    DataError
        The folder is no course, nothing was submitted, or not by one of `students`.
    ParameterError
        No such exercise, or `jobs` below 1.
    """
    source = get_exercise(exercise)
    salt, master = read_salt(Path(folder)), compile_notebook(source)
    found = chosen_submissions(folder, exercise, students)
    if jobs is not None and jobs < 1:
        raise ParameterError(Problem("--jobs", str(jobs), t("1 or more")))

    def one(name: str, path: Path, stop: threading.Event) -> Graded:
        return grade_file(path, exercise, name, salt=salt, limits=limits, master=master, stop=stop)

    return _each(one, found, jobs or os.cpu_count() or 1, progress)


def chosen_submissions(folder: str | Path, exercise: str, students: list[str] | None) -> list[tuple[str, Path]]:
    """Return student and file of all submissions, or of those named.

    Raises
    ------
    DataError
        Nothing was submitted, or not by one of those named.
    """
    found = dict(submissions(folder, exercise))
    if not found:
        where = f"{folder}/submitted/*/{exercise}"
        raise DataError(Problem(where, t("nothing was submitted"), f"submitted/STUDENT/{exercise}/{exercise}.ipynb"))
    lacking = [name for name in students or () if name not in found]
    if lacking:
        said = t("nothing was submitted")
        raise DataError([Problem(f"--student {name}", said, fix=suggest(name, list(found))) for name in lacking])
    return [(name, path) for name, path in found.items() if students is None or name in students]


def _each(
    one: Callable[[str, Path, threading.Event], Graded],
    found: list[tuple[str, Path]],
    jobs: int,
    progress: Progress | None,
) -> Generator[Graded, None, None]:
    """Yield results as they come; when the caller stops, nothing new is begun and what runs is ended."""
    left, done, stop = iter(found), 0, threading.Event()
    with ThreadPoolExecutor(jobs) as pool:
        running: set[Future[Graded]] = set()
        try:
            while True:
                while len(running) < jobs and (item := next(left, None)) is not None:
                    running.add(pool.submit(one, *item, stop))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    done += 1
                    if progress:
                        progress(done, len(found))
                    yield future.result()
        finally:
            stop.set()
            for future in running:
                future.cancel()
