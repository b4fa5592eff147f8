"""What a trainee has done, noted in a small database in the trainee's own copy of the course, and nowhere else.

Notebooks note by one call that never fails and never asks: outside a copy of the course, in a run and while grading
nothing is noted. `casework.teach.progress` reads it.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casework.core.messages import COURSE_FILE
from casework.core.paths import RUN_VARIABLE

if TYPE_CHECKING:
    import sqlite3

Deed = Literal["opened", "finished", "task", "quiz"]
FOLDER = ".casework"
FILE = "progress.db"
WAIT_SECONDS = 5.0
TABLE = """
CREATE TABLE IF NOT EXISTS deeds (
    kind TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL, score REAL, points REAL,
    times INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (kind, name, part)
)
"""
NOTE = """
INSERT INTO deeds VALUES (:kind, :name, :part, :score, :points, 1, :now, :now)
ON CONFLICT (kind, name, part) DO UPDATE SET
    times = times + 1,
    last = excluded.last,
    score = CASE WHEN {better} THEN excluded.score ELSE score END,
    points = CASE WHEN {better} THEN excluded.points ELSE points END
""".format(better="score IS NULL OR excluded.score * points >= score * excluded.points")


def course_home(start: Path | None = None) -> Path | None:
    """Return the copy of the course that a folder lies in, or None.

    Parameters
    ----------
    start : Path, optional
        Where to begin; by default the current folder.
    """
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / COURSE_FILE).is_file()), None)


def note(kind: Deed, name: str, *, part: str = "", score: float | None = None, points: float | None = None) -> None:
    """Note that a trainee did something; the best score stays. It never raises.

    Parameters
    ----------
    kind : {'opened', 'finished', 'task', 'quiz'}
        A study was opened or read to its end, a task of an exercise was checked, a quiz was answered.
    name : str
        Name of the study, the exercise or the quiz.
    part : str
        Which part of it: the task.
    score, points : float, optional
        What was reached, and what could be.
    """
    if not name or os.environ.get(RUN_VARIABLE):
        return
    with suppress(Exception):
        home = course_home()
        if home is not None:
            write_note(home, kind, name, part=part, score=score, points=points)


def write_note(home: Path, kind: Deed, name: str, *, part: str, score: float | None, points: float | None) -> None:
    """Write a note into a copy of the course; several notebooks may do so at once."""
    from datetime import UTC, datetime

    now = datetime.now(UTC).isoformat(timespec="seconds")
    values = {"kind": kind, "name": name, "part": part, "score": score, "points": points, "now": now}
    with closing(connect(home)) as book, book:
        book.execute(NOTE, values)


def best_marks(exercise: str) -> dict[str, float]:
    """Return the best marks noted for the tasks of an exercise; none where there is no copy of the course.

    Parameters
    ----------
    exercise : str
        Name of the exercise.
    """
    import sqlite3

    home = None if os.environ.get(RUN_VARIABLE) else course_home()
    if home is None or not (home / FOLDER / FILE).is_file():
        return {}
    query = "SELECT part, score FROM deeds WHERE kind = 'task' AND name = ? AND score IS NOT NULL"
    try:
        with closing(connect(home)) as book:
            return dict(book.execute(query, (exercise,)).fetchall())
    except sqlite3.Error:  # `casework progress` tells what is wrong with the file
        return {}


def connect(home: Path) -> sqlite3.Connection:
    """Return the database of a copy of the course, made where there is none; only its owner can read it."""
    import sqlite3

    folder = home / FOLDER
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    book = sqlite3.connect(folder / FILE, timeout=WAIT_SECONDS)
    book.execute(TABLE)
    return book
