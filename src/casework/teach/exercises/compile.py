"""An exercise as a notebook in nbgrader's format: the author's with solutions, the student's without.

References
----------
nbgrader documentation, "nbgrader cell metadata" (schema version 3); its default markers of solutions and hidden tests.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
from dataclasses import asdict
from typing import Any, Literal

from casework.core.messages import t, use_language
from casework.teach.exercises.model import Exercise, Task

Edition = Literal["source", "student"]
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
LINE = 80  # characters of names in a line
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def compile_notebook(exercise: Exercise, *, edition: Edition = "student", lang: str = "en") -> Any:
    """Return an exercise as a notebook.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    edition : {'source', 'student'}
        With solutions and hidden tests, for `nbgrader generate_assignment` and for graders; or without, for students.
    lang : {'en', 'zh'}
        Language of the prose.

    Returns
    -------
    NotebookNode
        Cells have nbgrader's metadata with checksums, and the same identifiers every time.
    """
    from nbformat.v4 import new_notebook

    with use_language(lang):
        cells = [_prose("title", f"# {t(exercise.title)}\n\n" + _about(exercise))]
        cells += [_prose(f"prose_{place}", t(text)) for place, text in enumerate(exercise.prose)]
        cells.append(_begin(exercise))
        for task in exercise.tasks:
            cells += _task(task, edition)
    for cell in cells:
        cell.metadata.nbgrader["checksum"] = checksum(cell)
        cell.metadata.nbgrader["cell_type"] = cell.cell_type
    about = {"exercise": exercise.name, "text": digest(exercise)}
    return new_notebook(cells=cells, metadata={"kernelspec": dict(KERNEL), "casework": about})


def digest(exercise: Exercise) -> str:
    """Return a short hash of what counts when an exercise is graded: values, cells and checks, not its prose.

    A notebook carries it, so that one made from an earlier text of the exercise is known.
    """
    tasks = [{"name": task.name, "code": task.code, "answer": task.answer} | _counts(task) for task in exercise.tasks]
    parts = [exercise.name, exercise.parameters, exercise.hidden, tasks]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def _counts(task: Task) -> dict[str, Any]:
    said = ("say", "mistakes")
    return {"checks": [{k: v for k, v in asdict(check).items() if k not in said} for check in task.checks]}


def _about(exercise: Exercise) -> str:
    return t(
        "{points:g} points, about {minutes} minutes. Fill in where it says YOUR CODE HERE and run the cell below.",
        points=exercise.points,
        minutes=exercise.minutes,
    )


def _task(task: Task, edition: Edition) -> list[Any]:
    head = t("## {title} ({points:g} points)", title=t(task.title), points=task.points)
    cells = [_prose(f"{task.name}_text", "\n\n".join([head, *(t(text) for text in task.prose)]))]
    cells += [_code(f"{task.name}_code_{place}", text, locked=True) for place, text in enumerate(task.code)]
    answer = task.answer if edition == "source" else task.blank
    cells.append(_code(task.name, answer, solution=True))
    cells.append(_code(f"{task.name}_check", _check(task, edition), locked=True, points=task.points))
    return cells


def _check(task: Task, edition: Edition) -> str:
    call = f'check("{task.name}")'
    if not any(check.hidden for check in task.checks):
        return call
    hidden = [BEGIN_HIDDEN, f'marks = check("{task.name}", hidden=True)', END_HIDDEN] if edition == "source" else []
    return "\n".join([f"marks = {call}", *hidden, "marks"])


def _begin(exercise: Exercise) -> Any:
    names = ", ".join(exercise.given_names())
    comma = "," if len(exercise.given_names()) == 1 else ""
    taken = f"{names}{comma}"
    if len(taken) > LINE:
        taken = "(\n" + textwrap.indent(textwrap.fill(f"{names},", LINE), "    ") + "\n)"
    lines = ["from casework.teach.exercises import begin, check", "", f'{taken} = begin("{exercise.name}")']
    return _code("begin", "\n".join(lines), locked=True)


def _prose(name: str, text: str) -> Any:
    from nbformat.v4 import new_markdown_cell

    return new_markdown_cell(text, id=_identifier(name), metadata=_metadata(name, locked=True))


def _code(name: str, text: str, *, locked: bool = False, solution: bool = False, points: float | None = None) -> Any:
    from nbformat.v4 import new_code_cell

    metadata = _metadata(name, locked=locked, solution=solution, points=points)
    return new_code_cell(text, id=_identifier(name), metadata=metadata)


def _identifier(name: str) -> str:
    return name.replace("_", "-")[:64]


def _metadata(
    name: str, *, locked: bool = False, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    about: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        about["points"] = points
    return {"nbgrader": about} | ({"deletable": False, "editable": False} if locked else {"deletable": False})


def checksum(cell: Any) -> str:
    """Return nbgrader's checksum of a cell: of its text, its kind, its part in grading, its name and points."""
    about = cell.metadata.nbgrader
    locked = not about["solution"] and (about["grade"] or about["locked"])
    parts = [cell.source, cell.cell_type, str(about["grade"]), str(about["solution"]), str(locked), about["grade_id"]]
    if about["grade"]:
        parts.append(str(float(about["points"])))
    return hashlib.md5("".join(parts).encode("utf-8"), usedforsecurity=False).hexdigest()
