"""The subcommands of a course: make it, release, collect, grade, export; rehearse it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.cli.terminal import out, out_json, progress_bar, table

class_app = typer.Typer(
    help="A class: make its folder, release exercises, collect and grade submissions, export marks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the course.")]
Exercise = Annotated[str, typer.Argument(metavar="EXERCISE", help="Name of the exercise.")]
Lang = Annotated[str, typer.Option("--lang", help="Language: en or zh.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Jobs = Annotated[int | None, typer.Option("--jobs", help="How many at once; by default one for each core.")]
CellSeconds = Annotated[float, typer.Option("--cell-seconds", min=0.1, help="Seconds for one cell.")]
Seconds = Annotated[float, typer.Option("--seconds", min=1, help="Seconds for one submission.")]


@class_app.command("new")
def class_new(
    folder: Folder,
    students: Annotated[Path | None, typer.Option("--students", help="CSV with id, name, email.")] = None,
) -> None:
    """Make a course folder, or take a class list into one that is there."""
    from casework.teach.grading.class_list import import_students, read_students
    from casework.teach.grading.course import new_course

    made = new_course(folder)
    count = import_students(made, students) if students else len(read_students(made))
    out(f"{made}: {count} students")


@class_app.command("exercises")
def class_exercises(as_json: Json = False) -> None:
    """List the exercises."""
    from casework.teach.exercises.bank import exercise_names, get_exercise

    found = [get_exercise(name) for name in exercise_names()]
    rows = [
        {"name": one.name, "tasks": len(one.tasks), "points": one.points, "minutes": one.minutes, "title": one.title}
        for one in found
    ]
    if as_json:
        out_json(rows)
    else:
        out(table([list(row.values()) for row in rows], ["exercise", "tasks", "points", "minutes", "title"]))


@class_app.command("release")
def class_release(
    folder: Folder,
    exercise: Exercise,
    replace: Annotated[bool, typer.Option("--replace", help="Also where it was released with another text.")] = False,
    lang: Lang = "en",
) -> None:
    """Write an exercise: with solutions, without, and an edition of its own for each student."""
    from casework.teach.grading.course import release
    from casework.teach.grading.gradebook import open_gradebook, register_exercise, register_students

    released = release(folder, exercise, lang=lang, replace=replace)
    with open_gradebook(folder) as book:
        register_exercise(book, exercise)
        register_students(book, folder)
    out(released.summary())


@class_app.command("collect")
def class_collect(
    folder: Folder,
    exercise: Exercise,
    source: Annotated[Path, typer.Option("--from", help="Zip or folder, as the learning platform gives it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of other notebooks there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")] = False,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Put downloaded hand-ins into the folders of their students; name what could not be placed (exit code 1)."""
    from casework.cli.teaching_tables import print_collected
    from casework.core.messages import use_language
    from casework.teach.grading.collect import collect

    with use_language(lang):
        collected = collect(folder, exercise, source, replace=replace, dry_run=dry_run)
        print_collected(collected, as_json=as_json)
    raise typer.Exit(int(bool(collected.left)))


@class_app.command("grade")
def class_grade(
    folder: Folder,
    exercise: Exercise,
    student: Annotated[list[str] | None, typer.Option("--student", help="Only this one; repeat.")] = None,
    jobs: Jobs = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Also what has not changed since it was graded.")] = False,
    cell_seconds: CellSeconds = 20.0,
    seconds: Seconds = 120.0,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Grade what was submitted: marks into the gradebook, a feedback page for each student.

    What is graded is kept at once; after Ctrl-C the same command goes on with the rest.
    """
    from casework.cli.teaching_tables import print_graded, said_when_stopped
    from casework.core.messages import use_language
    from casework.runner.confined.limits import Limits
    from casework.teach.grading.run import grade_and_keep

    limits = Limits(cell_seconds=cell_seconds, seconds=seconds)
    with use_language(lang), said_when_stopped(), progress_bar(exercise) as progress:
        graded = grade_and_keep(
            folder, exercise, students=student, jobs=jobs, limits=limits, fresh=fresh, progress=progress
        )
    with use_language(lang):
        print_graded(graded, as_json=as_json)


@class_app.command("rehearse")
def class_rehearse(
    folder: Folder,
    exercise: Exercise,
    check: Annotated[bool, typer.Option("--check", help="Hold what grading gave to what was to be expected.")] = False,
    jobs: Jobs = None,
    cell_seconds: CellSeconds = 20.0,
    seconds: Seconds = 120.0,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Fill an empty course with invented students and thirty kinds of submissions; after grading, check the marks.

    With --check all are graded a second time, and the exit code is 1 where anything is not as expected.
    """
    from casework.cli.teaching_tables import print_rehearsed
    from casework.core.messages import use_language
    from casework.runner.confined.limits import Limits
    from casework.teach.grading.rehearsal import check_rehearsal, rehearse

    if not check:
        with use_language(lang):
            out(rehearse(folder, exercise).summary())
        return
    limits = Limits(cell_seconds=cell_seconds, seconds=seconds)
    with use_language(lang), progress_bar(exercise) as progress:
        found = check_rehearsal(folder, exercise, jobs=jobs, limits=limits, progress=progress)
    with use_language(lang):
        print_rehearsed(found, as_json=as_json)
    raise typer.Exit(int(not found.ok))


@class_app.command("export")
def class_export(
    folder: Folder,
    file: Annotated[Path | None, typer.Option("--file", help="CSV file to write.")] = None,
) -> None:
    """Write the marks of all exercises as CSV, safe to open in a spreadsheet."""
    from casework.datasets.export import write_csv
    from casework.teach.grading.gradebook import marks

    out(str(write_csv(marks(folder), file or folder / "grades.csv")))


@class_app.command("progress")
def class_progress(
    folder: Folder,
    file: Annotated[Path | None, typer.Option("--file", help="CSV file to write.")] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Say where the class stands: the hardest tasks, who has not handed in, who is stuck where."""
    from casework.cli.learning import print_standing

    print_standing(folder, file=file, lang=lang, as_json=as_json)
