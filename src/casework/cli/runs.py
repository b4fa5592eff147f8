"""The subcommands that deal with many runs, and with runs that are there: sweep, compare, explain, export, clean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.cli.app import DEFAULT_OUT, Json, Lang, Out, app

Cases = Annotated[Path | None, typer.Option("--cases", help="CSV or Excel file: a row is a run, a column a parameter.")]
Grid = Annotated[Path | None, typer.Option("--grid", help="YAML or JSON file: grid, zip, cases, draws, fixed.")]


@app.command("sweep")
def sweep_study(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of a study, or a notebook of your own (.ipynb).")],
    param: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NAME=A,B,C", help="Values of a parameter, or FROM:TO:STEP; repeat."),
    ] = None,
    grid: Grid = None,
    cases: Cases = None,
    draws: Annotated[int | None, typer.Option("--draws", help="Number of random parameter sets.")] = None,
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="NAME[=LOW:HIGH]", help="Draw this parameter, from its range; repeat."),
    ] = None,
    method: Annotated[str, typer.Option("--method", help="How to draw: latin or random.")] = "latin",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 0,
    course: Annotated[
        Path | None,
        typer.Option("--class", metavar="DIR", help="Of a case: one for each student of this course, with its key."),
    ] = None,
    data: Annotated[str | None, typer.Option("--data", help="Bundled name, file, or SQL address.")] = None,
    params: Annotated[Path | None, typer.Option("--params", help="YAML or JSON file of fixed parameters.")] = None,
    out_folder: Out = DEFAULT_OUT,
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx, or only notebook; by commas.")] = "html",
    lang: Lang = "en",
    with_code: Annotated[bool, typer.Option("--with-code", help="Keep the code in the reports, folded.")] = False,
    timeout: Annotated[float | None, typer.Option("--timeout", help="Seconds for each run.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Runs at once.")] = None,
    engine: Annotated[str, typer.Option("--engine", help="local or dask.")] = "local",
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="Address of a dask scheduler.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Run only what is missing.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Execute every run, whatever the cache has.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor fill the cache.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many runs and how long; run nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Run one study over many parameter sets, and put the results into one table."""
    from casework.cli.sweeping import parse_ranges, run_sweep

    raise typer.Exit(
        run_sweep(
            study,
            {
                "words": param or [],
                "grid": grid,
                "cases": cases,
                "draws": draws,
                "ranges": parse_ranges(ranges),
                "method": method,
                "seed": seed,
                "data": data,
                "params_file": params,
                "out": out_folder,
                "formats": [name.strip() for name in formats.split(",") if name.strip()],
                "lang": lang,
                "with_code": with_code,
                "timeout": timeout,
                "workers": workers,
                "engine": engine,
                "resume": resume,
                "fresh": fresh,
                "cache": None if no_cache else "",
            },
            scheduler=scheduler,
            course=course,
            dry_run=dry_run,
            as_json=as_json,
        )
    )


@app.command("compare")
def compare_runs(
    names: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Folders or identifiers of runs.")],
    out_folder: Out = DEFAULT_OUT,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Compare runs: parameters, results with differences, figures side by side, as one offline page."""
    from casework.cli.terminal import out, out_json
    from casework.runner.compare import compare

    comparison = compare(names, out=out_folder, lang=lang)
    page = comparison.write()
    if as_json:
        out_json({"page": str(page), "rows": comparison.to_frame().to_dict(orient="records")})
        return
    from casework.cli.comparing import print_comparison

    print_comparison(comparison)
    out(f"page: {page}")


@app.command("explain")
def explain_run(
    name: Annotated[str, typer.Argument(metavar="RUN", help="Folder or identifier of a run.")],
    out_folder: Out = DEFAULT_OUT,
    as_json: Json = False,
) -> None:
    """Say whether a run would be taken from the cache, and which part of its identity changed."""
    from dataclasses import asdict

    from casework.cli.terminal import out, out_json, printable
    from casework.runner.cache.explain import explain
    from casework.runner.cache.store import default_root

    explanation = explain(name, out=out_folder, store_root=default_root())
    if as_json:
        out_json(asdict(explanation))
    else:
        out(printable(explanation.summary()))


@app.command("export")
def export_crate(
    name: Annotated[str, typer.Argument(metavar="RUN", help="Folder or identifier of a run or a sweep.")],
    crate: Annotated[bool, typer.Option("--crate", help="As a Workflow Run RO-Crate.")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="ZIP file or folder to write.")] = None,
    include_data: Annotated[bool, typer.Option("--include-data", help="Put data of your own into it too.")] = False,
    agent: Annotated[str, typer.Option("--agent", help="Who ran it: a name.")] = "",
    licence: Annotated[str, typer.Option("--licence", help="Licence of the whole.")] = "",
    out_folder: Out = DEFAULT_OUT,
    as_json: Json = False,
) -> None:
    """Write what a run or sweep was made from and what came out as a research object."""
    from casework.cli.exporting import export_run

    export_run(
        name,
        crate=crate,
        to=to,
        out_folder=out_folder,
        include_data=include_data,
        agent=agent,
        licence=licence,
        as_json=as_json,
    )


@app.command("clean")
def clean_cache(
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="AGE", help="Runs unused for so long: 30d, 12h, 2w.")
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="SIZE", help="Least recently used runs, until this fits: 500MB.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole cache.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    as_json: Json = False,
) -> None:
    """Remove runs from the cache by age and size; reports are never touched."""
    from casework.cli.sweeping import clean_up

    clean_up(older_than, keep, everything=everything, dry_run=dry_run, as_json=as_json)
