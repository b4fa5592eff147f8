"""An instructor's course folder: laid out as nbgrader lays it out, with one edition of each exercise for each student.

`source/` (with solutions), `release/` (without), `handout/STUDENT/` (a student's own values), `submitted/STUDENT/`,
`feedback/STUDENT/`, `gradebook.db`, `students.csv`, and the course's salt in `casework_course.toml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem, RunError
from casework.core.files import write_text
from casework.core.messages import LANGUAGES, t
from casework.teach.exercises.bank import exercise_names, get_exercise
from casework.teach.exercises.compile import Edition, compile_notebook, digest
from casework.teach.exercises.variant import COURSE_FILE, VARIANT_FILE, make_variant, new_salt, read_salt, variant_text
from casework.teach.grading.class_list import STUDENT, STUDENTS_FILE
from casework.teach.grading.class_list import read_students as read_students
from casework.teach.grading.submission import UnreadableError, read_notebook

EXCHANGE = "exchange"  # where nbgrader's list, release_assignment and collect look
NBGRADER_CONFIG = """from pathlib import Path

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "casework"
c.Exchange.root = str(Path(__file__).resolve().parent / "exchange")
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
        (place / EXCHANGE).mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(t("{path}: it cannot be written ({reason})", path=place, reason=error.strerror or "")) from None
    return place


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def release(folder: str | Path, exercise: str, *, lang: str = "en", replace: bool = False) -> Released:
    """Write an exercise into a course: source, release, and a handout for each student.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of a bundled exercise.
    lang : {'en', 'zh'}
        Language of the prose.
    replace : bool
        Write it although it was released with other tasks, values or checks, or its source was edited in the course.

    Raises
    ------
    ParameterError
        No such exercise or language.
    DataError
        The folder is no course, the list of students is not right, or something would be lost without `replace`.
    """
    place = Path(folder)
    if lang not in LANGUAGES:
        raise ParameterError(Problem("--lang", repr(lang), t("one of {values}", values=", ".join(LANGUAGES))))
    if exercise not in exercise_names():
        found = t("no exercise is called {name}", name=repr(exercise))
        raise ParameterError(Problem(t("exercise"), found, fix=suggest(exercise, exercise_names())))
    salt, students = read_salt(place), read_students(place)
    lost = None if replace else _lost(place, exercise)
    if lost is not None:
        raise DataError(lost)
    editions: tuple[tuple[str, Edition], ...] = (("source", "source"), ("release", "student"))
    for part, edition in editions:
        _write_notebook(place / part / exercise, exercise, edition, lang)
    for row in students:
        target = place / "handout" / row["id"] / exercise
        _write_notebook(target, exercise, "student", lang)
        variant = make_variant(exercise, row["id"], salt=salt)
        (target / VARIANT_FILE).write_text(variant_text(variant), encoding="utf-8")
    return Released(exercise=exercise, folder=place, students=tuple(row["id"] for row in students))


def _lost(place: Path, exercise: str) -> Problem | None:
    """Return what would be lost by releasing an exercise again; nothing where it is the same or in another language."""
    path = place / "source" / exercise / f"{exercise}.ipynb"
    if not path.exists():
        return None
    where, fix = f"source/{exercise}", t("To release it all the same, and hand it out again: --replace")
    try:
        there = path.read_text(encoding="utf-8")
        _, about = read_notebook(path)
    except (UnreadableError, OSError, ValueError):
        return Problem(where, t("there is something else than a notebook"), fix=fix)
    if about.get("text") != digest(get_exercise(exercise)):
        said = t("it was released with other tasks, values or checks; who has it would be graded by the present ones")
        return Problem(where, said, fix=fix)
    if there not in [_text(exercise, "source", lang) for lang in LANGUAGES]:
        return Problem(where, t("it was edited in the course; that would be lost"), fix=fix)
    return None


def _write_notebook(folder: Path, exercise: str, edition: Edition, lang: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / f"{exercise}.ipynb", _text(exercise, edition, lang))


def _text(exercise: str, edition: Edition, lang: str) -> str:
    notebook = compile_notebook(get_exercise(exercise), edition=edition, lang=lang)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def submissions(folder: str | Path, exercise: str) -> Iterator[tuple[str, Path]]:
    """Yield student and file of each submission, whether or not the file is there; a link is not followed out."""
    place = Path(folder) / "submitted"
    if not place.is_dir():
        return
    for student in sorted(place.iterdir()):
        own = student / exercise
        if STUDENT.fullmatch(student.name) and own.is_dir() and not own.is_symlink() and not student.is_symlink():
            yield student.name, own / f"{exercise}.ipynb"
