"""Put what a learning platform gives into the course: each notebook into its student's folder, the rest named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from casework.core.errors import DataError, Problem
from casework.core.messages import join_sentences, mark, t, tn
from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.variant import read_salt
from casework.teach.grading.class_list import Row, read_students
from casework.teach.grading.downloads import Entry, read_downloads
from casework.teach.grading.submission import UnreadableError, parse_notebook

if TYPE_CHECKING:
    import pandas as pd

STATES: dict[str, str] = {
    "placed": mark("placed"),
    "replaced": mark("replaced"),
    "unchanged": mark("unchanged"),
    "kept": mark("not taken: another one is there (--replace takes it)"),
    "older": mark("not taken: there is a better or newer one of the same student"),
}
WAYS: dict[str, str] = {"id": mark("id"), "email": mark("email"), "name": mark("name")}
WORD = re.compile(r"[_\-–—()\[\]（）【】,，.]+")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A notebook whose student is known.

    Attributes
    ----------
    student, file : str
        Whose, and its place in the download.
    by : {'id', 'email', 'name'}
        What in its place told whose it is.
    state : {'placed', 'replaced', 'unchanged', 'kept', 'older'}
        What was done with it.
    """

    student: str
    file: str
    by: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Left:
    """A file that has no place in the course, and why."""

    file: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What became of a download.

    Attributes
    ----------
    exercise : str
        Of what.
    placed : tuple of Placed
        Notebooks whose student is known.
    left : tuple of Left
        Files that could not be placed.
    missing : tuple of str
        Students who have no notebook of the exercise in the course now.
    """

    exercise: str
    placed: tuple[Placed, ...]
    left: tuple[Left, ...]
    missing: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each file: student, file, what told whose it is, what was done, why not."""
        import pandas as pd

        rows = [[one.student, one.file, one.by, one.state, ""] for one in self.placed]
        rows += [["", one.file, "", "left", one.reason] for one in self.left]
        return pd.DataFrame(rows, columns=["student", "file", "by", "state", "reason"])

    def summary(self) -> str:
        """Say it in sentences."""
        count = {state: sum(one.state == state for one in self.placed) for state in STATES}
        parts = [
            t(
                "{exercise}: {placed} placed, {replaced} replaced, {unchanged} unchanged.",
                exercise=self.exercise,
                placed=count["placed"],
                replaced=count["replaced"],
                unchanged=count["unchanged"],
            )
        ]
        if count["kept"]:
            parts.append(tn("{n} is not that which is there.", "{n} are not those which are there.", count["kept"]))
        if self.left:
            parts.append(tn("{n} file could not be placed.", "{n} files could not be placed.", len(self.left)))
        if self.missing:
            shown = ", ".join(self.missing[:10]) + (", ..." if len(self.missing) > 10 else "")
            parts.append(t("Nothing of {n}: {names}.", n=len(self.missing), names=shown))
        return join_sentences(parts)


def collect(
    folder: str | Path, exercise: str, source: str | Path, *, replace: bool = False, dry_run: bool = False
) -> Collected:
    """Put hand-ins into a course: `submitted/STUDENT/EXERCISE/EXERCISE.ipynb`.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of the exercise.
    source : path
        A zip or a folder, as a learning platform gives it. Whose a notebook is is told by the student's id, email or
        name as a word of its own in the names of the file and of the folders above it.
    replace : bool
        Take the place of another notebook that is there already.
    dry_run : bool
        Write nothing.

    Raises
    ------
    DataError
        The folder is no course or has no students, or the download cannot be read.
    ParameterError
        No such exercise.
    """
    place = Path(folder)
    get_exercise(exercise)
    read_salt(place)
    students = read_students(place)
    if not students:
        fix = t("take a class list into the course first: casework class new DIR --students FILE")
        raise DataError(Problem(f"{folder}/students.csv", t("there are no students"), fix=fix))
    found, left = _sorted_out(read_downloads(source), students, exercise)
    placed = []
    for student, mine in sorted(found.items()):
        best, *others = sorted(mine, key=lambda one: _worth(one[0], exercise), reverse=True)
        entry, by = best
        state = _put(place, student, exercise, entry, replace=replace, dry_run=dry_run)
        if state in STATES:
            placed.append(Placed(student=student, file=entry.name, by=by, state=state))
        else:
            left.append(Left(file=entry.name, reason=state))
        placed += [Placed(student=student, file=other.name, by=way, state="older") for other, way in others]
    taken = {one.student for one in placed}
    missing = tuple(
        row["id"] for row in students if row["id"] not in taken and not _target(place, row["id"], exercise).is_file()
    )
    return Collected(exercise=exercise, placed=tuple(placed), left=tuple(left), missing=missing)


Found = dict[str, list[tuple[Entry, str]]]


def _sorted_out(entries: Iterable[Entry], students: Sequence[Row], exercise: str) -> tuple[Found, list[Left]]:
    """Return the notebooks by student, and the files that are none or nobody's."""
    whose = Matcher(students)
    found: Found = {}
    left: list[Left] = []
    others: list[tuple[str, str]] = []
    for entry in entries:
        names, by = whose.match(entry.name)
        reason = entry.problem or _not_of(entry, exercise)
        if reason:
            left.append(Left(file=entry.name, reason=reason))
        elif entry.data is None:
            others.append((entry.name, names[0] if len(names) == 1 else ""))
        elif len(names) == 1:
            found.setdefault(names[0], []).append((entry, by))
        elif names:
            left.append(Left(file=entry.name, reason=t("it could be of {names}", names=", ".join(names))))
        else:
            left.append(Left(file=entry.name, reason=t("no student of the list is named in it")))
    said = t("it is not a notebook (.ipynb)")
    left += [Left(file=name, reason=said) for name, student in others if student not in found]
    return found, left


def _not_of(entry: Entry, exercise: str) -> str:
    """Return that a notebook is of another exercise; what cannot be read is for the grading to say."""
    if entry.data is None:
        return ""
    try:
        _, about = parse_notebook(entry.data)
    except UnreadableError:
        return ""
    other = about.get("exercise")
    if isinstance(other, str) and other != exercise:
        return t("it is a notebook of the exercise {name}", name=other[:80])
    return ""


def _worth(entry: Entry, exercise: str) -> tuple[bool, bool, bool, tuple[int, ...], str]:
    """Return what decides among several notebooks of a student: what it is, how it is called, which is newer."""
    try:
        _, about = parse_notebook(entry.data or b"")
        readable, own = True, about.get("exercise") == exercise
    except UnreadableError:
        readable, own = False, False
    return own, readable, exercise in PurePosixPath(entry.name).stem.casefold(), entry.moment, entry.name


class Matcher:
    """Finds whose a file is by the words in its place.

    Parameters
    ----------
    students : sequence of dict
        `id`, `name`, `email`.

    Examples
    --------
    >>> whose = Matcher([{"id": "u1", "name": "Ann Lee", "email": "ann@x.org"}, {"id": "u10", "name": "", "email": ""}])
    >>> whose.match("Ann Lee_4711_assignsubmission_file_/voice.ipynb")
    (('u1',), 'name')
    >>> whose.match("hw_u10_attempt_2026-11-22_voice.ipynb"), whose.match("voice.ipynb")
    ((('u10',), 'id'), ((), ''))
    """

    def __init__(self, students: Sequence[Row]) -> None:
        self._ids = {row["id"].casefold(): row["id"] for row in students}
        self._emails = {row["email"].casefold(): row["id"] for row in students if "@" in row["email"]}
        self._names: dict[str, list[str]] = {}
        for row in students:
            for variant in _variants(row["name"]):
                self._names.setdefault(variant, []).append(row["id"])
        self._by_id, self._by_email = _pattern(self._ids), _pattern(self._emails)

    def match(self, name: str) -> tuple[tuple[str, ...], str]:
        """Return the students whose id, else email, else name is in the place of a file, and which of these it was."""
        text = unicodedata.normalize("NFKC", name).casefold()
        # what is before the @ of an email may be somebody else's id
        ways: tuple[tuple[str, Mapping[str, str], re.Pattern[str], str], ...] = (
            ("id", self._ids, self._by_id, self._by_email.sub(" ", text)),
            ("email", self._emails, self._by_email, text),
        )
        for by, known, pattern, where in ways:
            if hits := dict.fromkeys(known[hit] for hit in pattern.findall(where)):
                return tuple(hits), by
        named = dict.fromkeys(student for word in _words(text) for student in self._names.get(word, ()))
        return tuple(named), "name" if named else ""


def _pattern(known: Mapping[str, str]) -> re.Pattern[str]:
    """Return a pattern that finds each as a word of its own, the longest first."""
    words = "|".join(re.escape(one) for one in sorted(known, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<![0-9a-z])(?:{words})(?![0-9a-z])" if words else r"(?!)")


def _letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _variants(name: str) -> set[str]:
    """Return the ways in which platforms write a name: as it is, and with the last name first."""
    parts = name.split()
    found = {
        _letters(name),
        _letters(" ".join([*parts[-1:], *parts[:-1]])),
        _letters(" ".join([*parts[1:], *parts[:1]])),
    }
    return {one for one in found if len(one) > (2 if one.isascii() else 1)}


def _words(text: str) -> set[str]:
    """Return the parts of a file's place that may be a name: between slashes, underscores, and other signs."""
    pieces = [piece for part in PurePosixPath(text).parts for piece in (part, *part.split("_"), *WORD.split(part))]
    return {_letters(piece) for piece in pieces}


def _target(place: Path, student: str, exercise: str) -> Path:
    return place / "submitted" / student / exercise / f"{exercise}.ipynb"


def _put(place: Path, student: str, exercise: str, entry: Entry, *, replace: bool, dry_run: bool) -> str:
    """Put a notebook into its place; return its state, or why it cannot be put there."""
    target = _target(place, student, exercise)
    above = [target, target.parent, target.parent.parent, target.parent.parent.parent]
    if any(path.is_symlink() for path in above) or target.is_dir():
        return t("its place in the course, {path}, is a link or a folder", path=target.relative_to(place).as_posix())
    data = entry.data or b""
    state = "placed"
    if target.exists():
        state = "unchanged" if target.read_bytes() == data else "replaced" if replace else "kept"
    if state in ("placed", "replaced") and not dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.new")
        part.write_bytes(data)
        part.replace(target)
    return state
