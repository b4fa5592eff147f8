"""A submitted notebook, read without trust and put in order: what is the exercise's is the exercise's again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.teach.exercises.model import Exercise

LARGEST = 16 << 20  # [bytes]
MOST_CELLS = 2000
CHECK = "_check"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A cell to run, or, with a task, the place where its answers are taken.

    Attributes
    ----------
    code : str
        What is run; empty where answers are taken.
    task : str
        Whose answers are taken here; empty for code.
    own : bool
        Written by the student; what it shows is part of the feedback.
    name : str
        `grade_id` of the cell, empty for cells that the student added.
    """

    code: str = field(default="", repr=False)
    task: str = ""
    own: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a student handed in, ready to run.

    Attributes
    ----------
    steps : tuple of Step
        In their order.
    blank : frozenset of str
        Tasks whose answer is as it was handed out.
    remarks : tuple of str
        What was put in order: cells restored, missing, doubled.
    """

    steps: tuple[Step, ...]
    blank: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


class UnreadableError(Exception):
    """The file is not a notebook that can be graded; the text says why."""


def read_submission(path: Path, exercise: Exercise, master: Any) -> Submission:
    """Read a submitted notebook and put it in order.

    Parameters
    ----------
    path : Path
        The file.
    exercise : Exercise
        What it answers.
    master : NotebookNode
        The exercise as it was handed out.

    Raises
    ------
    UnreadableError
        It is missing, too large, not a notebook, or a notebook of something else.
    """
    cells, about = read_notebook(path)
    if isinstance(about.get("exercise"), str) and about["exercise"] != exercise.name:
        raise UnreadableError(t("it is a notebook of the exercise {name}", name=about["exercise"][:80]))
    text = master.metadata.get("casework", {}).get("text")
    return arrange(cells, exercise, master, earlier=about.get("text", text) != text)


def read_notebook(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Read a notebook that is not trusted; return its cells, and what casework noted in it when it was handed out.

    Raises
    ------
    UnreadableError
        It is missing, too large, or not a notebook.
    """
    if path.is_symlink() or not path.is_file():
        raise UnreadableError(_absent(path))
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableError(t("the file is larger than {n} MiB", n=LARGEST >> 20))
        return parse_notebook(path.read_bytes())
    except OSError:
        raise UnreadableError(t("it is not a notebook")) from None


def parse_notebook(data: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the cells of a notebook and what casework noted in it; as `read_notebook`, from its bytes."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError(t("it is not a notebook")) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableError(t("it is not a notebook"))
    if len(cells) > MOST_CELLS:
        raise UnreadableError(t("it has more than {n} cells", n=MOST_CELLS))
    metadata = notebook.get("metadata")
    about = metadata.get("casework") if isinstance(metadata, dict) else None
    return cells, about if isinstance(about, dict) else {}


def _absent(path: Path) -> str:
    """Say that a file is not there, and which notebook is there in its place."""
    others = [] if path.parent.is_symlink() else sorted(path.parent.glob("*.ipynb"))[:1]
    if others and others[0] != path:
        return t("there is no file {name}, but there is {other}", name=path.name, other=others[0].name)
    return t("there is no file {name}", name=path.name)


def arrange(cells: list[dict[str, Any]], exercise: Exercise, master: Any, *, earlier: bool = False) -> Submission:
    """Put the cells of a submission in order, against the notebook that was handed out.

    Where it was made from an earlier text of the exercise that is said once, and not of each cell that it was changed.
    """
    originals = {cell.metadata.nbgrader["grade_id"]: cell for cell in master.cells}
    kept, remarks = _once([(_grade_id(cell), cell) for cell in cells], originals)
    if not any(name for name, _ in kept):
        raise UnreadableError(t("it is not a notebook of this exercise"))
    ordered = _with_missing(kept, list(originals), remarks)
    if earlier:
        remarks = [t("it was handed out from an earlier text of the exercise; the present one counts")]
    tasks = {task.name: task for task in exercise.tasks}
    steps = []
    blank = set()
    for name, cell in ordered:
        source = None if cell is None else _source(cell)
        step = _step(name, source, originals.get(name), tasks, own=cell is not None and cell.get("cell_type") == "code")
        if step is not None:
            steps.append(step)
        if name in tasks and (source or "").strip() in ("", originals[name].source.strip()):
            blank.add(name)
        restored = name and name not in tasks and source is not None and _differs(source, originals[name])
        if restored and not earlier:
            remarks.append(t("cell {name} had been changed; it was put back as it was handed out", name=name))
    return Submission(steps=tuple(steps), blank=frozenset(blank), remarks=tuple(remarks))


def _step(name: str, source: str | None, original: Any, tasks: Mapping[str, Any], *, own: bool) -> Step | None:
    """Return what a cell means for the run: answers to take, the student's code, the exercise's code, or nothing."""
    task = name.removesuffix(CHECK)
    if name.endswith(CHECK) and task in tasks:
        return Step(task=task, name=name)
    if name in tasks:
        return Step(code=source or "", own=True, name=name)
    if original is not None:
        return Step(code=original.source, name=name) if original.cell_type == "code" else None
    return Step(code=source or "", own=True) if own else None


def _differs(source: str, original: Any) -> bool:
    return bool(original.cell_type == "code" and source.strip() != original.source.strip())


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else ""


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def _once(
    cells: list[tuple[str, dict[str, Any]]], originals: dict[str, Any]
) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """Return the cells under their names; of copies the last keeps it, the others are cells of the student's own."""
    seen: set[str] = set()
    kept, doubled = [], []
    for name, cell in reversed(cells):
        known = name in originals and cell.get("cell_type") == originals[name].cell_type
        if known and name in seen:
            doubled.append(name)
        kept.append((name if known and name not in seen else "", cell))
        seen.add(name)
    remarks = [t("cell {name} is there more than once; the last counts", name=name) for name in dict.fromkeys(doubled)]
    return kept[::-1], remarks


def _with_missing(
    kept: list[tuple[str, dict[str, Any]]], names: list[str], remarks: list[str]
) -> list[tuple[str, dict[str, Any] | None]]:
    """Return the cells with those that were deleted put back behind the one before them."""
    ordered: list[tuple[str, dict[str, Any] | None]] = [*kept]
    for place, name in enumerate(names):
        if any(have == name for have, _ in ordered):
            continue
        before = names[place - 1] if place else ""
        at = next((k + 1 for k, (have, _) in enumerate(ordered) if before and have == before), 0)
        ordered.insert(at, (name, None))
        remarks.append(t("cell {name} had been deleted; it was put back", name=name))
    return ordered
