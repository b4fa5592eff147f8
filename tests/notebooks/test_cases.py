"""The cases: what a student's version holds and what it does not, and a class set from the command line."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest
from tests.helpers import CASE

from casework.cli import main
from casework.runner.run import RunRecord, run
from casework.studies.base import Study
from casework.studies.cases import is_case
from casework.studies.registry import studies

CASES = [study for study in studies().values() if is_case(study)]
KEY = ["question", "quantity", "answer", "tolerance", "points"]
pytestmark = pytest.mark.slow


def of_case(study: Study, folder: Path, cache: Path, variant: str) -> RunRecord:
    record = run(study.name, {**CASE, "variant": variant, "fast": True}, out=folder, cache=cache)
    assert record.status == "ok", record.manifest["error"]
    assert record.manifest["problems"] == []
    return record


def command(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return ended.value.code


def test_there_are_cases_and_each_has_answers() -> None:
    assert len(CASES) >= 4
    for study in CASES:
        assert "answer_key" in [item.name for item in study.results if item.answers]


@pytest.mark.parametrize("study", CASES, ids=lambda study: study.name)
def test_a_student_gets_story_and_tables_but_no_answer(study: Study, tmp_path: Path, shared_cache: Path) -> None:
    record = of_case(study, tmp_path, shared_cache, "student")
    executed = nbformat.read(record.folder / "notebook.ipynb", as_version=4)
    tags = [set(cell.metadata.get("tags", [])) for cell in executed.cells]
    assert sum("student" in found for found in tags) >= 3, "a place for each answer"
    assert not any("instructor" in found for found in tags)
    published = {*record.results, *(path.stem for path in (record.folder / "tables").glob("*.csv"))}
    assert published == {item.name for item in study.results if not item.answers}
    page = record.report.read_text(encoding="utf-8")
    assert str(CASE["seed"]) not in page
    assert record.manifest["run_id"] not in page
    assert ".truth" not in "".join(cell.source for cell in executed.cells if cell.cell_type == "code")


@pytest.mark.parametrize("study", CASES, ids=lambda study: study.name)
def test_an_instructor_gets_a_key_of_the_same_case(study: Study, tmp_path: Path, shared_cache: Path) -> None:
    theirs = of_case(study, tmp_path, shared_cache, "student")
    ours = of_case(study, tmp_path, shared_cache, "instructor")
    key = ours.table("answer_key")
    assert list(key.columns) == KEY
    assert len(key) >= 4
    assert (key["points"] > 0).all()
    assert key["answer"].str.strip().all()
    for path in (theirs.folder / "tables").glob("*.csv"):
        assert path.read_bytes() == (ours.folder / "tables" / path.name).read_bytes()


def test_a_class_set_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course, out, case = str(tmp_path / "course"), str(tmp_path / "out"), CASES[0].name
    (tmp_path / "list.csv").write_text("id,name\nann,Ann\nbob,Bob\n", encoding="utf-8")
    assert command("class", "new", course, "--students", str(tmp_path / "list.csv")) == 0
    sweep = ["sweep", case, "--class", course, "-p", "size=small", "-p", "fast=true", "--out", out]
    assert command(*sweep, "-p", "severity=low,high") == 2
    assert "one value for the whole class" in capsys.readouterr().err
    assert command(*sweep, "--cases", "x.csv") == 2
    assert "--cases does not go with --class" in capsys.readouterr().err.replace(": ", " ")
    assert command(*sweep) == 0
    assert "each of 2 students" in capsys.readouterr().err
    keys = pd.read_csv(Path(course, "keys", case, "answers.csv"))
    assert set(keys["student"]) == {"ann", "bob"}
    own = [sorted(Path(course, "handout", name, case, "data").glob("*.csv")) for name in ("ann", "bob")]
    assert [path.name for path in own[0]] == [path.name for path in own[1]]
    assert any(one.read_bytes() != other.read_bytes() for one, other in zip(*own, strict=True)), "each has their own"
