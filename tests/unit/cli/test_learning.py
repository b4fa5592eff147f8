import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from casework.cli import main
from casework.cli.app import app
from casework.core.journal import note
from casework.teach.grading.standing import STUDENT_COLUMNS, TASK_COLUMNS, Standing

RUN = CliRunner()


def call(*words):
    return RUN.invoke(app, list(map(str, words)), catch_exceptions=False)


def test_a_term_is_told():
    assert "mean demand over the lead time plus safety stock" in call("glossary", "ROP").output
    assert "再订货点" in call("glossary", "reorder point", "--lang", "zh").output


def test_all_terms_are_listed():
    shown = call("glossary").output
    assert shown.count("\n") > 100
    assert "再订货点" in shown
    rows = json.loads(call("glossary", "NPS", "--json").output)
    assert rows[0]["term"] == "net promoter score"
    assert rows[0]["anchor"] == "net-promoter-score"


def test_the_page_is_written(tmp_path):
    assert call("glossary", "--html", tmp_path / "g.html").output.strip() == f"written: {tmp_path / 'g.html'}"
    assert (tmp_path / "g.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("CASEWORK_RUN", raising=False)
    (tmp_path / "casework.toml").write_text('lang = "en"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    note("opened", "kano")
    shown = call("progress").output
    assert "Next: study kano" in shown
    assert "Kept only in" in shown
    assert json.loads(call("progress", tmp_path, "--json").output)["next"]["name"] == "kano"


def test_progress_needs_a_copy_of_the_course(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["progress", str(tmp_path)])
    assert "casework start" in capsys.readouterr().err


def test_a_class_without_exercises(tmp_path):
    names = tmp_path / "names.csv"
    names.write_text("id\nann\n", encoding="utf-8")
    call("class", "new", tmp_path / "course", "--students", names)
    assert "no student or no released exercise" in call("class", "progress", tmp_path / "course").output


def test_a_class_stands_somewhere(tmp_path, monkeypatch):
    rows = [("ann", "credit", "graded", 3.0, 6.0, "limit"), ("=cmd()", "credit", "missing", None, None, "")]
    tasks = [("credit", "limit", 1, 0.25, 1)]
    standing = Standing(
        students=pd.DataFrame(rows, columns=list(STUDENT_COLUMNS)),
        tasks=pd.DataFrame(tasks, columns=list(TASK_COLUMNS)),
    )
    monkeypatch.setattr("casework.teach.grading.standing.class_standing", lambda folder: standing)
    shown = call("class", "progress", tmp_path, "--file", tmp_path / "s.csv").output
    for said in ("1 hand-in is missing", "not handed in", "3 of 6", "25%", "Lowest task: limit of credit"):
        assert said in shown
    found = json.loads(call("class", "progress", tmp_path, "--json").output)
    assert found["students"][1]["score"] is None
    assert found["tasks"][0]["stuck"] == 1
    lines = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "student,exercise,state,score,max_score,stuck_at"
    assert not lines[2].startswith("=")


def test_a_page_is_served(monkeypatch):
    seen = {}

    def serve(study, *, ready, **rest):
        seen.update(rest, study=study)
        ready("http://127.0.0.1:1/?token=x")
        return 0

    monkeypatch.setattr("casework.teach.app.serve", serve)
    monkeypatch.setattr("casework.teach.app.open_browser", lambda address: seen.update(opened=address))
    shown = call("app", "kano", "-p", "threshold=0.1", "--no-browser", "--port", "8123").output
    assert "kano is at http://127.0.0.1:1/?token=x" in shown
    assert (seen["study"], seen["port"], seen["parameters"]) == ("kano", 8123, {"threshold": 0.1})
    assert "opened" not in seen
    call("app", "kano")
    assert seen["opened"].endswith("token=x")
