"""What an instructor is likely to have overlooked: names that are not in the list, notebooks in a wrong place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from casework.core.checks import nearest
from casework.core.messages import t
from casework.teach.exercises.bank import exercise_names
from casework.teach.grading.class_list import listed_students
from casework.teach.grading.course import submissions

DEEPEST = 4
MOST_FILES = 20_000
MOST_NAMED = 10


def oversights(folder: str | Path, exercise: str) -> tuple[str, ...]:
    """Return what should be looked at before marks are told, in sentences.

    Parameters
    ----------
    folder : path
        The course.
    exercise : str
        Name of the exercise.
    """
    return (*_strangers(folder, exercise), *_astray(folder, exercise))


def _strangers(folder: str | Path, exercise: str) -> Iterator[str]:
    """Say who handed in and is not in the list: a misspelt name has other values, and so no right answer."""
    listed = listed_students(folder)
    if not listed:
        return
    handed_in = [name for name, _ in submissions(folder, exercise)]
    missing = [name for name in listed if name not in handed_in]
    for name in [name for name in handed_in if name not in listed][:MOST_NAMED]:
        said = t("submitted/{name}: this name is not in students.csv, and the values are those of the name.", name=name)
        near = nearest(name, missing)
        yield f"{said} {near}" if near else said


def _astray(folder: str | Path, exercise: str) -> Iterator[str]:
    """Say which notebooks lie where nothing is looked for."""
    base = Path(folder) / "submitted"
    wanted = f"submitted/STUDENT/{exercise}/{exercise}.ipynb"
    lost = [inside for inside in _notebooks(base) if _is_astray(inside, exercise)]
    for inside in lost[:MOST_NAMED]:
        where = Path("submitted", *inside).as_posix()
        yield t("{file}: this notebook is not graded; it belongs into {place}.", file=where, place=wanted)
    if len(lost) > MOST_NAMED:
        yield t("{n} more notebooks lie in wrong places.", n=len(lost) - MOST_NAMED)


def _notebooks(base: Path) -> Iterator[tuple[str, ...]]:
    """Yield the places of notebooks below a folder, links not followed, in their order."""
    seen = 0
    for path, folders, names in os.walk(base):
        inside = Path(path).relative_to(base).parts
        folders[:] = sorted(one for one in folders if not one.startswith(".")) if len(inside) < DEEPEST else []
        for name in sorted(names):
            seen += 1
            if seen > MOST_FILES:
                return
            if name.lower().endswith(".ipynb") and not name.startswith("."):
                yield (*inside, name)


def _is_astray(inside: tuple[str, ...], exercise: str) -> bool:
    """Say whether a notebook seems to be of this exercise and is not in its place; what is right has three parts."""
    if len(inside) == 3:
        _, own, name = inside
        return own.casefold() == exercise.casefold() and (own, name) != (exercise, f"{exercise}.ipynb")
    other = Path(inside[-1]).stem in exercise_names() and Path(inside[-1]).stem != exercise
    return exercise in inside[:-1] or (len(inside) < 3 and not other)
