"""One run in a crate: its files, the values that went in and came out, and the action that ties them together."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.crate.data import add_data
from casework.runner.crate.files import clean_value, regular_files, stage
from casework.runner.crate.graph import Graph, linked, local
from casework.runner.crate.sources import CrateRun
from casework.runner.crate.terms import (
    plain,
    status,
    times,
    unit_of,
    value_of,
)
from casework.runner.crate.workflow import COURSE_LICENCE
from casework.runner.folders import MANIFEST
from casework.runner.gather import RESULTS, TABLES

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TRACES = {MANIFEST, "log.txt"}  # written about a run, not by it


@dataclass(frozen=True, kw_only=True)
class RunParts:
    """What was added for one run: its action, its file of results, the licences of what went in."""

    action: Any
    results: Any | None
    licences: frozenset[str]


def add_run(graph: Graph, run: CrateRun, workflow: Any, *, agent: Any, out: Path, include_data: bool) -> RunParts:
    """Add a run: its files, the values that went in and came out, and the action that ties them together.

    Raises
    ------
    RunError
        Data that were to be copied are not there any more.
    """
    identifier = local("run", run.folder.name)
    files = _add_files(graph, run, identifier)
    start, end = times(run.manifest)
    action = graph.add(
        identifier,
        "CreateAction",
        name=t("Run {run} of {study}", run=run.manifest["run_id"], study=run.manifest["study"]),
        description=command(run),
        identifier=run.manifest["run_id"],
        startTime=start,
        endTime=end,
        **status(run.manifest),
        instrument=workflow,
        agent=agent,
        environment=_environment(graph, run),
    )
    data, licences = add_data(graph, run, out, include_data=include_data)
    linked(action, "object", _input_values(graph, run, data) + data)
    made = [entity for name, entity in files.items() if name not in TRACES]
    linked(action, "result", made + _output_values(graph, run))
    return RunParts(
        action=action, results=files.get(RESULTS), licences=licences | {COURSE_LICENCE if run.study else ""}
    )


def command(run: CrateRun) -> str:
    """Return the command line that asks for this run.

    Only what differs from the study's defaults is named.
    """
    manifest, defaults = run.manifest, run.study.defaults() if run.study else {}
    words = ["casework", "run", manifest["study"] if run.study else manifest["notebook"]]
    for name, value in clean_value(manifest["parameters"]).items():
        if name not in defaults or value != defaults[name]:
            words += ["--data", str(value)] if name == "data" and run.data else ["-p", f"{name}={plain(value)}"]
    return shlex.join([*words, *([] if manifest["lang"] == "en" else ["--lang", manifest["lang"]])])


def _environment(graph: Graph, run: CrateRun) -> list[Any]:
    """Return the variables of the environment that decide the last digits of a result."""
    threads = run.manifest["environment"].get("threads")
    if threads is None:
        return []
    value = str(threads)
    return [graph.add(local("environment", name, value), "PropertyValue", name=name, value=value) for name in THREADS]


def _add_files(graph: Graph, run: CrateRun, action: str) -> dict[str, Any]:
    """Add the files of a run, by their names in its folder; tables are values of the slots of their names."""
    found: dict[str, Any] = {}
    told = _file_titles()
    for path in regular_files(run.folder):
        inside = path.relative_to(run.folder).as_posix()
        name = run.prefix + inside
        stage(path, graph.folder / name)
        slot = {"@id": local("output", path.stem)} if path.parent == run.folder / TABLES else None
        found[inside] = graph.file(
            name,
            description=told.get(inside),
            about={"@id": action} if inside in TRACES else None,
            exampleOfWork=slot,
            inLanguage=run.manifest["lang"] if path.suffix in (".html", ".pdf", ".docx", ".ipynb") else None,
        )
    return found


def _file_titles() -> dict[str, str]:
    """Return what the files of a run are."""
    return {
        "notebook.ipynb": t("The executed notebook"),
        "report.html": t("The report"),
        "report.pdf": t("The report"),
        "report.docx": t("The report"),
        RESULTS: t("Published values"),
        MANIFEST: t("Manifest of the run: inputs, hashes, versions"),
        "log.txt": t("Log of the run"),
    }


def _input_values(graph: Graph, run: CrateRun, data: list[Any]) -> list[Any]:
    """Return the values of the parameters; a file in the crate is itself the value of `data`."""
    realised = {entity["exampleOfWork"].id for entity in data if "exampleOfWork" in entity}
    return [
        value_of(graph, graph.crate.get(local("input", name)), name, value)
        for name, value in run.manifest["parameters"].items()
        if local("input", name) not in realised
    ]


def _output_values(graph: Graph, run: CrateRun) -> list[Any]:
    found = []
    for name, item in run.results.items():
        if item["value"] is not None:
            slot = graph.crate.get(local("output", name))
            found.append(value_of(graph, slot, name, item["value"], run.folder.name, name, unit=unit_of(item)))
    return found
