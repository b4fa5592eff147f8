"""Look for what students must not find in what they get: hidden values, the course's key, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.teach.exercises.values import decode, encode
from casework.teach.exercises.variant import make_variant
from casework.teach.grading.rehearsal_kinds import Material

DIGITS = 4  # figures that nobody writes by chance
PICTURE = re.compile(r"data:[\w/+-]+;base64,[\w/+=]+")
ACTIVE = re.compile(r"<script|<iframe|<object|<[^>]*\son\w+\s*=|javascript:", re.IGNORECASE)
LARGEST = 64 << 20


def leaks(course: Path, material: Material) -> Iterator[str]:
    """Yield the files of a student in which something stands that is not for students, and what it is.

    Parameters
    ----------
    course : Path
        The course.
    material : Material
        Whose files: feedback, what nbgrader makes of submissions, and the handout.
    """
    variant = make_variant(material.exercise.name, material.student, salt=material.salt)
    keys = [material.salt, str(variant.hidden_seed)]
    secret = [re.compile(rf"(?<![\d.]){re.escape(text)}(?!\d)") for text in hidden_texts(material)]
    for path in _files(course, material):
        name = path.relative_to(course).as_posix()
        text = PICTURE.sub("", path.read_bytes()[:LARGEST].decode("utf-8", errors="replace"))
        if any(key in text for key in keys):
            yield t("{file}: the key", file=name)
        if any(pattern.search(text) for pattern in secret):
            yield t("{file}: a hidden value", file=name)
        if name.startswith("feedback/") and ACTIVE.search(text):
            yield t("{file}: a script", file=name)


def _files(course: Path, material: Material) -> Iterator[Path]:
    for part in ("feedback", "autograded", "handout"):
        folder = course / part / material.student / material.exercise.name
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".db")


def hidden_texts(material: Material) -> set[str]:
    """Return how the hidden values and arguments of a student may be written, less what the student is shown anyway."""
    solved = material.solved()
    hidden, shown = set[str](), {form for value in _values(dict(solved.given)) for form in _forms(value)}
    for task in material.exercise.tasks:
        for check, wanted in zip(task.checks, solved.expected[task.name], strict=True):
            if wanted is None:
                continue
            values = [decode(coded) for coded in (*wanted.values, *wanted.arguments)]
            forms = {form for value in values for one in _values(value) for form in _forms(one)}
            forms |= {repr(tuple(decode(items))) for items in wanted.arguments if len(decode(items)) > 1}
            (hidden if check.hidden else shown).update(forms)
    return hidden - shown


def _values(value: Any) -> Iterator[float]:
    """Yield the numbers in a value."""
    if isinstance(value, bool | str):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _values(item)
    elif isinstance(value, list | tuple | frozenset | set):
        for item in value:
            yield from _values(item)
    elif hasattr(value, "shape"):
        yield from _values(decode(encode(value)))


def _forms(value: float) -> set[str]:
    """Return how a number may be written, where it has figures enough to be known again."""
    forms = {repr(value), f"{value:g}", f"{value:,}"}
    if isinstance(value, float):
        forms |= {f"{value:.2f}", f"{value:.4f}", f"{value:.6f}"}
    return {form for form in forms if len(re.sub(r"\D", "", form).strip("0")) >= DIGITS}
