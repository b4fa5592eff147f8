"""An instructor's course folder: laid out as nbgrader lays it out, with one edition of each exercise for each student.

`source/` (with solutions), `release/` (without), `handout/STUDENT/` (a student's own values), `submitted/STUDENT/`,
`feedback/STUDENT/`, `gradebook.db`, `students.csv`, and the course's salt in `casework_course.toml`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem, RunError
from casework.core.messages import LANGUAGES, t
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import Edition, compile_notebook
from casework.teach.exercises.variant import COURSE_FILE, VARIANT_FILE, make_variant, new_salt, read_salt, variant_text

STUDENTS_FILE = "students.csv"
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
LIMIT_OF_STUDENTS = 100_000
NBGRADER_CONFIG = """c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "casework"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]
c.OverwriteCells.add_missing_cells = True
c.ExecutePreprocessor.timeout = 20
c.ExecutePreprocessor.interrupt_on_timeout = True
"""


@dataclass(frozen=True, kw_only=True)
class Released:
    """What `release` wrote."""

    exercise: str
    folder: Path
    students: tuple[str, ...]

    def summary(self) -> str:
        """Say it in a sentence."""
        return t(
            "{exercise}: released in {folder}, with an edition of its own for each of {n} students",
            exercise=self.exercise,
            folder=self.folder,
            n=len(self.students),
        )


def new_course(folder: str | Path) -> Path:
    """Make a course folder: salt, configuration of nbgrader, empty list of students. What is there is kept.

    Raises
    ------
    RunError
        It cannot be written.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        _write_new(
            place / COURSE_FILE, f'# Keep this to yourself: it is the key to hidden checks.\nsalt = "{new_salt()}"\n'
        )
        (place / COURSE_FILE).chmod(0o600)
        _write_new(place / "nbgrader_config.py", NBGRADER_CONFIG)
        _write_new(place / STUDENTS_FILE, "id,name,email\n")
    except OSError as error:
        raise RunError(t("{path}: it cannot be written ({reason})", path=place, reason=error.strerror or "")) from None
    return place


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def read_students(folder: str | Path) -> tuple[dict[str, str], ...]:
    """Return the students of a course: `id`, `name`, `email`.

    Raises
    ------
    DataError
        The list cannot be read, has no column `id`, or holds a name that cannot be a folder, or one twice: all at once.
    """
    path = Path(folder) / STUDENTS_FILE
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise DataError(
            Problem(str(path), t("the list of students cannot be read"), t("CSV with id,name,email"))
        ) from None
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        name = (row.get("id") or "").strip()
        where = t("{name}, line {line}", name=path.name, line=number)
        if not STUDENT.fullmatch(name):
            problems.append(Problem(where, t("id {value}", value=repr(name)), t("letters, digits and . _ @ -")))
        elif name.casefold() in seen:
            problems.append(Problem(where, t("id {value} is there twice", value=repr(name))))
        seen.add(name.casefold())
    if problems:
        raise DataError(problems)
    return tuple({key: (row.get(key) or "").strip() for key in ("id", "name", "email")} for row in rows)


def import_students(folder: str | Path, file: str | Path) -> int:
    """Take a class list into a course; return how many students it then has.

    Parameters
    ----------
    folder : path
        The course.
    file : path
        CSV with `id`, and perhaps `name` and `email`.

    Raises
    ------
    DataError
        The list is not right; the course keeps the one it has.
    """
    place = Path(folder)
    read_salt(place)
    old = (place / STUDENTS_FILE).read_bytes() if (place / STUDENTS_FILE).is_file() else b""
    try:
        (place / STUDENTS_FILE).write_bytes(Path(file).read_bytes())
        return len(read_students(place))
    except (OSError, DataError) as error:
        (place / STUDENTS_FILE).write_bytes(old)
        if isinstance(error, DataError):
            raise
        raise DataError(Problem(str(file), t("the list of students cannot be read"))) from None


def release(folder: str | Path, exercise: str, *, lang: str = "en") -> Released:
    """Write an exercise into a course: source, release, and a handout for each student.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of a bundled exercise.
    lang : {'en', 'zh'}
        Language of the prose.

    Raises
    ------
    ParameterError
        No such exercise or language.
    DataError
        The folder is no course, or the list of students is not right.
    """
    place = Path(folder)
    if lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    if exercise not in exercise_names():
        found = t("no exercise is called {name}", name=repr(exercise))
        raise ParameterError(Problem(t("exercise"), found, fix=suggest(exercise, exercise_names())))
    salt, students = read_salt(place), read_students(place)
    editions: tuple[tuple[str, Edition], ...] = (("source", "source"), ("release", "student"))
    for part, edition in editions:
        _write_notebook(place / part / exercise, exercise, edition, lang)
    for row in students:
        target = place / "handout" / row["id"] / exercise
        _write_notebook(target, exercise, "student", lang)
        variant = make_variant(exercise, row["id"], salt=salt)
        (target / VARIANT_FILE).write_text(variant_text(variant), encoding="utf-8")
    return Released(exercise=exercise, folder=place, students=tuple(row["id"] for row in students))


def _write_notebook(folder: Path, exercise: str, edition: Edition, lang: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    notebook = compile_notebook(get_exercise(exercise), edition=edition, lang=lang)
    (folder / f"{exercise}.ipynb").write_text(
        json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def submissions(folder: str | Path, exercise: str) -> Iterator[tuple[str, Path]]:
    """Yield student and file of each submission, whether or not the file is there; a link is not followed out."""
    place = Path(folder) / "submitted"
    if not place.is_dir():
        return
    for student in sorted(place.iterdir()):
        own = student / exercise
        if STUDENT.fullmatch(student.name) and own.is_dir() and not own.is_symlink() and not student.is_symlink():
            yield student.name, own / f"{exercise}.ipynb"
