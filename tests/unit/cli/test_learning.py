import json

from typer.testing import CliRunner

from casework.cli.app import app

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
