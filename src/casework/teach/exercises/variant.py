"""Whose numbers: a student's values come from a seed made of the course's salt, the student and the exercise."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.errors import DataError, Problem
from casework.core.messages import t

COURSE_FILE = "casework_course.toml"  # the instructor's; holds the salt
VARIANT_FILE = "variant.json"  # the student's, beside the notebook
STUDENT_VARIABLE = "CASEWORK_STUDENT"
PRACTICE = "practice"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A student's own edition of an exercise.

    Attributes
    ----------
    exercise, student : str
        Whose and of what.
    seed : int
        From which the student's values are drawn.
    hidden_seed : int or None
        From which the values of hidden checks are drawn; only who has the course's salt knows it.
    """

    exercise: str
    student: str
    seed: int
    hidden_seed: int | None = None


def make_variant(exercise: str, student: str, *, salt: str) -> Variant:
    """Return a student's variant: the same salt, student and exercise always give the same.

    Parameters
    ----------
    exercise, student : str
        Names.
    salt : str
        The course's secret.

    Examples
    --------
    >>> one = make_variant("voice", "ann", salt="s")
    >>> one == make_variant("voice", "ann", salt="s"), one.seed == make_variant("voice", "bob", salt="s").seed
    (True, False)
    """
    return Variant(
        exercise=exercise,
        student=student,
        seed=_seed(salt, "given", student, exercise),
        hidden_seed=_seed(salt, "hidden", student, exercise),
    )


def _seed(*parts: str) -> int:
    text = json.dumps(parts, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6], "big")


def variant_text(variant: Variant) -> str:
    """Return what is written beside a student's notebook: the seed of its values, not that of hidden checks."""
    return json.dumps({"exercise": variant.exercise, "student": variant.student, "seed": variant.seed}, indent=1) + "\n"


def new_salt() -> str:
    """Return a salt for a new course."""
    return secrets.token_hex(16)


def read_salt(folder: Path) -> str:
    """Return the salt of a course folder.

    Raises
    ------
    DataError
        The folder is no course, or its file cannot be read.
    """
    path = folder / COURSE_FILE
    try:
        salt = tomllib.loads(path.read_text(encoding="utf-8")).get("salt")
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        salt = None
    if not isinstance(salt, str) or not salt:
        raise DataError(
            Problem(str(folder), t("this is not a folder of a course"), fix=t("make one: casework class new DIR"))
        )
    return salt


def find_variant(exercise: str, *, folder: Path | None = None) -> Variant:
    """Return the variant that a notebook is to use where it stands.

    Within an instructor's course folder the student is the one whose folder it is, and the salt is the course's,
    whatever the files of the student say; elsewhere the file beside the notebook tells; without one everybody
    practises with the same values.

    Parameters
    ----------
    exercise : str
        Name of the exercise.
    folder : Path, optional
        Where the notebook stands; by default the working directory.
    """
    place = (folder or Path.cwd()).resolve()
    course = next((above for above in (place, *place.parents) if (above / COURSE_FILE).is_file()), None)
    if course is not None:
        return make_variant(exercise, _student_of(place, course), salt=read_salt(course))
    return _own_variant(exercise, place)


def _student_of(place: Path, course: Path) -> str:
    """Return the student of a folder `submitted/STUDENT/...` or `autograded/STUDENT/...`, else who practises."""
    parts = place.relative_to(course).parts
    if len(parts) >= 2 and parts[0] in ("submitted", "autograded", "handout"):
        return parts[1]
    return os.environ.get(STUDENT_VARIABLE) or PRACTICE


def _own_variant(exercise: str, place: Path) -> Variant:
    found: Any = None
    try:
        found = json.loads((place / VARIANT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict) and found.get("exercise") == exercise and isinstance(found.get("seed"), int):
        return Variant(exercise=exercise, student=str(found.get("student", "")), seed=abs(found["seed"]))
    student = os.environ.get(STUDENT_VARIABLE) or PRACTICE
    return Variant(exercise=exercise, student=student, seed=_seed("", "given", student, exercise))
