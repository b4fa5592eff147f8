import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.compile import compile_notebook

EXERCISE = "supply_chain"


def answered(**answers: str) -> dict[str, Any]:
    """Return the student's notebook with the author's solutions, or with other answers by task."""
    exercise = get_exercise(EXERCISE)
    notebook = copy.deepcopy(compile_notebook(exercise))
    for cell in notebook.cells:
        name = cell.metadata.nbgrader["grade_id"]
        if any(task.name == name for task in exercise.tasks):
            cell.source = answers.get(name, exercise.task(name).answer)
    return json.loads(json.dumps(notebook))


@pytest.fixture
def submit(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that puts a submission into a course folder."""

    def put(student: str, notebook: Any) -> Path:
        folder = tmp_path / "submitted" / student / EXERCISE
        folder.mkdir(parents=True)
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        (folder / f"{EXERCISE}.ipynb").write_text(text, encoding="utf-8")
        return folder / f"{EXERCISE}.ipynb"

    return put
