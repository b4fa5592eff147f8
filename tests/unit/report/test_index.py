"""The index of all runs."""

from __future__ import annotations

import pytest

from casework.report.index import RunRow, render_index, safe_href, write_index


def row(**changes):
    fields = {
        "study": "kano",
        "title": "Kano",
        "module": "Voice",
        "run_id": "kano-1",
        "started": "2026-05-04T10:15:00+00:00",
        "seconds": 12.34,
        "key_results": [("Index", "72.4", "points")],
        "href": "kano/kano-1/report.html",
    }
    return RunRow(**(fields | changes))


def test_lists_runs_by_module_newest_first():
    markup = render_index(
        [
            row(run_id="old"),
            row(run_id="new", started="2026-06-01T08:00:00+00:00"),
            row(run_id="other", module="Accounts"),
        ]
    )
    places = [markup.index(f"<code>{name}</code>") for name in ("other", "new", "old")]
    assert places == sorted(places)
    assert markup.count("<section") == 2


def test_shows_what_matters():
    markup = render_index([row(changed=[("level", "0.9")])])
    for text in (
        "Complete",
        "72.4",
        "12.3 s",
        "2026-05-04 10:15 UTC",
        'href="kano/kano-1/report.html"',
        "<code>level</code>",
    ):
        assert text in markup
    assert "1 run, 1 complete" in markup


@pytest.mark.parametrize(("status", "word"), [("failed", "Failed"), ("timeout", "Timed out"), ("killed", "Killed")])
def test_status_is_a_word(status, word):
    assert f'<span class="cw-badge cw-status-{status}">{word}</span>' in render_index([row(status=status)])


def test_names_are_text():
    evil = "<script>alert(1)</script>"
    markup = render_index(
        [row(title=evil, module=evil, run_id=evil, changed=[(evil, evil)], key_results=[(evil, evil, evil)])]
    )
    assert "<script" not in markup


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//e.vil/x", "https://e.vil", "/etc/passwd", "a/../../b", "C:\\x", ""]
)
def test_leads_nowhere_else(href):
    assert safe_href(href) == ""


def test_names_in_paths_are_quoted():
    assert safe_href('a/"b" ?#.html') == "a/%22b%22%20%3F%23.html"


def test_empty_state():
    assert "There are no runs yet" in render_index([])


def test_writes_whole_or_not_at_all(tmp_path, monkeypatch):
    target = write_index(tmp_path / "reports", [row()])
    before = target.read_text(encoding="utf-8")
    monkeypatch.setattr("casework.report.index.render_index", lambda runs, sweeps=(): 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        write_index(tmp_path / "reports", [])
    assert target.read_text(encoding="utf-8") == before
    assert [path.name for path in target.parent.iterdir()] == ["index.html"]
