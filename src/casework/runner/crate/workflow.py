"""The notebook that was run, as the workflow of a crate: its text, the slots of its parameters and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.core.files import write_text
from casework.core.messages import t
from casework.runner.crate.files import clean_text, regular_files, safe_name
from casework.runner.crate.graph import Graph, linked, local
from casework.runner.crate.sources import CrateRun, unreadable
from casework.runner.crate.terms import input_parameter, language, licence, output_parameter, software, unit_of
from casework.runner.gather import TABLES
from casework.runner.hashing import notebook_sha256
from casework.studies.notebook import notebook_text, read_notebook

COURSE_LICENCE = "MIT"
EXECUTED = "notebook.ipynb"
ADDED_CELLS = {"injected-parameters", "papermill-error-cell-tag"}


def add_workflow(graph: Graph, runs: Sequence[CrateRun]) -> Any:
    """Add the notebook that these runs executed, with the slots of its parameters and results."""
    first = runs[0]
    study, digest = first.study, str(first.manifest["hashes"].get("notebook") or "")
    text, exact = workflow_text(first)
    folder = "workflow/" if graph.crate.mainEntity is None else f"workflow/{safe_name(digest)[:10]}/"
    name = folder + safe_name(first.manifest["notebook"])
    (graph.folder / folder).mkdir(parents=True, exist_ok=True)
    write_text(graph.folder / name, clean_text(text))
    told = [t(study.question)] if study else []
    told += [] if exact else [t("The notebook as it was run, without its outputs.")]
    workflow = graph.workflow(
        name,
        language(graph, first.manifest["environment"]),
        name=t(first.manifest["title"]),
        alternateName=first.manifest["notebook"],
        description=" ".join(told),
        version=digest[:12],
        license=licence(graph, COURSE_LICENCE) if study else None,
    )
    linked(workflow, "softwareRequirements", [software(graph, run.manifest) for run in runs])
    linked(workflow, "input", _inputs(graph, runs))
    linked(workflow, "output", _outputs(graph, runs))
    return workflow


def _inputs(graph: Graph, runs: Sequence[CrateRun]) -> list[Any]:
    all_given = [run.manifest["parameters"] for run in runs]
    names = dict.fromkeys(name for given in all_given for name in given)
    taken = {name: [given[name] for given in all_given if name in given] for name in names}
    return [input_parameter(graph, name, values, runs[0].study) for name, values in taken.items()]


def _outputs(graph: Graph, runs: Sequence[CrateRun]) -> list[Any]:
    items: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        for name, item in run.results.items():
            if item["value"] is not None:
                items.setdefault(name, []).append(item)
    slots = [
        output_parameter(
            graph,
            name,
            [item["value"] for item in found],
            title=_title(found[0], name),
            unit=unit_of(found[0]),
        )
        for name, found in items.items()
    ]
    return slots + [_table_slot(graph, run, path) for run in runs for path in _tables(run)]


def _title(item: Mapping[str, Any], name: str) -> str:
    title = str(item.get("title") or "")
    return t(title) if title not in ("", name) else ""


def _tables(run: CrateRun) -> Iterable[Path]:
    return (path for path in regular_files(run.folder) if path.parent == run.folder / TABLES)


def _table_slot(graph: Graph, run: CrateRun, path: Path) -> Any:
    declared = run.study.result(path.stem) if run.study else None
    return graph.add(
        local("output", path.stem),
        "FormalParameter",
        name=path.stem,
        description=t(declared.title) if declared else None,
        additionalType="File",
    )


def workflow_text(run: CrateRun) -> tuple[str, bool]:
    """Return the notebook that was run, without outputs, and whether it is that to the letter.

    The course's own is taken where it has not changed since; otherwise it is the executed one without its
    outputs and without the cells that the run added.

    Raises
    ------
    RunError
        The executed notebook cannot be read.
    """
    wanted = run.manifest["hashes"].get("notebook")
    if run.study and run.study.notebook.is_file() and notebook_sha256(read_notebook(run.study.notebook)) == wanted:
        return run.study.notebook.read_text(encoding="utf-8"), True
    try:
        notebook = read_notebook(run.folder / EXECUTED)
    except (OSError, ValueError) as error:
        raise unreadable(run.folder / EXECUTED, error) from None
    _as_given(notebook)
    return notebook_text(notebook), notebook_sha256(notebook) == wanted


def _as_given(notebook: Any) -> None:
    """Take from an executed notebook what the run put there."""
    notebook.cells = [cell for cell in notebook.cells if not ADDED_CELLS & set(cell.metadata.get("tags", []))]
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for name in ("papermill", "casework"):
        notebook.metadata.pop(name, None)
