"""Where the course lies: the notebooks and the bundled data."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from casework.core.errors import RunError

COURSE_VARIABLE = "CASEWORK_COURSE"
RUN_VARIABLE = "CASEWORK_RUN"  # set where a notebook is executed for a report, not by a person
DRAWN_VARIABLE = "CASEWORK_DRAWN"  # in a run: the folder of the pictures that were drawn before


@lru_cache(maxsize=1)
def course_root() -> Path:
    """Return the folder that holds `notebooks/` and `datasets/`.

    It is the one named by the environment variable `CASEWORK_COURSE`, else the project's checkout, else
    the copy inside the installed package.

    Raises
    ------
    RunError
        No such folder is found.
    """
    package = Path(__file__).resolve().parents[1]
    named = os.environ.get(COURSE_VARIABLE)
    candidates = [Path(named)] if named else [package.parents[1], package / "_course"]
    for candidate in candidates:
        if (candidate / "notebooks").is_dir() and (candidate / "datasets").is_dir():
            return candidate
    raise RunError(f"no course (notebooks/ and datasets/) found in {', '.join(map(str, candidates))}")


def notebooks_folder() -> Path:
    """Return the folder of the course's notebooks."""
    return course_root() / "notebooks"


def datasets_folder() -> Path:
    """Return the folder of the bundled data sets."""
    return course_root() / "datasets"


def exercises_folder() -> Path:
    """Return the folder of the exercises' texts."""
    return course_root() / "exercises"


def quizzes_folder() -> Path:
    """Return the folder of the banks of questions."""
    return course_root() / "quizzes"


def glossary_folder() -> Path:
    """Return the folder of the glossary."""
    return course_root() / "glossary"
