"""Rehearse a course before a class has it: invented students hand in thirty kinds, and what came of it is checked."""

from __future__ import annotations

import json
import re
import shutil
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import DataError, Problem
from casework.core.files import write_text
from casework.core.messages import LANGUAGES, join_sentences, t, use_language
from casework.runner.confined.limits import Limits
from casework.runner.hashing import sha256_file
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.variant import COURSE_FILE, read_salt
from casework.teach.grading.batch import Graded, Progress, grade_class
from casework.teach.grading.class_list import STUDENTS_FILE, read_students, write_students
from casework.teach.grading.gradebook import marks
from casework.teach.grading.records import open_records
from casework.teach.grading.rehearsal_kinds import KINDS, Kind, Material
from casework.teach.grading.rehearsal_leaks import leaks

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "rehearsal"
CANARY = "keep"
PREFIX = "rehearsal-"
MOST_NAMED = 12
EPSILON = 1e-5


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What a rehearsal wrote."""

    exercise: str
    folder: Path
    students: tuple[str, ...]

    def summary(self) -> str:
        """Say it in a sentence."""
        return t(
            "{exercise}: {n} invented students have handed in, in {folder}; grade them, then check with --check",
            exercise=self.exercise,
            n=len(self.students),
            folder=self.folder,
        )


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What came of a rehearsal.

    Attributes
    ----------
    exercise : str
        Of what.
    rows : tuple of dict
        For each kind: `kind`, `expected` points, `remark_expected`, `found` points (None: not graded), `remark`,
        `again` (points of the second grading), `ok`.
    touched : tuple of str
        Files of the course that are not as they were.
    leaked : tuple of str
        Files in which a hidden value, the course's key or a script stands, with what it is.
    """

    exercise: str
    rows: tuple[dict[str, Any], ...]
    touched: tuple[str, ...]
    leaked: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as expected."""
        return all(row["ok"] for row in self.rows) and not self.touched and not self.leaked

    def to_frame(self) -> pd.DataFrame:
        """Return one row a kind."""
        import pandas as pd

        return pd.DataFrame(list(self.rows))

    def summary(self) -> str:
        """Say it in sentences."""
        right = sum(row["ok"] for row in self.rows)
        same = sum(row["found"] is not None and row["again"] == row["found"] for row in self.rows)
        parts = [
            t("{exercise}: {n} of {all} kinds as expected.", exercise=self.exercise, n=right, all=len(self.rows)),
            t("A second grading gave the same marks to {n} of {all}.", n=same, all=len(self.rows)),
            _named(t("No file outside the scratch folders was touched."), t("Touched: {names}."), self.touched),
            _named(
                t("No hidden value, no key and no script stands in what students get."),
                t("Not for students, and there: {names}."),
                self.leaked,
            ),
        ]
        return join_sentences(parts)


def _named(nothing: str, some: str, names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "")
    return some.replace("{names}", shown) if names else nothing


def rehearse(folder: str | Path, exercise: str) -> HandedIn:
    """Put invented students into an empty course, and their submissions, one of each kind.

    Parameters
    ----------
    folder : path
        A course without students, or with those of a rehearsal.
    exercise : str
        Name of the exercise.

    Raises
    ------
    DataError
        The folder is no course, or somebody real is in it: in the list, or among submissions, handouts or feedback.
    ParameterError
        No such exercise.
    """
    place = Path(folder)
    source, salt = get_exercise(exercise), read_salt(place)
    _refuse_real(place)
    names = [f"{PREFIX}{kind.name}" for kind in KINDS]
    write_students(place, [{"id": name, "name": name.replace("-", " ").capitalize(), "email": ""} for name in names])
    canary = _new_canary(place)
    for kind, name in zip(KINDS, names, strict=True):
        made = kind.make(Material(exercise=source, student=name, salt=salt, course=place.resolve(), canary=canary))
        target = place / "submitted" / name / exercise
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        if made is not None:
            text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=1)
            write_text(target / f"{exercise}.ipynb", text)
    write_text(place / FOLDER / f"{exercise}.json", json.dumps(_state(place), indent=1) + "\n")
    return HandedIn(exercise=exercise, folder=place, students=tuple(names))


def _refuse_real(place: Path) -> None:
    """Refuse a course with real students: all places where one is found at once."""
    problems = []
    listed = [row["id"] for row in read_students(place)]
    for where, names in [(STUDENTS_FILE, listed), *_folders(place)]:
        real = [name for name in names if not name.startswith(PREFIX)]
        if real:
            shown = ", ".join(real[:3]) + (", ..." if len(real) > 3 else "")
            problems.append(Problem(where, t("there are real students: {names}", names=shown)))
    if problems:
        fix = t("rehearse in a course of its own: casework class new DIR")
        raise DataError([*problems[:-1], Problem(problems[-1].where, problems[-1].found, fix=fix)])


def _folders(place: Path) -> Iterator[tuple[str, list[str]]]:
    for part in ("submitted", "handout", "feedback", "autograded"):
        found = [path for path in (place / part).glob("*") if not path.name.startswith(".")]
        # a link leads to somebody else's files, whatever it is called
        yield f"{part}/", sorted(f"-> {path.name}" if path.is_symlink() else path.name for path in found)


def _new_canary(place: Path) -> Path:
    """Make the files that must stay: what hostile submissions are told to delete and to overwrite."""
    canary = place.resolve() / FOLDER / CANARY
    (canary / "inner").mkdir(parents=True, exist_ok=True)
    for name in ("marks.csv", "inner/notes.txt"):
        write_text(canary / name, t("This file must stay as it is.") + "\n")
    return canary


def _state(place: Path) -> dict[str, str]:
    """Return the hashes of all files that grading must not touch."""
    files = [place / COURSE_FILE, place / STUDENTS_FILE, place / "nbgrader_config.py"]
    for part in (f"{FOLDER}/{CANARY}", "submitted"):
        files += sorted(path for path in (place / part).rglob("*") if path.is_file() or path.is_symlink())
    return {path.relative_to(place).as_posix(): sha256_file(path) for path in files if path.is_file() and _counts(path)}


def _counts(path: Path) -> bool:
    return not path.name.startswith(".")


def check_rehearsal(
    folder: str | Path,
    exercise: str,
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Rehearsed:
    """Hold what grading a rehearsal gave to what was to be expected, and grade it a second time.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of the exercise.
    jobs : int, optional
        How many at once in the second grading.
    limits : Limits, optional
        What each submission may use in it.
    progress : callable, optional
        Told (done, all).

    Raises
    ------
    DataError
        The exercise was not rehearsed here.
    ParameterError
        No such exercise.
    RunError
        nbgrader is not installed.
    """
    place = Path(folder)
    source, salt = get_exercise(exercise), read_salt(place)
    before = _read_state(place, exercise)
    names = [f"{PREFIX}{kind.name}" for kind in KINDS]
    with open_records(place) as records:
        first = {name: record.graded for name, record in records.read(exercise).items()}
    frame = marks(place)
    booked = dict(frame.loc[frame["exercise"] == exercise, ["student", "score"]].itertuples(index=False, name=None))
    again = {
        one.student: one
        for one in grade_class(place, exercise, students=names, jobs=jobs, limits=limits, progress=progress)
    }
    now, canary = _state(place), place.resolve() / FOLDER / CANARY
    materials = {
        name: Material(exercise=source, student=name, salt=salt, course=place, canary=canary) for name in names
    }
    rows = [
        _row(kind, kind.score(materials[name]), first.get(name), booked.get(name), again[name])
        for kind, name in zip(KINDS, names, strict=True)
    ]
    touched = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    leaked = tuple(found for material in materials.values() for found in leaks(place, material))
    return Rehearsed(exercise=exercise, rows=tuple(rows), touched=tuple(touched), leaked=leaked)


def _read_state(place: Path, exercise: str) -> dict[str, str]:
    try:
        found = json.loads((place / FOLDER / f"{exercise}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        fix = t("rehearse it first: casework class rehearse DIR EXERCISE")
        raise DataError(
            Problem(f"{place}/{FOLDER}/{exercise}.json", t("this exercise was not rehearsed here"), fix=fix)
        )
    return {str(name): str(value) for name, value in found.items()}


def _row(kind: Kind, expected: float, first: Graded | None, booked: float | None, again: Graded) -> dict[str, Any]:
    found = first.score if first is not None and _same(first.score, booked) else None
    remark = next(iter(first.reasons), "") if first else ""
    said = first is not None and _as_said(kind, first.reasons)
    if said and first is not None:
        remark = next((one for one in first.reasons if _as_said(kind, (one,))), remark)
    return {
        "kind": kind.name,
        "expected": round(expected, 6),
        "remark_expected": t(kind.reasons[0]) if kind.reasons else "",
        "found": found,
        "remark": remark,
        "again": again.score,
        "ok": said and found is not None and _same(found, expected) and _same(again.score, found),
    }


def _same(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) < EPSILON


def _as_said(kind: Kind, reasons: tuple[str, ...]) -> bool:
    """Say whether a remark that is expected is among those that there are, in any language; or none, where none is."""
    if not kind.reasons:
        return not reasons
    patterns = [_pattern(message, lang) for message in kind.reasons for lang in LANGUAGES]
    return any(pattern.search(reason) for pattern in patterns for reason in reasons)


def _pattern(message: str, lang: str) -> re.Pattern[str]:
    """Return what finds a message at the end of a remark, whatever its fields are filled with."""
    with use_language(lang):
        parts = string.Formatter().parse(t(message))
    return re.compile("".join(re.escape(text) + (".*" if name is not None else "") for text, name, _, _ in parts) + "$")
