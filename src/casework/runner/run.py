"""One run of a study or notebook: checked, executed, gathered, reported, and put in its place whole."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casework.core.errors import DataError, RunError
from casework.core.files import write_text
from casework.core.messages import t, use_language
from casework.runner import caching, folders, gather, hashing, manifest
from casework.runner.cache.pictures import pictures_folder
from casework.runner.cache.store import default_root
from casework.runner.data import find_facts, known_facts
from casework.runner.plan import Plan, Request, make_plan, make_request
from casework.runner.secrets import redact, redact_file
from casework.runner.supervise import Execute, Outcome, Progress, execute, run_environment
from casework.studies.cases import is_student, of_variant
from casework.studies.notebook import notebook_text, read_notebook
from casework.studies.translation import translate_notebook

REPORTS = "reports"
NOTEBOOK = "notebook.ipynb"
INPUT = "input.ipynb"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """A finished run: where it lies, how it ended, what it found.

    Attributes
    ----------
    folder : Path
        The run's folder: `report.html`, `notebook.ipynb`, `results.json`, `tables/`, `run.json`, `log.txt`.
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        The suite's own status.
    results : dict
        Published scalars and texts by name: `{"value", "unit", "title", "kind"}`.
    manifest : dict
        The content of `run.json`.
    cached : bool
        Taken from the cache: nothing was executed.
    """

    folder: Path
    status: str
    results: dict[str, Any]
    manifest: dict[str, Any]
    cached: bool = False

    @property
    def report(self) -> Path:
        """Path of the HTML report."""
        return self.folder / "report.html"

    def value(self, name: str) -> Any:
        """Return the value of one published result."""
        return self.results[name]["value"]

    def table(self, name: str) -> Any:
        """Return one published table as a frame."""
        import pandas as pd

        return pd.read_parquet(self.folder / gather.TABLES / f"{name}.parquet")


def run(
    study: str | Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    data: str | Path | None = None,
    params_file: str | Path | None = None,
    out: str | Path = REPORTS,
    formats: Sequence[str] = ("html",),
    lang: str = "en",
    with_code: bool = False,
    timeout: float | None = None,
    progress: Progress | None = None,
    update_index: bool = True,
    fresh: bool = False,
    cache: str | Path | None = "",
) -> RunRecord:
    """Run a study on data and write its report.

    Parameters
    ----------
    study : str or Path
        Name of a study, or path of a notebook of your own.
    parameters : mapping, optional
        Parameters by name; they win over the file's.
    data : str or Path, optional
        Bundled name, file or SQL address.
    params_file : str or Path, optional
        YAML or JSON file of parameters.
    out : str or Path
        Where reports go; the run's own folder appears there when it is whole.
    formats : sequence of {'html', 'pdf', 'docx'}
        HTML is always made; the others are made from it.
    lang : {'en', 'zh'}
        Language of the whole report; numbers do not change.
    with_code : bool
        Keep the code in the report, folded.
    timeout : float, optional
        [s] for the whole run, above 0.
    progress : callable, optional
        Called with (cells begun, cells in all).
    update_index : bool
        Write the index of all runs anew.
    fresh : bool
        Execute, even where the cache has the run.
    cache : str or Path, optional
        Folder of the cache; None for no cache. By default the user's own (`CASEWORK_CACHE`).

    Returns
    -------
    RunRecord
        Also for a run that failed: look at `status`.

    Raises
    ------
    ParameterError, DataError
        The input is wrong; nothing was run.
    RunError
        The output folder or a tool for a format is missing; nothing was run.

    Examples
    --------
    >>> record = run("kano", {"resamples": 200}, out=getfixture("tmp_path"))  # doctest: +SKIP
    >>> record.status  # doctest: +SKIP
    'ok'
    """
    request = make_request(
        study,
        parameters=parameters,
        params_file=params_file,
        data=data,
        lang=lang,
        formats=formats,
        with_code=with_code,
        timeout=timeout,
    )
    return run_request(
        request, out=out, progress=progress, update_index=update_index, fresh=fresh, cache=cache_folder(cache)
    )


def cache_folder(cache: str | Path | None) -> Path | None:
    """Return the folder of the cache that a caller means: a path, None for none, an empty text for the user's own."""
    return default_root() if cache == "" else None if cache is None else Path(cache).absolute()


def run_request(
    request: Request,
    *,
    out: str | Path = REPORTS,
    progress: Progress | None = None,
    update_index: bool = True,
    fresh: bool = False,
    cache: Path | None = None,
) -> RunRecord:
    """Run what was asked for and checked by `make_request`.

    Parameters
    ----------
    request : Request
        What to run; its parameters are checked.
    out, progress, update_index, fresh
        As for `run`.
    cache : Path, optional
        Folder of the cache; without one, runs are neither taken from a cache nor kept.

    Raises
    ------
    DataError
        The data are wrong; nothing was run.
    RunError
        The output folder or a tool for a format is missing; nothing was run.
    """
    check_tools(request.formats)
    with use_language(request.lang):
        place = Path(out).resolve()
        record = None if fresh else cached_record(request, place, cache)
        if record is None:
            return _execute(request, place, progress, cache, update_index, fresh=fresh)
        if update_index:
            _write_index(place)
    return record


def _write_index(out: Path) -> None:
    from casework.runner.listing import write_index

    write_index(out)


def cached_record(request: Request, out: Path, root: Path | None) -> RunRecord | None:
    """Return a run from the cache, put into its place; None where it must be executed."""
    known = known_facts(request, root)
    if root is None or known is None:
        return None
    plan = make_plan(request, known)
    entry = caching.find(plan, root)
    place = out / request.name / plan.run_id
    if entry is None:
        return None
    folders.check_out(out)
    if not caching.give_back(entry, place, root, data_location(plan, out)):
        return None
    return read_record(place, cached=True)


def _execute(
    request: Request, out: Path, progress: Progress | None, cache: Path | None, update_index: bool, *, fresh: bool
) -> RunRecord:
    """Run in a fork of the template, or here in a normal kernel where there is none."""
    from casework.runner.engines import run_warm

    answer = run_warm(request, out, progress, cache, index=update_index, fresh=fresh)
    if answer is None:
        plan = make_plan(request, find_facts(request, cache))
        folders.check_out(out)
        record = execute_plan(plan, out, progress=progress, cache=cache, fresh=fresh)
        if update_index:
            _write_index(out)
        return record
    if answer["folder"] is None:
        raise RunError(t("the run was stopped before it began"))
    return read_record(Path(answer["folder"]))


def read_record(folder: Path, *, cached: bool = False) -> RunRecord:
    """Return the record of a run that stands in its place."""
    content = json.loads((folder / folders.MANIFEST).read_text(encoding="utf-8"))
    results = json.loads((folder / gather.RESULTS).read_text(encoding="utf-8"))
    return RunRecord(folder=folder, status=content["status"], results=results, manifest=content, cached=cached)


def check_tools(formats: Sequence[str]) -> None:
    """Say what a format needs and is not there, before anything runs."""
    if "pdf" in formats:
        from casework.report.pdf import check_browser

        check_browser()
    if "docx" in formats:
        from casework.report.docx import check_pandoc

        check_pandoc()


def execute_plan(
    plan: Plan,
    out: Path,
    *,
    progress: Progress | None = None,
    run_cells: Execute = execute,
    cache: Path | None = None,
    fresh: bool = False,
    memory: int | None = None,
) -> RunRecord:
    """Execute a checked plan and put the run's folder in its place.

    Parameters
    ----------
    plan : Plan
        What to run.
    out : Path
        Folder of the reports.
    progress : callable, optional
        Called with (cells begun, cells in all).
    run_cells : callable
        What executes the notebook.
    cache : Path, optional
        Folder of the cache that takes a run which is ok, and gives pictures that were drawn before.
    fresh : bool
        Draw every picture.
    memory : int, optional
        [bytes] that the cells may take.
    """
    parent = out / plan.request.name
    with folders.building(parent, plan.run_id) as folder:
        drawn = None if cache is None or fresh else pictures_folder(cache)
        record, outcome = _fill(plan, folder, out, progress, run_cells, memory, drawn)
        if cache is not None and record.status == "ok":
            caching.keep(plan, outcome, record.manifest, folder, cache)
        place = parent / (plan.run_id if record.status == "ok" else f"{plan.run_id}.{record.status}")
        folders.settle(folder, place)
        folders.drop_other_outcomes(parent, plan.run_id, record.status)
    return RunRecord(folder=place, status=record.status, results=record.results, manifest=record.manifest)


def _fill(
    plan: Plan,
    folder: Path,
    out: Path,
    progress: Progress | None,
    run_cells: Execute,
    memory: int | None,
    drawn: Path | None,
) -> tuple[RunRecord, Outcome]:
    request = plan.request
    source = of_variant(read_notebook(request.notebook), request.study, request.parameters)
    notebook = translate_notebook(source, request.lang, request.study)
    write_text(folder / INPUT, notebook_text(notebook))
    started, clock = manifest.now(), time.perf_counter()
    outcome = run_cells(
        folder,
        parameters=plan.shown,
        cwd=request.notebook.parent,
        environment=run_environment(request.lang, plan.data_sources, drawn),
        timeout=request.timeout,
        total=len(notebook.cells),
        memory=memory,
        progress=progress,
    )
    seconds = time.perf_counter() - clock
    outcome = _check_data_unchanged(plan, outcome)
    executed = _clean_notebook(folder, plan, outcome.notebook)
    scalars, tables, problems = gather.gather(
        executed, request.study, without_answers=is_student(request.study, request.parameters)
    )
    write_text(folder / gather.RESULTS, json.dumps(scalars, indent=2, ensure_ascii=False) + "\n")
    gather.write_tables(tables, folder)
    content = manifest.build(
        plan,
        outcome,
        started=started,
        seconds=seconds,
        outputs=hashing.outputs_sha256(executed),
        results=hashing.results_sha256(executed),
        cells=_count(executed),
        problems=problems if outcome.status == "ok" else [],
        location=data_location(plan, out),
    )
    content |= {"cache": caching.describe(plan, outcome)}
    content |= _report(executed, content, scalars, folder, plan)
    write_text(folder / folders.MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    record = RunRecord(folder=folder, status=content["status"], results=scalars, manifest=content)
    return record, outcome


def _report(
    executed: Any, content: dict[str, Any], scalars: dict[str, Any], folder: Path, plan: Plan
) -> dict[str, Any]:
    """Write the reports; where that fails the run has failed, but what it computed is kept."""
    from casework.runner.reporting import write_reports

    try:
        write_reports(executed, content, scalars, folder, plan.request)
    except Exception as error:
        with (folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(redact(traceback.format_exc(), plan.secrets))
        message = redact(str(error), plan.secrets)
        return {"status": "failed", "error": {"name": type(error).__name__, "message": message, "cell": None}}
    return {}


def _check_data_unchanged(plan: Plan, outcome: Outcome) -> Outcome:
    """Fail a run whose data file changed under it."""
    if outcome.status != "ok" or not plan.data or not plan.data_sources:
        return outcome
    from casework.datasets.loading import current_sha256

    address = next(iter(plan.data_sources.values()))
    try:
        same = current_sha256(address) == plan.data["sha256"]
    except DataError:
        same = False
    if same:
        return outcome
    return replace(
        outcome, status="failed", ename="DataChanged", evalue=t("the data changed during the run; run it again")
    )


def _clean_notebook(folder: Path, plan: Plan, held: Any) -> Any:
    """Return the executed notebook, and write it, without paths of this machine and without secrets."""
    path = folder / NOTEBOOK
    if held is not None and plan.secrets:
        write_text(path, notebook_text(held))
        held = None
    if path.is_file():
        redact_file(path, plan.secrets)
    notebook = held or read_notebook(path if path.is_file() else folder / INPUT)
    (folder / INPUT).unlink(missing_ok=True)
    redact_file(folder / "log.txt", plan.secrets)
    about = notebook.metadata.get("papermill", {})
    for name in ("input_path", "output_path"):
        about.pop(name, None)
    notebook.metadata["casework"] = {"study": plan.request.name, "run_id": plan.run_id, "lang": plan.request.lang}
    write_text(path, notebook_text(notebook))
    return notebook


def _count(notebook: Any) -> dict[str, int]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {"code": len(code), "executed": sum(cell.get("execution_count") is not None for cell in code)}


def data_location(plan: Plan, out: Path) -> str | None:
    """Where the data were, relative to the reports where that is possible; an address without its secret."""
    import os

    if not plan.data_sources or not plan.data:
        return None
    address = next(iter(plan.data_sources.values()))
    if "://" in address:
        return redact(address, plan.secrets)
    try:
        return Path(os.path.relpath(address, out)).as_posix()
    except ValueError:  # another drive
        return str(plan.data["name"])
