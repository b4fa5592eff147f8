"""Helpers of `run` and `report`: arguments to parameters, records to text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.terminal import err, out, out_json, printable, progress_bar
from casework.studies.parameters import parse_assignment, parse_assignments
from casework.studies.registry import get_study, studies

if TYPE_CHECKING:
    from casework.runner.run import RunRecord


def parse_given(study: str, words: Sequence[str]) -> dict[str, Any]:
    """Read `-p name=value` words for a study or a notebook of the user's own."""
    if study not in studies() and study.endswith(".ipynb"):
        return dict(parse_assignment(word) for word in words)
    return parse_assignments(get_study(study), words)


def record_json(record: RunRecord) -> dict[str, Any]:
    """Return what a script wants to know of a run."""
    manifest = record.manifest
    return {
        "study": manifest["study"],
        "run_id": manifest["run_id"],
        "status": record.status,
        "folder": str(record.folder),
        "report": str(record.report),
        "seconds": manifest["seconds"],
        "cached": record.cached,
        "error": manifest["error"],
        "problems": manifest["problems"],
        "hashes": manifest["hashes"],
        "results": {name: {"value": item["value"], "unit": item["unit"]} for name, item in record.results.items()},
    }


def print_record(record: RunRecord) -> None:
    """Print where the report is and its key results."""
    manifest = record.manifest
    if record.status == "ok":
        how = "from the cache" if record.cached else f"{manifest['seconds']:g} s"
        out(f"{manifest['study']}: ok, {how}")
    else:
        error = manifest["error"]
        err(f"{manifest['study']}: {record.status}: {printable(error['name'])}: {printable(error['message'])[:500]}")
        err(f"  the log and the partial notebook are in {record.folder}")
    for line in key_lines(record):
        out(f"  {line}")
    for problem in manifest["problems"]:
        err(f"  note: {problem}")
    out(f"  report: {record.report}")


def key_lines(record: RunRecord) -> list[str]:
    """Return the key results as lines of text."""
    from casework.runner.listing import NOTHING, key_results

    return [
        f"{title}: {printable(text)} {unit}".rstrip()
        for title, text, unit in key_results(record.manifest["study"], record.results)
        if text != NOTHING
    ]


Job = tuple[str, dict[str, Any]]


def report_jobs(names: Sequence[str], words: Sequence[str], *, seed: int | None, variant: str | None) -> list[Job]:
    """Return the runs that a call of `report` asks for: study and parameters, checked.

    Raises
    ------
    ParameterError
        A parameter is wrong, or one of the studies does not have it; `variant` is none of instructor, student, both.
    """
    from casework.core.errors import ParameterError, Problem
    from casework.core.options import Variant, allowed
    from casework.runner.plan import make_request

    if variant not in (None, "both", *allowed(Variant)):
        raise ParameterError(Problem("--variant", repr(variant), "instructor, student or both"))
    variants = allowed(Variant) if variant == "both" else (variant,)
    jobs = [
        (name, parse_given(name, words) | _named(seed=seed, variant=version)) for name in names for version in variants
    ]
    for name, given in jobs:
        make_request(name, parameters=given)
    return jobs


def _named(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def report_all(
    jobs: Sequence[Job], folder: Path, formats: Sequence[str], lang: str, with_code: bool, as_json: bool
) -> int:
    """Run several studies; one that fails does not stop the others."""
    from casework.core.errors import CaseworkError
    from casework.core.messages import use_language
    from casework.runner.listing import write_index
    from casework.runner.run import run

    rows: list[dict[str, Any]] = []
    failed = 0
    for position, (name, given) in enumerate(jobs, start=1):
        try:
            with progress_bar(f"{name} ({position}/{len(jobs)})") as progress:
                record = run(
                    name,
                    given,
                    out=folder,
                    formats=formats,
                    lang=lang,
                    with_code=with_code,
                    progress=progress,
                    update_index=False,
                )
        except CaseworkError as error:
            if position == 1 and not rows:
                raise
            err(f"{name}: {error}")
            failed += 1
            continue
        rows.append(record_json(record))
        failed += record.status != "ok"
        if not as_json:
            print_record(record)
    with use_language(lang):
        index = write_index(folder.resolve())
    if as_json:
        out_json({"runs": rows, "index": str(index)})
    else:
        out(f"index: {index}")
    return 1 if failed else 0
