"""The exercises that come with the course, each a text in `exercises/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.paths import exercises_folder
from casework.teach.exercises.model import Exercise
from casework.teach.exercises.parsing import parse_exercise


def exercise_names() -> tuple[str, ...]:
    """Return the names of the bundled exercises."""
    return tuple(sorted(path.stem for path in exercises_folder().glob("*.md")))


@lru_cache(maxsize=64)
def get_exercise(name: str) -> Exercise:
    """Return a bundled exercise, or one from a file.

    Parameters
    ----------
    name : str
        Name of a bundled exercise, or path of a text `.md`.

    Raises
    ------
    ParameterError
        No such exercise.
    DataError
        The text is not an exercise: all problems at once.
    """
    path = Path(name) if name.endswith(".md") else exercises_folder() / f"{name}.md"
    if not path.is_file() or (not name.endswith(".md") and name not in exercise_names()):
        found = t("no exercise is called {name}", name=repr(name))
        raise ParameterError(Problem(t("exercise"), found, fix=suggest(name, exercise_names())))
    return parse_exercise(path.read_text(encoding="utf-8"), where=path.name)
