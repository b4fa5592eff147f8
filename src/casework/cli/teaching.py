"""The subcommands of a course: make it, release, grade, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.cli.terminal import out, out_json, progress_bar, table

class_app = typer.Typer(
    help="A class: make its folder, release exercises, grade submissions, export marks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the course.")]
Exercise = Annotated[str, typer.Argument(metavar="EXERCISE", help="Name of the exercise.")]
Lang = Annotated[str, typer.Option("--lang", help="Language: en or zh.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@class_app.command("new")
def class_new(
    folder: Folder,
    students: Annotated[Path | None, typer.Option("--students", help="CSV with id, name, email.")] = None,
) -> None:
    """Make a course folder, or take a class list into one that is there."""
    from casework.teach.grading.course import import_students, new_course, read_students

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
def class_release(folder: Folder, exercise: Exercise, lang: Lang = "en") -> None:
    """Write an exercise: with solutions, without, and an edition of its own for each student."""
    from casework.teach.grading.course import release
    from casework.teach.grading.gradebook import open_gradebook, register_exercise, register_students

    released = release(folder, exercise, lang=lang)
    with open_gradebook(folder) as book:
        register_exercise(book, exercise)
        register_students(book, folder)
    out(released.summary())


@class_app.command("grade")
def class_grade(
    folder: Folder,
    exercise: Exercise,
    student: Annotated[list[str] | None, typer.Option("--student", help="Only this one; repeat.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", help="How many at once.")] = None,
    cell_seconds: Annotated[float, typer.Option("--cell-seconds", min=0.1, help="Seconds for one cell.")] = 20.0,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="Seconds for one submission.")] = 120.0,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Grade what was submitted: marks into the gradebook, a feedback page for each student."""
    from casework.core.messages import use_language
    from casework.runner.confined.limits import Limits
    from casework.teach.grading.run import grade_and_keep

    limits = Limits(cell_seconds=cell_seconds, seconds=seconds)
    with use_language(lang), progress_bar(exercise) as progress:
        graded = grade_and_keep(folder, exercise, students=student, jobs=jobs, limits=limits, progress=progress)
    if as_json:
        out_json(graded.to_frame().to_dict(orient="records"))
        return
    rows = [[one.student, f"{one.score:g}", f"{one.points:g}", "; ".join(one.reasons)[:100]] for one in graded.graded]
    out(table(rows, ["student", "score", "of", "remarks"]))
    out(graded.summary())


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
