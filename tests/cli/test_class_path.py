"""The whole path of a class by commands: invented students hand in thirty kinds; each has a mark or a reason."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.cli import main

pytest.importorskip("nbgrader")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here"),
]
EXERCISE = "supply_chain"
SHORT = ("--cell-seconds", "3", "--seconds", "60", "--jobs", "2")
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def casework(capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a function that runs a command and returns its exit code and what it said."""

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, words)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out + said.err

    return run


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_thirty_submissions_have_a_score_or_a_reason(tmp_path: Path, casework: Command) -> None:
    outside, course = tmp_path / "outside", tmp_path / "course"
    for name in ("thesis.txt", "deep/down/notes.txt"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text(name, encoding="utf-8")
    before = hashes(outside)
    assert casework("class", "new", course)[0] == 0
    assert "30 invented students" in casework("class", "rehearse", course, EXERCISE)[1]
    assert "each of 30 students" in casework("class", "release", course, EXERCISE)[1]
    hostile_outside(course, outside)
    handed_in = hashes(course / "submitted")
    code, said = casework("class", "grade", course, EXERCISE, *SHORT)
    assert code == 0
    assert "30 submissions graded (0 unchanged)" in said
    assert "30 submissions graded (30 unchanged)" in casework("class", "grade", course, EXERCISE, *SHORT)[1]
    code, said = casework("class", "rehearse", course, EXERCISE, "--check", "--json", *SHORT)
    told = json.loads(said)
    assert [row for row in told["kinds"] if not row["ok"]] == []
    assert (code, told["touched"], told["leaked"], len(told["kinds"])) == (0, [], [], 30)
    assert all(row["again"] == row["found"] for row in told["kinds"])
    assert hashes(outside) == before
    assert hashes(course / "submitted") == handed_in
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "outside"]
    assert casework("class", "export", course)[0] == 0
    with (course / "grades.csv").open(encoding="utf-8") as file:
        exported = {row["student"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported == {f"rehearsal-{row['kind']}": pytest.approx(row["found"]) for row in told["kinds"]}
    assert len(list((course / "feedback").rglob("*.html"))) == 30
    assert "stuck" in casework("class", "progress", course)[1]


def hostile_outside(course: Path, outside: Path) -> None:
    """Let one of the hostile submissions go for files that are not even in the course."""
    path = course / "submitted" / "rehearsal-deletes-files" / EXERCISE / f"{EXERCISE}.ipynb"
    text = path.read_text(encoding="utf-8")
    place = str(course.resolve() / "rehearsal" / "keep")
    assert place in text
    path.write_text(text.replace(place, str(outside)), encoding="utf-8")
    state = course / "rehearsal" / f"{EXERCISE}.json"
    known = json.loads(state.read_text(encoding="utf-8"))
    known[path.relative_to(course).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    state.write_text(json.dumps(known), encoding="utf-8")


def test_a_download_is_collected_and_mistakes_are_told(tmp_path: Path, casework: Command) -> None:
    course = tmp_path / "course"
    (tmp_path / "list.csv").write_bytes("学号,姓名\n20230001,张三\n20230002,李四\n".encode("gb18030"))
    assert "2 students" in casework("class", "new", course, "--students", tmp_path / "list.csv")[1]
    assert casework("class", "release", course, EXERCISE, "--lang", "zh")[0] == 0
    blank = (course / "handout" / "20230001" / EXERCISE / f"{EXERCISE}.ipynb").read_bytes()
    with zipfile.ZipFile(tmp_path / "downloads.zip", "w") as archive:
        archive.writestr("张三_4711_assignsubmission_file_/作业.ipynb", blank)
        archive.writestr("../20230002.ipynb", blank)
    collecting = ("class", "collect", course, EXERCISE, "--from", tmp_path / "downloads.zip")
    assert "leads out" in casework(*collecting, "--dry-run")[1]
    assert not (course / "submitted").exists()
    code, said = casework(*collecting)
    assert code == 1
    assert "1 placed" in said
    assert "Nothing of 1: 20230002" in said
    stray = course / "submitted" / "2023002" / EXERCISE
    stray.mkdir(parents=True)
    (stray / f"{EXERCISE}.ipynb").write_bytes(blank)
    code, said = casework("class", "grade", course, EXERCISE, *SHORT)
    assert code == 0
    assert "submitted/2023002: this name is not in students.csv" in said
    assert "Did you mean '20230002'?" in said
    said = casework("class", "progress", course)[1]
    assert "1 hand-in is missing." in said
    source = course / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("cost", "price"), encoding="utf-8")
    code, said = casework("class", "release", course, EXERCISE)
    assert code == 2
    assert "edited in the course" in said
    assert casework("class", "release", course, EXERCISE, "--replace")[0] == 0
    code, said = casework("class", "rehearse", course, EXERCISE)
    assert code == 2
    assert "there are real students: 20230001, 20230002" in said
