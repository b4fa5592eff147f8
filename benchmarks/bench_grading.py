"""Grading a class against `nbgrader autograde`, in one run, same submissions, same marks.

    python benchmarks/bench_grading.py [--json] [--exercise supply_chain] [--students 200] [--sample 10] [--jobs 2]

A course is made and the exercise released; every student hands in the author's solution, most with one task wrong,
each another one. Ours is `grade_and_keep`: each submission in a confined process of its own, the gradebook and a
feedback page for each; starting what forks these processes is counted. nbgrader (the one of this environment: notebooks
need `casework` beside it) autogrades a sample one after the other, as it does; what it needs to start is measured with
one submission and counted once, the rest is scaled to the class. Its marks for the sample are held to ours.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from casework.teach.exercises.bank import get_exercise
from casework.teach.exercises.compile import compile_notebook
from casework.teach.grading.course import new_course, release
from casework.teach.grading.gradebook import marks, open_gradebook, register_exercise, register_students
from casework.teach.grading.run import grade_and_keep


def student(number: int) -> str:
    return f"student{number:03d}"


def make_course(folder: Path, exercise: str, students: int) -> None:
    new_course(folder)
    rows = "".join(f"{student(number)},,\n" for number in range(students))
    (folder / "students.csv").write_text("id,name,email\n" + rows, encoding="utf-8")
    release(folder, exercise)
    with open_gradebook(folder) as book:
        register_exercise(book, exercise)
        register_students(book, folder)


def hand_in(folder: Path, exercise: str, students: int) -> None:
    tasks = get_exercise(exercise).tasks
    for number in range(students):
        wrong = number % (len(tasks) + 1)
        answers = {task.name: task.answer for place, task in enumerate(tasks) if place != wrong}
        notebook = compile_notebook(get_exercise(exercise))
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.nbgrader["grade_id"], cell.source)
        place = folder / "submitted" / student(number) / exercise
        place.mkdir(parents=True)
        (place / f"{exercise}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def scores(folder: Path, exercise: str) -> dict[str, float]:
    table = marks(folder)
    chosen = table[table["exercise"] == exercise]
    return dict(zip(chosen["student"], chosen["score"], strict=True))


def ours(folder: Path, exercise: str, jobs: int) -> float:
    started = time.perf_counter()
    grade_and_keep(folder, exercise, jobs=jobs)
    return time.perf_counter() - started


def autograde(folder: Path, exercise: str, students: list[str]) -> float:
    """Let nbgrader grade the submissions of some students; return the seconds that it took."""
    kept = folder / "submitted"
    waiting = folder.parent / "waiting"
    shutil.move(kept, waiting)
    for name in students:
        shutil.copytree(waiting / name, kept / name)
    call = [sys.executable, "-m", "nbgrader", "autograde", exercise, "--force", f"--course-dir={folder}"]
    started = time.perf_counter()
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, env=os.environ | {"CASEWORK_WARM": "0"})
    seconds = time.perf_counter() - started
    shutil.rmtree(kept)
    shutil.move(waiting, kept)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    return seconds


def compare(exercise: str, students: int, sample: int, jobs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as place:
        mine, theirs = Path(place) / "ours", Path(place) / "nbgrader" / "course"
        make_course(mine, exercise, students)
        hand_in(mine, exercise, students)
        shutil.copytree(mine, theirs)
        fast = ours(mine, exercise, jobs)
        chosen = [student(number) for number in range(sample)]
        first = autograde(theirs, exercise, chosen[:1])
        several = autograde(theirs, exercise, chosen)
        each = (several - first) / (sample - 1)
        slow = first + each * (students - 1)
        found, expected = scores(theirs, exercise), scores(mine, exercise)
        same = all(abs(found[name] - expected[name]) < 1e-6 for name in chosen)
    return {
        "case": f"{exercise}: {students} submissions of {len(get_exercise(exercise).tasks)} tasks, {jobs} jobs",
        "casework_s": fast,
        "nbgrader_s": slow,
        "nbgrader_each_s": each,
        "sample": sample,
        "same_marks": same,
        "distinct_marks": len(set(expected.values())),
        "ratio": slow / fast,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--exercise", default="supply_chain")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    row = compare(given.exercise, given.students, min(given.sample, given.students), given.jobs)
    if not row["same_marks"]:
        raise SystemExit("nbgrader's marks are not ours")
    if given.json:
        print(json.dumps(row, indent=2))
        return
    print(row["case"])
    print(f"  casework, with gradebook and feedback  {row['casework_s']:9.1f} s")
    each = f"({row['nbgrader_each_s']:.2f} s each)"
    print(f"  nbgrader autograde, scaled from {row['sample']:<6} {row['nbgrader_s']:9.1f} s  {each}")
    print(f"  same marks for the sample, ratio       {row['ratio']:9.1f} x")


if __name__ == "__main__":
    main()
