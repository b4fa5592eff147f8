"""What was graded from what: so that an interrupted grading goes on, and only what has changed is graded again."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from casework.core.errors import RunError
from casework.core.messages import language, t
from casework.runner.confined.limits import Limits
from casework.runner.hashing import package_sha256, sha256_file, sha256_json
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.judge import Verdict
from casework.teach.exercises.variant import Variant
from casework.teach.grading.batch import Graded
from casework.teach.grading.submission import LARGEST

FILE = "graded.db"
TABLE = """CREATE TABLE IF NOT EXISTS graded (
    exercise TEXT, student TEXT, key TEXT, verdicts TEXT, reasons TEXT, seconds REAL, at TEXT,
    PRIMARY KEY (exercise, student))"""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What came of a submission, and the key of what it came from."""

    key: str
    graded: Graded


def submission_key(path: Path, variant: Variant, limits: Limits) -> str:
    """Return the hash of all that marks and feedback depend on.

    Parameters
    ----------
    path : Path
        The submitted file, there or not.
    variant : Variant
        Whose values, with the seed of the hidden ones.
    limits : Limits
        What the submission may use.
    """
    return sha256_json(
        [
            _state(path),
            [variant.exercise, variant.student, variant.seed, variant.hidden_seed],
            limits.to_json(),
            language(),
            package_sha256(),
            _text(variant.exercise),
        ]
    )


def _text(exercise: str) -> str:
    """Return the hash of everything in an exercise: its hints stand in the feedback, too."""
    return sha256_json(asdict(get_exercise(exercise)))


def _state(path: Path) -> list[str]:
    """Return what a submitted file is: its content where it can be graded, else why it cannot."""
    try:
        if path.is_symlink() or not path.is_file():
            return ["absent", *sorted(other.name for other in path.parent.glob("*.ipynb"))]
        size = path.stat().st_size
        return ["large", str(size)] if size > LARGEST else ["file", sha256_file(path)]
    except OSError as error:
        return ["unreadable", str(error.errno)]


class Records:
    """The records of a course, open."""

    def __init__(self, book: sqlite3.Connection) -> None:
        self._book = book

    def read(self, exercise: str) -> dict[str, Record]:
        """Return the records of an exercise by student; what cannot be read is as if it were not there."""
        rows = self._book.execute(
            "SELECT student, key, verdicts, reasons, seconds FROM graded WHERE exercise = ?", (exercise,)
        )
        found = {}
        for student, key, verdicts, reasons, seconds in rows.fetchall():
            graded = _graded(exercise, student, verdicts, reasons, seconds)
            if graded is not None:
                found[student] = Record(key=key, graded=graded)
        return found

    def write(self, key: str, graded: Graded) -> None:
        """Note what came of a submission, in the place of what was noted before."""
        verdicts = [[verdict.task, verdict.points, verdict.earned] for verdict in graded.verdicts]
        row = (graded.exercise, graded.student, key, json.dumps(verdicts), json.dumps(graded.reasons), graded.seconds)
        with self._book:
            self._book.execute("REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, _now()))


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _graded(exercise: str, student: str, verdicts: str, reasons: str, seconds: float) -> Graded | None:
    """Return what was noted; None where the exercise has other tasks now."""
    points = {task.name: task.points for task in get_exercise(exercise).tasks}
    try:
        noted = [(str(name), float(most), float(earned)) for name, most, earned in json.loads(verdicts)]
        said = tuple(str(reason) for reason in json.loads(reasons))
    except (ValueError, TypeError):
        return None
    if {name: most for name, most, _ in noted} != points:
        return None
    made = tuple(Verdict(task=name, points=most, earned=earned) for name, most, earned in noted)
    return Graded(
        student=student, exercise=exercise, verdicts=made, reasons=said, seconds=float(seconds or 0), unchanged=True
    )


@contextmanager
def open_records(folder: str | Path) -> Iterator[Records]:
    """Give the records of a course; they are made where there are none.

    Raises
    ------
    RunError
        They cannot be read or written; deleting the file loses only what was known of unchanged submissions.
    """
    path = Path(folder) / FILE
    try:
        with closing(sqlite3.connect(path, timeout=10)) as book:
            book.execute(TABLE)
            yield Records(book)
    except sqlite3.Error as error:
        raise RunError(
            t(
                "{path}: the notes of grading cannot be used ({reason}); delete the file to grade everything again",
                path=path,
                reason=str(error),
            )
        ) from None


@contextmanager
def alone(folder: str | Path) -> Iterator[None]:
    """Keep a second grading out of a course while one is under way.

    Raises
    ------
    RunError
        One is under way.
    """
    try:
        import fcntl
    except ImportError:  # where grading is not supported
        yield
        return
    with (Path(folder) / f".{FILE}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(t("{path}: this course is being graded already", path=folder)) from None
        yield
