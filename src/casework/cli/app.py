"""The subcommands. Each imports what it needs when it is called, so that help and refusals are quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from casework.cli.quizzing import quiz_app
from casework.cli.teaching import class_app
from casework.cli.terminal import err, out, out_json, progress_bar, table

app = typer.Typer(
    name="casework",
    help="Studies of suppliers and key customers: run them on bundled or own data, and get reports.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(
    help="Data sets: list, show, check a file, write an empty template.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(data_app, name="data")
app.add_typer(class_app, name="class")
app.add_typer(quiz_app, name="quiz")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Out = Annotated[Path, typer.Option("--out", help="Folder of the reports.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the reports: en or zh.")]
Params = Annotated[list[str] | None, typer.Option("-p", "--param", metavar="NAME=VALUE", help="One parameter; repeat.")]
DEFAULT_OUT = Path("reports")


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Studies of suppliers and key customers: run them on bundled or own data, and get reports."""
    if version:
        import casework

        out(casework.__version__)
        raise typer.Exit


@app.command("list")
def list_studies(
    module: Annotated[str, typer.Argument(metavar="MODULE", help="Only this module.")] = "", as_json: Json = False
) -> None:
    """List the studies of the course."""
    from casework.cli.listing import study_rows

    rows = study_rows(module)
    if as_json:
        out_json(rows)
    else:
        out(
            table(
                [[row["name"], row["module"], row["title"], row["minutes"]] for row in rows],
                ["study", "module", "title", "minutes"],
            )
        )


@app.command("show")
def show_study(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of the study.")], as_json: Json = False
) -> None:
    """Show a study's parameters, the data it reads and the results it publishes."""
    from casework.cli.listing import study_details, study_text

    if as_json:
        out_json(study_details(study))
    else:
        out(study_text(study))


@app.command("run")
def run_study(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of a study, or a notebook of your own (.ipynb).")],
    param: Params = None,
    data: Annotated[str | None, typer.Option("--data", help="Bundled name, file, or SQL address.")] = None,
    params: Annotated[Path | None, typer.Option("--params", help="YAML or JSON file of parameters.")] = None,
    out_folder: Out = DEFAULT_OUT,
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx; separated by commas.")] = "html",
    lang: Lang = "en",
    with_code: Annotated[bool, typer.Option("--with-code", help="Keep the code in the report, folded.")] = False,
    timeout: Annotated[float | None, typer.Option("--timeout", help="Seconds for the whole run.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Execute it, even where the cache has it.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor fill the cache.")] = False,
    as_json: Json = False,
) -> None:
    """Run one study and write its report."""
    from casework.cli.running import parse_given, print_record, record_json
    from casework.runner.plan import make_request

    given = parse_given(study, param or [])
    options: dict[str, Any] = {
        "params_file": params,
        "data": data,
        "lang": lang,
        "with_code": with_code,
        "timeout": timeout,
    }
    options["formats"] = [name.strip() for name in formats.split(",") if name.strip()]
    request = make_request(study, parameters=given, **options)
    from casework.runner.run import cache_folder, run_request

    with progress_bar(study) as progress:
        record = run_request(
            request, out=out_folder, progress=progress, fresh=fresh, cache=cache_folder(None if no_cache else "")
        )
    if as_json:
        out_json(record_json(record))
    else:
        print_record(record)
    raise typer.Exit(0 if record.status == "ok" else 1)


@app.command("report")
def report_studies(
    names: Annotated[list[str] | None, typer.Argument(metavar="STUDY...", help="Studies; without one, all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All studies of the course.")] = False,
    param: Params = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed: another, another case.")
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", help="Of a case: instructor (with answers), student (without), both.")
    ] = None,
    out_folder: Out = DEFAULT_OUT,
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx; separated by commas.")] = "html",
    lang: Lang = "en",
    with_code: Annotated[bool, typer.Option("--with-code", help="Keep the code in the reports, folded.")] = False,
    as_json: Json = False,
) -> None:
    """Write the course's reports, by default with the default of every parameter, and their index."""
    from casework.cli.running import report_all, report_jobs
    from casework.studies.registry import get_study, studies

    names = [get_study(name).name for name in names] if names and not every else list(studies())
    chosen = report_jobs(names, param or [], seed=seed, variant=variant)
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    raise typer.Exit(report_all(chosen, out_folder, wanted, lang, with_code, as_json))


@app.command("runs")
def list_runs(out_folder: Out = DEFAULT_OUT, as_json: Json = False) -> None:
    """List past runs, newest first."""
    from casework.runner.listing import run_rows

    rows = run_rows(out_folder.resolve())
    if as_json:
        out_json(rows)
    elif rows:
        heads = ["run", "status", "started", "seconds", "data", "lang"]
        out(table([[row[head] for head in heads] for row in rows], heads))
    else:
        out(f"no runs in {out_folder}")


@app.command("verify")
def verify_run(
    run_name: Annotated[str, typer.Argument(metavar="RUN", help="Folder or identifier of a run.")],
    data: Annotated[str | None, typer.Option("--data", help="Where the data are now.")] = None,
    out_folder: Out = DEFAULT_OUT,
    as_json: Json = False,
) -> None:
    """Execute a run again and say whether its outputs are the same, or what changed."""
    from dataclasses import asdict

    from casework.runner.verify import verify

    with progress_bar(run_name) as progress:
        verification = verify(run_name, out=out_folder, data=data, progress=progress)
    if as_json:
        out_json(asdict(verification))
    else:
        out(verification.summary())
    raise typer.Exit(0 if verification.same else 1)


@app.command("validate")
def validate_methods(
    module: Annotated[str | None, typer.Argument(metavar="MODULE", help="Only this module.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write an offline page to this file.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Compute every method against its published numbers, here and now."""
    from casework.cli.validating import outcome_rows, validation_text, write_page
    from casework.validation.register import validate

    outcomes = validate(module)
    if html is not None:
        write_page(outcomes, html, lang)
        err(f"written: {html}")
    if as_json:
        out_json(outcome_rows(outcomes))
    else:
        out(validation_text(outcomes))
    raise typer.Exit(0 if all(outcome.ok for outcome in outcomes) else 1)


@app.command("start")
def start(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Your folder.")],
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh; by default that of the copy.")] = None,
) -> None:
    """Make your own copy of the course, or bring it up to date; your work is never overwritten."""
    from casework.teach.course import start_course

    out(start_course(folder, lang=lang).summary())


@app.command("lab")
def lab(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Your copy of the course.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Language for a new copy: en or zh.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the server.")] = 8888,
) -> None:
    """Open JupyterLab on the course map."""
    from casework.teach.lab import open_lab

    raise typer.Exit(open_lab(folder, lang=lang, browser=browser, port=port))


@app.command("app")
def serve_app(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of the study.")],
    param: Params = None,
    data: Annotated[str | None, typer.Option("--data", help="Bundled name, file, or SQL address.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the page: en or zh.")] = "en",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port; by default one that is free.")
    ] = None,
) -> None:
    """Serve a study's explorer as a page, on this machine only; Ctrl-C ends it."""
    from casework.cli.learning import run_app

    raise typer.Exit(run_app(study, param or [], data=data, lang=lang, browser=browser, port=port))


@app.command("progress")
def progress(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Your copy of the course.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh; by default that of the copy.")] = None,
    as_json: Json = False,
) -> None:
    """Say what you have done of the course, with your best scores, and what is next."""
    from casework.cli.learning import print_progress

    print_progress(folder, lang=lang, as_json=as_json)


@app.command("glossary")
def glossary(
    term: Annotated[str, typer.Argument(metavar="TERM", help="Term or abbreviation; without one, all.")] = "",
    html: Annotated[Path | None, typer.Option("--html", help="Write an offline page to this file.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language: en or zh.")] = "en",
    as_json: Json = False,
) -> None:
    """Say what a word of the course means, in English and Chinese."""
    from casework.cli.learning import print_glossary

    print_glossary(term, html=html, lang=lang, as_json=as_json)


@app.command("sync")
def sync_notebooks(
    check: Annotated[bool, typer.Option("--check", help="Only say which differ.")] = False,
) -> None:
    """Write the parameters cells of the notebooks from the studies' models."""
    from casework.core.errors import ParameterError, Problem
    from casework.studies.notebook import sync
    from casework.studies.registry import studies

    changed: list[str] = []
    problems: list[Problem] = []
    for study in studies().values():
        try:
            changed += [] if sync(study, write=not check) else [study.name]
        except ParameterError as error:
            problems += error.problems
    if changed or not problems:
        text = ("differ: " if check else "written: ") + ", ".join(changed)
        out(text if changed else "all parameters cells are in step")
    if problems:
        raise ParameterError(problems)
    raise typer.Exit(1 if check and changed else 0)


@app.command("doctor")
def doctor(as_json: Json = False) -> None:
    """Say what is installed, what is missing, and how to get it."""
    from casework.cli.checkup import checkup

    rows = checkup()
    if as_json:
        out_json(rows)
    else:
        out(
            table(
                [["ok" if row["ok"] else "missing", row["what"], row["found"], row["fix"]] for row in rows],
                ["", "what", "found", "how to get it"],
            )
        )
    raise typer.Exit(0 if all(row["ok"] or not row["needed"] for row in rows) else 1)


@data_app.command("list")
def data_list(as_json: Json = False) -> None:
    """List the bundled data sets."""
    from casework.datasets.cards import list_cards

    rows = [{"name": card.name, "kind": card.kind, "rows": card.rows, "title": card.title} for card in list_cards()]
    if as_json:
        out_json(rows)
    else:
        out(table([list(row.values()) for row in rows], ["name", "kind", "rows", "title"]))


@data_app.command("show")
def data_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a bundled data set.")], as_json: Json = False
) -> None:
    """Show the card of a bundled data set."""
    from casework.cli.listing import card_text
    from casework.datasets.cards import get_card

    card = get_card(name)
    if as_json:
        from dataclasses import asdict

        out_json(asdict(card))
    else:
        out(card_text(card))


@data_app.command("check")
def data_check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File, bundled name, or SQL address.")],
    study: Annotated[str, typer.Option("--for", help="The study whose contract it must meet.")],
    param: Params = None,
    params: Annotated[Path | None, typer.Option("--params", help="YAML or JSON file of parameters.")] = None,
    as_json: Json = False,
) -> None:
    """Hold a file to a study's contract: all problems at once, nothing is run."""
    from casework.cli.listing import check_rows
    from casework.cli.running import parse_given

    rows = check_rows(study, file, parse_given(study, param or []), params)
    if as_json:
        out_json(rows)
    else:
        out(str(rows["summary"]))
        for item in rows["exclusions"]:
            out(f"  - {item}")


@data_app.command("template")
def data_template(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Name of the study.")],
    file: Annotated[Path | None, typer.Option("--file", help="CSV or Excel file to write.")] = None,
    param: Params = None,
    params: Annotated[Path | None, typer.Option("--params", help="YAML or JSON file of parameters.")] = None,
) -> None:
    """Write an empty file with the columns that a study reads."""
    from casework.cli.listing import write_study_template
    from casework.cli.running import parse_given

    out(write_study_template(study, file, parse_given(study, param or []), params))
