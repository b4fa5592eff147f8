"""Export a run or a sweep as a Workflow Run RO-Crate: everything that others need to see how results were made."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from casework.core.errors import RunError
from casework.core.messages import t, use_language
from casework.runner.crate.files import pack
from casework.runner.crate.graph import Graph, linked, local
from casework.runner.crate.runs import RunParts, add_run
from casework.runner.crate.sources import CrateRun, Source, find_source
from casework.runner.crate.sweeps import add_sweep, counts
from casework.runner.crate.terms import licence, times
from casework.runner.crate.workflow import add_workflow

REPORTS = "reports"
LINKS = ('href="', 'src="')


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the caller decides about a crate."""

    out: Path
    include_data: bool
    agent: str
    licence: str


def export_crate(
    name: str,
    *,
    out: str | Path = REPORTS,
    to: str | Path | None = None,
    include_data: bool = False,
    agent: str = "",
    licence: str = "",
) -> Path:
    """Write a run or a sweep as a Workflow Run RO-Crate.

    The same run gives the same crate, to the byte. Folders of the machine and passwords in addresses are left out.

    Parameters
    ----------
    name : str
        Folder or identifier of a run, or of a sweep: then all its runs that are whole go into one crate.
    out : str or Path
        Where the reports are.
    to : str or Path, optional
        A ZIP file (`.zip`) or a new folder; by default a ZIP file beside the run.
    include_data : bool
        Copy data of your own too; bundled data are always copied.
    agent : str
        Name of the person who made the run; empty to name nobody.
    licence : str
        Licence of the crate: an SPDX name such as `CC-BY-4.0`, or words. Empty for that of its parts.

    Returns
    -------
    Path
        The ZIP file or folder.

    Raises
    ------
    RunError
        No such run, no run of a sweep is whole, the place is taken or cannot be written, or data that
        were to be copied are not there any more.

    Examples
    --------
    >>> export_crate("kano_phone_plan-578db47632", to="kano.crate.zip")  # doctest: +SKIP
    PosixPath('kano.crate.zip')
    """
    place = Path(out).resolve()
    source = find_source(name, place)
    target = Path(to) if to is not None else source.folder.with_name(f"{source.folder.name}.crate.zip")
    options = Options(out=place, include_data=include_data, agent=agent.strip(), licence=licence.strip())
    _check_target(target, free=to is not None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".casework-crate-", dir=target.parent) as scratch:
            folder = Path(scratch) / "crate"
            folder.mkdir()
            with use_language(_language(source)):
                fill(Graph(folder), source, options)
            _deliver(folder, target)
    except OSError as error:
        raise RunError(
            t("{path}: it cannot be written ({reason})", path=target, reason=error.strerror or "")
        ) from error
    return target


def _language(source: Source) -> str:
    """Return the language of the first run: a crate speaks as its reports do, whoever exports it."""
    return str(source.runs[0].manifest["lang"]) if source.runs[0].manifest["lang"] in ("en", "zh") else "en"


def _check_target(target: Path, *, free: bool) -> None:
    empty = target.is_dir() and target.suffix.lower() != ".zip" and not any(target.iterdir())
    if free and target.exists() and not empty:
        raise RunError(t("{path} exists already; name another place", path=target))


def _deliver(folder: Path, target: Path) -> None:
    """Put a finished crate in its place, whole."""
    if target.suffix.lower() == ".zip":
        archive = folder.with_name("crate.zip")
        pack(folder, archive)
        archive.replace(target)
        return
    if target.is_dir():
        target.rmdir()
    folder.rename(target)


def fill(graph: Graph, source: Source, options: Options) -> None:
    """Put files and entities of a run or sweep into a crate, and write its metadata."""
    agent = graph.add(local("agent", options.agent), "Person", name=options.agent) if options.agent else None
    by_notebook: dict[str, list[CrateRun]] = {}
    for run in source.runs:
        by_notebook.setdefault(str(run.manifest["hashes"].get("notebook")), []).append(run)
    parts: list[RunParts] = []
    for runs in by_notebook.values():
        workflow = add_workflow(graph, runs)
        parts += [
            add_run(graph, run, workflow, agent=agent, out=options.out, include_data=options.include_data)
            for run in runs
        ]
    actions = [part.action for part in parts]
    if source.sweep is not None:
        actions.append(add_sweep(graph, source, parts, agent))
    linked(graph.root, "mentions", actions)
    _describe_root(graph, source, options, parts, agent)
    graph.write()


def _describe_root(graph: Graph, source: Source, options: Options, parts: list[RunParts], agent: object) -> None:
    first = source.runs[0].manifest
    title, name = t(first["title"]), source.folder.name
    ends = [times(run.manifest)[1] for run in source.runs]
    graph.describe_root(
        name=t("{title}: {run}", title=title, run=name),
        description=_description(source, title),
        datePublished=max(ends),
        license=licence(graph, options.licence or _common_licence(parts)),
        author=agent,
    )


def _description(source: Source, title: str) -> str:
    if source.sweep is None:
        return t("A run of the notebook '{title}': notebook, parameters, data, results and report.", title=title)
    return t("Runs of the notebook '{title}' with varied parameters: {counts}.", title=title, counts=counts(source))


def _common_licence(parts: list[RunParts]) -> str:
    """Licence of all parts; nothing is stated where one part states none."""
    names = {name for part in parts for name in part.licences}
    if "" in names:
        return ""
    return names.pop() if len(names) == 1 else t("Each part has its own licence; see there.")
