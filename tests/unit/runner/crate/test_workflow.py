"""The notebook that was run: the course's own to the letter, or the executed one without what the run added."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.core.errors import RunError
from casework.runner.crate.graph import Graph
from casework.runner.crate.sources import read_run
from casework.runner.crate.workflow import add_workflow, workflow_text
from casework.runner.hashing import notebook_sha256
from casework.studies.notebook import read_notebook
from casework.studies.registry import get_study


def test_an_own_notebook_is_given_back_without_outputs(make_run: Callable[..., Path]) -> None:
    text, exact = workflow_text(read_run(make_run("a-1")))
    assert exact
    cells = json.loads(text)["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "code"]
    assert all(cell["outputs"] == [] for cell in cells[1:])


def test_a_notebook_that_is_another_is_said_to_be_as_it_was_run(make_run: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_run("a-1")
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["hashes"]["notebook"] = "0" * 64
    (folder / "run.json").write_text(json.dumps(manifest))
    assert not workflow_text(read_run(folder))[1]
    (tmp_path / "crate").mkdir()
    assert "as it was run" in add_workflow(Graph(tmp_path / "crate"), [read_run(folder)])["description"]


def test_the_notebook_of_the_course_is_taken_where_it_has_not_changed(make_run: Callable[..., Path]) -> None:
    kano = get_study("kano")
    run = read_run(make_run("a-1", study="kano", module="voice", notebook="kano.ipynb"))
    assert "# Own" in workflow_text(run)[0]
    run.manifest["hashes"]["notebook"] = notebook_sha256(read_notebook(kano.notebook))
    assert workflow_text(run) == (kano.notebook.read_text(encoding="utf-8"), True)


def test_a_notebook_that_cannot_be_read(make_run: Callable[..., Path]) -> None:
    folder = make_run("a-1")
    (folder / "notebook.ipynb").write_text("{")
    with pytest.raises(RunError, match=r"notebook\.ipynb: it cannot be read"):
        workflow_text(read_run(folder))


def test_slots_of_all_runs(make_run: Callable[..., Path], tmp_path: Path) -> None:
    runs = [
        read_run(make_run("a-1", parameters={"x": 1})),
        read_run(
            make_run("b-2", parameters={"x": 1.5, "z": "t"}, results={"n": {"value": 3}, "none": {"value": None}})
        ),
    ]
    (tmp_path / "crate").mkdir()
    workflow = add_workflow(Graph(tmp_path / "crate"), runs)
    assert {item["name"]: item["additionalType"] for item in workflow["input"]} == {
        "x": ["Float", "Integer"],
        "z": "Text",
    }
    found = {item["name"]: item["additionalType"] for item in workflow["output"]}
    assert found == {"y": "Float", "n": "Integer", "shares": "File"}
