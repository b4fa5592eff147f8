"""The tables and pages of a sweep in its crate."""

from __future__ import annotations

import json
from pathlib import Path

from casework.core.files import write_text
from casework.core.messages import t, tn
from casework.runner.crate.files import clean_value, regular_files, stage
from casework.runner.crate.graph import Graph, local
from casework.runner.crate.runs import RunParts
from casework.runner.crate.sources import SWEEP, Source
from casework.runner.crate.terms import COMPLETED, software, times

LINKS = ('href="', 'src="')


def add_sweep(graph: Graph, source: Source, parts: list[RunParts], agent: object) -> object:
    """Add the tables and pages of a sweep, as made by casework from the results of its runs."""
    action = local("sweep", source.folder.name)
    results = []
    for path in regular_files(source.folder):
        if path.parent != source.folder:
            continue
        target = stage(path, graph.folder / path.name)
        if path.name == SWEEP:
            write_text(target, json.dumps(clean_value(source.sweep), indent=2, ensure_ascii=False) + "\n")
            graph.file(path.name, description=t("Runs and parameters of the sweep"), about={"@id": action})
            continue
        if path.suffix == ".html":
            _move_links(target, source.moved)
        results.append(graph.file(path.name))
    return graph.add(
        action,
        "CreateAction",
        name=t("Sweep {name}", name=source.folder.name),
        description=counts(source),
        startTime=min(times(run.manifest)[0] for run in source.runs),
        endTime=max(times(run.manifest)[1] for run in source.runs),
        actionStatus=COMPLETED,
        instrument=software(graph, source.runs[0].manifest),
        agent=agent,
        object=[part.results for part in parts if part.results is not None],
        result=results,
    )


def _move_links(page: Path, moved: dict[str, str]) -> None:
    """Let the links of a page lead to where the runs are in the crate."""
    text = page.read_text(encoding="utf-8")
    for before, after in sorted(moved.items(), key=lambda item: len(item[0]), reverse=True):
        for link in LINKS:
            text = text.replace(f"{link}{before.rstrip('/')}/", link + after)
    write_text(page, text)


def counts(source: Source) -> str:
    """Say how many runs are in the crate, and how many of the sweep are not."""
    told = tn("{n} run", "{n} runs", len(source.runs))
    if not source.left_out:
        return told
    return t("{runs}; not whole and left out: {n}", runs=told, n=source.left_out)
