"""Helpers of `sweep` and `clean`: arguments to parameters, progress and outcome to text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.app import DEFAULT_OUT
from casework.cli.terminal import bar_console, err, out, out_json, printable, watched
from casework.core.errors import ParameterError, Problem

if TYPE_CHECKING:
    from casework.runner.sweep.planning import SweepPlan
    from casework.runner.sweep.record import SweepProgress, SweepRecord

SHOWN_FAILURES = 5


def parse_ranges(words: Sequence[str] | None) -> dict[str, str | None] | None:
    """Read `NAME` and `NAME=LOW:HIGH` words.

    Raises
    ------
    ParameterError
        A name is given twice.

    Examples
    --------
    >>> parse_ranges(["threshold=0.02:0.1", "resamples"])
    {'threshold': '0.02:0.1', 'resamples': None}
    """
    if not words:
        return None
    pairs = [word.partition("=") for word in words]
    names = [name.strip() for name, _, _ in pairs]
    if twice := {name: None for name in names if names.count(name) > 1}:
        raise ParameterError([Problem("--range", f"{name!r} is given twice", "each parameter once") for name in twice])
    return {name: value if sign else None for name, (_, sign, value) in zip(names, pairs, strict=True)}


def run_sweep(
    study: str,
    options: dict[str, Any],
    *,
    scheduler: str | None,
    course: Path | None = None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Run a sweep, or only say what it would do; return the exit code."""
    if course is not None:
        options = options | {"cases": _class_points(course, study, options)}
    if options["engine"] not in ("local", "dask"):
        raise ParameterError(Problem("--engine", repr(options["engine"]), "local or dask"))
    if scheduler is not None and options["engine"] != "dask":
        raise ParameterError(Problem("--scheduler", scheduler, "nothing, or --engine dask"))
    from casework.runner.run import cache_folder
    from casework.runner.sweep.execution import execute_sweep
    from casework.runner.sweep.sweep import prepare_sweep

    plan = prepare_sweep(study, **options)
    if course is not None and (more := sorted({*plan.cases.varied} - {"seed", "variant"})):
        raise ParameterError(Problem("-p", f"{', '.join(more)} with several values", "one value for the whole class"))
    if dry_run:
        _print_plan(plan, as_json)
        return 0
    if not as_json:
        err(plan.summary())
    with sweep_bar(plan.study) as progress:
        record = execute_sweep(
            plan,
            out=Path(options["out"]).resolve(),
            cache=cache_folder(options["cache"]),
            engine=options["engine"],
            scheduler=scheduler,
            progress=progress,
        )
    _print_record(record, study, as_json, Path(options["out"]))
    if course is not None:
        _hand_out(course, study, record, Path(options["out"]), lang=str(options["lang"]))
    return 0 if record.ok else 1


def _class_points(course: Path, study: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the runs of a class set; what else makes runs does not go with it."""
    from casework.teach.class_cases import class_points

    given = [f"--{name}" for name in ("grid", "cases", "draws") if options[name]]
    if given:
        raise ParameterError(Problem(", ".join(given), "does not go with --class", fix="name fixed values with -p"))
    return class_points(course, study)


def _hand_out(course: Path, study: str, record: SweepRecord, place: Path, *, lang: str) -> None:
    from casework.core.messages import use_language
    from casework.teach.class_cases import hand_out

    with use_language(lang):
        err(printable(hand_out(course, study, record, out=place).summary()))


def _print_plan(plan: SweepPlan, as_json: bool) -> None:
    if as_json:
        out_json(
            {
                "study": plan.study,
                "sweep_id": plan.sweep_id,
                "runs": len(plan.points),
                "missing": len(plan.missing),
                "workers": plan.workers,
                "seconds": plan.seconds,
                "varied": list(plan.cases.varied),
                "cases": [dict(point.given) for point in plan.points],
            }
        )
        return
    out(plan.summary())


def _print_record(record: SweepRecord, study: str, as_json: bool, place: Path) -> None:
    if record.problem:
        err(f"casework: {printable(record.problem)}")
    if record.stopped:
        err(f"casework: stopped. Go on with: {_resume_command(study, place)}")
    if as_json:
        rows = [{name: row[name] for name in ("run_id", "status", "error", "seconds", "folder")} for row in record.rows]
        out_json(
            {
                "sweep_id": record.sweep_id,
                "folder": str(record.folder),
                "counts": record.counts,
                "executed": record.executed,
                "taken": record.taken,
                "seconds": round(record.seconds, 2),
                "stopped": record.stopped,
                "problem": record.problem,
                "runs": rows,
            }
        )
        return
    out(printable(record.summary()))
    failed = [row for row in record.rows if row["status"] not in ("ok", "missing")]
    for row in failed[:SHOWN_FAILURES]:
        err(printable(f"  {row['run_id']}: {row['status']}: {row['error'][:300]}"))
    if len(failed) > SHOWN_FAILURES:
        err(f"  and {len(failed) - SHOWN_FAILURES} more, first in the index")
    for name in ("results.csv", "index.html", "comparison.html"):
        if (record.folder / name).is_file():
            out(f"  {record.folder / name}")


def _resume_command(study: str, place: Path) -> str:
    import shlex

    elsewhere = [] if place == DEFAULT_OUT else ["--out", str(place)]
    return shlex.join(["casework", "sweep", study, *elsewhere, "--resume"])


@contextmanager
def sweep_bar(title: str) -> Iterator[Callable[[SweepProgress], None] | None]:
    """Give a function that moves a progress bar with the true counts and the time left; None where nobody watches."""
    if not watched():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from casework.runner.sweep.record import duration

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=bar_console(), transient=True) as bar:
        task = bar.add_task(title, total=None, counts="", left="")

        def move(state: SweepProgress) -> None:
            counts = ", ".join(f"{name} {count}" for name, count in state.counts.items())
            left = "" if state.left is None else f"left {duration(state.left)}"
            bar.update(task, completed=state.done, total=state.total, counts=counts, left=left)

        yield move


def clean_up(older_than: str | None, keep: str | None, *, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Clean the cache, and say what went.

    Raises
    ------
    ParameterError
        Nothing was asked for, or an age or size cannot be read.
    """
    if not (older_than or keep or everything):
        raise ParameterError(Problem("clean", "nothing to go by", "--older-than AGE, --keep SIZE, or --all"))
    from dataclasses import asdict

    from casework.runner.cache.clean import clean, parse_age, parse_size
    from casework.runner.cache.store import Store, default_root

    days = parse_age(older_than, where="--older-than") if older_than else None
    size = parse_size(keep, where="--keep") if keep else None
    cleaned = clean(
        Store(default_root()), older_than_days=days, keep_bytes=size, everything=everything, dry_run=dry_run
    )
    if as_json:
        out_json(asdict(cleaned))
        return
    verb = "would remove" if dry_run else "removed"
    out(f"{verb} {cleaned.entries} runs, {cleaned.bytes / 1e6:.1f} MB")
    out(f"kept {cleaned.kept_entries} runs, {cleaned.kept_bytes / 1e6:.1f} MB")
