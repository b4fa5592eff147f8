"""The subcommands of quizzes: list, check a bank, print a sheet, write Moodle XML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.cli.terminal import out, out_json, table

quiz_app = typer.Typer(
    help="Quizzes: list the questions, check a bank, print a sheet, write Moodle XML.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Modules = Annotated[list[str] | None, typer.Argument(metavar="MODULE...", help="Modules or .toml files; else all.")]
Lang = Annotated[str, typer.Option("--lang", help="Language: en or zh.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@quiz_app.command("list")
def quiz_list(
    modules: Modules = None,
    questions: Annotated[bool, typer.Option("--questions", help="List the questions, not the banks.")] = False,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """List the banks, or their questions."""
    from casework.cli.quizzing_rows import bank_rows, question_rows
    from casework.core.messages import use_language

    with use_language(lang):
        rows = question_rows(_chosen(modules)) if questions else bank_rows(_chosen(modules))
    if as_json:
        out_json(rows)
    else:
        out(table([list(row.values()) for row in rows], list(rows[0]) if rows else ["module"]))


@quiz_app.command("check")
def quiz_check(modules: Modules = None, as_json: Json = False) -> None:
    """Hold banks to their schema: all problems at once."""
    from casework.cli.quizzing_rows import bank_rows

    rows = bank_rows(_chosen(modules))
    if as_json:
        out_json(rows)
    else:
        for row in rows:
            out(f"{row['module']}: {row['questions']} questions, nothing is wrong")


@quiz_app.command("sheet")
def quiz_sheet(
    modules: Annotated[list[str], typer.Argument(metavar="MODULE...", help="Modules or .toml files.")],
    questions: Annotated[int, typer.Option("--questions", min=0, help="How many; 0 for all.")] = 12,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Chooses and shuffles; same seed, same sheet.")] = 1,
    key: Annotated[bool, typer.Option("--key/--no-key", help="Also write the key.")] = True,
    folder: Annotated[Path, typer.Option("--out", help="Folder of the sheets.")] = Path("quizzes-printed"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF; needs Chromium, Chrome or Edge.")] = False,
    lang: Lang = "en",
) -> None:
    """Write a quiz to print, and its key."""
    from casework.cli.quizzing_rows import write_sheets
    from casework.teach.quizzes.paper import draw_paper

    paper = draw_paper(modules, questions=questions or None, seed=seed)
    for path in write_sheets(paper, folder, pdf=pdf, key=key, lang=lang):
        out(str(path))


@quiz_app.command("moodle")
def quiz_moodle(
    modules: Modules = None,
    file: Annotated[Path, typer.Option("--file", help="XML file to write.")] = Path("casework-quizzes.xml"),
    lang: Lang = "en",
) -> None:
    """Write banks as Moodle XML, for the question bank of an LMS."""
    from casework.core.files import write_text
    from casework.teach.quizzes.moodle import moodle_xml

    text = moodle_xml(_chosen(modules), lang=lang)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, text)
    out(str(file))


def _chosen(modules: list[str] | None) -> list[str]:
    from casework.teach.quizzes.bank import bank_names

    return modules or list(bank_names())
