import json

import pytest
from tests.unit.teach.grading.conftest import EXERCISE, answered
from typer.testing import CliRunner

from casework.cli.app import app

RUN = CliRunner()


def call(*words):
    return RUN.invoke(app, ["class", *map(str, words)], catch_exceptions=False)


def test_exercises_are_listed():
    assert EXERCISE in call("exercises").output
    rows = json.loads(call("exercises", "--json").output)
    assert {"name", "tasks", "points", "minutes", "title"} == set(rows[0])


@pytest.mark.slow
def test_the_way_of_a_class(tmp_path):
    pytest.importorskip("nbgrader")
    names = tmp_path / "names.csv"
    names.write_text("id\nann\nbob\n", encoding="utf-8")
    course = tmp_path / "course"
    assert "2 students" in call("new", course, "--students", names).output
    assert "2 students" in call("release", course, EXERCISE).output
    for name, notebook in {"ann": json.dumps(answered()), "bob": "junk"}.items():
        place = course / "submitted" / name / EXERCISE
        place.mkdir(parents=True)
        (place / f"{EXERCISE}.ipynb").write_text(notebook, encoding="utf-8")
    shown = call("grade", course, EXERCISE)
    assert shown.exit_code == 0
    assert "it is not a notebook" in shown.output
    assert (course / "feedback" / "ann" / EXERCISE / f"{EXERCISE}.html").is_file()
    assert json.loads(call("grade", course, EXERCISE, "--student", "bob", "--json").output)[0]["score"] == 0
    call("export", course, "--file", tmp_path / "marks.csv")
    assert (tmp_path / "marks.csv").read_text(encoding="utf-8").splitlines()[0] == "student,exercise,score,max_score"
