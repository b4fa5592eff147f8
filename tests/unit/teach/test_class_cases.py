"""A class set: a seed of one's own, handouts without answers, keys for the instructor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casework.core.errors import DataError, ParameterError
from casework.runner.sweep.record import SweepRecord
from casework.teach.class_cases import answer_sheet, check_is_case, class_points, hand_out, seeds
from casework.teach.grading.class_list import import_students
from casework.teach.grading.course import new_course

CASE = "case_food_safety"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text("id,name\nann,Ann\nbob,Bob\n", encoding="utf-8")
    place = new_course(tmp_path / "course")
    import_students(place, tmp_path / "list.csv")
    return place


def fake_run(folder: Path, variant: str) -> None:
    """Write a run as the runner leaves it: of the version for students, or with answers."""
    (folder / "tables").mkdir(parents=True)
    (folder / "report.html").write_text(f"<p>{variant}</p>", encoding="utf-8")
    cells = [
        new_markdown_cell("# Which lots?\n\nGoals"),
        new_code_cell("secret = seed"),
        new_markdown_cell("### Question 1: your answer", metadata={"tags": ["student"]}),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "notebook.ipynb")
    lots = pd.DataFrame({"lot": ["a", "b"], "n": [1, 2]})
    lots.to_csv(folder / "tables" / "lots.csv", index=False)
    if variant == "instructor":
        key = pd.DataFrame({"question": [1], "quantity": ["lot"], "answer": ["=a"], "tolerance": ["-"], "points": [5]})
        key.to_parquet(folder / "tables" / "answer_key.parquet")


def record(course: Path, out: Path, *, without: str = "") -> SweepRecord:
    rows: list[dict[str, Any]] = []
    for student, seed in seeds(course, CASE).items():
        for variant in ("student", "instructor"):
            folder = f"{CASE}/{variant}-{seed}"
            fake_run(out / folder, variant)
            status = "failed" if student == without else "ok"
            rows.append({"parameters": {"seed": seed, "variant": variant}, "status": status, "folder": folder})
    return SweepRecord(folder=out, sweep_id="s", rows=tuple(rows))


def test_every_student_has_a_seed_of_their_own_that_stays(course: Path) -> None:
    found = seeds(course, CASE)
    assert list(found) == ["ann", "bob"]
    assert found == seeds(course, CASE)
    assert len({*found.values(), *seeds(course, "case_automaker_stoppage").values()}) == 4
    assert all(0 <= seed < 2**32 for seed in found.values())


def test_a_class_without_students_or_a_folder_that_is_no_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no students yet"):
        seeds(new_course(tmp_path / "empty"), CASE)
    with pytest.raises(DataError, match="not a folder of a course"):
        seeds(tmp_path, CASE)


def test_only_cases_make_a_class_set(course: Path) -> None:
    with pytest.raises(ParameterError, match="kano is no case study"):
        class_points(course, "kano")
    with pytest.raises(ParameterError, match="not known"):
        check_is_case("case_of_nobody")


def test_handouts_hold_story_tables_and_a_sheet_and_keys_are_apart(course: Path, tmp_path: Path) -> None:
    done = hand_out(course, CASE, record(course, tmp_path / "out"), out=tmp_path / "out")
    assert done.students == ("ann", "bob")
    assert "each of 2 students" in done.summary()
    own = course / "handout" / "ann" / CASE
    assert sorted(path.relative_to(own).as_posix() for path in own.rglob("*.*")) == [
        f"{CASE}.html",
        f"{CASE}.ipynb",
        "data/lots.csv",
    ]
    assert (own / f"{CASE}.html").read_text(encoding="utf-8") == "<p>student</p>"
    assert (course / "keys" / CASE / "ann.html").read_text(encoding="utf-8") == "<p>instructor</p>"
    answers = pd.read_csv(course / "keys" / CASE / "answers.csv")
    assert answers[["student", "question", "answer"]].to_numpy().tolist() == [["ann", 1, "'=a"], ["bob", 1, "'=a"]]
    everything = "".join(path.read_text(encoding="utf-8") for path in own.rglob("*.*"))
    assert not any(str(seed) in everything for seed in seeds(course, CASE).values())


def test_who_has_no_whole_run_is_named(course: Path, tmp_path: Path) -> None:
    done = hand_out(course, CASE, record(course, tmp_path / "out", without="bob"), out=tmp_path / "out")
    assert done.students == ("ann",)
    assert done.missing == ("bob",)
    assert "not whole, run the same command again: bob" in done.summary()
    assert not (course / "handout" / "bob").exists()


def test_the_sheet_reads_the_tables_and_has_a_place_for_each_answer(tmp_path: Path) -> None:
    fake_run(tmp_path / "run", "student")
    sheet = nbformat.reads(answer_sheet(tmp_path / "run" / "notebook.ipynb", CASE, ["lots"]), as_version=4)
    nbformat.validate(sheet)
    assert sheet.cells[0].source.startswith("# Which lots?")
    assert 'lots = pd.read_csv("data/lots.csv")' in sheet.cells[1].source
    assert [cell.source for cell in sheet.cells[2:]] == ["### Question 1: your answer", "", "**Answer:** "]
    assert "secret" not in nbformat.writes(sheet)
